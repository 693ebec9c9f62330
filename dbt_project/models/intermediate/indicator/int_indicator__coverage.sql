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

told as (
    select * from {{ ref('int_aggregates__figures') }}
    where breakdown = 'total'
),

-- A supplier that counts itself has begun with the first period that it told.
first_told as (
    select
        indicator_code,
        area_code,
        supplier,
        feed,
        min(period_end) as first_told_end
    from told
    group by indicator_code, area_code, supplier, feed
),

areas as (
    select home_area_code as area_code from run_control
    union
    select submissions.area_code
    from submissions
    inner join indicator_feeds
        on
            submissions.supplier = indicator_feeds.supplier
            and submissions.feed = indicator_feeds.feed
),

indexed as (
    select
        indicators.indicator_code,
        indicators.definition_version,
        indicators.time_behaviour,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        -- A stock stands at the period's last day; a flow or window needs every day of the period.
        case
            when indicators.time_behaviour = 'stock' then periods.period_end
            else periods.period_start
        end as needed_from
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
        indexed.*,
        areas.area_code,
        indicator_feeds.supplier,
        indicator_feeds.feed,
        indicator_feeds.table_name,
        feed_calendar.feed_name,
        {{ add_days('indexed.period_end', 'feed_calendar.due_days') }} as due_date
    from indexed
    cross join areas
    inner join indicator_feeds
        on
            indexed.indicator_code = indicator_feeds.indicator_code
            and indexed.definition_version = indicator_feeds.definition_version
    inner join feed_calendar
        on
            indicator_feeds.supplier = feed_calendar.supplier
            and indicator_feeds.feed = feed_calendar.feed
),

-- Figures that a supplier has counted itself are no records: a period has one where it was told, whatever the window.
-- An indicator that asks for that table alone is never counted from the feed's records.
returned_tables as (
    select
        submissions.*,
        submission_tables.table_name
    from submissions
    inner join submission_tables
        on submissions.submission_id = submission_tables.submission_id
    where submission_tables.table_name <> 'aggregates'
),

first_returns as (
    select
        supplier,
        feed,
        area_code,
        table_name,
        min(covered_from) as first_period_start
    from covered_spans
    where table_name <> 'aggregates'
    group by supplier, feed, area_code, table_name
),

-- Whatever tables it holds.
first_returns_of_feed as (
    select
        supplier,
        feed,
        area_code,
        min(covered_from) as feed_begins_on
    from covered_spans
    group by supplier, feed, area_code
),

needed_days as (
    select distinct
        supplier,
        feed,
        table_name,
        area_code,
        period_end
    from expected
),

-- Of the returns whose window has the last day, the one of the highest precedence.
last_days as (
    select
        needed_days.*,
        returned_tables.submission_id,
        returned_tables.finality,
        returned_tables.data_as_at
    from needed_days
    inner join returned_tables
        on
            needed_days.supplier = returned_tables.supplier
            and needed_days.feed = returned_tables.feed
            and needed_days.area_code = returned_tables.area_code
            and needed_days.table_name = returned_tables.table_name
            and needed_days.period_end between returned_tables.period_start and returned_tables.period_end
    qualify
        row_number() over (
            partition by
                needed_days.supplier,
                needed_days.feed,
                needed_days.table_name,
                needed_days.area_code,
                needed_days.period_end
            order by returned_tables.precedence desc
        ) = 1
),

covered as (
    select
        expected.*,
        last_days.finality,
        last_days.data_as_at,
        last_days.submission_id is not null as has_last_day,
        covered_spans.covered_from
    from expected
    left join last_days
        on
            expected.supplier = last_days.supplier
            and expected.feed = last_days.feed
            and expected.table_name = last_days.table_name
            and expected.area_code = last_days.area_code
            and expected.period_end = last_days.period_end
    left join covered_spans
        on
            expected.supplier = covered_spans.supplier
            and expected.feed = covered_spans.feed
            and expected.table_name = covered_spans.table_name
            and expected.area_code = covered_spans.area_code
            and expected.period_end between covered_spans.covered_from and covered_spans.covered_to
),

-- The day that tells why a table has not come: the period's last one or, behind a gap, the last day of that gap.
asked as (
    select
        *,
        case when has_last_day then {{ add_days('covered_from', -1) }} else period_end end as asked_day
    from covered
),

-- Of those, the days for which the return came all the same, with other tables.
days_of_other_tables as (
    select distinct
        asked.supplier,
        asked.feed,
        asked.area_code,
        asked.asked_day
    from asked
    inner join covered_spans
        on
            asked.supplier = covered_spans.supplier
            and asked.feed = covered_spans.feed
            and asked.area_code = covered_spans.area_code
            and asked.asked_day between covered_spans.covered_from and covered_spans.covered_to
),

judged as (
    select
        asked.*,
        first_returns.first_period_start,
        first_returns_of_feed.feed_begins_on,
        days_of_other_tables.asked_day is not null as is_without_table,
        first_told.first_told_end,
        case
            when asked.has_last_day and asked.covered_from <= asked.needed_from then 'received'
            when first_returns.first_period_start is null and first_told.first_told_end is null then 'none_ever'
            when first_returns.first_period_start is null and asked.period_end < first_told.first_told_end
                then 'before_the_first_told'
            when asked.period_end < first_returns.first_period_start then 'before_the_first'
            when asked.needed_from < first_returns.first_period_start then 'begins_before_the_first'
            when asked.has_last_day then 'gap'
            when asked.due_date <= run_control.as_of_date then 'late'
            else 'not_due'
        end as state
    from asked
    cross join run_control
    left join first_returns
        on
            asked.supplier = first_returns.supplier
            and asked.feed = first_returns.feed
            and asked.area_code = first_returns.area_code
            and asked.table_name = first_returns.table_name
    left join first_returns_of_feed
        on
            asked.supplier = first_returns_of_feed.supplier
            and asked.feed = first_returns_of_feed.feed
            and asked.area_code = first_returns_of_feed.area_code
    left join days_of_other_tables
        on
            asked.supplier = days_of_other_tables.supplier
            and asked.feed = days_of_other_tables.feed
            and asked.area_code = days_of_other_tables.area_code
            and asked.asked_day = days_of_other_tables.asked_day
    left join first_told
        on
            asked.indicator_code = first_told.indicator_code
            and asked.area_code = first_told.area_code
            and asked.supplier = first_told.supplier
            and asked.feed = first_told.feed
),

by_table as (
    select
        *,
        case
            when state = 'received' then 'received'
            when state in ('late', 'gap') then 'late'
            else 'not_submitted'
        end as coverage,
        case
            when state = 'received' then null
            when state = 'before_the_first_told'
                then
                    'before the first figure, which is for the period to '
                    || {{ date_in_words('first_told_end') }} || '.'
            when state = 'not_due' then 'not due until ' || {{ date_in_words('due_date') }} || '.'
            when state = 'late'
                then
                    'due on ' || {{ date_in_words('due_date') }}
                    || case
                        when is_without_table then '; what has come does not hold its table "' || table_name || '".'
                        else ' and has not come.'
                    end
            when state = 'gap'
                then
                    case
                        when is_without_table
                            then
                                'what has come before ' || {{ date_in_words('covered_from') }}
                                || ' does not hold its table "' || table_name || '"'
                        else 'a return is missing before ' || {{ date_in_words('covered_from') }}
                    end
                    || ', so that part of the period is not known.'
            when feed_begins_on is null then 'no return has come.'
            when period_end < feed_begins_on
                then 'before the first return, which begins on ' || {{ date_in_words('feed_begins_on') }} || '.'
            when needed_from < feed_begins_on
                then
                    'the period begins before the first return, which begins on '
                    || {{ date_in_words('feed_begins_on') }} || '.'
            when state = 'none_ever' then 'what has come does not hold its table "' || table_name || '".'
            else
                'its table "' || table_name || '" has come only from '
                || {{ date_in_words('first_period_start') }} || ' on.'
        end as reason
    from judged
),

by_feed as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_start,
        period_end,
        supplier,
        feed,
        bool_and(coverage = 'received') as is_received,
        bool_or(coverage = 'not_submitted') as is_not_submitted,
        bool_and(coalesce(finality, 'provisional') = 'final') as is_final,
        min(data_as_at) as data_as_at,
        {{ text_list("distinct feed_name || ': ' || reason", ' ', "feed_name || ': ' || reason") }} as reason
    from by_table
    group by
        indicator_code, definition_version, area_code, period_type, period_start, period_end, supplier, feed
),

from_records as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_start,
        period_end,
        count(*) as feeds_expected,
        count(*) filter (where is_received) as feeds_received,
        bool_and(is_received) as is_received,
        bool_or(is_not_submitted) as is_not_submitted,
        bool_and(is_final) as is_final,
        min(data_as_at) as data_as_at,
        {{ text_list('reason', ' ', 'feed') }} as reason
    from by_feed
    group by indicator_code, definition_version, area_code, period_type, period_start, period_end
),

-- Where the records have not come, the figure that the supplier has counted itself stands, whole.
final as (
    select
        from_records.indicator_code,
        from_records.definition_version,
        from_records.area_code,
        from_records.period_type,
        from_records.period_start,
        from_records.period_end,
        from_records.feeds_expected,
        case
            when not from_records.is_received and told.indicator_code is not null then from_records.feeds_expected
            else from_records.feeds_received
        end as feeds_received,
        case
            when from_records.is_received or told.indicator_code is not null then 'received'
            when from_records.is_not_submitted then 'not_submitted'
            else 'late'
        end as coverage,
        case
            when from_records.is_received then 'records'
            when told.indicator_code is not null then 'aggregates'
        end as form,
        case when told.indicator_code is null then from_records.reason end as reason,
        case
            when from_records.is_received then case when from_records.is_final then 'final' else 'provisional' end
            when told.indicator_code is not null then told.finality
        end as finality,
        case
            when from_records.is_received then from_records.data_as_at
            when told.indicator_code is not null then told.data_as_at
        end as data_as_at
    from from_records
    left join told
        on
            from_records.indicator_code = told.indicator_code
            and from_records.definition_version = told.definition_version
            and from_records.area_code = told.area_code
            and from_records.period_type = told.period_type
            and from_records.period_end = told.period_end
)

select * from final
