with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

submissions as (
    select * from {{ ref('stg_ops__submissions') }}
),

submission_tables as (
    select * from {{ source('ops', 'submission_tables') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

indicator_periods as (
    select * from {{ ref('indicator_periods') }}
),

indicator_feeds as (
    select * from {{ ref('indicator_feeds') }}
    where is_required
),

indicator_parameters as (
    select * from {{ ref('indicator_parameters') }}
    where parameter = 'index_from'
),

periods as (
    select * from {{ ref('periods') }}
),

feed_calendar as (
    select * from {{ ref('feed_calendar') }}
),

areas as (
    select home_area_code as area_code from run_control
    union
    select area_code from submissions
),

days as (
    select distinct
        indicators.indicator_code,
        indicators.definition_version,
        periods.period_end
    from indicators
    inner join indicator_periods
        on
            indicators.indicator_code = indicator_periods.indicator_code
            and indicators.definition_version = indicator_periods.definition_version
    inner join indicator_parameters
        on
            indicators.indicator_code = indicator_parameters.indicator_code
            and indicators.definition_version = indicator_parameters.definition_version
    inner join periods
        on
            indicator_periods.period_type = periods.period_type
            and cast(indicator_parameters.value as date) <= periods.period_start
            and {{ is_valid_on('periods.period_end', 'indicators.valid_from', 'indicators.valid_to') }}
    inner join run_control
        on periods.period_end <= run_control.as_of_date
),

expected as (
    select
        days.*,
        areas.area_code,
        indicator_feeds.supplier,
        indicator_feeds.feed,
        indicator_feeds.table_name,
        feed_calendar.feed_name,
        {{ add_days('days.period_end', 'feed_calendar.due_days') }} as due_date
    from days
    cross join areas
    inner join indicator_feeds
        on
            days.indicator_code = indicator_feeds.indicator_code
            and days.definition_version = indicator_feeds.definition_version
    inner join feed_calendar
        on
            indicator_feeds.supplier = feed_calendar.supplier
            and indicator_feeds.feed = feed_calendar.feed
),

returned_tables as (
    select
        submissions.*,
        submission_tables.table_name
    from submissions
    inner join submission_tables
        on submissions.submission_id = submission_tables.submission_id
),

first_returns as (
    select
        supplier,
        feed,
        area_code,
        table_name,
        min(period_start) as first_period_start
    from returned_tables
    group by supplier, feed, area_code, table_name
),

-- Of the returns whose window has the day, the one of the highest precedence.
covered as (
    select
        expected.*,
        returned_tables.submission_id,
        returned_tables.finality,
        returned_tables.data_as_at
    from expected
    left join returned_tables
        on
            expected.supplier = returned_tables.supplier
            and expected.feed = returned_tables.feed
            and expected.area_code = returned_tables.area_code
            and expected.table_name = returned_tables.table_name
            and expected.period_end between returned_tables.period_start and returned_tables.period_end
    qualify
        row_number() over (
            partition by
                expected.indicator_code,
                expected.definition_version,
                expected.area_code,
                expected.period_end,
                expected.supplier,
                expected.feed,
                expected.table_name
            order by returned_tables.precedence desc nulls last
        ) = 1
),

by_table as (
    select
        covered.*,
        case
            when covered.submission_id is not null then 'received'
            when first_returns.first_period_start is null then 'not_submitted'
            when covered.period_end < first_returns.first_period_start then 'not_submitted'
            when covered.due_date <= run_control.as_of_date then 'late'
            else 'not_submitted'
        end as coverage,
        case
            when covered.submission_id is not null then null
            when first_returns.first_period_start is null
                then covered.feed_name || ': no return has come.'
            when covered.period_end < first_returns.first_period_start
                then
                    covered.feed_name || ': before the first return, which begins on '
                    || {{ date_in_words('first_returns.first_period_start') }} || '.'
            when covered.due_date <= run_control.as_of_date
                then
                    covered.feed_name || ': due on ' || {{ date_in_words('covered.due_date') }}
                    || ' and has not come.'
            else covered.feed_name || ': not due until ' || {{ date_in_words('covered.due_date') }} || '.'
        end as reason
    from covered
    cross join run_control
    left join first_returns
        on
            covered.supplier = first_returns.supplier
            and covered.feed = first_returns.feed
            and covered.area_code = first_returns.area_code
            and covered.table_name = first_returns.table_name
),

by_feed as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_end,
        supplier,
        feed,
        bool_and(coverage = 'received') as is_received,
        bool_or(coverage = 'not_submitted') as is_not_submitted,
        bool_and(coalesce(finality, 'provisional') = 'final') as is_final,
        min(data_as_at) as data_as_at,
        max(reason) as reason
    from by_table
    group by indicator_code, definition_version, area_code, period_end, supplier, feed
),

final as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_end,
        count(*) as feeds_expected,
        count(*) filter (where is_received) as feeds_received,
        case
            when bool_and(is_received) then 'received'
            when bool_or(is_not_submitted) then 'not_submitted'
            else 'late'
        end as coverage,
        {{ text_list('reason', ' ', 'feed') }} as reason,
        case
            when bool_and(is_received) then case when bool_and(is_final) then 'final' else 'provisional' end
        end as finality,
        case when bool_and(is_received) then min(data_as_at) end as data_as_at
    from by_feed
    group by indicator_code, definition_version, area_code, period_end
)

select * from final
