with

indicator_feeds as (
    select * from {{ ref('indicator_feeds') }}
),

final as (
    select
        cast(indicator_code as string) as indicator_code,
        cast(definition_version as string) as definition_version,
        cast(supplier as string) as supplier,
        cast(feed as string) as feed,
        cast(bool_or(is_required) as boolean) as is_required
    from indicator_feeds
    group by all
)

select * from final
