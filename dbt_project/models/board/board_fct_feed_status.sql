{{ config(alias='fct_feed_status') }}

with

feed_status as (
    select * from {{ ref('fct_feed_status') }}
),

final as (
    select
        area_code,
        supplier,
        feed,
        feed_name,
        is_annual_final,
        period_type,
        period_start,
        period_end,
        due_date,
        is_due_date_default,
        status,
        status_reason,
        finality,
        received_at
    from feed_status
)

select * from final
