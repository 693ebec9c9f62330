with

assessments as (
    {{ in_force('raw', 'raw_childrens_social_care__health_assessments__health_assessments') }}
),

final as (
    select
        area_code,
        person_key,
        assessment_due as due_date,
        assessment_date,
        {{ yes_or_no('declined') }} as is_declined,
        type as assessment_type_code,
        submission_id,
        table_name,
        row_number
    from assessments
)

select * from final
