"""Children of the area by single year of age and sex at mid-year, from the totals that were published.

Belongs here: spreading totals over ages, the same for every seed. Does not belong here: invented children.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache

from orchestration.synthetic.calibration import Quotas, facts_of_partners
from orchestration.synthetic.partners import shares as s
from orchestration.synthetic.partners.entries import Row
from orchestration.synthetic.partners.schedule import Calendar, Sending
from orchestration.synthetic.partners.shapes import split
from orchestration.synthetic.returns import Window

FIRST_MID_YEAR, LAST_MID_YEAR = 2011, 2017
# The first estimate that is sent as a file; those before it stand in no return.
_FIRST_SENT = 2012
_RELEASED = (6, 30)
_UNDER_15, _ADULT = 15, 18


@cache
def by_age(mid_year: int) -> dict[tuple[int, str], int]:
    """Children by age and sex (M, F) on 30 June of a year, or of the nearest year that there is."""
    year = min(max(mid_year, FIRST_MID_YEAR), LAST_MID_YEAR)
    published = Quotas(1.0, facts_of_partners())
    # A financial year's rates use the mid-year within it.
    all_ages = s.CHILDREN_UNDER_18.get(year) or published.near("children_under_18", year + 1)
    under_15 = s.CHILDREN_UNDER_15.get(year) or published.near("children_under_15", year + 1)
    oldest = all_ages - under_15
    from_10 = s.AGED_10_TO_17[year] - oldest
    ages = {
        **split(under_15 - from_10, {age: 1 + 0.008 * age for age in range(10)}),
        **split(from_10, {age: 1 + 0.02 * (age - 10) for age in range(10, _UNDER_15)}),
    }
    boys = split(s.BOYS_UNDER_15[year], ages)
    older = {age: 1.0 + 0.01 * (age - _UNDER_15) for age in range(_UNDER_15, _ADULT)}
    girls_older, all_older = split(s.GIRLS_15_TO_17[year], older), split(oldest, older)
    boys |= {age: all_older[age] - girls_older[age] for age in older}
    ages |= all_older
    return {(age, sex): boys[age] if sex == "M" else ages[age] - boys[age] for age in sorted(ages) for sex in "MF"}


def persons(mid_year: int, youngest: int, oldest: int, sexes: str = "MF") -> int:
    """Children aged `youngest` to `oldest`, both inclusive."""
    found = by_age(mid_year)
    return sum(count for (age, sex), count in found.items() if youngest <= age <= oldest and sex in sexes)


def mid_year_of(period_end: date) -> int:
    """The mid-year that a rate of a period divides by: of the calendar year in which its financial year begins."""
    return period_end.year - (period_end.month < 4)


def sendings(calendar: Calendar) -> list[Sending]:
    """One file a mid-year, on the day of its release."""
    found = []
    for year in range(max(_FIRST_SENT, calendar.first_day.year), calendar.clock.year):
        released = date(year + 1, *_RELEASED)
        window = Window(date(year, 1, 1), date(year, 12, 31), released)
        found.append(Sending(window, final=True, received_at=datetime.combine(released, time(9, 30))))
    return [one for one in found if one.received_at.date() < calendar.clock and one.window.end <= calendar.last_day]


def tell(area_code: str, sending: Sending) -> list[Row]:
    """Females, males and persons of each single year of age."""
    year = sending.window.end.year
    rows: list[Row] = []
    for age in range(_ADULT):
        counts = {sex: by_age(year)[age, sex] for sex in "MF"}
        counts["P"] = sum(counts.values())
        rows += [
            {
                "area_code": area_code,
                "mid_year": year,
                "age": age,
                "sex": sex,
                "population": count,
                "release": f"ONS mid-{year}",
                "released_on": date(year + 1, *_RELEASED),
            }
            for sex, count in counts.items()
        ]
    return rows
