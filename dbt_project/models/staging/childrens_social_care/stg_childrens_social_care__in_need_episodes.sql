with

cin_details as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__cin_details') }}
),

final as (
    select
        area_code,
        person_key,
        cin_referral_date as referral_date,
        cin_closure_date as closure_date,
        referral_source as referral_source_code,
        primary_need_code,
        reason_for_closure as reason_for_closure_code,
        date_of_initial_cpc as initial_conference_date,
        referral_nfa as is_no_further_action,
        submission_id,
        table_name,
        row_number
    from cin_details
)

select * from final
