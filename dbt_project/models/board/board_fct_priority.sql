{{ config(alias='fct_priority') }}

with

measures as (
    select * from {{ ref('board_fct_priority_indicator') }}
),

agreed as (
    select
        priorities.priority_code,
        exceptions.area_code,
        count(distinct exceptions.exception_id) as agreed_exceptions
    from {{ ref('board_fct_agreed_exception') }} as exceptions
    inner join {{ ref('bridge_indicator_priority') }} as priorities
        on
            exceptions.indicator_code = priorities.indicator_code
            and exceptions.definition_version = priorities.definition_version
    group by priorities.priority_code, exceptions.area_code
),

counted as (
    select
        priority_code,
        priority_name,
        area_code,
        release_id,
        count(*) as measures,
        count(value) as measures_with_figure,
        count(*) filter (where significance_england in ('better', 'worse', 'similar')) as measures_judged,
        count(*) filter (where significance_england = 'worse') as worse_than_england,
        count(*) filter (where signal = 'concern') as changed_for_the_worse
    from measures
    group by priority_code, priority_name, area_code, release_id
),

final as (
    select
        cast(counted.priority_code as string) as priority_code,
        cast(counted.priority_name as string) as priority_name,
        cast(counted.area_code as string) as area_code,
        cast(counted.measures as integer) as measures,
        cast(counted.measures_with_figure as integer) as measures_with_figure,
        cast(counted.measures_judged as integer) as measures_judged,
        cast(counted.worse_than_england as integer) as worse_than_england,
        cast(counted.changed_for_the_worse as integer) as changed_for_the_worse,
        cast(coalesce(agreed.agreed_exceptions, 0) as integer) as agreed_exceptions,
        cast(
            counted.priority_name || ': ' || cast(counted.measures_with_figure as string) || ' of '
            || cast(counted.measures as string) || ' measures have a figure; of '
            || cast(counted.measures_judged as string) || ' that can be judged against England, '
            || cast(counted.worse_than_england as string) || ' worse beyond chance; '
            || cast(counted.changed_for_the_worse as string)
            || ' changed for the worse beyond chance; exceptions agreed: '
            || cast(coalesce(agreed.agreed_exceptions, 0) as string) || '.' as string
        ) as state,
        cast(counted.release_id as string) as release_id
    from counted
    left join agreed
        on
            counted.priority_code = agreed.priority_code
            and counted.area_code = agreed.area_code
)

select * from final
