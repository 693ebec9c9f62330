"""The published facts that the sample is fitted to, at the size that is asked for: calibration.csv holds those of the
authority's own returns, calibration_partners.csv those of what the other agencies send.

Belongs here: reading the facts and scaling them to quotas, and the days on which years begin and end. Does not belong
here: shares that nobody published (distributions), and fitting journeys to the quotas (fit). The warehouse never reads
calibration.csv: its figures come from the returns alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

CALIBRATION = Path(__file__).with_name("calibration.csv")
PARTNERS = Path(__file__).with_name("calibration_partners.csv")


@dataclass(frozen=True)
class Fact:
    """One published figure: what the marts must say of `part` (numerator, denominator or value) in a year."""

    fact: str
    year_ending: int
    value: Decimal
    unit: str
    indicator_code: str
    period_type: str
    part: str
    breakdown: str
    breakdown_value: str
    source: str
    note: str

    @property
    def period_end(self) -> date:
        """The last day of the period: a school year ends in August, a calendar year in December, others in March."""
        month, day = {"academic_year": (8, 31), "calendar_year": (12, 31)}.get(self.period_type, (3, 31))
        return date(self.year_ending, month, day)


def facts() -> tuple[Fact, ...]:
    """Every row of calibration.csv, in its order."""
    return _facts(CALIBRATION)


def facts_of_partners() -> tuple[Fact, ...]:
    """Every row of calibration_partners.csv, in its order."""
    return _facts(PARTNERS)


@cache
def _facts(path: Path) -> tuple[Fact, ...]:
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Fact(**{**row, "year_ending": int(row["year_ending"]), "value": Decimal(row["value"])})  # type: ignore[arg-type]
            for row in csv.DictReader(lines)
        )


class Quotas:
    """The counts of calibration.csv by name and year, times `scale` and rounded (1: as published)."""

    def __init__(self, scale: float, published: Iterable[Fact] | None = None) -> None:
        self.scale = scale
        self._counts = {
            (fact.fact, fact.year_ending): int(fact.value)
            for fact in (facts() if published is None else published)
            if fact.unit == "count"
        }

    def get(self, fact: str, year: int) -> int | None:
        """The quota, or None where nothing was published."""
        count = self._counts.get((fact, year))
        return None if count is None else round(count * self.scale)

    def near(self, fact: str, year: int) -> int:
        """The quota of the nearest year that has one, the later of two as near. Raises KeyError where none has."""
        years = [y for name, y in self._counts if name == fact]
        if not years:
            raise KeyError(fact)
        nearest = min(years, key=lambda y: (abs(y - year), -y))
        return round(self._counts[fact, nearest] * self.scale)

    def years(self, *names: str) -> list[int]:
        """The years in which all of these facts were published, in order."""
        years = {year for _, year in self._counts}
        return sorted(year for year in years if all((name, year) in self._counts for name in names))

    def scaled(self, count: float) -> int:
        """A count of our own choice at this size."""
        return round(count * self.scale)


@dataclass(frozen=True)
class Year:
    """A financial year by the calendar year it ends in."""

    ending: int

    @property
    def first_day(self) -> date:
        """1 April."""
        return date(self.ending - 1, 4, 1)

    @property
    def last_day(self) -> date:
        """31 March."""
        return date(self.ending, 3, 31)

    @property
    def eve(self) -> date:
        """31 March before it: the day of the stocks that the year begins with."""
        return self.first_day - timedelta(days=1)

    def has(self, day: date | None) -> bool:
        """Whether the day lies in the year."""
        return day is not None and self.first_day <= day <= self.last_day


def year_of(day: date) -> Year:
    """The financial year of a day."""
    return Year(day.year + (day.month >= 4))


def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months later (or before, below zero); the last of a month without that day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")
