{{ config(alias='fct_priority_indicator') }}

with

priorities as (
    select * from {{ ref('bridge_indicator_priority') }}
),

latest_due as (
    select * from {{ ref('board_fct_indicator_latest_due') }}
),

figures as (
    select * from {{ ref('board_fct_indicator_value') }}
),

comparisons as (
    select * from {{ ref('board_fct_indicator_comparison') }}
),

trends as (
    select * from {{ ref('board_fct_indicator_trend') }}
),

-- The latest period due in which the Board is shown the measure as the priority names it: a breakdown is shown by year.
placed as (
    select
        priorities.priority_code,
        priorities.priority_name,
        priorities.breakdown,
        priorities.breakdown_value,
        latest_due.indicator_code,
        latest_due.definition_version,
        latest_due.area_code,
        latest_due.period_type,
        latest_due.period_start,
        latest_due.period_end,
        latest_due.release_id,
        figures.value,
        figures.status as figure_status,
        figures.status_reason as figure_status_reason
    from priorities
    inner join latest_due
        on
            priorities.indicator_code = latest_due.indicator_code
            and priorities.definition_version = latest_due.definition_version
    left join figures
        on
            latest_due.indicator_code = figures.indicator_code
            and latest_due.definition_version = figures.definition_version
            and latest_due.area_code = figures.area_code
            and latest_due.period_type = figures.period_type
            and latest_due.period_end = figures.period_end
            and priorities.breakdown = figures.breakdown
            and priorities.breakdown_value = figures.breakdown_value
    qualify
        row_number() over (
            partition by
                priorities.priority_code, priorities.indicator_code, priorities.breakdown, priorities.breakdown_value,
                latest_due.area_code
            order by
                case when figures.status is not null then 0 else 1 end asc,
                case when latest_due.is_primary_cadence then 0 else 1 end asc,
                latest_due.period_end desc
        ) = 1
),

final as (
    select
        cast(placed.priority_code as string) as priority_code,
        cast(placed.priority_name as string) as priority_name,
        cast(placed.indicator_code as string) as indicator_code,
        cast(placed.definition_version as string) as definition_version,
        cast(placed.area_code as string) as area_code,
        cast(placed.period_type as string) as period_type,
        cast(placed.period_start as date) as period_start,
        cast(placed.period_end as date) as period_end,
        cast(placed.breakdown as string) as breakdown,
        cast(placed.breakdown_value as string) as breakdown_value,
        cast(placed.value as decimal(18, 6)) as value,
        cast(coalesce(placed.figure_status, 'not_available') as string) as status,
        cast(
            case
                when placed.figure_status is null then 'The Board is not shown this measure by this breakdown.'
                else placed.figure_status_reason
            end as string
        ) as status_reason,
        cast(case when placed.breakdown = 'total' then comparisons.significance_england end as string)
            as significance_england,
        cast(case when placed.breakdown = 'total' then comparisons.significance_england_reason end as string)
            as significance_england_reason,
        cast(case when placed.breakdown = 'total' then comparisons.comparison_code end as string) as comparison_code,
        cast(case when placed.breakdown = 'total' then comparisons.comparison_value end as decimal(18, 6))
            as comparison_value,
        cast(case when placed.breakdown = 'total' then comparisons.england_value end as decimal(18, 6))
            as england_value,
        cast(case when placed.breakdown = 'total' then comparisons.comparator_period_end end as date)
            as comparator_period_end,
        cast(case when placed.breakdown = 'total' then trends.signal end as string) as signal,
        cast(case when placed.breakdown = 'total' then trends.special_cause end as string) as special_cause,
        cast(case when placed.breakdown = 'total' then trends.chart_method end as string) as chart_method,
        cast(case when placed.breakdown = 'total' then trends.note end as string) as trend_note,
        cast(placed.release_id as string) as release_id
    from placed
    left join comparisons
        on
            placed.indicator_code = comparisons.indicator_code
            and placed.definition_version = comparisons.definition_version
            and placed.area_code = comparisons.area_code
            and placed.period_type = comparisons.period_type
            and placed.period_end = comparisons.period_end
    left join trends
        on
            placed.indicator_code = trends.indicator_code
            and placed.definition_version = trends.definition_version
            and placed.area_code = trends.area_code
            and placed.period_type = trends.period_type
            and placed.period_end = trends.period_end
)

select * from final
