-- One row: a figure. Dates leave as ISO text: the browser would shift a timestamp by its time zone.
-- The left join from one row: Evidence publishes no table at all for a source without rows.
select
    figure.indicator_code,
    figure.definition_version,
    figure.area_code,
    figure.period_type,
    cast(figure.period_start as varchar) as period_start,
    cast(figure.period_end as varchar) as period_end,
    figure.breakdown,
    figure.breakdown_value,
    figure.numerator,
    figure.denominator,
    figure.value,
    figure.cases_not_assessable,
    figure.status,
    figure.status_reason,
    figure.finality,
    figure.population_release,
    cast(figure.data_as_at as varchar) as data_as_at,
    figure.feeds_expected,
    figure.feeds_received,
    figure.is_primary_cadence,
from (select 1) as always
left join board.fct_indicator_value as figure on true
