with

placements as (
    select * from {{ ref('int_looked_after__placements') }}
),

final as (
    select
        area_code,
        person_key,
        period_number,
        min(start_date) as start_date,
        case when count(*) = count(end_date) then max(end_date) end as end_date,
        max_by(reason_ceased_code, start_date) as reason_ceased_code,
        min_by(is_start_of_care, start_date) as is_start_known,
        count(*) as placements
    from placements
    group by area_code, person_key, period_number
)

select * from final
