with

missing as (
    select * from {{ ref('stg_childrens_social_care__looked_after_missing') }}
),

children as (
    select * from {{ ref('stg_childrens_social_care__looked_after_children') }}
),

codes as (
    select * from {{ ref('codes') }}
    where code_list = 'sex'
),

episodes as (
    select * from {{ ref('stg_childrens_social_care__looked_after_episodes') }}
),

-- The episode of care that the child was in: its legal status says whether the absence counts. A child in a series of
-- short breaks who is looked after besides was missing from care.
final as (
    select
        missing.area_code,
        missing.person_key,
        missing.missing_category_code,
        missing.start_date,
        missing.end_date,
        coalesce(codes.breakdown_value, 'unknown') as sex,
        episodes.legal_status_code,
        missing.submission_id,
        missing.table_name,
        missing.row_number
    from missing
    left join children
        on
            missing.area_code = children.area_code
            and missing.person_key = children.person_key
    left join codes
        on children.sex_code = codes.code
    left join episodes
        on
            missing.area_code = episodes.area_code
            and missing.person_key = episodes.person_key
            and {{ is_open_on('missing.start_date', 'episodes.start_date', 'episodes.end_date') }}
    qualify
        row_number() over (
            partition by missing.area_code, missing.person_key, missing.start_date
            order by
                case when episodes.is_short_breaks then 1 else 0 end asc,
                episodes.start_date desc nulls last
        ) = 1
)

select * from final
