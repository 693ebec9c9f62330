with

episodes as (
    {{ in_force('raw', 'raw_childrens_social_care__ssda903__episodes') }}
),

final as (
    select
        area_code,
        person_key,
        decom as start_date,
        dec as end_date,
        rne as reason_new_episode_code,
        rec as reason_ceased_code,
        ls as legal_status_code,
        place as placement_code,
        submission_id,
        table_name,
        row_number
    from episodes
)

select * from final
