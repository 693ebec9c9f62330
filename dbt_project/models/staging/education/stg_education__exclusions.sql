with

exclusions as (
    {{ in_force('raw', 'raw_education__exclusions__exclusions') }}
),

areas as (
    select * from {{ ref('areas') }}
),

-- Where the school is decides, not where the child lives.
final as (
    select
        exclusions.area_code,
        exclusions.person_key,
        exclusions.submission_id || ' ' || cast(exclusions.row_number as string) as exclusion_key,
        exclusions.school_phase as school_phase_code,
        exclusions.category as category_code,
        exclusions.start_date,
        exclusions.sessions,
        exclusions.reason as reason_code,
        exclusions.review_outcome as review_outcome_code,
        exclusions.submission_id,
        exclusions.table_name,
        exclusions.row_number
    from exclusions
    inner join areas
        on
            exclusions.area_code = areas.area_code
            and exclusions.school_la = areas.la_code
    where coalesce(exclusions.record_status, 'N') <> 'D'
)

select * from final
