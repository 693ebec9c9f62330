{#- A cell that holds a mark in place of a number says why. -#}
{% set numbers = ['numerator', 'denominator', 'value'] %}
with

submissions as (
    select * from {{ ref('stg_ops__submissions') }}
),

symbols as (
    select * from {{ ref('benchmark_symbols') }}
    where source is null
),

periods as (
    select * from {{ ref('periods') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

indicator_feeds as (
    select distinct
        indicator_code,
        definition_version,
        supplier,
        feed
    from {{ ref('indicator_feeds') }}
    where is_required
),

sent as (
    {%- for table in aggregate_tables() %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select * from {{ source('raw', table) }}
    {%- endfor %}
),

-- Of the returns of one feed that tell a figure, the one of the highest precedence speaks for it.
latest as (
    select
        sent.*,
        coalesce(sent.period_end, periods.period_end) as last_day,
        submissions.supplier,
        submissions.feed,
        submissions.finality,
        submissions.data_as_at
    from sent
    inner join submissions
        on sent.submission_id = submissions.submission_id
    -- A layout may name the year alone: of a kind of period of which a year has one.
    left join periods
        on
            case when sent.period_end is null then sent.period_year end = year(periods.period_end)
            and sent.period_type = periods.period_type
            and periods.period_type in ('calendar_year', 'financial_year', 'academic_year', 'january_census')
    qualify
        row_number() over (
            partition by
                submissions.supplier,
                submissions.feed,
                sent.told_area_code,
                sent.indicator_code,
                sent.definition_version,
                sent.period_type,
                coalesce(sent.period_end, periods.period_end),
                sent.breakdown,
                sent.breakdown_value
            order by submissions.precedence desc, sent.row_number desc
        ) = 1
),

with_marks as (
    select
        latest.*,
        coalesce(status_told.status, latest.status) as status_said,
        coalesce(
            {%- for number in numbers %}
            mark_of_{{ number }}.status,
            {%- endfor %}
            case when latest.numerator like '<%' or latest.value like '<%' then 'suppressed' end
        ) as status_of_mark
    from latest
    left join symbols as status_told
        on latest.status = status_told.symbol
    {%- for number in numbers %}
    left join symbols as mark_of_{{ number }}
        on latest.{{ number }} = mark_of_{{ number }}.symbol
    {%- endfor %}
),

figures as (
    select
        supplier,
        feed,
        told_area_code as area_code,
        indicator_code,
        definition_version,
        period_type,
        last_day as period_end,
        -- However a layout names the breakdown, the value total is the headline.
        case when breakdown_value = 'total' then 'total' else breakdown end as breakdown,
        breakdown_value,
        {%- for number in numbers %}
        cast({{ published_number(number) }} as decimal(18, 4)) as {{ number }},
        {%- endfor %}
        -- A mark in the place of a figure outweighs a status that was left at published.
        case
            when status_said is not null and status_said not in ('published', 'provisional') then status_said
            when status_of_mark is not null then status_of_mark
            else coalesce(status_said, 'published')
        end as status,
        suppressed_below,
        rounded_to,
        lower_ci,
        upper_ci,
        finality,
        data_as_at,
        submission_id,
        'aggregates' as table_name,
        row_number
    from with_marks
),

-- Only of an indicator that the feed is asked for, in the version told or else in the one valid on the day.
of_indicator as (
    select
        figures.*,
        indicators.definition_version as valid_version,
        indicators.counts_indicator_code,
        indicators.measure_type
    from figures
    inner join indicators
        on
            figures.indicator_code = indicators.indicator_code
            and (
                figures.definition_version = indicators.definition_version
                or (
                    figures.definition_version is null
                    and {{ is_valid_on('figures.period_end', 'indicators.valid_from', 'indicators.valid_to') }}
                )
            )
    inner join indicator_feeds
        on
            figures.indicator_code = indicator_feeds.indicator_code
            and indicators.definition_version = indicator_feeds.definition_version
            and figures.supplier = indicator_feeds.supplier
            and figures.feed = indicator_feeds.feed
    where
        figures.period_end is not null
        -- A value without its breakdown would stand beside the headline.
        and (figures.breakdown = 'total') = (figures.breakdown_value = 'total')
),

-- A rate's row tells the count that it is of, and a count's row the numerator of its rate: where nothing of their own
-- is told, these speak. A rounded count makes no rate of ours.
{% set told = [
    'supplier', 'feed', 'area_code', 'period_type', 'period_end', 'breakdown', 'breakdown_value', 'numerator', 'status',
    'suppressed_below', 'rounded_to', 'finality', 'data_as_at', 'submission_id', 'table_name', 'row_number',
] %}
counts_of_rates as (
    select
        counted.indicator_code,
        counted.definition_version as valid_version,
        {%- for column in told %}
        of_indicator.{{ column }},
        {%- endfor %}
        cast(null as decimal(18, 4)) as denominator,
        cast(null as decimal(18, 4)) as value,
        cast(null as decimal(18, 4)) as lower_ci,
        cast(null as decimal(18, 4)) as upper_ci
    from of_indicator
    inner join indicators as counted
        on
            of_indicator.counts_indicator_code = counted.indicator_code
            and {{ is_valid_on('of_indicator.period_end', 'counted.valid_from', 'counted.valid_to') }}
    where of_indicator.numerator is not null or of_indicator.status = 'suppressed'
),

rates_of_counts as (
    select
        rates.indicator_code,
        rates.definition_version as valid_version,
        {%- for column in told %}
        {%- if column == 'status' %}
        case when of_indicator.rounded_to is not null then 'not_available' else of_indicator.status end as status,
        {%- else %}
        of_indicator.{{ column }},
        {%- endif %}
        {%- endfor %}
        cast(null as decimal(18, 4)) as denominator,
        cast(null as decimal(18, 4)) as value,
        cast(null as decimal(18, 4)) as lower_ci,
        cast(null as decimal(18, 4)) as upper_ci
    from of_indicator
    inner join indicators as rates
        on
            of_indicator.indicator_code = rates.counts_indicator_code
            and {{ is_valid_on('of_indicator.period_end', 'rates.valid_from', 'rates.valid_to') }}
    where of_indicator.measure_type in ('count', 'distinct') and of_indicator.breakdown = 'total'
),

together as (
    {%- for part in ['of_indicator', 'counts_of_rates', 'rates_of_counts'] %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        indicator_code,
        valid_version,
        {%- for column in told %}
        {{ column }},
        {%- endfor %}
        denominator,
        value,
        lower_ci,
        upper_ci,
        {{ loop.index }} as rank_of_part
    from {{ part }}
    {%- endfor %}
),

final as (
    select
        indicator_code,
        valid_version as definition_version,
        area_code,
        period_type,
        period_end,
        breakdown,
        breakdown_value,
        numerator,
        denominator,
        value,
        status,
        suppressed_below,
        rounded_to,
        lower_ci,
        upper_ci,
        supplier,
        feed,
        finality,
        data_as_at,
        submission_id,
        table_name,
        row_number
    from together
    qualify
        row_number() over (
            partition by indicator_code, valid_version, area_code, period_type, period_end, breakdown, breakdown_value
            order by rank_of_part asc, data_as_at desc, submission_id desc, row_number desc
        ) = 1
)

select * from final
