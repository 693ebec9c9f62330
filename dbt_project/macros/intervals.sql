{#- 95% intervals, as the Office for Health Improvement and Disparities' method (PHEindicatormethods) has them. They
    are worked out in binary floats, good to 15 digits: a bound is an estimate, shown to no more than six places, while
    the figure itself stays decimal. `side` is 'lower' or 'upper'; `z` the standard normal quantile (1.96). -#}

{#- Byar's limit of a count, for counts from `exact_below` on; below it the exact Poisson limits are in a seed. -#}
{% macro byar_limit(side, cases, z) -%}
    {%- set x = 'cast(' ~ cases ~ ' as double)' if side == 'lower' else '(cast(' ~ cases ~ ' as double) + 1)' -%}
    {{ x }} * power(
        1 - 1 / (9 * {{ x }}) {{ '-' if side == 'lower' else '+' }} cast({{ z }} as double) / (3 * sqrt({{ x }})), 3
    )
{%- endmacro %}


{#- Wilson's limit of the proportion `cases` out of `of`, from 0 to 1. -#}
{% macro wilson_limit(side, cases, of, z) -%}
    {%- set x = 'cast(' ~ cases ~ ' as double)' -%}
    {%- set n = 'cast(' ~ of ~ ' as double)' -%}
    {%- set z = 'cast(' ~ z ~ ' as double)' -%}
    (
        2 * {{ x }} + {{ z }} * {{ z }}
        {{ '-' if side == 'lower' else '+' }} {{ z }} * sqrt({{ z }} * {{ z }} + 4 * {{ x }} * (1 - {{ x }} / {{ n }}))
    ) / (2 * ({{ n }} + {{ z }} * {{ z }}))
{%- endmacro %}


{#- The limit of a figure by its `ci_method` (byar, wilson or none) and on its own scale: a rate or percentage by
    multiplier over denominator, a count (`is_count`) as it is. Null without a count or a denominator above 0, and
    where a share is of more cases than there are. `exact_limit` is the seed's limit for this very count, if it has
    one. -#}
{% macro interval_limit(
    side, ci_method, cases, denominator, multiplier, is_count, z, exact_below, exact_limit
) -%}
    case
        when {{ ci_method }} = 'wilson' and {{ denominator }} > 0 and {{ cases }} between 0 and {{ denominator }}
            then {{ multiplier }} * {{ wilson_limit(side, cases, denominator, z) }}
        when {{ ci_method }} = 'byar' and ({{ is_count }} or {{ denominator }} > 0)
            then
                case
                    when {{ cases }} >= {{ exact_below }} then {{ byar_limit(side, cases, z) }}
                    else cast({{ exact_limit }} as double)
                end
                * case
                    when {{ is_count }} then 1
                    else cast({{ multiplier }} as double) / cast({{ denominator }} as double)
                end
    end
{%- endmacro %}
