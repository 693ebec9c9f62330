"""From referral to child protection plan: one child's time in need.

Belongs here: putting together referrals, assessments, section 47 enquiries, conferences and plans that hold together
by the census's own rules (a plan starts on the day of its conference, lies within its referral, and so on). Does not
belong here: how often each happens (distributions) and looked after children (care).
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from orchestration.synthetic import distributions as d
from orchestration.synthetic.calibration import add_months
from orchestration.synthetic.people import ADULT, birthday
from orchestration.synthetic.records import Assessment, Child, Enquiry, Plan, Referral
from orchestration.synthetic.working_days import add_working_days, is_working_day

_CONFERENCE_TARGET_WORKING_DAYS = 15
_LAST_AGE_FOR_A_PLAN = 17
_NOT_IN_NEED = "RC8"
_TRANSFER_TO_ADULTS = "RC6"


def refer(rng: Random, child: Child, on: date, pathway: str) -> Referral:
    """A referral of `child` on a day and all that follows on one of the pathways without care.

    For the pathways with care the referral comes open (no closing date): care.py closes it by `close`.
    """
    referral = Referral(
        child=child,
        referred_on=on,
        source=d.SOURCES_OF[d.SOURCE_GROUPS.draw(rng)].draw(rng),
        need=d.NEEDS.draw(rng),
        no_further_action=pathway == "no_further_action",
        closed_on=None,
        closure_reason="",
    )
    if referral.no_further_action:
        referral.need = ""
        return referral
    if pathway in ("plan", "plan_then_care", "conference_only"):
        _protect(rng, referral, with_plan=pathway != "conference_only")
    if pathway == "disability":
        # Most disabled children in need are so for another reason first.
        if rng.random() < d.NEED_IS_DISABILITY:
            referral.need = "N2"
        years = rng.expovariate(1 / d.DISABILITY_YEARS)
        close(rng, referral, on + timedelta(days=60 + int(years * 365)), d.CLOSURES.draw(rng))
    elif pathway == "plan":
        last = referral.plans[-1].ended_on or on
        close(rng, referral, last + timedelta(days=rng.randint(10, 130)), d.CLOSURES.draw(rng))
    elif pathway in d.DAYS_OPEN:
        low, high = d.DAYS_OPEN[pathway]
        reason = _NOT_IN_NEED if pathway == "assessed_only" else d.CLOSURES.draw(rng)
        close(rng, referral, on + timedelta(days=rng.randint(low, high)), reason)
    if pathway != "plan_then_care" and rng.random() < d.ENQUIRY_WITHOUT_CONFERENCE.get(pathway, 0.0):
        _enquire_in_vain(rng, referral)
    return referral


def close(rng: Random, referral: Referral, on: date, reason: str) -> None:
    """Close the case on a day, at the latest at 18, and write its assessments, which end by then."""
    adult = birthday(referral.child.dob, ADULT)
    if on >= adult:
        on, reason = adult, _TRANSFER_TO_ADULTS
    referral.closed_on, referral.closure_reason = on, reason
    referral.assessments = _assess(rng, referral, on, only_one=reason == _NOT_IN_NEED)


def _assess(rng: Random, referral: Referral, closed_on: date, *, only_one: bool) -> list[Assessment]:
    """The first assessment within days, then about one a year; none ends after the case closed."""
    found: list[Assessment] = []
    start = add_working_days(referral.referred_on, rng.randint(0, 2))
    while start < closed_on or not found:
        start = min(start, closed_on)
        working_days = rng.randint(46, 60) if rng.random() < 0.12 else rng.randint(6, 45)
        authorised = closed_on if only_one else min(add_working_days(start, working_days), closed_on)
        found.append(Assessment(start, authorised, _factors(rng)))
        if only_one:
            break
        start = add_working_days(authorised + timedelta(days=rng.randint(260, 400)), 0)
        if (closed_on - start).days < 30:
            break
    return found


def _factors(rng: Random) -> tuple[str, ...]:
    if rng.random() < d.NO_FACTORS:
        return ("21",)
    return tuple(sorted({d.FACTORS.draw(rng) for _ in range(d.NUMBER_OF_FACTORS.draw(rng))}))


def _enquire_in_vain(rng: Random, referral: Referral) -> None:
    """An enquiry that found no conference needed, early in the case."""
    started = add_working_days(referral.referred_on, rng.randint(0, 12))
    decided = add_working_days(started, rng.randint(2, 12))
    if referral.closed_on is None or decided <= referral.closed_on:
        referral.enquiries.append(enquiry(started, decided, conference_held=False))


def _protect(rng: Random, referral: Referral, *, with_plan: bool) -> None:
    """A conference, by an enquiry or after a move from another authority, and the plan that starts on its day."""
    referral.need = "N1" if rng.random() < 0.85 else referral.need
    if rng.random() < d.CONFERENCE_AFTER_TRANSFER:
        conference = add_working_days(referral.referred_on, rng.randint(3, 15))
        referral.transfer_conference_on = conference
    else:
        started = add_working_days(referral.referred_on, rng.randint(0, 25))
        conference = add_working_days(started, d.CONFERENCE_WORKING_DAYS.draw(rng))
        referral.enquiries.append(enquiry(started, conference, conference_held=True))
    if with_plan:
        referral.plans.append(plan(rng, referral.child, conference))


def enquiry(started: date, decided: date, *, conference_held: bool) -> Enquiry:
    """An enquiry with the day by which its conference should be held."""
    return Enquiry(started, add_working_days(started, _CONFERENCE_TARGET_WORKING_DAYS), decided, conference_held)


def plan(rng: Random, child: Child, started: date) -> Plan:
    """A plan from the day of its conference on; its reviews and later category are the fit's."""
    low, high = d.PLAN_DAYS.draw(rng)
    ended = min(started + timedelta(days=rng.randint(low, high)), birthday(child.dob, ADULT))
    category = d.CATEGORIES.draw(rng)
    found = Plan(started, ended, category, category, None, child.earlier_plans, ())
    child.earlier_plans += 1
    return found


def plan_reviews(rng: Random, started: date, ended: date, first_late_by: int = 0) -> tuple[date, ...]:
    """Review conferences: the first within three months of the start, then within six, on working days.

    `first_late_by`: days by which the first one misses its day; the others are on time.
    """
    found: list[date] = []
    last, months = started, 3
    while True:
        due = add_months(last, months)
        if first_late_by and not found:
            review = add_working_days(due + timedelta(days=first_late_by), 0)
        else:
            review = due - timedelta(days=rng.randint(4, 21))
            while not is_working_day(review):
                review -= timedelta(days=1)
        if review > ended:
            return tuple(found)
        found.append(review)
        last, months = review, 6


def can_have_a_plan(child: Child, on: date) -> bool:
    """Whether the child stays under 18 for long enough after a referral that a plan makes sense."""
    return on < birthday(child.dob, _LAST_AGE_FOR_A_PLAN)
