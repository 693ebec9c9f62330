"""The records of an invented child's journey, in the words of the returns, with what was known about them and when.

Belongs here: the shapes. Does not belong here: how they come about (need, care, contacts) or how they are written.
Every end lies in the record even when it is after the sample's last day: a return shows only what had happened
(returns.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Hindsight:
    """How the case system's knowledge of a record differed from the truth, and until when.

    Unknown before `known_from`; gone from `withdrawn_on` on (it was entered in error); until `corrected_on` the
    fields in `first_entry` held those values.
    """

    known_from: date = date.min
    withdrawn_on: date = date.max
    first_entry: Mapping[str, Any] = field(default_factory=dict)
    corrected_on: date = date.min


@dataclass(slots=True)
class Child:
    """One invented child. `sex` is 1 (male) or 2 (female), as the returns of 2017 code it."""

    ref: str
    dob: date
    sex: str
    ethnicity: str
    upn: str
    disabilities: tuple[str, ...] = ()
    earlier_plans: int = 0
    """Child protection plans before the sample's first day, or with another authority."""
    is_unaccompanied: bool = False
    first_child_born_on: date | None = None


@dataclass(slots=True)
class Assessment:
    """One assessment; `factors` are those found at its end."""

    started_on: date
    authorised_on: date
    factors: tuple[str, ...]
    hindsight: Hindsight | None = None


@dataclass(slots=True)
class Enquiry:
    """One section 47 enquiry: it ends on `decided_on`, with a conference held or found not to be needed."""

    started_on: date
    conference_target: date
    decided_on: date
    conference_held: bool
    hindsight: Hindsight | None = None


@dataclass(slots=True)
class Plan:
    """One child protection plan, from the initial conference to its end."""

    started_on: date
    ended_on: date | None
    initial_category: str
    latest_category: str
    category_changed_on: date | None
    previous_plans: int
    reviews: tuple[date, ...]
    hindsight: Hindsight | None = None


@dataclass(slots=True)
class Referral:
    """One referral and what followed within it (CINdetails). A referral with no further action has no closing date."""

    child: Child
    referred_on: date
    source: str
    need: str
    no_further_action: bool
    closed_on: date | None
    closure_reason: str
    transfer_conference_on: date | None = None
    """An initial conference without an enquiry of ours: the child moved here on another authority's plan."""
    assessments: list[Assessment] = field(default_factory=list)
    enquiries: list[Enquiry] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    care: list[CarePeriod] = field(default_factory=list)
    """The periods of care that the case led to; no return tells them together."""
    hindsight: Hindsight | None = None


@dataclass(slots=True)
class CareEpisode:
    """One episode: a stretch of a period of care with one legal status and one placement (SSDA903 names)."""

    decom: date
    rne: str
    ls: str
    cin: str
    place: str
    provider: str
    home_post: str
    pl_post: str
    urn: str
    dec: date | None = None
    rec: str = ""
    reason_place_change: str = ""
    hindsight: Hindsight | None = None


@dataclass(frozen=True, slots=True)
class Adoption:
    """What AD1 and PlacedAdoption say: the decision, the match, and who adopts."""

    decided_on: date
    matched_on: date
    by_foster_carer: bool
    adopters: int
    adopters_sex: str
    adopters_status: str


@dataclass(frozen=True, slots=True)
class AdoptionDecision:
    """The decision that a child should be placed for adoption, and its reversal where there was one."""

    decided_on: date
    reversed_on: date | None = None
    reversal_reason: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """One time away from the placement: `kind` M (missing) or A (away without authorisation)."""

    kind: str
    started_on: date
    ended_on: date


@dataclass(slots=True)
class CarePeriod:
    """One period of care: from the episode that starts it (RNE S) to the one that ends it."""

    child: Child
    episodes: list[CareEpisode]
    is_short_breaks: bool = False
    reviews: tuple[tuple[date, str], ...] = ()
    missing: tuple[Missing, ...] = ()
    decision: AdoptionDecision | None = None
    adoption: Adoption | None = None
    previous_permanence: str = "Z1"
    previous_permanence_la: str = ""
    previous_permanence_on: date | None = None
    years_without_health_assessment: frozenset[int] = frozenset()
    """By the year that they end in."""

    @property
    def started_on(self) -> date:
        return self.episodes[0].decom

    @property
    def ended_on(self) -> date | None:
        return self.episodes[-1].dec


@dataclass(slots=True)
class Contact:
    """One contact at the front door."""

    ref: str
    child: Child
    at: datetime
    source: str
    reason_group: str
    outcome: str
    decided_at: datetime | None
    forwarded_to: str
    referred_on: date | None = None


@dataclass(slots=True)
class Population:
    """Everything that happened: the truth from which each return takes its window."""

    referrals: list[Referral] = field(default_factory=list)
    care: list[CarePeriod] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)


R = TypeVar("R", Assessment, Enquiry, Plan, Referral, CareEpisode)


def as_recorded(record: R, on: date) -> R | None:
    """The record as the case system held it on a day; None when it was not there (yet, or any more)."""
    hindsight = record.hindsight
    if hindsight is None:
        return record
    if not hindsight.known_from <= on < hindsight.withdrawn_on:
        return None
    if on < hindsight.corrected_on:
        return replace(record, hindsight=None, **hindsight.first_entry)
    return record
