"""From a proposal to the Board's report: exported, filled in as the MEE group would, landed, run."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

from orchestration.exceptions import FILLED_IN, _safe
from tests.conftest import safeguarding
from tests.integration.test_whole_path import rows

HEADING_ROW = 3


@dataclass(frozen=True)
class Meeting:
    """A home after the meeting: which exception was agreed, declined and watched, and what the runs said."""

    home: Path
    agreed: str
    declined: str
    watched: str
    waiting: list[str]
    run: CompletedProcess[str]

    def board(self, sql: str) -> list[tuple[Any, ...]]:
        return rows(self.home / "published" / "board.duckdb", sql)


@pytest.fixture(scope="module")
def meeting(demonstration_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Meeting:
    home = tmp_path_factory.mktemp("meeting") / "home"
    shutil.copytree(demonstration_home, home, symlinks=True)
    file = home.parent / "mee.xlsx"
    exported = safeguarding(home, "exceptions", "export", "--output", str(file))
    assert exported.returncode == 0, exported.stderr
    again = safeguarding(home, "exceptions", "export", "--output", str(file))
    assert (again.returncode, "may have been filled in" in again.stderr) == (1, True)
    assert safeguarding(home, "exceptions", "export", "--output", str(file), "--overwrite").returncode == 0
    workbook = load_workbook(file)
    sheet = workbook["mee_decisions"]
    assert "SYNTHETIC" in str(sheet["A1"].value)
    headings = [cell.value for cell in sheet[HEADING_ROW]]
    lists = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation if one.type == "list"}
    assert list(lists.values()) == ['"agree,decline,watch"']
    ids = [str(sheet.cell(row, 1).value) for row in range(HEADING_ROW + 1, sheet.max_row + 1)]
    assert len(ids) > 3

    def fill(row: int, **cells: Any) -> None:
        for heading, value in cells.items():
            sheet.cell(row, headings.index(heading) + 1).value = value

    assert set(FILLED_IN) <= set(headings)
    day = date(2017, 9, 27)
    for row, decision in enumerate(("agree", "decline", "watch"), start=HEADING_ROW + 1):
        fill(
            row, decision=decision, reason="Discussed.", decided_on=day, decided_at_meeting=day, decided_by_role="Chair"
        )
    fill(
        HEADING_ROW + 1,
        commentary="The trust has been asked.",
        action="Ask again.",
        owner="Manager",
        due=date(2017, 12, 1),
    )
    fill(sheet.max_row + 1, exception_id="ab" * 32, decision="agree", decided_on=day)
    landing = home / "landing" / "board" / "mee_decisions"
    landing.mkdir(parents=True)
    workbook.save(landing / "mee.xlsx")
    run = safeguarding(home, "run", "--no-dashboard")
    return Meeting(home, ids[0], ids[1], ids[2], ids[3:], run)


def test_what_was_agreed_is_told_with_the_groups_words_and_nothing_else_is(meeting: Meeting) -> None:
    told = meeting.board(
        "select exception_id, decision_reason, commentary, action, action_owner, due_on, decided_on, meeting_date,"
        " decided_by_role from board.fct_agreed_exception"
    )
    day = date(2017, 9, 27)
    assert told == [
        (
            *(meeting.agreed, "Discussed.", "The trust has been asked.", "Ask again.", "Manager"),
            *(date(2017, 12, 1), day, day, "Chair"),
        )
    ]


def test_what_was_declined_or_watched_or_waits_stays_a_proposal(meeting: Meeting) -> None:
    listed = dict(meeting.board("select exception_id, decision from board.fct_exception"))
    decided = {meeting.agreed: "agree", meeting.declined: "decline", meeting.watched: "watch"}
    assert listed == decided | dict.fromkeys(meeting.waiting)
    [(first,)] = meeting.board("select distinct first_release_id from board.fct_exception")
    assert [(first,)] != meeting.board("select release_id from board.dim_release")
    again = safeguarding(meeting.home, "exceptions", "list")
    assert meeting.watched[:8] in again.stdout
    assert meeting.agreed[:8] not in again.stdout
    assert meeting.declined[:8] not in again.stdout


def test_a_decision_on_what_nobody_proposed_is_refused_in_a_sentence(meeting: Meeting) -> None:
    assert meeting.run.returncode == 3, meeting.run.stdout + meeting.run.stderr
    [sentence] = [line for line in meeting.run.stderr.splitlines() if line.startswith("REFUSED")]
    assert f"found exception_id {'ab' * 32}, expected one that a release has proposed" in sentence
    assert "assert_decisions_name_a_proposed_exception" in safeguarding(meeting.home, "status").stdout


def test_a_warehouse_built_anew_from_archive_and_releases_publishes_the_same(meeting: Meeting) -> None:
    before = (meeting.home / "published" / "current").resolve()
    (meeting.home / "warehouse.duckdb").unlink()
    again = safeguarding(meeting.home, "run", "--no-dashboard", "--force")
    # Publication compares the two builds table by table, and refuses what differs (test_publish.py).
    assert f"Published {before.name}." in again.stdout, again.stdout + again.stderr
    assert (meeting.home / "published" / "current").resolve() == before


def test_a_proposal_about_another_authority_says_so(meeting: Meeting, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(meeting.home, home, symlinks=True)
    file = (home / "published" / "current").resolve() / "board.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("update board.board.fct_exception set area_code = 'E06000010'")
    listed = safeguarding(home, "exceptions", "list").stdout.splitlines()[2:]
    assert listed
    assert all("Kingston upon Hull" in line for line in listed)
    assert "Kingston upon Hull" not in safeguarding(meeting.home, "exceptions", "list").stdout


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_cell_of_the_workbook_is_never_a_formula(start: str) -> None:
    assert _safe(f"{start}1+1") == f"'{start}1+1"
    assert _safe("1+1") == "1+1"


def test_there_is_nothing_to_export_before_anything_is_published(tmp_path: Path) -> None:
    done = safeguarding(tmp_path / "home", "exceptions", "export", "--output", str(tmp_path / "mee.xlsx"))
    assert done.returncode == 1
    assert "Nothing is published yet" in done.stderr
    assert "Traceback" not in done.stderr
