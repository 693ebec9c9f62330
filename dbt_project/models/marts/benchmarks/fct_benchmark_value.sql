with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

parts as (
    select * from {{ ref('int_benchmark__parts') }}
),

exceptions as (
    select * from {{ ref('benchmark_exceptions') }}
),

seed as (
    select * from {{ ref('benchmark_values') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

series as (
    select distinct
        series_code,
        definition_version
    from {{ ref('benchmark_series') }}
),

sources as (
    select sources.*
    from {{ ref('benchmark_sources') }} as sources
    inner join run_control
        on {{ is_valid_on('run_control.as_of_date', 'sources.valid_from', 'sources.valid_to') }}
),

period_types as (
    select * from {{ ref('benchmark_period_types') }}
),

periods as (
    select * from {{ ref('periods') }}
),

-- The parts of one figure. A sum of which a part is missing is missing.
gathered as (
    select
        series_code,
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_start,
        period_end,
        breakdown,
        breakdown_value,
        unit,
        multiplier,
        decimals,
        source,
        source_release,
        max(released_on) as released_on,
        bool_or(is_provisional) as is_provisional,
        case
            when count(*) filter (where role = 'numerator' and number_told is null) = 0
                then sum(number_told) filter (where role = 'numerator')
        end as numerator,
        max(number_told) filter (where role = 'denominator') as denominator,
        max(number_told) filter (where role = 'value') as value,
        bool_or(role = 'value' and value_text is not null) as is_told,
        max(status) filter (where role = 'value') as value_status,
        -- Suppressed before not available: what is hidden in a part is hidden in the whole.
        max(status) filter (where role = 'numerator') as numerator_status,
        max(status) filter (where role = 'denominator') as denominator_status,
        bool_or(coalesce(status = 'failed_quality', false)) as has_unreadable_part
    from parts
    group by
        series_code, indicator_code, definition_version, area_code, period_type, period_start, period_end, breakdown,
        breakdown_value, unit, multiplier, decimals, source, source_release
),

typed as (
    select
        *,
        cast(numerator as decimal(18, 4)) as numerator_count,
        cast(denominator as decimal(18, 4)) as denominator_count
    from gathered
),

valued as (
    select
        *,
        case
            when unit = 'count' then cast(numerator as decimal(18, 6))
            when is_told then cast(round(value, 6) as decimal(18, 6))
            else
                {{ round_half_up(exact_ratio('numerator_count', 'denominator_count', 'multiplier'), 'decimals') }}
        end as shown_value,
        case when unit = 'count' or is_told then 'published' else 'from_counts' end as value_basis,
        case
            when has_unreadable_part then 'failed_quality'
            when unit = 'count' then numerator_status
            when is_told then value_status
            else coalesce(numerator_status, denominator_status, 'not_available')
        end as missing_status
    from typed
),

from_files as (
    select
        valued.series_code,
        valued.indicator_code,
        valued.definition_version,
        valued.area_code,
        valued.period_type,
        valued.period_start,
        valued.period_end,
        valued.breakdown,
        valued.breakdown_value,
        valued.numerator_count as numerator,
        valued.denominator_count as denominator,
        valued.shown_value as value,
        case
            when exceptions.status is not null then exceptions.status
            when valued.shown_value is null then coalesce(valued.missing_status, 'not_available')
            when valued.is_provisional then 'provisional'
            else 'published'
        end as status,
        valued.value_basis,
        valued.source,
        valued.source_release,
        valued.released_on,
        true as is_whole_file
    from valued
    left join exceptions
        on
            valued.series_code = exceptions.series_code
            and valued.area_code = exceptions.area_code
            and valued.period_end between exceptions.first_period_end and exceptions.last_period_end
),

-- A file in force speaks for its whole series and release; the seed is what ships with the project.
told as (
    select distinct
        series_code,
        source_release
    from from_files
),

from_seed as (
    select
        seed.series_code,
        seed.indicator_code,
        series.definition_version,
        seed.area_code,
        seed.period_type,
        coalesce(
            periods.period_start,
            cast(
                cast(year(seed.period_end) - period_types.start_years_before as string)
                || '-' || period_types.start_month_day as date
            )
        ) as period_start,
        seed.period_end,
        seed.breakdown,
        seed.breakdown_value,
        seed.numerator,
        seed.denominator,
        seed.value,
        seed.status,
        seed.value_basis,
        seed.source,
        seed.source_release,
        seed.released_on,
        false as is_whole_file
    from seed
    inner join series
        on seed.series_code = series.series_code
    inner join period_types
        on seed.period_type = period_types.period_type
    left join periods
        on
            seed.period_type = periods.period_type
            and seed.period_end = periods.period_end
    left join told
        on
            seed.series_code = told.series_code
            and seed.source_release = told.source_release
    where told.series_code is null
),

together as (
    select * from from_files
    union all
    select * from from_seed
),

period_ends as (
    select distinct
        indicator_code,
        period_end
    from together
),

-- Where the series names no version, it is the dictionary's at the period's end, the latest of several.
dictionary as (
    select
        period_ends.indicator_code,
        period_ends.period_end,
        indicators.definition_version
    from period_ends
    inner join indicators
        on
            period_ends.indicator_code = indicators.indicator_code
            and {{ is_valid_on('period_ends.period_end', 'indicators.valid_from', 'indicators.valid_to') }}
    qualify
        row_number() over (
            partition by period_ends.indicator_code, period_ends.period_end
            order by indicators.valid_from desc nulls last, indicators.definition_version desc
        ) = 1
),

versioned as (
    select
        together.*,
        dictionary.definition_version as dictionary_version
    from together
    left join dictionary
        on
            together.indicator_code = dictionary.indicator_code
            and together.period_end = dictionary.period_end
),

-- One series and release is preferred for a figure over all areas alike, so that like is compared with like.
candidates as (
    select
        versioned.indicator_code,
        versioned.period_type,
        versioned.period_end,
        versioned.breakdown,
        versioned.breakdown_value,
        versioned.series_code,
        versioned.source_release
    from versioned
    inner join sources
        on versioned.source = sources.source
    where
        versioned.value is not null
        and versioned.status in ('published', 'provisional')
    group by
        versioned.indicator_code, versioned.period_type, versioned.period_end, versioned.breakdown,
        versioned.breakdown_value, versioned.series_code, versioned.source_release, versioned.released_on,
        sources.preference
    qualify
        row_number() over (
            partition by
                versioned.indicator_code, versioned.period_type, versioned.period_end, versioned.breakdown,
                versioned.breakdown_value
            order by
                sources.preference asc,
                versioned.released_on desc nulls last,
                versioned.source_release desc,
                versioned.series_code asc
        ) = 1
),

final as (
    select
        cast(versioned.indicator_code as string) as indicator_code,
        cast(
            coalesce(versioned.definition_version, versioned.dictionary_version, '1') as string
        ) as definition_version,
        cast(versioned.series_code as string) as series_code,
        cast(versioned.area_code as string) as area_code,
        cast(versioned.period_type as string) as period_type,
        cast(versioned.period_start as date) as period_start,
        cast(versioned.period_end as date) as period_end,
        cast(versioned.breakdown as string) as breakdown,
        cast(versioned.breakdown_value as string) as breakdown_value,
        cast(versioned.numerator as decimal(18, 4)) as numerator,
        cast(versioned.denominator as decimal(18, 4)) as denominator,
        cast(versioned.value as decimal(18, 6)) as value,
        cast(versioned.status as string) as status,
        cast(versioned.value_basis as string) as value_basis,
        cast(versioned.source as string) as source,
        cast(versioned.source_release as string) as source_release,
        cast(versioned.released_on as date) as released_on,
        cast(versioned.is_whole_file as boolean) as is_whole_file,
        cast(
            candidates.series_code is not null
            and not (versioned.value is not null and versioned.status not in ('published', 'provisional')) as boolean
        ) as is_preferred
    from versioned
    left join candidates
        on
            versioned.indicator_code = candidates.indicator_code
            and versioned.period_type = candidates.period_type
            and versioned.period_end = candidates.period_end
            and versioned.breakdown = candidates.breakdown
            and versioned.breakdown_value = candidates.breakdown_value
            and versioned.series_code = candidates.series_code
            and versioned.source_release = candidates.source_release
)

select * from final
