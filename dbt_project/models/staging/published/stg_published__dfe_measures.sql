{%- set geography = ['time_period', 'geographic_level', 'country_code', 'region_code', 'old_la_code', 'new_la_code'] -%}
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
    {{ published_measures('raw_published__dfe_cin__' ~ table, table, geography, "''") }}
    {%- endfor %}
),

looked_after as (
    {%- for table, items in looked_after.items() %}
    {%- if not loop.first %}
    union all
    {%- endif %}
        {{ published_measures(
        'raw_published__dfe_cla__' ~ table, table, geography + items, items | join(" || ' | ' || ")
    ) }}
    {%- endfor %}
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
),

areas as (
    select * from {{ ref('areas') }}
),

years as (
    select distinct cast(year_label as integer) as year_end from together
),

-- Table C4 has Northumberland and Gateshead up to 2019 under codes that they no longer had: their number tells them.
by_number as (
    select
        areas.la_code,
        years.year_end,
        areas.area_code
    from areas
    inner join years
        on
            {{ is_valid_on(
                "cast(cast(years.year_end as string) || '-03-31' as date)", 'areas.valid_from', 'areas.valid_to'
            ) }}
    where areas.la_code is not null
),

final as (
    select
        together.source,
        together.table_name,
        together.item,
        together.measure,
        coalesce(areas.area_code, by_number.area_code, together.told_area_code) as area_code,
        cast(together.year_label as integer) as year_end,
        together.value_text,
        together.submission_id,
        together.row_number,
        submissions.precedence,
        submissions.data_as_at,
        max(cast(together.year_label as integer))
            over (partition by together.submission_id, together.table_name)
            as last_year
    from together
    inner join submissions
        on together.submission_id = submissions.submission_id
    left join areas
        on together.told_area_code = areas.area_code
    left join by_number
        on
            together.la_number = by_number.la_code
            and cast(together.year_label as integer) = by_number.year_end
)

select * from final
