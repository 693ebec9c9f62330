{% set numbers = [
    'age_below',
    'continuous_months',
    'days_on_plan',
    'decided_within_working_days',
    'duration_days',
    'first_review_months',
    'first_review_working_days',
    'later_review_months',
    'least_events',
    'lookback_months',
    'period_of_care_months',
    'placement_months',
    'previous_plans_over',
    'second_review_months',
    'working_days_in_care',
] %}
{% set texts = [
    'edge_day_counts',
    'forwarded_to',
    'headline_band',
    'health_assessment_code',
    'missing_category',
] %}
with

indicators as (
    select * from {{ ref('indicators') }}
),

indicator_parameters as (
    select * from {{ ref('indicator_parameters') }}
),

final as (
    select
        indicators.indicator_code,
        indicators.definition_version,
        indicators.time_behaviour,
        indicators.measure_type,
        indicators.valid_from,
        indicators.valid_to,
        {%- for number in numbers %}
        max(
            case
                when indicator_parameters.parameter = '{{ number }}' then cast(indicator_parameters.value as integer)
            end
        ) as {{ number }},
        {%- endfor %}
        {%- for text in texts %}
        max(case when indicator_parameters.parameter = '{{ text }}' then indicator_parameters.value end) as {{ text }},
        {%- endfor %}
        count(indicator_parameters.parameter) as parameter_rows
    from indicators
    left join indicator_parameters
        on
            indicators.indicator_code = indicator_parameters.indicator_code
            and indicators.definition_version = indicator_parameters.definition_version
    group by
        indicators.indicator_code,
        indicators.definition_version,
        indicators.time_behaviour,
        indicators.measure_type,
        indicators.valid_from,
        indicators.valid_to
)

select * from final
