"""The invented population: day by day, who is referred and what becomes of them.

Belongs here: the calendar of referrals, who comes back, which pathway. Does not belong here: what a pathway holds
(need, care), bringing the journeys to the published figures (fit), nor what anybody knew about it (hindsight).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from orchestration.synthetic import distributions as d
from orchestration.synthetic.calibration import Quotas, Year, add_months, year_of
from orchestration.synthetic.care import look_after, short_breaks
from orchestration.synthetic.contacts import receive
from orchestration.synthetic.fit import fit
from orchestration.synthetic.need import can_have_a_plan, close, refer
from orchestration.synthetic.people import ADULT, Register, birthday
from orchestration.synthetic.records import CarePeriod, Child, Population, Referral

T = TypeVar("T")

# How many years before the first day the calendar begins, so that the stocks stand at their level on the first day:
# few years for short cases, the whole of childhood for those that stay.
_YEARS_BEFORE = 4
_CHILDHOOD = 17
_STAYING = frozenset({"disability", "care", "plan_then_care", "short_breaks"})
_LEAVER_AGES = (16, 21)
_RC_BY_END = {"E11": "RC1", "E12": "RC1", "E41": "RC3", "E43": "RC4", "E44": "RC4"}


def populate(
    seed: int | str, register: Register, first_day: date, last_day: date, quotas: Quotas, la_code: str
) -> Population:
    """All journeys that touch the days from `first_day` to `last_day`, fitted to the quotas."""
    rng = d.stream(seed, "journeys")
    world = Population()
    returning = _Returning(rng)
    owed = 0
    for slot in _calendar(rng, first_day, last_day, quotas):
        on, pathway, child = slot.on, slot.pathway, None
        returning.release(on)
        if pathway in d.RETURNING_PATHWAYS and (slot.returns or owed):
            child = returning.draw(on)
            # Where nobody can come back on that day, the next referral of the year that may be a return is one.
            owed = owed + slot.returns - (child is not None)
        if slot.is_last_of_year:
            owed = 0
        if child is not None and pathway == "plan" and not can_have_a_plan(child, on):
            pathway = "short_work"
        referral, periods = _journey(rng, register, child, on, pathway, la_code)
        referral.care = [period for period in periods if not period.is_short_breaks]
        if pathway in d.RETURNING_PATHWAYS and not referral.plans:
            returning.add(referral)
        # A referral with no further action is over on its own day.
        over = referral.closed_on or referral.referred_on
        if over >= first_day:
            world.referrals.append(referral)
            world.care += periods
        elif any(_has_left_care_lately(period, first_day) for period in periods):
            world.care += periods
    fit(d.stream(seed, "fit"), world, quotas, first_day, last_day, la_code)
    world.contacts = receive(d.stream(seed, "contacts"), register, world.referrals, first_day, last_day)
    return world


def _journey(
    rng: Random, register: Register, known: Child | None, on: date, pathway: str, la_code: str
) -> tuple[Referral, list[CarePeriod]]:
    if pathway in ("care", "plan_then_care"):
        return _into_care(rng, register, on, pathway, la_code)
    if pathway == "short_breaks":
        disabled = register.child(on, d.SHORT_BREAK_AGES.draw(rng), 2.0, disabled=1.0)
        referral = refer(rng, disabled, on, "disability")
        referral.source, referral.need = "3D", "N2"
        periods = short_breaks(rng, disabled, on + timedelta(days=rng.randint(40, 120)))
        if periods:
            last = max(period.ended_on or on for period in periods)
            close(rng, referral, last + timedelta(days=rng.randint(0, 200)), "RC7")
        return referral, periods
    child = known or _new_child(rng, register, on, pathway)
    return refer(rng, child, on, pathway), []


def _new_child(rng: Random, register: Register, on: date, pathway: str) -> Child:
    age = d.AGE_AT_REFERRAL.draw(rng)
    if pathway in ("plan", "conference_only"):
        age = min(age, 15)
    elif pathway == "disability":
        return register.child(on, min(max(age, 0), 14), disabled=1.0)
    # Nobody is referred in the last months before 18.
    return register.child(on, age, 0.7 if age == ADULT - 1 else 1.0)


def _into_care(
    rng: Random, register: Register, on: date, pathway: str, la_code: str
) -> tuple[Referral, list[CarePeriod]]:
    """A referral that ends in care, perhaps after a plan, and closes when care does."""
    kind = d.CARE_KINDS.draw(rng)
    while pathway == "plan_then_care" and kind in ("unaccompanied", "remand"):
        kind = d.CARE_KINDS.draw(rng)
    age = d.CARE_AGES[kind].draw(rng)
    child = register.child(on, age, 1.0 if kind in ("adoption", "unaccompanied", "remand") else 2.0)
    if kind == "unaccompanied":
        child.is_unaccompanied = True
        child.sex, child.ethnicity = "1", d.ETHNICITY_UNACCOMPANIED.draw(rng)
        child.disabilities, child.earlier_plans = (), 0
    referral = refer(rng, child, on, pathway)
    if kind == "unaccompanied":
        referral.need, referral.source = "N8", "6"
    adult = birthday(child.dob, ADULT)
    crisis = kind in ("unaccompanied", "remand") or rng.random() < 0.35
    start = on + timedelta(days=rng.randint(0, 3) if crisis else rng.randint(10, 120))
    if referral.plans:
        start = referral.plans[-1].started_on + timedelta(days=rng.randint(30, 300))
    start = min(max(start, child.dob + timedelta(days=rng.randint(0, 3))), adult - timedelta(days=60))
    for plan in referral.plans:
        # The plan ends soon after care begins: the child is protected by other means.
        plan.ended_on = min(start + timedelta(days=rng.randint(3, 40)), adult)
    periods = look_after(rng, child, start, kind, la_code)
    end = max(period.ended_on or start for period in periods)
    reason = _RC_BY_END.get(periods[-1].episodes[-1].rec, "RC7")
    stays_open = 0 if reason != "RC7" else rng.randint(0, 60)
    last = max([end, *(plan.ended_on or end for plan in referral.plans)])
    close(rng, referral, last + timedelta(days=stays_open), reason)
    return referral, periods


@dataclass(frozen=True)
class _Slot:
    """One referral to come: its day, its pathway, and whether it is of a child referred in the twelve months before."""

    on: date
    pathway: str
    returns: bool
    is_last_of_year: bool


def _calendar(rng: Random, first_day: date, last_day: date, quotas: Quotas) -> Iterator[_Slot]:
    """Each referral's slot in order; from before the sample only what can still matter to it.

    A year has exactly its quota of referrals, and of those that are re-referrals.
    """
    short_from = first_day.replace(year=first_day.year - _YEARS_BEFORE)
    for ending in range(first_day.year - _CHILDHOOD + 1, year_of(last_day).ending + 1):
        year = Year(ending)
        count = quotas.near("referrals", ending)
        pathways = deal(rng, _pathways(quotas, year), count)
        may_return = [position for position, pathway in enumerate(pathways) if pathway in d.RETURNING_PATHWAYS]
        returns = set(rng.sample(may_return, min(len(may_return), quotas.near("re_referrals", ending))))
        for position, (on, pathway) in enumerate(zip(_days(rng, quotas, year, count), pathways, strict=True)):
            if on <= last_day and (on >= short_from or pathway in _STAYING):
                yield _Slot(on, pathway, position in returns, position == count - 1)


def _pathways(quotas: Quotas, year: Year) -> Mapping[str, float]:
    """The shares of the pathways, with as many plans and conferences as the year's quotas want."""
    referrals = max(1, quotas.near("referrals", year.ending))
    plans = 100 * quotas.near("plans_started", year.ending) / referrals
    conferences = 100 * quotas.near("conferences", year.ending) / referrals
    return {
        **d.PATHWAYS,
        "plan": plans * (1 - d.PLANS_THEN_CARE),
        "plan_then_care": plans * d.PLANS_THEN_CARE,
        "conference_only": max(0.0, conferences - plans),
    }


def deal(rng: Random, weights: Mapping[T, float], count: int) -> list[T]:
    """`count` values in which each has its share, to the nearest whole one, in random order."""
    total = sum(weights.values())
    shares = {value: count * weight / total for value, weight in weights.items()}
    dealt = [value for value, share in shares.items() for _ in range(int(share))]
    by_remainder = sorted(shares, key=lambda value: int(shares[value]) - shares[value])
    dealt += by_remainder[: count - len(dealt)]
    rng.shuffle(dealt)
    return dealt


def _days(rng: Random, quotas: Quotas, year: Year, count: int) -> list[date]:
    """The days of a year's referrals in order, by season, weekday and a month's own noise."""
    days = [year.first_day + timedelta(days=n) for n in range((year.last_day - year.first_day).days + 1)]
    noise = {month: max(0.7, rng.gauss(1.0, d.MONTHLY_NOISE)) for month in range(1, 13)}
    weights = [d.SEASON[day.month - 1] * noise[day.month] * d.WEEKDAYS[day.weekday()] for day in days]
    last_months = add_months(year.last_day, -3)
    drawn = rng.choices(days, weights, k=count)
    early = [day for day in drawn if day < last_months]
    late = [day for day in drawn if day >= last_months]
    # As many in the last three months as the cases want that are open and no older, with some that close in them.
    wanted = quotas.near("cases_open_up_to_3_months", year.ending) * d.LAST_MONTHS_FOR_EACH_OPEN_CASE
    moved = min(len(early), max(0, round(wanted) - len(late)))
    left = (year.last_day - last_months).days + 1
    return sorted(early[moved:] + late + rng.choices(days[-left:], weights[-left:], k=moved))


class _Returning:
    """The children whose case has closed and who were referred within the twelve months before."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._waiting: list[tuple[date, str, Child, date]] = []
        self._pool: list[tuple[Child, date]] = []

    def add(self, referral: Referral) -> None:
        over = referral.closed_on or referral.referred_on
        # At least a week between one case and the next, so that no two cases of a child touch.
        free = over + timedelta(days=7)
        heapq.heappush(self._waiting, (free, referral.child.ref, referral.child, referral.referred_on))

    def release(self, on: date) -> None:
        while self._waiting and self._waiting[0][0] <= on:
            _, _, child, referred_on = heapq.heappop(self._waiting)
            self._pool.append((child, referred_on))

    def draw(self, on: date) -> Child | None:
        while self._pool:
            place = self._rng.randrange(len(self._pool))
            self._pool[place], self._pool[-1] = self._pool[-1], self._pool[place]
            child, referred_on = self._pool.pop()
            recent = (on - referred_on).days < 360
            if recent and on < birthday(child.dob, ADULT) - timedelta(days=200):
                return child
        return None


def _has_left_care_lately(period: CarePeriod, first_day: date) -> bool:
    """Whether the young person left care at 16 or later and still has a birthday up to the 21st to come."""
    youngest, oldest = _LEAVER_AGES
    end = period.ended_on
    return (
        not period.is_short_breaks
        and end is not None
        and end >= birthday(period.child.dob, youngest)
        and birthday(period.child.dob, oldest) >= first_day
    )
