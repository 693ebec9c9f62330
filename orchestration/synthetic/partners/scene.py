"""The children of a replay as an agency meets them: who had a case, a plan or a placement on a day.

Belongs here: questions about the journeys, each answered from the truth. Does not belong here: what an agency makes
of the answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random
from typing import Any, TypeVar

from orchestration.synthetic.authorities import is_invented
from orchestration.synthetic.distributions import stream
from orchestration.synthetic.people import ADULT, age_on
from orchestration.synthetic.records import CareEpisode, CarePeriod, Child, Population, Referral

T = TypeVar("T")


@dataclass(frozen=True)
class Scene:
    """One authority's children from `first_day` to `last_day`, and the size at which its partners work."""

    seed: int | str
    area_code: str
    la_code: str
    scale: float
    world: Population
    first_day: date
    last_day: date

    @property
    def is_invented(self) -> bool:
        """Whether no such authority exists."""
        return is_invented(self.area_code)

    @cached_property
    def _made(self) -> dict[str, Any]:
        return {}

    def once(self, name: str, make: Callable[[Scene], T]) -> T:
        """What `make` makes of the scene, made once however many feeds tell of it."""
        if name not in self._made:
            self._made[name] = make(self)
        found: T = self._made[name]
        return found

    def rng(self, feed: str) -> Random:
        """The random numbers of one feed."""
        return stream(self.seed, f"partners/{feed}")

    def scaled(self, count: float) -> int:
        """A count of our own choice at this size."""
        return round(count * self.scale)

    @cached_property
    def cases(self) -> list[Referral]:
        """Every case that was opened and not entered in error, by date and child."""
        found = [
            referral for referral in self.world.referrals if not referral.no_further_action and not _is_error(referral)
        ]
        return sorted(found, key=lambda referral: (referral.referred_on, referral.child.ref))

    @cached_property
    def care(self) -> list[CarePeriod]:
        """Every period of care without short breaks and not entered in error, by child and date."""
        found = [
            period
            for period in self.world.care
            if not period.is_short_breaks and not any(_is_error(episode) for episode in period.episodes)
        ]
        return sorted(found, key=lambda period: (period.child.ref, period.started_on))

    @cached_property
    def _cases_of(self) -> dict[str, list[Referral]]:
        found: dict[str, list[Referral]] = defaultdict(list)
        for referral in self.cases:
            found[referral.child.ref].append(referral)
        return found

    @cached_property
    def _care_of(self) -> dict[str, list[CarePeriod]]:
        found: dict[str, list[CarePeriod]] = defaultdict(list)
        for period in self.care:
            found[period.child.ref].append(period)
        return found

    def cases_of(self, child: Child) -> list[Referral]:
        """The child's cases in order."""
        return self._cases_of.get(child.ref, [])

    def has_case(self, child: Child, day: date) -> bool:
        """Whether the child has an open case on the day."""
        return any(_is_open(referral.referred_on, referral.closed_on, day) for referral in self.cases_of(child))

    def has_plan(self, child: Child, day: date) -> bool:
        """Whether the child is the subject of a child protection plan on the day."""
        return any(
            _is_open(plan.started_on, plan.ended_on, day) for case in self.cases_of(child) for plan in case.plans
        )

    def placement(self, child: Child, day: date) -> CareEpisode | None:
        """The episode of care on the day, None for a child who is not looked after."""
        for period in self._care_of.get(child.ref, []):
            if _is_open(period.started_on, period.ended_on, day):
                return next(e for e in reversed(period.episodes) if e.decom <= day)
        return None

    def is_looked_after(self, child: Child, day: date) -> bool:
        """Whether the child is looked after on the day, other than by short breaks."""
        return any(_is_open(p.started_on, p.ended_on, day) for p in self._care_of.get(child.ref, []))

    def with_open_case(self, day: date, youngest: int = 0, oldest: int = ADULT - 1) -> list[Child]:
        """The children with a case open on the day who are so old on it, each once, by reference."""
        found = {
            case.child.ref: case.child
            for case in self.cases
            if _is_open(case.referred_on, case.closed_on, day) and youngest <= age_on(case.child.dob, day) <= oldest
        }
        return [found[ref] for ref in sorted(found)]


def _is_open(begins: date, ends: date | None, day: date) -> bool:
    return begins <= day and (ends is None or ends > day)


def _is_error(record: Referral | CareEpisode) -> bool:
    return record.hindsight is not None and record.hindsight.withdrawn_on != date.max
