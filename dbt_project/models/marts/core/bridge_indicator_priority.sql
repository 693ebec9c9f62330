with

indicator_priorities as (
    select * from {{ ref('indicator_priorities') }}
),

priorities as (
    select * from {{ ref('priorities') }}
),

final as (
    select
        cast(indicator_priorities.indicator_code as string) as indicator_code,
        cast(indicator_priorities.definition_version as string) as definition_version,
        cast(indicator_priorities.priority_code as string) as priority_code,
        cast(priorities.priority_name as string) as priority_name,
        cast(indicator_priorities.breakdown as string) as breakdown,
        cast(indicator_priorities.breakdown_value as string) as breakdown_value
    from indicator_priorities
    inner join priorities
        on indicator_priorities.priority_code = priorities.priority_code
)

select * from final
