{{ config(alias='dim_indicator') }}

with

dim_indicator as (
    select * from {{ ref('dim_indicator') }}
),

final as (
    select
        indicator_code,
        definition_version,
        framework_name,
        display_name,
        parent_code,
        comparison_code,
        heading_code,
        heading_name,
        measure_type,
        time_behaviour,
        unit,
        multiplier,
        decimals,
        polarity,
        cadence,
        primary_period_type,
        lead_or_lag,
        numerator_definition,
        denominator_definition,
        exclusions,
        ci_method,
        chart_method,
        complement_is_sensitive,
        is_local_definition,
        owner,
        counts_indicator_code,
        population_group,
        valid_from,
        valid_to,
        status_note
    from dim_indicator
)

select * from final
