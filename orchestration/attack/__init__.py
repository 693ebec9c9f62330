"""The attack on a publication: from what is published alone, exclude values of counts that are withheld.

Belongs here: putting the pieces together and what is reported. Read figures.py for what an outsider holds, knowledge.py
and equations.py for what may be concluded, solve.py for how. Nothing in this package knows how figures were withheld,
and it reads nothing that is not published: it stands against disclosure control, and is no part of it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from orchestration.attack.equations import (
    BELIEF,
    CHART,
    CURRENT,
    OFFICIAL,
    PAST,
    SENTENCE,
    Builder,
    Cell,
    Source,
    rounding,
)
from orchestration.attack.figures import CellKey, Figure, Population, Published, all_keys
from orchestration.attack.knowledge import SHARES_OF_ALL
from orchestration.attack.solve import SMALL, Range, Target, names, solve
from orchestration.words import counted

__all__ = ["AttackReport", "CellKey", "Figure", "Hole", "Leak", "Published", "attack"]

Part = Literal["numerator", "denominator", "complement"]
LeakKind = Literal["small count", "small complement", "all or none", "small share", "not assessable", "sentence"]


@dataclass(frozen=True)
class Hole:
    """A withheld count of which an outsider can exclude some of the values 1 to 5.

    `lower` and `upper` are the least and the greatest that it can be (None: no limit): for tests and for whoever mends
    the hole, never for a page or a log. `is_small` where the count is thereby known to be, or may still be, a small one
    (1 to 5): the hole tells of children. Where it is not, the cell is merely known to be none of those.
    `is_known_elsewhere` where official figures and populations alone lead to it: no withholding here can mend that.
    """

    key: CellKey
    part: Part
    lower: int
    upper: int | None
    sources: tuple[str, ...]
    rules: tuple[str, ...]
    is_small: bool
    is_known_elsewhere: bool = False

    @property
    def excluded(self) -> tuple[int, ...]:
        """Which of 1 to 5 the count cannot be."""
        return tuple(
            v for v in range(SMALL[0], SMALL[1] + 1) if v < self.lower or (self.upper is not None and v > self.upper)
        )

    def sentence(self) -> str:
        """For a person: which cell, and what leads to it. It names no number of the cell."""
        what = {"numerator": "the count", "denominator": "the number of cases", "complement": "the cases not counted"}
        told = "; ".join(self.sources) or "the figures shown"
        rules = f", as {'; '.join(self.rules)}" if self.rules else ""
        return f"{self.key.words()}: {what[self.part]} can be narrowed from {told}{rules}."


@dataclass(frozen=True)
class Leak:
    """A number that is shown and must not be: no reckoning is needed to read it."""

    key: CellKey
    kind: LeakKind
    source: str

    def sentence(self) -> str:
        """For a person: which cell shows what, without the number."""
        words = {
            "small count": "a count of 1 to 5 is shown",
            "small complement": "all but 1 to 5 cases have the attribute, by the count and its cases",
            "all or none": "all cases or none have the attribute, by the count and its cases",
            "small share": "the share and its cases make a count of 1 to 5",
            "not assessable": "the number of cases not assessable is 1 to 5",
            "sentence": "a text names a number of a withheld figure",
        }
        return f"{self.key.words()}: {words[self.kind]} ({self.source})."


@dataclass(frozen=True)
class AttackReport:
    """What was found, and how much was looked at. `restated`: components in which an older number was dropped.

    `dropped` says which definitions do not hold in the figures shown, and were left out where they do not; `unread`
    names what a built dashboard ships that holds no figure with an indicator and a period.
    """

    holes: tuple[Hole, ...]
    leaks: tuple[Leak, ...]
    published: int
    suppressed: int
    components: int
    restated: int
    contradictory: int
    seconds: float
    looked_at: tuple[str, ...]
    dropped: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def of_children(self) -> tuple[Hole, ...]:
        """The holes that tell of 1 to 5 people, and that this authority's own publications are needed for."""
        return tuple(hole for hole in self.holes if hole.is_small and not hole.is_known_elsewhere)

    @property
    def known_elsewhere(self) -> tuple[Hole, ...]:
        """The holes that tell of 1 to 5 people by what others publish alone."""
        return tuple(hole for hole in self.holes if hole.is_small and hole.is_known_elsewhere)

    def sentence(self) -> str:
        """One line for a log."""
        return (
            f"{counted(self.suppressed, 'withheld figure')} beside {self.published:,} shown, "
            f"{counted(self.components, 'group')} of equations: "
            f"{len(self.of_children)} can be narrowed to tell of 1 to 5 people, "
            f"{len(self.known_elsewhere)} by official figures alone, "
            f"{sum(not hole.is_small for hole in self.holes)} only told to be none of these, "
            f"{len(self.leaks)} shown outright ({self.seconds:.1f} s)."
        )


def attack(
    board: Published,
    past: Sequence[Published] = (),
    *,
    dashboard: Sequence[Published] = (),
    sentences: Iterable[tuple[CellKey, str]] = (),
    official: Iterable[Figure] = (),
    populations: Population | None = None,
) -> AttackReport:
    """Attack `board`, the release about to be published, with everything that is out already.

    `past` holds the earlier releases, the oldest first; `dashboard` the files of built pages; `sentences` texts beside
    a cell; `official` figures of the same authority that others publish. A cell that an older release shows is taken
    to be still that number unless it is shown differently now.
    """
    started = time.monotonic()
    indicators = {key: one for release in (*past, *dashboard, board) for key, one in release.indicators.items()}
    additive = {key: one for release in (*past, *dashboard, board) for key, one in release.additive.items()}
    builder = Builder(indicators, additive)
    builder.add(board.figures, Source(CURRENT + 1, f"{board.name}"))
    for pages in dashboard:
        builder.add(pages.figures, Source(CURRENT, pages.name))
    restated = [figure for release in (board, *dashboard) for figure in release.before]
    builder.add(restated, Source(PAST + len(past), "what it says of the figures that moved"))
    told = [*sentences, *(told for release in (board, *dashboard) for told in release.sentences)]
    contents = {board.content} - {""}
    for number, release in reversed(list(enumerate(past))):
        # Releases repeat: the newest of those that say the same speaks for them.
        if not release.content or release.content not in contents:
            contents.add(release.content)
            builder.add(release.figures, Source(PAST + number, f"the earlier release {release.name}"))
    shown_now = [*board.figures, *(figure for pages in dashboard for figure in pages.figures)]
    others = [*official, *board.official, *(figure for pages in dashboard for figure in pages.official)]
    builder.add(_credible(others, shown_now), Source(OFFICIAL, "official figures of the authority"))
    compares = Source(SENTENCE, "a text that compares two periods")
    for key, text in told:
        if builder.indicator(key).has_denominator:
            # Its texts compare shares, of which the count is not told.
            continue
        for more, earlier in _differences(key, text):
            builder.add_difference(key, earlier, more, compares)
        for amount, earlier in _earlier_counts(key, text):
            builder.add_count(earlier, amount, compares)
    for figure in shown_now:
        for earlier, more in _columns_of_change(figure):
            builder.add_difference(figure.key, earlier, more, Source(SENTENCE, "a column that compares two periods"))
    builder.add_populations(populations or {})
    builder.add_rules()

    suppressed = {figure.key for figure in board.figures if figure.status == "suppressed"}
    targets = {(key, part): target for key in suppressed for part, target in _targets(builder.cell(key))}
    outcome = solve(builder.system, targets.values())
    holes = [
        _hole(key, part, outcome.ranges[target], builder)
        for (key, part), target in targets.items()
        if target in outcome.ranges
    ]
    return AttackReport(
        holes=tuple(sorted(_once(holes, targets), key=lambda hole: (not hole.is_small, hole.key, hole.part))),
        leaks=tuple(
            sorted(
                {
                    *_leaks([*shown_now, *restated], builder, board.name),
                    *_sentence_leaks(told, suppressed, builder),
                },
                key=lambda leak: (leak.kind, leak.key, leak.source),
            )
        ),
        published=len(all_keys(board.figures)) - len(suppressed),
        suppressed=len(suppressed),
        components=outcome.components,
        restated=outcome.restated,
        contradictory=outcome.contradictory,
        seconds=time.monotonic() - started,
        looked_at=(
            board.name,
            *(f"{pages.name} ({counted(len(pages.figures), 'row')})" for pages in dashboard),
            *(release.name for release in past),
            *(["official figures"] if others else []),
            *([counted(len(told), "text")] if told else []),
        ),
        dropped=tuple(f"{one.words} ({one.about})" for one in sorted(outcome.dropped) if one.rank >= BELIEF),
        unread=tuple(table for pages in dashboard for table in pages.unread),
    )


def _targets(cell: Cell) -> Iterator[tuple[Part, Target]]:
    if cell.numerator is not None:
        yield "numerator", Target(((cell.numerator, 1.0),))
    if cell.denominator is not None and cell.denominator_is_people:
        yield "denominator", Target(((cell.denominator, 1.0),))
        if cell.numerator is not None and cell.indicator.complement_is_sensitive:
            yield "complement", Target(((cell.denominator, 1.0), (cell.numerator, -1.0)))


def _hole(key: CellKey, part: Part, found: Range, builder: Builder) -> Hole:
    words = names(found.sources)
    cell = builder.cell(key)
    # That nobody has an attribute tells of everybody; that nobody is in one band of several does not.
    is_none = (
        found.upper == 0
        and part != "denominator"
        and cell.indicator.complement_is_sensitive
        and (key.indicator_code, key.breakdown) not in SHARES_OF_ALL
    )
    is_small = found.lower <= SMALL[1] and (found.upper is None or found.upper >= SMALL[0])
    is_ours = any(CHART <= source.rank < BELIEF or source.rank >= CURRENT for source in found.sources)
    return Hole(
        key,
        part,
        found.lower,
        found.upper,
        tuple(words["told"]),
        tuple(words["rules"]),
        is_small or is_none,
        not is_ours,
    )


def _once(holes: Iterable[Hole], targets: Mapping[tuple[CellKey, Part], Target]) -> list[Hole]:
    """One hole for a count, though several rows show it."""
    first: dict[tuple[Part, Target], Hole] = {}
    for hole in sorted(holes, key=lambda hole: (hole.key, hole.part)):
        first.setdefault((hole.part, targets[hole.key, hole.part]), hole)
    return list(first.values())


def _leaks(figures: Iterable[Figure], builder: Builder, name: str) -> Iterator[Leak]:
    for figure in figures:
        one = builder.indicator(figure.key)
        shown = dict(figure.numbers)
        if rounding(figure) > 1:
            continue
        if not one.has_denominator and "value" in shown:
            shown.setdefault("numerator", shown["value"])
        numerator, denominator = shown.get("numerator"), shown.get("denominator")
        if one.has_count and _is_small(numerator):
            yield Leak(figure.key, "small count", name)
        if one.has_denominator and one.measure_type != "rate" and _is_small(denominator):
            yield Leak(figure.key, "small count", name)
        if _is_small(shown.get("cases_not_assessable")):
            yield Leak(figure.key, "not assessable", name)
        if denominator is None or not one.has_denominator or not one.has_count:
            continue
        if numerator is None and "value" in shown:
            half = Decimal(1).scaleb(-one.decimals) / 2
            most = (shown["value"] + half) * denominator / one.multiplier
            least = (shown["value"] - half) * denominator / one.multiplier
            if least > 0 and most <= SMALL[1] + Decimal("0.5"):
                yield Leak(figure.key, "small share", name)
        if numerator is not None and one.complement_is_sensitive and one.measure_type == "proportion":
            if _is_small(denominator - numerator):
                yield Leak(figure.key, "small complement", name)
            is_band = (figure.key.indicator_code, figure.key.breakdown) in SHARES_OF_ALL
            if denominator > 0 and numerator in (0, denominator) and not is_band:
                yield Leak(figure.key, "all or none", name)


def _is_small(amount: Decimal | None) -> bool:
    return amount is not None and SMALL[0] <= amount <= SMALL[1]


_COUNT = r"(?<![\d.,])(?P<number>\d{1,3}(?:,\d{3})+|\d+|one|two|three|four|five|six|seven|eight|nine|ten)\b(?![.,]\d|%)"
_BEFORE = (
    r"(?:in\s+|at\s+|on\s+|for\s+)?(?:the\s+|a\s+)?(?P<before>last year|year before|year earlier|year ago|"
    r"same \w+ (?:of )?last year|last quarter|quarter before|last month|month before|previous \w+)"
)
_MORE = re.compile(
    rf"(?i){_COUNT}\s+(?:\w+\s+)?(?P<way>more|fewer|less|higher|lower|above|below)\s+(?:than\s+)?{_BEFORE}"
)
_WAS = re.compile(
    rf"(?i)(?:\b(?:from|against|compared (?:with|to)|after)\s+{_COUNT}\s+(?:\w+\s+)?{_BEFORE}"
    rf"|{_BEFORE.replace('before>', 'since>')}(?::|,|\s+was|\s+it was|\s+there were)?\s+"
    rf"{_COUNT.replace('number>', 'amount>')})"
)
_WORDS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
}
_DATES = re.compile(
    r"(?i)\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2} (?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december)(?: \d{4})?\b|\b20\d\d(?:[/-]\d{2,4})?\b|\b(?:quarter|q|version|march) ?[1-4]\b|\b1 to 5\b|"
    r"\b(?:12|36) months to\b"
)
_ANY_NUMBER = re.compile(rf"(?i)\d|\b(?:{'|'.join(_WORDS)})\b")


def _number(text: str) -> int:
    """What '4', '2,034' or 'four' says."""
    return _WORDS.get(text.lower()) or int(text.replace(",", ""))


def _differences(key: CellKey, text: str) -> Iterator[tuple[int, CellKey]]:
    """The differences from an earlier period that a text tells (later less earlier), with the earlier cell."""
    for found in _MORE.finditer(text):
        number = _number(found["number"])
        more = number if found["way"].lower() in ("more", "higher", "above") else -number
        yield more, _before(key, a_year="year" in found["before"].lower())


def _earlier_counts(key: CellKey, text: str) -> Iterator[tuple[int, CellKey]]:
    """The counts of an earlier period that a text tells ("up from 4 last year"), with the earlier cell."""
    for found in _WAS.finditer(text):
        number = found["number"] or found["amount"]
        before = found["before"] or found["since"]
        yield _number(number), _before(key, a_year="year" in before.lower())


def _columns_of_change(figure: Figure) -> Iterator[tuple[CellKey, int]]:
    """A row's own column of change or of the previous number, against the period before."""
    change, value = figure.numbers.get("change"), figure.numbers.get("value")
    if change is None and "previous" in figure.numbers and value is not None:
        change = value - figure.numbers["previous"]
    if change is not None and change == change.to_integral_value():
        yield _before(figure.key, a_year=False), int(change)


def _before(key: CellKey, *, a_year: bool) -> CellKey:
    """The same cell a year or a period earlier."""
    months = (key.period_end.year - key.period_start.year) * 12 + key.period_end.month - key.period_start.month + 1
    back = 12 if a_year else months

    def earlier(day: date) -> date:
        years, month = divmod(day.year * 12 + day.month - 1 - back, 12)
        return date(years, month + 1, 1)

    after_the_end = key.period_end + timedelta(days=1)
    if key.period_start.day != 1 or after_the_end.day != 1:
        # A census day, not a span of whole months: the same day a year before.
        try:
            end, start = (day.replace(year=day.year - 1) for day in (key.period_end, key.period_start))
        except ValueError:
            return key
        return key._replace(period_start=start, period_end=end)
    return key._replace(period_start=earlier(key.period_start), period_end=earlier(after_the_end) - timedelta(days=1))


def _sentence_leaks(told: Iterable[tuple[CellKey, str]], suppressed: set[CellKey], builder: Builder) -> Iterator[Leak]:
    for key, text in told:
        if key not in suppressed:
            continue
        rest = text
        for name in builder.indicator(key).names:
            rest = rest.replace(name, " ")
        if _ANY_NUMBER.search(_DATES.sub(" ", rest.replace(key.indicator_code, " "))):
            yield Leak(key, "sentence", "a text beside it")


def _credible(official: Sequence[Figure], shown: Iterable[Figure]) -> list[Figure]:
    """The official figures of those indicators that agree with what is shown, or of which nothing is shown to compare.

    An official series that tells otherwise where both are shown counts something else, or another year's children.
    Where most of all that can be compared tells otherwise, the official figures are about other children altogether.
    """
    ours: dict[tuple[str, str, str, date, str, str], Mapping[str, Decimal]] = {
        _place(figure.key): figure.numbers for figure in shown if figure.numbers
    }
    against: dict[str, list[bool]] = {}
    # Tables of one day that differ anywhere tell of two states of the records: theirs and ours do not add up together.
    of_another_state: set[tuple[str, str, date]] = set()
    for figure in official:
        here = ours.get(_place(figure.key), {})
        both = [name for name in ("numerator", "denominator", "value") if name in here and name in figure.numbers]
        if both:
            agrees = all(here[name] == figure.numbers[name] for name in both)
            against.setdefault(figure.key.indicator_code, []).append(agrees)
            if not agrees:
                of_another_state.add(_table(figure.key))
    keys = {_place(figure.key): figure.key for figure in shown}
    overall = [verdict for verdicts in against.values() for verdict in verdicts]
    kept = []
    for figure in official:
        verdicts = against.get(figure.key.indicator_code, overall)
        if sum(verdicts) * 2 < len(verdicts) or _table(figure.key) in of_another_state:
            continue
        # The same cell, though the official table gives no version or first day.
        key = keys.get(_place(figure.key), figure.key)
        kept.append(Figure(key, "published", dict(figure.numbers)))
    return kept


def _table(key: CellKey) -> tuple[str, str, date]:
    return (key.indicator_code, key.period_type, key.period_end)


def _place(key: CellKey) -> tuple[str, str, str, date, str, str]:
    return (key.area_code, key.indicator_code, key.period_type, key.period_end, key.breakdown, key.breakdown_value)
