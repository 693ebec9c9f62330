{{ config(alias='fct_data_quality_result') }}

with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

-- What had been checked when the Board's tables were built; those tables themselves are checked after it.
check_results as (
    select
        results.engine,
        results.layer,
        results.outcome
    from {{ source('ops', 'check_results') }} as results
    inner join run_control
        on results.run_id = run_control.run_id
    qualify
        row_number() over (
            partition by results.engine, results.layer, results.dataset, results.check_name
            order by results.checked_at desc, results.outcome asc
        ) = 1
),

final as (
    select
        cast(engine as string) as engine,
        cast(layer as string) as layer,
        cast(count(*) as integer) as checks,
        cast(count(*) filter (where outcome = 'passed') as integer) as passed,
        cast(count(*) filter (where outcome = 'warned') as integer) as warned,
        cast(count(*) filter (where outcome = 'failed') as integer) as failed,
        cast(count(*) filter (where outcome = 'not_evaluated') as integer) as not_evaluated
    from check_results
    group by engine, layer
)

select * from final
