with

referrals as (
    select * from {{ ref('stg_health__camhs_referrals') }}
),

admissions as (
    select * from {{ ref('stg_health__hospital_admissions') }}
),

journeys as (
    select * from {{ ref('stg_public_health__treatment_journeys') }}
),

codes as (
    select * from {{ ref('codes') }}
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

exit_reasons as (
    select * from {{ ref('indicator_parameters') }}
    where parameter in ('planned_exit', 'transfer_exit')
),

-- A01 and A02: referrals by the day of the first and of the second attended contact.
first_contacts as (
    select
        {{ member(
            'A01',
            'referrals',
            counted_key='referrals.referral_key',
            from_date='referrals.first_contact_date',
        ) }}
    from referrals
    inner join rules
        on rules.indicator_code = 'A01'
    where referrals.first_contact_date is not null
),

second_contacts as (
    select
        {{ member(
            'A02',
            'referrals',
            counted_key='referrals.referral_key',
            from_date='referrals.second_contact_date',
        ) }}
    from referrals
    inner join rules
        on rules.indicator_code = 'A02'
    where referrals.second_contact_date is not null
),

-- What the service refused is no case; what it has not decided yet is one.
cases as (
    select
        referrals.*,
        case
            when referrals.pathway_from_date > referrals.received_date then referrals.pathway_from_date
            else referrals.received_date
        end as on_pathway_from_date,
        coalesce(codes.breakdown_value, 'unknown') as pathway
    from referrals
    left join codes
        on
            codes.code_list = 'pathway'
            and referrals.pathway_code = codes.code
    where coalesce(referrals.accepted_code, 'U') <> 'N'
),

-- A03: referrals open at a day.
open_cases as (
    select
        {{ member(
            'A03',
            'cases',
            counted_key='cases.referral_key',
            from_date='cases.received_date',
            to_date='cases.discharge_date',
        ) }}
    from cases
    inner join rules
        on rules.indicator_code = 'A03'
),

-- A04: the same by pathway. The returns tell the last pathway and its first day: before that day there is none yet.
on_pathway as (
    select
        {{ member(
            'A04',
            'cases',
            counted_key='cases.referral_key',
            from_date='cases.on_pathway_from_date',
            to_date='cases.discharge_date',
            pathway='cases.pathway',
        ) }}
    from cases
    inner join rules
        on rules.indicator_code = 'A04'
    where coalesce(cases.discharge_date, cast('9999-12-31' as date)) > cases.on_pathway_from_date
),

before_pathway as (
    select
        {{ member(
            'A04',
            'cases',
            counted_key='cases.referral_key',
            from_date='cases.received_date',
            to_date='least(cases.on_pathway_from_date, coalesce(cases.discharge_date, cases.on_pathway_from_date))',
            pathway='codes.breakdown_value',
        ) }}
    from cases
    inner join codes
        on
            codes.code_list = 'pathway'
            and codes.code = 'NONE_YET'
    inner join rules
        on rules.indicator_code = 'A04'
    where cases.on_pathway_from_date > cases.received_date
),

-- A04b and A04c: how long those waited whose wait ended. A contact before what it is counted from is an error of the
-- return: that wait is not known.
waits_for_first_contact as (
    select
        {{ member(
            'A04b',
            'referrals',
            counted_key='referrals.referral_key',
            from_date='referrals.first_contact_date',
            in_denominator='true',
            is_assessable='referrals.first_contact_date >= referrals.received_date',
            amount='cast(' ~ days_between('referrals.received_date', 'referrals.first_contact_date')
            ~ ' as decimal(18, 4))',
        ) }}
    from referrals
    inner join rules
        on rules.indicator_code = 'A04b'
    where referrals.first_contact_date is not null
),

waits_for_second_contact as (
    select
        {{ member(
            'A04c',
            'referrals',
            counted_key='referrals.referral_key',
            from_date='referrals.second_contact_date',
            in_denominator='true',
            is_assessable='referrals.second_contact_date >= referrals.first_contact_date',
            amount='cast(' ~ days_between('referrals.first_contact_date', 'referrals.second_contact_date')
            ~ ' as decimal(18, 4))',
        ) }}
    from referrals
    inner join rules
        on rules.indicator_code = 'A04c'
    where referrals.second_contact_date is not null
),

-- A04d and A04e: who still waits at a day.
still_waiting_for_first as (
    select
        {{ member(
            'A04d',
            'cases',
            counted_key='cases.referral_key',
            from_date='cases.received_date',
            to_date='least('
            ~ 'coalesce(cases.first_contact_date, cases.discharge_date),'
            ~ ' coalesce(cases.discharge_date, cases.first_contact_date)'
            ~ ')',
        ) }}
    from cases
    inner join rules
        on rules.indicator_code = 'A04d'
),

still_waiting_for_second as (
    select
        {{ member(
            'A04e',
            'cases',
            counted_key='cases.referral_key',
            from_date='cases.first_contact_date',
            to_date='least('
            ~ 'coalesce(cases.second_contact_date, cases.discharge_date),'
            ~ ' coalesce(cases.discharge_date, cases.second_contact_date)'
            ~ ')',
        ) }}
    from cases
    inner join rules
        on rules.indicator_code = 'A04e'
    where cases.first_contact_date is not null
),

-- R10: emergency admissions for injuries. Of an admission only the quarter is kept: it counts on its last day.
injuries as (
    select
        {{ member(
            'R10',
            'admissions',
            counted_key='admissions.admission_key',
            from_date='admissions.quarter_end_date',
        ) }}
    from admissions
    inner join rules
        on
            rules.indicator_code = 'R10'
            and admissions.age_at_start < rules.age_below
    where
        admissions.is_injury
        and admissions.is_emergency
),

-- A15, and A15b by it: admissions for self-harm by every method. A15c: those that were an emergency.
self_harm as (
    select
        {{ member(
            'A15',
            'admissions',
            counted_key='admissions.admission_key',
            from_date='admissions.quarter_end_date',
        ) }}
    from admissions
    inner join rules
        on
            rules.indicator_code = 'A15'
            and admissions.age_at_start < rules.age_below
    where admissions.is_self_harm
),

emergency_self_harm as (
    select
        {{ member(
            'A15c',
            'admissions',
            counted_key='admissions.admission_key',
            from_date='admissions.quarter_end_date',
        ) }}
    from admissions
    inner join rules
        on
            rules.indicator_code = 'A15c'
            and admissions.age_at_start < rules.age_below
    where
        admissions.is_self_harm
        and admissions.is_emergency
),

-- Who has no age stays in, and is not assessable.
exits as (
    select
        journeys.*,
        rules.definition_version,
        rules.transfers_in_denominator,
        coalesce(exit_reasons.parameter, 'unplanned_exit') as kind_of_exit
    from journeys
    inner join rules
        on
            rules.indicator_code = 'W06'
            and coalesce(journeys.age_at_exit, -1) < rules.age_below
    left join exit_reasons
        on
            exit_reasons.indicator_code = 'W06'
            and rules.definition_version = exit_reasons.definition_version
            and journeys.exit_reason_code = exit_reasons.value
            and {{ is_valid_on('journeys.exit_date', 'exit_reasons.valid_from', 'exit_reasons.valid_to') }}
    where journeys.exit_date is not null
),

-- W06: of those who left treatment, who left it in a planned way. Without an age or a reason it cannot be told.
completed_treatment as (
    select
        {{ member(
            'W06',
            'exits',
            rule='exits',
            counted_key='exits.journey_key',
            from_date='exits.exit_date',
            in_numerator="exits.kind_of_exit = 'planned_exit'",
            in_denominator="exits.kind_of_exit <> 'transfer_exit' or exits.transfers_in_denominator = 'true'",
            is_assessable='exits.age_at_exit is not null and exits.exit_reason_code is not null',
        ) }}
    from exits
),

-- W06b: who was in treatment at any time.
in_treatment as (
    select
        {{ member(
            'W06b',
            'journeys',
            counted_key='journeys.person_key',
            from_date='journeys.start_date',
            to_date='journeys.exit_date',
            is_assessable='journeys.age_at_exit is not null',
        ) }}
    from journeys
    inner join rules
        on
            rules.indicator_code = 'W06b'
            and coalesce(journeys.age_at_exit, -1) < rules.age_below
),

final as (
    select * from first_contacts
    union all
    select * from second_contacts
    union all
    select * from open_cases
    union all
    select * from on_pathway
    union all
    select * from before_pathway
    union all
    select * from waits_for_first_contact
    union all
    select * from waits_for_second_contact
    union all
    select * from still_waiting_for_first
    union all
    select * from still_waiting_for_second
    union all
    select * from injuries
    union all
    select * from self_harm
    union all
    select * from emergency_self_harm
    union all
    select * from completed_treatment
    union all
    select * from in_treatment
)

select * from final
