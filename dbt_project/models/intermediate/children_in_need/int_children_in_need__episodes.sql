with

episodes as (
    select * from {{ ref('stg_childrens_social_care__in_need_episodes') }}
),

children as (
    select * from {{ ref('stg_childrens_social_care__in_need_children') }}
),

codes as (
    select * from {{ ref('codes') }}
),

final as (
    select
        episodes.area_code,
        episodes.person_key,
        episodes.referral_date,
        episodes.closure_date,
        episodes.initial_conference_date,
        episodes.referral_source_code,
        episodes.primary_need_code,
        episodes.reason_for_closure_code,
        coalesce(sexes.breakdown_value, 'unknown') as sex,
        coalesce(episodes.is_no_further_action, false) as is_no_further_action,
        episodes.submission_id,
        episodes.table_name,
        episodes.row_number
    from episodes
    left join children
        on
            episodes.area_code = children.area_code
            and episodes.person_key = children.person_key
    left join codes as sexes
        on
            sexes.code_list = 'sex'
            and children.sex_code = sexes.code
)

select * from final
