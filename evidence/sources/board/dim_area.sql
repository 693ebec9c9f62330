-- One row: an area under the name now in force.
select
    area.area_code,
    area.area_name,
    area.region_code,
from (select 1) as always
left join board.dim_area as area on area.valid_to is null
