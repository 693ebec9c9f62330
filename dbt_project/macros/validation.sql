{#- How the models int_validation__* are written: a union of these, with joins and conditions after them. The codes,
    ages and days of the rules are rows of the seed validation_parameters, which a model reads as `parameters`.

    Spark works a step anew for each branch of a union that reads it. So where the steps before are long, the rules
    about one row are one branch (breaches_of), and only rules that join something have a branch of their own. -#}

{#- The rows in breach of a rule: their receipt and whom they are about. -#}
{% macro breach(rule_code, rows) -%}
    {{ breach_of("'" ~ rule_code ~ "'", rows) }}
{%- endmacro %}

{#- The same, where the rule's code is a column: rules that differ in their parameters only. -#}
{% macro breach_of(rule_code, rows) -%}
    select
        {{ rule_code }} as rule_code,
        {{ rows }}.submission_id,
        {{ rows }}.table_name,
        {{ rows }}.row_number,
        {{ rows }}.area_code,
        {{ rows }}.person_key
    from {{ rows }}
{%- endmacro %}

{#- The rows in breach of any rule about one row: a case over rule_code follows, with a condition for each rule
    that names the table. -#}
{% macro breaches_of(rows) -%}
    {{ breach_of('rules.rule_code', rows) }}
    inner join (
        select
            rule_code,
            table_name as ruled_table
        from {{ ref('validation_rules') }}
        where covered_by = '{{ model.name }}'
    ) as rules
        on {{ rows }}.table_name = rules.ruled_table
{%- endmacro %}

{#- Whether a code is on a list of the parameters; unknown where the code is blank. -#}
{% macro is_one_of(code, parameter, rule_code=none) -%}
    {{ code }} in (
        select value from parameters
        where
            parameter = '{{ parameter }}'
            {%- if rule_code %}
            and rule_code = '{{ rule_code }}'
            {%- endif %}
    )
{%- endmacro %}

{#- One parameter as a column of an aggregate over `parameters`. -#}
{% macro one_parameter(rule_code, parameter, type) -%}
    cast(max(value) filter (where rule_code = '{{ rule_code }}' and parameter = '{{ parameter }}') as {{ type }})
{%- endmacro %}

{#- For each area and return year, the return of the highest precedence that holds a table: what the authority said
    last of that year. Rules that compare two years read it, for what an older return said is no longer in force. -#}
{% macro last_returns_of_each_year(feed, table_name) -%}
    select
        submissions.submission_id,
        submissions.area_code,
        submissions.return_year,
        submissions.period_end
    from {{ ref('stg_ops__submissions') }} as submissions
    inner join {{ source('ops', 'submission_tables') }} as held
        on submissions.submission_id = held.submission_id
    where
        submissions.feed = '{{ feed }}'
        and held.table_name = '{{ table_name }}'
    qualify
        row_number() over (
            partition by submissions.area_code, submissions.return_year
            order by submissions.precedence desc
        ) = 1
{%- endmacro %}
