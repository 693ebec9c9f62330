with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

days as (
    select distinct
        indicator_code,
        definition_version,
        area_code,
        period_end
    from {{ ref('int_indicator__coverage') }}
),

indicators as (
    select * from {{ ref('indicators') }}
    where population_group is not null
),

areas as (
    select * from {{ ref('areas') }}
),

from_files as (
    select files.*
    from {{ ref('stg_published__populations') }} as files
    inner join areas
        on files.area_code = areas.area_code
),

shipped as (
    select * from {{ ref('populations') }}
),

-- What a published file tells under the same name as what ships with the project, it tells itself.
estimates as (
    select
        area_code,
        mid_year,
        population_group,
        population,
        population_release as release,
        available_from
    from from_files

    union all

    select
        shipped.area_code,
        shipped.mid_year,
        shipped.population_group,
        shipped.population,
        shipped.release,
        shipped.available_from
    from shipped
    left join from_files
        on
            shipped.area_code = from_files.area_code
            and shipped.mid_year = from_files.mid_year
            and shipped.population_group = from_files.population_group
            and shipped.release = from_files.population_release
    where from_files.area_code is null
),

populations as (
    select estimates.*
    from estimates
    inner join run_control
        on estimates.available_from <= run_control.as_of_date
),

-- The estimate of the calendar year in which the financial year of the period's end begins.
wanted as (
    select
        days.indicator_code,
        days.definition_version,
        days.area_code,
        days.period_end,
        indicators.population_group,
        year(days.period_end) - case when month(days.period_end) < 4 then 1 else 0 end as wanted_mid_year
    from days
    inner join indicators
        on
            days.indicator_code = indicators.indicator_code
            and days.definition_version = indicators.definition_version
),

-- Until it is out, the latest one before it; of several releases of one year, the newest.
final as (
    select
        wanted.indicator_code,
        wanted.definition_version,
        wanted.area_code,
        wanted.period_end,
        wanted.wanted_mid_year,
        populations.mid_year,
        populations.population,
        populations.release as population_release,
        populations.mid_year < wanted.wanted_mid_year as is_interim
    from wanted
    inner join populations
        on
            wanted.area_code = populations.area_code
            and wanted.population_group = populations.population_group
            and wanted.wanted_mid_year >= populations.mid_year
    qualify
        row_number() over (
            partition by
                wanted.indicator_code, wanted.definition_version, wanted.area_code, wanted.period_end
            order by populations.mid_year desc, populations.available_from desc, populations.release desc
        ) = 1
)

select * from final
