"""The demonstration with a past: an earlier release, what the MEE group decided on it, and the release after."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import safeguarding
from tests.integration.test_whole_path import rows


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("meeting") / "home"
    written = safeguarding(home, "sample", "--scale", "0.1", "--meeting")
    assert written.returncode == 0, written.stderr
    done = safeguarding(home, "run", "--no-dashboard")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    (home / "run.txt").write_text(done.stdout)
    return home


def board(home: Path, sql: str) -> list[tuple[Any, ...]]:
    return rows(home / "published" / "board.duckdb", sql)


def test_the_first_run_makes_two_releases_and_says_so(home: Path) -> None:
    listed = safeguarding(home, "releases", "list").stdout
    assert re.findall(r"r-(\d{8})t", listed) == ["20170625", "20170925"]
    said = (home / "run.txt").read_text()
    assert "The demonstration begins with an earlier release, as known on 25 June 2017." in said
    assert re.search(r"\d+ proposals lay before the MEE group \(invented decisions: \d+ agreed", said)


def test_what_was_agreed_is_told_marked_as_invented_and_without_a_number(home: Path) -> None:
    agreed = board(
        home, "select decision_reason, commentary, action, action_owner, due_on from board.fct_agreed_exception"
    )
    assert len(agreed) == 2
    for reason, commentary, action, owner, due in agreed:
        for words in (reason, commentary, action):
            assert words.startswith("Invented for the demonstration: ")
            assert not any(character.isdigit() for character in words)
        assert owner
        assert due
    assert board(home, "select count(*) from board.fct_exception where decision = 'decline'") == [(1,)]


def test_the_workbook_is_a_submission_that_says_it_is_synthetic(home: Path) -> None:
    [envelope] = (home / "landing" / "board" / "mee_decisions").glob("*/submission.yml")
    assert yaml.safe_load(envelope.read_text())["synthetic"] is True
    assert board(home, "select bool_and(is_synthetic) from board.dim_release") == [(True,)]


def test_the_later_release_tells_what_changed_since_the_earlier_one(home: Path) -> None:
    told = rows(home / "published" / "analyst.duckdb", "select count(*) from marts.fct_restatement")
    assert told[0][0] > 0


def test_a_second_run_holds_no_second_meeting(home: Path) -> None:
    again = safeguarding(home, "run", "--no-dashboard")
    assert again.returncode == 0
    assert "Nothing new" in again.stdout
    assert len(list((home / "landing" / "board" / "mee_decisions").iterdir())) == 1
