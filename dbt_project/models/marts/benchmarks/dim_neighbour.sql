with

from_file as (
    select * from {{ ref('stg_published__neighbours') }}
),

areas as (
    select * from {{ ref('areas') }}
),

-- A list speaks of the authorities of its own day.
listed as (
    select
        from_file.*,
        cast(from_file.list_version || '-01' as date) as list_date
    from from_file
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
