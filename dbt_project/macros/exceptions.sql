{#- The id of an exception: the same for the same rule, indicator and period in every release. The columns are those of
    `rows`; an exception about a feed has supplier and feed in place of an indicator. -#}
{% macro exception_id(rows) -%}
    {{ sha256_hex(
        rows ~ ".rule_code || '|' || coalesce(" ~ rows ~ ".indicator_code, " ~ rows ~ ".supplier || '/' || "
        ~ rows ~ ".feed) || '|' || coalesce(" ~ rows ~ ".definition_version, '') || '|' || " ~ rows ~ ".area_code"
        ~ " || '|' || " ~ rows ~ ".period_type || '|' || cast(" ~ rows ~ ".period_end as string) || '|' || "
        ~ rows ~ ".breakdown"
    ) }}
{%- endmacro %}


{#- A number with the places of its indicator and a comma before each three digits, as the Board's pages write it:
    2,034. The places are cut off from the right, so that the commas fall where they belong. -#}
{% macro number_in_words(value, places) -%}
    {%- set rounded = "cast(" ~ value ~ " as decimal(18, " ~ places ~ "))" -%}
    {%- set written = "cast(" ~ rounded ~ " as string)" -%}
    {%- set tail = places + 1 if places else 0 -%}
    case
        when {{ rounded }} >= 1000000
            then
                substr({{ written }}, 1, length({{ written }}) - {{ tail + 6 }}) || ','
                || substr({{ written }}, length({{ written }}) - {{ tail + 5 }}, 3) || ','
                || substr({{ written }}, length({{ written }}) - {{ tail + 2 }})
        when {{ rounded }} >= 1000
            then
                substr({{ written }}, 1, length({{ written }}) - {{ tail + 3 }}) || ','
                || substr({{ written }}, length({{ written }}) - {{ tail + 2 }})
        else {{ written }}
    end
{%- endmacro %}


{#- A figure as a sentence writes it: with the places and the unit of its indicator. -#}
{% macro figure_in_words(value, decimals, unit) -%}
    case {{ decimals }}
        {%- for places in range(5) %}
        when {{ places }} then {{ number_in_words(value, places) }}
        {%- endfor %}
    end || case {{ unit }}
        when 'percent' then '%'
        when 'days' then case when cast({{ value }} as decimal(18, 6)) = 1 then ' day' else ' days' end
        else ''
    end
{%- endmacro %}


{#- `text` with words in {braces} filled in: `words` maps each to an expression, of which null leaves the place empty. -#}
{% macro filled_in(text, words) -%}
    {%- set filled = namespace(text=text) -%}
    {%- for word, expression in words.items() -%}
        {%- set filled.text = "replace(" ~ filled.text ~ ", '{" ~ word ~ "}', coalesce(" ~ expression ~ ", ''))" -%}
    {%- endfor -%}
    {{ filled.text }}
{%- endmacro %}


{#- The sentence of an exception: the frame of `rows` with the figures that it may hold. Each of the four is an
    expression: the marts and the Board's file fill in their own cells. -#}
{% macro exception_sentence(rows, value, previous, counter_value, counter_previous) -%}
    {%- set decimals, unit = rows ~ '.decimals', rows ~ '.unit' -%}
    {%- set counter_decimals, counter_unit = rows ~ '.counter_decimals', rows ~ '.counter_unit' -%}
    {{ filled_in(rows ~ '.frame', {
        'value': figure_in_words(value, decimals, unit),
        'previous': figure_in_words(previous, decimals, unit),
        'counter_value': figure_in_words(counter_value, counter_decimals, counter_unit),
        'counter_previous': figure_in_words(counter_previous, counter_decimals, counter_unit),
    }) }}
{%- endmacro %}
