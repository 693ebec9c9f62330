"""The shapes that every reader gives: parts (one table of one file, sheet or XML document) and batches of their rows.

Belongs here: what readers share. Does not belong here: any format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from orchestration.ingest.readers.recognise import Match

BATCH_ROWS = 5000

Row = Sequence[str | None]
"""Cells as they came, as text; '' or None is blank. Real dates of a workbook come as ISO text, whole numbers without
a decimal point."""


class ReadError(ValueError):
    """A submission that cannot be read as a whole; the message is a sentence for its sender and holds no cell."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a reader found wrong with the shape of a row: a rule code, and the rest of the sentence."""

    rule_code: str
    found: str
    expected: str


@dataclass(slots=True)
class Batch:
    """Rows of one part. `row_numbers`: what a person would look up (line, sheet row, ordinal of the XML element)."""

    row_numbers: list[int]
    rows: list[Row]
    parent_row_numbers: list[int] | None = None
    faults: dict[int, Fault] = field(default_factory=dict)
    """By position in `rows`."""


@dataclass(frozen=True, eq=False)
class Part:
    """One table as it came. `match` is None where it is no table of the contract; `table_name` is then its own name."""

    source_name: str
    table_name: str
    header: tuple[str, ...]
    match: Match | None
    place: str = "row"
    """What a row number counts: row (sheet), line (text file) or the name of the element (XML)."""


class Source(Protocol):
    """One file of a submission, opened as often as needed."""

    name: str

    @property
    def parts(self) -> Sequence[Part]:
        """The parts known before reading the rows (XML may add unrecognised elements while it is read)."""

    def batches(self, tables: frozenset[str] | None = None) -> Iterator[tuple[Part, Batch]]:
        """Every row of every part (or of the named tables only), in an order that puts parents before children."""

    @property
    def envelope(self) -> Mapping[str, str]:
        """Envelope fields that the file itself states (CIN census header, first sheet), as text."""
