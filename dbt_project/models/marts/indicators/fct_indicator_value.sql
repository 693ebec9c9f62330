with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

coverage as (
    select * from {{ ref('int_indicator__coverage') }}
),

populations as (
    select * from {{ ref('int_indicator__populations') }}
),

counts as (
    select * from {{ ref('int_indicator__counts') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

indicator_periods as (
    select * from {{ ref('indicator_periods') }}
),

indicator_breakdowns as (
    select * from {{ ref('indicator_breakdowns') }}
),

periods as (
    select * from {{ ref('periods') }}
),

breakdowns as (
    select * from {{ ref('breakdowns') }}
),

age_bands as (
    select * from {{ ref('age_bands') }}
),

-- The values that a breakdown of an indicator can take, whether a child has them or not.
breakdown_values as (
    select
        indicator_breakdowns.indicator_code,
        indicator_breakdowns.definition_version,
        breakdowns.breakdown,
        breakdowns.breakdown_value
    from indicator_breakdowns
    inner join breakdowns
        on indicator_breakdowns.breakdown = breakdowns.breakdown
    left join age_bands
        on
            indicator_breakdowns.band_set = age_bands.band_set
            and breakdowns.breakdown_value = age_bands.breakdown_value
    where
        indicator_breakdowns.band_set is null
        or breakdowns.band_set is null
        or age_bands.breakdown_value is not null
),

-- An indicator counts its own members, or (a rate) those of another in the version that holds at the day.
index_rows as (
    select
        coverage.indicator_code,
        coverage.definition_version,
        coverage.area_code,
        periods.period_type,
        periods.period_start,
        coverage.period_end,
        breakdown_values.breakdown,
        breakdown_values.breakdown_value,
        counted.indicator_code as counted_indicator_code,
        counted.definition_version as counted_definition_version,
        indicators.measure_type,
        indicators.multiplier,
        indicators.decimals,
        indicators.population_group,
        indicators.primary_period_type = periods.period_type as is_primary_cadence,
        coverage.feeds_expected,
        coverage.feeds_received,
        coverage.coverage,
        coverage.reason,
        coverage.finality,
        coverage.data_as_at
    from coverage
    inner join indicators
        on
            coverage.indicator_code = indicators.indicator_code
            and coverage.definition_version = indicators.definition_version
    inner join indicators as counted
        on
            coalesce(indicators.counts_indicator_code, indicators.indicator_code) = counted.indicator_code
            and {{ is_valid_on('coverage.period_end', 'counted.valid_from', 'counted.valid_to') }}
    inner join indicator_periods
        on
            coverage.indicator_code = indicator_periods.indicator_code
            and coverage.definition_version = indicator_periods.definition_version
    inner join periods
        on
            indicator_periods.period_type = periods.period_type
            and coverage.period_end = periods.period_end
    inner join breakdown_values
        on
            coverage.indicator_code = breakdown_values.indicator_code
            and coverage.definition_version = breakdown_values.definition_version
),

measured as (
    select
        index_rows.*,
        case
            when index_rows.coverage = 'received' then cast(coalesce(counts.counted, 0) as decimal(18, 4))
        end as numerator,
        case
            when index_rows.coverage = 'received' then cast(populations.population as decimal(18, 4))
        end as denominator,
        case when index_rows.coverage = 'received' then populations.population_release end as population_release,
        populations.wanted_mid_year,
        index_rows.coverage = 'received' and coalesce(populations.is_interim, false) as is_interim
    from index_rows
    left join counts
        on
            index_rows.counted_indicator_code = counts.indicator_code
            and index_rows.counted_definition_version = counts.definition_version
            and index_rows.area_code = counts.area_code
            and index_rows.period_end = counts.period_end
            and index_rows.breakdown = counts.breakdown
            and index_rows.breakdown_value = counts.breakdown_value
    left join populations
        on
            index_rows.indicator_code = populations.indicator_code
            and index_rows.definition_version = populations.definition_version
            and index_rows.area_code = populations.area_code
            and index_rows.period_end = populations.period_end
),

computed as (
    select
        *,
        case
            when population_group is null then cast(numerator as decimal(28, 12))
            else {{ exact_ratio('numerator', 'denominator', 'multiplier') }}
        end as value_exact
    from measured
),

rounded as (
    select
        *,
        {{ round_half_up('value_exact', 'decimals') }} as value
    from computed
),

with_status as (
    select
        *,
        {{ figure_status(
            not_submitted="coverage = 'not_submitted'",
            late="coverage = 'late'",
            not_available="population_group is not null and denominator is null",
            rounds_to_zero="numerator > 0 and value = 0",
            provisional="finality = 'provisional' or is_interim",
        ) }} as status
    from rounded
),

final as (
    select
        cast(with_status.indicator_code as string) as indicator_code,
        cast(with_status.definition_version as string) as definition_version,
        cast(with_status.area_code as string) as area_code,
        cast(with_status.period_type as string) as period_type,
        cast(with_status.period_start as date) as period_start,
        cast(with_status.period_end as date) as period_end,
        cast(with_status.breakdown as string) as breakdown,
        cast(with_status.breakdown_value as string) as breakdown_value,
        cast(with_status.numerator as decimal(18, 4)) as numerator,
        cast(with_status.denominator as decimal(18, 4)) as denominator,
        cast(with_status.value as decimal(18, 6)) as value,
        cast(with_status.value_exact as decimal(28, 12)) as value_exact,
        cast(null as decimal(18, 6)) as lower_ci_95,
        cast(null as decimal(18, 6)) as upper_ci_95,
        cast(case when with_status.coverage = 'received' then 0 end as decimal(18, 4)) as cases_not_assessable,
        cast(with_status.status as string) as status,
        cast(
            case with_status.status
                when 'not_submitted' then with_status.reason
                when 'late' then with_status.reason
                when 'not_available' then 'The population to divide by is not in the warehouse.'
                when 'rounds_to_zero' then 'More than nothing, but rounded to nought.'
                when 'provisional' then
                    case
                        when with_status.finality = 'provisional' and with_status.is_interim
                            then 'From a provisional return, and the population of mid-'
                        when with_status.finality = 'provisional'
                            then 'From a provisional return; the final one has not come.'
                        else 'The population of mid-'
                    end
                    || case
                        when with_status.is_interim
                            then
                                cast(with_status.wanted_mid_year as string) || ' is not out yet: divided by '
                                || with_status.population_release || '.'
                        else ''
                    end
            end as string
        ) as status_reason,
        cast(
            case when with_status.is_interim then 'provisional' else with_status.finality end as string
        ) as finality,
        cast(with_status.population_release as string) as population_release,
        cast(with_status.data_as_at as date) as data_as_at,
        cast(with_status.feeds_expected as integer) as feeds_expected,
        cast(with_status.feeds_received as integer) as feeds_received,
        cast(with_status.is_primary_cadence as boolean) as is_primary_cadence,
        cast(run_control.release_id as string) as release_id
    from with_status
    cross join run_control
)

select * from final
