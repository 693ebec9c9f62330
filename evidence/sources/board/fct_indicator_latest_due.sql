-- One row: the latest period of one type that is already due, of an indicator in an area; where none is, the first one.
select
    due.indicator_code,
    due.definition_version,
    due.area_code,
    due.period_type,
    cast(due.period_start as varchar) as period_start,
    cast(due.period_end as varchar) as period_end,
    cast(due.due_date as varchar) as due_date,
    due.status,
    due.status_reason,
    due.is_primary_cadence,
from (select 1) as always
left join board.fct_indicator_latest_due as due on true
