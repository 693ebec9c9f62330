with

substance_misuse as (
    {{ in_force('raw', 'raw_public_health__substance_misuse__substance_misuse') }}
),

final as (
    select
        area_code,
        person_key,
        submission_id || ' ' || cast(row_number as string) as journey_key,
        age_at_exit,
        sex as sex_code,
        treatment_start as start_date,
        exit_date,
        exit_reason as exit_reason_code,
        main_substance as main_substance_code,
        submission_id,
        table_name,
        row_number
    from substance_misuse
    where coalesce(record_status, 'N') <> 'D'
)

select * from final
