{#- Detects rows that share a key. A returned row is a key that stands more than once; a null is a value like any other,
    as a key with a gap in it is no key. -#}
{% test unique_combination(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as occurrences
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
