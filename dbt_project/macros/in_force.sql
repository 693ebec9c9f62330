{#- The rows of a raw table that are in force as of the time in ops.run_control, one per entity, each with its
    area_code, table_name and receipt (submission_id, row_number). How returns displace one another is the merge rule
    of the contract, which the generated sources carry as meta:
      latest_by_key    the row of the return of the highest precedence speaks for its key, unless it is withdrawn: by a
                       return of higher precedence whose window meets the row's own dates and that does not hold the
                       key. Where it is, the next lower row that is not withdrawn itself speaks
        per_return_year  the same within the return year that the window ends in: there all rows of the year go at once
        never_withdrawn  the same, and absence from a later return says nothing
      replace_window   a return replaces every earlier row that begins within its window
      with_parent      in force while the parent row of the same submission is
      append           every row
    Precedence between returns is in stg_ops__submissions.
    `key` and `covers` take the place of the contract's where a part of a record has days of its own. -#}
{% macro in_force(source_name, source_table, key=none, covers=none) -%}
    {%- set meta = dict(source_meta(source_name, source_table)) -%}
    {%- if key -%}{%- do meta.update({'key': key, 'covers': covers}) -%}{%- endif -%}
    {%- if meta.merge == 'with_parent' -%}
        {{ rows_with_parent_in_force(source_name, source_table, meta) }}
    {%- else -%}
        select latest.*
        from (
            {{ rows_received(source_name, source_table, meta) }}
            {%- if meta.merge == 'latest_by_key' %}
            qualify {{ position_by_key('records', 'submissions', meta) }} = 1
            {%- endif %}
        ) as latest
        {%- if meta.merge != 'append' and not meta.get('never_withdrawn') %}
        where not exists ({{ later_return_that_covers('latest', meta) }})
        {%- endif %}
        {%- if meta.merge == 'latest_by_key' and meta.get('covers') %}
        union all
        select latest.*
        from ({{ older_rows_in_force(source_name, source_table, meta) }}) as latest
        {%- endif %}
    {%- endif -%}
{%- endmacro %}


{#- Every row of the table that an accepted return holds, with the return's precedence. -#}
{% macro rows_received(source_name, source_table, meta) -%}
    select
        records.*,
        submissions.supplier,
        submissions.feed,
        submissions.area_code,
        submissions.precedence,
        submissions.return_year,
        '{{ meta.table }}' as table_name
    from {{ source(source_name, source_table) }} as records
    inner join {{ ref('stg_ops__submissions') }} as submissions
        on records.submission_id = submissions.submission_id
{%- endmacro %}


{#- 1 for the row of a key in the return of the highest precedence, 2 for the next. -#}
{% macro position_by_key(records, submissions, meta) -%}
    row_number() over (
        partition by
            {{ submissions }}.area_code,
            {%- if meta.get('per_return_year') %}
            {{ submissions }}.return_year,
            {%- endif %}
            {{ records }}.{{ meta.key | join(', ' ~ records ~ '.') }}
        order by {{ submissions }}.precedence desc, {{ records }}.row_number desc
    )
{%- endmacro %}


{#- For each key whose newest row is withdrawn: its newest older row that is not. Few keys are, and only their rows are
    looked at: asking of each row of each return whether it is withdrawn costs several times this. -#}
{% macro older_rows_in_force(source_name, source_table, meta) -%}
    with

    -- Neither day is ever null here: max_by passes over nulls on DuckDB and not on Spark.
    newest as (
        select
            submissions.supplier,
            submissions.feed,
            submissions.area_code,
            {{ 'records.' ~ meta.key | join(', records.') }},
            max(submissions.precedence) as precedence,
            max_by(
                coalesce(cast(records.{{ meta.covers['from'] }} as date), cast('9999-12-31' as date)),
                submissions.precedence
            ) as first_day,
            max_by({{ last_day_covered('records', meta) }}, submissions.precedence) as last_day
        from {{ source(source_name, source_table) }} as records
        inner join {{ ref('stg_ops__submissions') }} as submissions
            on records.submission_id = submissions.submission_id
        group by
            submissions.supplier,
            submissions.feed,
            submissions.area_code,
            {{ 'records.' ~ meta.key | join(', records.') }}
    ),

    withdrawn as (
        select newest.*
        from newest
        where exists (
            select 1
            from {{ ref('stg_ops__submissions') }} as later
            inner join {{ source('ops', 'submission_tables') }} as held
                on later.submission_id = held.submission_id
            where
                {{ is_later('newest', meta) }}
                and later.period_end >= newest.first_day
                and later.period_start <= newest.last_day
        )
    ),

    older as (
        {{ rows_received(source_name, source_table, meta) }}
        inner join withdrawn
            on
                submissions.area_code = withdrawn.area_code
                and submissions.precedence < withdrawn.precedence
                {{- same_key('records', 'withdrawn', meta) }}
    ),

    -- A return that holds the key has a row that outranks the older one, and withdraws nothing.
    holders as (
        select
            area_code,
            precedence,
            {{ meta.key | join(', ') }}
        from withdrawn
        union
        select
            area_code,
            precedence,
            {{ meta.key | join(', ') }}
        from older
    ),

    older_withdrawn as (
        select distinct
            older.submission_id,
            older.row_number
        from older
        inner join {{ ref('stg_ops__submissions') }} as later
            on older.area_code = later.area_code
        inner join {{ source('ops', 'submission_tables') }} as held
            on later.submission_id = held.submission_id
        left join holders
            on
                later.area_code = holders.area_code
                and later.precedence = holders.precedence
                {{- same_key('older', 'holders', meta) }}
        where
            holders.precedence is null
            and {{ is_later_and_covers('older', meta) }}
    )

    select older.*
    from older
    left join older_withdrawn
        on
            older.submission_id = older_withdrawn.submission_id
            and older.row_number = older_withdrawn.row_number
    where older_withdrawn.row_number is null
    qualify {{ position_by_key('older', 'older', meta) }} = 1
{%- endmacro %}


{% macro same_key(one, other, meta) -%}
    {%- for column in meta.key %}
                and {{ one }}.{{ column }} = {{ other }}.{{ column }}
    {%- endfor %}
{%- endmacro %}


{#- A return that withdraws the newest row of a key, or replaces a row of its window. -#}
{% macro later_return_that_covers(record, meta) -%}
    select 1
    from {{ ref('stg_ops__submissions') }} as later
    inner join {{ source('ops', 'submission_tables') }} as held
        on later.submission_id = held.submission_id
    where
        {{ is_later_and_covers(record, meta) }}
{%- endmacro %}


{#- Whether the return `later` has a higher precedence than the record's and holds (`held`) the table. -#}
{% macro is_later(record, meta) -%}
    held.table_name = '{{ meta.table }}'
    and later.supplier = {{ record }}.supplier
    and later.feed = {{ record }}.feed
    and later.area_code = {{ record }}.area_code
    and later.precedence > {{ record }}.precedence
{%- endmacro %}


{#- The same, and its window meets the days of the record. -#}
{% macro is_later_and_covers(record, meta) -%}
    {{ is_later(record, meta) }}
    {%- if meta.get('per_return_year') %}
    and later.return_year = {{ record }}.return_year
    {%- else %}
    and later.period_end >= cast({{ record }}.{{ meta.covers['from'] }} as date)
    and later.period_start <= {{ last_day_covered(record, meta) }}
    {%- endif %}
{%- endmacro %}


{#- The last day on which a return must carry the record. A record that ends on a day (an episode ceased, a case
    closed) is over on that day: a window that opens then need not carry it. -#}
{% macro last_day_covered(record, meta) -%}
    {%- set starts = 'cast(' ~ record ~ '.' ~ meta.covers['from'] ~ ' as date)' -%}
    {%- if meta.merge == 'replace_window' -%}
        {{ starts }}
    {%- else -%}
        case
            {%- if meta.covers.get('to') %}
            {%- set ends = 'cast(' ~ record ~ '.' ~ meta.covers['to'] ~ ' as date)' %}
            when {{ ends }} <= {{ starts }} then {{ starts }}
            when {{ ends }} is not null then {{ add_days(ends, -1) }}
            {%- endif %}
            {%- if meta.covers.get('one_day_if') %}
            when {{ record }}.{{ meta.covers['one_day_if'] }} then {{ starts }}
            {%- endif %}
            else cast('9999-12-31' as date)
        end
    {%- endif -%}
{%- endmacro %}


{#- Nested rows without dates of their own, such as the disabilities of a child. -#}
{% macro rows_with_parent_in_force(source_name, source_table, meta) -%}
    {%- set parent_table = source_table[:-(meta.table | length)] ~ meta.parent -%}
    select
        records.*,
        parents.area_code,
        parents.precedence,
        '{{ meta.table }}' as table_name
    from {{ source(source_name, source_table) }} as records
    inner join ({{ in_force(source_name, parent_table) }}) as parents
        on
            records.submission_id = parents.submission_id
            and records.parent_row_number = parents.row_number
{%- endmacro %}


{#- What the contract says of a raw table: merge, key, covers, parent. dbt knows it only once the project is parsed;
    while parsing, the rule that reads the most tables stands in, so that dbt sees them all. -#}
{% macro source_meta(source_name, source_table) -%}
    {%- if not execute -%}
        {{ return({
            'merge': 'latest_by_key', 'table': source_table, 'key': ['submission_id'], 'covers': {'from': 'submission_id'}
        }) }}
    {%- endif -%}
    {%- for node in graph.sources.values() if node.source_name == source_name and node.name == source_table -%}
        {{ return(node.config.meta) }}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error(
        "No source " ~ source_name ~ "." ~ source_table ~ ": its contract under sources/ generates the sources file."
    ) }}
{%- endmacro %}
