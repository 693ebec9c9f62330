{#- The name of a figure's cell in ops.disclosure_decisions. -#}
{% macro cell_id(figures) -%}
    {{ figures }}.indicator_code || '|' || {{ figures }}.definition_version || '|' || {{ figures }}.area_code
    || '|' || {{ figures }}.period_type || '|' || cast({{ figures }}.period_end as string)
    || '|' || {{ figures }}.breakdown || '|' || {{ figures }}.breakdown_value
{%- endmacro %}
