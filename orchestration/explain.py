"""Where a figure comes from: its definition, the parameters and the model of its rule, its periods, its receipts.

Belongs here: reading these from the published file and the private warehouse. Does not belong here: the rule itself
(dbt_project) and how it is printed (cli.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.settings import Settings
from orchestration.warehouse import connect


class ExplainError(RuntimeError):
    """There is nothing to explain, or not yet; the message says what was asked for and what to do."""


_NEAREST = 5
"""How many dates are offered where a figure is asked for on a day that ends no period of it."""

TIME_BEHAVIOUR = {
    "stock": "stands at the period's last day",
    "flow": "counts what happened in the period; of several events of one child or case the last one speaks",
    "window": "counts what was there at any time in the period",
}


@dataclass(frozen=True)
class Definition:
    """An indicator's definition. `counted_code` and `counted_version` say whose cases its numerator is."""

    code: str
    version: str
    name: str
    time_behaviour: str
    counts: str
    divided_by: str | None
    leaves_out: str | None
    counted_code: str
    counted_version: str


@dataclass(frozen=True)
class Figure:
    """One published row. Numbers are None where the status says why there is none."""

    period_type: str
    period_start: date
    area_code: str
    breakdown: str
    breakdown_value: str
    numerator: Decimal | None
    denominator: Decimal | None
    not_assessable: Decimal | None
    value: Decimal | None
    unit: str
    status: str
    reason: str | None
    finality: str | None
    population_release: str | None
    data_as_at: date | None


@dataclass(frozen=True)
class Parameter:
    """A number or code of the rule, and where it is from."""

    code: str
    parameter: str
    value: str
    valid_from: date | None
    valid_to: date | None
    source: str | None


@dataclass(frozen=True)
class Receipt:
    """Source rows of one table of one submission that stand behind the figure of a period."""

    period_type: str
    area_code: str
    submission_id: str
    table_name: str
    in_numerator: int
    in_denominator: int
    not_assessable: int


@dataclass(frozen=True)
class Explanation:
    """All but the receipts. `rule` is the path of the model from the project's root, None while nothing is counted."""

    definition: Definition
    rule: str | None
    parameters: tuple[Parameter, ...]
    figures: tuple[Figure, ...]


def explain(settings: Settings, code: str, period_end: date, breakdown: str | None = None) -> Explanation:
    """The figures of an indicator for the periods that end on a day, with the definition that holds then.

    Without `breakdown` the headline; for an indicator that has none (a share by source), each of its breakdowns.
    Raises ExplainError before the first publication and where there is no such figure.
    """
    code = code.upper()
    definitions = _published(
        settings,
        """
        select indicators.indicator_code, indicators.definition_version, indicators.display_name,
            indicators.time_behaviour, indicators.numerator_definition, indicators.denominator_definition,
            indicators.exclusions, counted.indicator_code, counted.definition_version
        from marts.dim_indicator as indicators
        inner join marts.dim_indicator as counted
            on counted.indicator_code = coalesce(indicators.counts_indicator_code, indicators.indicator_code)
            and $2 >= coalesce(counted.valid_from, date '0001-01-01')
            and $2 <= coalesce(counted.valid_to, date '9999-12-31')
        where
            upper(indicators.indicator_code) = $1
            and $2 >= coalesce(indicators.valid_from, date '0001-01-01')
            and $2 <= coalesce(indicators.valid_to, date '9999-12-31')
        """,
        [code, period_end],
    )
    figures = _figures(settings, definitions[0][0], period_end, breakdown) if definitions else []
    if not figures:
        raise ExplainError(_why_none(settings, code, period_end, breakdown))
    definition = Definition(*definitions[0])
    return Explanation(
        definition=definition,
        rule=rule_of(settings.dbt_project_dir, definition.counted_code),
        parameters=tuple(_parameters(settings, definition, period_end)),
        figures=tuple(figures),
    )


def _why_none(settings: Settings, code: str, period_end: date, breakdown: str | None) -> str:
    """The sentence for a figure that is not there, with the nearest that could be asked for."""
    of = f" by {breakdown}" if breakdown else ""
    dates = _published(
        settings,
        """
        select
            period_end,
            string_agg(distinct replace(period_type, '_', ' '), ', ' order by replace(period_type, '_', ' '))
        from marts.fct_indicator_value
        where upper(indicator_code) = $1 and ($2 is null or breakdown = $2)
        group by period_end
        order by abs(date_diff('day', period_end, $3)), period_end
        limit $4
        """,
        [code, breakdown, period_end, _NEAREST],
    )
    if dates:
        listed = "; ".join(f"{day} ({kinds})" for day, kinds in sorted(dates))
        return f"No figure {code}{of} at {period_end}, as no period of it ends then; the nearest that do: {listed}."
    breakdowns = _published(
        settings,
        "select distinct breakdown from marts.fct_indicator_value where upper(indicator_code) = $1 order by 1",
        [code],
    )
    if breakdowns:
        listed = ", ".join(name for (name,) in breakdowns)
        return f"No figure {code}{of} at {period_end}: found no such breakdown, expected one of {listed}."
    return f"No figure {code}{of} at {period_end}: found no such code, expected one of docs/indicators.md."


def receipts(settings: Settings, explanation: Explanation, period_end: date) -> list[Receipt]:
    """The source rows that are counted, period by period; the sums over a period's rows are its headline's counts.

    Raises ExplainError where the private warehouse no longer holds the release that is published.
    """
    [(published,)] = _published(settings, "select any_value(release_id) from marts.fct_indicator_value", [])
    with connect(settings.warehouse, read_only=True) as con:
        held = con.execute("select any_value(release_id) from marts.fct_indicator_value").fetchall()[0][0]
        if held != published:
            raise ExplainError(
                f"No receipts: the private warehouse holds {held}, but {published} is published; "
                "let `safeguarding run` end well first."
            )
        rows = con.execute(
            _RECEIPTS,
            {
                "code": explanation.definition.code,
                "version": explanation.definition.version,
                "counted": explanation.definition.counted_code,
                "counted_version": explanation.definition.counted_version,
                "period_end": period_end,
            },
        ).fetchall()
    return [Receipt(*row) for row in rows]


def rule_of(dbt_project: Path, code: str) -> str | None:
    """The subject's model that says which cases an indicator counts, as a path from the project's root.

    A model that int_indicator__membership does not read counts nothing yet.
    """
    folder = dbt_project / "models" / "intermediate"
    read = (folder / "indicator" / "int_indicator__membership.sql").read_text(encoding="utf-8")
    for path in sorted(folder.rglob("*__members.sql")):
        if f"'{path.stem}'" in read and f"'{code}'" in path.read_text(encoding="utf-8"):
            return path.relative_to(dbt_project.parent).as_posix()
    return None


# Which cases a period counts is said once, in int_indicator__counts; tests hold this to the published figures.
_RECEIPTS = """
with

periods as (
    select distinct period_type, period_start, period_end, area_code
    from marts.fct_indicator_value
    where
        indicator_code = $code and definition_version = $version and period_end = $period_end
        and form = 'records'
),

cases as (
    select
        periods.period_type,
        membership.*
    from intermediate.int_indicator__membership as membership
    inner join intermediate.int_indicator__rules as rules
        on
            membership.indicator_code = rules.indicator_code
            and membership.definition_version = rules.definition_version
    inner join periods
        on
            membership.area_code = periods.area_code
            and membership.from_date <= periods.period_end
    where
        membership.indicator_code = $counted
        and membership.definition_version = $counted_version
        and case rules.time_behaviour
            when 'stock' then coalesce(membership.to_date, date '9999-12-31') > periods.period_end
            when 'flow' then membership.from_date >= periods.period_start
            else
                membership.from_date >= periods.period_start
                or coalesce(membership.to_date, date '9999-12-31') > periods.period_start
        end
    qualify
        rules.time_behaviour = 'stock'
        or (
            row_number() over (
                partition by periods.period_type, periods.area_code, membership.counted_key
                order by membership.from_date desc, membership.submission_id desc, membership.row_number desc
            ) = 1
            and count(*) over (partition by periods.period_type, periods.area_code, membership.counted_key)
            >= coalesce(rules.least_events, 1)
        )
)

select
    period_type,
    area_code,
    submission_id,
    table_name,
    coalesce(sum(cases) filter (where in_numerator), 0),
    coalesce(sum(cases) filter (where in_denominator), 0),
    count(*) filter (where not is_assessable)
from cases
group by all
order by all
"""


def _figures(settings: Settings, code: str, period_end: date, breakdown: str | None) -> list[Figure]:
    rows = _published(
        settings,
        """
        with

        figures as (
            select * from marts.fct_indicator_value where indicator_code = $1 and period_end = $2
        )

        select figures.period_type, figures.period_start, figures.area_code, figures.breakdown, figures.breakdown_value,
            figures.numerator, figures.denominator, figures.cases_not_assessable, figures.value, indicators.unit,
            figures.status, figures.status_reason, figures.finality, figures.population_release, figures.data_as_at
        from figures
        inner join marts.dim_indicator as indicators
            on
                figures.indicator_code = indicators.indicator_code
                and figures.definition_version = indicators.definition_version
        where
            figures.breakdown = coalesce($3, 'total')
            or ($3 is null and not exists (select 1 from figures as headlines where headlines.breakdown = 'total'))
        order by figures.period_start desc, figures.period_type, figures.area_code, figures.breakdown,
            figures.breakdown_value
        """,
        [code, period_end, breakdown],
    )
    return [Figure(*row) for row in rows]


def _parameters(settings: Settings, definition: Definition, period_end: date) -> list[Parameter]:
    """Those of the indicator and of the one whose cases it counts, as they hold on the day."""
    rows = _published(
        settings,
        """
        select indicator_code, parameter, string_agg(value, ', ' order by value), valid_from, valid_to,
            min(note)
        from marts.ref_indicator_parameter
        where
            ((indicator_code = $1 and definition_version = $2) or (indicator_code = $3 and definition_version = $4))
            and $5 >= coalesce(valid_from, date '0001-01-01')
            and $5 <= coalesce(valid_to, date '9999-12-31')
        group by indicator_code, parameter, valid_from, valid_to
        order by all
        """,
        [definition.code, definition.version, definition.counted_code, definition.counted_version, period_end],
    )
    return [Parameter(*row) for row in rows]


def _published(settings: Settings, sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    path = settings.published / "analyst.duckdb"
    if not path.exists():
        raise ExplainError("Nothing is published yet: run `safeguarding run` first.")
    with connect(path, read_only=True) as con:
        return con.execute(sql, parameters).fetchall()
