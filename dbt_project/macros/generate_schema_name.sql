{#- A model's schema is the one its folder names, without the target's schema before it: staging, intermediate, marts,
    board, reference. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
