"""What is sent of first time entrants: counts from the police national computer, and the team's own records.

Belongs here: both, which count by different dates and are never one series. Does not belong here: young people of the
replay: few who enter are known to children's social care, and the team has no number of it.
"""

from __future__ import annotations

from datetime import date, timedelta

from orchestration.synthetic.calibration import add_months, facts_of_partners
from orchestration.synthetic.partners import estimates
from orchestration.synthetic.partners import shares as s
from orchestration.synthetic.partners.entries import Cell, Entry, Row
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.partners.schedule import Sending
from orchestration.synthetic.partners.shapes import day_between, quarter_ends

_YOUNGEST, _OLDEST = 10, 17
_CAUTIONS_FROM = date(2013, 4, 8)


def from_the_pnc(scene: Scene, sending: Sending) -> list[Row]:
    """The 12 months to the end of each quarter of the window, in the layout of the national release."""
    return [_of_the_pnc(scene, end, sending.window.end) for end in quarter_ends(sending.window)]


def _of_the_pnc(scene: Scene, end: date, released_to: date) -> Row:
    count, population = entrants(scene, end)
    return {
        "area_code": scene.area_code,
        "window_start": add_months(end, -12) + timedelta(days=1),
        "window_end": end,
        "fte_count": count,
        "population_10_17": population,
        "rate_per_100000": round(100_000 * count / population) if population else None,
        "source": "PNC",
        "release": f"First time entrants to {released_to:%B %Y}",
    }


def entrants(scene: Scene, end: date) -> tuple[int, int]:
    """Entrants of the 12 months to a day, and young people aged 10 to 17, at the replay's size.

    Between two years to March the rate goes evenly from one to the other.
    """
    rates = {
        fact.year_ending: float(fact.value) for fact in facts_of_partners() if fact.fact == "first_time_entrants_rate"
    } | s.FIRST_TIME_ENTRANTS_RATE
    year = end.year + (end.month > 3)
    part = ((end - date(year - 1, 3, 31)).days) / (date(year, 3, 31) - date(year - 1, 3, 31)).days
    now = rates[min(max(year, min(rates)), max(rates))]
    before = rates[min(max(year - 1, min(rates)), max(rates))]
    population = scene.scaled(estimates.persons(estimates.mid_year_of(end), _YOUNGEST, _OLDEST))
    return round((before + (now - before) * part) * population / 100_000), population


def of_the_team(scene: Scene) -> list[Entry]:
    """One row a young person, as the youth offending team records the first outcome."""
    rng = scene.rng("youth_justice/first_time_entrants")
    days: list[date] = []
    start = scene.first_day
    while start <= scene.last_day:
        end = add_months(start, 3) - timedelta(days=1)
        count, _ = entrants(scene, end)
        days += [day_between(rng, start, end) for _ in range(round(count / 4 * s.YOT_OF_PNC * rng.uniform(0.8, 1.2)))]
        start = end + timedelta(days=1)
    entries = []
    for number, day in enumerate(sorted(day for day in days if day <= scene.last_day), start=1):
        outcomes = s.YOT_OUTCOMES if day >= _CAUTIONS_FROM else s.YOT_OUTCOMES_BEFORE_2013
        cells: dict[str, Cell] = {
            "person_ref": f"SYN-Y-{number:05d}",
            "first_outcome_date": day,
            # The week of April 2013 before cautions came is told in a year whose list has no reprimand.
            "outcome": "CONVICTION" if date(2013, 4, 1) <= day < _CAUTIONS_FROM else outcomes.draw(rng),
            "age_at_outcome": s.YOT_AGES.draw(rng),
            "sex": "M" if rng.random() < 0.77 else "F",
            "offence_group": s.YOT_OFFENCES.draw(rng),
            "looked_after": "Y" if rng.random() < 0.05 else "N",
            "source": "YOT",
        }
        entries.append(Entry(day, day, cells))
    return entries
