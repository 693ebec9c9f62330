with

episodes as (
    {{ in_force('raw', 'raw_police__missing_episodes__missing_episodes') }}
),

final as (
    select
        area_code,
        person_key,
        {{ hashed('occurrence_ref') }} as occurrence_key,
        match_status as match_status_code,
        age_at_start,
        sex as sex_code,
        category as category_code,
        missing_from as missing_from_at,
        cast(missing_from as date) as start_date,
        returned_at,
        cast(returned_at as date) as end_date,
        went_from as went_from_code,
        {{ yes_or_no('looked_after') }} as is_looked_after,
        responsible_la as responsible_la_code,
        {{ yes_or_no('rhi_offered') }} as is_interview_offered,
        {{ yes_or_no('rhi_accepted') }} as is_interview_accepted,
        rhi_completed_at as interview_at,
        submission_id,
        table_name,
        row_number
    from episodes
    where coalesce(record_status, 'N') <> 'D'
)

select * from final
