with

ad1 as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__ad1') }}
),

final as (
    select
        area_code,
        person_key,
        return_year,
        date_int as decision_date,
        date_match as match_date,
        foster_care as foster_carer_code,
        submission_id,
        table_name,
        row_number
    from ad1
)

select * from final
