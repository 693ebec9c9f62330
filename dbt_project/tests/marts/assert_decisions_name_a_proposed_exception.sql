-- Detects a decision on an exception that no release has proposed: it counts for nothing, and its sender should know.
-- A returned row is one decision.
{{ config(severity='warn') }}

with

final as (
    select
        exception_id,
        refusal
    from {{ ref('fct_exception_decision') }}
    where refusal is not null
)

select * from final
