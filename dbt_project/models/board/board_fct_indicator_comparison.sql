{{ config(alias='fct_indicator_comparison') }}

with

-- What the Board sees of the authority is read here and nowhere else: a withheld figure has no number in it.
figures as (
    select * from {{ ref('board_fct_indicator_value') }}
    where breakdown = 'total'
),

comparisons as (
    select * from {{ ref('fct_indicator_comparison') }}
),

-- A comparison rests on the figure and on that of the indicator by which it is compared: both have to be shown.
listed as (
    select
        comparisons.*,
        figures.value as shown_value,
        figures.status as shown_status,
        last_year.value as shown_previous_value,
        last_year.status as shown_previous_value_status,
        last_period.value as shown_previous_period_value,
        last_period.status as shown_previous_period_status,
        compared.value as shown_comparison_value,
        compared.lower_ci_95 as shown_lower_ci_95,
        compared.upper_ci_95 as shown_upper_ci_95,
        figures.value is not null and compared.value is not null as is_shown,
        figures.status = 'suppressed' or coalesce(compared.status, '') = 'suppressed' as is_withheld
    from figures
    inner join comparisons
        on
            figures.indicator_code = comparisons.indicator_code
            and figures.definition_version = comparisons.definition_version
            and figures.area_code = comparisons.area_code
            and figures.period_type = comparisons.period_type
            and figures.period_end = comparisons.period_end
    left join figures as last_year
        on
            comparisons.indicator_code = last_year.indicator_code
            and comparisons.definition_version = last_year.definition_version
            and comparisons.area_code = last_year.area_code
            and comparisons.period_type = last_year.period_type
            and comparisons.previous_value_period_end = last_year.period_end
    left join figures as last_period
        on
            comparisons.indicator_code = last_period.indicator_code
            and comparisons.definition_version = last_period.definition_version
            and comparisons.area_code = last_period.area_code
            and comparisons.period_type = last_period.period_type
            and comparisons.previous_period_end = last_period.period_end
    left join figures as compared
        on
            comparisons.comparison_code = compared.indicator_code
            and comparisons.comparison_version = compared.definition_version
            and comparisons.area_code = compared.area_code
            and comparisons.period_type = compared.period_type
            and comparisons.period_end = compared.period_end
),

reasoned as (
    select
        *,
        case
            when is_shown or comparator_status = 'no_comparator' then null
            when is_withheld then 'Our figure is withheld so that no child can be recognised.'
            when shown_value is not null and comparison_value is not null
                then 'The figure that it is compared by is not among those that the Board is shown.'
        end as not_shown_reason
    from listed
),

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
        cast(comparison_code as string) as comparison_code,
        cast(comparison_version as string) as comparison_version,
        cast(shown_value as decimal(18, 6)) as value,
        cast(shown_status as string) as status,
        cast(case when is_shown then shown_comparison_value end as decimal(18, 6)) as comparison_value,
        cast(case when is_shown then shown_lower_ci_95 end as decimal(18, 6)) as comparison_lower_ci_95,
        cast(case when is_shown then shown_upper_ci_95 end as decimal(18, 6)) as comparison_upper_ci_95,
        cast(shown_previous_value as decimal(18, 6)) as previous_value,
        cast(previous_value_period_end as date) as previous_value_period_end,
        cast(shown_previous_value_status as string) as previous_value_status,
        cast(shown_previous_period_value as decimal(18, 6)) as previous_period_value,
        cast(previous_period_end as date) as previous_period_end,
        cast(shown_previous_period_status as string) as previous_period_status,
        cast(comparator_period_end as date) as comparator_period_end,
        cast(comparator_source as string) as comparator_source,
        cast(comparator_release as string) as comparator_release,
        cast(comparator_status as string) as comparator_status,
        cast(comparator_reason as string) as comparator_reason,
        cast(region_value as decimal(18, 6)) as region_value,
        cast(region_status as string) as region_status,
        cast(england_value as decimal(18, 6)) as england_value,
        cast(england_status as string) as england_status,
        cast(neighbour_mean as decimal(18, 6)) as neighbour_mean,
        cast(neighbour_median as decimal(18, 6)) as neighbour_median,
        cast(neighbours_with_value as integer) as neighbours_with_value,
        cast(neighbour_list as string) as neighbour_list,
        cast(case when is_shown then significance_england end as string) as significance_england,
        cast(coalesce(not_shown_reason, significance_england_reason) as string) as significance_england_reason,
        cast(case when is_shown then significance_region end as string) as significance_region,
        cast(coalesce(not_shown_reason, significance_region_reason) as string) as significance_region_reason,
        cast(case when is_shown then area_rank end as integer) as area_rank,
        cast(case when is_shown then areas_ranked end as integer) as areas_ranked,
        cast(case when is_shown then quartile end as string) as quartile,
        cast(coalesce(not_shown_reason, rank_reason) as string) as rank_reason,
        cast(release_id as string) as release_id
    from reasoned
)

select * from final
