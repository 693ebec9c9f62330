"""Cases of children in need: how long each stays open, and who referred.

Belongs here: what may be moved of a case without touching its child's other cases; the cases open at a year's end by
how long they have been; the sources of referrals. Does not belong here: what happens within a case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import TypeVar

from orchestration.synthetic import distributions as d
from orchestration.synthetic.calibration import Quotas, Year, add_months
from orchestration.synthetic.need import close
from orchestration.synthetic.people import ADULT, birthday
from orchestration.synthetic.records import Population, Referral

T = TypeVar("T")

# From one case of a child to the next.
_BETWEEN_CASES = timedelta(days=7)
_NOT_IN_NEED, _DONE = "RC8", "RC7"
_LONGEST_ASSESSMENT = timedelta(days=95)
# Out of how many for each one that is moved.
_WITHIN_REACH = 3

# The bands of calibration.csv at a day: referred after the first day and up to the second, or from and before them.
_Band = Callable[[date, date], bool]
BANDS: dict[str, _Band] = {
    "up_to_3_months": lambda on, day: add_months(day, -3) <= on <= day,
    "over_3_to_6_months": lambda on, day: add_months(day, -6) <= on < add_months(day, -3),
    "over_6_months_to_1_year": lambda on, day: add_months(day, -12) < on < add_months(day, -6),
    "1_to_2_years": lambda on, day: add_months(day, -24) < on <= add_months(day, -12),
    "2_years_and_over": lambda on, day: on <= add_months(day, -24),
}


class Cases:
    """Every case, with the day of the same child's next one."""

    def __init__(self, world: Population) -> None:
        self.referrals = world.referrals
        by_child: dict[str, list[Referral]] = defaultdict(list)
        for referral in self.referrals:
            by_child[referral.child.ref].append(referral)
        self._count = {ref: len(referrals) for ref, referrals in by_child.items()}
        self._next: dict[int, date] = {}
        for referrals in by_child.values():
            referrals.sort(key=lambda referral: referral.referred_on)
            for before, after in pairwise(referrals):
                self._next[id(before)] = after.referred_on

    def hand_over(self, referral: Referral, before: Referral) -> None:
        """Make the only case of a child the next one of another, whose last case is `before`."""
        self._count[before.child.ref] += self._count.pop(referral.child.ref)
        referral.child = before.child
        self._next[id(before)] = referral.referred_on

    def is_only(self, referral: Referral) -> bool:
        """Whether the child has no other case."""
        return self._count[referral.child.ref] == 1

    def is_last(self, referral: Referral) -> bool:
        """Whether the child is not referred again."""
        return id(referral) not in self._next

    def latest_close(self, referral: Referral) -> date:
        """The last day on which the case can close: before the child's next one, at the latest at 18."""
        following = self._next.get(id(referral), date.max)
        adult = birthday(referral.child.dob, ADULT)
        return adult if following == date.max else min(adult, following - _BETWEEN_CASES)

    def is_plain(self, referral: Referral) -> bool:
        """Whether the case led to neither a plan nor care, nor was over on its first day."""
        return (
            not referral.no_further_action
            and referral.closed_on is not None
            and not (referral.plans or referral.care)
            and referral.need not in ("N2", "N8")
        )

    def plain_from(self, first: date, last: date) -> Iterator[Referral]:
        """The plain cases referred within two days whose child is not referred again."""
        for referral in self.referrals:
            if first <= referral.referred_on <= last and self.is_last(referral) and self.is_plain(referral):
                yield referral


def earliest_close(referral: Referral) -> date:
    """The first day on which the case can close: nothing that happened in it may be later."""
    days = [referral.referred_on + timedelta(days=5)]
    days += [plan.ended_on for plan in referral.plans if plan.ended_on]
    days += [enquiry.decided_on for enquiry in referral.enquiries]
    days += [period.ended_on for period in referral.care if period.ended_on]
    if referral.transfer_conference_on:
        days.append(referral.transfer_conference_on)
    return max(days)


def reclose(rng: Random, referral: Referral, on: date) -> None:
    """Close the case on another day; an assessment that finds no need takes no months, and nothing follows it."""
    reason = referral.closure_reason
    went_on = referral.enquiries or referral.plans or referral.care or referral.transfer_conference_on
    if reason == "RC6" or (reason == _NOT_IN_NEED and (went_on or on > referral.referred_on + _LONGEST_ASSESSMENT)):
        reason = _DONE
    close(rng, referral, on, reason)


def nearest(rng: Random, ordered: Sequence[T], count: int) -> list[T]:
    """Some of the first ones, drawn by lot out of three times as many, so that no gap is left where they were."""
    reach = ordered[: _WITHIN_REACH * max(0, count)]
    return rng.sample(reach, max(0, min(count, len(reach))))


def fit_open_cases(rng: Random, cases: Cases, quotas: Quotas, first_day: date, last_day: date) -> None:
    """Cases open at the end of each year, by how long they have been open."""
    for ending in quotas.years(*(f"cases_open_{band}" for band in BANDS)):
        year = Year(ending)
        if not first_day <= year.last_day <= last_day:
            continue
        for band, holds in BANDS.items():
            quota = quotas.get(f"cases_open_{band}", ending) or 0
            in_band = [
                referral
                for referral in cases.referrals
                if not referral.no_further_action and referral.closed_on and holds(referral.referred_on, year.last_day)
            ]
            _fit_band(rng, cases, in_band, year, quota)


def _fit_band(rng: Random, cases: Cases, in_band: list[Referral], year: Year, quota: int) -> None:
    day = year.last_day
    is_open = [referral for referral in in_band if (referral.closed_on or date.min) > day]
    if len(is_open) > quota:
        # Those that were to close first close before the day, unless they have to stay open.
        closable = [(r, max(earliest_close(r), _open_until(r, year))) for r in is_open]
        closable = [(r, from_) for r, from_ in closable if from_ < day]
        closable.sort(key=lambda pair: (pair[0].closed_on or date.max, pair[0].child.ref))
        for referral, from_ in nearest(rng, closable, len(is_open) - quota):
            reclose(rng, referral, day - timedelta(days=rng.randint(0, min(80, (day - from_).days - 1))))
    elif len(is_open) < quota:
        closed = [
            referral
            for referral in in_band
            if year.eve < (referral.closed_on or date.min) <= day
            and cases.latest_close(referral) > day + timedelta(days=5)
        ]
        closed.sort(key=lambda r: (r.closed_on or date.min, r.child.ref), reverse=True)
        for referral in nearest(rng, closed, quota - len(is_open)):
            later = day + timedelta(days=rng.randint(4, 150))
            reclose(rng, referral, min(later, cases.latest_close(referral)))


def _open_until(referral: Referral, year: Year) -> date:
    """A case open at the end of the year before closes after it."""
    return year.first_day if referral.referred_on <= year.eve else date.min


def fit_sources(rng: Random, cases: Cases, quotas: Quotas, first_day: date, last_day: date) -> None:
    """Who referred, in the years in which it was published; the code within a group by its share."""
    by_year: dict[int, list[Referral]] = defaultdict(list)
    for referral in cases.referrals:
        by_year[referral.referred_on.year + (referral.referred_on.month >= 4)].append(referral)
    for ending in quotas.years("referrals_by_source"):
        year = Year(ending)
        if not first_day <= year.last_day <= last_day:
            continue
        found = by_year[ending]
        published = {group: quotas.get(f"referrals_from_{group}", ending) for group in d.SOURCES_OF}
        wanted = {group: count or 0 for group, count in published.items()}
        # What was suppressed is what remains. Of two that were, the last takes what a suppressed cell may hold.
        hidden = [group for group, count in published.items() if count is None]
        left = max(0, len(found) - sum(wanted.values()))
        for group in hidden[:0:-1]:
            wanted[group] = min(d.SUPPRESSED_SOURCE, left // 2)
            left -= wanted[group]
        wanted[hidden[0] if hidden else "schools_and_education"] += left
        for referral in found:
            if referral.child.is_unaccompanied:
                wanted[d.group_of_source(referral.source)] -= 1
        dealt = [group for group, count in wanted.items() for _ in range(count)]
        rng.shuffle(dealt)
        free = [referral for referral in found if not referral.child.is_unaccompanied]
        for referral, group in zip(free, dealt, strict=False):
            referral.source = d.SOURCES_OF[group].draw(rng)
