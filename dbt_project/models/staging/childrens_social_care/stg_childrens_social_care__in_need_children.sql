with

children as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__children') }}
),

final as (
    select
        area_code,
        person_key,
        person_birth_date as birth_date,
        expected_person_birth_date as expected_birth_date,
        gender_current as sex_code,
        submission_id,
        table_name,
        row_number
    from children
)

select * from final
