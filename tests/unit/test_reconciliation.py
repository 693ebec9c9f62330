"""Nothing lost: each way in which register, raw, quarantine and receipts can come apart is seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dagster import AssetKey, asset, materialize

from orchestration.assets.checks import reconciliation_checks
from orchestration.checks.gate import blocking
from orchestration.checks.reconciliation import every_count_has_a_rule, reconcile
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect, migrate

EPISODES = "raw_childrens_social_care__ssda903__episodes"
REVIEWS = "raw_childrens_social_care__ssda903__reviews"
RAW_IS_RIGHT = "raw holds the rows that the register counts as accepted"
ADDS_UP = "accepted and quarantined rows make up what was received"


def submit(con: duckdb.DuckDBPyConnection, number: int, status: str, received: int, accepted: int) -> None:
    con.execute(
        """
        insert into ops.submissions by name select
            ? as submission_id, 'childrens_social_care' as supplier, 'ssda903' as feed, '1' as contract_version,
            timestamp '2017-05-01 09:00:00' as received_at, timestamp '2017-05-01 09:00:00' as registered_at,
            'abc' as sha256, 'x.csv' as file_name, ? as status, false as is_nil_return, true as is_synthetic,
            false as envelope_inferred, true as is_replay, ? as rows_received, ? as rows_accepted,
            ? as rows_quarantined
        """,
        [f"sub-{number:06d}", status, received, accepted, received - accepted],
    )


def table(con: duckdb.DuckDBPyConnection, number: int, name: str, received: int, accepted: int, raw: int) -> None:
    sub = f"sub-{number:06d}"
    con.execute(
        "insert into ops.submission_tables values (?, ?, ?, ?, ?)", [sub, name, received, accepted, received - accepted]
    )
    con.execute(
        """
        insert into quarantine.quarantined_rows by name
        select ? as submission_id, 'childrens_social_care' as supplier, 'ssda903' as feed, ? as table_name,
            cast(range as integer) as row_number, 'bad_date' as rule_code, 'quarantine' as severity, 'x' as message
        from range(?)
        """,
        [sub, name, received - accepted],
    )
    if raw:
        con.execute(
            f"insert into raw.raw_childrens_social_care__ssda903__{name} select ?, cast(range + 2 as integer), 'x.csv'"
            " from range(?)",
            [sub, raw],
        )


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """One accepted submission of two tables, one rejected with a table of no contract, one accepted and withdrawn."""
    with connect(tmp_path / "warehouse.duckdb") as con:
        migrate(con)
        for name in (EPISODES, REVIEWS):
            con.execute(f"create table raw.{name} (submission_id varchar, row_number integer, source_name varchar)")
        con.execute(
            "create table intermediate.int_indicator__membership"
            " (submission_id varchar, table_name varchar, row_number integer)"
        )
        submit(con, 1, "accepted", 13, 12)
        table(con, 1, "episodes", 10, 9, 9)
        table(con, 1, "reviews", 3, 3, 3)
        submit(con, 2, "rejected", 4, 0)
        table(con, 2, "episodes", 2, 0, 0)
        table(con, 2, "unknown_sheet", 2, 0, 0)
        submit(con, 3, "accepted", 5, 5)
        table(con, 3, "episodes", 5, 5, 5)
        submit(con, 3, "withdrawn", 5, 5)
        con.execute(
            "insert into intermediate.int_indicator__membership values"
            " ('sub-000001', 'episodes', 2), ('sub-000001', 'episodes', 2), ('sub-000001', 'reviews', 4)"
        )
        yield con


def test_a_warehouse_in_which_nothing_is_lost_passes_every_check(con: duckdb.DuckDBPyConnection) -> None:
    results = reconcile(con)
    assert {r.outcome for r in results} == {"passed"}
    assert [r.dataset for r in results if r.check_name == RAW_IS_RIGHT] == [EPISODES, REVIEWS]
    assert results[-1].dataset == "int_indicator__membership"
    assert {r.measured for r in results} == {"0 differ"}


def test_an_empty_warehouse_passes_and_has_no_receipts_to_check(tmp_path: Path) -> None:
    with connect(tmp_path / "empty.duckdb") as con:
        migrate(con)
        results = reconcile(con)
    assert {r.outcome for r in results} == {"passed"}
    assert "int_indicator__membership" not in {r.dataset for r in results}


@pytest.mark.parametrize(
    ("statement", "failing", "words"),
    [
        pytest.param(
            "update ops.submissions set rows_accepted = 11 where submission_id = 'sub-000001'",
            [("submissions", ADDS_UP), ("submission_tables", "the tables of a submission add up to it")],
            "sub-000001 (found 12, expected 13)",
            id="a_row_lost_from_a_submission",
        ),
        pytest.param(
            "update ops.submission_tables set rows_quarantined = 0 where table_name = 'episodes' and rows_accepted = 9",
            [
                ("submission_tables", ADDS_UP),
                ("quarantined_rows", "quarantine holds the rows that the register counts as quarantined"),
            ],
            "sub-000001 episodes (found 9, expected 10)",
            id="a_row_lost_from_a_table",
        ),
        pytest.param(
            f"delete from raw.{EPISODES} where submission_id = 'sub-000001' and row_number = 9",
            [(EPISODES, RAW_IS_RIGHT)],
            "sub-000001 (found 8, expected 9)",
            id="a_raw_row_missing",
        ),
        pytest.param(
            f"delete from raw.{REVIEWS}",
            [(REVIEWS, RAW_IS_RIGHT), ("int_indicator__membership", "every receipt points at a raw row")],
            "sub-000001 (found 0, expected 3)",
            id="a_raw_table_emptied",
        ),
        pytest.param(
            f"insert into raw.{EPISODES} values ('sub-000001', 99, 'x.csv')",
            [(EPISODES, RAW_IS_RIGHT)],
            "sub-000001 (found 10, expected 9)",
            id="a_raw_row_too_many",
        ),
        pytest.param(
            f"insert into raw.{EPISODES} values ('sub-000002', 2, 'x.csv')",
            [(EPISODES, RAW_IS_RIGHT)],
            "sub-000002 (found 1, expected 0)",
            id="a_raw_row_of_a_rejected_submission",
        ),
        pytest.param(
            f"insert into raw.{EPISODES} values ('sub-000009', 2, 'x.csv')",
            [(EPISODES, RAW_IS_RIGHT)],
            "sub-000009 (found 1, expected 0)",
            id="a_raw_row_of_no_submission",
        ),
        pytest.param(
            f"delete from raw.{EPISODES} where submission_id = 'sub-000003'",
            [(EPISODES, RAW_IS_RIGHT)],
            "sub-000003 (found 0, expected 5)",
            id="raw_rows_of_a_withdrawn_submission_removed",
        ),
        pytest.param(
            f"drop table raw.{REVIEWS}",
            [
                ("submission_tables", "accepted rows have a raw table to be in"),
                ("int_indicator__membership", "every receipt points at a raw row"),
            ],
            "sub-000001 reviews (found no raw table, expected 3 rows)",
            id="a_raw_table_dropped",
        ),
        pytest.param(
            "delete from quarantine.quarantined_rows where table_name = 'unknown_sheet'",
            [("quarantined_rows", "quarantine holds the rows that the register counts as quarantined")],
            "sub-000002 unknown_sheet (found 0, expected 2)",
            id="quarantined_rows_lost",
        ),
        pytest.param(
            "delete from ops.submissions where submission_id = 'sub-000002'",
            [("submission_tables", "the tables of a submission add up to it")],
            "sub-000002",
            id="a_submission_lost",
        ),
        pytest.param(
            "insert into ops.submissions from ops.submissions where submission_id = 'sub-000002'",
            [("submissions", "a submission stands once, and is withdrawn once at most")],
            "sub-000002 (found 2, expected 1)",
            id="a_submission_twice",
        ),
        pytest.param(
            "insert into intermediate.int_indicator__membership values ('sub-000001', 'episodes', 77)",
            [("int_indicator__membership", "every receipt points at a raw row")],
            "sub-000001 episodes row 77",
            id="a_receipt_without_its_row",
        ),
        pytest.param(
            "insert into intermediate.int_indicator__membership values ('sub-000001', 'missing', 2)",
            [("int_indicator__membership", "every receipt points at a raw row")],
            "sub-000001 missing row 2",
            id="a_receipt_of_another_table",
        ),
    ],
)
def test_what_comes_apart_is_seen_and_named(
    con: duckdb.DuckDBPyConnection, statement: str, failing: list[tuple[str, str]], words: str
) -> None:
    con.execute(statement)
    stopped = blocking(reconcile(con))
    found = {(r.dataset, r.check_name) for r in stopped}
    assert set(failing) <= found
    assert any(words in str(r.measured) for r in stopped)


def test_a_long_list_of_differences_is_cut_and_counted(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"insert into raw.{EPISODES} select 'sub-1' || range, 1, 'x.csv' from range(10000, 10020)")
    (failed,) = blocking(reconcile(con))
    assert str(failed.measured).startswith("20 differ: ")
    assert str(failed.measured).endswith("and 15 more")


def leave_an_indicator_without_a_rule(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        create table marts.dim_indicator as
        from (values ('R01', '1', null), ('S01', '1', null), ('S01b', '1', 'S01'), ('S99', '1', null))
            as t (indicator_code, definition_version, counts_indicator_code);
        create table intermediate.int_indicator__coverage as
        select indicator_code, definition_version, 'records' as form from marts.dim_indicator
        """
    )


def test_an_indicator_counted_from_records_without_a_rule_is_no_nought(con: duckdb.DuckDBPyConnection) -> None:
    leave_an_indicator_without_a_rule(con)
    found = every_count_has_a_rule(con, PROJECT_ROOT / "dbt_project")
    assert (found.outcome, found.measured) == (
        "failed",
        "1 differ: S99: records came and no model counts them; write its rule as docs/add-an-indicator.md says",
    )
    con.execute("update intermediate.int_indicator__coverage set form = 'figures' where indicator_code = 'S99'")
    assert every_count_has_a_rule(con, PROJECT_ROOT / "dbt_project").outcome == "passed"


@pytest.mark.parametrize("are_marts_built", [False, True])
def test_a_rule_that_the_run_before_lacked_does_not_stop_the_run_that_mends_it(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, are_marts_built: bool
) -> None:
    leave_an_indicator_without_a_rule(con)
    con.execute("delete from intermediate.int_indicator__membership")
    key = AssetKey(["marts", "fct_indicator_value"])

    @asset(key=key)
    def figures() -> None: ...

    step = materialize(
        [figures, reconciliation_checks("reconciliation", key, are_marts_built=are_marts_built)],
        resources={"settings": Settings(home=tmp_path)},
        raise_on_error=False,
    )
    [verdict] = step.get_asset_check_evaluations()
    assert verdict.passed is not are_marts_built
