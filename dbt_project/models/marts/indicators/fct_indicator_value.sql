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

told as (
    select * from {{ ref('int_aggregates__figures') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

not_applicable as (
    select * from {{ ref('indicator_not_applicable') }}
),

status_parameters as (
    select max(case when parameter = 'low_reliability_below' then value end) as low_reliability_below
    from {{ ref('status_parameters') }}
),

poisson_limits as (
    select * from {{ ref('poisson_limits') }}
),

interval_parameters as (
    select
        max(case when interval_parameters.parameter = 'z_95' then interval_parameters.value end) as z_95,
        max(case when interval_parameters.parameter = 'exact_below' then interval_parameters.value end) as exact_below
    from {{ ref('interval_parameters') }} as interval_parameters
    inner join run_control
        on {{ is_valid_on(
            'run_control.as_of_date', 'interval_parameters.valid_from', 'interval_parameters.valid_to'
        ) }}
),

indicator_breakdowns as (
    select * from {{ ref('indicator_breakdowns') }}
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
        breakdowns.breakdown_value,
        indicator_breakdowns.denominator_scope
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
        coverage.period_type,
        coverage.period_start,
        coverage.period_end,
        breakdown_values.breakdown,
        breakdown_values.breakdown_value,
        breakdown_values.denominator_scope,
        counted.indicator_code as counted_indicator_code,
        counted.definition_version as counted_definition_version,
        indicators.measure_type,
        indicators.multiplier,
        indicators.decimals,
        indicators.ci_method,
        indicators.population_group,
        indicators.primary_period_type = coverage.period_type as is_primary_cadence,
        coverage.feeds_expected,
        coverage.feeds_received,
        coverage.coverage,
        coverage.form,
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
    inner join breakdown_values
        on
            coverage.indicator_code = breakdown_values.indicator_code
            and coverage.definition_version = breakdown_values.definition_version
),

measured as (
    select
        index_rows.*,
        -- A mean is of its amount (days) over its cases; a median has no sum.
        case
            when index_rows.form = 'aggregates' then told.numerator
            when index_rows.form is null or index_rows.measure_type = 'median' then null
            when index_rows.measure_type = 'mean' then cast(coalesce(counts.amount, 0) as decimal(18, 4))
            else cast(coalesce(counts.numerator, 0) as decimal(18, 4))
        end as numerator,
        case
            when index_rows.form is null then null
            when index_rows.measure_type in ('count', 'distinct') then null
            when told.denominator is not null or told.value is not null then told.denominator
            when index_rows.population_group is not null then cast(populations.population as decimal(18, 4))
            when index_rows.form = 'aggregates' then null
            when index_rows.denominator_scope = 'all'
                then
                    cast(
                        coalesce(
                            max(counts.denominator) over (
                                partition by
                                    index_rows.indicator_code,
                                    index_rows.definition_version,
                                    index_rows.area_code,
                                    index_rows.period_type,
                                    index_rows.period_end,
                                    index_rows.breakdown
                            ),
                            0
                        ) as decimal(18, 4)
                    )
            else cast(coalesce(counts.denominator, 0) as decimal(18, 4))
        end as denominator,
        -- What the supplier counted itself is taken as told; of a breakdown it may have told nothing.
        told.value as told_value,
        told.rounded_to,
        told.suppressed_below,
        told.lower_ci,
        told.upper_ci,
        case
            when index_rows.form = 'aggregates' then coalesce(told.status, 'not_told')
        end as told_status,
        cast(counts.middle_amount as decimal(28, 12)) as middle_amount,
        case when index_rows.form = 'records' then coalesce(counts.assessed, 0) end as assessed,
        case when index_rows.form = 'records' then coalesce(counts.not_assessable, 0) end as not_assessable,
        case
            when index_rows.form is not null and told.denominator is null and told.value is null
                then populations.population_release
        end as population_release,
        populations.wanted_mid_year,
        index_rows.form is not null
        and told.denominator is null
        and told.value is null
        and coalesce(populations.is_interim, false) as is_interim,
        not_applicable.reason as not_applicable_reason
    from index_rows
    left join counts
        on
            index_rows.counted_indicator_code = counts.indicator_code
            and index_rows.counted_definition_version = counts.definition_version
            and index_rows.area_code = counts.area_code
            and index_rows.period_type = counts.period_type
            and index_rows.period_end = counts.period_end
            and index_rows.breakdown = counts.breakdown
            and index_rows.breakdown_value = counts.breakdown_value
    left join told
        on
            case when index_rows.form = 'aggregates' then index_rows.indicator_code end = told.indicator_code
            and index_rows.definition_version = told.definition_version
            and index_rows.area_code = told.area_code
            and index_rows.period_type = told.period_type
            and index_rows.period_end = told.period_end
            and index_rows.breakdown = told.breakdown
            and index_rows.breakdown_value = told.breakdown_value
    left join populations
        on
            index_rows.indicator_code = populations.indicator_code
            and index_rows.definition_version = populations.definition_version
            and index_rows.area_code = populations.area_code
            and index_rows.period_end = populations.period_end
    left join not_applicable
        on
            index_rows.indicator_code = not_applicable.indicator_code
            and index_rows.definition_version = not_applicable.definition_version
            and index_rows.period_type = not_applicable.period_type
            and index_rows.period_end between not_applicable.period_from and not_applicable.period_to
),

-- Nothing to divide by is no figure; and where cases were there but none could be judged, even a count is none.
judged as (
    select
        *,
        form = 'records'
        and measure_type not in ('count', 'distinct')
        and population_group is null
        and denominator = 0
        and not_assessable = 0 as is_without_cases,
        form = 'records'
        and not_assessable > 0
        and case
            when measure_type in ('count', 'distinct') or population_group is not null then assessed = 0
            else denominator = 0
        end as is_not_assessable,
        coverage = 'received'
        and measure_type not in ('count', 'distinct')
        and told_value is null
        and coalesce(told_status, 'published') in ('published', 'provisional')
        and population_group is not null
        and denominator is null as is_without_population,
        coalesce(told_status, 'published') in ('published', 'provisional', 'low_reliability', 'rounds_to_zero')
            as is_told
    from measured
),

computed as (
    select
        *,
        case
            when is_without_cases or is_not_assessable or is_without_population then null
            when not_applicable_reason is not null or not is_told then null
            when told_value is not null then cast(told_value as decimal(28, 12))
            when measure_type = 'median' then middle_amount
            when measure_type in ('count', 'distinct') then cast(numerator as decimal(28, 12))
            else {{ exact_ratio('numerator', 'denominator', 'multiplier') }}
        end as value_exact
    from judged
),

rounded as (
    select
        *,
        {{ round_half_up('value_exact', 'decimals') }} as value
    from computed
),

-- A count that its supplier rounded or hid makes no interval: at most the supplier has told one.
bounded as (
    select
        rounded.*,
        case
            when rounded.value is null then null
            when rounded.lower_ci is not null then rounded.lower_ci
            when rounded.rounded_to is null and coalesce(rounded.told_status, 'published') <> 'rounds_to_zero'
                then
                    {{ interval_limit(
                        'lower', 'rounded.ci_method', 'rounded.numerator', 'rounded.denominator', 'rounded.multiplier',
                        "rounded.measure_type in ('count', 'distinct')", 'interval_parameters.z_95',
                        'interval_parameters.exact_below', 'poisson_limits.lower_95'
                    ) }}
        end as lower_ci_95,
        case
            when rounded.value is null then null
            when rounded.upper_ci is not null then rounded.upper_ci
            when rounded.rounded_to is null and coalesce(rounded.told_status, 'published') <> 'rounds_to_zero'
                then
                    {{ interval_limit(
                        'upper', 'rounded.ci_method', 'rounded.numerator', 'rounded.denominator', 'rounded.multiplier',
                        "rounded.measure_type in ('count', 'distinct')", 'interval_parameters.z_95',
                        'interval_parameters.exact_below', 'poisson_limits.upper_95'
                    ) }}
        end as upper_ci_95
    from rounded
    cross join interval_parameters
    left join poisson_limits
        on rounded.numerator = poisson_limits.cases
),

with_status as (
    select
        bounded.*,
        status_parameters.low_reliability_below,
        {{ figure_status(
            not_submitted="bounded.coverage = 'not_submitted'",
            late="bounded.coverage = 'late'",
            not_applicable="bounded.not_applicable_reason is not null or bounded.is_without_cases"
            ~ " or bounded.told_status = 'not_applicable'",
            not_available="bounded.is_without_population or bounded.is_not_assessable"
            ~ " or (bounded.coverage = 'received' and bounded.value is null"
            ~ " and coalesce(bounded.told_status, '') <> 'suppressed')",
            suppressed="bounded.told_status = 'suppressed'",
            low_reliability="bounded.told_status = 'low_reliability' or bounded.measure_type in ('proportion', 'mean', 'median')"
            ~ " and bounded.denominator < status_parameters.low_reliability_below",
            rounds_to_zero="bounded.told_status = 'rounds_to_zero' or (bounded.numerator > 0 and bounded.value = 0)",
            provisional="bounded.finality = 'provisional' or bounded.is_interim"
            ~ " or bounded.told_status = 'provisional'",
        ) }} as status
    from bounded
    cross join status_parameters
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
        cast(
            case when not with_status.is_not_assessable then with_status.numerator end as decimal(18, 4)
        ) as numerator,
        cast(with_status.denominator as decimal(18, 4)) as denominator,
        cast(with_status.value as decimal(18, 6)) as value,
        cast(with_status.value_exact as decimal(28, 12)) as value_exact,
        cast(with_status.lower_ci_95 as decimal(18, 6)) as lower_ci_95,
        cast(with_status.upper_ci_95 as decimal(18, 6)) as upper_ci_95,
        cast(with_status.not_assessable as decimal(18, 4)) as cases_not_assessable,
        cast(with_status.status as string) as status,
        cast(
            case with_status.status
                when 'not_submitted' then with_status.reason
                when 'late' then with_status.reason
                when 'not_applicable'
                    then
                        coalesce(
                            with_status.not_applicable_reason,
                            case
                                when with_status.told_status = 'not_applicable'
                                    then 'The supplier says that the figure does not apply.'
                            end,
                            'There was no case in the period to take a share of.'
                        )
                when 'not_available'
                    then
                        case
                            when with_status.is_without_population
                                then 'The population to divide by is not in the warehouse.'
                            when with_status.told_status = 'not_told'
                                then 'The supplier counted this itself and told no figure for this part.'
                            when with_status.told_status is not null and with_status.rounded_to is not null
                                then
                                    'The supplier rounds the count to a multiple of '
                                    || cast(with_status.rounded_to as string) || ': no figure is made of it.'
                            when with_status.told_status is not null
                                then 'The supplier counted this itself and says that the figure is not available.'
                            else
                                'None of the ' || cast(with_status.not_assessable as string)
                                || ' cases can be judged from the returns received.'
                        end
                when 'suppressed'
                    then
                        'Suppressed by the supplier'
                        || coalesce(
                            ', as it does with counts from 1 to below '
                            || cast(with_status.suppressed_below as string),
                            ''
                        )
                        || '.'
                when 'low_reliability'
                    then
                        'Out of fewer than ' || cast(with_status.low_reliability_below as string)
                        || ' cases: read the count, not the share.'
                when 'rounds_to_zero' then 'More than nothing, but rounded to nought.'
                when 'provisional'
                    then
                        case
                            when with_status.finality = 'provisional' and with_status.is_interim
                                then 'From a provisional return, and the population of mid-'
                            when with_status.finality = 'provisional'
                                then 'From a provisional return; the final one has not come.'
                            when not with_status.is_interim
                                then 'Provisional, as the supplier says.'
                            else 'The population of mid-'
                        end
                        || case
                            when with_status.is_interim
                                then
                                    cast(with_status.wanted_mid_year as string) || ' is not out yet: divided by '
                                    || with_status.population_release || '.'
                            else ''
                        end
                when 'published'
                    then
                        case
                            when with_status.rounded_to is not null
                                then
                                    'The count is rounded by the supplier to a multiple of '
                                    || cast(with_status.rounded_to as string) || '.'
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
        cast(with_status.form as string) as form,
        cast(with_status.is_primary_cadence as boolean) as is_primary_cadence,
        cast(run_control.release_id as string) as release_id
    from with_status
    cross join run_control
)

select * from final
