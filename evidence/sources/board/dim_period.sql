-- One row: a period of one type.
select
    period.period_type,
    cast(period.period_start as varchar) as period_start,
    cast(period.period_end as varchar) as period_end,
    period.period_label,
from (select 1) as always
left join board.dim_period as period on true
