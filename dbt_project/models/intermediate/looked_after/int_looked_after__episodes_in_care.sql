with

all_episodes as (
    select * from {{ ref('stg_childrens_social_care__looked_after_episodes') }}
),

codes as (
    select * from {{ ref('codes') }}
    where code_list = 'reason_new_episode'
),

with_reason as (
    select
        all_episodes.*,
        coalesce(codes.breakdown_value, 'unknown') as what_starts
    from all_episodes
    left join codes
        on all_episodes.reason_new_episode_code = codes.code
),

with_what_came_before as (
    select
        *,
        max(coalesce(end_date, cast('9999-12-31' as date))) over (
            partition by area_code, person_key
            order by start_date asc
            rows between unbounded preceding and 1 preceding
        ) as any_care_until,
        max(case when not is_short_breaks then coalesce(end_date, cast('9999-12-31' as date)) end) over (
            partition by area_code, person_key
            order by start_date asc
            rows between unbounded preceding and 1 preceding
        ) as looked_after_until
    from with_reason
),

-- A gap opens a new period of care even where the episode after it does not say so: its true start is not known.
marked as (
    select
        *,
        (
            what_starts = 'period_of_care'
            or any_care_until is null
            or start_date > any_care_until
        ) as opens_chain,
        (
            what_starts = 'period_of_care'
            or looked_after_until is null
            or start_date > looked_after_until
        ) as opens_period
    from with_what_came_before
),

in_chains as (
    select
        *,
        sum(case when opens_chain then 1 else 0 end) over (
            partition by area_code, person_key
            order by start_date asc
            rows between unbounded preceding and current row
        ) as chain_number
    from marked
),

-- Short breaks are no part of a period of care; but where a child came from them into it, the chain of episodes is seen
-- back to its beginning all the same.
with_opening as (
    select
        *,
        min_by(what_starts, start_date) over (
            partition by area_code, person_key, chain_number
        ) = 'period_of_care' as is_opening_known
    from in_chains
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
        is_opening_known,
        sum(case when opens_period then 1 else 0 end) over (
            partition by area_code, person_key
            order by start_date asc
            rows between unbounded preceding and current row
        ) as period_number,
        submission_id,
        table_name,
        row_number
    from with_opening
    where not is_short_breaks
)

select * from final
