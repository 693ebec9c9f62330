with

episodes as (
    select * from {{ ref('stg_childrens_social_care__looked_after_episodes') }}
),

episodes_in_care as (
    select * from {{ ref('int_looked_after__episodes_in_care') }}
),

missing as (
    select * from {{ ref('stg_childrens_social_care__looked_after_missing') }}
),

journeys as (
    select * from {{ ref('int_looked_after__adoption_journeys') }}
),

long_placements as (
    select * from {{ ref('int_looked_after__long_placements') }}
),

reviewed_care as (
    select * from {{ ref('int_looked_after__reviewed_care') }}
),

health_assessed as (
    select * from {{ ref('int_looked_after__health_assessed') }}
),

periods_of_care as (
    select * from {{ ref('int_looked_after__periods_of_care') }}
),

outcomes as (
    select * from {{ ref('stg_childrens_social_care__looked_after_outcomes') }}
),

financial_years as (
    select * from {{ ref('periods') }}
    where period_type = 'financial_year'
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

parameters as (
    select * from {{ ref('indicator_parameters') }}
),

-- R01: children looked after.
looked_after as (
    select
        {{ member(
            'R01',
            'episodes',
            counted_key='episodes.person_key',
            from_date='episodes.start_date',
            to_date='episodes.end_date',
            legal_status_code='episodes.legal_status_code',
            sex='episodes.sex',
            placement='episodes.placement',
            legal_status='episodes.legal_status',
        ) }}
    from episodes
    inner join rules
        on rules.indicator_code = 'R01'
),

-- R06b to R06e: children missing from care, incidents, children missing more than once (least_events), and children
-- away without authorisation.
{% for code in ['R06b', 'R06c', 'R06d', 'R06e'] %}
missing_{{ code | lower }} as (
    select
        {{ member(
            code,
            'missing',
            counted_key="missing.person_key || ' ' || cast(missing.start_date as string)"
            if code == 'R06c' else 'missing.person_key',
            from_date='missing.start_date',
            legal_status_code='missing.legal_status_code',
            sex='missing.sex',
        ) }}
    from missing
    inner join rules
        on
            rules.indicator_code = '{{ code }}'
            and missing.missing_category_code = rules.missing_category
),
{% endfor %}

-- R07: children adopted. The day the last episode ceased is the day of the adoption order.
adopted as (
    select
        {{ member(
            'R07',
            'episodes',
            counted_key='episodes.person_key',
            from_date='episodes.end_date',
            legal_status_code='episodes.legal_status_code',
            sex='episodes.sex',
        ) }}
    from episodes
    inner join rules
        on rules.indicator_code = 'R07'
    inner join parameters
        on
            parameters.indicator_code = 'R07'
            and rules.definition_version = parameters.definition_version
            and parameters.parameter = 'adopted_reason'
            and episodes.reason_ceased_code = parameters.value
    where episodes.end_date is not null
),

-- R07b: of children who ceased to be looked after, those adopted; of two endings in a period the last one speaks.
ceased as (
    select
        {{ member(
            'R07b',
            'episodes',
            counted_key='episodes.person_key',
            from_date='episodes.end_date',
            in_numerator='adopted_reasons.value is not null',
            in_denominator='true',
            legal_status_code='episodes.legal_status_code',
        ) }}
    from episodes
    inner join rules
        on rules.indicator_code = 'R07b'
    left join parameters as adopted_reasons
        on
            adopted_reasons.indicator_code = 'R07b'
            and rules.definition_version = adopted_reasons.definition_version
            and adopted_reasons.parameter = 'adopted_reason'
            and episodes.reason_ceased_code = adopted_reasons.value
    left join parameters as continuing_reasons
        on
            continuing_reasons.indicator_code = 'R07b'
            and rules.definition_version = continuing_reasons.definition_version
            and continuing_reasons.parameter = 'care_continues_reason'
            and episodes.reason_ceased_code = continuing_reasons.value
    where
        episodes.end_date is not null
        and episodes.reason_ceased_code is not null
        and continuing_reasons.value is null
),

-- R08: days from entering care to moving in with the adoptive family. R08b: where the foster carer adopts, to moving in
-- with that carer.
{% for code, moved_in in [('R08', 'placed_date'), ('R08b', 'moved_in_date')] %}
days_to_family_{{ code | lower }} as (
    select
        {{ member(
            code,
            'journeys',
            counted_key='journeys.person_key',
            from_date='journeys.adoption_date',
            in_denominator='true',
            is_assessable='journeys.is_start_known and journeys.' ~ moved_in ~ ' is not null',
            amount='cast(' ~ days_between('journeys.care_start_date', 'journeys.' ~ moved_in) ~ ' as decimal(18, 4))',
            legal_status_code='journeys.legal_status_code',
        ) }}
    from journeys
    inner join rules
        on rules.indicator_code = '{{ code }}'
),
{% endfor %}

-- A06: of children under 16 and two and a half years in care, those two years in one placement.
settled as (
    select
        {{ member(
            'A06',
            'long_placements',
            rule='long_placements',
            counted_key='long_placements.person_key',
            from_date='long_placements.from_date',
            to_date='long_placements.to_date',
            since='long_placements.start_date',
            in_numerator="long_placements.outcome = 'long'",
            in_denominator="long_placements.outcome <> 'short_care'",
            is_assessable="long_placements.outcome <> 'unknown'",
        ) }}
    from long_placements
),

-- S06: at 31 March, children in care for the whole year; the year's outcomes say whether health was assessed.
year_ends as (
    select
        periods_of_care.*,
        financial_years.period_end as year_end,
        rules.definition_version,
        rules.health_assessment_code as wanted_code,
        periods_of_care.start_date
        <= {{ add_days(add_months('financial_years.period_end', '-1 * rules.continuous_months'), 1) }} as is_long_enough
    from periods_of_care
    inner join rules
        on rules.indicator_code = 'S06'
    inner join financial_years
        on {{ is_open_on('financial_years.period_end', 'periods_of_care.start_date', 'periods_of_care.end_date') }}
),

with_outcome as (
    select
        year_ends.area_code,
        year_ends.person_key,
        year_ends.definition_version,
        year_ends.year_end,
        year_ends.start_date,
        year_ends.is_long_enough,
        year_ends.is_start_known,
        year_ends.wanted_code,
        outcomes.health_assessment_code,
        coalesce(outcomes.submission_id, episodes_in_care.submission_id) as submission_id,
        coalesce(outcomes.table_name, episodes_in_care.table_name) as table_name,
        coalesce(outcomes.row_number, episodes_in_care.row_number) as row_number
    from year_ends
    inner join episodes_in_care
        on
            year_ends.area_code = episodes_in_care.area_code
            and year_ends.person_key = episodes_in_care.person_key
            and year_ends.start_date = episodes_in_care.start_date
    left join outcomes
        on
            year_ends.area_code = outcomes.area_code
            and year_ends.person_key = outcomes.person_key
            and year(year_ends.year_end) = outcomes.return_year
),

-- Care that began within the year is no matter of this figure; where its beginning is not known, it might be.
assessed_in_year as (
    select
        {{ member(
            'S06',
            'with_outcome',
            rule='with_outcome',
            counted_key='with_outcome.person_key',
            from_date='with_outcome.year_end',
            since='with_outcome.start_date',
            in_numerator='with_outcome.is_long_enough'
            ~ ' and with_outcome.health_assessment_code = with_outcome.wanted_code',
            in_denominator='with_outcome.is_long_enough',
            is_assessable='(with_outcome.is_long_enough and with_outcome.health_assessment_code is not null)'
            ~ ' or (not with_outcome.is_long_enough and with_outcome.is_start_known)',
        ) }}
    from with_outcome
),

-- S06b: at any day, children in care for a year whose health assessment is up to date.
assessed_up_to_date as (
    select
        {{ member(
            'S06b',
            'health_assessed',
            rule='health_assessed',
            counted_key='health_assessed.person_key',
            from_date='health_assessed.from_date',
            to_date='health_assessed.to_date',
            since='health_assessed.since_date',
            in_numerator="health_assessed.outcome = 'up_to_date'",
            in_denominator='true',
            is_assessable="health_assessed.outcome <> 'unknown'",
        ) }}
    from health_assessed
),

-- W01: of children in care for four weeks, those whose every review of the year was held on time.
with_receipt as (
    select
        reviewed_care.*,
        episodes_in_care.submission_id,
        episodes_in_care.table_name,
        episodes_in_care.row_number
    from reviewed_care
    inner join episodes_in_care
        on
            reviewed_care.area_code = episodes_in_care.area_code
            and reviewed_care.person_key = episodes_in_care.person_key
            and reviewed_care.start_date = episodes_in_care.start_date
),

reviewed as (
    select
        {{ member(
            'W01',
            'with_receipt',
            rule='with_receipt',
            counted_key='with_receipt.person_key',
            from_date='with_receipt.from_date',
            to_date='with_receipt.to_date',
            since='with_receipt.start_date',
            in_numerator="with_receipt.outcome = 'on_time'",
            in_denominator="with_receipt.outcome <> 'short_care'",
            is_assessable="with_receipt.outcome <> 'unknown'",
        ) }}
    from with_receipt
),

final as (
    select * from looked_after
    {%- for code in ['R06b', 'R06c', 'R06d', 'R06e'] %}
    union all
    select * from missing_{{ code | lower }}
    {%- endfor %}
    union all
    select * from adopted
    union all
    select * from ceased
    {%- for code in ['R08', 'R08b'] %}
    union all
    select * from days_to_family_{{ code | lower }}
    {%- endfor %}
    union all
    select * from settled
    union all
    select * from assessed_in_year
    union all
    select * from assessed_up_to_date
    union all
    select * from reviewed
)

select * from final
