"""What the seeds say agrees with what they were taken from: the framework, the contracts, the published files."""

from __future__ import annotations

import csv
import itertools
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from orchestration.ingest.contracts import load_contracts
from orchestration.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "seeds"
CONTRACTS = load_contracts(PROJECT_ROOT / "sources")


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def published(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "data" / "published" / "dfe_cin" / name).open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def code_and_version(row: dict[str, str]) -> tuple[str, str]:
    return row["indicator_code"], row["definition_version"]


def test_the_feed_calendar_is_that_of_the_contracts() -> None:
    calendar = {
        (row["supplier"], row["feed"]): (row["feed_name"], row["cadence"], row["due_days"], row["annual_due_days"])
        for row in seed("feed_calendar")
        if row["is_default"] == "false"
    }
    assert calendar == {
        (contract.supplier, contract.feed): (
            contract.title,
            contract.cadence,
            str(contract.due_days),
            str(contract.annual_due_days or ""),
        )
        for contract in CONTRACTS.values()
        if (contract.supplier, contract.feed) in {(row["supplier"], row["feed"]) for row in seed("feed_calendar")}
    }


def test_every_feed_of_an_indicator_is_in_the_calendar_and_marked_where_it_has_no_contract() -> None:
    calendar = {f"{row['supplier']}/{row['feed']}": row["is_default"] for row in seed("feed_calendar")}
    feeds = {f"{row['supplier']}/{row['feed']}" for row in seed("indicator_feeds")}
    assert feeds <= set(calendar)
    assert calendar == {feed: "false" if feed in CONTRACTS else "true" for feed in calendar}


def test_an_indicator_names_tables_that_the_contracts_have() -> None:
    with_contract = [row for row in seed("indicator_feeds") if f"{row['supplier']}/{row['feed']}" in CONTRACTS]
    assert len(with_contract) > 60
    for row in with_contract:
        contract = CONTRACTS[f"{row['supplier']}/{row['feed']}"]
        # Of a feed of counts alone the indicator names no table of records.
        assert row["table_name"] == contract.feed if not contract.own_tables else contract.table(row["table_name"])


def test_a_feed_without_a_contract_yet_is_one_table_of_the_same_name() -> None:
    for row in seed("indicator_feeds"):
        if f"{row['supplier']}/{row['feed']}" not in CONTRACTS:
            assert row["table_name"] == row["feed"]


@pytest.mark.parametrize(
    ("feed", "table", "column", "code_list"),
    [
        ("childrens_social_care/ssda903", "header", "sex", "sex"),
        ("childrens_social_care/ssda903", "episodes", "place", "placement"),
        ("childrens_social_care/ssda903", "episodes", "ls", "legal_status"),
        ("childrens_social_care/ssda903", "episodes", "rne", "reason_new_episode"),
        ("childrens_social_care/cin_census", "children", "gender_current", "sex"),
        ("childrens_social_care/cin_census", "child_protection_plans", "latest_category_of_abuse", "category_of_abuse"),
        ("childrens_social_care/cin_census", "cin_details", "referral_source", "referral_source"),
        ("childrens_social_care/contacts", "contacts", "source", "referral_source"),
        ("childrens_social_care/cse", "cse", "risk_level", "risk_level"),
        ("marac/cases", "cases", "repeat_definition", "repeat_definition"),
        ("police/missing_episodes", "missing_episodes", "sex", "sex"),
        ("police/missing_episodes", "missing_episodes", "went_from", "went_from"),
    ],
)
def test_every_code_that_a_return_may_send_has_a_meaning_here(
    feed: str, table: str, column: str, code_list: str
) -> None:
    contract = CONTRACTS[feed]
    name = contract.table(table).by_name[column].codes
    assert name
    known = {row["code"] for row in seed("codes") if row["code_list"] == code_list}
    assert contract.codes_for_year(name, None) <= known


@pytest.mark.parametrize(
    ("feed", "table", "column", "indicator", "parameters", "are_all"),
    [
        ("police/recorded_crime", "recorded_crime", "ho_class", "A08", {"offence_class"}, True),
        ("police/missing_episodes", "missing_episodes", "category", "R06", {"police_category"}, False),
        ("police/missing_episodes", "missing_episodes", "match_status", "R06n",
         {"match_found", "match_attempted"}, False),
        ("police/domestic_abuse_referrals", "domestic_abuse_referrals", "front_door_outcome", "A13c",
         {"referral_outcome", "pending_outcome"}, False),
        ("childrens_social_care/early_help", "early_help", "outcome", "S04f", {"outcome"}, False),
        ("childrens_social_care/early_help", "early_help", "outcome", "S04g", {"outcome"}, False),
        *(
            ("childrens_social_care/cin_census", "assessment_factors", "assessment_factor", code,
             {"assessment_factor"}, False)
            for code in ("A13d", "S01d", "S01e", "S01f", "S01g")
        ),
    ],
)  # fmt: skip
def test_a_code_that_a_rule_asks_for_is_one_that_the_return_sends(
    feed: str, table: str, column: str, indicator: str, parameters: set[str], are_all: bool
) -> None:
    name = CONTRACTS[feed].table(table).by_name[column].codes
    assert name
    sent = CONTRACTS[feed].codes_for_year(name, None)
    asked = {
        row["value"]
        for row in seed("indicator_parameters")
        if row["indicator_code"] == indicator and row["parameter"] in parameters
    }
    assert asked
    assert asked == sent if are_all else asked < sent


def test_headings_and_priorities_are_called_as_the_framework_calls_them(shared: Path) -> None:
    framework = (shared / "domain" / "framework.txt").read_text(encoding="utf-8")
    lines = {line.strip().removeprefix("- ").rstrip(".") for line in framework.splitlines()}
    assert {row["heading_name"] for row in seed("headings")} <= lines
    for row in seed("priorities"):
        assert f"{row['sort_order']}. {row['priority_name']}**" in framework


def test_the_dictionary_has_the_indicators_of_the_framework_in_their_order_word_for_word(shared: Path) -> None:
    framework = (shared / "domain" / "framework.txt").read_text(encoding="utf-8")
    data_set = framework.split("The full data set includes:")[1].split("5. Continuous learning cycle")[0]
    theirs = [line[2:] for line in data_set.splitlines() if line.startswith("- ")]
    named = {row["indicator_code"]: row["framework_name"] for row in seed("indicators") if not row["parent_code"]}
    in_order = sorted(named, key=lambda code: ("RASW".index(code[0]), int(code[1:])))
    assert len(theirs) == 38
    assert [named[code] for code in in_order] == theirs


def test_a_companion_has_a_parent_and_no_name_of_the_framework() -> None:
    rows = seed("indicators")
    own = {row["indicator_code"] for row in rows if not row["parent_code"]}
    assert Counter(code[0] for code in own) == {"R": 11, "A": 15, "S": 6, "W": 6}
    for row in rows:
        assert bool(row["framework_name"]) == (row["indicator_code"] in own)
        assert row["heading_code"] == row["indicator_code"][0]
        if row["parent_code"]:
            assert row["parent_code"] in own
            assert row["indicator_code"].startswith(row["parent_code"])


def test_each_indicator_has_one_version_in_use_and_versions_that_follow_one_another() -> None:
    versions: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in seed("indicators"):
        versions[row["indicator_code"]].append(row)
    assert {code for code, rows in versions.items() if len(rows) > 1} >= {"R06b", "R06c", "A06", "A09", "A10", "A11"}
    for code, rows in versions.items():
        rows.sort(key=lambda row: row["valid_from"])
        assert [row["definition_version"] for row in rows] == [str(n) for n in range(1, len(rows) + 1)], code
        assert [bool(row["valid_to"]) for row in rows] == [True] * (len(rows) - 1) + [False], code
        for earlier, later in itertools.pairwise(rows):
            assert date.fromisoformat(earlier["valid_to"]) + timedelta(days=1) == date.fromisoformat(
                later["valid_from"]
            )
            assert earlier["framework_name"] == later["framework_name"]


def test_parents_comparisons_and_counted_indicators_exist_and_a_count_is_compared_by_a_rate() -> None:
    rows = seed("indicators")
    measure = {row["indicator_code"]: row["measure_type"] for row in rows}
    for row in rows:
        for column in ("parent_code", "comparison_code", "counts_indicator_code"):
            assert not row[column] or row[column] in measure, (row["indicator_code"], column)
        if row["comparison_code"]:
            assert row["measure_type"] in {"count", "distinct"}
            assert measure[row["comparison_code"]] in {"rate", "proportion"}
        if row["counts_indicator_code"]:
            assert measure[row["counts_indicator_code"]] in {"count", "distinct"}


def test_a_rate_that_counts_another_indicator_stands_for_no_period_that_the_other_lacks() -> None:
    periods: dict[str, set[str]] = defaultdict(set)
    for row in seed("indicator_periods"):
        periods[row["indicator_code"]].add(row["period_type"])
    counted = [row for row in seed("indicators") if row["counts_indicator_code"]]
    assert counted
    for row in counted:
        assert periods[row["indicator_code"]] <= periods[row["counts_indicator_code"]], row["indicator_code"]


def test_every_definition_has_words_feeds_periods_breakdowns_and_a_first_day() -> None:
    definitions = {code_and_version(row): row for row in seed("indicators")}
    for name in ("indicator_feeds", "indicator_periods", "indicator_breakdowns"):
        assert {code_and_version(row) for row in seed(name)} == set(definitions), name
    required = {code_and_version(row) for row in seed("indicator_feeds") if row["is_required"] == "true"}
    assert required == set(definitions)
    first_days = [code_and_version(row) for row in seed("indicator_parameters") if row["parameter"] == "index_from"]
    assert Counter(first_days) == dict.fromkeys(definitions, 1)
    periods = {(*code_and_version(row), row["period_type"]) for row in seed("indicator_periods")}
    for key, row in definitions.items():
        assert (*key, row["primary_period_type"]) in periods, key
        divides = row["measure_type"] not in {"count", "distinct"}
        assert bool(row["denominator_definition"]) == divides, key


def test_only_the_shares_of_a_source_have_no_headline() -> None:
    with_total = {code_and_version(row) for row in seed("indicator_breakdowns") if row["breakdown"] == "total"}
    assert {code_and_version(row) for row in seed("indicators")} - with_total == {("A12b", "1")}


def test_a_rate_per_population_says_which_and_only_a_rate_does() -> None:
    for row in seed("indicators"):
        if row["population_group"]:
            assert row["measure_type"] == "rate"
            assert row["unit"] == "rate"
        assert (row["unit"] == "rate") == bool(row["population_group"]), row["indicator_code"]


def test_a_local_or_reconstructed_definition_says_so_and_no_other_does() -> None:
    for row in seed("indicators"):
        opening = row["status_note"].split(":")[0].split(" from ")[0]
        expected = "Local definition" if row["is_local_definition"] == "true" else ""
        assert opening == ("Reconstructed" if row["indicator_code"] == "W01" else expected), row["indicator_code"]


def test_stocks_and_windows_have_a_run_chart_and_flows_the_limits_that_fit_what_they_are() -> None:
    fits = {"count": "xmr", "distinct": "xmr", "median": "xmr", "proportion": "p_chart", "rate": "u_chart"}
    for row in seed("indicators"):
        expected = fits[row["measure_type"]] if row["time_behaviour"] == "flow" else "run_chart"
        assert row["chart_method"] == expected, row["indicator_code"]


def test_a_target_is_one_that_the_department_has_set() -> None:
    # Adoption scorecards, average days between entering care and moving in, by the year that the three years end in.
    assert {(row["indicator_code"], row["valid_to"], row["value"], row["set_by"]) for row in seed("targets")} == {
        ("R08", f"{year}-03-31", days, "Department for Education")
        for year, days in ((2012, "639"), (2014, "547"), (2015, "487"), (2016, "426"))
    }


def test_every_looked_after_measure_leaves_out_short_breaks() -> None:
    reads_care = {
        code_and_version(row)
        for row in seed("indicator_feeds")
        if (row["feed"], row["table_name"]) == ("ssda903", "episodes")
    }
    # Children in need who are not looked after: there the short breaks are what is told apart, not what is counted.
    not_of_care = {key for key in reads_care if key[0][:3] in {"A09", "A10", "A11"}}
    assert len(not_of_care) == 9
    excluded = defaultdict(set)
    for row in seed("indicator_parameters"):
        if row["parameter"] == "excluded_legal_status":
            excluded[code_and_version(row)].add(row["value"])
    assert excluded == {key: {"V3", "V4"} for key in reads_care - not_of_care}


def test_each_priority_has_the_indicators_of_the_proposed_map_in_every_version() -> None:
    by_priority: dict[str, set[str]] = defaultdict(set)
    for row in seed("indicator_priorities"):
        by_priority[row["priority_code"]].add(row["indicator_code"])
    assert by_priority == {
        "neglect": {"R03", "R04", "R05", "S01", "S01d", "S03", "W02", "A11", "R10"},
        "domestic_abuse": {"R09", "A13", "A12", "A07", "S01e"},
        "child_sexual_exploitation": {"R06", "A08", "R11", "W04", "W06", "S01f"},
        "self_harm_and_suicide": {"A15", "A01", "A02", "A03", "A04", "W06", "S01g"},
    }
    versions = {code_and_version(row) for row in seed("indicators")}
    linked = {row["indicator_code"] for row in seed("indicator_priorities")}
    assert {key for key in versions if key[0] in linked} == {code_and_version(r) for r in seed("indicator_priorities")}


def test_the_board_sees_each_of_the_38_and_nothing_year_to_date() -> None:
    shown = seed("indicator_publication")
    assert {row["indicator_code"] for row in seed("indicators") if not row["parent_code"]} <= {
        row["indicator_code"] for row in shown
    }
    assert "financial_year_to_date" not in {row["period_type"] for row in shown}
    assert {row["period_type"] for row in shown if row["breakdown"] != "total"} == {"financial_year"}
    leads = Counter((row["indicator_code"], row["breakdown"]) for row in shown if row["is_primary"] == "true")
    assert leads == {(row["indicator_code"], row["breakdown"]): 1 for row in shown}


def test_areas_are_those_of_the_published_tables(shared: Path) -> None:
    areas = {row["area_code"]: row for row in seed("areas")}
    rows = published(shared, "d1_child_protection_plans_2013_to_2024.csv")
    for row in rows:
        if row["geographic_level"] == "Local authority":
            area = areas[row["new_la_code"]]
            assert (area["la_code"], area["area_name"]) == (row["old_la_code"], row["la_name"])
            first_day, last_day = f"{int(row['time_period']) - 1}-04-01", f"{row['time_period']}-03-31"
            assert (area["valid_from"] or first_day) <= first_day
            assert (area["valid_to"] or last_day) >= last_day
    in_use = [row for row in areas.values() if row["area_type"] == "local_authority" and not row["valid_to"]]
    assert len(in_use) == len({row["la_code"] for row in in_use}) == 153
    assert sum(row["area_type"] == "region" for row in areas.values()) == 9
    assert areas["E06000011"]["area_name"] == "East Riding of Yorkshire"
    assert all(areas[row["predecessor_code"]]["valid_to"] for row in areas.values() if row["predecessor_code"])


def test_populations_are_those_of_the_published_file(shared: Path) -> None:
    names = {"E06000011": "new_la_code", "E12000003": "region_code", "E92000001": "country_code"}
    levels = {"E06000011": "Local authority", "E12000003": "Regional", "E92000001": "National"}
    source = {
        (area, row["time_period"]): row["population_estimate"]
        for row in published(shared, "ons_mid-year_population_estimates_2012_to_2023.csv")
        for area, column in names.items()
        if row[column] == area and row["geographic_level"] == levels[area]
    }
    ours = {(row["area_code"], row["mid_year"]): row["population"] for row in seed("populations")}
    assert ours == source
    assert ours["E06000011", "2016"] == "62012"
    assert {row["available_from"] for row in seed("populations") if row["mid_year"] == "2016"} == {"2017-06-30"}


@pytest.mark.parametrize(
    ("period_type", "period_end", "label"),
    [
        ("month", "2016-02-29", "February 2016"),
        ("quarter", "2017-03-31", "Quarter 4 2016/17"),
        ("financial_year", "2017-03-31", "2016/17"),
        ("financial_year_to_date", "2016-04-30", "April 2016 (year to date)"),
        ("financial_year_to_date", "2016-06-30", "April to June 2016 (year to date)"),
        ("financial_year_to_date", "2017-01-31", "April 2016 to January 2017 (year to date)"),
        ("academic_year", "2017-08-31", "Academic year 2016/17"),
        ("term", "2016-12-31", "Autumn term 2016/17"),
        ("term", "2017-04-16", "Spring term 2016/17"),
        ("calendar_year", "2016-12-31", "Calendar year 2016"),
        ("rolling_12_months", "2017-03-31", "12 months to March 2017"),
        ("rolling_4_quarters", "2016-12-31", "4 quarters to December 2016"),
        ("rolling_36_months", "2017-03-31", "36 months to March 2017"),
        ("january_census", "2017-01-19", "Census of 19 January 2017"),
    ],
)
def test_a_period_is_labelled_as_people_write_it(period_type: str, period_end: str, label: str) -> None:
    labels = {(row["period_type"], row["period_end"]): row["period_label"] for row in seed("periods")}
    assert labels[period_type, period_end] == label


def periods_of(period_type: str) -> list[tuple[date, date]]:
    rows = [row for row in seed("periods") if row["period_type"] == period_type]
    return sorted((date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"])) for row in rows)


@pytest.mark.parametrize(
    ("period_type", "first_day", "last_day", "how_many"),
    [
        ("month", "2008-04-01", "2031-03-31", 276),
        ("quarter", "2008-04-01", "2031-03-31", 92),
        ("financial_year", "2008-04-01", "2031-03-31", 23),
        ("academic_year", "2008-09-01", "2030-08-31", 22),
        ("term", "2008-09-01", "2030-12-31", 67),
        ("calendar_year", "2009-01-01", "2030-12-31", 22),
    ],
)
def test_periods_of_a_kind_follow_one_another_without_gap_or_overlap(
    period_type: str, first_day: str, last_day: str, how_many: int
) -> None:
    periods = periods_of(period_type)
    assert (periods[0][0], periods[-1][1]) == (date.fromisoformat(first_day), date.fromisoformat(last_day))
    assert len(periods) == how_many
    for (_, earlier_end), (later_start, _) in itertools.pairwise(periods):
        assert later_start == earlier_end + timedelta(days=1)


def test_the_year_to_date_begins_on_1_april_and_ends_with_each_month() -> None:
    to_date = periods_of("financial_year_to_date")
    assert [end for _, end in to_date] == [end for _, end in periods_of("month")]
    for start, end in to_date:
        assert (start.month, start.day) == (4, 1)
        assert 0 <= (end - start).days < 366


@pytest.mark.parametrize(
    ("period_type", "months"), [("rolling_12_months", 12), ("rolling_4_quarters", 12), ("rolling_36_months", 36)]
)
def test_a_rolling_window_ends_with_each_quarter_and_is_as_long_as_it_says(period_type: str, months: int) -> None:
    windows = periods_of(period_type)
    quarter_ends = [end for _, end in periods_of("quarter")]
    assert [end for _, end in windows] == quarter_ends[months // 3 - 1 :]
    for start, end in windows:
        after = end + timedelta(days=1)
        assert start.day == after.day == 1
        assert (after.year - start.year) * 12 + after.month - start.month == months


def test_the_january_census_is_the_third_thursday_of_every_january() -> None:
    days = periods_of("january_census")
    assert [end.year for _, end in days] == list(range(2009, 2032))
    for start, end in days:
        assert start == end
        assert (end.month, end.strftime("%A")) == (1, "Thursday")
        assert 15 <= end.day <= 21


def test_a_definition_ends_with_a_period_of_each_kind_that_it_is_computed_for() -> None:
    ends = {(row["period_type"], row["period_end"]) for row in seed("periods")}
    broken = [row for row in seed("indicators") if row["valid_to"]]
    assert broken
    for row in broken:
        kinds = [p["period_type"] for p in seed("indicator_periods") if code_and_version(p) == code_and_version(row)]
        for kind in kinds:
            assert (kind, row["valid_to"]) in ends, (row["indicator_code"], kind)


def test_a_period_without_a_meaning_is_one_that_exists_within_its_definition() -> None:
    periods = {(row["period_type"], row["period_start"], row["period_end"]) for row in seed("periods")}
    definitions = {code_and_version(row): row for row in seed("indicators")}
    rows = seed("indicator_not_applicable")
    assert [row["period_to"] for row in rows if row["indicator_code"] == "A10"] == ["2020-08-31", "2021-08-31"]
    for row in rows:
        assert (row["period_type"], row["period_from"], row["period_to"]) in periods
        assert definitions[code_and_version(row)]["valid_from"] <= row["period_from"]


@pytest.mark.parametrize(
    ("band_set", "bands"),
    [
        ("missing_local", [("0-10", 0, 10), ("11-13", 11, 13), ("14-15", 14, 15), ("16-17", 16, 17)]),
        ("missing_national", [("0-11", 0, 11), ("12-14", 12, 14), ("15-17", 15, 17)]),
    ],
)
def test_bands_of_missing_children_are_those_of_the_specification_and_leave_no_age_out(
    band_set: str, bands: list[tuple[str, int, int]]
) -> None:
    ours = [row for row in seed("age_bands") if row["band_set"] == band_set]
    found = [(row["breakdown_value"], int(row["age_from"]), row["age_to"]) for row in ours]
    assert found == [*((name, first, str(last)) for name, first, last in bands), ("18+", 18, "")]


def test_bands_of_duration_meet_at_their_edges_and_each_edge_is_in_one_band() -> None:
    bands = seed("duration_bands")
    assert [row["breakdown_value"] for row in bands] == [
        row["breakdown_value"] for row in seed("breakdowns") if row["breakdown"] == "duration"
    ]
    for shorter, longer in itertools.pairwise(bands):
        assert shorter["months_to"] == longer["months_from"]
        assert shorter["to_is_included"] != longer["from_is_included"]
    assert (bands[1]["months_from"], bands[1]["months_to"]) == ("3", "6")
    assert (bands[1]["from_is_included"], bands[1]["to_is_included"]) == ("false", "true")


def test_each_source_of_referral_belongs_to_the_group_of_the_published_tables() -> None:
    groups: dict[str, list[str]] = defaultdict(list)
    for row in seed("codes"):
        if row["code_list"] == "referral_source":
            assert row["breakdown"] == "source"
            groups[row["breakdown_value"]].append(row["code"])
    assert groups == {
        "individual": ["1A", "1B", "1C", "1D"],
        "schools_and_education": ["2A", "2B"],
        "health": ["3A", "3B", "3C", "3D", "3E", "3F"],
        "housing": ["4"],
        "local_authority": ["5A", "5B", "5C", "5D"],
        "police": ["6"],
        "other_legal": ["7"],
        "other": ["8"],
        "anonymous": ["9"],
        "unknown": ["10"],
    }


def easter_sunday(year: int) -> date:
    """By golden number and epact, as the tables of the Book of Common Prayer have it."""
    golden, century = year % 19 + 1, year // 100 + 1
    solar, lunar = 3 * century // 4 - 12, (8 * century + 5) // 25 - 5
    sunday, epact = 5 * year // 4 - solar - 10, (11 * golden + 20 + lunar - solar) % 30
    if epact == 24 or (epact == 25 and golden > 11):
        epact += 1
    moon = 44 - epact
    moon += 30 if moon < 21 else 0
    return date(year, 3, 1) + timedelta(days=moon + 7 - (sunday + moon) % 7 - 1)


def regular_holidays(year: int) -> set[date]:
    """What the Act of 1971 and the yearly proclamation give in a year without a one-off."""

    def mondays(month: int) -> list[date]:
        days = [date(year, month, day) for day in range(1, 32) if (month, day) not in {(6, 31)}]
        return [day for day in days if day.weekday() == 0]

    def moved(day: date, taken: set[date]) -> date:
        if day.weekday() < 5:
            return day
        while day.weekday() >= 5 or day in taken:
            day += timedelta(days=1)
        return day

    easter = easter_sunday(year)
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    both = {day for day in (christmas, boxing) if day.weekday() < 5}
    for day in (christmas, boxing):
        both.add(moved(day, both))
    return {
        moved(date(year, 1, 1), set()),
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        mondays(5)[0],
        mondays(5)[-1],
        mondays(8)[-1],
        *both,
    }


ONE_OFFS = {
    2011: ("2011-04-29", ""),
    2012: ("2012-06-04 2012-06-05", "2012-05-28"),
    2020: ("2020-05-08", "2020-05-04"),
    2022: ("2022-06-02 2022-06-03 2022-09-19", "2022-05-30"),
    2023: ("2023-05-08", ""),
}


@pytest.mark.parametrize("year", range(2008, 2032))
def test_bank_holidays_are_those_of_easter_the_monday_rules_and_the_one_offs(year: int) -> None:
    extra, gone = ({date.fromisoformat(day) for day in days.split()} for days in ONE_OFFS.get(year, ("", "")))
    ours = {date.fromisoformat(row["holiday_date"]) for row in seed("bank_holidays")}
    assert {day for day in ours if day.year == year} == (regular_holidays(year) - gone) | extra


def test_no_bank_holiday_lies_at_a_weekend() -> None:
    days = [date.fromisoformat(row["holiday_date"]) for row in seed("bank_holidays")]
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert days == sorted(set(days))


def test_a_series_reads_a_measure_that_a_contract_has() -> None:
    for row in seed("benchmark_series"):
        table = CONTRACTS[f"published/{row['source']}"].table(row["table_name"])
        assert row["measure"] in table.by_name, row


def test_a_series_is_of_one_indicator_one_source_and_one_kind() -> None:
    kinds: dict[str, set[tuple[str, ...]]] = {}
    for row in seed("benchmark_series"):
        kind = ("indicator_code", "definition_version", "period_type", "unit", "multiplier", "decimals", "source")
        kinds.setdefault(row["series_code"], set()).add(tuple(row[name] for name in kind))
    assert [code for code, found in kinds.items() if len(found) > 1] == []


def test_a_figure_of_a_series_has_at_most_one_value_and_one_denominator() -> None:
    roles: dict[tuple[str, str, str], list[str]] = {}
    for row in seed("benchmark_series"):
        roles.setdefault((row["series_code"], row["breakdown"], row["breakdown_value"]), []).append(row["role"])
    for cell, found in roles.items():
        assert found.count("value") <= 1 >= found.count("denominator"), cell
        assert "value" in found or "numerator" in found, cell


def test_symbols_mean_what_the_publishers_say() -> None:
    assert {row["symbol"]: row["status"] for row in seed("benchmark_symbols") if not row["source"]} == {
        "c": "suppressed",
        "x": "not_available",
        "z": "not_applicable",
        "u": "low_reliability",
        "k": "rounds_to_zero",
        "*": "suppressed",
        **dict.fromkeys((":", ".", "-", ".."), "not_available"),
    }


def test_each_indicator_of_the_framework_can_be_read_and_leads_to_one_question() -> None:
    readings = {row["indicator_code"]: row for row in seed("indicator_readings")}
    assert set(readings) == {row["indicator_code"] for row in seed("indicators") if not row["parent_code"]}
    polarity = {row["indicator_code"]: row["polarity"] for row in seed("indicators")}
    says = {"H": "High is good", "L": "Low is good"}
    for code, row in readings.items():
        assert row["question"].count("?") == 1 and row["question"].endswith("?"), code
        assert [say for say in says.values() if say in row["how_to_read"]] == [
            say for letter, say in says.items() if letter == polarity[code]
        ], code
