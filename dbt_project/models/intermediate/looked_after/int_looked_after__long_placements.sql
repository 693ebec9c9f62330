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
        min(start_date) as placement_start_date,
        min_by(what_starts, start_date) in ('period_of_care', 'placement') as is_start_known,
        min_by(opens_period and is_opening_known, start_date) as is_care_start_known
    from numbered
    group by area_code, person_key, period_number, definition_version, placement_number
),

with_previous as (
    select
        *,
        min_by(is_care_start_known, placement_number) over (
            partition by area_code, person_key, period_number, definition_version
        ) as is_first_start_known,
        lag(placement_start_date) over (
            partition by area_code, person_key, period_number, definition_version
            order by placement_number asc
        ) as previous_start_date,
        lag(is_start_known) over (
            partition by area_code, person_key, period_number, definition_version
            order by placement_number asc
        ) as is_previous_start_known
    from placements
),

-- Each episode of a placement for itself: only while the child is placed for adoption does the placement before help.
stays as (
    select
        numbered.*,
        with_previous.placement_start_date,
        with_previous.is_start_known,
        with_previous.is_first_start_known,
        with_previous.is_previous_start_known,
        case when numbered.is_adoptive then with_previous.previous_start_date end as helping_start_date
    from numbered
    inner join with_previous
        on
            numbered.area_code = with_previous.area_code
            and numbered.person_key = with_previous.person_key
            and numbered.period_number = with_previous.period_number
            and numbered.definition_version = with_previous.definition_version
            and numbered.placement_number = with_previous.placement_number
),

dated as (
    select
        stays.*,
        children.birth_date,
        {{ birthday('children.birth_date', 'stays.age_below') }} as too_old_from,
        {{ first_day_after_months('stays.care_start_date', 'stays.period_of_care_months') }} as counts_from,
        {{ first_day_after_months(
            'coalesce(stays.helping_start_date, stays.placement_start_date)', 'stays.placement_months'
        ) }} as long_from,
        stays.is_start_known
        and (stays.helping_start_date is null or stays.is_previous_start_known) as is_length_known
    from stays
    left join children
        on
            stays.area_code = children.area_code
            and stays.person_key = children.person_key
),

-- While the child is in this episode and under age.
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
