-- One row: a return as it came from an agency.
select
    submission.supplier,
    submission.feed,
    submission.area_code,
    cast(submission.period_start as varchar) as period_start,
    cast(submission.period_end as varchar) as period_end,
    submission.finality,
    cast(submission.received_at as varchar) as received_at,
    submission.status,
from (select 1) as always
left join board.fct_submission as submission on true
