with

attendance as (
    {{ in_force('raw', 'raw_education__attendance__attendance') }}
),

final as (
    select
        area_code,
        person_key,
        {{ academic_year_start('academic_year') }} as academic_year_start,
        term as term_code,
        enrol_status as enrolment_code,
        age_at_31_aug as age_at_31_august,
        sessions_possible,
        sessions_authorised + sessions_unauthorised as sessions_absent,
        submission_id,
        table_name,
        row_number
    from attendance
    where coalesce(record_status, 'N') <> 'D'
)

select * from final
