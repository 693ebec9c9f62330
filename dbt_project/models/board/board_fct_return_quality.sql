{{ config(alias='fct_return_quality') }}

with

submissions as (
    select * from {{ ref('fct_submission') }}
    where status in ('accepted', 'rejected')
),

-- Of a problem only its return, its rule and how many rows: never what stood in the row.
problems as (
    select
        submission_id,
        rule_code,
        severity
    from {{ source('quarantine', 'quarantined_rows') }}
    union all
    select
        submission_id,
        rule_code,
        severity
    from {{ source('quarantine', 'row_warnings') }}
),

rules as (
    select * from {{ ref('return_rules') }}
),

counted as (
    select
        submissions.supplier,
        submissions.feed,
        submissions.area_code,
        problems.rule_code,
        problems.severity,
        count(*) as affected_rows,
        count(distinct submissions.submission_id) as returns_affected,
        count(distinct case when submissions.is_latest_for_period then submissions.submission_id end)
            as returns_affected_in_force,
        max(submissions.received_at) as last_received_at
    from problems
    inner join submissions
        on problems.submission_id = submissions.submission_id
    group by
        submissions.supplier,
        submissions.feed,
        submissions.area_code,
        problems.rule_code,
        problems.severity
),

-- In bands: the rows of a small table are a small number of children.
final as (
    select
        cast(counted.supplier as string) as supplier,
        cast(counted.feed as string) as feed,
        cast(counted.area_code as string) as area_code,
        cast(counted.rule_code as string) as rule_code,
        cast(rules.meaning as string) as rule_meaning,
        cast(counted.severity as string) as severity,
        cast(counted.returns_affected as integer) as returns_affected,
        cast(counted.returns_affected_in_force as integer) as returns_affected_in_force,
        cast(
            case
                when counted.affected_rows < 10 then 'under 10'
                when counted.affected_rows < 100 then '10 to 99'
                else '100 or more'
            end as string
        ) as rows_band,
        cast(counted.last_received_at as timestamp) as last_received_at
    from counted
    left join rules
        on counted.rule_code = rules.rule_code
)

select * from final
