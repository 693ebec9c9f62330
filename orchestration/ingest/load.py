"""One registered submission into the warehouse, wholly or not at all.

Belongs here: reading, judging and writing one submission in one transaction; what rejects it as a whole; its counts.
Does not belong here: formats (readers/), rows (validate.py), the envelope's places (envelope.py), the register.

What is loaded depends on the register, the archived bytes, the contract and the key alone, so that the warehouse can
be removed and built again. Rows go through a private CSV file into DuckDB: binding 26,000 rows of 13 columns as
parameters takes 20 s there, reading them from a file 0.1 s.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from orchestration.ingest.agreements import expiry
from orchestration.ingest.archive import locate
from orchestration.ingest.contracts import AGGREGATES, Contract, Table, load_contracts
from orchestration.ingest.envelope import (
    UNREADABLE,
    Areas,
    Envelope,
    EnvelopeError,
    Note,
    declares_synthetic,
    is_summable,
    resolve,
)
from orchestration.ingest.generate import raw_columns, raw_ddl
from orchestration.ingest.person_key import PersonKeyError, PersonKeys, read_or_create_key
from orchestration.ingest.private import private_folder
from orchestration.ingest.readers.model import Batch, Part, ReadError
from orchestration.ingest.readers.opening import Reading, open_submission
from orchestration.ingest.readers.recognise import NearMiss, Recogniser, name_teller
from orchestration.ingest.register import Received, read_register
from orchestration.ingest.rules import AREA_NOT_HOME, AREA_NOT_IN_LIST, COLUMN_NOT_IN_CONTRACT, FILE_NOT_READ
from orchestration.ingest.submissions import apply_withdrawals, withdrawn_before
from orchestration.ingest.told import chief_of, shorten, told_heading, told_words
from orchestration.ingest.validate import Checked, Converter, RowProblem, SubmissionChecker, rejected
from orchestration.memory import no_search_for_cycles
from orchestration.settings import Settings
from orchestration.words import counted

if TYPE_CHECKING:
    import duckdb

Status = Literal["accepted", "rejected", "unchanged"]

_SPOOL_PREFIX = ".load-"
# Longer than any row that the readers let through; DuckDB's own default of 2 MB is not.
_LONGEST_LINE = 16 << 20
_SHOWN_AREAS = 5
# How the year of a published figure is told (Publication.year_written), and how many years later it ends.
_YEARS = {
    "2017": (re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)"), 0),
    "2016/17": (re.compile(r"(?<!\d)(?:19|20)\d{2}(?=/?\d{2}(?!\d))"), 1),
}
_MEND_ROWS = "Send the whole file, or correct rows in the envelope."


class LoadError(RuntimeError):
    """The warehouse or this program is at fault, not the submission; nothing of it was written."""


@dataclass(frozen=True)
class TableCounts:
    """received = accepted + quarantined, always."""

    table_name: str
    received: int
    accepted: int
    quarantined: int


@dataclass(frozen=True)
class LoadOutcome:
    """What became of one submission. `reasons`: quarantined rows and `odd`: warnings by rule code, the most first."""

    submission_id: str
    supplier: str
    feed: str
    status: Status
    reason: str | None = None
    area_code: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    finality: str | None = None
    is_nil_return: bool = False
    is_synthetic: bool = False
    envelope_inferred: bool = False
    same_as: str | None = None
    """The submission in force with the same content, where status is unchanged."""
    tables: tuple[TableCounts, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    odd: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences about the submission as a whole."""

    @property
    def rows_received(self) -> int:
        return sum(table.received for table in self.tables)

    @property
    def rows_accepted(self) -> int:
        return sum(table.accepted for table in self.tables)

    @property
    def rows_quarantined(self) -> int:
        return sum(table.quarantined for table in self.tables)

    def as_unchanged(self, same_as: str, envelope: Envelope) -> LoadOutcome:
        """The same delivery, seen to repeat the submission `same_as`: none of its rows is taken."""
        return replace(
            self,
            status="unchanged",
            reason=None,
            is_nil_return=False,
            same_as=same_as,
            tables=(),
            reasons=(),
            odd=(),
            notes=tuple(note.message for note in envelope.notes),
        )

    def sentence(self) -> str:
        """One line for a person: what it is, what became of it, the counts and the chief reasons."""
        parts = [self.submission_id, f"{self.supplier}/{self.feed}"]
        if self.period_start and self.period_end:
            parts.append(f"{self.area_code} {self.period_start} to {self.period_end} {self.finality}")
        if self.status == "unchanged":
            return "  ".join([*parts, f"unchanged: the same as {self.same_as}, which is in force"])
        parts.append("accepted (nil return)" if self.is_nil_return else self.status)
        parts.append(
            f"{self.rows_received:,} rows received, {self.rows_accepted:,} accepted, "
            f"{self.rows_quarantined:,} quarantined"
        )
        if self.status == "rejected":
            parts.append(self.reason or "")
        else:
            chief = [
                chief_of([f"{rule} {count:,}" for rule, count in self.reasons]),
                chief_of([f"{rule} {count:,} (loaded)" for rule, count in self.odd]),
            ]
            if any(chief):
                parts.append(", ".join(filter(None, chief)))
        return "  ".join(parts)


def told_file_name(contract: Contract, received: Received) -> str:
    """The name of a submission as messages and the warehouse hold it; the register alone has it as it came."""
    return name_teller(contract)(received.file_name)


def create_raw_tables(con: duckdb.DuckDBPyConnection, contracts: Iterable[Contract] | Mapping[str, Contract]) -> None:
    """Create the raw tables that are missing; those that exist stay as they are."""
    for contract in contracts.values() if isinstance(contracts, Mapping) else contracts:
        for statement in raw_ddl(contract):
            con.execute(statement)


@dataclass(frozen=True)
class Prepared:
    """One submission read and judged: its rows lie in `folder`, by the table that they belong to in `spooled`."""

    outcome: LoadOutcome
    envelope: Envelope | None
    folder: Path
    spooled: dict[str, Path]


SameContent = Callable[[Envelope], str | None]
"""The submission in force for an envelope's feed, area, window and finality, where its content is the same."""


def prepare(
    settings: Settings, contract: Contract, received: Received, same_content: SameContent = lambda envelope: None
) -> Prepared:
    """Read and judge one received submission without the warehouse; the caller removes `folder`.

    Raises ArchiveError, AreasError, PersonKeyError or LoadError when something other than the submission is at fault.
    """
    path = locate(settings.archive, received.sha256, received.kind)
    reading = open_submission(path, received.file_name, contract)
    folder = Path(tempfile.mkdtemp(prefix=_SPOOL_PREFIX, dir=private_folder(settings.home)))
    try:
        # These rows never form cycles: the search for them would cost a quarter of the time.
        with no_search_for_cycles(), _Spool(folder) as spool:
            work = _Work(settings, contract, received, reading, spool, same_content)
            outcome = work.judge()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Prepared(outcome, work.envelope, folder, spool.paths)


def load_submission(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    received: Received,
    prepared: Prepared | None = None,
) -> LoadOutcome:
    """Parse, judge and write one received submission, in one transaction; what was `prepared` is only written.

    A submission that is rejected is written too: its row in ops.submissions with the reason, and every row that could
    be read in quarantine. One that repeats what is in force is noted in ops.unchanged_deliveries and not loaded.
    The tables of `contract` must exist. Raises ArchiveError, AreasError, PersonKeyError or LoadError when something
    other than the submission is at fault; then nothing is written.
    """
    ensure_key(con, settings, contract)
    same_content = partial(_in_force_with_same_content, con, settings, contract, received)
    if prepared is None:
        prepared = prepare(settings, contract, received, same_content)
    try:
        outcome, envelope = prepared.outcome, prepared.envelope
        if envelope is not None and outcome.status != "unchanged" and (same_as := same_content(envelope)):
            # Prepared before the one that it repeats was written.
            outcome = outcome.as_unchanged(same_as, envelope)
        _write(con, settings, contract, received, outcome, envelope, prepared.spooled)
    finally:
        shutil.rmtree(prepared.folder, ignore_errors=True)
    return outcome


def remove_leftovers(settings: Settings) -> None:
    """Remove the rows that an interrupted run had prepared."""
    for stale in settings.home.glob(f"{_SPOOL_PREFIX}*"):
        shutil.rmtree(stale, ignore_errors=True)


def ensure_key(con: duckdb.DuckDBPyConnection, settings: Settings, contract: Contract) -> None:
    """See to it that the key of person_key is there where the feed has persons.

    Raises PersonKeyError when it is missing and the warehouse holds rows made with it.
    """
    path = settings.person_key_file
    if path.exists() or not any(table.person_id for table in contract.tables):
        return
    accepted = con.execute(
        "select distinct supplier || '/' || feed from ops.submissions where status = 'accepted'"
    ).fetchall()
    # Published figures, which are often there first, hold no row made with it.
    child_level = _child_level_feeds(settings.sources_dir)
    if any(child_level.get(feed, True) for (feed,) in accepted):
        raise PersonKeyError(
            f"{path.name}: is missing, and the warehouse holds rows made with it; restore it from backup. "
            "(Where it is lost: remove warehouse.duckdb, and the next run rebuilds it with a new key.)"
        )
    read_or_create_key(path)


def _in_force_with_same_content(
    con: duckdb.DuckDBPyConnection, settings: Settings, contract: Contract, received: Received, envelope: Envelope
) -> str | None:
    gone = withdrawn_before(settings, received.position)
    # A window that was worked out depends on the day of receipt: there, equal content is an equal window.
    rows = con.execute(
        """
        select submission_id, sha256
        from ops.submissions
        where status = 'accepted' and supplier = ? and feed = ? and area_code = ? and finality = ?
            and ((period_start = ? and period_end = ?) or (? and envelope_inferred))
        order by received_at desc, submission_id desc
        """,
        [
            contract.supplier,
            contract.feed,
            envelope.area_code,
            envelope.finality,
            envelope.period_start,
            envelope.period_end,
            envelope.is_window_inferred,
        ],
    ).fetchall()
    for name, sha256 in rows:
        if name not in gone:
            return str(name) if sha256 == received.sha256 else None
    return None


class _RejectionError(Exception):
    """Carries the sentence that rejects the submission."""


@dataclass
class _Tally:
    received: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)

    def counts(self) -> tuple[TableCounts, ...]:
        return tuple(
            TableCounts(name, self.received[name], self.accepted[name], self.quarantined[name])
            for name in self.received
        )


class _Spool:
    """Private CSV files, one a table, that hold the rows until the transaction reads them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, tuple[TextIOWrapper, Any]] = {}
        self.paths: dict[str, Path] = {}

    def __enter__(self) -> _Spool:
        return self

    def __exit__(self, *_: object) -> None:
        for stream, _writer in self._open.values():
            stream.close()
        self._open = {}

    def write(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        """Add rows; None is null. (No value is ever an empty text: blanks are null.)"""
        if name not in self._open:
            path = self._folder / f"{len(self._open):03d}.csv"
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            stream = os.fdopen(handle, "w", encoding="utf-8", newline="", errors="replace")
            # With this line end, csv quotes both a bare \r and a bare \n within a cell.
            self._open[name] = (stream, csv.writer(stream, lineterminator="\r\n"))
            self.paths[name] = path
        self._open[name][1].writerows(rows)

    def clear(self) -> None:
        """Forget all rows."""
        for stream, _writer in self._open.values():
            stream.close()
        for path in self.paths.values():
            path.unlink(missing_ok=True)
        self._open, self.paths = {}, {}


class _Work:
    """The judging of one submission, up to the rows and counts that are to be written."""

    def __init__(
        self,
        settings: Settings,
        contract: Contract,
        received: Received,
        reading: Reading,
        spool: _Spool,
        same_content: SameContent,
    ) -> None:
        self._same_content = same_content
        self._settings = settings
        self._contract = contract
        self._received = received
        self._name = told_file_name(contract, received)
        self._reading = reading
        self._spool = spool
        self.envelope: Envelope | None = None
        self._tally = _Tally()
        self._totals: dict[str, Decimal] = {}
        self._notes: list[Note] = []
        self._areas = Areas(settings.seeds_dir / "areas.csv")
        self._rows_by_area: Counter[str] = Counter()
        self._table_names = frozenset(table.name for table in contract.tables)

    def judge(self) -> LoadOutcome:
        """Accepted, rejected or unchanged, with the rows spooled accordingly."""
        came = self._received
        expired = expiry(self._contract, self._name, came.received_at.date())
        if expired:
            return self._refuse_unread(expired)
        try:
            self._check_readable()
            try:
                self.envelope = envelope = self._resolve()
            except EnvelopeError:
                # What is no return at all says so, and not that its window is nowhere to be found.
                if not self._received.envelope:
                    self._check_tables()
                raise
            self._notes += envelope.notes
            same_as = self._same_content(envelope)
            if same_as:
                return self._outcome("unchanged", same_as=same_as)
            self._check_not_empty()
            self._check_mixing(envelope)
            self._check_tables()
            self._take_rows(envelope)
            self._check_counts(envelope)
        except (ReadError, EnvelopeError, _RejectionError) as error:
            return self._reject(str(error))
        self._note_leftovers()
        self._note_other_areas(envelope)
        useless = self._useless()
        outcome = self._outcome("rejected" if useless else "accepted", reason=useless)
        self._spool_notes(envelope.area_code)
        return outcome

    def _check_readable(self) -> None:
        if self._reading.errors:
            raise _RejectionError(" ".join(self._reading.errors))

    def _resolve(self) -> Envelope:
        return resolve(
            self._contract,
            stated=self._received.envelope,
            in_file=self._reading.envelopes,
            file_name=self._received.file_name,
            area_code=self._settings.area_code,
            received_on=self._received.received_at.date(),
            areas=self._areas,
            latest_date=self._latest_date,
            years=self._years,
        )

    def _latest_date(self) -> date | None:
        """The latest date of the contract's infer_window columns that is not after the day of receipt."""
        window = self._contract.infer_window
        assert window is not None
        limit = self._received.received_at.date().isoformat()
        latest = ""
        for part, batch in self._reading.batches(frozenset({window.table})):
            if part.match is None:
                continue
            for name in window.columns:
                if name not in part.match.columns:
                    continue
                at = part.match.columns.index(name)
                converter = Converter(self._contract, part.match.table.by_name[name], part.match.layout, None)
                for cell in {row[at] for row in batch.rows if at < len(row)}:
                    value = converter[cell]
                    day = value[:10] if isinstance(value, str) else ""
                    if latest < day <= limit:
                        latest = day
        return date.fromisoformat(latest) if latest else None

    def _years(self) -> tuple[int, int] | None:
        """The first and the last year, each by the year it ends in, in the year columns of a publication, or None."""
        publication = self._contract.publication
        assert publication is not None
        cells: set[str | None] = set()
        for part, batch in self._reading.batches():
            columns = part.match.columns if part.match else ()
            for name in publication.year_columns:
                if name in columns:
                    at = columns.index(name)
                    cells.update([row[at] for row in batch.rows if at < len(row)])
        pattern, later = _YEARS[publication.year_written]
        years = {int(found) + later for cell in cells if cell for found in pattern.findall(cell)}
        return (min(years), max(years)) if years else None

    def _check_mixing(self, envelope: Envelope) -> None:
        """The first child-level submission that a home ever received says whether all are of invented children.

        Read from the register, and not from what was loaded, so that the order of loading never changes the answer.
        """
        child_level = _child_level_feeds(self._settings.sources_dir)
        if child_level.get(self._contract.feed_key, True) is False:
            return
        for event in read_register(self._settings.register):
            if not isinstance(event, Received) or child_level.get(event.feed_key, True) is False:
                continue
            if event.position >= self._received.position:
                return
            if UNREADABLE in event.envelope:
                continue
            first = declares_synthetic(event.envelope)
            if first != envelope.is_synthetic:
                kinds = {True: "invented children (synthetic: true)", False: "real children"}
                raise _RejectionError(
                    f"{self._name}: is of {kinds[envelope.is_synthetic]}, and this home holds returns of "
                    f"{kinds[first]} since {event.submission_id}; the two never mix. Use another SAFEGUARDING_HOME"
                    + ("." if envelope.is_synthetic else ", or add synthetic: true if its children are invented.")
                )
            return

    def _check_not_empty(self) -> None:
        """Nothing at all is of nobody's children."""
        if self._reading.recognised or self._reading.parts or self._reading.not_read:
            return
        raise _RejectionError(
            f"{self._name}: is empty, expected headings and rows; if there was truly nothing to "
            "report, send the headings with 'rows: 0' in a submission.yml beside it (a nil return)."
        )

    def _check_tables(self) -> None:
        self._check_not_empty()
        near = self._reading.near_misses
        if near:
            raise _RejectionError(" ".join(_near_miss(name, miss, self._contract.words) for name, miss in near))
        if self._reading.recognised:
            return
        names = ", ".join([*(part.source_name for part in self._reading.parts), *self._reading.not_read])
        raise _RejectionError(
            f"{self._name}: found no table of this feed in {shorten(names, 200)}, expected at least one "
            f"of {Recogniser(self._contract).describe()}; check the headings and whether it is the right feed."
        )

    def _take_rows(self, envelope: Envelope) -> None:
        """Judge and spool every row. Raises ReadError when a file breaks off."""
        self._tally = _Tally()
        self._totals = {name: Decimal(0) for name in envelope.control_total}
        checker = SubmissionChecker(self._contract, envelope.year)
        keys: PersonKeys | None = None
        if any(table.person_id for table in self._contract.tables):
            namespace = self._contract.person_namespace or self._contract.supplier
            keys = PersonKeys(read_or_create_key(self._settings.person_key_file), envelope.area_code, namespace)
        for part, batch in self._reading.batches():
            checked = checker.check(part, batch)
            self._add_totals(part, batch)
            self._account(part.table_name, checked, envelope.area_code)
            if part.match is not None and checked.rows:
                self._rows_by_area.update(_areas_told(part.match.table, checked, envelope.area_code))
                self._spool_rows(part.match.table, part.source_name, checked, keys)
        for part in self._reading.parts:
            # A table that came with its headings and no row is held, and empty.
            self._tally.received[part.table_name] += 0

    def _spool_rows(self, table: Table, source_name: str, checked: Checked, keys: PersonKeys | None) -> None:
        name = self._received.submission_id
        person = table.person_id
        at = next((slot for slot, column in enumerate(table.columns) if column is person), None)
        rows: Iterator[Sequence[object]]
        if at is not None and keys is not None:
            if table.is_nested:
                rows = ((name, r[0], source_name, r[1], keys(r[2][at]), *r[2]) for r in checked.rows)
            else:
                rows = ((name, r[0], source_name, keys(r[2][at]), *r[2]) for r in checked.rows)
        elif table.is_nested:
            rows = ((name, r[0], source_name, r[1], *r[2]) for r in checked.rows)
        else:
            rows = ((name, r[0], source_name, *r[2]) for r in checked.rows)
        self._spool.write(f"raw.{self._contract.raw_table(table.name)}", rows)

    def _add_totals(self, part: Part, batch: Batch) -> None:
        """Add what the cells of a control total's column hold, whether or not their row is accepted."""
        if part.match is None:
            return
        for total in self._totals:
            table_name, _, column = total.rpartition(".")
            if table_name == part.table_name and column in part.match.columns:
                at = part.match.columns.index(column)
                cells = (row[at] for row in batch.rows if at < len(row))
                self._totals[total] += sum((number for cell in cells if (number := _number(cell))), Decimal(0))

    def _account(self, table_name: str, checked: Checked, area_code: str | None) -> None:
        if len(checked.rows) + len(checked.quarantined) != checked.received:
            raise LoadError(
                f"{table_name}: of {checked.received} rows {len(checked.rows)} were accepted and "
                f"{len(checked.quarantined)} quarantined; rows must not be lost, so nothing is loaded."
            )
        tally = self._tally
        tally.received[table_name] += checked.received
        tally.accepted[table_name] += len(checked.rows)
        tally.quarantined[table_name] += len(checked.quarantined)
        tally.reasons.update(problem.rule_code for problem in checked.quarantined)
        tally.odd.update(problem.rule_code for problem in checked.warnings)
        self._spool_problems("quarantine.quarantined_rows", checked.quarantined, area_code)
        self._spool_problems("quarantine.row_warnings", checked.warnings, area_code)

    def _spool_problems(self, target: str, problems: Sequence[RowProblem], area_code: str | None) -> None:
        if problems:
            receipt = (self._received.submission_id, self._contract.supplier, self._contract.feed, area_code)
            self._spool.write(target, ((*receipt, *problem) for problem in problems))

    def _check_counts(self, envelope: Envelope) -> None:
        name = self._name
        counts = {table.table_name: table.received for table in self._tally.counts()}
        known = sum(rows for table, rows in counts.items() if table in self._table_names)
        stated = envelope.rows
        if isinstance(stated, Mapping):
            wrong = [
                f"{self._label(table)}: the envelope says {rows:,} rows, read were {counts.get(table, 0):,}"
                for table, rows in stated.items()
                if rows != counts.get(table, 0)
            ]
            if wrong:
                raise _RejectionError(f"{name}: {'; '.join(wrong)}. {_MEND_ROWS}")
        elif stated is not None:
            # What a person counts: all rows, those of our tables, or in the XML of a return the children.
            readings = {"of all tables": sum(counts.values()), "of the tables of this feed": known}
            if self._reading.is_xml:
                top = next(table.name for table in self._contract.tables if table.parent is None)
                readings = {f"of {top}": counts.get(top, 0), **readings}
            if stated not in readings.values():
                distinct = {rows: which for which, rows in reversed(readings.items())}
                read = " or ".join(f"{rows:,} {which}" for rows, which in reversed(distinct.items()))
                raise _RejectionError(f"{name}: the envelope says {stated:,} rows, read were {read}. {_MEND_ROWS}")
        if known == 0 and stated is None:
            raise _RejectionError(
                f"{name}: holds headings and no row. If there was truly nothing to report, say so with 'rows: 0' in a "
                "submission.yml beside it (a nil return); else send the file with its rows."
            )
        off = [
            f"{self._label(column)}: the envelope says {expected}, the rows add up to {self._totals[column]}"
            for column, expected in envelope.control_total.items()
            if self._totals[column] != expected
        ]
        if off:
            raise _RejectionError(f"{name}: {'; '.join(off)}. Send the whole file, or correct control_total.")

    def _label(self, name: str) -> str:
        """A table or column as an envelope names it."""
        return told_words(name, self._contract.words).strip("'")

    def _useless(self) -> str | None:
        """Why a submission of which no row can be used is rejected: loaded, it would read as a true zero."""
        tally = self._tally
        known = sum(tally.received[table] for table in self._table_names)
        if known == 0 or sum(tally.accepted.values()) > 0:
            return None
        chief = chief_of([f"{rule} {count:,}" for rule, count in tally.reasons.most_common()])
        return (
            f"{self._name}: none of its {known:,} rows can be used ({chief}); "
            "see the rows' own reasons, correct them and send the return again."
        )

    def _note_leftovers(self) -> None:
        for name in self._reading.not_read:
            self._notes.append(Note(FILE_NOT_READ, f"{name}: is no CSV, workbook, XML or zip, and is passed over."))
        for source in self._reading.sources:
            if not source.parts and not self._reading.is_xml:
                self._notes.append(Note(FILE_NOT_READ, f"{source.name}: is blank, and is passed over."))
        for name, headings in self._reading.unknown_headings():
            shown = ", ".join(headings[:10])
            more = f" and {len(headings) - 10} more" if len(headings) > 10 else ""
            self._notes.append(
                Note(
                    COLUMN_NOT_IN_CONTRACT,
                    f"{name}: {shown}{more} not in the contract and not loaded; leave out what nobody asked for.",
                )
            )

    def _note_other_areas(self, envelope: Envelope) -> None:
        """Returns of others are welcome, and a mistyped area looks like one: it is counted as another authority."""
        home = self._settings.area_code
        found = self._rows_by_area
        # A return in force, though it holds no row, makes its authority one of which figures are due.
        found[envelope.area_code] += 0
        told = {note.rule_code for note in self._notes}
        others = {
            area: rows
            for area, rows in found.most_common()
            if area != home and not (area == envelope.area_code and AREA_NOT_IN_LIST in told)
        }
        if self._contract.publication or not others:
            return
        shown = ", ".join(
            f"{self._areas.in_words(area)} {counted(rows, 'row')}" for area, rows in list(others.items())[:_SHOWN_AREAS]
        )
        more = f" and {len(others) - _SHOWN_AREAS:,} more" if len(others) > _SHOWN_AREAS else ""
        rows, name = sum(others.values()), self._received.submission_id
        self._notes.append(
            Note(
                AREA_NOT_HOME,
                f"{counted(rows, 'row is', 'rows are')} of {'another area' if len(others) == 1 else 'other areas'} "
                f"than {home}, this home's own: {shown}{more}. They are loaded and counted there. If that is a "
                f"mistake: `safeguarding submissions withdraw {name} --reason …`, and send the return again with the "
                "right area_code.",
            )
        )

    def _spool_notes(self, area_code: str | None) -> None:
        told = [
            RowProblem("submission", None, note.rule_code, "warn", note.message, None, None, None)
            for note in self._notes
        ]
        self._spool_problems("quarantine.row_warnings", told, area_code)

    def _refuse_unread(self, reason: str) -> LoadOutcome:
        """Refused before its rows are judged: none of them is kept, as nothing allows us to use them."""
        try:
            self.envelope = self._resolve()
        except EnvelopeError:
            # Refused either way; without an envelope the register says whose it is by its file alone.
            self.envelope = None
        return self._outcome("rejected", reason=reason)

    def _reject(self, reason: str) -> LoadOutcome:
        """Everything that could be read goes to quarantine, whatever was judged before."""
        self._spool.clear()
        self._tally = _Tally()
        area = self.envelope.area_code if self.envelope else None
        broken: list[str] = []
        for part, batch in self._reading.batches(on_error=lambda error: broken.append(str(error))):
            self._account(part.table_name, rejected(part, batch), area)
        for part in self._reading.parts:
            self._tally.received[part.table_name] += 0
        told = [sentence for sentence in dict.fromkeys(broken) if sentence not in reason]
        outcome = self._outcome("rejected", reason=" ".join([reason, *told]))
        self._spool_notes(area)
        return outcome

    def _outcome(self, status: Status, *, reason: str | None = None, same_as: str | None = None) -> LoadOutcome:
        envelope = self.envelope
        tables = self._tally.counts()
        return LoadOutcome(
            submission_id=self._received.submission_id,
            supplier=self._contract.supplier,
            feed=self._contract.feed,
            status=status,
            reason=reason,
            area_code=envelope.area_code if envelope else None,
            period_start=envelope.period_start if envelope else None,
            period_end=envelope.period_end if envelope else None,
            finality=envelope.finality if envelope else None,
            is_nil_return=status == "accepted" and not any(self._tally.received[name] for name in self._table_names),
            is_synthetic=envelope.is_synthetic if envelope else declares_synthetic(self._received.envelope),
            envelope_inferred=bool(envelope and envelope.is_inferred),
            same_as=same_as,
            tables=tables,
            reasons=tuple(self._tally.reasons.most_common()),
            odd=tuple(self._tally.odd.most_common()),
            notes=tuple(note.message for note in self._notes),
        )


def _areas_told(table: Table, checked: Checked, area_code: str) -> Counter[str]:
    """How many rows are about which area: figures that the supplier has counted say it, records are the sender's."""
    if table.name != AGGREGATES:
        return Counter({area_code: len(checked.rows)})
    at = [column.name for column in table.columns].index("told_area_code")
    return Counter(str(row[2][at]) for row in checked.rows)


def _number(cell: str | None) -> Decimal | None:
    try:
        number = Decimal(cell.strip()) if cell else None
    except InvalidOperation:
        return None
    return number if number is not None and is_summable(number) else None


def _near_miss(source_name: str, miss: NearMiss, words: frozenset[str]) -> str:
    found = ", ".join(told_heading(text, words, at) for at, text in enumerate(miss.found, start=1) if text)
    if miss.twice:
        return (
            f"{source_name}: looks like table {miss.table.name} but has {', '.join(map(shorten, miss.twice))} more "
            f"than once (found {found}); leave one of them out and send it again."
        )
    return (
        f"{source_name}: looks like table {miss.table.name} but lacks {', '.join(miss.missing)} (found {found}); "
        "add what is missing and send it again."
    )


@lru_cache(maxsize=8)
def _child_level_feeds(sources_dir: Path) -> dict[str, bool]:
    """By feed whether its rows are about single persons."""
    return {
        key: any(
            column.is_person_id or column.privacy == "identifier"
            for table in contract.tables
            for column in table.columns
        )
        for key, contract in load_contracts(sources_dir).items()
    }


def _write(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    received: Received,
    outcome: LoadOutcome,
    envelope: Envelope | None,
    spooled: Mapping[str, Path],
) -> None:
    """The one transaction."""
    con.execute("begin")
    try:
        if outcome.status == "unchanged":
            con.execute(
                "insert into ops.unchanged_deliveries by name "
                "select ? as submission_id, ? as same_as_submission_id, ? as received_at",
                [received.submission_id, outcome.same_as, received.received_at],
            )
        else:
            _insert_submission(con, contract, received, outcome, envelope)
            for target, path in spooled.items():
                _copy(con, contract, target, path)
            for counts in outcome.tables:
                con.execute(
                    "insert into ops.submission_tables by name select ? as submission_id, ? as table_name, "
                    "? as rows_received, ? as rows_accepted, ? as rows_quarantined",
                    [
                        received.submission_id,
                        counts.table_name,
                        counts.received,
                        counts.accepted,
                        counts.quarantined,
                    ],
                )
            # Withdrawn before it was loaded: a rebuild, or a withdrawal on the day of receipt.
            apply_withdrawals(con, settings)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def _insert_submission(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    received: Received,
    outcome: LoadOutcome,
    envelope: Envelope | None,
) -> None:
    values: dict[str, object] = {
        "submission_id": received.submission_id,
        "supplier": contract.supplier,
        "feed": contract.feed,
        "area_code": outcome.area_code,
        "period_start": outcome.period_start,
        "period_end": outcome.period_end,
        "data_as_at": envelope.data_as_at if envelope else None,
        "finality": outcome.finality,
        "layout_version": envelope.layout_version if envelope else None,
        "contract_version": contract.version,
        "received_at": received.received_at,
        "registered_at": received.registered_at,
        "sha256": received.sha256,
        "file_name": told_file_name(contract, received),
        "status": outcome.status,
        "reason": outcome.reason,
        "is_nil_return": outcome.is_nil_return,
        "is_synthetic": outcome.is_synthetic,
        "envelope_inferred": outcome.envelope_inferred,
        "is_replay": received.is_replay,
        "agreement_ref": envelope.agreement_ref if envelope else None,
        "rows_received": outcome.rows_received,
        "rows_accepted": outcome.rows_accepted,
        "rows_quarantined": outcome.rows_quarantined,
    }
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    con.execute(f"insert into ops.submissions ({names}) values ({marks})", list(values.values()))


_PROBLEM_COLUMNS: tuple[tuple[str, str], ...] = (
    ("submission_id", "varchar"),
    ("supplier", "varchar"),
    ("feed", "varchar"),
    ("area_code", "varchar"),
    ("table_name", "varchar"),
    ("row_number", "integer"),
    ("rule_code", "varchar"),
    ("severity", "varchar"),
    ("message", "varchar"),
    ("column_name", "varchar"),
    ("value", "varchar"),
    ("row_json", "varchar"),
)


def _copy(con: duckdb.DuckDBPyConnection, contract: Contract, target: str, path: Path) -> None:
    """Insert a spooled file into its table, typed, with every column named."""
    if target.startswith("raw."):
        table = next(t for t in contract.tables if f"raw.{contract.raw_table(t.name)}" == target)
        columns: Sequence[tuple[str, str]] = [(column.name, column.sql_type) for column in raw_columns(table)]
    else:
        columns = _PROBLEM_COLUMNS
    types = ", ".join(f"'{name}': '{sql_type}'" for name, sql_type in columns)
    names = ", ".join(name for name, _ in columns)
    con.execute(
        f"""
        insert into {target} ({names})
        select {names}
        from read_csv(
            ?, columns = {{{types}}}, header = false, auto_detect = false, delim = ',', quote = '"', escape = '"',
            new_line = '\\r\\n', nullstr = '', parallel = false, max_line_size = {_LONGEST_LINE}
        )
        """,
        [str(path)],
    )
