{#- The submissions that are accepted and not withdrawn as of the run's time, with their precedence: those of agencies,
    or (is_publication) the published files of others, which are about no agency's children and due from nobody. -#}
{% macro accepted_submissions(is_publication) -%}
    select
        known.submission_id,
        known.supplier,
        known.feed,
        known.area_code,
        known.period_start,
        known.period_end,
        known.data_as_at,
        year(known.period_end) + case when month(known.period_end) > 3 then 1 else 0 end as return_year,
        known.finality,
        known.received_at,
        known.layout_version,
        known.file_name,
        row_number() over (
            partition by known.supplier, known.feed, known.area_code
            order by
                known.period_end asc,
                case when known.finality = 'final' then 1 else 0 end asc,
                known.received_at asc,
                known.submission_id asc
        ) as precedence
    from known
    left join (
        select distinct submission_id
        from known
        where status = 'withdrawn'
    ) as withdrawn
        on known.submission_id = withdrawn.submission_id
    where
        known.status = 'accepted'
        and withdrawn.submission_id is null
        and known.supplier {{ '=' if is_publication else '<>' }} 'published'
{%- endmacro %}


{#- The measures of a raw table of published figures, one row each, as the text that was published: every column of the
    contract that is neither part of the receipt nor named in `dimensions`. dbt knows the columns only once the project
    is parsed. The rest are expressions over the table: `item`, what a row is about; `year_end`, the year it ends in;
    `area_code`, `la_number` or `area_name`, by which of them it tells its area; `missing`, what stands in place of a
    figure where its cell is blank. -#}
{% macro published_measures(
    source_table, table_name, dimensions, item, year_end, area_code='null', la_number='null', area_name='null',
    missing='null'
) -%}
    {%- set receipt = ['submission_id', 'row_number', 'source_name'] -%}
    {%- set columns = [] -%}
    {%- if execute -%}
        {%- for node in graph.sources.values() if node.source_name == 'raw' and node.name == source_table -%}
            {%- for name in node.columns if name not in receipt + dimensions -%}
                {%- do columns.append(name) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- else -%}
        {%- do columns.append('submission_id') -%}
    {%- endif -%}
    {%- for column in columns %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        submission_id,
        row_number,
        '{{ table_name }}' as table_name,
        {{ item }} as item,
        '{{ column }}' as measure,
        cast({{ year_end }} as integer) as year_end,
        cast({{ area_code }} as string) as told_area_code,
        cast({{ la_number }} as string) as la_number,
        cast({{ area_name }} as string) as area_name,
        coalesce({{ column }}, cast({{ missing }} as string)) as value_text
    from {{ source('raw', source_table) }}
    {%- endfor %}
{%- endmacro %}


{#- A number in a published file as decimal(28, 12), whether it is written 1953, 34.7 or 9.63E-2; null where the text is
    a symbol or anything else. A status never becomes a number. -#}
{% macro published_number(text) -%}
    try_cast(trim({{ text }}) as decimal(28, 12))
{%- endmacro %}

