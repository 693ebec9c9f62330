{#- What an interval says of a reference value: better or worse where it lies wholly on the good or the bad side
    (`polarity` H or L), else similar; higher or lower where neither side is good. Null where any of them is null. -#}
{% macro significance(lower, upper, reference, polarity) -%}
    case
        when {{ upper }} < {{ reference }}
            then case {{ polarity }} when 'L' then 'better' when 'H' then 'worse' else 'lower' end
        when {{ lower }} > {{ reference }}
            then case {{ polarity }} when 'L' then 'worse' when 'H' then 'better' else 'higher' end
        when {{ lower }} <= {{ reference }} and {{ upper }} >= {{ reference }} then 'similar'
    end
{%- endmacro %}


{#- The part that a value has in four times a quartile of all values: their sum is four times the quartile, so that no
    division rounds it. `place` is the value's among `places`, from 1 for the lowest. A type-7 quantile lies at
    (places - 1) x quarters / 4 above the lowest, between the two values beside it, each weighted by how near it is. -#}
{% macro part_of_quartile_times_4(value, place, places, quarters) -%}
    greatest(4 - abs(({{ places }} - 1) * {{ quarters }} - 4 * ({{ place }} - 1)), 0) * {{ value }}
{%- endmacro %}


{#- Why there is no significance beside a published figure (of England, or of the region), null where there is one.
    `reason` is what stands against it whatever it is set beside. -#}
{% macro no_significance_reason(reason, value, status, whose) -%}
    coalesce(
        {{ reason }},
        case
            when {{ value }} is null then 'There is no published figure of {{ whose }} that can be relied on.'
            when {{ status }} = 'provisional' then 'The published figure of {{ whose }} is provisional.'
        end
    )
{%- endmacro %}
