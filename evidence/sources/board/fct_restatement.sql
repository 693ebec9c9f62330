-- One row: a figure that the Board was told before and is told otherwise now.
select
    moved.indicator_code,
    moved.definition_version,
    moved.area_code,
    moved.period_type,
    cast(moved.period_start as varchar) as period_start,
    cast(moved.period_end as varchar) as period_end,
    moved.breakdown,
    moved.breakdown_value,
    moved.value_before,
    moved.value_after,
    moved.moved_by,
    moved.tolerance,
    moved.times_tolerance,
    moved.is_beyond_tolerance,
    moved.causes,
    moved.status,
    moved.is_primary_cadence,
from (select 1) as always
left join board.fct_restatement as moved on true
