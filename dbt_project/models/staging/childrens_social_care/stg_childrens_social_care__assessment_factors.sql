with

assessment_factors as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__assessment_factors') }}
),

assessments as (
    {{ in_force('raw', 'raw_childrens_social_care__cin_census__assessments') }}
),

final as (
    select
        assessment_factors.area_code,
        assessment_factors.person_key,
        assessment_factors.cin_referral_date as referral_date,
        assessment_factors.assessment_actual_start_date as assessment_start_date,
        assessments.assessment_authorisation_date as assessment_end_date,
        assessment_factors.assessment_factor as factor_code,
        assessment_factors.submission_id,
        assessment_factors.table_name,
        assessment_factors.row_number
    from assessment_factors
    left join assessments
        on
            assessment_factors.area_code = assessments.area_code
            and assessment_factors.person_key = assessments.person_key
            and assessment_factors.cin_referral_date = assessments.cin_referral_date
            and assessment_factors.assessment_actual_start_date = assessments.assessment_actual_start_date
)

select * from final
