"""A submission, whatever it came as, opened as its tables.

Belongs here: choosing the reader of each file by its content, and putting their tables in one order.
Does not belong here: a format (the other modules), what to do about what was found (load.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from orchestration.ingest.contracts import Contract
from orchestration.ingest.readers.cin_xml import ROOT as CIN_ROOT
from orchestration.ingest.readers.cin_xml import CinXmlSource
from orchestration.ingest.readers.delimited import DelimitedSource
from orchestration.ingest.readers.files import (
    DEFAULT_LIMITS,
    Limits,
    Member,
    is_workbook,
    is_xml,
    members,
)
from orchestration.ingest.readers.model import Batch, Part, ReadError
from orchestration.ingest.readers.parquet import MAGIC as PARQUET_MAGIC
from orchestration.ingest.readers.parquet import ParquetSource
from orchestration.ingest.readers.recognise import NearMiss, Recogniser
from orchestration.ingest.readers.ssda903_xml import ROOT as SSDA903_ROOT
from orchestration.ingest.readers.ssda903_xml import Ssda903XmlSource
from orchestration.ingest.readers.workbook import WorkbookSource
from orchestration.ingest.readers.xml_base import root_name
from orchestration.ingest.told import shorten, told_heading

FlatSource = DelimitedSource | WorkbookSource | ParquetSource
AnySource = FlatSource | CinXmlSource | Ssda903XmlSource

# A file of another kind (a guide, a picture) is passed over; one of these that cannot be read rejects the submission.
DATA_SUFFIXES = frozenset(
    {"", ".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".xml", ".zip", ".parquet"}
)


LONGEST_ROW = 1_000_000
"""Characters; what is longer neither the spool nor the quarantine could hold."""


@dataclass
class Reading:
    """An opened submission. `errors` and `near_misses` reject it; `not_read` and `unknown_headings` are warnings."""

    contract: Contract
    sources: list[AnySource] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    near_misses: list[tuple[str, NearMiss]] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)

    @property
    def parts(self) -> list[Part]:
        """Every table as it came, recognised or not (XML: complete once the rows have been read)."""
        return [part for source in self.sources for part in source.parts]

    @property
    def recognised(self) -> bool:
        return any(part.match for part in self.parts) or any(
            isinstance(source, CinXmlSource | Ssda903XmlSource) for source in self.sources
        )

    @property
    def is_xml(self) -> bool:
        return any(isinstance(source, CinXmlSource | Ssda903XmlSource) for source in self.sources)

    @property
    def envelopes(self) -> list[tuple[str, Mapping[str, str]]]:
        """What each file states about itself, by its name."""
        return [(source.name, source.envelope) for source in self.sources if source.envelope]

    def unknown_headings(self) -> list[tuple[str, tuple[str, ...]]]:
        """By source the headings or elements with values that the contract does not know (XML: after reading), each
        as it may be told."""
        words = self.contract.words
        found = []
        for part in self.parts:
            if part.match and part.match.unknown:
                unknown = set(part.match.unknown)
                headings = enumerate(part.header, start=1)
                told = [told_heading(text.strip(), words, at) for at, text in headings if text.strip() in unknown]
                found.append((part.source_name, tuple(told)))
        for source in self.sources:
            if isinstance(source, CinXmlSource | Ssda903XmlSource) and source.unknown_elements:
                # The names of elements are the sending system's, and no person types them.
                found.append((source.name, tuple(shorten(name, 40) for name in sorted(source.unknown_elements))))
        return found

    def batches(
        self, tables: frozenset[str] | None = None, on_error: Callable[[ReadError], None] | None = None
    ) -> Iterator[tuple[Part, Batch]]:
        """Every row, tables before those that name them as parent.

        A ReadError within one file is raised, or given to `on_error` and the next file is read.
        """
        self.counters.clear()
        for wanted in self._rounds(tables):
            for source in self.sources:
                try:
                    for part, batch in source.batches(wanted):
                        yield from _without_endless_rows(part, batch)
                except ReadError as error:
                    if on_error is None:
                        raise
                    on_error(error)

    def _rounds(self, tables: frozenset[str] | None) -> list[frozenset[str] | None]:
        """One round for all, unless a flat table names a parent: then one by depth, unrecognised tables last."""
        flat = [table for table in self.contract.tables if table.parent and not table.is_nested]
        if tables is not None or not flat or self.is_xml:
            return [tables]
        depth: dict[str, int] = {}
        for table in self.contract.tables:
            level, above = 0, table.parent
            while above:
                level, above = level + 1, self.contract.table(above).parent
            depth[table.name] = level
        rounds: list[frozenset[str] | None] = [
            frozenset(name for name, own in depth.items() if own == level) for level in sorted(set(depth.values()))
        ]
        other = frozenset(part.table_name for part in self.parts if part.match is None)
        return [*rounds, other] if other else rounds


def _without_endless_rows(part: Part, batch: Batch) -> Iterator[tuple[Part, Batch]]:
    """The batch; where a row is longer than any record is, the rows before it, and then a ReadError."""
    for at, row in enumerate(batch.rows):
        if sum(map(len, filter(None, row))) > LONGEST_ROW:
            if at:
                parents = batch.parent_row_numbers
                faults = {position: fault for position, fault in batch.faults.items() if position < at}
                yield part, Batch(batch.row_numbers[:at], batch.rows[:at], parents and parents[:at], faults)
            raise ReadError(
                f"{part.source_name}, {part.place} {batch.row_numbers[at]}: holds more than {LONGEST_ROW:,} "
                "characters, as no record does; look for a quotation mark or tag that is not closed, and send it again."
            )
    yield part, batch


def open_submission(path: Path, name: str, contract: Contract, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Open the file, folder or zip at `path`, which its sender called `name`. What cannot be read is in `errors`."""
    found = Reading(contract)
    recogniser = Recogniser(contract)
    try:
        files = members(path, name, limits, recogniser.told_name)
    except ReadError as error:
        found.errors.append(str(error))
        return found
    for member in files:
        try:
            source = _open(member, contract, recogniser, found.counters)
        except ReadError as error:
            if PurePosixPath(member.name).suffix.lower() in DATA_SUFFIXES:
                found.errors.append(str(error))
            else:
                found.not_read.append(member.name)
            continue
        if isinstance(source, WorkbookSource) and len(files) > 1:
            # Sheets of two workbooks may have one name, and a row is looked up by its source and number.
            source.name_sheets_by_file()
        found.sources.append(source)
        found.near_misses += source.near_misses
    return found


def _open(member: Member, contract: Contract, recogniser: Recogniser, counters: dict[str, int]) -> AnySource:
    head = member.head()
    if head.startswith(PARQUET_MAGIC):
        return _flat(ParquetSource(member, recogniser), contract, "a Parquet file")
    if is_workbook(head, member.name) or head.startswith(b"PK"):
        return _flat(WorkbookSource(member, recogniser, contract.header_row_search), contract, "a workbook")
    if is_xml(head):
        root = root_name(member)
        if root == CIN_ROOT and contract.reader == "cin_xml":
            return CinXmlSource(member, contract, counters)
        if root == SSDA903_ROOT and contract.reader == "ssda903":
            return Ssda903XmlSource(member, contract, counters)
        expected = {"cin_xml": f"the census ({CIN_ROOT})", "ssda903": f"the return ({SSDA903_ROOT}) or its tables"}
        raise ReadError(
            f"{member.name}: is XML that begins with {root}, expected "
            f"{expected.get(contract.reader, 'a CSV or workbook')}; is this the file for {contract.title}?"
        )
    return _flat(DelimitedSource(member, recogniser, contract.header_row_search), contract, "a text file")


def _flat(source: FlatSource, contract: Contract, found: str) -> FlatSource:
    """The source, unless the feed's records come as XML: then a flat file may only hold figures already counted."""
    if contract.reader == "cin_xml" and not any(part.match for part in source.parts):
        raise ReadError(
            f"{source.name}: is {found}, expected the XML of {contract.title}; export the census itself and send that."
        )
    return source
