"""Which rows of a submission can be used, and in one sentence each why the others cannot.

Belongs here: types, required columns, codes of the return year, forms, duplicates, rows of quarantined parents.
Does not belong here: reading files (readers/), the submission as a whole (envelope.py, load.py), rules between rows
that need more than the submission (dbt tests).

Every row that goes in comes out once: accepted, or quarantined with all that is wrong with it in one message. Values
come out as the text that DuckDB casts to the column's type without loss: ISO dates and times, plain numbers.
Identifier and sensitive columns are masked in messages and values, and of all others told.py says what is shown; the
original row is kept as JSON.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import partial
from itertools import repeat
from typing import NamedTuple

from orchestration.ingest.contracts import Column, Contract, Layout, Severity, Table
from orchestration.ingest.readers.model import Batch, Part, Row
from orchestration.ingest.rules import (
    CODE_NOT_VALID_FOR_YEAR,
    CODE_SPELLING,
    DUPLICATE_KEY,
    DUPLICATE_ROW,
    NOT_A_DATE,
    NOT_A_NUMBER,
    NOT_A_TIME,
    NOT_YES_OR_NO,
    OUT_OF_RANGE,
    PARENT_QUARANTINED,
    PATTERN_MISMATCH,
    REQUIRED_MISSING,
    SUBMISSION_REJECTED,
    TIME_IGNORED,
    UNKNOWN_CODE,
    UNRECOGNISED_TABLE,
)
from orchestration.ingest.told import form_of, may_show, shorten

MASK = "***"
MASKED_PRIVACY = frozenset({"identifier", "sensitive"})
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
INTEGER_LIMIT = 2**31
DECIMAL_LIMIT = Decimal(10) ** 14
_FOUR_PLACES = Decimal("0.0001")
_REMEMBERED_CELLS = 100_000
_SHOWN_CODES = 12

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_INTEGER = re.compile(r"([+-]?\d{1,18})(?:\.0*)?")
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_YES = frozenset({"true", "1", "y", "yes"})
_NO = frozenset({"false", "0", "n", "no"})
_SEND_AGAIN = "correct it and send the return again"
_IN_NEXT = "the row is loaded; correct it for the next return"

Value = str | None
_Identity = tuple[Value | int, ...]


class RowProblem(NamedTuple):
    """A row of quarantine.quarantined_rows or quarantine.row_warnings, without the submission's own columns."""

    table_name: str
    row_number: int | None
    rule_code: str
    severity: Severity
    message: str
    column_name: str | None
    value: str | None
    row_json: str | None


class AcceptedRow(NamedTuple):
    """`values` in the order of the table's columns."""

    row_number: int
    parent_row_number: int | None
    values: tuple[Value, ...]


# AcceptedRow(*fields) without a call of Python for each of some hundred thousand rows.
_accepted: Callable[[tuple[int, int | None, tuple[Value, ...]]], AcceptedRow] = partial(tuple.__new__, AcceptedRow)


@dataclass
class Checked:
    """What became of one batch: received = len(rows) + len(quarantined)."""

    received: int
    rows: list[AcceptedRow]
    quarantined: list[RowProblem]
    warnings: list[RowProblem]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one cell: `value` is what is loaded where the row stays (severity warn), `shown` what came
    (its form, or masked, where it must be), `found` the same as it is put into the sentence."""

    rule_code: str
    severity: Severity
    value: Value
    shown: Value
    found: str
    expected: str
    todo: str


def parse_moment(text: str, formats: Sequence[str]) -> datetime | None:
    """`text` (stripped) as a date or a date and time: ISO, or one of the strptime formats; None when it is neither.

    A time with an offset comes back as naive UTC, any other as it stands.
    """
    if _ISO.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text)
            return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
        except (ValueError, OverflowError):
            # Overflow: the first or last day of the calendar, with an offset that leads beyond it.
            return None
    for form in formats:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


class Converter(dict[Value, "Value | Finding"]):
    """One column's cells to values, each distinct cell worked out once."""

    def __init__(self, contract: Contract, column: Column, layout: Layout | None, year: int | None) -> None:
        super().__init__()
        self.column = column
        self.findings = 0
        self._clean: Callable[[str, str], str] | None = layout.clean if layout else None
        self._is_masked = column.privacy in MASKED_PRIVACY
        self._pattern = re.compile(column.pattern) if column.pattern else None
        self._formats = contract.date_formats
        self._year = year
        self._type: Callable[[str], Value | Finding] = {
            "string": lambda text: text,
            "date": self._date,
            "timestamp": self._timestamp,
            "integer": self._integer,
            "decimal": self._decimal,
            "boolean": self._boolean,
        }[column.type]
        self._codes: frozenset[str] | None = None
        self._listed: frozenset[str] = frozenset()
        if column.codes:
            self._codes = contract.codes_for_year(column.codes, year)
            self._any_year = contract.codes_for_year(column.codes, None)
            self._listed = self._codes | self._any_year
            self._folded = {code.casefold(): code for code in (*self._any_year, *self._codes)}
        self._is_plain = column.type == "string" and not (self._codes or self._pattern or self._clean)

    def convert(self, cells: Iterable[Value]) -> list[Value | Finding]:
        """The values of a column of cells; a Finding where something is wrong."""
        if self._is_plain and not self.column.required:
            return [(cell.strip() or None) if cell else None for cell in cells]
        return [self[cell] for cell in cells]

    def __missing__(self, cell: Value) -> Value | Finding:
        value = self._work_out(cell)
        if value.__class__ is Finding:
            self.findings += 1
        if len(self) >= _REMEMBERED_CELLS:
            self.clear()
        self[cell] = value
        return value

    def _work_out(self, cell: Value) -> Value | Finding:
        text = cell.strip() if cell else ""
        if not text:
            if self.column.required:
                return self._wrong(REQUIRED_MISSING, None, "a value, as every row has one")
            return None
        if self._clean:
            text = self._clean(self.column.name, text)
        value = self._type(text)
        if isinstance(value, Finding) and value.severity == "quarantine":
            return value
        if self._pattern and not self._pattern.fullmatch(text):
            severity = self.column.on_unknown_code
            return self._wrong(PATTERN_MISMATCH, text, f"text of the form {self._pattern.pattern}", severity, text)
        if self._codes is not None:
            return self._code(text)
        return value

    def _code(self, text: str) -> Value | Finding:
        assert self._codes is not None
        if text in self._codes:
            return text
        code = text if text in self._any_year else self._folded.get(text.casefold())
        year = f"the year ending 31 March {self._year}" if self._year else "any year"
        if code is None:
            return self._wrong(UNKNOWN_CODE, text, f"{self._code_list()} for {year}", self.column.on_unknown_code, text)
        if code in self._codes:
            return self._wrong(CODE_SPELLING, text, f"{code}, as which it is loaded", "warn", code)
        return self._wrong(CODE_NOT_VALID_FOR_YEAR, text, f"{self._code_list()} for {year}", "warn", code)

    def _code_list(self) -> str:
        codes = sorted(self._codes or ())
        if len(codes) <= _SHOWN_CODES:
            return f"one of {', '.join(codes)}"
        return f"a code of the list {self.column.codes}"

    def _date(self, text: str) -> Value | Finding:
        moment = parse_moment(text, self._formats)
        if moment is None:
            return self._wrong(NOT_A_DATE, text, f"a date such as {_examples(self._formats, with_time=False)}")
        value = moment.date().isoformat()
        if not EARLIEST <= moment.date() <= LATEST:
            # A child is not set aside for an absurd date that no rule needs: that would hide the child.
            severity: Severity = "quarantine" if self.column.required else "warn"
            return self._wrong(OUT_OF_RANGE, text, f"a date from {EARLIEST.year} to {LATEST.year}", severity, value)
        if moment.time() != datetime.min.time():
            return self._wrong(TIME_IGNORED, text, "a date without a time", "warn", value)
        return value

    def _timestamp(self, text: str) -> Value | Finding:
        moment = parse_moment(text, self._formats)
        if moment is None:
            return self._wrong(NOT_A_TIME, text, f"a date and time such as {_examples(self._formats, with_time=True)}")
        if not EARLIEST <= moment.date() <= LATEST:
            return self._wrong(OUT_OF_RANGE, text, f"a date from {EARLIEST.year} to {LATEST.year}")
        return moment.isoformat(sep=" ")

    def _integer(self, text: str) -> Value | Finding:
        found = _INTEGER.fullmatch(text)
        if not found:
            return self._wrong(NOT_A_NUMBER, text, "a whole number")
        number = int(found.group(1))
        if not -INTEGER_LIMIT <= number < INTEGER_LIMIT:
            return self._wrong(OUT_OF_RANGE, text, "a whole number of at most nine digits")
        return str(number)

    def _decimal(self, text: str) -> Value | Finding:
        try:
            number = Decimal(text) if _DECIMAL.fullmatch(text) else None
            if number is not None and abs(number) < DECIMAL_LIMIT:
                return format(number.quantize(_FOUR_PLACES, rounding=ROUND_HALF_UP), "f")
        except InvalidOperation:
            number = None
        if number is None:
            return self._wrong(NOT_A_NUMBER, text, "a number")
        return self._wrong(OUT_OF_RANGE, text, "a number below 100,000,000,000,000")

    def _boolean(self, text: str) -> Value | Finding:
        lower = text.lower()
        if lower in _YES:
            return "true"
        if lower in _NO:
            return "false"
        return self._wrong(NOT_YES_OR_NO, text, "true or false, 1 or 0, yes or no")

    def _wrong(
        self, rule: str, text: Value, expected: str, severity: Severity = "quarantine", value: Value = None
    ) -> Finding:
        if text is None:
            shown, found = None, "nothing"
        elif self._is_masked:
            shown, found = MASK, MASK
        elif may_show(text, self.column.type, self._listed):
            shown, found = text, shorten(text)
        else:
            shown = found = form_of(text)
        todo = _SEND_AGAIN if severity == "quarantine" else _IN_NEXT
        return Finding(rule, severity, value, shown, found, expected, todo)


class _Seen:
    """By identity the row that stays: source, row number and hash of its values, in as little memory as may be."""

    def __init__(self) -> None:
        self._index: dict[_Identity, int] = {}
        self._numbers = array("q")
        self._hashes = array("q")
        self._sources: list[tuple[int, str]] = []
        """Index of the first row of each source, in order."""

    def are_new(self, identities: Sequence[_Identity]) -> bool:
        """Whether none has come before or comes twice."""
        return len(set(identities)) == len(identities) and self._index.keys().isdisjoint(identities)

    def add(self, source: str, identities: Sequence[_Identity], numbers: Sequence[int], hashes: Iterable[int]) -> None:
        """Remember rows whose identities are new."""
        at = len(self._numbers)
        if not self._sources or self._sources[-1][1] != source:
            self._sources.append((at, source))
        self._numbers.extend(numbers)
        self._hashes.extend(hashes)
        self._index.update(zip(identities, range(at, len(self._numbers)), strict=True))

    def first(self, identity: _Identity) -> tuple[str, int, int] | None:
        """Where the row with this identity stands, and the hash of its values; None where it is new."""
        at = self._index.get(identity)
        if at is None:
            return None
        source = next(name for begins, name in reversed(self._sources) if begins <= at)
        return source, self._numbers[at], self._hashes[at]


class _TableState:
    """What must be remembered of a table while the submission is read."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.slots = {column.name: slot for slot, column in enumerate(table.columns)}
        self.key = tuple(self.slots[name] for name in table.key)
        self.seen = _Seen()
        self.bad_numbers: set[int] = set()
        self.bad_keys: set[tuple[Value, ...]] = set()
        self.good_keys: set[tuple[Value, ...]] = set()


class SubmissionChecker:
    """The rows of one submission, batch by batch, parents before children. `year`: return year ending 31 March."""

    def __init__(self, contract: Contract, year: int | None) -> None:
        self._contract = contract
        self._year = year
        self._tables = {table.name: _TableState(table) for table in contract.tables}
        self._converters: dict[tuple[str, str | None], list[Converter]] = {}
        self._children: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
        """By parent of flat tables: the child table, and the slots of the parent that hold the shared key."""
        for table in contract.tables:
            if table.parent and not table.is_nested and table.parent_key:
                slots = self._tables[table.parent].slots
                shared = tuple(slots[name] for name in table.parent_key)
                self._children.setdefault(table.parent, []).append((table.name, shared))

    def check(self, part: Part, batch: Batch) -> Checked:
        """Judge the rows of `batch`. Rows of a part that is no table of the contract are all quarantined."""
        if part.match is None:
            problems = [
                _whole_row(
                    part,
                    number,
                    row,
                    UNRECOGNISED_TABLE,
                    "stands in no table of this feed and is not loaded (its headings are those of no table in the "
                    "contract); send it to the feed that it belongs to, or leave it out.",
                )
                for number, row in zip(batch.row_numbers, batch.rows, strict=True)
            ]
            return Checked(len(batch.rows), [], problems, [])
        return self._check_table(part, batch)

    def _check_table(self, part: Part, batch: Batch) -> Checked:
        assert part.match is not None
        if not batch.rows:
            return Checked(0, [], [], [])
        table = part.match.table
        state = self._tables[table.name]
        converters = self._converters_for(table, part.match.layout)
        width = len(part.header)
        rows = batch.rows
        if batch.faults or any(len(row) != width for row in rows):
            rows = [_fitted(row, width) for row in rows]
        by_position: list[tuple[Value, ...]] = list(zip(*rows, strict=True))
        position_of = {name: at for at, name in enumerate(part.match.columns) if name}
        blank: tuple[Value, ...] = (None,) * len(rows)
        absent = part.match.layout.absent if part.match.layout else ()
        constants = part.match.layout.constants if part.match.layout else {}
        columns: list[list[Value | Finding]] = []
        flawed: dict[int, list[tuple[int, Finding]]] = {}
        for slot, converter in enumerate(converters):
            column = converter.column
            at = position_of.get(column.name)
            if at is None:
                if column.name in constants:
                    columns.append([constants[column.name]] * len(rows))
                    continue
                if not column.required or column.name in absent:
                    columns.append(list(blank))
                    continue
                cells = blank
            else:
                cells = by_position[at]
            values = converter.convert(cells)
            columns.append(values)
            if converter.findings:
                for index, value in enumerate(values):
                    if isinstance(value, Finding):
                        flawed.setdefault(index, []).append((slot, value))
                        values[index] = value.value
        out: list[tuple[Value, ...]] = list(zip(*columns, strict=True))
        named = {
            index: [(converters[slot].column, finding) for slot, finding in found] for index, found in flawed.items()
        }
        return self._sort_out(part, batch, state, out, named)

    def _sort_out(
        self,
        part: Part,
        batch: Batch,
        state: _TableState,
        out: list[tuple[Value, ...]],
        flawed: dict[int, list[tuple[Column, Finding]]],
    ) -> Checked:
        table = state.table
        checked = Checked(len(batch.rows), [], [], [])
        parents = batch.parent_row_numbers
        orphaned = self._orphaned(table, parents, out)
        finds_repeats = bool(state.key) or table.merge != "append"
        absent = part.match.layout.absent if part.match and part.match.layout else ()
        has_key = bool(state.key) and not any(name in absent for name in table.key)
        is_within_parent = not has_key or table.merge == "with_parent"
        identities = _identities(state, parents, out, has_key, is_within_parent) if finds_repeats else None
        # A parent's rows come in one batch: what repeats within it need not be remembered beyond.
        seen = _Seen() if parents and is_within_parent else state.seen
        if not (flawed or orphaned or batch.faults) and (identities is None or seen.are_new(identities)):
            # Nothing to say of any row, as in nearly every batch: no need to look at them one by one.
            if identities is not None and seen is state.seen:
                seen.add(part.source_name, identities, batch.row_numbers, map(hash, out))
            checked.rows = list(map(_accepted, zip(batch.row_numbers, parents or repeat(None), out, strict=False)))
            if table.name in self._children:
                for number, values in zip(batch.row_numbers, out, strict=True):
                    self._remember(state, number, values, good=True)
            return checked
        for index, (number, values) in enumerate(zip(batch.row_numbers, out, strict=True)):
            parent = parents[index] if parents else None
            found = flawed.get(index, ()) if flawed else ()
            if index in orphaned:
                problem: RowProblem | None = self._of_quarantined_parent(part, batch, index, parent)
            elif index in batch.faults:
                problem = _faulty(part, batch, index)
            elif found and any(finding.severity == "quarantine" for _, finding in found):
                problem = _of_cells(part, batch, index, found)
            elif identities is not None:
                first = seen.first(identities[index])
                if first is None:
                    problem = None
                    seen.add(part.source_name, [identities[index]], [number], [hash(values)])
                else:
                    problem = self._repeated(part, batch, index, first, first[2] == hash(values), has_key)
            else:
                problem = None
            if problem is not None:
                checked.quarantined.append(problem)
                self._remember(state, number, values, good=False)
                continue
            checked.rows.append(AcceptedRow(number, parent, values))
            if table.name in self._children:
                self._remember(state, number, values, good=True)
            for column, finding in found:
                # What a nested row inherits has been said of the row that it comes from.
                if not column.inherited:
                    checked.warnings.append(_warning(part, number, column, finding))
        return checked

    def _orphaned(
        self, table: Table, parents: Sequence[int] | None, out: Sequence[tuple[Value, ...]]
    ) -> frozenset[int]:
        """Positions of the rows whose parent row was quarantined (and, in flat files, not accepted under its key)."""
        if not table.parent:
            return frozenset()
        above = self._tables[table.parent]
        if parents is not None:
            if not above.bad_numbers:
                return frozenset()
            return frozenset(index for index, number in enumerate(parents) if number in above.bad_numbers)
        bad = above.bad_keys - above.good_keys
        if not bad or not table.parent_key:
            return frozenset()
        slots = self._tables[table.name].slots
        at = [slots[name] for name in table.parent_key]
        return frozenset(
            index for index, values in enumerate(out) if (table.name, *[values[slot] for slot in at]) in bad
        )

    def _remember(self, state: _TableState, number: int, values: tuple[Value, ...], *, good: bool) -> None:
        if not good:
            state.bad_numbers.add(number)
        for child, shared in self._children.get(state.table.name, ()):
            key = (child, *[values[slot] for slot in shared])
            if None not in key:
                (state.good_keys if good else state.bad_keys).add(key)

    def _of_quarantined_parent(self, part: Part, batch: Batch, index: int, parent: int | None) -> RowProblem:
        assert part.match is not None
        above = self._contract.table(part.match.table.parent or "")
        element = (above.element or above.name).rpartition("/")[2].replace(".", "Child")
        which = f"{element} {parent}" if parent is not None else f"its row in {above.name}"
        return _whole_row(
            part,
            batch.row_numbers[index],
            batch.rows[index],
            PARENT_QUARANTINED,
            f"belongs to {which}, which is quarantined, and goes with it; correct that one and send the return again.",
        )

    def _repeated(
        self, part: Part, batch: Batch, index: int, first: tuple[str, int, int], is_same: bool, has_key: bool
    ) -> RowProblem:
        assert part.match is not None
        table = part.match.table
        where = f"{part.place} {first[1]}" if first[0] == part.source_name else f"{first[0]}, {part.place} {first[1]}"
        if is_same or not has_key:
            rule, text = DUPLICATE_ROW, f"repeats {where} in every column; that one is loaded, leave this one out."
        else:
            key = ", ".join(_heading_of(part, name) for name in table.key)
            rule = DUPLICATE_KEY
            text = (
                f"has the same {key} as {where} but other values, expected one row for each; that one is loaded, "
                "leave out or correct the wrong one and send the return again."
            )
        return _whole_row(part, batch.row_numbers[index], batch.rows[index], rule, text)

    def _converters_for(self, table: Table, layout: Layout | None) -> list[Converter]:
        key = (table.name, layout.name if layout else None)
        if key not in self._converters:
            self._converters[key] = [Converter(self._contract, column, layout, self._year) for column in table.columns]
        return self._converters[key]


def _identities(
    state: _TableState,
    parents: Sequence[int] | None,
    out: Sequence[tuple[Value, ...]],
    has_key: bool,
    is_within_parent: bool,
) -> Sequence[_Identity]:
    """What may occur only once, row by row: the key, or the whole row; within its parent where rows go with it."""
    found: Sequence[_Identity] = [tuple([values[at] for at in state.key]) for values in out] if has_key else out
    if not (is_within_parent and parents):
        return found
    return [(parent, *identity) for parent, identity in zip(parents, found, strict=True)]


def rejected(part: Part, batch: Batch) -> Checked:
    """Every row of `batch` quarantined because its whole submission was rejected."""
    problems = [
        _whole_row(
            part,
            number,
            row,
            SUBMISSION_REJECTED,
            "is not loaded because the whole submission was rejected; see the submission's own reason.",
        )
        for number, row in zip(batch.row_numbers, batch.rows, strict=True)
    ]
    return Checked(len(batch.rows), [], problems, [])


def _examples(formats: Sequence[str], *, with_time: bool) -> str:
    moment = datetime(2017, 3, 31, 14, 5)
    found = dict.fromkeys(moment.strftime(form) for form in formats if ("%H" in form) == with_time)
    return " or ".join(list(found)[:2]) or ("2017-03-31 14:05:00" if with_time else "2017-03-31")


def _heading_of(part: Part, name: str) -> str:
    """How the sender knows the column."""
    assert part.match is not None
    for at, column in enumerate(part.match.columns):
        if column == name:
            return part.header[at].strip()
    return part.match.table.by_name[name].source


def _place(part: Part, number: int) -> str:
    return f"{part.source_name}, {part.place} {number}"


def _fitted(row: Row, width: int) -> Row:
    return row if len(row) == width else [*row[:width], *([None] * (width - len(row)))]


def _as_json(part: Part, row: Row) -> str:
    """The row as it came, by heading; columns that the contract says are never loaded are left out."""
    left_out = part.match.not_kept if part.match else frozenset()
    cells: dict[str, Value | list[Value]] = {}
    for at, name in enumerate(part.header):
        if at in left_out or at >= len(row):
            continue
        label = name.strip() or f"column {at + 1}"
        cells[label if label not in cells else f"{label} ({at + 1})"] = row[at]
    if len(row) > len(part.header):
        cells["beyond the headings"] = list(row[len(part.header) :])
    return json.dumps(cells, ensure_ascii=False)


def _whole_row(part: Part, number: int, row: Row, rule: str, text: str) -> RowProblem:
    return RowProblem(
        part.table_name, number, rule, "quarantine", f"{_place(part, number)}: {text}", None, None, _as_json(part, row)
    )


def _faulty(part: Part, batch: Batch, index: int) -> RowProblem:
    fault = batch.faults[index]
    text = f"found {fault.found}, expected {fault.expected}; correct the row and send the return again."
    return _whole_row(part, batch.row_numbers[index], batch.rows[index], fault.rule_code, text)


def _sentence(part: Part, number: int, column: Column, finding: Finding) -> str:
    return (
        f"{_place(part, number)}, column {_heading_of(part, column.name)}: found {finding.found}, "
        f"expected {finding.expected}; {finding.todo}."
    )


def _of_cells(part: Part, batch: Batch, index: int, found: Sequence[tuple[Column, Finding]]) -> RowProblem:
    """One row of quarantine for all that is wrong with the row: code and column of the first, a sentence for each."""
    number = batch.row_numbers[index]
    worst = [(column, finding) for column, finding in found if finding.severity == "quarantine"]
    column, finding = worst[0]
    return RowProblem(
        part.table_name,
        number,
        finding.rule_code,
        "quarantine",
        " ".join(_sentence(part, number, column, finding) for column, finding in worst),
        column.name,
        finding.shown,
        _as_json(part, batch.rows[index]),
    )


def _warning(part: Part, number: int, column: Column, finding: Finding) -> RowProblem:
    return RowProblem(
        part.table_name,
        number,
        finding.rule_code,
        "warn",
        _sentence(part, number, column, finding),
        column.name,
        finding.shown,
        None,
    )
