with

submissions as (
    select * from {{ ref('stg_ops__submissions') }}
),

parameters as (
    select * from {{ ref('validation_parameters') }}
    where return = 'cin_census'
),

limits as (
    select
        {{ one_parameter('8675Q', 'longest_days', 'integer') }} as longest_enquiry,
        {{ one_parameter('8875', 'a_monday', 'date') }} as a_monday,
        {{ one_parameter('8875', 'days_of_work', 'integer') }} as days_of_work
    from parameters
),

children as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__children') }}
),

cases as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__cin_details') }}
),

section47 as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__section47') }}
),

plans_in_force as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__child_protection_plans') }}
),

reviews as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__cpp_reviews') }}
),

in_need_plans as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__cin_plan_dates') }}
),

enquiries as (
    select
        records.area_code,
        records.person_key,
        records.cin_referral_date as referral_date,
        records.s47_actual_start_date as start_date,
        records.date_of_initial_cpc as conference_date,
        (
            records.date_of_initial_cpc is null
            and not coalesce(records.icpc_not_required, false)
        ) as is_open,
        cases.cin_closure_date as closure_date,
        records.submission_id,
        records.table_name,
        records.row_number,
        submissions.period_start,
        submissions.period_end,
        {{ add_days('records.s47_actual_start_date', 'limits.longest_enquiry') }} as due_date
    from section47 as records
    inner join submissions
        on records.submission_id = submissions.submission_id
    left join cases
        on
            records.area_code = cases.area_code
            and records.person_key = cases.person_key
            and records.cin_referral_date = cases.cin_referral_date
    cross join limits
),

open_enquiries as (
    select
        *,
        count(*) over (partition by area_code, person_key, referral_date) as of_the_case
    from enquiries
    where is_open
),

-- An enquiry that needed no conference has no known end. The others run to the conference, or are still open.
running_enquiries as (
    select
        *,
        coalesce(conference_date, cast('9999-12-31' as date)) as until_date
    from enquiries
    where
        is_open
        or conference_date is not null
),

-- A conference stands with its enquiry, or with the case where no enquiry led to it.
conferences as (
    select
        records.area_code,
        records.person_key,
        records.cin_referral_date as referral_date,
        records.date_of_initial_cpc as conference_date,
        records.submission_id,
        records.table_name,
        records.row_number,
        submissions.period_start,
        submissions.period_end,
        {{ length_in_days('limits.a_monday', 'records.date_of_initial_cpc') }} as days_since_a_monday,
        limits.days_of_work
    from (
        select
            area_code,
            person_key,
            cin_referral_date,
            date_of_initial_cpc,
            submission_id,
            table_name,
            row_number
        from section47

        union all

        select
            area_code,
            person_key,
            cin_referral_date,
            date_of_initial_cpc,
            submission_id,
            table_name,
            row_number
        from cases
    ) as records
    inner join submissions
        on records.submission_id = submissions.submission_id
    cross join limits
    where records.date_of_initial_cpc is not null
),

plans as (
    select
        records.area_code,
        records.person_key,
        records.cin_referral_date as referral_date,
        records.cpp_start_date as start_date,
        records.cpp_end_date as end_date,
        records.latest_category_of_abuse as latest_category_of_abuse_code,
        records.number_of_previous_cpp as previous_plans,
        coalesce(cases.referral_nfa, false) as is_no_further_action,
        children.person_death_date as death_date,
        records.submission_id,
        records.table_name,
        records.row_number,
        submissions.period_start,
        submissions.period_end,
        sum(case when records.cpp_end_date is null then 1 else 0 end) over (
            partition by records.area_code, records.person_key
        ) as open_plans,
        max(coalesce(records.cpp_end_date, cast('9999-12-31' as date))) over (
            partition by records.area_code, records.person_key
            order by records.cpp_start_date asc
            rows between unbounded preceding and 1 preceding
        ) as on_a_plan_until
    from plans_in_force as records
    inner join submissions
        on records.submission_id = submissions.submission_id
    left join cases
        on
            records.area_code = cases.area_code
            and records.person_key = cases.person_key
            and records.cin_referral_date = cases.cin_referral_date
    left join children
        on
            records.area_code = children.area_code
            and records.person_key = children.person_key
),

conferences_of_plans as (
    select
        plans.area_code,
        plans.person_key,
        plans.start_date,
        max(case when conferences.conference_date = plans.start_date then 1 else 0 end) as is_start_a_conference
    from plans
    inner join conferences
        on
            plans.area_code = conferences.area_code
            and plans.person_key = conferences.person_key
            and plans.referral_date = conferences.referral_date
    group by plans.area_code, plans.person_key, plans.start_date
),

conferences_held as (
    select
        submission_id,
        count(distinct person_key || ' ' || cast(conference_date as string)) as conferences
    from conferences
    where conference_date between period_start and period_end
    group by submission_id
),

-- The breach is of the return, and of no row in it.
more_plans_than_conferences as (
    select
        plans.submission_id,
        plans.table_name,
        cast(null as integer) as row_number,
        plans.area_code,
        cast(null as string) as person_key
    from plans
    left join conferences_held
        on plans.submission_id = conferences_held.submission_id
    where plans.start_date between plans.period_start and plans.period_end
    group by plans.submission_id, plans.table_name, plans.area_code
    having count(*) > coalesce(max(conferences_held.conferences), 0)
),

-- Plans of the two kinds of one child.
both_plans as (
    select
        plans.area_code,
        plans.person_key,
        plans.start_date,
        plans.end_date,
        plans.submission_id,
        plans.table_name,
        plans.row_number,
        in_need_plans.cin_plan_start_date as in_need_start_date,
        in_need_plans.cin_plan_end_date as in_need_end_date,
        in_need_plans.submission_id as in_need_submission_id,
        in_need_plans.table_name as in_need_table_name,
        in_need_plans.row_number as in_need_row_number
    from plans
    inner join in_need_plans
        on
            plans.area_code = in_need_plans.area_code
            and plans.person_key = in_need_plans.person_key
),

in_need_plans_beside as (
    select
        area_code,
        person_key,
        start_date,
        end_date,
        in_need_start_date,
        in_need_end_date,
        in_need_submission_id as submission_id,
        in_need_table_name as table_name,
        in_need_row_number as row_number
    from both_plans
),

breaches as (
    -- Enquiries

    {{ breach('2889', 'enquiries') }}
    where start_date < referral_date

    union all

    {{ breach('8615', 'enquiries') }}
    where start_date > conference_date

    union all

    {{ breach('8675Q', 'enquiries') }}
    where
        is_open
        and due_date <= period_end

    union all

    {{ breach('8740', 'enquiries') }}
    where
        is_open
        and start_date < period_start

    union all

    {{ breach('8839', 'open_enquiries') }}
    where of_the_case > 1

    union all

    {{ breach('8868', 'enquiries') }}
    where
        is_open
        and closure_date is not null

    union all

    {{ breach('8890', 'enquiries') }}
    inner join running_enquiries as running
        on
            enquiries.area_code = running.area_code
            and enquiries.person_key = running.person_key
            and enquiries.start_date > running.start_date
    where enquiries.start_date < running.until_date

    union all

    -- Conferences

    {{ breach('1104', 'conferences') }}
    where conference_date < referral_date

    union all

    {{ breach('2884', 'cases') }}
    inner join section47
        on
            cases.area_code = section47.area_code
            and cases.person_key = section47.person_key
            and cases.cin_referral_date = section47.cin_referral_date
    where
        cases.date_of_initial_cpc is not null
        and section47.date_of_initial_cpc is not null

    union all

    {{ breach('8715', 'conferences') }}
    where
        conference_date < period_start
        or conference_date > period_end

    union all

    {{ breach('8875', 'conferences') }}
    where mod(days_since_a_monday, 7) >= days_of_work

    union all

    -- Plans

    {{ breach('1105', 'plans') }}
    where start_date < referral_date

    union all

    {{ breach('2883', 'more_plans_than_conferences') }}

    union all

    {{ breach('2885', 'plans') }}
    inner join conferences_of_plans
        on
            plans.area_code = conferences_of_plans.area_code
            and plans.person_key = conferences_of_plans.person_key
            and plans.start_date = conferences_of_plans.start_date
    where conferences_of_plans.is_start_a_conference = 0

    union all

    {{ breach('8720', 'plans') }}
    where start_date > period_end

    union all

    {{ breach('8730', 'plans') }}
    where previous_plans is null

    union all

    {{ breach('8832', 'plans') }}
    where is_no_further_action

    union all

    {{ breach('8840', 'plans') }}
    where start_date = end_date

    union all

    {{ breach('8910', 'plans') }}
    where latest_category_of_abuse_code is null

    union all

    {{ breach('8915', 'plans') }}
    where start_date > death_date

    union all

    {{ breach('8920', 'plans') }}
    where end_date > death_date

    union all

    {{ breach('8925', 'plans') }}
    where end_date < start_date

    union all

    {{ breach('8930', 'plans') }}
    where
        end_date < period_start
        or end_date > period_end

    union all

    {{ breach('8935', 'plans') }}
    where
        end_date is null
        and open_plans > 1

    union all

    {{ breach('8940', 'plans') }}
    where start_date < on_a_plan_until

    union all

    -- Reviews

    {{ breach('8841', 'reviews') }}
    where cpp_review_date <= cpp_start_date

    union all

    {{ breach('4003', 'reviews') }}
    inner join in_need_plans
        on
            reviews.area_code = in_need_plans.area_code
            and reviews.person_key = in_need_plans.person_key
    where
        {{ is_open_on(
            'reviews.cpp_review_date', 'in_need_plans.cin_plan_start_date', 'in_need_plans.cin_plan_end_date'
        ) }}

    union all

    -- Child in need plans, which no figure reads, where they speak against a child protection plan

    {{ breach('4001', 'in_need_plans_beside') }}
    where
        start_date < coalesce(in_need_end_date, cast('9999-12-31' as date))
        and in_need_start_date < coalesce(end_date, cast('9999-12-31' as date))

    union all

    {{ breach('4016', 'in_need_plans_beside') }}
    where {{ is_open_on('in_need_start_date', 'start_date', 'end_date') }}

    union all

    {{ breach('4017', 'both_plans') }}
    where {{ is_open_on('start_date', 'in_need_start_date', 'in_need_end_date') }}
),

final as (
    select distinct
        rule_code,
        'cin_census' as return,
        submission_id,
        table_name,
        row_number,
        area_code,
        person_key
    from breaches
)

select * from final
