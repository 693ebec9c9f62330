"""The published numbers as linear equations over the counts behind them.

Belongs here: which count stands in which cell (one variable a count, however often it is shown), what each number says
of its count, and how counts add up. Does not belong here: solving (solve.py).

Counts are whole numbers from 0. Every equation holds for the true counts, or says something that an outsider would
take for granted; where it fails the solver drops it (see Source.rank).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from orchestration.attack.figures import CellKey, Figure, Indicator, Population
from orchestration.attack.knowledge import (
    COVERED,
    DATED_ONCE,
    OVER_ALL,
    PEOPLE_OF_THE_PERIOD,
    RELATIONS,
    SHARES_OF_ALL,
    STOCKS,
    Part,
    Term,
)

Z: Final = 1.959963984540054
XMR: Final = 2.66
"""Limits of an XmR chart stand this many mean moving ranges from the mean."""
TRIED_AT_MOST: Final = 500
MANY: Final = 1_000_000
"""More than any count of people in an authority."""

OFFICIAL, POPULATION, CHART, SENTENCE, PAST, BELIEF, CURRENT = 0, 100, 200, 300, 1000, 8000, 9000
"""Ranks of sources: where numbers cannot all be true, those of the lowest rank are dropped first. What hangs together
by definition (BELIEF) is above what others tell and below what this publication shows."""


class Source(NamedTuple):
    """Where a number or an equation comes from. `words` name it to a person; the lowest rank is dropped first.

    `about` parts what a source says by indicator and time: where one such part was restated, or does not add up, only
    that part is dropped.
    """

    rank: int
    words: str
    about: str = ""


PARTS_OF_TOTAL = Source(BELIEF + 9, "the parts of a breakdown add up to its total")
PERIODS = Source(BELIEF + 1, "periods add up to the longer period that they make up")
LONGER = Source(BELIEF + 2, "a longer period has no fewer children than one within it")
OF_ITS_CASES = Source(BELIEF + 8, "a share counts some of its cases")
SHARES = Source(BELIEF + 3, "the shares of a breakdown make up all cases")


class Equation(NamedTuple):
    """lower <= sum of coefficient x count <= upper; equal bounds make it an equality."""

    terms: tuple[tuple[int, float], ...]
    lower: float
    upper: float
    source: Source


@dataclass
class System:
    """Counts (by identity), what is told of each by each source (lower, upper), and the equations between them."""

    ids: dict[Hashable, int] = field(default_factory=dict)
    facts: list[dict[Source, tuple[float, float]]] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)

    def count(self, identity: Hashable) -> int:
        """The number of the count with this identity; a new one where it is not known yet."""
        found = self.ids.get(identity)
        if found is None:
            found = self.ids[identity] = len(self.facts)
            self.facts.append({})
        return found

    def tell(self, count: int, lower: float, upper: float, source: Source) -> None:
        """A source says that a count lies within [lower, upper]; what it says twice in different words is joined."""
        told = self.facts[count].get(source)
        if told is None:
            self.facts[count][source] = (lower, upper)
        elif told[1] < lower or upper < told[0]:
            # Two tables of one publication that do not agree: either may be right.
            self.facts[count][source] = (min(told[0], lower), max(told[1], upper))
        else:
            self.facts[count][source] = (max(told[0], lower), min(told[1], upper))

    def known(self, count: int, without: frozenset[Source] = frozenset()) -> tuple[float, float]:
        """What all sources but `without` together say of a count; a source of higher rank prevails."""
        lower, upper = 0.0, math.inf
        for source, (low, high) in sorted(self.facts[count].items(), reverse=True):
            if source not in without and low <= upper and high >= lower:
                lower, upper = max(lower, low), min(upper, high)
        return lower, upper

    def equate(self, terms: Iterable[tuple[int, float]], lower: float, upper: float, source: Source) -> None:
        """Add an equation; a count that stands in it twice is put together."""
        together: dict[int, float] = defaultdict(float)
        for count, coefficient in terms:
            together[count] += coefficient
        kept = tuple((count, coefficient) for count, coefficient in together.items() if coefficient)
        if kept:
            self.equations.append(Equation(kept, lower, upper, source))


class Cell(NamedTuple):
    """A published row and the counts that stand behind it (None where it has no such count)."""

    key: CellKey
    indicator: Indicator
    numerator: int | None
    denominator: int | None
    denominator_is_people: bool


class Builder:
    """Makes the system of equations from publications, newest knowledge of the dictionary first."""

    def __init__(self, indicators: Mapping[tuple[str, str], Indicator], additive: Mapping[str, bool]) -> None:
        self.system = System()
        self.cells: dict[CellKey, Cell] = {}
        self._indicators = indicators
        self._additive = additive
        self._by_place: dict[tuple[Hashable, ...], int] = {}
        self._values: list[tuple[Cell, Decimal, Source]] = []
        self._intervals: list[tuple[Cell, Figure, Source]] = []

    def indicator(self, key: CellKey) -> Indicator:
        """The dictionary's entry; a count of events of the period where the dictionary has none."""
        return self._indicators.get((key.indicator_code, key.definition_version)) or Indicator(
            key.indicator_code, key.definition_version, "count", "flow"
        )

    def add(self, figures: Iterable[Figure], source: Source) -> None:
        """Put what each figure says of its counts into the system."""
        told = list(figures)
        for figure in told:
            self.cell(figure.key, figure.population_release)
        for figure in told:
            self._tell(figure, source)
        self._charts(told, source)

    def cell(self, key: CellKey, population_release: str = "") -> Cell:
        """The counts behind a row. Two rows that show one count get the same count."""
        found = self.cells.get(key)
        if found is None:
            one = self.indicator(key)
            numerator = self._numerator(key, one) if one.has_count else None
            denominator, of_people = self._denominator(key, one, population_release)
            found = self.cells[key] = Cell(key, one, numerator, denominator, of_people)
        return found

    def _numerator(self, key: CellKey, one: Indicator) -> int:
        code, version = key.indicator_code, key.definition_version
        if one.counts_indicator_code:
            code = one.counts_indicator_code
            versions = [
                other.definition_version
                for other in self._indicators.values()
                if other.indicator_code == code
                and (other.valid_from is None or other.valid_from <= key.period_end)
                and (other.valid_to is None or key.period_end <= other.valid_to)
            ]
            version = version if version in versions or not versions else versions[0]
        return self._at("numerator", code, version, key, one)

    def _denominator(self, key: CellKey, one: Indicator, population_release: str) -> tuple[int | None, bool]:
        if not one.has_denominator:
            return None, False
        if one.population_group:
            year = population_year(key, population_release)
            return self.system.count(("population", key.area_code, year, one.population_group)), False
        if (one.indicator_code, key.breakdown) in SHARES_OF_ALL:
            key = key._replace(breakdown="total", breakdown_value="total")
        # The pupils of a school roll are no secret; the cases that a share divides by are.
        return self._at("denominator", key.indicator_code, key.definition_version, key, one), one.measure_type != "rate"

    def _at(self, part: Part, code: str, version: str, key: CellKey, one: Indicator) -> int:
        time = when(key, one)
        count = self.system.count((part, code, version, key.area_code, time, key.breakdown, key.breakdown_value))
        self._by_place[part, code, key.area_code, time, key.breakdown, key.breakdown_value] = count
        return count

    def _tell(self, figure: Figure, source: Source) -> None:
        cell = self.cell(figure.key)
        one, numbers = cell.indicator, figure.numbers
        if source.rank < BELIEF:
            year = population_year(figure.key, "")
            source = source._replace(about=f"{figure.key.indicator_code} {year}")
        within = rounding(figure)
        numerator, denominator, value = (numbers.get(name) for name in ("numerator", "denominator", "value"))
        if numerator is None and not one.has_denominator:
            numerator = value
        if numerator is not None and cell.numerator is not None:
            self.system.tell(cell.numerator, *_about(numerator, within), source)
        if denominator is not None and cell.denominator is not None:
            self.system.tell(cell.denominator, *_about(denominator, within), source)
        if cell.numerator is None:
            return
        if value is not None and numerator is None and one.has_denominator:
            self._values.append((cell, value, source))
        if numerator is None and one.ci_method in ("byar", "wilson"):
            self._intervals.append((cell, figure, source))

    def _value(self, cell: Cell, value: Decimal, source: Source) -> None:
        """A rounded rate or share: value - half a unit <= multiplier x count / cases < value + half a unit."""
        if cell.numerator is None or cell.denominator is None:
            return
        one = cell.indicator
        half = Decimal(1).scaleb(-one.decimals) / 2
        out_of, basis = self._known_denominator(cell, source)
        if out_of is not None:
            least = math.ceil((value - half) * out_of / one.multiplier)
            most = math.ceil((value + half) * out_of / one.multiplier) - 1
            if max(least, 0) <= most:
                self.system.tell(cell.numerator, max(least, 0), most, basis)
                return
        for limit, bounds in ((value - half, (0.0, math.inf)), (value + half, (-math.inf, 0.0))):
            self.system.equate(
                [(cell.numerator, 1.0), (cell.denominator, -float(limit) / one.multiplier)], *bounds, source
            )

    def _known_denominator(self, cell: Cell, source: Source) -> tuple[int | None, Source]:
        """The denominator where it is known, with the lower-ranking of `source` and the one that tells it."""
        if cell.denominator is None:
            return None, source
        facts = self.system.facts[cell.denominator]
        for teller in sorted(facts, reverse=True):
            low, high = facts[teller]
            if low == high and low > 0:
                return int(low), min(source, teller)
        return None, source

    def _interval(self, cell: Cell, figure: Figure, source: Source) -> None:
        """An interval's bound rises with its count, so it leads back to it once the denominator is known."""
        shown = {name: figure.numbers[name] for name in ("lower_ci_95", "upper_ci_95") if name in figure.numbers}
        if not shown or cell.numerator is None or cell.denominator is None:
            return
        out_of, basis = self._known_denominator(cell, source)
        if out_of is None:
            return
        one = cell.indicator
        bound = wilson if one.ci_method == "wilson" else byar
        # A rate may count more events than there are people.
        upper_most = out_of if one.ci_method == "wilson" else 100 * out_of
        lower, upper = 0, upper_most
        for name, amount in shown.items():
            slack = _slack(amount, one.decimals)
            at = 0 if name == "lower_ci_95" else 1

            def shown_for(count: int, at: int = at) -> float:
                return bound(count, out_of)[at] * one.multiplier

            lower = max(lower, _first(shown_for, float(amount) - slack, upper_most))
            upper = min(upper, _first(shown_for, float(amount) + slack, upper_most, beyond=True) - 1)
        if lower <= upper:
            told = Source(basis.rank, f"an interval's bounds in {source.words}", basis.about)
            self.system.tell(cell.numerator, lower, upper, told)

    def _charts(self, figures: Sequence[Figure], source: Source) -> None:
        """A centre line is the mean of its points (of a share: all cases counted over all cases)."""
        series: dict[CellKey, list[Figure]] = defaultdict(list)
        names = ("centre_line", "lower_limit", "upper_limit")
        for figure in figures:
            first = figure.key._replace(period_start=date.min, period_end=date.min)
            series[first].append(figure)
        for points in series.values():
            if not any(name in point.numbers for point in points for name in names):
                continue
            points.sort(key=lambda figure: figure.key.period_end)
            if not any(_centre(point) is not None for point in points):
                for name in ("lower_limit", "upper_limit"):
                    self._limit(name, points, source)
            for lines in {_centre(point) for point in points} - {None}:
                assert lines is not None
                places = [number for number, point in enumerate(points) if _centre(point) == lines]
                # A withheld point within the span shows no line itself, and is in the mean all the same.
                span = [
                    point
                    for point in points[places[0] : places[-1] + 1]
                    if point.status in ("suppressed", "published", "provisional", "low_reliability", "")
                    or point.numbers
                ]
                self._centre_line(span, lines, source)

    def _limit(self, name: str, points: Sequence[Figure], source: Source) -> None:
        """One limit of an XmR chart with one withheld point: which counts would give the limit that is shown?

        A lower limit below 0 is drawn at 0 or not at all, so the upper one may be all that there is.
        """
        for limit in {point.numbers[name] for point in points if point.numbers.get(name, 0) > 0}:
            places = [number for number, point in enumerate(points) if point.numbers.get(name) == limit]
            cells = [self.cell(figure.key) for figure in points[places[0] : places[-1] + 1]]
            if any(cell.indicator.has_denominator or cell.numerator is None for cell in cells) or len(cells) < 3:
                continue
            counts = [cell.numerator for cell in cells if cell.numerator is not None]
            known = [self.system.known(count) for count in counts]
            withheld = [number for number, (lower, upper) in enumerate(known) if lower != upper]
            if len(withheld) != 1:
                continue
            slack = _slack(limit, cells[0].indicator.decimals)
            fitting = []
            for tried in range(TRIED_AT_MOST):
                series = [float(tried) if number == withheld[0] else low for number, (low, _) in enumerate(known)]
                moving = sum(abs(two - one) for one, two in pairwise(series)) / (len(series) - 1)
                reach = XMR * moving if name == "upper_limit" else -XMR * moving
                if abs(sum(series) / len(series) + reach - float(limit)) <= slack + 1e-9:
                    fitting.append(tried)
            if fitting:
                told = Source(CHART, f"a control limit in {source.words}")
                self.system.tell(counts[withheld[0]], fitting[0], fitting[-1], told)

    def _centre_line(self, span: Sequence[Figure], centre: Decimal, source: Source) -> None:
        told = Source(CHART, f"a centre line or its limits in {source.words}")
        cells = {self.cell(figure.key) for figure in span}
        one = next(iter(cells)).indicator
        slack = _slack(centre, max(one.decimals, 1))
        if not one.has_denominator:
            counts = [(cell.numerator, 1.0) for cell in cells if cell.numerator is not None]
            total, around = float(centre) * len(counts), slack * len(counts)
            self.system.equate(counts, total - around, total + around, told)
            return
        for limit, bounds in ((float(centre) - slack, (0.0, math.inf)), (float(centre) + slack, (-math.inf, 0.0))):
            terms = [(cell.numerator, 1.0) for cell in cells if cell.numerator is not None]
            terms += [(cell.denominator, -limit / one.multiplier) for cell in cells if cell.denominator is not None]
            self.system.equate(terms, *bounds, told)

    def add_populations(self, populations: Population) -> None:
        """Tell the denominators that are populations, where a population is listed."""
        source = Source(POPULATION, "the published populations")
        for (area, year, group), people in populations.items():
            count = self.system.ids.get(("population", area, year, group))
            if count is not None and not self.system.facts[count]:
                self.system.tell(count, people, people, source)

    def add_count(self, key: CellKey, amount: int, source: Source) -> None:
        """A text says what a count is."""
        count = self.cell(key).numerator
        if count is not None:
            self.system.tell(count, amount, amount, source)

    def add_difference(self, later: CellKey, earlier: CellKey, more: int, source: Source) -> None:
        """A text says by how many a count differs from an earlier one."""
        first, second = self.cell(earlier).numerator, self.cell(later).numerator
        if first is not None and second is not None:
            self.system.equate([(second, 1.0), (first, -1.0)], more, more, source)

    def add_rules(self) -> None:
        """How counts hang together: call it when every figure is in."""
        for cell, value, source in self._values:
            self._value(cell, value, source)
        for cell, figure, source in self._intervals:
            self._interval(cell, figure, source)
        self._breakdowns()
        self._shares()
        self._periods()
        self._relations()
        self._stocks()
        self._covered()

    def _breakdowns(self) -> None:
        families: dict[tuple[Hashable, ...], dict[str, Cell]] = defaultdict(dict)
        ever: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for cell in self.cells.values():
            key, one = cell.key, cell.indicator
            if key.breakdown == "total":
                continue
            ever[key.indicator_code, key.definition_version, key.breakdown].add(key.breakdown_value)
            place = (key.indicator_code, key.definition_version, key.area_code, when(key, one), key.breakdown)
            families[place][key.breakdown_value] = cell
        for (code, version, _, _, breakdown), family in families.items():
            cells = list(family.values())
            one = cells[0].indicator
            about = f"{code} {breakdown} {cells[0].key.period_end}"
            # A value that other periods show and this one does not may be anything.
            upper = 0.0 if ever[str(code), str(version), str(breakdown)] == set(family) else math.inf
            if (one.indicator_code, str(breakdown)) in SHARES_OF_ALL:
                out_of = cells[0].denominator
                counts = [cell.numerator for cell in cells if cell.numerator is not None]
                if out_of is not None:
                    terms = [(out_of, 1.0), *((count, -1.0) for count in counts)]
                    self.system.equate(terms, 0.0, upper, SHARES._replace(about=about))
                continue
            if not self._additive.get(str(breakdown), True):
                continue
            whole = self.cell(cells[0].key._replace(breakdown="total", breakdown_value="total"))
            for part in ("numerator", "denominator"):
                total = getattr(whole, part)
                parts = [getattr(cell, part) for cell in cells if getattr(cell, part) is not None]
                if total is None or not parts or (one.population_group and part == "denominator"):
                    continue
                terms = [(total, 1.0), *((count, -1.0) for count in parts)]
                self.system.equate(terms, 0.0, upper, PARTS_OF_TOTAL._replace(about=f"{about} {part}"))

    def _shares(self) -> None:
        seen: set[tuple[int, int]] = set()
        for cell in self.cells.values():
            pair = (cell.numerator, cell.denominator)
            if (
                cell.indicator.measure_type == "proportion"
                and cell.indicator.indicator_code not in OVER_ALL
                and pair[0] is not None
                and pair[1] is not None
                and pair not in seen
            ):
                seen.add((pair[0], pair[1]))
                source = OF_ITS_CASES._replace(about=f"{cell.key.indicator_code} {cell.key.period_end}")
                self.system.equate([(pair[1], 1.0), (pair[0], -1.0)], 0.0, math.inf, source)

    def _periods(self) -> None:
        """Counts of events are cut at every date at which a period begins or ends; each is the sum of its cuts."""
        groups: dict[tuple[Hashable, ...], dict[tuple[date, date], int]] = defaultdict(dict)
        events: dict[tuple[Hashable, ...], bool] = {}
        for identity, count in self.system.ids.items():
            if not isinstance(identity, tuple) or identity[0] not in ("numerator", "denominator"):
                continue
            part, code, version, area, time, breakdown, value = identity
            if time[0] != "in":
                continue
            one = self._indicators.get((code, version)) or Indicator(code, version, "count", "flow")
            group: tuple[Hashable, ...] = (part, code, version, area, breakdown, value)
            groups[group][time[1], time[2]] = count
            events[group] = is_of_events(one) and not (part == "denominator" and one.measure_type == "rate")
        for group, spans in groups.items():
            if len(spans) < 2 or not any(lower != upper for lower, upper in map(self.system.known, spans.values())):
                continue
            if events[group]:
                self._cut(group, spans)
            else:
                self._nest(group, spans)

    def _cut(self, group: tuple[Hashable, ...], spans: Mapping[tuple[date, date], int]) -> None:
        cuts = sorted({start for start, _ in spans} | {end + timedelta(days=1) for _, end in spans})
        pieces = [self.system.count(("piece", group, first, second)) for first, second in pairwise(cuts)]
        for (start, end), count in spans.items():
            inside = range(cuts.index(start), cuts.index(end + timedelta(days=1)))
            source = PERIODS._replace(about=f"{group[1]} {start} to {end}")
            self.system.equate([(count, 1.0), *((pieces[piece], -1.0) for piece in inside)], 0.0, 0.0, source)

    def _nest(self, group: tuple[Hashable, ...], spans: Mapping[tuple[date, date], int]) -> None:
        for (start, end), count in spans.items():
            inner = {
                span: part
                for span, part in spans.items()
                if start <= span[0] and span[1] <= end and span != (start, end)
            }
            source = LONGER._replace(about=f"{group[1]} {start} to {end}")
            for part in inner.values():
                self.system.equate([(count, 1.0), (part, -1.0)], 0.0, math.inf, source)
            chain = _chain(inner, start, end)
            if chain:
                self.system.equate([(count, -1.0), *((part, 1.0) for part in chain)], 0.0, math.inf, source)

    def _relations(self) -> None:
        places: dict[tuple[Hashable, ...], list[tuple[tuple[Hashable, ...], int]]] = defaultdict(list)
        for place, count in self._by_place.items():
            part, code, _, _, breakdown, _ = place
            places[part, code, breakdown].append((place, count))
        for relation in RELATIONS:
            left, right = relation.left, relation.right
            source = Source(BELIEF, relation.because)
            for place, count in places[left.part, left.indicator_code, left.breakdown]:
                _, _, area, time, _, value = place
                if left.breakdown_value not in ("*", value):
                    continue
                other_value = value if right.breakdown_value == "*" else right.breakdown_value
                other = self._by_place.get((right.part, right.indicator_code, area, time, right.breakdown, other_value))
                if other is not None and other != count:
                    upper = 0.0 if relation.is_equal else math.inf
                    here = source._replace(about=_day_of(time))
                    self.system.equate([(other, 1.0), (count, -1.0)], 0.0, upper, here)

    def _stocks(self) -> None:
        for rule in STOCKS:
            source = Source(BELIEF, rule.because)
            at: dict[Hashable, dict[date, int]] = defaultdict(dict)
            for place, count in self._by_place.items():
                if place[:2] == (rule.stock.part, rule.stock.indicator_code) and place[4:] == rule.stock[2:]:
                    area, time = place[2], place[3]
                    if isinstance(time, tuple) and time[0] == "at":
                        at[area][time[1]] = count
            for place, starts in list(self._by_place.items()):
                if place[:2] != (rule.starts.part, rule.starts.indicator_code) or place[4:] != rule.starts[2:]:
                    continue
                area, time = place[2], place[3]
                if not isinstance(time, tuple) or time[0] != "in":
                    continue
                before, after = at[area].get(time[1] - timedelta(days=1)), at[area].get(time[2])
                ends = self._count_of(rule.ends, area, time) if rule.ends else None
                if before is None or after is None or (rule.ends and ends is None):
                    continue
                terms = [(before, 1.0), (starts, 1.0), (after, -1.0)]
                if ends is not None:
                    terms.append((ends, -1.0))
                here = source._replace(about=_day_of(time))
                self.system.equate(terms, 0.0, 0.0 if rule.ends else math.inf, here)

    def _covered(self) -> None:
        for rule in COVERED:
            for place, starts in list(self._by_place.items()):
                if place[:2] != (rule.starts.part, rule.starts.indicator_code) or place[4:] != rule.starts[2:]:
                    continue
                area, time = place[2], place[3]
                if not isinstance(time, tuple) or time[0] != "in":
                    continue
                day = ("at", time[2])
                stock, older = self._count_of(rule.stock, area, day), self._count_of(rule.older, area, day)
                if stock is not None and older is not None:
                    here = Source(BELIEF, rule.because, _day_of(time))
                    self.system.equate([(older, 1.0), (starts, 1.0), (stock, -1.0)], 0.0, math.inf, here)

    def _count_of(self, term: Term, area: Hashable, time: Hashable) -> int | None:
        return self._by_place.get((term.part, term.indicator_code, area, time, *term[2:]))


def when(key: CellKey, one: Indicator) -> tuple[Hashable, ...]:
    """The time of a count: a stock stands at a day, whichever period ends on it; all else fills its days."""
    if one.time_behaviour == "stock":
        return ("at", key.period_end)
    return ("in", key.period_start, key.period_end)


def _day_of(time: Hashable) -> str:
    """The last day of a count's time, in words."""
    return str(time[-1]) if isinstance(time, tuple) else str(time)


def is_of_events(one: Indicator) -> bool:
    """Whether each case falls on one day, so that periods add up; children of a period may come back in the next."""
    if one.indicator_code in PEOPLE_OF_THE_PERIOD:
        return False
    return one.measure_type != "distinct" or one.indicator_code in DATED_ONCE


def population_year(key: CellKey, population_release: str) -> int:
    """The mid-year of a rate's population: as its release says, else the year in which its financial year begins."""
    told = re.search(r"\bmid-(\d{4})\b", population_release)
    if told:
        return int(told[1])
    return key.period_end.year if key.period_end.month >= 4 else key.period_end.year - 1


def rounding(figure: Figure) -> int:
    """The multiple to which a supplier has rounded the count, as the figure's reason says; 1 where it does not."""
    told = re.search(r"round\w* .*multiple of (\d+)", figure.reason)
    return int(told[1]) if told else 1


def wilson(count: int, out_of: int) -> tuple[float, float]:
    """Wilson's 95% interval of a proportion, as a share of 1 (docs: statistics, interval of a proportion)."""
    share = count / out_of
    around = Z * math.sqrt(Z * Z + 4 * count * (1 - share)) if count <= out_of else 0.0
    base = 2 * (out_of + Z * Z)
    return (2 * count + Z * Z - around) / base, (2 * count + Z * Z + around) / base


def byar(count: int, out_of: int) -> tuple[float, float]:
    """Byar's 95% interval of a rate, per person; exact Poisson limits below 10 cases."""
    from scipy.special import gammaincinv  # type: ignore[import-untyped]  # slow to import: only where it is used

    if count < 10:
        lower = float(gammaincinv(count, 0.025)) if count else 0.0
        return lower / out_of, float(gammaincinv(count + 1, 0.975)) / out_of
    above = count + 1
    lower = count * (1 - 1 / (9 * count) - Z / (3 * math.sqrt(count))) ** 3
    upper = above * (1 - 1 / (9 * above) + Z / (3 * math.sqrt(above))) ** 3
    return lower / out_of, upper / out_of


def _first(shown_for: Callable[[int], float], least: float, most: int, *, beyond: bool = False) -> int:
    """The first count up to `most` whose rising bound is at least `least` (or more than it, `beyond`)."""
    low, high = 0, most + 1
    while low < high:
        middle = (low + high) // 2
        amount = shown_for(middle)
        if amount > least + 1e-9 or (not beyond and amount >= least - 1e-9):
            high = middle
        else:
            low = middle + 1
    return low


def _slack(amount: Decimal, decimals: int) -> float:
    """Half a unit of the last place that is shown."""
    exponent = amount.normalize().as_tuple().exponent
    places = max(decimals, -exponent if isinstance(exponent, int) else 0)
    return 0.5 * 10.0**-places


def _centre(figure: Figure) -> Decimal | None:
    """The centre line of a point: as shown, else half-way between its limits."""
    shown = figure.numbers
    if "centre_line" in shown:
        return shown["centre_line"]
    if "lower_limit" in shown and "upper_limit" in shown and shown["lower_limit"] > 0:
        return (shown["lower_limit"] + shown["upper_limit"]) / 2
    return None


def _about(amount: Decimal, within: int) -> tuple[float, float]:
    """The counts that are shown as `amount` when rounded to a multiple of `within`."""
    if within > 1:
        reach = Decimal(within // 2)
        return float(max(amount - reach, Decimal(0))), float(amount + reach)
    if amount != amount.to_integral_value(ROUND_FLOOR):
        return float(amount.to_integral_value(ROUND_FLOOR)), float(amount.to_integral_value(ROUND_FLOOR)) + 1
    return float(amount), float(amount)


def _chain(inner: Mapping[tuple[date, date], int], start: date, end: date) -> list[int]:
    """Periods that follow one another from `start` to `end`, the shortest first; empty where there is a gap."""
    chain: list[int] = []
    day = start
    while day <= end:
        following = [(last, count) for (first, last), count in inner.items() if first == day]
        if not following:
            return []
        last, count = min(following)
        chain.append(count)
        day = last + timedelta(days=1)
    return chain
