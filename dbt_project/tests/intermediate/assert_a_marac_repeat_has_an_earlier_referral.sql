-- Detects a case of the multi-agency risk assessment conference that the coordinator marks as a repeat, while the
-- referral before it is not told or lies more than twelve months back (the parameter repeat_within_months of R09). The
-- coordinator decides, and R09 counts it as marked: the coordinator is asked whether the date or the mark is wrong.
-- A returned row is one such case.
{{ config(severity='warn') }}

with

cases as (
    select * from {{ ref('stg_marac__cases') }}
),

parameters as (
    select * from {{ ref('indicator_parameters') }}
    where
        indicator_code = 'R09'
        and parameter = 'repeat_within_months'
),

final as (
    select
        cases.area_code,
        cases.submission_id,
        cases.table_name,
        cases.row_number
    from cases
    inner join parameters
        on {{ is_valid_on('cases.meeting_date', 'parameters.valid_from', 'parameters.valid_to') }}
    where
        cases.is_repeat
        and coalesce(
            cases.previous_referral_date
            < {{ add_months(
                'coalesce(cases.referral_date, cases.meeting_date)', '-1 * cast(parameters.value as integer)'
            ) }},
            true
        )
)

select * from final
