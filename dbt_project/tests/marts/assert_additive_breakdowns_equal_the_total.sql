-- Detects a breakdown whose values do not add up to the headline although dim_breakdown says that they do: a child is
-- lost or counted twice between them. A figure that is told by its breakdown alone (A12b) has no headline to equal.
-- A returned row is one breakdown of one figure.

with

figures as (
    select * from {{ ref('fct_indicator_value') }}
    where numerator is not null
),

breakdowns as (
    select
        breakdown,
        bool_and(is_additive) as is_additive
    from {{ ref('breakdowns') }}
    group by breakdown
),

sums as (
    select
        figures.indicator_code,
        figures.definition_version,
        figures.area_code,
        figures.period_type,
        figures.period_end,
        figures.breakdown,
        sum(figures.numerator) as sum_of_values
    from figures
    inner join breakdowns
        on
            figures.breakdown = breakdowns.breakdown
            and breakdowns.is_additive
    group by all
),

final as (
    select
        sums.*,
        totals.numerator as total
    from sums
    inner join figures as totals
        on
            sums.indicator_code = totals.indicator_code
            and sums.definition_version = totals.definition_version
            and sums.area_code = totals.area_code
            and sums.period_type = totals.period_type
            and sums.period_end = totals.period_end
            and totals.breakdown = 'total'
    where sums.sum_of_values <> totals.numerator
)

select * from final
