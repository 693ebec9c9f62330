with

check_results as (
    select * from {{ source('ops', 'check_results') }}
),

final as (
    select
        cast(run_id as string) as run_id,
        cast(checked_at as timestamp) as checked_at,
        cast(engine as string) as engine,
        cast(layer as string) as layer,
        cast(dataset as string) as dataset,
        cast(check_name as string) as check_name,
        cast(severity as string) as severity,
        cast(outcome as string) as outcome,
        cast(measured as string) as measured,
        cast(threshold as string) as threshold
    from check_results
)

select * from final
