"""The independent reckoning gives the facts known by hand, and the golden replay agrees with a brute-force reckoning.

Nothing of the project is imported. A comparison with the project's tables loads this file's two helpers:
`expected_sample_counts()` and `load_expected_rows()`.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent


def load_beside(name: str) -> ModuleType:
    """A module of this folder by its path, whatever the import mode of pytest."""
    spec = importlib.util.spec_from_file_location(f"golden_{name}", HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


counts = load_beside("independent_counts")
reckoner = load_beside("replay_reckoner")

# Where the sample returns are missing these tests fail and say so; they are never skipped.
needs_extracts = pytest.mark.usefixtures("shared")


@cache
def expected_sample_counts() -> dict[str, Any]:
    """Everything reckoned from the sample files (see independent_counts.expected_sample_counts)."""
    return counts.expected_sample_counts()


def load_expected_rows() -> list[dict[str, str]]:
    """The rows of replay_case/expected.csv."""
    return counts.load_expected_rows()


# -------------------------------------------------------------------------------------------------------- sample 903


@needs_extracts
@pytest.mark.parametrize(
    ("file_name", "rows"),
    [
        ("episodes.csv", 5050),
        ("header.csv", 2675),
        ("reviews.csv", 12582),
        ("oc2.csv", 2675),
        ("previous_permanence.csv", 2675),
        ("uasc.csv", 132),
        ("oc3.csv", 53),
        ("missing.csv", 43),
        ("placed_for_adoption_errors.csv", 30),
        ("placed_for_adoption.csv", 29),
        ("ad1.csv", 29),
        ("DoLo.csv", 1),
        ("sw_episodes.csv", 1),
    ],
)
def test_each_903_file_has_its_known_number_of_rows(file_name: str, rows: int) -> None:
    assert expected_sample_counts()["rows_903"][file_name] == rows


@needs_extracts
def test_1419_children_have_an_open_episode_on_31_march_2018_and_1201_without_short_breaks() -> None:
    assert expected_sample_counts()["r01_with_v3_v4"]["2018-03-31"]["total"] == 1419
    assert expected_sample_counts()["r01"]["2018-03-31"]["total"] == 1201


@needs_extracts
def test_the_218_left_out_are_those_under_v3_and_v4() -> None:
    statuses = expected_sample_counts()["r01_with_v3_v4"]["2018-03-31"]["legal_status"]
    assert statuses["V3"] + statuses["V4"] == 1419 - 1201


@needs_extracts
def test_six_children_have_two_open_episodes_and_none_of_them_start_on_the_same_day() -> None:
    for key in ("r01", "r01_with_v3_v4"):
        cell = expected_sample_counts()[key]["2018-03-31"]
        assert cell["children_with_two_open"] == 6
        assert cell["open_episodes"] == cell["total"] + 6
        assert cell["equal_decom"] == []


@needs_extracts
@pytest.mark.parametrize("key", ["r01", "r01_with_v3_v4"])
@pytest.mark.parametrize("breakdown", ["sex", "age_band", "placement", "legal_status"])
def test_each_breakdown_adds_up_to_the_total_at_each_month_end(key: str, breakdown: str) -> None:
    months = expected_sample_counts()[key]
    assert len(months) == 12
    assert {at: sum(cell[breakdown].values()) for at, cell in months.items()} == {
        at: cell["total"] for at, cell in months.items()
    }


@needs_extracts
def test_nobody_in_the_sample_falls_outside_the_age_bands() -> None:
    bands = {band for cell in expected_sample_counts()["r01_with_v3_v4"].values() for band in cell["age_band"]}
    assert bands == set(counts.AGE_BANDS_R01)


@needs_extracts
def test_552_children_have_no_episode_and_every_episode_has_its_child() -> None:
    facts = expected_sample_counts()["facts_903"]
    assert (facts["header_without_episode"], facts["episode_without_header"]) == (552, 0)
    assert facts["distinct_child_decom"] == 5050


@needs_extracts
def test_the_readings_of_the_short_break_rule_agree_only_when_no_child_is_under_both() -> None:
    reckoned = expected_sample_counts()
    for at, readings in reckoned["readings_of_short_breaks"].items():
        assert readings["episode"] == reckoned["r01"][at]["total"]
        assert readings["episode"] - readings["any_short_break"] == len(reckoned["open_under_both"][at])
    assert reckoned["readings_of_short_breaks"]["2017-09-30"]["latest_episode"] == 1454
    assert reckoned["readings_of_short_breaks"]["2017-09-30"]["episode"] == 1455


# -------------------------------------------------------------------------------------------------- CIN and Annex A


@needs_extracts
def test_no_case_of_fake_cin_data_is_open_because_every_referral_is_nfa() -> None:
    reckoned = expected_sample_counts()["cin"]["fake_CIN_data.xml"]
    assert (reckoned["referrals"], reckoned["referrals_nfa_true"]) == (402, 402)
    assert reckoned["S01"] == {"2022-04-30": 0, "2022-05-31": 0, "2022-06-30": 0, "2022-07-21": 0}
    assert reckoned["S01_if_nfa_did_not_exclude"]["2022-07-21"] == 151


@needs_extracts
def test_fake_cin_data_has_332_children_and_no_plan_enquiry_or_assessment() -> None:
    elements = expected_sample_counts()["elements_cin"]["fake_CIN_data.xml"]
    assert (elements["Child"], elements["CINdetails"]) == (332, 402)
    assert elements["ChildProtectionPlans"] == elements["Section47"] == elements["Assessments"] == 0


@needs_extracts
def test_the_same_plan_twice_is_one_child_and_a_plan_ends_on_its_last_day() -> None:
    _, plans = counts.read_cin(counts.extracts_dir() / "cin_census" / "CIN2rows.xml")
    assert len(plans) == 2
    at = counts.plans_open(plans, date(2022, 6, 30))
    assert (at["total"], at["category"]["PHY"], at["age_band"]["5-9"]) == (1, 1, 1)
    assert counts.plans_open(plans, date(2023, 3, 13))["total"] == 1
    assert counts.plans_open(plans, date(2023, 3, 14))["total"] == 0


@needs_extracts
def test_a_case_is_open_from_its_referral_until_the_day_before_its_closure() -> None:
    referrals, _ = counts.read_cin(counts.extracts_dir() / "cin_census" / "CIN2rows.xml")
    days = [date(2022, 10, 5), date(2022, 10, 6), date(2023, 2, 26), date(2023, 2, 27)]
    assert [counts.cases_open(referrals, at) for at in days] == [0, 1, 1, 0]


@needs_extracts
def test_annex_a_has_its_known_number_of_rows_in_each_list() -> None:
    assert list(expected_sample_counts()["rows_annex_a"].values()) == [5, 5, 6, 5, 5, 5, 7, 5, 6, 5, 5]


@pytest.mark.parametrize(
    ("born", "at", "band"),
    [
        (date(2015, 5, 15), date(2016, 5, 14), "under 1"),
        (date(2015, 5, 15), date(2016, 5, 15), "1-4"),
        (date(2011, 5, 31), date(2016, 5, 31), "5-9"),
        (date(2006, 7, 1), date(2016, 6, 30), "5-9"),
        (date(2006, 7, 1), date(2016, 7, 1), "10-15"),
        (date(2000, 5, 1), date(2016, 4, 30), "10-15"),
        (date(2000, 5, 1), date(2016, 5, 1), "16-17"),
        (date(2000, 5, 1), date(2018, 5, 1), "(18 and over)"),
        (date(2008, 2, 29), date(2018, 2, 28), "5-9"),
        (date(2008, 2, 29), date(2018, 3, 1), "10-15"),
        (date(2016, 6, 17), date(2016, 6, 16), "(not born yet)"),
        (None, date(2016, 6, 16), "(no date of birth)"),
    ],
)
def test_age_bands_change_on_the_birthday(born: date | None, at: date, band: str) -> None:
    assert counts.age_band(born, at) == band


# ---------------------------------------------------------------------------------------------------- the golden replay


def test_every_expected_row_worked_by_hand_is_what_the_brute_force_reckoning_gives() -> None:
    assert list(reckoner.disagreements(reckoner.Rules())) == []


def test_the_alternative_values_are_those_of_a_frozen_year() -> None:
    assert list(reckoner.disagreements(replace(reckoner.Rules(), frozen_year=True))) == []


@pytest.mark.parametrize("due_days", [5, 166])
def test_no_expected_row_turns_on_the_number_of_days_until_a_return_is_due(due_days: int) -> None:
    assert list(reckoner.disagreements(reckoner.Rules(due_days=due_days))) == []


@pytest.mark.parametrize("name", list(reckoner.BROKEN_RULES))
def test_a_broken_rule_is_noticed_by_an_expected_row(name: str) -> None:
    assert list(reckoner.disagreements(reckoner.BROKEN_RULES[name])) != []


def test_expected_rows_have_one_row_per_figure_and_a_known_status() -> None:
    rows = load_expected_rows()
    keys = [tuple(list(row.values())[:7]) for row in rows]
    assert len(keys) == len(set(keys)) == 298
    assert {row["status"] for row in rows} == {"published", "provisional", "late", "not_submitted", "rounds_to_zero"}
    assert all((row["value"] == "") == (row["status"] in ("late", "not_submitted")) for row in rows)


def test_each_drop_declares_the_rows_that_it_holds() -> None:
    for drop in reckoner.read_drops():
        tables = drop.tables
        held = len(tables["children"]) if "children" in tables else len(tables["header"]) + len(tables["episodes"])
        assert (drop.name, drop.rows) == (drop.name, held)


def test_june_is_sent_three_times_and_the_third_equals_the_first_in_bytes() -> None:
    june = [drop for drop in reckoner.read_drops() if drop.name.startswith("2016_06_june")]
    assert [drop.name for drop in june] == ["2016_06_june_a", "2016_06_june_b", "2016_06_june_a_again"]
    assert june[0].sha256 == june[2].sha256 != june[1].sha256
