{{ config(alias='dim_area') }}

with

dim_area as (
    select * from {{ ref('dim_area') }}
),

final as (
    select
        area_code,
        la_code,
        area_name,
        area_type,
        region_code,
        valid_from,
        valid_to,
        predecessor_code
    from dim_area
)

select * from final
