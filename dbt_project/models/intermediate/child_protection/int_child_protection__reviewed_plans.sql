with

plans as (
    select * from {{ ref('stg_childrens_social_care__child_protection_plans') }}
),

reviews as (
    select * from {{ ref('stg_childrens_social_care__child_protection_reviews') }}
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
    where indicator_code = 'W02'
),

-- The start stands first, then each review after it: what comes next is due from there.
steps as (
    select
        area_code,
        person_key,
        start_date,
        start_date as step_date,
        true as is_start
    from plans

    union all

    select
        plans.area_code,
        plans.person_key,
        plans.start_date,
        reviews.review_date as step_date,
        false as is_start
    from plans
    inner join reviews
        on
            plans.area_code = reviews.area_code
            and plans.person_key = reviews.person_key
            and plans.start_date = reviews.plan_start_date
            and plans.start_date < reviews.review_date
),

next_steps as (
    select
        steps.*,
        rules.definition_version,
        lead(steps.step_date) over (
            partition by
                steps.area_code, steps.person_key, steps.start_date, rules.definition_version
            order by steps.step_date asc
        ) as next_review_date,
        case
            when steps.is_start then {{ add_months('steps.step_date', 'rules.first_review_months') }}
            else {{ add_months('steps.step_date', 'rules.later_review_months') }}
        end as next_due_date
    from steps
    cross join rules
),

final as (
    select
        area_code,
        person_key,
        start_date,
        definition_version,
        max(case when not is_start then step_date end) as last_review_date,
        count(*) filter (where not is_start) as reviews,
        min(
            case when next_review_date is null or next_review_date > next_due_date then next_due_date end
        ) as fails_from
    from next_steps
    group by area_code, person_key, start_date, definition_version
)

select * from final
