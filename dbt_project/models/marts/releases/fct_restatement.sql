with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

restatements as (
    select * from {{ source('ops', 'restatements') }}
),

final as (
    select
        cast(restatements.indicator_code as string) as indicator_code,
        cast(restatements.definition_version as string) as definition_version,
        cast(restatements.area_code as string) as area_code,
        cast(restatements.period_type as string) as period_type,
        cast(restatements.period_end as date) as period_end,
        cast(restatements.breakdown as string) as breakdown,
        cast(restatements.breakdown_value as string) as breakdown_value,
        cast(restatements.from_release_id as string) as from_release_id,
        cast(restatements.to_release_id as string) as to_release_id,
        cast(restatements.cause as string) as cause,
        cast(restatements.change as decimal(18, 6)) as change,
        cast(restatements.value_before as decimal(18, 6)) as value_before,
        cast(restatements.value_after as decimal(18, 6)) as value_after,
        cast(restatements.board_value_before as decimal(18, 6)) as board_value_before
    from restatements
    inner join run_control
        on restatements.to_release_id = run_control.release_id
)

select * from final
