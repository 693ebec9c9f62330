"""The second opinion on children's social care: the facts known beforehand, and each rule at its edges by hand.

What belongs here: the known facts of the sample, and small cases worked out on paper. What does not: a comparison with
the warehouse, which loads `expected_social_care()` and belongs beside the figures that it compares.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

import pytest

from tests.golden import independent_social_care as care
from tests.golden.independent_counts import expected_sample_counts, extracts_dir
from tests.golden.independent_social_care import AdoptionWait, Episode, Missing, Plan, Referral, Return903

needs_extracts = pytest.mark.usefixtures("shared")
D = date(2018, 3, 31)
YEAR = date(2017, 4, 1)


@cache
def expected() -> dict[str, Any]:
    return care.expected_social_care()


def episode(
    start: str, end: str = "", rne: str = "S", place: str = "U1", rec: str = "", ls: str = "C2", child: str = "a"
) -> Episode:
    """One episode; an open one has no end. The row follows the start, so that a list may be written in any order."""
    decom = date.fromisoformat(start)
    dec = date.fromisoformat(end) if end else None
    return Episode(child, decom, dec, rne, ls, place, rec or ("X1" if end else ""), decom.toordinal())


def returned(
    *episodes: Episode,
    born: str = "2008-06-15",
    reviews: tuple[str, ...] = (),
    assessed: str = "1",
    missing: tuple[tuple[str, str], ...] = (),
) -> Return903:
    """A return in which every child is born on the same day; reviews and missing episodes are those of child `a`."""
    children = {e.child for e in episodes}
    return Return903(
        episodes=care.by_child(episodes),
        born=dict.fromkeys(children, date.fromisoformat(born)),
        reviews={"a": {date.fromisoformat(day) for day in reviews}},
        health_assessment=dict.fromkeys(children, assessed),
        adopted_by_carer=set(),
        missing=[Missing("a", category, date.fromisoformat(day)) for category, day in missing],
    )


# ---------------------------------------------------------------------------------------------- facts of the 903 sample


@needs_extracts
def test_82_children_were_adopted_in_2017_18_and_69_of_them_not_under_short_breaks() -> None:
    assert expected()["903"]["adopted_with_short_breaks"]["children"] == 82
    assert expected()["903"]["R07"]["year"] == 69


@needs_extracts
def test_adoptions_by_month_and_by_quarter_add_up_to_the_year_and_the_last_year_to_date_is_the_year() -> None:
    adopted = expected()["903"]["R07"]
    assert (len(adopted["month"]), len(adopted["quarter"])) == (12, 4)
    assert (
        sum(adopted["month"].values()) == sum(adopted["quarter"].values()) == adopted["year_to_date"]["2018-03"] == 69
    )


@needs_extracts
def test_222_of_1201_children_have_the_episode_that_opened_their_care_when_short_breaks_stay_in_the_chain() -> None:
    known = expected()["903"]["through_short_breaks"]["known_openings"]
    assert (known["opened_by_s"], known["looked_after"]) == (222, 1201)


@needs_extracts
def test_13_of_the_222_were_opened_under_a_short_break_so_that_209_are_left_without_them() -> None:
    known = expected()["903"]["known_openings"]
    assert (known["opened_by_s"], known["any_episode_with_s"]) == (209, 222)


@needs_extracts
def test_looked_after_by_age_is_what_the_earlier_reckoning_found_at_each_month_end() -> None:
    earlier = expected_sample_counts()["r01"]
    for day, found in expected()["903"]["R01"].items():
        assert found == {"total": earlier[day]["total"], **earlier[day]["age_band"]}


@needs_extracts
@pytest.mark.parametrize("reading", ["by_order", "by_link", "through_short_breaks"])
def test_every_child_looked_after_is_in_one_part_of_each_figure(reading: str) -> None:
    found = expected()["903"] if reading == "by_order" else expected()["903"][reading]
    for cell in found["W01"].values():
        assert cell["too_short"] + cell["denominator"] + cell["not_assessable"] == cell["looked_after"]
    for cell in found["A06"].values():
        assert cell["denominator"] + cell["unknown"] + cell["in_care_too_short"] == cell["under_16"]
    for waits in found["R08"].values():
        assert waits["children"] + sum(waits["excluded"].values()) == waits["adopted"] == 69


@needs_extracts
def test_who_is_late_whatever_went_before_is_late_by_the_reviews_in_the_file_too() -> None:
    at_year_end = expected()["903"]["W01"]["2018-03-31"]
    older = at_year_end["why"]["opened by S before the year"]
    in_time = at_year_end["as_held_numerator"] - at_year_end["numerator"]
    assert older["children"] - older["surely_overdue"] >= in_time > 0


@needs_extracts
def test_the_43_missing_rows_are_all_accounted_for() -> None:
    parts = ("episodes", "not_looked_after", "starting_outside_the_window")
    assert sum(expected()["903"]["R06"][category][part] for category in ("M", "A") for part in parts) == 43


# ---------------------------------------------------------------------------------------------------- facts of the CIN


@needs_extracts
def test_no_case_of_fake_cin_data_is_open_unless_nfa_is_ignored_and_then_151_are() -> None:
    found = expected()["cin"]["fake_CIN_data.xml"]
    assert found["R05"]["S01"]["2022-07-21"]["total"] == found["S01c"]["S01"]["cases"] == 0
    assert found["R05"]["ignoring_nfa"]["2022-07-21"]["total"] == 151


@needs_extracts
@pytest.mark.parametrize("name", care.CIN_FILES)
def test_each_year_of_a_cin_file_is_the_sum_of_its_months(name: str) -> None:
    found = expected()["cin"][name]
    for code in ("A12", "S05"):
        for key, total in found[code]["year"].items():
            assert total == sum(month[key] for month in found[code]["month"].values())
    assert found["A05"]["year"] == sum(found["A05"]["month"].values())
    assert found["A07"]["year"]["enquiries"] == sum(found["A07"]["month"].values())


@needs_extracts
@pytest.mark.parametrize("name", care.CIN_FILES)
def test_source_groups_add_up_to_the_referrals_and_durations_to_the_cases(name: str) -> None:
    found = expected()["cin"][name]
    for cell in (found["A12"]["year"], *found["R05"]["ignoring_nfa"].values(), found["R05b"]["ignoring_nfa"]):
        assert sum(cell.values()) == 2 * cell["total"]


@needs_extracts
def test_the_year_before_the_small_file_holds_one_of_each_and_the_same_plan_twice_is_one() -> None:
    referrals, plans = care.read_cin(extracts_dir() / "cin_census" / "CIN2rows.xml")
    window = (date(2022, 4, 1), date(2023, 3, 31))
    assert care.referrals_by_source(referrals, *window)["individual"] == 1
    assert care.conferences(referrals, *window) == 2
    assert care.conflicting_conferences(referrals) == 1
    assert care.enquiries_started(referrals, *window) == {"enquiries": 1, "distinct_child_and_date": 1}
    assert care.long_plans_ended(plans, *window) == {"numerator": 0, "denominator": 1}
    assert care.ended_by_duration(referrals, *window, nfa_counted=False)["over 3 to 6 months"] == 1


@needs_extracts
def test_annex_a_list_1_holds_five_contacts_of_september_2020_and_not_what_became_of_them() -> None:
    assert expected()["contacts"] == {
        "contacts": 5,
        "month": {"2020-09": 5},
        "source": {"police": 3, "individual": 1, "anonymous": 1},
        "S04": None,
    }


@needs_extracts
def test_everything_reckoned_can_be_written_down() -> None:
    assert set(json.loads(json.dumps(expected()))) == {"903", "cin", "contacts"}


# ------------------------------------------------------------------------------------------------------------ the days


@pytest.mark.parametrize(
    ("day", "months", "expected_day"),
    [
        ("2018-03-31", -3, "2017-12-31"),
        ("2018-03-31", -6, "2017-09-30"),
        ("2018-03-31", -30, "2015-09-30"),
        ("2018-03-31", -24, "2016-03-31"),
        ("2016-03-31", -1, "2016-02-29"),
        ("2017-08-31", 6, "2018-02-28"),
        ("2017-11-30", 3, "2018-02-28"),
        ("2017-12-15", 1, "2018-01-15"),
        ("2017-01-15", -1, "2016-12-15"),
    ],
)
def test_months_keep_the_day_number_or_take_the_last_day(day: str, months: int, expected_day: str) -> None:
    assert care.add_months(date.fromisoformat(day), months) == date.fromisoformat(expected_day)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2011, "01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27"),
        (2012, "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26"),
        (2016, "01-01 03-25 03-28 05-02 05-30 08-29 12-26 12-27"),
        (2017, "01-02 04-14 04-17 05-01 05-29 08-28 12-25 12-26"),
        (2018, "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26"),
        (2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"),
        (2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"),
        (2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"),
    ],
)
def test_bank_holidays_are_those_that_were_kept_in_england(year: int, days: str) -> None:
    assert sorted(care.bank_holidays(year)) == [date.fromisoformat(f"{year}-{day}") for day in days.split()]


@pytest.mark.parametrize(
    ("start", "twentieth"),
    [
        ("2017-06-01", "2017-06-29"),  # a Thursday, four whole weeks
        ("2017-06-03", "2017-06-30"),  # a Saturday counts from the Monday
        ("2017-04-03", "2017-05-04"),  # Good Friday, Easter Monday and the first Monday in May between
        ("2017-12-09", "2018-01-10"),  # Christmas, Boxing Day and New Year between
    ],
)
def test_the_twentieth_working_day_skips_weekends_and_bank_holidays(start: str, twentieth: str) -> None:
    assert care.add_working_days(date.fromisoformat(start), 20) == date.fromisoformat(twentieth)


def test_a_financial_quarter_is_named_by_its_year() -> None:
    days = [date(2017, 4, 1), date(2017, 9, 30), date(2017, 12, 31), date(2018, 1, 1), date(2000, 3, 31)]
    labels = ["2017/18 Q1", "2017/18 Q2", "2017/18 Q3", "2017/18 Q4", "1999/00 Q4"]
    assert [care.quarter_label(day) for day in days] == labels


# ----------------------------------------------------------------------------------------------------- periods of care


def starts(periods: list[list[Episode]]) -> list[list[str]]:
    return [[str(e.decom) for e in period] for period in periods]


def test_a_period_goes_on_while_no_day_is_left_out_and_a_gap_of_one_day_opens_another() -> None:
    joined = [episode("2017-01-01", "2017-02-01"), episode("2017-02-01", "2017-03-01", "P")]
    assert len(care.by_order(joined)) == len(care.by_link(joined)) == 1
    parted = [episode("2017-01-01", "2017-02-01"), episode("2017-02-02", "2017-03-01", "P")]
    assert len(care.by_order(parted)) == len(care.by_link(parted)) == 2


def test_s_opens_a_period_even_on_the_day_on_which_the_one_before_ended() -> None:
    both = [episode("2017-01-01", "2017-02-01"), episode("2017-02-01", "2017-03-01", "S")]
    assert len(care.by_order(both)) == len(care.by_link(both)) == 2


def test_a_short_break_parts_two_periods_unless_it_is_left_in_the_chain() -> None:
    chain = [
        episode("2017-01-01", "2017-02-01"),
        episode("2017-02-01", "2017-03-01", "L", ls="V4"),
        episode("2017-03-01", "", "L"),
    ]
    assert starts(care.by_order(chain)) == [["2017-01-01"], ["2017-03-01"]]
    assert starts(care.through_short_breaks(chain)) == [["2017-01-01", "2017-02-01", "2017-03-01"]]
    assert care.known_openings(returned(*chain), D)["opened_by_s"] == 0
    assert care.known_openings(returned(*chain), D, care.through_short_breaks)["opened_by_s"] == 1


def test_overlapping_chains_are_joined_by_order_and_kept_apart_by_link() -> None:
    chains = [
        episode("2017-01-10", "2018-01-07", "P"),
        episode("2017-09-09", "2017-11-09", "S", rec="E3"),
        episode("2018-01-07", "", "P"),
    ]
    assert starts(care.by_order(chains)) == [["2017-01-10"], ["2017-09-09", "2018-01-07"]]
    assert starts(care.by_link(chains)) == [["2017-01-10", "2018-01-07"], ["2017-09-09"]]


def test_a_longer_episode_bridges_a_shorter_one_and_one_that_starts_on_its_last_day_goes_on() -> None:
    chain = [
        episode("2017-01-01", "2017-03-01"),
        episode("2017-01-15", "2017-02-01", "P"),
        episode("2017-03-01", "", "P"),
    ]
    assert len(care.by_order(chain)) == len(care.by_link(chain)) == 1


def test_a_child_is_looked_after_until_the_day_before_dec() -> None:
    given = returned(episode("2017-01-01", "2018-03-31", rec="E3"))
    assert care.looked_after_by_age(given, date(2018, 3, 30))["total"] == 1
    assert care.looked_after_by_age(given, D)["total"] == 0


# -------------------------------------------------------------------------------------------------------- R07 and R07b


def test_adoptions_are_counted_once_for_a_child_inside_the_window_and_not_under_short_breaks() -> None:
    given = returned(
        episode("2016-01-01", "2017-04-01", rec="E11", child="first day"),
        episode("2016-01-01", "2018-03-31", rec="E12", child="last day"),
        episode("2016-01-01", "2017-03-31", rec="E11", child="day before"),
        episode("2016-01-01", "2017-06-01", rec="E11", child="short break", ls="V3"),
        episode("2016-01-01", "2017-06-01", rec="E4A", child="not adopted"),
        episode("2016-01-01", "2017-05-01", rec="E11", child="twice"),
        episode("2017-05-02", "2017-07-01", rec="E12", child="twice"),
        episode("2016-01-01", "", rec="E12", child="not ended"),
    )
    adopted = care.children_adopted(given, YEAR, D)
    assert adopted["year"] == 3
    assert adopted["month"] == {
        **dict.fromkeys(adopted["month"], 0),
        "2017-04": 1,
        "2017-05": 1,
        "2017-07": 1,
        "2018-03": 1,
    }
    assert list(adopted["quarter"].values()) == [2, 1, 0, 1]
    assert [adopted["year_to_date"][m] for m in ("2017-04", "2017-06", "2017-07", "2018-03")] == [1, 2, 2, 3]
    assert len(care.adoption_ends(given, YEAR, D, short_breaks=True)) == 5


def test_the_last_cease_of_a_child_decides_and_each_reading_of_ceased_leaves_out_more() -> None:
    given = returned(
        episode("2016-01-01", "2017-05-01", rec="E11", child="adopted"),
        episode("2016-01-01", "2017-05-01", rec="E11", child="adopted, then home"),
        episode("2017-06-01", "2017-07-01", rec="E4A", child="adopted, then home"),
        episode("2016-01-01", "2017-05-01", rec="E11", child="still open"),
        episode("2016-02-01", "2017-12-01", "P", rec="X1", child="still open"),
        episode("2016-01-01", "2017-05-01", rec="E4A", child="back at the end"),
        episode("2017-06-01", "", child="back at the end"),
        episode("2016-01-01", "2017-05-01", rec="X1", child="not a cease"),
        episode("2016-01-01", "2017-05-01", rec="E11", child="short break", ls="V3"),
    )
    shares = care.share_of_ceasing_adopted(given, YEAR, D)
    assert shares == {
        "last_cease": {"numerator": 2, "denominator": 4},
        "not_still_open": {"numerator": 1, "denominator": 3},
        "not_open_at_end": {"numerator": 2, "denominator": 3},
        "no_later_episode": {"numerator": 1, "denominator": 2},
    }


# ------------------------------------------------------------------------------------------------------------------ R08


def test_the_wait_ends_where_the_final_unbroken_run_of_placements_for_adoption_begins() -> None:
    period = [
        episode("2016-01-01", "2016-02-01", "S", "U1"),
        episode("2016-02-01", "2016-03-01", "P", "A4"),
        episode("2016-03-01", "2016-04-01", "P", "U1"),
        episode("2016-04-01", "2016-05-01", "P", "A4"),
        episode("2016-05-01", "2016-06-01", "L", "A6", rec="E11"),
    ]
    assert care.adoption_wait(period, by_carer=False) == AdoptionWait("a", 91, 91, "")


@pytest.mark.parametrize(
    ("place", "by_carer", "days_same_carer"),
    [("A3", False, 31), ("A5", False, 31), ("A4", False, 121), ("A4", True, 31)],
)
def test_adopted_by_the_carer_the_wait_ends_where_the_child_moved_to_that_carer(
    place: str, by_carer: bool, days_same_carer: int
) -> None:
    period = [
        episode("2016-01-01", "2016-02-01", "S", "U1"),
        episode("2016-02-01", "2016-03-01", "P", "U3"),
        episode("2016-03-01", "2016-04-01", "T", "U3"),
        episode("2016-04-01", "2016-05-01", "L", "U3"),
        episode("2016-05-01", "2016-06-01", "U", place, rec="E12"),
    ]
    assert care.adoption_wait(period, by_carer) == AdoptionWait("a", 121, days_same_carer, "")


def test_without_an_opening_or_a_placement_for_adoption_the_child_is_excluded_and_named() -> None:
    seen = episode("2016-01-01", "2016-02-01", "S")
    unseen = episode("2016-01-01", "2016-02-01", "P")
    placed = episode("2016-02-01", "2016-06-01", "P", "A4", "E11")
    not_placed = episode("2016-02-01", "2016-06-01", "P", "U1", "E11")
    excluded = [care.adoption_wait([a, b], False).excluded for a in (seen, unseen) for b in (placed, not_placed)]
    assert excluded == ["", "no A3-A6", "no S", "no S and no A3-A6"]


def test_a_run_that_does_not_end_with_the_adoption_counts_only_in_the_other_reading() -> None:
    period = [
        episode("2016-01-01", "2016-02-01", "S", "U1"),
        episode("2016-02-01", "2016-03-01", "P", "A4"),
        episode("2016-03-01", "2016-04-01", "P", "U1", rec="E11"),
    ]
    assert care.adoption_wait(period, False).excluded == "no A3-A6"
    assert care.adoption_wait(period, False, last_run_anywhere=True).days == 31


def test_only_adoptions_of_the_36_months_to_d_enter_and_the_days_are_summed() -> None:
    def adopted(child: str, end: str) -> Episode:
        return episode("2015-01-01", end, "S", "A4", "E11", child=child)

    given = returned(
        adopted("too early", "2015-03-31"), adopted("first day", "2015-04-01"), adopted("last", "2018-03-31")
    )
    waits = care.adoption_waits(given, D)
    assert sorted(w.child for w in waits) == ["first day", "last"]
    assert care.time_to_moving_in(waits)["days_r08"] == 0


# ------------------------------------------------------------------------------------------------------------------ A06


@pytest.mark.parametrize(
    ("period", "answer"),
    [
        ([episode("2015-09-30", "", "S")], "yes"),
        ([episode("2015-10-01", "", "S")], "short"),
        ([episode("2015-10-01", "", "P")], "period unknown"),
        ([episode("2015-09-30", "", "L")], "yes"),
        ([episode("2015-01-01", "2016-03-31"), episode("2016-03-31", "", "P")], "yes"),
        ([episode("2015-01-01", "2016-04-01"), episode("2016-04-01", "", "P")], "no"),
        ([episode("2015-01-01", "2016-04-01"), episode("2016-04-01", "", "L")], "yes"),
        ([episode("2015-01-01", "2016-04-01"), episode("2016-04-01", "", "T")], "no"),
        ([episode("2015-01-01", "2016-04-01"), episode("2016-04-01", "", "U")], "no"),
        ([episode("2015-01-01", "2016-04-01"), episode("2016-04-01", "", "P", "A4")], "yes"),
        (
            [
                episode("2015-01-01", "2016-04-01"),
                episode("2016-04-01", "2017-01-01", "P"),
                episode("2017-01-01", "", "P", "A4"),
            ],
            "no",
        ),
        (
            [
                episode("2015-01-01", "2016-03-31"),
                episode("2016-03-31", "2017-01-01", "P"),
                episode("2017-01-01", "2017-06-01", "P", "A4"),
                episode("2017-06-01", "", "L", "A4"),
            ],
            "yes",
        ),
    ],
    ids=[
        "in care for 30 months to the day",
        "a day short of 30 months",
        "perhaps longer in care",
        "long enough by the bound alone",
        "24 months to the day",
        "a day short of 24 months",
        "only the legal status changed",
        "moved with the same carer",
        "moved with the same carer and a new status",
        "placed for adoption from a long placement",
        "placed for adoption from a short placement",
        "placed for adoption with a change of status",
    ],
)
def test_a_placement_counts_from_where_it_opened(period: list[Episode], answer: str) -> None:
    assert care.long_placement(period, D) == answer


def test_only_children_under_16_enter_and_the_unknown_are_out_of_the_denominator() -> None:
    episodes = (
        episode("2015-01-01", child="long"),
        episode("2015-01-01", "2017-01-01", child="moved"),
        episode("2017-01-01", "", "P", child="moved"),
        episode("2017-01-01", "", "P", child="unseen"),
        episode("2015-01-01", ls="V4", child="short break"),
    )
    found = care.placement_stability(returned(*episodes, born="2002-04-01"), D)
    assert (found["numerator"], found["denominator"], found["unknown"], found["under_16"]) == (1, 2, 1, 3)
    assert care.placement_stability(returned(*episodes, born="2002-03-31"), D)["under_16"] == 0


# ------------------------------------------------------------------------------------------------------------------ S06


@pytest.mark.parametrize(
    ("chain", "by_period", "covered"),
    [
        ([episode("2017-04-01")], "yes", True),
        ([episode("2017-04-02")], "no", False),
        ([episode("2017-04-02", rne="P")], "unknown", False),
        ([episode("2017-01-01", "2017-09-01"), episode("2017-09-01", "", "P")], "yes", True),
        ([episode("2017-01-01", "2017-09-01"), episode("2017-09-01", "", "S")], "no", True),
        ([episode("2017-01-01", "2017-09-01"), episode("2017-09-02", "", "P")], "unknown", False),
        ([episode("2017-01-01", "2018-03-31", rec="E3")], "not looked after", False),
        ([episode("2017-01-01", "2017-09-01", ls="V3"), episode("2017-09-01", "", "L")], "unknown", False),
    ],
    ids=["first day", "a day late", "opening unseen", "moved", "S again", "gap", "ended on d", "after a short break"],
)
def test_a_year_in_care_is_every_day_of_it(chain: list[Episode], by_period: str, covered: bool) -> None:
    assert care.continuous_for_a_year(chain, D, care.by_order) == by_period
    assert care.covered_throughout(chain, YEAR, D) is covered


@pytest.mark.parametrize(("flag", "figures"), [("1", (1, 1, 0)), ("0", (0, 1, 0)), ("", (0, 0, 1))])
def test_a_flag_that_is_empty_is_not_a_missed_assessment(flag: str, figures: tuple[int, int, int]) -> None:
    found = care.annual_health_assessment(returned(episode("2017-01-01"), assessed=flag), D)["period_of_care"]
    assert (found["numerator"], found["denominator"], found["unknown"]) == figures


# ------------------------------------------------------------------------------------------------------------------ W01


@pytest.mark.parametrize(
    ("reviews", "at", "in_time"),
    [
        ("2017-06-29", "2017-09-28", True),  # held on the due day; the second is due on 29 September
        ("2017-06-29", "2017-09-29", False),  # due on d and not held by d
        ("2017-06-30", "2017-07-31", False),  # the first a day late
        ("", "2017-06-28", True),  # the first not due yet
        ("", "2017-06-29", False),
        ("2017-06-01", "2017-06-29", False),  # on the day of the start
        ("2017-06-02", "2017-06-29", True),
        ("2017-05-01 2017-06-20", "2017-07-31", True),  # before the start: not in the chain
        ("2017-06-29 2017-09-29", "2017-12-31", True),
        ("2017-06-29 2017-09-30", "2017-12-31", False),
        ("2017-06-29 2017-09-29 2018-03-29", "2018-03-31", True),  # six months to the day
        ("2017-06-29 2017-09-29 2018-03-30", "2018-03-31", False),
        ("2017-06-29 2017-09-29", "2018-03-28", True),
        ("2017-06-29 2017-09-29", "2018-03-31", False),  # overdue
        ("2017-06-29 2018-01-01", "2017-09-30", False),  # a review after d is not held yet
    ],
)
def test_reviews_are_due_after_20_working_days_then_3_months_then_every_6(reviews: str, at: str, in_time: bool) -> None:
    held = {date.fromisoformat(day) for day in reviews.split()}
    assert care.reviews_in_time(date(2017, 6, 1), held, date.fromisoformat(at), YEAR) is in_time


def test_a_review_due_on_the_31st_falls_on_the_last_day_of_a_shorter_month() -> None:
    held = {date(2017, 6, 5), date(2017, 8, 31)}
    assert care.reviews_in_time(date(2017, 6, 1), held, date(2018, 2, 27), YEAR)
    assert not care.reviews_in_time(date(2017, 6, 1), held, date(2018, 2, 28), YEAR)
    assert care.reviews_in_time(date(2017, 6, 1), held | {date(2018, 2, 28)}, date(2018, 2, 28), YEAR)


def test_a_review_late_before_the_year_is_forgiven_and_one_outstanding_into_the_year_is_not() -> None:
    start = date(2016, 1, 4)
    late_before = {date(2016, 2, 1), date(2016, 12, 1), date(2017, 6, 1), date(2017, 12, 1)}
    assert care.reviews_in_time(start, late_before, D, YEAR)
    outstanding = {date(2016, 2, 1), date(2016, 5, 1), date(2017, 6, 1), date(2017, 12, 1)}
    assert not care.reviews_in_time(start, outstanding, D, YEAR)
    assert care.reviews_in_time(start, outstanding, D, YEAR, outstanding_fails=False)
    never_again = {date(2016, 2, 1)}
    assert not care.reviews_in_time(start, never_again, D, YEAR, outstanding_fails=False)


@pytest.mark.parametrize(
    ("bound", "reviews", "at", "late"),
    [
        ("2015-01-01", "", "2017-09-29", False),
        ("2015-01-01", "", "2017-09-30", True),
        ("2015-01-01", "2017-09-30", "2018-03-29", False),
        ("2015-01-01", "2017-09-30", "2018-03-30", True),
        ("2015-01-01", "2017-10-01", "2017-10-31", True),
        ("2015-01-01", "2017-03-01", "2017-09-30", True),
        ("2017-06-01", "", "2017-11-29", False),
        ("2017-06-01", "", "2017-11-30", True),
    ],
)
def test_six_months_of_the_year_without_a_review_are_late_whatever_went_before(
    bound: str, reviews: str, at: str, late: bool
) -> None:
    held = {date.fromisoformat(day) for day in reviews.split()}
    assert care.surely_overdue(date.fromisoformat(bound), held, date.fromisoformat(at), YEAR) is late


@pytest.mark.parametrize(
    ("start", "rne", "part"),
    [
        ("2018-03-01", "S", "denominator"),  # the 20th working day is 29 March, Good Friday the 30th
        ("2018-03-02", "S", "too_short"),
        ("2017-04-01", "S", "denominator"),
        ("2017-03-31", "S", "not_assessable"),
        ("2017-06-01", "P", "not_assessable"),
        ("2018-03-26", "P", "not_assessable"),
    ],
)
def test_only_care_that_is_seen_to_open_in_the_year_can_be_assessed(start: str, rne: str, part: str) -> None:
    found = care.reviewed_in_timescales(returned(episode(start, rne=rne)), D, YEAR)
    assert {name: found[name] for name in ("denominator", "too_short", "not_assessable")} == {
        **dict.fromkeys(("denominator", "too_short", "not_assessable"), 0),
        part: 1,
    }


def test_a_child_enters_on_the_twentieth_working_day() -> None:
    given = returned(episode("2018-03-01"))
    found = [care.reviewed_in_timescales(given, date(2018, 3, day), YEAR)["denominator"] for day in (28, 29)]
    assert found == [0, 1]


def test_reviews_before_the_window_do_not_make_older_care_assessable_but_are_told() -> None:
    given = returned(
        episode("2016-01-04"), reviews=("2016-02-01", "2016-05-01", "2016-11-01", "2017-04-30", "2017-10-30")
    )
    found = care.reviewed_in_timescales(given, D, YEAR)
    assert (found["numerator"], found["denominator"], found["not_assessable"]) == (0, 0, 1)
    assert (found["as_held_numerator"], found["as_held_denominator"]) == (1, 1)
    why = {"children": 1, "with_a_review_before_the_year": 1, "surely_overdue": 0}
    assert found["why"] == {"opened by S before the year": why}


# ------------------------------------------------------------------------------------------------------------------ R06


def test_missing_counts_on_days_in_care_and_not_under_short_breaks() -> None:
    given = returned(
        episode("2017-01-01", "2017-06-01"),
        episode("2017-06-01", "2017-07-01", "L", ls="V4"),
        missing=(
            ("M", "2017-03-31"),
            ("M", "2017-04-01"),
            ("M", "2017-05-31"),
            ("M", "2017-06-01"),
            ("A", "2017-05-05"),
            ("M", "2017-07-01"),
        ),
        born="2006-04-02",
    )
    found = care.missing_from_care(given, YEAR, D, "M")
    assert (found["children"], found["episodes"], found["children_with_2_or_more"]) == (1, 2, 1)
    assert (found["not_looked_after"], found["on_the_last_day"], found["under_short_breaks"]) == (2, 1, 1)
    assert found["starting_outside_the_window"] == 1
    assert [found["children_by_month"][m] for m in ("2017-04", "2017-05", "2017-06")] == [1, 1, 0]
    assert found["children_by_quarter"]["2017/18 Q1"] == 1
    assert found["children_by_age_at_first"]["local"] == {"0-10": 1, "11-13": 0, "14-15": 0, "16-17": 0}
    assert care.missing_from_care(given, YEAR, D, "A")["episodes"] == 1


# ---------------------------------------------------------------------------------------------------------- referrals


def on(day: str, child: str = "a", **others: Any) -> Referral:
    return Referral(child, date.fromisoformat(day), **others)


def test_a_referral_is_one_child_and_date_in_the_group_of_its_source() -> None:
    referrals = [
        on("2017-04-01", source="1D"),
        on("2017-04-01", source="2B"),
        on("2017-04-01", "b", source="5D"),
        on("2018-03-31", source="10"),
        on("2017-05-01", source="99"),
        on("2018-04-01", source="6"),
        Referral("a", None, "6"),
    ]
    found = care.referrals_by_source(referrals, YEAR, D)
    counted = {name: count for name, count in found.items() if count}
    assert counted == {
        "total": 4,
        "schools and education": 1,
        "local authority": 1,
        "unknown": 1,
        "(no such code)": 1,
    }


@pytest.mark.parametrize(
    ("earlier", "known_from", "figures"),
    [
        ("2017-06-16", "2016-04-01", (1, 1, 0)),  # a day less than 12 months before 15 June 2018
        ("2017-06-15", "2016-04-01", (0, 1, 0)),  # 12 months to the day
        ("2017-06-14", "2016-04-01", (0, 1, 0)),
        ("2017-06-16", "2018-04-01", (1, 1, 0)),  # found all the same
        ("2017-06-15", "2018-04-01", (0, 0, 1)),
        ("2017-06-15", "2017-06-15", (0, 1, 0)),  # all 12 months are known
        ("2017-06-15", "2017-06-16", (0, 0, 1)),
        ("2018-06-16", "2016-04-01", (0, 1, 0)),  # later, and outside the window
        ("2018-06-15", "2016-04-01", (0, 1, 0)),  # the same day is the same referral
    ],
)
def test_a_rereferral_has_another_within_12_months_or_cannot_be_told(
    earlier: str, known_from: str, figures: tuple[int, int, int]
) -> None:
    referrals = [on("2018-06-15"), on(earlier, nfa=True), on("2018-05-01", "another child")]
    day = date(2018, 6, 15)
    found = care.rereferrals(referrals, day, day, date.fromisoformat(known_from))
    assert (found["numerator"], found["denominator"], found["not_assessable"]) == figures


def test_the_same_conference_at_both_levels_is_one_and_two_dates_are_two_and_told() -> None:
    same, other = date(2017, 6, 1), date(2017, 6, 2)
    once = on("2017-05-01", conference=same, section47_conferences=(same,))
    twice = on("2017-05-01", "b", conference=same, section47_conferences=(other,))
    outside = on("2017-05-01", "c", conference=date(2018, 4, 1))
    assert care.conferences([once], YEAR, D) == 1
    assert care.conferences([once, twice, outside], YEAR, D) == 3
    assert care.conflicting_conferences([once, twice, outside]) == 1


def test_each_enquiry_counts_and_those_of_a_child_on_one_day_are_told_apart() -> None:
    day = date(2017, 6, 1)
    referrals = [
        on("2017-05-01", enquiries=(day, day, date(2017, 3, 31))),
        on("2017-05-02", enquiries=(date(2018, 3, 31),)),
    ]
    assert care.enquiries_started(referrals, YEAR, D) == {"enquiries": 3, "distinct_child_and_date": 2}


@pytest.mark.parametrize(
    ("started", "band"),
    [
        ("2018-03-31", "up to 3 months"),
        ("2017-12-31", "up to 3 months"),
        ("2017-12-30", "over 3 to 6 months"),
        ("2017-09-30", "over 3 to 6 months"),
        ("2017-09-29", "over 6 months to under 1 year"),
        ("2017-04-01", "over 6 months to under 1 year"),
        ("2017-03-31", "1 to under 2 years"),
        ("2016-04-01", "1 to under 2 years"),
        ("2016-03-31", "2 years +"),
    ],
)
def test_durations_change_their_band_on_the_day(started: str, band: str) -> None:
    assert care.duration_band(date.fromisoformat(started), D) == band


def test_an_open_case_is_not_nfa_and_a_case_ends_in_the_period_of_its_closure() -> None:
    referrals = [
        on("2018-01-01"),
        on("2018-01-02", nfa=True),
        on("2018-01-03", closure=D),
        on("2018-01-04", closure=date(2018, 4, 1)),
        on("2018-04-01"),
    ]
    assert care.open_by_duration(referrals, D, nfa_counted=False)["total"] == 2
    assert care.open_by_duration(referrals, D, nfa_counted=True)["total"] == 3
    ended = care.ended_by_duration(referrals, YEAR, D, nfa_counted=False)
    assert (ended["total"], ended["up to 3 months"]) == (1, 1)


def test_a_case_was_open_in_the_year_when_it_was_open_on_a_day_of_it() -> None:
    referrals = [
        on("2016-01-01"),
        on("2016-01-02", closure=date(2017, 4, 2)),
        on("2016-01-03", closure=YEAR),
        on("2016-01-04", closure=date(2017, 3, 31)),
        on("2017-06-01", closure=date(2017, 6, 1)),
        on("2018-03-31"),
        on("2018-04-01"),
        on("2017-06-02", nfa=True),
    ]
    found = care.open_in_window(referrals, YEAR, D, nfa_counted=False)
    assert found == {"cases": 3, "closed_on_first_day_too": 4, "same_day_too": 5}
    assert care.open_in_window(referrals, YEAR, D, nfa_counted=True)["cases"] == 4


# -------------------------------------------------------------------------------------------------------------- plans


def plan(start: str, end: str = "", previous: int | None = 0, child: str = "a", reviews: str = "") -> Plan:
    dates = tuple(date.fromisoformat(day) for day in reviews.split())
    return Plan(child, date.fromisoformat(start), date.fromisoformat(end) if end else None, previous, dates)


def test_a_plan_of_two_years_lasts_729_days_between_its_dates() -> None:
    window = (date(2015, 4, 1), date(2016, 3, 31))
    assert care.long_plans_ended([plan("2014-04-02", "2016-03-31")], *window) == {"numerator": 1, "denominator": 1}
    assert care.long_plans_ended([plan("2014-04-02", "2016-03-30")], *window) == {"numerator": 0, "denominator": 1}
    assert care.long_plans_ended([plan("2014-04-02"), plan("2010-01-01", "2015-03-31")], *window)["denominator"] == 0


def test_an_open_plan_of_two_years_differs_by_a_day_or_two_between_the_two_counts() -> None:
    plans = [plan("2016-04-01", child="a"), plan("2016-03-31", child="b"), plan("2016-04-03", child="c")]
    found = care.long_plans_open(plans, D)
    assert found == {"numerator": 2, "numerator_by_calendar": 1, "denominator": 3}


def test_a_second_plan_counts_by_its_number_of_previous_plans_however_long_ago() -> None:
    plans = [
        plan("2017-04-01", previous=0),
        plan("2017-05-01", previous=1),
        plan("2018-03-31", previous=3, child="b"),
        plan("2018-03-31", previous=3, child="b"),
        plan("2017-06-01", previous=None),
        plan("2017-03-31", previous=2),
    ]
    assert care.second_plans(plans, YEAR, D) == {"numerator": 2, "denominator": 3, "not_assessable": 1}


@pytest.mark.parametrize(
    ("reviews", "at", "in_time"),
    [
        ("2017-09-01", "2018-02-28", True),
        ("2017-09-01", "2018-03-01", False),
        ("2017-09-02", "2017-10-01", False),
        ("2017-09-01 2018-03-01", "2018-03-31", True),
        ("2017-09-01 2018-03-02", "2018-03-31", False),
        ("2017-06-01", "2017-09-01", False),
        ("", "2017-08-31", True),
    ],
)
def test_a_plan_is_reviewed_within_3_months_and_then_every_6(reviews: str, at: str, in_time: bool) -> None:
    assert care.plan_reviewed_in_time(plan("2017-06-01", reviews=reviews), date.fromisoformat(at)) is in_time


def test_only_plans_of_91_days_enter_and_those_from_before_the_window_cannot_be_assessed() -> None:
    plans = [
        plan("2017-12-30", child="91 days", reviews="2018-03-30"),
        plan("2017-12-31", child="90 days"),
        plan("2017-03-31", child="older", reviews="2017-06-30 2017-12-30"),
        plan("2017-05-01", "2018-03-31", child="ended"),
        plan("2017-04-01", child="late"),
    ]
    assert care.plans_reviewed_in_time(plans, D, YEAR) == {
        "numerator": 1,
        "denominator": 2,
        "not_assessable": 1,
        "as_held_numerator": 2,
        "as_held_denominator": 3,
    }


# ----------------------------------------------------------------------------------------------------------- contacts


@pytest.mark.parametrize(
    ("cell", "group"),
    [
        ("q) 6: Police", "police"),
        ("b) 1B: Individual", "individual"),
        ("u) 10: Unknown", "unknown"),
        ("Police", "(no such code)"),
    ],
)
def test_a_source_is_read_from_the_code_before_the_colon(cell: str, group: str) -> None:
    assert care.contact_source(cell) == group


def test_a_month_is_read_from_days_since_the_end_of_1899() -> None:
    assert [care.contact_month(cell) for cell in ("44090", "43861.5", " ")] == ["2020-09", "2020-01", "(no date)"]
