{%- set months = [
    'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november',
    'december'
] -%}

with

submissions as (
    select * from {{ ref('stg_published__submissions') }}
),

named as (
    select
        neighbours.*,
        submissions.precedence,
        submissions.layout_version,
        lower(neighbours.source_name || ' ' || submissions.file_name) as all_names
    from {{ source('raw', 'raw_published__lait__neighbours') }} as neighbours
    inner join submissions
        on neighbours.submission_id = submissions.submission_id
),

-- The workbook does not say of which date its list is: the envelope does, or else month and year in its name.
dated as (
    select
        *,
        case
            when regexp_extract(layout_version, '^([0-9]{4}-[0-9]{2})$', 1) <> '' then layout_version
            {%- for month in months %}
            when regexp_extract(all_names, '{{ month }}[ _-]*([0-9]{4})', 1) <> ''
                then regexp_extract(all_names, '{{ month }}[ _-]*([0-9]{4})', 1) || '-{{ '%02d' % loop.index }}'
            {%- endfor %}
        end as list_version
    from named
),

ranked as (
    {%- for rank in range(1, 11) %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        list_version,
        la_number,
        neighbour_{{ rank }} as neighbour_la_number,
        {{ rank }} as neighbour_rank,
        closeness_{{ rank }} as closeness,
        submission_id,
        row_number,
        precedence
    from dated
    {%- endfor %}
),

final as (
    select
        list_version,
        la_number,
        neighbour_la_number,
        neighbour_rank,
        upper(substr(closeness, 1, 1)) || lower(substr(closeness, 2)) as closeness,
        submission_id,
        row_number
    from ranked
    where
        list_version is not null
        and regexp_extract(neighbour_la_number, '^([0-9]{3})$', 1) <> ''
    qualify
        row_number() over (
            partition by list_version, la_number, neighbour_rank
            order by precedence desc, row_number desc
        ) = 1
)

select * from final
