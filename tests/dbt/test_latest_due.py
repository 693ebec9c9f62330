"""On any day of a meeting each of the 38 has one row: its latest period due, or its first one and until when it is not.

What is expected is reckoned here from the seeds alone, day by day; real dbt is asked on a few days.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.warehouse import connect

from .by_hand import HOME
from .conftest import Built, dbt
from .test_dictionary_holds_together import FIRST_DAY, INDICATORS, PERIODS, THE_38, seed

# Before anything, after the first monthly returns, before the first rolling three years, and late in the demonstration.
DAYS = [date(2012, 4, 2), date(2012, 6, 30), date(2015, 1, 20), date(2017, 9, 25)]
LEADS = {row["indicator_code"]: row["primary_period_type"] for row in INDICATORS}


@dataclass(frozen=True)
class Row:
    """One indicator's row by its leading period type; `is_due` is false where the first period is still to come."""

    period_end: date
    definition_version: str
    due_date: date
    is_due: bool


def due_days() -> dict[tuple[str, str], int]:
    """Days after a period's end by which the last return of an indicator and version is due."""
    calendar = {(row["supplier"], row["feed"]): int(row["due_days"]) for row in seed("feed_calendar")}
    days: dict[tuple[str, str], int] = defaultdict(int)
    for row in seed("indicator_feeds"):
        if row["is_required"] == "true":
            key = row["indicator_code"], row["definition_version"]
            days[key] = max(days[key], calendar[row["supplier"], row["feed"]])
    return days


def expected(day: date) -> dict[str, Row]:
    """By indicator of the 38: the last period since April 2012 that is due by the day, else the first of all."""
    days = due_days()
    found: dict[str, Row] = {}
    for row in INDICATORS:
        code, version = row["indicator_code"], row["definition_version"]
        for kind, start, end in PERIODS:
            if code not in THE_38 or kind != LEADS[code] or start < FIRST_DAY:
                continue
            if not row["valid_from"] <= end.isoformat() <= (row["valid_to"] or "9999-12-31"):
                continue
            due = end + timedelta(days=days[code, version])
            mine = Row(end, version, due, is_due=due <= day)
            best = found.get(code)
            if best is None or (mine.is_due, _nearness(mine)) > (best.is_due, _nearness(best)):
                found[code] = mine
    return found


def _nearness(row: Row) -> int:
    """The later the better where due, the earlier the better where not."""
    return row.period_end.toordinal() * (1 if row.is_due else -1)


@pytest.fixture(scope="module")
def home(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("latest_due")
    shutil.copytree(built.home / "dbt", copied / "dbt")
    shutil.copy(built.warehouse, copied / "warehouse.duckdb")
    return copied


@pytest.fixture(scope="module", params=DAYS, ids=str)
def asked(request: pytest.FixtureRequest, home: Path) -> Iterator[tuple[date, duckdb.DuckDBPyConnection]]:
    """The day, and the warehouse as it is on that day."""
    day: date = request.param
    with connect(home / "warehouse.duckdb") as con:
        con.execute("update ops.run_control set as_of = ?", [f"{day} 09:00:00"])
    done = dbt(
        home, "build", "--select", "+int_indicator__coverage", "fct_indicator_latest_due",
        "board_fct_indicator_latest_due", "--exclude", "resource_type:seed", "resource_type:unit_test",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        yield day, con


def test_each_of_the_38_has_one_row_on_any_day(asked: tuple[date, duckdb.DuckDBPyConnection]) -> None:
    day, con = asked
    rows = con.execute(
        """
        select indicator_code, period_end, definition_version, due_date, status is null, status_reason
        from marts.fct_indicator_latest_due
        inner join marts.dim_indicator using (indicator_code, definition_version)
        where area_code = ? and is_primary_cadence and parent_code is null
        """,
        [HOME],
    ).fetchall()
    assert len(rows) == 38
    assert {row[0]: Row(*row[1:5]) for row in rows} == expected(day)
    for code, end, _, due, is_due, reason in rows:
        if is_due:
            assert reason is None
        else:
            assert reason.startswith("Its first period, "), code
            assert reason.endswith(f", is not due until {due.day} {due:%B %Y}."), code
            assert due > day
            assert end >= FIRST_DAY


def test_the_board_is_told_of_each_of_the_38_once(asked: tuple[date, duckdb.DuckDBPyConnection]) -> None:
    _, con = asked
    codes = con.execute(
        "select indicator_code from board.fct_indicator_latest_due where area_code = ? and is_primary_cadence", [HOME]
    ).fetchall()
    assert sorted(code for (code,) in codes if code in THE_38) == sorted(THE_38)


def test_the_days_that_are_asked_differ_in_what_is_due() -> None:
    assert [sum(row.is_due for row in expected(day).values()) for day in DAYS] == [0, 18, 36, 38]
    # Three years from April 2012, and the conceptions of 2013, which are published 440 days after the year.
    assert {code for code, row in expected(DAYS[2]).items() if not row.is_due} == {"R08", "R11"}
