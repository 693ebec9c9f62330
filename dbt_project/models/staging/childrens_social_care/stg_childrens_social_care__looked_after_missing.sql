with

times_missing as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__missing') }}
),

children as (
    select * from {{ ref('stg_childrens_social_care__looked_after_children') }}
),

sexes as (
    select * from {{ ref('codes') }}
    where code_list = 'sex'
),

episodes as (
    select * from {{ ref('stg_childrens_social_care__looked_after_episodes') }}
),

-- The episode of care that the child was in: its legal status says whether the absence counts. A child in a series of
-- short breaks who is looked after besides was missing from care. One is chosen for each row received, not for each day
-- of a child, so that a day told twice still fails the test of the key.
final as (
    select
        times_missing.area_code,
        times_missing.person_key,
        times_missing.missing as missing_category_code,
        times_missing.mis_start as start_date,
        times_missing.mis_end as end_date,
        coalesce(sexes.breakdown_value, 'unknown') as sex,
        episodes.legal_status_code,
        times_missing.submission_id,
        times_missing.table_name,
        times_missing.row_number
    from times_missing
    left join children
        on
            times_missing.area_code = children.area_code
            and times_missing.person_key = children.person_key
    left join sexes
        on children.sex_code = sexes.code
    left join episodes
        on
            times_missing.area_code = episodes.area_code
            and times_missing.person_key = episodes.person_key
            and {{ is_open_on('times_missing.mis_start', 'episodes.start_date', 'episodes.end_date') }}
    qualify
        row_number() over (
            partition by times_missing.submission_id, times_missing.row_number
            order by
                case when episodes.is_short_breaks then 1 else 0 end asc,
                episodes.start_date desc nulls last
        ) = 1
)

select * from final
