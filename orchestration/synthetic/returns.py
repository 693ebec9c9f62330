"""What a return says: of everything that happened, what its window covers and the case system knew when it was drawn.

Belongs here: the rules of inclusion of each return, and blanking what lies after the window. Does not belong here:
columns, formats and files (layouts).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from orchestration.synthetic import distributions as d
from orchestration.synthetic.people import age_on, birthday
from orchestration.synthetic.records import (
    Assessment,
    CareEpisode,
    CarePeriod,
    Child,
    Contact,
    Enquiry,
    Plan,
    Referral,
    as_recorded,
)


@dataclass(frozen=True)
class Window:
    """A return's window (both days inclusive) and the day on which it was drawn from the case system."""

    start: date
    end: date
    data_as_at: date

    def touches(self, begins: date, ends: date | None) -> bool:
        """Whether a record from `begins` to `ends` (None: still open) is active on any day of the window."""
        return begins <= self.end and (ends is None or ends >= self.start)

    def so_far(self, day: date | None) -> date | None:
        """The day where it has come by the window's end, else None."""
        return day if day is not None and day <= self.end else None


# ---------------------------------------------------------------------------------------------- children in need census


@dataclass(frozen=True, slots=True)
class SeenAssessment:
    """An assessment so far: no end and no factors while it runs."""

    started_on: date
    authorised_on: date | None
    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenEnquiry:
    """A section 47 enquiry so far: neither conference nor `not required` while it runs."""

    started_on: date
    conference_target: date
    conference_on: date | None
    conference_not_required: bool


@dataclass(frozen=True, slots=True)
class SeenReferral:
    """One CINdetails module: what of a referral a census shows."""

    referral: Referral
    closed_on: date | None
    conference_on: date | None
    assessments: list[SeenAssessment]
    enquiries: list[SeenEnquiry]
    plans: list[Plan]


def children_in_need(referrals: Iterable[Referral], window: Window) -> Iterator[tuple[Child, list[SeenReferral]]]:
    """Each child of the census with the referrals active in the window; `referrals` come sorted by child, then date."""
    child: Child | None = None
    seen: list[SeenReferral] = []
    for referral in referrals:
        if referral.child is not child:
            if child is not None and seen:
                yield child, seen
            child, seen = referral.child, []
        shown = _referral(referral, window)
        if shown is not None:
            seen.append(shown)
    if child is not None and seen:
        yield child, seen


def _referral(referral: Referral, window: Window) -> SeenReferral | None:
    # The two tests that settle most, first: there are tens of thousands.
    if referral.referred_on > window.end or (referral.closed_on or date.max) < window.start:
        return None
    recorded = as_recorded(referral, window.data_as_at)
    if recorded is None:
        return None
    if recorded.no_further_action:
        # Over on its own day (rule 8569Q): never in a later year's census.
        return SeenReferral(recorded, None, None, [], [], []) if recorded.referred_on >= window.start else None
    conference = recorded.transfer_conference_on
    return SeenReferral(
        referral=recorded,
        closed_on=window.so_far(recorded.closed_on),
        conference_on=conference if conference and window.start <= conference <= window.end else None,
        assessments=[
            _assessment(a, window) for a in recorded.assessments if window.touches(a.started_on, a.authorised_on)
        ],
        enquiries=[_enquiry(e, window) for e in recorded.enquiries if window.touches(e.started_on, e.decided_on)],
        plans=[plan for plan in (_plan(p, window) for p in recorded.plans) if plan is not None],
    )


def _assessment(assessment: Assessment, window: Window) -> SeenAssessment:
    authorised = window.so_far(assessment.authorised_on)
    return SeenAssessment(assessment.started_on, authorised, assessment.factors if authorised else ())


def _enquiry(enquiry: Enquiry, window: Window) -> SeenEnquiry:
    decided = window.so_far(enquiry.decided_on)
    return SeenEnquiry(
        enquiry.started_on,
        enquiry.conference_target,
        decided if enquiry.conference_held else None,
        decided is not None and not enquiry.conference_held,
    )


def _plan(plan: Plan, window: Window) -> Plan | None:
    recorded = as_recorded(plan, window.data_as_at)
    if recorded is None or not window.touches(recorded.started_on, recorded.ended_on):
        return None
    ended = window.so_far(recorded.ended_on)
    changed = window.so_far(recorded.category_changed_on)
    return replace(
        recorded,
        ended_on=ended,
        latest_category=recorded.latest_category if changed else recorded.initial_category,
        # A census carries the reviews of its own window; after a wrong end none were known.
        reviews=tuple(r for r in recorded.reviews if window.start <= r <= (ended or window.end)),
        hindsight=None,
    )


# ---------------------------------------------------------------------------------------------- looked after children


@dataclass(frozen=True, slots=True)
class SeenPeriod:
    """A period of care as a return shows it: its episodes in the window, and its last day as far as known."""

    period: CarePeriod
    episodes: list[CareEpisode]
    ended_on: date | None


def periods_of_care(periods: Iterable[CarePeriod], window: Window) -> list[SeenPeriod]:
    """The periods of care with an episode active in the window, each with those episodes."""
    seen = (_period(period, window) for period in periods)
    return [period for period in seen if period is not None]


def _period(period: CarePeriod, window: Window) -> SeenPeriod | None:
    if period.started_on > window.end or (period.ended_on or date.max) < window.start:
        return None
    known: list[CareEpisode] = []
    for episode in period.episodes:
        recorded = as_recorded(episode, window.data_as_at)
        if recorded is None or recorded.decom > window.end:
            break
        known.append(recorded)
    if not known:
        return None
    last = known[-1]
    # While the next episode is not known, neither is the end of this one.
    next_unknown = len(known) < len(period.episodes)
    if next_unknown or last.dec is None or last.dec > window.end:
        known[-1] = replace(last, dec=None, rec="", reason_place_change="")
    shown = [episode for episode in known if window.touches(episode.decom, episode.dec)]
    return SeenPeriod(period, shown, known[-1].dec) if shown else None


def reviews(seen: SeenPeriod, window: Window) -> list[tuple[date, str]]:
    """The reviews held in the window."""
    last = seen.ended_on or window.end
    return [review for review in seen.period.reviews if window.start <= review[0] <= last]


def missing(seen: SeenPeriod, window: Window) -> list[tuple[str, date, date | None]]:
    """The times away in the window (kind, start, end): an end after the window is not known yet."""
    last = seen.ended_on or date.max
    return [
        (away.kind, away.started_on, window.so_far(away.ended_on))
        for away in seen.period.missing
        if window.touches(away.started_on, away.ended_on) and away.ended_on <= last
    ]


def adoption_decision(seen: SeenPeriod, window: Window) -> tuple[date, date | None, str] | None:
    """Decision, reversal and its reason, from the decision on until the year of its reversal."""
    decision = seen.period.decision
    if decision is None or not window.touches(decision.decided_on, decision.reversed_on):
        return None
    reversed_on = window.so_far(decision.reversed_on)
    return decision.decided_on, reversed_on, decision.reversal_reason if reversed_on else ""


def is_adopted(seen: SeenPeriod) -> bool:
    """Whether the return shows the adoption order."""
    return seen.period.adoption is not None and seen.ended_on is not None


@dataclass(frozen=True)
class Outcomes:
    """OC2 of one child: blank ('') where the guide wants a field left out at the child's age."""

    sdq_score: str
    sdq_reason: str
    convicted: str
    health_check: str
    immunisations: str
    teeth_check: str
    health_assessment: str
    substance_misuse: str
    intervention_received: str
    intervention_offered: str


def outcomes(seed: int | str, seen: SeenPeriod, window: Window) -> Outcomes | None:
    """Health and other outcomes at 31 March; None unless looked after throughout the year (and no short breaks).

    The same for the same child and year whatever else is drawn.
    """
    child = seen.period.child
    if seen.period.is_short_breaks or seen.period.started_on > window.start or seen.ended_on is not None:
        return None
    rng = d.stream(seed, f"oc2/{child.ref}/{window.end.year}")
    age, age_before = age_on(child.dob, window.end), age_on(child.dob, window.start)
    score = reason = ""
    if age >= 4 and age_before < 17:
        if rng.random() < 0.85:
            score = str(min(40, max(0, round(rng.gauss(14, 7)))))
        else:
            reason = rng.choice(("SDQ2", "SDQ3", "SDQ4", "SDQ5"))

    def flag(share: float) -> str:
        return "1" if rng.random() < share else "0"

    misuse = flag(d.SUBSTANCE_MISUSE if age >= 12 else 0.0)
    received = flag(0.5) if misuse == "1" else ""
    return Outcomes(
        sdq_score=score,
        sdq_reason=reason,
        convicted=flag(d.CONVICTED) if age >= 10 else "",
        health_check=flag(d.HEALTH["health_check"]) if age < 5 else "",
        immunisations=flag(d.HEALTH["immunisations"]),
        teeth_check=flag(d.HEALTH["teeth_check"]),
        health_assessment="0" if window.end.year in seen.period.years_without_health_assessment else "1",
        substance_misuse=misuse,
        intervention_received=received,
        intervention_offered=flag(0.8) if received == "0" else "",
    )


def care_leavers(periods: Iterable[CarePeriod], window: Window) -> list[Child]:
    """Young people with a 17th to 21st birthday in the year who left care at 16 or later, before that birthday."""
    found: dict[str, Child] = {}
    for period in periods:
        child, ended = period.child, period.ended_on
        if period.is_short_breaks or ended is None or ended < birthday(child.dob, 16):
            continue
        # The guide asks for 13 weeks in care since the age of 14.
        if (ended - max(period.started_on, birthday(child.dob, 14))).days < 91:
            continue
        if any(as_recorded(episode, window.data_as_at) is not episode for episode in period.episodes):
            continue
        days = (birthday(child.dob, age) for age in range(17, 22))
        if any(window.start <= day <= window.end and ended < day for day in days):
            found[child.ref] = child
    return sorted(found.values(), key=lambda child: child.ref)


def leaver_outcome(seed: int | str, child: Child, window: Window) -> tuple[str, str, str]:
    """IN_TOUCH, ACTIV and ACCOM of a care leaver in a year; the same whatever else is drawn."""
    rng = d.stream(seed, f"oc3/{child.ref}/{window.end.year}")
    if rng.random() < 0.88:
        return "YES", d.ACTIVITIES.draw(rng), d.ACCOMMODATION.draw(rng)
    return d.Shares({"NO": 5, "REFU": 3, "NREQ": 3, "RHOM": 2}).draw(rng), "0", "0"


# ---------------------------------------------------------------------------------------------- contacts


def contacts_received(contacts: Sequence[Contact], window: Window) -> list[Contact]:
    """The contacts received in the window, of all contacts in the order in which they came."""
    first = bisect_left(contacts, window.start, key=lambda contact: contact.at.date())
    after = bisect_right(contacts, window.end, key=lambda contact: contact.at.date())
    return list(contacts[first:after])
