"""Exceptions between the warehouse and the MEE group: what was proposed before, and the group's workbook.

Two keys: a rule proposes (dbt: fct_exception), the MEE group agrees (feed board/mee_decisions), and only then the Board
is told (board.fct_agreed_exception). What a release told of is never taken back, and the published releases are the one
memory of it: ops.exception_proposals is made anew from them at each run (docs/decisions/0020).

Belongs here: that memory, the list and the workbook. Does not belong here: what makes an exception (the seed
exception_rules, int_exception__judged), taking the filled workbook in (ingest/, as any feed).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from orchestration.publish import Release, current_release, releases_told_before
from orchestration.settings import Settings
from orchestration.warehouse import connect

DECISIONS = ("agree", "decline", "watch")
FILLED_IN = (
    "decision",
    "reason",
    "commentary",
    "action",
    "owner",
    "due",
    "decided_on",
    "decided_at_meeting",
    "decided_by_role",
)
"""The columns that the MEE group fills in, as sources/board/mee_decisions/contract.yml names them."""

_OF_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS = {"exception_id": 14, "what_is_proposed": 90, "reason": 40, "commentary": 60, "action": 40}
_DATES = ("due", "decided_on", "decided_at_meeting")
_TOLD = """
    exception_id, rule_code, severity, indicator_code, definition_version, supplier, feed, area_code, period_type,
    period_start, period_end, breakdown, reason, value_at_proposal, first_release_id, proposed_at
"""


class ExceptionsError(RuntimeError):
    """Exceptions cannot be listed or exported; the message says why and what to do."""


@dataclass(frozen=True)
class Proposal:
    """A proposal as the Board's file tells it. `still_so` None: not to be told; `decision` None: none yet.

    `is_closed`: undecided, and what it rested on was withdrawn, as the end of `sentence` says.
    """

    exception_id: str
    severity: str
    subject: str
    period_type: str
    period_end: date
    sentence: str
    proposed_at: datetime
    still_so: bool | None
    decision: str | None
    is_closed: bool

    @property
    def is_open(self) -> bool:
        """Whether the MEE group has it still before it."""
        return self.decision in (None, "watch") and not self.is_closed


def remember(settings: Settings) -> int:
    """Replace ops.exception_proposals by what the releases before this run's have told; how many there are.

    The release that told first speaks: of an exception by its file for analysts, of its sentence for the Board by the
    first Board's file that held it.
    """
    with connect(settings.warehouse) as con:
        row = con.execute("select release_id from ops.run_control").fetchone()
        return _remember(con, releases_told_before(settings, str(row[0]) if row else ""))


def _remember(con: duckdb.DuckDBPyConnection, releases: Sequence[Release]) -> int:
    con.execute("create or replace temp table told as select * from ops.exception_proposals limit 0")
    for release in sorted(releases, key=lambda one: (one.released_at, one.as_of, one.release_id)):
        for name, schema in (("analyst", "marts"), ("board", "board")):
            con.execute(f"attach '{_quoted(release.folder / f'{name}.duckdb')}' as earlier (read_only)")
            try:
                # A release from before there were exceptions told of none.
                if _has_exceptions(con, schema):
                    con.execute(_TAKE[name])
            finally:
                con.execute("detach earlier")
    con.execute("begin")
    con.execute("delete from ops.exception_proposals")
    con.execute("insert into ops.exception_proposals select * from told")
    con.execute("commit")
    return int(con.execute("select count(*) from told").fetchall()[0][0])


_TAKE = {
    "analyst": f"""
        insert into told
        select {_TOLD}, null, null from earlier.marts.fct_exception
        where exception_id not in (select exception_id from told)
    """,
    "board": """
        update told set board_reason = earlier.board.fct_exception.reason,
            board_value = earlier.board.fct_exception.value_at_proposal
        from earlier.board.fct_exception
        where told.exception_id = earlier.board.fct_exception.exception_id and told.board_reason is null
    """,
}


def _has_exceptions(con: duckdb.DuckDBPyConnection, schema: str) -> bool:
    return bool(
        con.execute(
            "select 1 from duckdb_tables() where database_name = 'earlier' and schema_name = ?"
            " and table_name = 'fct_exception'",
            [schema],
        ).fetchone()
    )


def proposals(settings: Settings, *, everything: bool = False) -> list[Proposal]:
    """What the current Board's file proposes: undecided and watched alone, or `everything`; most severe first.

    What is closed is not open, and is there with `everything`.

    The sentence of what is about another authority than the home one begins with its name.

    Raises ExceptionsError before the first publication and where the release has no exceptions.
    """
    release = _release(settings)
    with connect(release.folder / "board.duckdb", read_only=True) as con:
        try:
            columns = {row[0] for row in con.execute("describe board.board.fct_exception").fetchall()}
            # A release from before proposals were closed closed none.
            closed = "e.closed_reason" if "closed_reason" in columns else "null"
            rows = con.execute(
                f"""
                select e.exception_id, e.severity, coalesce(e.indicator_code, e.supplier || '/' || e.feed),
                    e.period_type, e.period_end,
                    case when e.area_code <> $home then coalesce(a.area_name, e.area_code) || ': ' else '' end
                    || e.reason || coalesce(' ' || {closed}, ''),
                    e.proposed_at, e.is_still_so, e.decision, {closed} is not null
                from board.board.fct_exception as e
                left join board.board.dim_area as a on e.area_code = a.area_code
                order by
                    case e.severity when 'high' then 1 when 'medium' then 2 else 3 end, 3, e.period_end, e.rule_code,
                    e.area_code
                """,
                {"home": settings.area_code},
            ).fetchall()
        except duckdb.CatalogException as error:
            raise ExceptionsError(
                f"{release.release_id} is from before exceptions were proposed; `safeguarding run` makes a new release."
            ) from error
    found = [Proposal(*row) for row in rows]
    return found if everything else [proposal for proposal in found if proposal.is_open]


def refusals(settings: Settings) -> list[str]:
    """Decisions that count for nothing, a sentence each, by what was built last; none before the first run."""
    if not settings.warehouse.exists():
        return []
    with connect(settings.warehouse, read_only=True) as con:
        try:
            rows = con.execute(
                "select refusal from marts.fct_exception_decision where refusal is not null order by refusal"
            ).fetchall()
        except duckdb.CatalogException:
            return []
    return [str(sentence) for (sentence,) in rows]


def export(settings: Settings, output: Path, *, everything: bool = False) -> int:
    """Write the MEE group's workbook: a row for each proposal, with the columns that it fills in. How many rows.

    Raises ExceptionsError as `proposals` does, and where `output` is no .xlsx file or cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if output.suffix.lower() != ".xlsx":
        raise ExceptionsError(f"--output: found {output.name}, expected the name of a workbook such as mee.xlsx.")
    release = _release(settings)
    rows = proposals(settings, everything=everything)
    told = ("exception_id", "severity", "what_is_proposed", "proposed_at", "still_so", "decided_before")
    headings = (*told, *FILLED_IN)
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "mee_decisions"
    mark = "SYNTHETIC DATA: the children are invented. " if release.is_synthetic else ""
    sheet.append([f"{mark}Proposed to the MEE group, as known at {release.as_of:%d %B %Y} ({release.release_id})"])
    sheet.append(["Fill in the columns from decision on, without any name. Leave decision blank where none is made."])
    sheet.append(list(headings))
    heading_row = sheet.max_row
    for row in rows:
        still_so = {True: "yes", False: "no", None: "not told"}[row.still_so]
        cells = (row.exception_id, row.severity, row.sentence, row.proposed_at.date(), still_so, row.decision or "")
        sheet.append([_safe(cell) for cell in cells])
    last_row = max(sheet.max_row, heading_row + 1)
    for position, heading in enumerate(headings, start=1):
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = _WIDTHS.get(heading, 18)
        sheet[f"{letter}{heading_row}"].font = Font(bold=True)
        for number in range(heading_row + 1, last_row + 1):
            cell = sheet[f"{letter}{number}"]
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if heading in (*_DATES, "proposed_at"):
                cell.number_format = "yyyy-mm-dd"
        if heading == "decision":
            choice = DataValidation(type="list", formula1=f'"{",".join(DECISIONS)}"', allow_blank=True)
        elif heading in _DATES:
            choice = DataValidation(type="date", operator="greaterThan", formula1="DATE(2012,1,1)", allow_blank=True)
        else:
            continue
        choice.showErrorMessage = True
        choice.add(f"{letter}{heading_row + 1}:{letter}{last_row}")
        sheet.add_data_validation(choice)
    sheet[f"A{1}"].font = Font(bold=True)
    sheet.freeze_panes = f"A{heading_row + 1}"
    try:
        workbook.save(output)
    except OSError as error:
        raise ExceptionsError(f"--output: {output} cannot be written ({error.strerror}); name another file.") from error
    return len(rows)


def _release(settings: Settings) -> Release:
    release = current_release(settings)
    if release is None:
        raise ExceptionsError("Nothing is published yet, so nothing is proposed; `safeguarding run` first.")
    return release


def _safe(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula, here or after it was saved as CSV."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_OF_FORMULAS) else cell


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
