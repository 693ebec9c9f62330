with

measures as (
    select distinct
        source,
        table_name,
        submission_id,
        row_number,
        area_code
    from {{ ref('stg_published__measures') }}
),

lait_benchmarks as (
    select * from {{ ref('stg_published__lait_benchmarks') }}
),

lait_areas as (
    select * from {{ ref('lait_areas') }}
),

areas as (
    select * from {{ ref('areas') }}
),

authorities as (
    select distinct la_code from areas
),

without_year as (
    select
        'lait' as source,
        'benchmarks' as table_name,
        submission_id,
        'no_year' as reason_code,
        'The year label holds no year.' as kept_out_reason
    from lait_benchmarks
    where year_end is null
),

lait_elsewhere as (
    select
        'lait' as source,
        'benchmarks' as table_name,
        lait_benchmarks.submission_id,
        'area_not_in_list' as reason_code,
        'The area is not in the list of areas (Inner and Outer London are no regions here).' as kept_out_reason
    from lait_benchmarks
    left join lait_areas
        on lait_benchmarks.la_number = lait_areas.la_number
    left join authorities
        on lait_benchmarks.la_number = authorities.la_code
    where
        lait_benchmarks.year_end is not null
        and lait_areas.la_number is null
        and authorities.la_code is null
),

elsewhere as (
    select
        measures.source,
        measures.table_name,
        measures.submission_id,
        'area_not_in_list' as reason_code,
        'The area is not in the list of areas (Inner and Outer London are no regions here).' as kept_out_reason
    from measures
    left join areas
        on measures.area_code = areas.area_code
    where areas.area_code is null
),

together as (
    select * from without_year
    union all
    select * from lait_elsewhere
    union all
    select * from elsewhere
),

final as (
    select
        source,
        table_name,
        submission_id,
        reason_code,
        kept_out_reason,
        count(*) as rows_kept_out
    from together
    group by source, table_name, submission_id, reason_code, kept_out_reason
)

select * from final
