{%- set baseline = 'indicator_code, definition_version, area_code, period_type, baseline_starts_on' -%}
with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

parameters as (
    select
        max(case when numbers.parameter = 'baseline_points' then numbers.value end) as baseline_points,
        max(case when numbers.parameter = 'screen_moving_range' then numbers.value end) as screen_moving_range,
        max(case when numbers.parameter = 'rare_count_below' then numbers.value end) as rare_count_below,
        max(case when numbers.parameter = 'rare_percent_above' then numbers.value end) as rare_percent_above
    from {{ ref('trend_parameters') }} as numbers
    inner join run_control
        on {{ is_valid_on('run_control.as_of_date', 'numbers.valid_from', 'numbers.valid_to') }}
),

figures as (
    select * from {{ ref('fct_indicator_value') }}
    where breakdown = 'total'
),

indicators as (
    select * from {{ ref('indicators') }}
),

period_types as (
    select * from {{ ref('trend_period_types') }}
),

-- Decisions that were taken by the time that the release is asked for.
decided as (
    select baselines.*
    from {{ ref('baselines') }} as baselines
    inner join run_control
        on baselines.decided_on <= run_control.as_of_date
),

series as (
    select
        figures.indicator_code,
        figures.definition_version,
        figures.area_code,
        figures.period_type,
        figures.period_start,
        figures.period_end,
        figures.breakdown,
        figures.breakdown_value,
        figures.value,
        figures.value_exact,
        figures.denominator,
        figures.is_primary_cadence,
        indicators.unit,
        indicators.multiplier,
        indicators.polarity,
        case
            when period_types.is_independent and indicators.time_behaviour = 'flow' then indicators.chart_method
            else 'run_chart'
        end as chart_method,
        coalesce(decided.starts_on, cast('0001-01-01' as date)) as baseline_starts_on,
        decided.reason as baseline_reason
    from figures
    inner join indicators
        on
            figures.indicator_code = indicators.indicator_code
            and figures.definition_version = indicators.definition_version
    inner join period_types
        on figures.period_type = period_types.period_type
    left join decided
        on
            figures.indicator_code = decided.indicator_code
            and figures.definition_version = decided.definition_version
            and figures.area_code = decided.area_code
            and figures.period_start >= decided.starts_on
    qualify
        row_number() over (
            partition by
                figures.indicator_code, figures.definition_version, figures.area_code, figures.period_type,
                figures.period_end
            order by decided.starts_on desc nulls last
        ) = 1
),

-- What is charted is an amount of a base: cases of all cases, events of a population, or the figure itself of one. The
-- amount is what the figure and its base give, for of a figure told by the supplier there may be no count. Amount times
-- base keeps every digit within the 38 of both engines, so that a point on the mean is seen to be on it.
based as (
    select
        *,
        case
            when value_exact is null then null
            when chart_method in ('xmr', 'run_chart') then cast(1 as decimal(18, 4))
            when denominator > 0 then denominator
        end as base
    from series
),

weighted as (
    select
        *,
        base is not null as is_point,
        case
            when base is null then null
            when chart_method in ('xmr', 'run_chart') then cast(value_exact as decimal(19, 8))
            else
                cast(
                    round(cast(value_exact as double) * cast(base as double) / multiplier, 8) as decimal(19, 8)
                )
        end as amount
    from based
),

placed as (
    select
        weighted.*,
        min(weighted.period_end) over (partition by {{ baseline }}) as baseline_from,
        row_number() over (partition by {{ baseline }} order by weighted.period_end asc) as place,
        -- Nothing is taken across a gap: the period before has no amount there.
        abs(weighted.amount - lag(weighted.amount) over (partition by {{ baseline }} order by weighted.period_end asc))
            as moving_range,
        weighted.is_point
        and sum(case when weighted.is_point then 1 else 0 end) over (
            partition by {{ baseline }} order by weighted.period_end asc
        ) <= parameters.baseline_points as is_in_baseline,
        case
            when weighted.chart_method = 'p_chart'
                then least(weighted.amount, weighted.base - weighted.amount) < parameters.rare_count_below
            when weighted.chart_method = 'u_chart' or weighted.unit = 'count'
                then weighted.amount < parameters.rare_count_below
            else false
        end as is_few,
        parameters.screen_moving_range,
        parameters.rare_count_below,
        parameters.rare_percent_above
    from weighted
    cross join parameters
),

averaged as (
    select
        *,
        sum(case when is_in_baseline then 1 else 0 end) over (partition by {{ baseline }}) as points_in_baseline,
        sum(case when is_in_baseline and is_few then 1 else 0 end) over (partition by {{ baseline }}) as few_points,
        cast(sum(case when is_in_baseline then amount end) over (partition by {{ baseline }}) as decimal(19, 8))
            as baseline_amount,
        cast(sum(case when is_in_baseline then base end) over (partition by {{ baseline }}) as decimal(18, 4))
            as baseline_base,
        avg(case when is_in_baseline then cast(moving_range as double) end) over (partition by {{ baseline }})
            as first_mean_moving_range,
        median(case when is_in_baseline then cast(value_exact as double) end) over (partition by {{ baseline }})
            as baseline_median
    from placed
),

final as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_start,
        period_end,
        breakdown,
        breakdown_value,
        is_primary_cadence,
        polarity,
        multiplier,
        case
            when 100 * few_points > rare_percent_above * points_in_baseline then 'run_chart' else chart_method
        end as chart_method,
        chart_method <> 'run_chart' and 100 * few_points > rare_percent_above * points_in_baseline as is_rare,
        rare_count_below,
        value,
        value_exact,
        amount,
        base,
        is_point,
        place,
        is_in_baseline,
        baseline_from,
        baseline_reason,
        points_in_baseline,
        baseline_amount,
        baseline_base,
        baseline_median,
        avg(
            case
                when is_in_baseline and moving_range <= screen_moving_range * first_mean_moving_range
                    then cast(moving_range as double)
            end
        ) over (partition by {{ baseline }}) as mean_moving_range
    from averaged
)

select * from final
