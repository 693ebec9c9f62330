with

pupil_headcount as (
    {{ in_force('raw', 'raw_education__pupil_headcount__pupil_headcount') }}
),

final as (
    select
        area_code,
        cast(null as string) as person_key,
        census_date,
        school_urn,
        phase as school_phase_code,
        headcount,
        submission_id,
        table_name,
        row_number
    from pupil_headcount
    where coalesce(record_status, 'N') <> 'D'
)

select * from final
