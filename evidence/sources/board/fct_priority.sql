-- One row: a priority of the Board, and where it stands in one line.
select
    priority.priority_code,
    priority.priority_name,
    priority.area_code,
    priority.measures,
    priority.measures_with_figure,
    priority.measures_judged,
    priority.worse_than_england,
    priority.changed_for_the_worse,
    priority.agreed_exceptions,
    priority.state,
from (select 1) as always
left join board.fct_priority as priority on true
