{#- Side, kind, raw table, column. The case system's own numbers and the pupil numbers that it holds are one side; what
    suppliers tell of the same kinds is the other. -#}
{% set tellers = [
    ('case_system', 'lcs_id', 'raw_childrens_social_care__ssda903__header', 'child'),
    ('case_system', 'lcs_id', 'raw_childrens_social_care__cin_census__children', 'la_child_id'),
    ('case_system', 'upn', 'raw_childrens_social_care__ssda903__header', 'upn'),
    ('case_system', 'upn', 'raw_childrens_social_care__cin_census__children', 'upn'),
    ('case_system', 'upn', 'raw_childrens_social_care__cin_census__children', 'former_upn'),
    ('supplier', 'lcs_id', 'raw_police__missing_episodes__missing_episodes', 'lcs_id'),
    ('supplier', 'lcs_id', 'raw_police__domestic_abuse_referrals__domestic_abuse_referrals', 'lcs_id'),
    ('supplier', 'upn', 'raw_education__attendance__attendance', 'upn'),
    ('supplier', 'upn', 'raw_education__attainment__attainment', 'upn'),
    ('supplier', 'upn', 'raw_education__exclusions__exclusions', 'upn'),
] %}
with

submissions as (
    select * from {{ ref('stg_ops__submissions') }}
),

told as (
    {%- for side, kind, table, column in tellers %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        '{{ side }}' as side,
        '{{ kind }}' as kind,
        submission_id,
        person_key,
        upper(trim({{ column }})) as identifier
    from {{ source('raw', table) }}
    {%- endfor %}
),

-- They end here: what comes out has keyed pseudonyms alone.
identifiers as (
    select
        told.side,
        told.kind,
        submissions.area_code,
        told.person_key,
        told.identifier,
        min(submissions.period_start) as told_from
    from told
    inner join submissions
        on told.submission_id = submissions.submission_id
    where
        told.identifier is not null
        -- Why there is no pupil number (UN1 to UN7) is none.
        and not (told.kind = 'upn' and told.identifier like 'UN%')
    group by told.side, told.kind, submissions.area_code, told.person_key, told.identifier
),

pairs as (
    select
        tellers.area_code,
        tellers.person_key,
        known.person_key as lcs_person_key,
        tellers.kind as method,
        min(tellers.told_from) as told_from
    from identifiers as tellers
    inner join identifiers as known
        on
            tellers.area_code = known.area_code
            and tellers.kind = known.kind
            and tellers.identifier = known.identifier
    where tellers.side = 'supplier' and known.side = 'case_system'
    group by tellers.area_code, tellers.person_key, known.person_key, tellers.kind
),

-- A pupil number that the case system holds for two children names neither. The number of the case system that a
-- supplier tells for one person may be put right: each holds until the next is told.
told_apart as (
    select
        *,
        count(*) over (partition by area_code, person_key, method) as children_told,
        count(*) over (partition by area_code, person_key, method, told_from) as children_told_at_once,
        lag(told_from) over (partition by area_code, person_key, method order by told_from asc) as told_before,
        lead(told_from) over (partition by area_code, person_key, method order by told_from asc) as told_next
    from pairs
),

final as (
    select
        area_code,
        person_key,
        lcs_person_key,
        method,
        case when told_before is not null then told_from end as valid_from,
        {{ add_days('told_next', -1) }} as valid_to
    from told_apart
    where case method when 'upn' then children_told else children_told_at_once end = 1
)

select * from final
