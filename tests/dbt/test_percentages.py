"""A percentage over 100 stops publication, except where the dictionary says why it may be more."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.warehouse import connect

from .by_hand import HOME
from .conftest import Built, dbt

CHECK = "assert_no_percentage_is_over_100"


@pytest.fixture(scope="module")
def altered(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built home, in which each yearly headline can be given a value."""
    home = tmp_path_factory.mktemp("percentages")
    shutil.copytree(built.home / "dbt", home / "dbt")
    shutil.copy(built.warehouse, home / "warehouse.duckdb")
    return home


def found(home: Path, values: dict[str, str]) -> list[tuple[str, str]]:
    """Indicator and period type of the rows that the check's own SQL returns once figures have these values."""
    (compiled,) = (home / "dbt" / "target" / "compiled").rglob(f"{CHECK}.sql")
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("begin")
        for code, value in values.items():
            give(con, code, value)
        rows = con.execute(compiled.read_text(encoding="utf-8")).fetchall()
        con.execute("rollback")
    return [(row[0], row[3]) for row in rows]


def give(con: duckdb.DuckDBPyConnection, code: str, value: str) -> None:
    """Set the value of one figure of the indicator: its last headline (or share) by its leading period type."""
    changed = con.execute(
        """
        update marts.fct_indicator_value set value = $value::decimal(18, 6), value_exact = $value::decimal(28, 12)
        where indicator_code = $code and area_code = $area and is_primary_cadence
            and (period_end, breakdown, breakdown_value) = (
                select (period_end, breakdown, breakdown_value)
                from marts.fct_indicator_value
                where indicator_code = $code and area_code = $area and is_primary_cadence
                order by period_end desc, breakdown = 'total' desc, breakdown_value limit 1
            )
        """,
        {"code": code, "value": value, "area": HOME},
    ).fetchall()
    assert changed == [(1,)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"W03": "103"}, []),
        ({"W04": "100.01"}, []),
        ({"S06": "100"}, []),
        ({"S06": "100.1"}, [("S06", "financial_year")]),
        ({"W05b": "100.01"}, [("W05b", "academic_year")]),
        ({"A12b": "100.1"}, [("A12b", "financial_year_to_date")]),
        # A rate per 10,000 is no percentage.
        ({"R04": "101"}, []),
    ],
    ids=["as built", "take-up", "occasions", "all", "a share", "another share of pupils", "a split", "a rate"],
)
def test_only_take_up_and_exclusions_may_be_more_than_all(
    altered: Path, values: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert found(altered, values) == expected


def test_a_percentage_over_100_stops_the_run(altered: Path) -> None:
    with connect(altered / "warehouse.duckdb") as con:
        give(con, "W03", "103")
        give(con, "S06", "100.1")

    done = dbt(altered, "test", "--select", CHECK)

    assert done.returncode == 1
    assert "Got 1 result, configured to fail if != 0" in done.stdout
