{{ config(alias='bridge_indicator_feed') }}

with

bridge_indicator_feed as (
    select * from {{ ref('bridge_indicator_feed') }}
),

final as (
    select
        indicator_code,
        definition_version,
        supplier,
        feed,
        is_required
    from bridge_indicator_feed
)

select * from final
