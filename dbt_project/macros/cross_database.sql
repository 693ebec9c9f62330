{#- What DuckDB and Spark spell differently, in one place. Models call these and stay in the subset that both share. -#}

{#- `date` moved by a number of days, as a date. -#}
{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days', 'safeguarding')(date, days)) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%}
    date_add({{ date }}, {{ days }})
{%- endmacro %}

{% macro duckdb__add_days(date, days) -%}
    cast({{ date }} + to_days(cast({{ days }} as integer)) as date)
{%- endmacro %}


{#- `date` moved by a number of years, as a date; 29 February becomes 28 February where the year has none. -#}
{% macro add_years(date, years) -%}
    {{ return(adapter.dispatch('add_years', 'safeguarding')(date, years)) }}
{%- endmacro %}

{% macro default__add_years(date, years) -%}
    add_months({{ date }}, 12 * ({{ years }}))
{%- endmacro %}

{% macro duckdb__add_years(date, years) -%}
    cast({{ date }} + to_years(cast({{ years }} as integer)) as date)
{%- endmacro %}


{#- Days from one date to another; negative where the second is earlier. -#}
{% macro length_in_days(from_date, to_date) -%}
    {{ return(adapter.dispatch('length_in_days', 'safeguarding')(from_date, to_date)) }}
{%- endmacro %}

{% macro default__length_in_days(from_date, to_date) -%}
    datediff({{ to_date }}, {{ from_date }})
{%- endmacro %}

{% macro duckdb__length_in_days(from_date, to_date) -%}
    date_diff('day', {{ from_date }}, {{ to_date }})
{%- endmacro %}


{#- The date in words, such as 5 March 2017. -#}
{% macro date_in_words(date) -%}
    {{ return(adapter.dispatch('date_in_words', 'safeguarding')(date)) }}
{%- endmacro %}

{% macro default__date_in_words(date) -%}
    date_format({{ date }}, 'd MMMM yyyy')
{%- endmacro %}

{% macro duckdb__date_in_words(date) -%}
    strftime({{ date }}, '%-d %B %Y')
{%- endmacro %}


{#- The texts of a group in one, in the order of `order_by`. -#}
{% macro text_list(text, separator, order_by) -%}
    {{ return(adapter.dispatch('text_list', 'safeguarding')(text, separator, order_by)) }}
{%- endmacro %}

{% macro default__text_list(text, separator, order_by) -%}
    listagg({{ text }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}

{% macro duckdb__text_list(text, separator, order_by) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}


{#- numerator x multiplier / denominator as decimal(28, 12), half up at the twelfth place and never through a binary
    float, which would round 0.05 down. Inputs are decimal(18, 4) and not negative; a denominator of 0 gives null. -#}
{% macro exact_ratio(numerator, denominator, multiplier) -%}
    {{ return(adapter.dispatch('exact_ratio', 'safeguarding')(numerator, denominator, multiplier)) }}
{%- endmacro %}

{#- Spark divides decimals as decimals. -#}
{% macro default__exact_ratio(numerator, denominator, multiplier) -%}
    cast(
        cast({{ numerator }} * {{ multiplier }} as decimal(20, 4)) / nullif({{ denominator }}, 0)
        as decimal(28, 12)
    )
{%- endmacro %}

{#- DuckDB turns a division of decimals into a float, so the long division is done on whole numbers. -#}
{% macro duckdb__exact_ratio(numerator, denominator, multiplier) -%}
    {%- set n = 'cast(' ~ numerator ~ ' * 10000 as hugeint) * ' ~ multiplier ~ ' * 1000000000000' -%}
    {%- set d = 'nullif(cast(' ~ denominator ~ ' * 10000 as hugeint), 0)' -%}
    cast(
        cast((2 * {{ n }} + {{ d }}) // (2 * {{ d }}) as decimal(26, 0)) * cast(0.000000000001 as decimal(12, 12))
        as decimal(28, 12)
    )
{%- endmacro %}


{#- `date` moved by a number of calendar months, as a date; where the month has no such day, its last day. -#}
{% macro add_months(date, months) -%}
    {{ return(adapter.dispatch('add_months', 'safeguarding')(date, months)) }}
{%- endmacro %}

{#- The name is Spark's own: without its prefix this would call itself. -#}
{% macro default__add_months(date, months) -%}
    add_months({{ date }}, cast({{ months }} as integer))
{%- endmacro %}

{% macro duckdb__add_months(date, months) -%}
    cast({{ date }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}


{#- Whole days from one date to another: 1 from a day to the next. -#}
{% macro days_between(from_date, to_date) -%}
    {{ return(adapter.dispatch('days_between', 'safeguarding')(from_date, to_date)) }}
{%- endmacro %}

{% macro default__days_between(from_date, to_date) -%}
    datediff({{ to_date }}, {{ from_date }})
{%- endmacro %}

{% macro duckdb__days_between(from_date, to_date) -%}
    date_diff('day', {{ from_date }}, {{ to_date }})
{%- endmacro %}


{#- Whether the date is a Saturday or a Sunday. -#}
{% macro is_weekend(date) -%}
    {{ return(adapter.dispatch('is_weekend', 'safeguarding')(date)) }}
{%- endmacro %}

{% macro default__is_weekend(date) -%}
    (weekday({{ date }}) >= 5)
{%- endmacro %}

{% macro duckdb__is_weekend(date) -%}
    (isodow({{ date }}) >= 6)
{%- endmacro %}


{#- `moment` (a timestamp) moved by a number of hours. -#}
{% macro add_hours(moment, hours) -%}
    {{ return(adapter.dispatch('add_hours', 'safeguarding')(moment, hours)) }}
{%- endmacro %}

{% macro default__add_hours(moment, hours) -%}
    timestampadd(hour, cast({{ hours }} as integer), {{ moment }})
{%- endmacro %}

{% macro duckdb__add_hours(moment, hours) -%}
    ({{ moment }} + to_hours(cast({{ hours }} as bigint)))
{%- endmacro %}


{#- SHA-256 of a text, 64 hexadecimal digits. -#}
{% macro sha256_hex(text) -%}
    {{ return(adapter.dispatch('sha256_hex', 'safeguarding')(text)) }}
{%- endmacro %}

{% macro default__sha256_hex(text) -%}
    sha2({{ text }}, 256)
{%- endmacro %}

{% macro duckdb__sha256_hex(text) -%}
    sha256({{ text }})
{%- endmacro %}
