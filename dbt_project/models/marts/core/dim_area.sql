with

areas as (
    select * from {{ ref('areas') }}
),

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

submissions as (
    select * from {{ source('ops', 'submissions') }}
),

named_in_data as (
    select home_area_code as area_code from run_control
    union
    select area_code from submissions
    where area_code is not null
),

-- Nothing is lost for a code that nobody knows: it becomes an authority of its own.
unlisted as (
    select named_in_data.area_code
    from named_in_data
    left join areas
        on named_in_data.area_code = areas.area_code
    where areas.area_code is null
),

combined as (
    select * from areas

    union all

    select
        area_code,
        case when area_code like 'LA___' then substring(area_code, 3) end as la_code,
        'Authority ' || case when area_code like 'LA___' then substring(area_code, 3) else area_code end
        || ' (not in the list of areas)' as area_name,
        'local_authority' as area_type,
        cast(null as string) as region_code,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to,
        cast(null as string) as predecessor_code
    from unlisted
),

final as (
    select
        cast(area_code as string) as area_code,
        cast(la_code as string) as la_code,
        cast(area_name as string) as area_name,
        cast(area_type as string) as area_type,
        cast(region_code as string) as region_code,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        cast(predecessor_code as string) as predecessor_code
    from combined
)

select * from final
