-- One row: a return of an agency for one period, come or not.
select
    feed.area_code,
    feed.supplier,
    feed.feed,
    feed.feed_name,
    feed.is_annual_final,
    feed.period_type,
    cast(feed.period_start as varchar) as period_start,
    cast(feed.period_end as varchar) as period_end,
    cast(feed.due_date as varchar) as due_date,
    feed.is_due_date_default,
    feed.status,
    feed.status_reason,
    feed.finality,
    cast(feed.received_at as varchar) as received_at,
from (select 1) as always
left join board.fct_feed_status as feed on true
