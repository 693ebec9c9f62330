with

episodes as (
    select * from {{ ref('int_missing__episodes') }}
),

rules as (
    select * from {{ ref('int_indicator__rules') }}
),

parameters as (
    select * from {{ ref('indicator_parameters') }}
),

-- Children placed here by another authority are that one's to answer for; where nobody said who is, they are ours.
ours as (
    select * from episodes
    where responsible_authority <> 'other'
),

-- R06, R06f, R06g: children missing, episodes, and children missing more than once (least_events). Absent is no part.
{% for code in ['R06', 'R06f', 'R06g'] %}
missing_{{ code | lower }} as (
    select
        {{ member(
            code,
            'ours',
            counted_key='ours.episode_key' if code == 'R06f' else 'ours.person_key',
            from_date='ours.start_date',
            legal_status_code='ours.legal_status_code',
            age='ours.age_at_start',
            sex='ours.sex',
            missing_from='ours.missing_from',
        ) }}
    from ours
    inner join rules
        on rules.indicator_code = '{{ code }}'
    where ours.is_missing
),
{% endfor %}

-- R06h: children absent, or at no apparent risk. R06i: children missing who are placed here by another authority.
absent as (
    select
        {{ member(
            'R06h',
            'ours',
            counted_key='ours.person_key',
            from_date='ours.start_date',
            age='ours.age_at_start',
        ) }}
    from ours
    inner join rules
        on rules.indicator_code = 'R06h'
    where not ours.is_missing
),

placed_by_others as (
    select
        {{ member(
            'R06i',
            'episodes',
            counted_key='episodes.person_key',
            from_date='episodes.start_date',
            age='episodes.age_at_start',
        ) }}
    from episodes
    inner join rules
        on rules.indicator_code = 'R06i'
    where
        episodes.is_missing
        and episodes.responsible_authority = 'other'
),

-- The police's episodes that ended: what became of the return home interview. Children's social care's own record of an
-- episode tells no reference by which an interview could be found.
ended as (
    select * from ours
    where
        is_missing
        and end_date is not null
        and told_by <> 'care'
),

-- R06j: an interview offered, of all ended. R06k: taken up, of those offered. R06l: held in time, of all ended.
{% for code, numerator, denominator, assessable in [
    ('R06j', 'ended.is_interview_offered', 'true', 'ended.is_interview_offered is not null'),
    (
        'R06k',
        'ended.is_interview_offered and ended.is_interview_accepted',
        'ended.is_interview_offered',
        'not ended.is_interview_offered or ended.is_interview_accepted is not null',
    ),
    (
        'R06l',
        'ended.is_interview_in_time',
        'true',
        'ended.is_interview_in_time or (not ended.is_interview_in_time and ended.is_interview_offered is not null)',
    ),
] %}
interview_{{ code | lower }} as (
    select
        {{ member(
            code,
            'ended',
            counted_key='ended.episode_key',
            from_date='ended.end_date',
            in_numerator=numerator,
            in_denominator=denominator,
            is_assessable=assessable,
        ) }}
    from ended
    inner join rules
        on rules.indicator_code = '{{ code }}'
),
{% endfor %}

-- R06m: of the interviews held in time, those that only the day could judge.
judged_by_day as (
    select
        {{ member(
            'R06m',
            'ended',
            counted_key='ended.episode_key',
            from_date='ended.end_date',
        ) }}
    from ended
    inner join rules
        on rules.indicator_code = 'R06m'
    where
        ended.is_interview_in_time
        and ended.is_interview_judged_by_day
),

-- R06n: of the police's episodes whose child was looked for in the case system, those found. Where nobody looked, it
-- cannot be told.
found_in_care as (
    select
        {{ member(
            'R06n',
            'episodes',
            counted_key='episodes.episode_key',
            from_date='episodes.start_date',
            in_numerator='found.value is not null',
            in_denominator='true',
            is_assessable='attempted.value is not null',
        ) }}
    from episodes
    inner join rules
        on rules.indicator_code = 'R06n'
    left join parameters as found
        on
            found.indicator_code = 'R06n'
            and found.parameter = 'match_found'
            and episodes.match_status_code = found.value
    left join parameters as attempted
        on
            attempted.indicator_code = 'R06n'
            and attempted.parameter = 'match_attempted'
            and episodes.match_status_code = attempted.value
    where episodes.told_by <> 'care'
),

final as (
    {%- for code in ['R06', 'R06f', 'R06g'] %}
    select * from missing_{{ code | lower }}
    union all
    {%- endfor %}
    select * from absent
    union all
    select * from placed_by_others
    {%- for code in ['R06j', 'R06k', 'R06l'] %}
    union all
    select * from interview_{{ code | lower }}
    {%- endfor %}
    union all
    select * from judged_by_day
    union all
    select * from found_in_care
)

select * from final
