with

plans as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__child_protection_plans') }}
),

children as (
    select * from {{ ref('stg_childrens_social_care__in_need_children') }}
),

codes as (
    select * from {{ ref('codes') }}
),

final as (
    select
        plans.area_code,
        plans.person_key,
        plans.cin_referral_date as referral_date,
        plans.cpp_start_date as start_date,
        plans.cpp_end_date as end_date,
        plans.initial_category_of_abuse as initial_category_of_abuse_code,
        plans.latest_category_of_abuse as latest_category_of_abuse_code,
        plans.number_of_previous_cpp as previous_plans,
        coalesce(sexes.breakdown_value, 'unknown') as sex,
        coalesce(categories.breakdown_value, 'unknown') as category_of_abuse,
        plans.submission_id,
        plans.table_name,
        plans.row_number
    from plans
    left join children
        on
            plans.area_code = children.area_code
            and plans.person_key = children.person_key
    left join codes as sexes
        on
            sexes.code_list = 'sex'
            and children.sex_code = sexes.code
    left join codes as categories
        on
            categories.code_list = 'category_of_abuse'
            and plans.latest_category_of_abuse = categories.code
)

select * from final
