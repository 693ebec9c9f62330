with

parts as (
    select * from {{ ref('int_benchmark__parts') }}
),

exceptions as (
    select * from {{ ref('benchmark_exceptions') }}
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

final as (
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
        exceptions.reason as exception_reason,
        valued.source,
        valued.source_release,
        valued.released_on
    from valued
    left join exceptions
        on
            valued.series_code = exceptions.series_code
            and valued.area_code = exceptions.area_code
            and valued.period_end between exceptions.first_period_end and exceptions.last_period_end
)

select * from final
