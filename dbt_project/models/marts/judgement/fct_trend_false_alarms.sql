with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

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
    select
        cast(last_points.area_code as string) as area_code,
        cast(last_points.period_type as string) as period_type,
        cast(last_points.is_primary_cadence as boolean) as is_primary_cadence,
        cast(rates.special_cause as string) as special_cause,
        cast(count(*) as integer) as charts,
        cast(sum(rates.probability) as decimal(18, 6)) as expected_by_chance,
        cast(sum(case when last_points.special_cause = rates.special_cause then 1 else 0 end) as integer) as signals,
        cast(max(run_control.release_id) as string) as release_id
    from last_points
    inner join rates
        on
            last_points.chart_method = rates.chart_method
            and last_points.points_in_baseline = rates.points_in_baseline
            and last_points.is_in_baseline <> rates.is_after_baseline
    cross join run_control
    group by
        last_points.area_code, last_points.period_type, last_points.is_primary_cadence, rates.special_cause
)

select * from final
