with

camhs as (
    {{ in_force('raw', 'raw_health__camhs__camhs') }}
),

areas as (
    select * from {{ ref('areas') }}
),

-- A provider's patients live in several authorities: the residents of the one that the return is about count.
final as (
    select
        camhs.area_code,
        camhs.person_key,
        camhs.submission_id || ' ' || cast(camhs.row_number as string) as referral_key,
        camhs.age_at_referral,
        camhs.sex as sex_code,
        camhs.referral_received as received_date,
        camhs.referral_source as referral_source_code,
        camhs.accepted as accepted_code,
        camhs.decision_date,
        camhs.pathway as pathway_code,
        camhs.pathway_from as pathway_from_date,
        camhs.first_attended_contact as first_contact_date,
        camhs.second_attended_contact as second_contact_date,
        camhs.discharge_date,
        camhs.submission_id,
        camhs.table_name,
        camhs.row_number
    from camhs
    left join areas
        on camhs.area_code = areas.area_code
    where
        coalesce(camhs.record_status, 'N') <> 'D'
        and camhs.responsible_area in (camhs.area_code, areas.la_code)
)

select * from final
