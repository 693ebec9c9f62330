with

breakdowns as (
    select * from {{ ref('breakdowns') }}
),

final as (
    select
        cast(breakdown as string) as breakdown,
        cast(breakdown_value as string) as breakdown_value,
        cast(value_name as string) as value_name,
        cast(sort_order as integer) as sort_order,
        cast(is_additive as boolean) as is_additive,
        cast(band_set as string) as band_set
    from breakdowns
)

select * from final
