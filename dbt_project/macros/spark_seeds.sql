{#- Seeds on Spark: dbt-spark hands values over between quotes as they are, so that an apostrophe ends the text and an
    empty cell becomes the word None. Every column of a seed has a type, so every value comes as text. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model.config.column_types -%}
    {%- set sql -%}
        insert into {{ this.render() }} values
        {%- for row in agate_table.rows %}
        (
            {%- for name in agate_table.column_names -%}
                cast({{ spark_text(row[name]) }} as {{ types[name] }}){{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{%- endmacro %}

{% macro spark_text(value) -%}
    {%- if value is none -%}
        null
    {%- else -%}
        '{{ value | string | replace('\\', '\\\\') | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}
