with

submissions as (
    select * from {{ ref('stg_published__submissions') }}
),

population_groups as (
    select * from {{ ref('population_groups') }}
),

releases as (
    select * from {{ ref('benchmark_releases') }}
),

children_told as (
    {%- for table in ('raw_published__dfe_cin__populations', 'raw_published__population__children') %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        geographic_level,
        country_code,
        region_code,
        new_la_code,
        time_period,
        age_group,
        population_estimate,
        submission_id
    from {{ source('raw', table) }}
    {%- endfor %}
),

children as (
    select
        case children.geographic_level
            when 'National' then children.country_code
            when 'Regional' then children.region_code
            when 'Local authority' then children.new_la_code
        end as area_code,
        cast(children.time_period as integer) as mid_year,
        '0-17' as population_group,
        cast({{ published_number('children.population_estimate') }} as integer) as population,
        max(cast(children.time_period as integer)) over (partition by children.submission_id) as last_year,
        submissions.precedence,
        children.submission_id
    from children_told as children
    inner join submissions
        on children.submission_id = submissions.submission_id
    where children.age_group = 'Children aged 0 to 17 years'
),

-- The series to a later mid-year may hold earlier years anew: its name says so, unless it is the one known by its year.
children_named as (
    select
        children.area_code,
        children.mid_year,
        children.population_group,
        children.population,
        'ONS mid-' || cast(children.mid_year as string)
        || case
            when releases.source is null then ' (series to mid-' || cast(children.last_year as string) || ')'
            else ''
        end as population_release,
        cast(cast(children.mid_year + 1 as string) || '-06-30' as date) as available_from,
        children.precedence,
        children.submission_id
    from children
    left join releases
        on
            releases.source = 'population'
            and children.last_year = releases.last_year
),

single_years as (
    select
        ages.area_code,
        cast(ages.mid_year as integer) as mid_year,
        ages.age,
        ages.sex,
        ages.population,
        ages.release as population_release,
        ages.released_on,
        submissions.precedence,
        ages.submission_id
    from {{ source('raw', 'raw_published__population__single_years') }} as ages
    inner join submissions
        on ages.submission_id = submissions.submission_id
    qualify
        dense_rank() over (
            partition by ages.area_code, ages.mid_year, ages.release
            order by submissions.precedence desc
        ) = 1
),

persons_told as (
    select
        area_code,
        mid_year,
        population_release,
        max(case when sex = 'P' then 1 else 0 end) as has_persons
    from single_years
    group by area_code, mid_year, population_release
),

-- Persons are told as such, or as females and males: whichever is there, never together.
groups_added as (
    select
        single_years.area_code,
        single_years.mid_year,
        population_groups.population_group,
        population_groups.sex as group_sex,
        sum(single_years.population) as population,
        single_years.population_release,
        coalesce(
            max(single_years.released_on), cast(cast(single_years.mid_year + 1 as string) || '-06-30' as date)
        ) as available_from,
        single_years.precedence,
        single_years.submission_id,
        population_groups.age_to - population_groups.age_from + 1 as ages_needed,
        count(distinct single_years.age) as ages_told,
        count(distinct single_years.sex) as sexes_told,
        count(*) as rows_told,
        max(case when single_years.sex = 'P' then 1 else 0 end) as has_persons
    from single_years
    inner join population_groups
        on
            single_years.age between population_groups.age_from and population_groups.age_to
            and (population_groups.sex = 'P' or single_years.sex = population_groups.sex)
    inner join persons_told
        on
            single_years.area_code = persons_told.area_code
            and single_years.mid_year = persons_told.mid_year
            and single_years.population_release = persons_told.population_release
    where
        population_groups.sex <> 'P'
        or (persons_told.has_persons = 1 and single_years.sex = 'P')
        or (persons_told.has_persons = 0 and single_years.sex in ('F', 'M'))
    group by
        single_years.area_code, single_years.mid_year, population_groups.population_group, population_groups.sex,
        single_years.population_release, single_years.precedence, single_years.submission_id,
        population_groups.age_from, population_groups.age_to
),

together as (
    select
        area_code,
        mid_year,
        population_group,
        population,
        population_release,
        'Department for Education, mid-year estimates of the Office for National Statistics' as source,
        available_from,
        precedence,
        submission_id
    from children_named
    where population is not null
    union all
    -- A group of which an age or a sex is missing is no group.
    select
        area_code,
        mid_year,
        population_group,
        cast(population as integer) as population,
        population_release,
        'Office for National Statistics, mid-year estimates by single year of age and sex' as source,
        available_from,
        precedence,
        submission_id
    from groups_added
    where
        ages_told = ages_needed
        and rows_told = ages_needed * sexes_told
        and (has_persons = 1 or group_sex <> 'P' or sexes_told = 2)
),

final as (
    select
        area_code,
        mid_year,
        population_group,
        population,
        population_release,
        source,
        available_from,
        submission_id
    from together
    qualify
        row_number() over (
            partition by area_code, mid_year, population_group, population_release
            order by precedence desc, source desc, submission_id desc
        ) = 1
)

select * from final
