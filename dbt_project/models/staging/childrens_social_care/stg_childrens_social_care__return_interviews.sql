with

interviews as (
    {{ in_force('raw', 'raw_childrens_social_care__return_interviews__return_interviews') }}
),

final as (
    select
        area_code,
        person_key,
        {{ hashed('occurrence_ref') }} as occurrence_key,
        {{ yes_or_no('rhi_offered') }} as is_interview_offered,
        {{ yes_or_no('rhi_accepted') }} as is_interview_accepted,
        rhi_completed_at as interview_at,
        submission_id,
        table_name,
        row_number
    from interviews
    where coalesce(record_status, 'N') <> 'D'
)

select * from final
