{#- The columns of one rule's rows in a subject's members model, in the order that every block of the union has.
      code            indicator; its version comes from `rule`, the alias of int_indicator__rules
      of              alias of the rows that the rule reads; area, child and receipt are theirs
      counted_key     what is counted: a child, a plan, a referral
      from_date       first day of a stock's or window's interval, or the day of a flow's event
      to_date         first day after it; an event's is the next day
      since           of two rows of one counted case on a day, that of the later one speaks; else from_date
      in_numerator, in_denominator   conditions
      is_assessable   false where the data to hand cannot decide the case: it is then neither in the numerator nor in
                      the denominator, and is counted apart
      amount          what a mean or median is of, in the indicator's unit
      cases           how many the row stands for: pupils of a school; else one
      age             age in whole years on from_date, where the supplier tells no date of birth (-1 is unborn); it
                      gives the age bands where the child's date of birth is not known
    The rest are breakdowns; legal_status_code is for leaving out the legal statuses that the indicator leaves out. -#}
{% macro member(
    code,
    of,
    counted_key,
    from_date,
    to_date=none,
    since=none,
    rule='rules',
    in_numerator='true',
    in_denominator='false',
    is_assessable='true',
    amount='cast(null as decimal(18, 4))',
    cases='1',
    age='cast(null as integer)',
    legal_status_code='cast(null as string)',
    sex='cast(null as string)',
    placement='cast(null as string)',
    legal_status='cast(null as string)',
    category_of_abuse='cast(null as string)',
    duration='cast(null as string)',
    source='cast(null as string)',
    pathway='cast(null as string)',
    missing_from='cast(null as string)',
    timing='cast(null as string)',
    responsible_authority='cast(null as string)',
    repeat_definition='cast(null as string)',
    risk_level='cast(null as string)'
) -%}
    '{{ code }}' as indicator_code,
    {{ rule }}.definition_version,
    {{ of }}.area_code,
    {{ of }}.person_key,
    {{ counted_key }} as counted_key,
    {{ from_date }} as from_date,
    {{ to_date or add_days(from_date, 1) }} as to_date,
    {{ since or from_date }} as since_date,
    coalesce(({{ is_assessable }}) and ({{ in_numerator }}), false) as in_numerator,
    coalesce(({{ is_assessable }}) and ({{ in_denominator }}), false) as in_denominator,
    coalesce({{ is_assessable }}, false) as is_assessable,
    {{ amount }} as amount,
    cast({{ cases }} as integer) as cases,
    {{ age }} as age,
    {{ legal_status_code }} as legal_status_code,
    {{ sex }} as sex,
    {{ placement }} as placement,
    {{ legal_status }} as legal_status,
    {{ category_of_abuse }} as category_of_abuse,
    {{ duration }} as duration,
    {{ source }} as source,
    {{ pathway }} as pathway,
    {{ missing_from }} as missing_from,
    {{ timing }} as timing,
    {{ responsible_authority }} as responsible_authority,
    {{ repeat_definition }} as repeat_definition,
    {{ risk_level }} as risk_level,
    {{ of }}.submission_id,
    {{ of }}.table_name,
    {{ of }}.row_number
{%- endmacro %}
