-- Detects an indicator without exactly one definition that is in use (valid_to empty), and definitions whose days
-- overlap: a figure would stand twice, or not at all.
-- A returned row is one indicator.

with

indicators as (
    select
        *,
        lead(valid_from) over (partition by indicator_code order by valid_from asc nulls first) as next_valid_from
    from {{ ref('dim_indicator') }}
),

checked as (
    select
        indicator_code,
        case when valid_to is null then 1 else 0 end as in_use,
        case when next_valid_from <= coalesce(valid_to, cast('9999-12-31' as date)) then 1 else 0 end as overlapping
    from indicators
),

final as (
    select
        indicator_code,
        sum(in_use) as definitions_in_use,
        sum(overlapping) as definitions_overlapping
    from checked
    group by indicator_code
    having sum(in_use) <> 1 or sum(overlapping) > 0
)

select * from final
