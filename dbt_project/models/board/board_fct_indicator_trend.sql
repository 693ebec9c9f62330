{{ config(alias='fct_indicator_trend') }}

with

trends as (
    select * from {{ ref('fct_indicator_trend') }}
),

figures as (
    select * from {{ ref('board_fct_indicator_value') }}
),

-- A point that the Board does not see leads back from the limits that it went into; and one that it sees, from the run
-- that it shares with another.
seen as (
    select
        trends.*,
        figures.value as shown_value,
        figures.is_primary_cadence as is_shown_first,
        trends.value is not null and figures.value is null as is_withheld,
        not bool_or(trends.is_in_baseline and trends.value is not null and figures.value is null) over (
            partition by trends.baseline_id
        ) as is_baseline_shown,
        not bool_or(trends.value is not null and figures.value is null) over (
            partition by trends.baseline_id
        ) as is_series_shown
    from trends
    inner join figures
        on
            trends.indicator_code = figures.indicator_code
            and trends.definition_version = figures.definition_version
            and trends.area_code = figures.area_code
            and trends.period_type = figures.period_type
            and trends.period_end = figures.period_end
            and trends.breakdown = figures.breakdown
            and trends.breakdown_value = figures.breakdown_value
),

final as (
    select
        cast(indicator_code as string) as indicator_code,
        cast(definition_version as string) as definition_version,
        cast(area_code as string) as area_code,
        cast(period_type as string) as period_type,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        cast(breakdown as string) as breakdown,
        cast(breakdown_value as string) as breakdown_value,
        cast(shown_value as decimal(18, 6)) as value,
        -- That counts are mostly small would tell of a withheld one.
        cast(case when is_baseline_shown then chart_method else 'run_chart' end as string) as chart_method,
        cast(baseline_id as string) as baseline_id,
        cast(baseline_reason as string) as baseline_reason,
        cast(points_in_baseline as integer) as points_in_baseline,
        cast(is_in_baseline as boolean) as is_in_baseline,
        cast(case when is_baseline_shown and not is_withheld then is_provisional_limits end as boolean)
            as is_provisional_limits,
        {%- for column in ('centre_line', 'lower_limit', 'upper_limit', 'lower_warning', 'upper_warning') %}
        cast(case when is_baseline_shown and not is_withheld then {{ column }} end as decimal(18, 6)) as {{ column }},
        {%- endfor %}
        cast(case when is_series_shown then special_cause end as string) as special_cause,
        cast(case when is_series_shown then signal end as string) as signal,
        cast(target_value as decimal(18, 6)) as target_value,
        cast(target_direction as string) as target_direction,
        cast(target_set_by as string) as target_set_by,
        cast(target_set_on as date) as target_set_on,
        cast(case when is_baseline_shown and not is_withheld then assurance end as string) as assurance,
        cast(
            case
                when not is_baseline_shown
                    then 'A figure of the baseline is withheld, so there are neither limits nor signals.'
                when not is_series_shown and chart_method <> 'run_chart'
                    then 'A figure after the baseline is withheld, so there are limits and no signals.'
                else note
            end as string
        ) as note,
        cast(season as string) as season,
        cast(is_shown_first as boolean) as is_primary_cadence,
        cast(release_id as string) as release_id
    from seen
)

select * from final
