with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

rules as (
    select * from {{ ref('exception_rules') }}
),

final as (
    select
        cast(rules.rule_code as string) as rule_code,
        cast(rules.rule_name as string) as rule_name,
        cast(rules.severity as string) as severity,
        cast(rules.threshold as integer) as threshold,
        cast(rules.source as string) as source,
        cast(rules.valid_from as date) as valid_from,
        cast(rules.valid_to as date) as valid_to
    from rules
    inner join run_control
        on {{ is_valid_on('run_control.as_of_date', 'rules.valid_from', 'rules.valid_to') }}
)

select * from final
