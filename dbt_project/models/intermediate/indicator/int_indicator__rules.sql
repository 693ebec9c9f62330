{% set numbers = [
    'absence_pct',
    'age_below',
    'age_from',
    'age_to',
    'assessment_within_months',
    'continuous_months',
    'days_on_plan',
    'days_without_end',
    'decided_within_working_days',
    'duration_days',
    'end_of_stage_age',
    'first_review_months',
    'first_review_working_days',
    'interview_within_days',
    'interview_within_hours',
    'later_review_months',
    'least_assessments_below_that_age',
    'least_events',
    'lookback_months',
    'match_days',
    'non_recent_days_over',
    'period_of_care_months',
    'placement_months',
    'previous_plans_over',
    'review_within_months',
    'second_review_months',
    'sessions_autumn',
    'sessions_autumn_and_spring',
    'sessions_five_half_terms',
    'sessions_six_half_terms',
    'twice_yearly_age_below',
    'victim_age_to',
    'working_days_in_care',
] %}
{% set texts = [
    'edge_day_counts',
    'forwarded_to',
    'headline_band',
    'health_assessment_code',
    'in_need_on',
    'key_stage',
    'missing_category',
    'outcome',
    'pending_outcome',
    'police_category',
    'referral_outcome',
    'referral_source',
    'result_measure',
    'school_phase',
    'transfers_in_denominator',
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
