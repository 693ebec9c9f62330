"""What `safeguarding run` tells on the terminal, and by its exit code; what a run does is put in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import REFUSED, main
from orchestration.run import RunOutcome
from orchestration.settings import Settings
from orchestration.warehouse import connect, migrate
from tests.dbt.by_hand import insert, submission

Does = Callable[[duckdb.DuckDBPyConnection], None]
Run = Callable[..., Result]
NOTHING_DUE = """
create table if not exists marts.fct_feed_status (
    area_code varchar, supplier varchar, feed varchar, is_annual_final boolean, period_type varchar, period_end date,
    status varchar, status_reason varchar
)
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command with a whole path that does `does` to the warehouse and ends with `failures`."""
    monkeypatch.setenv("SAFEGUARDING_HOME", str(tmp_path / "home"))

    def once(does: Does = lambda con: None, *failures: str) -> Result:
        def whole_path(settings: Settings, *_: Any, **__: Any) -> RunOutcome:
            with connect(settings.warehouse) as con:
                migrate(con)
                con.execute(NOTHING_DUE)
                does(con)
            return RunOutcome("run", failures)

        monkeypatch.setattr("orchestration.run.run_whole_path", whole_path)
        return CliRunner().invoke(main, ["run", "--no-dashboard", "--force"])

    return once


def refuses(number: int) -> Does:
    row = submission(number, "ssda903", "2016-04-01", "2017-03-31", "final", "2017-05-03", status="rejected")
    return lambda con: insert(con, "ops.submissions", row | {"reason": "it is empty."})


def told(result: Result) -> list[str]:
    return [line.split()[1] for line in result.stderr.splitlines() if line.startswith("REFUSED")]


def test_what_a_stopped_run_refused_is_told_by_the_run_that_publishes_and_by_its_exit_code(run: Run) -> None:
    first = run(refuses(1))
    assert (first.exit_code, told(first)) == (REFUSED, ["sub-000001"])
    stopped = run(refuses(2), "figures moved")
    assert (stopped.exit_code, told(stopped)) == (1, ["sub-000002"])
    again = run(refuses(3), "figures moved")
    assert (again.exit_code, told(again)) == (1, ["sub-000002", "sub-000003"])
    published = run()
    assert (published.exit_code, told(published)) == (REFUSED, ["sub-000002", "sub-000003"])
    quiet = run()
    assert (quiet.exit_code, told(quiet)) == (0, [])


def test_what_the_very_first_run_refused_is_told_though_it_stopped(run: Run) -> None:
    assert run(refuses(1), "a check failed").exit_code == 1
    assert told(run()) == ["sub-000001"]


def test_each_feed_is_told_with_its_most_frequent_reasons_and_where_the_others_are(run: Run) -> None:
    def sets_aside(con: duckdb.DuckDBPyConnection) -> None:
        for feed, counts in (("contacts", {"a": 4, "b": 3, "c": 2, "d": 1, "e": 1}), ("cse", {"a": 1})):
            for rule, rows in counts.items():
                con.execute(
                    "insert into quarantine.quarantined_rows (submission_id, supplier, feed, table_name, rule_code,"
                    " severity, message) select 'sub-000001', 'care', ?, 't', ?, 'quarantine', 'm' from range(?)",
                    [feed, rule, rows],
                )

    lines = run(sets_aside).stdout.splitlines()
    at = lines.index("Set aside, and why (`safeguarding quarantine` has every reason, with an example)")
    assert lines[at + 1 : at + 3] == ["  care/contacts: a 4, b 3, c 2 and 2 other reasons", "  care/cse: a 1"]
