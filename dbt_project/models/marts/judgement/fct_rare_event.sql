{%- set baseline = 'indicator_code, definition_version, area_code, baseline_from' -%}
{%- set in_order = 'partition by ' ~ baseline ~ ' order by event_date asc' -%}
with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

parameters as (
    select
        max(case when numbers.parameter = 'time_between_exponent' then numbers.value end) as time_between_exponent,
        max(case when numbers.parameter = 'limit_per_moving_range' then numbers.value end)
            as limit_per_moving_range,
        max(case when numbers.parameter = 'screen_moving_range' then numbers.value end) as screen_moving_range,
        max(case when numbers.parameter = 'limit_sigmas' then numbers.value end) as limit_sigmas,
        max(case when numbers.parameter = 'warning_sigmas' then numbers.value end) as warning_sigmas,
        max(case when numbers.parameter = 'run_points' then numbers.value end) as run_points,
        max(case when numbers.parameter = 'trend_points' then numbers.value end) as trend_points,
        max(case when numbers.parameter = 'baseline_points' then numbers.value end) as baseline_points,
        max(case when numbers.parameter = 'provisional_below' then numbers.value end) as provisional_below
    from {{ ref('trend_parameters') }} as numbers
    inner join run_control
        on {{ is_valid_on('run_control.as_of_date', 'numbers.valid_from', 'numbers.valid_to') }}
),

points as (
    select * from {{ ref('int_trend__points') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

coverage as (
    select * from {{ ref('int_indicator__coverage') }}
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

membership as (
    select * from {{ ref('int_indicator__membership') }}
),

-- Of a share the time between its cases says nothing without the others that it is a share of.
rare_periods as (
    select
        points.indicator_code,
        points.definition_version,
        points.area_code,
        points.period_type,
        points.period_start,
        points.period_end,
        points.polarity,
        points.place,
        points.baseline_from,
        coalesce(rules.least_events, 1) as least_events,
        coalesce(coverage.form, 'none') = 'records' as is_counted,
        min({{ length_in_days('points.period_start', 'points.period_end') }}) over (
            partition by points.indicator_code, points.definition_version, points.area_code, points.period_type
        ) as days_in_period_type
    from points
    inner join indicators
        on
            points.indicator_code = indicators.indicator_code
            and points.definition_version = indicators.definition_version
    inner join rules
        on
            points.indicator_code = rules.indicator_code
            and points.definition_version = rules.definition_version
    left join coverage
        on
            points.indicator_code = coverage.indicator_code
            and points.definition_version = coverage.definition_version
            and points.area_code = coverage.area_code
            and points.period_type = coverage.period_type
            and points.period_end = coverage.period_end
    where
        points.is_rare
        and indicators.chart_method <> 'p_chart'
),

-- The shortest kind of period that is rare: in it a child counts once, as in the figure. What was not counted from
-- records in force has no events to see, and nothing is taken across it.
periods as (
    select
        *,
        sum(case when is_counted then 0 else 1 end) over (partition by {{ baseline }}, period_type order by place asc)
            as gaps_before
    from rare_periods
    qualify
        dense_rank() over (
            partition by indicator_code, definition_version, area_code
            order by days_in_period_type asc, period_type asc
        ) = 1
),

-- As int_indicator__counts counts: of the events of one case in a period its last, where they are enough.
cases as (
    select
        periods.*,
        membership.in_numerator,
        membership.from_date as event_date,
        membership.cases
    from periods
    inner join membership
        on
            periods.indicator_code = membership.indicator_code
            and periods.definition_version = membership.definition_version
            and periods.area_code = membership.area_code
            and periods.period_start <= membership.from_date
            and periods.period_end >= membership.from_date
    where periods.is_counted
    qualify
        row_number() over (
            partition by
                periods.indicator_code, periods.definition_version, periods.area_code, periods.period_end,
                membership.counted_key
            order by membership.from_date desc, membership.submission_id desc, membership.row_number desc
        ) = 1
        and count(*) over (
            partition by
                periods.indicator_code, periods.definition_version, periods.area_code, periods.period_end,
                membership.counted_key
        ) >= periods.least_events
),

-- No days at all have no place on the chart: they lie at nought, however often events come. Minitab ("Methods and
-- formulas for T Chart") leaves them out of its estimates; others add half a unit. Here a day stands once, with its
-- number: those who come on one day are often siblings, and so one occurrence.
days as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_type,
        polarity,
        baseline_from,
        gaps_before,
        event_date,
        sum(cases) as events
    from cases
    where in_numerator
    group by all
),

since as (
    select
        *,
        row_number() over ({{ in_order }}) as place,
        case
            when gaps_before = lag(gaps_before) over ({{ in_order }})
                then {{ length_in_days('lag(event_date) over (' ~ in_order ~ ')', 'event_date') }}
        end as days_since_previous
    from days
),

-- The time between events that come by chance is exponential, and to the power of 1/3.6 nearly normal (L. S. Nelson, A
-- control chart for parts-per-million nonconforming items, Journal of Quality Technology 26, 1994). Nine decimals, so
-- that equal days are equal to their mean.
transformed as (
    select
        since.*,
        parameters.*,
        since.days_since_previous is not null as is_point,
        cast(
            round(
                power(
                    cast(since.days_since_previous as double), 1 / cast(parameters.time_between_exponent as double)
                ),
                9
            ) as decimal(18, 9)
        ) as point_value
    from since
    cross join parameters
),

placed as (
    select
        *,
        abs(point_value - lag(point_value) over (partition by {{ baseline }} order by place asc)) as moving_range,
        is_point
        and sum(case when is_point then 1 else 0 end) over (partition by {{ baseline }} order by place asc)
        <= baseline_points as is_in_baseline
    from transformed
),

averaged as (
    select
        *,
        sum(case when is_in_baseline then 1 else 0 end) over (partition by {{ baseline }}) as points_in_baseline,
        avg(case when is_in_baseline then cast(point_value as double) end) over (partition by {{ baseline }}) as centre,
        avg(case when is_in_baseline then cast(moving_range as double) end) over (partition by {{ baseline }})
            as first_mean_moving_range
    from placed
),

reached as (
    select
        *,
        cast(limit_per_moving_range as double)
        * avg(
            case
                when is_in_baseline and moving_range <= screen_moving_range * first_mean_moving_range
                    then cast(moving_range as double)
            end
        ) over (partition by {{ baseline }}) as reach
    from averaged
),

limited as (
    select
        *,
        cast(round(centre, 9) as decimal(18, 9)) as centre_line,
        {%- for name, share in (
            ('limit', '1'), ('warning', 'cast(warning_sigmas as double) / cast(limit_sigmas as double)')
        ) %}
        case
            when reach is not null
                then cast(round(greatest(centre - {{ share }} * reach, 0), 9) as decimal(18, 9))
        end as lower_{{ name }},
        cast(round(centre + {{ share }} * reach, 9) as decimal(18, 9)) as upper_{{ name }},
        {%- endfor %}
        cast(sign(point_value - cast(round(centre, 9) as decimal(18, 9))) as integer) as side,
        cast(sign(point_value - lag(point_value) over (partition by {{ baseline }} order by place asc)) as integer)
            as step
    from reached
),

judged as (
    {{ special_causes('limited', baseline) }}
),

-- Longer between events is fewer of them, so a signal upwards is one of low numbers.
final as (
    select
        cast(judged.indicator_code as string) as indicator_code,
        cast(judged.definition_version as string) as definition_version,
        cast(judged.area_code as string) as area_code,
        cast(judged.event_date as date) as event_date,
        cast(judged.events as integer) as events,
        cast(judged.period_type as string) as period_type,
        cast(
            judged.indicator_code || '|' || judged.definition_version || '|' || judged.area_code || '|'
            || judged.period_type || '|' || cast(judged.baseline_from as string) as string
        ) as baseline_id,
        cast(judged.days_since_previous as integer) as days_since_previous,
        cast(judged.points_in_baseline as integer) as points_in_baseline,
        cast(judged.is_in_baseline as boolean) as is_in_baseline,
        cast(
            case when judged.upper_limit is not null then judged.points_in_baseline < judged.provisional_below end
            as boolean
        ) as is_provisional_limits,
        {%- for line in ('centre_line', 'lower_limit', 'upper_limit', 'lower_warning', 'upper_warning') %}
        cast(
            round(power(cast(judged.{{ line }} as double), cast(judged.time_between_exponent as double)), 6)
            as decimal(18, 6)
        ) as {{ line }},
        {%- endfor %}
        cast(judged.special_cause as string) as special_cause,
        cast(
            case
                when judged.direction is null then null
                when judged.polarity = 'N' then case judged.direction when 1 then 'low' else 'high' end
                when judged.direction = case judged.polarity when 'L' then 1 else -1 end then 'improvement'
                else 'concern'
            end as string
        ) as signal,
        cast(
            case
                when not judged.is_point
                    then
                        'The days since the event before are not known: it is the first of its baseline, or '
                        || 'returns are missing between the two.'
                when judged.upper_limit is not null and judged.points_in_baseline < judged.provisional_below
                    then
                        'The limits are provisional: they rest on ' || cast(judged.points_in_baseline as string)
                        || ' points.'
            end as string
        ) as note,
        cast(run_control.release_id as string) as release_id
    from judged
    cross join run_control
)

select * from final
