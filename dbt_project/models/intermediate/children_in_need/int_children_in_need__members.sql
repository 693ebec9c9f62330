with

episodes as (
    select
        *,
        person_key || ' ' || cast(referral_date as string) as case_key
    from {{ ref('int_children_in_need__episodes') }}
    where not is_no_further_action
),

durations as (
    select * from {{ ref('int_children_in_need__durations') }}
),

referrals as (
    select
        *,
        person_key || ' ' || cast(referral_date as string) as referral_key
    from {{ ref('int_children_in_need__referrals') }}
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

-- S01: cases open at a day.
open_cases as (
    select
        {{ member(
            'S01',
            'episodes',
            counted_key='episodes.case_key',
            from_date='episodes.referral_date',
            to_date='episodes.closure_date',
            sex='episodes.sex',
        ) }}
    from episodes
    inner join rules
        on rules.indicator_code = 'S01'
),

-- S01c: cases open at any point in the year.
cases_in_the_year as (
    select
        {{ member(
            'S01c',
            'episodes',
            counted_key='episodes.case_key',
            from_date='episodes.referral_date',
            to_date='episodes.closure_date',
        ) }}
    from episodes
    inner join rules
        on rules.indicator_code = 'S01c'
),

in_bands as (
    select
        episodes.*,
        durations.duration,
        durations.from_date as band_from,
        durations.to_date as band_to,
        least(
            coalesce(durations.to_date, episodes.closure_date), coalesce(episodes.closure_date, durations.to_date)
        ) as leaves_band_on
    from episodes
    inner join durations
        on
            episodes.area_code = durations.area_code
            and episodes.person_key = durations.person_key
            and episodes.referral_date = durations.referral_date
),

-- R05: of cases open at a day, those in the band; the other bands are its breakdown.
open_by_duration as (
    select
        {{ member(
            'R05',
            'in_bands',
            counted_key='in_bands.case_key',
            from_date='in_bands.band_from',
            to_date='in_bands.leaves_band_on',
            in_numerator='in_bands.duration = rules.headline_band',
            in_denominator='true',
            duration='in_bands.duration',
        ) }}
    from in_bands
    inner join rules
        on rules.indicator_code = 'R05'
    where coalesce(in_bands.closure_date, cast('9999-12-31' as date)) > in_bands.band_from
),

-- R05b: the same of cases that closed, by how long they had been open on that day.
closed_by_duration as (
    select
        {{ member(
            'R05b',
            'in_bands',
            counted_key='in_bands.case_key',
            from_date='in_bands.closure_date',
            in_numerator='in_bands.duration = rules.headline_band',
            in_denominator='true',
            duration='in_bands.duration',
        ) }}
    from in_bands
    inner join rules
        on rules.indicator_code = 'R05b'
    where {{ is_open_on('in_bands.closure_date', 'in_bands.band_from', 'in_bands.band_to') }}
),

-- A12 and A12b: referrals by who made them.
referrals_by_source as (
    select
        {{ member(
            'A12',
            'referrals',
            counted_key='referrals.referral_key',
            from_date='referrals.referral_date',
            source='referrals.source',
        ) }}
    from referrals
    inner join rules
        on rules.indicator_code = 'A12'
),

share_by_source as (
    select
        {{ member(
            'A12b',
            'referrals',
            counted_key='referrals.referral_key',
            from_date='referrals.referral_date',
            in_denominator='true',
            source='referrals.source',
        ) }}
    from referrals
    inner join rules
        on rules.indicator_code = 'A12b'
),

looking_back as (
    select
        referrals.*,
        rules.definition_version,
        rules.edge_day_counts = 'true' as edge_day_counts,
        {{ add_months('referrals.referral_date', '-1 * rules.lookback_months') }} as looks_back_to
    from referrals
    inner join rules
        on rules.indicator_code = 'S05'
),

with_look_back as (
    select
        *,
        previous_referral_date > looks_back_to
        or (edge_day_counts and previous_referral_date = looks_back_to) as is_within_look_back
    from looking_back
),

-- S05: of referrals, those within twelve months of another of the same child. Where the returns do not reach back so
-- far the referral is left out whole, found or not: only the found ones would make every referral a re-referral.
re_referrals as (
    select
        {{ member(
            'S05',
            'with_look_back',
            rule='with_look_back',
            counted_key='with_look_back.referral_key',
            from_date='with_look_back.referral_date',
            in_numerator='with_look_back.is_within_look_back',
            in_denominator='true',
            is_assessable='with_look_back.known_from <= with_look_back.looks_back_to',
        ) }}
    from with_look_back
),

final as (
    select * from open_cases
    union all
    select * from cases_in_the_year
    union all
    select * from open_by_duration
    union all
    select * from closed_by_duration
    union all
    select * from referrals_by_source
    union all
    select * from share_by_source
    union all
    select * from re_referrals
)

select * from final
