{%- set geography = ['time_period', 'geographic_level', 'country_code', 'region_code', 'old_la_code', 'new_la_code'] -%}
{%- set area_by_level -%}
    case geographic_level
        when 'National' then country_code
        when 'Regional' then region_code
        when 'Local authority' then new_la_code
    end
{%- endset -%}
{%- set children_in_need = [
    'b1', 'b3', 'b4', 'b5', 'c1', 'c3', 'c4', 'c5', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7'
] -%}
{%- set looked_after = {
    'looked_after': ['population_type'],
    'placement_stability': ['cla_group', 'placement_stability'],
    'outcomes': ['characteristic', 'breakdown'],
} -%}

with

submissions as (
    select * from {{ ref('stg_published__submissions') }}
),

children_in_need as (
    {%- for table in children_in_need %}
    {%- if not loop.first %}
    union all
    {%- endif %}
        {{ published_measures(
        'raw_published__dfe_cin__' ~ table, table, geography, "''", 'time_period', area_by_level, 'old_la_code'
    ) }}
    {%- endfor %}
),

looked_after as (
    {%- for table, items in looked_after.items() %}
    {%- if not loop.first %}
    union all
    {%- endif %}
        {{ published_measures(
        'raw_published__dfe_cla__' ~ table, table, geography + items, items | join(" || ' | ' || "), 'time_period',
        area_by_level, 'old_la_code'
    ) }}
    {%- endfor %}
),

-- A year is told by the two that it lies in (201617, 2016/17) and called by the second.
exclusions as (
    {{ published_measures(
        'raw_published__exclusions__by_school_type', 'by_school_type',
        ['academic_year', 'geographic_level', 'area_name', 'school_type'], 'school_type',
        'cast(substr(academic_year, 1, 4) as integer) + 1', area_name='area_name'
    ) }}
),

-- England split by deprivation is told as England: the part is in the item, so that no series takes it for the whole.
health_profiles as (
    {{ published_measures(
        'raw_published__fingertips__measures', 'measures',
        [
            'indicator_id', 'indicator_name', 'area_code', 'area_name', 'area_type', 'sex', 'age', 'category_type',
            'category', 'time_period', 'value_note', 'time_period_sortable'
        ],
        "indicator_id || ' | ' || sex || ' | ' || age || coalesce(' | ' || category_type || ' | ' || category, '')",
        'cast(substr(time_period, 1, 4) as integer) + 1', 'area_code', missing='value_note'
    ) }}
),

together as (
    select
        'dfe_cin' as source,
        *
    from children_in_need
    union all
    select
        'dfe_cla' as source,
        *
    from looked_after
    union all
    select
        'exclusions' as source,
        *
    from exclusions
    union all
    select
        'fingertips' as source,
        *
    from health_profiles
),

areas as (
    select * from {{ ref('areas') }}
),

area_names as (
    select * from {{ ref('area_names') }}
),

years as (
    select distinct year_end from together
),

-- The code that a number or name stood for in the year.
areas_by_year as (
    select
        areas.la_code,
        lower(areas.area_name) as area_name,
        years.year_end,
        areas.area_code
    from areas
    inner join years
        on
            {{ is_valid_on(
                "cast(cast(years.year_end as string) || '-03-31' as date)", 'areas.valid_from', 'areas.valid_to'
            ) }}
),

final as (
    select
        together.source,
        together.table_name,
        together.item,
        together.measure,
        coalesce(
            areas.area_code, by_number.area_code, by_name.area_code, together.told_area_code
        ) as area_code,
        together.year_end,
        together.value_text,
        together.submission_id,
        together.row_number,
        submissions.precedence,
        submissions.data_as_at,
        max(together.year_end) over (partition by together.submission_id, together.table_name) as last_year
    from together
    inner join submissions
        on together.submission_id = submissions.submission_id
    left join areas
        on together.told_area_code = areas.area_code
    -- Table C4 has Northumberland and Gateshead up to 2019 under codes that they no longer had: their number tells.
    left join areas_by_year as by_number
        on
            together.la_number = by_number.la_code
            and together.year_end = by_number.year_end
    left join area_names
        on lower(together.area_name) = lower(area_names.area_name)
    left join areas_by_year as by_name
        on
            lower(coalesce(area_names.listed_name, together.area_name)) = by_name.area_name
            and together.year_end = by_name.year_end
)

select * from final
