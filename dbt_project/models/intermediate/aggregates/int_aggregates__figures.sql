with

figures as (
    select * from {{ ref('stg_aggregates__figures') }}
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
