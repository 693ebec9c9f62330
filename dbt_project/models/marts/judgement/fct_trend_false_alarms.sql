with

rates as (
    select * from {{ ref('false_alarm_rates') }}
),

-- What a meeting looks at: the last point of each chart that has limits.
last_points as (
    select *
    from {{ ref('fct_indicator_trend') }}
    where
        value is not null
        and upper_limit is not null
    qualify
        row_number() over (
            partition by indicator_code, area_code, period_type
            order by period_end desc
        ) = 1
),

final as (
    {{ false_alarms('last_points', 'rates') }}
)

select * from final
