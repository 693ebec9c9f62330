-- Detects age bands of one child that overlap: the child would count in two bands, or the seed has bands that do.
-- A returned row is a band that begins before the one before it has ended.

with

age_bands as (
    select * from {{ ref('int_person__age_bands') }}
),

with_next as (
    select
        *,
        lead(from_date) over (
            partition by area_code, person_key, band_set
            order by from_date asc
        ) as next_from_date
    from age_bands
),

final as (
    select
        area_code,
        person_key,
        band_set,
        age_band,
        from_date,
        to_date
    from with_next
    where next_from_date < coalesce(to_date, cast('9999-12-31' as date))
)

select * from final
