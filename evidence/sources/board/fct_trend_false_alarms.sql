-- One row: a rule at the last points of the charts of one kind of period.
select
    alarms.area_code,
    alarms.period_type,
    alarms.is_primary_cadence,
    alarms.special_cause,
    alarms.charts,
    alarms.expected_by_chance,
    alarms.signals,
from (select 1) as always
left join board.fct_trend_false_alarms as alarms on true
