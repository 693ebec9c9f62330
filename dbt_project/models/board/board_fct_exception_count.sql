{{ config(alias='fct_exception_count') }}

with

areas as (
    select distinct
        area_code,
        release_id
    from {{ ref('board_fct_indicator_latest_due') }}
),

-- How many, and nothing else of a proposal that the MEE group has not agreed.
counted as (
    select
        area_code,
        count(*) filter (where decision is null and closed_reason is null) as waiting,
        count(*) filter (where decision = 'watch') as watched,
        count(*) filter (where decision = 'agree') as agreed
    from {{ ref('board_fct_exception') }}
    group by area_code
),

final as (
    select
        cast(areas.area_code as string) as area_code,
        cast(coalesce(counted.waiting, 0) as integer) as waiting,
        cast(coalesce(counted.watched, 0) as integer) as watched,
        cast(coalesce(counted.agreed, 0) as integer) as agreed,
        cast(areas.release_id as string) as release_id
    from areas
    left join counted
        on areas.area_code = counted.area_code
)

select * from final
