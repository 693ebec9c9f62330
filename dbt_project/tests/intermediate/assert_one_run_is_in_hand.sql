-- Detects a control table with no row or several: every figure is computed as of the one time in it.
-- A returned row is the number of rows found.

with

final as (
    select count(*) as runs
    from {{ source('ops', 'run_control') }}
    having count(*) <> 1
)

select * from final
