-- One row: an indicator's definition in one version.
select
    indicator.indicator_code,
    indicator.definition_version,
    indicator.framework_name,
    indicator.display_name,
    indicator.comparison_code,
    indicator.heading_code,
    indicator.heading_name,
    indicator.time_behaviour,
    indicator.unit,
    indicator.multiplier,
    indicator.decimals,
    indicator.polarity,
    indicator.numerator_definition,
    indicator.denominator_definition,
    indicator.exclusions,
    indicator.is_local_definition,
    cast(indicator.valid_from as varchar) as valid_from,
    cast(indicator.valid_to as varchar) as valid_to,
from (select 1) as always
left join board.dim_indicator as indicator on true
