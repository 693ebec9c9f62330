-- Detects a figure counted from records that is not numerator x multiplier / denominator, or (a count) not its
-- numerator, or that is shown further from the exact figure than rounding to the dictionary's decimals allows.
-- A returned row is one such figure.

with

figures as (
    select * from {{ ref('fct_indicator_value') }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

recomputed as (
    select
        figures.*,
        cast(figures.numerator as double) * indicators.multiplier
        / coalesce(cast(figures.denominator as double), 1) as recomputed_value,
        0.5 / power(10, indicators.decimals) as half_a_step
    from figures
    inner join indicators
        on
            figures.indicator_code = indicators.indicator_code
            and figures.definition_version = indicators.definition_version
    where
        figures.value is not null
        and figures.form = 'records'
        -- A median has no sum to be divided.
        and indicators.measure_type <> 'median'
),

final as (
    select
        indicator_code,
        area_code,
        period_type,
        period_end,
        breakdown,
        breakdown_value,
        value_exact,
        recomputed_value
    from recomputed
    where
        numerator is null
        or value_exact is null
        or abs(cast(value_exact as double) - recomputed_value) > 0.000001
        or abs(cast(value as double) - recomputed_value) > half_a_step + 0.000001
)

select * from final
