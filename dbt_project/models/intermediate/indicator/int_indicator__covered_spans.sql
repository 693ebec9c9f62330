with

submissions as (
    select * from {{ ref('stg_ops__submissions') }}
),

submission_tables as (
    select * from {{ source('ops', 'submission_tables') }}
),

windows as (
    select
        submissions.supplier,
        submissions.feed,
        submissions.area_code,
        submission_tables.table_name,
        submissions.period_start,
        submissions.period_end,
        max(submissions.period_end) over (
            partition by
                submissions.supplier, submissions.feed, submissions.area_code, submission_tables.table_name
            order by submissions.period_start asc, submissions.period_end asc
            rows between unbounded preceding and 1 preceding
        ) as covered_before
    from submissions
    inner join submission_tables
        on submissions.submission_id = submission_tables.submission_id
),

numbered as (
    select
        *,
        sum(
            case when covered_before is null or period_start > {{ add_days('covered_before', 1) }} then 1 else 0 end
        ) over (
            partition by supplier, feed, area_code, table_name
            order by period_start asc, period_end asc
            rows between unbounded preceding and current row
        ) as span_number
    from windows
),

final as (
    select
        supplier,
        feed,
        area_code,
        table_name,
        min(period_start) as covered_from,
        max(period_end) as covered_to
    from numbered
    group by supplier, feed, area_code, table_name, span_number
)

select * from final
