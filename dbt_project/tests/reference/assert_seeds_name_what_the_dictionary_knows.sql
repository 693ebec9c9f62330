-- Detects a row of a seed about an indicator or a version that the dictionary does not know, a breakdown that does not
-- exist, a code or band that leads to no value of a breakdown, a set of age bands that is not there, a publication of
-- what is not computed, and a return without a due day.
-- A returned row is one such name.

with

indicators as (
    select distinct indicator_code from {{ ref('indicators') }}
),

definitions as (
    select indicator_code || ' version ' || definition_version as definition_name from {{ ref('indicators') }}
),

breakdowns as (
    select * from {{ ref('breakdowns') }}
),

named_indicators as (
    select
        'benchmark_series' as seed,
        indicator_code
    from {{ ref('benchmark_series') }}
    union
    select
        'disclosure_relations' as seed,
        indicator_code
    from {{ ref('disclosure_relations') }}
    union
    select
        'indicator_parameters' as seed,
        indicator_code
    from {{ ref('indicator_parameters') }}
    union
    select
        'indicator_periods' as seed,
        indicator_code
    from {{ ref('indicator_periods') }}
    union
    select
        'indicator_breakdowns' as seed,
        indicator_code
    from {{ ref('indicator_breakdowns') }}
    union
    select
        'indicator_feeds' as seed,
        indicator_code
    from {{ ref('indicator_feeds') }}
    union
    select
        'indicator_priorities' as seed,
        indicator_code
    from {{ ref('indicator_priorities') }}
    union
    select
        'indicator_not_applicable' as seed,
        indicator_code
    from {{ ref('indicator_not_applicable') }}
    union
    select
        'indicator_publication' as seed,
        indicator_code
    from {{ ref('indicator_publication') }}
    union
    select
        'indicator_seasons' as seed,
        indicator_code
    from {{ ref('indicator_seasons') }}
    union
    select
        'indicators: comparison_code' as seed,
        comparison_code as indicator_code
    from {{ ref('indicators') }}
    union
    select
        'indicators: parent_code' as seed,
        parent_code as indicator_code
    from {{ ref('indicators') }}
    union
    select
        'indicators: counts_indicator_code' as seed,
        counts_indicator_code as indicator_code
    from {{ ref('indicators') }}
),

named_definitions as (
    select
        'indicator_parameters' as seed,
        indicator_code || ' version ' || definition_version as definition_name
    from {{ ref('indicator_parameters') }}
    union
    select
        'indicator_periods' as seed,
        indicator_code || ' version ' || definition_version as definition_name
    from {{ ref('indicator_periods') }}
    union
    select
        'indicator_breakdowns' as seed,
        indicator_code || ' version ' || definition_version as definition_name
    from {{ ref('indicator_breakdowns') }}
    union
    select
        'indicator_feeds' as seed,
        indicator_code || ' version ' || definition_version as definition_name
    from {{ ref('indicator_feeds') }}
    union
    select
        'indicator_priorities' as seed,
        indicator_code || ' version ' || definition_version as definition_name
    from {{ ref('indicator_priorities') }}
    union
    select
        'indicator_not_applicable' as seed,
        indicator_code || ' version ' || definition_version as definition_name
    from {{ ref('indicator_not_applicable') }}
    union
    select
        'baselines' as seed,
        indicator_code || ' version ' || definition_version as definition_name
    from {{ ref('baselines') }}
    union
    select
        'targets' as seed,
        indicator_code || ' version ' || definition_version as definition_name
    from {{ ref('targets') }}
),

named_values as (
    select
        'age_bands' as seed,
        case when band_set = 'missing_national' then 'age_band_national' else 'age_band' end as breakdown,
        breakdown_value
    from {{ ref('age_bands') }}

    union

    select
        'duration_bands' as seed,
        'duration' as breakdown,
        breakdown_value
    from {{ ref('duration_bands') }}

    union

    select
        'benchmark_series' as seed,
        breakdown,
        breakdown_value
    from {{ ref('benchmark_series') }}

    union

    select
        'benchmark_values' as seed,
        breakdown,
        breakdown_value
    from {{ ref('benchmark_values') }}

    union

    select
        'indicator_parameters: headline_band' as seed,
        'duration' as breakdown,
        value as breakdown_value
    from {{ ref('indicator_parameters') }}
    where parameter = 'headline_band'

    union

    select
        'codes' as seed,
        breakdown,
        breakdown_value
    from {{ ref('codes') }}
    -- Episodes of short breaks are in no figure; the reasons for a new episode, and codes of a rule, break none down.
    where breakdown_value <> 'short_breaks' and breakdown not in ('starts', 'meaning')

    union

    select
        'indicator_priorities' as seed,
        breakdown,
        breakdown_value
    from {{ ref('indicator_priorities') }}
),

named_breakdowns as (
    select
        'indicator_breakdowns' as seed,
        breakdown
    from {{ ref('indicator_breakdowns') }}
    union
    select
        'indicator_publication' as seed,
        breakdown
    from {{ ref('indicator_publication') }}
),

-- What the Board is shown must be computed by some version of the definition.
computed as (
    select distinct
        periods.indicator_code,
        periods.period_type,
        breakdowns_of.breakdown
    from {{ ref('indicator_periods') }} as periods
    inner join {{ ref('indicator_breakdowns') }} as breakdowns_of
        on
            periods.indicator_code = breakdowns_of.indicator_code
            and periods.definition_version = breakdowns_of.definition_version
),

final as (
    select
        named_indicators.seed,
        named_indicators.indicator_code as unknown_name
    from named_indicators
    left join indicators
        on named_indicators.indicator_code = indicators.indicator_code
    where named_indicators.indicator_code is not null and indicators.indicator_code is null

    union all

    select
        named_definitions.seed,
        named_definitions.definition_name as unknown_name
    from named_definitions
    left join definitions
        on named_definitions.definition_name = definitions.definition_name
    where definitions.definition_name is null

    union all

    select
        'indicator_breakdowns: band_set' as seed,
        with_bands.band_set as unknown_name
    from {{ ref('indicator_breakdowns') }} as with_bands
    left join {{ ref('age_bands') }} as bands
        on with_bands.band_set = bands.band_set
    where with_bands.band_set is not null and bands.band_set is null

    union all

    select
        'indicator_publication' as seed,
        published.indicator_code || ' ' || published.period_type || ' ' || published.breakdown as unknown_name
    from {{ ref('indicator_publication') }} as published
    left join computed
        on
            published.indicator_code = computed.indicator_code
            and published.period_type = computed.period_type
            and published.breakdown = computed.breakdown
    where computed.indicator_code is null

    union all

    select
        named_values.seed,
        named_values.breakdown || ' ' || named_values.breakdown_value as unknown_name
    from named_values
    left join breakdowns
        on
            named_values.breakdown = breakdowns.breakdown
            and named_values.breakdown_value = breakdowns.breakdown_value
    where breakdowns.breakdown is null

    union all

    select
        named_breakdowns.seed,
        named_breakdowns.breakdown as unknown_name
    from named_breakdowns
    left join breakdowns
        on named_breakdowns.breakdown = breakdowns.breakdown
    where breakdowns.breakdown is null

    union all

    select
        'indicator_feeds' as seed,
        feeds.supplier || '/' || feeds.feed as unknown_name
    from {{ ref('indicator_feeds') }} as feeds
    left join {{ ref('feed_calendar') }} as calendar
        on
            feeds.supplier = calendar.supplier
            and feeds.feed = calendar.feed
    where calendar.feed is null
)

select * from final
