with

periods_of_care as (
    select * from {{ ref('int_looked_after__periods_of_care') }}
),

episodes_in_care as (
    select * from {{ ref('int_looked_after__episodes_in_care') }}
),

children as (
    select * from {{ ref('stg_childrens_social_care__looked_after_children') }}
),

covered_spans as (
    select * from {{ ref('int_indicator__covered_spans') }}
    where table_name = 'health_assessments'
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
    where indicator_code = 'S06b'
),

-- Two rows that tell of one assessment are one.
assessments as (
    select * from {{ ref('stg_childrens_social_care__health_assessments') }}
    where assessment_date is not null
    qualify
        row_number() over (
            partition by area_code, person_key, assessment_date
            order by due_date desc
        ) = 1
),

numbered as (
    select
        assessments.*,
        rules.least_assessments_below_that_age,
        row_number() over (
            partition by assessments.area_code, assessments.person_key
            order by assessments.assessment_date asc
        ) as assessment_number
    from assessments
    cross join rules
),

-- For a young child, of the assessments needed the first must lie within the months as well.
with_first_needed as (
    select
        numbered.area_code,
        numbered.person_key,
        numbered.assessment_date,
        first_needed.assessment_date as first_needed_date,
        numbered.submission_id,
        numbered.table_name,
        numbered.row_number
    from numbered
    left join numbered as first_needed
        on
            numbered.area_code = first_needed.area_code
            and numbered.person_key = first_needed.person_key
            and numbered.assessment_number - numbered.least_assessments_below_that_age + 1
            = first_needed.assessment_number
),

care as (
    select
        periods_of_care.area_code,
        periods_of_care.person_key,
        periods_of_care.start_date,
        periods_of_care.end_date,
        periods_of_care.is_start_known,
        rules.definition_version,
        rules.assessment_within_months,
        children.birth_date,
        {{ birthday('children.birth_date', 'rules.twice_yearly_age_below') }} as once_yearly_date,
        {{ first_day_after_months(add_days('periods_of_care.start_date', -1), 'rules.continuous_months') }}
            as long_enough_date,
        episodes_in_care.submission_id,
        episodes_in_care.table_name,
        episodes_in_care.row_number
    from periods_of_care
    inner join episodes_in_care
        on
            periods_of_care.area_code = episodes_in_care.area_code
            and periods_of_care.person_key = episodes_in_care.person_key
            and periods_of_care.start_date = episodes_in_care.start_date
    left join children
        on
            periods_of_care.area_code = children.area_code
            and periods_of_care.person_key = children.person_key
    cross join rules
),

held as (
    select
        care.*,
        with_first_needed.assessment_date,
        with_first_needed.submission_id as held_submission_id,
        with_first_needed.table_name as held_table_name,
        with_first_needed.row_number as held_row_number,
        {{ first_day_after_months('with_first_needed.assessment_date', 'care.assessment_within_months') }}
            as lapses_date,
        {{ first_day_after_months('with_first_needed.first_needed_date', 'care.assessment_within_months') }}
            as lapses_for_young_date
    from care
    inner join with_first_needed
        on
            care.area_code = with_first_needed.area_code
            and care.person_key = with_first_needed.person_key
),

-- Of parts that meet, figures take the one with the latest since_date: an assessment, else care in whose last months
-- nothing can have been missed, else what the returns do not reach back to.
parts as (
    select
        area_code,
        person_key,
        definition_version,
        'unknown' as outcome,
        {{ add_days('start_date', -1) }} as since_date,
        case when is_start_known then long_enough_date else start_date end as from_date,
        end_date as to_date,
        submission_id,
        table_name,
        row_number
    from care

    union all

    select
        care.area_code,
        care.person_key,
        care.definition_version,
        'overdue' as outcome,
        care.start_date as since_date,
        greatest(
            care.long_enough_date,
            {{ first_day_after_months(add_days('covered_spans.covered_from', -1), 'care.assessment_within_months') }}
        ) as from_date,
        least(care.end_date, {{ add_days('covered_spans.covered_to', 1) }}) as to_date,
        care.submission_id,
        care.table_name,
        care.row_number
    from care
    inner join covered_spans
        on care.area_code = covered_spans.area_code
    where care.birth_date is not null

    union all

    select
        area_code,
        person_key,
        definition_version,
        'up_to_date' as outcome,
        {{ add_days('assessment_date', 1) }} as since_date,
        greatest(assessment_date, long_enough_date, once_yearly_date) as from_date,
        least(lapses_date, end_date) as to_date,
        held_submission_id as submission_id,
        held_table_name as table_name,
        held_row_number as row_number
    from held
    where birth_date is not null

    union all

    select
        area_code,
        person_key,
        definition_version,
        'up_to_date' as outcome,
        {{ add_days('assessment_date', 1) }} as since_date,
        greatest(assessment_date, long_enough_date) as from_date,
        least(lapses_for_young_date, once_yearly_date, end_date) as to_date,
        held_submission_id as submission_id,
        held_table_name as table_name,
        held_row_number as row_number
    from held
    where lapses_for_young_date is not null
),

final as (
    select * from parts
    where coalesce(to_date, cast('9999-12-31' as date)) > from_date
)

select * from final
