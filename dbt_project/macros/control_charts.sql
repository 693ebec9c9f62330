{#- What the rules of a control chart find at each point, in the order of Making Data Count (docs/decisions/0019): columns
    `special_cause` and `direction` (1 up, -1 down) beside those of `points`.

    `points` names a step with the lines (lower_limit, upper_limit, lower_warning, upper_warning), point_value, is_point,
    place in the series of `baseline` (columns that name one), side of the mean and step from the point before (1, 0,
    -1; null in a gap), run_points and trend_points. The inner steps have names of their own: Spark refuses two alike. -#}
{% macro special_causes(points, baseline) -%}
    with compared as (
        select
            *,
            case when point_value > upper_limit then 1 when point_value < lower_limit then -1 else 0 end as outside,
            case
                when upper_warning is null or point_value is null then null
                when point_value > upper_warning then 1
                when point_value < lower_warning then -1
                else 0
            end as beyond
        from {{ points }}
    ),

    -- Where a run begins: at each change of side, or of direction. A gap, like a point on the mean, is a run of its own.
    turns as (
        select
            *,
            {%- for run in ('side', 'step') %}
            case
                when {{ run }} = lag({{ run }}) over (partition by {{ baseline }} order by place asc) then 0
                else 1
            end as {{ run }}_turn,
            {%- endfor %}
            lag(beyond) over (partition by {{ baseline }} order by place asc) as beyond_1_before,
            lag(beyond, 2) over (partition by {{ baseline }} order by place asc) as beyond_2_before,
            lead(beyond) over (partition by {{ baseline }} order by place asc) as beyond_1_after,
            lead(beyond, 2) over (partition by {{ baseline }} order by place asc) as beyond_2_after
        from compared
    ),

    runs as (
        select
            *,
            sum(side_turn) over (partition by {{ baseline }} order by place asc) as side_run,
            sum(step_turn) over (partition by {{ baseline }} order by place asc) as step_run
        from turns
    ),

    lengths as (
        select
            *,
            count(*) over (partition by {{ baseline }}, side_run) as side_length,
            -- Seven points that rise are six steps.
            case
                when step <> 0 and 1 + count(*) over (partition by {{ baseline }}, step_run) >= trend_points then step
            end as trend
        from runs
    ),

    -- Each rule with the direction that it points in. A trend begins at the point before its first step.
    ruled as (
        select
            *,
            case when outside <> 0 then outside end as outside_limits,
            coalesce(trend, case when is_point then lead(trend) over (partition by {{ baseline }} order by place asc) end)
                as trend_of_point,
            case
                when
                    beyond <> 0
                    and (
                        beyond = beyond_1_before
                        or beyond = beyond_1_after
                        or (beyond_1_before is not null and beyond = beyond_2_before)
                        or (beyond_1_after is not null and beyond = beyond_2_after)
                    )
                    then beyond
            end as two_of_three,
            case when side <> 0 and side_length >= run_points then side end as shift
        from lengths
    )

    select
        *,
        case
            when outside_limits is not null then 'outside_limits'
            when trend_of_point is not null then 'trend'
            when two_of_three is not null then 'two_of_three'
            when shift is not null then 'shift'
        end as special_cause,
        coalesce(outside_limits, trend_of_point, two_of_three, shift) as direction
    from ruled
{%- endmacro %}

{#- How many of the charts whose last point is a row of `last_points` each rule flags, and how many it is to be expected to
    flag by chance (`rates`, ref_false_alarm_rate). A point is flagged by the first rule that it meets, so that the rules
    together, the row `any`, are their sum. -#}
{% macro false_alarms(last_points, rates) -%}
    with by_rule as (
        select
            {{ last_points }}.area_code,
            {{ last_points }}.period_type,
            {{ last_points }}.is_primary_cadence,
            {{ rates }}.special_cause,
            count(*) as charts,
            sum({{ rates }}.probability) as expected_by_chance,
            sum(case when {{ last_points }}.special_cause = {{ rates }}.special_cause then 1 else 0 end) as signals,
            max({{ last_points }}.release_id) as release_id
        from {{ last_points }}
        inner join {{ rates }}
            on
                {{ last_points }}.chart_method = {{ rates }}.chart_method
                and {{ last_points }}.points_in_baseline = {{ rates }}.points_in_baseline
                and {{ last_points }}.is_in_baseline <> {{ rates }}.is_after_baseline
        group by
            {{ last_points }}.area_code, {{ last_points }}.period_type, {{ last_points }}.is_primary_cadence,
            {{ rates }}.special_cause
    ),

    with_any as (
        select * from by_rule
        union all
        select
            area_code,
            period_type,
            is_primary_cadence,
            'any' as special_cause,
            max(charts) as charts,
            sum(expected_by_chance) as expected_by_chance,
            sum(signals) as signals,
            max(release_id) as release_id
        from by_rule
        group by area_code, period_type, is_primary_cadence
    )

    select
        cast(area_code as string) as area_code,
        cast(period_type as string) as period_type,
        cast(is_primary_cadence as boolean) as is_primary_cadence,
        cast(special_cause as string) as special_cause,
        cast(charts as integer) as charts,
        cast(expected_by_chance as decimal(18, 6)) as expected_by_chance,
        cast(signals as integer) as signals,
        cast(release_id as string) as release_id
    from with_any
{%- endmacro %}
