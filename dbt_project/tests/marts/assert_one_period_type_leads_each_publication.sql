-- Detects a breakdown of an indicator that an audience is shown without exactly one period type for a page to take.
-- A returned row is one indicator, audience and breakdown.

with

final as (
    select
        indicator_code,
        audience,
        breakdown
    from {{ ref('indicator_publication') }}
    group by indicator_code, audience, breakdown
    having count(*) filter (where is_primary) <> 1
)

select * from final
