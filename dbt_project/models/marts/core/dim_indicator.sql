with

indicators as (
    select * from {{ ref('indicators') }}
),

headings as (
    select * from {{ ref('headings') }}
),

readings as (
    select * from {{ ref('indicator_readings') }}
),

tolerances as (
    select * from {{ ref('restatement_tolerances') }}
),

final as (
    select
        cast(indicators.indicator_code as string) as indicator_code,
        cast(indicators.definition_version as string) as definition_version,
        cast(indicators.framework_name as string) as framework_name,
        cast(indicators.display_name as string) as display_name,
        cast(indicators.parent_code as string) as parent_code,
        cast(indicators.comparison_code as string) as comparison_code,
        cast(indicators.heading_code as string) as heading_code,
        cast(headings.heading_name as string) as heading_name,
        cast(indicators.measure_type as string) as measure_type,
        cast(indicators.time_behaviour as string) as time_behaviour,
        cast(indicators.unit as string) as unit,
        cast(indicators.multiplier as integer) as multiplier,
        cast(indicators.decimals as integer) as decimals,
        cast(indicators.polarity as string) as polarity,
        cast(indicators.cadence as string) as cadence,
        cast(indicators.primary_period_type as string) as primary_period_type,
        cast(indicators.lead_or_lag as string) as lead_or_lag,
        cast(indicators.numerator_definition as string) as numerator_definition,
        cast(indicators.denominator_definition as string) as denominator_definition,
        cast(indicators.exclusions as string) as exclusions,
        cast(indicators.ci_method as string) as ci_method,
        cast(indicators.chart_method as string) as chart_method,
        cast(indicators.complement_is_sensitive as boolean) as complement_is_sensitive,
        cast(indicators.is_local_definition as boolean) as is_local_definition,
        cast(indicators.owner as string) as owner,
        cast(indicators.counts_indicator_code as string) as counts_indicator_code,
        cast(indicators.population_group as string) as population_group,
        cast(indicators.valid_from as date) as valid_from,
        cast(indicators.valid_to as date) as valid_to,
        cast(indicators.status_note as string) as status_note,
        cast(readings.how_to_read as string) as how_to_read,
        cast(readings.question as string) as question,
        cast(coalesce(own.at_least, of_unit.at_least, 0) as decimal(18, 6)) as restatement_tolerance,
        cast(coalesce(own.percent, of_unit.percent, 0) as decimal(9, 3)) as restatement_tolerance_percent
    from indicators
    inner join headings
        on indicators.heading_code = headings.heading_code
    left join readings
        on coalesce(indicators.parent_code, indicators.indicator_code) = readings.indicator_code
    left join tolerances as own
        on
            indicators.indicator_code = own.indicator_code
            and indicators.unit = own.unit
    left join tolerances as of_unit
        on
            of_unit.indicator_code is null
            and indicators.unit = of_unit.unit
)

select * from final
