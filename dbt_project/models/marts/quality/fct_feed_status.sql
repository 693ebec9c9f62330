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

covered_spans as (
    select * from {{ ref('int_indicator__covered_spans') }}
),

feed_calendar as (
    select * from {{ ref('feed_calendar') }}
),

indicator_feeds as (
    select * from {{ ref('indicator_feeds') }}
    where is_required
),

indicator_periods as (
    select * from {{ ref('indicator_periods') }}
),

indicator_parameters as (
    select * from {{ ref('indicator_parameters') }}
    where parameter = 'index_from'
),

periods as (
    select * from {{ ref('periods') }}
),

areas as (
    select home_area_code as area_code from run_control
    union
    select area_code from submissions
),

-- What each feed owes: its return for every period, and where the year is signed off that return too.
owed as (
    select
        supplier,
        feed,
        feed_name,
        period_type,
        due_days,
        is_default,
        false as is_annual_final
    from feed_calendar

    union all

    select
        supplier,
        feed,
        feed_name,
        'financial_year' as period_type,
        annual_due_days as due_days,
        is_default,
        true as is_annual_final
    from feed_calendar
    where annual_due_days is not null
),

-- The tables that figures of such periods read; where none is counted by them, all that the feed's figures read.
read_tables as (
    select
        owed.supplier,
        owed.feed,
        owed.is_annual_final,
        indicator_feeds.table_name,
        max(case when indicator_periods.period_type = owed.period_type then 1 else 0 end) as is_of_period_type,
        min(cast(indicator_parameters.value as date)) as index_from
    from owed
    inner join indicator_feeds
        on
            owed.supplier = indicator_feeds.supplier
            and owed.feed = indicator_feeds.feed
    inner join indicator_periods
        on
            indicator_feeds.indicator_code = indicator_periods.indicator_code
            and indicator_feeds.definition_version = indicator_periods.definition_version
    inner join indicator_parameters
        on
            indicator_feeds.indicator_code = indicator_parameters.indicator_code
            and indicator_feeds.definition_version = indicator_parameters.definition_version
    group by owed.supplier, owed.feed, owed.is_annual_final, indicator_feeds.table_name
),

needed_tables as (
    select *
    from (
        select
            *,
            min(index_from) over (partition by supplier, feed) as feed_index_from,
            max(is_of_period_type) over (partition by supplier, feed, is_annual_final) as has_period_type
        from read_tables
    ) as tables_read
    where is_of_period_type = has_period_type
),

expected as (
    select
        areas.area_code,
        owed.supplier,
        owed.feed,
        owed.feed_name,
        owed.is_annual_final,
        owed.is_default,
        needed_tables.table_name,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        {{ add_days('periods.period_end', 'owed.due_days') }} as due_date
    from owed
    cross join areas
    inner join needed_tables
        on
            owed.supplier = needed_tables.supplier
            and owed.feed = needed_tables.feed
            and owed.is_annual_final = needed_tables.is_annual_final
    inner join periods
        on
            owed.period_type = periods.period_type
            and needed_tables.feed_index_from <= periods.period_start
    inner join run_control
        on periods.period_end <= run_control.as_of_date
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
        min(period_start) as first_period_start
    from submissions
    group by supplier, feed, area_code
),

-- The returns that have the period's last day: for the year's sign-off only final ones.
has_last_day as (
    select
        expected.area_code,
        expected.supplier,
        expected.feed,
        expected.is_annual_final,
        expected.table_name,
        expected.period_end,
        max_by(returned_tables.finality, returned_tables.precedence) as finality,
        min(returned_tables.received_at) as received_at
    from expected
    inner join returned_tables
        on
            expected.supplier = returned_tables.supplier
            and expected.feed = returned_tables.feed
            and expected.area_code = returned_tables.area_code
            -- Figures that the supplier has counted itself stand for every table of its records.
            and returned_tables.table_name in (expected.table_name, 'aggregates')
            and expected.period_end between returned_tables.period_start and returned_tables.period_end
    where not expected.is_annual_final or returned_tables.finality = 'final'
    group by
        expected.area_code,
        expected.supplier,
        expected.feed,
        expected.is_annual_final,
        expected.table_name,
        expected.period_end
),

by_table as (
    select
        expected.*,
        has_last_day.finality,
        has_last_day.received_at,
        coalesce(
            has_last_day.received_at is not null
            and least(covered_spans.covered_from, told_spans.covered_from) <= expected.period_start,
            false
        ) as is_received
    from expected
    left join has_last_day
        on
            expected.area_code = has_last_day.area_code
            and expected.supplier = has_last_day.supplier
            and expected.feed = has_last_day.feed
            and expected.is_annual_final = has_last_day.is_annual_final
            and expected.table_name = has_last_day.table_name
            and expected.period_end = has_last_day.period_end
    left join covered_spans
        on
            expected.supplier = covered_spans.supplier
            and expected.feed = covered_spans.feed
            and expected.table_name = covered_spans.table_name
            and expected.area_code = covered_spans.area_code
            and expected.period_end between covered_spans.covered_from and covered_spans.covered_to
    left join covered_spans as told_spans
        on
            told_spans.table_name = 'aggregates'
            and expected.supplier = told_spans.supplier
            and expected.feed = told_spans.feed
            and expected.area_code = told_spans.area_code
            and expected.period_end between told_spans.covered_from and told_spans.covered_to
),

by_period as (
    select
        area_code,
        supplier,
        feed,
        feed_name,
        is_annual_final,
        is_default,
        period_type,
        period_start,
        period_end,
        due_date,
        bool_and(is_received) as is_received,
        bool_or(is_received) as is_received_in_part,
        {{ text_list("case when not is_received then table_name end", ', ', 'table_name') }} as missing_tables,
        case when bool_and(coalesce(finality, 'provisional') = 'final') then 'final' else 'provisional' end as finality,
        max(received_at) as received_at
    from by_table
    group by
        area_code,
        supplier,
        feed,
        feed_name,
        is_annual_final,
        is_default,
        period_type,
        period_start,
        period_end,
        due_date
),

with_status as (
    select
        by_period.*,
        first_returns.first_period_start,
        case
            when by_period.is_received then 'received'
            when by_period.due_date > run_control.as_of_date then 'not_due'
            when first_returns.first_period_start is null then 'not_submitted'
            when by_period.period_start < first_returns.first_period_start then 'not_submitted'
            else 'late'
        end as status
    from by_period
    cross join run_control
    left join first_returns
        on
            by_period.supplier = first_returns.supplier
            and by_period.feed = first_returns.feed
            and by_period.area_code = first_returns.area_code
),

final as (
    select
        cast(area_code as string) as area_code,
        cast(supplier as string) as supplier,
        cast(feed as string) as feed,
        cast(feed_name as string) as feed_name,
        cast(is_annual_final as boolean) as is_annual_final,
        cast(period_type as string) as period_type,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        cast(due_date as date) as due_date,
        cast(is_default as boolean) as is_due_date_default,
        cast(status as string) as status,
        cast(
            case
                when status = 'not_submitted' and first_period_start is null then 'No return has come.'
                when status = 'not_submitted'
                    then
                        'The period begins before the first return, which begins on '
                        || {{ date_in_words('first_period_start') }} || '.'
                when status in ('late', 'not_due')
                    then
                        case when status = 'late' then 'Due on ' else 'Not due until ' end
                        || {{ date_in_words('due_date') }}
                        || case
                            when is_received_in_part
                                then '; of its tables these have not come: ' || missing_tables || '.'
                            when status = 'late' then ' and has not come.'
                            else '.'
                        end
            end as string
        ) as status_reason,
        cast(case when is_received then finality end as string) as finality,
        cast(case when is_received then received_at end as timestamp) as received_at
    from with_status
)

select * from final
