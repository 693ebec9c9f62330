with

missing as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__missing') }}
),

final as (
    select
        area_code,
        person_key,
        missing as missing_category_code,
        mis_start as start_date,
        mis_end as end_date,
        submission_id,
        table_name,
        row_number
    from missing
)

select * from final
