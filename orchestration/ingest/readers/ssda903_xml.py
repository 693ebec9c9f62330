"""The SSDA903 return as one XML document: EXPSSDA903 / CHILD / HEADER and EPISODE, and the records within HEADER.

Belongs here: turning each element that holds others (EPISODE, AREVIEW, OC2 ...) into a row of the table whose headings
its elements are, with the child's own fields (CHILDID, DOB, SEX) copied down. Does not belong here: values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from orchestration.ingest.contracts import Contract
from orchestration.ingest.readers.files import Member
from orchestration.ingest.readers.model import Batch, Part, ReadError, Row
from orchestration.ingest.readers.recognise import Match, NearMiss, heading
from orchestration.ingest.readers.xml_base import elements, local_name, text_of

ROOT = "EXPSSDA903"
CHILDREN_A_BATCH = 500
_YES = frozenset({"1", "true", "y", "yes"})


class Ssda903XmlSource:
    """One 903 document. `counters` (ordinal of the last element by table) are shared by the files of a submission."""

    def __init__(self, member: Member, contract: Contract, counters: dict[str, int]) -> None:
        self.name = member.name
        self.near_misses: Sequence[tuple[str, NearMiss]] = ()
        self._member = member
        self._counters = counters
        self._slots: dict[str, dict[str, int]] = {}
        self._parts: dict[str, Part] = {}
        self._dropped: set[str] = set()
        for table in contract.own_tables:
            slots: dict[str, int] = {}
            for slot, column in enumerate(table.columns):
                for name in (column.source, *column.aliases):
                    slots.setdefault(heading(name), slot)
            self._slots[table.name] = slots
            columns = tuple(column.name for column in table.columns)
            self._parts[table.name] = Part(
                member.name,
                table.name,
                tuple(column.source for column in table.columns),
                Match(table, None, columns, (), frozenset()),
                place="record",
            )
            self._dropped |= {heading(name) for gone in table.not_loaded for name in (gone.source, *gone.aliases)}
        self._table_of_element: dict[str, str | None] = {}
        self._other: dict[str, Part] = {}
        self._seen: set[str] = {"header"} & set(self._parts)
        self.unknown_elements: set[str] = set()

    @property
    def parts(self) -> Sequence[Part]:
        """The tables of which the document has held a record so far (known when the rows have been read)."""
        return [part for name, part in self._parts.items() if name in self._seen] + list(self._other.values())

    @property
    def envelope(self) -> Mapping[str, str]:
        """The document states nothing about itself."""
        return {}

    def batches(self, tables: frozenset[str] | None = None) -> Iterator[tuple[Part, Batch]]:
        """The rows of some hundred children at a time, in the contract's order of tables."""
        pending: dict[str, Batch] = {}
        children = elements(self._member, "CHILD")
        failure: ReadError | None = None
        for count in _counting():
            try:
                child = next(children, None)
            except ReadError as error:
                failure, child = error, None
            if child is not None:
                self._read_child(child, pending)
            if child is None or count % CHILDREN_A_BATCH == 0:
                for part in self.parts:
                    batch = pending.get(part.table_name)
                    if batch and (tables is None or part.table_name in tables):
                        yield part, batch
                pending = {}
            if child is None:
                break
        if failure:
            raise failure

    def _read_child(self, child: etree._Element, pending: dict[str, Batch]) -> None:
        own: dict[str, str | None] = {}
        records: list[tuple[str, dict[str, str | None]]] = []
        for element in child:
            within = list(element) if local_name(element.tag) == "HEADER" else [element]
            for inner in within:
                if len(inner):
                    records.append((local_name(inner.tag), {heading(local_name(e.tag)): text_of(e) for e in inner}))
                else:
                    own[heading(local_name(inner.tag))] = text_of(inner)
        if "header" in self._parts:
            self._add("header", own, pending)
        uasc = self._slots.get("uasc")
        if uasc and ((own.get("uasc") or "").lower() in _YES or own.get("duc")):
            self._add("uasc", own, pending)
        known = {name for slots in self._slots.values() for name in slots} | self._dropped | {"uasc"}
        for name, fields in records:
            table = self._table_for(name, fields, set(own))
            if table is None:
                self._keep_unknown(name, fields, pending)
                continue
            self.unknown_elements |= {field for field, text in fields.items() if text and field not in known}
            self._add(table, {**own, **fields}, pending)
        self.unknown_elements |= {field for field, text in own.items() if text and field not in known}

    def _add(self, table: str, fields: Mapping[str, str | None], pending: dict[str, Batch]) -> None:
        cells: list[str | None] = [None] * len(self._parts[table].header)
        for name, slot in self._slots[table].items():
            text = fields.get(name)
            if text is not None and cells[slot] is None:
                cells[slot] = text
        self._append(table, cells, pending)
        self._seen.add(table)

    def _append(self, name: str, cells: Row, pending: dict[str, Batch]) -> None:
        self._counters[name] = number = self._counters.get(name, 0) + 1
        batch = pending.setdefault(name, Batch([], []))
        batch.row_numbers.append(number)
        batch.rows.append(cells)

    def _table_for(self, element: str, fields: Mapping[str, str | None], own: set[str]) -> str | None:
        """The table that knows most of the record's own fields (those of the child left out), at least two."""
        if element not in self._table_of_element:
            mine = set(fields) - own
            scores = {name: len(mine & set(slots)) for name, slots in self._slots.items() if name != "header"}
            best = max(scores, key=lambda name: scores[name], default=None)
            needed = min(2, len(mine))
            self._table_of_element[element] = best if best and needed and scores[best] >= needed else None
        return self._table_of_element[element]

    def _keep_unknown(self, name: str, fields: Mapping[str, str | None], pending: dict[str, Batch]) -> None:
        if name not in self._other:
            self._other[name] = Part(self.name, name, ("elements",), None, place=name)
        self._append(name, ["; ".join(f"{field}={text or ''}" for field, text in fields.items())], pending)


def _counting() -> Iterator[int]:
    count = 0
    while True:
        count += 1
        yield count
