{{ config(alias='dim_release') }}

with

dim_release as (
    select * from {{ ref('dim_release') }}
),

final as (
    select
        release_id,
        released_at,
        as_of,
        code_version,
        is_synthetic,
        inputs_hash
    from dim_release
)

select * from final
