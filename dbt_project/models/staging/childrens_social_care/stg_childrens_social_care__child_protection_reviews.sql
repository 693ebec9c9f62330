with

cpp_reviews as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__cpp_reviews') }}
),

final as (
    select
        area_code,
        person_key,
        cpp_start_date as plan_start_date,
        cpp_review_date as review_date,
        submission_id,
        table_name,
        row_number
    from cpp_reviews
)

select * from final
