with

looked_after_episodes as (
    select * from {{ ref('int_looked_after__episodes') }}
),

child_protection_plans as (
    select * from {{ ref('int_child_protection__plans') }}
),

in_need_episodes as (
    select * from {{ ref('int_children_in_need__episodes') }}
),

age_bands as (
    select * from {{ ref('int_person__age_bands') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

excluded_legal_statuses as (
    select * from {{ ref('indicator_parameters') }}
    where parameter = 'excluded_legal_status'
),

-- What an indicator counts at a day has one counted_key: a child, or a child's case.
candidates as (
    select
        'R01' as indicator_code,
        area_code,
        person_key,
        person_key as counted_key,
        start_date as from_date,
        end_date as to_date,
        'looked_after' as band_set,
        sex,
        placement,
        legal_status_code,
        legal_status,
        cast(null as string) as category_of_abuse,
        submission_id,
        table_name,
        row_number
    from looked_after_episodes

    union all

    select
        'R03' as indicator_code,
        area_code,
        person_key,
        person_key as counted_key,
        start_date as from_date,
        end_date as to_date,
        'in_need' as band_set,
        sex,
        cast(null as string) as placement,
        cast(null as string) as legal_status_code,
        cast(null as string) as legal_status,
        category_of_abuse,
        submission_id,
        table_name,
        row_number
    from child_protection_plans

    union all

    select
        'S01' as indicator_code,
        area_code,
        person_key,
        person_key || ' ' || cast(referral_date as string) as counted_key,
        referral_date as from_date,
        closure_date as to_date,
        'in_need' as band_set,
        sex,
        cast(null as string) as placement,
        cast(null as string) as legal_status_code,
        cast(null as string) as legal_status,
        cast(null as string) as category_of_abuse,
        submission_id,
        table_name,
        row_number
    from in_need_episodes
    where not is_no_further_action
),

by_version as (
    select
        candidates.*,
        indicators.definition_version
    from candidates
    inner join indicators
        on candidates.indicator_code = indicators.indicator_code
),

-- Every day on which something about the counted child or case changes.
boundaries as (
    select
        indicator_code,
        definition_version,
        area_code,
        counted_key,
        from_date as boundary_date
    from by_version

    union

    select
        indicator_code,
        definition_version,
        area_code,
        counted_key,
        to_date as boundary_date
    from by_version
    where to_date is not null

    union

    select
        by_version.indicator_code,
        by_version.definition_version,
        by_version.area_code,
        by_version.counted_key,
        age_bands.from_date as boundary_date
    from by_version
    inner join age_bands
        on
            by_version.area_code = age_bands.area_code
            and by_version.person_key = age_bands.person_key
            and by_version.band_set = age_bands.band_set
            and by_version.from_date < age_bands.from_date
    where coalesce(by_version.to_date, cast('9999-12-31' as date)) > age_bands.from_date

    union

    select
        by_version.indicator_code,
        by_version.definition_version,
        by_version.area_code,
        by_version.counted_key,
        excluded_legal_statuses.valid_from as boundary_date
    from by_version
    inner join excluded_legal_statuses
        on
            by_version.indicator_code = excluded_legal_statuses.indicator_code
            and by_version.definition_version = excluded_legal_statuses.definition_version
            and by_version.legal_status_code = excluded_legal_statuses.value
    where excluded_legal_statuses.valid_from > by_version.from_date

    union

    select
        by_version.indicator_code,
        by_version.definition_version,
        by_version.area_code,
        by_version.counted_key,
        {{ add_days('excluded_legal_statuses.valid_to', 1) }} as boundary_date
    from by_version
    inner join excluded_legal_statuses
        on
            by_version.indicator_code = excluded_legal_statuses.indicator_code
            and by_version.definition_version = excluded_legal_statuses.definition_version
            and by_version.legal_status_code = excluded_legal_statuses.value
    where excluded_legal_statuses.valid_to >= by_version.from_date
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

-- Where two episodes (or plans) are open at once, the one that started last speaks for the child.
counted_once as (
    select
        by_version.indicator_code,
        by_version.definition_version,
        by_version.area_code,
        by_version.person_key,
        by_version.counted_key,
        by_version.band_set,
        spans.boundary_date as from_date,
        spans.next_boundary_date as to_date,
        by_version.sex,
        by_version.placement,
        by_version.legal_status,
        by_version.category_of_abuse,
        by_version.submission_id,
        by_version.table_name,
        by_version.row_number
    from spans
    inner join by_version
        on
            spans.indicator_code = by_version.indicator_code
            and spans.definition_version = by_version.definition_version
            and spans.area_code = by_version.area_code
            and spans.counted_key = by_version.counted_key
            and spans.boundary_date >= by_version.from_date
            and spans.boundary_date < coalesce(by_version.to_date, cast('9999-12-31' as date))
    left join excluded_legal_statuses
        on
            by_version.indicator_code = excluded_legal_statuses.indicator_code
            and by_version.definition_version = excluded_legal_statuses.definition_version
            and by_version.legal_status_code = excluded_legal_statuses.value
            and {{ is_valid_on(
                'spans.boundary_date', 'excluded_legal_statuses.valid_from', 'excluded_legal_statuses.valid_to'
            ) }}
    where excluded_legal_statuses.value is null
    qualify
        row_number() over (
            partition by
                by_version.indicator_code,
                by_version.definition_version,
                by_version.area_code,
                by_version.counted_key,
                spans.boundary_date
            order by
                by_version.from_date desc,
                by_version.to_date desc nulls first,
                by_version.submission_id desc,
                by_version.row_number desc
        ) = 1
),

final as (
    select
        counted_once.indicator_code,
        counted_once.definition_version,
        counted_once.area_code,
        counted_once.person_key,
        counted_once.counted_key,
        counted_once.from_date,
        counted_once.to_date,
        true as in_numerator,
        false as in_denominator,
        coalesce(age_bands.age_band, 'unknown') as age_band,
        counted_once.sex,
        counted_once.placement,
        counted_once.legal_status,
        counted_once.category_of_abuse,
        counted_once.submission_id,
        counted_once.table_name,
        counted_once.row_number
    from counted_once
    left join age_bands
        on
            counted_once.area_code = age_bands.area_code
            and counted_once.person_key = age_bands.person_key
            and counted_once.band_set = age_bands.band_set
            and {{ is_open_on('counted_once.from_date', 'age_bands.from_date', 'age_bands.to_date') }}
)

select * from final
