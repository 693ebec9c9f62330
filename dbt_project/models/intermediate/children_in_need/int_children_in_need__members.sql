with

told as (
    select
        *,
        person_key || ' ' || cast(referral_date as string) as case_key
    from {{ ref('stg_childrens_social_care__in_need_episodes') }}
),

episodes as (
    select * from told
    where not is_no_further_action
),

duration_bands as (
    select * from {{ ref('duration_bands') }}
),

sources as (
    select * from {{ ref('codes') }}
    where code_list = 'referral_source'
),

referral_spans as (
    select * from {{ ref('int_indicator__covered_spans') }}
    where
        supplier = 'childrens_social_care'
        and feed = 'cin_census'
        and table_name = 'cin_details'
),

assessment_factors as (
    select * from {{ ref('stg_childrens_social_care__assessment_factors') }}
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

parameters as (
    select * from {{ ref('indicator_parameters') }}
    where parameter = 'assessment_factor'
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

-- A day is so many months after the referral when that day less the months is the referral's; a band that leaves out
-- its edge begins where the day after the referral is as many months old.
band_starts as (
    select
        episodes.*,
        duration_bands.breakdown_value as duration,
        case
            when duration_bands.from_is_included
                then {{ first_day_after_months('episodes.referral_date', 'duration_bands.months_from') }}
            else
                {{ first_day_after_months(
                    add_days('episodes.referral_date', 1), 'duration_bands.months_from'
                ) }}
        end as band_from
    from episodes
    cross join duration_bands
),

-- Each case in each band, whether it is still open then or not.
bands as (
    select
        *,
        lead(band_from) over (
            partition by area_code, person_key, referral_date
            order by band_from asc
        ) as band_to
    from band_starts
),

in_bands as (
    select
        *,
        least(coalesce(band_to, closure_date), coalesce(closure_date, band_to)) as leaves_band_on
    from bands
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

-- Referrals, those without further action among them, with the child's referral before it and how far back the returns
-- tell of referrals without a gap.
with_previous as (
    select
        *,
        lag(referral_date) over (
            partition by area_code, person_key
            order by referral_date asc
        ) as previous_referral_date
    from told
),

referrals as (
    select
        with_previous.*,
        referral_spans.covered_from as known_from,
        coalesce(sources.breakdown_value, 'unknown') as source
    from with_previous
    left join sources
        on with_previous.referral_source_code = sources.code
    left join referral_spans
        on
            with_previous.area_code = referral_spans.area_code
            and with_previous.referral_date between referral_spans.covered_from and referral_spans.covered_to
),

-- A12 and A12b: referrals by who made them.
referrals_by_source as (
    select
        {{ member(
            'A12',
            'referrals',
            counted_key='referrals.case_key',
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
            counted_key='referrals.case_key',
            from_date='referrals.referral_date',
            in_denominator='true',
            source='referrals.source',
        ) }}
    from referrals
    inner join rules
        on rules.indicator_code = 'A12b'
),

-- The first day on which an earlier referral makes this one a re-referral.
looking_back as (
    select
        referrals.*,
        rules.definition_version,
        case
            when rules.edge_day_counts = 'true'
                then {{ add_months('referrals.referral_date', '-1 * rules.lookback_months') }}
            else {{ add_days(add_months('referrals.referral_date', '-1 * rules.lookback_months'), 1) }}
        end as looks_back_from
    from referrals
    inner join rules
        on rules.indicator_code = 'S05'
),

-- S05: of referrals, those within twelve months of another of the same child. Where the returns do not reach back so
-- far the referral is left out whole, found or not: only the found ones would make every referral a re-referral.
re_referrals as (
    select
        {{ member(
            'S05',
            'looking_back',
            rule='looking_back',
            counted_key='looking_back.case_key',
            from_date='looking_back.referral_date',
            in_numerator='looking_back.previous_referral_date >= looking_back.looks_back_from',
            in_denominator='true',
            is_assessable='looking_back.known_from <= looking_back.looks_back_from',
        ) }}
    from looking_back
),

-- Assessments that found one of the factors that an indicator asks for.
assessments_by_factor as (
    select
        parameters.indicator_code,
        assessment_factors.area_code,
        assessment_factors.person_key,
        assessment_factors.referral_date,
        assessment_factors.assessment_start_date,
        assessment_factors.assessment_end_date,
        assessment_factors.submission_id,
        assessment_factors.table_name,
        min(assessment_factors.row_number) as row_number
    from assessment_factors
    inner join parameters
        on
            assessment_factors.factor_code = parameters.value
            and {{ is_valid_on(
                'assessment_factors.assessment_start_date', 'parameters.valid_from', 'parameters.valid_to'
            ) }}
    group by all
),

-- S01d to S01g: assessments completed that found what one of the Board's priorities is about.
{% set by_priority = ['S01d', 'S01e', 'S01f', 'S01g'] %}
assessed as (
    select
        *,
        person_key || ' ' || cast(referral_date as string) || ' ' || cast(assessment_start_date as string)
            as assessment_key
    from assessments_by_factor
    where assessment_end_date is not null
),

{% for code in by_priority %}
assessed_{{ code | lower }} as (
    select
        {{ member(
            code,
            'assessed',
            counted_key='assessed.assessment_key',
            from_date='assessed.assessment_end_date',
        ) }}
    from assessed
    inner join rules
        on assessed.indicator_code = rules.indicator_code
    where assessed.indicator_code = '{{ code }}'
),

{% endfor %}
-- A13d: referrals by the police whose assessment found domestic abuse.
with_domestic_abuse as (
    select distinct
        area_code,
        person_key,
        referral_date
    from assessments_by_factor
    where indicator_code = 'A13d'
),

domestic_abuse_referrals as (
    select
        {{ member(
            'A13d',
            'referrals',
            counted_key='referrals.case_key',
            from_date='referrals.referral_date',
        ) }}
    from referrals
    inner join rules
        on
            rules.indicator_code = 'A13d'
            and referrals.source = rules.referral_source
    inner join with_domestic_abuse
        on
            referrals.area_code = with_domestic_abuse.area_code
            and referrals.person_key = with_domestic_abuse.person_key
            and referrals.referral_date = with_domestic_abuse.referral_date
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
    union all
    select * from domestic_abuse_referrals
    {%- for code in by_priority %}
    union all
    select * from assessed_{{ code | lower }}
    {%- endfor %}
)

select * from final
