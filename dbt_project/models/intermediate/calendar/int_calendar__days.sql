with

months as (
    select * from {{ ref('periods') }}
    where period_type = 'month'
),

bank_holidays as (
    select distinct holiday_date from {{ ref('bank_holidays') }}
),

-- Each month's first day, its second, and so on: no join, so that no row is compared with every other.
month_days as (
    {% for day in range(31) %}
    select
        {{ add_days('period_start', day) }} as calendar_date,
        period_end
    from months
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

days as (
    select calendar_date
    from month_days
    where calendar_date <= period_end
),

marked as (
    select
        days.calendar_date,
        not {{ is_weekend('days.calendar_date') }} and bank_holidays.holiday_date is null as is_working_day
    from days
    left join bank_holidays
        on days.calendar_date = bank_holidays.holiday_date
),

final as (
    select
        calendar_date,
        is_working_day,
        sum(case when is_working_day then 1 else 0 end) over (
            order by calendar_date asc
            rows between unbounded preceding and current row
        ) as working_days_to_date
    from marked
)

select * from final
