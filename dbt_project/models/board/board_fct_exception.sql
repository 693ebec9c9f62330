{{ config(alias='fct_exception') }}

with

exceptions as (
    select * from {{ ref('fct_exception') }}
),

told as (
    select * from {{ source('ops', 'exception_proposals') }}
    where board_reason is not null
),

judged as (
    select * from {{ ref('int_exception__judged') }}
),

decisions as (
    select * from {{ ref('fct_exception_decision') }}
    where is_in_force
),

-- What the Board is shown of each figure and of the one before it, and how many of their series are withheld.
cells as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_end,
        value,
        status,
        lag(value) over (
            partition by indicator_code, definition_version, area_code, period_type
            order by period_end
        ) as previous_value,
        sum(case when status = 'suppressed' then 1 else 0 end) over (
            partition by indicator_code, definition_version, area_code, period_type
        ) as withheld_in_series
    from {{ ref('board_fct_indicator_value') }}
    where breakdown = 'total'
),

-- That a rule holds tells something of each figure that it reads. Where the Board is not shown one of them, the
-- exception is not told of at all: the id of an exception is a hash of its rule, which anyone can make.
judged_on_cells as (
    select
        judged.exception_id,
        cells.value,
        {{ exception_sentence(
            'judged', 'cells.value', 'cells.previous_value', 'counter.value', 'counter.previous_value'
        ) }} as reason,
        case judged.reads
            when 'feed' then true
            when 'status' then cells.status = judged.status
            when 'figure' then cells.value = judged.value
            when 'figure_and_previous'
                then cells.value = judged.value and cells.previous_value = judged.previous_value
            when 'series' then cells.value = judged.value and cells.withheld_in_series = 0
            when 'pair'
                then
                    cells.value = judged.value
                    and cells.previous_value = judged.previous_value
                    and counter.value = judged.counter_value
                    and counter.previous_value = judged.counter_previous_value
        end as is_shown
    from judged
    left join cells
        on
            judged.indicator_code = cells.indicator_code
            and judged.definition_version = cells.definition_version
            and judged.area_code = cells.area_code
            and judged.period_type = cells.period_type
            and judged.period_end = cells.period_end
    left join cells as counter
        on
            judged.counter_indicator_code = counter.indicator_code
            and judged.counter_definition_version = counter.definition_version
            and judged.area_code = counter.area_code
            and judged.period_type = counter.period_type
            and judged.period_end = counter.period_end
),

shown_now as (
    select * from judged_on_cells
    where is_shown
),

-- What the Board was told before stays, in the words of then, unless the figure is withheld now.
listed as (
    select
        exceptions.*,
        decisions.decision,
        told.exception_id is not null as is_told,
        told.board_reason,
        told.board_value,
        shown_now.exception_id is not null as is_shown_now,
        shown_now.reason as reason_now,
        shown_now.value as value_now,
        coalesce(cells.withheld_in_series, 0) > 0 as has_withheld,
        coalesce(cells.status = 'suppressed', false) as is_withheld
    from exceptions
    left join told
        on exceptions.exception_id = told.exception_id
    left join shown_now
        on exceptions.exception_id = shown_now.exception_id
    left join decisions
        on exceptions.exception_id = decisions.exception_id
    left join cells
        on
            exceptions.indicator_code = cells.indicator_code
            and exceptions.definition_version = cells.definition_version
            and exceptions.area_code = cells.area_code
            and exceptions.period_type = cells.period_type
            and exceptions.period_end = cells.period_end
),

-- That a rule no longer holds tells as much as that it does.
with_state as (
    select
        *,
        case
            when is_shown_now then true
            when not has_withheld and not is_still_so then false
        end as is_still_so_as_shown
    from listed
    where is_told or is_shown_now
),

final as (
    select
        cast(exception_id as string) as exception_id,
        cast(rule_code as string) as rule_code,
        cast(severity as string) as severity,
        cast(indicator_code as string) as indicator_code,
        cast(definition_version as string) as definition_version,
        cast(supplier as string) as supplier,
        cast(feed as string) as feed,
        cast(area_code as string) as area_code,
        cast(period_type as string) as period_type,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        cast(breakdown as string) as breakdown,
        cast(
            case
                when is_told and is_withheld then 'The figure is withheld so that no child can be recognised.'
                when is_told then board_reason
                else reason_now
            end as string
        ) as reason,
        cast(
            case
                when is_told and not is_withheld then board_value
                when not is_told then value_now
            end as decimal(18, 6)
        ) as value_at_proposal,
        cast(first_release_id as string) as first_release_id,
        cast(proposed_at as timestamp) as proposed_at,
        cast(is_still_so_as_shown as boolean) as is_still_so,
        cast(decision as string) as decision,
        -- What the MEE group has looked at is its own to close.
        cast(
            case
                when decision is null and not is_still_so_as_shown and withdrawn_submissions is not null
                    then 'It no longer holds, and what it rested on was withdrawn (' || withdrawn_submissions || ').'
            end as string
        ) as closed_reason
    from with_state
)

select * from final
