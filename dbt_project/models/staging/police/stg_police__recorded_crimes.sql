with

crimes as (
    {{ in_force('raw', 'raw_police__recorded_crime__recorded_crime') }}
),

final as (
    select
        area_code,
        person_key,
        ho_class as offence_class_code,
        recorded_on as recorded_date,
        coalesce(committed_to, committed_from) as committed_to_date,
        victim_age_at_offence as victim_age,
        victim_sex as victim_sex_code,
        {{ yes_or_no('victim_is_child') }} as is_victim_child,
        {{ yes_or_no('cancelled') }} as is_cancelled,
        submission_id,
        table_name,
        row_number
    from crimes
    where coalesce(record_status, 'N') <> 'D'
)

select * from final
