-- One row: a release of the warehouse.
select
    release.release_id,
    cast(release.released_at as varchar) as released_at,
    cast(release.as_of as varchar) as as_of,
    release.is_synthetic,
from (select 1) as always
left join board.dim_release as release on true
