with

rules as (
    select * from {{ ref('return_rules') }}
),

final as (
    select
        cast(rule_code as string) as rule_code,
        cast(rule_level as string) as rule_level,
        cast(meaning as string) as meaning
    from rules
)

select * from final
