-- One row: a rule that returns of a feed have broken; rows in bands only.
select
    quality.supplier,
    quality.feed,
    quality.area_code,
    quality.rule_code,
    quality.rule_meaning,
    quality.severity,
    quality.returns_affected,
    quality.returns_affected_in_force,
    quality.rows_band,
    cast(quality.last_received_at as varchar) as last_received_at,
from (select 1) as always
left join board.fct_return_quality as quality on true
