{{ config(alias='dim_breakdown') }}

with

dim_breakdown as (
    select * from {{ ref('dim_breakdown') }}
),

final as (
    select
        breakdown,
        breakdown_value,
        value_name,
        sort_order,
        is_additive,
        band_set
    from dim_breakdown
)

select * from final
