"""The figures that real dbt makes of a warehouse written by hand (by_hand.py), each there for one rule."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.settings import PROJECT_ROOT

from .by_hand import AS_OF, CASES, HOME, PLAIN_CHILDREN, UNLISTED
from .conftest import PROJECT, Built, dbt

Con = duckdb.DuckDBPyConnection
YEAR_END = date(2017, 3, 31)
# Plain children, who starts on the day, short breaks and care, two episodes, without header.
LOOKED_AFTER = PLAIN_CHILDREN + 4
# All cases but that of the child whose plan ends on the day, and the unborn child.
ON_A_PLAN = CASES - 1 + 1
# All cases, the second referral of case 0, and the unborn child.
IN_NEED = CASES + 1 + 1


def figure(
    con: Con, code: str, day: date, breakdown_value: str = "total", *, area: str = HOME, breakdown: str | None = None
) -> tuple[object, ...]:
    """value, status, finality of a month's row."""
    found = con.execute(
        "select value, status, finality from marts.fct_indicator_value where indicator_code = ? and period_end = ?"
        " and period_type = 'month' and breakdown_value = ? and area_code = ? and breakdown = ?",
        [code, day, breakdown_value, area, breakdown or ("total" if breakdown_value == "total" else "")],
    ).fetchall()
    assert len(found) == 1, found
    return tuple(found[0])


@pytest.mark.parametrize(
    ("code", "day", "value", "status"),
    [
        ("R01", YEAR_END, LOOKED_AFTER, "published"),
        ("R01", date(2017, 2, 28), LOOKED_AFTER, "published"),
        ("R01", date(2016, 3, 31), PLAIN_CHILDREN, "published"),
        ("R01", date(2015, 11, 30), PLAIN_CHILDREN + 1, "published"),
        ("R01", date(2015, 12, 31), PLAIN_CHILDREN, "published"),
        ("R01", date(2015, 4, 30), 0, "published"),
        # 16 of 62,012 and 12 of 62,164.
        ("R02", YEAR_END, 3, "published"),
        ("R02", date(2016, 3, 31), 2, "published"),
        ("R02", date(2015, 4, 30), 0, "published"),
        ("R03", YEAR_END, ON_A_PLAN, "published"),
        ("R03", date(2017, 2, 28), CASES, "published"),
        # 8 of 62,012 is 1.29.
        ("R04", YEAR_END, Decimal("1.3"), "published"),
        ("S01", YEAR_END, IN_NEED, "published"),
        ("S01", date(2017, 2, 28), CASES + 2, "published"),
    ],
)
def test_a_figure_is_what_counting_on_fingers_gives(con: Con, code: str, day: date, value: object, status: str) -> None:
    assert figure(con, code, day) == (value, status, "final")


@pytest.mark.parametrize(
    ("code", "breakdown", "value", "count"),
    [
        ("R01", "sex", "female", 6),
        ("R01", "sex", "male", 9),
        ("R01", "sex", "unknown", 1),
        ("R01", "age_band", "5-9", 15),
        ("R01", "age_band", "unknown", 1),
        ("R01", "age_band", "18+", 0),
        # The child with two episodes stands under the one that started last.
        ("R01", "placement", "childrens_home", 1),
        ("R01", "placement", "adoption", 1),
        ("R01", "placement", "foster_other", 14),
        ("R01", "legal_status", "full_care_order", 16),
        ("R01", "legal_status", "section_20", 0),
        ("R03", "category_of_abuse", "NEG", 8),
        ("R03", "category_of_abuse", "EMO", 0),
        ("R03", "category_of_abuse", "PHY", 0),
        ("R03", "age_band", "unborn", 1),
        ("S01", "age_band", "unborn", 1),
        ("S01", "age_band", "5-9", 9),
        ("S01", "sex", "unknown", 1),
    ],
)
def test_a_breakdown_has_a_number_for_every_value(con: Con, code: str, breakdown: str, value: str, count: int) -> None:
    assert figure(con, code, YEAR_END, value, breakdown=breakdown)[0] == count


@pytest.mark.parametrize(
    ("code", "day", "status", "reason"),
    [
        ("R01", date(2015, 3, 31), "not_submitted", "SSDA903 - children looked after: before the first return, which"
         " begins on 1 April 2015."),
        # The return that had April was withdrawn.
        ("R01", date(2017, 4, 30), "late", "SSDA903 - children looked after: due on 20 May 2017 and has not come."),
        ("R02", date(2017, 5, 31), "late", "SSDA903 - children looked after: due on 20 June 2017 and has not come."),
        ("R01", date(2017, 6, 30), "not_submitted", "SSDA903 - children looked after: not due until 20 July 2017."),
        ("R03", date(2016, 3, 31), "not_submitted", "Children in need census: before the first return, which begins on"
         " 1 April 2016."),
    ],
)  # fmt: skip
def test_a_figure_that_is_not_there_says_why(con: Con, code: str, day: date, status: str, reason: str) -> None:
    [(found, words, numerator)] = con.execute(
        "select status, status_reason, numerator from marts.fct_indicator_value where indicator_code = ? and"
        " period_end = ? and period_type = 'month' and breakdown = 'total' and area_code = ?",
        [code, day, HOME],
    ).fetchall()
    assert (found, words, numerator) == (status, reason, None)


def test_an_authority_that_no_list_knows_has_figures_and_a_name_and_no_rate(con: Con) -> None:
    assert figure(con, "R01", YEAR_END, area=UNLISTED) == (1, "provisional", "provisional")
    assert figure(con, "R02", YEAR_END, area=UNLISTED) == (None, "not_available", "provisional")
    assert con.execute("select area_name, la_code from marts.dim_area where area_code = ?", [UNLISTED]).fetchall() == [
        ("Authority 975 (not in the list of areas)", "975")
    ]


def test_month_quarter_and_year_of_a_stock_stand_at_the_same_day_and_one_of_them_is_for_the_page(con: Con) -> None:
    rows = con.execute(
        "select period_type, value, is_primary_cadence from marts.fct_indicator_value where indicator_code = 'R01'"
        " and period_end = ? and breakdown = 'total' and area_code = ? order by period_type",
        [YEAR_END, HOME],
    ).fetchall()
    assert rows == [
        ("financial_year", LOOKED_AFTER, False),
        ("month", LOOKED_AFTER, True),
        ("quarter", LOOKED_AFTER, False),
    ]


def test_every_period_since_april_2012_has_a_row(con: Con) -> None:
    months = (AS_OF.year - 2012) * 12 + AS_OF.month - 3
    rows = con.execute(
        "select period_type, count(*) from marts.fct_indicator_value where indicator_code = 'R02' and area_code = ?"
        " group by all",
        [HOME],
    ).fetchall()
    assert dict(rows) == {"month": months, "quarter": months // 3, "financial_year": 5}


def test_the_receipts_of_a_figure_lead_to_the_raw_rows_of_the_same_children(con: Con) -> None:
    rows = con.execute(
        """
        select members.person_key, raw.person_key
        from intermediate.int_indicator__membership as members
        left join raw.raw_childrens_social_care__ssda903__episodes as raw
            on members.submission_id = raw.submission_id and members.row_number = raw.row_number
        where members.indicator_code = 'R01' and members.area_code = ?
            and members.from_date <= ? and (members.to_date is null or members.to_date > ?)
        """,
        [HOME, YEAR_END, YEAR_END],
    ).fetchall()
    assert len(rows) == len({person for person, _ in rows}) == LOOKED_AFTER
    assert [row for row in rows if row[0] != row[1]] == []


def test_a_referral_without_further_action_that_shows_activity_is_a_warning_and_stops_nothing(built: Built) -> None:
    assert re.search(r"WARN 1 assert_no_activity_on_referrals_without_further_action", built.marts_log)


# ----------------------------------------------------------------------------------------------------------- the board


def board(con: Con, code: str, period_type: str, breakdown: str) -> dict[str, tuple[object, ...]]:
    """value, numerator and status by breakdown value, of the home authority at the year's end."""
    rows = con.execute(
        "select breakdown_value, value, numerator, status from board.fct_indicator_value where indicator_code = ?"
        " and period_type = ? and period_end = ? and breakdown = ? and area_code = ?",
        [code, period_type, YEAR_END, breakdown, HOME],
    ).fetchall()
    return {row[0]: tuple(row[1:]) for row in rows}


def test_the_board_sees_what_is_listed_for_it_and_no_month_and_no_year_to_date(con: Con) -> None:
    assert board(con, "R01", "quarter", "total") == {"total": (LOOKED_AFTER, LOOKED_AFTER, "published")}
    assert board(con, "R01", "financial_year", "total") == {"total": (LOOKED_AFTER, LOOKED_AFTER, "published")}
    shown = con.execute(
        "select distinct indicator_code, period_type, breakdown from board.fct_indicator_value order by all"
    ).fetchall()
    with (PROJECT_ROOT / "seeds" / "indicator_publication.csv").open(encoding="utf-8", newline="") as lines:
        listed = [row for row in csv.DictReader(lines) if row["audience"] == "board"]
    assert shown == sorted((row["indicator_code"], row["period_type"], row["breakdown"]) for row in listed)
    assert {period_type for _, period_type, _ in shown} & {"month", "financial_year_to_date"} == set()
    assert {period_type for _, period_type, breakdown in shown if breakdown != "total"} == {"financial_year"}


def test_a_small_count_goes_with_the_next_smallest_of_its_breakdown_and_the_rest_is_shown(con: Con) -> None:
    # One child of unknown sex, 6 girls, 9 boys: with the girls shown, 16 - 15 would tell of the one.
    withheld = (None, None, "suppressed")
    assert board(con, "R01", "financial_year", "sex") == {
        "female": withheld,
        "male": (9, 9, "published"),
        "unknown": withheld,
    }
    assert board(con, "R03", "financial_year", "category_of_abuse")["NEG"] == (8, 8, "published")


def test_an_authority_with_one_child_is_suppressed_on_the_board(con: Con) -> None:
    rows = con.execute(
        "select distinct status, value from board.fct_indicator_value where area_code = ? and indicator_code = 'R01'"
        " and period_end = ? and breakdown = 'total'",
        [UNLISTED, YEAR_END],
    ).fetchall()
    assert rows == [("suppressed", None)]


def test_the_board_has_no_exact_value_and_no_numbers_of_rows(con: Con) -> None:
    columns = con.execute("select table_name, column_name from duckdb_columns() where schema_name = 'board'").fetchall()
    forbidden = {"value_exact", "rows_received", "rows_accepted", "rows_quarantined"}
    assert [column for column in columns if column[1] in forbidden] == []
    assert ("fct_submission", "reason") not in columns


def test_without_disclosure_decisions_a_dbt_test_stops_the_board(built: Built, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "warehouse.duckdb").write_bytes(built.warehouse.read_bytes())
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("delete from ops.disclosure_decisions")
    done = dbt(home, "build", "--select", "board_fct_indicator_value", "--exclude-resource-type", "unit_test")
    assert done.returncode == 1
    assert re.search(r"FAIL \d+ assert_the_board_is_shown_no_small_count", done.stdout)


def test_a_model_that_fails_leaves_the_table_that_was_there(built: Built, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "warehouse.duckdb").write_bytes(built.warehouse.read_bytes())
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        before = con.execute("select * from marts.fct_submission order by all").fetchall()
        con.execute("create or replace table staging.stg_ops__submissions as select 1 as something_else")
    done = dbt(home, "run", "--select", "fct_submission")
    assert done.returncode == 1
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        assert before
        assert con.execute("select * from marts.fct_submission order by all").fetchall() == before


# -------------------------------------------------------------------------------------------------- what the file holds


def test_the_project_writes_into_its_own_schemas_and_no_other(con: Con) -> None:
    schemas = {name for (name,) in con.execute("select schema_name from duckdb_tables()").fetchall()}
    views = con.execute("select schema_name, view_name from duckdb_views() where not internal").fetchall()
    assert schemas == {"raw", "ops", "quarantine", "reference", "staging", "intermediate", "marts", "board"}
    # What leaves the warehouse is tables, but for what is checked after them; the members of each subject are read by
    # one model alone.
    assert {name for schema, name in views if schema == "marts"} == {"fct_data_quality_result"}
    assert {schema for schema, name in views if name.endswith("__members")} == {"intermediate"}
    assert {schema for schema, name in views if not name.endswith("__members")} == {"staging", "marts"}


def test_no_mart_holds_a_person_or_a_file_name(con: Con) -> None:
    columns = con.execute(
        "select table_name, column_name from duckdb_columns() where schema_name in ('marts', 'board')"
    ).fetchall()
    forbidden = {"person_key", "counted_key", "birth_date", "file_name", "child", "la_child_id", "lcs_id", "upn"}
    assert [row for row in columns if row[1] in forbidden] == []
    assert con.execute("select reason from marts.fct_submission where status = 'rejected'").fetchall() == [
        ("the file has no heading row.",)
    ]


def test_submissions_show_what_became_of_them_as_of_the_run(con: Con) -> None:
    rows = con.execute(
        "select submission_id, status, is_latest_for_period from marts.fct_submission where feed = 'ssda903' order by 1"
    ).fetchall()
    assert rows == [
        ("sub-000001", "accepted", True),
        ("sub-000002", "accepted", False),
        ("sub-000003", "accepted", True),
        ("sub-000004", "withdrawn", False),
        ("sub-000006", "accepted", True),
        ("sub-000007", "rejected", False),
    ]


def test_every_model_has_the_columns_that_its_yml_describes_in_that_order(con: Con) -> None:
    for path in sorted((PROJECT / "models").rglob("*.sql")):
        [model] = yaml.safe_load(path.with_suffix(".yml").read_text())["models"]
        schema = path.relative_to(PROJECT / "models").parts[0]
        table = path.stem.removeprefix("board_")
        found = con.execute(
            "select column_name from duckdb_columns() where schema_name = ? and table_name = ? order by column_index",
            [schema, table],
        ).fetchall()
        assert [name for (name,) in found] == [column["name"] for column in model["columns"]], path.stem


def test_no_model_makes_duckdb_compare_every_row_with_every_row(built: Built, con: Con) -> None:
    compiled = sorted((built.home / "dbt" / "target" / "compiled" / "safeguarding" / "models").rglob("*.sql"))
    assert len(compiled) >= 40
    plans = {path.stem: con.execute(f"explain (format json) {path.read_text()}").fetchall() for path in compiled}
    assert [name for name, plan in plans.items() if "BLOCKWISE_NL_JOIN" in str(plan)] == []


def test_periods_follow_one_another_without_a_gap(con: Con) -> None:
    for period_type in ("month", "quarter", "financial_year"):
        rows = con.execute(
            "select period_start, period_end from marts.dim_period where period_type = ? order by 1", [period_type]
        ).fetchall()
        assert rows[0][0] == date(2008, 4, 1)
        assert rows[-1][1] == date(2031, 3, 31)
        assert all(after[0] == before[1] + timedelta(days=1) for before, after in pairwise(rows))


# --------------------------------------------------------------------------------------------------------- dates by dbt


def test_every_dbt_unit_test_passes(built: Built) -> None:
    done = dbt(built.home, "test", "--select", "test_type:unit")
    assert done.returncode == 0, done.stdout
    ran = re.search(r"PASS=(\d+)", done.stdout)
    assert ran
    assert int(ran.group(1)) >= 25
