{% set breakdowns = [
    'sex',
    'placement',
    'legal_status',
    'category_of_abuse',
    'duration',
    'source',
    'pathway',
    'missing_from',
    'timing',
    'responsible_authority',
    'repeat_definition',
    'risk_level',
] %}
with

members as (
    select * from {{ ref('int_looked_after__members') }}
    union all
    select * from {{ ref('int_child_protection__members') }}
    union all
    select * from {{ ref('int_children_in_need__members') }}
    union all
    select * from {{ ref('int_contacts__members') }}
    union all
    select * from {{ ref('int_education__members') }}
    union all
    select * from {{ ref('int_health__members') }}
    union all
    select * from {{ ref('int_missing__members') }}
    union all
    select * from {{ ref('int_police__members') }}
    union all
    select * from {{ ref('int_early_help__members') }}
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

age_bands as (
    select * from {{ ref('int_person__age_bands') }}
),

bands_by_age as (
    select * from {{ ref('age_bands') }}
),

indicator_breakdowns as (
    select * from {{ ref('indicator_breakdowns') }}
),

excluded_legal_statuses as (
    select * from {{ ref('indicator_parameters') }}
    where parameter = 'excluded_legal_status'
),

by_version as (
    select
        members.*,
        rules.time_behaviour
    from members
    inner join rules
        on
            members.indicator_code = rules.indicator_code
            and members.definition_version = rules.definition_version
),

-- The age bands of each indicator that is broken down by age.
ages as (
    select
        indicator_breakdowns.indicator_code,
        indicator_breakdowns.definition_version,
        indicator_breakdowns.breakdown,
        age_bands.area_code,
        age_bands.person_key,
        age_bands.age_band,
        age_bands.from_date,
        age_bands.to_date
    from indicator_breakdowns
    inner join age_bands
        on indicator_breakdowns.band_set = age_bands.band_set
    where indicator_breakdowns.breakdown like 'age_band%'
),

-- Where the supplier tells the age and no date of birth. Unborn (-1) is the band without ages.
ages_told as (
    select distinct
        indicator_breakdowns.indicator_code,
        indicator_breakdowns.definition_version,
        indicator_breakdowns.breakdown,
        by_version.age,
        bands_by_age.breakdown_value as age_band
    from by_version
    inner join indicator_breakdowns
        on
            by_version.indicator_code = indicator_breakdowns.indicator_code
            and by_version.definition_version = indicator_breakdowns.definition_version
            and indicator_breakdowns.breakdown like 'age_band%'
    inner join bands_by_age
        on
            indicator_breakdowns.band_set = bands_by_age.band_set
            and (
                by_version.age between bands_by_age.age_from and coalesce(bands_by_age.age_to, 999)
                or (by_version.age = -1 and bands_by_age.age_from is null)
            )
    where by_version.age is not null
),

stocks as (
    select * from by_version
    where time_behaviour = 'stock'
),

-- Every day on which something about the counted child or case changes.
boundaries as (
    select
        indicator_code,
        definition_version,
        area_code,
        counted_key,
        from_date as boundary_date
    from stocks

    union

    select
        indicator_code,
        definition_version,
        area_code,
        counted_key,
        to_date as boundary_date
    from stocks
    where to_date is not null

    union

    select
        stocks.indicator_code,
        stocks.definition_version,
        stocks.area_code,
        stocks.counted_key,
        ages.from_date as boundary_date
    from stocks
    inner join ages
        on
            stocks.indicator_code = ages.indicator_code
            and stocks.definition_version = ages.definition_version
            and stocks.area_code = ages.area_code
            and stocks.person_key = ages.person_key
            and stocks.from_date < ages.from_date
    where coalesce(stocks.to_date, cast('9999-12-31' as date)) > ages.from_date

    union

    select
        stocks.indicator_code,
        stocks.definition_version,
        stocks.area_code,
        stocks.counted_key,
        excluded_legal_statuses.valid_from as boundary_date
    from stocks
    inner join excluded_legal_statuses
        on
            stocks.indicator_code = excluded_legal_statuses.indicator_code
            and stocks.definition_version = excluded_legal_statuses.definition_version
            and stocks.legal_status_code = excluded_legal_statuses.value
    where excluded_legal_statuses.valid_from > stocks.from_date

    union

    select
        stocks.indicator_code,
        stocks.definition_version,
        stocks.area_code,
        stocks.counted_key,
        {{ add_days('excluded_legal_statuses.valid_to', 1) }} as boundary_date
    from stocks
    inner join excluded_legal_statuses
        on
            stocks.indicator_code = excluded_legal_statuses.indicator_code
            and stocks.definition_version = excluded_legal_statuses.definition_version
            and stocks.legal_status_code = excluded_legal_statuses.value
    where excluded_legal_statuses.valid_to >= stocks.from_date
),

spans as (
    select
        *,
        lead(boundary_date) over (
            partition by indicator_code, definition_version, area_code, counted_key
            order by boundary_date asc
        ) as next_boundary_date
    from boundaries
),

-- A stock is cut at each of these days; flows and windows keep the days of their event or case.
dated as (
    select
        stocks.*,
        spans.boundary_date as first_day,
        spans.next_boundary_date as day_after
    from spans
    inner join stocks
        on
            spans.indicator_code = stocks.indicator_code
            and spans.definition_version = stocks.definition_version
            and spans.area_code = stocks.area_code
            and spans.counted_key = stocks.counted_key
            and spans.boundary_date >= stocks.from_date
            and spans.boundary_date < coalesce(stocks.to_date, cast('9999-12-31' as date))

    union all

    select
        *,
        from_date as first_day,
        to_date as day_after
    from by_version
    where time_behaviour <> 'stock'
),

not_excluded as (
    select dated.*
    from dated
    left join excluded_legal_statuses
        on
            dated.indicator_code = excluded_legal_statuses.indicator_code
            and dated.definition_version = excluded_legal_statuses.definition_version
            and dated.legal_status_code = excluded_legal_statuses.value
            and {{ is_valid_on(
                'dated.first_day', 'excluded_legal_statuses.valid_from', 'excluded_legal_statuses.valid_to'
            ) }}
    where excluded_legal_statuses.value is null
),

open_at_once as (
    select
        indicator_code,
        definition_version,
        area_code,
        counted_key,
        first_day
    from not_excluded
    where time_behaviour = 'stock'
    group by all
    having count(*) > 1
),

-- Of two episodes (or plans) open at once, the one that started last speaks for the child. Few are: the search for it
-- among all cases would cost more than all the rest.
spoken_for as (
    select not_excluded.*
    from not_excluded
    inner join open_at_once
        on
            not_excluded.indicator_code = open_at_once.indicator_code
            and not_excluded.definition_version = open_at_once.definition_version
            and not_excluded.area_code = open_at_once.area_code
            and not_excluded.counted_key = open_at_once.counted_key
            and not_excluded.first_day = open_at_once.first_day
    qualify
        row_number() over (
            partition by
                not_excluded.indicator_code, not_excluded.definition_version, not_excluded.area_code,
                not_excluded.counted_key, not_excluded.first_day
            order by
                not_excluded.since_date desc, not_excluded.to_date desc nulls first,
                not_excluded.submission_id desc, not_excluded.row_number desc
        ) = 1
),

counted_once as (
    select * from spoken_for

    union all

    select not_excluded.*
    from not_excluded
    left join open_at_once
        on
            not_excluded.indicator_code = open_at_once.indicator_code
            and not_excluded.definition_version = open_at_once.definition_version
            and not_excluded.area_code = open_at_once.area_code
            and not_excluded.counted_key = open_at_once.counted_key
            and not_excluded.first_day = open_at_once.first_day
    where open_at_once.first_day is null
),

final as (
    select
        counted_once.indicator_code,
        counted_once.definition_version,
        counted_once.area_code,
        counted_once.person_key,
        counted_once.counted_key,
        counted_once.first_day as from_date,
        counted_once.day_after as to_date,
        counted_once.in_numerator,
        counted_once.in_denominator,
        counted_once.is_assessable,
        counted_once.amount,
        counted_once.cases,
        coalesce(bands.age_band, bands_told.age_band, 'unknown') as age_band,
        coalesce(national_bands.age_band, national_bands_told.age_band, 'unknown') as age_band_national,
        counted_once.{{ breakdowns | join(',\n        counted_once.') }},
        counted_once.submission_id,
        counted_once.table_name,
        counted_once.row_number
    from counted_once
    left join ages as bands
        on
            bands.breakdown = 'age_band'
            and counted_once.indicator_code = bands.indicator_code
            and counted_once.definition_version = bands.definition_version
            and counted_once.area_code = bands.area_code
            and counted_once.person_key = bands.person_key
            and {{ is_open_on('counted_once.first_day', 'bands.from_date', 'bands.to_date') }}
    left join ages_told as bands_told
        on
            bands_told.breakdown = 'age_band'
            and counted_once.indicator_code = bands_told.indicator_code
            and counted_once.definition_version = bands_told.definition_version
            and counted_once.age = bands_told.age
    left join ages as national_bands
        on
            national_bands.breakdown = 'age_band_national'
            and counted_once.indicator_code = national_bands.indicator_code
            and counted_once.definition_version = national_bands.definition_version
            and counted_once.area_code = national_bands.area_code
            and counted_once.person_key = national_bands.person_key
            and {{ is_open_on('counted_once.first_day', 'national_bands.from_date', 'national_bands.to_date') }}
    left join ages_told as national_bands_told
        on
            national_bands_told.breakdown = 'age_band_national'
            and counted_once.indicator_code = national_bands_told.indicator_code
            and counted_once.definition_version = national_bands_told.definition_version
            and counted_once.age = national_bands_told.age
)

select * from final
