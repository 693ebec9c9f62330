with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

submissions as (
    select * from {{ source('ops', 'submissions') }}
),

known as (
    select submissions.*
    from submissions
    inner join run_control
        on submissions.received_at <= run_control.as_of
),

withdrawn as (
    select distinct submission_id
    from known
    where status = 'withdrawn'
),

accepted as (
    select known.*
    from known
    left join withdrawn
        on known.submission_id = withdrawn.submission_id
    where
        known.status = 'accepted'
        and withdrawn.submission_id is null
),

final as (
    select
        submission_id,
        supplier,
        feed,
        area_code,
        period_start,
        period_end,
        data_as_at,
        year(period_end) + case when month(period_end) > 3 then 1 else 0 end as return_year,
        finality,
        received_at,
        row_number() over (
            partition by supplier, feed, area_code
            order by
                period_end asc,
                case when finality = 'final' then 1 else 0 end asc,
                received_at asc,
                submission_id asc
        ) as precedence
    from accepted
)

select * from final
