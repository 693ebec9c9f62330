with

referrals as (
    select * from {{ ref('int_children_in_need__episodes') }}
),

codes as (
    select * from {{ ref('codes') }}
    where code_list = 'referral_source'
),

referral_spans as (
    select * from {{ ref('int_indicator__covered_spans') }}
    where
        supplier = 'childrens_social_care'
        and feed = 'cin_census'
        and table_name = 'cin_details'
),

with_previous as (
    select
        area_code,
        person_key,
        referral_date,
        lag(referral_date) over (
            partition by area_code, person_key
            order by referral_date asc
        ) as previous_referral_date,
        referral_source_code,
        is_no_further_action,
        submission_id,
        table_name,
        row_number
    from referrals
),

final as (
    select
        with_previous.area_code,
        with_previous.person_key,
        with_previous.referral_date,
        with_previous.previous_referral_date,
        referral_spans.covered_from as known_from,
        coalesce(codes.breakdown_value, 'unknown') as source,
        with_previous.is_no_further_action,
        with_previous.submission_id,
        with_previous.table_name,
        with_previous.row_number
    from with_previous
    left join codes
        on with_previous.referral_source_code = codes.code
    left join referral_spans
        on
            with_previous.area_code = referral_spans.area_code
            and with_previous.referral_date between referral_spans.covered_from and referral_spans.covered_to
)

select * from final
