{{ config(alias='fct_trend_false_alarms') }}

with

rates as (
    select * from {{ ref('false_alarm_rates') }}
),

-- A withheld point has no centre line, where a gap has one. With it go the signals of its series, so that there is
-- nothing to count and nothing to expect.
charts as (
    select
        *,
        bool_and(centre_line is not null) over (partition by baseline_id) as is_series_shown
    from {{ ref('board_fct_indicator_trend') }}
    where chart_method <> 'run_chart'
),

-- What the Board looks at: the last point of each chart that it sees with limits and signals.
last_points as (
    select *
    from charts
    where
        is_series_shown
        and value is not null
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
