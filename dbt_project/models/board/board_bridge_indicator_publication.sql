{{ config(alias='bridge_indicator_publication') }}

with

bridge_indicator_publication as (
    select * from {{ ref('bridge_indicator_publication') }}
    where audience = 'board'
),

final as (
    select
        indicator_code,
        audience,
        period_type,
        breakdown,
        is_primary
    from bridge_indicator_publication
)

select * from final
