"""What the project says of published comparators, counted straight from the files: no model, no warehouse.

Belongs here: facts of docs/comparators.md that rest on a whole official table. Does not belong here: whether our models
read the tables right (tests/dbt/test_published_files.py holds the shipped seed to them).
"""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT

HOME, HOME_NAME = "E06000011", "East Riding of Yorkshire"
AREAS = {HOME: HOME_NAME, "E12000003": "Yorkshire and the Humber", "E92000001": "England"}

Row = dict[str, str]


def table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def seed(name: str) -> list[Row]:
    return table(PROJECT_ROOT / "seeds" / f"{name}.csv")


# -- exclusions --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exclusions(shared: Path) -> dict[tuple[str, str], Row]:
    """Secondary schools by area name and school year."""
    rows = table(shared / "data" / "published" / "exclusions" / "clean_la_data.csv")
    return {(row["la_name"], row["year"]): row for row in rows if row["school_type"] == "Secondary"}


def percentage(count: str, of: str) -> Decimal:
    return (100 * Decimal(count) / Decimal(of)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def test_the_official_figure_of_2016_17_is_fixed_period_exclusions_of_secondary_schools_over_their_headcount(
    exclusions: dict[tuple[str, str], Row],
) -> None:
    row = exclusions[HOME_NAME, "201617"]
    assert (row["fixed_excl"], row["headcount"], row["perm_excl"]) == ("1333", "19402", "26")
    assert percentage(row["fixed_excl"], row["headcount"]) == Decimal(row["fixed_excl_rate"]) == Decimal("6.87")
    assert percentage(row["perm_excl"], row["headcount"]) == Decimal(row["perm_excl_rate"]) == Decimal("0.13")
    # Lunchtime exclusions have no column of their own, so the file cannot say how many of the 1,333 they are.
    assert [name for name in row if "lunch" in name.lower() or "lnch" in name.lower()] == []


@pytest.mark.parametrize(
    ("series", "numerator", "value"),
    [
        ("exclusions_fixed_period_pct", "fixed_excl", "fixed_excl_rate"),
        ("exclusions_permanent", "perm_excl", "perm_excl"),
        ("exclusions_permanent_pct", "perm_excl", "perm_excl_rate"),
    ],
)
def test_the_shipped_exclusions_are_those_of_the_file_for_five_school_years(
    exclusions: dict[tuple[str, str], Row], series: str, numerator: str, value: str
) -> None:
    shipped = {
        (row["area_code"], row["period_end"]): tuple(Decimal(row[name]) for name in ("numerator", "value"))
        for row in seed("benchmark_values")
        if row["series_code"] == series and row["area_code"] in AREAS
    }
    expected = {
        (code, f"{year}-08-31"): tuple(
            Decimal(exclusions[name, f"{year - 1}{year % 100}"][column]) for column in (numerator, value)
        )
        for code, name in AREAS.items()
        for year in range(2013, 2018)
    }
    assert shipped == expected


# -- referrals by source: the two codes of schools ---------------------------------------------------------------------


def schools(row: Row) -> tuple[Decimal, Decimal] | None:
    """Referrals under 2A (schools) and 2B (education services); the middle of 1 to 5 where hidden, else none."""
    counts = []
    for name in ("Schools", "Education_Services"):
        if row[name] != "c" and not row[name].isdigit():
            return None
        counts.append(Decimal(3) if row[name] == "c" else Decimal(row[name]))
    return counts[0], counts[1]


@pytest.fixture(scope="module")
def by_area(shared: Path) -> dict[str, dict[int, tuple[Decimal, Decimal]]]:
    """2A and 2B by area and year, as table C5 has them."""
    found: dict[str, dict[int, tuple[Decimal, Decimal]]] = {}
    path = shared / "data" / "published" / "dfe_cin" / "c5_children_in_need_referrals_by_source_2014_to_2024.csv"
    for row in table(path):
        code = {"National": row["country_code"], "Local authority": row["new_la_code"]}.get(row["geographic_level"])
        counts = schools(row)
        if code and counts:
            found.setdefault(code, {})[int(row["time_period"])] = counts
    return found


def switches(years: dict[int, tuple[Decimal, Decimal]]) -> list[int]:
    """Years from which on most of at least 50 referrals (four fifths) go to the other code than the year before."""
    found = []
    for before, year in pairwise(sorted(years)):
        if year == before + 1 and min(sum(years[before]), sum(years[year])) >= 50:
            first, second = (years[one][0] / sum(years[one]) for one in (before, year))
            if {first >= Decimal("0.8"), second >= Decimal("0.8")} == {True, False} and min(first, second) <= Decimal(
                "0.2"
            ):
                found.append(year)
    return found


def changes(years: dict[int, tuple[Decimal, Decimal]], year: int) -> tuple[Decimal, Decimal, Decimal]:
    """How many times the year before 2A, 2B and both together are."""
    (a, b), (was_a, was_b) = years[year], years[year - 1]
    return a / max(was_a, Decimal(1)), b / max(was_b, Decimal(1)), (a + b) / (was_a + was_b)


def test_the_two_codes_of_schools_are_one_group_of_a12() -> None:
    groups = {row["code"]: row["breakdown_value"] for row in seed("codes") if row["code_list"] == "referral_source"}
    assert groups["2A"] == groups["2B"] == "schools_and_education"
    assert [code for code, group in groups.items() if group == "schools_and_education"] == ["2A", "2B"]


def test_east_riding_switched_its_school_code_twice_and_the_group_shows_no_break(
    by_area: dict[str, dict[int, tuple[Decimal, Decimal]]],
) -> None:
    years = by_area[HOME]
    assert switches(years) == [2015, 2022]
    schools_2015, services_2015, group_2015 = changes(years, 2015)
    assert schools_2015 < Decimal("0.06")
    assert services_2015 > 10
    assert group_2015.quantize(Decimal("0.01")) == Decimal("1.04")
    # 2022: pupils were back at school, and the group rose everywhere. England, which did not switch, by more than half.
    schools_2022, services_2022, group_2022 = changes(years, 2022)
    assert schools_2022 > 300
    assert services_2022 < Decimal("0.02")
    assert group_2022.quantize(Decimal("0.1")) == Decimal("2.1")
    assert switches(by_area["E92000001"]) == []
    assert changes(by_area["E92000001"], 2022)[2].quantize(Decimal("0.1")) == Decimal("1.6")


def test_where_an_authority_switched_the_codes_jump_and_the_group_does_not(
    by_area: dict[str, dict[int, tuple[Decimal, Decimal]]],
) -> None:
    found = {
        (code, year): changes(years, year)
        for code, years in by_area.items()
        if code != "E92000001"
        for year in switches(years)
    }
    assert len(found) == 32
    assert len({code for code, _ in found}) == 22
    for code, (schools_only, services_only, _) in found.items():
        assert max(schools_only, services_only) > Decimal("2.5"), code
        assert min(schools_only, services_only) < Decimal("0.3"), code
    steady = [code for code, (*_, group) in found.items() if Decimal("0.5") < group < Decimal("2.2")]
    # The one that is left, Redbridge in 2015: both codes together went from 213 to 1,238.
    assert [key for key in found if key not in steady] == [("E09000026", 2015)]
