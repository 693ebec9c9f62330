with

cin_details as (
    {{ in_force(
        'raw',
        'raw_childrens_social_care__cin_census__cin_details',
        key=['la_child_id', 'cin_referral_date', 'date_of_initial_cpc'],
        covers={'from': 'date_of_initial_cpc', 'to': 'date_of_initial_cpc'}
    ) }}
),

final as (
    select
        area_code,
        person_key,
        cin_referral_date as referral_date,
        date_of_initial_cpc as conference_date,
        submission_id,
        table_name,
        row_number
    from cin_details
    where date_of_initial_cpc is not null
)

select * from final
