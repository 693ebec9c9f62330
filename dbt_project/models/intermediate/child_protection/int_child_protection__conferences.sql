with

enquiries as (
    select * from {{ ref('stg_childrens_social_care__section_47_enquiries') }}
    where initial_conference_date is not null
),

referral_conferences as (
    select * from {{ ref('stg_childrens_social_care__initial_conferences') }}
),

both_levels as (
    select
        area_code,
        person_key,
        initial_conference_date as conference_date,
        referral_date,
        'section_47' as told_by,
        submission_id,
        table_name,
        row_number
    from enquiries

    union all

    select
        area_code,
        person_key,
        conference_date,
        referral_date,
        'referral' as told_by,
        submission_id,
        table_name,
        row_number
    from referral_conferences
),

-- A conference told of at both levels is one; the enquiry that led to it is its receipt.
final as (
    select
        area_code,
        person_key,
        conference_date,
        referral_date,
        told_by,
        submission_id,
        table_name,
        row_number
    from both_levels
    qualify
        row_number() over (
            partition by area_code, person_key, conference_date
            order by told_by desc, submission_id desc, row_number desc
        ) = 1
)

select * from final
