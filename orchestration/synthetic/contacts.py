"""Contacts at the front door: those that became referrals, and the many that did not.

Belongs here: contacts. Does not belong here: how often which kind comes (distributions).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from random import Random

from orchestration.synthetic import distributions as d
from orchestration.synthetic.people import ADULT, Register, birthday
from orchestration.synthetic.records import Child, Contact, Referral
from orchestration.synthetic.working_days import add_working_days

_ON_TO = {
    "REFERRAL": "SUPPORT_AND_SAFEGUARDING",
    "STRATEGY_DISCUSSION": "SUPPORT_AND_SAFEGUARDING",
    "EARLY_HELP": "EARLY_HELP",
}
_NEW_TO_US = 0.55
_HOURS = (8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 22)


def receive(
    rng: Random, register: Register, referrals: list[Referral], first_day: date, last_day: date
) -> list[Contact]:
    """Every contact from `first_day` to `last_day`, in the order in which they came, with references in that order.

    A referral has the contact that led to it on its own day or the day before; the rest, in the same month, is about
    children who are known, or new to us.
    """
    found: list[tuple[datetime, Child, str, str, date | None]] = []
    known: list[Child] = []
    for referral in sorted(referrals, key=lambda r: (r.referred_on, r.child.ref)):
        on = referral.referred_on
        if not first_day <= on <= last_day:
            continue
        before = on - timedelta(days=1) if rng.random() < 0.15 else on
        found.append((_time(rng, max(before, first_day)), referral.child, referral.source, "REFERRAL", on))
        known.append(referral.child)
        others = d.CONTACTS_PER_REFERRAL - 1
        for _ in range(int(others) + (rng.random() < others % 1)):
            day = min(on.replace(day=rng.randint(1, monthrange(on.year, on.month)[1])), last_day)
            child = rng.choice(known)
            if rng.random() < _NEW_TO_US or day >= birthday(child.dob, ADULT):
                child = register.child(day, min(max(d.AGE_AT_REFERRAL.draw(rng), 0), 16))
            found.append((_time(rng, day), child, d.CONTACT_SOURCES.draw(rng), d.CONTACT_OUTCOMES.draw(rng), None))
    found.sort(key=lambda contact: (contact[0], contact[1].ref))
    return [
        Contact(
            ref=f"SYN-C-{number:07d}",
            child=child,
            at=at,
            source=source,
            reason_group=d.CONTACT_REASONS.draw(rng),
            outcome=outcome,
            decided_at=_decided(rng, at),
            forwarded_to=_ON_TO.get(outcome, "NONE"),
            referred_on=referred_on,
        )
        for number, (at, child, source, outcome, referred_on) in enumerate(found, start=1)
    ]


def _time(rng: Random, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, rng.choice(_HOURS), rng.randint(0, 59))


def _decided(rng: Random, at: datetime) -> datetime:
    """Within one working day, a few later; never before the contact."""
    working_days = rng.randint(0, 1) if rng.random() < d.CONTACT_DECIDED_IN_A_DAY else rng.randint(2, 6)
    day = add_working_days(at.date(), working_days)
    decided = datetime(day.year, day.month, day.day, rng.randint(9, 17), rng.randint(0, 59))
    return decided if decided > at else at + timedelta(minutes=rng.randint(10, 50))
