with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

submissions as (
    select * from {{ source('ops', 'submissions') }}
),

-- The clock of a demonstration stands in the past: what the Board decides on it today counts all the same.
known as (
    select submissions.*
    from submissions
    inner join run_control
        on submissions.received_at <= run_control.as_of

    union all

    select submissions.*
    from submissions
    inner join run_control
        on submissions.received_at > run_control.as_of
    where
        submissions.supplier = 'board'
        and run_control.is_synthetic
        and not submissions.is_replay
),

accepted as (
    {{ accepted_submissions(is_publication=false) }}
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
        return_year,
        finality,
        received_at,
        precedence
    from accepted
)

select * from final
