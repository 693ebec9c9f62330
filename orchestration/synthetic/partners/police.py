"""What the police send: children who went missing, domestic abuse notifications, recorded sexual offences.

Belongs here: the police's own records, made from the times away that the looked after children return tells of, and
from children who live at home or were placed here by others. Does not belong here: who goes missing from care (fit).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from orchestration.synthetic.distributions import Shares
from orchestration.synthetic.fit.missing import FIRST_YEAR as FIRST_YEAR_OF_MISSING
from orchestration.synthetic.partners import shares as s
from orchestration.synthetic.partners.entries import Cell, Entry
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.partners.shapes import SEX, day_between, years
from orchestration.synthetic.people import age_on
from orchestration.synthetic.records import Child

ABSENT_UNTIL = date(2017, 3, 31)
# The return home interview is a duty since the statutory guidance of January 2014.
INTERVIEWS_FROM = date(2014, 4, 1)
_FOSTER, _CHILDRENS_HOME = ("U",), ("K", "S", "R", "H")
_YOUNGEST = 8
FIRST_YEAR_OF_GROWTH = 2011


@dataclass(frozen=True)
class Away:
    """One occurrence before it is numbered: who, from when to when, and what the police make of it."""

    left: datetime
    back: datetime
    person: str
    age: int
    sex: str
    lcs_id: str
    match_status: str
    category: str
    went_from: str
    looked_after: str
    responsible_la: str
    has_self_harm: bool
    has_exploitation: bool


@dataclass(frozen=True)
class Interview:
    """A return home interview: what was offered and when, and who holds the record of it."""

    offered: str
    offered_at: datetime | None
    accepted: str
    completed_at: datetime | None
    provider: str

    @property
    def cells(self) -> dict[str, Cell]:
        """By the headings of the two feeds that may tell it."""
        return {
            "rhi_offered": self.offered,
            "rhi_offered_at": self.offered_at,
            "rhi_accepted": self.accepted,
            "rhi_completed_at": self.completed_at,
            "rhi_provider": self.provider,
        }


@dataclass(frozen=True)
class Occurrence:
    """A numbered occurrence with its interview."""

    ref: str
    away: Away
    interview: Interview
    episodes_90d: int
    risk: str


_NO_INTERVIEW = Interview("U", None, "U", None, "NONE")


def missing_episodes(missing: list[Occurrence]) -> list[Entry]:
    """One row an occurrence. Interviews that the authority holds are left to its own feed (return_interviews)."""
    return [_missing_entry(one) for one in missing]


def _missing_entry(one: Occurrence) -> Entry:
    away, back = one.away, one.away.back.date()
    told = one.interview if one.interview.provider != "LA" else replace(_NO_INTERVIEW, provider="LA")
    steps = [day.date() for day in (told.offered_at, told.completed_at) if day]
    before = ((min(steps), _NO_INTERVIEW.cells),) if steps else ()
    return Entry(
        begins=away.left.date(),
        # The next file carries it again where something was still to come.
        ends=max([back, *steps]),
        cells={
            "occurrence_ref": one.ref,
            "person_ref": away.person,
            "lcs_id": away.lcs_id,
            "match_status": away.match_status,
            "age_at_start": away.age,
            "sex": away.sex,
            "category": away.category,
            "missing_from": away.left,
            "returned_at": away.back,
            "reported_at": away.left + timedelta(minutes=45),
            "went_from": away.went_from,
            "looked_after": away.looked_after,
            "responsible_la": away.responsible_la,
            "risk": one.risk,
            "cse_flag": "Y" if away.has_exploitation else "N",
            "self_harm_flag": "Y" if away.has_self_harm else "N",
            "episodes_90d": one.episodes_90d,
            **told.cells,
            "record_status": "N",
        },
        before=before,
    )


def _risk(rng: Random, away: Away) -> str:
    if away.category == "ABSENT":
        return "NONE"
    return "HIGH" if away.has_exploitation and rng.random() < 0.6 else s.RISK.draw(rng)


def occurrences(scene: Scene) -> list[Occurrence]:
    """Every occurrence in order of time, numbered."""
    rng = scene.rng("police/missing_episodes")
    found = [*_from_care(rng, scene), *_from_home(rng, scene), *_of_others(rng, scene)]
    found.sort(key=lambda away: (away.left, away.person))
    before: dict[str, list[datetime]] = defaultdict(list)
    numbered = []
    for number, away in enumerate(found, start=1):
        earlier = sum(1 for left in before[away.person] if (away.left - left).days <= 90)
        before[away.person].append(away.left)
        numbered.append(Occurrence(f"SYN-M-{number:06d}", away, _interview(rng, away), earlier, _risk(rng, away)))
    return numbered


def _from_care(rng: Random, scene: Scene) -> Iterator[Away]:
    for period in scene.care:
        child = period.child
        for one in period.missing:
            if scene.first_day <= one.started_on <= scene.last_day and rng.random() < s.TOLD_BY_BOTH:
                kind = "MISSING" if one.kind == "M" or one.started_on > ABSENT_UNTIL else "ABSENT"
                yield _of_known(rng, scene, child, *_times(rng, one.started_on, one.ended_on), kind)
                if one.kind == "M" and rng.random() < s.TOLD_BY_POLICE_ALONE:
                    # A fortnight on, so that it is no part of the one that the authority tells of.
                    day = one.ended_on + timedelta(days=rng.randint(14, 30))
                    if scene.is_looked_after(child, day) and day <= scene.last_day:
                        yield _of_known(rng, scene, child, *_times(rng, day, day), "MISSING")
    for year in range(scene.first_day.year, FIRST_YEAR_OF_MISSING):
        for _ in range(scene.scaled(s.FROM_CARE_BEFORE)):
            day = day_between(rng, date(year, 4, 1), date(year + 1, 3, 31))
            in_care = [p.child for p in scene.care if p.started_on < day < (p.ended_on or date.max)]
            old_enough = [child for child in in_care if age_on(child.dob, day) >= _YOUNGEST + 3]
            if old_enough and year + 1 < FIRST_YEAR_OF_MISSING:
                child = rng.choice(old_enough)
                yield _of_known(
                    rng, scene, child, *_times(rng, day, day + timedelta(days=rng.randint(0, 2))), "MISSING"
                )


def _from_home(rng: Random, scene: Scene) -> Iterator[Away]:
    """Children with a case, whom the front door mostly recognises, and children whom nobody knew."""
    for start, end, share in years(scene):
        known = scene.with_open_case(day_between(rng, start, end), _YOUNGEST, 17)
        often = known[:: max(1, len(known) // max(1, scene.scaled(150)))]
        for _ in range(round(scene.scaled(s.FROM_HOME_KNOWN) * share)):
            day = day_between(rng, start, end)
            children = [c for c in often if scene.has_case(c, day) and not scene.is_looked_after(c, day)]
            if children:
                yield _of_known(rng, scene, rng.choice(children), *_times(rng, day, day), _category(rng, day))
        for number in range(round(scene.scaled(s.FROM_HOME_UNKNOWN) * share)):
            day = day_between(rng, start, end)
            left, back = _times(rng, day, day)
            person = f"SYN-PU-{start.year}{number % max(1, scene.scaled(80)):04d}"
            again = Random(f"{scene.seed}/{person}")  # noqa: S311 (an invented child, not a secret)
            age, sex = s.MISSING_AGES.draw(again), again.choice("MF")
            yield Away(left, back, person, age, sex, "", "NOT_FOUND" if rng.random() < 0.85 else "NOT_ATTEMPTED",
                       _category(rng, day), s.WENT_FROM_HOME.draw(rng), "N", scene.la_code,
                       has_self_harm=rng.random() < 0.05, has_exploitation=rng.random() < 0.04)  # fmt: skip


def _of_others(rng: Random, scene: Scene) -> Iterator[Away]:
    """Children whom another authority looks after in a placement here: we have no number for them."""
    authorities = Shares({la: share for la, share in s.OTHER_AUTHORITIES.items() if la != scene.la_code})
    for start, end, share in years(scene):
        for number in range(round(scene.scaled(s.FROM_CARE_OF_OTHERS) * share)):
            day = day_between(rng, start, end)
            left, back = _times(rng, day, day + timedelta(days=rng.choice((0, 0, 1))))
            person = f"SYN-PO-{start.year}{number % max(1, scene.scaled(30)):04d}"
            again = Random(f"{scene.seed}/{person}")  # noqa: S311 (an invented child, not a secret)
            age, sex, la = again.randint(12, 17), again.choice("MF"), authorities.draw(again)
            yield Away(left, back, person, age, sex, "", "NOT_FOUND", _category(rng, day),
                       rng.choice(("CHILDRENS_HOME", "CHILDRENS_HOME", "FOSTER")), "Y", la,
                       has_self_harm=rng.random() < 0.12, has_exploitation=rng.random() < 0.15)  # fmt: skip


def _of_known(rng: Random, scene: Scene, child: Child, left: datetime, back: datetime, category: str) -> Away:
    day = left.date()
    placement = scene.placement(child, day) or scene.placement(child, day + timedelta(days=1))
    matched = placement is not None or rng.random() < s.MATCHED_KNOWN
    if placement is not None and rng.random() < 0.03:
        matched = False
    went_from = s.WENT_FROM_HOME.draw(rng)
    if placement is not None:
        home = placement.place[0]
        went_from = "FOSTER" if home in _FOSTER else "CHILDRENS_HOME" if home in _CHILDRENS_HOME else "OTHER_CARE"
    return Away(
        left, back, f"SYN-P-{child.ref[3:]}", age_on(child.dob, day), SEX[child.sex],
        child.ref if matched else "", "MATCHED" if matched else rng.choice(("NOT_FOUND", "NOT_ATTEMPTED")),
        category, went_from, "Y" if placement else "N", scene.la_code,
        has_self_harm=has_factor(scene, child, day, "15A") and rng.random() < 0.7,
        has_exploitation=has_factor(scene, child, day, "11A") or rng.random() < 0.03,
    )  # fmt: skip


def has_factor(scene: Scene, child: Child, day: date, *factors: str) -> bool:
    """Whether an assessment that was done within a year of the day found one of the factors."""
    return any(
        abs((assessment.authorised_on - day).days) <= 365 and set(factors) & set(assessment.factors)
        for case in scene.cases_of(child)
        for assessment in case.assessments
    )


def _interview(rng: Random, away: Away) -> Interview:
    """Offered and held by the authority or for it; none for an absence, nor before it was a duty."""
    if away.category != "MISSING" or away.left.date() < INTERVIEWS_FROM or rng.random() > s.RHI_OFFERED:
        offered = "N" if away.left.date() >= INTERVIEWS_FROM else "U"
        return Interview(offered, None, offered, None, "NONE")
    offered_at = away.back + timedelta(hours=rng.randint(2, 40))
    provider = s.RHI_PROVIDER.draw(rng)
    if rng.random() > s.RHI_ACCEPTED:
        return Interview("Y", offered_at, "N", None, provider)
    hours = rng.randint(20, 71) if rng.random() < s.RHI_IN_72_HOURS else rng.randint(73, 260)
    completed = max(away.back + timedelta(hours=hours), offered_at)
    return Interview("Y", offered_at, "Y", completed, provider)


def _category(rng: Random, day: date) -> str:
    return "ABSENT" if day <= ABSENT_UNTIL and rng.random() < s.ABSENT_FROM_HOME else "MISSING"


def _times(rng: Random, first: date, last: date) -> tuple[datetime, datetime]:
    """Left in the afternoon or evening of the first day, seldom of the day before; back on the last."""
    day = first - timedelta(days=1) if last > first and rng.random() < 0.08 else first
    left = datetime.combine(day, time(rng.randint(15, 22), rng.randint(0, 59)))
    if last > day:
        return left, datetime.combine(last, time(rng.randint(0, 20), rng.randint(0, 59)))
    return left, min(left + timedelta(minutes=rng.randint(50, 600)), datetime.combine(day, time(23, 58)))


# ------------------------------------------------------------------------------------------- domestic abuse


@dataclass(frozen=True)
class _Notice:
    on: date
    incident_on: date
    child: Child | None
    age: int
    outcome: str
    decided_on: date
    key: str


_DECIDED_AS = {
    "REFERRAL": "REFERRAL",
    "STRATEGY_DISCUSSION": "REFERRAL",
    "EARLY_HELP": "EARLY_HELP",
    "INFO_ADVICE": "INFO_ADVICE",
    "OTHER_LA": "INFO_ADVICE",
    "NFA": "NFA",
}
_NOT_DECIDED: dict[str, Cell] = {"front_door_outcome": "PENDING", "outcome_date": None}


def domestic_abuse_referrals(scene: Scene) -> list[Entry]:
    """One row a notification and child. Behind every contact of the police about domestic abuse there is one, and
    behind every referral of theirs whose assessment found it (factors 3A to 3C)."""
    rng = scene.rng("police/domestic_abuse_referrals")
    notices = sorted([*_heard(rng, scene), *_unheard(rng, scene)], key=lambda one: (one.on, one.key))
    entries: list[Entry] = []
    last_incident: dict[str, date] = {}
    for number, notice in enumerate(notices, start=1):
        person = f"SYN-P-{notice.child.ref[3:]}" if notice.child else f"SYN-PD-{number:06d}"
        repeat = (notice.incident_on - last_incident.get(person, date.min)).days <= 365
        last_incident[person] = notice.incident_on
        cells: dict[str, Cell] = {
            "notification_ref": f"SYN-N-{number:06d}",
            "incident_ref": f"SYN-I-{number:06d}",
            "incident_date": notice.incident_on,
            "notified_on": notice.on,
            "child_present": "Y" if rng.random() < s.CHILD_PRESENT else "N",
            "risk": s.DASH.draw(rng),
            "repeat_12m": "Y" if repeat or rng.random() < 0.2 else "N",
            "incident_is_crime": "Y" if rng.random() < s.IS_CRIME else "N",
            "record_status": "N",
        }
        known = notice.child is not None and (notice.outcome == "REFERRAL" or rng.random() < s.MATCHED_KNOWN)
        first: dict[str, Cell] = {
            "child_seq": 1,
            "child_person_ref": person,
            "lcs_id": notice.child.ref if notice.child and known else "",
            "match_status": "MATCHED" if known else rng.choice(("NOT_FOUND", "NOT_FOUND", "NOT_ATTEMPTED")),
            "age_at_incident": notice.age,
            "front_door_outcome": notice.outcome,
            "outcome_date": notice.decided_on,
        }
        entries.append(_notice_entry(notice, {**cells, **first}))
        if rng.random() < s.DOMESTIC_ABUSE_SECOND_CHILD:
            # A brother or sister of whom nothing more is told; a referral would be one of the child's own.
            outcome = "INFO_ADVICE" if notice.outcome == "REFERRAL" else notice.outcome
            second: dict[str, Cell] = {
                "child_seq": 2,
                "child_person_ref": f"{person}-2",
                "lcs_id": "",
                "match_status": rng.choice(("NOT_FOUND", "NOT_ATTEMPTED")),
                "age_at_incident": min(17, max(0, notice.age + rng.choice((-4, -3, -2, 2, 3, 4)))),
                "front_door_outcome": outcome,
                "outcome_date": notice.decided_on,
            }
            entries.append(_notice_entry(notice, {**cells, **second}))
    return entries


def _notice_entry(notice: _Notice, cells: dict[str, Cell]) -> Entry:
    return Entry(notice.on, max(notice.on, notice.decided_on), cells, ((notice.decided_on, _NOT_DECIDED),))


def _heard(rng: Random, scene: Scene) -> Iterator[_Notice]:
    """The notifications that became a contact."""
    abuse = {
        (case.child.ref, case.referred_on)
        for case in scene.cases
        if case.source == "6" and any(s.DOMESTIC_ABUSE_FACTORS & set(a.factors) for a in case.assessments)
    }
    for contact in scene.world.contacts:
        led_on = (contact.child.ref, contact.referred_on) in abuse
        if contact.source != "6" or not (led_on or contact.reason_group == "DA"):
            continue
        on = contact.at.date()
        incident_on = on - timedelta(days=rng.choice((0, 0, 1, 1, 2, 3)))
        outcome = _DECIDED_AS.get(contact.outcome, "PENDING")
        if outcome not in ("REFERRAL", "PENDING") and scene.has_case(contact.child, on):
            outcome = "ALREADY_OPEN"
        decided_on = (contact.decided_at or contact.at).date()
        age = age_on(contact.child.dob, incident_on)
        yield _Notice(on, incident_on, contact.child, age, outcome, decided_on, contact.ref)


def _unheard(rng: Random, scene: Scene) -> Iterator[_Notice]:
    """Notifications of which no contact was made: children whom the front door did not know."""
    contacts = sum(1 for contact in scene.world.contacts if contact.source == "6" and contact.reason_group == "DA")
    for number in range(round(contacts * s.DOMESTIC_ABUSE_UNHEARD)):
        on = day_between(rng, scene.first_day, scene.last_day)
        incident_on = on - timedelta(days=rng.choice((0, 1, 1, 2)))
        decided_on = on + timedelta(days=rng.randint(0, 5))
        yield _Notice(on, incident_on, None, rng.randint(-1, 17), "NFA", decided_on, f"unheard {number:06d}")


# ------------------------------------------------------------------------------------------- recorded crime


def recorded_crime(scene: Scene) -> list[Entry]:
    """One row a victim and crime: sexual offences with a victim under 18, those of exploited children among them."""
    rng = scene.rng("police/recorded_crime")
    known = [
        (assessment.authorised_on + timedelta(days=rng.randint(-60, 60)), case.child)
        for case in scene.cases
        for assessment in case.assessments
        if "11A" in assessment.factors and rng.random() < s.CRIME_AFTER_EXPLOITATION
    ]
    found: list[tuple[date, Child | None]] = [
        (day, child) for day, child in known
        if scene.first_day <= day <= scene.last_day and 10 <= age_on(child.dob, day) <= 17
    ]  # fmt: skip
    for start, end, share in years(scene):
        growth = s.SEXUAL_OFFENCES_GROWTH ** (start.year - FIRST_YEAR_OF_GROWTH)
        for _ in range(round(scene.scaled(s.SEXUAL_OFFENCES * growth) * share)):
            found.append((day_between(rng, start, end), None))
    found.sort(key=lambda one: (one[0], one[1].ref if one[1] else ""))
    return [_crime(rng, scene, number, day, child) for number, (day, child) in enumerate(found, start=1)]


def _crime(rng: Random, scene: Scene, number: int, recorded: date, child: Child | None) -> Entry:
    sex = SEX[child.sex] if child else ("F" if rng.random() < 0.82 else "M")
    if child is None and rng.random() < s.CRIME_NON_RECENT:
        committed = recorded - timedelta(days=rng.randint(366, 2500))
    else:
        committed = recorded - timedelta(days=min(365, round(rng.expovariate(1 / 30))))
    age = max(0, age_on(child.dob, committed)) if child else s.VICTIM_AGES.draw(rng)
    without_victim = child is None and rng.random() < s.CRIME_WITHOUT_VICTIM
    without_age = without_victim or (child is None and rng.random() < s.CRIME_WITHOUT_AGE)
    relationship = s.RELATIONSHIPS.draw(rng)
    outcome_on = recorded + timedelta(days=rng.randint(20, 200))
    cancelled_on = recorded + timedelta(days=rng.randint(10, 90)) if rng.random() < s.CRIME_CANCELLED else None
    cells: dict[str, Cell] = {
        "crime_ref": f"SYN-CR-{number:06d}",
        "victim_seq": 1,
        "ho_class": "71" if without_victim or (child and rng.random() < 0.4) else _offence(rng, sex, age),
        "recorded_on": recorded,
        "committed_from": committed - timedelta(days=rng.choice((0, 0, 0, 30, 180))),
        "committed_to": committed,
        "victim_person_ref": "" if without_victim else f"SYN-P-{child.ref[3:]}" if child else f"SYN-PC-{number:06d}",
        "victim_age_at_offence": None if without_age else age,
        "victim_sex": "U" if without_victim else sex,
        "victim_is_child": "Y",
        "relationship": "UNKNOWN" if without_victim else relationship,
        "online_flag": "Y" if without_victim or rng.random() < 0.15 else "N",
        "cse_flag": "Y" if child or rng.random() < 0.06 else "N",
        "da_flag": "Y" if relationship in ("FAMILY", "INTIMATE") and rng.random() < 0.4 else "N",
        "outcome_group": None if cancelled_on else s.CRIME_OUTCOMES.draw(rng),
        "cancelled": "Y" if cancelled_on else "N",
        "location_la": scene.la_code,
        "record_status": "N",
    }
    if cancelled_on:
        return Entry(recorded, cancelled_on, cells, ((cancelled_on, {"cancelled": "N"}),))
    return Entry(recorded, outcome_on, cells, ((outcome_on, {"outcome_group": None}),))


def _offence(rng: Random, sex: str, age: int) -> str:
    """A class of the counting rules that fits the victim's sex and age."""
    young = age < 13
    rape = {("F", True): "19E", ("F", False): "19D", ("M", True): "19H", ("M", False): "19G"}[sex, young]
    assault = {("F", True): "20B", ("F", False): "20A", ("M", True): "17B", ("M", False): "17A"}[sex, young]
    if age >= 16:
        rape = "19C" if sex == "F" else "19F"
    activity = "21" if young else "22B" if age < 16 else "73"
    grooming = "88A" if 13 <= age < 16 else activity
    return Shares({rape: 26, assault: 38, activity: 28, grooming: 8}).draw(rng)
