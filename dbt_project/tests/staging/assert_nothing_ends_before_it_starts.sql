-- Detects an episode of care, a case of need or a child protection plan that ends before it starts (rule 356 of the
-- SSDA903 return, 8925 of the census and the like): it is open on no day, so the child is in no figure because of it.
-- A returned row is one such record; the agency has to mend it.
{{ config(severity='warn') }}

with

records as (
    select
        area_code,
        start_date,
        end_date,
        submission_id,
        table_name,
        row_number
    from {{ ref('stg_childrens_social_care__looked_after_episodes') }}

    union all

    select
        area_code,
        referral_date as start_date,
        closure_date as end_date,
        submission_id,
        table_name,
        row_number
    from {{ ref('stg_childrens_social_care__in_need_episodes') }}

    union all

    select
        area_code,
        start_date,
        end_date,
        submission_id,
        table_name,
        row_number
    from {{ ref('stg_childrens_social_care__child_protection_plans') }}
),

final as (
    select
        area_code,
        submission_id,
        table_name,
        row_number
    from records
    where end_date < start_date
)

select * from final
