"""Section 47 enquiries and initial child protection conferences of each year.

Belongs here: which enquiries led to a conference, and how many found that none was needed. Does not belong here: the
plans that follow conferences.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from orchestration.synthetic import distributions as d
from orchestration.synthetic.calibration import Quotas, Year
from orchestration.synthetic.fit.cases import Cases, reclose
from orchestration.synthetic.need import enquiry
from orchestration.synthetic.records import Enquiry, Referral
from orchestration.synthetic.working_days import add_working_days


def fit_conferences(rng: Random, cases: Cases, quotas: Quotas, first_day: date, last_day: date) -> None:
    """Conferences of a year: those from which a plan starts, and as many others as were published beyond them."""
    for year in _years(quotas, "conferences", first_day, last_day):
        quota = quotas.get("conferences", year.ending) or 0
        with_plan = {
            (referral.child.ref, plan.started_on)
            for referral in cases.referrals
            for plan in referral.plans
            if year.has(plan.started_on)
        }
        others = [
            (referral, one)
            for referral, one in _enquiries(cases)
            if one.conference_held and year.has(one.decided_on) and not referral.plans
        ]
        after_transfer = [r for r in cases.referrals if not r.plans and year.has(r.transfer_conference_on)]
        wanted = quota - len(with_plan)
        have = len(others) + len(after_transfer)
        for referral in rng.sample(after_transfer, min(len(after_transfer), max(0, have - wanted))):
            referral.transfer_conference_on = None
            have -= 1
        for _, one in rng.sample(others, min(len(others), max(0, have - wanted))):
            one.conference_held = False
        if have < wanted:
            _hold(rng, cases, year, wanted - have)


def _hold(rng: Random, cases: Cases, year: Year, count: int) -> None:
    candidates = [
        (referral, one)
        for referral, one in _enquiries(cases)
        if not one.conference_held and year.has(one.started_on) and not (referral.plans or referral.care)
        if sum(1 for other in referral.enquiries if other.conference_held) == 0
    ]
    rng.shuffle(candidates)
    for referral, one in candidates:
        if not count:
            return
        conference = add_working_days(one.started_on, d.CONFERENCE_WORKING_DAYS.draw(rng))
        if year.has(conference) and conference <= (referral.closed_on or date.min):
            one.conference_held, one.decided_on = True, conference
            count -= 1


def fit_enquiries(rng: Random, cases: Cases, quotas: Quotas, first_day: date, last_day: date) -> None:
    """Enquiries that started in a year: those in vain are taken away, or more of them begun in open cases."""
    for year in _years(quotas, "enquiries", first_day, last_day):
        started = [(referral, one) for referral, one in _enquiries(cases) if year.has(one.started_on)]
        surplus = len(started) - (quotas.get("enquiries", year.ending) or 0)
        if surplus > 0:
            in_vain = [pair for pair in started if not pair[1].conference_held]
            for referral, one in rng.sample(in_vain, min(len(in_vain), surplus)):
                referral.enquiries = [other for other in referral.enquiries if other is not one]
        elif surplus < 0:
            _enquire(rng, cases, year, -surplus)


def _enquire(rng: Random, cases: Cases, year: Year, count: int) -> None:
    candidates = [
        referral
        for referral in cases.referrals
        if year.has(referral.referred_on) and not (referral.no_further_action or referral.enquiries)
        if referral.need != "N2" and not referral.plans and not referral.transfer_conference_on
    ]
    rng.shuffle(candidates)
    for referral in candidates:
        if not count:
            return
        started = add_working_days(referral.referred_on, rng.randint(0, 12))
        decided = add_working_days(started, rng.randint(2, 12))
        if year.has(started) and decided < (referral.closed_on or date.min) - timedelta(days=1):
            referral.enquiries.append(enquiry(started, decided, conference_held=False))
            if referral.closed_on is not None:
                reclose(rng, referral, referral.closed_on)
            count -= 1


def _enquiries(cases: Cases) -> Iterator[tuple[Referral, Enquiry]]:
    for referral in cases.referrals:
        for one in referral.enquiries:
            yield referral, one


def _years(quotas: Quotas, fact: str, first_day: date, last_day: date) -> list[Year]:
    years = [Year(ending) for ending in quotas.years(fact)]
    return [year for year in years if first_day <= year.first_day and year.last_day <= last_day]
