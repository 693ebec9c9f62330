with

entrants as (
    {{ in_force('raw', 'raw_youth_justice__first_time_entrants__first_time_entrants') }}
),

final as (
    select
        area_code,
        person_key,
        first_outcome_date,
        outcome as outcome_code,
        age_at_outcome,
        sex as sex_code,
        submission_id,
        table_name,
        row_number
    from entrants
)

select * from final
