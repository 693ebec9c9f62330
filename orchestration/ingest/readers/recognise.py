"""Which table of the contract a heading row is: by its headings, never by the file's name.

Belongs here: comparing headings. Does not belong here: finding the heading row in a file (the readers), rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from orchestration.ingest.contracts import Contract, Layout, Table
from orchestration.ingest.told import told_name

_SPACE = re.compile(r"[\s_\-\u2010-\u2015]+")
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\ufeff": "", "\u200b": ""})


def heading(text: str) -> str:
    """A heading as it is compared: no case, one space for any run of blanks, underscores and hyphens, no end mark."""
    return _SPACE.sub(" ", text.translate(_QUOTES)).strip().rstrip(":*?. ").casefold()


@dataclass(frozen=True)
class Match:
    """A heading row recognised as `table` (in `layout`, None for the contract's own).

    `columns`: by position in the heading row the raw column, or None where the column is not loaded.
    `unknown`: headings of neither the table's columns nor its not_loaded. `not_kept`: positions of not_loaded.
    """

    table: Table
    layout: Layout | None
    columns: tuple[str | None, ...]
    unknown: tuple[str, ...]
    not_kept: frozenset[int]

    @cached_property
    def known(self) -> int:
        return len(self.columns) - len(self.unknown)


@dataclass(frozen=True)
class NearMiss:
    """A heading row that is nearly `table`: `missing` are the headings that must be present and are not, `found` those
    that are, by position (blank ones too)."""

    table: Table
    missing: tuple[str, ...]
    found: tuple[str, ...]
    twice: tuple[str, ...] = ()
    """Headings that stand twice for one column: then nothing is missing, but we cannot know which to take."""


@dataclass(frozen=True)
class _Shape:
    table: Table
    layout: Layout | None
    by_heading: dict[str, str | None]
    """Heading to raw column; None for what is deliberately not loaded."""
    needed: tuple[str, ...]
    label: dict[str, str]
    ignores_others: bool = False

    def compare(self, headings: Sequence[str]) -> tuple[Match, tuple[str, ...], tuple[str, ...]]:
        columns: list[str | None] = []
        unknown: list[str] = []
        not_kept: set[int] = set()
        seen: set[str] = set()
        twice: list[str] = []
        times: Counter[str] = Counter()
        for position, text in enumerate(headings):
            key = heading(text)
            times[key] += 1
            column = self.by_heading.get(_nth(key, times[key]), self.by_heading.get(key)) if key else None
            columns.append(column)
            if column is None:
                if key and (key in self.by_heading or self.ignores_others):
                    not_kept.add(position)
                elif key:
                    unknown.append(text.strip())
            elif column in seen:
                twice.append(text.strip())
            else:
                seen.add(column)
        match = Match(self.table, self.layout, tuple(columns), tuple(unknown), frozenset(not_kept))
        missing = tuple(self.label[column] for column in self.needed if column not in seen)
        return match, missing, tuple(twice)


def name_teller(contract: Contract) -> Callable[[str], str]:
    """How names of files and sheets of a feed are stored and printed. Published figures are about no person."""
    return partial(told_name, words=contract.words, keeps_digits=contract.publication is not None)


class Recogniser:
    """The tables of one contract, in every shape (own layout, other layouts, names of any return year)."""

    def __init__(self, contract: Contract) -> None:
        self._shapes = [shape for table in contract.tables for shape in _shapes(contract, table)]
        owners: dict[str, set[str]] = {}
        for shape in self._shapes:
            for key in shape.by_heading:
                owners.setdefault(key, set()).add(shape.table.name)
        self._owners = owners
        self._names = {table.name for table in contract.tables}
        self.words = contract.words
        self.told_name = name_teller(contract)

    def own_name(self, name: str) -> str:
        """What an unrecognised file or sheet is called where tables are named: never the name of a contract table."""
        return f"{name} (not recognised)" if name in self._names else name

    def match(self, headings: Sequence[str]) -> Match | None:
        """The table whose must-be-present columns are all there, the one with the most headings known; else None."""
        best: Match | None = None
        best_known = 0
        for shape in self._shapes:
            match, missing, twice = shape.compare(headings)
            known = sum(1 for column in match.columns if column is not None)
            if not missing and not twice and known > best_known:
                best, best_known = match, known
        return best

    def known_headings(self, headings: Sequence[str]) -> int:
        """How many of the headings some table of the contract knows."""
        return sum(1 for text in headings if heading(text) in self._owners)

    def near_miss(self, headings: Sequence[str]) -> NearMiss | None:
        """The table that a row of headings, matched by none, was most likely meant to be; None when it is too far.

        Near: at least one heading is known to that table alone, at least half of the columns that must be present
        are, and the headings that it does not know are few (no more than the columns that are missing, or than a
        third of those that it knows). So a renamed or forgotten column is near, and another list that shares the
        child's id and date of birth is not.
        """
        best: tuple[int, NearMiss] | None = None
        for shape in self._shapes:
            match, missing, twice = shape.compare(headings)
            known = sum(1 for column in match.columns if column is not None)
            needed_known = len(shape.needed) - len(missing)
            own = any(self._owners.get(heading(text)) == {shape.table.name} for text in headings)
            few_unknown = len(match.unknown) <= max(len(missing), known // 3)
            near = own and known >= 2 and 2 * needed_known >= len(shape.needed) and few_unknown
            if near and (best is None or known - len(missing) > best[0]):
                found = tuple(text.strip() for text in headings)
                best = (known - len(missing), NearMiss(shape.table, missing, found, twice))
        return best[1] if best else None

    def describe(self) -> str:
        """What we look for, for a message: each table with the headings that it must have."""
        own = [shape for shape in self._shapes if shape.layout is None]
        return "; ".join(
            f"{shape.table.name} ({', '.join(shape.label[column] for column in shape.needed)})" for shape in own
        )


def _shapes(contract: Contract, table: Table) -> list[_Shape]:
    renamed: dict[str, list[str]] = {}
    for difference in contract.differences:
        for rename in difference.rename:
            if rename.table == table.name:
                renamed.setdefault(rename.column, []).append(rename.source)
    shapes = []
    for layout in (None, *table.layouts):
        by_heading: dict[str, str | None] = {}
        label: dict[str, str] = {}
        present = [column for column in table.columns if layout is None or column.name not in layout.untold]
        for column in present:
            own = layout.columns.get(column.name) if layout else None
            label[column.name] = own or column.source
            names = [own] if own else [column.source, *column.aliases, *renamed.get(column.name, ())]
            names += layout.aliases.get(column.name, ()) if layout else ()
            for name in names:
                by_heading.setdefault(_nth(heading(name), column.nth), column.name)
        if layout is None:
            # The raw name is what the documentation shows; it never takes a heading from another column.
            for column in present:
                by_heading.setdefault(heading(column.name), column.name)
        for dropped in table.not_loaded:
            for name in (dropped.source, *dropped.aliases):
                by_heading.setdefault(heading(name), None)
        needed = tuple(column.name for column in present if column.must_be_present)
        shapes.append(_Shape(table, layout, by_heading, needed, label, contract.other_columns == "ignore"))
    return shapes


def _nth(key: str, nth: int) -> str:
    """A heading that stands several times in one row, told apart by its place; no heading holds a line break."""
    return key if nth == 1 else f"{key}\n{nth}"
