with

episodes as (
    select * from {{ ref('int_looked_after__episodes') }}
    where not is_short_breaks
),

codes as (
    select * from {{ ref('codes') }}
    where code_list = 'reason_new_episode'
),

with_what_came_before as (
    select
        episodes.*,
        coalesce(codes.breakdown_value, 'unknown') as what_starts,
        max(coalesce(episodes.end_date, cast('9999-12-31' as date))) over (
            partition by episodes.area_code, episodes.person_key
            order by episodes.start_date asc
            rows between unbounded preceding and 1 preceding
        ) as looked_after_until
    from episodes
    left join codes
        on episodes.reason_new_episode_code = codes.code
),

-- A gap opens a new period of care even where the episode after it does not say so: its true start is not known.
marked as (
    select
        *,
        (
            what_starts = 'period_of_care'
            or looked_after_until is null
            or start_date > looked_after_until
        ) as opens_period
    from with_what_came_before
),

with_period as (
    select
        *,
        sum(case when opens_period then 1 else 0 end) over (
            partition by area_code, person_key
            order by start_date asc
            rows between unbounded preceding and current row
        ) as period_number
    from marked
),

with_placement as (
    select
        *,
        sum(case when opens_period or what_starts = 'placement' then 1 else 0 end) over (
            partition by area_code, person_key, period_number
            order by start_date asc
            rows between unbounded preceding and current row
        ) as placement_number
    from with_period
),

final as (
    select
        area_code,
        person_key,
        period_number,
        placement_number,
        min(start_date) as start_date,
        case when count(*) = count(end_date) then max(end_date) end as end_date,
        max_by(placement_code, start_date) as placement_code,
        max_by(reason_ceased_code, start_date) as reason_ceased_code,
        -- The first episode that the returns show may continue a placement that began before them.
        min_by(what_starts, start_date) in ('period_of_care', 'placement') as is_start_known,
        min_by(what_starts, start_date) = 'period_of_care' as is_start_of_care,
        count(*) as episodes
    from with_placement
    group by area_code, person_key, period_number, placement_number
)

select * from final
