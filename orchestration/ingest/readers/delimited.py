"""Delimited text (CSV): encoding and delimiter found, rows streamed with their line numbers.

Belongs here: UTF-8 with or without byte-order mark, UTF-16 with one, Windows-1252; comma, semicolon, tab, bar. Which
delimiter a file has is decided by which one makes its heading row a table of the contract, and only where none does by
the number of cells. Does not belong here: values.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestration.ingest.readers.files import Member, reading
from orchestration.ingest.readers.model import BATCH_ROWS, Batch, Fault, Part, ReadError
from orchestration.ingest.readers.recognise import Match, NearMiss, Recogniser
from orchestration.ingest.rules import ROW_LENGTH

DELIMITERS = (",", ";", "\t", "|")
_CHUNK = 1 << 20
LONGEST_LINE = 2_000_000


@dataclass(frozen=True)
class _Heading:
    line: int
    """Its first line."""
    cells: tuple[str, ...]
    match: Match | None
    near: NearMiss | None
    delimiter: str


class DelimitedSource:
    """One delimited text file.

    Raises ReadError at once when it is not text, and while the rows are read when a quotation mark never closes.
    """

    def __init__(self, member: Member, recogniser: Recogniser, header_row_search: int) -> None:
        self.name = member.name
        self._member = member
        self._encoding = _encoding(member)
        self._heading = self._find_heading(recogniser, header_row_search)
        match = self._heading.match if self._heading else None
        self.near_misses: Sequence[tuple[str, NearMiss]] = (
            [(member.name, self._heading.near)] if self._heading and self._heading.near else []
        )
        self._parts = (
            [
                Part(
                    source_name=member.name,
                    table_name=match.table.name if match else recogniser.own_name(member.name),
                    header=self._heading.cells,
                    match=match,
                    place="line",
                )
            ]
            if self._heading
            else []
        )

    @property
    def parts(self) -> Sequence[Part]:
        """One part, or none when the file is blank."""
        return self._parts

    @property
    def envelope(self) -> Mapping[str, str]:
        """A text file states nothing about itself."""
        return {}

    def batches(self, tables: frozenset[str] | None = None) -> Iterator[tuple[Part, Batch]]:
        """Every row below the heading row; wholly blank lines are no rows."""
        if not self._parts or (tables is not None and self._parts[0].table_name not in tables):
            return
        part, heading = self._parts[0], self._heading
        assert heading is not None
        width = len(heading.cells)
        batch = Batch([], [])
        try:
            for line, row in self._rows(heading.delimiter):
                if line <= heading.line or not any(row):
                    continue
                if len(row) != width:
                    _fit(batch, row, width)
                batch.rows.append(row)
                batch.row_numbers.append(line)
                if len(batch.rows) == BATCH_ROWS:
                    yield part, batch
                    batch = Batch([], [])
        except ReadError:
            # What could be read is still shown to the caller, who accounts for every row of a rejected file.
            if batch.rows:
                yield part, batch
            raise
        if batch.rows:
            yield part, batch

    def _rows(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """Every row with the number of its first line."""
        with reading(self.name), self._member.open() as stream:
            text = io.TextIOWrapper(stream, encoding=self._encoding, newline="")
            rows = csv.reader(self._lines(text), delimiter=delimiter, strict=True)
            line = 1
            try:
                for row in rows:
                    yield line, row
                    line = rows.line_num + 1
            except csv.Error as error:
                raise ReadError(
                    f"{self.name}, line {line}: cannot be split into cells ({error}); "
                    'look for a quotation mark that is opened and not closed, or not doubled ("") within a cell.'
                ) from error
            except UnicodeDecodeError as error:
                raise ReadError(_not_text(self.name)) from error

    def _lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        """Each line; one without end would be held in memory whole, cell by cell."""
        number = 0
        while line := text.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise ReadError(
                    f"{self.name}, line {number}: holds {LONGEST_LINE:,} characters or more, expected one record; "
                    "export it again with a line break after each."
                )
            yield line

    def _find_heading(self, recogniser: Recogniser, search: int) -> _Heading | None:
        """The row of the top `search` rows that is a table; else that with the most known headings, else the first."""
        best: tuple[tuple[int, int, int, int, int], _Heading] | None = None
        for order, delimiter in enumerate(DELIMITERS):
            for above, (line, cells) in enumerate(self._top_rows(delimiter, search)):
                match = recogniser.match(cells)
                known = match.known if match else recogniser.known_headings(cells)
                filled = sum(1 for cell in cells if cell.strip())
                if match and known == filled:
                    # Every heading is one of the table's: no row below and no other delimiter can tell more.
                    return _Heading(line, tuple(cells), match, None, delimiter)
                score = (int(match is not None), known, -above, filled, -order)
                if best is None or score > best[0]:
                    near = None if match else recogniser.near_miss(cells)
                    best = (score, _Heading(line, tuple(cells), match, near, delimiter))
        return best[1] if best else None

    def _top_rows(self, delimiter: str, search: int) -> list[tuple[int, list[str]]]:
        found: list[tuple[int, list[str]]] = []
        try:
            for line, row in self._rows(delimiter):
                if any(cell.strip() for cell in row):
                    found.append((line, row))
                if len(found) >= max(search, 1) or line > 1000:
                    break
        except ReadError:
            if delimiter == DELIMITERS[0] and not found:
                raise
        return found


def _fit(batch: Batch, row: list[str], width: int) -> None:
    """Cells beyond the heading row that are blank are dropped; anything else is a fault of the row."""
    if len(row) > width and not any(cell.strip() for cell in row[width:]):
        del row[width:]
        return
    batch.faults[len(batch.rows)] = Fault(ROW_LENGTH, f"{len(row)} cells", f"{width} as in the heading row")


def _encoding(member: Member) -> str:
    """utf-8-sig, utf-16 or cp1252: the first that reads the whole file. Raises ReadError when none does."""
    head = member.head()
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in head:
        raise ReadError(_not_text(member.name))
    for encoding in ("utf-8", "cp1252"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with reading(member.name), member.open() as stream:
                while chunk := stream.read(_CHUNK):
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return "utf-8-sig" if encoding == "utf-8" else encoding
    raise ReadError(_not_text(member.name))


def _not_text(name: str) -> str:
    return (
        f"{name}: is not text that we can read (found neither UTF-8 nor Windows-1252), expected a CSV, a workbook, "
        "XML or a zip of these; save it as CSV UTF-8 and send it again."
    )
