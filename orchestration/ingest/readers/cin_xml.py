"""The children in need census (XML): one pass, a row for each element that the contract calls a table.

Belongs here: walking Message/Children/Child along the paths of the contract, linking a nested row to its parent row.
Does not belong here: which elements exist (contract.yml) and what their values may be (validate.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from orchestration.ingest.contracts import Contract, ContractError, Table
from orchestration.ingest.readers.files import Member
from orchestration.ingest.readers.model import Batch, Fault, Part, ReadError, Row
from orchestration.ingest.readers.recognise import Match, NearMiss
from orchestration.ingest.readers.xml_base import elements, local_name, text_of
from orchestration.ingest.rules import REPEATED_ELEMENT

ROOT = "Message"
CHILDREN_A_BATCH = 500


@dataclass(eq=False)
class _Spec:
    """One table: how its rows are filled. `inherited`: slot, levels up, slot there."""

    table: Table
    width: int
    parent: _Spec | None = None
    inherited: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass(eq=False)
class _Node:
    """One element name at one place: a field of the table around it, the start of a table, or a mere wrapper."""

    children: dict[str, _Node] = field(default_factory=dict)
    slot: int | None = None
    has_other_names: bool = False
    """Another element may fill the same field: GenderCurrent and Sex side by side are no repetition."""
    spec: _Spec | None = None
    text_slot: int | None = None


class _Record:
    """One row on its way: `cells` by column, `parent` the record around it."""

    __slots__ = ("cells", "fault", "number", "parent")

    def __init__(self, width: int, number: int, parent: _Record | None) -> None:
        self.cells: list[str | None] = [None] * width
        self.number = number
        self.parent = parent
        self.fault: Fault | None = None


class CinXmlSource:
    """One census document. `counters` (ordinal of the last element by table) are shared by the files of a submission,
    so that a parent row number is unique within it."""

    def __init__(self, member: Member, contract: Contract, counters: dict[str, int]) -> None:
        self.name = member.name
        self.near_misses: Sequence[tuple[str, NearMiss]] = ()
        self._member = member
        self._counters = counters
        self._root, self._specs = _compile(contract)
        self._by_name = {spec.table.name: spec for spec in self._specs}
        self._parts = {spec.table.name: _part(member.name, spec.table) for spec in self._specs}
        self._other: dict[str, Part] = {}
        self.unknown_elements: set[str] = set()
        """Elements with text that the contract does not know; filled while the rows are read."""
        self._envelope = self._read_header()

    @property
    def parts(self) -> Sequence[Part]:
        """Every table of the contract: a census is one document, so a module without rows is a true zero."""
        return [*self._parts.values(), *self._other.values()]

    @property
    def envelope(self) -> Mapping[str, str]:
        """la_code, reference_date, year and data_as_at, as far as the Header states them."""
        return self._envelope

    def batches(self, tables: frozenset[str] | None = None) -> Iterator[tuple[Part, Batch]]:
        """The rows of some hundred children at a time, parents before children."""
        pending: dict[str, list[_Record]] = {name: [] for name in self._parts}
        others: dict[str, Batch] = {}
        seen = 0
        failure: ReadError | None = None
        documents = elements(self._member, "Child")
        while failure is None:
            try:
                child = next(documents, None)
            except ReadError as error:
                # What could be read is still shown to the caller, who accounts for every row of a rejected file.
                failure, child = error, None
            if child is not None:
                seen += 1
                self._read_child(child, pending, others)
            if child is None or seen % CHILDREN_A_BATCH == 0:
                yield from self._flush(pending, others, tables)
                pending = {name: [] for name in self._parts}
                others = {}
            if child is None:
                break
        if failure:
            raise failure

    def _flush(
        self, pending: dict[str, list[_Record]], others: dict[str, Batch], tables: frozenset[str] | None
    ) -> Iterator[tuple[Part, Batch]]:
        for name, records in pending.items():
            if not records or (tables is not None and name not in tables):
                continue
            spec = self._by_name[name]
            for slot, levels, there in spec.inherited:
                for record in records:
                    source = record.parent
                    for _ in range(levels - 1):
                        assert source is not None
                        source = source.parent
                    assert source is not None
                    record.cells[slot] = source.cells[there]
            rows: list[Row] = [record.cells for record in records]
            yield (
                self._parts[name],
                Batch(
                    [record.number for record in records],
                    rows,
                    [record.parent.number for record in records if record.parent] if spec.parent else None,
                    {position: record.fault for position, record in enumerate(records) if record.fault},
                ),
            )
        if tables is None:
            for name, batch in others.items():
                yield self._other[name], batch

    def _read_child(self, child: etree._Element, pending: dict[str, list[_Record]], others: dict[str, Batch]) -> None:
        assert self._root.spec is not None
        self._walk(child, self._root, self._start(self._root.spec, None, pending), pending, others)

    def _start(self, spec: _Spec, parent: _Record | None, pending: dict[str, list[_Record]]) -> _Record:
        name = spec.table.name
        self._counters[name] = number = self._counters.get(name, 0) + 1
        record = _Record(spec.width, number, parent)
        pending[name].append(record)
        return record

    def _walk(
        self,
        element: etree._Element,
        node: _Node,
        record: _Record,
        pending: dict[str, list[_Record]],
        others: dict[str, Batch],
    ) -> None:
        """Fill `record` from what stands below `element`, and start the records of the tables below it."""
        known = node.children
        for inner in element:
            tag = inner.tag
            found = known.get(tag) or known.get(local_name(tag))
            if found is None:
                self._unknown(inner, others)
            elif found.slot is not None:
                text = inner.text
                if not text or text.isspace():
                    continue
                if record.cells[found.slot] is None:
                    record.cells[found.slot] = text
                elif not found.has_other_names:
                    record.fault = Fault(
                        REPEATED_ELEMENT, f"element {local_name(tag)} twice", "one such element in the record"
                    )
            elif found.spec is not None:
                text = inner.text
                if len(inner) == 0 and (not text or text.isspace()):
                    continue
                opened = self._start(found.spec, record, pending)
                if found.text_slot is not None:
                    opened.cells[found.text_slot] = text
                if len(inner):
                    self._walk(inner, found, opened, pending, others)
            else:
                self._walk(inner, found, record, pending, others)

    def _unknown(self, element: etree._Element, others: dict[str, Batch]) -> None:
        """An element that the contract does not know: a record of its own is kept as a row, a mere field is noted."""
        name = local_name(element.tag)
        if len(element) == 0:
            if text_of(element):
                self.unknown_elements.add(name)
            return
        leaves = [f"{local_name(leaf.tag)}={text_of(leaf) or ''}" for leaf in element.iter() if len(leaf) == 0]
        if name not in self._other:
            self._other[name] = Part(self.name, name, ("elements",), None, place=name)
        self._counters[f"?{name}"] = number = self._counters.get(f"?{name}", 0) + 1
        batch = others.setdefault(name, Batch([], []))
        batch.row_numbers.append(number)
        batch.rows.append(["; ".join(leaves)])

    def _read_header(self) -> dict[str, str]:
        stated: dict[str, str] = {}
        labels = {"LEA": "la_code", "ReferenceDate": "reference_date", "Year": "year", "DateTime": "data_as_at"}
        for element in elements(self._member, "Header", "Child"):
            if local_name(element.tag) == "Header":
                for inner in element.iter():
                    label = labels.get(local_name(inner.tag))
                    text = text_of(inner)
                    if label and text:
                        stated.setdefault(label, text)
            break
        return stated


def _part(source_name: str, table: Table) -> Part:
    columns = tuple(column.name for column in table.columns)
    header = tuple(
        (column.source if column.source != "." else table.element or ".").rpartition("/")[2] for column in table.columns
    )
    place = "Child" if table.element in (None, ".") else (table.element or "").rpartition("/")[2]
    return Part(source_name, table.name, header, Match(table, None, columns, (), frozenset()), place)


def _compile(contract: Contract) -> tuple[_Node, list[_Spec]]:
    """The tree of element names below Child, and the tables with parents before children.

    Raises ContractError when a table's element or an inherited column has no place in it.
    """
    specs: dict[str, _Spec] = {}
    nodes: dict[str, _Node] = {}
    root: _Node | None = None
    ordered = sorted(contract.own_tables, key=lambda table: (table.element or ".").count("/") + (table.element != "."))
    for table in ordered:
        spec = _Spec(table, len(table.columns), specs.get(table.parent) if table.parent else None)
        specs[table.name] = spec
        if table.parent is None:
            if table.element not in (None, ".") or root is not None:
                raise ContractError(f"{contract.feed_key}: table {table.name}: only one table may be the Child itself.")
            node = root = _Node(spec=spec)
        else:
            above = contract.table(table.parent).element or "."
            prefix = "" if above == "." else above + "/"
            path = table.element or ""
            if table.parent not in nodes or not path.startswith(prefix) or path == prefix:
                raise ContractError(
                    f"{contract.feed_key}: table {table.name}: element {path!r} is not below that of {table.parent}."
                )
            node = _descend(nodes[table.parent], path[len(prefix) :])
            node.spec = spec
        nodes[table.name] = node
        for slot, column in enumerate(table.columns):
            if column.inherited:
                spec.inherited.append((slot, *_ancestor_slot(spec, column.source, contract)))
                continue
            for path in (column.source, *column.aliases):
                if path == ".":
                    node.text_slot = slot
                else:
                    leaf = _descend(node, path)
                    leaf.slot, leaf.has_other_names = slot, bool(column.aliases)
    if root is None:
        raise ContractError(f"{contract.feed_key}: no table is the Child itself (element '.').")
    return root, list(specs.values())


def _descend(node: _Node, path: str) -> _Node:
    for name in path.split("/"):
        node = node.children.setdefault(name, _Node())
    return node


def _ancestor_slot(spec: _Spec, source: str, contract: Contract) -> tuple[int, int]:
    levels, ancestor = 1, spec.parent
    while ancestor is not None:
        for slot, column in enumerate(ancestor.table.columns):
            if column.source == source and not column.inherited:
                return levels, slot
        levels, ancestor = levels + 1, ancestor.parent
    raise ContractError(f"{contract.feed_key}: table {spec.table.name}: no table above it has {source}.")
