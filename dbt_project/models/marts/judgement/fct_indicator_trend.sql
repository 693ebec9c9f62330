select
    cast(indicator_code as string) as indicator_code,
    cast(definition_version as string) as definition_version,
    cast(area_code as string) as area_code,
    cast(period_type as string) as period_type,
    cast(period_end as date) as period_end,
    cast(breakdown as string) as breakdown,
    cast(breakdown_value as string) as breakdown_value,
    cast(null as string) as chart_method,
    cast(null as decimal(18, 6)) as centre_line,
    cast(null as decimal(18, 6)) as lower_limit,
    cast(null as decimal(18, 6)) as upper_limit,
    cast(null as string) as special_cause,
    cast(null as string) as signal,
    cast(null as decimal(18, 6)) as target_value,
    cast(null as string) as assurance
from {{ ref('fct_indicator_value') }}
where breakdown = 'total'
