with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

rules as (
    select rules.*
    from {{ ref('exception_rules') }} as rules
    inner join run_control
        on {{ is_valid_on('run_control.as_of_date', 'rules.valid_from', 'rules.valid_to') }}
),

pairs as (
    select pairs.*
    from {{ ref('counterbalanced_pairs') }} as pairs
    inner join run_control
        on {{ is_valid_on('run_control.as_of_date', 'pairs.valid_from', 'pairs.valid_to') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

values_in_order as (
    select
        *,
        lag(value) over (
            partition by indicator_code, definition_version, area_code, period_type
            order by period_end
        ) as previous_value
    from {{ ref('fct_indicator_value') }}
    where breakdown = 'total'
),

-- What the Board is told of, of which the MEE group reads each figure; sub-measures with them.
publication as (
    select * from {{ ref('indicator_publication') }}
    where
        audience = 'board'
        and breakdown = 'total'
),

latest_due as (
    select * from {{ ref('fct_indicator_latest_due') }}
    where status is null
),

periods as (
    select * from {{ ref('periods') }}
),

figures as (
    select
        values_in_order.indicator_code,
        values_in_order.definition_version,
        values_in_order.area_code,
        values_in_order.period_type,
        values_in_order.period_start,
        values_in_order.period_end,
        values_in_order.breakdown,
        values_in_order.value,
        values_in_order.previous_value,
        values_in_order.lower_ci_95,
        values_in_order.upper_ci_95,
        values_in_order.status,
        indicators.display_name,
        indicators.polarity,
        indicators.unit,
        indicators.decimals,
        indicators.parent_code,
        publication.is_primary,
        periods.period_label,
        latest_due.period_end is not null as is_latest_due
    from values_in_order
    inner join indicators
        on
            values_in_order.indicator_code = indicators.indicator_code
            and values_in_order.definition_version = indicators.definition_version
    inner join publication
        on
            values_in_order.indicator_code = publication.indicator_code
            and values_in_order.period_type = publication.period_type
    inner join periods
        on
            values_in_order.period_type = periods.period_type
            and values_in_order.period_end = periods.period_end
    left join latest_due
        on
            values_in_order.indicator_code = latest_due.indicator_code
            and values_in_order.definition_version = latest_due.definition_version
            and values_in_order.area_code = latest_due.area_code
            and values_in_order.period_type = latest_due.period_type
            and values_in_order.period_end = latest_due.period_end
),

-- A count is compared by its rate, which has an exception of its own.
compared as (
    select
        figures.*,
        comparison.significance_england,
        comparison.quartile,
        comparison.england_value
    from figures
    inner join {{ ref('fct_indicator_comparison') }} as comparison
        on
            figures.indicator_code = comparison.indicator_code
            and figures.definition_version = comparison.definition_version
            and figures.area_code = comparison.area_code
            and figures.period_type = comparison.period_type
            and figures.period_end = comparison.period_end
            and figures.breakdown = comparison.breakdown
            and figures.indicator_code = comparison.comparison_code
    where
        figures.value is not null
        and comparison.significance_england = 'worse'
),

charted as (
    select
        figures.*,
        trend.special_cause,
        trend.signal,
        trend.target_value
    from figures
    inner join {{ ref('fct_indicator_trend') }} as trend
        on
            figures.indicator_code = trend.indicator_code
            and figures.definition_version = trend.definition_version
            and figures.area_code = trend.area_code
            and figures.period_type = trend.period_type
            and figures.period_end = trend.period_end
            and figures.breakdown = trend.breakdown
    where figures.value is not null
),

paired as (
    select
        figures.*,
        counter.indicator_code as counter_indicator_code,
        counter.definition_version as counter_definition_version,
        counter.display_name as counter_display_name,
        counter.unit as counter_unit,
        counter.decimals as counter_decimals,
        counter.value as counter_value,
        counter.previous_value as counter_previous_value,
        pairs.meaning
    from figures
    inner join pairs
        on
            figures.indicator_code = pairs.indicator_code
            and figures.period_type = pairs.period_type
    inner join figures as counter
        on
            pairs.counter_indicator_code = counter.indicator_code
            and figures.area_code = counter.area_code
            and figures.period_type = counter.period_type
            and figures.period_end = counter.period_end
    where
        case pairs.moves
            when 'up' then figures.value - figures.previous_value
            else figures.previous_value - figures.value
        end > 0
        and case pairs.counter_moves
            when 'up' then counter.value - counter.previous_value
            else counter.previous_value - counter.value
        end > 0
),

returns_due as (
    select * from {{ ref('fct_feed_status') }}
    where
        status <> 'not_due'
        and not is_annual_final
),

last_returns as (
    select
        area_code,
        supplier,
        feed,
        max(case when status = 'received' then period_end end) as last_period_end
    from returns_due
    group by area_code, supplier, feed
),

silences as (
    select
        returns_due.area_code,
        returns_due.supplier,
        returns_due.feed,
        max(returns_due.feed_name) as feed_name,
        max(returns_due.period_type) as period_type,
        min(returns_due.period_start) as period_start,
        min(returns_due.period_end) as period_end,
        count(*) as periods_missing
    from returns_due
    inner join last_returns
        on
            returns_due.area_code = last_returns.area_code
            and returns_due.supplier = last_returns.supplier
            and returns_due.feed = last_returns.feed
            and returns_due.period_end > coalesce(last_returns.last_period_end, cast('1900-01-01' as date))
    group by returns_due.area_code, returns_due.supplier, returns_due.feed
),

-- One block a rule. What the Board may not be shown (four figures) is left open in the sentence until the end.
worse_and_worsening as (
    select
        'worse_than_england_and_worsening' as rule_code,
        *
    from compared
    where
        case polarity
            when 'H' then previous_value - value
            when 'L' then value - previous_value
        end > 0
),

worst_quartile as (
    select
        'worst_quartile_and_worse' as rule_code,
        *
    from compared
    where quartile = 'D'
),

special_causes as (
    select
        'special_cause_of_concern' as rule_code,
        *
    from charted
    where
        signal = 'concern'
        and is_primary
),

targets_missed as (
    select
        'target_missed_for_certain' as rule_code,
        *
    from charted
    where
        case polarity
            when 'H' then target_value - upper_ci_95
            when 'L' then lower_ci_95 - target_value
        end > 0
),

-- Of the 38 alone: what they are made of comes with the same returns.
without_figure as (
    select
        'no_figure' as rule_code,
        *
    from figures
    where
        status in ('failed_quality', 'late', 'not_submitted')
        and is_primary
        and parent_code is null
),

of_figures as (
    {%- for block in [
        'worse_and_worsening', 'worst_quartile', 'special_causes', 'targets_missed', 'paired', 'without_figure'
    ] %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        {{ "'counterbalanced_pair' as rule_code" if block == 'paired' else 'rule_code' }},
        indicator_code,
        definition_version,
        cast(null as string) as supplier,
        cast(null as string) as feed,
        cast(null as string) as feed_name,
        area_code,
        period_type,
        period_start,
        period_end,
        breakdown,
        is_latest_due,
        period_label,
        display_name,
        unit,
        decimals,
        value,
        previous_value,
        status,
        {{ 'england_value' if block in ['worse_and_worsening', 'worst_quartile'] else 'cast(null as decimal(18, 6))' }}
            as england_value,
        {{ 'target_value' if block == 'targets_missed' else 'cast(null as decimal(18, 6))' }} as target_value,
        {{ 'special_cause' if block == 'special_causes' else 'cast(null as string)' }} as special_cause,
        {%- for column, type in [
            ('counter_indicator_code', 'string'), ('counter_definition_version', 'string'),
            ('counter_display_name', 'string'), ('counter_unit', 'string'), ('counter_decimals', 'integer'),
            ('counter_value', 'decimal(18, 6)'), ('counter_previous_value', 'decimal(18, 6)'), ('meaning', 'string')
        ] %}
        {{ column if block == 'paired' else 'cast(null as ' ~ type ~ ') as ' ~ column }},
        {%- endfor %}
        cast(null as integer) as periods_missing
    from {{ block }}
    {%- endfor %}
),

of_feeds as (
    select
        'agency_silent' as rule_code,
        cast(null as string) as indicator_code,
        cast(null as string) as definition_version,
        silences.supplier,
        silences.feed,
        silences.feed_name,
        silences.area_code,
        silences.period_type,
        silences.period_start,
        silences.period_end,
        'total' as breakdown,
        true as is_latest_due,
        periods.period_label,
        cast(null as string) as display_name,
        cast(null as string) as unit,
        cast(null as integer) as decimals,
        cast(null as decimal(18, 6)) as value,
        cast(null as decimal(18, 6)) as previous_value,
        cast(null as string) as status,
        cast(null as decimal(18, 6)) as england_value,
        cast(null as decimal(18, 6)) as target_value,
        cast(null as string) as special_cause,
        cast(null as string) as counter_indicator_code,
        cast(null as string) as counter_definition_version,
        cast(null as string) as counter_display_name,
        cast(null as string) as counter_unit,
        cast(null as integer) as counter_decimals,
        cast(null as decimal(18, 6)) as counter_value,
        cast(null as decimal(18, 6)) as counter_previous_value,
        cast(null as string) as meaning,
        cast(silences.periods_missing as integer) as periods_missing
    from silences
    inner join periods
        on
            silences.period_type = periods.period_type
            and silences.period_end = periods.period_end
),

together as (
    select * from of_figures
    union all
    select * from of_feeds
),

with_rules as (
    select
        together.*,
        rules.severity,
        rules.reads,
        {{ filled_in('rules.sentence', {
            'indicator': 'together.display_name',
            'period': 'together.period_label',
            'england': figure_in_words('together.england_value', 'together.decimals', 'together.unit'),
            'target': figure_in_words('together.target_value', 'together.decimals', 'together.unit'),
            'special_cause': "replace(together.special_cause, '_', ' ')",
            'status': "replace(together.status, '_', ' ')",
            'counter_indicator': 'together.counter_display_name',
            'meaning': 'together.meaning',
            'feed': 'together.feed_name',
            'periods': "cast(together.periods_missing as string)" ~
            " || case together.periods_missing when 1 then ' period' else ' periods' end",
        }) }} as frame
    from together
    inner join rules
        on together.rule_code = rules.rule_code
    where coalesce(together.periods_missing, 0) >= coalesce(rules.threshold, 0)
),

final as (
    select
        {{ exception_id('with_rules') }} as exception_id,
        with_rules.rule_code,
        with_rules.severity,
        with_rules.reads,
        with_rules.indicator_code,
        with_rules.definition_version,
        with_rules.supplier,
        with_rules.feed,
        with_rules.area_code,
        with_rules.period_type,
        with_rules.period_start,
        with_rules.period_end,
        with_rules.breakdown,
        with_rules.is_latest_due,
        with_rules.status,
        with_rules.unit,
        with_rules.decimals,
        with_rules.value,
        with_rules.previous_value,
        with_rules.counter_indicator_code,
        with_rules.counter_definition_version,
        with_rules.counter_unit,
        with_rules.counter_decimals,
        with_rules.counter_value,
        with_rules.counter_previous_value,
        with_rules.frame
    from with_rules
)

select * from final
