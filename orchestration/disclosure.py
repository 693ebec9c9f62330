"""Which cells the Board's file may not hold, and why: primary suppression, with everything around it withheld whole.

Counts of 1 to 5 people do not leave the warehouse, nor does what leads back to one. Until the secondary suppression
of a solver exists, nothing next to a small cell is shown, so that nothing is left to subtract from.

Belongs here: the rule over published cells, and writing ops.disclosure_decisions. Does not belong here: what the Board
is shown at all (seeds/indicator_publication.csv), taking the figures out (dbt_project/models/board), the threshold
(seeds/disclosure_parameters.csv).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

SUPPRESS = "suppress"
HEADLINE = "total"

_COUNTS = frozenset({"count", "distinct"})
_RATIOS = frozenset({"proportion", "rate"})
_AVERAGES = frozenset({"mean", "median"})


class DisclosureError(RuntimeError):
    """Nothing can be decided, so nothing may be published; the message says what was found and what was expected."""


@dataclass(frozen=True)
class Cell:
    """A figure on the list of what the Board is shown.

    `numerator`, `denominator` and `cases_not_assessable` count people, except the numerator of a mean or median (days)
    and the denominator of a rate (a population). `period_start` to `period_end` are inclusive. `counts_indicator_code`
    names the indicator whose people are this one's numerator, None where it has its own.
    """

    indicator_code: str
    definition_version: str
    area_code: str
    period_type: str
    period_start: date
    period_end: date
    breakdown: str
    breakdown_value: str
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    measure_type: str
    time_behaviour: str
    complement_is_sensitive: bool
    counts_indicator_code: str | None = None
    cases_not_assessable: Decimal | None = None

    @property
    def cell_id(self) -> str:
        """The key of fct_indicator_value in one string, as the models of the board schema spell it."""
        return "|".join(
            (
                self.indicator_code,
                self.definition_version,
                self.area_code,
                self.period_type,
                self.period_end.isoformat(),
                self.breakdown,
                self.breakdown_value,
            )
        )

    @property
    def is_stock(self) -> bool:
        """Whether the figure stands at period_end, so that a quarter's and a year's are the same one."""
        return self.time_behaviour == "stock"

    @property
    def holds_a_figure(self) -> bool:
        """Whether there is anything to take out; a figure that is late or not available keeps that status."""
        return any(number is not None for number in (self.numerator, self.denominator, self.value))


@dataclass(frozen=True)
class Parameters:
    """From reference.disclosure_parameters. Counts over 0 and up to `small_count_max` are small."""

    small_count_max: int

    def is_small(self, count: Decimal | None) -> bool:
        """Whether a count is small. Counts may be fractional (weighted): 5.5 people are still not 6."""
        return count is not None and 0 < count < self.small_count_max + 1

    @property
    def in_words(self) -> str:
        """The small counts for a sentence."""
        return f"1 to {self.small_count_max}"


@dataclass(frozen=True)
class Decision:
    """One row of ops.disclosure_decisions, less its release.

    `reason` is for who answers for disclosure control. It is not shown to the Board: which of two withheld cells is
    the small one is what the other is withheld for.
    """

    cell_id: str
    reason: str
    action: str = SUPPRESS


@dataclass(frozen=True)
class DisclosureSummary:
    """What `decide` did: cells with a figure on the Board's list, and how many of them are withheld, by reason."""

    release_id: str
    cells: int
    by_reason: Mapping[str, int]

    @property
    def suppressed(self) -> int:
        """How many cells are withheld."""
        return sum(self.by_reason.values())

    def counts(self) -> dict[str, int]:
        """Numbers for a log or a run's metadata."""
        return {"cells": self.cells, "suppressed": self.suppressed}

    def sentence(self) -> str:
        """One line for a person."""
        return f"{self.suppressed:,} of {self.cells:,} cells for the Board are withheld in {self.release_id}."


def decide_cells(cells: Sequence[Cell], parameters: Parameters) -> list[Decision]:
    """The cells to suppress, ordered by cell_id. Pure.

    1. A cell that is small itself, or a ratio that tells of a small count.
    2. Flows and windows: every cell of the same series whose period overlaps that of a small one, as months add up to
       quarters and quarters to years. With a small headline its breakdowns too: their values add up to it.
    3. The same people under another name: a rate with its count, a stock's quarter with its year.
    4. Another value of a breakdown in which a cell is withheld; with a withheld headline, all its breakdowns.

    After this no published cell is part of a sum with a withheld one: a small cell's siblings, its total's breakdowns
    and the periods around it are withheld, and any small number stays as likely as another.
    """
    reasons: dict[str, str] = {}
    # Without a figure, but a few people who could not be judged are told of too.
    held = [cell for cell in cells if cell.holds_a_figure or parameters.is_small(cell.cases_not_assessable)]
    for cell in held:
        reason = _own_reason(cell, parameters)
        if reason:
            reasons[cell.cell_id] = reason

    _withhold_around(
        [cell for cell in held if cell.cell_id in reasons and not cell.is_stock],
        held,
        reasons,
        by=lambda cell: (_family(cell), cell.area_code),
        reason="It adds up with a period that is not shown.",
        also=_adds_up_with,
    )
    _withhold_around(
        _withheld(held, reasons),
        held,
        reasons,
        by=lambda cell: (*_moment(cell), cell.breakdown, cell.breakdown_value),
        reason="The same people stand behind a figure that is not shown.",
    )
    _withhold_around(
        [cell for cell in _withheld(held, reasons) if cell.breakdown != HEADLINE],
        held,
        reasons,
        by=lambda cell: (*_moment(cell), cell.breakdown),
        reason="It would give away another value of the same breakdown, which is not shown.",
    )
    _withhold_around(
        [cell for cell in _withheld(held, reasons) if cell.breakdown == HEADLINE],
        held,
        reasons,
        by=_moment,
        reason="It would give away the total, which is not shown.",
    )
    return [Decision(cell_id, reasons[cell_id]) for cell_id in sorted(reasons)]


def decide(con: duckdb.DuckDBPyConnection, release_id: str) -> DisclosureSummary:
    """Decide every cell that the Board is shown and replace this release's rows of ops.disclosure_decisions.

    Reads marts.fct_indicator_value, dim_indicator and bridge_indicator_publication (audience board), and the threshold
    that holds at the run's as_of. Raises DisclosureError when the marts belong to another release, when an indicator
    is not in the dictionary or when there is not exactly one threshold.
    """
    parameters = _parameters(con, release_id)
    cells = list(_cells(con, release_id))
    decisions = decide_cells(cells, parameters)
    con.execute("begin")
    try:
        con.execute("delete from ops.disclosure_decisions where release_id = ?", [release_id])
        con.execute(
            """
            insert into ops.disclosure_decisions (cell_id, action, reason, release_id)
            select unnest(cast($1 as varchar[])), unnest(cast($2 as varchar[])), unnest(cast($3 as varchar[])), $4
            """,
            [
                [d.cell_id for d in decisions],
                [d.action for d in decisions],
                [d.reason for d in decisions],
                release_id,
            ],
        )
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    held = sum(cell.holds_a_figure for cell in cells)
    return DisclosureSummary(release_id, held, Counter(decision.reason for decision in decisions))


def _own_reason(cell: Cell, parameters: Parameters) -> str | None:
    """Why the cell cannot be shown for its own sake, or None.

    A figure whose people are not known is not shown either: it cannot be said that they are not few.
    """
    if parameters.is_small(cell.cases_not_assessable):
        return f"It leaves out {parameters.in_words} people whose case could not be assessed."
    if cell.measure_type in _COUNTS:
        count = cell.numerator if cell.numerator is not None else cell.value
        if count is None or count < 0:
            return "Its count is not known."
        return f"It counts {parameters.in_words} people." if parameters.is_small(count) else None
    if cell.measure_type in _AVERAGES:
        if cell.denominator is None:
            return "It is not known how many people it is the average of."
        few = parameters.is_small(cell.denominator)
        return f"It is the average of {parameters.in_words} people." if few else None
    if cell.measure_type not in _RATIOS or cell.numerator is None or cell.numerator < 0:
        return "It is not known how many people it counts."
    if parameters.is_small(cell.numerator):
        return f"It counts {parameters.in_words} people."
    if cell.measure_type == "rate":
        return None
    if cell.denominator is None:
        return "It is not known how many people it is a share of."
    if parameters.is_small(cell.denominator):
        return f"It is a share of {parameters.in_words} people."
    if cell.complement_is_sensitive and cell.denominator > 0:
        rest = cell.denominator - cell.numerator
        if parameters.is_small(rest):
            return f"All but {parameters.in_words} people are counted, and not to be counted tells as much."
        if cell.numerator == 0 or rest <= 0:
            return "None or all of the people are counted, which tells it of each of them."
    return None


def _family(cell: Cell) -> str:
    return cell.counts_indicator_code or cell.indicator_code


def _moment(cell: Cell) -> tuple[Hashable, ...]:
    """The people in question: definition versions of an indicator overlap, so they are not kept apart."""
    return (_family(cell), cell.area_code, "" if cell.is_stock else cell.period_type, cell.period_end)


def _adds_up_with(small: Cell, other: Cell) -> bool:
    """Whether a flow's cell holds what the small one counts, or is part of it; both of one family and area."""
    overlap = small.period_start <= other.period_end and other.period_start <= small.period_end
    same_people = (small.breakdown, small.breakdown_value) == (other.breakdown, other.breakdown_value)
    return overlap and (same_people or small.breakdown == HEADLINE)


def _withheld(cells: Iterable[Cell], reasons: Mapping[str, str]) -> list[Cell]:
    return [cell for cell in cells if cell.cell_id in reasons]


def _withhold_around(
    sources: Iterable[Cell],
    cells: Iterable[Cell],
    reasons: dict[str, str],
    *,
    by: Callable[[Cell], Hashable],
    reason: str,
    also: Callable[[Cell, Cell], bool] = lambda source, other: True,
) -> None:
    """Give `reason` to every cell without one that shares `by` with a source (and meets `also` with it)."""
    groups: dict[Hashable, list[Cell]] = defaultdict(list)
    for source in sources:
        groups[by(source)].append(source)
    for cell in cells:
        if cell.cell_id not in reasons and any(also(source, cell) for source in groups.get(by(cell), ())):
            reasons[cell.cell_id] = reason


def _parameters(con: duckdb.DuckDBPyConnection, release_id: str) -> Parameters:
    rows = con.execute(
        """
        select p.value
        from ops.run_control as r
        inner join reference.disclosure_parameters as p
            on p.parameter = 'small_count_max'
            and cast(r.as_of as date) >= coalesce(p.valid_from, date '0001-01-01')
            and cast(r.as_of as date) <= coalesce(p.valid_to, date '9999-12-31')
        where r.release_id = ?
        """,
        [release_id],
    ).fetchall()
    if len(rows) != 1:
        raise DisclosureError(
            f"Disclosure control: found {len(rows)} values of small_count_max for release {release_id}, expected one. "
            "See seeds/disclosure_parameters.csv (valid_from, valid_to) and ops.run_control."
        )
    return Parameters(small_count_max=int(rows[0][0]))


def _cells(con: duckdb.DuckDBPyConnection, release_id: str) -> Iterator[Cell]:
    other = con.execute(
        "select release_id from marts.fct_indicator_value where release_id is distinct from ? limit 1", [release_id]
    ).fetchone()
    if other:
        raise DisclosureError(
            f"Disclosure control: marts.fct_indicator_value holds release {other[0]}, expected {release_id}. "
            "Build the marts for this run first."
        )
    rows = con.execute(
        """
        select v.indicator_code, v.definition_version, v.area_code, v.period_type, v.period_start, v.period_end,
            v.breakdown, v.breakdown_value, v.numerator, v.denominator, v.value,
            d.measure_type, d.time_behaviour, d.complement_is_sensitive, d.counts_indicator_code,
            v.cases_not_assessable
        from marts.fct_indicator_value as v
        inner join (
            select distinct indicator_code, period_type, breakdown
            from marts.bridge_indicator_publication
            where audience = 'board'
        ) as p
            on v.indicator_code = p.indicator_code
            and v.period_type = p.period_type
            and v.breakdown = p.breakdown
        left join marts.dim_indicator as d
            on v.indicator_code = d.indicator_code
            and v.definition_version = d.definition_version
        """
    ).fetchall()
    for row in rows:
        cell = Cell(*row)
        if None in (cell.measure_type, cell.time_behaviour, cell.complement_is_sensitive):
            raise DisclosureError(
                f"Disclosure control: {cell.indicator_code} version {cell.definition_version} has figures, and no "
                "complete row in marts.dim_indicator that says what they count."
            )
        yield cell
