with

validation_rules as (
    select * from {{ ref('validation_rules') }}
),

final as (
    select
        cast(return as string) as return,
        cast(rule_code as string) as rule_code,
        cast(message as string) as message,
        cast(treatment as string) as treatment,
        cast(covered_by as string) as covered_by,
        cast(guards as string) as guards,
        cast(severity as string) as severity,
        cast(owner as string) as owner,
        cast(table_name as string) as table_name,
        cast(note as string) as note
    from validation_rules
)

select * from final
