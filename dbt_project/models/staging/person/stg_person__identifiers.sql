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

final as (
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
)

select * from final
