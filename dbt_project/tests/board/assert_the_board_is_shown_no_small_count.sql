-- Detects a figure in the Board's tables that counts fewer people than may be shown: disclosure control has not run for
-- this release, or has missed it.
-- A returned row is one such figure.

with

run_control as (
    select * from {{ ref('stg_ops__run_control') }}
),

thresholds as (
    select disclosure_parameters.value as small_count_max
    from {{ ref('disclosure_parameters') }} as disclosure_parameters
    inner join run_control
        on {{ is_valid_on(
            'run_control.as_of_date', 'disclosure_parameters.valid_from', 'disclosure_parameters.valid_to'
        ) }}
    where disclosure_parameters.parameter = 'small_count_max'
),

figures as (
    select * from {{ ref('board_fct_indicator_value') }}
),

final as (
    select
        figures.indicator_code,
        figures.area_code,
        figures.period_type,
        figures.period_end,
        figures.breakdown,
        figures.breakdown_value
    from figures
    cross join thresholds
    where
        figures.numerator > 0
        and figures.numerator <= thresholds.small_count_max
)

select * from final
