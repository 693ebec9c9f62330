"""Figures on children's social care reckoned straight from the files, as a second opinion on the warehouse.

What belongs here: slow and obvious loops over the 903, the CIN census and Annex A, one small function for each figure,
its rule in its docstring. What does not: duckdb, dbt, pandas, the seeds, or any import of the project's own code; the
numbers of a rule are written out here on purpose, so that a wrong number in a seed shows as a difference.

Rules that hold for all:

* An episode covers the days from DECOM to the day before DEC. Those under V3 or V4 are left out before anything else.
* A period of care is a run of a child's episodes without an uncovered day, in the order of DECOM, then of the file. It
  opens at an episode with RNE S or after an uncovered day. Its start is known only where that opening episode has
  RNE S; otherwise its first DECOM is only a bound: care began on that day or before.
* Where two chains of episodes of one child overlap, `by_order` puts an episode with the one before it in that order,
  and `by_link` with the one that ended on the day on which it starts. `through_short_breaks` is `by_order` with V3 and
  V4 left in the chain, so that a child under V4 and then V2 is in one period. What turns on it is given under each.
* d - n months has the same day number, or the month's last day where the month has no such day.
* A window is inclusive at both ends. A figure whose look-back is not in the file counts the case as not assessable.

Run `python -m tests.golden.independent_social_care` for a printout. SAFEGUARDING_SHARED names the shared folder.
"""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.golden.independent_counts import (
    AGE_BANDS_R01,
    age_band,
    age_in_years,
    british_date,
    cin_window,
    extracts_dir,
    iso_date,
    month_ends_within,
    read_csv,
)

SHORT_BREAKS = ("V3", "V4")
ADOPTED = ("E11", "E12")
PLACED_FOR_ADOPTION = ("A3", "A4", "A5", "A6")
PLACED_WITH_CURRENT_CARER = ("A3", "A5")
SAME_CARER = ("L", "T", "U")
NEW_PLACEMENT = ("S", "P", "B", "T", "U")
NEW_CARER = ("S", "P", "B")

SAMPLE_START = date(2017, 4, 1)
SAMPLE_END = date(2018, 3, 31)
CIN_FILES = (
    "fake_CIN_data.xml",
    "CIN_Census_2021.xml",
    "CIN_Census_2024.xml",
    "CIN_Census_2026.xml",
    "CIN2rows.xml",
)
SOURCE_GROUPS = {
    "individual": ("1A", "1B", "1C", "1D"),
    "schools and education": ("2A", "2B"),
    "health": ("3A", "3B", "3C", "3D", "3E", "3F"),
    "housing": ("4",),
    "local authority": ("5A", "5B", "5C", "5D"),
    "police": ("6",),
    "other legal": ("7",),
    "other": ("8",),
    "anonymous": ("9",),
    "unknown": ("10",),
}
DURATION_BANDS = (
    "up to 3 months",
    "over 3 to 6 months",
    "over 6 months to under 1 year",
    "1 to under 2 years",
    "2 years +",
)
MISSING_AGE_BANDS = {"local": ((0, 10), (11, 13), (14, 15), (16, 17)), "national": ((0, 11), (12, 14), (15, 17))}


# ------------------------------------------------------------------------------------------------------------ the days


def add_months(day: date, months: int) -> date:
    """The same day number n months on (or back, n negative), or that month's last day where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar (the anonymous algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = c // 4, c % 4
    week = (32 + 2 * (b % 4) + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * week) // 451
    month, day = divmod(h + week - 7 * m + 114, 31)
    return date(year, month, day + 1)


@cache
def bank_holidays(year: int) -> set[date]:
    """Those of England and Wales from 2010: the yearly ones with substitute days; moved and single ones by hand."""

    def monday_on_or_after(day: date) -> date:
        return day + timedelta(days=(7 - day.weekday()) % 7)

    new_year = date(year, 1, 1)
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    found = {
        monday_on_or_after(new_year) if new_year.weekday() >= 5 else new_year,
        easter_sunday(year) - timedelta(days=2),
        easter_sunday(year) + timedelta(days=1),
        date(2020, 5, 8) if year == 2020 else monday_on_or_after(date(year, 5, 1)),
        {2012: date(2012, 6, 4), 2022: date(2022, 6, 2)}.get(year, monday_on_or_after(date(year, 5, 25))),
        monday_on_or_after(date(year, 8, 25)),
    }
    taken = {5: (27, 28), 6: (26, 27), 4: (25, 28)}.get(christmas.weekday(), (christmas.day, boxing.day))
    found |= {date(year, 12, day) for day in taken}
    single = (date(2011, 4, 29), date(2012, 6, 5), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8))
    return found | {day for day in single if day.year == year}


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def add_working_days(start: date, days: int) -> date:
    """The n-th working day after the start; the start itself is never counted."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            days -= 1
    return day


def month_ends(start: date, end: date) -> list[date]:
    """The month ends from start to end, and end itself where it is none."""
    found = month_ends_within(start, end)
    return found if end in found else [*found, end]


def quarter_ends(start: date, end: date) -> list[date]:
    return [day for day in month_ends_within(start, end) if day.month % 3 == 0]


def month_label(day: date) -> str:
    return f"{day.year}-{day.month:02}"


def quarter_label(day: date) -> str:
    """The financial quarter: April to June 2017 is 2017/18 Q1."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}/{(first + 1) % 100:02} Q{(day.month - 4) % 12 // 3 + 1}"


# ------------------------------------------------------------------------------------------------------ the 903 in rows


@dataclass(frozen=True)
class Episode:
    child: str
    decom: date
    dec: date | None
    rne: str
    ls: str
    place: str
    rec: str
    row: int

    def covers(self, day: date) -> bool:
        return self.decom <= day and (self.dec is None or self.dec > day)


@dataclass(frozen=True)
class Missing:
    child: str
    category: str
    start: date


@dataclass(frozen=True)
class Return903:
    """What the figures need of one 903 return; `episodes` by child, in the order of DECOM, then of the file."""

    episodes: dict[str, list[Episode]]
    born: dict[str, date | None]
    reviews: dict[str, set[date]]
    health_assessment: dict[str, str]
    adopted_by_carer: set[str]
    missing: list[Missing]


def by_child(episodes: Iterable[Episode]) -> dict[str, list[Episode]]:
    found: dict[str, list[Episode]] = {}
    for episode in sorted(episodes, key=lambda e: (e.decom, e.row)):
        found.setdefault(episode.child, []).append(episode)
    return found


def read_903(folder: Path | None = None) -> Return903:
    folder = folder or extracts_dir() / "ssda903"
    episodes = []
    for number, row in enumerate(read_csv(folder / "episodes.csv"), start=1):
        decom = british_date(row["DECOM"])
        if decom is None:
            raise ValueError(
                f"episodes.csv, row {number}: DECOM is empty, expected a date; this file cannot be counted."
            )
        texts = {name.lower(): row[name].strip() for name in ("RNE", "LS", "PLACE", "REC")}
        episodes.append(Episode(row["CHILD"].strip(), decom, british_date(row["DEC"]), **texts, row=number))
    reviews: dict[str, set[date]] = {}
    for row in read_csv(folder / "reviews.csv"):
        held = british_date(row["REVIEW"])
        if held is not None:
            reviews.setdefault(row["CHILD"].strip(), set()).add(held)
    missing = []
    for row in read_csv(folder / "missing.csv"):
        start = british_date(row["MIS_START"])
        if start is not None:
            missing.append(Missing(row["CHILD"].strip(), row["MISSING"].strip(), start))
    return Return903(
        episodes=by_child(episodes),
        born={row["CHILD"].strip(): british_date(row["DOB"]) for row in read_csv(folder / "header.csv")},
        reviews=reviews,
        health_assessment={
            row["CHILD"].strip(): row["HEALTH_ASSESSMENT"].strip() for row in read_csv(folder / "oc2.csv")
        },
        adopted_by_carer={
            row["CHILD"].strip() for row in read_csv(folder / "ad1.csv") if row["FOSTER_CARE"].strip() == "1"
        },
        missing=missing,
    )


def counted(episodes: list[Episode]) -> list[Episode]:
    """The episodes that are not a short break."""
    return [episode for episode in episodes if episode.ls not in SHORT_BREAKS]


Periods = Callable[[list[Episode]], list[list[Episode]]]


def latest_end(episodes: list[Episode]) -> date:
    return max(episode.dec or date.max for episode in episodes)


def by_order(episodes: list[Episode]) -> list[list[Episode]]:
    """Periods of care of one child: each episode goes with the one before it, unless it has RNE S or follows a gap.

    A gap is a day that no earlier episode of the child covers, so a longer episode bridges a shorter one.
    """
    return in_order(counted(episodes))


def through_short_breaks(episodes: list[Episode]) -> list[list[Episode]]:
    """As `by_order`, with the short breaks in the chain."""
    return in_order(episodes)


def in_order(episodes: list[Episode]) -> list[list[Episode]]:
    periods: list[list[Episode]] = []
    seen: list[Episode] = []
    for episode in episodes:
        if not seen or episode.rne == "S" or episode.decom > latest_end(seen):
            periods.append([])
        periods[-1].append(episode)
        seen.append(episode)
    return periods


def by_link(episodes: list[Episode]) -> list[list[Episode]]:
    """As `by_order`, but where chains overlap an episode follows the one whose DEC is its DECOM.

    Without such a one it follows the period, begun last, that still runs on that day.
    """
    periods: list[list[Episode]] = []
    for episode in counted(episodes):
        linked = [period for period in periods if period[-1].dec == episode.decom]
        running = [period for period in periods if latest_end(period) >= episode.decom]
        if episode.rne == "S" or not (linked or running):
            periods.append([episode])
        else:
            (linked or running)[-1].append(episode)
    return periods


def episode_open_at(episodes: list[Episode], day: date) -> Episode | None:
    """The open episode with the latest DECOM (the later in the file where two are equal), short breaks left out."""
    found = [episode for episode in counted(episodes) if episode.covers(day)]
    return found[-1] if found else None


def period_at(episodes: list[Episode], day: date, periods: Periods) -> list[Episode]:
    """The period of care at a day up to the episode open then; empty when the child is not looked after."""
    current = episode_open_at(episodes, day)
    for period in periods(episodes):
        if current in period:
            return period[: period.index(current) + 1]
    return []


def looked_after_at(given: Return903, day: date, periods: Periods = by_order) -> dict[str, list[Episode]]:
    """Each child looked after at a day, with its period of care up to that day."""
    found = {child: period_at(episodes, day, periods) for child, episodes in given.episodes.items()}
    return {child: period for child, period in found.items() if period}


# ------------------------------------------------------------------------------------------------------------- R01, R07


def looked_after_by_age(given: Return903, day: date) -> dict[str, int]:
    """R01 at d: distinct children with an open episode, by age band, and the total."""
    bands: Counter[str] = Counter(dict.fromkeys(AGE_BANDS_R01, 0))
    children = looked_after_at(given, day)
    for child in children:
        bands[age_band(given.born.get(child), day)] += 1
    return {"total": len(children), **bands}


def known_openings(given: Return903, day: date, periods: Periods = by_order) -> dict[str, int]:
    """Children looked after at d whose current period of care was opened by an episode with RNE S."""
    children = looked_after_at(given, day, periods)
    with_s = sum(1 for period in children.values() if period[0].rne == "S")
    any_s = sum(1 for child in children if any(e.rne == "S" for e in given.episodes[child]))
    return {"looked_after": len(children), "opened_by_s": with_s, "any_episode_with_s": any_s}


def adoption_ends(given: Return903, start: date, end: date, short_breaks: bool = False) -> list[Episode]:
    """Episodes that ended in the window with REC E11 or E12; those under V3/V4 only when asked for."""
    return [
        episode
        for episodes in given.episodes.values()
        for episode in episodes
        if episode.rec in ADOPTED
        and episode.dec is not None
        and start <= episode.dec <= end
        and (short_breaks or episode.ls not in SHORT_BREAKS)
    ]


def children_of(episodes: Iterable[Episode]) -> int:
    return len({episode.child for episode in episodes})


def children_adopted(given: Return903, start: date, end: date) -> dict[str, Any]:
    """R07: distinct children adopted in the window without V3/V4; by month, quarter, and year to each month end."""
    ends = adoption_ends(given, start, end)
    months: dict[str, list[Episode]] = {month_label(day): [] for day in month_ends(start, end)}
    quarters: dict[str, list[Episode]] = {quarter_label(day): [] for day in month_ends(start, end)}
    for episode in ends:
        if episode.dec is not None:
            months[month_label(episode.dec)].append(episode)
            quarters[quarter_label(episode.dec)].append(episode)
    return {
        "year": children_of(ends),
        "month": {label: children_of(found) for label, found in months.items()},
        "quarter": {label: children_of(found) for label, found in quarters.items()},
        "year_to_date": {
            month_label(day): children_of(adoption_ends(given, start, day)) for day in month_ends(start, end)
        },
    }


def share_of_ceasing_adopted(given: Return903, start: date, end: date) -> dict[str, dict[str, int]]:
    """R07b: of the children ceasing to be looked after in the window (the last cease only), those adopted.

    A cease is an episode with DEC in the window and REC neither X1 nor empty. Four readings of who ceased:

    * `last_cease`: each child with a cease in the window, by its last one;
    * `not_still_open`: without those whose last cease falls while another episode covers that day;
    * `not_open_at_end`: without those looked after again at the window's last day;
    * `no_later_episode`: without those with any other episode that covers, or starts on or after, the day of the cease.
    """
    readings = {
        name: Counter[str]() for name in ("last_cease", "not_still_open", "not_open_at_end", "no_later_episode")
    }
    for episodes in given.episodes.values():
        ceases = [e for e in counted(episodes) if e.dec and start <= e.dec <= end and e.rec not in ("", "X1")]
        if not ceases:
            continue
        last = max(ceases, key=lambda e: (e.dec or date.min, e.decom, e.row))
        day = last.dec or date.min
        others = [e for e in counted(episodes) if e is not last]
        passes = {
            "last_cease": True,
            "not_still_open": not any(e.covers(day) for e in others),
            "not_open_at_end": episode_open_at(episodes, end) is None,
            "no_later_episode": not any(e.covers(day) or e.decom >= day for e in others),
        }
        for name, passed in passes.items():
            readings[name]["denominator"] += passed
            readings[name]["numerator"] += passed and last.rec in ADOPTED
    return {name: {"numerator": c["numerator"], "denominator": c["denominator"]} for name, c in readings.items()}


# ------------------------------------------------------------------------------------------------------------------ R08


@dataclass(frozen=True)
class AdoptionWait:
    """Days from entering care to moving in; `excluded` names what is missing where they cannot be told."""

    child: str
    days: int | None
    days_same_carer: int | None
    excluded: str


def adoption_wait(period: list[Episode], by_carer: bool, last_run_anywhere: bool = False) -> AdoptionWait:
    """R08 and R08b of one child, from the episodes of its last period of care up to the one that ended in adoption.

    Start: DECOM of the RNE S episode that opens the period. Stop: DECOM of the first episode of the unbroken run of
    A3-A6 that ends with the adoption (or, when asked, of the last such run wherever it lies). R08b: where that first
    episode is A3/A5, or the adopter fostered the child, the stop goes back through RNE L, T, U to the episode opened by
    S, P or B.
    """
    child = period[0].child
    last = len(period) - 1
    if last_run_anywhere:
        while last > 0 and period[last].place not in PLACED_FOR_ADOPTION:
            last -= 1
    first = last
    while first > 0 and period[first].place in PLACED_FOR_ADOPTION and period[first - 1].place in PLACED_FOR_ADOPTION:
        first -= 1
    missing = []
    if period[0].rne != "S":
        missing.append("no S")
    if period[last].place not in PLACED_FOR_ADOPTION:
        missing.append("no A3-A6")
    if missing:
        return AdoptionWait(child, None, None, " and ".join(missing))
    back = first
    if by_carer or period[first].place in PLACED_WITH_CURRENT_CARER:
        while back > 0 and period[back].rne in SAME_CARER:
            back -= 1
    start = period[0].decom
    return AdoptionWait(child, (period[first].decom - start).days, (period[back].decom - start).days, "")


def adoption_waits(
    given: Return903, day: date, periods: Periods = by_order, last_run_anywhere: bool = False
) -> list[AdoptionWait]:
    """R08 at d: one for each child with E11/E12 in the 36 months to d, by its last such end."""
    start = add_months(day, -36) + timedelta(days=1)
    last: dict[str, Episode] = {}
    for episode in adoption_ends(given, start, day):
        held = last.get(episode.child)
        if held is None or (episode.dec or day, episode.decom, episode.row) > (held.dec or day, held.decom, held.row):
            last[episode.child] = episode
    found = []
    for child, episode in last.items():
        period = next(p for p in periods(given.episodes[child]) if episode in p)
        up_to = period[: period.index(episode) + 1]
        found.append(adoption_wait(up_to, child in given.adopted_by_carer, last_run_anywhere))
    return found


def time_to_moving_in(waits: list[AdoptionWait]) -> dict[str, Any]:
    """R08 and R08b: the days summed, the children, the excluded by what is missing."""
    whole = [w for w in waits if w.days is not None]
    return {
        "adopted": len(waits),
        "children": len(whole),
        "days_r08": sum(w.days or 0 for w in whole),
        "days_r08b": sum(w.days_same_carer or 0 for w in whole),
        "excluded": dict(sorted(Counter(w.excluded for w in waits if w.excluded).items())),
        "negative": sum(1 for w in whole if (w.days or 0) < 0 or (w.days_same_carer or 0) < 0),
    }


# ------------------------------------------------------------------------------------------------------------------ A06


def placement_opening(period: list[Episode], index: int) -> int:
    """The episode that opens the placement of the episode at the index: back through RNE L only."""
    while index > 0 and period[index].rne not in NEW_PLACEMENT:
        index -= 1
    return index


def long_placement(period: list[Episode], day: date) -> str:
    """A06 of one child: `yes`, `no`, `short` or `period unknown`, from its period of care up to d.

    In the population when the period started on or before d - 30 months (`short` when it did not). A placement counts
    when it began on or before d - 24 months; for a child now in A3-A6 the placement before it may be added. A period
    that is not seen to open gives a bound: early enough is enough, else `period unknown`. A placement that is not seen
    to open runs from the first episode of its period, which of those in the population is always early enough.
    """
    if period[0].decom > add_months(day, -30):
        return "short" if period[0].rne == "S" else "period unknown"
    enough = add_months(day, -24)
    opening = placement_opening(period, len(period) - 1)
    openings = [opening]
    if period[-1].place in PLACED_FOR_ADOPTION and opening > 0:
        openings.append(placement_opening(period, opening - 1))
    if any(period[index].decom <= enough for index in openings):
        return "yes"
    return "no"


def placement_stability(given: Return903, day: date, periods: Periods = by_order) -> dict[str, int]:
    """A06 at d among children under 16: numerator, denominator, and those whose answer is not known."""
    answers: Counter[str] = Counter()
    for child, period in looked_after_at(given, day, periods).items():
        born = given.born.get(child)
        if born is None:
            answers["no date of birth"] += 1
        elif age_in_years(born, day) < 16:
            answers[long_placement(period, day)] += 1
    return {
        "numerator": answers["yes"],
        "denominator": answers["yes"] + answers["no"],
        "unknown": answers["period unknown"] + answers["no date of birth"],
        "in_care_too_short": answers["short"],
        "under_16": sum(answers.values()),
    }


# ------------------------------------------------------------------------------------------------------------------ S06


def covered_throughout(episodes: list[Episode], start: date, end: date) -> bool:
    """Every day from start to end lies in an episode that is not a short break."""
    day = start
    while day <= end:
        episode = max((e for e in counted(episodes) if e.covers(day)), key=lambda e: e.dec or date.max, default=None)
        if episode is None:
            return False
        if episode.dec is None:
            return True
        day = episode.dec
    return True


def continuous_for_a_year(episodes: list[Episode], day: date, periods: Periods) -> str:
    """`yes`, `no` or `unknown`: the period of care at d began on or before d - 12 months + 1 day.

    A period that begins later and was not opened by S may have begun before: not known.
    """
    period = period_at(episodes, day, periods)
    if not period:
        return "not looked after"
    if period[0].decom <= add_months(day, -12) + timedelta(days=1):
        return "yes"
    return "no" if period[0].rne == "S" else "unknown"


def annual_health_assessment(given: Return903, day: date, periods: Periods = by_order) -> dict[str, dict[str, int]]:
    """S06 at d: of those looked after continuously for 12 months, those with HEALTH_ASSESSMENT 1 in OC2.

    `period_of_care`: by the period of care; one that opens later without S is not known. `days_covered`: each day of
    the 12 months covered by an episode, whatever opened it, and nothing unknown, because the file holds the whole year.
    A flag that is neither 0 nor 1 is not known under either.
    """
    start = add_months(day, -12) + timedelta(days=1)
    readings: dict[str, Counter[str]] = {"period_of_care": Counter(), "days_covered": Counter()}
    after_short_break = 0
    for child, episodes in given.episodes.items():
        flag = {"1": "numerator", "0": "not assessed"}.get(given.health_assessment.get(child, ""), "no flag")
        by_period = continuous_for_a_year(episodes, day, periods)
        readings["period_of_care"][flag if by_period == "yes" else by_period] += 1
        if by_period == "unknown":
            opened = period_at(episodes, day, periods)[0].decom
            after_short_break += any(e.ls in SHORT_BREAKS and e.dec == opened for e in episodes)
        readings["days_covered"][flag if covered_throughout(episodes, start, day) else "no"] += 1
    return {
        name: {
            "numerator": c["numerator"],
            "denominator": c["numerator"] + c["not assessed"],
            "unknown": c["unknown"] + c["no flag"],
            **({"unknown_right_after_a_short_break": after_short_break} if name == "period_of_care" else {}),
        }
        for name, c in readings.items()
    }


# ------------------------------------------------------------------------------------------------------------------ W01


def reviews_in_time(
    start: date, reviews: set[date], day: date, year_start: date, outstanding_fails: bool = True
) -> bool:
    """Whether every review due from year_start to d, of a period of care that started on a known day, was held in time.

    The first is due on the 20th working day after the start, the second 3 months after the first, each other one 6
    months after the one before. A review held late still sets the date of the next. Reviews on or before the start, and
    after d, do not count. One that is due on d must have been held by d; one overdue at d fails whenever it was due. A
    review due before year_start and held after it was outstanding in the year: it fails, unless told otherwise.
    """
    due = add_working_days(start, 20)
    held = sorted(review for review in reviews if start < review <= day)
    for number, review in enumerate(held):
        in_the_year = due >= year_start or (outstanding_fails and review >= year_start)
        if review > due and in_the_year:
            return False
        due = add_months(review, 3 if number == 0 else 6)
    return due > day


def surely_overdue(bound: date, reviews: set[date], day: date, year_start: date) -> bool:
    """Whether a child whose look-back is missing was reviewed late whatever went before, from the year's reviews alone.

    Care ran from the bound at the latest. Looked at with the most favourable past (a review the day before the later of
    bound and year_start, so that the next is due 6 months on), a gap of more than 6 months in the year to d is late: in
    the sense that a review outstanding from before the year, and held in it, is late too.
    """
    due = add_months(max(bound, year_start) - timedelta(days=1), 6)
    for review in sorted(r for r in reviews if max(bound, year_start) <= r <= day):
        if review > due:
            return True
        due = add_months(review, 6)
    return due <= day


def reviewed_in_timescales(
    given: Return903, day: date, year_start: date, periods: Periods = by_order
) -> dict[str, Any]:
    """W01 at d: of those looked after for 20 working days, those with every review due in the year held in time.

    Assessable only where the period of care was opened by S on or after year_start: of older care the last review
    before the year is needed, and the sample does not hold a complete past. `not_assessable` is told apart by why; of
    each, how many have any review dated before the year, and how many are late whatever went before. `as_held` takes in
    those opened by S before the year, as if every review they had were in the file; `as_held_lenient_numerator` does
    not fail a review that was due before the year and held late in it.
    """
    result: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = {}
    for child, period in looked_after_at(given, day, periods).items():
        start, known = period[0].decom, period[0].rne == "S"
        long_enough = add_working_days(start, 20) <= day
        reviews = given.reviews.get(child, set())
        if known and not long_enough:
            result["too_short"] += 1
        elif known and start >= year_start:
            result["denominator"] += 1
            result["numerator"] += reviews_in_time(start, reviews, day, year_start)
        else:
            reason = (
                "opened by S before the year"
                if known
                else "opening not seen, "
                + (
                    "under 20 working days"
                    if not long_enough
                    else "before the year"
                    if start < year_start
                    else "in the year"
                )
            )
            why = reasons.setdefault(reason, Counter())
            why["children"] += 1
            why["with_a_review_before_the_year"] += any(review < year_start for review in reviews)
            why["surely_overdue"] += surely_overdue(start, reviews, day, year_start)
            if known:
                result["as_held_denominator"] += 1
                result["as_held_numerator"] += reviews_in_time(start, reviews, day, year_start)
                result["as_held_lenient"] += reviews_in_time(start, reviews, day, year_start, outstanding_fails=False)
    return {
        "looked_after": result["too_short"] + result["denominator"] + sum(c["children"] for c in reasons.values()),
        "too_short": result["too_short"],
        "numerator": result["numerator"],
        "denominator": result["denominator"],
        "not_assessable": sum(c["children"] for c in reasons.values()),
        "as_held_numerator": result["numerator"] + result["as_held_numerator"],
        "as_held_lenient_numerator": result["numerator"] + result["as_held_lenient"],
        "as_held_denominator": result["denominator"] + result["as_held_denominator"],
        "why": {reason: dict(c) for reason, c in sorted(reasons.items())},
    }


# ------------------------------------------------------------------------------------------------------------------ R06


def missing_from_care(given: Return903, start: date, end: date, category: str) -> dict[str, Any]:
    """R06, care part: episodes of the category starting in the window while looked after, not under V3/V4.

    Looked after on MIS_START: an episode that is not a short break covers that day. The rest is counted as
    `not_looked_after`: of those, `on_the_last_day` started on the DEC of such an episode, and `under_short_breaks`
    while an episode under V3/V4 was open.
    """
    inside: list[Missing] = []
    outside: list[Missing] = []
    for episode in given.missing:
        if episode.category == category and start <= episode.start <= end:
            current = episode_open_at(given.episodes.get(episode.child, []), episode.start)
            (inside if current else outside).append(episode)
    per_child = Counter(episode.child for episode in inside)
    ages = {name: {f"{low}-{high}": 0 for low, high in bands} for name, bands in MISSING_AGE_BANDS.items()}
    first: dict[str, date] = {}
    for episode in sorted(inside, key=lambda e: e.start):
        first.setdefault(episode.child, episode.start)
    for child, day in first.items():
        born = given.born[child]
        for name, bands in MISSING_AGE_BANDS.items():
            for low, high in bands:
                ages[name][f"{low}-{high}"] += born is not None and low <= age_in_years(born, day) <= high
    months = [month_label(day) for day in month_ends(start, end)]
    quarters = list(dict.fromkeys(quarter_label(day) for day in month_ends(start, end)))
    return {
        "children": len(per_child),
        "episodes": len(inside),
        "children_with_2_or_more": sum(1 for n in per_child.values() if n >= 2),
        "children_by_month": {m: len({e.child for e in inside if month_label(e.start) == m}) for m in months},
        "episodes_by_month": {m: sum(1 for e in inside if month_label(e.start) == m) for m in months},
        "children_by_quarter": {q: len({e.child for e in inside if quarter_label(e.start) == q}) for q in quarters},
        "children_by_age_at_first": ages,
        "not_looked_after": len(outside),
        "on_the_last_day": sum(
            1 for m in outside if any(e.dec == m.start for e in counted(given.episodes.get(m.child, [])))
        ),
        "under_short_breaks": sum(
            1 for m in outside if any(e.covers(m.start) for e in given.episodes.get(m.child, []))
        ),
        "starting_outside_the_window": sum(
            1 for m in given.missing if m.category == category and not start <= m.start <= end
        ),
    }


def figures_903(folder: Path | None = None) -> dict[str, Any]:
    """Every figure of the 903 sample for 2017/18; what turns on the periods of care also by the other two readings."""
    given = read_903(folder)
    start, end = SAMPLE_START, SAMPLE_END
    with_short_breaks = adoption_ends(given, start, end, short_breaks=True)

    def by_periods(periods: Periods) -> dict[str, Any]:
        return {
            "known_openings": known_openings(given, end, periods),
            "R08": {
                "final_run": time_to_moving_in(adoption_waits(given, end, periods)),
                "last_run_anywhere": time_to_moving_in(adoption_waits(given, end, periods, last_run_anywhere=True)),
            },
            "A06": {str(day): placement_stability(given, day, periods) for day in quarter_ends(start, end)},
            "S06": annual_health_assessment(given, end, periods),
            "W01": {str(day): reviewed_in_timescales(given, day, start, periods) for day in month_ends(start, end)},
        }

    return {
        "adopted_with_short_breaks": {
            "episodes": len(with_short_breaks),
            "children": children_of(with_short_breaks),
        },
        "R07": children_adopted(given, start, end),
        "R07b": share_of_ceasing_adopted(given, start, end),
        **by_periods(by_order),
        "R06": {category: missing_from_care(given, start, end, category) for category in ("M", "A")},
        "R01": {str(day): looked_after_by_age(given, day) for day in month_ends(start, end)},
        "by_link": by_periods(by_link),
        "through_short_breaks": by_periods(through_short_breaks),
    }


# ----------------------------------------------------------------------------------------------- the CIN census in rows


@dataclass(frozen=True)
class Referral:
    """One CINdetails element; `conferences` are the dates at its own level, then those in its Section47 elements."""

    child: str
    day: date | None
    source: str = ""
    closure: date | None = None
    nfa: bool = False
    conference: date | None = None
    section47_conferences: tuple[date, ...] = ()
    enquiries: tuple[date, ...] = ()


@dataclass(frozen=True)
class Plan:
    child: str
    start: date | None
    end: date | None = None
    previous: int | None = None
    reviews: tuple[date, ...] = ()


def dates_in(elements: Iterable[ElementTree.Element], tag: str) -> tuple[date, ...]:
    found = (iso_date(element.findtext(tag)) for element in elements)
    return tuple(day for day in found if day is not None)


def read_cin(path: Path) -> tuple[list[Referral], list[Plan]]:
    referrals, plans = [], []
    for person in ElementTree.parse(path).getroot().findall("Children/Child"):
        child = (person.findtext("ChildIdentifiers/LAchildID") or "").strip()
        for details in person.findall("CINdetails"):
            section47 = details.findall("Section47")
            referrals.append(
                Referral(
                    child=child,
                    day=iso_date(details.findtext("CINreferralDate")),
                    source=(details.findtext("ReferralSource") or "").strip(),
                    closure=iso_date(details.findtext("CINclosureDate")),
                    nfa=(details.findtext("ReferralNFA") or "").strip().lower() in ("true", "1"),
                    conference=iso_date(details.findtext("DateOfInitialCPC")),
                    section47_conferences=dates_in(section47, "DateOfInitialCPC"),
                    enquiries=dates_in(section47, "S47ActualStartDate"),
                )
            )
            for plan in details.findall("ChildProtectionPlans"):
                before = (plan.findtext("NumberOfPreviousCPP") or "").strip()
                reviews = (iso_date(element.text) for element in plan.findall("Reviews/CPPreviewDate"))
                plans.append(
                    Plan(
                        child=child,
                        start=iso_date(plan.findtext("CPPstartDate")),
                        end=iso_date(plan.findtext("CPPendDate")),
                        previous=int(before) if before else None,
                        reviews=tuple(day for day in reviews if day is not None),
                    )
                )
    return referrals, plans


def one_per_referral(referrals: list[Referral]) -> dict[tuple[str, date], Referral]:
    """One for each child and referral date; of several in the file, the last."""
    return {(r.child, r.day): r for r in referrals if r.day is not None}


def one_per_plan(plans: list[Plan]) -> list[Plan]:
    """One for each child and plan start; of several in the file, the last."""
    return list({(p.child, p.start): p for p in plans if p.start is not None}.values())


# ---------------------------------------------------------------------------------------------- the CIN census counted


def source_group(code: str) -> str:
    return next((name for name, codes in SOURCE_GROUPS.items() if code in codes), "(no such code)")


def referrals_by_source(referrals: list[Referral], start: date, end: date) -> dict[str, int]:
    """A12: distinct child and referral date in the window, by source group, and the total."""
    inside = [r for (_, day), r in one_per_referral(referrals).items() if start <= day <= end]
    groups = Counter(dict.fromkeys(SOURCE_GROUPS, 0))
    groups.update(source_group(r.source) for r in inside)
    return {"total": len(inside), **groups}


def rereferrals(referrals: list[Referral], start: date, end: date, known_from: date) -> dict[str, int]:
    """S05: referrals in the window with another of the same child before it and after its date - 12 months.

    Where none is found and its date - 12 months lies before known_from, it is not assessable. `edge_day`: how many more
    would count if exactly 12 months before were within 12 months. NFA is included.
    """
    days = sorted(one_per_referral(referrals))
    result: Counter[str] = Counter()
    for child, day in days:
        if not start <= day <= end:
            continue
        back = add_months(day, -12)
        earlier = [other for person, other in days if person == child and other < day]
        found = any(other > back for other in earlier)
        result["numerator"] += found
        result["edge_day"] += not found and back in earlier
        result["not_assessable" if not found and back < known_from else "denominator"] += 1
        result["referrals"] += 1
    return {key: result[key] for key in ("numerator", "denominator", "not_assessable", "referrals", "edge_day")}


def conferences(referrals: list[Referral], start: date, end: date) -> int:
    """A05: distinct child and conference date over both levels, dated in the window."""
    found = {(r.child, r.conference) for r in referrals if r.conference is not None}
    found |= {(r.child, day) for r in referrals for day in r.section47_conferences}
    return sum(1 for _, day in found if start <= day <= end)


def conflicting_conferences(referrals: list[Referral]) -> int:
    """Referrals with a conference date at both levels that is not the same (to be warned of)."""
    return sum(
        1
        for r in referrals
        if r.conference and r.section47_conferences and {r.conference} != {*r.section47_conferences}
    )


def enquiries_started(referrals: list[Referral], start: date, end: date) -> dict[str, int]:
    """A07: section 47 enquiries with a start in the window: each element, and distinct child and date."""
    found = [(r.child, day) for r in referrals for day in r.enquiries if start <= day <= end]
    return {"enquiries": len(found), "distinct_child_and_date": len(set(found))}


def duration_band(started: date, at: date) -> str:
    """R05: how long before d. More than n months before d is before d - n months; a year is complete on its day."""
    if started >= add_months(at, -3):
        return DURATION_BANDS[0]
    if started >= add_months(at, -6):
        return DURATION_BANDS[1]
    if started > add_months(at, -12):
        return DURATION_BANDS[2]
    return DURATION_BANDS[3] if started > add_months(at, -24) else DURATION_BANDS[4]


def open_by_duration(referrals: list[Referral], at: date, nfa_counted: bool) -> dict[str, int]:
    """R05: episodes open at d (as S01) by the time since their referral."""
    bands = Counter(dict.fromkeys(DURATION_BANDS, 0))
    for (_, day), r in one_per_referral(referrals).items():
        if (nfa_counted or not r.nfa) and day <= at and (r.closure is None or r.closure > at):
            bands[duration_band(day, at)] += 1
    return {"total": sum(bands.values()), **bands}


def ended_by_duration(referrals: list[Referral], start: date, end: date, nfa_counted: bool) -> dict[str, int]:
    """R05b: episodes closed in the window by the time from referral to closure."""
    bands = Counter(dict.fromkeys(DURATION_BANDS, 0))
    for (_, day), r in one_per_referral(referrals).items():
        if (nfa_counted or not r.nfa) and r.closure is not None and start <= r.closure <= end:
            bands[duration_band(day, r.closure)] += 1
    return {"total": sum(bands.values()), **bands}


def open_in_window(referrals: list[Referral], start: date, end: date, nfa_counted: bool) -> dict[str, int]:
    """S01c: episodes open on at least one day of the window, as S01 counts a day (a day before the closure).

    `closed_on_first_day_too`: when a case that closes on the window's first day is counted; `same_day_too`: and one
    that closes on the day of its referral.
    """
    result = Counter(dict.fromkeys(("cases", "closed_on_first_day_too", "same_day_too"), 0))
    for (_, day), r in one_per_referral(referrals).items():
        if (r.nfa and not nfa_counted) or day > end:
            continue
        result["cases"] += r.closure is None or (r.closure > start and r.closure > day)
        result["closed_on_first_day_too"] += r.closure is None or (r.closure >= start and r.closure > day)
        result["same_day_too"] += r.closure is None or r.closure >= start
    return dict(result)


def long_plans_ended(plans: list[Plan], start: date, end: date) -> dict[str, int]:
    """S02: plans that ended in the window after 2 years or more (729 days from start to end), of those that ended."""
    ended = [p for p in one_per_plan(plans) if p.start and p.end and start <= p.end <= end]
    long = sum(1 for p in ended if p.start and p.end and (p.end - p.start).days >= 729)
    return {"numerator": long, "denominator": len(ended)}


def long_plans_open(plans: list[Plan], at: date) -> dict[str, int]:
    """S02b: plans open at d that had run for 2 years or more: 729 days from start to d, or by calendar 24 months."""
    held = plans_open_at(plans, at)
    return {
        "numerator": sum(1 for p in held if p.start and (at - p.start).days >= 729),
        "numerator_by_calendar": sum(1 for p in held if p.start and p.start <= add_months(at, -24)),
        "denominator": len(held),
    }


def plans_open_at(plans: list[Plan], at: date) -> list[Plan]:
    """The open plan of each child on a plan at d, the one begun last."""
    held: dict[str, Plan] = {}
    for plan in sorted(one_per_plan(plans), key=lambda p: p.start or date.min):
        if plan.start and plan.start <= at and (plan.end is None or plan.end > at):
            held[plan.child] = plan
    return list(held.values())


def second_plans(plans: list[Plan], start: date, end: date) -> dict[str, int]:
    """S03: of the plans that started in the window, those with an earlier one; without a number: not assessable."""
    started = [p for p in one_per_plan(plans) if p.start and start <= p.start <= end]
    known = [p for p in started if p.previous is not None]
    return {
        "numerator": sum(1 for p in known if (p.previous or 0) > 0),
        "denominator": len(known),
        "not_assessable": len(started) - len(known),
    }


def plan_reviewed_in_time(plan: Plan, at: date) -> bool:
    """First review within 3 months of the start, each other within 6 months of the one before, none overdue at d."""
    if plan.start is None:
        return False
    due = add_months(plan.start, 3)
    for review in sorted({day for day in plan.reviews if plan.start < day <= at}):
        if review > due:
            return False
        due = add_months(review, 6)
    return due > at


def plans_reviewed_in_time(plans: list[Plan], at: date, known_from: date) -> dict[str, int]:
    """W02: of the children on a plan at d that began at least 91 days before, those with every review in time.

    A plan begun before known_from needs reviews that the file need not hold: not assessable. `as_held` takes the
    reviews in the file as all there were.
    """
    held = [p for p in plans_open_at(plans, at) if p.start and (at - p.start).days >= 91]
    known = [p for p in held if p.start and p.start >= known_from]
    return {
        "numerator": sum(plan_reviewed_in_time(p, at) for p in known),
        "denominator": len(known),
        "not_assessable": len(held) - len(known),
        "as_held_numerator": sum(plan_reviewed_in_time(p, at) for p in held),
        "as_held_denominator": len(held),
    }


def figures_cin(path: Path) -> dict[str, Any]:
    """Every figure of one CIN file: its window by its own reference date, months within it."""
    referrals, plans = read_cin(path)
    start, end = cin_window(path)
    ends = month_ends(start, end)
    months = {month_label(day): (date(day.year, day.month, 1), day) for day in ends}
    nfa = {"S01": False, "ignoring_nfa": True}
    return {
        "window": [str(start), str(end)],
        "A12": {
            "year": referrals_by_source(referrals, start, end),
            "month": {label: referrals_by_source(referrals, *window) for label, window in months.items()},
        },
        "referrals_without_date": sum(1 for r in referrals if r.day is None),
        "repeated_child_and_referral_date": sum(1 for r in referrals if r.day) - len(one_per_referral(referrals)),
        "S05": {
            "year": rereferrals(referrals, start, end, known_from=start),
            "as_if_all_were_held": rereferrals(referrals, start, end, known_from=date.min),
            "month": {label: rereferrals(referrals, *window, known_from=start) for label, window in months.items()},
        },
        "A05": {
            "year": conferences(referrals, start, end),
            "month": {label: conferences(referrals, *window) for label, window in months.items()},
            "both_levels_differ": conflicting_conferences(referrals),
        },
        "A07": {
            "year": enquiries_started(referrals, start, end),
            "month": {label: enquiries_started(referrals, *window)["enquiries"] for label, window in months.items()},
        },
        "S02": long_plans_ended(plans, start, end),
        "S02b": long_plans_open(plans, end),
        "S03": second_plans(plans, start, end),
        "R05": {name: {str(day): open_by_duration(referrals, day, on) for day in ends} for name, on in nfa.items()},
        "R05b": {name: ended_by_duration(referrals, start, end, on) for name, on in nfa.items()},
        "W02": plans_reviewed_in_time(plans, end, known_from=start),
        "S01c": {name: open_in_window(referrals, start, end, on) for name, on in nfa.items()},
    }


# ------------------------------------------------------------------------------------------------------------ Annex A


def sheet_rows(path: Path, name: str) -> list[list[str]]:
    """The cells of one sheet of a workbook as the text that the file holds (a date is a number of days)."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    with zipfile.ZipFile(path) as archive:
        targets = {
            element.attrib["Id"]: element.attrib["Target"]
            for element in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        }
        sheets = {
            element.attrib["name"]: targets[element.attrib[relation]]
            for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{main}sheet")
        }
        shared = [
            "".join(text.text or "" for text in item.iter(f"{main}t"))
            for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        ]
        sheet = ElementTree.fromstring(archive.read(f"xl/{sheets[name].removeprefix('/xl/')}"))
    rows = []
    for row in sheet.iter(f"{main}row"):
        cells: dict[int, str] = {}
        for cell in row.iter(f"{main}c"):
            column = 0
            for letter in re.sub(r"\d", "", cell.attrib["r"]):
                column = column * 26 + ord(letter) - ord("A") + 1
            value = cell.findtext(f"{main}v") or "".join(text.text or "" for text in cell.iter(f"{main}t"))
            cells[column - 1] = shared[int(value)] if cell.attrib.get("t") == "s" else value
        rows.append([cells.get(index, "") for index in range(max(cells, default=-1) + 1)])
    return rows


def contact_month(cell: str) -> str:
    """The month of a date kept as days since 30 December 1899."""
    return month_label(date(1899, 12, 30) + timedelta(days=int(float(cell)))) if cell.strip() else "(no date)"


def contact_source(cell: str) -> str:
    """The group of a source such as `q) 6: Police`."""
    found = re.search(r"\b(\d{1,2}[A-F]?)\s*:", cell)
    return source_group(found[1]) if found else "(no such code)"


def figures_contacts(path: Path | None = None) -> dict[str, Any]:
    """Contacts of Annex A list 1 by month and source group. What became of them is not in Annex A, so no S04."""
    path = path or extracts_dir() / "annex_a" / "Annex_A_2024_Jan.xlsx"
    header, *rows = sheet_rows(path, "List 1")
    day, source = header.index("Date of Contact"), header.index("Contact Source")
    rows = [row + [""] * (len(header) - len(row)) for row in rows if any(cell.strip() for cell in row)]
    return {
        "contacts": len(rows),
        "month": dict(Counter(contact_month(row[day]) for row in rows)),
        "source": dict(Counter(contact_source(row[source]) for row in rows)),
        "S04": None,
    }


# ------------------------------------------------------------------------------------- what a comparison would read


def expected_social_care() -> dict[str, Any]:
    """Everything reckoned: `903` (see figures_903), `cin` (file name -> figures_cin), `contacts`."""
    folder = extracts_dir() / "cin_census"
    return {
        "903": figures_903(),
        "cin": {name: figures_cin(folder / name) for name in CIN_FILES},
        "contacts": figures_contacts(),
    }


def main() -> None:
    sys.stdout.write(json.dumps(expected_social_care(), indent=1) + "\n")


if __name__ == "__main__":
    main()
