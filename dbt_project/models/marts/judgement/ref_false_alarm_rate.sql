with

rates as (
    select * from {{ ref('false_alarm_rates') }}
),

final as (
    select
        cast(chart_method as string) as chart_method,
        cast(points_in_baseline as integer) as points_in_baseline,
        cast(is_after_baseline as boolean) as is_after_baseline,
        cast(special_cause as string) as special_cause,
        cast(probability as decimal(18, 6)) as probability
    from rates
)

select * from final
