"""The facts of calibration.csv counted in an invented population, without the warehouse and without the fit.

Belongs here: one plain count a fact, from the journeys as they truly went. Does not belong here: what a return tells.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from orchestration.synthetic.distributions import group_of_source
from orchestration.synthetic.records import Plan, Population

BEFORE_EVERY_CASE = date(2000, 1, 1)


def counts(world: Population, year: int) -> dict[str, int]:
    """Each counted fact of a year by its name."""
    start, end = date(year - 1, 4, 1), date(year, 3, 31)
    return {**_need(world, start, end), **_plans(world, start, end), **_care(world, start, end)}


def _need(world: Population, start: date, end: date) -> dict[str, int]:
    by_child: dict[str, list[date]] = {}
    for referral in world.referrals:
        by_child.setdefault(referral.child.ref, []).append(referral.referred_on)
    in_year = [r for r in world.referrals if start <= r.referred_on <= end]
    again = [
        r
        for r in in_year
        if any(r.referred_on - relativedelta(months=12) < on < r.referred_on for on in by_child[r.child.ref])
    ]
    sources = Counter(group_of_source(r.source) for r in in_year)
    is_open = [
        r
        for r in world.referrals
        if not r.no_further_action and r.referred_on <= end and (r.closed_on is None or r.closed_on > end)
    ]
    bands: Counter[str] = Counter()
    for r in is_open:
        if r.referred_on >= end - relativedelta(months=3):
            bands["up_to_3_months"] += 1
        elif r.referred_on >= end - relativedelta(months=6):
            bands["over_3_to_6_months"] += 1
        elif r.referred_on > end - relativedelta(months=12):
            bands["over_6_months_to_1_year"] += 1
        elif r.referred_on > end - relativedelta(months=24):
            bands["1_to_2_years"] += 1
        else:
            bands["2_years_and_over"] += 1
    enquiries = {(r.child.ref, e.started_on) for r in world.referrals for e in r.enquiries}
    conferences = {(r.child.ref, e.decided_on) for r in world.referrals for e in r.enquiries if e.conference_held}
    conferences |= {(r.child.ref, r.transfer_conference_on) for r in world.referrals if r.transfer_conference_on}
    return {
        "referrals": len(in_year),
        "referrals_by_source": len(in_year),
        "re_referrals": len(again),
        **{f"referrals_from_{group}": sources[group] for group in sources},
        "cases_open": len(is_open),
        **{f"cases_open_{band}": count for band, count in bands.items()},
        "enquiries": sum(start <= on <= end for _, on in enquiries),
        "conferences": sum(start <= on <= end for _, on in conferences),
    }


def _plans(world: Population, start: date, end: date) -> dict[str, int]:
    plans = [plan for referral in world.referrals for plan in referral.plans]
    started = [p for p in plans if start <= p.started_on <= end]
    ended = [p for p in plans if p.ended_on and start <= p.ended_on <= end]
    is_open = [p for p in plans if p.started_on <= end and (p.ended_on is None or p.ended_on > end)]
    reviewable = [p for p in is_open if (end - p.started_on).days >= 91]
    categories = Counter(_category(p, end) for p in is_open)
    return {
        "plans_started": len(started),
        "plans_started_again": sum(p.previous_plans > 0 for p in started),
        "plans_ended": len(ended),
        "plans_ended_2_years": sum((p.ended_on - p.started_on).days >= 729 for p in ended if p.ended_on),
        "plans_open": len(is_open),
        **{f"plans_open_{one}": categories[one] for one in ("NEG", "PHY", "SAB", "EMO", "MUL")},
        "plans_reviewable": len(reviewable),
        "plans_reviewed_on_time": sum(_is_on_time(p, end) for p in reviewable),
    }


def _category(plan: Plan, on: date) -> str:
    if plan.category_changed_on is not None and plan.category_changed_on > on:
        return plan.initial_category
    return plan.latest_category


def _is_on_time(plan: Plan, on: date) -> bool:
    last, months = plan.started_on, 3
    for held in [*(review for review in plan.reviews if review <= on), on]:
        if held > last + relativedelta(months=months) or (held == on == last + relativedelta(months=months)):
            return held in plan.reviews and held == last + relativedelta(months=months)
        last, months = held, 6
    return True


def _care(world: Population, start: date, end: date) -> dict[str, int]:
    periods = [period for period in world.care if not period.is_short_breaks]
    far = date(9999, 12, 31)
    is_open = [p for p in periods if p.started_on <= end and (p.ended_on or far) > end]
    long = [p for p in is_open if p.started_on <= end - relativedelta(months=12) + timedelta(days=1)]
    ceased = [p for p in periods if start <= (p.ended_on or far) <= end]
    away = [(p.child.ref, m.started_on) for p in periods for m in p.missing if m.kind == "M"]
    away = [one for one in away if start <= one[1] <= end]
    return {
        "looked_after": len({p.child.ref for p in is_open}),
        "looked_after_12_months": len({p.child.ref for p in long}),
        "health_assessed": sum(end.year not in p.years_without_health_assessment for p in long),
        "ceased": len({p.child.ref for p in ceased}),
        "adopted": len({p.child.ref for p in ceased if p.episodes[-1].rec in ("E11", "E12")}),
        "missing_children": len({ref for ref, _ in away}),
        "missing_incidents": len(set(away)),
    }
