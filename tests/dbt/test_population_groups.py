"""Populations by single year of age and sex, from a file in landing's layout to the rates that divide by them.

Of age a there are 1,000 + a girls and 2,000 + a boys in the file's East Riding, so that each group can be added up by
hand: of 15 ages from 0 to 14, which add up to 105, there are 15,105 girls and 30,105 boys.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest

from orchestration.ingest.archive import content_sha256, store
from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.load import load_submission
from orchestration.ingest.register import Received
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect

from .by_hand import HOME
from .conftest import Built, dbt

RELEASE = "By single year, mid-2015"
OTHER, GIRLS_ONLY = "E06000010", "E06000014"
GROUPS = {
    "0-14": 15_105 + 30_105,
    "0-17": 18_153 + 36_153,
    "10-17": 8_108 + 16_108,
    "3-4": 2_007 + 4_007,
    "15-17-female": 3_048,
}


def single_years() -> Iterator[list[object]]:
    """Rows of the file: all ages of East Riding; elsewhere no boys of 4, or no boys at all."""
    yield ["area_code", "mid_year", "age", "sex", "population", "release", "released_on"]
    for area in (HOME, OTHER, GIRLS_ONLY):
        for age in range(18):
            for sex, base in (("F", 1_000), ("M", 2_000)):
                if (area, age, sex) != (OTHER, 4, "M") and (area, sex) != (GIRLS_ONLY, "M"):
                    yield [area, 2015, age, sex, base + age, RELEASE, "2016-06-23"]


@pytest.fixture(scope="module")
def con(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built home with the file loaded, and its populations made anew."""
    home = tmp_path_factory.mktemp("populations")
    shutil.copytree(built.home / "dbt", home / "dbt")
    shutil.copy(built.warehouse, home / "warehouse.duckdb")
    settings, path = Settings(home=home), home / "single_years.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(single_years())
    sha256 = content_sha256(path)
    store(settings.archive, path, sha256)
    moment = datetime(2016, 7, 1, 9, 0, 0)
    received = Received(
        submission_id="sub-000990", supplier="published", feed="population", landing_path="published/population/ages",
        file_name=path.name, sha256=sha256, received_at=moment, registered_at=moment, is_replay=True, kind="file",
        position=990,
    )  # fmt: skip
    with connect(settings.warehouse) as writing:
        contract = load_contracts(PROJECT_ROOT / "sources")["published/population"]
        outcome = load_submission(writing, settings, contract, received)
    assert (outcome.status, outcome.rows_quarantined) == ("accepted", 0)
    done = dbt(home, "run", "--select", "stg_published__submissions", "stg_published__populations+1")
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(settings.warehouse), read_only=True) as reading:
        yield reading


def groups_of(con: duckdb.DuckDBPyConnection, area: str) -> dict[str, int]:
    rows = con.execute(
        "select population_group, population from staging.stg_published__populations"
        " where area_code = ? and mid_year = 2015 and population_release = ?",
        [area, RELEASE],
    ).fetchall()
    return dict(rows)


def test_every_group_is_added_up_from_single_years(con: duckdb.DuckDBPyConnection) -> None:
    assert groups_of(con, HOME) == GROUPS


def test_a_group_of_which_an_age_or_a_sex_is_missing_is_none(con: duckdb.DuckDBPyConnection) -> None:
    assert groups_of(con, OTHER) == {name: GROUPS[name] for name in ("10-17", "15-17-female")}
    assert groups_of(con, GIRLS_ONLY) == {"15-17-female": GROUPS["15-17-female"]}


@pytest.mark.parametrize(
    ("code", "period_type", "period_end", "group"),
    [
        ("R10", "financial_year", date(2016, 3, 31), "0-14"),
        ("R11", "calendar_year", date(2015, 12, 31), "15-17-female"),
        ("A14b", "rolling_12_months", date(2015, 12, 31), "10-17"),
        ("A14b", "rolling_12_months", date(2016, 3, 31), "10-17"),
    ],
)
def test_a_rate_divides_by_its_group_of_the_mid_year_in_its_financial_year(
    con: duckdb.DuckDBPyConnection, code: str, period_type: str, period_end: date, group: str
) -> None:
    periods = con.execute(
        "select count(*) from marts.fct_indicator_value where indicator_code = ? and period_type = ? and period_end = ?"
        " and area_code = ?",
        [code, period_type, period_end, HOME],
    ).fetchall()
    assert periods != [(0,)]
    assert con.execute(
        "select population, population_release, is_interim from intermediate.int_indicator__populations"
        " where indicator_code = ? and period_end = ? and area_code = ?",
        [code, period_end, HOME],
    ).fetchall() == [(GROUPS[group], RELEASE, False)]


def test_a15b_takes_the_later_of_two_releases_of_one_mid_year(con: duckdb.DuckDBPyConnection) -> None:
    # 0 to 17 stands in the shipped estimates too, which count from 30 June 2016 on.
    assert con.execute(
        "select population, population_release from intermediate.int_indicator__populations"
        " where indicator_code = 'A15b' and period_end = '2016-03-31' and area_code = ?",
        [HOME],
    ).fetchall() == [(62_164, "ONS mid-2015")]


@pytest.mark.parametrize("code", ["R10", "R11", "A14b"])
def test_without_single_years_a_rate_of_such_a_group_has_nothing_to_divide_by(built: Built, code: str) -> None:
    with duckdb.connect(str(built.warehouse), read_only=True) as plain:
        assert plain.execute(
            "select count(*) from intermediate.int_indicator__populations where indicator_code = ?", [code]
        ).fetchall() == [(0,)]
        # The shipped estimates are of 0 to 17 alone; A15b has them.
        assert plain.execute(
            "select count(*) > 0 from intermediate.int_indicator__populations where indicator_code = 'A15b'"
        ).fetchall() == [(True,)]
