"""The figures on children's social care, in the marts, against a second reckoning of the sample returns.

The reckoning (independent_social_care.py) was written from the definitions and the files alone. What it and the marts
read differently on purpose is said beside the comparison, and the difference is reckoned too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.golden import independent_social_care as reckoner

CARE, NEED = "E06000011", "LA975"
YEAR_END = date(2018, 3, 31)
YEAR_START = date(2017, 4, 1)

Figure = tuple[int | None, int | None, int | None]
Told = dict[tuple[str, str, str, date, str], Figure]


@pytest.fixture(scope="module")
def told(sample_home: Path) -> Told:
    """Numerator, denominator and cases not assessable of the marts, by code, area, period type, end and value."""
    with duckdb.connect(str(sample_home / "published" / "analyst.duckdb"), read_only=True) as con:
        rows = con.execute(
            "select indicator_code, area_code, period_type, period_end, breakdown_value, cast(numerator as integer),"
            " cast(denominator as integer), cast(cases_not_assessable as integer) from marts.fct_indicator_value"
            " where status not in ('not_submitted', 'late')"
        ).fetchall()
    return {tuple(row[:5]): tuple(row[5:]) for row in rows}


@pytest.fixture(scope="module")
def members(sample_home: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    """A query over the warehouse of the sample."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(sample_home / "warehouse.duckdb"), read_only=True) as con:
            return con.execute(query).fetchall()

    return ask


@pytest.fixture(scope="module")
def care() -> reckoner.Return903:
    return reckoner.read_903()


@pytest.fixture(scope="module")
def seen_through_short_breaks(care: reckoner.Return903) -> reckoner.Return903:
    """The return with a start of care that is seen only behind short breaks written onto the episode after them.

    The marts take the way back through V3 and V4 as seen (222 openings); the reckoner's plain reading (209) does not.
    """
    episodes = {}
    for child, rows in care.episodes.items():
        seen = {row for chain in reckoner.through_short_breaks(rows) if chain[0].rne == "S" for row in chain}
        first = {period[0] for period in reckoner.by_order(rows)}
        episodes[child] = [replace(row, rne="S") if row in first and row in seen else row for row in rows]
    return replace(care, episodes=episodes)


def months(start: date, end: date) -> list[date]:
    return reckoner.month_ends(start, end)


# --- looked after children ------------------------------------------------------------------------------------------


def test_82_episodes_ended_in_adoption_and_69_children_are_left_without_short_breaks(
    told: Told, members: Callable[[str], list[tuple[Any, ...]]], care: reckoner.Return903
) -> None:
    [(ended,)] = members(
        "select count(*) from staging.stg_childrens_social_care__looked_after_episodes where reason_ceased_code in"
        " ('E11', 'E12') and end_date between date '2017-04-01' and date '2018-03-31'"
    )
    assert (ended, told["R07", CARE, "financial_year", YEAR_END, "total"][0]) == (82, 69)
    assert len(reckoner.adoption_ends(care, YEAR_START, YEAR_END, short_breaks=True)) == 82


def test_222_of_the_1201_have_the_episode_that_opened_their_care(
    members: Callable[[str], list[tuple[Any, ...]]],
) -> None:
    [(known, looked_after)] = members(
        "select count(distinct person_key) filter (where is_opening_known), count(distinct person_key) from"
        " intermediate.int_looked_after__episodes_in_care where start_date <= date '2018-03-31' and"
        " (end_date is null or end_date > date '2018-03-31')"
    )
    assert (known, looked_after) == (222, 1201)


def test_children_adopted_by_month_quarter_and_year_to_date(told: Told, care: reckoner.Return903) -> None:
    reckoned = reckoner.children_adopted(care, YEAR_START, YEAR_END)
    for day in months(YEAR_START, YEAR_END):
        label = reckoner.month_label(day)
        assert told["R07", CARE, "month", day, "total"][0] == reckoned["month"][label]
        assert told["R07", CARE, "financial_year_to_date", day, "total"][0] == reckoned["year_to_date"][label]
    for day in reckoner.quarter_ends(YEAR_START, YEAR_END):
        assert told["R07", CARE, "quarter", day, "total"][0] == reckoned["quarter"][reckoner.quarter_label(day)]


def test_the_share_of_children_ceasing_to_be_looked_after_who_were_adopted(
    told: Told, care: reckoner.Return903
) -> None:
    reckoned = reckoner.share_of_ceasing_adopted(care, YEAR_START, YEAR_END)["last_cease"]
    assert told["R07b", CARE, "financial_year", YEAR_END, "total"] == (
        reckoned["numerator"],
        reckoned["denominator"],
        0,
    )
    assert (reckoned["numerator"], reckoned["denominator"]) == (66, 657)


@pytest.mark.parametrize(("code", "days"), [("R08", "days_r08"), ("R08b", "days_r08b")])
def test_days_from_entering_care_to_moving_in_with_the_adoptive_family(
    members: Callable[[str], list[tuple[Any, ...]]],
    seen_through_short_breaks: reckoner.Return903,
    code: str,
    days: str,
) -> None:
    """From the receipts: a single year of returns gives no figure of 36 months."""
    reckoned = reckoner.time_to_moving_in(reckoner.adoption_waits(seen_through_short_breaks, YEAR_END))
    [found] = members(
        "select count(*) filter (where in_denominator), cast(sum(amount) filter (where in_denominator) as integer),"
        " count(*) filter (where not is_assessable) from intermediate.int_indicator__membership"
        f" where indicator_code = '{code}' and from_date between date '2015-04-01' and date '2018-03-31'"
    )
    assert found == (reckoned["children"], reckoned[days], sum(reckoned["excluded"].values()))


def test_stability_of_placements_at_each_quarter_end(told: Told, seen_through_short_breaks: reckoner.Return903) -> None:
    for day in reckoner.quarter_ends(YEAR_START, YEAR_END):
        reckoned = reckoner.placement_stability(seen_through_short_breaks, day)
        assert told["A06", CARE, "quarter", day, "total"] == (
            reckoned["numerator"] if reckoned["denominator"] else None,
            reckoned["denominator"],
            reckoned["unknown"],
        )


def test_health_assessments_of_children_looked_after_for_a_year(
    told: Told, seen_through_short_breaks: reckoner.Return903
) -> None:
    reckoned = reckoner.annual_health_assessment(seen_through_short_breaks, YEAR_END)["period_of_care"]
    found = told["S06", CARE, "financial_year", YEAR_END, "total"]
    assert found == (reckoned["numerator"], reckoned["denominator"], reckoned["unknown"])
    assert found[:2] == (512, 1022)


# One child's record holds two interleaved periods of care, the younger with a hole. On the days in the hole the marts
# still go by the younger one, the reckoner by the older one that has an episode open.
IN_THE_HOLE = {date(2017, 11, 30), date(2017, 12, 31)}


def test_looked_after_reviews_on_time_at_each_month_end(
    told: Told, seen_through_short_breaks: reckoner.Return903
) -> None:
    for day in months(YEAR_START, YEAR_END):
        reckoned = reckoner.reviewed_in_timescales(seen_through_short_breaks, day, YEAR_START)
        moved = 1 if day in IN_THE_HOLE else 0
        assert told["W01", CARE, "month", day, "total"] == (
            reckoned["numerator"] if reckoned["denominator"] else None,
            reckoned["denominator"] + moved,
            reckoned["not_assessable"] - moved,
        ), day


@pytest.mark.parametrize(("children", "category"), [("R06b", "M"), ("R06e", "A")])
def test_children_missing_from_care_and_away_without_authorisation(
    told: Told, care: reckoner.Return903, children: str, category: str
) -> None:
    """A record of a child for whom the return shows no episode that day counts too: it is not a reason to lose one."""
    reckoned = reckoner.missing_from_care(care, YEAR_START, YEAR_END, category)
    without_episode = [
        absence.child
        for absence in care.missing
        if absence.category == category
        and YEAR_START <= absence.start <= YEAR_END
        and not any(episode.covers(absence.start) for episode in care.episodes.get(absence.child, []))
    ]
    assert len(without_episode) == reckoned["not_looked_after"] - reckoned["under_short_breaks"]
    found = told[children, CARE, "financial_year", YEAR_END, "total"][0]
    assert found == reckoned["children"] + len(set(without_episode))
    if category == "M":
        assert told["R06c", CARE, "financial_year", YEAR_END, "total"][0] == reckoned["episodes"] + len(without_episode)
        assert told["R06d", CARE, "financial_year", YEAR_END, "total"][0] == reckoned["children_with_2_or_more"]


# --- children in need ------------------------------------------------------------------------------------------------

CENSUS = "fake_CIN_data.xml"
CENSUS_START, CENSUS_END = date(2022, 4, 1), date(2022, 6, 30)
SOURCES = {
    "individual": "individual",
    "schools and education": "schools_and_education",
    "health": "health",
    "housing": "housing",
    "local authority": "local_authority",
    "police": "police",
    "other legal": "other_legal",
    "other": "other",
    "anonymous": "anonymous",
    "unknown": "unknown",
}


@pytest.fixture(scope="module")
def census() -> list[reckoner.Referral]:
    return reckoner.read_cin(reckoner.extracts_dir() / "cin_census" / CENSUS)[0]


def test_referrals_by_source_in_each_month_and_as_shares_of_the_year_to_date(
    told: Told, census: list[reckoner.Referral]
) -> None:
    assert set(SOURCES) == set(reckoner.SOURCE_GROUPS)
    for day in months(CENSUS_START, CENSUS_END):
        month = reckoner.referrals_by_source(census, day.replace(day=1), day)
        to_date = reckoner.referrals_by_source(census, CENSUS_START, day)
        assert told["A12", NEED, "month", day, "total"][0] == month["total"]
        for theirs, ours in SOURCES.items():
            assert told["A12", NEED, "month", day, ours][0] == month[theirs]
            assert told["A12b", NEED, "financial_year_to_date", day, ours][:2] == (to_date[theirs], to_date["total"])


def test_initial_conferences_and_enquiries_in_each_month(told: Told, census: list[reckoner.Referral]) -> None:
    for day in months(CENSUS_START, CENSUS_END):
        start = day.replace(day=1)
        assert told["A05b", NEED, "month", day, "total"][0] == reckoner.conferences(census, start, day)
        enquiries = reckoner.enquiries_started(census, start, day)["distinct_child_and_date"]
        assert told["A07", NEED, "month", day, "total"][0] == enquiries


def test_re_referrals_are_not_assessable_where_no_return_reaches_back_a_year(
    told: Told, census: list[reckoner.Referral]
) -> None:
    """The marts leave such a referral out whole, found or not: of the found alone, every one would be a re-referral."""
    for day in months(CENSUS_START, CENSUS_END):
        reckoned = reckoner.rereferrals(census, CENSUS_START, day, CENSUS_START)
        assert told["S05", NEED, "financial_year_to_date", day, "total"] == (None, 0, reckoned["referrals"])


def test_with_the_look_back_in_hand_re_referrals_are_those_counted_by_hand(
    members: Callable[[str], list[tuple[Any, ...]]], census: list[reckoner.Referral]
) -> None:
    """From the referrals themselves, as if every earlier return had come."""
    reckoned = reckoner.rereferrals(census, CENSUS_START, CENSUS_END, date(1900, 1, 1))
    [found] = members(
        "select count(*) filter (where previous_referral_date > referral_date - interval 12 month), count(*) from ("
        " select *, lag(referral_date) over (partition by person_key order by referral_date) as previous_referral_date"
        f" from staging.stg_childrens_social_care__in_need_episodes where area_code = '{NEED}'"
        ") where referral_date between date '2022-04-01' and date '2022-06-30'"
    )
    assert found == (reckoned["numerator"], reckoned["referrals"])


def test_no_case_of_the_sample_counts_by_duration_since_every_referral_says_no_further_action(
    told: Told, census: list[reckoner.Referral]
) -> None:
    assert reckoner.open_by_duration(census, CENSUS_END, nfa_counted=False)["total"] == 0
    assert told["R05", NEED, "quarter", CENSUS_END, "total"] == (0, 0, 0)
    assert told["S01", NEED, "month", CENSUS_END, "total"][0] == 0


def test_contacts_of_annex_a_that_do_not_say_where_they_went_give_no_figure(told: Told) -> None:
    reckoned = reckoner.figures_contacts()
    found = told["S04", CARE, "month", date(2020, 9, 30), "total"]
    assert found == (None, None, reckoned["contacts"])
