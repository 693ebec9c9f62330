"""Who goes missing from care, and how often.

Belongs here: dealing out the year's incidents among the children looked after. Does not belong here: their periods of
care. The return asks for them since the year ending 31 March 2015.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from random import Random

from orchestration.synthetic import distributions as d
from orchestration.synthetic.calibration import Quotas, Year, year_of
from orchestration.synthetic.people import birthday
from orchestration.synthetic.records import CarePeriod, Missing, Population

FIRST_YEAR = 2015
_AWAY_DAYS = (0, 1, 1, 1, 2, 3, 5)
_TRIES = 400
_YOUNGEST = 11


def fit_missing(rng: Random, world: Population, quotas: Quotas, first_day: date, last_day: date) -> None:
    """The year's children and incidents; in a year of which nothing was published, as in the nearest one."""
    found: dict[int, list[Missing]] = defaultdict(list)
    periods = [period for period in world.care if not period.is_short_breaks]
    periods.sort(key=lambda period: (period.child.ref, period.started_on))
    for ending in range(max(FIRST_YEAR, year_of(first_day).ending), year_of(last_day).ending + 1):
        year = Year(ending)
        children = quotas.near("missing_children", ending)
        incidents = max(children, quotas.near("missing_incidents", ending))
        _deal(rng, periods, found, year, "M", children, incidents)
        away = round(children * d.AWAY_FOR_EACH_MISSING)
        _deal(rng, periods, found, year, "A", away, round(incidents * d.AWAY_FOR_EACH_MISSING))
    for period in periods:
        period.missing = tuple(sorted(found[id(period)], key=lambda one: one.started_on))


def _deal(
    rng: Random,
    periods: list[CarePeriod],
    found: dict[int, list[Missing]],
    year: Year,
    kind: str,
    children: int,
    incidents: int,
) -> None:
    """Give exactly so many children so many incidents between them, a few of them most."""
    roomy = [period for period in periods if sum((to - from_).days for from_, to in _spans(period, year)) >= 25]
    by_child = {period.child.ref: period for period in roomy}
    chosen: list[CarePeriod] = []
    for ref in rng.sample(sorted(by_child), len(by_child)):
        if len(chosen) < children and _go(rng, by_child[ref], found, year, kind):
            chosen.append(by_child[ref])
    left = incidents - len(chosen)
    weights = [rng.expovariate(1.0) ** 2 + 0.02 for _ in chosen]
    tries = 0
    while left > 0 and chosen and tries < _TRIES * incidents:
        tries += 1
        left -= _go(rng, rng.choices(chosen, weights)[0], found, year, kind)


def _go(rng: Random, period: CarePeriod, found: dict[int, list[Missing]], year: Year, kind: str) -> bool:
    """One more incident on days on which the child was in one placement and not away already."""
    spans = _spans(period, year)
    from_, to = rng.choices(spans, [(to - from_).days for from_, to in spans])[0]
    start = from_ + timedelta(days=rng.randint(0, (to - from_).days - 1))
    end = min(start + timedelta(days=rng.choice(_AWAY_DAYS)), to)
    one_day = timedelta(days=1)
    if any(start <= other.ended_on + one_day and end >= other.started_on - one_day for other in found[id(period)]):
        return False
    found[id(period)].append(Missing(kind, start, end))
    return True


def _spans(period: CarePeriod, year: Year) -> list[tuple[date, date]]:
    """The stretches of the year in one placement each, without its first and last days."""
    from_age = birthday(period.child.dob, _YOUNGEST)
    spans = []
    for episode in period.episodes:
        first = max(episode.decom + timedelta(days=2), from_age, year.first_day)
        last = min((episode.dec or date.max) - timedelta(days=2), year.last_day) if episode.dec else year.last_day
        if (last - first).days > 2:
            spans.append((first, last))
    return spans
