with

plans as (
    select * from {{ ref('stg_childrens_social_care__child_protection_plans') }}
),

reviewed_plans as (
    select * from {{ ref('int_child_protection__reviewed_plans') }}
),

enquiries as (
    select * from {{ ref('stg_childrens_social_care__section_47_enquiries') }}
),

referral_conferences as (
    select * from {{ ref('stg_childrens_social_care__initial_conferences') }}
),

review_spans as (
    select * from {{ ref('int_indicator__covered_spans') }}
    where
        supplier = 'childrens_social_care'
        and feed = 'cin_census'
        and table_name = 'cpp_reviews'
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

with_keys as (
    select
        *,
        person_key || ' ' || cast(start_date as string) as plan_key
    from plans
),

-- R03: children with a plan.
on_a_plan as (
    select
        {{ member(
            'R03',
            'with_keys',
            counted_key='with_keys.person_key',
            from_date='with_keys.start_date',
            to_date='with_keys.end_date',
            sex='with_keys.sex',
            category_of_abuse='with_keys.category_of_abuse',
        ) }}
    from with_keys
    inner join rules
        on rules.indicator_code = 'R03'
),

-- S02: of plans ended, those that had lasted two years. A plan's last day is the day it ends.
ended as (
    select
        {{ member(
            'S02',
            'with_keys',
            counted_key='with_keys.plan_key',
            from_date='with_keys.end_date',
            in_numerator='with_keys.end_date >= ' ~ add_days('with_keys.start_date', 'rules.duration_days'),
            in_denominator='true',
        ) }}
    from with_keys
    inner join rules
        on rules.indicator_code = 'S02'
    where with_keys.end_date is not null
),

-- S02b: of plans open, those that have lasted two years. The day on which a plan comes to it divides its time.
open_plans as (
    select
        with_keys.*,
        rules.definition_version,
        {{ add_days('with_keys.start_date', 'rules.duration_days') }} as long_from
    from with_keys
    inner join rules
        on rules.indicator_code = 'S02b'
),

open_and_shorter as (
    select
        {{ member(
            'S02b',
            'open_plans',
            rule='open_plans',
            counted_key='open_plans.plan_key',
            from_date='open_plans.start_date',
            to_date='least(open_plans.long_from, coalesce(open_plans.end_date, open_plans.long_from))',
            in_numerator='false',
            in_denominator='true',
        ) }}
    from open_plans
),

open_and_long as (
    select
        {{ member(
            'S02b',
            'open_plans',
            rule='open_plans',
            counted_key='open_plans.plan_key',
            from_date='open_plans.long_from',
            to_date='open_plans.end_date',
            in_denominator='true',
        ) }}
    from open_plans
    where coalesce(open_plans.end_date, cast('9999-12-31' as date)) > open_plans.long_from
),

-- S03: of plans started, those of a child who had one before, however long ago.
started as (
    select
        {{ member(
            'S03',
            'with_keys',
            counted_key='with_keys.plan_key',
            from_date='with_keys.start_date',
            in_numerator='with_keys.previous_plans > rules.previous_plans_over',
            in_denominator='true',
            is_assessable='with_keys.previous_plans is not null',
        ) }}
    from with_keys
    inner join rules
        on rules.indicator_code = 'S03'
),

-- W02: of plans that have run for 91 days, those whose reviews have all been held on time. A plan whose start lies
-- before the first return, or behind a gap between returns, may have had reviews that nobody here has seen.
reviewable as (
    select
        with_keys.*,
        rules.definition_version,
        {{ add_days('with_keys.start_date', 'rules.days_on_plan') }} as counts_from,
        coalesce(with_keys.end_date, cast('9999-12-31' as date)) as counts_to,
        reviewed_plans.fails_from,
        {{ add_days('review_spans.covered_to', 1) }} as known_to
    from with_keys
    inner join rules
        on rules.indicator_code = 'W02'
    inner join reviewed_plans
        on
            with_keys.area_code = reviewed_plans.area_code
            and with_keys.person_key = reviewed_plans.person_key
            and with_keys.start_date = reviewed_plans.start_date
            and rules.definition_version = reviewed_plans.definition_version
    left join review_spans
        on
            with_keys.area_code = review_spans.area_code
            and with_keys.start_date between review_spans.covered_from and review_spans.covered_to
),

review_parts as (
    select
        *,
        'on_time' as outcome,
        counts_from as part_from,
        least(counts_to, fails_from, known_to) as part_to
    from reviewable
    where known_to is not null

    union all

    select
        *,
        'failed' as outcome,
        greatest(counts_from, fails_from) as part_from,
        least(counts_to, known_to) as part_to
    from reviewable
    where known_to is not null

    union all

    select
        *,
        'unknown' as outcome,
        greatest(counts_from, coalesce(known_to, counts_from)) as part_from,
        counts_to as part_to
    from reviewable
),

reviewed as (
    select
        {{ member(
            'W02',
            'review_parts',
            rule='review_parts',
            counted_key='review_parts.plan_key',
            from_date='review_parts.part_from',
            to_date='review_parts.part_to',
            in_numerator="review_parts.outcome = 'on_time'",
            in_denominator='true',
            is_assessable="review_parts.outcome <> 'unknown'",
        ) }}
    from review_parts
    where review_parts.part_from < review_parts.part_to
),

-- A07: section 47 enquiries started.
enquiries_started as (
    select
        {{ member(
            'A07',
            'enquiries',
            counted_key="enquiries.person_key || ' ' || cast(enquiries.start_date as string)",
            from_date='enquiries.start_date',
        ) }}
    from enquiries
    inner join rules
        on rules.indicator_code = 'A07'
),

both_levels as (
    select
        area_code,
        person_key,
        initial_conference_date as conference_date,
        'section_47' as told_by,
        submission_id,
        table_name,
        row_number
    from enquiries
    where initial_conference_date is not null

    union all

    select
        area_code,
        person_key,
        conference_date,
        'referral' as told_by,
        submission_id,
        table_name,
        row_number
    from referral_conferences
),

-- A conference told of at both levels is one; the enquiry that led to it is its receipt.
conferences as (
    select *
    from both_levels
    qualify
        row_number() over (
            partition by area_code, person_key, conference_date
            order by told_by desc, submission_id desc, row_number desc
        ) = 1
),

-- A05b: initial child protection conferences held; A05 is their rate.
conferences_held as (
    select
        {{ member(
            'A05b',
            'conferences',
            counted_key="conferences.person_key || ' ' || cast(conferences.conference_date as string)",
            from_date='conferences.conference_date',
        ) }}
    from conferences
    inner join rules
        on rules.indicator_code = 'A05b'
),

final as (
    select * from on_a_plan
    union all
    select * from ended
    union all
    select * from open_and_shorter
    union all
    select * from open_and_long
    union all
    select * from started
    union all
    select * from reviewed
    union all
    select * from enquiries_started
    union all
    select * from conferences_held
)

select * from final
