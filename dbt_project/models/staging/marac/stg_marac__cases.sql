with

cases as (
    {{ in_force('raw', 'raw_marac__cases__cases') }}
),

final as (
    select
        area_code,
        person_key,
        meeting_date,
        referral_date,
        previous_referral_date,
        {{ yes_or_no('is_repeat') }} as is_repeat,
        repeat_definition as repeat_definition_code,
        referring_agency as referring_agency_code,
        submission_id,
        table_name,
        row_number
    from cases
)

select * from final
