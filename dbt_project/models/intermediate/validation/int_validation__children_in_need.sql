with

submissions as (
    select * from {{ ref('stg_ops__submissions') }}
),

financial_years as (
    select * from {{ ref('periods') }}
    where period_type = 'financial_year'
),

parameters as (
    select * from {{ ref('validation_parameters') }}
    where return = 'cin_census'
),

limits as (
    select
        {{ one_parameter('2886Q', 'most_percent', 'integer') }} as most_percent_not_recorded,
        {{ one_parameter('8530Q', 'first_month', 'integer') }} as first_month_expected,
        {{ one_parameter('8530Q', 'last_month', 'integer') }} as last_month_expected,
        {{ one_parameter('8569Q', 'days_before_window', 'integer') }} as days_before_window,
        {{ one_parameter('8606', 'longest_days', 'integer') }} as days_before_birth,
        {{ one_parameter('8775Q', 'oldest_age', 'integer') }} as oldest_age
    from parameters
),

children_in_force as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__children') }}
),

cin_details as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__cin_details') }}
),

assessments_in_force as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__assessments') }}
),

plans_in_force as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__cin_plan_dates') }}
),

section47 as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__section47') }}
),

child_protection_plans as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__child_protection_plans') }}
),

children as (
    select
        records.area_code,
        records.person_key,
        records.person_birth_date as birth_date,
        records.expected_person_birth_date as expected_birth_date,
        records.person_death_date as death_date,
        records.gender_current as sex_code,
        records.upn_unknown as reason_no_pupil_number_code,
        records.submission_id,
        records.table_name,
        records.row_number,
        submissions.period_end,
        financial_years.period_end is not null as is_of_a_whole_year,
        {{ birthday('records.person_birth_date', 'limits.oldest_age + 1') }} as too_old_from,
        limits.first_month_expected,
        limits.last_month_expected
    from children_in_force as records
    inner join submissions
        on records.submission_id = submissions.submission_id
    left join financial_years
        on submissions.period_end = financial_years.period_end
    cross join limits
),

-- What stands in a case: the last day of anything in it, and which kinds.
activities as (
    select
        area_code,
        person_key,
        cin_referral_date as referral_date,
        'assessment' as activity,
        greatest(assessment_actual_start_date, coalesce(assessment_authorisation_date, assessment_actual_start_date))
            as last_date
    from assessments_in_force

    union all

    select
        area_code,
        person_key,
        cin_referral_date as referral_date,
        'enquiry' as activity,
        greatest(s47_actual_start_date, coalesce(date_of_initial_cpc, s47_actual_start_date)) as last_date
    from section47

    union all

    select
        area_code,
        person_key,
        cin_referral_date as referral_date,
        'conference' as activity,
        date_of_initial_cpc as last_date
    from cin_details
    where date_of_initial_cpc is not null

    union all

    select
        area_code,
        person_key,
        cin_referral_date as referral_date,
        'plan' as activity,
        greatest(cpp_start_date, coalesce(cpp_end_date, cpp_start_date)) as last_date
    from child_protection_plans
),

activity_of_cases as (
    select
        area_code,
        person_key,
        referral_date,
        max(last_date) as last_activity_date,
        max(case when activity <> 'assessment' then 1 else 0 end) as is_beyond_assessment,
        max(case when activity <> 'plan' then 1 else 0 end) as is_before_a_plan
    from activities
    group by area_code, person_key, referral_date
),

all_cases as (
    select
        records.area_code,
        records.person_key,
        records.cin_referral_date as referral_date,
        records.cin_closure_date as closure_date,
        records.reason_for_closure as reason_for_closure_code,
        records.referral_source as referral_source_code,
        records.referral_nfa as is_no_further_action,
        records.submission_id,
        records.table_name,
        records.row_number,
        submissions.period_start,
        submissions.period_end,
        children.death_date,
        {{ add_days('submissions.period_start', '-limits.days_before_window') }} as earliest_no_further_action,
        {{ add_days('children.birth_date', '-limits.days_before_birth') }} as earliest_before_birth,
        {{ add_days('children.expected_birth_date', '-limits.days_before_birth') }} as earliest_before_expected_birth,
        activity_of_cases.last_activity_date,
        coalesce(activity_of_cases.is_beyond_assessment, 0) as is_beyond_assessment,
        coalesce(activity_of_cases.is_before_a_plan, 0) as is_before_a_plan,
        max(records.cin_referral_date) over (
            partition by records.area_code, records.person_key
        ) as latest_referral_date
    from cin_details as records
    inner join submissions
        on records.submission_id = submissions.submission_id
    left join children
        on
            records.area_code = children.area_code
            and records.person_key = children.person_key
    left join activity_of_cases
        on
            records.area_code = activity_of_cases.area_code
            and records.person_key = activity_of_cases.person_key
            and records.cin_referral_date = activity_of_cases.referral_date
    cross join limits
),

-- Cases that S01 counts, with the child's others.
counted_cases as (
    select
        *,
        sum(case when closure_date is null then 1 else 0 end) over (partition by area_code, person_key) as open_cases,
        max(coalesce(closure_date, cast('9999-12-31' as date))) over (
            partition by area_code, person_key
            order by referral_date asc
            rows between unbounded preceding and 1 preceding
        ) as in_need_until
    from all_cases
    where not coalesce(is_no_further_action, false)
),

assessments as (
    select
        assessments_in_force.area_code,
        assessments_in_force.person_key,
        assessments_in_force.cin_referral_date as referral_date,
        assessments_in_force.assessment_actual_start_date as start_date,
        assessments_in_force.assessment_authorisation_date as end_date,
        all_cases.closure_date,
        assessments_in_force.submission_id,
        assessments_in_force.table_name,
        assessments_in_force.row_number
    from assessments_in_force
    left join all_cases
        on
            assessments_in_force.area_code = all_cases.area_code
            and assessments_in_force.person_key = all_cases.person_key
            and assessments_in_force.cin_referral_date = all_cases.referral_date
),

in_need_plans as (
    select
        plans_in_force.area_code,
        plans_in_force.person_key,
        plans_in_force.cin_referral_date as referral_date,
        plans_in_force.cin_plan_start_date as start_date,
        coalesce(all_cases.is_no_further_action, false) as is_no_further_action,
        plans_in_force.submission_id,
        plans_in_force.table_name,
        plans_in_force.row_number
    from plans_in_force
    left join all_cases
        on
            plans_in_force.area_code = all_cases.area_code
            and plans_in_force.person_key = all_cases.person_key
            and plans_in_force.cin_referral_date = all_cases.referral_date
),

born_children as (
    select
        *,
        coalesce({{ is_one_of('sex_code', 'not_recorded', '2886Q') }}, true) as is_not_recorded
    from children
    where birth_date <= period_end
),

-- The breach is of the return, and of no row in it.
too_few_sexes as (
    select
        born_children.submission_id,
        born_children.table_name,
        cast(null as integer) as row_number,
        born_children.area_code,
        cast(null as string) as person_key
    from born_children
    cross join limits
    group by born_children.submission_id, born_children.table_name, born_children.area_code
    having
        sum(case when born_children.is_not_recorded then 1 else 0 end) * 100
        > count(*) * max(limits.most_percent_not_recorded)
),

breaches as (
    {{ breaches_of('children') }}
    where
        case rule_code
            when '4180' then sex_code is null
            when '8520' then birth_date > period_end
            when '8525Q' then (birth_date is null) = (expected_birth_date is null)
            -- The month is that of the year in which the census ends, so a return of part of a year is not judged.
            when '8530Q'
                then
                    birth_date is null
                    and is_of_a_whole_year
                    and (
                        year(expected_birth_date) <> year(period_end)
                        or month(expected_birth_date) < first_month_expected
                        or month(expected_birth_date) > last_month_expected
                    )
            when '8535Q' then death_date < birth_date
            when '8750'
                then
                    birth_date is null
                    and expected_birth_date is not null
                    and not {{ is_one_of('sex_code', 'unborn', '8750') }}
            when '8775Q' then too_old_from <= period_end
        end

    union all

    {{ breaches_of('all_cases') }}
    where
        case rule_code
            -- The case
            when '2990'
                then
                    {{ is_one_of('reason_for_closure_code', 'reason_for_closure', '2990') }}
                    and is_beyond_assessment = 1
            when '8555Q' then referral_date > death_date
            when '8565' then last_activity_date > closure_date
            when '8568' then is_no_further_action is null
            when '8569Q'
                then
                    is_no_further_action
                    and referral_date < earliest_no_further_action
            when '8600' then referral_date > period_end
            when '8606'
                then
                    referral_date < earliest_before_birth
                    or referral_date < earliest_before_expected_birth
            when '8620'
                then
                    closure_date < period_start
                    or closure_date > period_end
            when '8630' then closure_date < referral_date
            when '8805'
                then
                    closure_date is not null
                    and reason_for_closure_code is null
            when '8810'
                then
                    closure_date is null
                    and reason_for_closure_code is not null
            when '8831'
                then
                    is_no_further_action
                    and (
                        is_before_a_plan = 1
                        or closure_date > referral_date
                    )
            when '8866' then referral_source_code is null
        end

    union all

    {{ breaches_of('counted_cases') }}
    where
        case rule_code
            when '8815'
                then
                    closure_date is null
                    and open_cases > 1
            when '8816'
                then
                    closure_date is null
                    and referral_date < latest_referral_date
            when '8820' then referral_date < in_need_until
        end

    union all

    {{ breaches_of('assessments') }}
    where
        case rule_code
            -- Assessments and child in need plans, which no figure reads, where they speak against the case
            when '1103' then start_date < referral_date
            when '8867'
                then
                    closure_date is not null
                    and end_date is null
        end

    union all

    {{ breaches_of('in_need_plans') }}
    where
        case rule_code
            when '4000' then is_no_further_action
            when '4015' then start_date < referral_date
        end

    union all

    -- The child
    {{ breach('2886Q', 'too_few_sexes') }}

    union all

    {{ breach('8590', 'children') }}
    left join all_cases
        on
            children.area_code = all_cases.area_code
            and children.person_key = all_cases.person_key
    where all_cases.person_key is null

    union all

    {{ breach('8772', 'children') }}
    inner join all_cases
        on
            children.area_code = all_cases.area_code
            and children.person_key = all_cases.person_key
    where
        {{ is_one_of('children.reason_no_pupil_number_code', 'reason_no_pupil_number', '8772') }}
        and not all_cases.is_no_further_action
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
