{%- set baseline = 'indicator_code, definition_version, area_code, period_type, baseline_from' -%}
with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

parameters as (
    select
        max(case when numbers.parameter = 'limit_per_moving_range' then numbers.value end)
            as limit_per_moving_range,
        max(case when numbers.parameter = 'limit_sigmas' then numbers.value end) as limit_sigmas,
        max(case when numbers.parameter = 'warning_sigmas' then numbers.value end) as warning_sigmas,
        max(case when numbers.parameter = 'run_points' then numbers.value end) as run_points,
        max(case when numbers.parameter = 'trend_points' then numbers.value end) as trend_points,
        max(case when numbers.parameter = 'provisional_below' then numbers.value end) as provisional_below
    from {{ ref('trend_parameters') }} as numbers
    inner join run_control
        on {{ is_valid_on('run_control.as_of_date', 'numbers.valid_from', 'numbers.valid_to') }}
),

points as (
    select * from {{ ref('int_trend__points') }}
),

targets as (
    select targets.*
    from {{ ref('targets') }} as targets
    inner join run_control
        on targets.set_on <= run_control.as_of_date
),

seasons as (
    select * from {{ ref('indicator_seasons') }}
),

-- The centre, and how far the limits lie from it: of a share or a rate by the size of its own period.
centred as (
    select
        points.*,
        parameters.run_points,
        parameters.trend_points,
        parameters.provisional_below,
        cast(parameters.warning_sigmas as double) / cast(parameters.limit_sigmas as double) as warning_share,
        case
            when points.chart_method = 'run_chart' then points.baseline_median
            else
                case points.chart_method when 'xmr' then 1 else points.multiplier end
                * cast(points.baseline_amount as double) / cast(points.baseline_base as double)
        end as centre,
        case points.chart_method
            when 'xmr' then cast(parameters.limit_per_moving_range as double) * points.mean_moving_range
            when 'p_chart'
                then
                    cast(parameters.limit_sigmas as double) * points.multiplier
                    * sqrt(
                        cast(points.baseline_amount as double) / cast(points.baseline_base as double)
                        * greatest(
                            1 - cast(points.baseline_amount as double) / cast(points.baseline_base as double), 0
                        )
                        / cast(points.base as double)
                    )
            when 'u_chart'
                then
                    cast(parameters.limit_sigmas as double) * points.multiplier
                    * sqrt(
                        cast(points.baseline_amount as double) / cast(points.baseline_base as double)
                        / cast(points.base as double)
                    )
        end as reach
    from points
    cross join parameters
),

-- Nothing that is counted is under nought, and no share of cases is over all of them. Limits are held and compared in
-- six decimals, so that a figure on a limit is not beyond it by the noise of a float.
limited as (
    select
        *,
        cast(value_exact as decimal(18, 6)) as point_value,
        cast(round(centre, 6) as decimal(18, 6)) as centre_line,
        {%- for name, share in (('limit', '1'), ('warning', 'warning_share')) %}
        case
            when reach is not null
                then cast(round(greatest(centre - {{ share }} * reach, 0), 6) as decimal(18, 6))
        end as lower_{{ name }},
        case
            when reach is null then null
            when chart_method = 'p_chart'
                then cast(round(least(centre + {{ share }} * reach, multiplier), 6) as decimal(18, 6))
            else cast(round(centre + {{ share }} * reach, 6) as decimal(18, 6))
        end as upper_{{ name }},
        {%- endfor %}
        -- Exact, for a point equal to the mean is on neither side: amount / base against the baseline's own.
        case
            when chart_method = 'run_chart' or not is_point then null
            when amount * baseline_base > baseline_amount * base then 1
            when amount * baseline_base < baseline_amount * base then -1
            else 0
        end as side,
        case
            when chart_method = 'run_chart' or not is_point then null
            else
                cast(
                    sign(
                        value_exact - lag(value_exact) over (partition by {{ baseline }} order by place asc)
                    ) as integer
                )
        end as step
    from centred
),

judged as (
    {{ special_causes('limited', baseline) }}
),

final as (
    select
        cast(judged.indicator_code as string) as indicator_code,
        cast(judged.definition_version as string) as definition_version,
        cast(judged.area_code as string) as area_code,
        cast(judged.period_type as string) as period_type,
        cast(judged.period_start as date) as period_start,
        cast(judged.period_end as date) as period_end,
        cast(judged.breakdown as string) as breakdown,
        cast(judged.breakdown_value as string) as breakdown_value,
        cast(judged.value as decimal(18, 6)) as value,
        cast(judged.chart_method as string) as chart_method,
        cast(
            judged.indicator_code || '|' || judged.definition_version || '|' || judged.area_code || '|'
            || judged.period_type || '|' || cast(judged.baseline_from as string) as string
        ) as baseline_id,
        cast(judged.baseline_reason as string) as baseline_reason,
        cast(judged.points_in_baseline as integer) as points_in_baseline,
        cast(judged.is_in_baseline as boolean) as is_in_baseline,
        cast(
            case when judged.upper_limit is not null then judged.points_in_baseline < judged.provisional_below end
            as boolean
        ) as is_provisional_limits,
        cast(judged.centre_line as decimal(18, 6)) as centre_line,
        cast(judged.lower_limit as decimal(18, 6)) as lower_limit,
        cast(judged.upper_limit as decimal(18, 6)) as upper_limit,
        cast(judged.lower_warning as decimal(18, 6)) as lower_warning,
        cast(judged.upper_warning as decimal(18, 6)) as upper_warning,
        cast(judged.special_cause as string) as special_cause,
        cast(
            case
                when judged.direction is null then null
                when judged.polarity = 'N' then case judged.direction when 1 then 'high' else 'low' end
                when judged.direction = case judged.polarity when 'H' then 1 else -1 end then 'improvement'
                else 'concern'
            end as string
        ) as signal,
        cast(targets.value as decimal(18, 6)) as target_value,
        cast(targets.direction as string) as target_direction,
        cast(targets.set_by as string) as target_set_by,
        cast(targets.set_on as date) as target_set_on,
        cast(
            case
                when judged.upper_limit is null or targets.value is null then null
                when targets.direction = 'at_least' and judged.lower_limit >= targets.value then 'consistently_meets'
                when targets.direction = 'at_least' and judged.upper_limit < targets.value then 'consistently_fails'
                when targets.direction = 'at_most' and judged.upper_limit <= targets.value then 'consistently_meets'
                when targets.direction = 'at_most' and judged.lower_limit > targets.value then 'consistently_fails'
                else 'hit_and_miss'
            end as string
        ) as assurance,
        cast(
            case
                when judged.is_rare
                    then
                        'Rare events: most counts of the baseline are under '
                        || cast(cast(judged.rare_count_below as integer) as string)
                        || ', so there are points and their median only.'
                when judged.chart_method = 'run_chart'
                    then 'One period carries over into the next, so there are points and their median only.'
                when judged.upper_limit is not null and judged.points_in_baseline < judged.provisional_below
                    then
                        'The limits are provisional: they rest on ' || cast(judged.points_in_baseline as string)
                        || ' points.'
            end as string
        ) as note,
        cast(seasons.season as string) as season,
        cast(judged.is_primary_cadence as boolean) as is_primary_cadence,
        cast(run_control.release_id as string) as release_id
    from judged
    cross join run_control
    left join targets
        on
            judged.indicator_code = targets.indicator_code
            and judged.definition_version = targets.definition_version
            and {{ is_valid_on('judged.period_end', 'targets.valid_from', 'targets.valid_to') }}
    left join seasons
        on
            judged.indicator_code = seasons.indicator_code
            and judged.period_type = seasons.period_type
)

select * from final
