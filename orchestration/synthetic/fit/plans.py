"""Child protection plans: how many start, end and stand at a year's end, after which plan, and reviewed when.

Belongs here: fitting plans. Does not belong here: what a plan holds (need), conferences without a plan and enquiries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from orchestration.synthetic import distributions as d
from orchestration.synthetic.calibration import Quotas, Year, add_months, year_of
from orchestration.synthetic.fit.cases import Cases, earliest_close, nearest, reclose
from orchestration.synthetic.need import can_have_a_plan, enquiry, plan, plan_reviews
from orchestration.synthetic.people import ADULT, age_on, birthday
from orchestration.synthetic.records import Plan, Referral
from orchestration.synthetic.working_days import add_working_days

# Plans that have run for so long are due a review (calibration.csv, plans_reviewable).
_REVIEWABLE_DAYS = 91
_TWO_YEARS_DAYS = 729
# Of the plans that start in a year's last three months, those that end in them too; our choice.
_SHORT_PLANS = 0.05
# Of the plans that could come to two years by a year's end, those that do and stay open; our choice.
_LONG_AND_OPEN = 1
_LATEST_LATE_DAYS = 30
_SHORTEST_DAYS = 14
_CATEGORIES = ("NEG", "PHY", "SAB", "EMO", "MUL")


@dataclass(frozen=True)
class _Case:
    """A plan within its case."""

    referral: Referral
    plan: Plan

    @property
    def started(self) -> date:
        return self.plan.started_on

    @property
    def ended(self) -> date:
        return self.plan.ended_on or date.max

    @property
    def adult(self) -> date:
        return birthday(self.referral.child.dob, ADULT)

    @property
    def is_free(self) -> bool:
        """Whether its end can be moved: where care follows, that ends the plan."""
        return not self.referral.care

    def end(self, rng: Random, on: date) -> None:
        """End the plan on another day; the case closes some weeks after it."""
        self.plan.ended_on = min(on, self.adult)
        reclose(
            rng, self.referral, max(self.ended + timedelta(days=rng.randint(10, 130)), earliest_close(self.referral))
        )


def fit_plans(rng: Random, cases: Cases, quotas: Quotas, first_day: date, last_day: date) -> None:
    """Starts, ends, earlier plans, categories and reviews, in this order."""
    years = [
        Year(ending)
        for ending in quotas.years("plans_started", "plans_open", "plans_reviewable")
        if first_day <= Year(ending).first_day and Year(ending).last_day <= last_day
    ]
    for year in years:
        _fit_starts(rng, cases, quotas, year)
    for year in years:
        _fit_ends(rng, cases, quotas, year, first_day)
    _let_children_have_another(rng, cases, quotas)
    for year in years:
        _fit_earlier_plans(rng, cases, quotas, year)
    _fit_categories(rng, cases, quotas, years)
    _fit_reviews(rng, cases, quotas, years, first_day)


def _plans(cases: Cases) -> Iterator[_Case]:
    for referral in cases.referrals:
        for one in referral.plans:
            yield _Case(referral, one)


# ------------------------------------------------------------------------------------------------------------- starts


def _young_from(year: Year) -> date:
    """The first day on which a plan must start to be too young for a review at the year's end."""
    return year.last_day - timedelta(days=_REVIEWABLE_DAYS - 1)


def _open_young(quotas: Quotas, year: Year) -> int:
    return (quotas.get("plans_open", year.ending) or 0) - (quotas.get("plans_reviewable", year.ending) or 0)


def _started_young(quotas: Quotas, year: Year) -> int:
    started = quotas.get("plans_started", year.ending) or 0
    return min(started, _open_young(quotas, year) + round(_SHORT_PLANS * _open_young(quotas, year)))


def _fit_starts(rng: Random, cases: Cases, quotas: Quotas, year: Year) -> None:
    young, from_ = _started_young(quotas, year), _young_from(year)
    before = (quotas.get("plans_started", year.ending) or 0) - young
    _fit_starts_within(rng, cases, year.first_day, from_ - timedelta(days=1), before)
    _fit_starts_within(rng, cases, from_, year.last_day, young)


def _fit_starts_within(rng: Random, cases: Cases, first: date, last: date, quota: int) -> None:
    started = [case for case in _plans(cases) if first <= case.started <= last]
    surplus = [case for case in started if case.is_free]
    for case in rng.sample(surplus, max(0, min(len(surplus), len(started) - quota))):
        _take_away(rng, case)
    missing = quota - len(started)
    if missing <= 0:
        return
    candidates = [r for r in cases.plain_from(first - timedelta(days=45), last) if can_have_a_plan(r.child, last)]
    rng.shuffle(candidates)
    for referral in candidates:
        if missing and _protect_within(rng, referral, first, last):
            missing -= 1


def _take_away(rng: Random, case: _Case) -> None:
    """The conference found that no plan was needed."""
    case.referral.plans.remove(case.plan)
    case.referral.child.earlier_plans -= 1
    low, high = d.DAYS_OPEN["conference_only"]
    on = case.referral.referred_on + timedelta(days=rng.randint(low, high))
    reclose(rng, case.referral, max(on, earliest_close(case.referral)))


def _protect_within(rng: Random, referral: Referral, first: date, last: date) -> bool:
    """Give a plain case an enquiry, a conference within the two days and a plan; False where they do not fit."""
    started = add_working_days(referral.referred_on, rng.randint(0, 25))
    conference = add_working_days(started, d.CONFERENCE_WORKING_DAYS.draw(rng))
    held = any(one.conference_held for one in referral.enquiries) or referral.transfer_conference_on
    if held or not first <= conference <= last:
        return False
    referral.enquiries = [enquiry(started, conference, conference_held=True)]
    referral.need = "N1"
    referral.plans = [plan(rng, referral.child, conference)]
    _Case(referral, referral.plans[0]).end(rng, referral.plans[0].ended_on or conference)
    return True


# --------------------------------------------------------------------------------------------------------------- ends


def _fit_ends(rng: Random, cases: Cases, quotas: Quotas, year: Year, first_day: date) -> None:
    day, from_ = year.last_day, _young_from(year)
    known = [case for case in _plans(cases) if case.started <= day and case.ended > year.eve]
    for case in known:
        # Of a plan from before the first return nobody could say whether its reviews were on time.
        if case.is_free and case.started < first_day and case.ended > day:
            case.end(rng, year.first_day + timedelta(days=rng.randint(0, 360)))
    young = [case for case in known if case.started >= from_]
    grown = [case for case in known if case.started < from_]
    settled = _fit_long(rng, quotas, year, grown, first_day)
    wanted = quotas.get("plans_reviewable", year.ending) or 0
    kept = _long_next_year(quotas, year, grown, settled)
    _fit_open(
        rng, year, [case for case in grown if id(case.plan) not in settled], kept, wanted - _open(settled, grown, day)
    )
    _fit_open(rng, year, young, set(), _open_young(quotas, year))


def _open(settled: set[int], plans: list[_Case], day: date) -> int:
    return sum(1 for case in plans if id(case.plan) in settled and case.ended > day)


def _fit_long(rng: Random, quotas: Quotas, year: Year, plans: list[_Case], first_day: date) -> set[int]:
    """Settle the plans that could come to two years within the year, and say which those are."""
    day = year.last_day
    could = [case for case in plans if case.started + timedelta(days=_TWO_YEARS_DAYS) <= day]
    # Who comes of age before the two years cannot come to them.
    free = sorted(
        (case for case in could if case.is_free),
        key=lambda case: (
            case.adult <= max(case.started + timedelta(days=_TWO_YEARS_DAYS), year.first_day),
            case.started,
            case.referral.child.ref,
        ),
    )
    wanted = _ended_after_two_years(quotas, year.ending)
    wanted -= sum(1 for case in could if not case.is_free and _ends_long(case, year))
    for position, case in enumerate(free):
        comes_to_it = case.started + timedelta(days=_TWO_YEARS_DAYS)
        is_past = comes_to_it <= year.eve
        can_stay = case.adult > day + timedelta(days=20) and case.started >= first_day
        if position < wanted:
            if not _ends_long(case, year):
                first, latest = max(comes_to_it, year.first_day), min(day, case.adult)
                case.end(rng, first + timedelta(days=rng.randint(0, max(0, (latest - first).days))))
        elif can_stay and (is_past or position < wanted + _LONG_AND_OPEN):
            if case.ended <= day:
                case.end(rng, day + timedelta(days=rng.randint(20, 150)))
        elif case.ended >= comes_to_it and not is_past:
            latest = comes_to_it - timedelta(days=1)
            first = max(year.first_day, case.started + timedelta(days=400))
            case.end(rng, first + timedelta(days=rng.randint(0, (latest - first).days)) if first < latest else latest)
    return {id(case.plan) for case in could}


def _ends_long(case: _Case, year: Year) -> bool:
    return year.has(case.ended) and (case.ended - case.started).days >= _TWO_YEARS_DAYS


def _ended_after_two_years(quotas: Quotas, ending: int) -> int:
    """As published, or where that is suppressed a number of our choice that it may hide."""
    published = quotas.get("plans_ended_2_years", ending)
    return quotas.scaled(d.PLANS_ENDED_AFTER_TWO_YEARS) if published is None else published


def _long_next_year(quotas: Quotas, year: Year, plans: list[_Case], settled: set[int]) -> set[int]:
    """Plans that must stay open so that next year enough of them can end after two years: the oldest ones."""
    following = Year(year.ending + 1)
    latest_start = following.last_day - timedelta(days=_TWO_YEARS_DAYS)
    candidates = sorted(
        (
            case
            for case in plans
            if id(case.plan) not in settled and case.is_free and case.started <= latest_start
            if case.adult > following.last_day
        ),
        key=lambda case: (-(case.ended - date.min).days, case.referral.child.ref),
    )
    wanted = _ended_after_two_years(quotas, following.ending) + _LONG_AND_OPEN
    return {id(case.plan) for case in candidates[:wanted]}


def _fit_open(rng: Random, year: Year, plans: list[_Case], kept: set[int], quota: int) -> None:
    """Have `quota` of the plans open at the year's end, those of `kept` among them."""
    day = year.last_day
    for case in plans:
        if id(case.plan) in kept and case.ended <= day:
            case.end(rng, day + timedelta(days=rng.randint(20, 200)))
    by_end = sorted((case for case in plans if case.is_free), key=lambda case: (case.ended, case.referral.child.ref))
    is_open = [case for case in by_end if case.ended > day]
    surplus = len(is_open) + sum(1 for case in plans if not case.is_free and case.ended > day) - quota
    if surplus > 0:
        movable = [case for case in is_open if id(case.plan) not in kept and (day - case.started).days > _SHORTEST_DAYS]
        for case in nearest(rng, movable, surplus):
            first = max(year.first_day, case.started + timedelta(days=_SHORTEST_DAYS))
            latest = min(day, case.started + timedelta(days=_TWO_YEARS_DAYS - 1))
            case.end(rng, first + timedelta(days=rng.randint(0, max(0, (latest - first).days))))
    elif surplus < 0:
        ended = [case for case in by_end if case.ended <= day and case.adult > day + timedelta(days=3)]
        for case in nearest(rng, ended[::-1], -surplus):
            case.end(rng, day + timedelta(days=rng.randint(3, 120)))


# ------------------------------------------------------------------------------------------------------ earlier plans


def _let_children_have_another(rng: Random, cases: Cases, quotas: Quotas) -> None:
    """Some second plans are of children whose first one ended here, referred again after more than a year."""
    earlier: list[tuple[date, Referral]] = []
    given: dict[int, int] = defaultdict(int)
    plans = sorted(_plans(cases), key=lambda case: (case.started, case.referral.child.ref))
    for case in plans:
        referral = case.referral
        if case.is_free and cases.is_last(referral) and rng.random() < d.PLANS_AGAIN and len(referral.plans) == 1:
            ending = year_of(case.started).ending
            most = quotas.near("plans_started_again", ending) // 3
            if given[ending] >= most or not cases.is_only(referral):
                continue
            fitting = [
                before
                for closed, before in earlier
                if closed + timedelta(days=30) < referral.referred_on
                and before.referred_on < add_months(referral.referred_on, -12)
                and age_on(before.child.dob, referral.referred_on) <= 15
                and birthday(before.child.dob, ADULT) > (referral.closed_on or date.max)
            ]
            if fitting:
                before = rng.choice(fitting)
                earlier = [pair for pair in earlier if pair[1] is not before]
                cases.hand_over(referral, before)
                case.plan.previous_plans = before.child.earlier_plans
                before.child.earlier_plans += 1
                given[ending] += 1
                continue
        if case.is_free and cases.is_last(referral) and referral.closed_on:
            earlier.append((referral.closed_on, referral))


def _fit_earlier_plans(rng: Random, cases: Cases, quotas: Quotas, year: Year) -> None:
    """Of the plans started, how many are a second or later one."""
    quota = quotas.get("plans_started_again", year.ending)
    if quota is None:
        return
    by_child: dict[str, int] = defaultdict(int)
    for case in _plans(cases):
        by_child[case.referral.child.ref] += 1
    started = [case for case in _plans(cases) if year.has(case.started)]
    again = [case for case in started if case.plan.previous_plans > 0]
    # Of a child with two plans here, the second one's number is as it is.
    free = [case for case in started if by_child[case.referral.child.ref] == 1]
    if len(again) > quota:
        changed = [case for case in free if case.plan.previous_plans > 0]
        changed, number = rng.sample(changed, min(len(changed), len(again) - quota)), 0
    else:
        changed = [case for case in free if case.plan.previous_plans == 0 and case.referral.child.dob < year.first_day]
        changed, number = rng.sample(changed, min(len(changed), quota - len(again))), 1
    for case in changed:
        case.plan.previous_plans = number
        case.referral.child.earlier_plans = number + 1


# --------------------------------------------------------------------------------------------------------- categories


def _fit_categories(rng: Random, cases: Cases, quotas: Quotas, years: list[Year]) -> None:
    """The latest category at each year's end: given to the new plans, and changed in some of the old ones."""
    seen: set[int] = set()
    for year in years:
        quota = {one: quotas.get(f"plans_open_{one}", year.ending) for one in _CATEGORIES}
        is_open = [case for case in _plans(cases) if case.started <= year.last_day < case.ended]
        left = len(is_open) - sum(count or 0 for count in quota.values())
        hidden = [one for one, count in quota.items() if count is None]
        # What was suppressed is what remains; the first of two hidden ones takes it.
        wanted = {one: count or 0 for one, count in quota.items()}
        for one in hidden[:1]:
            wanted[one] = max(0, left)
        old = [case for case in is_open if id(case.plan) in seen]
        new = [case for case in is_open if id(case.plan) not in seen]
        rng.shuffle(old)
        # A plan tells of one change: those that had theirs keep their category.
        old.sort(key=lambda case: case.plan.category_changed_on is None)
        held: dict[str, int] = defaultdict(int)
        moved = []
        for case in old:
            category = case.plan.latest_category
            if held[category] < wanted[category]:
                held[category] += 1
            else:
                moved.append(case)
        to_give = [one for one in _CATEGORIES for _ in range(wanted[one] - held[one])]
        rng.shuffle(to_give)
        for case in moved:
            others = [one for one in to_give if one != case.plan.latest_category]
            if others and case.plan.category_changed_on is None:
                to_give.remove(others[0])
                case.plan.latest_category = others[0]
                case.plan.category_changed_on = year.first_day + timedelta(days=rng.randint(5, 350))
        for case, category in zip(new, to_give, strict=False):
            case.plan.initial_category = case.plan.latest_category = category
            room = (year.last_day - case.started).days
            if room > 60 and rng.random() < d.CATEGORY_CHANGES:
                others = [one for one in ("NEG", "EMO", "PHY") if one != category]
                case.plan.initial_category = rng.choice(others)
                case.plan.category_changed_on = case.started + timedelta(days=rng.randint(20, room))
        seen |= {id(case.plan) for case in is_open}


# ------------------------------------------------------------------------------------------------------------ reviews


def _fit_reviews(rng: Random, cases: Cases, quotas: Quotas, years: list[Year], first_day: date) -> None:
    """Reviews on time, but for as many plans as the year's figure says; elsewhere a few."""
    by_year = {year.ending: year for year in years}
    failing: list[_Case] = []
    plans = list(_plans(cases))
    for case in plans:
        case.plan.reviews = plan_reviews(rng, case.started, case.ended)
    for year in years:
        on_time = quotas.get("plans_reviewed_on_time", year.ending)
        if on_time is None:
            continue
        still = sum(1 for case in failing if case.ended > year.last_day)
        late = (quotas.get("plans_reviewable", year.ending) or 0) - on_time - still
        following = by_year.get(year.ending + 1)
        # Not yet to be reviewed a year before, overdue by the year's end, and if possible over before the next one.
        candidates = [
            case
            for case in plans
            if year.eve - timedelta(days=_REVIEWABLE_DAYS - 10) < case.started
            if add_months(case.started, 3) + timedelta(days=_LATEST_LATE_DAYS + 5) < year.last_day < case.ended
        ]
        rng.shuffle(candidates)
        if following is not None:
            candidates.sort(key=lambda case: case.ended > following.last_day)
        for case in candidates[: max(0, late)]:
            failing.append(case)
            case.plan.reviews = plan_reviews(rng, case.started, case.ended, rng.randint(5, _LATEST_LATE_DAYS))
    for case in plans:
        # In years of which nothing was published, and among plans that were over before their year was.
        covered = any(year.first_day - timedelta(days=400) <= case.started for year in years)
        if not covered and case.started >= first_day and rng.random() < d.PLAN_REVIEW_LATE:
            case.plan.reviews = plan_reviews(rng, case.started, case.ended, rng.randint(5, _LATEST_LATE_DAYS))
