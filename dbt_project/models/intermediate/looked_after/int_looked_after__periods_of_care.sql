with

episodes as (
    select * from {{ ref('int_looked_after__episodes_in_care') }}
),

final as (
    select
        area_code,
        person_key,
        period_number,
        min(start_date) as start_date,
        case when count(*) = count(end_date) then max(end_date) end as end_date,
        max_by(reason_ceased_code, start_date) as reason_ceased_code,
        min_by(opens_period and is_opening_known, start_date) as is_start_known
    from episodes
    group by area_code, person_key, period_number
)

select * from final
