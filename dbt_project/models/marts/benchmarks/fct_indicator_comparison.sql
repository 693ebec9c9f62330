with

-- The kinds of period that others publish figures for: an indicator may have several.
published_period_types as (
    select period_type from {{ ref('benchmark_period_types') }}
),

-- Every period has a row, so the row before is the period before, in the same definition version. Of a year to date it
-- is a shorter stretch, which is nothing to compare with.
figures as (
    select
        *,
        case when period_type <> 'financial_year_to_date' then lag(period_end) over periods end as previous_period_end,
        case when period_type <> 'financial_year_to_date' then lag(value) over periods end as previous_period_value,
        case when period_type <> 'financial_year_to_date' then lag(status) over periods end as previous_period_status
    from {{ ref('fct_indicator_value') }}
    where breakdown = 'total'
    window periods as (
        partition by indicator_code, definition_version, area_code, period_type
        order by period_end
    )
),

indicators as (
    select * from {{ ref('indicators') }}
),

benchmarks as (
    select * from {{ ref('fct_benchmark_value') }}
    where
        is_preferred
        and breakdown = 'total'
),

-- A published number that is known to be wrong is not compared with, and its status says why its place is empty.
doubted as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_end,
        max(status) as status
    from {{ ref('fct_benchmark_value') }}
    where
        breakdown = 'total'
        and value is not null
        and status not in ('published', 'provisional')
    group by indicator_code, definition_version, area_code, period_type, period_end
),

no_comparators as (
    select * from {{ ref('no_comparators') }}
),

areas as (
    select * from {{ ref('areas') }}
),

countries as (
    select area_code from areas
    where area_type = 'country'
),

neighbours as (
    select * from {{ ref('dim_neighbour') }}
),

neighbour_lists as (
    select * from {{ ref('neighbour_lists') }}
),

-- A count is compared by the rate or percentage that stands for it, in the version that holds at the period's end.
compared as (
    select
        figures.indicator_code,
        figures.definition_version,
        figures.area_code,
        figures.period_type,
        figures.period_start,
        figures.period_end,
        figures.breakdown,
        figures.breakdown_value,
        figures.value,
        figures.status,
        figures.previous_period_end,
        figures.previous_period_value,
        figures.previous_period_status,
        figures.release_id,
        against.indicator_code as comparison_code,
        against.definition_version as comparison_version,
        -- A figure that is not to be rated is not rated by what stands for it either.
        case when indicators.polarity = 'N' then 'N' else against.polarity end as polarity,
        against.ci_method,
        indicators.unit,
        indicators.comparison_code as comparison_named,
        areas.region_code,
        countries.area_code as country_code
    from figures
    inner join indicators
        on
            figures.indicator_code = indicators.indicator_code
            and figures.definition_version = indicators.definition_version
    left join indicators as against
        on
            coalesce(
                indicators.comparison_code,
                case when indicators.unit <> 'count' then indicators.indicator_code end
            ) = against.indicator_code
            and {{ is_valid_on('figures.period_end', 'against.valid_from', 'against.valid_to') }}
    left join areas
        on figures.area_code = areas.area_code
    cross join countries
    -- Compared with itself, an indicator is compared in its own version.
    where
        indicators.comparison_code is not null
        or against.definition_version is null
        or figures.definition_version = against.definition_version
    qualify
        row_number() over (
            partition by
                figures.indicator_code, figures.definition_version, figures.area_code, figures.period_type,
                figures.period_end
            order by against.valid_from desc nulls last, against.definition_version desc
        ) = 1
),

-- The figure that is ranked: the authority's own, where it is final.
own_figures as (
    select
        compared.*,
        previous.period_end as previous_value_period_end,
        previous.value as previous_value,
        previous.status as previous_value_status,
        own.value as own_value,
        own.lower_ci_95,
        own.upper_ci_95,
        coalesce(own.finality = 'final' and own.status in ('published', 'low_reliability'), false) as is_own_final
    from compared
    left join figures as previous
        on
            compared.indicator_code = previous.indicator_code
            and compared.definition_version = previous.definition_version
            and compared.area_code = previous.area_code
            and compared.period_type = previous.period_type
            and year(compared.period_end) - 1 = year(previous.period_end)
            and month(compared.period_end) = month(previous.period_end)
    left join figures as own
        on
            compared.comparison_code = own.indicator_code
            and compared.comparison_version = own.definition_version
            and compared.area_code = own.area_code
            and compared.period_type = own.period_type
            and compared.period_end = own.period_end
),

-- What is compared with: the published figures of the period, or where there are none yet, of the latest one before.
periods_told as (
    select
        indicator_code,
        definition_version,
        period_type,
        period_end,
        max(source) as source,
        max(source_release) as source_release,
        bool_or(is_whole_file) as is_whole_file
    from benchmarks
    where value is not null
    group by indicator_code, definition_version, period_type, period_end
),

comparators as (
    select
        own_figures.*,
        periods_told.period_end as comparator_period_end,
        periods_told.source as comparator_source,
        periods_told.source_release as comparator_release,
        coalesce(periods_told.is_whole_file, false) as is_whole_file
    from own_figures
    left join periods_told
        on
            own_figures.comparison_code = periods_told.indicator_code
            and own_figures.comparison_version = periods_told.definition_version
            and own_figures.period_type = periods_told.period_type
            and own_figures.period_end >= periods_told.period_end
    qualify
        row_number() over (
            partition by
                own_figures.indicator_code, own_figures.definition_version, own_figures.area_code,
                own_figures.period_type, own_figures.period_end
            order by periods_told.period_end desc nulls last
        ) = 1
),

listed as (
    select
        comparators.*,
        neighbour_lists.list_version as neighbour_list
    from comparators
    left join neighbour_lists
        on {{ is_valid_on('comparators.period_end', 'neighbour_lists.valid_from', 'neighbour_lists.valid_to') }}
),

-- A neighbour is found by its number, as its code may have changed between the list's day and the figure's.
neighbour_values as (
    select
        listed.indicator_code,
        listed.definition_version,
        listed.area_code,
        listed.period_type,
        listed.period_end,
        benchmarks.value,
        row_number() over (
            partition by
                listed.indicator_code, listed.definition_version, listed.area_code, listed.period_type,
                listed.period_end
            order by benchmarks.value asc, neighbours.rank asc
        ) as place,
        count(*) over (
            partition by
                listed.indicator_code, listed.definition_version, listed.area_code, listed.period_type,
                listed.period_end
        ) as places
    from listed
    inner join neighbours
        on
            listed.area_code = neighbours.area_code
            and listed.neighbour_list = neighbours.list_version
    inner join areas as coded
        on neighbours.neighbour_code = coded.area_code
    inner join areas as recoded
        on coded.la_code = recoded.la_code
    inner join benchmarks
        on
            recoded.area_code = benchmarks.area_code
            and listed.comparison_code = benchmarks.indicator_code
            and listed.comparison_version = benchmarks.definition_version
            and listed.period_type = benchmarks.period_type
            and listed.comparator_period_end = benchmarks.period_end
    where benchmarks.value is not null
),

neighbour_sums as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_end,
        cast(count(*) as decimal(18, 4)) as values_told,
        cast(sum(value) as decimal(18, 4)) as total,
        cast(count(*) filter (where 2 * place between places and places + 2) as decimal(18, 4)) as middle_values,
        cast(sum(value) filter (where 2 * place between places and places + 2) as decimal(18, 4)) as middle_total
    from neighbour_values
    group by indicator_code, definition_version, area_code, period_type, period_end
),

neighbour_figures as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_end,
        cast(values_told as integer) as neighbours_with_value,
        cast(round({{ exact_ratio('total', 'values_told', 1) }}, 6) as decimal(18, 6)) as neighbour_mean,
        cast(round({{ exact_ratio('middle_total', 'middle_values', 1) }}, 6) as decimal(18, 6)) as neighbour_median
    from neighbour_sums
),

-- Ranks: the authority's own figure among the published ones of all others, same period, final with final.
ranked_figures as (
    select *
    from listed
    where
        is_whole_file
        and is_own_final
        and own_value is not null
        and comparator_period_end = period_end
),

field as (
    select
        ranked_figures.indicator_code,
        ranked_figures.definition_version,
        ranked_figures.area_code,
        ranked_figures.period_type,
        ranked_figures.period_end,
        ranked_figures.polarity,
        areas.area_code as ranked_area_code,
        case
            when areas.area_code = ranked_figures.area_code then ranked_figures.own_value
            else benchmarks.value
        end as value
    from ranked_figures
    inner join areas
        on
            areas.area_type = 'local_authority'
            and {{ is_valid_on('ranked_figures.period_end', 'areas.valid_from', 'areas.valid_to') }}
    left join benchmarks
        on
            areas.area_code = benchmarks.area_code
            and ranked_figures.comparison_code = benchmarks.indicator_code
            and ranked_figures.comparison_version = benchmarks.definition_version
            and ranked_figures.period_type = benchmarks.period_type
            and ranked_figures.period_end = benchmarks.period_end
),

placed as (
    select
        *,
        rank() over (
            partition by indicator_code, definition_version, area_code, period_type, period_end
            order by case when polarity = 'H' then -value else value end asc
        ) as area_rank,
        row_number() over (
            partition by indicator_code, definition_version, area_code, period_type, period_end
            order by value asc, ranked_area_code asc
        ) as place,
        count(*) over (
            partition by indicator_code, definition_version, area_code, period_type, period_end
        ) as areas_ranked
    from field
    where value is not null
),

cuts as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_end,
        sum({{ part_of_quartile_times_4('value', 'place', 'areas_ranked', 1) }}) as cut_1_times_4,
        sum({{ part_of_quartile_times_4('value', 'place', 'areas_ranked', 2) }}) as cut_2_times_4,
        sum({{ part_of_quartile_times_4('value', 'place', 'areas_ranked', 3) }}) as cut_3_times_4
    from placed
    group by indicator_code, definition_version, area_code, period_type, period_end
),

own_places as (
    select
        placed.indicator_code,
        placed.definition_version,
        placed.area_code,
        placed.period_type,
        placed.period_end,
        case when placed.polarity in ('H', 'L') then placed.area_rank end as area_rank,
        placed.areas_ranked,
        case
            when placed.polarity = 'L'
                then
                    case
                        when 4 * placed.value <= cuts.cut_1_times_4 then 'A'
                        when 4 * placed.value <= cuts.cut_2_times_4 then 'B'
                        when 4 * placed.value <= cuts.cut_3_times_4 then 'C'
                        else 'D'
                    end
            when placed.polarity = 'H'
                then
                    case
                        when 4 * placed.value >= cuts.cut_3_times_4 then 'A'
                        when 4 * placed.value >= cuts.cut_2_times_4 then 'B'
                        when 4 * placed.value >= cuts.cut_1_times_4 then 'C'
                        else 'D'
                    end
        end as quartile
    from placed
    inner join cuts
        on
            placed.indicator_code = cuts.indicator_code
            and placed.definition_version = cuts.definition_version
            and placed.area_code = cuts.area_code
            and placed.period_type = cuts.period_type
            and placed.period_end = cuts.period_end
    where placed.ranked_area_code = placed.area_code
),

beside as (
    select
        listed.*,
        published_period_types.period_type is not null as is_published_period_type,
        no_comparators.reason as no_comparator_reason,
        region.value as region_value,
        coalesce(region.status, doubted_region.status) as region_status,
        england.value as england_value,
        coalesce(england.status, doubted_england.status) as england_status,
        neighbour_figures.neighbour_mean,
        neighbour_figures.neighbour_median,
        neighbour_figures.neighbours_with_value,
        own_places.area_rank,
        own_places.areas_ranked,
        own_places.quartile
    from listed
    left join published_period_types
        on listed.period_type = published_period_types.period_type
    left join no_comparators
        on listed.indicator_code = no_comparators.indicator_code
    left join benchmarks as region
        on
            listed.region_code = region.area_code
            and listed.comparison_code = region.indicator_code
            and listed.comparison_version = region.definition_version
            and listed.period_type = region.period_type
            and listed.comparator_period_end = region.period_end
    left join doubted as doubted_region
        on
            listed.region_code = doubted_region.area_code
            and listed.comparison_code = doubted_region.indicator_code
            and listed.comparison_version = doubted_region.definition_version
            and listed.period_type = doubted_region.period_type
            and listed.comparator_period_end = doubted_region.period_end
    left join benchmarks as england
        on
            listed.country_code = england.area_code
            and listed.comparison_code = england.indicator_code
            and listed.comparison_version = england.definition_version
            and listed.period_type = england.period_type
            and listed.comparator_period_end = england.period_end
    left join doubted as doubted_england
        on
            listed.country_code = doubted_england.area_code
            and listed.comparison_code = doubted_england.indicator_code
            and listed.comparison_version = doubted_england.definition_version
            and listed.period_type = doubted_england.period_type
            and listed.comparator_period_end = doubted_england.period_end
    left join neighbour_figures
        on
            listed.indicator_code = neighbour_figures.indicator_code
            and listed.definition_version = neighbour_figures.definition_version
            and listed.area_code = neighbour_figures.area_code
            and listed.period_type = neighbour_figures.period_type
            and listed.period_end = neighbour_figures.period_end
    left join own_places
        on
            listed.indicator_code = own_places.indicator_code
            and listed.definition_version = own_places.definition_version
            and listed.area_code = own_places.area_code
            and listed.period_type = own_places.period_type
            and listed.period_end = own_places.period_end
),

-- A significance is of an interval beside a figure of the same period, final with final.
judged as (
    select
        *,
        case
            when comparator_period_end is null then 'There is no published figure to compare with.'
            when comparator_period_end < period_end then 'The published figures are of an earlier year.'
            when own_value is null then 'There is no figure of the authority itself.'
            when not is_own_final then 'Our figure is provisional, the published ones are final.'
            when lower_ci_95 is null and ci_method = 'none' then 'No interval is worked out for figures of this kind.'
            when lower_ci_95 is null then 'The count behind the figure is rounded or not told: it has no interval.'
        end as no_interval_reason
    from beside
),

with_reasons as (
    select
        *,
        {{ no_significance_reason('no_interval_reason', 'england_value', 'england_status', 'England') }}
            as significance_england_reason,
        {{ no_significance_reason('no_interval_reason', 'region_value', 'region_status', 'the region') }}
            as significance_region_reason
    from judged
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
        cast(value as decimal(18, 6)) as value,
        cast(status as string) as status,
        cast(own_value as decimal(18, 6)) as comparison_value,
        cast(lower_ci_95 as decimal(18, 6)) as comparison_lower_ci_95,
        cast(upper_ci_95 as decimal(18, 6)) as comparison_upper_ci_95,
        cast(previous_value as decimal(18, 6)) as previous_value,
        cast(previous_value_period_end as date) as previous_value_period_end,
        cast(previous_value_status as string) as previous_value_status,
        cast(previous_period_value as decimal(18, 6)) as previous_period_value,
        cast(previous_period_end as date) as previous_period_end,
        cast(previous_period_status as string) as previous_period_status,
        cast(comparator_period_end as date) as comparator_period_end,
        cast(comparator_source as string) as comparator_source,
        cast(comparator_release as string) as comparator_release,
        cast(case when comparator_period_end is null then 'no_comparator' else 'published' end as string)
            as comparator_status,
        cast(
            case
                when comparator_period_end is null and no_comparator_reason is not null
                    then no_comparator_reason
                when comparison_named is null and unit = 'count'
                    then 'A count is compared by a rate or a percentage only, and the dictionary names none for it.'
                when comparison_code is null
                    then 'The dictionary has no version of the compared indicator for this period.'
                when not is_published_period_type
                    then 'Figures of other authorities are not published for periods of this kind.'
                when comparator_period_end is null
                    then 'No figures of other authorities are to hand for this indicator up to this period.'
                when comparator_period_end < period_end
                    then
                        'The latest published figures are of the year ending '
                        || {{ date_in_words('comparator_period_end') }} || '.'
            end as string
        ) as comparator_reason,
        cast(region_value as decimal(18, 6)) as region_value,
        cast(region_status as string) as region_status,
        cast(england_value as decimal(18, 6)) as england_value,
        cast(england_status as string) as england_status,
        cast(neighbour_mean as decimal(18, 6)) as neighbour_mean,
        cast(neighbour_median as decimal(18, 6)) as neighbour_median,
        cast(
            case
                when comparator_period_end is not null
                    then coalesce(neighbours_with_value, 0)
            end as integer
        ) as neighbours_with_value,
        cast(
            case when comparator_period_end is not null then neighbour_list end as string
        ) as neighbour_list,
        cast(
            case
                when significance_england_reason is null
                    then {{ significance('lower_ci_95', 'upper_ci_95', 'england_value', 'polarity') }}
            end as string
        ) as significance_england,
        cast(significance_england_reason as string) as significance_england_reason,
        cast(
            case
                when significance_region_reason is null
                    then {{ significance('lower_ci_95', 'upper_ci_95', 'region_value', 'polarity') }}
            end as string
        ) as significance_region,
        cast(significance_region_reason as string) as significance_region_reason,
        cast(area_rank as integer) as area_rank,
        cast(areas_ranked as integer) as areas_ranked,
        cast(quartile as string) as quartile,
        cast(
            case
                when area_rank is not null then null
                when comparator_period_end is null then null
                when polarity = 'N' then 'Neither high nor low is good in itself: no rank and no quartile.'
                when comparator_period_end < period_end
                    then 'No rank: the published figures are of an earlier year.'
                when not is_whole_file
                    then
                        'No rank: it needs the published file with every authority, and only the figures that ship '
                        || 'with the project are to hand.'
                when own_value is null then 'No rank: there is no figure of the authority itself.'
                when not is_own_final then 'No rank: the figure is provisional, the published ones are final.'
            end as string
        ) as rank_reason,
        cast(release_id as string) as release_id
    from with_reasons
)

select * from final
