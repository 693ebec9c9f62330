"""The counts of people behind the Board's cells, and how they hang together: what a reader could reckon with.

A count is one number of people, whatever cells it stands in: a rate shares it with its number, a quarter's end with the
year's, a share's denominator with the total that it divides. A relation is an equation or an inequality between counts
that whoever knows the definitions may use.

A relation is only taken up where the counts of this release meet it. Where the definitions say that it holds and the
records do not (a child with two open plans), nobody can reckon with it; where it happens to hold, taking it up can
only lead to more being withheld.

Belongs here: counts, and the relations by breakdown, by period, between stock and flow, within a proportion. Does not
belong here: what follows from them (solver.py); which indicators hang together (seeds/disclosure_relations.csv).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog  # type: ignore[import-untyped]

from orchestration.disclosure.cells import HEADLINE, Cell, DisclosureError

NUMERATOR = "numerator"
DENOMINATOR = "denominator"
REST = "rest"
NOT_ASSESSABLE = "not_assessable"
THIS_PERIOD = "this_period"
PREVIOUS_PERIOD = "previous_period"


class Place(NamedTuple):
    """What a count counts. `start` is None for a stock; both days are inclusive."""

    code: str
    area_code: str
    start: date | None
    end: date
    breakdown: str
    breakdown_value: str
    part: str


@dataclass(frozen=True)
class Count:
    """A number of people. `value` is None, and `cells` empty, where no cell on the Board's list gives it."""

    key: str
    value: Decimal | None
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """The sum of coefficient x count is 0, or with `at_most` no more than 0. Terms are ordered by the count's key."""

    terms: tuple[tuple[str, int], ...]
    at_most: bool = False


@dataclass(frozen=True)
class Member:
    """One row of seeds/disclosure_relations.csv: a term of a relation that sums to 0, or with `at_most` to no more.

    `part` is numerator or denominator. Without `breakdown` the relation holds for the headline and for each value of
    each breakdown that all its members have. `at` is previous_period for a stock at the day before the flow begins.
    """

    relation: str
    indicator_code: str
    part: str
    coefficient: int
    at: str = THIS_PERIOD
    breakdown: str | None = None
    breakdown_value: str | None = None
    at_most: bool = False


@dataclass
class System:
    """All counts and relations. `parts` names the counts of a cell; `kin` joins counts that tell of the same people.

    Counts are kin where two versions of a definition count a little differently: both go, or none.
    """

    counts: dict[str, Count] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    kin: dict[str, frozenset[str]] = field(default_factory=dict)


def build_system(cells: Sequence[Cell], members: Sequence[Member] = ()) -> System:
    """The counts behind `cells` and every relation between them. Pure; the order of the cells does not matter.

    Raises DisclosureError where a row of `members` names no period or a part that does not exist.
    """
    builder = _Builder(sorted(cells, key=lambda cell: cell.cell_id))
    builder.add_breakdowns()
    builder.add_members(members)
    builder.add_periods()
    builder.add_proportions()
    return builder.system()


class _Builder:
    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = cells
        self._values: dict[str, Decimal | None] = {}
        self._cells_of: dict[str, set[str]] = defaultdict(set)
        self._at: dict[Place, dict[str, None]] = defaultdict(dict)
        self._parts: dict[str, dict[str, str]] = defaultdict(dict)
        self._same: dict[str, str] = {}
        self._relations: dict[Relation, None] = {}
        self._families = {cell.indicator_code: cell.family for cell in cells}
        seen: dict[Place, set[Decimal]] = defaultdict(set)
        found = [(cell, place, value) for cell in cells for place, value in _places(cell)]
        for _, place, value in found:
            seen[place].add(value)
        for cell, place, value in found:
            key = _key(place) if len(seen[place]) == 1 else f"{_key(place)}|{value.normalize():f}"
            self._values[key] = value
            self._cells_of[key].add(cell.cell_id)
            self._at[place][key] = None
            self._parts[cell.cell_id][place.part] = key

    def system(self) -> System:
        merged: dict[str, set[str]] = defaultdict(set)
        for key in self._values:
            merged[self._root(key)] |= self._cells_of[key]
        kin: dict[str, set[str]] = defaultdict(set)
        for keys in self._at.values():
            roots = {self._root(key) for key in keys}
            if len(roots) > 1:
                for root in roots:
                    kin[root] |= roots
        relations: dict[Relation, None] = {}
        for relation in self._relations:
            terms = self._terms((self._root(key), coefficient) for key, coefficient in relation.terms)
            if len(terms) > 1:
                relations[Relation(terms, relation.at_most)] = None
        return System(
            counts={key: Count(key, self._values[key], tuple(sorted(merged[key]))) for key in sorted(merged)},
            relations=sorted(relations, key=lambda r: (r.terms, r.at_most)),
            parts={cell_id: {p: self._root(k) for p, k in parts.items()} for cell_id, parts in self._parts.items()},
            kin={key: frozenset(keys) for key, keys in kin.items()},
        )

    # -- breakdowns

    def add_breakdowns(self) -> None:
        """A breakdown's values add up to the headline; shares of all cases add up to all cases."""
        groups: dict[tuple[object, ...], list[Cell]] = defaultdict(list)
        for cell in self._cells:
            if cell.breakdown != HEADLINE:
                groups[_group(cell)].append(cell)
        for group in groups.values():
            whole = all(cell.denominator_scope == "all" for cell in group)
            if all(cell.is_additive for cell in group):
                for part in (NUMERATOR, NOT_ASSESSABLE) if whole else (NUMERATOR, DENOMINATOR, REST, NOT_ASSESSABLE):
                    self._add_up(group, part, part)
            if whole:
                self._add_up(group, NUMERATOR, DENOMINATOR)

    def _add_up(self, group: Sequence[Cell], part: str, total_part: str) -> None:
        by_value: dict[str, str | None] = {}
        for cell in group:
            by_value[cell.breakdown_value] = by_value.get(cell.breakdown_value) or self._parts[cell.cell_id].get(part)
        known = sorted({key for key in by_value.values() if key})
        if not known:
            return
        place = next(place for place, _ in _places(group[0], total_part))
        total = self._total(place._replace(breakdown=HEADLINE, breakdown_value=HEADLINE), group, known)
        self._add_sum(total, known, complete=None not in by_value.values())

    def _total(self, place: Place, group: Sequence[Cell], parts: Sequence[str]) -> str:
        keys = self._at.get(place)
        if keys:
            ours = {self._parts[c.cell_id].get(place.part) for c in self._cells if _same_version(c, group[0])}
            return next((key for key in keys if key in ours), next(iter(keys)))
        # Not on the Board's list: two breakdowns still add up to the same number.
        key = _key(place)
        self._values[key] = self._sum(parts)
        self._at[place][key] = None
        return key

    def _add_sum(self, total: str, parts: Sequence[str], complete: bool = True) -> None:
        """total = parts where that is so; else what remains of it: parts overlap, or one of them is not known."""
        whole, summed = self._values[total], self._sum(parts)
        if whole is None or summed is None:
            return
        if complete and whole == summed:
            self._relate([(total, 1), *((key, -1) for key in parts)])
        elif summed <= whole:
            self._relate([(total, -1), *((key, 1) for key in parts)], at_most=True)
        else:
            if complete:
                self._relate([(total, 1), *((key, -1) for key in parts)], at_most=True)
            for key in parts:
                if (self._values[key] or 0) <= whole:
                    self._relate([(key, 1), (total, -1)], at_most=True)

    # -- between indicators

    def add_members(self, members: Sequence[Member]) -> None:
        """The relations of the seed, at every day or period, area and breakdown value where all members have a count.

        Of two counts that are the same, one is made; everything else becomes an equation.
        """
        by_relation: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            if member.at not in (THIS_PERIOD, PREVIOUS_PERIOD) or member.part not in (NUMERATOR, DENOMINATOR):
                raise DisclosureError(
                    f"Disclosure control: relation {member.relation} has part {member.part} at {member.at}, expected "
                    "numerator or denominator, this_period or previous_period. See seeds/disclosure_relations.csv."
                )
            by_relation[member.relation].append(member)
        for _, terms in sorted(by_relation.items()):
            for leading in self._leading(terms):
                keys = [self._member_keys(member, leading) for member in terms]
                if all(keys):
                    self._add_member(terms, [next(iter(found)) for found in keys])

    def _leading(self, terms: Sequence[Member]) -> list[Place]:
        """Where to look: the places of a flow where one is among the members, for a stock stands at its edges."""
        best: list[Place] = []
        rank = (False, False)
        for member in terms:
            places = [p for p in self._at if (p.code, p.part) == (self._code(member), member.part)]
            flows = [p for p in places if p.start]
            mine = (bool(flows), member.breakdown is None)
            if places and (not best or mine > rank):
                best, rank = flows or places, mine
                if member.breakdown is not None:
                    best = [p._replace(breakdown="", breakdown_value="") for p in best]
        return sorted(set(best), key=_key)

    def _code(self, member: Member) -> str:
        code = member.indicator_code
        return self._families.get(code, code) if member.part == NUMERATOR else code

    def _member_keys(self, member: Member, leading: Place) -> Mapping[str, None]:
        breakdown, value = leading.breakdown, leading.breakdown_value
        if member.breakdown is not None:
            breakdown, value = member.breakdown, member.breakdown_value or HEADLINE
        flow = Place(self._code(member), leading.area_code, leading.start, leading.end, breakdown, value, member.part)
        if member.at == PREVIOUS_PERIOD:
            if leading.start is None:
                return {}
            return self._at.get(flow._replace(start=None, end=leading.start - timedelta(days=1)), {})
        return self._at.get(flow) or self._at.get(flow._replace(start=None), {})

    def _add_member(self, terms: Sequence[Member], keys: Sequence[str]) -> None:
        total = Decimal(0)
        for member, key in zip(terms, keys, strict=True):
            value = self._values[key]
            if value is None:
                return
            total += member.coefficient * value
        if terms[0].at_most and total <= 0:
            self._relate([(key, member.coefficient) for member, key in zip(terms, keys, strict=True)], at_most=True)
        if terms[0].at_most or total != 0:
            return
        coefficients = sorted(member.coefficient for member in terms)
        if coefficients == [-1, 1]:
            first, second = sorted(self._root(key) for key in keys)
            if first != second:
                # The one on the Board's list gives the name, if only one is.
                self._same[second] = first
        else:
            self._relate([(key, member.coefficient) for member, key in zip(terms, keys, strict=True)])

    # -- periods

    def add_periods(self) -> None:
        """Flows add up over time: days are cut at every period's start and end, and each period is its pieces' sum."""
        series: dict[tuple[str, str, str, str, str], dict[tuple[date, date], str]] = defaultdict(dict)
        for place in sorted(self._at, key=_key):
            if place.start:
                name = (place.code, place.area_code, place.breakdown, place.breakdown_value, place.part)
                key = next(iter(self._at[place]))
                if self._values[key] is not None:
                    series[name][place.start, place.end] = key
        for name, spans in sorted(series.items()):
            if len(spans) > 1:
                self._add_series("|".join(name), spans)

    def _add_series(self, name: str, spans: Mapping[tuple[date, date], str]) -> None:
        days = sorted({day for start, end in spans for day in (start, end + timedelta(days=1))})
        pieces = [(start, following - timedelta(days=1)) for start, following in pairwise(days)]
        of = {
            span: [piece for piece in pieces if span[0] <= piece[0] and piece[1] <= span[1]]
            for span in spans
            if span not in pieces
        }
        users: dict[tuple[date, date], int] = defaultdict(int)
        for inside in of.values():
            for piece in inside:
                users[piece] += 1
        unlisted = {}
        for span, inside in of.items():
            if all(piece in spans for piece in inside):
                self._add_sum(spans[span], [spans[piece] for piece in inside])
            else:
                unlisted[span] = inside
        if not unlisted:
            return
        if self._holds(unlisted, spans):
            for span, inside in unlisted.items():
                terms = [(spans[span], 1)]
                for piece in inside:
                    key = spans.get(piece) or f"{name}|{piece[0]}|{piece[1]}|piece"
                    self._values.setdefault(key, None)
                    terms.append((key, -1))
                self._relate(terms)
            return
        for span in unlisted:
            for other, key in spans.items():
                within = other != span and span[0] <= other[0] and other[1] <= span[1]
                if within and (self._values[key] or 0) <= (self._values[spans[span]] or 0):
                    self._relate([(key, 1), (spans[span], -1)], at_most=True)

    def _holds(
        self,
        sums: Mapping[tuple[date, date], Sequence[tuple[date, date]]],
        spans: Mapping[tuple[date, date], str],
    ) -> bool:
        """Whether some counts of the pieces that are not listed make all sums true: children told twice may not."""
        names = sorted({piece for inside in sums.values() for piece in inside if piece not in spans})
        column = {piece: n for n, piece in enumerate(names)}
        matrix = np.zeros((len(sums), len(names)))
        right = np.zeros(len(sums))
        for row, (span, inside) in enumerate(sums.items()):
            right[row] = float(self._values[spans[span]] or 0)
            for piece in inside:
                if piece in spans:
                    right[row] -= float(self._values[spans[piece]] or 0)
                else:
                    matrix[row, column[piece]] = 1
        return bool(linprog(np.zeros(len(names)), A_eq=matrix, b_eq=right, method="highs").status == 0)

    # -- within a proportion

    def add_proportions(self) -> None:
        """Counted and not counted make up the denominator; the counted are no more than it."""
        for cell in self._cells:
            parts = self._parts.get(cell.cell_id, {})
            if cell.measure_type != "proportion" or NUMERATOR not in parts or DENOMINATOR not in parts:
                continue
            counted, of = parts[NUMERATOR], parts[DENOMINATOR]
            if REST in parts:
                self._relate([(counted, 1), (parts[REST], 1), (of, -1)])
            elif (self._values[counted] or 0) <= (self._values[of] or 0):
                self._relate([(counted, 1), (of, -1)], at_most=True)

    # -- shared

    def _root(self, key: str) -> str:
        while key in self._same:
            key = self._same[key]
        return key

    def _sum(self, keys: Iterable[str]) -> Decimal | None:
        total = Decimal(0)
        for key in keys:
            value = self._values[key]
            if value is None:
                return None
            total += value
        return total

    def _relate(self, terms: Iterable[tuple[str, int]], at_most: bool = False) -> None:
        self._relations[Relation(self._terms(terms), at_most)] = None

    @staticmethod
    def _terms(terms: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
        summed: dict[str, int] = defaultdict(int)
        for key, coefficient in terms:
            summed[key] += coefficient
        return tuple((key, coefficient) for key, coefficient in sorted(summed.items()) if coefficient)


def _places(cell: Cell, only: str | None = None) -> list[tuple[Place, Decimal]]:
    """The counts of a cell: which people, how many. With `only`, that part's place even where it has no number."""
    start = None if cell.is_stock else cell.period_start
    rest = (cell.area_code, start, cell.period_end)
    value = (cell.breakdown, cell.breakdown_value)
    of = (HEADLINE, HEADLINE) if cell.denominator_scope == "all" else value
    not_counted = None
    both = cell.numerator is not None and cell.denominator is not None
    if cell.complement_is_sensitive and cell.measure_type == "proportion" and both:
        not_counted = (cell.denominator or Decimal(0)) - (cell.numerator or Decimal(0))
    found = [
        (Place(cell.family, *rest, *value, NUMERATOR), cell.count),
        (Place(cell.indicator_code, *rest, *of, DENOMINATOR), cell.people_divided_by),
        (Place(cell.indicator_code, *rest, *value, REST), not_counted),
        (Place(cell.indicator_code, *rest, *value, NOT_ASSESSABLE), cell.cases_not_assessable),
    ]
    if only:
        return [(place, number or Decimal(0)) for place, number in found if place.part == only]
    return [(place, number) for place, number in found if number is not None and number >= 0]


def _key(place: Place) -> str:
    return "|".join("" if part is None else str(part) for part in place)


def _group(cell: Cell) -> tuple[object, ...]:
    """A stock's quarter and year are one; so are the same days by another name."""
    start = None if cell.is_stock else cell.period_start
    return (cell.indicator_code, cell.definition_version, cell.area_code, start, cell.period_end, cell.breakdown)


def _same_version(cell: Cell, other: Cell) -> bool:
    return (cell.indicator_code, cell.definition_version) == (other.indicator_code, other.definition_version)
