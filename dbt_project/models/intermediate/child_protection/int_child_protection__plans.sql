with

plans as (
    select * from {{ ref('stg_childrens_social_care__child_protection_plans') }}
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
        plans.referral_date,
        plans.start_date,
        plans.end_date,
        plans.previous_plans,
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
            and plans.latest_category_of_abuse_code = categories.code
)

select * from final
