"""What the health services send: referrals to child and adolescent mental health services (CAMHS).

Belongs here: the provider's records. It has no number of the authority: a child whose assessment found self-harm is
another person to it, and only the flags agree. Does not belong here: assessments of children's social care (need).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from orchestration.synthetic.calibration import Year, year_of
from orchestration.synthetic.partners import shares as s
from orchestration.synthetic.partners.entries import Cell, Entry
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.people import age_on
from orchestration.synthetic.records import Child
from orchestration.synthetic.working_days import add_working_days

_SEX = {"1": "M", "2": "F"}
_FIRST_YEAR_OF_GROWTH = 2012
_HULL = "E06000010"
# Referrals of the months before the replay's first day, so that its first stock is not empty.
_MONTHS_BEFORE = 9


@dataclass(frozen=True)
class _Referred:
    on: date
    person: str
    age: int
    sex: str
    child: Child | None
    self_harm: bool


def camhs(scene: Scene) -> list[Entry]:
    """One row a referral, in the order in which they were received."""
    rng = scene.rng("health/camhs")
    found = sorted([*_known(rng, scene), *_others(rng, scene)], key=lambda one: (one.on, one.person))
    return [_camhs_entry(rng, scene, one, f"SYN-H-{number:06d}") for number, one in enumerate(found, start=1)]


def _known(rng: Random, scene: Scene) -> Iterator[_Referred]:
    """Children whose assessment found self-harm or a mental illness of their own."""
    for case in scene.cases:
        for assessment in case.assessments:
            self_harm = "15A" in assessment.factors
            if not self_harm and "4A" not in assessment.factors:
                continue
            share = s.CAMHS_AFTER_SELF_HARM if self_harm else s.CAMHS_AFTER_MENTAL_HEALTH
            day = assessment.authorised_on + timedelta(days=rng.randint(-30, 20))
            age = age_on(case.child.dob, day)
            if rng.random() < share and 4 <= age <= 17 and scene.first_day <= day <= scene.last_day:
                person = f"SYN-HP-{case.child.ref[3:]}"
                yield _Referred(day, person, age, _SEX[case.child.sex], case.child, self_harm)


def _others(rng: Random, scene: Scene) -> Iterator[_Referred]:
    first = scene.first_day - timedelta(days=30 * _MONTHS_BEFORE)
    number = 0
    for ending in range(year_of(first).ending, year_of(scene.last_day).ending + 1):
        year = Year(ending)
        begins, ends = max(year.first_day, first), min(year.last_day, scene.last_day)
        growth = s.CAMHS_GROWTH ** (ending - _FIRST_YEAR_OF_GROWTH)
        count = scene.scaled(s.CAMHS_REFERRALS * growth * ((ends - begins).days + 1) / 365)
        for _ in range(count):
            # A few come back: the same person under a new referral.
            number += rng.random() < 0.85 or number == 0
            day = add_working_days(begins + timedelta(days=rng.randint(0, (ends - begins).days)), 0)
            self_harm = rng.random() < s.CAMHS_SELF_HARM
            age = max(11, s.CAMHS_AGES.draw(rng)) if self_harm else s.CAMHS_AGES.draw(rng)
            girl = rng.random() < (0.72 if self_harm else 0.5)
            if day <= scene.last_day:
                yield _Referred(day, f"SYN-HP-9{number:06d}", age, "F" if girl else "M", None, self_harm)


def _camhs_entry(rng: Random, scene: Scene, one: _Referred, ref: str) -> Entry:
    child, received = one.child, one.on
    looked_after = child is not None and scene.is_looked_after(child, received)
    accepted = rng.random() < s.CAMHS_ACCEPTED or looked_after or one.self_harm
    decided = add_working_days(received, rng.randint(1, 12))
    cells: dict[str, Cell] = {
        "referral_ref": ref,
        "person_ref": one.person,
        "age_at_referral": one.age,
        "sex": one.sex,
        "referral_received": received,
        "referral_source": "D1" if child is not None else s.CAMHS_SOURCES.draw(rng),
        "accepted": "Y" if accepted else "N",
        "decision_date": decided,
        "pathway": "NONE_YET",
        "looked_after": "Y" if looked_after else "N" if child is not None or rng.random() < 0.9 else "U",
        "child_protection_plan": "Y" if child is not None and scene.has_plan(child, received) else "N",
        "reason_self_harm": "Y" if one.self_harm else "N",
        "responsible_area": _HULL if child is None and rng.random() < s.CAMHS_ELSEWHERE else scene.area_code,
        "record_status": "N",
    }
    undecided: dict[str, Cell] = {"accepted": "U", "pathway": "NONE_YET", "discharge_reason": None}
    if not accepted:
        cells |= {"discharge_date": decided, "discharge_reason": "03"}
        return Entry(received, decided, cells, ((decided, undecided),))
    quick = 0.25 if one.self_harm else 1.0
    # Waits are long-tailed; they lengthen over the years and shorten again for self-harm.
    first_wait = 4 + round(rng.expovariate(1 / (s.CAMHS_DAYS_TO_FIRST * quick)))
    chance = rng.random()
    first = second = last = None
    if chance >= s.CAMHS_NEVER_SEEN:
        first = last = add_working_days(decided + timedelta(days=first_wait), 0)
    if first is not None and chance >= s.CAMHS_NEVER_SEEN + s.CAMHS_SEEN_ONCE:
        second = add_working_days(first + timedelta(days=7 + round(rng.expovariate(1 / s.CAMHS_DAYS_TO_SECOND))), 0)
        last = add_working_days(second + timedelta(days=round(rng.expovariate(1 / 110))), 0)
    seen_to = last or add_working_days(decided + timedelta(days=first_wait), 0)
    closed = add_working_days(seen_to + timedelta(days=rng.randint(10, 70)), 0)
    pathway = (
        "CRISIS_SELF_HARM" if one.self_harm else "LAC" if looked_after else s.CAMHS_PATHWAYS.draw(rng)
    )  # fmt: skip
    on_pathway = first or decided
    cells |= {
        "pathway": pathway,
        "pathway_from": on_pathway,
        "first_attended_contact": first,
        "second_attended_contact": second,
        "last_contact": last,
        "discharge_date": closed,
        "discharge_reason": "01" if second else "02",
    }
    before: list[tuple[date, dict[str, Cell]]] = [(closed, {"discharge_reason": None})]
    if last is not None and second is not None:
        # Until the last contact has come, the latest one so far is the last.
        before.append((last, {"last_contact": second}))
        before.append((second, {"last_contact": first}))
    before += [(on_pathway, {"pathway": "NONE_YET"}), (decided, undecided)]
    return Entry(received, closed, cells, tuple(before))
