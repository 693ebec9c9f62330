"""Children looked after: how many at a year's end and for how long, how many ceased, were adopted, saw a doctor.

Belongs here: fitting periods of care. Does not belong here: what a period holds (care), and who goes missing (missing).
Short breaks are in none of these figures and are left alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from orchestration.synthetic import care
from orchestration.synthetic import distributions as d
from orchestration.synthetic.calibration import Quotas, Year, year_of
from orchestration.synthetic.fit.cases import Cases, earliest_close, nearest, reclose
from orchestration.synthetic.people import ADULT, birthday
from orchestration.synthetic.records import CarePeriod, Child, Population, Referral

_SHORTEST_DAYS = 12
_TRIES = 40


@dataclass(frozen=True)
class _Stay:
    """A period of care within its case."""

    referral: Referral
    period: CarePeriod

    @property
    def child(self) -> Child:
        return self.period.child

    @property
    def started(self) -> date:
        return self.period.started_on

    @property
    def ended(self) -> date:
        return self.period.ended_on or date.max

    @property
    def order(self) -> tuple[date, str]:
        return self.ended, self.child.ref


@dataclass
class _Care:
    """All stays, and the ways in which one may be changed."""

    rng: Random
    world: Population
    cases: Cases
    la_code: str

    def stays(self) -> list[_Stay]:
        return [_Stay(referral, period) for referral in self.cases.referrals for period in referral.care]

    def is_childs_last(self, stay: _Stay) -> bool:
        return all(other.started_on <= stay.started for other in stay.referral.care)

    def end(self, stay: _Stay, on: date) -> None:
        """End the stay at home on another day."""
        care.end_on(self.rng, stay.period, on, care.goes_home(self.rng))
        self.close_after(stay.referral)

    def take_away(self, stay: _Stay) -> None:
        """The child was not looked after; the case goes on without it."""
        stay.referral.care = [period for period in stay.referral.care if period is not stay.period]
        self.world.care = [period for period in self.world.care if period is not stay.period]
        if not stay.referral.care:
            self.close_after(stay.referral)

    def begin(self, year: Year, *, within: bool) -> bool:
        """Have a child of a plain case come into care within the year, and go home in it or after it."""
        day = year.last_day
        for referral in self._plain(year):
            child, start = referral.child, referral.referred_on + timedelta(days=self.rng.randint(2, 60))
            if not year.first_day < start < day - timedelta(days=60 if within else 5) or start < child.dob:
                continue
            if birthday(child.dob, ADULT - 1) < day:
                continue
            [period, *_] = care.look_after(self.rng, child, start, "home", self.la_code)
            latest = (day - start).days
            stays = self.rng.randint(20, min(120, latest)) if within else latest + self.rng.randint(10, 200)
            care.end_on(self.rng, period, start + timedelta(days=stays))
            referral.care = [period]
            self.world.care.append(period)
            self.close_after(referral)
            return True
        return False

    def _plain(self, year: Year) -> list[Referral]:
        plain = [
            referral
            for referral in self.cases.plain_from(year.first_day, year.last_day)
            if not referral.enquiries and (referral.closed_on or date.min) > referral.referred_on + timedelta(days=70)
        ]
        self.rng.shuffle(plain)
        return plain

    def close_after(self, referral: Referral) -> None:
        first = earliest_close(referral)
        if referral.care:
            ending = referral.care[-1].episodes[-1].rec
            stays_open = 0 if ending in d.CLOSES_WITH_CARE else self.rng.randint(0, 60)
            reclose(self.rng, referral, first + timedelta(days=stays_open))
        else:
            low, high = d.DAYS_OPEN["longer_work"]
            on = referral.referred_on + timedelta(days=self.rng.randint(low, high))
            reclose(self.rng, referral, max(first, min(on, self.cases.latest_close(referral))))


def fit_care(
    rng: Random, world: Population, cases: Cases, quotas: Quotas, first_day: date, last_day: date, la_code: str
) -> None:
    """Year by year: how many stay for a year and more, how many newer ones there are, who ceased, who was adopted."""
    work = _Care(rng, world, cases, la_code)
    for ending in range(year_of(first_day).ending, year_of(last_day).ending + 1):
        year = Year(ending)
        if year.last_day > last_day:
            continue
        _fit_stays_of_a_year(work, quotas, year)
        _fit_newer_stays(work, quotas, year)
        _fit_ceased(work, quotas, year)
        _fit_adopted(work, quotas, year)
        _fit_health(work, quotas, year)


def _fit_stays_of_a_year(work: _Care, quotas: Quotas, year: Year) -> None:
    quota = quotas.get("looked_after_12_months", year.ending)
    if quota is None:
        return
    stays = [stay for stay in work.stays() if stay.started <= year.first_day and stay.ended > year.eve]
    surplus = len({stay.child.ref for stay in stays if stay.ended > year.last_day}) - quota
    if surplus > 0:
        movable = [s for s in stays if s.ended > year.last_day and care.is_lasting(s.period) and work.is_childs_last(s)]
        movable.sort(key=lambda stay: stay.order)
        for stay in nearest(work.rng, movable, surplus):
            first = max(year.first_day, stay.started + timedelta(days=30))
            work.end(stay, first + timedelta(days=work.rng.randint(1, (year.last_day - first).days)))
    elif surplus < 0:
        _lengthen(work, year, [stay for stay in stays if stay.ended <= year.last_day], -surplus)


def _lengthen(work: _Care, year: Year, ended: list[_Stay], count: int) -> int:
    """Have stays that ended in the year last beyond it, the last ones first; how many there were too few."""
    day = year.last_day
    movable = [
        stay
        for stay in ended
        if care.is_lasting(stay.period) and work.is_childs_last(stay) and year.has(stay.ended)
        if birthday(stay.child.dob, ADULT) > day + timedelta(days=40)
    ]
    movable.sort(key=lambda stay: stay.order, reverse=True)
    for stay in nearest(work.rng, movable, count):
        until = min(
            day + timedelta(days=work.rng.randint(15, 220)), birthday(stay.child.dob, ADULT) - timedelta(days=3)
        )
        work.end(stay, until)
    return max(0, count - len(movable))


def _newer(work: _Care, year: Year) -> list[_Stay]:
    return [stay for stay in work.stays() if year.first_day < stay.started <= year.last_day]


def _fit_newer_stays(work: _Care, quotas: Quotas, year: Year) -> None:
    total, long = quotas.get("looked_after", year.ending), quotas.get("looked_after_12_months", year.ending)
    if total is None and year.ending in d.LOOKED_AFTER:
        total = quotas.scaled(d.LOOKED_AFTER[year.ending])
    if total is None or long is None:
        return
    stays = _newer(work, year)
    surplus = sum(1 for stay in stays if stay.ended > year.last_day) - (total - long)
    if surplus > 0:
        movable = [s for s in stays if s.ended > year.last_day and work.is_childs_last(s)]
        movable.sort(key=lambda stay: (not care.is_lasting(stay.period), stay.order))
        for stay in nearest(work.rng, movable, surplus):
            room = (year.last_day - stay.started).days
            if room > _SHORTEST_DAYS and care.is_lasting(stay.period):
                work.end(stay, stay.started + timedelta(days=work.rng.randint(_SHORTEST_DAYS, room)))
            else:
                work.take_away(stay)
    elif surplus < 0:
        missing = _lengthen(work, year, [stay for stay in stays if stay.ended <= year.last_day], -surplus)
        while missing and work.begin(year, within=False):
            missing -= 1


def _fit_ceased(work: _Care, quotas: Quotas, year: Year) -> None:
    """Children who ceased to be looked after: more or fewer who came and went within the year."""
    quota = quotas.get("ceased", year.ending)
    if quota is None:
        return
    ceased = Counter(stay.child.ref for stay in work.stays() if year.has(stay.ended))
    surplus = len(ceased) - quota
    if surplus > 0:
        within = [
            stay
            for stay in _newer(work, year)
            if year.has(stay.ended) and ceased[stay.child.ref] == 1 and len(stay.referral.care) == 1
            if not stay.child.is_unaccompanied
        ]
        for stay in work.rng.sample(within, min(len(within), surplus)):
            work.take_away(stay)
    while surplus < 0 and work.begin(year, within=True):
        surplus += 1


def _fit_adopted(work: _Care, quotas: Quotas, year: Year) -> None:
    published = quotas.get("adopted", year.ending)
    quota = quotas.scaled(d.ADOPTED_A_YEAR) if published is None else published
    ceased = [stay for stay in work.stays() if year.has(stay.ended)]
    adopted = [stay for stay in ceased if stay.period.adoption is not None]
    for stay in work.rng.sample(adopted, max(0, len(adopted) - quota)):
        care.guardianship_instead(work.rng, stay.period, work.la_code)
    could = [stay for stay in ceased if care.can_be_adopted(stay.period)]
    missing = max(0, quota - len(adopted))
    for stay in work.rng.sample(could, min(len(could), missing)):
        care.adopted_instead(work.rng, stay.period, work.la_code)
    missing -= len(could)
    for _ in range(_TRIES):
        if missing > 0 and _swap_for_adoption(work, year):
            missing -= 1


def _swap_for_adoption(work: _Care, year: Year) -> bool:
    """A young child who would have stayed is adopted, and another who would have gone home stays in its place."""
    day = year.last_day
    stays = [stay for stay in work.stays() if stay.started <= year.first_day]
    open_ones = [stay for stay in stays if stay.ended > day and work.is_childs_last(stay)]
    ordered = day - timedelta(days=work.rng.randint(0, 300))
    could = [stay for stay in open_ones if care.can_be_adopted(stay.period, ordered)]
    if could and not _lengthen(work, year, [stay for stay in stays if year.has(stay.ended)], 1):
        stay = work.rng.choice(could)
        work.end(stay, ordered)
        care.adopted_instead(work.rng, stay.period, work.la_code)
        work.close_after(stay.referral)
        return True
    return False


def _fit_health(work: _Care, quotas: Quotas, year: Year) -> None:
    """Of those looked after for the whole year, who had no health assessment."""
    stays = [s for s in work.stays() if s.started <= year.first_day and s.ended > year.last_day]
    stays.sort(key=lambda stay: (stay.child.ref, stay.started))
    assessed = quotas.get("health_assessed", year.ending)
    if assessed is None:
        assessed = round(len(stays) * d.HEALTH["health_assessment"])
    without = work.rng.sample(stays, max(0, len(stays) - assessed))
    for stay in without:
        stay.period.years_without_health_assessment |= {year.ending}
