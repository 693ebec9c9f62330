with

referrals as (
    {{ in_force('raw', 'raw_police__domestic_abuse_referrals__domestic_abuse_referrals') }}
),

final as (
    select
        area_code,
        person_key,
        {{ hashed('notification_ref') }} as notification_key,
        child_seq as child_number,
        notified_on as notified_date,
        match_status as match_status_code,
        age_at_incident,
        risk as risk_code,
        front_door_outcome as outcome_code,
        submission_id,
        table_name,
        row_number
    from referrals
    where coalesce(record_status, 'N') <> 'D'
)

select * from final
