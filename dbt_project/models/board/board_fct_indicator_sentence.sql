{{ config(alias='fct_indicator_sentence') }}

with

latest_due as (
    select * from {{ ref('board_fct_indicator_latest_due') }}
    where is_primary_cadence
),

figures as (
    select * from {{ ref('board_fct_indicator_value') }}
    where breakdown = 'total'
),

comparisons as (
    select * from {{ ref('board_fct_indicator_comparison') }}
),

trends as (
    select * from {{ ref('board_fct_indicator_trend') }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

periods as (
    select * from {{ ref('periods') }}
),

-- Nothing but what the Board's other tables hold: a sentence cannot tell what they withhold.
told as (
    select
        latest_due.indicator_code,
        latest_due.definition_version,
        latest_due.area_code,
        latest_due.period_type,
        latest_due.period_start,
        latest_due.period_end,
        latest_due.due_date,
        latest_due.release_id,
        indicators.display_name,
        indicators.unit,
        indicators.decimals,
        compared.unit as comparison_unit,
        compared.decimals as comparison_decimals,
        compared.multiplier as comparison_multiplier,
        periods.period_label,
        figures.value,
        coalesce(figures.status, latest_due.status) as status,
        coalesce(figures.status_reason, latest_due.status_reason) as status_reason,
        previous.value as previous_value,
        previous_periods.period_label as previous_label,
        comparisons.comparison_code,
        comparisons.comparison_value,
        comparisons.england_value,
        comparisons.significance_england,
        trends.signal
    from latest_due
    inner join indicators
        on
            latest_due.indicator_code = indicators.indicator_code
            and latest_due.definition_version = indicators.definition_version
    inner join periods
        on
            latest_due.period_type = periods.period_type
            and latest_due.period_end = periods.period_end
    left join figures
        on
            latest_due.indicator_code = figures.indicator_code
            and latest_due.definition_version = figures.definition_version
            and latest_due.area_code = figures.area_code
            and latest_due.period_type = figures.period_type
            and latest_due.period_end = figures.period_end
    left join comparisons
        on
            latest_due.indicator_code = comparisons.indicator_code
            and latest_due.definition_version = comparisons.definition_version
            and latest_due.area_code = comparisons.area_code
            and latest_due.period_type = comparisons.period_type
            and latest_due.period_end = comparisons.period_end
    left join indicators as compared
        on
            comparisons.comparison_code = compared.indicator_code
            and comparisons.comparison_version = compared.definition_version
    left join figures as previous
        on
            latest_due.indicator_code = previous.indicator_code
            and latest_due.definition_version = previous.definition_version
            and latest_due.area_code = previous.area_code
            and latest_due.period_type = previous.period_type
            and year(latest_due.period_end) - 1 = year(previous.period_end)
            and month(latest_due.period_end) = month(previous.period_end)
    left join periods as previous_periods
        on
            previous.period_type = previous_periods.period_type
            and previous.period_end = previous_periods.period_end
    left join trends
        on
            latest_due.indicator_code = trends.indicator_code
            and latest_due.definition_version = trends.definition_version
            and latest_due.area_code = trends.area_code
            and latest_due.period_type = trends.period_type
            and latest_due.period_end = trends.period_end
),

worded as (
    select
        *,
        {{ figure_in_words('value', 'decimals', 'unit') }} as value_in_words,
        {{ change_in_words('value', 'previous_value') }}
        || {{ figure_in_words('previous_value', 'decimals', 'unit') }}
        || ' in ' || previous_label as change_in_words,
        {{ figure_in_words('england_value', 'comparison_decimals', 'comparison_unit') }} as england_in_words,
        {{ figure_in_words('comparison_value', 'comparison_decimals', 'comparison_unit') }} as comparison_in_words,
        {{ signal_in_words('signal') }} as signal_in_words
    from told
),

final as (
    select
        cast(indicator_code as string) as indicator_code,
        cast(definition_version as string) as definition_version,
        cast(area_code as string) as area_code,
        cast(period_type as string) as period_type,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        cast(status as string) as status,
        cast(
            case
                when value is null
                    then
                        display_name || ', ' || period_label || ': '
                        || case status
                            when 'suppressed' then 'withheld so that no child can be recognised'
                            when 'late' then 'late'
                            when 'not_submitted' then 'nothing has been submitted'
                            when 'failed_quality' then 'failed its quality checks'
                            else 'no figure'
                        end
                        || '.'
                else
                    display_name || ', ' || period_label || ': ' || value_in_words
                    || case when status = 'provisional' then ' (provisional)' else '' end
                    || coalesce(', ' || change_in_words, '')
                    || coalesce(
                        case
                            when comparison_code = indicator_code
                                then '; ' || {{ significance_in_words(
                                    'significance_england', "'England (' || england_in_words || ')'"
                                ) }}
                            else
                                case comparison_unit
                                    when 'percent' then '; as a share, ' || comparison_in_words || ' is '
                                    else
                                        '; as a rate, ' || comparison_in_words || ' per '
                                        || {{ number_in_words('comparison_multiplier', 0) }} || ' is '
                                end
                                || {{ significance_in_words(
                                    'significance_england', "'England (' || england_in_words || ')'"
                                ) }}
                        end,
                        ''
                    )
                    || coalesce('; ' || signal_in_words, '')
                    || '.'
            end as string
        ) as sentence,
        cast(release_id as string) as release_id
    from worded
)

select * from final
