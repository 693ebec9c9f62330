"""The marts against reckonings that have not seen them: the sample returns counted straight from the files, and the
golden replay worked by hand (replay_case/README.md)."""

from __future__ import annotations

import shutil
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.warehouse import connect
from tests.conftest import ROOT, known_as_of, safeguarding
from tests.golden.independent_counts import expected_sample_counts, load_expected_rows

CASE = Path(__file__).parent / "replay_case"

# The reckoning keeps the returns' own codes; the marts group them as seeds/codes.csv says.
BREAKDOWNS = {"category": "category_of_abuse"}
SEXES = {"1": "male", "2": "female"}


def groups(code_list: str) -> dict[str, str]:
    import csv

    with (ROOT / "seeds" / "codes.csv").open(encoding="utf-8") as file:
        return {row["code"]: row["breakdown_value"] for row in csv.DictReader(file) if row["code_list"] == code_list}


def our_value(breakdown: str, value: str) -> str:
    if breakdown == "sex":
        return SEXES.get(value, value)
    if breakdown in ("placement", "legal_status"):
        return groups(breakdown).get(value, value)
    return value.replace("under 1", "under_1")


# --- the sample returns -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reckoned() -> dict[str, object]:
    return expected_sample_counts()


def figures(home: Path, code: str, area: str, breakdown: str) -> dict[tuple[date, str], Decimal]:
    with duckdb.connect(str(home / "published" / "analyst.duckdb"), read_only=True) as con:
        rows = con.execute(
            "select period_end, breakdown_value, numerator from marts.fct_indicator_value where indicator_code = ?"
            " and area_code = ? and breakdown = ? and period_type = 'month' and numerator is not null",
            [code, area, breakdown],
        ).fetchall()
    return {(end, value): number for end, value, number in rows}


@pytest.mark.parametrize("breakdown", ["total", "sex", "age_band", "placement", "legal_status"])
def test_looked_after_children_of_the_sample_equal_the_independent_count_at_every_month_end(
    sample_home: Path, reckoned: dict[str, dict[str, dict[str, object]]], breakdown: str
) -> None:
    expected: dict[tuple[date, str], int] = defaultdict(int)
    for day, counted in reckoned["r01"].items():
        cells = {"total": counted["total"]} if breakdown == "total" else counted[breakdown]
        assert isinstance(cells, dict)
        for value, number in cells.items():
            expected[(date.fromisoformat(day), our_value(breakdown, value))] += number
    found = figures(sample_home, "R01", "E06000011", breakdown)
    assert len(expected) >= 12
    assert {key: int(number) for key, number in found.items() if number or expected.get(key)} == {
        key: number for key, number in expected.items() if number
    }


@pytest.mark.parametrize("code", ["R03", "S01"])
def test_plans_and_cases_of_the_sample_census_equal_the_independent_count(
    sample_home: Path, reckoned: dict[str, dict[str, dict[str, dict[str, int | dict[str, int]]]]], code: str
) -> None:
    counted = reckoned["cin"]["fake_CIN_data.xml"][code]
    found = figures(sample_home, code, "LA975", "total")
    assert found
    for (day, _), number in found.items():
        reckoning = counted[day.isoformat()]
        assert int(number) == (reckoning if isinstance(reckoning, int) else reckoning["total"])


def test_every_row_of_every_file_of_the_sample_was_received(
    sample_home: Path, reckoned: dict[str, dict[str, int]]
) -> None:
    with duckdb.connect(str(sample_home / "warehouse.duckdb"), read_only=True) as con:
        received = dict(
            con.execute(
                "select s.feed, sum(t.rows_received) from ops.submission_tables as t"
                " inner join ops.submissions as s using (submission_id) group by 1"
            ).fetchall()
        )
    assert received["ssda903"] == sum(reckoned["rows_903"].values())
    assert received["contacts"] == sum(reckoned["rows_annex_a"].values())


# --- the golden replay --------------------------------------------------------------------------------------------

EXPECTED = load_expected_rows()
MOMENTS = sorted({row["as_of"] for row in EXPECTED})


@pytest.fixture(scope="module")
def golden_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole replay received, published as known at its end."""
    home = tmp_path_factory.mktemp("golden") / "home"
    shutil.copytree(CASE / "landing", home / "landing")
    done = safeguarding(home, "run", "--replay", "--no-dashboard", "--as-of", MOMENTS[-1])
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def known_at(home: Path, moment: str) -> dict[tuple[str, ...], tuple[object, ...]]:
    """Every figure as known at the end of the day `moment`: the same warehouse, asked as of another time."""
    known_as_of(home, moment, select="+fct_indicator_value")
    with connect(home / "warehouse.duckdb", read_only=True) as con:
        rows = con.execute(
            "select indicator_code, area_code, period_type, cast(period_end as varchar), breakdown, breakdown_value,"
            " numerator, denominator, value, status from marts.fct_indicator_value"
        ).fetchall()
    return {tuple(row[:6]): tuple(row[6:]) for row in rows}


def expected_at(moment: str) -> dict[tuple[str, ...], list[dict[str, str]]]:
    """The hand-worked rows of a moment by our key; several codes of the reckoning may stand in one group of ours."""
    found: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for row in EXPECTED:
        if row["as_of"] == moment:
            key = tuple(row[c] for c in ("indicator_code", "area_code", "period_type", "period_end"))
            breakdown = BREAKDOWNS.get(row["breakdown"], row["breakdown"])
            found[(*key, breakdown, our_value(row["breakdown"], row["breakdown_value"]))].append(row)
    return found


@pytest.mark.parametrize("moment", MOMENTS)
def test_figures_as_known_on_each_date_are_those_worked_by_hand(golden_home: Path, moment: str) -> None:
    known = known_at(golden_home, moment)
    wrong = []
    for key, rows in expected_at(moment).items():
        numerator, denominator, value, status = known[key]
        found = {"numerator": numerator, "denominator": denominator, "value": value}
        hand = {name: [Decimal(row[name]) for row in rows if row[name]] for name in found}
        differs = [name for name, numbers in hand.items() if numbers and found[name] != sum(numbers)]
        if {status} != {row["status"] for row in rows}:
            differs.append("status")
        if differs:
            wrong.append((key, differs, (numerator, denominator, value, status), rows))
    assert wrong == []
