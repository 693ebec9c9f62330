"""What education sends: attendance and attainment of children in need and of as many others, exclusions, pupils, early
education.

Belongs here: pupils under their unique pupil number, which is the authority's own of most children in need. Minimised:
of the other pupils only as many as make a comparison. Does not belong here: children who are under school age.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from orchestration.synthetic.calibration import Quotas, facts_of_partners
from orchestration.synthetic.partners import estimates
from orchestration.synthetic.partners import shares as s
from orchestration.synthetic.partners.entries import Cell, Entry, Row, told_with_twist
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.partners.schedule import Sending, census_day, terms
from orchestration.synthetic.partners.shapes import split
from orchestration.synthetic.people import age_on, pupil_number
from orchestration.synthetic.records import Child
from orchestration.synthetic.working_days import is_working_day

_YOUNGEST, _OLDEST, _LAST_OF_PRIMARY, _LAST_OF_SECONDARY = 4, 15, 10, 15
# Numbers of invented pupils whom children's social care does not know, far from those of the children that it knows.
_OTHER_PUPILS, _WRONG_NUMBERS = 500_000_000, 900_000_000
_COHORT = 10_000
_NEXT_DOOR = "810"
_TERMS = ("AUT", "SPR", "SUM")
# Half term 6 is collected since 2012/13.
_HALF_TERM_6_FROM = 2013
_PERSISTENT = 0.1
_KS2_NEW_FROM, _KS4_NEW_FROM = 2016, 2017


@dataclass(frozen=True)
class Pupil:
    """One pupil of an academic year: `child` where children's social care has a case on 31 March of it."""

    upn: str
    age: int
    child: Child | None
    year: int

    @property
    def phase(self) -> str:
        return "PRIMARY" if self.age <= _LAST_OF_PRIMARY else "SECONDARY"


@dataclass(frozen=True)
class School:
    """One invented school."""

    la: str
    estab: str
    phase: str

    @property
    def urn(self) -> str:
        """A reference number in a range that no school has."""
        return f"000{self.estab[1:]}"


def schools(scene: Scene, phase: str) -> list[School]:
    """The schools of a phase: some of the primary ones only, as no figure needs them all."""
    count, first = {
        "SECONDARY": (s.SCHOOLS_SECONDARY, 4101),
        "PRIMARY": (s.SCHOOLS_PRIMARY, 2201),
        "SPECIAL": (s.SCHOOLS_SPECIAL, 7301),
    }[phase]
    return [School(scene.la_code, str(first + number), phase) for number in range(max(1, scene.scaled(count)))]


def pupils(scene: Scene, year: int) -> list[Pupil]:
    """Children in need on 31 March who are of school age and on a roll, and as many other pupils of each age."""
    rng = scene.rng(f"education/pupils/{year}")
    eve = date(year - 1, 8, 31)
    found: list[Pupil] = []
    by_age: dict[int, int] = {}
    for child in scene.with_open_case(date(year, 3, 31)):
        age = age_on(child.dob, eve)
        if not _YOUNGEST < age <= _OLDEST or child.is_unaccompanied:
            continue
        by_age[age] = by_age.get(age, 0) + 1
        chance = rng.random()
        if chance < s.UPN_SAME:
            found.append(Pupil(child.upn, age, child, year))
        elif chance < s.UPN_SAME + s.UPN_OTHER:
            # On the roll under a number that the authority does not hold: no match.
            found.append(Pupil(pupil_number(_WRONG_NUMBERS + int(child.ref[3:])), age, child, year))
    for age, count in sorted(by_age.items()):
        # The same pupils from year to year: their number tells when they started school.
        started = year - 1 - age
        first = _OTHER_PUPILS + (started % 100) * _COHORT
        found += [Pupil(pupil_number(first + number), age, None, year) for number in range(count)]
    return found


# ---------------------------------------------------------------------------------------------------------- attendance


def attendance(scene: Scene) -> Callable[[Sending], Sequence[Row]]:
    """One row a pupil, school and term; a file holds the terms of its window."""
    of_year: dict[int, list[tuple[str, Row]]] = {}

    def tell(sending: Sending) -> Sequence[Row]:
        window = sending.window
        year = window.end.year + (window.end.month > 8)
        if year not in of_year:
            of_year[year] = list(_attended(scene, year))
        within = [
            name
            for name, (start, end) in zip(_TERMS, terms(year), strict=True)
            if window.start <= start and end <= window.end
        ]
        return told_with_twist(sending, [row for term, row in of_year[year] if term[:3] in within])

    return tell


def _attended(scene: Scene, year: int) -> Iterator[tuple[str, Row]]:
    rng = scene.rng(f"education/attendance/{year}")
    everyone = pupils(scene, year)
    absent = {
        **_rates(rng, [p for p in everyone if p.child is not None], s.PERSISTENTLY_ABSENT_IN_NEED),
        **_rates(rng, [p for p in everyone if p.child is None], s.PERSISTENTLY_ABSENT_OTHERS),
    }
    by_phase = {phase: schools(scene, phase) for phase in ("PRIMARY", "SECONDARY", "SPECIAL")}
    for pupil in everyone:
        school = rng.choice(by_phase["SPECIAL" if rng.random() < 0.03 else pupil.phase])
        if rng.random() < s.SCHOOLED_ELSEWHERE:
            school = School(_NEXT_DOOR, school.estab, school.phase)
        moved_to = rng.choice(by_phase[pupil.phase]) if rng.random() < s.CHANGED_SCHOOL else school
        is_dual = rng.random() < s.DUAL_REGISTERED
        rate = absent[pupil.upn]
        for term, possible in s.SESSIONS.items():
            if term == "SUM6" and year < _HALF_TERM_6_FROM:
                continue
            where = school if term == "AUT" else moved_to
            missed = _missed(rng, rate, possible)
            unauthorised = round(missed * rng.random() * (0.6 if rate > _PERSISTENT else 0.3))
            row: dict[str, Cell] = {
                "upn": pupil.upn,
                "academic_year": _named(year),
                "term": term,
                "school_la": where.la,
                "school_estab": where.estab,
                "phase": where.phase,
                "age_at_31_aug": pupil.age,
                "enrol_status": "M" if is_dual else "C",
                "sessions_possible": possible,
                "sessions_authorised": missed - unauthorised,
                "sessions_unauthorised": unauthorised,
                "record_status": "N",
            }
            yield term, row
            if is_dual:
                # The unit that the pupil attends besides: its sessions count nowhere.
                beside: dict[str, Cell] = {
                    "school_la": scene.la_code,
                    "school_estab": "1101",
                    "phase": "PRU",
                    "enrol_status": "S",
                    "sessions_possible": possible // 3,
                    "sessions_authorised": 4,
                    "sessions_unauthorised": 0,
                }
                yield term, {**row, **beside}


def _rates(rng: Random, everyone: list[Pupil], share: float) -> dict[str, float]:
    """Each pupil's share of sessions missed: exactly `share` of them at or above a tenth, a few of these most."""
    upns = [pupil.upn for pupil in everyone]
    often = set(rng.sample(upns, round(share * len(upns))))
    return {
        upn: min(0.85, _PERSISTENT + 0.012 + rng.expovariate(1 / 0.09)) if upn in often else 0.085 * rng.random() ** 1.6
        for upn in upns
    }


def _missed(rng: Random, rate: float, possible: int) -> int:
    """Sessions missed in a term: near the pupil's rate, never across the tenth that tells persistent from not."""
    missed = rate * possible * rng.uniform(0.85, 1.12)
    if rate >= _PERSISTENT:
        return min(possible, max(int(missed), int(_PERSISTENT * possible) + 1))
    return min(int(missed), int(_PERSISTENT * possible) - 1)


# ---------------------------------------------------------------------------------------------------------- attainment


def attainment(scene: Scene) -> Callable[[Sending], Sequence[Row]]:
    """One row a pupil at the end of key stage 2 or 4; the first results are provisional, a few of them too low."""

    def tell(sending: Sending) -> Sequence[Row]:
        return list(_attained(scene, sending.window.end.year, final=sending.final))

    return tell


def _attained(scene: Scene, year: int, *, final: bool) -> Iterator[Row]:
    rng = scene.rng(f"education/attainment/{year}")
    everyone = pupils(scene, year)
    secondary, primary = schools(scene, "SECONDARY"), schools(scene, "PRIMARY")
    for stage, age, where in (("KS2", _LAST_OF_PRIMARY, primary), ("KS4", _LAST_OF_SECONDARY, secondary)):
        at_end = [pupil for pupil in everyone if pupil.age == age]
        in_need = s.KEY_STAGE_2_IN_NEED if stage == "KS2" else s.KEY_STAGE_4_IN_NEED
        others = s.KEY_STAGE_2_OTHERS if stage == "KS2" else s.KEY_STAGE_4_OTHERS
        reached = _reaching(rng, [p for p in at_end if p.child is not None], in_need[_near(year, in_need)])
        reached |= _reaching(rng, [p for p in at_end if p.child is None], others[_near(year, others)])
        for pupil in at_end:
            has_reached = pupil.upn in reached
            too_low = rng.random() < s.PROVISIONAL_TOO_LOW
            row: dict[str, Cell] = {
                "upn": pupil.upn,
                "academic_year": _named(year),
                "key_stage": stage,
                "school_urn": rng.choice(where).urn,
                "result_status": "FINAL" if final else "PROVISIONAL",
                "end_of_stage": "Y",
                _measure(stage, year): "Y" if has_reached and (final or not too_low) else "N",
                "in_performance_tables": "Y" if rng.random() < 0.97 else "N",
                "record_status": "N",
            }
            score = rng.gauss(52 if has_reached else 26, 8)
            if stage == "KS4" and year >= _KS2_NEW_FROM:
                row["attainment8"] = f"{min(87.0, max(0.0, score)):.1f}"
            yield row


def _measure(stage: str, year: int) -> str:
    """The column that the year's own measure stands in."""
    if stage == "KS2":
        return "ks2_expected_rwm" if year >= _KS2_NEW_FROM else "ks2_l4_rwm"
    return "ks4_em_9_4" if year >= _KS4_NEW_FROM else "ks4_5ac_em"


def _reaching(rng: Random, everyone: list[Pupil], share: float) -> set[str]:
    return set(rng.sample([pupil.upn for pupil in everyone], round(share * len(everyone))))


# ---------------------------------------------------------------------------------------------------------- exclusions


def exclusions(scene: Scene) -> list[Entry]:
    """One row an exclusion: of secondary schools as many as were published, and some of other phases."""
    quotas = Quotas(scene.scale, facts_of_partners())
    found: list[tuple[date, int, dict[str, Cell]]] = []
    for year in range(scene.first_day.year + 1, scene.last_day.year + 1):
        rng = scene.rng(f"education/exclusions/{year}")
        found += [
            (day, len(found) + place, cells) for place, (day, cells) in enumerate(_excluded(rng, scene, quotas, year))
        ]
    found.sort(key=lambda one: one[:2])
    return [
        Entry(day, day, {"exclusion_ref": f"SYN-E-{number:06d}", **cells})
        for number, (day, _, cells) in enumerate(found, start=1)
    ]


def _excluded(rng: Random, scene: Scene, quotas: Quotas, year: int) -> Iterator[tuple[date, dict[str, Cell]]]:
    fixed, permanent = quotas.near("exclusions_fixed", year), quotas.near("exclusions_permanent", year)
    in_need = [pupil for pupil in pupils(scene, year) if pupil.child is not None and pupil.age > _LAST_OF_PRIMARY]
    count = min(fixed, scene.scaled(s.PUPILS_EXCLUDED[_near(year, s.PUPILS_EXCLUDED)]))
    known = rng.sample(in_need, min(len(in_need), round(count * s.EXCLUSIONS_IN_NEED)))
    others = [
        Pupil(pupil_number(_OTHER_PUPILS + ((year - 12) % 100) * _COHORT + 2000 + number), 12, None, year)
        for number in range(count - len(known))
    ]
    excluded = [*known, *others]
    rng.shuffle(excluded)
    weights = [rng.expovariate(1.0) ** 2 + 0.05 for _ in excluded]
    again = rng.choices(excluded, weights, k=fixed - len(excluded)) if excluded else []
    secondary = schools(scene, "SECONDARY")
    busy = [rng.uniform(0.4, 1.6) for _ in secondary]
    school_of = {pupil.upn: rng.choices(secondary, busy)[0] for pupil in excluded}
    lunchtime = set(rng.sample(range(fixed), round(fixed * s.EXCLUSIONS_LUNCHTIME)))
    for place, pupil in enumerate([*excluded, *again]):
        kind = "LNCH" if place in lunchtime else "FIXD"
        yield _exclusion(rng, scene, pupil, school_of[pupil.upn], kind, year)
    # Nobody is excluded twice for good; who was put back does not count.
    for place, pupil in enumerate(rng.sample(excluded, min(len(excluded), permanent + s.REINSTATED))):
        day, cells = _exclusion(rng, scene, pupil, school_of[pupil.upn], "PERM", year)
        review = "REINSTATED" if place >= permanent else "UPHELD" if rng.random() < 0.1 else "NONE"
        yield day, {**cells, "review_outcome": review}
    elsewhere = [*schools(scene, "PRIMARY"), *schools(scene, "SPECIAL")]
    for number in range(scene.scaled(s.EXCLUSIONS_OF_OTHER_PHASES)):
        pupil = Pupil(pupil_number(_OTHER_PUPILS + ((year - 8) % 100) * _COHORT + 6000 + number), 8, None, year)
        yield _exclusion(rng, scene, pupil, rng.choice(elsewhere), "FIXD", year)


def _exclusion(
    rng: Random, scene: Scene, pupil: Pupil, school: School, kind: str, year: int
) -> tuple[date, dict[str, Cell]]:
    day = _school_day(rng, year)
    child = pupil.child
    lives_elsewhere = child is None and rng.random() < 0.06
    return day, {
        "upn": pupil.upn,
        "academic_year": _named(year),
        "school_urn": school.urn,
        "school_phase": school.phase,
        "school_la": school.la,
        "residence_la": _NEXT_DOOR if lives_elsewhere else scene.la_code,
        "category": kind,
        "start_date": day,
        "sessions": {"PERM": None, "LNCH": 1}.get(kind, s.EXCLUSION_SESSIONS.draw(rng)),
        "reason": s.EXCLUSION_REASONS.draw(rng),
        "review_outcome": "NONE",
        "looked_after": "Y" if child is not None and scene.is_looked_after(child, day) else "N",
        "cin": "Y" if child is not None and scene.has_case(child, day) else "N",
        "record_status": "N",
    }


def _school_day(rng: Random, year: int) -> date:
    """A day of school: none in the last days of December, around Easter or after 20 July."""
    (autumn, _), (_, easter), _ = terms(year)
    spans = [
        (autumn + timedelta(days=4), date(year - 1, 12, 18)),
        (date(year, 1, 5), easter - timedelta(days=9)),
        (easter + timedelta(days=8), date(year, 7, 20)),
    ]
    start, end = rng.choices(spans, s.TERM_SHARES)[0]
    while True:
        day = start + timedelta(days=rng.randint(0, (end - start).days))
        if is_working_day(day):
            return day


# ------------------------------------------------------------------------------------------------------------- pupils


def headcount(scene: Scene, sending: Sending) -> list[Row]:
    """The January census of the window's academic year: secondary schools add up to the published number."""
    year = sending.window.end.year
    rng = scene.rng(f"education/pupil_headcount/{year}")
    secondary = Quotas(scene.scale, facts_of_partners()).near("pupils_secondary", year)
    rows: list[Row] = []
    for phase, count in (("SECONDARY", secondary), ("PRIMARY", scene.scaled(3100)), ("SPECIAL", scene.scaled(310))):
        there = schools(scene, phase)
        for place, heads in split(count, {place: rng.uniform(0.6, 1.4) for place in range(len(there))}).items():
            rows.append(
                {
                    "census_date": census_day(year),
                    "school_urn": there[place].urn,
                    "phase": phase,
                    "academic_year": _named(year),
                    "headcount_sole_and_dual_main": heads,
                    "boarders": 0,
                    "record_status": "N",
                }
            )
    return rows


def early_education(scene: Scene, sending: Sending) -> list[Row]:
    """Children aged 3 and 4 who take up a place on the census day, in the layout of the national tables."""
    year = sending.window.end.year
    mid_year = year - 1
    heads: dict[str, tuple[int, int]] = {}
    for age in (3, 4):
        children = scene.scaled(estimates.persons(mid_year, age, age))
        share = s.EARLY_EDUCATION[_near(year, s.EARLY_EDUCATION)] + (-0.02 if age == 3 else 0.02)
        heads[str(age)] = round(children * share), children
    heads["3_4"] = heads["3"][0] + heads["4"][0], heads["3"][1] + heads["4"][1]
    return [
        {
            "census_year": year,
            "area_code": scene.area_code,
            "age": age,
            "children_benefiting": benefiting,
            "population": children,
            "population_source": f"ONS mid-{mid_year}",
        }
        for age, (benefiting, children) in heads.items()
    ]


def _named(year: int) -> str:
    """201617 for the academic year that ends in 2017."""
    return f"{year - 1}{year % 100:02d}"


def _near(year: int, years: dict[int, float] | dict[int, int]) -> int:
    return min(max(year, min(years)), max(years))
