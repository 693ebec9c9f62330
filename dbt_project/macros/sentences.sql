{#- The words for how one figure lies to the one before. -#}
{% macro change_in_words(value, previous) -%}
    case
        when {{ value }} > {{ previous }} then 'up from '
        when {{ value }} < {{ previous }} then 'down from '
        else 'the same as '
    end
{%- endmacro %}


{#- The words for a judgement by the interval (fct_indicator_comparison.significance_england). -#}
{% macro significance_in_words(significance, whose) -%}
    case {{ significance }}
        when 'better' then 'better than ' || {{ whose }} || ' beyond chance'
        when 'worse' then 'worse than ' || {{ whose }} || ' beyond chance'
        when 'higher' then 'higher than ' || {{ whose }} || ' beyond chance'
        when 'lower' then 'lower than ' || {{ whose }} || ' beyond chance'
        when 'similar' then 'no different from ' || {{ whose }} || ' beyond chance'
    end
{%- endmacro %}


{#- The words for a point of a control chart (fct_indicator_trend.signal). -#}
{% macro signal_in_words(signal) -%}
    case {{ signal }}
        when 'improvement' then 'a change for the better that chance does not explain'
        when 'concern' then 'a change for the worse that chance does not explain'
        when 'high' then 'higher than its own past beyond chance'
        when 'low' then 'lower than its own past beyond chance'
    end
{%- endmacro %}
