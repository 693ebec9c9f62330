"""What the authority itself sends beside its returns: early help, exploitation, health assessments, return interviews.

Belongs here: feeds of children's social care that have no national layout, made from its own cases, contacts and
periods of care. Does not belong here: the statutory returns and contacts (sample).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from orchestration.synthetic.calibration import add_months, year_of
from orchestration.synthetic.partners import shares as s
from orchestration.synthetic.partners.entries import Cell, Entry
from orchestration.synthetic.partners.police import Interview, Occurrence
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.people import ADULT, age_on, birthday
from orchestration.synthetic.records import CarePeriod, Child
from orchestration.synthetic.working_days import add_working_days

EXPLOITATION_FROM = date(2014, 4, 1)
_YOUNG = 5


# ---------------------------------------------------------------------------------------------------------- early help


def early_help(scene: Scene) -> list[Entry]:
    """One row a request: every contact that was sent on to early help, and some cases that were stepped down to it."""
    rng = scene.rng("childrens_social_care/early_help")
    asked: list[tuple[date, Child, str, bool]] = []
    for contact in scene.world.contacts:
        if contact.outcome == "EARLY_HELP":
            day = (contact.decided_at or contact.at).date()
            asked.append((day, contact.child, contact.source, False))
    for case in scene.cases:
        closed = case.closed_on
        if closed and closed < birthday(case.child.dob, ADULT - 1) and rng.random() < s.STEPPED_DOWN:
            asked.append((closed, case.child, "5A", True))
    asked = [one for one in asked if scene.first_day <= one[0] <= scene.last_day]
    asked.sort(key=lambda one: (one[0], one[1].ref))
    return [_early_help(rng, scene, f"SYN-EH-{number:06d}", *one) for number, one in enumerate(asked, start=1)]


def _early_help(rng: Random, scene: Scene, ref: str, on: date, child: Child, source: str, down: bool) -> Entry:
    started = completed = planned = None
    ended = add_working_days(on, rng.randint(5, 25))
    outcome = "DISENGAGED" if not down and rng.random() < 0.6 else "NEEDS_MET"
    if rng.random() < s.EARLY_HELP_ASSESSED:
        started = ended = add_working_days(on, rng.randint(3, 20))
        outcome = "DISENGAGED"
        if rng.random() < s.EARLY_HELP_COMPLETED:
            completed = ended = add_working_days(started, rng.randint(15, 45))
            outcome = "NEEDS_MET"
            if rng.random() < s.EARLY_HELP_PLANNED:
                planned = add_working_days(completed, rng.randint(0, 10))
                ended = add_working_days(planned + timedelta(days=rng.randint(60, 400)), 0)
                outcome = s.EARLY_HELP_ENDS.draw(rng)
    referred = next((case.referred_on for case in scene.cases_of(child) if on < case.referred_on <= ended), None)
    if referred is not None:
        # The child was referred while early help went on: it ended by stepping up.
        ended, outcome = referred, "STEPPED_UP"
        started, completed, planned = (
            day if day and day <= referred else None for day in (started, completed, planned)
        )
    elif down:
        outcome = "STEPPED_DOWN_IN"
    cells: dict[str, Cell] = {
        "eh_ref": ref,
        "lcs_id": child.ref,
        "person_ref": f"SYN-EP-{child.ref[3:]}",
        "age": age_on(child.dob, on),
        "requested_on": on,
        "source": source,
        "assessment_started": started,
        "assessment_completed": completed,
        "lead_agency": s.EARLY_HELP_LEAD.draw(rng),
        "plan_started": planned,
        "plan_ended": ended,
        "outcome": outcome,
    }
    return Entry(on, ended, cells, ((ended, {"outcome": "OPEN"}),))


# -------------------------------------------------------------------------------------------------- sexual exploitation


def exploitation(scene: Scene, missing: list[Occurrence]) -> list[Entry]:
    """One row a time at risk: children whose assessment found it (factor 11A), since the authority keeps the list."""
    rng = scene.rng("childrens_social_care/cse")
    went_missing = {one.away.lcs_id for one in missing if one.away.category == "MISSING"}
    found = []
    for case in scene.cases:
        for assessment in case.assessments:
            on, child = assessment.authorised_on, case.child
            if "11A" not in assessment.factors or not max(EXPLOITATION_FROM, scene.first_day) <= on <= scene.last_day:
                continue
            if 10 <= age_on(child.dob, on) < ADULT and rng.random() < s.CSE_OF_ASSESSED:
                found.append((on, child))
    found.sort(key=lambda one: (one[0], one[1].ref))
    free: dict[str, date] = {}
    entries: list[Entry] = []
    for on, child in found:
        if on <= free.get(child.ref, date.min):
            continue
        adult = birthday(child.dob, ADULT)
        closed = min(add_working_days(on + timedelta(days=rng.randint(60, 330)), 0), adult)
        free[child.ref] = closed
        entry = _at_risk(rng, scene, f"SYN-X-{len(entries) + 1:05d}", child, on, closed, child.ref in went_missing)
        entries.append(entry)
    return entries


def _at_risk(rng: Random, scene: Scene, ref: str, child: Child, on: date, closed: date, missing: bool) -> Entry:
    reviews = list(_reviews(rng, on, closed))
    before: list[tuple[date, dict[str, Cell]]] = [(closed, {"closure_reason": None})]
    for last, this in reversed(list(zip([None, *reviews], reviews, strict=False))):
        before.append((this, {"reviewed_on": last}))
    turned_18 = closed == birthday(child.dob, ADULT)
    cells: dict[str, Cell] = {
        "episode_ref": ref,
        "lcs_id": child.ref,
        "identified_on": on,
        "risk_level": s.CSE_LEVELS.draw(rng),
        "risk_from": on,
        "closed_on": closed,
        "closure_reason": "TURNED_18" if turned_18 else s.CSE_ENDS.draw(rng),
        "looked_after": "Y" if scene.is_looked_after(child, on) else "N",
        "missing_link": "Y" if missing else "N",
        "nrm_referral": "Y" if rng.random() < 0.06 else "N",
        "disruption_action": "Y" if rng.random() < 0.4 else "N",
        "reviewed_on": reviews[-1] if reviews else None,
    }
    return Entry(on, closed, cells, tuple(before))


def _reviews(rng: Random, on: date, closed: date) -> Iterator[date]:
    """About every three months."""
    review = add_working_days(on + timedelta(days=rng.randint(60, 100)), 0)
    while review < closed:
        yield review
        review = add_working_days(review + timedelta(days=rng.randint(75, 105)), 0)


# -------------------------------------------------------------------------------------------------- health assessments


def health_assessments(scene: Scene) -> list[Entry]:
    """One row an assessment that was due; in a year that the yearly return marks as without one, none is held."""
    rng = scene.rng("childrens_social_care/health_assessments")
    return [entry for period in scene.care for entry in _assessed(rng, scene, period)]


def _assessed(rng: Random, scene: Scene, period: CarePeriod) -> Iterator[Entry]:
    child, ended = period.child, period.ended_on or date.max
    due = add_working_days(period.started_on, 20)
    kind = "INITIAL"
    seen: set[date] = set()
    while due < ended and due <= scene.last_day + timedelta(days=60):
        late = s.HEALTH_ASSESSMENT_INITIAL_LATE if kind == "INITIAL" else s.HEALTH_ASSESSMENT_LATE
        held = add_working_days(due - timedelta(days=rng.randint(4, 24)), 0)
        if rng.random() < late:
            after = add_working_days(due, rng.randint(4, 30))
            # Not into the next year: the yearly return says that each of them had one.
            held = after if year_of(after) == year_of(due) else held
        held = max(held, period.started_on + timedelta(days=2))
        skipped = year_of(held).ending in period.years_without_health_assessment or held >= ended
        declined = skipped and rng.random() < s.HEALTH_ASSESSMENT_DECLINED
        if due >= scene.first_day and due not in seen:
            seen.add(due)
            cells: dict[str, Cell] = {
                "lcs_id": child.ref,
                # As text: a day on which one is due is known before it comes.
                "assessment_due": due.isoformat(),
                "assessment_date": None if skipped else held,
                "declined": "Y" if declined else "N",
                "type": kind,
            }
            yield Entry(min(due, held), due if skipped else max(due, held), cells)
        months = 6 if age_on(child.dob, due) < _YOUNG else 12
        due = add_months(due if skipped else held, months)
        kind = "REVIEW"


# --------------------------------------------------------------------------------------------------- return interviews


def return_interviews(missing: list[Occurrence]) -> list[Entry]:
    """One row an occurrence whose interview the authority offered itself, under the police's own reference."""
    return [_interview(one, one.interview) for one in missing if one.interview.provider == "LA"]


def _interview(one: Occurrence, interview: Interview) -> Entry:
    away = one.away
    steps = [day.date() for day in (interview.offered_at, interview.completed_at) if day]
    cells: dict[str, Cell] = {
        "occurrence_ref": one.ref,
        "lcs_id": away.lcs_id,
        **interview.cells,
        "record_status": "N",
    }
    before: list[tuple[date, dict[str, Cell]]] = []
    if steps:
        before.append((steps[0], {"rhi_offered": "U", "rhi_accepted": "U"}))
    return Entry(away.left.date(), max([away.back.date(), *steps]), cells, tuple(before))
