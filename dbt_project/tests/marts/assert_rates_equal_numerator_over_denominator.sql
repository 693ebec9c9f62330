-- Detects a figure that is not numerator x multiplier / denominator, or (a count) not its numerator, or that is shown
-- further from the exact figure than rounding to the dictionary's decimals allows. A median has no numerator. What a
-- supplier worked out itself is exact to its own rounding only, and of a rounded count nothing is worked out.
-- A returned row is one such figure.

with

figures as (
    select * from {{ ref('fct_indicator_value') }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

coverage as (
    select * from {{ ref('int_indicator__coverage') }}
),

told as (
    select * from {{ ref('int_aggregates__figures') }}
    where value is not null
),

recomputed as (
    select
        figures.*,
        indicators.measure_type,
        case
            when indicators.measure_type = 'median' or told.rounded_to is not null
                then cast(figures.value_exact as double)
            else
                cast(figures.numerator as double) * indicators.multiplier
                / coalesce(cast(figures.denominator as double), 1)
        end as recomputed_value,
        told.indicator_code is not null as is_told,
        case when told.indicator_code is null then 0 else 0.5 / power(10, indicators.decimals) end as told_rounding,
        0.5 / power(10, indicators.decimals) as half_a_step
    from figures
    inner join indicators
        on
            figures.indicator_code = indicators.indicator_code
            and figures.definition_version = indicators.definition_version
    left join coverage
        on
            figures.indicator_code = coverage.indicator_code
            and figures.definition_version = coverage.definition_version
            and figures.area_code = coverage.area_code
            and figures.period_type = coverage.period_type
            and figures.period_end = coverage.period_end
    left join told
        on
            case when coverage.form = 'aggregates' then figures.indicator_code end = told.indicator_code
            and figures.definition_version = told.definition_version
            and figures.area_code = told.area_code
            and figures.period_type = told.period_type
            and figures.period_end = told.period_end
            and figures.breakdown = told.breakdown
            and figures.breakdown_value = told.breakdown_value
    where figures.value is not null
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
        (numerator is null and measure_type <> 'median' and not is_told)
        or value_exact is null
        or abs(cast(value_exact as double) - recomputed_value) > told_rounding + 0.000001
        or abs(cast(value as double) - recomputed_value) > told_rounding + half_a_step + 0.000001
)

select * from final
