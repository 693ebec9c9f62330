-- Detects intervals of one counted child or case that overlap: figures count rows, so the child would count twice.
-- A returned row is an interval that begins before the one before it has ended.

with

membership as (
    select * from {{ ref('int_indicator__membership') }}
),

with_next as (
    select
        *,
        lead(from_date) over (
            partition by indicator_code, definition_version, area_code, counted_key
            order by from_date asc
        ) as next_from_date
    from membership
),

final as (
    select
        indicator_code,
        definition_version,
        area_code,
        counted_key,
        from_date,
        to_date
    from with_next
    where
        from_date >= coalesce(to_date, cast('9999-12-31' as date))
        or next_from_date < coalesce(to_date, cast('9999-12-31' as date))
)

select * from final
