-- One row: a return that an indicator is counted from.
select
    source.indicator_code,
    source.definition_version,
    source.supplier,
    source.feed,
    source.is_required,
from (select 1) as always
left join board.bridge_indicator_feed as source on true
