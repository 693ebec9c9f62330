-- One row: a rule by which exceptions are proposed.
select
    rule.rule_code,
    rule.rule_name,
    rule.severity,
    rule.threshold,
    rule.source,
from (select 1) as always
left join board.dim_exception_rule as rule on true
