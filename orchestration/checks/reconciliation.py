"""Nothing lost and nothing made up: the rows that came are the rows that are there.

Belongs here: counts of ops against each other and against raw and quarantine, and receipts against raw. Does not
belong here: whether a row is good (ingest/validate.py), whether a figure is (dbt tests, soda/).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.checks.results import CheckResult
from orchestration.explain import rule_of

_SHOWN = 5
_RAW_PREFIX = "raw_"


@dataclass(frozen=True)
class _RawTable:
    """raw.raw_<supplier>__<feed>__<table>, taken apart."""

    name: str
    supplier: str
    feed: str
    table: str


def reconcile(con: duckdb.DuckDBPyConnection) -> list[CheckResult]:
    """Check register, raw tables, quarantine and receipts against one another; one result per check and raw table.

    - accepted + quarantined = received, for each submission and each of its tables; tables add up to the submission
    - rows of every raw table and of quarantine.quarantined_rows, by submission, are those that ops counts, and belong
      to a submission that ops knows; a rejected submission has none in raw
    - every receipt in intermediate.int_indicator__membership names a row of raw (once that table exists)

    Reads only. Every check is of severity error.
    """
    raw_tables = _raw_tables(con)
    results = [
        _counts_add_up(con, "submissions", "submission_id"),
        _counts_add_up(con, "submission_tables", "submission_id || ' ' || table_name"),
        _registered_once(con),
        _tables_add_up(con),
        _accepted_rows_have_a_table(con, raw_tables),
        *_raw_rows(con, raw_tables),
        _quarantined_rows(con),
    ]
    if _exists(con, "intermediate", "int_indicator__membership"):
        results.append(_receipts(con, raw_tables))
    return results


def every_count_has_a_rule(con: duckdb.DuckDBPyConnection, dbt_project: Path) -> CheckResult:
    """Every indicator that is counted from records is counted by a model: without one its figure would be a nought."""
    codes = con.execute(
        """
        select distinct coalesce(indicators.counts_indicator_code, coverage.indicator_code) as counted_code
        from intermediate.int_indicator__coverage as coverage
        inner join marts.dim_indicator as indicators
            on coverage.indicator_code = indicators.indicator_code
            and coverage.definition_version = indicators.definition_version
        where coverage.form = 'records'
        order by counted_code
        """
    ).fetchall()
    without = [
        (f"{code}: records came and no model counts them; write its rule as docs/add-an-indicator.md says",)
        for (code,) in codes
        if rule_of(dbt_project, code) is None
    ]
    return _result("marts", "fct_indicator_value", "every indicator counted from records has a rule", without)


def _result(layer: str, dataset: str, name: str, differences: list[tuple[Any, ...]]) -> CheckResult:
    """`differences`: rows of (what, found, expected), or (what,)."""
    words = [
        f"{row[0]} (found {row[1]}, expected {row[2]})" if len(row) == 3 else str(row[0])
        for row in differences[:_SHOWN]
    ]
    more = [f"and {len(differences) - _SHOWN} more"] if len(differences) > _SHOWN else []
    return CheckResult(
        engine="reconciliation",
        layer=layer,
        dataset=dataset,
        check_name=name,
        severity="error",
        outcome="failed" if differences else "passed",
        measured=f"{len(differences)} differ" + (": " + ", ".join([*words, *more]) if words else ""),
        threshold="0 differ",
    )


def _counts_add_up(con: duckdb.DuckDBPyConnection, table: str, what: str) -> CheckResult:
    rows = con.execute(
        f"""
        select {what}, rows_accepted + rows_quarantined, rows_received
        from ops.{table}
        where rows_accepted + rows_quarantined <> rows_received
        order by all
        """
    ).fetchall()
    return _result("ops", table, "accepted and quarantined rows make up what was received", rows)


def _registered_once(con: duckdb.DuckDBPyConnection) -> CheckResult:
    rows = con.execute(
        """
        select submission_id, count(*) filter (where status <> 'withdrawn'), 1
        from ops.submissions
        group by submission_id
        having count(*) filter (where status <> 'withdrawn') <> 1 or count(*) filter (where status = 'withdrawn') > 1
        order by all
        """
    ).fetchall()
    return _result("ops", "submissions", "a submission stands once, and is withdrawn once at most", rows)


def _tables_add_up(con: duckdb.DuckDBPyConnection) -> CheckResult:
    rows = con.execute(
        """
        with tables as (
            select submission_id, sum(rows_received) as received, sum(rows_accepted) as accepted
            from ops.submission_tables
            group by submission_id
        ),

        submissions as (
            select submission_id, rows_received as received, rows_accepted as accepted
            from ops.submissions
            where status <> 'withdrawn'
        )

        select
            submission_id,
            coalesce(tables.received, 0) || ' received, ' || coalesce(tables.accepted, 0) || ' accepted',
            coalesce(submissions.received, 0) || ' and ' || coalesce(submissions.accepted, 0)
        from tables
        full outer join submissions using (submission_id)
        where
            submissions.received is null
            or coalesce(tables.received, 0) <> submissions.received
            or coalesce(tables.accepted, 0) <> submissions.accepted
        order by all
        """
    ).fetchall()
    return _result("ops", "submission_tables", "the tables of a submission add up to it", rows)


def _accepted_rows_have_a_table(con: duckdb.DuckDBPyConnection, raw_tables: list[_RawTable]) -> CheckResult:
    rows = con.execute(
        """
        select
            tables.submission_id || ' ' || tables.table_name,
            case when submissions.submission_id is null then 'no submission' else 'no raw table' end,
            tables.rows_accepted || ' rows'
        from ops.submission_tables as tables
        left join ops.submissions as submissions
            on tables.submission_id = submissions.submission_id and submissions.status <> 'withdrawn'
        where
            tables.rows_accepted > 0
            and 'raw_' || submissions.supplier || '__' || submissions.feed || '__' || tables.table_name
                in (select unnest(cast(? as varchar[]))) is not true
        order by all
        """,
        [[raw.name for raw in raw_tables]],
    ).fetchall()
    return _result("ops", "submission_tables", "accepted rows have a raw table to be in", rows)


def _raw_rows(con: duckdb.DuckDBPyConnection, raw_tables: list[_RawTable]) -> list[CheckResult]:
    if not raw_tables:
        return []
    there = " union all ".join(
        f"select '{raw.name}' as raw_table, submission_id, count(*) as found from raw.{raw.name} group by submission_id"
        for raw in raw_tables
    )
    rows = con.execute(
        f"""
        with there as ({there}),

        counted as (
            select
                'raw_' || submissions.supplier || '__' || submissions.feed || '__' || tables.table_name as raw_table,
                tables.submission_id,
                case when submissions.status = 'accepted' then tables.rows_accepted else 0 end as expected
            from ops.submission_tables as tables
            inner join ops.submissions as submissions
                on tables.submission_id = submissions.submission_id and submissions.status <> 'withdrawn'
        )

        select raw_table, submission_id, coalesce(there.found, 0), coalesce(counted.expected, 0)
        from there
        full outer join counted using (raw_table, submission_id)
        where coalesce(there.found, 0) <> coalesce(counted.expected, 0)
        order by all
        """
    ).fetchall()
    name = "raw holds the rows that the register counts as accepted"
    return [
        _result("raw", raw.name, name, [tuple(difference) for table, *difference in rows if table == raw.name])
        for raw in raw_tables
    ]


def _quarantined_rows(con: duckdb.DuckDBPyConnection) -> CheckResult:
    rows = con.execute(
        """
        with there as (
            select submission_id, table_name, count(*) as found
            from quarantine.quarantined_rows
            group by submission_id, table_name
        ),

        counted as (
            select submission_id, table_name, rows_quarantined as expected
            from ops.submission_tables
        )

        select submission_id || ' ' || table_name, coalesce(there.found, 0), coalesce(counted.expected, 0)
        from there
        full outer join counted using (submission_id, table_name)
        where coalesce(there.found, 0) <> coalesce(counted.expected, 0)
        order by all
        """
    ).fetchall()
    name = "quarantine holds the rows that the register counts as quarantined"
    return _result("quarantine", "quarantined_rows", name, rows)


def _receipts(con: duckdb.DuckDBPyConnection, raw_tables: list[_RawTable]) -> CheckResult:
    there = " union all ".join(
        f"select '{raw.supplier}' as supplier, '{raw.feed}' as feed, '{raw.table}' as table_name, submission_id,"
        f" row_number from raw.{raw.name}"
        for raw in raw_tables
    )
    nothing = "select '' as supplier, '' as feed, '' as table_name, '' as submission_id, 0 as row_number where false"
    rows = con.execute(
        f"""
        with receipts as (
            select distinct submission_id, table_name, row_number
            from intermediate.int_indicator__membership
        ),

        there as ({there or nothing})

        select receipts.submission_id || ' ' || receipts.table_name || ' row ' || receipts.row_number
        from receipts
        left join ops.submissions as submissions
            on receipts.submission_id = submissions.submission_id and submissions.status = 'accepted'
        left join there
            on submissions.supplier = there.supplier
            and submissions.feed = there.feed
            and receipts.table_name = there.table_name
            and receipts.submission_id = there.submission_id
            and receipts.row_number = there.row_number
        where there.submission_id is null
        order by all
        """
    ).fetchall()
    return _result("intermediate", "int_indicator__membership", "every receipt points at a raw row", rows)


def _raw_tables(con: duckdb.DuckDBPyConnection) -> list[_RawTable]:
    names = con.execute("select table_name from duckdb_tables() where schema_name = 'raw' order by all").fetchall()
    found = []
    for (name,) in names:
        parts = str(name).removeprefix(_RAW_PREFIX).split("__")
        if str(name).startswith(_RAW_PREFIX) and len(parts) == 3:
            found.append(_RawTable(name, *parts))
    return found


def _exists(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    row = con.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?", [schema, table]
    ).fetchone()
    return bool(row and row[0])
