{{ config(alias='fct_indicator_latest_due') }}

with

latest_due as (
    select * from {{ ref('fct_indicator_latest_due') }}
),

publication as (
    select
        indicator_code,
        period_type,
        bool_or(breakdown = 'total' and is_primary) as is_primary
    from {{ ref('indicator_publication') }}
    where audience = 'board'
    group by indicator_code, period_type
),

final as (
    select
        cast(latest_due.indicator_code as string) as indicator_code,
        cast(latest_due.definition_version as string) as definition_version,
        cast(latest_due.area_code as string) as area_code,
        cast(latest_due.period_type as string) as period_type,
        cast(latest_due.period_start as date) as period_start,
        cast(latest_due.period_end as date) as period_end,
        cast(latest_due.due_date as date) as due_date,
        cast(latest_due.status as string) as status,
        cast(latest_due.status_reason as string) as status_reason,
        cast(publication.is_primary as boolean) as is_primary_cadence,
        cast(latest_due.release_id as string) as release_id
    from latest_due
    inner join publication
        on
            latest_due.indicator_code = publication.indicator_code
            and latest_due.period_type = publication.period_type
)

select * from final
