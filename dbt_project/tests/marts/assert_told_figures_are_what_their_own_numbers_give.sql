{{ config(severity='warn') }}

-- Detects a figure that a supplier counted itself and that is not what its own numerator and denominator give, further
-- off than rounding to a tenth allows. Its figure stands; the supplier should be asked. Rounded counts are left out.
-- A returned row is one such figure.

with

figures as (
    select * from {{ ref('int_aggregates__figures') }}
    where value is not null and numerator is not null and denominator > 0 and rounded_to is null
),

indicators as (
    select * from {{ ref('indicators') }}
),

final as (
    select
        figures.indicator_code,
        figures.area_code,
        figures.period_type,
        figures.period_end,
        figures.breakdown,
        figures.breakdown_value,
        figures.value,
        cast(figures.numerator as double) * indicators.multiplier / cast(figures.denominator as double) as recomputed
    from figures
    inner join indicators
        on
            figures.indicator_code = indicators.indicator_code
            and figures.definition_version = indicators.definition_version
    where
        indicators.measure_type in ('proportion', 'rate')
        and abs(
            cast(figures.value as double)
            - cast(figures.numerator as double) * indicators.multiplier / cast(figures.denominator as double)
        )
        > 0.5 / power(10, least(indicators.decimals, 1)) + 0.000001
)

select * from final
