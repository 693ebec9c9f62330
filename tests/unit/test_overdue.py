"""What is overdue, in words: the rows of fct_feed_status gathered, and nothing decided anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dagster import AssetCheckSeverity, AssetKey

from orchestration.assets.checks import overdue_check
from orchestration.overdue import gaps, in_a_sentence, is_overdue
from orchestration.settings import EAST_RIDING, Settings

QUARTERS = ("2016-06-30", "2016-09-30", "2016-12-31", "2017-03-31", "2017-06-30")


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute(
            "create schema marts; create table marts.fct_feed_status (area_code varchar, supplier varchar,"
            " feed varchar, is_annual_final boolean, period_type varchar, period_end date, status varchar,"
            " status_reason varchar)"
        )
        yield con


def told(con: duckdb.DuckDBPyConnection, feed: str, *statuses: str, area: str = EAST_RIDING) -> None:
    """`statuses` of a feed's quarters, the last of them that to June 2017."""
    for period_end, status in zip(QUARTERS[-len(statuses) :], statuses, strict=True):
        con.execute(
            "insert into marts.fct_feed_status values (?, ?, ?, false, 'quarter', ?, ?, ?)",
            [area, *feed.split("/"), period_end, status, f"{status} to {period_end}"],
        )


def test_periods_that_follow_one_another_are_one_gap_and_the_newest_late_one_stands_first(
    con: duckdb.DuckDBPyConnection,
) -> None:
    told(con, "police/cases", "late", "late", "received", "late", "not_due")
    told(con, "health/camhs", "not_submitted", "not_submitted", "received", "received", "late")
    found = [
        (gap.feed, gap.status, str(gap.first_period_end), str(gap.last_period_end), gap.periods, gap.reason)
        for gap in gaps(con, EAST_RIDING)
    ]
    assert found == [
        ("health/camhs", "late", "2017-06-30", "2017-06-30", 1, "late to 2017-06-30"),
        ("police/cases", "late", "2017-03-31", "2017-03-31", 1, "late to 2017-03-31"),
        ("police/cases", "late", "2016-06-30", "2016-09-30", 2, "late to 2016-09-30"),
        ("health/camhs", "not_submitted", "2016-06-30", "2016-09-30", 2, "not_submitted to 2016-09-30"),
    ]


def test_a_few_feeds_are_named_and_the_others_counted(con: duckdb.DuckDBPyConnection) -> None:
    told(con, "health/camhs", "late")
    told(con, "police/cases", "late", "late", "received")
    for feed in ("a", "b", "c"):
        told(con, f"marac/{feed}", "late", "received")
    told(con, "education/attendance", "not_submitted", "not_submitted")
    told(con, "education/exclusions", "not_submitted", "received")
    assert in_a_sentence(gaps(con, EAST_RIDING)) == (
        "6 returns are overdue: health/camhs (quarter to 2017-06-30), marac/a (quarter to 2017-03-31), marac/b (quarter"
        " to 2017-03-31), and of 2 feeds more; 1 feed never sent what was due: `safeguarding status` lists them."
    )


def test_what_others_publish_or_another_authority_owes_is_not_overdue_here(con: duckdb.DuckDBPyConnection) -> None:
    told(con, "published/population", "late")
    told(con, "police/cases", "late", area="E06000010")
    told(con, "police/cases", "not_due")
    assert in_a_sentence(gaps(con, EAST_RIDING)) == "No return is overdue."


@pytest.mark.parametrize(("status", "is_late"), [("late", True), ("not_submitted", False), ("received", False)])
def test_dagster_warns_of_what_is_late_and_the_run_goes_on(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, status: str, is_late: bool
) -> None:
    told(con, "health/camhs", status)
    found = gaps(con, EAST_RIDING)
    con.close()
    assert is_overdue(found) is is_late
    check = overdue_check(AssetKey(["marts", "fct_feed_status"]))
    result = check(settings=Settings(home=tmp_path))
    assert (result.passed, result.severity) == (not is_late, AssetCheckSeverity.WARN)
    assert result.description == in_a_sentence(found)
    assert ("returns" in result.metadata) is (status != "received")
    assert not any(spec.blocking for spec in check.check_specs)
