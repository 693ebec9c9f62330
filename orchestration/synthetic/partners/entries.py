"""An agency's record and what its file says of it: only what lies in the window, only what was known by then.

Belongs here: the shape that all partner feeds share. Does not belong here: the columns of any one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeGuard

from orchestration.synthetic.partners.schedule import CUT_SHORT, NIL, Sending

Cell = str | int | float | date | datetime | None
Row = Mapping[str, Cell]
Teller = Callable[[Sending], Sequence[Row]]
# What a file that was cut short leaves out.
_LEFT_OUT = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: its first and last day, its cells by heading as they are in the end.

    `before`: until a day, these cells held those values. A date or time that has not come yet is blank without it.
    """

    begins: date
    ends: date
    cells: Row
    before: tuple[tuple[date, Row], ...] = ()

    def changes_in(self, start: date, end: date) -> bool:
        """Whether anything about it happened on a day of the window."""
        days = [self.begins, self.ends, *(until for until, _ in self.before)]
        days += [cell.date() if isinstance(cell, datetime) else cell for cell in self.cells.values() if _is_day(cell)]
        return any(start <= day <= end for day in days)

    def as_of(self, day: date) -> Row:
        """The cells as the agency held them at the end of a day."""
        row = {name: None if _is_later(cell, day) else cell for name, cell in self.cells.items()}
        for until, cells in self.before:
            if day < until:
                row.update(cells)
        return row


def told(entries: Iterable[Entry], *, whole: bool = False) -> Teller:
    """A file holds the records of which something happened in its window, or (`whole`) that lasted on any day of it."""
    by_start = sorted(entries, key=lambda entry: entry.begins)

    def tell(sending: Sending) -> Sequence[Row]:
        window = sending.window
        rows = [
            entry.as_of(window.data_as_at)
            for entry in by_start
            if entry.begins <= window.end
            and entry.ends >= window.start
            and (whole or entry.changes_in(window.start, window.end))
        ]
        return told_with_twist(sending, rows)

    return tell


def told_with_twist(sending: Sending, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows of a file as it came: none of a nil return, the first four fifths of one that was cut short."""
    if sending.twist == NIL:
        return []
    if sending.twist == CUT_SHORT:
        return rows[: len(rows) - max(1, len(rows) // _LEFT_OUT)]
    return rows


def _is_day(cell: Cell) -> TypeGuard[date]:
    return isinstance(cell, date)


def _is_later(cell: Cell, day: date) -> bool:
    if isinstance(cell, datetime):
        return cell.date() > day
    return isinstance(cell, date) and cell > day
