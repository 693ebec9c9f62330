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
