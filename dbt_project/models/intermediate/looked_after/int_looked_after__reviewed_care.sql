with

periods_of_care as (
    select * from {{ ref('int_looked_after__periods_of_care') }}
),

reviews as (
    select * from {{ ref('stg_childrens_social_care__looked_after_reviews') }}
),

review_spans as (
    select * from {{ ref('int_indicator__covered_spans') }}
    where
        supplier = 'childrens_social_care'
        and feed = 'ssda903'
        and table_name = 'reviews'
),

days as (
    select * from {{ ref('int_calendar__days') }}
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
    where indicator_code = 'W01'
),

-- A period of care as far as one stretch of returns tells of its reviews. The chain of reviews is whole where that
-- stretch has the day on which care began.
seen as (
    select
        periods_of_care.area_code,
        periods_of_care.person_key,
        periods_of_care.period_number,
        periods_of_care.start_date,
        periods_of_care.end_date,
        review_spans.covered_from,
        -- Each stretch speaks for its own days.
        greatest(periods_of_care.start_date, review_spans.covered_from) as seen_from,
        rules.definition_version,
        rules.second_review_months,
        rules.later_review_months,
        periods_of_care.is_start_known
        and periods_of_care.start_date >= review_spans.covered_from as is_whole,
        coalesce(first_due.calendar_date, periods_of_care.start_date) as first_due_date,
        -- Care whose beginning is not seen may have lasted long enough from the first day that is.
        case
            when periods_of_care.is_start_known then coalesce(counted.calendar_date, periods_of_care.start_date)
            else periods_of_care.start_date
        end as counts_from,
        least(
            coalesce(periods_of_care.end_date, cast('9999-12-31' as date)),
            {{ add_days('review_spans.covered_to', 1) }}
        ) as counts_to
    from periods_of_care
    cross join rules
    inner join review_spans
        on
            periods_of_care.area_code = review_spans.area_code
            and periods_of_care.start_date <= review_spans.covered_to
            and coalesce(periods_of_care.end_date, cast('9999-12-31' as date)) > review_spans.covered_from
    left join days as began
        on periods_of_care.start_date = began.calendar_date
    left join days as first_due
        on
            began.working_days_to_date + rules.first_review_working_days = first_due.working_days_to_date
            and first_due.is_working_day
    left join days as counted
        on
            began.working_days_to_date + rules.working_days_in_care = counted.working_days_to_date
            and counted.is_working_day
),

steps as (
    select
        seen.area_code,
        seen.person_key,
        seen.period_number,
        seen.covered_from,
        seen.definition_version,
        seen.is_whole,
        seen.second_review_months,
        seen.later_review_months,
        seen.first_due_date,
        seen.start_date as step_date,
        0 as kind
    from seen
    where seen.is_whole

    union all

    select
        seen.area_code,
        seen.person_key,
        seen.period_number,
        seen.covered_from,
        seen.definition_version,
        seen.is_whole,
        seen.second_review_months,
        seen.later_review_months,
        seen.first_due_date,
        reviews.review_date as step_date,
        1 as kind
    from seen
    inner join reviews
        on
            seen.area_code = reviews.area_code
            and seen.person_key = reviews.person_key
            and seen.start_date < reviews.review_date
            and seen.covered_from <= reviews.review_date
            and seen.counts_to >= reviews.review_date
),

numbered as (
    select
        *,
        sum(kind) over (
            partition by area_code, person_key, period_number, covered_from, definition_version
            order by step_date asc
            rows between unbounded preceding and current row
        ) as reviews_to_date,
        lead(step_date) over (
            partition by area_code, person_key, period_number, covered_from, definition_version
            order by step_date asc
        ) as next_review_date
    from steps
),

with_due as (
    select
        *,
        case
            when is_whole and reviews_to_date = 0 then first_due_date
            when is_whole and reviews_to_date = 1 then {{ add_months('step_date', 'second_review_months') }}
            -- Where the chain is not whole, the first review seen may be the child's first or any later one: what is
            -- due after it cannot be told, but after the next one it can.
            when is_whole or reviews_to_date >= 2 then {{ add_months('step_date', 'later_review_months') }}
        end as next_due_date
    from numbered
),

-- Not held at the end of the day it was due: overdue until it is held; and what was due in a year and not held in time
-- counts against the rest of that year too.
failures as (
    select
        area_code,
        person_key,
        period_number,
        covered_from,
        definition_version,
        next_due_date as fails_from,
        greatest(
            {{ next_financial_year('next_due_date') }},
            coalesce(next_review_date, cast('9999-12-31' as date))
        ) as fails_to
    from with_due
    where
        next_due_date is not null
        and (next_review_date is null or next_review_date > next_due_date)
),

anchors as (
    select
        area_code,
        person_key,
        period_number,
        covered_from,
        definition_version,
        min(step_date) as anchor_date
    from numbered
    where reviews_to_date = 2
    group by area_code, person_key, period_number, covered_from, definition_version
),

-- Every review due since 1 April can be judged from the first 1 April after the chain is known.
known as (
    select
        seen.*,
        case
            when seen.is_whole then seen.start_date
            else coalesce({{ next_financial_year('anchors.anchor_date') }}, cast('9999-12-31' as date))
        end as known_from
    from seen
    left join anchors
        on
            seen.area_code = anchors.area_code
            and seen.person_key = anchors.person_key
            and seen.period_number = anchors.period_number
            and seen.covered_from = anchors.covered_from
            and seen.definition_version = anchors.definition_version
),

boundaries as (
    select
        area_code,
        person_key,
        period_number,
        covered_from,
        definition_version,
        seen_from as boundary_date
    from known

    union

    select
        area_code,
        person_key,
        period_number,
        covered_from,
        definition_version,
        counts_from as boundary_date
    from known

    union

    select
        area_code,
        person_key,
        period_number,
        covered_from,
        definition_version,
        known_from as boundary_date
    from known

    union

    select
        area_code,
        person_key,
        period_number,
        covered_from,
        definition_version,
        fails_from as boundary_date
    from failures

    union

    select
        area_code,
        person_key,
        period_number,
        covered_from,
        definition_version,
        fails_to as boundary_date
    from failures
),

parts as (
    select
        known.*,
        boundaries.boundary_date as from_date,
        coalesce(
            lead(boundaries.boundary_date) over (
                partition by
                    known.area_code,
                    known.person_key,
                    known.period_number,
                    known.covered_from,
                    known.definition_version
                order by boundaries.boundary_date asc
            ),
            known.counts_to
        ) as to_date
    from known
    inner join boundaries
        on
            known.area_code = boundaries.area_code
            and known.person_key = boundaries.person_key
            and known.period_number = boundaries.period_number
            and known.covered_from = boundaries.covered_from
            and known.definition_version = boundaries.definition_version
            and known.seen_from <= boundaries.boundary_date
            and known.counts_to > boundaries.boundary_date
),

final as (
    select
        parts.area_code,
        parts.person_key,
        parts.period_number,
        parts.definition_version,
        parts.start_date,
        parts.from_date,
        parts.to_date,
        case
            when parts.from_date < parts.counts_from then 'short_care'
            when parts.from_date < parts.known_from then 'unknown'
            when count(failures.fails_from) > 0 then 'failed'
            else 'on_time'
        end as outcome
    from parts
    left join failures
        on
            parts.area_code = failures.area_code
            and parts.person_key = failures.person_key
            and parts.period_number = failures.period_number
            and parts.covered_from = failures.covered_from
            and parts.definition_version = failures.definition_version
            and parts.from_date >= failures.fails_from
            and parts.from_date < failures.fails_to
    group by
        parts.area_code,
        parts.person_key,
        parts.period_number,
        parts.definition_version,
        parts.start_date,
        parts.from_date,
        parts.to_date,
        parts.counts_from,
        parts.known_from
)

select * from final
