with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

submissions as (
    select * from {{ source('ops', 'submissions') }}
),

-- The clock of a demonstration stands in the past, where no published file has come yet: there, they all count.
known as (
    select submissions.*
    from submissions
    inner join run_control
        on submissions.received_at <= run_control.as_of or run_control.is_synthetic
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
