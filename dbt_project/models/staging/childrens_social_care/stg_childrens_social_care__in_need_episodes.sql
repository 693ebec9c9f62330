with

cin_details as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__cin_details') }}
),

children as (
    select * from {{ ref('stg_childrens_social_care__in_need_children') }}
),

sexes as (
    select * from {{ ref('codes') }}
    where code_list = 'sex'
),

final as (
    select
        cin_details.area_code,
        cin_details.person_key,
        cin_details.cin_referral_date as referral_date,
        cin_details.cin_closure_date as closure_date,
        cin_details.referral_source as referral_source_code,
        cin_details.primary_need_code,
        cin_details.reason_for_closure as reason_for_closure_code,
        cin_details.date_of_initial_cpc as initial_conference_date,
        coalesce(sexes.breakdown_value, 'unknown') as sex,
        coalesce(cin_details.referral_nfa, false) as is_no_further_action,
        cin_details.submission_id,
        cin_details.table_name,
        cin_details.row_number
    from cin_details
    left join children
        on
            cin_details.area_code = children.area_code
            and cin_details.person_key = children.person_key
    left join sexes
        on children.sex_code = sexes.code
)

select * from final
