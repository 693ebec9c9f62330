{{ config(alias='fct_indicator_value') }}

with

figures as (
    select * from {{ ref('fct_indicator_value') }}
),

publication as (
    select * from {{ ref('indicator_publication') }}
    where audience = 'board'
),

decisions as (
    select
        cell_id,
        release_id
    from {{ source('ops', 'disclosure_decisions') }}
    group by all
),

listed as (
    select
        figures.*,
        publication.is_primary,
        decisions.cell_id is not null as is_withheld
    from figures
    inner join publication
        on
            figures.indicator_code = publication.indicator_code
            and figures.period_type = publication.period_type
            and figures.breakdown = publication.breakdown
    left join decisions
        on
            figures.release_id = decisions.release_id
            and {{ cell_id('figures') }} = decisions.cell_id
),

-- Every number of a withheld cell goes, and the reason is one for all: which rule withheld it would tell its size.
final as (
    select
        cast(indicator_code as string) as indicator_code,
        cast(definition_version as string) as definition_version,
        cast(area_code as string) as area_code,
        cast(period_type as string) as period_type,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        cast(breakdown as string) as breakdown,
        cast(breakdown_value as string) as breakdown_value,
        cast(case when not is_withheld then numerator end as decimal(18, 4)) as numerator,
        cast(case when not is_withheld then denominator end as decimal(18, 4)) as denominator,
        cast(case when not is_withheld then value end as decimal(18, 6)) as value,
        cast(case when not is_withheld then lower_ci_95 end as decimal(18, 6)) as lower_ci_95,
        cast(case when not is_withheld then upper_ci_95 end as decimal(18, 6)) as upper_ci_95,
        cast(case when not is_withheld then cases_not_assessable end as decimal(18, 4)) as cases_not_assessable,
        cast(
            {{ figure_status(
                failed_quality="status = 'failed_quality'",
                not_submitted="status = 'not_submitted'",
                late="status = 'late'",
                not_applicable="status = 'not_applicable'",
                not_available="status = 'not_available'",
                suppressed="is_withheld",
                low_reliability="status = 'low_reliability'",
                rounds_to_zero="status = 'rounds_to_zero'",
                provisional="status = 'provisional'",
            ) }} as string
        ) as status,
        cast(
            case
                when is_withheld and status in ('low_reliability', 'rounds_to_zero', 'provisional', 'published')
                    then 'Withheld so that no child can be recognised.'
                -- The reason of the marts names how many cases there are, which may be few.
                when is_withheld and status = 'not_available' and numerator is null
                    then 'None of the cases can be judged from the returns received.'
                else status_reason
            end as string
        ) as status_reason,
        cast(finality as string) as finality,
        cast(population_release as string) as population_release,
        cast(data_as_at as date) as data_as_at,
        cast(feeds_expected as integer) as feeds_expected,
        cast(feeds_received as integer) as feeds_received,
        cast(form as string) as form,
        cast(is_primary as boolean) as is_primary_cadence,
        cast(release_id as string) as release_id
    from listed
)

select * from final
