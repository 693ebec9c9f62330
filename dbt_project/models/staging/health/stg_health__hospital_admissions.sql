with

episodes as (
    {{ in_force('raw', 'raw_health__hospital_admissions__hospital_admissions') }}
),

diagnosis_ranges as (
    select * from {{ ref('diagnosis_ranges') }}
),

codes as (
    select * from {{ ref('codes') }}
),

residents as (
    select * from episodes
    where
        coalesce(record_status, 'N') <> 'D'
        and resladst_ons = area_code
),

-- Every diagnosis of an episode, and its first external cause, as a letter and two digits.
diagnoses as (
    {% for field in range(1, 21) %}
    select
        submission_id,
        row_number,
        'any' as field,
        substr(diag_{{ '%02d' % field }}, 1, 3) as icd10_code
    from residents
    where diag_{{ '%02d' % field }} is not null

    union all
    {% endfor %}
    select
        submission_id,
        row_number,
        'first_external_cause' as field,
        substr(cause, 1, 3) as icd10_code
    from residents
    where cause is not null
),

groups_of_episode as (
    select
        diagnoses.submission_id,
        diagnoses.row_number,
        bool_or(diagnosis_ranges.diagnosis_group = 'injury') as is_injury,
        bool_or(diagnosis_ranges.diagnosis_group = 'self_harm') as is_self_harm
    from diagnoses
    inner join diagnosis_ranges
        on
            diagnoses.field = diagnosis_ranges.field
            and diagnoses.icd10_code between diagnosis_ranges.from_code and diagnosis_ranges.to_code
    group by diagnoses.submission_id, diagnoses.row_number
),

-- Of a finished first episode nothing goes on but the quarter, the age and three flags: no day, no diagnosis.
final as (
    select
        residents.area_code,
        cast(null as string) as person_key,
        residents.submission_id || ' ' || cast(residents.row_number as string) as admission_key,
        {{ quarter_end('residents.epiend') }} as quarter_end_date,
        coalesce(cast(ages.breakdown_value as integer), residents.startage) as age_at_start,
        coalesce(methods.breakdown_value = 'emergency', false) as is_emergency,
        coalesce(groups_of_episode.is_injury, false) as is_injury,
        coalesce(groups_of_episode.is_self_harm, false) as is_self_harm,
        residents.submission_id,
        residents.table_name,
        residents.row_number
    from residents
    inner join codes as statuses
        on
            statuses.code_list = 'episode_status'
            and statuses.breakdown_value = 'finished'
            and residents.epistat = statuses.code
    inner join codes as orders
        on
            orders.code_list = 'episode_order'
            and orders.breakdown_value = 'admission'
            and cast(residents.epiorder as string) = orders.code
    left join codes as methods
        on
            methods.code_list = 'method_of_admission'
            and residents.admimeth = methods.code
    left join codes as ages
        on
            ages.code_list = 'age_at_start'
            and cast(residents.startage as string) = ages.code
    left join groups_of_episode
        on
            residents.submission_id = groups_of_episode.submission_id
            and residents.row_number = groups_of_episode.row_number
)

select * from final
