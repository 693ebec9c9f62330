with

indicator_publication as (
    select * from {{ ref('indicator_publication') }}
),

final as (
    select
        cast(indicator_code as string) as indicator_code,
        cast(audience as string) as audience,
        cast(period_type as string) as period_type,
        cast(breakdown as string) as breakdown,
        cast(is_primary as boolean) as is_primary
    from indicator_publication
)

select * from final
