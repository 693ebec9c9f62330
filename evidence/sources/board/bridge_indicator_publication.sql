-- One row: a kind of period and a breakdown that the Board is shown of an indicator.
select
    shown.indicator_code,
    shown.period_type,
    shown.breakdown,
    shown.is_primary,
from (select 1) as always
left join board.bridge_indicator_publication as shown on true
