with

episodes as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__episodes') }}
),

children as (
    select * from {{ ref('stg_childrens_social_care__looked_after_children') }}
),

codes as (
    select * from {{ ref('codes') }}
),

final as (
    select
        episodes.area_code,
        episodes.person_key,
        episodes.decom as start_date,
        episodes.dec as end_date,
        episodes.rne as reason_new_episode_code,
        episodes.rec as reason_ceased_code,
        episodes.ls as legal_status_code,
        episodes.place as placement_code,
        coalesce(sexes.breakdown_value, 'unknown') as sex,
        coalesce(placements.breakdown_value, 'unknown') as placement,
        coalesce(legal_statuses.breakdown_value, 'unknown') as legal_status,
        coalesce(legal_statuses.breakdown_value = 'short_breaks', false) as is_short_breaks,
        episodes.submission_id,
        episodes.table_name,
        episodes.row_number
    from episodes
    left join children
        on
            episodes.area_code = children.area_code
            and episodes.person_key = children.person_key
    left join codes as sexes
        on
            sexes.code_list = 'sex'
            and children.sex_code = sexes.code
    left join codes as placements
        on
            placements.code_list = 'placement'
            and episodes.place = placements.code
    left join codes as legal_statuses
        on
            legal_statuses.code_list = 'legal_status'
            and episodes.ls = legal_statuses.code
)

select * from final
