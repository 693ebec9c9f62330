{%- set months = [
    'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november',
    'december'
] -%}

with

submissions as (
    select * from {{ ref('stg_published__submissions') }}
),

areas as (
    select * from {{ ref('areas') }}
),

named as (
    select
        neighbours.*,
        submissions.precedence,
        submissions.layout_version,
        lower(neighbours.source_name || ' ' || submissions.file_name) as all_names
    from {{ source('raw', 'raw_published__lait__neighbours') }} as neighbours
    inner join submissions
        on neighbours.submission_id = submissions.submission_id
),

-- The workbook does not say of which date its list is: the envelope does, or else month and year in its name.
dated as (
    select
        *,
        case
            when regexp_extract(layout_version, '^([0-9]{4}-[0-9]{2})$', 1) <> '' then layout_version
            {%- for month in months %}
            when regexp_extract(all_names, '{{ month }}[ _-]*([0-9]{4})', 1) <> ''
                then regexp_extract(all_names, '{{ month }}[ _-]*([0-9]{4})', 1) || '-{{ '%02d' % loop.index }}'
            {%- endfor %}
        end as list_version
    from named
),

ranked as (
    {%- for rank in range(1, 11) %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        list_version,
        la_number,
        neighbour_{{ rank }} as neighbour_la_number,
        {{ rank }} as neighbour_rank,
        closeness_{{ rank }} as closeness,
        precedence,
        row_number
    from dated
    {%- endfor %}
),

-- Of two workbooks of one list the newer speaks. A list speaks of the authorities of its own day.
listed as (
    select
        list_version,
        cast(list_version || '-01' as date) as list_date,
        la_number,
        neighbour_la_number,
        neighbour_rank,
        upper(substr(closeness, 1, 1)) || lower(substr(closeness, 2)) as closeness
    from ranked
    where
        list_version is not null
        and regexp_extract(neighbour_la_number, '^([0-9]{3})$', 1) <> ''
    qualify
        row_number() over (
            partition by list_version, la_number, neighbour_rank
            order by precedence desc, row_number desc
        ) = 1
),

own_codes as (
    select
        listed.*,
        areas.area_code
    from listed
    inner join areas
        on
            listed.la_number = areas.la_code
            and {{ is_valid_on('listed.list_date', 'areas.valid_from', 'areas.valid_to') }}
),

with_codes as (
    select
        own_codes.list_version,
        own_codes.area_code,
        neighbours.area_code as neighbour_code,
        own_codes.neighbour_rank,
        own_codes.closeness
    from own_codes
    inner join areas as neighbours
        on
            own_codes.neighbour_la_number = neighbours.la_code
            and {{ is_valid_on('own_codes.list_date', 'neighbours.valid_from', 'neighbours.valid_to') }}
),

lists_told as (
    select distinct
        list_version,
        area_code
    from with_codes
),

seed as (
    select
        neighbours.list_version,
        neighbours.area_code,
        neighbours.neighbour_code,
        neighbours.neighbour_rank,
        neighbours.closeness
    from {{ ref('neighbours') }} as neighbours
    left join lists_told
        on
            neighbours.list_version = lists_told.list_version
            and neighbours.area_code = lists_told.area_code
    where lists_told.area_code is null
),

together as (
    select * from with_codes
    union all
    select * from seed
),

final as (
    select
        cast(list_version as string) as list_version,
        cast(area_code as string) as area_code,
        cast(neighbour_code as string) as neighbour_code,
        cast(neighbour_rank as integer) as rank,
        cast(closeness as string) as closeness
    from together
)

select * from final
