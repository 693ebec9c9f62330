with

submissions as (
    select * from {{ ref('stg_published__submissions') }}
),

measures as (
    select
        measures.*,
        submissions.precedence,
        count(*) over (partition by measures.submission_id, measures.short_name) as times_told
    from {{ source('raw', 'raw_published__lait__measures') }} as measures
    inner join submissions
        on measures.submission_id = submissions.submission_id
),

-- The dictionary tells some names twice; the entry updated last counts. Every dictionary in force is searched, newest
-- first, as data and dictionary may come apart.
final as (
    select
        short_name,
        measure_code,
        measure_name,
        polarity,
        unit,
        year_type,
        owner,
        times_told > 1 as is_told_twice,
        {{ add_days("cast('1899-12-30' as date)", 'try_cast(last_updated as integer)') }} as last_updated_on,
        submission_id,
        row_number
    from measures
    qualify
        row_number() over (
            partition by short_name
            order by precedence desc, try_cast(last_updated as integer) desc nulls last, row_number desc
        ) = 1
)

select * from final
