"""What an agency agreed to send, as data: the model of sources/<supplier>/<feed>/contract.yml.

Belongs here: loading and validating contracts, and resolving one for a return year (the yearly differences).
Does not belong here: reading files (readers/), judging rows (validate.py), writing other files from a contract
(generate.py).
"""

from __future__ import annotations

import itertools
import re
import typing
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from orchestration.ingest.told import words_of

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
ColumnType = Literal["string", "date", "timestamp", "integer", "decimal", "boolean"]
Privacy = Literal["identifier", "sensitive", "indirect", "open"]
MergeRule = Literal["latest_by_key", "replace_window", "append", "with_parent"]
Severity = Literal["quarantine", "warn"]

# Raw puts these before the contract's own columns.
RECEIPT_COLUMNS = ("submission_id", "row_number", "source_name", "parent_row_number", "person_key")
AggregateForm = Literal["none", "accepted", "default", "only"]
AGGREGATES = "aggregates"
"""The table of the aggregate form, the same in every feed: its columns stand in sources/aggregate_form.yml."""
FILE_NAME_GROUPS = ("area_code", "la_code", "period_start", "period_end", "finality")


class ContractError(ValueError):
    """A contract that cannot be used: the message names the file, the place, what was found and expected."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Strict):
    """One column of a table as the agency sends it (`source`, `aliases`) and as raw holds it (`name`, `type`)."""

    name: Name
    source: str
    """Heading in a flat file. CIN census: path below the table's element (`ChildIdentifiers/LAchildID`), or `.` for
    the element's own text."""
    aliases: tuple[str, ...] = ()
    """Other headings (or paths) under which the same column comes, such as the names of the XML variant."""
    inherited: bool = False
    """CIN census: `source` is looked for below the ancestors of the table's element, nearest first, so that a nested
    row carries the child's id and the referral's date."""
    type: ColumnType = "string"
    description: str
    required: bool = False
    """A row without a value here is quarantined (not where the layout lacks the column)."""
    must_be_present: bool = False
    """A table without this column in its header is rejected; optional columns may be absent (older layouts)."""
    codes: str | None = None
    """Name of a code list in `code_lists`."""
    on_unknown_code: Severity = "quarantine"
    """What becomes of a row whose code is in no year's list: `warn` only where no figure reads the column, or reads it
    only to break the figure down. A code of another year is a warning always."""
    privacy: Privacy = "open"
    pattern: str | None = None
    is_person_id: bool = False
    """The supplier's person identifier: raw gets person_key beside it."""
    nth: int = Field(default=1, ge=1)
    """Where several columns of a flat file have this one heading: which of them it is, from the left."""


class Covers(_Strict):
    """The dates of a record that decide whether a return's window covers it; `to` null means still open."""

    from_: Name = Field(alias="from")
    to: Name | None = None
    one_day_if: Name | None = None
    """A boolean column: where it is true and `to` is null the record covers its first day only, not the time since.
    (A referral with no further action has no closure date, and later returns do not carry it.)"""


class Layout(_Strict):
    """A second shape of the same table, such as an Annex A list: source headings by raw column name."""

    name: Name
    description: str
    columns: Mapping[Name, str]
    absent: tuple[Name, ...] = ()
    """Raw columns that this layout does not have; null in raw."""
    constants: Mapping[Name, str] = {}
    """What every row of this layout means without saying it, by raw column name (a file of one indicator's figures)."""
    aliases: Mapping[Name, tuple[str, ...]] = {}
    """Other headings of this layout by raw column name."""
    value_patterns: Mapping[Name, str] = {}
    """Regular expression with one group by raw column name: the group is the value ('q) 6: Police' holds code 6)."""
    value_map: Mapping[Name, Mapping[str, str]] = {}
    """Text (lower case, after value_patterns) to code by raw column name ('female' is F)."""

    @property
    def untold(self) -> tuple[str, ...]:
        """The raw columns for which a file in this layout has no heading."""
        return (*self.absent, *self.constants)

    def clean(self, column: str, text: str) -> str:
        """The code or number within a cell's text, by value_patterns and value_map; other text comes back stripped.

        Meant for cells whose text is not blank, before the type and the code are checked.
        """
        value = text.strip()
        pattern = self.value_patterns.get(column)
        if pattern:
            found = re.search(pattern, value, flags=re.IGNORECASE)
            if found:
                value = found.group(1).strip()
        return self.value_map.get(column, {}).get(value.lower(), value)

    @model_validator(mode="after")
    def _holds_together(self) -> Layout:
        places = {"columns": set(self.columns), "absent": set(self.absent), "constants": set(self.constants)}
        for one, other in itertools.combinations(places, 2):
            both = sorted(places[one] & places[other])
            if both:
                raise ValueError(f"found {', '.join(both)} both under {one} and under {other}, expected in one of them")
        for column, pattern in self.value_patterns.items():
            if _compiled(pattern, f"value_patterns.{column}").groups != 1:
                raise ValueError(
                    f"found value_patterns.{column} {pattern!r}, expected a pattern with exactly one group"
                )
        return self


class NotLoaded(_Strict):
    """A column of the agency's layout that never enters the warehouse, and why."""

    source: str
    aliases: tuple[str, ...] = ()
    reason: str


class Table(_Strict):
    """One table of a feed: the grain of its rows, its columns and how its records merge over submissions."""

    name: Name
    description: str
    grain: str
    element: str | None = None
    """CIN census: the path of the repeated element below Child, such as CINdetails/Section47; `.` is Child itself."""
    parent: Name | None = None
    parent_key: tuple[Name, ...] = ()
    """Columns shared with the parent table (flat files); rows of a quarantined parent go with it."""
    merge: MergeRule
    key: tuple[Name, ...] = ()
    covers: Covers | None = None
    per_return_year: bool = False
    """latest_by_key without own dates: the record tells of the return's whole year. The entity is the key within the
    year ending 31 March in which the window's period_end lies, and it is withdrawn by a return of higher precedence
    for that same year that lacks it; a return for another year neither replaces nor withdraws it."""
    never_withdrawn: bool = False
    """latest_by_key without own dates: what is known of a person persists. A later return lists only the people of its
    own year, so absence says nothing."""
    columns: tuple[Column, ...]
    not_loaded: tuple[NotLoaded, ...] = ()
    layouts: tuple[Layout, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def is_nested(self) -> bool:
        """Whether raw links a row to its parent row by parent_row_number (nested XML elements)."""
        return self.parent is not None and self.element is not None

    @property
    def person_id(self) -> Column | None:
        return next((column for column in self.columns if column.is_person_id), None)

    def required_columns(self, layout: Layout | None = None) -> tuple[Column, ...]:
        """The columns without which a row is quarantined, in the contract's own layout (None) or in another."""
        untold = set(layout.untold) if layout else set()
        return tuple(column for column in self.columns if column.required and column.name not in untold)

    @model_validator(mode="after")
    def _holds_together(self) -> Table:
        names = [column.name for column in self.columns]
        twice = _twice(names)
        if twice:
            raise ValueError(f"found column {twice} twice, expected every column once")
        reserved = sorted(set(names) & set(RECEIPT_COLUMNS))
        if reserved:
            raise ValueError(f"found column {', '.join(reserved)}, expected another name: raw adds that column itself")
        self._check_references(set(names))
        self._check_merge()
        if sum(column.is_person_id for column in self.columns) > 1:
            raise ValueError("found more than one column with is_person_id, expected at most one")
        if any(column.inherited for column in self.columns) and not self.is_nested:
            raise ValueError("found an inherited column, expected one only in a table with element and parent")
        for column in self.columns:
            if column.pattern:
                _compiled(column.pattern, f"columns.{column.name}.pattern")
        for layout in self.layouts:
            told = {*layout.columns, *layout.untold}
            silent = [c.name for c in self.columns if (c.required or c.must_be_present) and c.name not in told]
            if silent:
                raise ValueError(
                    f"layout {layout.name}: found nothing about {', '.join(silent)}, "
                    "expected a heading under columns or the name under absent"
                )
        return self

    def _check_references(self, names: set[str]) -> None:
        covers = self.covers
        references: dict[str, Sequence[str]] = {"key": self.key, "parent_key": self.parent_key}
        if covers:
            references["covers"] = [name for name in (covers.from_, covers.to, covers.one_day_if) if name]
        for layout in self.layouts:
            references[f"layout {layout.name}"] = [
                *layout.columns,
                *layout.untold,
                *layout.aliases,
                *layout.value_patterns,
                *layout.value_map,
            ]
        for place, found in references.items():
            unknown = sorted(set(found) - names)
            if unknown:
                raise ValueError(f"{place}: found {', '.join(unknown)}, expected columns of this table")
        if covers:
            for name in filter(None, (covers.from_, covers.to)):
                if self.by_name[name].type not in ("date", "timestamp"):
                    raise ValueError(f"covers: found {name} of type {self.by_name[name].type}, expected a date")
            if covers.one_day_if and self.by_name[covers.one_day_if].type != "boolean":
                raise ValueError(f"covers: found one_day_if {covers.one_day_if}, expected a boolean column")

    def _check_merge(self) -> None:
        if self.merge == "latest_by_key":
            if not self.key:
                raise ValueError("found merge latest_by_key without key, expected the columns that name the record")
            told = [self.covers is not None, self.per_return_year, self.never_withdrawn].count(True)
            if told != 1:
                raise ValueError(
                    f"found {told} of covers, per_return_year and never_withdrawn, "
                    "expected exactly one of them with merge latest_by_key"
                )
        elif self.per_return_year or self.never_withdrawn:
            raise ValueError(
                f"found per_return_year or never_withdrawn with merge {self.merge}, expected merge latest_by_key"
            )
        if self.merge == "replace_window" and not self.covers:
            raise ValueError("found merge replace_window without covers, expected the date that the window decides by")
        if self.merge == "with_parent" and not self.parent:
            raise ValueError("found merge with_parent without parent, expected the name of the parent table")


class CodeChange(_Strict):
    """Codes that a code list gains and loses from a year on."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class ColumnRename(_Strict):
    """The heading (or path) under which a column comes from a year on; the earlier one stays accepted."""

    table: Name
    column: Name
    source: str


class YearlyDifference(_Strict):
    """What changed in the guide from one return year on (2019 = year ending 31 March 2019)."""

    from_year: int
    reason: str
    codes: Mapping[str, CodeChange] = {}
    rename: tuple[ColumnRename, ...] = ()


class InferWindow(_Strict):
    """Where the window is read from the data when no envelope says it."""

    table: Name
    columns: tuple[Name, ...]
    to: Literal["financial_year", "month"]


class Publication(_Strict):
    """A feed of published figures, which are about no person: whom it is about, and where its years stand."""

    area_code: str = Field(pattern=r"^[A-Z]\d{8}$")
    """What the files are about unless an envelope says otherwise (all of England: E92000001)."""
    year_columns: tuple[Name, ...]
    """Columns, of whichever table has them, with the year of a row; the window is from the first year to the last."""
    year_written: Literal["2017", "2016/17"] = "2017"
    """How a cell tells its year. 2017: by the year that it ends in, where every number of four digits counts, so that
    '2016-17 (OT)' and '2013/14-15/16' do too. 2016/17: by the two that it lies in, with or without the stroke."""
    year_ends: Literal["31 March", "31 August", "31 December"]
    """The last day of the year that a number names."""


class Sharing(_Strict):
    """Who answers for the data, by what law or agreement it comes, and when that is looked at again."""

    controller: str
    gateway: str
    agreement_ref: str
    review_on: date
    review_notice_days: int = Field(default=60, ge=0)
    """How long before `review_on` and `valid_to` people are told that the day is near."""
    valid_to: date | None = None
    """The agreement's last day: what is received after it is refused. Nothing where it has no end."""
    note: str = ""


class Contract(_Strict):
    """What one supplier sends in one feed."""

    supplier: Name
    feed: Name
    version: str
    title: str
    description: str
    owner: str
    cadence: Literal["monthly", "quarterly", "annual"]
    due_days: int
    """Days after the period's last day by which the return is due."""
    annual_due_days: int | None = None
    """Days after 31 March by which the signed-off (final) return of the year is due, where there is one."""
    retention: str
    reader: Literal["tables", "ssda903", "cin_xml"]
    file_pattern: str
    """Regular expression over the file or folder name, with named groups among area_code, la_code, period_start,
    period_end, finality."""
    date_formats: tuple[str, ...]
    header_row_search: int = 1
    """How many rows from the top of a sheet may precede its heading row."""
    infer_window: InferWindow | None = None
    """Needed unless the feed is a publication."""
    publication: Publication | None = None
    other_columns: Literal["warn", "ignore"] = "warn"
    """Headings that the contract does not name: told of, or (wide published files) passed over in silence; either way
    they stay in the archived file."""
    sharing: Sharing
    aggregate_form: AggregateForm = "none"
    """Whether figures that the supplier has counted itself may come (`accepted`), are what usually comes (`default`),
    or are all that may come (`only`); `none` for published figures."""
    person_namespace: Name | None = None
    """Whose numbers the person identifiers are: `lcs` the authority's own numbers of children, `upn` unique pupil
    numbers; left out, the supplier's own. Equal identifiers of one namespace have one person_key."""
    code_lists: Mapping[str, tuple[str, ...]] = {}
    differences: tuple[YearlyDifference, ...] = ()
    tables: tuple[Table, ...]

    @property
    def feed_key(self) -> str:
        return f"{self.supplier}/{self.feed}"

    @property
    def own_tables(self) -> tuple[Table, ...]:
        """The tables without the aggregate form, which is the same in every feed."""
        return tuple(table for table in self.tables if table.name != AGGREGATES)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of its headings, tables and titles, in lower case: what a message may repeat of what came."""
        found = [self.supplier, self.feed, self.title]
        for table in self.tables:
            found += [table.name, table.element or ""]
            for column in table.columns:
                found += [column.name, column.source, *column.aliases]
            for dropped in table.not_loaded:
                found += [dropped.source, *dropped.aliases]
            for layout in table.layouts:
                found += [layout.name, *layout.columns.values()]
                found += [alias for aliases in layout.aliases.values() for alias in aliases]
        found += [rename.source for difference in self.differences for rename in difference.rename]
        return words_of(*found)

    def raw_table(self, table: str) -> str:
        """Name of a table of this feed in schema raw."""
        return f"raw_{self.supplier}__{self.feed}__{table}"

    def table(self, name: str) -> Table:
        """The table called `name`; KeyError when the contract has none."""
        return self._tables[name]

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {table.name: table for table in self.tables}

    def codes_for_year(self, code_list: str, year: int | None) -> frozenset[str]:
        """The codes valid in the return year ending 31 March `year`; None gives the first set with every addition."""
        codes = set(self.code_lists[code_list])
        for difference in sorted(self.differences, key=lambda d: d.from_year):
            change = difference.codes.get(code_list)
            if change and (year is None or difference.from_year <= year):
                codes |= set(change.add)
                if year is not None:
                    codes -= set(change.remove)
        return frozenset(codes)

    def headings(self, table: str, column: str) -> tuple[str, ...]:
        """Every heading (or path) under which the column may come in the contract's own layout, in any year."""
        found = self.table(table).by_name[column]
        renames = [r.source for d in self.differences for r in d.rename if (r.table, r.column) == (table, column)]
        return tuple(dict.fromkeys([found.source, *found.aliases, *renames]))

    @model_validator(mode="after")
    def _holds_together(self) -> Contract:
        names = [table.name for table in self.tables]
        twice = _twice(names)
        if twice:
            raise ValueError(f"found table {twice} twice, expected every table once")
        self._check_codes()
        for table in self.tables:
            if table.parent and table.parent not in names[: names.index(table.name)]:
                raise ValueError(
                    f"tables.{table.name}: found parent {table.parent!r}, expected a table that stands before it"
                )
            above = set(self._sources_above(table))
            for column in table.columns:
                if column.inherited and column.source not in above:
                    raise ValueError(
                        f"tables.{table.name}.columns.{column.name}: found inherited source {column.source!r}, "
                        "expected the source of a column of a table above it"
                    )
            if table.name == AGGREGATES:
                continue
            if (table.element is not None) != (self.reader == "cin_xml"):
                raise ValueError(
                    f"tables.{table.name}: found element {table.element!r} with reader {self.reader}, "
                    "expected one with reader cin_xml and only there"
                )
        for difference in self.differences:
            for rename in difference.rename:
                if rename.table not in names or rename.column not in self.table(rename.table).by_name:
                    raise ValueError(
                        f"differences.{difference.from_year}.rename: found {rename.table}.{rename.column}, "
                        "expected a column of this contract"
                    )
        self._check_infer_window(names)
        groups = set(_compiled(self.file_pattern, "file_pattern").groupindex)
        if groups - set(FILE_NAME_GROUPS):
            raise ValueError(
                f"file_pattern: found group {', '.join(sorted(groups - set(FILE_NAME_GROUPS)))}, "
                f"expected groups among {', '.join(FILE_NAME_GROUPS)}"
            )
        return self

    def _sources_above(self, table: Table) -> Iterator[str]:
        while table.parent:
            table = self.table(table.parent)
            yield from (column.source for column in table.columns if not column.inherited)

    def _check_codes(self) -> None:
        for code_list, codes in self.code_lists.items():
            twice = _twice(codes)
            if twice:
                raise ValueError(f"code_lists.{code_list}: found code {twice!r} twice, expected every code once")
        for table in self.tables:
            for column in table.columns:
                if column.codes and column.codes not in self.code_lists:
                    raise ValueError(
                        f"tables.{table.name}.columns.{column.name}: found codes {column.codes!r}, "
                        "expected the name of a list under code_lists"
                    )
        years = [difference.from_year for difference in self.differences]
        if years != sorted(years):
            raise ValueError("differences: found years out of order, expected the oldest first")
        now = {name: set(codes) for name, codes in self.code_lists.items()}
        for difference in self.differences:
            for code_list, change in difference.codes.items():
                place = f"differences.{difference.from_year}.codes.{code_list}"
                if code_list not in now:
                    raise ValueError(f"{place}: found an unknown list, expected the name of one under code_lists")
                if now[code_list] & set(change.add):
                    found = ", ".join(sorted(now[code_list] & set(change.add)))
                    raise ValueError(f"{place}: found {found} under add, expected codes not yet in the list")
                if set(change.remove) - now[code_list]:
                    found = ", ".join(sorted(set(change.remove) - now[code_list]))
                    raise ValueError(f"{place}: found {found} under remove, expected codes that are in the list")
                now[code_list] = (now[code_list] | set(change.add)) - set(change.remove)

    def _check_infer_window(self, names: Sequence[str]) -> None:
        window, publication = self.infer_window, self.publication
        if (window is None) == (publication is None):
            raise ValueError("found both or neither of infer_window and publication, expected one of them")
        if publication is not None:
            self._check_publication(publication)
            return
        assert window is not None
        if window.table not in names:
            raise ValueError(f"infer_window: found table {window.table!r}, expected a table of this contract")
        for name in window.columns:
            column = self.table(window.table).by_name.get(name)
            if column is None or column.type not in ("date", "timestamp"):
                raise ValueError(f"infer_window: found column {name!r}, expected a date column of {window.table}")

    def _check_publication(self, publication: Publication) -> None:
        columns = [column for table in self.tables for column in table.columns]
        unknown = sorted(set(publication.year_columns) - {column.name for column in columns})
        if unknown:
            raise ValueError(f"publication.year_columns: found {', '.join(unknown)}, expected columns of this contract")
        personal = [column.name for column in columns if column.is_person_id or column.privacy == "identifier"]
        if personal:
            raise ValueError(f"publication: found identifier {personal[0]}, expected none in published figures")


@dataclass(frozen=True)
class FeedKey:
    """Names one feed of one supplier."""

    supplier: str
    feed: str


def return_year(period_end: date) -> int:
    """The return year of a window: the year of the 31 March on or next after its last day."""
    return period_end.year if (period_end.month, period_end.day) <= (3, 31) else period_end.year + 1


def load_contract(path: Path) -> Contract:
    """Read and validate one contract.yml.

    Raises ContractError with one sentence that names the file, the place of the first fault, what was found there and
    what was expected.
    """
    try:
        data: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506 (a SafeLoader)
    except OSError as error:
        raise ContractError(f"{path}: found no readable file ({error.strerror}), expected a contract.") from error
    except yaml.YAMLError as error:
        raise ContractError(f"{path}: {_yaml_fault(error)}") from error
    if not isinstance(data, dict):
        raise ContractError(f"{path}: the contract: found {_shown(data)}, expected fields such as supplier and tables.")
    _add_aggregate_form(path, data)
    try:
        contract = Contract.model_validate(data)
    except ValidationError as error:
        raise ContractError(f"{path}: {_fault(error.errors()[0], data)}") from error
    if (contract.supplier, contract.feed) != (path.parent.parent.name, path.parent.name):
        raise ContractError(
            f"{path}: supplier and feed: found {contract.feed_key}, "
            f"expected {path.parent.parent.name}/{path.parent.name}, the folder that it lies in."
        )
    return contract


def _add_aggregate_form(path: Path, data: dict[str, Any]) -> None:
    """Give a contract that accepts the aggregate form its table, with the layouts of this feed, and its code lists."""
    layouts = data.pop("aggregate_layouts", [])
    if data.get("aggregate_form", "none") == "none":
        if layouts:
            raise ContractError(f"{path}: found aggregate_layouts, expected aggregate_form beside them.")
        return
    shared = path.parent.parent.parent / "aggregate_form.yml"
    try:
        form: Any = yaml.load(shared.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506 (a SafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise ContractError(f"{shared}: found no readable file, expected the table of the aggregate form.") from error
    data["tables"] = [*(data.get("tables") or []), {**form["table"], "name": AGGREGATES, "layouts": layouts}]
    data["code_lists"] = {**(data.get("code_lists") or {}), **form["code_lists"]}


def load_contracts(sources_dir: Path) -> dict[str, Contract]:
    """Every contract below `sources_dir` by 'supplier/feed', in the order of their names."""
    contracts = [load_contract(path) for path in sorted(sources_dir.glob("*/*/contract.yml"))]
    return {contract.feed_key: contract for contract in contracts}


class _UniqueKeyLoader(yaml.CSafeLoader):
    """YAML lets a repeated key silently win over the first; in a contract that would drop a column or a code list."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"found field {key_node.value!r} twice, expected it once", problem_mark=key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def _twice(names: Sequence[str]) -> str | None:
    return next((name for position, name in enumerate(names) if name in names[:position]), None)


def _compiled(pattern: str, place: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{place}: found {pattern!r}, expected a regular expression ({error})") from error


def _yaml_fault(error: yaml.YAMLError) -> str:
    """One sentence for text that is not YAML, with the line where a reader has to look."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        problem = error.problem or "found text that is not YAML"
        tail = "." if "expected" in problem else ", expected YAML."
        return f"line {mark.line + 1}, column {mark.column + 1}: {problem}{tail}"
    return "found text that is not YAML, expected a contract."


def _fault(error: ErrorDetails, data: object) -> str:
    """One sentence for pydantic's first error: the place in the reader's names, found and expected."""
    location, kind, context = error["loc"], error["type"], error.get("ctx", {})
    place = ".".join(_place(location, data)) or "the contract"
    if kind == "missing":
        return f"{place}: found nothing, expected a value."
    if kind == "extra_forbidden":
        outer = ".".join(_place(location[:-1], data)) or "the contract"
        return f"{outer}: found unknown field {location[-1]!r}, expected one of {', '.join(_fields(location[:-1]))}."
    if kind == "value_error":
        message = error["msg"].removeprefix("Value error, ")
        return f"{message}." if place == "the contract" else f"{place}: {message}."
    found = _shown(error["input"])
    if kind == "literal_error":
        return f"{place}: found {found}, expected {context['expected']}."
    if kind == "string_pattern_mismatch":
        return f"{place}: found {found}, expected a name of lower-case letters, digits and underscores."
    if kind == "string_type":
        return f"{place}: found {found}, expected text (put a number, yes or no in quotes)."
    expected = error["msg"][:1].lower() + error["msg"][1:].removesuffix(".")
    return f"{place}: found {found}, expected otherwise: {expected}."


def _place(location: Sequence[int | str], data: object) -> Iterator[str]:
    """The parts of a pydantic location, a list item by its name or year where it has one."""
    here: Any = data
    for part in location:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        name = (here.get("name") or here.get("from_year")) if isinstance(part, int) and isinstance(here, dict) else None
        yield str(name if name is not None else part)


def _fields(location: Sequence[int | str]) -> list[str]:
    """The fields that the model at `location` knows, as they are written in the file."""
    model: type[BaseModel] = Contract
    hints = typing.get_type_hints(model, include_extras=False)
    for part in location:
        if isinstance(part, str):
            field_name = next((n for n, f in model.model_fields.items() if part in (n, f.alias)), None)
            inner = _model_in(hints[field_name]) if field_name else None
            if inner is not None:
                model, hints = inner, typing.get_type_hints(inner)
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in typing.get_args(annotation) if (m := _model_in(a)) is not None), None)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
