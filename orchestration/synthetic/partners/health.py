"""What the health services send: CAMHS referrals, and counts of hospital admissions and of conceptions.

Belongs here: the provider's records. It has no number of the authority: a child whose assessment found self-harm is
another person to it, and only the flags agree. Does not belong here: assessments of children's social care (need).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from orchestration.synthetic.calibration import Quotas, Year, add_months, facts_of_partners, year_of
from orchestration.synthetic.partners import estimates
from orchestration.synthetic.partners import shares as s
from orchestration.synthetic.partners.aggregates import counted
from orchestration.synthetic.partners.entries import Cell, Entry, Row
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.partners.schedule import Sending
from orchestration.synthetic.partners.shapes import SEX, quarter_ends, split
from orchestration.synthetic.people import age_on
from orchestration.synthetic.records import Child
from orchestration.synthetic.working_days import add_working_days

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
                yield _Referred(day, person, age, SEX[case.child.sex], case.child, self_harm)


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
    # By its ONS code; an invented authority has only a number.
    home = scene.la_code if scene.is_invented else scene.area_code
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
        "responsible_area": _HULL if child is None and rng.random() < s.CAMHS_ELSEWHERE else home,
        "record_status": "N",
    }
    undecided: dict[str, Cell] = {"accepted": "U", "pathway": "NONE_YET", "discharge_reason": None}
    if not accepted:
        cells |= {"discharge_date": decided, "discharge_reason": "03"}
        return Entry(received, decided, cells, ((decided, undecided),))
    quick = 0.25 if one.self_harm else 1.0
    # Waits are long-tailed, and shorter after self-harm.
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


# ------------------------------------------------------------------------------------------------- hospital admissions

_HIDDEN_BELOW, _ROUNDED_TO = 8, 5
# Counts of years before were published as they were.
_ROUNDED_FROM = 2013
# 95% limits of the rate as they were published (Fingertips 90284), by the year that ends in March.
_LIMITS = {
    2012: (93.3, 110.9), 2013: (86.0, 102.9), 2014: (97.0, 115.0), 2015: (97.2, 115.3), 2016: (92.7, 110.4),
    2017: (90.7, 108.2),
}  # fmt: skip


def hospital_admissions(scene: Scene, sending: Sending) -> list[Row]:
    """Injuries (R10) and self-harm (A15 and its companions) of the window, rounded to 5, counts of 1 to 7 hidden.

    A quarter is provisional; the year's own figures come once it is over, with its quarters as they then stand.
    """
    window = sending.window
    rows = [row for end in quarter_ends(window) for row in _admitted(scene, sending, end, is_year=False)]
    return rows if not sending.final else [*rows, *_admitted(scene, sending, window.end, is_year=True)]


def _admitted(scene: Scene, sending: Sending, end: date, *, is_year: bool) -> list[Row]:
    start = add_months(end, -12 if is_year else -3) + timedelta(days=1)
    year = year_of(end).ending
    quarter = None if is_year else (end.month - 4) // 3 % 4
    release = f"HES {'annual' if sending.final else 'quarterly'} extract to {sending.window.end:%B %Y}"
    kind = ("financial_year" if is_year else "quarter", start, end)
    mid_year = estimates.mid_year_of(end)

    def row(code: str, part: tuple[str, str], count: int, among: int | None, **more: Any) -> Row:
        unit = "count" if among is None else "rate_10000"
        return counted(
            scene, code, kind, part, count, among, unit=unit, per=10_000, hidden_below=_HIDDEN_BELOW,
            rounded_to=_ROUNDED_TO if year >= _ROUNDED_FROM else None, provisional=not sending.final, release=release,
            **more,
        )  # fmt: skip

    def population(youngest: int, oldest: int, sexes: str = "MF") -> int:
        return scene.scaled(estimates.persons(mid_year, youngest, oldest, sexes))

    def in_window(of_year: int) -> int:
        return of_year if quarter is None else split(of_year, dict(enumerate(s.QUARTERS)))[quarter]

    injuries = in_window(Quotas(scene.scale, facts_of_partners()).near("injuries", year))
    rows = [row("R10", ("total", "total"), injuries, population(0, 14), limits=_limits(scene, is_year, year))]
    if is_year:
        boys = round(injuries * s.INJURIES_BOYS)
        rows.append(row("R10", ("sex", "male"), boys, population(0, 14, "M")))
        rows.append(row("R10", ("sex", "female"), injuries - boys, population(0, 14, "F")))
        for band, count in split(injuries, s.INJURIES_BY_AGE).items():
            youngest, oldest = band.split("-")
            rows.append(row("R10", ("age_band", band), count, population(int(youngest), int(oldest))))
    self_harm = in_window(scene.scaled(s.SELF_HARM_ADMISSIONS[min(max(year, 2012), 2018)]))
    girls = round(self_harm * s.SELF_HARM_GIRLS)
    rows += [
        row("A15", ("total", "total"), self_harm, None),
        row("A15", ("sex", "female"), girls, None),
        row("A15", ("sex", "male"), self_harm - girls, None),
        row("A15b", ("total", "total"), self_harm, population(0, 17)),
        row("A15c", ("total", "total"), round(self_harm * s.SELF_HARM_EMERGENCY), None),
    ]
    rows += [
        row("A15", ("age_band", band), count, None) for band, count in split(self_harm, s.SELF_HARM_BY_AGE).items()
    ]
    return rows


def _limits(scene: Scene, is_year: bool, year: int) -> tuple[float, float] | None:
    """The published limits, of the published count alone."""
    return _LIMITS.get(year) if is_year and scene.scale == 1.0 else None


# --------------------------------------------------------------------------------------------------------- conceptions

_CONCEPTIONS_HIDDEN_BELOW = 5


def conceptions(scene: Scene, sending: Sending) -> list[Row]:
    """The calendar year of the window, and four quarters to each quarter's end, in the national layout."""
    rows = [_conceived(scene, sending, "rolling_4_quarters", end) for end in quarter_ends(sending.window)]
    return [_conceived(scene, sending, "calendar_year", sending.window.end), *rows]


def _conceived(scene: Scene, sending: Sending, kind: str, end: date) -> Row:
    rates = s.CONCEPTIONS_RATE | {
        fact.year_ending: float(fact.value) for fact in facts_of_partners() if fact.fact == "conceptions_rate"
    }
    before, now = (rates[min(max(year, min(rates)), max(rates))] for year in (end.year - 1, end.year))
    girls = scene.scaled(estimates.persons(estimates.mid_year_of(end), 15, 17, "F"))
    # Between two years the rate goes evenly from one to the other.
    count = round((before + (now - before) * end.month / 12) * girls / 1000)
    hidden = 0 < count < _CONCEPTIONS_HIDDEN_BELOW
    return {
        "area_code": scene.area_code,
        "period_type": kind,
        "period_end": end,
        "conceptions_u18": None if hidden else count,
        "females_15_17": girls,
        "rate_per_1000": None if hidden or not girls else f"{1000 * count / girls:.1f}",
        "status": "c" if hidden else "published" if sending.final else "provisional",
        "release_date": sending.window.data_as_at,
    }
