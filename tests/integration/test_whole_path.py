"""The whole path on returns that others made: in by the command line, out as published figures."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.dbt_call import seed_tables
from orchestration.settings import PROJECT_ROOT
from tests.conftest import SAMPLE_NOW, safeguarding

YEAR_END_2018 = date(2018, 3, 31)
TABLES_OF_CONTENT = (
    "select table_schema || '.' || table_name from information_schema.tables"
    " where table_catalog = 'opened' and table_schema in ('marts', 'board') order by 1"
)


@contextmanager
def opened(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A file read-only under a name of its own: opened bare, board.duckdb's catalog would be called as its schema."""
    with duckdb.connect() as con:
        name = "warehouse" if file.name == "warehouse.duckdb" else "opened"  # dbt's views name their catalog
        con.execute(f"attach '{file}' as {name} (read_only)")
        con.execute(f"use {name}")
        yield con


def rows(file: Path, sql: str, *parameters: object) -> list[tuple[object, ...]]:
    with opened(file) as con:
        return con.execute(sql, list(parameters)).fetchall()


def content(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table of a published file with its rows, in one comparable shape."""
    with opened(file) as con:
        tables = [name for (name,) in con.execute(TABLES_OF_CONTENT).fetchall()]
        return {name: sorted(con.execute(f"select * from {name}").fetchall(), key=repr) for name in tables}


@pytest.fixture
def own_home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of the finished sample home that a test may damage."""
    home = tmp_path / "home"
    shutil.copytree(sample_home, home, symlinks=True)
    return home


def test_accepted_and_quarantined_make_up_what_was_received_in_every_table(sample_home: Path) -> None:
    tables = rows(
        sample_home / "warehouse.duckdb",
        "select submission_id, table_name, rows_received, rows_accepted, rows_quarantined from ops.submission_tables",
    )
    assert len(tables) > 20
    assert [t for t in tables if t[2] != t[3] + t[4]] == []


def test_looked_after_children_at_31_march_2018_are_1201_without_short_breaks(sample_home: Path) -> None:
    figure = rows(
        sample_home / "published" / "analyst.duckdb",
        "select value, status, finality from marts.fct_indicator_value where indicator_code = 'R01'"
        " and area_code = 'E06000011' and period_type = 'financial_year' and period_end = ? and breakdown = 'total'",
        YEAR_END_2018,
    )
    assert figure == [(1201, "provisional", "provisional")]


def test_with_short_breaks_1419_children_have_an_episode_open_at_31_march_2018(sample_home: Path) -> None:
    [(children,)] = rows(
        sample_home / "warehouse.duckdb",
        "select count(distinct person_key) from staging.stg_childrens_social_care__looked_after_episodes"
        " where start_date <= $1 and (end_date is null or end_date > $1)",
        YEAR_END_2018,
    )
    assert children == 1419


def test_children_in_need_are_none_where_every_referral_is_no_further_action_and_a_warning_fires(
    sample_home: Path,
) -> None:
    figures = rows(
        sample_home / "published" / "analyst.duckdb",
        "select distinct value from marts.fct_indicator_value where indicator_code = 'S01' and area_code = 'LA975'"
        " and breakdown = 'total' and value is not null",
    )
    assert figures == [(0,)]
    [(outcome,)] = rows(
        sample_home / "warehouse.duckdb",
        "select outcome from ops.check_results"
        " where check_name like 'assert_no_activity_on_referrals_without_further_action%'",
    )
    assert outcome == "warned"


def test_no_published_file_has_a_person_a_file_name_or_a_date_of_birth(sample_home: Path) -> None:
    forbidden = {"person_key", "child", "la_child_id", "lcs_id", "upn", "dob", "date_of_birth", "file_name"}
    for name in ("analyst.duckdb", "board.duckdb"):
        columns = rows(sample_home / "published" / name, "select column_name from information_schema.columns")
        assert forbidden & {str(column) for (column,) in columns} == set()


def test_the_board_sees_no_count_of_one_to_five(sample_home: Path) -> None:
    small = rows(
        sample_home / "published" / "board.duckdb",
        "select * from board.fct_indicator_value where numerator between 1 and 5 or (value between 1 and 5"
        " and indicator_code in ('R01', 'R03', 'S01'))",
    )
    assert small == []


def test_no_process_of_the_run_looks_up_or_calls_a_host_outside(sample_home: Path) -> None:
    lines = Path(f"{sample_home}.network").read_text().splitlines()
    watched = [line for line in lines if line.startswith("watching")]
    assert watched  # the command itself, and dbt with it
    assert [line for line in lines if line not in watched] == []


def test_what_is_written_is_private(sample_home: Path) -> None:
    assert sample_home.stat().st_mode & 0o077 == 0
    for name in ("warehouse.duckdb", "register.jsonl", "person.key"):
        assert (sample_home / name).stat().st_mode & 0o077 == 0


def test_a_second_run_with_nothing_new_says_so_and_changes_nothing(own_home: Path) -> None:
    before = (own_home / "published" / "current").readlink()
    done = safeguarding(own_home, "run", "--no-dashboard", now=SAMPLE_NOW)
    assert done.returncode == 0
    assert "Nothing new" in done.stdout
    assert (own_home / "published" / "current").readlink() == before


def test_a_run_on_what_is_laid_makes_every_check_again_but_those_of_seeds_alone(own_home: Path) -> None:
    done = safeguarding(own_home, "run", "--no-dashboard", "--force", now=SAMPLE_NOW)
    assert done.returncode == 0, done.stdout + done.stderr
    made: dict[object, set[tuple[object, ...]]] = defaultdict(set)
    for run, *check in rows(
        own_home / "warehouse.duckdb",
        "select run_id, engine, layer, dataset, check_name from ops.check_results order by checked_at",
    ):
        made[run].add(tuple(check))
    before, again = made.values()
    seeds = {tuple(table.split(".")) for table in seed_tables(PROJECT_ROOT / "seeds")}
    assert {check for check in before - again if (check[1], check[2]) not in seeds} == set()
    # They read a seed beside the figures.
    assert {
        "assert_additive_breakdowns_equal_the_total",
        "assert_every_figure_that_could_exist_has_one_row",
        "assert_no_percentage_is_over_100",
        "assert_the_board_is_shown_no_small_count",
    } <= {check[-1] for check in again}


def test_rebuilt_from_archive_and_register_alone_the_published_files_are_identical(own_home: Path) -> None:
    before = {name: content(own_home / "published" / name) for name in ("analyst.duckdb", "board.duckdb")}
    for name in ("warehouse.duckdb", "published", "landing", "dbt", "dagster", "last_run.json"):
        path = own_home / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    done = safeguarding(own_home, "run", "--no-dashboard", now=SAMPLE_NOW)
    assert done.returncode == 0, done.stdout + done.stderr
    after = {name: content(own_home / "published" / name) for name in ("analyst.duckdb", "board.duckdb")}
    assert after.keys() == before.keys()
    for name in before:
        differing = [table for table in before[name] if before[name][table] != after[name].get(table)]
        assert [t for t in differing if not t.endswith("fct_data_quality_result")] == []


def test_a_row_lost_in_raw_stops_publication_with_one_sentence_and_the_old_one_stands(own_home: Path) -> None:
    before = (own_home / "published" / "current").readlink()
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as con:
        con.execute(
            "delete from raw.raw_childrens_social_care__ssda903__episodes where row_number ="
            " (select max(row_number) from raw.raw_childrens_social_care__ssda903__episodes)"
        )
    done = safeguarding(own_home, "run", "--no-dashboard", "--force", now=SAMPLE_NOW)
    assert done.returncode == 1
    assert "STOPPED" in done.stderr
    assert "the previous publication stands" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert (own_home / "published" / "current").readlink() == before


def test_a_failing_dbt_test_stops_publication(own_home: Path) -> None:
    before = (own_home / "published" / "current").readlink()
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as con:
        # A second raw row of the same submission and key: what the loader would have quarantined.
        con.execute(
            "update raw.raw_childrens_social_care__ssda903__episodes set dec = decom - 1 where row_number ="
            " (select min(row_number) from raw.raw_childrens_social_care__ssda903__episodes)"
        )
        con.execute("update ops.submissions set finality = 'draft' where feed = 'ssda903'")
    done = safeguarding(own_home, "run", "--no-dashboard", "--force", now=SAMPLE_NOW)
    assert done.returncode == 1
    assert (own_home / "published" / "current").readlink() == before
