with

months as (
    select * from {{ ref('periods') }}
    where period_type = 'month'
),

bank_holidays as (
    select distinct holiday_date from {{ ref('bank_holidays') }}
),

-- 0 to 9, from the months of a year: both engines lack a common way to count.
digits as (
    select distinct month(period_start) - 1 as digit from months
    where month(period_start) <= 10
),

days as (
    select {{ add_days('months.period_start', '10 * tens.digit + ones.digit') }} as calendar_date
    from months
    cross join digits as tens
    cross join digits as ones
    where
        tens.digit <= 3
        and {{ add_days('months.period_start', '10 * tens.digit + ones.digit') }} <= months.period_end
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
