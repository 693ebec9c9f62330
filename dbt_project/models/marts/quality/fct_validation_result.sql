with

submissions as (
    select * from {{ ref('stg_ops__submissions') }}
),

submission_tables as (
    select * from {{ source('ops', 'submission_tables') }}
),

rules as (
    select * from {{ ref('validation_rules') }}
    where treatment = 'implemented'
),

breaches as (
    select * from {{ ref('int_validation__looked_after') }}
    union all
    select * from {{ ref('int_validation__looked_after_records') }}
    union all
    select * from {{ ref('int_validation__children_in_need') }}
    union all
    select * from {{ ref('int_validation__child_protection') }}
),

counted as (
    select
        return,
        rule_code,
        area_code,
        submission_id,
        count(*) as rows_in_breach
    from breaches
    group by return, rule_code, area_code, submission_id
),

-- What a rule is about has to have been sent before it can be said that nothing is wrong with it.
judged as (
    select distinct
        rules.return,
        rules.rule_code,
        submissions.area_code
    from rules
    inner join submissions
        on rules.return = submissions.feed
    inner join submission_tables
        on
            submissions.submission_id = submission_tables.submission_id
            and rules.table_name = submission_tables.table_name
),

without_breach as (
    select
        judged.return,
        judged.rule_code,
        judged.area_code,
        cast(null as string) as submission_id,
        0 as rows_in_breach
    from judged
    left join counted
        on
            judged.return = counted.return
            and judged.rule_code = counted.rule_code
            and judged.area_code = counted.area_code
    where counted.rule_code is null
),

results as (
    select * from counted
    union all
    select * from without_breach
),

final as (
    select
        cast(results.return as string) as return,
        cast(results.rule_code as string) as rule_code,
        cast(results.area_code as string) as area_code,
        cast(results.submission_id as string) as submission_id,
        cast(rules.severity as string) as severity,
        cast(results.rows_in_breach as bigint) as rows_in_breach
    from results
    left join rules
        on
            results.return = rules.return
            and results.rule_code = rules.rule_code
)

select * from final
