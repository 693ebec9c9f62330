with

sent as (
    {{ in_force('raw', 'raw_board__mee_decisions__mee_decisions') }}
),

submissions as (
    select * from {{ ref('stg_ops__submissions') }}
),

exceptions as (
    select * from {{ ref('fct_exception') }}
),

-- A row without a decision is a proposal that the exported workbook holds and the group has not come to.
decisions as (
    select
        sent.exception_id,
        sent.decision,
        sent.reason as decision_reason,
        sent.commentary,
        sent.action,
        sent.owner as action_owner,
        sent.due as due_on,
        coalesce(sent.decided_on, sent.decided_at_meeting, cast(submissions.received_at as date)) as decided_on,
        sent.decided_at_meeting as meeting_date,
        sent.decided_by_role,
        submissions.received_at,
        sent.submission_id,
        sent.row_number
    from sent
    inner join submissions
        on sent.submission_id = submissions.submission_id
    where sent.decision is not null
),

with_refusals as (
    select
        decisions.*,
        case
            when exceptions.exception_id is null
                then
                    decisions.submission_id || ', row ' || cast(decisions.row_number as string)
                    || ': found exception_id ' || decisions.exception_id
                    || ', expected one that a release has proposed; take it from `safeguarding exceptions export` and '
                    || 'send the row again.'
        end as refusal
    from decisions
    left join exceptions
        on decisions.exception_id = exceptions.exception_id
),

-- Of the decisions on an exception the latest speaks: by its day, then by when it came.
final as (
    select
        cast(exception_id as string) as exception_id,
        cast(decision as string) as decision,
        cast(decision_reason as string) as decision_reason,
        cast(commentary as string) as commentary,
        cast(action as string) as action,
        cast(action_owner as string) as action_owner,
        cast(due_on as date) as due_on,
        cast(decided_on as date) as decided_on,
        cast(meeting_date as date) as meeting_date,
        cast(decided_by_role as string) as decided_by_role,
        cast(submission_id as string) as submission_id,
        cast(received_at as timestamp) as received_at,
        cast(
            refusal is null
            and row_number() over (
                partition by exception_id
                order by decided_on desc, received_at desc, submission_id desc
            ) = 1 as boolean
        ) as is_in_force,
        cast(refusal as string) as refusal
    from with_refusals
)

select * from final
