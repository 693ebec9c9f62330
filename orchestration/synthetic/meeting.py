"""A meeting in the demonstration: the MEE group decides, in invented words, on what an earlier release proposed.

Belongs here: filling the group's workbook and dropping it as the group would. Does not belong here: the workbook
(exceptions.py), taking it in (ingest/), which releases are made (cli.py).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import yaml

from orchestration.exceptions import export, proposals
from orchestration.settings import Settings
from orchestration.words import counted

_FEED: Final = Path("board") / "mee_decisions"
_MARK: Final = "Invented for the demonstration: "


@dataclass(frozen=True)
class _Decision:
    """What the group decides on one proposal. `due_after` is in days after the meeting; without an action, none."""

    decision: str
    reason: str
    commentary: str = ""
    action: str = ""
    owner: str = ""
    due_after: int | None = None

    def cells(self, meeting: date) -> dict[str, object]:
        """Column to value, as sources/board/mee_decisions/contract.yml names them."""
        words = {name: getattr(self, name) for name in ("reason", "commentary", "action")}
        return {
            "decision": self.decision,
            **{name: f"{_MARK}{text}" for name, text in words.items() if text},
            **({"owner": self.owner} if self.owner else {}),
            **({"due": meeting + timedelta(days=self.due_after)} if self.due_after is not None else {}),
            "decided_on": meeting,
            "decided_at_meeting": meeting,
            "decided_by_role": "Chair of the MEE group",
        }


# The first is overdue by the demonstration's clock, three months on; the second is not. What is left waits.
_DECISIONS: Final = (
    _Decision(
        "agree",
        "the group wants the Board to know.",
        "the service has told the group what it knows; the group was not satisfied.",
        "the service reports to the Board what it has found and what it changes.",
        "Head of the service",
        60,
    ),
    _Decision(
        "agree",
        "the gap is larger than chance explains.",
        "a sample of cases is being looked at; what comes of it is told at the next meeting.",
        "audit a sample of cases and bring the findings to the group.",
        "Principal social worker",
        150,
    ),
    _Decision("decline", "the figure is of a kind that moves a good deal; the group looks again next year."),
    _Decision("watch", "one more quarter is awaited."),
)


@dataclass(frozen=True)
class Meeting:
    """What the group did: how many proposals lay before it, how many it decided each way, and its workbook."""

    proposed: int
    decided: Mapping[str, int] = field(default_factory=dict)
    workbook: Path | None = None

    def sentence(self) -> str:
        """The same in words."""
        ways = {"agree": "agreed", "decline": "declined", "watch": "watched"}
        told = ", ".join(f"{count} {ways[decision]}" for decision, count in self.decided.items())
        return f"{counted(self.proposed, 'proposal')} lay before the MEE group (invented decisions: {told or 'none'})."


def hold(settings: Settings, day: date) -> Meeting:
    """Decide on the current release's proposals on `day` and drop the filled workbook into landing.

    What is decided is invented and says so. Nothing is dropped where nothing is proposed. Raises ExceptionsError before
    the first publication.
    """
    waiting = proposals(settings)
    if not waiting:
        return Meeting(0)
    first = date(day.year, day.month, 1)
    last = date(day.year, day.month, monthrange(day.year, day.month)[1])
    folder = settings.landing / _FEED / f"mee_decisions_{settings.area_code}_{first}_{last}"
    folder.mkdir(parents=True, mode=0o700)
    workbook = folder / "mee_decisions.xlsx"
    export(settings, workbook)
    decided = _fill(workbook, day, _DECISIONS)
    envelope = {
        "synthetic": True,
        "area_code": settings.area_code,
        "period_start": first,
        "period_end": last,
        "data_as_at": day,
        "finality": "final",
        "layout_version": "1.0",
        "agreement_ref": "DEFAULT-BOARD-MEE_DECISIONS",
        # Its month is over then: what is told of days to come would be warned of.
        "received_at": datetime.combine(last + timedelta(days=1), time(10)),
    }
    (folder / "submission.yml").write_text(
        "# Invented: written by `safeguarding run` for the demonstration's meeting.\n"
        + yaml.safe_dump(envelope, sort_keys=False),
        encoding="utf-8",
    )
    return Meeting(len(waiting), decided, workbook)


def _fill(workbook: Path, day: date, decisions: Sequence[_Decision]) -> dict[str, int]:
    """Write the decisions into the rows of the workbook, the first into the first; how many of each kind."""
    from openpyxl import load_workbook

    book = load_workbook(workbook)
    sheet = book.worksheets[0]
    [heading_row] = [row[0].row for row in sheet.iter_rows() if row[0].value == "exception_id"]
    columns = {cell.value: cell.column for cell in sheet[heading_row]}
    decided: dict[str, int] = {}
    for row, decision in zip(range(heading_row + 1, sheet.max_row + 1), decisions, strict=False):
        for name, value in decision.cells(day).items():
            sheet.cell(row, columns[name]).value = value
        decided[decision.decision] = decided.get(decision.decision, 0) + 1
    book.save(workbook)
    return decided
