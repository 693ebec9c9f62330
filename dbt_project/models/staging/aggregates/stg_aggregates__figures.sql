{#- A cell that holds a mark in place of a number says why. -#}
{% set numbers = ['numerator', 'denominator', 'value'] %}
with

submissions as (
    select * from {{ ref('stg_ops__submissions') }}
),

symbols as (
    select * from {{ ref('benchmark_symbols') }}
    where source is null
),

periods as (
    select * from {{ ref('periods') }}
),

told as (
    {%- for table in aggregate_tables() %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select * from {{ source('raw', table) }}
    {%- endfor %}
),

-- Of the returns of one feed that tell a figure, the one of the highest precedence speaks for it.
latest as (
    select
        told.*,
        coalesce(told.period_end, periods.period_end) as last_day,
        submissions.supplier,
        submissions.feed,
        submissions.finality,
        submissions.data_as_at
    from told
    inner join submissions
        on told.submission_id = submissions.submission_id
    -- A layout may name the year alone: of a kind of period of which a year has one.
    left join periods
        on
            case when told.period_end is null then told.period_year end = year(periods.period_end)
            and told.period_type = periods.period_type
            and periods.period_type in ('calendar_year', 'financial_year', 'academic_year', 'january_census')
    qualify
        row_number() over (
            partition by
                submissions.supplier,
                submissions.feed,
                told.told_area_code,
                told.indicator_code,
                told.definition_version,
                told.period_type,
                coalesce(told.period_end, periods.period_end),
                told.breakdown,
                told.breakdown_value
            order by submissions.precedence desc, told.row_number desc
        ) = 1
),

with_marks as (
    select
        latest.*,
        coalesce(status_told.status, latest.status) as status_said,
        coalesce(
            {%- for number in numbers %}
            mark_of_{{ number }}.status,
            {%- endfor %}
            case when latest.numerator like '<%' or latest.value like '<%' then 'suppressed' end
        ) as status_of_mark
    from latest
    left join symbols as status_told
        on latest.status = status_told.symbol
    {%- for number in numbers %}
    left join symbols as mark_of_{{ number }}
        on latest.{{ number }} = mark_of_{{ number }}.symbol
    {%- endfor %}
),

final as (
    select
        supplier,
        feed,
        told_area_code as area_code,
        indicator_code,
        definition_version,
        period_type,
        last_day as period_end,
        -- However a layout names the breakdown, the value total is the headline.
        case when breakdown_value = 'total' then 'total' else breakdown end as breakdown,
        breakdown_value,
        {%- for number in numbers %}
        cast({{ published_number(number) }} as decimal(18, 4)) as {{ number }},
        {%- endfor %}
        unit,
        -- A mark in the place of a figure outweighs a status that was left at published.
        case
            when status_said is not null and status_said not in ('published', 'provisional') then status_said
            when status_of_mark is not null then status_of_mark
            else coalesce(status_said, 'published')
        end as status,
        suppressed_below,
        rounded_to,
        lower_ci,
        upper_ci,
        source_release,
        note_code,
        finality,
        data_as_at,
        submission_id,
        'aggregates' as table_name,
        row_number
    from with_marks
)

select * from final
