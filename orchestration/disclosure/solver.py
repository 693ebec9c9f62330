"""What else has to be withheld so that no small count can be reckoned: secondary suppression.

A count that must not be found out is safe when each number from 1 to the threshold is still possible for it, in whole
people, given every count that is shown or known and every relation. For the ones that are not safe the smallest count
that is linked to them goes too, with every cell that it stands in, until all are. A larger count that is withheld is
treated alike where it could still be taken for a small one: nobody outside knows that it is not.

Belongs here: the decision over the cells of one release. Does not belong here: which relations there are
(relations.py), what is small by itself (cells.py), reading the warehouse (decisions.py).
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from orchestration.disclosure.cells import (
    EARLIER,
    HEADLINE,
    PRIMARY,
    SECONDARY,
    WHOLE,
    WITHHOLD,
    Cell,
    Decision,
    Parameters,
    own_reason,
)
from orchestration.disclosure.relations import NUMERATOR, REST, Count, Member, Relation, System, build_system

ALGORITHM = 4
_FEASIBLE = 0
_INFEASIBLE = 2
# What HiGHS may be off by.
_NEAR = 1e-6
# Where no single relation is to blame, so many linked counts are tried before the nearest one is taken.
_TRIALS = 12
# Far more than people added up need, and a bound that, unlike time, is the same on every machine.
_NODES = 10_000
_REASONS = {
    SECONDARY: "A small number of people could be reckoned from it and from what is shown.",
    WHOLE: "It is withheld with its whole breakdown: nothing less keeps a small number from being reckoned.",
    EARLIER: "An earlier release withheld it, and its numbers have not changed since.",
}
_OFFICIALLY = "The official statistics withhold it."

Cache = MutableMapping[str, list[list[str]]]


@dataclass(frozen=True)
class Known:
    """What is known beside this release.

    `shown` counts, as (cell_id, part), stand in an earlier release as they still are, or in the official statistics:
    withholding them is no use. `shown_of_other_records` are those of an official table that tells otherwise of other
    counts, so that it was made of later records: it may be added up with ours, and may not. `told_otherwise` counts
    stand in an earlier release with another number, the one here: whoever reckons may take it for today's. `withheld`
    cells were withheld by an earlier release and have the counts that they had, `withheld_officially` by the official
    statistics of this authority: to show them would undo what those did. `bounds` say between which numbers (inclusive)
    a cell's numerator lies, from an official rate, which is rounded.
    """

    shown: frozenset[tuple[str, str]] = frozenset()
    shown_of_other_records: frozenset[tuple[str, str]] = frozenset()
    told_otherwise: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    withheld_officially: frozenset[str] = frozenset()
    bounds: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)


def decide_cells(
    cells: Sequence[Cell],
    parameters: Parameters,
    members: Sequence[Member] = (),
    known: Known | None = None,
    cache: Cache | None = None,
) -> list[Decision]:
    """The cells to withhold, ordered by cell_id. Pure but for `cache`, which maps a component's content to its answer.

    1. Primary: a cell that is small itself, or a ratio that tells of a small count; with it every cell in which the
       same count stands.
    2. What the official statistics withhold, and what an earlier release withheld and has not changed.
    3. Secondary: until every small count could be any number from 1 to the threshold, the smallest count linked to it.
    4. Where nothing is left to withhold that would help: the whole breakdown, then its headline.

    Raises DisclosureError where a relation of `members` is none.
    """
    known = known or Known()
    # Without a figure, but a few people who could not be judged are told of too.
    held = [cell for cell in cells if cell.holds_a_figure or parameters.is_small(cell.cases_not_assessable)]
    by_id = {cell.cell_id: cell for cell in held}
    system = build_system(held, members)
    reasons: dict[str, tuple[str, str]] = {}
    sensitive: set[str] = set()
    for cell in held:
        reason = own_reason(cell, parameters)
        if reason:
            reasons[cell.cell_id] = (PRIMARY, reason)
            sensitive |= _sensitive(cell, system, parameters)
    sensitive |= {kin for key in sensitive for kin in system.kin.get(key, ())}
    for key in sorted(sensitive):
        for cell_id in _cells_of(system, key):
            reasons.setdefault(cell_id, (SECONDARY, "The same people stand behind a figure that is not shown."))
    for cell_id in sorted(known.withheld_officially & by_id.keys()):
        reasons.setdefault(cell_id, (SECONDARY, _OFFICIALLY))
    for cell_id in sorted(known.withheld & by_id.keys()):
        reasons.setdefault(cell_id, (EARLIER, _REASONS[EARLIER]))
    for component in _components(system):
        small = sorted(component.counts.keys() & sensitive)
        if not small and not reasons.keys() & component.parts.keys():
            continue
        for kind, cell_id in _answer(component, small, frozenset(reasons), known, by_id, parameters, cache):
            reasons.setdefault(cell_id, (kind, _REASONS[kind]))
    return [
        Decision(cell_id, reason, WITHHOLD if kind == WHOLE else Decision.action, kind)
        for cell_id, (kind, reason) in sorted(reasons.items())
    ]


def _sensitive(cell: Cell, system: System, parameters: Parameters) -> set[str]:
    """The counts that the cell is withheld for; none where it is not known how many people it counts."""
    parts = system.parts.get(cell.cell_id, {})
    found = {key for key in parts.values() if parameters.is_small(system.counts[key].value)}
    if REST in parts:
        # Nobody, or everybody, tells the attribute of each.
        found |= {parts[part] for part in (NUMERATOR, REST) if part in parts and _is_nought(system, parts[part])}
    return found


def _is_nought(system: System, key: str) -> bool:
    return system.counts[key].value == 0


def _cells_of(system: System, key: str) -> list[str]:
    """Every cell in which a count stands, or one of the same people by another version of the definition."""
    return sorted({c for kin in system.kin.get(key, frozenset({key})) for c in system.counts[kin].cells})


def _components(system: System) -> list[System]:
    """The system cut where nothing is linked, ordered by the first count's key."""
    parent = {key: key for key in system.counts}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def join(keys: Iterable[str]) -> None:
        roots = sorted({root(key) for key in keys})
        for other in roots[1:]:
            parent[other] = roots[0]

    for relation in system.relations:
        join(key for key, _ in relation.terms)
    for parts in system.parts.values():
        join(parts.values())
    for keys in system.kin.values():
        join(keys)
    found: dict[str, System] = defaultdict(System)
    for key, count in system.counts.items():
        found[root(key)].counts[key] = count
    for relation in system.relations:
        found[root(relation.terms[0][0])].relations.append(relation)
    for cell_id, parts in system.parts.items():
        found[root(next(iter(parts.values())))].parts[cell_id] = parts
    for key, kin in system.kin.items():
        found[root(key)].kin[key] = kin
    return [found[key] for key in sorted(found)]


def _answer(
    component: System,
    small: Sequence[str],
    withheld: frozenset[str],
    known: Known,
    by_id: Mapping[str, Cell],
    parameters: Parameters,
    cache: Cache | None,
) -> list[tuple[str, str]]:
    """(kind, cell_id) to withhold beside those in `withheld`, in the order of the decisions."""
    own = withheld & component.parts.keys()
    shown = _keys(component, known.shown)
    doubted = _keys(component, known.shown_of_other_records) - shown
    told_otherwise = {
        component.parts[cell_id][part]: number
        for (cell_id, part), number in sorted(known.told_otherwise.items())
        if part in component.parts.get(cell_id, {})
    }
    readings = [_Reading(frozenset(shown | doubted))]
    if doubted or told_otherwise:
        readings.append(_Reading(frozenset(shown), told_otherwise))
    bounds = {cell_id: known.bounds[cell_id] for cell_id in sorted(known.bounds.keys() & component.parts.keys())}
    digest = ""
    if cache is not None:
        known_here = (sorted(shown), sorted(doubted), sorted(told_otherwise.items()), sorted(bounds.items()))
        digest = _digest(component, small, sorted(own), known_here, parameters)
        if digest in cache:
            return [(kind, cell_id) for kind, cell_id in cache[digest]]
    problem = _Problem(component, set(own), readings, bounds, parameters.small_count_max)
    guarded = set(small)
    for key in small:
        problem.protect(key, by_id)
    while found := [key for key in problem.narrowed() if key not in guarded]:
        guarded.update(found)
        for key in found:
            problem.protect(key, by_id)
    problem.give_back(sorted(guarded))
    answer = list(problem.taken.items())
    if cache is not None:
        cache[digest] = [[kind, cell_id] for cell_id, kind in answer]
    return [(kind, cell_id) for cell_id, kind in answer]


def _keys(component: System, parts: Iterable[tuple[str, str]]) -> set[str]:
    return {component.parts[cell_id][part] for cell_id, part in parts if part in component.parts.get(cell_id, {})}


def _digest(component: System, *content: object) -> str:
    told = [
        ALGORITHM,
        [(key, str(count.value), count.cells) for key, count in component.counts.items()],
        [(relation.terms, relation.at_most) for relation in component.relations],
        sorted((cell_id, sorted(parts.items())) for cell_id, parts in component.parts.items()),
        sorted((key, sorted(kin)) for key, kin in component.kin.items()),
        content,
    ]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class _Reading:
    """One way in which an outsider may put together what is known: counts that stand whatever is withheld, and what is
    taken for those that are withheld and were told otherwise before."""

    public: frozenset[str]
    told: Mapping[str, Decimal] = field(default_factory=dict)

    def hides(self, key: str) -> bool:
        """Whether it is any use to withhold the count."""
        return key not in self.public and key not in self.told


class _Problem:
    """One component: what is withheld in it, and what that leaves open in each of the ways to read it.

    The first reading takes every official figure for known and no older number; the second, where there is one, takes
    an older number for what is withheld today, and leaves official tables of other records out. Withholding more never
    makes a number impossible that was possible, so a number once found possible stays so; but for the second reading
    where what goes was told otherwise.
    """

    def __init__(
        self,
        system: System,
        withheld: set[str],
        readings: Sequence[_Reading],
        bounds: Mapping[str, tuple[Decimal, Decimal]],
        small_count_max: int,
    ) -> None:
        self._system = system
        self._withheld = withheld
        self._readings = readings
        self._told_otherwise = frozenset(key for reading in readings for key in reading.told)
        self._bounds = {
            system.parts[cell_id][NUMERATOR]: between
            for cell_id, between in bounds.items()
            if NUMERATOR in system.parts[cell_id]
        }
        self._numbers = range(1, small_count_max + 1)
        # By reading and count.
        self._possible: dict[tuple[int, str], set[int]] = defaultdict(set)
        self._of: dict[str, list[Relation]] = defaultdict(list)
        for relation in system.relations:
            for key, _ in relation.terms:
                self._of[key].append(relation)
        self.taken: dict[str, str] = {}

    def protect(self, key: str, by_id: Mapping[str, Cell]) -> None:
        """Withhold until `key` could be any small number; where nothing would achieve that, what is nearest to it."""
        if key in self._readings[0].public:
            # Everybody knows it already: it stays withheld, and nothing can be gained by more.
            return
        if not self._is_safe(key) and not self._is_safe_at_most(key):
            # What is known already rules a small number out, whatever else is withheld.
            self._withhold_whole(key, by_id)
            return
        while not self._is_safe(key):
            count = self._next(key)
            if count is None:
                self._withhold_whole(key, by_id)
                return
            self._take(count, SECONDARY)

    def narrowed(self) -> list[str]:
        """Withheld counts that could be some small numbers and not others, as far as what is shown tells."""
        found: set[str] = set()
        for reading in self._readings:
            regions: dict[str, _Region] = {}
            for key, count in sorted(self._system.counts.items()):
                if not count.cells or not self._is_hidden(key, reading):
                    continue
                if key not in regions:
                    region = self._region(key, reading)
                    regions.update(dict.fromkeys(region.keys, region))
                least, most = regions[key].reach(key)
                possible = [number for number in self._numbers if least <= number <= most]
                if possible and len(possible) < len(self._numbers):
                    found.add(key)
        return sorted(found)

    def give_back(self, small: Sequence[str]) -> None:
        """Show again, largest first, what turns out not to be needed because of what was withheld after it."""
        taken = sorted((cell_id for cell_id, kind in self.taken.items() if kind == SECONDARY), key=self._size)
        if len(taken) < 2:
            return
        safe = [key for key in small if key not in self._readings[0].public and self._is_safe(key)]
        narrowed = set(self.narrowed())
        done: set[str] = set()
        for cell_id in reversed(taken):
            together = {
                other
                for key in self._system.parts[cell_id].values()
                for other in self._cells(key)
                if self.taken.get(other) == SECONDARY
            }
            if cell_id in done or self._hidden_count_of(cell_id) is None:
                continue
            done |= together
            self._withheld -= together
            kept = {of: set(numbers) for of, numbers in self._possible.items()}
            self._possible.clear()
            if all(self._is_safe(key) for key in safe) and set(self.narrowed()) <= narrowed:
                for other in together:
                    del self.taken[other]
            else:
                self._withheld |= together
                self._possible.update(kept)

    def _size(self, cell_id: str) -> tuple[Decimal, str]:
        values = [self._system.counts[key].value or Decimal(0) for key in self._system.parts[cell_id].values()]
        return (min(values), cell_id)

    def _hidden_count_of(self, cell_id: str) -> str | None:
        return next((key for key in self._system.parts[cell_id].values() if self._is_withheld(key)), None)

    # -- what is hidden, what is possible

    def _is_withheld(self, key: str) -> bool:
        return all(cell_id in self._withheld for cell_id in self._system.counts[key].cells)

    def _is_hidden(self, key: str, reading: _Reading) -> bool:
        return reading.hides(key) and self._is_withheld(key)

    def _is_safe(self, key: str) -> bool:
        return self._told_by(key) is None

    def _told_by(self, key: str) -> _Reading | None:
        """The first reading by which a small number can be ruled out for `key`; None where it is safe."""
        for number, reading in enumerate(self._readings):
            # Who takes an older number for this very count is wrong about it, and learns of nobody.
            if key not in reading.told and not self._is_safe_by(key, number, reading):
                return reading
        return None

    def _is_safe_by(self, key: str, place: int, reading: _Reading) -> bool:
        if not self._is_hidden(key, reading):
            return False
        missing = [number for number in self._numbers if number not in self._possible[place, key]]
        if not missing:
            return True
        region = self._region(key, reading)
        if reading.told and not region.is_possible():
            # The older numbers do not fit: whoever takes them for today's sees that.
            return True
        if any(self._gives_away(relation, key, reading) for relation in self._of[key]):
            return False
        for number in missing:
            if number not in self._possible[place, key]:
                solution = region.solve(key, number)
                if solution is None:
                    return False
                for other, found in solution.items():
                    if found in self._numbers:
                        self._possible[place, other].add(found)
        return True

    def _is_safe_at_most(self, key: str) -> bool:
        """Whether `key` were safe if everything that can be withheld were."""
        every = {
            cell_id
            for count in self._system.counts
            if any(self._can_go(count, reading) for reading in self._readings)
            for cell_id in self._cells(count)
        }
        return self._tried(every, key)

    def _tried(self, cells: set[str], key: str) -> bool:
        """Whether `key` is safe with `cells` withheld too; they are not, and what they made possible is forgotten."""
        before, possible = set(self._withheld), {of: set(found) for of, found in self._possible.items()}
        self._withheld |= cells
        is_safe = self._is_safe(key)
        self._withheld = before
        self._possible.clear()
        self._possible.update(possible)
        return is_safe

    def _cells(self, key: str) -> list[str]:
        return _cells_of(self._system, key)

    def _region(self, key: str, reading: _Reading) -> _Region:
        """The hidden counts that hang together with `key`, and what is known of them."""
        keys, queue = {key}, [key]
        relations: dict[Relation, None] = {}
        while queue:
            for relation in self._of[queue.pop()]:
                relations[relation] = None
                for other, _ in relation.terms:
                    if other not in keys and self._is_hidden(other, reading):
                        keys.add(other)
                        queue.append(other)
        counts = [self._system.counts[k] for k in sorted(keys)]
        return _Region(counts, [self._reduced(relation, reading) for relation in relations], self._bounds)

    def _reduced(self, relation: Relation, reading: _Reading) -> tuple[dict[str, int], Decimal, bool]:
        """Coefficients of the hidden counts, and what they must add up to (or stay at or below)."""
        hidden: dict[str, int] = {}
        right = Decimal(0)
        for key, coefficient in relation.terms:
            if self._is_hidden(key, reading):
                hidden[key] = coefficient
            else:
                older = reading.told.get(key) if self._is_withheld(key) else None
                right -= coefficient * (older if older is not None else self._system.counts[key].value or Decimal(0))
        return hidden, right, relation.at_most

    # -- what to withhold next

    def _next(self, key: str) -> str | None:
        """The count to withhold for `key`: the smallest in a relation that alone gives it away, else the nearest."""
        reading = self._told_by(key) or self._readings[0]
        blocking = [relation for relation in self._of[key] if self._gives_away(relation, key, reading)]
        for relation in blocking:
            linked = self._candidates([relation], reading)
            if linked:
                return linked[0]
        seen, ring = {key}, [key]
        tried: list[str] = []
        while ring:
            relations = [relation for member in ring for relation in self._of[member]]
            tried += [count for count in self._candidates(relations, reading) if count not in tried]
            hidden = {k for relation in relations for k, _ in relation.terms if self._is_hidden(k, reading)}
            ring = sorted(hidden - seen)
            seen.update(ring)
        for count in tried[:_TRIALS]:
            if self._tried(set(self._cells(count)), key):
                return count
        return tried[0] if tried else None

    def _candidates(self, relations: Iterable[Relation], reading: _Reading) -> list[str]:
        """Counts that are shown and can be withheld, the smallest first.

        A nought leaves no room, so it comes after those; a count of which another number was told, which would be put
        in its place, comes last.
        """
        found = {key for relation in relations for key, _ in relation.terms}
        counts = [self._system.counts[key] for key in found if self._can_go(key, reading)]
        return [
            count.key for count in sorted(counts, key=lambda count: (count.key in self._told_otherwise, *_order(count)))
        ]

    def _can_go(self, key: str, reading: _Reading) -> bool:
        if self._is_withheld(key) or not reading.hides(key):
            return False
        return not any(other in reading.public for other in self._system.kin.get(key, ()))

    def _gives_away(self, relation: Relation, key: str, reading: _Reading) -> bool:
        """Whether the relation by itself, whatever the other hidden counts are, rules a small number out."""
        hidden, right, at_most = self._reduced(relation, reading)
        factor = hidden[key]
        others = [coefficient for other, coefficient in hidden.items() if other != key]
        # Where nothing can outweigh a larger one, it is no more than what is left.
        is_capped = (factor > 0 or not at_most) and all(coefficient * factor > 0 for coefficient in others)
        if is_capped and right / factor < self._numbers[-1]:
            return True
        if factor > 0 and at_most:
            return False
        pushes = [c for c in others if c * factor > 0] if not at_most else [c for c in others if c < 0]
        return not pushes and right / factor > self._numbers[0]

    def _take(self, key: str, kind: str) -> None:
        for cell_id in self._cells(key):
            if cell_id not in self._withheld:
                self._withheld.add(cell_id)
                self.taken[cell_id] = kind
        if key in self._told_otherwise:
            for of in [of for of in self._possible if of[0]]:
                del self._possible[of]

    def _withhold_whole(self, key: str, by_id: Mapping[str, Cell]) -> None:
        """The breakdowns that the count is a value of, and if that is not enough their headlines.

        A headline that is public stays: it would be missed by the Board, and by nobody who reckons.
        """
        cells = [by_id[cell_id] for cell_id in self._system.counts[key].cells]
        moments = {(cell.indicator_code, *_moment(cell)) for cell in cells}
        breakdowns = {cell.breakdown for cell in cells}
        for is_headline in (False, True):
            for cell_id, parts in sorted(self._system.parts.items()):
                cell = by_id[cell_id]
                if (cell.indicator_code, *_moment(cell)) not in moments or NUMERATOR not in parts:
                    continue
                count = parts[NUMERATOR]
                if cell.breakdown == HEADLINE:
                    goes = is_headline and self._can_go(count, self._readings[0])
                else:
                    goes = not is_headline and cell.breakdown in breakdowns
                if goes:
                    self._take(count, WHOLE)
            if self._is_safe(key):
                return


def _moment(cell: Cell) -> tuple[object, ...]:
    return (cell.area_code, None if cell.is_stock else cell.period_start, cell.period_end)


def _order(count: Count) -> tuple[bool, Decimal, tuple[str, ...]]:
    value = count.value or Decimal(0)
    return (value == 0, value, count.cells)


class _Region:
    """Hidden counts and what is known of them, as an integer programme; where counts are weighted, a linear one."""

    def __init__(
        self,
        counts: Sequence[Count],
        relations: Sequence[tuple[dict[str, int], Decimal, bool]],
        bounds: Mapping[str, tuple[Decimal, Decimal]],
    ) -> None:
        self._keys = [count.key for count in counts]
        self._column = {key: n for n, key in enumerate(self._keys)}
        numbers = [count.value for count in counts if count.value is not None] + [right for _, right, _ in relations]
        people_are_whole = all(number == int(number) for number in numbers)
        self._integrality = np.full(len(self._keys), int(people_are_whole))
        self._low = np.array([float(bounds[key][0]) if key in bounds else 0.0 for key in self._keys])
        self._high = np.array([float(bounds[key][1]) if key in bounds else np.inf for key in self._keys])
        data, row_of, column_of, low, high = [], [], [], [], []
        for n, (hidden, right, at_most) in enumerate(relations):
            for key, coefficient in hidden.items():
                data.append(float(coefficient))
                row_of.append(n)
                column_of.append(self._column[key])
            low.append(-np.inf if at_most else float(right))
            high.append(float(right))
        self._constraints = []
        if relations:
            shape = (len(relations), len(counts))
            self._constraints = [LinearConstraint(csr_matrix((data, (row_of, column_of)), shape=shape), low, high)]

    @property
    def keys(self) -> Sequence[str]:
        """The counts, by key."""
        return self._keys

    def is_possible(self) -> bool:
        """Whether any numbers meet all that is known; in doubt they do."""
        if not self._constraints:
            return True
        zeros = np.zeros(len(self._keys))
        found = milp(zeros, bounds=Bounds(self._low, self._high), constraints=self._constraints)
        return bool(found.status != _INFEASIBLE)

    def reach(self, key: str) -> tuple[float, float]:
        """The least and the greatest that `key` can be, not to be whole; where HiGHS finds none, all numbers."""
        column = self._column[key]
        ends = []
        for sign, otherwise in ((1, -np.inf), (-1, np.inf)):
            cost = np.zeros(len(self._keys))
            cost[column] = sign
            found = milp(cost, bounds=Bounds(self._low, self._high), constraints=self._constraints)
            ends.append(otherwise if found.x is None else float(found.x[column]) - sign * _NEAR)
        return ends[0], ends[1]

    def solve(self, key: str, number: int) -> dict[str, int] | None:
        """Counts in whole people with `key` at `number`, or None where there are none.

        A programme that HiGHS does not settle counts as impossible: in doubt more is withheld.
        """
        column = self._column[key]
        if not self._low[column] <= number <= self._high[column]:
            return None
        low, high = self._low.copy(), self._high.copy()
        low[column] = high[column] = number
        if not self._constraints:
            return {key: number}
        found = milp(
            np.zeros(len(self._keys)),
            integrality=self._integrality,
            bounds=Bounds(low, high),
            constraints=self._constraints,
            options={"node_limit": _NODES},
        )
        if found.status != _FEASIBLE or found.x is None:
            return None
        rounded = np.rint(found.x)
        near = np.abs(found.x - rounded) < _NEAR
        return {k: int(n) for k, n, sure in zip(self._keys, rounded, near, strict=True) if sure}
