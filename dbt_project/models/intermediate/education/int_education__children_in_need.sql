with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

episodes as (
    select * from {{ ref('stg_childrens_social_care__in_need_episodes') }}
    where not is_no_further_action
),

in_care as (
    select * from {{ ref('int_looked_after__episodes_in_care') }}
),

children as (
    select * from {{ ref('stg_childrens_social_care__in_need_children') }}
),

covered_spans as (
    select * from {{ ref('int_indicator__covered_spans') }}
    where supplier = 'childrens_social_care'
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

academic_years as (
    select * from {{ ref('periods') }}
    where period_type = 'academic_year'
),

in_need_days as (
    select distinct in_need_on from rules
    where in_need_on is not null
),

-- The day of each school year on which a child must be in need, as far as it has come.
cohort_days as (
    select
        academic_years.period_start as academic_year_start,
        academic_years.period_end as academic_year_end,
        in_need_days.in_need_on,
        cast(cast(year(academic_years.period_end) as string) || '-' || in_need_days.in_need_on as date) as cohort_date
    from academic_years
    cross join in_need_days
),

in_need as (
    select
        cohort_days.academic_year_start,
        cohort_days.academic_year_end,
        cohort_days.in_need_on,
        cohort_days.cohort_date,
        {{ add_days('cohort_days.academic_year_start', -1) }} as age_date,
        episodes.area_code,
        episodes.person_key,
        episodes.submission_id,
        episodes.table_name,
        episodes.row_number
    from cohort_days
    inner join run_control
        on cohort_days.cohort_date <= run_control.as_of_date
    inner join episodes
        on {{ is_open_on('cohort_days.cohort_date', 'episodes.referral_date', 'episodes.closure_date') }}
    left join in_care
        on
            episodes.area_code = in_care.area_code
            and episodes.person_key = in_care.person_key
            and {{ is_open_on('cohort_days.cohort_date', 'in_care.start_date', 'in_care.end_date') }}
    where in_care.person_key is null
    qualify
        row_number() over (
            partition by
                cohort_days.academic_year_start, cohort_days.in_need_on, episodes.area_code, episodes.person_key
            order by episodes.referral_date desc
        ) = 1
),

-- The day must lie within the returns on children in need and on children looked after: else both are guesses. Who is
-- not born on the day of the age has age -1.
final as (
    select
        in_need.area_code,
        in_need.person_key,
        in_need.academic_year_start,
        in_need.academic_year_end,
        in_need.in_need_on,
        in_need.cohort_date,
        case
            when coalesce(children.birth_date, children.expected_birth_date) > in_need.age_date then -1
            else {{ age_on('in_need.age_date', 'children.birth_date') }}
        end as age_at_31_august,
        need_returns.area_code is not null and care_returns.area_code is not null as is_known,
        in_need.submission_id,
        in_need.table_name,
        in_need.row_number
    from in_need
    left join children
        on
            in_need.area_code = children.area_code
            and in_need.person_key = children.person_key
    left join covered_spans as need_returns
        on
            need_returns.feed = 'cin_census'
            and need_returns.table_name = 'cin_details'
            and in_need.area_code = need_returns.area_code
            and in_need.cohort_date between need_returns.covered_from and need_returns.covered_to
    left join covered_spans as care_returns
        on
            care_returns.feed = 'ssda903'
            and care_returns.table_name = 'episodes'
            and in_need.area_code = care_returns.area_code
            and in_need.cohort_date between care_returns.covered_from and care_returns.covered_to
)

select * from final
