-- One row: how many proposals wait in an area. Nothing else of a proposal that is not agreed leaves.
select
    counted.area_code,
    counted.waiting,
    counted.watched,
    counted.agreed,
from (select 1) as always
left join board.fct_exception_count as counted on true
