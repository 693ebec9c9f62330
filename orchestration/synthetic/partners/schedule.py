"""When each agency sends: once a year at first, then more often, and the few times at which it goes otherwise.

Belongs here: windows, days of receipt, what is unlike the others about a file. Does not belong here: what a file holds.
The further back, the fewer files: an agency joins with a file for each year, and from a day on keeps its cadence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from orchestration.synthetic.calibration import add_months
from orchestration.synthetic.returns import Window
from orchestration.synthetic.working_days import add_working_days, easter_sunday

CUT_SHORT, SENT_AGAIN, NIL = "cut short", "sent again", "nil"
# What can be put wrong on purpose, by name (as sample.FAULTS).
FAULTS = {
    "late-quarter": "a quarter of mental health referrals that is due and has not come",
    "files-sent-again": "a month of recorded crime and one of early help sent cut short, and then as they were",
}
ALL_FAULTS = frozenset(FAULTS)
_ONE_DAY = timedelta(days=1)
_DRAWN_BEFORE = timedelta(days=3)


@dataclass(frozen=True)
class Sending:
    """One submission of a feed: its window, and when it came. `twist` says how it is unlike the others."""

    window: Window
    final: bool
    received_at: datetime
    twist: str = ""


@dataclass(frozen=True)
class Calendar:
    """The replay's days: from when quarterly and monthly files come, its last day, its clock; and what goes wrong."""

    first_day: date
    last_day: date
    quarterly_from: date
    monthly_from: date
    clock: date
    faults: frozenset[str] = ALL_FAULTS

    def in_time(self, sendings: Iterable[Sending]) -> list[Sending]:
        """Those that had come by the clock and whose window lies within the replay."""
        return [one for one in sendings if one.received_at.date() < self.clock and one.window.end <= self.last_day]


Schedule = Callable[[Calendar], list[Sending]]


def quarterly(days: int, at: time) -> Schedule:
    """A file for each financial year, then one a quarter, so many days after its end."""
    return lambda calendar: calendar.in_time(
        [
            *_every(12, calendar.first_day, calendar.quarterly_from, days + 20, at),
            *_every(3, calendar.quarterly_from, calendar.last_day, days, at),
        ]
    )


def monthly(days: int, at: time) -> Schedule:
    """A file for each financial year, then one a month, so many days after its end."""
    return lambda calendar: calendar.in_time(
        [
            *_every(12, calendar.first_day, calendar.monthly_from, days + 30, at),
            *_every(1, calendar.monthly_from, calendar.last_day, days, at),
        ]
    )


def yearly_after_quarters(days_after_quarter: int, days_after_year: int, at: time) -> Schedule:
    """A file for each financial year; from a day on before it a provisional one a quarter."""
    return lambda calendar: calendar.in_time(
        [
            *_every(12, calendar.first_day, calendar.last_day, days_after_year, at),
            *map(_provisional, _every(3, calendar.quarterly_from, calendar.last_day, days_after_quarter, at)),
        ]
    )


def by_calendar_year(days: int, days_to_provisional: int, at: time) -> Schedule:
    """A file for each calendar year, long after its end; of the latest one that is not out, a provisional one."""

    def sendings(calendar: Calendar) -> Iterator[Sending]:
        for year in range(calendar.first_day.year, calendar.last_day.year + 1):
            start, end = date(year, 1, 1), date(year, 12, 31)
            final = _sending(start, end, days, at)
            yield (
                final
                if final.received_at.date() < calendar.clock
                else _provisional(_sending(start, end, days_to_provisional, at))
            )

    return lambda calendar: calendar.in_time(sendings(calendar))


def by_school_year(days: int, at: time, *, days_to_provisional: int | None = None) -> Schedule:
    """A file for each academic year (September to August); of the later ones a provisional one before it."""

    def sendings(calendar: Calendar) -> Iterator[Sending]:
        for year in _school_years(calendar):
            start, end = date(year - 1, 9, 1), date(year, 8, 31)
            if days_to_provisional is not None and start >= calendar.quarterly_from:
                yield _provisional(_sending(start, end, days_to_provisional, at))
            yield _sending(start, end, days, at)

    return lambda calendar: calendar.in_time(sendings(calendar))


def each_january(days: int, at: time) -> Schedule:
    """A file for each January census, whose window is its day."""
    return lambda calendar: calendar.in_time(
        _sending(census_day(year), census_day(year), days, at)
        for year in range(calendar.first_day.year + 1, calendar.last_day.year + 1)
    )


def census_day(year: int) -> date:
    """The school census of January: the third Thursday."""
    first = date(year, 1, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 14)


def by_term(days: int, at: time) -> Schedule:
    """A file for each academic year, then one a term, so many days after its last day of school."""

    def sendings(calendar: Calendar) -> Iterator[Sending]:
        for year in _school_years(calendar):
            if date(year - 1, 9, 1) < calendar.quarterly_from:
                yield _sending(date(year - 1, 9, 1), date(year, 8, 31), days, at)
                continue
            for start, end in terms(year):
                yield _sending(start, end, days, at)

    return lambda calendar: calendar.in_time(sendings(calendar))


def terms(year: int) -> list[tuple[date, date]]:
    """First and last day of the terms of the academic year that ends in `year`, as seeds/periods.csv divides it."""
    easter = easter_sunday(year)
    return [
        (date(year - 1, 9, 1), date(year - 1, 12, 31)),
        (date(year, 1, 1), easter),
        (easter + _ONE_DAY, date(year, 8, 31)),
    ]


def without_last(schedule: Schedule) -> Schedule:
    """All but the last file, which has not come although it is due."""
    return lambda calendar: schedule(calendar)[: -1 if "late-quarter" in calendar.faults else None]


def starting(first: date, schedule: Schedule) -> Schedule:
    """Only the files whose window begins on the day or later: an agency that joined late."""
    return lambda calendar: [one for one in schedule(calendar) if one.window.start >= first]


def nil_in(start: date, schedule: Schedule) -> Schedule:
    """The file whose window begins on the day tells that there was nothing."""
    return lambda calendar: [
        replace(one, twist=NIL) if one.window.start == start else one for one in schedule(calendar)
    ]


def sent_again(start: date, days: int, schedule: Schedule) -> Schedule:
    """The file whose window begins on the day comes cut short, and so many days later as it should have been."""

    def sendings(calendar: Calendar) -> Iterator[Sending]:
        for one in schedule(calendar):
            if one.window.start != start or "files-sent-again" not in calendar.faults:
                yield one
                continue
            yield replace(one, twist=CUT_SHORT)
            at = one.received_at + timedelta(days=days)
            yield replace(one, twist=SENT_AGAIN, received_at=at, window=_drawn(one.window, at))

    return lambda calendar: calendar.in_time(sendings(calendar))


def _every(months: int, first: date, last: date, days: int, at: time) -> Iterator[Sending]:
    """Windows of so many months from `first` on that are over by `last`."""
    start = first
    while (following := add_months(start, months)) - _ONE_DAY <= last:
        yield _sending(start, following - _ONE_DAY, days, at)
        start = following


def _school_years(calendar: Calendar) -> range:
    """The academic years that begin in the replay, by the calendar year that they end in."""
    return range(calendar.first_day.year + 1, calendar.last_day.year + 2)


def _sending(start: date, end: date, days: int, at: time) -> Sending:
    received = datetime.combine(add_working_days(end + timedelta(days=days), 0), at)
    return Sending(_drawn(Window(start, end, end), received), final=True, received_at=received)


def _provisional(sending: Sending) -> Sending:
    return replace(sending, final=False)


def _drawn(window: Window, received_at: datetime) -> Window:
    return replace(window, data_as_at=max(window.end, received_at.date() - _DRAWN_BEFORE))
