{{ config(alias='fct_restatement') }}

with

restatements as (
    select * from {{ ref('fct_restatement') }}
),

figures as (
    select * from {{ ref('board_fct_indicator_value') }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

-- Why, in the order in which the causes were taken. How much of the move is whose stays with the analysts: of a count,
-- it is a number of children that no release has told.
with_causes as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_end,
        breakdown,
        breakdown_value,
        from_release_id,
        to_release_id,
        max(board_value_before) as value_before,
        coalesce(max(case when cause = 'population' then '; a newer population estimate' end), '')
        || coalesce(max(case when cause = 'definition' then '; a changed definition' end), '')
        || coalesce(max(case when cause = 'late' then '; a return that came late' end), '')
        || coalesce(max(case when cause = 'corrected' then '; a return that was corrected' end), '')
        || coalesce(max(case when cause = 'code' then '; a change in how the warehouse works it out' end), '') as causes
    from restatements
    group by
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_end,
        breakdown,
        breakdown_value,
        from_release_id,
        to_release_id
),

-- Only what the Board's file told then and tells now: two numbers that are out already. A move is tolerated up to the
-- larger of the indicator's two tolerances.
moved as (
    select
        with_causes.*,
        figures.period_start,
        figures.value as value_after,
        abs(figures.value - with_causes.value_before) as distance,
        figures.status,
        figures.is_primary_cadence,
        greatest(
            indicators.restatement_tolerance,
            indicators.restatement_tolerance_percent
            * abs(with_causes.value_before) * cast(0.01 as decimal(3, 2))
        ) as tolerance
    from with_causes
    inner join figures
        on
            with_causes.indicator_code = figures.indicator_code
            and with_causes.definition_version = figures.definition_version
            and with_causes.area_code = figures.area_code
            and with_causes.period_type = figures.period_type
            and with_causes.period_end = figures.period_end
            and with_causes.breakdown = figures.breakdown
            and with_causes.breakdown_value = figures.breakdown_value
    inner join indicators
        on
            with_causes.indicator_code = indicators.indicator_code
            and with_causes.definition_version = indicators.definition_version
    where
        with_causes.value_before is not null
        and figures.value is not null
        and with_causes.value_before <> figures.value
),

final as (
    select
        cast(indicator_code as string) as indicator_code,
        cast(definition_version as string) as definition_version,
        cast(area_code as string) as area_code,
        cast(period_type as string) as period_type,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        cast(breakdown as string) as breakdown,
        cast(breakdown_value as string) as breakdown_value,
        cast(value_before as decimal(18, 6)) as value_before,
        cast(value_after as decimal(18, 6)) as value_after,
        cast(value_after - value_before as decimal(18, 6)) as moved_by,
        cast(tolerance as decimal(18, 6)) as tolerance,
        cast(
            {{ exact_ratio('cast(distance as decimal(18, 4))', 'cast(tolerance as decimal(18, 4))', 1) }}
            as decimal(18, 6)
        ) as times_tolerance,
        cast(distance > tolerance as boolean) as is_beyond_tolerance,
        cast(substring(causes, 3) as string) as causes,
        cast(status as string) as status,
        cast(is_primary_cadence as boolean) as is_primary_cadence,
        cast(from_release_id as string) as from_release_id,
        cast(to_release_id as string) as to_release_id
    from moved
)

select * from final
