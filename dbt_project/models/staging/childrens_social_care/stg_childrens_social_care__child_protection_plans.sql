with

child_protection_plans as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__child_protection_plans') }}
),

final as (
    select
        area_code,
        person_key,
        cin_referral_date as referral_date,
        cpp_start_date as start_date,
        cpp_end_date as end_date,
        initial_category_of_abuse as initial_category_of_abuse_code,
        latest_category_of_abuse as latest_category_of_abuse_code,
        number_of_previous_cpp as previous_plans,
        submission_id,
        table_name,
        row_number
    from child_protection_plans
)

select * from final
