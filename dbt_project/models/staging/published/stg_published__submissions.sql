with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

submissions as (
    select * from {{ source('ops', 'submissions') }}
),

-- The clock of a demonstration stands in the past, where no published file has come yet: there, they all count.
clock as (
    select case when is_synthetic then cast('9999-12-31 00:00:00' as timestamp) else as_of end as known_until
    from run_control
),

known as (
    select submissions.*
    from submissions
    inner join clock
        on submissions.received_at <= clock.known_until
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
