with

membership as (
    select * from {{ ref('int_indicator__membership') }}
),

coverage as (
    select * from {{ ref('int_indicator__coverage') }}
),

indicator_breakdowns as (
    select * from {{ ref('indicator_breakdowns') }}
),

-- One row of membership stands for one counted child or case at a day, so rows can be counted.
at_day as (
    select
        coverage.indicator_code,
        coverage.definition_version,
        coverage.area_code,
        coverage.period_end,
        membership.age_band,
        membership.sex,
        membership.placement,
        membership.legal_status,
        membership.category_of_abuse,
        count(*) as counted
    from coverage
    inner join membership
        on
            coverage.indicator_code = membership.indicator_code
            and coverage.definition_version = membership.definition_version
            and coverage.area_code = membership.area_code
            and membership.in_numerator
            and {{ is_open_on('coverage.period_end', 'membership.from_date', 'membership.to_date') }}
    group by all
),

by_breakdown as (
    select
        at_day.indicator_code,
        at_day.definition_version,
        at_day.area_code,
        at_day.period_end,
        indicator_breakdowns.breakdown,
        case indicator_breakdowns.breakdown
            when 'total' then 'total'
            when 'age_band' then at_day.age_band
            when 'sex' then at_day.sex
            when 'placement' then at_day.placement
            when 'legal_status' then at_day.legal_status
            when 'category_of_abuse' then at_day.category_of_abuse
        end as breakdown_value,
        at_day.counted
    from at_day
    inner join indicator_breakdowns
        on
            at_day.indicator_code = indicator_breakdowns.indicator_code
            and at_day.definition_version = indicator_breakdowns.definition_version
),

final as (
    select
        indicator_code,
        definition_version,
        area_code,
        period_end,
        breakdown,
        breakdown_value,
        sum(counted) as counted
    from by_breakdown
    group by indicator_code, definition_version, area_code, period_end, breakdown, breakdown_value
)

select * from final
