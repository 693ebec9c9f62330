"""Workbooks (xlsx, xls, xlsb, ods) by python-calamine: each sheet a table, its heading row found within the first rows.

Belongs here: sheets, and cells as text without loss: a real date becomes ISO text, a whole number has no decimal point.
Does not belong here: values. A cell with a formula error (#N/A) comes from the library as blank.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from orchestration.ingest.readers.files import Member, refuse_oversized_workbook
from orchestration.ingest.readers.model import BATCH_ROWS, Batch, Fault, Part, ReadError
from orchestration.ingest.readers.recognise import NearMiss, Recogniser, heading
from orchestration.ingest.rules import ROW_LENGTH
from orchestration.ingest.told import unlike

_OLE2 = b"\xd0\xcf\x11\xe0"
# The name of the stream in which Office keeps a workbook with a password; the library says only that it is none.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MEMORY = 2 << 30
SECONDS = 60
_REHEARSAL = """
import io, resource, sys
for limit, most in ((resource.RLIMIT_AS, int(sys.argv[1])), (resource.RLIMIT_CPU, int(sys.argv[2]))):
    try:
        resource.setrlimit(limit, (most, most))
    except (OSError, ValueError):
        pass  # not on every system
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum
try:
    book = CalamineWorkbook.from_object(io.BytesIO(sys.stdin.buffer.read()))
    for sheet in book.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet:
            book.get_sheet_by_name(sheet.name)
except CalamineError:
    pass  # the reader says it better
"""

Cell = int | float | str | bool | time | date | datetime | timedelta

ENVELOPE_LABELS = frozenset(
    {
        "supplier", "feed", "area code", "la code", "period start", "period end", "data as at", "finality",
        "layout version", "rows", "control total", "agreement ref", "contact", "synthetic",
    }
)  # fmt: skip
_ENVELOPE_ROWS = 40


class WorkbookSource:
    """One workbook. Raises ReadError when it is protected, damaged or no workbook."""

    def __init__(self, member: Member, recogniser: Recogniser, header_row_search: int) -> None:
        self.name = member.name
        data = member.read()
        if data.startswith(_OLE2) and _ENCRYPTED in data:
            raise ReadError(_protected(member.name))
        refuse_oversized_workbook(data, member.name)
        _refuse_what_would_end_us(data, member.name)
        try:
            self._book = CalamineWorkbook.from_object(io.BytesIO(data))
        except PasswordError as error:
            raise ReadError(_protected(member.name)) from error
        except CalamineError as error:
            raise ReadError(
                f"{member.name}: cannot be opened as a workbook; save it as .xlsx and send it again."
            ) from error
        self._sheets: list[tuple[Part, int, str]] = []
        """Each table, the row of its headings, and the name of its sheet."""
        self._envelope: dict[str, str] = {}
        self.near_misses: list[tuple[str, NearMiss]] = []
        sheets = [meta.name for meta in self._book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        self._told = dict(zip(sheets, unlike(map(recogniser.told_name, sheets)), strict=True))
        """What each sheet is called where it is told of."""
        for name in sheets:
            self._look_at(name, recogniser, max(header_row_search, 1))

    @property
    def parts(self) -> Sequence[Part]:
        """One part a sheet that holds anything, the envelope sheet left out."""
        return [part for part, _, _ in self._sheets]

    @property
    def envelope(self) -> Mapping[str, str]:
        """What the first sheet says of the submission, where it is a list of labels and values."""
        return self._envelope

    def batches(self, tables: frozenset[str] | None = None) -> Iterator[tuple[Part, Batch]]:
        """Every row below each heading row; wholly blank rows are no rows."""
        for part, heading_row, sheet in self._sheets:
            if tables is not None and part.table_name not in tables:
                continue
            width = len(part.header)
            batch = Batch([], [])
            for number, row in enumerate(_text_rows(self._sheet(sheet)), start=1):
                if number <= heading_row or not any(row):
                    continue
                if len(row) > width:
                    if any(cell.strip() for cell in row[width:]):
                        batch.faults[len(batch.rows)] = Fault(
                            ROW_LENGTH, "cells beyond the last heading", f"{width} columns as in the heading row"
                        )
                    else:
                        del row[width:]
                batch.rows.append(row)
                batch.row_numbers.append(number)
                if len(batch.rows) == BATCH_ROWS:
                    yield part, batch
                    batch = Batch([], [])
            if batch.rows:
                yield part, batch

    def name_sheets_by_file(self) -> None:
        """Call each table by its file and sheet, where the submission holds several workbooks."""
        self._sheets = [
            (replace(part, source_name=f"{self.name}, sheet {part.source_name}"), row, sheet)
            for part, row, sheet in self._sheets
        ]
        self.near_misses = [(f"{self.name}, sheet {told}", miss) for told, miss in self.near_misses]

    def _sheet(self, name: str) -> CalamineSheet:
        try:
            return self._book.get_sheet_by_name(name)
        except CalamineError as error:
            raise ReadError(f"{self.name}: sheet {self._told[name]} is damaged; save the workbook again.") from error

    def _look_at(self, name: str, recogniser: Recogniser, search: int) -> None:
        top: list[tuple[int, list[str]]] = []
        for number, row in enumerate(_text_rows(self._sheet(name)), start=1):
            if any(cell.strip() for cell in row):
                top.append((number, row))
            if len(top) >= max(search, _ENVELOPE_ROWS):
                break
        if not top:
            return
        best: tuple[tuple[int, int, int], int, list[str]] | None = None
        for order, (number, row) in enumerate(top[:search]):
            match = recogniser.match(row)
            score = (int(match is not None), match.known if match else recogniser.known_headings(row), -order)
            if best is None or score > best[0]:
                best = (score, number, row)
        assert best is not None
        _, number, row = best
        match = recogniser.match(row)
        told = self._told[name]
        if match is None and not self._sheets and not self._envelope:
            stated = _stated(top)
            if stated:
                self._envelope = stated
                return
        if match is None:
            near = recogniser.near_miss(row)
            if near:
                self.near_misses.append((told, near))
        header = list(row)
        while header and not header[-1].strip():
            header.pop()
        part = Part(
            source_name=told,
            table_name=match.table.name if match else recogniser.own_name(told),
            header=tuple(header),
            match=recogniser.match(header) if match else None,
        )
        self._sheets.append((part, number, name))


def _protected(name: str) -> str:
    return f"{name}: is protected by a password; save it without one and send it again."


def _refuse_what_would_end_us(data: bytes, name: str, memory: int = MEMORY, seconds: int = SECONDS) -> None:
    """Raises ReadError when opening the workbook takes more than `memory` bytes or `seconds`, or breaks the library.

    The library sets a sheet out as one rectangle up to its last cell: 5 kB with a cell at XFD1048576 take 400 GB and
    end the process that opens them, and every other return with it. So a process that may be ended opens them first.
    """
    command = [sys.executable, "-I", "-c", _REHEARSAL, str(memory), str(seconds)]
    done = subprocess.run(command, input=data, capture_output=True, check=False)  # noqa: S603 (our own text)
    if done.returncode != 0:
        raise ReadError(
            f"{name}: cannot be set out within {memory >> 20:,} MB and {seconds} s, as every return can (is there a "
            "cell far to the right of or below the others, or is it damaged?); send its sheets as CSV."
        )


def cell_text(cell: Cell) -> str:
    """A cell as text without loss: dates and times in ISO form, whole numbers without a decimal point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, date | datetime | time):
        return cell.isoformat()
    return str(cell)


def _text_rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        yield [cell if isinstance(cell, str) else cell_text(cell) for cell in row]


def _stated(top: Sequence[tuple[int, list[str]]]) -> dict[str, str]:
    """Labels and values of an envelope sheet: at least two rows whose first cell is the name of an envelope field."""
    found: dict[str, str] = {}
    for _, row in top:
        cells = [cell.strip() for cell in row if cell.strip()]
        if cells and heading(cells[0]) in ENVELOPE_LABELS:
            found[heading(cells[0]).replace(" ", "_")] = cells[1] if len(cells) > 1 else ""
    return found if len(found) >= 2 else {}
