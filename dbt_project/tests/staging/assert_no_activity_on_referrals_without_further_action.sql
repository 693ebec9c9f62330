-- Detects activity on a referral that is said to have led to no further action: a closure after the day of the
-- referral, an initial child protection conference, or a child protection plan (as rules 8831 and 8832 of the census).
-- Either the flag or the activity is wrong, and S01 leaves out every referral with the flag.
-- A returned row is one such referral.
{{ config(severity='warn') }}

with

episodes as (
    select * from {{ ref('stg_childrens_social_care__in_need_episodes') }}
),

plans as (
    select distinct
        area_code,
        person_key,
        referral_date
    from {{ ref('stg_childrens_social_care__child_protection_plans') }}
),

final as (
    select
        episodes.area_code,
        episodes.submission_id,
        episodes.table_name,
        episodes.row_number
    from episodes
    left join plans
        on
            episodes.area_code = plans.area_code
            and episodes.person_key = plans.person_key
            and episodes.referral_date = plans.referral_date
    where
        episodes.is_no_further_action
        and (
            episodes.closure_date > episodes.referral_date
            or episodes.initial_conference_date is not null
            or plans.person_key is not null
        )
)

select * from final
