with

police as (
    select * from {{ ref('stg_police__missing_episodes') }}
),

care as (
    select * from {{ ref('stg_childrens_social_care__looked_after_missing') }}
),

interviews as (
    select * from {{ ref('stg_childrens_social_care__return_interviews') }}
),

crosswalk as (
    select * from {{ ref('int_person__crosswalk') }}
    where method = 'lcs_id'
),

areas as (
    select * from {{ ref('areas') }}
),

sexes as (
    select * from {{ ref('codes') }}
    where code_list = 'sex'
),

places as (
    select * from {{ ref('codes') }}
    where code_list = 'went_from'
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
    where
        indicator_code = 'R06'
        and valid_to is null
),

-- A child whom the front door found in the case system is the one of the looked after children's records; any other is
-- a person of the police's own reference.
known as (
    select
        police.*,
        coalesce(crosswalk.lcs_person_key, police.person_key) as child_key,
        crosswalk.lcs_person_key is not null as is_known_to_care,
        coalesce(sexes.breakdown_value, 'unknown') as sex,
        coalesce(places.breakdown_value, 'unknown') as went_from,
        case
            when police.responsible_la_code is null then 'unknown'
            when police.responsible_la_code = areas.la_code then 'own'
            else 'other'
        end as responsible_authority
    from police
    left join crosswalk
        on
            police.area_code = crosswalk.area_code
            and police.person_key = crosswalk.person_key
            and {{ is_valid_on('police.start_date', 'crosswalk.valid_from', 'crosswalk.valid_to') }}
    left join areas
        on police.area_code = areas.area_code
    left join sexes
        on police.sex_code = sexes.code
    left join places
        on police.went_from_code = places.code
),

-- An episode whose end nobody told lasts, when it is laid beside the other's records, until the child's next one by the
-- same teller, and no longer than so many days: it must not swallow all that comes after it.
police_spans as (
    select
        known.*,
        rules.match_days,
        coalesce(
            known.end_date,
            least(
                lead(known.start_date) over (
                    partition by known.area_code, known.child_key
                    order by known.missing_from_at asc, known.occurrence_key asc
                ),
                {{ add_days('known.start_date', 'rules.days_without_end') }}
            )
        ) as compared_end_date
    from known
    cross join rules
    where known.category_code = rules.police_category
),

care_spans as (
    select
        care.*,
        coalesce(
            care.end_date,
            least(
                lead(care.start_date) over (
                    partition by care.area_code, care.person_key
                    order by care.start_date asc
                ),
                {{ add_days('care.start_date', 'rules.days_without_end') }}
            )
        ) as compared_end_date
    from care
    cross join rules
    where care.missing_category_code = rules.missing_category
),

-- One episode told by both: the days on which it began lie close together, or the two overlap.
told_by_both as (
    select
        care_spans.area_code,
        care_spans.person_key,
        care_spans.start_date,
        police_spans.occurrence_key
    from care_spans
    inner join police_spans
        on
            care_spans.area_code = police_spans.area_code
            and care_spans.person_key = police_spans.child_key
    where
        police_spans.is_known_to_care
        and (
            abs({{ days_between('care_spans.start_date', 'police_spans.start_date') }}) <= police_spans.match_days
            or (
                care_spans.start_date <= police_spans.compared_end_date
                and police_spans.start_date <= care_spans.compared_end_date
            )
        )
),

police_told_by_care as (
    select distinct
        area_code,
        occurrence_key
    from told_by_both
),

care_told_by_police as (
    select distinct
        area_code,
        person_key,
        start_date
    from told_by_both
),

-- What the authority says of the interview goes before what the police do.
with_interview as (
    select
        known.*,
        police_told_by_care.occurrence_key is not null as is_told_by_care,
        coalesce(interviews.is_interview_offered, known.is_interview_offered) as is_offered,
        coalesce(interviews.is_interview_accepted, known.is_interview_accepted) as is_accepted,
        coalesce(interviews.interview_at, known.interview_at) as held_at
    from known
    left join police_told_by_care
        on
            known.area_code = police_told_by_care.area_code
            and known.occurrence_key = police_told_by_care.occurrence_key
    left join interviews
        on
            known.area_code = interviews.area_code
            and known.occurrence_key = interviews.occurrence_key
),

-- Two episodes of one teller are never put together: a child who came back and went again was missing twice. So what
-- counts is each of the police's, and of care's those that none of the police's tells.
final as (
    select
        with_interview.area_code,
        with_interview.child_key as person_key,
        'police ' || with_interview.occurrence_key as episode_key,
        case when with_interview.is_told_by_care then 'both' else 'police' end as told_by,
        with_interview.category_code = rules.police_category as is_missing,
        with_interview.start_date,
        with_interview.end_date,
        with_interview.age_at_start,
        with_interview.sex,
        case
            when with_interview.is_told_by_care or with_interview.is_looked_after or with_interview.went_from = 'care'
                then 'care'
            when not with_interview.is_looked_after or with_interview.went_from = 'home' then 'home'
            else 'unknown'
        end as missing_from,
        with_interview.responsible_authority,
        with_interview.match_status_code,
        cast(null as string) as legal_status_code,
        with_interview.is_offered as is_interview_offered,
        with_interview.is_accepted as is_interview_accepted,
        case
            when with_interview.end_date is null then null
            when with_interview.held_at is null then false
            when cast(with_interview.held_at as date) < with_interview.end_date then null
            when {{ has_time('with_interview.returned_at') }} and {{ has_time('with_interview.held_at') }}
                then
                    with_interview.held_at
                    <= {{ add_hours('with_interview.returned_at', 'rules.interview_within_hours') }}
            else
                {{ days_between('with_interview.end_date', 'cast(with_interview.held_at as date)') }}
                <= rules.interview_within_days
        end as is_interview_in_time,
        with_interview.held_at is not null
        and not ({{ has_time('with_interview.returned_at') }} and {{ has_time('with_interview.held_at') }})
            as is_interview_judged_by_day,
        with_interview.submission_id,
        with_interview.table_name,
        with_interview.row_number
    from with_interview
    cross join rules

    union all

    select
        care_spans.area_code,
        care_spans.person_key,
        'care ' || care_spans.person_key || ' ' || cast(care_spans.start_date as string) as episode_key,
        'care' as told_by,
        true as is_missing,
        care_spans.start_date,
        care_spans.end_date,
        cast(null as integer) as age_at_start,
        care_spans.sex,
        'care' as missing_from,
        'own' as responsible_authority,
        cast(null as string) as match_status_code,
        care_spans.legal_status_code,
        cast(null as boolean) as is_interview_offered,
        cast(null as boolean) as is_interview_accepted,
        cast(null as boolean) as is_interview_in_time,
        false as is_interview_judged_by_day,
        care_spans.submission_id,
        care_spans.table_name,
        care_spans.row_number
    from care_spans
    left join care_told_by_police
        on
            care_spans.area_code = care_told_by_police.area_code
            and care_spans.person_key = care_told_by_police.person_key
            and care_spans.start_date = care_told_by_police.start_date
    where care_told_by_police.start_date is null
)

select * from final
