with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

coverage as (
    select * from {{ ref('int_indicator__coverage') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

indicator_periods as (
    select * from {{ ref('indicator_periods') }}
),

index_from as (
    select * from {{ ref('indicator_parameters') }}
    where parameter = 'index_from'
),

periods as (
    select * from {{ ref('periods') }}
),

indicator_feeds as (
    select * from {{ ref('indicator_feeds') }}
    where is_required
),

feed_calendar as (
    select * from {{ ref('feed_calendar') }}
),

areas as (
    select home_area_code as area_code from run_control
    union
    select area_code from coverage
),

-- A figure is due when the last of the returns that it needs is.
due_days as (
    select
        indicator_feeds.indicator_code,
        indicator_feeds.definition_version,
        max(feed_calendar.due_days) as due_days
    from indicator_feeds
    inner join feed_calendar
        on
            indicator_feeds.supplier = feed_calendar.supplier
            and indicator_feeds.feed = feed_calendar.feed
    group by indicator_feeds.indicator_code, indicator_feeds.definition_version
),

due as (
    select
        coverage.indicator_code,
        coverage.definition_version,
        coverage.area_code,
        coverage.period_type,
        coverage.period_start,
        coverage.period_end,
        {{ add_days('coverage.period_end', 'due_days.due_days') }} as due_date
    from coverage
    cross join run_control
    inner join due_days
        on
            coverage.indicator_code = due_days.indicator_code
            and coverage.definition_version = due_days.definition_version
    where {{ add_days('coverage.period_end', 'due_days.due_days') }} <= run_control.as_of_date
),

-- The first period of the index, ended or not: what a meeting is told of before anything is due.
first_periods as (
    select
        indicators.indicator_code,
        indicators.definition_version,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        periods.period_label,
        {{ add_days('periods.period_end', 'due_days.due_days') }} as due_date
    from indicators
    inner join indicator_periods
        on
            indicators.indicator_code = indicator_periods.indicator_code
            and indicators.definition_version = indicator_periods.definition_version
    inner join index_from
        on
            indicators.indicator_code = index_from.indicator_code
            and indicators.definition_version = index_from.definition_version
    inner join due_days
        on
            indicators.indicator_code = due_days.indicator_code
            and indicators.definition_version = due_days.definition_version
    inner join periods
        on
            indicator_periods.period_type = periods.period_type
            and cast(index_from.value as date) <= periods.period_start
            and {{ is_valid_on('periods.period_end', 'indicators.valid_from', 'indicators.valid_to') }}
    qualify
        row_number() over (
            partition by indicators.indicator_code, periods.period_type
            order by periods.period_end asc
        ) = 1
),

together as (
    select
        *,
        cast(null as string) as status,
        cast(null as string) as status_reason
    from due
    union all
    select
        first_periods.indicator_code,
        first_periods.definition_version,
        areas.area_code,
        first_periods.period_type,
        first_periods.period_start,
        first_periods.period_end,
        first_periods.due_date,
        'not_submitted' as status,
        'Its first period, ' || first_periods.period_label || ', is not due until '
        || {{ date_in_words('first_periods.due_date') }} || '.' as status_reason
    from first_periods
    cross join areas
    inner join run_control
        on first_periods.due_date > run_control.as_of_date
),

latest as (
    select *
    from together
    qualify
        row_number() over (
            partition by indicator_code, area_code, period_type
            order by case when status is null then 0 else 1 end asc, period_end desc
        ) = 1
),

final as (
    select
        cast(latest.indicator_code as string) as indicator_code,
        cast(latest.definition_version as string) as definition_version,
        cast(latest.area_code as string) as area_code,
        cast(latest.period_type as string) as period_type,
        cast(latest.period_start as date) as period_start,
        cast(latest.period_end as date) as period_end,
        cast(latest.due_date as date) as due_date,
        cast(latest.status as string) as status,
        cast(latest.status_reason as string) as status_reason,
        cast(latest.period_type = indicators.primary_period_type as boolean) as is_primary_cadence,
        cast(run_control.release_id as string) as release_id
    from latest
    cross join run_control
    inner join indicators
        on
            latest.indicator_code = indicators.indicator_code
            and latest.definition_version = indicators.definition_version
)

select * from final
