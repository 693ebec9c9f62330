"""The one rule of what stops publication, and the table that results are kept in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import get_args

import pytest

from orchestration.checks.gate import blocking
from orchestration.checks.results import CheckResult, Outcome, Severity, record, recorded
from orchestration.warehouse import connect, migrate

AT = datetime(2017, 6, 30, 9, 0)


def result(severity: str = "error", outcome: str = "passed", name: str = "a check") -> CheckResult:
    return CheckResult("soda", "marts", "fct_indicator_value", name, severity, outcome, "1", "= 0")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("severity", "outcome", "blocks"),
    [
        ("error", "passed", False),
        ("error", "warned", False),
        ("error", "failed", True),
        ("error", "not_evaluated", True),
        ("warn", "passed", False),
        ("warn", "warned", False),
        ("warn", "failed", False),
        ("warn", "not_evaluated", False),
        ("error", "a word of tomorrow", True),
        ("a word of tomorrow", "failed", True),
    ],
)
def test_severity_and_outcome_decide_what_blocks(severity: str, outcome: str, blocks: bool) -> None:
    assert bool(blocking([result(severity, outcome)])) is blocks


def test_every_severity_and_outcome_that_there_is_stands_in_the_table_above() -> None:
    assert set(get_args(Severity)) == {"error", "warn"}
    assert set(get_args(Outcome)) == {"passed", "warned", "failed", "not_evaluated"}


def test_only_what_blocks_is_returned_and_in_order() -> None:
    stop = [result("error", "failed", "b"), result("error", "not_evaluated", "a")]
    assert blocking([result(), stop[0], result("warn", "warned"), stop[1]]) == stop


def test_results_come_back_as_they_were_recorded(tmp_path: Path) -> None:
    results = [
        CheckResult("dbt", "marts", "a", "is built", "error", "passed"),
        CheckResult("soda", "raw", "b", 'it\'s "quoted", — and long', "warn", "warned", "3", "<= 2"),
    ]
    with connect(tmp_path / "warehouse.duckdb") as con:
        migrate(con)
        record(con, "run-1", AT, results)
        record(con, "run-2", AT, [result()])
        record(con, "run-2", AT, [])
        assert recorded(con, "run-1") == results
        assert recorded(con, "run-2") == [result()]
        assert recorded(con, "run-3") == []
        assert con.execute("select distinct checked_at from ops.check_results").fetchall() == [(AT,)]
