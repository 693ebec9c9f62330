with

periods as (
    select * from {{ ref('periods') }}
),

final as (
    select
        cast(period_type as string) as period_type,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        cast(period_label as string) as period_label
    from periods
)

select * from final
