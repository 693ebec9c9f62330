-- One row: a priority of the Board to which an indicator, or one value of a breakdown of it, belongs.
select
    link.indicator_code,
    link.definition_version,
    link.priority_code,
    link.priority_name,
    link.breakdown,
    link.breakdown_value,
from (select 1) as always
left join board.bridge_indicator_priority as link on true
