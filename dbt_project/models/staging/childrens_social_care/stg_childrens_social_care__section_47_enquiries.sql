with

section47 as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__section47') }}
),

final as (
    select
        area_code,
        person_key,
        cin_referral_date as referral_date,
        s47_actual_start_date as start_date,
        date_of_initial_cpc as initial_conference_date,
        icpc_not_required as is_conference_not_required,
        submission_id,
        table_name,
        row_number
    from section47
)

select * from final
