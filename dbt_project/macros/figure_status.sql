{#- The status of a figure, what is shown: the first of the closed list that applies. Each argument is a condition in
    SQL, false where it is left out. The order is the one of the statuses that everybody reads:
    failed_quality, not_submitted, late, not_applicable, not_available, suppressed, low_reliability, rounds_to_zero,
    provisional, published. -#}
{% macro figure_status(
    failed_quality='false',
    not_submitted='false',
    late='false',
    not_applicable='false',
    not_available='false',
    suppressed='false',
    low_reliability='false',
    rounds_to_zero='false',
    provisional='false'
) -%}
    case
        {%- for status, condition in [
            ('failed_quality', failed_quality),
            ('not_submitted', not_submitted),
            ('late', late),
            ('not_applicable', not_applicable),
            ('not_available', not_available),
            ('suppressed', suppressed),
            ('low_reliability', low_reliability),
            ('rounds_to_zero', rounds_to_zero),
            ('provisional', provisional),
        ] if condition != 'false' %}
        when {{ condition }} then '{{ status }}'
        {%- endfor %}
        else 'published'
    end
{%- endmacro %}


{#- `number` (a decimal) rounded half up to the places in the column `decimals`, 0 to 4: both engines take the number of
    places as a constant only. -#}
{% macro round_half_up(number, decimals) -%}
    case {{ decimals }}
        {%- for places in range(5) %}
        when {{ places }} then cast(round({{ number }}, {{ places }}) as decimal(18, 6))
        {%- endfor %}
    end
{%- endmacro %}
