with

told as (
    {{ in_force('raw', 'raw_police__missing_episodes__missing_episodes') }}
),

known as (
    select
        submissions.area_code,
        children.child as lcs_id,
        children.person_key
    from {{ source('raw', 'raw_childrens_social_care__ssda903__header') }} as children
    inner join {{ ref('stg_ops__submissions') }} as submissions
        on children.submission_id = submissions.submission_id

    union

    select
        submissions.area_code,
        children.la_child_id as lcs_id,
        children.person_key
    from {{ source('raw', 'raw_childrens_social_care__cin_census__children') }} as children
    inner join {{ ref('stg_ops__submissions') }} as submissions
        on children.submission_id = submissions.submission_id
),

final as (
    select distinct
        told.area_code,
        told.person_key,
        known.person_key as lcs_person_key,
        'lcs_id' as method,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to
    from told
    inner join known
        on
            told.area_code = known.area_code
            and told.lcs_id = known.lcs_id
)

select * from final
