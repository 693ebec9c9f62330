"""The breaches that the warehouse counts in the sample returns against a reckoning that has not seen it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.golden.independent_validation import count_care, count_need

# As numbers, so that a change that both reckonings share is seen: the sample's makers drew most codes at random.
STATED = {
    "ssda903": {"EPI": 552, "142": 10, "148": 1413, "388": 1064, "440": 1433, "501": 62, "601": 80, "602": 27},
    "cin_census": {"8831": 365, "8620": 226, "8875": 91, "8600": 8, "8630": 0},
}


def warehouse(home: Path, feed: str, area: str) -> dict[str, int]:
    with duckdb.connect(str(home / "published" / "analyst.duckdb"), read_only=True) as con:
        return dict(
            con.execute(
                "select rule_code, cast(sum(rows_in_breach) as integer) from marts.fct_validation_result"
                " where return = ? and area_code = ? group by 1",
                [feed, area],
            ).fetchall()
        )


def test_breaches_of_the_sample_903_return_equal_the_independent_count(sample_home: Path, shared: Path) -> None:
    counted = count_care(shared / "data" / "extracts" / "ssda903")
    found = warehouse(sample_home, "ssda903", "E06000011")
    assert len(counted) >= 35
    assert {rule: found[rule] for rule in counted} == dict(counted)


def test_breaches_of_the_sample_census_equal_the_independent_count(sample_home: Path, shared: Path) -> None:
    counted = count_need(shared / "data" / "extracts" / "cin_census" / "fake_CIN_data.xml")
    found = warehouse(sample_home, "cin_census", "LA975")
    assert len(counted) >= 11
    assert {rule: found[rule] for rule in counted} == dict(counted)


@pytest.mark.parametrize(("feed", "area"), [("ssda903", "E06000011"), ("cin_census", "LA975")])
def test_breaches_stated_as_numbers_are_found(sample_home: Path, feed: str, area: str) -> None:
    found = warehouse(sample_home, feed, area)
    assert {rule: found[rule] for rule in STATED[feed]} == STATED[feed]
