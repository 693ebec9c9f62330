-- One row: a measure of a priority in the latest period due.
select
    measure.priority_code,
    measure.priority_name,
    measure.indicator_code,
    measure.definition_version,
    measure.area_code,
    measure.period_type,
    cast(measure.period_start as varchar) as period_start,
    cast(measure.period_end as varchar) as period_end,
    measure.breakdown,
    measure.breakdown_value,
    measure.value,
    measure.status,
    measure.status_reason,
    measure.significance_england,
    measure.signal,
from (select 1) as always
left join board.fct_priority_indicator as measure on true
