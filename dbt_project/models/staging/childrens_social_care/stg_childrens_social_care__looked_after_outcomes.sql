with

oc2 as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__oc2') }}
),

final as (
    select
        area_code,
        person_key,
        return_year,
        health_assessment as health_assessment_code,
        submission_id,
        table_name,
        row_number
    from oc2
)

select * from final
