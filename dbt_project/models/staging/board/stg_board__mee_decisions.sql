with

decisions as (
    {{ in_force('raw', 'raw_board__mee_decisions__mee_decisions') }}
),

submissions as (
    select * from {{ ref('stg_ops__submissions') }}
),

-- A row without a decision is a proposal that the exported workbook holds and the group has not come to.
final as (
    select
        decisions.exception_id,
        decisions.decision,
        decisions.reason as decision_reason,
        decisions.commentary,
        decisions.action,
        decisions.owner as action_owner,
        decisions.due as due_on,
        coalesce(
            decisions.decided_on, decisions.decided_at_meeting, cast(submissions.received_at as date)
        ) as decided_on,
        decisions.decided_at_meeting as meeting_date,
        decisions.decided_by_role,
        submissions.received_at,
        decisions.submission_id,
        decisions.table_name,
        decisions.row_number
    from decisions
    inner join submissions
        on decisions.submission_id = submissions.submission_id
    where decisions.decision is not null
)

select * from final
