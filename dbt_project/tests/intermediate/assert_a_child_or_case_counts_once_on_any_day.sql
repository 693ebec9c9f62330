-- Detects intervals of one counted child or case of a stock that overlap or have no day: figures count the rows open at
-- a day, so the child would count twice. Of flows and windows a period's count takes one row of each case, and a case
-- may begin and end on one day.
-- A returned row is an interval that begins before the one before it has ended, or ends before it begins.

with

membership as (
    select membership.*
    from {{ ref('int_indicator__membership') }} as membership
    inner join {{ ref('int_indicator__rules') }} as rules
        on
            membership.indicator_code = rules.indicator_code
            and membership.definition_version = rules.definition_version
    where rules.time_behaviour = 'stock'
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
