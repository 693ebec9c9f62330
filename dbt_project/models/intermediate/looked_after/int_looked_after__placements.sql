with

episodes as (
    select * from {{ ref('int_looked_after__episodes_in_care') }}
),

with_placement as (
    select
        *,
        sum(case when opens_period or what_starts = 'placement' then 1 else 0 end) over (
            partition by area_code, person_key, period_number
            order by start_date asc
            rows between unbounded preceding and current row
        ) as placement_number
    from episodes
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
        min_by(opens_period and is_opening_known, start_date) as is_start_of_care,
        count(*) as episodes
    from with_placement
    group by area_code, person_key, period_number, placement_number
)

select * from final
