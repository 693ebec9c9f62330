with

reviews as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__reviews') }}
),

final as (
    select
        area_code,
        person_key,
        review as review_date,
        review_code as participation_code,
        submission_id,
        table_name,
        row_number
    from reviews
)

select * from final
