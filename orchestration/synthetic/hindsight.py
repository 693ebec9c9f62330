"""What the case system knew, and when: late, wrong and withdrawn records.

Belongs here: changing what is known of a few records of the last year, so that monthly returns differ from the ones
that follow. Does not belong here: what happened, and faults of a file (sample.py puts those in).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from orchestration.synthetic import distributions as d
from orchestration.synthetic.calibration import Year
from orchestration.synthetic.care import Line
from orchestration.synthetic.people import Register
from orchestration.synthetic.records import (
    CareEpisode,
    CarePeriod,
    Enquiry,
    Hindsight,
    Plan,
    Population,
    Referral,
)
from orchestration.synthetic.working_days import add_working_days

T = TypeVar("T")
# Late by 45 to 70 days: missed by one monthly extract or two, in time for the signed-off return.
_LATE = (45, 70)
# Reasons for leaving care that would be wrong on an earlier day.
_AT_18 = frozenset({"E5", "E6", "E7", "E17"})


@dataclass(frozen=True)
class Reality:
    """How many records are known late, wrongly at first, or were withdrawn."""

    late_plans: int = 0
    late_plan_ends: int = 0
    amended_plan_ends: int = 0
    changed_categories: int = 0
    late_episodes: int = 0
    amended_care_ends: int = 0
    withdrawn: tuple[str, ...] = ()
    """Children entered in error: in one monthly return and in none after it."""


def in_all(realities: Iterable[Reality]) -> Reality:
    """The realities of several years added up."""
    total = Reality()
    for one in realities:
        total = Reality(**{name: getattr(total, name) + getattr(one, name) for name in vars(total)})
    return total


def remember(
    rng: Random,
    register: Register,
    world: Population,
    year: Year,
    *,
    late: bool = True,
    amended: bool = True,
    withdrawn: bool = True,
) -> Reality:
    """Give a few records of a year a hindsight, and add the ones that are withdrawn.

    The year's last weeks too: there the first return of the next year, which does not know better yet, outranks what
    this year's signed-off return says until a later one no longer holds the record.
    """
    first_day, last_day = year.first_day, year.last_day
    plans = [plan for referral in world.referrals for plan in referral.plans]
    closing = {id(plan): referral.closed_on for referral in world.referrals for plan in referral.plans}
    started = _untouched(plan for plan in plans if first_day <= plan.started_on <= last_day)
    ended = [plan for plan in plans if plan.ended_on and first_day <= plan.ended_on <= last_day]
    periods = [period for period in world.care if not period.is_short_breaks]
    late_plans, late_ends, late_episodes = [], [], []
    if late:
        late_plans = _some(rng, started, d.LATE_PLANS)
        for plan in late_plans:
            plan.hindsight = Hindsight(known_from=_later(rng, plan.started_on))
        # Only where the case stays open until the end is known: a closed case with an open plan would be refused.
        unnoticed = [p for p in _untouched(ended) if (closing[id(p)] or date.max) > _days_on(p.ended_on, _LATE[1])]
        late_ends = _some(rng, unnoticed, d.LATE_PLAN_ENDS)
        for plan in late_ends:
            known = _later(rng, plan.ended_on or last_day)
            plan.hindsight = Hindsight(first_entry={"ended_on": None}, corrected_on=known)
        recent = [e for period in periods for e in period.episodes if first_day <= e.decom <= last_day]
        late_episodes = _some(rng, [e for e in recent if e.hindsight is None], d.LATE_EPISODES)
        for episode in late_episodes:
            episode.hindsight = Hindsight(known_from=_later(rng, episode.decom))
    amended_ends, changed, amended_care = [], [], []
    if amended:
        amended_ends = _some(rng, _untouched(ended), d.AMENDED_PLAN_ENDS)
        for plan in amended_ends:
            if plan.ended_on is not None:
                wrong = max(plan.started_on + timedelta(days=1), plan.ended_on - timedelta(days=rng.randint(2, 9)))
                plan.hindsight = Hindsight(first_entry={"ended_on": wrong}, corrected_on=_later(rng, plan.ended_on))
        changed = _some(rng, _untouched(started), d.CHANGED_CATEGORIES)
        for plan in changed:
            wrong_category = "PHY" if plan.initial_category != "PHY" else "NEG"
            first = {
                "initial_category": wrong_category, "latest_category": wrong_category, "category_changed_on": None,
            }  # fmt: skip
            plan.hindsight = Hindsight(first_entry=first, corrected_on=_later(rng, plan.started_on))
        left = [period.episodes[-1] for period in periods if first_day <= (period.ended_on or date.max) <= last_day]
        left = [episode for episode in left if episode.hindsight is None and episode.rec not in _AT_18]
        amended_care = _some(rng, left, d.AMENDED_CARE_ENDS)
        for episode in amended_care:
            if episode.dec is not None:
                wrong = max(episode.decom + timedelta(days=1), episode.dec - timedelta(days=rng.randint(1, 6)))
                episode.hindsight = Hindsight(first_entry={"dec": wrong}, corrected_on=_later(rng, episode.dec))
    return Reality(
        late_plans=len(late_plans),
        late_plan_ends=len(late_ends),
        amended_plan_ends=len(amended_ends),
        changed_categories=len(changed),
        late_episodes=len(late_episodes),
        amended_care_ends=len(amended_care),
        withdrawn=_in_error(rng, register, world, year) if withdrawn else (),
    )


def _in_error(rng: Random, register: Register, world: Population, year: Year) -> tuple[str, ...]:
    """Entered for the wrong child in September, found out in October: in one monthly return and in none after it."""
    entered = date(year.first_day.year, 9, 14)
    error = Hindsight(known_from=entered, withdrawn_on=date(year.first_day.year, 10, 20))
    referral = _plan_in_error(rng, register, entered, error)
    period = _care_in_error(rng, register, entered, error)
    world.referrals.append(referral)
    world.care.append(period)
    return referral.child.ref, period.child.ref


def _plan_in_error(rng: Random, register: Register, on: date, error: Hindsight) -> Referral:
    """A referral, an enquiry and a plan entered for the wrong child."""
    child = register.child(on, 6)
    started = add_working_days(on - timedelta(days=24), 0)
    conference = add_working_days(started, 9)
    target = add_working_days(started, 15)
    plan = Plan(conference, None, "NEG", "NEG", None, 0, ())
    enquiry = Enquiry(started, target, conference, conference_held=True)
    return Referral(child, started, "6", "N1", False, None, "", enquiries=[enquiry], plans=[plan], hindsight=error)


def _care_in_error(rng: Random, register: Register, on: date, error: Hindsight) -> CarePeriod:
    """A period of care entered for the wrong child."""
    child = register.child(on, 8)
    line = Line.begin(rng, child, on - timedelta(days=9), "V2", "U6", "N1")
    episodes: list[CareEpisode] = [replace(episode, hindsight=error) for episode in line.episodes]
    return CarePeriod(child, episodes)


def _some(rng: Random, records: Sequence[T], share: float) -> list[T]:
    """A share of the records, at least one where there is one."""
    return rng.sample(records, min(len(records), max(1, round(share * len(records)))))


def _untouched(plans: Iterable[Plan]) -> list[Plan]:
    return [plan for plan in plans if plan.hindsight is None]


def _days_on(day: date | None, days: int) -> date:
    return day + timedelta(days=days) if day else date.max


def _later(rng: Random, on: date) -> date:
    return on + timedelta(days=rng.randint(*_LATE))
