with

cohort as (
    select * from {{ ref('int_education__children_in_need') }}
),

attendance as (
    select * from {{ ref('stg_education__attendance') }}
),

crosswalk as (
    select * from {{ ref('int_person__crosswalk') }}
    where method = 'upn'
),

codes as (
    select * from {{ ref('codes') }}
),

covered_spans as (
    select * from {{ ref('int_indicator__covered_spans') }}
    where
        supplier = 'education'
        and feed = 'attendance'
),

main_enrolments as (
    select distinct value as enrolment_code
    from {{ ref('indicator_parameters') }}
    where parameter = 'enrolment'
),

academic_years as (
    select * from {{ ref('periods') }}
    where period_type = 'academic_year'
),

-- The terms of each academic year in their order; the last one lasts until the next year begins.
terms as (
    select
        academic_years.period_start as academic_year_start,
        terms_of_year.period_start as term_start,
        terms_of_year.period_end as term_end,
        row_number() over (
            partition by academic_years.period_start
            order by terms_of_year.period_start asc
        ) as term_number
    from academic_years
    inner join {{ ref('periods') }} as terms_of_year
        on
            terms_of_year.period_type = 'term'
            and terms_of_year.period_start between academic_years.period_start and academic_years.period_end
),

told as (
    select
        attendance.*,
        cast(term_codes.breakdown_value as integer) as term_number,
        cast(half_term_codes.breakdown_value as integer) as half_terms,
        main_enrolments.enrolment_code is not null as is_main
    from attendance
    inner join codes as term_codes
        on
            term_codes.code_list = 'term'
            and attendance.term_code = term_codes.code
    inner join codes as half_term_codes
        on
            half_term_codes.code_list = 'half_terms'
            and attendance.term_code = half_term_codes.code
    left join main_enrolments
        on attendance.enrolment_code = main_enrolments.enrolment_code
),

-- How far the authority's returns reach in the year by the end of each term: 5 half terms, or 6.
reach as (
    select
        terms.academic_year_start,
        terms.term_number,
        told.area_code,
        max(told.half_terms) as half_terms
    from terms
    inner join told
        on
            terms.academic_year_start = told.academic_year_start
            and terms.term_number >= told.term_number
    group by terms.academic_year_start, terms.term_number, told.area_code
),

-- What a pupil who is the child has been told of by the end of each term: terms, schools and main enrolments summed.
sums as (
    select
        terms.academic_year_start,
        terms.term_number,
        told.area_code,
        crosswalk.lcs_person_key as person_key,
        max(told.age_at_31_august) as age_at_31_august,
        sum(case when told.is_main then told.sessions_possible else 0 end) as sessions_possible,
        sum(case when told.is_main then told.sessions_absent else 0 end) as sessions_absent
    from terms
    inner join told
        on
            terms.academic_year_start = told.academic_year_start
            and terms.term_number >= told.term_number
    inner join crosswalk
        on
            told.area_code = crosswalk.area_code
            and told.person_key = crosswalk.person_key
    group by terms.academic_year_start, terms.term_number, told.area_code, crosswalk.lcs_person_key
),

-- A sum is one only where the returns reach back to the year's first day.
final as (
    select
        cohort.area_code,
        cohort.person_key,
        cohort.academic_year_start,
        cohort.academic_year_end,
        cohort.in_need_on,
        terms.term_start,
        terms.term_end,
        coalesce(sums.age_at_31_august, cohort.age_at_31_august) as age_at_31_august,
        reach.half_terms,
        sums.sessions_possible,
        sums.sessions_absent,
        sums.person_key is not null as is_matched,
        cohort.is_known and covered_spans.area_code is not null as is_known,
        cohort.submission_id,
        cohort.table_name,
        cohort.row_number
    from cohort
    inner join terms
        on cohort.academic_year_start = terms.academic_year_start
    left join sums
        on
            cohort.area_code = sums.area_code
            and cohort.person_key = sums.person_key
            and terms.academic_year_start = sums.academic_year_start
            and terms.term_number = sums.term_number
    left join reach
        on
            cohort.area_code = reach.area_code
            and terms.academic_year_start = reach.academic_year_start
            and terms.term_number = reach.term_number
    left join covered_spans
        on
            cohort.area_code = covered_spans.area_code
            and terms.academic_year_start >= covered_spans.covered_from
            and terms.term_end <= covered_spans.covered_to
)

select * from final
