-- One row: the plain sentence of an indicator's latest period already due.
select
    said.indicator_code,
    said.definition_version,
    said.area_code,
    said.period_type,
    cast(said.period_end as varchar) as period_end,
    said.status,
    said.sentence,
from (select 1) as always
left join board.fct_indicator_sentence as said on true
