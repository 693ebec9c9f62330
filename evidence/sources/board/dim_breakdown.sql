-- One row: a value of a breakdown.
select
    part.breakdown,
    part.breakdown_value,
    part.value_name,
    part.sort_order,
from (select 1) as always
left join board.dim_breakdown as part on true
