{{ config(alias='bridge_indicator_priority') }}

with

bridge_indicator_priority as (
    select * from {{ ref('bridge_indicator_priority') }}
),

final as (
    select
        indicator_code,
        definition_version,
        priority_code,
        priority_name,
        breakdown,
        breakdown_value
    from bridge_indicator_priority
)

select * from final
