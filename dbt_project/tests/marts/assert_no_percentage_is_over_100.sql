-- Detects a percentage over 100: a numerator that its denominator does not hold. Where more than 100 is legitimate (a
-- pupil excluded twice, children who cross the boundary) the dictionary says so and why: parameter may_exceed_100.
-- A returned row is one such figure, and nothing is published.

with

figures as (
    select * from {{ ref('fct_indicator_value') }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
    where unit = 'percent'
),

may_exceed as (
    select * from {{ ref('indicator_parameters') }}
    where parameter = 'may_exceed_100'
),

final as (
    select
        figures.indicator_code,
        figures.definition_version,
        figures.area_code,
        figures.period_type,
        figures.period_end,
        figures.breakdown,
        figures.breakdown_value,
        figures.numerator,
        figures.denominator,
        figures.value_exact
    from figures
    inner join indicators
        on
            figures.indicator_code = indicators.indicator_code
            and figures.definition_version = indicators.definition_version
    left join may_exceed
        on
            figures.indicator_code = may_exceed.indicator_code
            and figures.definition_version = may_exceed.definition_version
            and {{ is_valid_on('figures.period_end', 'may_exceed.valid_from', 'may_exceed.valid_to') }}
    where
        may_exceed.indicator_code is null
        and (figures.value_exact > 100 or figures.value > 100)
)

select * from final
