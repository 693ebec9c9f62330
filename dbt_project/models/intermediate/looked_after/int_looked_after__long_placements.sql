with

episodes as (
    select * from {{ ref('int_looked_after__episodes_in_care') }}
),

children as (
    select * from {{ ref('stg_childrens_social_care__looked_after_children') }}
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
    where indicator_code = 'A06'
),

parameters as (
    select * from {{ ref('indicator_parameters') }}
    where indicator_code = 'A06'
),

-- Which episodes continue the placement before them differs by version: over a change of legal status only, or over
-- every change with the same carer.
by_version as (
    select
        episodes.*,
        rules.definition_version,
        rules.age_below,
        rules.period_of_care_months,
        rules.placement_months,
        min(episodes.start_date) over (
            partition by episodes.area_code, episodes.person_key, episodes.period_number, rules.definition_version
        ) as care_start_date,
        continues_over.value is null or episodes.opens_period as opens_placement,
        adoptive.value is not null as is_adoptive
    from episodes
    cross join rules
    left join parameters as continues_over
        on
            continues_over.parameter = 'continues_over'
            and rules.definition_version = continues_over.definition_version
            and episodes.reason_new_episode_code = continues_over.value
    left join parameters as adoptive
        on
            adoptive.parameter = 'adoptive_placement'
            and rules.definition_version = adoptive.definition_version
            and episodes.placement_code = adoptive.value
),

numbered as (
    select
        *,
        sum(case when opens_placement then 1 else 0 end) over (
            partition by area_code, person_key, period_number, definition_version
            order by start_date asc
            rows between unbounded preceding and current row
        ) as placement_number
    from by_version
),

placements as (
    select
        area_code,
        person_key,
        period_number,
        definition_version,
        placement_number,
        age_below,
        period_of_care_months,
        placement_months,
        care_start_date,
        min(start_date) as start_date,
        case when count(*) = count(end_date) then max(end_date) end as end_date,
        min_by(what_starts, start_date) as what_starts,
        min_by(opens_period and is_opening_known, start_date) as is_care_start_known,
        max_by(is_adoptive, start_date) as is_adoptive,
        max_by(submission_id, start_date) as submission_id,
        max_by(table_name, start_date) as table_name,
        max_by(row_number, start_date) as row_number
    from numbered
    group by
        area_code,
        person_key,
        period_number,
        definition_version,
        placement_number,
        age_below,
        period_of_care_months,
        placement_months,
        care_start_date
),

with_neighbours as (
    select
        *,
        what_starts in ('period_of_care', 'placement') as is_start_known,
        min_by(is_care_start_known, placement_number) over (
            partition by area_code, person_key, period_number, definition_version
        ) as is_first_start_known,
        lag(start_date) over (
            partition by area_code, person_key, period_number, definition_version
            order by placement_number asc
        ) as previous_start_date,
        lag(what_starts in ('period_of_care', 'placement')) over (
            partition by area_code, person_key, period_number, definition_version
            order by placement_number asc
        ) as is_previous_start_known
    from placements
),

dated as (
    select
        with_neighbours.*,
        children.birth_date,
        {{ birthday('children.birth_date', 'with_neighbours.age_below') }} as too_old_from,
        {{ first_day_after_months(
            'with_neighbours.care_start_date', 'with_neighbours.period_of_care_months'
        ) }} as counts_from,
        least(
            {{ first_day_after_months('with_neighbours.start_date', 'with_neighbours.placement_months') }},
            case
                when with_neighbours.is_adoptive and with_neighbours.previous_start_date is not null
                    then
                        {{ first_day_after_months(
                            'with_neighbours.previous_start_date', 'with_neighbours.placement_months'
                        ) }}
                else {{ first_day_after_months('with_neighbours.start_date', 'with_neighbours.placement_months') }}
            end
        ) as long_from,
        with_neighbours.is_start_known
        and (
            not with_neighbours.is_adoptive
            or with_neighbours.previous_start_date is null
            or with_neighbours.is_previous_start_known
        ) as is_length_known
    from with_neighbours
    left join children
        on
            with_neighbours.area_code = children.area_code
            and with_neighbours.person_key = children.person_key
),

-- While the child is in this placement and under age.
in_placement as (
    select
        *,
        least(
            coalesce(end_date, cast('9999-12-31' as date)),
            coalesce(too_old_from, cast('9999-12-31' as date))
        ) as leaves_on
    from dated
),

parts as (
    -- Whether care has lasted long enough cannot be told before the part that is known has.
    select
        *,
        case when is_first_start_known then 'short_care' else 'unknown' end as outcome,
        start_date as from_date,
        least(leaves_on, counts_from) as to_date
    from in_placement

    union all

    select
        *,
        case
            when birth_date is null or not is_length_known then 'unknown'
            else 'shorter'
        end as outcome,
        greatest(start_date, counts_from) as from_date,
        least(leaves_on, long_from) as to_date
    from in_placement

    union all

    select
        *,
        case when birth_date is null then 'unknown' else 'long' end as outcome,
        greatest(start_date, counts_from, long_from) as from_date,
        leaves_on as to_date
    from in_placement
),

final as (
    select
        area_code,
        person_key,
        period_number,
        placement_number,
        definition_version,
        outcome,
        start_date,
        from_date,
        to_date,
        submission_id,
        table_name,
        row_number
    from parts
    where from_date < to_date
)

select * from final
