-- One row: a decision to judge an indicator by a new baseline.
select
    baseline.indicator_code,
    baseline.definition_version,
    baseline.area_code,
    cast(baseline.starts_on as varchar) as starts_on,
    baseline.reason,
    cast(baseline.decided_on as varchar) as decided_on,
    baseline.decided_by,
from (select 1) as always
left join board.dim_baseline as baseline on true
