{#- Y, N and U (not known) of a return as true, false and null; blank is null as well, for blank is not "no". -#}
{% macro yes_or_no(column) -%}
    case {{ column }} when 'Y' then true when 'N' then false end
{%- endmacro %}

{#- A supplier's own reference as a key that does not show it, for rows that are counted or joined by it. Without a
    secret in it: it stays within staging and intermediate, and nothing of it is published. -#}
{% macro hashed(reference) -%}
    md5({{ reference }})
{%- endmacro %}

{#- Whether a timestamp tells more than its day: a day alone is loaded as its first minute. -#}
{% macro has_time(moment) -%}
    ({{ moment }} <> cast(cast({{ moment }} as date) as timestamp))
{%- endmacro %}
