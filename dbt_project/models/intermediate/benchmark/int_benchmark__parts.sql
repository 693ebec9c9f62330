with

measures as (
    select * from {{ ref('stg_published__measures') }}
),

lait_benchmarks as (
    select * from {{ ref('stg_published__lait_benchmarks') }}
),

submissions as (
    select * from {{ ref('stg_published__submissions') }}
),

lait_areas as (
    select * from {{ ref('lait_areas') }}
),

areas as (
    select * from {{ ref('areas') }}
),

series as (
    select * from {{ ref('benchmark_series') }}
),

sources as (
    select distinct
        source,
        source_name
    from {{ ref('benchmark_sources') }}
),

releases as (
    select * from {{ ref('benchmark_releases') }}
),

symbols as (
    select * from {{ ref('benchmark_symbols') }}
),

common_symbols as (
    select * from symbols
    where source is null
),

period_types as (
    select * from {{ ref('benchmark_period_types') }}
),

-- The calendar's own days where a year has one such period: the census in January is on another day each year.
periods as (
    select
        period_type,
        year(period_end) as year_end,
        max(period_start) as period_start,
        max(period_end) as period_end
    from {{ ref('periods') }}
    group by period_type, year(period_end)
    having count(*) = 1
),

from_tables as (
    select
        series.*,
        measures.area_code,
        measures.year_end,
        measures.value_text,
        '' as label_mark,
        sources.source_name || ', ' || cast(measures.last_year as string) as source_release,
        coalesce(releases.released_on, measures.data_as_at) as released_on,
        measures.precedence,
        measures.submission_id,
        measures.row_number
    from measures
    inner join series
        on
            measures.source = series.source
            and measures.table_name = series.table_name
            and measures.item = coalesce(series.item, '')
            and measures.measure = series.measure
    inner join sources
        on measures.source = sources.source
    left join releases
        on
            measures.source = releases.source
            and measures.last_year = releases.last_year
),

-- The tool's dictionary tells some names twice; the entry updated last counts, and a workbook counts days from 30
-- December 1899. Every dictionary in force is searched, newest first, as data and dictionary may come apart.
lait_measures as (
    select
        lait_measures.short_name,
        {{ add_days("cast('1899-12-30' as date)", 'try_cast(lait_measures.last_updated as integer)') }}
            as last_updated_on
    from {{ source('raw', 'raw_published__lait__measures') }} as lait_measures
    inner join submissions
        on lait_measures.submission_id = submissions.submission_id
    qualify
        row_number() over (
            partition by lait_measures.short_name
            order by
                submissions.precedence desc,
                try_cast(lait_measures.last_updated as integer) desc nulls last,
                lait_measures.row_number desc
        ) = 1
),

lait_mapped as (
    select
        series.*,
        lait_benchmarks.la_number,
        lait_benchmarks.year_end,
        cast(
            cast(lait_benchmarks.year_end as string) || '-' || period_types.end_month_day as date
        ) as period_end,
        lait_benchmarks.value_text,
        lait_benchmarks.label_mark,
        case
            when lait_measures.last_updated_on is null
                then sources.source_name || ', date of update not known'
            else sources.source_name || ', updated ' || {{ date_in_words('lait_measures.last_updated_on') }}
        end as source_release,
        lait_measures.last_updated_on as released_on,
        lait_benchmarks.precedence,
        lait_benchmarks.submission_id,
        lait_benchmarks.row_number
    from lait_benchmarks
    inner join series
        on
            series.source = 'lait'
            and lait_benchmarks.short_name = series.item
    inner join period_types
        on series.period_type = period_types.period_type
    inner join sources
        on series.source = sources.source
    left join lait_measures
        on lait_benchmarks.short_name = lait_measures.short_name
    where lait_benchmarks.year_end is not null
),

-- An authority's number may pass to a new area code: the one that held at the period's end.
lait_numbers as (
    select
        la_number,
        area_code,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to
    from lait_areas
    union all
    select
        la_code as la_number,
        area_code,
        valid_from,
        valid_to
    from areas
    where la_code is not null
),

from_lait as (
    select
        lait_mapped.*,
        lait_numbers.area_code
    from lait_mapped
    inner join lait_numbers
        on lait_mapped.la_number = lait_numbers.la_number
    qualify
        row_number() over (
            partition by
                lait_mapped.submission_id, lait_mapped.row_number, lait_mapped.series_code,
                lait_mapped.breakdown_value, lait_mapped.role
            order by
                case
                    when
                        {{ is_valid_on(
                            'lait_mapped.period_end', 'lait_numbers.valid_from', 'lait_numbers.valid_to'
                        ) }}
                        then 0
                    else 1
                end asc,
                lait_numbers.valid_from asc nulls first
        ) = 1
),

together as (
    select
        series_code,
        indicator_code,
        definition_version,
        breakdown,
        breakdown_value,
        period_type,
        unit,
        multiplier,
        decimals,
        source,
        table_name,
        item,
        measure,
        role,
        area_code,
        year_end,
        value_text,
        label_mark,
        source_release,
        released_on,
        precedence,
        submission_id,
        row_number
    from from_tables
    union all
    select
        series_code,
        indicator_code,
        definition_version,
        breakdown,
        breakdown_value,
        period_type,
        unit,
        multiplier,
        decimals,
        source,
        table_name,
        item,
        measure,
        role,
        area_code,
        year_end,
        value_text,
        label_mark,
        source_release,
        released_on,
        precedence,
        submission_id,
        row_number
    from from_lait
),

-- The newest submission of one release speaks for it.
latest as (
    select together.*
    from together
    inner join areas
        on together.area_code = areas.area_code
    qualify
        row_number() over (
            partition by
                together.series_code,
                together.breakdown,
                together.breakdown_value,
                together.role,
                together.table_name,
                together.item,
                together.measure, together.area_code, together.year_end, together.source_release
            order by together.precedence desc, together.row_number desc
        ) = 1
),

numbered as (
    select
        latest.*,
        {{ published_number('latest.value_text') }} as number_told,
        lower(trim(latest.value_text)) as symbol
    from latest
),

-- A mark of one publisher's own begins the text; what follows is its remark.
own_symbols as (
    select distinct
        numbered.source,
        numbered.symbol,
        symbols.status
    from numbered
    inner join symbols
        on numbered.source = symbols.source
    where substr(numbered.symbol, 1, length(symbols.symbol)) = symbols.symbol
),

final as (
    select
        numbered.series_code,
        numbered.indicator_code,
        numbered.definition_version,
        numbered.breakdown,
        numbered.breakdown_value,
        numbered.period_type,
        coalesce(
            periods.period_start,
            cast(
                cast(numbered.year_end - period_types.start_years_before as string)
                || '-' || period_types.start_month_day as date
            )
        ) as period_start,
        coalesce(
            periods.period_end, cast(cast(numbered.year_end as string) || '-' || period_types.end_month_day as date)
        ) as period_end,
        numbered.unit,
        numbered.multiplier,
        numbered.decimals,
        numbered.source,
        numbered.source_release,
        numbered.released_on,
        numbered.role,
        numbered.measure,
        numbered.area_code,
        numbered.value_text,
        numbered.number_told,
        case
            when numbered.number_told is not null then null
            when numbered.value_text is null then 'not_available'
            else coalesce(own_symbols.status, symbols.status, 'failed_quality')
        end as status,
        numbered.label_mark in ('prov', 'provisional') as is_provisional,
        numbered.submission_id,
        numbered.row_number
    from numbered
    inner join period_types
        on numbered.period_type = period_types.period_type
    left join periods
        on
            numbered.period_type = periods.period_type
            and numbered.year_end = periods.year_end
    left join common_symbols as symbols
        on numbered.symbol = symbols.symbol
    left join own_symbols
        on
            numbered.source = own_symbols.source
            and numbered.symbol = own_symbols.symbol
)

select * from final
