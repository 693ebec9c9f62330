-- Detects a figure of status suppressed that still carries a number, and a number beside a missing one: what is divided
-- by something withheld tells it.
-- A returned row is one such figure.

with

final as (
    select
        indicator_code,
        area_code,
        period_type,
        period_end,
        breakdown,
        breakdown_value
    from {{ ref('board_fct_indicator_value') }}
    where
        status = 'suppressed'
        and (
            value is not null
            or numerator is not null
            or denominator is not null
            or lower_ci_95 is not null
            or upper_ci_95 is not null
            or cases_not_assessable is not null
        )
)

select * from final
