with

contacts as (
    {{ in_force('raw', 'raw_childrens_social_care__contacts__contacts') }}
),

final as (
    select
        area_code,
        person_key,
        contact_at,
        cast(contact_at as date) as contact_date,
        decision_at,
        -- List 1 of Annex A may give the date of birth alone. As everywhere, an unborn child has age -1.
        coalesce(
            age,
            case
                when cast(contact_at as date) < date_of_birth then -1
                else {{ age_on('cast(contact_at as date)', 'date_of_birth') }}
            end
        ) as age_at_contact,
        sex as sex_code,
        source as source_code,
        reason_group as reason_group_code,
        outcome as outcome_code,
        forwarded_to as forwarded_to_code,
        linked_referral_date,
        submission_id,
        table_name,
        row_number
    from contacts
)

select * from final
