-- Detects a figure that is shown without a number, a number under a status that says there is none, and a status other
-- than published without a reason. A status never becomes a number, and a missing figure says why.
-- A returned row is one such figure.

with

final as (
    select
        indicator_code,
        area_code,
        period_type,
        period_end,
        breakdown,
        breakdown_value,
        status,
        value
    from {{ ref('fct_indicator_value') }}
    where
        (status in ('published', 'provisional', 'rounds_to_zero', 'low_reliability')) <> (value is not null)
        or (status in ('not_submitted', 'late') and (numerator is not null or feeds_received = feeds_expected))
        or (status <> 'published' and status_reason is null)
)

select * from final
