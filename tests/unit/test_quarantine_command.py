"""What `safeguarding quarantine` shows of rows that were set aside."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.settings import Settings
from orchestration.warehouse import connect, migrate


def test_of_each_reason_the_first_row_of_the_first_submission_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFEGUARDING_HOME", str(tmp_path))
    with connect(Settings(home=tmp_path).warehouse) as con:
        migrate(con)
        # As text, line 10 comes before line 2.
        for row in (10, 2):
            con.execute(
                "insert into quarantine.quarantined_rows (submission_id, supplier, feed, table_name, row_number,"
                " rule_code, severity, message) values ('sub-000001', 'police', 'missing_episodes', 'missing', ?,"
                " 'not_a_date', 'quarantine', ?)",
                [row, f"missing.csv, line {row}: found 6 letters, expected a date."],
            )
    outcome = CliRunner().invoke(main, ["quarantine"])
    assert outcome.exit_code == 0, outcome.output
    assert "line 2:" in outcome.output
    assert "line 10:" not in outcome.output
