"""The figures that the Board is shown, and what makes one of them too small by itself: primary suppression.

Belongs here: a cell, the threshold, the decision on a cell, the summary of all. Does not belong here: how counts hang
together (relations.py), what else has to go so that none can be reckoned (solver.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

SUPPRESS = "suppress"
WITHHOLD = "withhold"
HEADLINE = "total"

PRIMARY = "primary"
SECONDARY = "secondary"
WHOLE = "whole"
EARLIER = "earlier"

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
    names the indicator whose people are this one's numerator, None where it has its own. `denominator_scope` is `all`
    where every value of the breakdown is divided by all cases; `is_additive` whether its values add up to the headline.
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
    denominator_scope: str = "value"
    is_additive: bool = True

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
    def family(self) -> str:
        """The indicator whose people the numerator counts."""
        return self.counts_indicator_code or self.indicator_code

    @property
    def count(self) -> Decimal | None:
        """How many people are counted, None where it is not known or where days are added up."""
        if self.measure_type in _AVERAGES:
            return None
        return self.value if self.numerator is None and self.measure_type in _COUNTS else self.numerator

    @property
    def people_divided_by(self) -> Decimal | None:
        """The denominator where it counts people: a population does not, everybody knows it."""
        return None if self.measure_type == "rate" or self.measure_type in _COUNTS else self.denominator

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
    kind: str = PRIMARY


@dataclass(frozen=True)
class DisclosureSummary:
    """What `decide` did: cells with a figure on the Board's list, and how many of them are withheld, by kind."""

    release_id: str
    cells: int
    by_kind: Mapping[str, int] = field(default_factory=dict)

    @property
    def suppressed(self) -> int:
        """How many cells are withheld."""
        return sum(self.by_kind.values())

    def share(self, kind: str) -> float:
        """Share of the cells withheld for that kind of reason, 0 to 1."""
        return self.by_kind.get(kind, 0) / self.cells if self.cells else 0.0

    def counts(self) -> dict[str, int | float]:
        """Numbers for a log or a run's metadata: cells, and per kind of reason; shares between 0 and 1."""
        kinds = {kind: self.by_kind.get(kind, 0) for kind in (PRIMARY, SECONDARY, WHOLE, EARLIER)}
        return {
            "cells": self.cells,
            "published": self.cells - self.suppressed,
            "suppressed": self.suppressed,
            **kinds,
            "suppressed_share": round(self.suppressed / self.cells, 4) if self.cells else 0.0,
        }

    def sentence(self) -> str:
        """One line for a person."""
        line = f"{self.suppressed:,} of {self.cells:,} cells for the Board are withheld in {self.release_id}"
        words = {
            PRIMARY: "too small themselves",
            SECONDARY: "so that none of those can be reckoned",
            WHOLE: "with their whole breakdown",
            EARLIER: "as in an earlier release",
        }
        told = [f"{self.by_kind[k]:,} ({self.share(k):.1%}) {w}" for k, w in words.items() if self.by_kind.get(k)]
        return f"{line}: {', '.join(told)}." if told else f"{line}."


def own_reason(cell: Cell, parameters: Parameters) -> str | None:
    """Why the cell cannot be shown for its own sake, or None.

    A figure whose people are not known is not shown either: it cannot be said that they are not few.
    """
    if parameters.is_small(cell.cases_not_assessable):
        return f"It leaves out {parameters.in_words} people whose case could not be assessed."
    if cell.measure_type in _COUNTS:
        count = cell.count
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
        # A take-up over 100% leaves nobody out, and tells it of nobody: some come from elsewhere.
        if cell.numerator == 0 or rest == 0:
            return "None or all of the people are counted, which tells it of each of them."
    return None
