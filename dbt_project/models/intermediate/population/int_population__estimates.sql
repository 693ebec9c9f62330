with

feed as (
    select * from {{ ref('stg_published__populations') }}
),

seed as (
    select * from {{ ref('populations') }}
),

areas as (
    select * from {{ ref('areas') }}
),

final as (
    select
        feed.area_code,
        feed.mid_year,
        feed.population_group,
        feed.population,
        feed.population_release as release,
        feed.source,
        feed.available_from
    from feed
    inner join areas
        on feed.area_code = areas.area_code
    union all
    -- What the published file tells under the same name, it tells itself.
    select
        seed.area_code,
        seed.mid_year,
        seed.population_group,
        seed.population,
        seed.release,
        seed.source,
        seed.available_from
    from seed
    left join feed
        on
            seed.area_code = feed.area_code
            and seed.mid_year = feed.mid_year
            and seed.population_group = feed.population_group
            and seed.release = feed.population_release
    where feed.area_code is null
)

select * from final
