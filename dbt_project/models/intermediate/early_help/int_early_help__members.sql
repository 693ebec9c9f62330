with

requests as (
    select * from {{ ref('stg_childrens_social_care__early_help') }}
),

risks as (
    select * from {{ ref('stg_childrens_social_care__exploitation_risks') }}
),

reviews as (
    select * from {{ ref('stg_childrens_social_care__exploitation_reviews') }}
),

codes as (
    select * from {{ ref('codes') }}
    where code_list = 'risk_level'
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

-- S04d, S04e: assessments started and completed. S04f, S04g: stepped up to social care, and down from it.
{% for code, day, condition in [
    ('S04d', 'assessment_start_date', 'true'),
    ('S04e', 'assessment_end_date', 'true'),
    ('S04f', 'end_date', 'requests.outcome_code = rules.outcome'),
    ('S04g', 'requested_date', 'requests.outcome_code = rules.outcome'),
] %}
early_help_{{ code | lower }} as (
    select
        {{ member(
            code,
            'requests',
            counted_key='requests.request_key',
            from_date='requests.' ~ day,
        ) }}
    from requests
    inner join rules
        on
            rules.indicator_code = '{{ code }}'
            and {{ condition }}
    where requests.{{ day }} is not null
),
{% endfor %}

-- A08d: children at risk of sexual exploitation. The level is told as it stands and since when: before, it is unknown.
with_level as (
    select
        risks.*,
        coalesce(codes.breakdown_value, 'unknown') as risk_level,
        greatest(risks.level_from_date, risks.identified_date) as known_from_date
    from risks
    left join codes
        on risks.risk_level_code = codes.code
),

levels as (
    select
        *,
        'unknown' as level_at_day,
        identified_date as from_date,
        least(known_from_date, closed_date) as to_date
    from with_level
    where known_from_date > identified_date

    union all

    select
        *,
        risk_level as level_at_day,
        known_from_date as from_date,
        closed_date as to_date
    from with_level
    where coalesce(closed_date, cast('9999-12-31' as date)) > known_from_date
),

at_risk as (
    select
        {{ member(
            'A08d',
            'levels',
            counted_key='levels.person_key',
            from_date='levels.from_date',
            to_date='levels.to_date',
            risk_level='levels.level_at_day',
        ) }}
    from levels
    inner join rules
        on rules.indicator_code = 'A08d'
),

newly_identified as (
    select
        {{ member(
            'A08e',
            'risks',
            counted_key='risks.person_key',
            from_date='risks.identified_date',
        ) }}
    from risks
    inner join rules
        on rules.indicator_code = 'A08e'
),

-- A08f: a child is due a review from three months after the risk was identified until it is closed, and is in the
-- numerator from each review for three months. Of the parts that meet, the one that began last speaks.
due_review as (
    select
        risks.*,
        rules.definition_version,
        rules.review_within_months,
        {{ first_day_after_months('risks.identified_date', 'rules.review_within_months') }} as due_from_date
    from risks
    inner join rules
        on rules.indicator_code = 'A08f'
),

review_parts as (
    select
        area_code,
        person_key,
        definition_version,
        false as is_reviewed,
        identified_date as since_date,
        due_from_date as from_date,
        closed_date as to_date,
        submission_id,
        table_name,
        row_number
    from due_review

    union all

    select
        due_review.area_code,
        due_review.person_key,
        due_review.definition_version,
        true as is_reviewed,
        {{ add_days('reviews.reviewed_date', 1) }} as since_date,
        greatest(reviews.reviewed_date, due_review.due_from_date) as from_date,
        least(
            due_review.closed_date,
            {{ first_day_after_months('reviews.reviewed_date', 'due_review.review_within_months') }}
        ) as to_date,
        reviews.submission_id,
        reviews.table_name,
        reviews.row_number
    from due_review
    inner join reviews
        on
            due_review.area_code = reviews.area_code
            and due_review.risk_key = reviews.risk_key
),

reviewed as (
    select
        {{ member(
            'A08f',
            'review_parts',
            rule='review_parts',
            counted_key='review_parts.person_key',
            from_date='review_parts.from_date',
            to_date='review_parts.to_date',
            since='review_parts.since_date',
            in_numerator='review_parts.is_reviewed',
            in_denominator='true',
        ) }}
    from review_parts
    where coalesce(review_parts.to_date, cast('9999-12-31' as date)) > review_parts.from_date
),

final as (
    {%- for code in ['S04d', 'S04e', 'S04f', 'S04g'] %}
    select * from early_help_{{ code | lower }}
    union all
    {%- endfor %}
    select * from at_risk
    union all
    select * from newly_identified
    union all
    select * from reviewed
)

select * from final
