with

submissions as (
    select * from {{ ref('stg_published__submissions') }}
),

benchmarks as (
    select * from {{ source('raw', 'raw_published__lait__benchmarks') }}
),

labelled as (
    select
        benchmarks.*,
        submissions.precedence,
        trim(regexp_replace(benchmarks.year_label, '[(][^)]*[)]', '')) as bare_label,
        lower(regexp_extract(benchmarks.year_label, '[(]([^)]*)[)]', 1)) as label_mark
    from benchmarks
    inner join submissions
        on benchmarks.submission_id = submissions.submission_id
),

-- A label names its last year in full (2016) or by two digits (2015/16, 2016-17, 2014-16, 2013/14-15/16).
split as (
    select
        *,
        regexp_extract(bare_label, '^([0-9]{4})([/-][0-9]{2})?(-[0-9]{2}/[0-9]{2})?$', 1) as first_year_text,
        regexp_extract(bare_label, '([0-9]{2})$', 1) as last_digits
    from labelled
),

numbered as (
    select
        *,
        case
            when first_year_text <> '' and first_year_text <> '0000' then cast(first_year_text as integer)
        end as first_year,
        case when last_digits <> '' then cast(last_digits as integer) end as last_two
    from split
),

final as (
    select
        short_name,
        year_label,
        case
            when first_year is null then null
            when last_two < first_year % 100 then first_year - first_year % 100 + 100 + last_two
            else first_year - first_year % 100 + last_two
        end as year_end,
        label_mark,
        la_number,
        area_name,
        value as value_text,
        submission_id,
        row_number,
        precedence
    from numbered
)

select * from final
