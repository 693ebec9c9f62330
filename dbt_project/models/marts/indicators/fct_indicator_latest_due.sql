with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

coverage as (
    select * from {{ ref('int_indicator__coverage') }}
),

indicator_feeds as (
    select * from {{ ref('indicator_feeds') }}
    where is_required
),

feed_calendar as (
    select * from {{ ref('feed_calendar') }}
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

dated as (
    select
        coverage.*,
        {{ add_days('coverage.period_end', 'due_days.due_days') }} as due_date
    from coverage
    inner join due_days
        on
            coverage.indicator_code = due_days.indicator_code
            and coverage.definition_version = due_days.definition_version
),

latest as (
    select
        dated.*,
        run_control.release_id
    from dated
    inner join run_control
        on dated.due_date <= run_control.as_of_date
    qualify
        row_number() over (
            partition by dated.indicator_code, dated.area_code, dated.period_type
            order by dated.period_end desc
        ) = 1
),

final as (
    select
        cast(indicator_code as string) as indicator_code,
        cast(definition_version as string) as definition_version,
        cast(area_code as string) as area_code,
        cast(period_type as string) as period_type,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        cast(due_date as date) as due_date,
        cast(release_id as string) as release_id
    from latest
)

select * from final
