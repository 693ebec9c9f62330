-- Detects gaps in the figures (missing must be a row that says why, never a gap) and rows that no seed asks for.
-- A returned row is a figure that is missing, or one that should not be there. That none is there twice is the key's
-- own test.

with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

periods as (
    select * from {{ ref('periods') }}
),

index_from as (
    select * from {{ ref('indicator_parameters') }}
    where parameter = 'index_from'
),

areas as (
    select home_area_code as area_code from run_control
    union
    select area_code from {{ ref('stg_ops__submissions') }}
),

expected_headlines as (
    select
        indicators.indicator_code,
        indicators.definition_version,
        areas.area_code,
        periods.period_type,
        periods.period_end
    from indicators
    cross join areas
    cross join run_control
    inner join {{ ref('indicator_periods') }} as indicator_periods
        on
            indicators.indicator_code = indicator_periods.indicator_code
            and indicators.definition_version = indicator_periods.definition_version
    inner join index_from
        on
            indicators.indicator_code = index_from.indicator_code
            and indicators.definition_version = index_from.definition_version
    inner join periods
        on indicator_periods.period_type = periods.period_type
    where
        periods.period_start >= cast(index_from.value as date)
        and periods.period_end <= run_control.as_of_date
        and periods.period_end between coalesce(indicators.valid_from, cast('1900-01-01' as date))
        and coalesce(indicators.valid_to, cast('9999-12-31' as date))
),

expected as (
    select
        expected_headlines.*,
        breakdowns.breakdown,
        breakdowns.breakdown_value
    from expected_headlines
    inner join {{ ref('indicator_breakdowns') }} as indicator_breakdowns
        on
            expected_headlines.indicator_code = indicator_breakdowns.indicator_code
            and expected_headlines.definition_version = indicator_breakdowns.definition_version
    inner join {{ ref('breakdowns') }} as breakdowns
        on indicator_breakdowns.breakdown = breakdowns.breakdown
    where
        indicator_breakdowns.band_set is null
        or breakdowns.band_set is null
        or breakdowns.breakdown_value in (
            select age_bands.breakdown_value
            from {{ ref('age_bands') }} as age_bands
            where age_bands.band_set = indicator_breakdowns.band_set
        )
),

found as (
    select * from {{ ref('fct_indicator_value') }}
),

final as (
    select
        coalesce(expected.indicator_code, found.indicator_code) as indicator_code,
        coalesce(expected.area_code, found.area_code) as area_code,
        coalesce(expected.period_type, found.period_type) as period_type,
        coalesce(expected.period_end, found.period_end) as period_end,
        coalesce(expected.breakdown, found.breakdown) as breakdown,
        coalesce(expected.breakdown_value, found.breakdown_value) as breakdown_value,
        case when found.indicator_code is null then 'missing' else 'unexpected' end as problem
    from expected
    full outer join found
        on
            expected.indicator_code = found.indicator_code
            and expected.definition_version = found.definition_version
            and expected.area_code = found.area_code
            and expected.period_type = found.period_type
            and expected.period_end = found.period_end
            and expected.breakdown = found.breakdown
            and expected.breakdown_value = found.breakdown_value
    where expected.indicator_code is null or found.indicator_code is null
)

select * from final
