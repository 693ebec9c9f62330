-- One row: an exception that the MEE group has agreed, with the group's words. Proposals that it has not agreed do not
-- leave: every visitor's browser gets what a source selects.
select
    agreed.exception_id,
    agreed.rule_code,
    agreed.severity,
    agreed.indicator_code,
    agreed.definition_version,
    agreed.supplier,
    agreed.feed,
    agreed.area_code,
    agreed.period_type,
    cast(agreed.period_start as varchar) as period_start,
    cast(agreed.period_end as varchar) as period_end,
    agreed.breakdown,
    agreed.reason,
    agreed.value_at_proposal,
    cast(agreed.proposed_at as varchar) as proposed_at,
    agreed.is_still_so,
    agreed.decision_reason,
    agreed.commentary,
    agreed.action,
    agreed.action_owner,
    cast(agreed.due_on as varchar) as due_on,
    cast(agreed.decided_on as varchar) as decided_on,
    cast(agreed.meeting_date as varchar) as meeting_date,
    agreed.decided_by_role,
from (select 1) as always
left join board.fct_agreed_exception as agreed on true
