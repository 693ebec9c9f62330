with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

final as (
    select
        cast(release_id as string) as release_id,
        cast(as_of as timestamp) as released_at,
        cast(as_of as timestamp) as as_of,
        cast(code_version as string) as code_version,
        cast(is_synthetic as boolean) as is_synthetic,
        cast(inputs_hash as string) as inputs_hash
    from run_control
)

select * from final
