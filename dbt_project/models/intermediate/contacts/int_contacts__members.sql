with

contacts as (
    select
        *,
        submission_id || ' ' || cast(row_number as string) as contact_key
    from {{ ref('stg_childrens_social_care__contacts') }}
),

codes as (
    select * from {{ ref('codes') }}
    where code_list = 'referral_source'
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

with_days as (
    select
        contacts.*,
        coalesce(codes.breakdown_value, 'unknown') as source,
        decision_days.working_days_to_date + -1 * contact_days.working_days_to_date as working_days_to_decision
    from contacts
    left join codes
        on contacts.source_code = codes.code
    left join days as contact_days
        on contacts.contact_date = contact_days.calendar_date
    left join days as decision_days
        on cast(contacts.decision_at as date) = decision_days.calendar_date
),

-- S04 and S04b: contacts sent on to Support and Safeguarding Services. Where a return does not say where a contact was
-- sent on to (list 1 of Annex A), it cannot be told: that is not "not sent on".
forwarded as (
    select
        {{ member(
            'S04',
            'with_days',
            counted_key='with_days.contact_key',
            from_date='with_days.contact_date',
            in_numerator='with_days.forwarded_to_code = rules.forwarded_to',
            is_assessable='with_days.forwarded_to_code is not null',
            source='with_days.source',
        ) }}
    from with_days
    inner join rules
        on rules.indicator_code = 'S04'
),

share_forwarded as (
    select
        {{ member(
            'S04b',
            'with_days',
            counted_key='with_days.contact_key',
            from_date='with_days.contact_date',
            in_numerator='with_days.forwarded_to_code = rules.forwarded_to',
            in_denominator='true',
            is_assessable='with_days.forwarded_to_code is not null',
        ) }}
    from with_days
    inner join rules
        on rules.indicator_code = 'S04b'
),

-- S04c: contacts decided within a working day. One still pending has not been; one whose decision has no time cannot
-- be told.
decided_in_time as (
    select
        {{ member(
            'S04c',
            'with_days',
            counted_key='with_days.contact_key',
            from_date='with_days.contact_date',
            in_numerator='with_days.working_days_to_decision <= rules.decided_within_working_days',
            in_denominator='true',
            is_assessable="with_days.working_days_to_decision is not null or with_days.outcome_code = 'PENDING'",
        ) }}
    from with_days
    inner join rules
        on rules.indicator_code = 'S04c'
),

final as (
    select * from forwarded
    union all
    select * from share_forwarded
    union all
    select * from decided_in_time
)

select * from final
