with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

baselines as (
    select * from {{ ref('baselines') }}
),

final as (
    select
        cast(baselines.indicator_code as string) as indicator_code,
        cast(baselines.definition_version as string) as definition_version,
        cast(baselines.area_code as string) as area_code,
        cast(baselines.starts_on as date) as starts_on,
        cast(baselines.reason as string) as reason,
        cast(baselines.decided_on as date) as decided_on,
        cast(baselines.decided_by as string) as decided_by
    from baselines
    inner join run_control
        on baselines.decided_on <= run_control.as_of_date
)

select * from final
