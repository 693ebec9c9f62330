{{ config(alias='fct_submission') }}

with

submissions as (
    select * from {{ ref('fct_submission') }}
),

-- Numbers of rows are left out: the rows of a small table are a small number of children.
final as (
    select
        cast(submission_id as string) as submission_id,
        cast(supplier as string) as supplier,
        cast(feed as string) as feed,
        cast(area_code as string) as area_code,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        cast(data_as_at as date) as data_as_at,
        cast(finality as string) as finality,
        cast(received_at as timestamp) as received_at,
        cast(status as string) as status,
        cast(is_latest_for_period as boolean) as is_latest_for_period,
        cast(is_synthetic as boolean) as is_synthetic
    from submissions
)

select * from final
