"""What the seeds say agrees with what they were taken from: the framework, the contracts, the published files."""

from __future__ import annotations

import csv
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


def test_the_feed_calendar_is_that_of_the_contracts() -> None:
    calendar = {
        (row["supplier"], row["feed"]): (row["feed_name"], row["cadence"], row["due_days"], row["annual_due_days"])
        for row in seed("feed_calendar")
    }
    assert calendar == {
        (contract.supplier, contract.feed): (
            contract.title,
            contract.cadence,
            str(contract.due_days),
            str(contract.annual_due_days or ""),
        )
        for contract in CONTRACTS.values()
    }


def test_an_indicator_names_tables_that_the_contracts_have() -> None:
    for row in seed("indicator_feeds"):
        assert CONTRACTS[f"{row['supplier']}/{row['feed']}"].table(row["table_name"])


@pytest.mark.parametrize(
    ("feed", "table", "column", "code_list"),
    [
        ("ssda903", "header", "sex", "sex"),
        ("ssda903", "episodes", "place", "placement"),
        ("ssda903", "episodes", "ls", "legal_status"),
        ("ssda903", "episodes", "rne", "reason_new_episode"),
        ("cin_census", "children", "gender_current", "sex"),
        ("cin_census", "child_protection_plans", "latest_category_of_abuse", "category_of_abuse"),
    ],
)
def test_every_code_that_a_return_may_send_has_a_meaning_here(
    feed: str, table: str, column: str, code_list: str
) -> None:
    contract = CONTRACTS[f"childrens_social_care/{feed}"]
    name = contract.table(table).by_name[column].codes
    assert name
    known = {row["code"] for row in seed("codes") if row["code_list"] == code_list}
    assert contract.codes_for_year(name, None) <= known


def test_indicators_headings_and_priorities_are_called_as_the_framework_calls_them(shared: Path) -> None:
    framework = (shared / "domain" / "framework.txt").read_text(encoding="utf-8")
    lines = {line.strip().removeprefix("- ").rstrip(".") for line in framework.splitlines()}
    assert {row["framework_name"] for row in seed("indicators")} <= lines
    assert {row["heading_name"] for row in seed("headings")} <= lines
    for row in seed("priorities"):
        assert f"{row['sort_order']}. {row['priority_name']}**" in framework


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


def test_months_quarters_and_years_are_labelled_as_people_write_them() -> None:
    labels = {(row["period_type"], row["period_end"]): row["period_label"] for row in seed("periods")}
    assert labels["month", "2016-02-29"] == "February 2016"
    assert labels["quarter", "2017-03-31"] == "Quarter 4 2016/17"
    assert labels["financial_year", "2017-03-31"] == "2016/17"


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
    assert {row["symbol"]: row["status"] for row in seed("benchmark_symbols")} == {
        "c": "suppressed",
        "x": "not_available",
        "z": "not_applicable",
        "u": "low_reliability",
        "k": "rounds_to_zero",
        **dict.fromkeys((":", ".", "-", ".."), "not_available"),
    }
