"""Publication: whole or not at all, nothing that identifies a child, and readers that never notice."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.checks.results import CheckResult
from orchestration.publish import PublishError, current_release, list_releases, publish
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect
from tests.warehouse_by_hand import AS_OF, PASSED, RUN, read_release, release_id, write_warehouse

NOW = datetime(2017, 7, 1, 8, 0, 0)
FOR_BOTH = (
    "bridge_indicator_feed",
    "bridge_indicator_priority",
    "bridge_indicator_publication",
    "dim_area",
    "dim_baseline",
    "dim_breakdown",
    "dim_exception_rule",
    "dim_indicator",
    "dim_period",
    "dim_release",
    "fct_feed_status",
)
FAILED = CheckResult("soda", "marts", "fct_indicator_value", "a figure has one row", "error", "failed")
UNTOLD = CheckResult("dbt", "marts", "fct_indicator_value", "is built", "error", "not_evaluated")
WARNED = CheckResult("soda", "marts", "fct_submission", "something was submitted", "warn", "warned")


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home", now_override=NOW)
    write_warehouse(settings)
    return settings


def change(settings: Settings, *statements: str) -> None:
    with connect(settings.warehouse) as con:
        for statement in statements:
            con.execute(statement)


def tables(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table of a published file with its rows in the order in which they lie."""
    with duckdb.connect(str(file), read_only=True) as con:
        names = con.execute(
            "select database_name || '.' || schema_name || '.' || table_name from duckdb_tables() order by all"
        ).fetchall()
        return {name.partition(".")[2]: con.execute(f"select * from {name}").fetchall() for (name,) in names}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# -- what is published


def test_the_first_publication_puts_both_files_behind_the_paths_that_readers_open(home: Settings) -> None:
    assert current_release(home) is None
    assert list_releases(home) == []
    release = publish(home)
    assert read_release(home.published) == {"analyst": 1, "board": 1}
    assert current_release(home) == release
    assert (home.published / "current").readlink() == Path("releases") / release.release_id
    assert (home.published / "board.duckdb").readlink() == Path("current/board.duckdb")
    assert sorted(path.name for path in release.folder.iterdir()) == ["analyst.duckdb", "board.duckdb", "release.json"]


def test_each_file_holds_the_tables_of_its_schema_and_nothing_else(home: Settings) -> None:
    folder = publish(home).folder
    for name, schema in (("analyst", "marts"), ("board", "board")):
        with connect(home.warehouse, read_only=True) as con:
            there = con.execute(
                "select table_name from duckdb_tables() where schema_name = ? order by all", [schema]
            ).fetchall()
        own = {f"{schema}.{table}" for (table,) in there}
        # What is measured, where, when and what came is the same for both, and no figure of a person.
        for_both = {f"board.{table}" for table in FOR_BOTH} if name == "board" else set()
        assert set(tables(folder / f"{name}.duckdb")) == own | for_both
        with duckdb.connect(str(folder / f"{name}.duckdb"), read_only=True) as con:
            assert con.execute("select count(*) from duckdb_views() where not internal").fetchall() == [(0,)]


def test_what_is_a_view_in_the_warehouse_is_a_table_of_its_own_in_the_file(home: Settings) -> None:
    change(home, "create view marts.fct_check as select run_id, outcome from ops.check_results")
    file = publish(home).folder / "analyst.duckdb"
    with connect(home.warehouse, read_only=True) as con:
        there = con.execute("select run_id, outcome from ops.check_results order by all").fetchall()
    assert there
    assert tables(file)["marts.fct_check"] == there
    with duckdb.connect(str(file), read_only=True) as con:
        assert con.execute("select count(*) from duckdb_views() where not internal").fetchall() == [(0,)]


def test_the_boards_file_lists_what_is_for_the_board_only(home: Settings) -> None:
    change(home, "insert into marts.bridge_indicator_publication values ('R01', 'analyst', 'month', 'none', true)")
    folder = publish(home).folder
    audiences = "select distinct audience from {}.bridge_indicator_publication order by all"
    with duckdb.connect(str(folder / "board.duckdb"), read_only=True) as con:
        assert con.execute(audiences.format("board.board")).fetchall() == [("board",)]
    with duckdb.connect(str(folder / "analyst.duckdb"), read_only=True) as con:
        assert con.execute(audiences.format("marts")).fetchall() == [("analyst",), ("board",)]


def test_release_json_says_what_the_release_is(home: Settings) -> None:
    release = publish(home)
    told = json.loads((release.folder / "release.json").read_text())
    assert re.fullmatch("[0-9a-f]{64}", told.pop("definitions"))
    assert told == {
        "release_id": release_id(1),
        "as_of": AS_OF.isoformat(),
        "released_at": NOW.isoformat(),
        "code_version": "0.1.0",
        "inputs_hash": f"{1:064x}",
        "is_synthetic": True,
    }


def test_files_and_folders_are_open_to_those_who_should_read_them_only(home: Settings) -> None:
    folder = publish(home).folder
    assert {path.name: mode(path) for path in folder.iterdir()} == {
        "analyst.duckdb": 0o600,
        "board.duckdb": 0o640,
        "release.json": 0o640,
    }
    assert [mode(path) for path in (home.published, folder.parent, folder)] == [0o750] * 3


def test_the_same_content_in_another_order_gives_the_same_tables(home: Settings, tmp_path: Path) -> None:
    other = Settings(home=tmp_path / "other", now_override=NOW)
    write_warehouse(other)
    change(
        other,
        "create or replace table marts.fct_indicator_value as from marts.fct_indicator_value order by hash(rowid)",
        "create or replace table marts.dim_period as from marts.dim_period order by period_label desc",
    )
    one, two = publish(home).folder, publish(other).folder
    for name in ("analyst.duckdb", "board.duckdb"):
        assert tables(one / name) == tables(two / name)


def test_releases_are_listed_by_moment_and_the_current_one_is_the_last_published(home: Settings) -> None:
    first = publish(home)
    write_warehouse(home, 2)
    change(home, "update ops.run_control set as_of = '2016-06-30 09:00:00'")
    earlier_moment = publish(home)
    assert [release.release_id for release in list_releases(home)] == [earlier_moment.release_id, first.release_id]
    assert current_release(home) == earlier_moment


def test_a_release_that_is_not_to_become_current_is_listed_and_readers_keep_theirs(home: Settings) -> None:
    first = publish(home, make_current=False)
    assert current_release(home) == first  # there is nothing else that readers could get
    write_warehouse(home, 2)
    beside = publish(home, make_current=False)
    assert {release.release_id for release in list_releases(home)} == {first.release_id, beside.release_id}
    assert current_release(home) == first
    assert read_release(home.published) == {"analyst": 1, "board": 1}


def test_a_reader_that_has_the_old_release_open_keeps_it(home: Settings) -> None:
    publish(home)
    with duckdb.connect(str(home.published / "board.duckdb"), read_only=True) as con:
        write_warehouse(home, 2)
        publish(home)
        assert con.execute("select release_id from board.board.dim_release").fetchall() == [(release_id(1),)]
    assert read_release(home.published) == {"analyst": 2, "board": 2}


# -- the same release again


def test_a_release_with_the_same_content_is_kept_as_it_is(home: Settings) -> None:
    first = publish(home)
    inodes = {path.name: path.stat().st_ino for path in first.folder.iterdir()}
    later = Settings(home=home.home, now_override=datetime(2018, 1, 1))
    change(later, "insert into marts.fct_data_quality_result values ('run-2', 'is built', 'passed')")
    assert publish(later) == first
    assert {path.name: path.stat().st_ino for path in first.folder.iterdir()} == inodes


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("update marts.fct_indicator_value set value = 1 where indicator_code = 'R02'", "fct_indicator_value"),
        ("insert into marts.dim_period from marts.dim_period limit 1", "dim_period"),
        ("drop table marts.dim_neighbour", "dim_neighbour"),
        ("create table marts.dim_new (a integer)", "dim_new"),
        ("alter table board.fct_submission add column note varchar", "fct_submission"),
        ("update board.fct_submission set status = 'rejected'", "fct_submission"),
    ],
)
def test_a_release_with_other_content_under_the_same_name_is_refused(
    home: Settings, statement: str, table: str
) -> None:
    first = publish(home)
    before = tables(first.folder / "analyst.duckdb")
    change(home, statement)
    with pytest.raises(PublishError, match=f"other content.*{table}"):
        publish(home)
    assert tables(first.folder / "analyst.duckdb") == before
    assert current_release(home) == first


def test_an_older_release_becomes_current_again_without_being_written_again(home: Settings) -> None:
    first = publish(home)
    write_warehouse(home, 2)
    publish(home)
    write_warehouse(home, 1)
    assert publish(home) == first
    assert read_release(home.published) == {"analyst": 1, "board": 1}


# -- what stops it


@pytest.mark.parametrize(
    ("results", "words"),
    [
        pytest.param((), "no result of run run-1", id="nothing_was_checked"),
        pytest.param((*PASSED, FAILED), "a figure has one row", id="a_check_failed"),
        pytest.param((*PASSED, WARNED, UNTOLD), "is built", id="a_check_was_not_evaluated"),
        pytest.param(PASSED[:1], "no Soda contract of board.fct_indicator_value", id="the_boards_contract_never_ran"),
        pytest.param(PASSED[1:], "no Soda contract of marts.fct_indicator_value", id="the_marts_contract_never_ran"),
    ],
)
def test_a_closed_gate_keeps_the_previous_release(home: Settings, results: tuple[CheckResult, ...], words: str) -> None:
    first = publish(home)
    write_warehouse(home, 2, results)
    with pytest.raises(PublishError, match=words):
        publish(home)
    assert current_release(home) == first
    assert read_release(home.published) == {"analyst": 1, "board": 1}
    assert list_releases(home) == [first]


def test_a_warning_does_not_stop_it(home: Settings) -> None:
    write_warehouse(home, 2, (*PASSED, WARNED))
    assert publish(home).release_id == release_id(2)


def test_results_of_another_run_do_not_open_the_gate(home: Settings) -> None:
    change(home, f"update ops.check_results set run_id = 'before {RUN}'")
    with pytest.raises(PublishError, match="nothing was checked"):
        publish(home)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        *(
            pytest.param(f"alter table {table} add column {column} varchar", f"{table}.{column}", id=label)
            for table, column, label in (
                ("marts.dim_period", "person_key", "pseudonym"),
                ("marts.dim_period", "CHILD", "upper_case"),
                ("marts.dim_period", "la_child_id", "child_id"),
                ("marts.fct_submission", "file_name", "name_of_a_file"),
                ("marts.dim_period", "mc_dob", "identifier_that_only_a_contract_declares"),
                ("marts.dim_period", "row_number", "receipt"),
                ("board.fct_submission", "upn", "in_the_boards_file"),
                ("board.fct_indicator_value", "value_exact", "figure_before_rounding"),
                ("board.fct_submission", "rows_accepted", "number_of_rows"),
                ("board.fct_indicator_trend", "event_date", "day_of_an_event"),
            )
        ),
        pytest.param("create view marts.v as select 1 as upn", "marts.v.upn must not leave", id="view"),
        pytest.param("drop table board.fct_indicator_value", "found no table board.fct_indicator_value", id="no_board"),
        pytest.param("drop table marts.fct_indicator_value", "found no table marts.fct_indicator_value", id="no_marts"),
        pytest.param("drop table marts.dim_breakdown", "found no table marts.dim_breakdown", id="none_of_the_shared"),
        pytest.param(
            "update board.fct_indicator_value set release_id = 'r-old' where indicator_code = 'R02'",
            "board.fct_indicator_value holds figures of release r-old",
            id="figures_of_another_release",
        ),
        pytest.param("delete from ops.run_control", "holds 0 rows", id="no_run"),
        pytest.param("insert into ops.run_control from ops.run_control", "holds 2 rows", id="two_runs"),
    ],
)
def test_what_must_not_leave_the_warehouse_stops_it_and_leaves_nothing_behind(
    home: Settings, statement: str, words: str
) -> None:
    first = publish(home)
    write_warehouse(home, 2)
    change(home, statement)
    with pytest.raises(PublishError, match="Not published") as refused:
        publish(home)
    assert words in str(refused.value)
    assert current_release(home) == first
    assert [path.name for path in first.folder.parent.iterdir()] == [first.release_id]


def test_a_writing_connection_in_this_process_stops_it(home: Settings) -> None:
    with connect(home.warehouse), pytest.raises(PublishError, match="still holds a connection"):
        publish(home)


def test_a_process_that_is_writing_stops_it(home: Settings) -> None:
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(home.warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        with pytest.raises(PublishError, match="open for writing"):
            publish(home)
    finally:
        holder.communicate()


def test_a_home_without_a_warehouse_gives_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="there is no such file; run the job first"):
        publish(Settings(home=tmp_path / "nothing"))


def test_a_damaged_release_json_gives_a_sentence(home: Settings) -> None:
    release = publish(home)
    (release.folder / "release.json").write_text("{")
    with pytest.raises(PublishError, match="remove that folder and run again"):
        current_release(home)


# -- readers and kills

READER = """
import sys, time
from pathlib import Path
from tests.warehouse_by_hand import read_release
import duckdb
published, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen, reads = set(), 0
while not stop.exists() or reads == 0:
    # Board alone: between the opening of two files, another release may become current.
    with duckdb.connect(str(published / "board.duckdb"), read_only=True) as con:
        ((found,),) = con.execute("select release_id from board.board.dim_release").fetchall()
        rows = con.execute(
            "select distinct release_id from board.board.fct_indicator_value"
        ).fetchall()
        ((figures, girls),) = con.execute(
            "select count(*), sum(numerator) filter (where breakdown_value = 'female')"
            " from board.board.fct_indicator_value"
        ).fetchall()
    number = int(found[-8:], 16)
    assert rows == [(found,)] and figures == 20, (rows, found, figures)
    assert girls == sum(100 + number + year for year in range(5)), (girls, number)
    seen.add(number)
    reads += 1
print(reads, *sorted(seen))
"""


def test_two_readers_during_twenty_publications_never_see_an_error_or_a_mixed_release(
    home: Settings, tmp_path: Path
) -> None:
    publish(home)
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(home.published), str(stop)],
            cwd=PROJECT_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        for number in range(2, 22):
            write_warehouse(home, number)
            publish(home)
    finally:
        stop.touch()
        ended = [(*reader.communicate(timeout=60), reader.returncode) for reader in readers]
    for output, errors, code in ended:
        assert code == 0, errors
        reads, *seen = (int(word) for word in output.split())
        assert reads > 20
        assert len(seen) > 5, "the reader was to read while releases changed"
    assert read_release(home.published) == {"analyst": 21, "board": 21}
    assert len(list_releases(home)) == 21


@pytest.mark.parametrize("how", ["steps", "times"])
def test_a_publisher_killed_anywhere_leaves_the_old_release_or_the_new_and_the_next_one_goes_through(
    home: Settings, how: str
) -> None:
    publish(home)
    shutil.copytree(home.published, home.home / "before", symlinks=True)
    write_warehouse(home, 2)
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.kill_publish", str(home.home), how],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["attempts"] >= 20
    assert found["killed"] >= 5
    assert found["old"] >= 1
    assert found["new"] >= 1
    if how == "steps":
        assert found["killed"] == found["attempts"]
