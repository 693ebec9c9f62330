"""Intervals and comparisons against figures that others worked out: the project's own SQL on their counts.

Belongs here: the macros of intervals and quartiles, rendered as dbt renders them and run by DuckDB. Does not belong
here: which figures get an interval (the unit tests of fct_indicator_value and fct_indicator_comparison).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from pathlib import Path
from typing import Any

import duckdb
import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from scipy.stats import chi2, norm

from orchestration.settings import PROJECT_ROOT

Row = dict[str, str]
Limits = tuple[float, float]

MACROS = Environment(loader=FileSystemLoader(PROJECT_ROOT / "dbt_project" / "macros"), undefined=StrictUndefined)
SEEDS = PROJECT_ROOT / "seeds"
Z = float(norm.ppf(0.975))


def macro(file: str, name: str, *arguments: Any) -> str:
    """The SQL of one macro of the project."""
    return str(getattr(MACROS.get_template(f"{file}.sql").module, name)(*arguments))


def limits(method: str, counts: Sequence[tuple[float, float]], multiplier: int) -> list[Limits]:
    """Both limits of each count over its denominator, by the project's macro and seeds."""
    bounds = ", ".join(
        macro(
            "intervals", "interval_limit", side, f"'{method}'", "cases", "denominator", str(multiplier), "false", "z",
            "exact_below", f"{side}_95",
        )
        for side in ("lower", "upper")
    )  # fmt: skip
    with duckdb.connect() as con:
        con.execute(
            "create table counts (place integer, cases decimal(18, 4), denominator decimal(18, 4));"
            "create table poisson_limits (cases integer, lower_95 decimal(18, 12), upper_95 decimal(18, 12))"
        )
        con.executemany("insert into counts values (?, ?, ?)", [(n, *count) for n, count in enumerate(counts)])
        con.execute(f"copy poisson_limits from '{SEEDS / 'poisson_limits.csv'}'")
        con.execute(
            "create table parameters as select max(value) filter (parameter = 'z_95') as z,"
            " max(value) filter (parameter = 'exact_below') as exact_below from (select parameter,"
            f" cast(value as decimal(18, 15)) as value from read_csv('{SEEDS / 'interval_parameters.csv'}'))"
        )
        return con.execute(
            f"select {bounds} from (select * from counts left join poisson_limits using (cases)) cross join parameters"
            " order by place"
        ).fetchall()


# -- against scipy, and formulas written anew --------------------------------------------------------------------------


def poisson(count: int) -> Limits:
    """Exact limits, from chi-square."""
    return (chi2.ppf(0.025, 2 * count) / 2 if count else 0.0), chi2.ppf(0.975, 2 * count + 2) / 2


def byar(count: int) -> Limits:
    def cube(x: int, sign: int) -> float:
        return float(x * (1 - 1 / (9 * x) + sign * Z / (3 * sqrt(x))) ** 3)

    return cube(count, -1), cube(count + 1, 1)


def wilson(count: int, of: int) -> Limits:
    """The centre and half width of the score interval, as Newcombe (1998) writes them."""
    share, spread = count / of, Z * Z / of
    centre = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return centre - half, centre + half


@pytest.mark.parametrize("count", [*range(13), 99, 515, 107_429, 1_000_000])
def test_a_rate_has_the_exact_limits_below_ten_cases_and_byar_s_from_ten_on(count: int) -> None:
    population = 50_681
    expected = byar(count) if count >= 10 else poisson(count)

    assert limits("byar", [(count, population)], 10_000) == [
        pytest.approx([10_000 * limit / population for limit in expected], rel=0, abs=1e-6)
    ]


def test_the_seed_of_exact_limits_is_chi_square_s_to_ten_places() -> None:
    with (SEEDS / "poisson_limits.csv").open(encoding="utf-8", newline="") as lines:
        seed = {int(row["cases"]): (float(row["lower_95"]), float(row["upper_95"])) for row in csv.DictReader(lines)}

    assert seed == {count: pytest.approx(poisson(count), rel=0, abs=1e-10) for count in range(10)}


@pytest.mark.parametrize(
    ("count", "of"), [(0, 8), (1, 1), (3, 3), (8, 269), (145, 148), (136, 137), (208, 210), (477, 2806), (1, 10_000)]
)
def test_a_percentage_has_wilson_s_limits(count: int, of: int) -> None:
    assert limits("wilson", [(count, of)], 100) == [
        pytest.approx([100 * limit for limit in wilson(count, of)], rel=0, abs=1e-6)
    ]


@pytest.mark.parametrize(
    ("method", "count", "of"), [("none", 5, 10), ("byar", 5, 0), ("wilson", 0, 0), ("wilson", 4, 3)]
)
def test_without_a_method_or_people_to_divide_by_there_is_no_interval(method: str, count: int, of: int) -> None:
    assert limits(method, [(count, of)], 100) == [(None, None)]


# -- against the Office for Health Improvement and Disparities' injuries, 90284 ---------------------------------------


@pytest.fixture(scope="module")
def injuries(shared: Path) -> list[Row]:
    """England and its authorities, not the groups of authorities by deprivation."""
    path = shared / "data" / "published" / "fingertips" / "la_hospital_admissions_2324.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [row for row in csv.DictReader(lines) if not row["Category Type"]]


def as_printed(number: float, text: str) -> bool:
    """Whether a number is the text, at the places that the text has."""
    told = Decimal(text)
    return Decimal(repr(number)).quantize(told, rounding=ROUND_HALF_UP) == told


def test_limits_of_294_areas_and_years_are_those_published_with_their_counts(injuries: list[Row]) -> None:
    # From 2012/13 on the counts are rounded to 5, and the published limits are of counts that nobody is shown.
    rows = [row for row in injuries if row["Time period"] in ("2010/11", "2011/12") and row["Count"]]
    found = limits("byar", [(float(row["Count"]), float(row["Denominator"])) for row in rows], 10_000)
    differences = [
        (row["Area Name"], row["Time period"], bounds)
        for row, bounds in zip(rows, found, strict=True)
        for limit, name in zip(bounds, ("Lower", "Upper"), strict=True)
        if not as_printed(limit, row[f"{name} CI 95.0 limit"])
    ]

    assert len(rows) == 294
    assert differences == []


def test_better_similar_and_worse_than_england_are_as_published_for_5701_figures(injuries: list[Row]) -> None:
    england = {(row["Time period"], row["Sex"]): row["Value"] for row in injuries if row["Area Type"] == "England"}
    compared = [
        row
        for row in injuries
        if row["Area Type"] != "England" and row["Compared to England value or percentiles"] != "Not compared"
    ]
    judged = macro("comparison", "significance", "lower_ci", "upper_ci", "reference", "'L'")
    with duckdb.connect() as con:
        con.execute(
            "create table figures (lower_ci decimal(18, 6), upper_ci decimal(18, 6), reference decimal(18, 6),"
            " told varchar)"
        )
        con.executemany(
            "insert into figures values (?, ?, ?, ?)",
            [
                (
                    row["Lower CI 95.0 limit"], row["Upper CI 95.0 limit"], england[row["Time period"], row["Sex"]],
                    row["Compared to England value or percentiles"].lower(),
                )
                for row in compared
            ],
        )  # fmt: skip
        outcomes = con.execute(f"select {judged} = told, count(*) from figures group by all").fetchall()

    assert outcomes == [(True, 5_701)]


@pytest.mark.parametrize(
    ("polarity", "below", "above"), [("H", "worse", "better"), ("L", "better", "worse"), ("N", "lower", "higher")]
)
def test_an_interval_that_ends_at_the_reference_value_is_similar(polarity: str, below: str, above: str) -> None:
    judged = macro("comparison", "significance", "lower_ci", "upper_ci", "10", f"'{polarity}'")
    with duckdb.connect() as con:
        words = con.execute(
            f"select {judged} from (values (1, 9.9), (1, 10), (10, 12), (10.1, 12), (null, null))"
            " as intervals(lower_ci, upper_ci)"
        ).fetchall()

    assert [word for (word,) in words] == [below, "similar", "similar", above, None]


# -- against the Department for Education's tool, rates of child protection plans 2025 ---------------------------------


def test_quartiles_of_all_authorities_are_those_of_the_local_authority_interactive_tool(shared: Path) -> None:
    cuts = ", ".join(
        f"sum({macro('comparison', 'part_of_quartile_times_4', 'told', 'place', 'places', quarters)}) / 4"
        for quarters in range(5)
    )
    with duckdb.connect() as con:
        found = con.execute(
            f"""
            with rates as (
                select try_cast("Values" as decimal(18, 6)) as told
                from read_parquet(?)
                where "Short Desc" = 'CPP_rate' and Years = '2025' and "LA Number" < 970
            ),
            placed as (
                select told, row_number() over (order by told) as place, count(*) over () as places
                from rates where told is not null
            )
            select any_value(places), {cuts} from placed
            """,
            [str(shared / "data" / "published" / "lait" / "bds_long_0.parquet")],
        ).fetchall()

    assert found == [(151, 13.8, 32.05, 40.5, 53.15, 99.1)]
