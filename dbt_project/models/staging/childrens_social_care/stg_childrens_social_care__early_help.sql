with

requests as (
    {{ in_force('raw', 'raw_childrens_social_care__early_help__early_help') }}
),

final as (
    select
        area_code,
        person_key,
        {{ hashed('eh_ref') }} as request_key,
        age as age_at_request,
        requested_on as requested_date,
        source as source_code,
        assessment_started as assessment_start_date,
        assessment_completed as assessment_end_date,
        plan_ended as end_date,
        outcome as outcome_code,
        submission_id,
        table_name,
        row_number
    from requests
)

select * from final
