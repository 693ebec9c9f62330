-- One row: how many checks of one kind were made in this run, and what they came to.
select
    result.engine,
    result.layer,
    result.checks,
    result.passed,
    result.warned,
    result.failed,
    result.not_evaluated,
from (select 1) as always
left join board.fct_data_quality_result as result on true
