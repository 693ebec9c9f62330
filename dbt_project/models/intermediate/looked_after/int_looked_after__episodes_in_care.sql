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

final as (
    select
        area_code,
        person_key,
        start_date,
        end_date,
        reason_new_episode_code,
        reason_ceased_code,
        legal_status_code,
        placement_code,
        what_starts,
        opens_period,
        sum(case when opens_period then 1 else 0 end) over (
            partition by area_code, person_key
            order by start_date asc
            rows between unbounded preceding and current row
        ) as period_number,
        submission_id,
        table_name,
        row_number
    from marked
)

select * from final
