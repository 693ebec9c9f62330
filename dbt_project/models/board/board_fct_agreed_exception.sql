{{ config(alias='fct_agreed_exception') }}

with

exceptions as (
    select * from {{ ref('board_fct_exception') }}
),

agreed as (
    select * from {{ ref('fct_exception_decision') }}
    where
        is_in_force
        and decision = 'agree'
),

final as (
    select
        cast(exceptions.exception_id as string) as exception_id,
        cast(exceptions.rule_code as string) as rule_code,
        cast(exceptions.severity as string) as severity,
        cast(exceptions.indicator_code as string) as indicator_code,
        cast(exceptions.definition_version as string) as definition_version,
        cast(exceptions.supplier as string) as supplier,
        cast(exceptions.feed as string) as feed,
        cast(exceptions.area_code as string) as area_code,
        cast(exceptions.period_type as string) as period_type,
        cast(exceptions.period_start as date) as period_start,
        cast(exceptions.period_end as date) as period_end,
        cast(exceptions.breakdown as string) as breakdown,
        cast(exceptions.reason as string) as reason,
        cast(exceptions.value_at_proposal as decimal(18, 6)) as value_at_proposal,
        cast(exceptions.first_release_id as string) as first_release_id,
        cast(exceptions.proposed_at as timestamp) as proposed_at,
        cast(exceptions.is_still_so as boolean) as is_still_so,
        cast(agreed.decision_reason as string) as decision_reason,
        cast(agreed.commentary as string) as commentary,
        cast(agreed.action as string) as action,
        cast(agreed.action_owner as string) as action_owner,
        cast(agreed.due_on as date) as due_on,
        cast(agreed.decided_on as date) as decided_on,
        cast(agreed.meeting_date as date) as meeting_date,
        cast(agreed.decided_by_role as string) as decided_by_role
    from exceptions
    inner join agreed
        on exceptions.exception_id = agreed.exception_id
)

select * from final
