{{ config(alias='dim_period') }}

with

dim_period as (
    select * from {{ ref('dim_period') }}
),

final as (
    select
        period_type,
        period_start,
        period_end,
        period_label
    from dim_period
)

select * from final
