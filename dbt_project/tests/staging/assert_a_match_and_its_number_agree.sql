-- Detects a row of the police that says that the child was found in the case system (the parameter match_found of R06n)
-- and has no number of it, or has one and says that the child was not found or not looked for. Blank is not "no": the
-- two are a pair, and the share of children found (R06n, A13e) follows the status, the join with care the number.
-- A returned row is one such row.
{{ config(severity='warn') }}

with

missing_episodes as (
    {{ in_force('raw', 'raw_police__missing_episodes__missing_episodes') }}
),

domestic_abuse_referrals as (
    {{ in_force('raw', 'raw_police__domestic_abuse_referrals__domestic_abuse_referrals') }}
),

found as (
    select value from {{ ref('indicator_parameters') }}
    where
        indicator_code = 'R06n'
        and parameter = 'match_found'
),

told as (
    select
        submission_id,
        table_name,
        row_number,
        match_status,
        lcs_id is not null as has_number
    from missing_episodes

    union all

    select
        submission_id,
        table_name,
        row_number,
        match_status,
        lcs_id is not null as has_number
    from domestic_abuse_referrals
),

final as (
    select
        told.submission_id,
        told.table_name,
        told.row_number
    from told
    left join found
        on told.match_status = found.value
    where (found.value is not null) <> told.has_number
)

select * from final
