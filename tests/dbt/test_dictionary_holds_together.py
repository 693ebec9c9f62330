"""Seeds, marts, the Board's tables and the page of the indicators say the same of every indicator of the framework.

What the built dashboard shows of them is held in tests/evidence/test_dictionary_on_the_dashboard.py.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date, timedelta

import duckdb
import pytest

from orchestration.settings import PROJECT_ROOT

from .by_hand import AS_OF, HOME

STATUSES = {
    "failed_quality", "not_submitted", "late", "not_applicable", "not_available", "suppressed", "low_reliability",
    "rounds_to_zero", "provisional", "published",
}  # fmt: skip
FIRST_DAY = date(2012, 4, 1)
TODAY = AS_OF.date()


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT_ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


INDICATORS = seed("indicators")
THE_38 = {row["indicator_code"] for row in INDICATORS if not row["parent_code"]}
PERIODS = [
    (row["period_type"], date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"]))
    for row in seed("periods")
]


def expected_periods() -> set[tuple[str, str, str, date]]:
    """Indicator, version, period type and period end: whole periods since April 2012 that have ended."""
    kinds = {
        (row["indicator_code"], row["definition_version"], row["period_type"]) for row in seed("indicator_periods")
    }
    return {
        (row["indicator_code"], row["definition_version"], kind, end)
        for row in INDICATORS
        for kind, start, end in PERIODS
        if (row["indicator_code"], row["definition_version"], kind) in kinds
        and start >= FIRST_DAY
        and end <= TODAY
        and row["valid_from"] <= end.isoformat() <= (row["valid_to"] or "9999-12-31")
    }


def section(code: str) -> str:
    """What docs/indicators.md says of one indicator."""
    page = (PROJECT_ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
    return page.split(f'<a id="{code.lower()}"></a>')[1].split('<a id="')[0]


def test_each_of_the_38_has_one_definition_in_force(con: duckdb.DuckDBPyConnection) -> None:
    in_force = con.execute(
        "select indicator_code from marts.dim_indicator where parent_code is null and valid_to is null"
    ).fetchall()
    assert len(THE_38) == 38
    assert Counter(code for (code,) in in_force) == dict.fromkeys(THE_38, 1)


def test_the_dictionary_says_word_for_word_what_the_seed_says(con: duckdb.DuckDBPyConnection) -> None:
    columns = list(INDICATORS[0])
    found = con.execute(
        f"select {', '.join(f'coalesce(cast({name} as varchar), chr(0))' for name in columns)} from marts.dim_indicator"
    ).fetchall()
    assert sorted(found) == sorted(tuple(row[name] or "\0" for name in columns) for row in INDICATORS)


def test_every_period_since_april_2012_has_a_row_with_a_status_of_the_closed_list(
    con: duckdb.DuckDBPyConnection,
) -> None:
    rows = con.execute(
        f"""
        select indicator_code, definition_version, period_type, period_end, status, status_reason, value
        from marts.fct_indicator_value where area_code = '{HOME}'
        """
    ).fetchall()
    assert {row[:4] for row in rows} == expected_periods()
    assert {row[0] for row in rows} >= THE_38
    assert {row[4] for row in rows} <= STATUSES
    assert [row for row in rows if row[6] is None and not row[5]] == [], "no figure and no reason"


def test_the_latest_period_due_is_the_last_one_whose_returns_were_all_due(con: duckdb.DuckDBPyConnection) -> None:
    calendar = {(row["supplier"], row["feed"]): int(row["due_days"]) for row in seed("feed_calendar")}
    days: dict[tuple[str, str], int] = {}
    for row in seed("indicator_feeds"):
        if row["is_required"] == "true":
            key = row["indicator_code"], row["definition_version"]
            days[key] = max(days.get(key, 0), calendar[row["supplier"], row["feed"]])
    latest: dict[tuple[str, str], tuple[date, str, date]] = {}
    for code, version, kind, end in expected_periods():
        due = end + timedelta(days=days[code, version])
        if due <= TODAY:
            latest[code, kind] = max(latest.get((code, kind), (date.min, "", date.min)), (end, version, due))
    rows = con.execute(
        f"""
        select indicator_code, period_type, period_end, definition_version, due_date
        from marts.fct_indicator_latest_due where area_code = '{HOME}'
        """
    ).fetchall()
    assert {row[:2]: row[2:] for row in rows} == latest
    assert len(rows) == len(latest)
    assert {code for code, _ in latest} >= THE_38


def test_the_board_is_told_one_latest_period_of_each_of_the_38(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        f"""
        select indicator_code
        from board.fct_indicator_latest_due
        inner join board.fct_indicator_value
            using (indicator_code, definition_version, area_code, period_type, period_end, is_primary_cadence)
        where area_code = '{HOME}' and is_primary_cadence and breakdown = 'total'
        """
    ).fetchall()
    shown = Counter(code for (code,) in rows)
    assert {code: shown[code] for code in THE_38} == dict.fromkeys(THE_38, 1)


@pytest.mark.parametrize("code", sorted({row["indicator_code"] for row in INDICATORS}))
def test_the_page_of_the_indicators_tells_what_the_seeds_say(code: str) -> None:
    (row,) = (row for row in INDICATORS if row["indicator_code"] == code and not row["valid_to"])
    text = section(code)
    assert f"# {code} {row['display_name']}\n" in text
    for column in ("framework_name", "numerator_definition", "denominator_definition", "exclusions", "status_note"):
        assert row[column] in text, column
    parameters = [
        one
        for one in seed("indicator_parameters")
        if one["indicator_code"] == code
        and one["definition_version"] == row["definition_version"]
        and one["parameter"] != "index_from"
    ]
    for one in parameters:
        assert re.search(rf"{one['parameter'].replace('_', ' ')}: \*\*[^*]*\b{re.escape(one['value'])}(?!\w)", text), (
            one
        )
        assert one["note"] in text
    for one in seed("indicator_feeds"):
        if (one["indicator_code"], one["definition_version"]) == (code, row["definition_version"]):
            name, due = next(
                (feed["feed_name"], feed["due_days"])
                for feed in seed("feed_calendar")
                if (feed["supplier"], feed["feed"]) == (one["supplier"], one["feed"])
            )
            assert name in text
            assert f"due {due} days after" in text
    for earlier in (one for one in INDICATORS if one["indicator_code"] == code and one["valid_to"]):
        assert f"(version {earlier['definition_version']}" in text


def test_the_page_of_the_indicators_lists_each_of_the_38_in_its_contents_and_every_link_leads_somewhere() -> None:
    page = (PROJECT_ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
    contents = page.split("\n## ")[0]
    assert set(re.findall(r"^- \[(\w+)\]", contents, flags=re.MULTILINE)) == THE_38
    assert set(re.findall(r"\(#(\w+)\)", page)) <= set(re.findall(r'<a id="(\w+)">', page))


def test_the_page_names_models_that_exist_and_a_rule_for_each_indicator_that_has_figures(
    con: duckdb.DuckDBPyConnection,
) -> None:
    models = {path.stem for path in (PROJECT_ROOT / "dbt_project" / "models" / "intermediate").rglob("*.sql")}
    counted = {
        code
        for (code,) in con.execute(
            "select distinct indicator_code from intermediate.int_indicator__membership"
        ).fetchall()
    }
    assert counted
    for code in {row["indicator_code"] for row in INDICATORS}:
        named = re.findall(r"\| Rule \| `(\w+)`", section(code))
        assert set(named) <= models
        if code in counted:
            assert named, code
