with

header as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__header') }}
),

final as (
    select
        area_code,
        person_key,
        dob as birth_date,
        sex as sex_code,
        submission_id,
        table_name,
        row_number
    from header
)

select * from final
