"""Between which values can each count lie? Linear programming over the equations, one connected component at a time.

Belongs here: components, propagation of bounds, linear programs, dropping what cannot be true, finding which sources a
conclusion rests on. Does not belong here: what the equations say (equations.py).

A range is never narrower than what the equations allow: counts are taken to be real in the programs and rounded
outwards to whole numbers only as far as they must be.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orchestration.attack.equations import BELIEF, CURRENT, MANY, Equation, Source, System

NEAR: Final = 1e-5
"""Two numbers that differ by less are the same (the solver's own tolerance is 1e-7)."""
SIDE_BY_SIDE: Final = 64
"""How many aims are one program at most."""
SMALL: Final = (1, 5)
"""The counts that nobody may exclude: seeds/disclosure_parameters.csv, small_count_max."""


Aim = tuple[Iterable[tuple[int, float]], int]
"""The terms of a target and whether their sum is to be least (1) or greatest (-1)."""


class Target(NamedTuple):
    """A count (or a difference of two, such as cases less those counted) whose values must all stay possible."""

    terms: tuple[tuple[int, float], ...]


class Range(NamedTuple):
    """The whole numbers that a target may be, and the sources that narrow it so."""

    lower: int
    upper: int | None
    sources: tuple[Source, ...]


@dataclass
class Outcome:
    """Ranges of the targets that are narrowed; how many components there were and how many contradict themselves.

    `dropped` holds what could not be true beside the rest, in `restated` components.
    """

    ranges: dict[Target, Range]
    components: int
    contradictory: int = 0
    restated: int = 0
    dropped: set[Source] = field(default_factory=set)


class _Program:
    """One component as a linear program: the counts, their bounds, and rows lower <= A x <= upper."""

    def __init__(self, system: System, equations: Sequence[Equation], extra: Iterable[int], without: frozenset[Source]):
        kept = [equation for equation in equations if equation.source not in without]
        counts = sorted({count for equation in kept for count, _ in equation.terms} | set(extra))
        self.place = {count: number for number, count in enumerate(counts)}
        known = [system.known(count, without) for count in counts]
        self.lower = np.array([lower for lower, _ in known])
        self.upper = np.array([upper for _, upper in known])
        self.rows = [
            ([self.place[c] for c, _ in equation.terms], [a for _, a in equation.terms], equation.lower, equation.upper)
            for equation in kept
        ]
        self.is_possible = self._propagate()
        self._matrices: tuple[object, object, NDArray[np.float64] | None, NDArray[np.float64] | None] | None = None

    def _propagate(self) -> bool:
        """Narrow each count by each row in turn, to whole numbers; False where a count has no value left."""
        by_count: dict[int, list[int]] = defaultdict(list)
        for number, (places, *_) in enumerate(self.rows):
            for place in places:
                by_count[place].append(number)
        waiting = list(range(len(self.rows)))
        queued = set(waiting)
        for _ in range(40 * len(self.rows) + 40):
            if not waiting:
                break
            number = waiting.pop(0)
            queued.discard(number)
            places, factors, low, high = self.rows[number]
            ends = [
                (a * self.lower[p], a * self.upper[p]) if a > 0 else (a * self.upper[p], a * self.lower[p])
                for p, a in zip(places, factors, strict=True)
            ]
            least, most = sum(e[0] for e in ends), sum(e[1] for e in ends)
            for at, (p, a) in enumerate(zip(places, factors, strict=True)):
                if self.lower[p] == self.upper[p]:
                    continue
                rest_least = least - ends[at][0] if math.isfinite(least) else _sum_but(ends, at, 0)
                rest_most = most - ends[at][1] if math.isfinite(most) else _sum_but(ends, at, 1)
                first, second = (low - rest_most) / a, (high - rest_least) / a
                narrowest, widest = (first, second) if a > 0 else (second, first)
                new_low = math.ceil(narrowest - NEAR) if math.isfinite(narrowest) else -math.inf
                new_high = math.floor(widest + NEAR) if math.isfinite(widest) else math.inf
                if new_low > self.lower[p] or new_high < self.upper[p]:
                    self.lower[p] = max(new_low, self.lower[p])
                    self.upper[p] = min(new_high, self.upper[p])
                    if self.lower[p] > self.upper[p]:
                        return False
                    for other in by_count[p]:
                        if other not in queued:
                            queued.add(other)
                            waiting.append(other)
                    # Of this row the ends have changed: it is looked at again from the start.
                    break
            else:
                if least > high + NEAR * max(1.0, abs(high)) or most < low - NEAR * max(1.0, abs(low)):
                    return False
        return True

    def bounds_of(self, target: Target) -> tuple[float, float]:
        """What the counts' own bounds say of a target, without a program."""
        low = high = 0.0
        for count, factor in target.terms:
            place = self.place[count]
            one, two = factor * self.lower[place], factor * self.upper[place]
            low, high = low + min(one, two), high + max(one, two)
        return low, high

    def optimise(self, aims: Sequence[Aim]) -> list[NDArray[np.float64] | None]:
        """For each aim the counts at which sign x target is least; None where no counts fit.

        The aims are solved side by side as one program, as calling the solver takes longer than its work.
        """
        found: list[NDArray[np.float64] | None] = []
        for start in range(0, len(aims), SIDE_BY_SIDE):
            some = aims[start : start + SIDE_BY_SIDE]
            together = self._solved(some)
            if together is None and len(some) > 1:
                found += [self._solved([aim]) for aim in some]
            else:
                found += [None] * len(some) if together is None else np.split(together, len(some))
        return found

    def _solved(self, aims: Sequence[Aim]) -> NDArray[np.float64] | None:
        """The counts of all aims one behind the other; None where the solver found none for one of them."""
        from scipy.optimize import linprog  # type: ignore[import-untyped]  # slow to import: only where it is used
        from scipy.sparse import block_diag, csr_matrix  # type: ignore[import-untyped]

        if self._matrices is None:
            equal = [row for row in self.rows if row[2] == row[3]]
            apart = [row for row in self.rows if row[2] != row[3]]
            most = [(places, factors, high) for places, factors, _, high in apart if math.isfinite(high)]
            most += [(places, [-a for a in factors], -low) for places, factors, low, _ in apart if math.isfinite(low)]

            def matrix(rows: Sequence[tuple[list[int], list[float]]]) -> object:
                at = [number for number, (places, _) in enumerate(rows) for _ in places]
                return csr_matrix(
                    ([a for _, factors in rows for a in factors], (at, [p for places, _ in rows for p in places])),
                    shape=(len(rows), len(self.place)),
                )

            self._matrices = (
                matrix([(row[0], row[1]) for row in equal]) if equal else None,
                matrix([(row[0], row[1]) for row in most]) if most else None,
                np.array([row[2] for row in equal]) if equal else None,
                np.array([row[2] for row in most]) if most else None,
            )
        equal_rows, most_rows, equal_to, at_most = self._matrices
        many = len(aims)

        def beside(rows: object) -> object:
            return rows if rows is None or many == 1 else block_diag([rows] * many, format="csr")

        size = len(self.place)
        aim = np.zeros(many * size)
        for number, (target, sign) in enumerate(aims):
            for count, factor in target:
                aim[number * size + self.place[count]] += sign * factor
        # A bound on what is unbounded, so that there is always a best one.
        upper = np.where(np.isfinite(self.upper), self.upper, max(MANY, 10 * np.max(self.lower, initial=0)))
        found = linprog(
            aim,
            A_ub=beside(most_rows),
            b_ub=None if at_most is None else np.tile(at_most, many),
            A_eq=beside(equal_rows),
            b_eq=None if equal_to is None else np.tile(equal_to, many),
            bounds=np.tile(np.column_stack([self.lower, upper]), (many, 1)),
            method="highs",
        )
        return np.asarray(found.x) if found.status == 0 else None

    def value(self, target: Target, counts: NDArray[np.float64]) -> float:
        return float(sum(factor * counts[self.place[count]] for count, factor in target.terms))


def _sum_but(ends: Sequence[tuple[float, float]], left_out: int, side: int) -> float:
    return sum(end[side] for number, end in enumerate(ends) if number != left_out)


def solve(system: System, targets: Iterable[Target], explain_at_most: int = 60) -> Outcome:
    """The range of every target of which some small count is excluded; the others are not in the outcome.

    `explain_at_most` is how many conclusions are traced to the fewest sources that they need; the rest name all
    sources of their component.
    """
    wanted = list(dict.fromkeys(targets))
    # What others tell may turn out to be out of date, so it does not cut a component in two.
    others = frozenset(source for facts in system.facts for source in facts if source.rank < CURRENT)
    unknown = [lower != upper for lower, upper in (system.known(count, others) for count in range(len(system.facts)))]
    component = _components(system, unknown, wanted)
    equations: dict[int, list[Equation]] = defaultdict(list)
    for equation in system.equations:
        for count, _ in equation.terms:
            if unknown[count]:
                equations[component[count]].append(equation)
                break
    grouped: dict[int, list[Target]] = defaultdict(list)
    for target in wanted:
        first = next((count for count, _ in target.terms if unknown[count]), target.terms[0][0])
        grouped[component[first]].append(target)
    outcome = Outcome({}, len(grouped))
    found: list[tuple[bool, Target, tuple[int, int | None], int, frozenset[Source]]] = []
    for number, group in grouped.items():
        extra = {count for target in group for count, _ in target.terms}
        without, program = _possible(system, equations[number], extra)
        if program is None:
            outcome.contradictory += 1
            continue
        outcome.restated += bool(without)
        outcome.dropped |= without
        for target, (lower, upper) in _ranges(program, group).items():
            found.append((lower > SMALL[1], target, (lower, upper), number, without))
    # What tells of small counts is explained first.
    for place, (_, target, (lower, upper), number, without) in enumerate(sorted(found, key=lambda one: one[0])):
        if place < explain_at_most:
            sources = _needed(system, equations[number], target, without, (lower, upper))
        else:
            sources = _sources(system, equations[number], (count for count, _ in target.terms), without)
        outcome.ranges[target] = Range(lower, upper, sources)
    return outcome


def _components(system: System, unknown: Sequence[bool], targets: Sequence[Target]) -> list[int]:
    """The component of each count: counts that are not known belong together where an equation holds them."""
    parent = list(range(len(unknown)))

    def root(count: int) -> int:
        while parent[count] != count:
            parent[count] = parent[parent[count]]
            count = parent[count]
        return count

    groups = [[c for c, _ in equation.terms if unknown[c]] for equation in system.equations]
    groups += [[c for c, _ in target.terms if unknown[c]] for target in targets]
    for group in groups:
        for other in group[1:]:
            parent[root(other)] = root(group[0])
    return [root(count) for count in range(len(parent))]


def _possible(
    system: System, equations: Sequence[Equation], extra: set[int]
) -> tuple[frozenset[Source], _Program | None]:
    """The component without what cannot be true: sources are dropped from the lowest rank on until the rest fits."""

    def attempt(without: frozenset[Source]) -> _Program | None:
        program = _Program(system, equations, extra, without)
        if not program.is_possible or program.optimise([((), 1)])[0] is None:
            return None
        return program

    none: frozenset[Source] = frozenset()
    if program := attempt(none):
        return none, program
    sources = sorted(_sources(system, equations, extra, none))
    # What this publication shows, then what hangs together by definition, then what others say, the newest first.
    addable = sorted((source for source in sources if source.rank < CURRENT), reverse=True)
    without = frozenset(addable)
    best = attempt(without)
    if best is None:
        return none, None

    def add(group: Sequence[Source]) -> None:
        """Take in what fits, halving what does not until single sources are left out."""
        nonlocal without, best
        if program := attempt(without - frozenset(group)):
            without, best = without - frozenset(group), program
        elif len(group) > 1:
            add(group[: len(group) // 2])
            add(group[len(group) // 2 :])

    for _, group in groupby(addable, key=lambda source: source.rank):
        add(list(group))
    return without, best


def _ranges(program: _Program, targets: Sequence[Target]) -> dict[Target, tuple[int, int | None]]:
    """Every target of which a small count is excluded, with the least and the greatest that it can be.

    Where all are least together, and where all are greatest, many a target shows that it can be small and large.
    """
    together: dict[int, float] = defaultdict(float)
    for target in targets:
        for count, factor in target.terms:
            together[count] += factor
    possible = [
        counts for counts in program.optimise([(together.items(), 1), (together.items(), -1)]) if counts is not None
    ]

    def is_open(target: Target) -> bool:
        """Whether nothing has shown yet that it can be as small as the small counts and as large."""
        amounts = [program.value(target, counts) for counts in possible]
        is_small = any(amount <= SMALL[0] + NEAR for amount in amounts)
        return not (is_small and any(amount >= SMALL[1] - NEAR for amount in amounts))

    looked_at = [target for target in targets if is_open(target)]
    ends = program.optimise([(target.terms, sign) for target in looked_at for sign in (1, -1)])
    narrowed: dict[Target, tuple[int, int | None]] = {}
    for target, least, greatest in zip(looked_at, ends[::2], ends[1::2], strict=True):
        low, high = program.bounds_of(target)
        lower, upper = _whole(
            low if least is None else program.value(target, least),
            high if greatest is None else program.value(target, greatest),
        )
        if lower > SMALL[0] or (upper is not None and upper < SMALL[1]):
            narrowed[target] = (lower, upper)
    return narrowed


def _whole(low: float, high: float) -> tuple[int, int | None]:
    """The whole numbers within real limits; None where nothing limits from above."""
    return math.ceil(max(low, -MANY) - NEAR), math.floor(high + NEAR) if high < MANY else None


def _excluded(lower: int, upper: int | None) -> set[int]:
    return {v for v in range(SMALL[0], SMALL[1] + 1) if v < lower or (upper is not None and v > upper)}


def _needed(
    system: System,
    equations: Sequence[Equation],
    target: Target,
    without: frozenset[Source],
    found: tuple[int, int | None],
) -> tuple[Source, ...]:
    """The sources without which the conclusion falls: each is left out in turn, for good where it is not needed."""
    extra = {count for count, _ in target.terms}
    excluded = _excluded(*found)
    ordered = sorted(_sources(system, equations, extra, without))
    for words in dict.fromkeys(source.words for source in ordered):
        less = without | {source for source in ordered if source.words == words}
        program = _Program(system, equations, extra, less)
        if program.is_possible and _still(program, target, excluded):
            without = less
    return _sources(system, equations, extra, without)


def _still(program: _Program, target: Target, excluded: set[int]) -> bool:
    low, high = program.bounds_of(target)
    if excluded <= _excluded(*_whole(low, high)):
        return True
    least, greatest = program.optimise([(target.terms, 1), (target.terms, -1)])
    if least is None or greatest is None:
        return False
    low, high = program.value(target, least), program.value(target, greatest)
    return excluded <= _excluded(*_whole(low, high))


def _sources(
    system: System, equations: Sequence[Equation], extra: Iterable[int], without: frozenset[Source]
) -> tuple[Source, ...]:
    counts = {count for equation in equations for count, _ in equation.terms} | set(extra)
    found = {source for count in counts for source in system.facts[count]}
    found |= {equation.source for equation in equations}
    return tuple(sorted(found - without, reverse=True))


def names(sources: Sequence[Source]) -> Mapping[str, list[str]]:
    """The words of sources, those that tell numbers and those that are rules apart."""
    rules = [BELIEF <= source.rank < CURRENT for source in sources]
    return {
        "told": list(dict.fromkeys(s.words for s, is_rule in zip(sources, rules, strict=True) if not is_rule)),
        "rules": list(dict.fromkeys(s.words for s, is_rule in zip(sources, rules, strict=True) if is_rule)),
    }
