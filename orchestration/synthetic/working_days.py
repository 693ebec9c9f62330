"""Working days in England, computed, so that invented conferences and decisions fall on plausible days.

Belongs here: the sample's calendar. Does not belong here: the calendar that indicators use (a seed); one-off bank
holidays are left out.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from functools import cache

_SATURDAY, _SUNDAY = 5, 6
# Children of the oldest journeys to the latest ends of invented cases.
_FIRST_YEAR, _LAST_YEAR = 1970, 2070


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The eight regular bank holidays of England and Wales in a calendar year."""
    easter = easter_sunday(year)
    may, june, september = date(year, 5, 1), date(year, 6, 1), date(year, 9, 1)
    return frozenset(
        {
            _next_weekday(date(year, 1, 1)),
            easter - timedelta(days=2),
            easter + timedelta(days=1),
            may + timedelta(days=-may.weekday() % 7),
            june - timedelta(days=june.weekday() or 7),
            september - timedelta(days=september.weekday() or 7),
            *_christmas(year),
        }
    )


def is_working_day(day: date) -> bool:
    """Whether the day is neither at a weekend nor a regular bank holiday."""
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The working day that lies `count` working days after `day` (0: the day itself, or the next working day)."""
    days = _working_days()
    return days[bisect_left(days, day) + count]


@cache
def _working_days() -> list[date]:
    first, last = date(_FIRST_YEAR, 1, 1).toordinal(), date(_LAST_YEAR, 12, 31).toordinal()
    return [day for day in map(date.fromordinal, range(first, last)) if is_working_day(day)]


def _christmas(year: int) -> tuple[date, date]:
    christmas = _next_weekday(date(year, 12, 25))
    boxing = _next_weekday(date(year, 12, 26))
    return christmas, boxing if boxing != christmas else boxing + timedelta(days=1)


def _next_weekday(day: date) -> date:
    return day + timedelta(days={_SATURDAY: 2, _SUNDAY: 1}.get(day.weekday(), 0))


def easter_sunday(year: int) -> date:
    """The anonymous Gregorian algorithm."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * j) // 433
    month = (h + j - 7 * m + 90) // 25
    return date(year, month, (h + j - 7 * m + 33 * month + 19) % 32)
