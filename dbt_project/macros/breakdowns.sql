{#- The value that a case (columns of `of`) has in the breakdown that `indicator_breakdowns` names. -#}
{% macro value_in_breakdown(of, breakdowns) -%}
    case indicator_breakdowns.breakdown
            when 'total' then 'total'
            {%- for breakdown in breakdowns %}
            when '{{ breakdown }}' then {{ of }}.{{ breakdown }}
            {%- endfor %}
        end
{%- endmacro %}
