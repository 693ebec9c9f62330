with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

judged as (
    select * from {{ ref('int_exception__judged') }}
),

-- As known then: what a release about a later moment proposed first was not proposed yet.
told as (
    select proposals.*
    from {{ source('ops', 'exception_proposals') }} as proposals
    inner join run_control
        on proposals.proposed_at <= run_control.as_of
),

proposed_now as (
    select
        judged.exception_id,
        judged.rule_code,
        judged.severity,
        judged.indicator_code,
        judged.definition_version,
        judged.supplier,
        judged.feed,
        judged.area_code,
        judged.period_type,
        judged.period_start,
        judged.period_end,
        judged.breakdown,
        {{ exception_sentence(
            'judged', 'judged.value', 'judged.previous_value', 'judged.counter_value', 'judged.counter_previous_value'
        ) }} as reason,
        judged.value as value_at_proposal,
        run_control.release_id as first_release_id,
        run_control.as_of as proposed_at
    from judged
    cross join run_control
    left join told
        on judged.exception_id = told.exception_id
    where
        judged.is_latest_due
        and told.exception_id is null
),

-- Once proposed, for ever: the words and the value are those of the first release that proposed it.
together as (
    select
        exception_id,
        rule_code,
        severity,
        indicator_code,
        definition_version,
        supplier,
        feed,
        area_code,
        period_type,
        period_start,
        period_end,
        breakdown,
        reason,
        value_at_proposal,
        first_release_id,
        proposed_at
    from told
    union all
    select * from proposed_now
),

final as (
    select
        cast(together.exception_id as string) as exception_id,
        cast(together.rule_code as string) as rule_code,
        cast(together.severity as string) as severity,
        cast(together.indicator_code as string) as indicator_code,
        cast(together.definition_version as string) as definition_version,
        cast(together.supplier as string) as supplier,
        cast(together.feed as string) as feed,
        cast(together.area_code as string) as area_code,
        cast(together.period_type as string) as period_type,
        cast(together.period_start as date) as period_start,
        cast(together.period_end as date) as period_end,
        cast(together.breakdown as string) as breakdown,
        cast(together.reason as string) as reason,
        cast(together.value_at_proposal as decimal(18, 6)) as value_at_proposal,
        cast(together.first_release_id as string) as first_release_id,
        cast(together.proposed_at as timestamp) as proposed_at,
        cast(judged.exception_id is not null as boolean) as is_still_so
    from together
    left join judged
        on together.exception_id = judged.exception_id
)

select * from final
