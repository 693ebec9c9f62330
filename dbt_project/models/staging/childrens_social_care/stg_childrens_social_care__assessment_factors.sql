with

assessment_factors as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__assessment_factors') }}
),

final as (
    select
        area_code,
        person_key,
        cin_referral_date as referral_date,
        assessment_actual_start_date as assessment_start_date,
        assessment_factor as factor_code,
        submission_id,
        table_name,
        row_number
    from assessment_factors
)

select * from final
