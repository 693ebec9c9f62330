with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

submissions as (
    select * from {{ source('ops', 'submissions') }}
),

-- The clock of a demonstration stands in the past, where none of the real published files has come yet: there, they all
-- count. Those of the replay itself have come on a day of its calendar.
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
    where run_control.is_synthetic and not submissions.is_replay
),

accepted as (
    {{ accepted_submissions(is_publication=true) }}
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
        layout_version,
        file_name,
        precedence
    from accepted
)

select * from final
