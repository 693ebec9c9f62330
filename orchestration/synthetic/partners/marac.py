"""What the coordinator of the multi-agency risk assessment conference (MARAC) sends: cases discussed.

Belongs here: cases of adult victims (and of 16 and 17 years), who are no children of the replay. Does not belong here:
notifications about children (police). Whether a case is a repeat is the coordinator's decision: no perpetrator is held.
"""

from __future__ import annotations

from datetime import date, timedelta

from orchestration.synthetic.partners import shares as s
from orchestration.synthetic.partners.entries import Cell, Entry
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.working_days import add_working_days

# The quarter in which no conference was held: its file tells that there was nothing, which is a true 0.
NO_CONFERENCE = (date(2015, 7, 1), date(2015, 9, 30))
_ANY_ABUSE_FROM = date(2014, 4, 1)
_FORTNIGHT, _YEAR = timedelta(days=14), timedelta(days=365)


def cases(scene: Scene) -> list[Entry]:
    """One row a case discussed, at fortnightly meetings."""
    rng = scene.rng("marac/cases")
    entries: list[Entry] = []
    referred: list[tuple[date, str]] = []
    number = victims = 0
    meeting = add_working_days(scene.first_day + timedelta(days=5), 0)
    while meeting <= scene.last_day:
        exact = s.MARAC_CASES * scene.scale * _FORTNIGHT / _YEAR * rng.uniform(0.7, 1.3)
        count = int(exact) + (rng.random() < exact % 1)
        if NO_CONFERENCE[0] <= meeting <= NO_CONFERENCE[1]:
            count = 0
        for _ in range(count):
            number += 1
            referral = meeting - timedelta(days=rng.randint(5, 20))
            recent = [one for one in referred if referral - _YEAR < one[0] < referral]
            repeat = bool(recent) and rng.random() < s.MARAC_REPEATS
            if repeat:
                previous, victim = rng.choice(recent)
            else:
                victims += 1
                previous, victim = date.min, f"SYN-V-{victims:06d}"
            referred.append((referral, victim))
            unexplained = rng.random() < s.MARAC_REPEAT_UNEXPLAINED
            children = s.CHILDREN_IN_HOUSEHOLD.draw(rng)
            known = sum(rng.random() < 0.45 for _ in range(children))
            cells: dict[str, Cell] = {
                "case_ref": f"SYN-MC-{number:06d}",
                "meeting_date": meeting,
                "marac_area": "East Riding" if scene.la_code == "811" else scene.la_code,
                "victim_ref": victim,
                "referral_date": referral,
                "previous_referral_date": previous if repeat and not unexplained else None,
                "is_repeat": "Y" if repeat else "N",
                "repeat_definition": "ANY_ABUSE_12M" if meeting >= _ANY_ABUSE_FROM else "CRIMINAL_12M",
                "referring_agency": s.MARAC_AGENCIES.draw(rng),
                "victim_age_band": "16-17" if rng.random() < 0.02 else "18+",
                "children_in_household": children,
                "unborn": int(rng.random() < 0.05),
                "children_known_to_csc": known,
                "children_on_cpp": sum(rng.random() < 0.2 for _ in range(known)),
            }
            entries.append(Entry(meeting, meeting, cells))
        meeting = add_working_days(meeting + _FORTNIGHT, 0)
    return entries
