with

cohort as (
    select
        *,
        {{ add_days('academic_year_end', 1) }} as next_academic_year_start
    from {{ ref('int_education__children_in_need') }}
),

attendance as (
    select
        *,
        {{ add_days('term_end', 1) }} as next_term_start
    from {{ ref('int_education__attendance') }}
),

attainment as (
    select * from {{ ref('stg_education__attainment') }}
),

exclusions as (
    select * from {{ ref('stg_education__exclusions') }}
),

headcounts as (
    select * from {{ ref('stg_education__pupil_headcounts') }}
),

crosswalk as (
    select * from {{ ref('int_person__crosswalk') }}
    where method = 'upn'
),

codes as (
    select * from {{ ref('codes') }}
),

periods as (
    select * from {{ ref('periods') }}
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

indicator_parameters as (
    select * from {{ ref('indicator_parameters') }}
),

-- A11: of the children, those absent for a share of their own sessions, or (years to 2014/15) for a fixed number of
-- sessions. A child without a match is not assessable; one without a possible session is not of the measure.
persistently_absent as (
    select
        {{ member(
            'A11',
            'attendance',
            counted_key='attendance.person_key',
            from_date='attendance.term_start',
            to_date='attendance.next_term_start',
            in_numerator='case'
            ~ ' when rules.absence_pct is not null'
            ~ ' then 100 * attendance.sessions_absent >= rules.absence_pct * attendance.sessions_possible'
            ~ ' when attendance.half_terms <= 2 then attendance.sessions_absent >= rules.sessions_autumn'
            ~ ' when attendance.half_terms <= 4 then attendance.sessions_absent >= rules.sessions_autumn_and_spring'
            ~ ' when attendance.half_terms = 5 then attendance.sessions_absent >= rules.sessions_five_half_terms'
            ~ ' else attendance.sessions_absent >= rules.sessions_six_half_terms'
            ~ ' end',
            in_denominator='true',
            is_assessable='attendance.is_known and attendance.is_matched and attendance.age_at_31_august is not null',
        ) }}
    from attendance
    inner join rules
        on
            rules.indicator_code = 'A11'
            and attendance.in_need_on = rules.in_need_on
            and {{ is_valid_on('attendance.academic_year_end', 'rules.valid_from', 'rules.valid_to') }}
    where
        coalesce(attendance.age_at_31_august between rules.age_from and rules.age_to, true)
        and coalesce(attendance.sessions_possible > 0, true)
),

-- A11b: of the children, those found in the schools' returns.
matched_to_attendance as (
    select
        {{ member(
            'A11b',
            'attendance',
            counted_key='attendance.person_key',
            from_date='attendance.term_start',
            to_date='attendance.next_term_start',
            in_numerator='attendance.is_matched',
            in_denominator='true',
            is_assessable='attendance.is_known and attendance.age_at_31_august is not null',
        ) }}
    from attendance
    inner join rules
        on
            rules.indicator_code = 'A11b'
            and attendance.in_need_on = rules.in_need_on
            and {{ is_valid_on('attendance.academic_year_end', 'rules.valid_from', 'rules.valid_to') }}
    where coalesce(attendance.age_at_31_august between rules.age_from and rules.age_to, true)
),

-- A child's result in a measure, as the most checked return tells it.
results as (
    select
        attainment.*,
        crosswalk.lcs_person_key
    from attainment
    inner join crosswalk
        on
            attainment.area_code = crosswalk.area_code
            and attainment.person_key = crosswalk.person_key
    left join codes
        on
            codes.code_list = 'result_status'
            and attainment.result_status_code = codes.code
    qualify
        row_number() over (
            partition by
                attainment.area_code,
                crosswalk.lcs_person_key,
                attainment.academic_year_start,
                attainment.key_stage_code,
                attainment.measure
            order by codes.breakdown_value asc nulls last, attainment.submission_id desc, attainment.row_number desc
        ) = 1
),

results_found as (
    select distinct
        area_code,
        lcs_person_key,
        academic_year_start,
        key_stage_code
    from results
),

children_with_results as (
    select
        cohort.*,
        rules.indicator_code as ruled_indicator_code,
        rules.definition_version,
        rules.end_of_stage_age,
        results.lcs_person_key is not null as is_matched,
        results.end_of_stage_code,
        results.is_reached_code
    from cohort
    inner join rules
        on
            cohort.in_need_on = rules.in_need_on
            and {{ is_valid_on('cohort.academic_year_end', 'rules.valid_from', 'rules.valid_to') }}
    left join results
        on
            cohort.area_code = results.area_code
            and cohort.person_key = results.lcs_person_key
            and cohort.academic_year_start = results.academic_year_start
            and rules.key_stage = results.key_stage_code
            and rules.result_measure = results.measure
    where rules.result_measure is not null
),

-- A09 and A10: of the children at the end of the key stage, those who reached the measure of the year. Whether a child
-- without a match is at the end of it is not known: one of that age is not assessable.
{% for code, match_code in [('A09', 'A09b'), ('A10', 'A10b')] %}
reached_{{ code | lower }} as (
    select
        {{ member(
            code,
            'children_with_results',
            rule='children_with_results',
            counted_key='children_with_results.person_key',
            from_date='children_with_results.academic_year_start',
            to_date='children_with_results.next_academic_year_start',
            in_numerator="children_with_results.is_reached_code = 'Y'",
            in_denominator='true',
            is_assessable='children_with_results.is_known'
            ~ " and children_with_results.end_of_stage_code = 'Y'"
            ~ " and children_with_results.is_reached_code in ('Y', 'N')",
        ) }}
    from children_with_results
    where
        children_with_results.ruled_indicator_code = '{{ code }}'
        and case
            when children_with_results.is_matched then children_with_results.end_of_stage_code <> 'N'
            else
                coalesce(children_with_results.age_at_31_august = children_with_results.end_of_stage_age, true)
        end
),

-- {{ match_code }}: of the children of that age, those found in the return of results.
matched_{{ match_code | lower }} as (
    select
        {{ member(
            match_code,
            'cohort',
            counted_key='cohort.person_key',
            from_date='cohort.academic_year_start',
            to_date='cohort.next_academic_year_start',
            in_numerator='results_found.lcs_person_key is not null',
            in_denominator='true',
            is_assessable='cohort.is_known and cohort.age_at_31_august is not null',
        ) }}
    from cohort
    inner join rules
        on
            rules.indicator_code = '{{ match_code }}'
            and cohort.in_need_on = rules.in_need_on
            and {{ is_valid_on('cohort.academic_year_end', 'rules.valid_from', 'rules.valid_to') }}
            and coalesce(cohort.age_at_31_august = rules.end_of_stage_age, true)
    left join results_found
        on
            cohort.area_code = results_found.area_code
            and cohort.person_key = results_found.lcs_person_key
            and cohort.academic_year_start = results_found.academic_year_start
            and rules.key_stage = results_found.key_stage_code
),
{% endfor %}
-- The headcount of a January stands for its academic year and for each of its terms: one row a term, of which the year
-- counts one.
headcounts_by_term as (
    select
        headcounts.*,
        'headcount ' || headcounts.school_urn || ' ' || cast(academic_years.period_start as string) as headcount_key,
        terms.period_start as term_start
    from headcounts
    inner join periods as academic_years
        on
            academic_years.period_type = 'academic_year'
            and headcounts.census_date between academic_years.period_start and academic_years.period_end
    inner join periods as terms
        on
            terms.period_type = 'term'
            and terms.period_start between academic_years.period_start and academic_years.period_end
    qualify
        row_number() over (
            partition by
                headcounts.area_code, headcounts.school_urn, academic_years.period_start, terms.period_start
            order by headcounts.census_date desc
        ) = 1
),

-- W04, W04b and W05, and W05b by it: exclusions of the indicator's kinds from schools of its phase, over those schools'
-- pupils. An exclusion after which a review reinstated the pupil does not count, where the indicator says so.
{% for code in ['W04', 'W04b', 'W05'] %}
exclusions_{{ code | lower }} as (
    select
        {{ member(
            code,
            'exclusions',
            counted_key='exclusions.exclusion_key',
            from_date='exclusions.start_date',
        ) }}
    from exclusions
    inner join rules
        on
            rules.indicator_code = '{{ code }}'
            and exclusions.school_phase_code = rules.school_phase
    inner join indicator_parameters as categories
        on
            categories.parameter = 'exclusion_category'
            and rules.indicator_code = categories.indicator_code
            and rules.definition_version = categories.definition_version
            and exclusions.category_code = categories.value
    left join indicator_parameters as outcomes_left_out
        on
            outcomes_left_out.parameter = 'excluded_review_outcome'
            and rules.indicator_code = outcomes_left_out.indicator_code
            and rules.definition_version = outcomes_left_out.definition_version
            and exclusions.review_outcome_code = outcomes_left_out.value
    where outcomes_left_out.value is null
),

pupils_{{ code | lower }} as (
    select
        {{ member(
            code,
            'headcounts_by_term',
            counted_key='headcounts_by_term.headcount_key',
            from_date='headcounts_by_term.term_start',
            in_numerator='false',
            in_denominator='true',
            cases='headcounts_by_term.headcount',
        ) }}
    from headcounts_by_term
    inner join rules
        on
            rules.indicator_code = '{{ code }}'
            and headcounts_by_term.school_phase_code = rules.school_phase
),
{% endfor %}
final as (
    select * from persistently_absent
    union all
    select * from matched_to_attendance
    union all
    select * from reached_a09
    union all
    select * from reached_a10
    union all
    select * from matched_a09b
    union all
    select * from matched_a10b
    {%- for code in ['w04', 'w04b', 'w05'] %}
    union all
    select * from exclusions_{{ code }}
    union all
    select * from pupils_{{ code }}
    {%- endfor %}
)

select * from final
