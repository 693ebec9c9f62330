with

episodes as (
    select * from {{ ref('int_children_in_need__episodes') }}
    where not is_no_further_action
),

duration_bands as (
    select * from {{ ref('duration_bands') }}
),

-- A band that leaves out its edge begins where the day after the referral is as many months old.
band_starts as (
    select
        episodes.area_code,
        episodes.person_key,
        episodes.referral_date,
        duration_bands.breakdown_value as duration,
        case
            when duration_bands.from_is_included
                then {{ first_day_after_months('episodes.referral_date', 'duration_bands.months_from') }}
            else
                {{ first_day_after_months(
                    add_days('episodes.referral_date', 1), 'duration_bands.months_from'
                ) }}
        end as from_date
    from episodes
    cross join duration_bands
),

final as (
    select
        area_code,
        person_key,
        referral_date,
        duration,
        from_date,
        lead(from_date) over (
            partition by area_code, person_key, referral_date
            order by from_date asc
        ) as to_date
    from band_starts
)

select * from final
