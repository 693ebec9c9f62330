with

looked_after_children as (
    select * from {{ ref('stg_childrens_social_care__looked_after_children') }}
),

in_need_children as (
    select * from {{ ref('stg_childrens_social_care__in_need_children') }}
),

age_bands as (
    select * from {{ ref('age_bands') }}
),

band_sets as (
    select distinct band_set from age_bands
),

-- The census has a set of its own, with the unborn in it; all others are of children looked after.
persons as (
    select
        looked_after_children.area_code,
        looked_after_children.person_key,
        looked_after_children.birth_date,
        cast(null as date) as expected_birth_date,
        band_sets.band_set
    from looked_after_children
    inner join band_sets
        on band_sets.band_set <> 'in_need'

    union all

    select
        area_code,
        person_key,
        birth_date,
        expected_birth_date,
        'in_need' as band_set
    from in_need_children
),

banded as (
    select
        persons.area_code,
        persons.person_key,
        persons.band_set,
        age_bands.breakdown_value as age_band,
        case
            when age_bands.age_from is not null
                then {{ birthday('persons.birth_date', 'age_bands.age_from') }}
        end as from_date,
        case
            when age_bands.age_from is null then persons.birth_date
            when age_bands.age_to is not null
                then {{ birthday('persons.birth_date', 'age_bands.age_to + 1') }}
        end as to_date
    from persons
    inner join age_bands
        on persons.band_set = age_bands.band_set
    where
        persons.birth_date is not null
        -- Without a date of birth, an expected one says that the child is unborn.
        or (age_bands.age_from is null and persons.expected_birth_date is not null)
),

final as (
    select
        area_code,
        person_key,
        band_set,
        age_band,
        coalesce(from_date, cast('1900-01-01' as date)) as from_date,
        to_date
    from banded
)

select * from final
