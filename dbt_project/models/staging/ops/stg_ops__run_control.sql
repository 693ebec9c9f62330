with

run_control as (
    select * from {{ source('ops', 'run_control') }}
),

final as (
    select
        run_id,
        cast(as_of as timestamp) as as_of,
        cast(as_of as date) as as_of_date,
        release_id,
        home_area_code,
        is_synthetic,
        code_version,
        inputs_hash
    from run_control
)

select * from final
