with

indicator_parameters as (
    select * from {{ ref('indicator_parameters') }}
),

final as (
    select
        cast(indicator_code as string) as indicator_code,
        cast(definition_version as string) as definition_version,
        cast(parameter as string) as parameter,
        cast(value as string) as value,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        cast(note as string) as note
    from indicator_parameters
)

select * from final
