{{ config(alias='fct_release_compared') }}

with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

release_before as (
    select * from {{ source('ops', 'release_before') }}
),

restated as (
    select
        to_release_id,
        count(*) as figures_restated,
        count(*) filter (where breakdown = 'total' and is_primary_cadence) as headlines_restated
    from {{ ref('board_fct_restatement') }}
    group by to_release_id
),

final as (
    select
        cast(run_control.release_id as string) as release_id,
        cast(run_control.as_of as timestamp) as as_of,
        cast(run_control.code_version as string) as code_version,
        cast(release_before.before_release_id as string) as before_release_id,
        cast(release_before.before_as_of as timestamp) as before_as_of,
        cast(release_before.before_code_version as string) as before_code_version,
        cast(release_before.is_dictionary_changed as boolean) as is_dictionary_changed,
        cast(coalesce(restated.figures_restated, 0) as integer) as figures_restated,
        cast(coalesce(restated.headlines_restated, 0) as integer) as headlines_restated
    from run_control
    left join release_before
        on run_control.release_id = release_before.release_id
    left join restated
        on run_control.release_id = restated.to_release_id
)

select * from final
