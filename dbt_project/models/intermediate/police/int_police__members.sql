with

crimes as (
    select
        *,
        submission_id || ' ' || cast(row_number as string) as victim_key
    from {{ ref('stg_police__recorded_crimes') }}
),

referrals as (
    select
        *,
        notification_key || ' ' || cast(child_number as string) as child_key
    from {{ ref('stg_police__domestic_abuse_referrals') }}
),

marac_cases as (
    select
        *,
        submission_id || ' ' || cast(row_number as string) as case_key
    from {{ ref('stg_marac__cases') }}
),

entrants as (
    select * from {{ ref('stg_youth_justice__first_time_entrants') }}
),

codes as (
    select * from {{ ref('codes') }}
    where code_list = 'repeat_definition'
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

parameters as (
    select * from {{ ref('indicator_parameters') }}
),

-- A record that nobody says was cancelled stands. Which classes of offence count, and since when, is one list for all.
standing as (
    select crimes.*
    from crimes
    inner join parameters as classes
        on
            classes.indicator_code = 'A08'
            and classes.parameter = 'offence_class'
            and crimes.offence_class_code = classes.value
            and {{ is_valid_on('crimes.recorded_date', 'classes.valid_from', 'classes.valid_to') }}
    where not coalesce(crimes.is_cancelled, false)
),

-- A08: victims aged 16 or under. What was recorded long after it ended is told apart.
against_children as (
    select
        {{ member(
            'A08',
            'standing',
            counted_key='standing.victim_key',
            from_date='standing.recorded_date',
            age='standing.victim_age',
            timing="case when standing.committed_to_date is null then 'unknown' when "
            ~ days_between('standing.committed_to_date', 'standing.recorded_date')
            ~ " > rules.non_recent_days_over then 'non_recent' else 'recent' end",
        ) }}
    from standing
    inner join rules
        on
            rules.indicator_code = 'A08'
            and standing.victim_age <= rules.victim_age_to
    where standing.person_key is not null
),

-- A08b: a named victim of unknown age who may be a child. A08c: no named victim.
age_unknown as (
    select
        {{ member(
            'A08b',
            'standing',
            counted_key='standing.victim_key',
            from_date='standing.recorded_date',
        ) }}
    from standing
    inner join rules
        on rules.indicator_code = 'A08b'
    where
        standing.person_key is not null
        and standing.victim_age is null
        and coalesce(standing.is_victim_child, true)
),

no_victim as (
    select
        {{ member(
            'A08c',
            'standing',
            counted_key='standing.victim_key',
            from_date='standing.recorded_date',
        ) }}
    from standing
    inner join rules
        on rules.indicator_code = 'A08c'
    where standing.person_key is null
),

-- A13: notifications of domestic abuse with a child. A13b: the children in them. A13c: those who became a referral;
-- while the decision is pending, or was never told, it cannot be judged.
notifications as (
    select
        {{ member(
            'A13',
            'referrals',
            counted_key='referrals.notification_key',
            from_date='referrals.notified_date',
        ) }}
    from referrals
    inner join rules
        on rules.indicator_code = 'A13'
),

children_notified as (
    select
        {{ member(
            'A13b',
            'referrals',
            counted_key='referrals.child_key',
            from_date='referrals.notified_date',
        ) }}
    from referrals
    inner join rules
        on rules.indicator_code = 'A13b'
),

became_a_referral as (
    select
        {{ member(
            'A13c',
            'referrals',
            counted_key='referrals.child_key',
            from_date='referrals.notified_date',
            in_numerator='referrals.outcome_code = rules.referral_outcome',
            is_assessable='referrals.outcome_code <> rules.pending_outcome',
        ) }}
    from referrals
    inner join rules
        on rules.indicator_code = 'A13c'
),

-- A13e: of the children whom the front door looked for in the case system, those it found.
found_in_care as (
    select
        {{ member(
            'A13e',
            'referrals',
            counted_key='referrals.child_key',
            from_date='referrals.notified_date',
            in_numerator='found.value is not null',
            in_denominator='true',
            is_assessable='attempted.value is not null',
        ) }}
    from referrals
    inner join rules
        on rules.indicator_code = 'A13e'
    left join parameters as found
        on
            found.indicator_code = 'A13e'
            and found.parameter = 'match_found'
            and referrals.match_status_code = found.value
    left join parameters as attempted
        on
            attempted.indicator_code = 'A13e'
            and attempted.parameter = 'match_attempted'
            and referrals.match_status_code = attempted.value
),

-- A14c: first time entrants in the youth offending team's own records.
first_time_entrants as (
    select
        {{ member(
            'A14c',
            'entrants',
            counted_key='entrants.person_key',
            from_date='entrants.first_outcome_date',
            in_numerator='entrants.age_at_outcome between rules.age_from and rules.age_to',
            is_assessable='entrants.age_at_outcome is not null',
        ) }}
    from entrants
    inner join rules
        on rules.indicator_code = 'A14c'
),

-- R09: of the cases discussed, the repeats, as the coordinator decided.
repeats as (
    select
        {{ member(
            'R09',
            'marac_cases',
            counted_key='marac_cases.case_key',
            from_date='marac_cases.meeting_date',
            in_numerator='marac_cases.is_repeat',
            in_denominator='true',
            is_assessable='marac_cases.is_repeat is not null',
            repeat_definition="coalesce(codes.breakdown_value, 'unknown')",
        ) }}
    from marac_cases
    inner join rules
        on rules.indicator_code = 'R09'
    left join codes
        on marac_cases.repeat_definition_code = codes.code
),

final as (
    select * from against_children
    union all
    select * from age_unknown
    union all
    select * from no_victim
    union all
    select * from notifications
    union all
    select * from children_notified
    union all
    select * from became_a_referral
    union all
    select * from found_in_care
    union all
    select * from first_time_entrants
    union all
    select * from repeats
)

select * from final
