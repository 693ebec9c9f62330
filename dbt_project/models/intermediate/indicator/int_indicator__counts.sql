{% set breakdowns = [
    'age_band',
    'age_band_national',
    'sex',
    'placement',
    'legal_status',
    'category_of_abuse',
    'duration',
    'source',
    'pathway',
    'missing_from',
    'timing',
    'responsible_authority',
    'repeat_definition',
    'risk_level',
] %}
with

membership as (
    select * from {{ ref('int_indicator__membership') }}
),

coverage as (
    select * from {{ ref('int_indicator__coverage') }}
    where form = 'records'
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

indicator_breakdowns as (
    select * from {{ ref('indicator_breakdowns') }}
),

wanted as (
    select
        coverage.indicator_code,
        coverage.definition_version,
        coverage.area_code,
        coverage.period_type,
        coverage.period_start,
        coverage.period_end,
        rules.time_behaviour,
        rules.measure_type,
        coalesce(rules.least_events, 1) as least_events
    from coverage
    inner join rules
        on
            coverage.indicator_code = rules.indicator_code
            and coverage.definition_version = rules.definition_version
),

repeated as (
    select
        indicator_code,
        definition_version,
        area_code,
        counted_key
    from membership
    group by all
    having count(*) > 1
),

marked as (
    select
        membership.*,
        repeated.counted_key is not null as is_repeated
    from membership
    left join repeated
        on
            membership.indicator_code = repeated.indicator_code
            and membership.definition_version = repeated.definition_version
            and membership.area_code = repeated.area_code
            and membership.counted_key = repeated.counted_key
),

-- A stock counts who is there on the period's last day.
{% set columns = [
    'in_numerator', 'in_denominator', 'is_assessable', 'amount', 'cases',
] + breakdowns %}
at_day as (
    select
        wanted.*,
        membership.{{ columns | join(',\n        membership.') }},
        membership.counted_key
    from wanted
    inner join membership
        on
            wanted.indicator_code = membership.indicator_code
            and wanted.definition_version = membership.definition_version
            and wanted.area_code = membership.area_code
            and {{ is_open_on('wanted.period_end', 'membership.from_date', 'membership.to_date') }}
    where wanted.time_behaviour = 'stock'
),

-- A flow counts what happened in the period, a window what was there at any time in it. What has more than one event (a
-- child missing twice) counts once, as at its last. Few have: the search for the last one would cost more than all the
-- rest, were it made for every case.
{% for events in ['only_events', 'repeated_events'] %}
{{ events }} as (
    {% for time_behaviour in ['flow', 'window'] %}
    select
        wanted.*,
        marked.{{ columns | join(',\n        marked.') }},
        marked.counted_key,
        marked.from_date,
        marked.submission_id,
        marked.row_number
    from wanted
    inner join marked
        on
            wanted.indicator_code = marked.indicator_code
            and wanted.definition_version = marked.definition_version
            and wanted.area_code = marked.area_code
            {% if time_behaviour == 'flow' %}
            and wanted.period_start <= marked.from_date
            and wanted.period_end >= marked.from_date
            {% else %}
            and {{ meets_period(
                'marked.from_date', 'marked.to_date', 'wanted.period_start', 'wanted.period_end'
            ) }}
            {% endif %}
    where
        wanted.time_behaviour = '{{ time_behaviour }}'
        {% if events == 'repeated_events' %}
        and marked.is_repeated
        {% else %}
        and wanted.least_events = 1
        and not marked.is_repeated
        {% endif %}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

{% endfor %}
last_events as (
    select * from repeated_events
    qualify
        row_number() over (
            partition by
                indicator_code, definition_version, area_code, period_type, period_end, counted_key
            order by from_date desc, submission_id desc, row_number desc
        ) = 1
        and count(*) over (
            partition by
                indicator_code, definition_version, area_code, period_type, period_end, counted_key
        ) >= least_events
),

in_period as (
    select * from last_events
    union all
    select * from only_events
),

{% set figure = ['indicator_code', 'definition_version', 'area_code', 'period_type', 'period_end'] %}
{% set counted_columns = figure + ['measure_type', 'counted_key'] + columns %}
cases as (
    select {{ counted_columns | join(', ') }} from at_day
    union all
    select {{ counted_columns | join(', ') }} from in_period
),

-- A median cannot be put together from its parts: its cases stay apart.
counted as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_end,
        measure_type,
        case when measure_type = 'median' then counted_key end as case_of_median,
        {%- for breakdown in breakdowns %}
        {{ breakdown }},
        {%- endfor %}
        sum(case when in_numerator then cases else 0 end) as numerator,
        sum(case when in_denominator then cases else 0 end) as denominator,
        count(*) filter (where is_assessable) as assessed,
        count(*) filter (where not is_assessable) as not_assessable,
        sum(case when in_denominator then amount end) as amount
    from cases
    group by all
),

by_breakdown as (
    select
        counted.*,
        indicator_breakdowns.breakdown,
        {{ value_in_breakdown('counted', breakdowns) }} as breakdown_value,
        indicator_breakdowns.denominator_scope
    from counted
    inner join indicator_breakdowns
        on
            counted.indicator_code = indicator_breakdowns.indicator_code
            and counted.definition_version = indicator_breakdowns.definition_version
),

summed as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_end,
        breakdown,
        breakdown_value,
        denominator_scope,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(assessed) as assessed,
        sum(not_assessable) as not_assessable,
        sum(amount) as amount
    from by_breakdown
    group by
        indicator_code,
        definition_version,
        area_code,
        period_type,
        period_end,
        breakdown,
        breakdown_value,
        denominator_scope
),

medians as (
    select
        {{ figure | join(',\n        ') }},
        breakdown,
        breakdown_value,
        percentile_cont(0.5) within group (order by amount) as middle_amount
    from by_breakdown
    where measure_type = 'median' and denominator > 0
    group by {{ figure | join(', ') }}, breakdown, breakdown_value
),

-- Where a breakdown shares out all cases (denominator_scope all), a value's cases are over all of the breakdown's.
final as (
    select
        summed.indicator_code,
        summed.definition_version,
        summed.area_code,
        summed.period_type,
        summed.period_end,
        summed.breakdown,
        summed.breakdown_value,
        case when summed.denominator_scope = 'all' then summed.denominator else summed.numerator end as numerator,
        case
            when summed.denominator_scope = 'all'
                then
                    sum(summed.denominator) over (
                        partition by
                            summed.indicator_code,
                            summed.definition_version,
                            summed.area_code,
                            summed.period_type,
                            summed.period_end,
                            summed.breakdown
                    )
            else summed.denominator
        end as denominator,
        summed.assessed,
        summed.not_assessable,
        summed.amount,
        medians.middle_amount
    from summed
    left join medians
        on
            summed.indicator_code = medians.indicator_code
            and summed.definition_version = medians.definition_version
            and summed.area_code = medians.area_code
            and summed.period_type = medians.period_type
            and summed.period_end = medians.period_end
            and summed.breakdown = medians.breakdown
            and summed.breakdown_value = medians.breakdown_value
)

select * from final
