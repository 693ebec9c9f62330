with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

-- As in stg_published__submissions and stg_ops__submissions: a demonstration's clock stands before real published files
-- and the Board's own decisions.
registered as (
    select submissions.*
    from {{ source('ops', 'submissions') }} as submissions
    inner join run_control
        on submissions.received_at <= run_control.as_of

    union all

    select submissions.*
    from {{ source('ops', 'submissions') }} as submissions
    inner join run_control
        on submissions.received_at > run_control.as_of
    where submissions.supplier in ('published', 'board') and run_control.is_synthetic and not submissions.is_replay
),

withdrawals as (
    select
        submission_id,
        min(received_at) as withdrawn_at,
        max(reason) as reason
    from registered
    where status = 'withdrawn'
    group by submission_id
),

accepted as (
    select
        submission_id,
        supplier,
        feed,
        area_code,
        period_start,
        period_end,
        precedence
    from {{ ref('stg_ops__submissions') }}
    union all
    select
        submission_id,
        supplier,
        feed,
        area_code,
        period_start,
        period_end,
        precedence
    from {{ ref('stg_published__submissions') }}
),

in_force as (
    select
        submission_id,
        precedence = max(precedence) over (
            partition by supplier, feed, area_code, period_start, period_end
        ) as is_latest_for_period
    from accepted
),

final as (
    select
        cast(registered.submission_id as string) as submission_id,
        cast(registered.supplier as string) as supplier,
        cast(registered.feed as string) as feed,
        cast(registered.area_code as string) as area_code,
        cast(registered.period_start as date) as period_start,
        cast(registered.period_end as date) as period_end,
        cast(registered.data_as_at as date) as data_as_at,
        cast(registered.finality as string) as finality,
        cast(registered.layout_version as string) as layout_version,
        cast(registered.contract_version as string) as contract_version,
        cast(registered.received_at as timestamp) as received_at,
        cast(registered.registered_at as timestamp) as registered_at,
        cast(
            case when withdrawals.submission_id is not null then 'withdrawn' else registered.status end as string
        ) as status,
        -- A file's name may hold a child's: it stays in ops.
        cast(
            replace(coalesce(withdrawals.reason, registered.reason), registered.file_name, 'the file') as string
        ) as reason,
        cast(withdrawals.withdrawn_at as timestamp) as withdrawn_at,
        cast(coalesce(in_force.is_latest_for_period, false) as boolean) as is_latest_for_period,
        cast(registered.is_nil_return as boolean) as is_nil_return,
        cast(registered.is_synthetic as boolean) as is_synthetic,
        cast(registered.envelope_inferred as boolean) as envelope_inferred,
        cast(registered.rows_received as bigint) as rows_received,
        cast(registered.rows_accepted as bigint) as rows_accepted,
        cast(registered.rows_quarantined as bigint) as rows_quarantined
    from registered
    left join withdrawals
        on registered.submission_id = withdrawals.submission_id
    left join in_force
        on registered.submission_id = in_force.submission_id
    where registered.status <> 'withdrawn'
)

select * from final
