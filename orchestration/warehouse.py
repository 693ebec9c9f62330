"""The private build file: connections, and the tables that are ours rather than a return's or dbt's.

Belongs here: opening warehouse.duckdb, schemas ops and quarantine, migrations. Raw tables come from contracts
(ingest/load.py); everything from staging on is dbt's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

SCHEMAS = ("raw", "quarantine", "staging", "intermediate", "marts", "board", "ops")

# DuckDB's errors that are about what is in a file rather than about the file: their words may quote a value.
MAY_QUOTE = frozenset(
    name
    for name, kind in vars(duckdb).items()
    if isinstance(kind, type) and issubclass(kind, duckdb.Error) and not issubclass(kind, duckdb.OperationalError)
) | {"TransactionException"}

_ROW_PROBLEM_COLUMNS = """
    submission_id varchar not null, supplier varchar not null, feed varchar not null, area_code varchar,
    table_name varchar not null, row_number integer, rule_code varchar not null, severity varchar not null,
    message varchar not null, column_name varchar, value varchar, row_json varchar
"""

# One entry a version, applied in order and never edited once released: a warehouse in use has already run it.
MIGRATIONS: tuple[tuple[int, str], ...] = (
    (
        1,
        f"""
        create table ops.submissions (
            submission_id varchar not null, supplier varchar not null, feed varchar not null, area_code varchar,
            period_start date, period_end date, data_as_at date, finality varchar, layout_version varchar,
            contract_version varchar not null, received_at timestamp not null, registered_at timestamp not null,
            sha256 varchar not null, file_name varchar not null, status varchar not null, reason varchar,
            is_nil_return boolean not null, is_synthetic boolean not null, envelope_inferred boolean not null,
            is_replay boolean not null, agreement_ref varchar,
            rows_received bigint not null, rows_accepted bigint not null, rows_quarantined bigint not null
        );
        create table ops.submission_tables (
            submission_id varchar not null, table_name varchar not null,
            rows_received bigint not null, rows_accepted bigint not null, rows_quarantined bigint not null
        );
        create table ops.unchanged_deliveries (
            submission_id varchar not null, same_as_submission_id varchar not null, received_at timestamp not null
        );
        create table quarantine.quarantined_rows ({_ROW_PROBLEM_COLUMNS});
        create table quarantine.row_warnings ({_ROW_PROBLEM_COLUMNS});
        create table ops.check_results (
            run_id varchar not null, checked_at timestamp not null, engine varchar not null, layer varchar not null,
            dataset varchar not null, check_name varchar not null, severity varchar not null,
            outcome varchar not null, measured varchar, threshold varchar
        );
        create table ops.run_control (
            run_id varchar not null, as_of timestamp not null, release_id varchar not null,
            home_area_code varchar not null, is_synthetic boolean not null, code_version varchar not null,
            inputs_hash varchar not null
        );
        create table ops.disclosure_decisions (
            cell_id varchar not null, action varchar not null, reason varchar not null, release_id varchar not null
        );
        """,
    ),
    (
        2,
        """
        create table ops.restatements (
            indicator_code varchar not null, definition_version varchar not null, area_code varchar not null,
            period_type varchar not null, period_end date not null, breakdown varchar not null,
            breakdown_value varchar not null, from_release_id varchar not null, to_release_id varchar not null,
            cause varchar not null, change decimal(18, 6) not null, value_before decimal(18, 6) not null,
            value_after decimal(18, 6) not null
        );
        """,
    ),
    (3, "create table ops.seeds_laid (project_hash varchar not null);"),
    (
        4,
        """
        create table ops.exception_proposals (
            exception_id varchar not null, rule_code varchar not null, severity varchar not null,
            indicator_code varchar, definition_version varchar, supplier varchar, feed varchar,
            area_code varchar not null, period_type varchar not null, period_start date not null,
            period_end date not null, breakdown varchar not null, reason varchar not null,
            value_at_proposal decimal(18, 6), first_release_id varchar not null, proposed_at timestamp not null,
            board_reason varchar, board_value decimal(18, 6)
        );
        """,
    ),
    (
        5,
        """
        alter table ops.restatements add column board_value_before decimal(18, 6);
        create table ops.release_before (
            release_id varchar not null, before_release_id varchar not null, before_as_of timestamp not null,
            before_code_version varchar not null, is_dictionary_changed boolean
        );
        """,
    ),
    (6, "create table ops.soda_verdicts (fingerprint varchar not null, results varchar not null);"),
    (
        7,
        """
        create table ops.rebuilt_figures (
            release_id varchar not null, fingerprint varchar not null,
            indicator_code varchar not null, definition_version varchar not null, area_code varchar not null,
            period_type varchar not null, period_end date not null, breakdown varchar not null,
            breakdown_value varchar not null, value decimal(18, 6)
        );
        """,
    ),
)


# As in dbt_project/profiles.yml. Written into the file at the end and not every 16 MB: half the time of a commit.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "checkpoint_threshold": "256MB",
    # Words are packed in one search instead of two: a table is written in three quarters of the time, a sixth smaller.
    # DuckDB before 1.3 cannot read that; the warehouse is read by this project alone.
    "storage_compatibility_version": "v1.3.0",
}
_FOR_OTHERS = CONFIG | {"storage_compatibility_version": "v0.10.2"}


class WarehouseError(RuntimeError):
    """The warehouse file cannot be used; the message says what was found and what to do."""


# Files that this process keeps open between connections, each with the connection that does so (none yet: None).
_KEPT: dict[Path, duckdb.DuckDBPyConnection | None] = {}


def words_of(error: duckdb.Error) -> str:
    """What DuckDB says, on one line; of an error whose words may quote a value only its kind."""
    kind = type(error).__name__
    return f"DuckDB stopped with {kind}" if kind in MAY_QUOTE else f"DuckDB says {str(error).splitlines()[0]}"


@contextmanager
def connect(path: Path, *, read_only: bool = False, is_for_others: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the DuckDB file at `path` with extensions off the net, and close it at the end.

    DuckDB takes one writing process: hold a writing connection briefly, and never across dbt or Soda. Within
    `kept_open` the file stays open behind the connection, and what is read_only is one transaction that cannot write.
    A file made here `is_for_others` where any DuckDB since 0.10 shall read it.
    """
    if path in _KEPT:
        yield from _connect_to_kept(path, read_only=read_only)
        return
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    con = duckdb.connect(str(path), read_only=read_only, config=_FOR_OTHERS if is_for_others else CONFIG)
    try:
        yield con
    finally:
        con.close()
        if not read_only and path.exists():
            path.chmod(0o600)


def _connect_to_kept(path: Path, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    if _KEPT[path] is None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _KEPT[path] = duckdb.connect(str(path), config=CONFIG)
        path.chmod(0o600)
    con = duckdb.connect(str(path), config=CONFIG)
    try:
        if read_only:
            con.execute("begin transaction read only")
        yield con
    finally:
        con.close()


@contextmanager
def kept_open(path: Path) -> Iterator[None]:
    """Spare every `connect` to `path` in this process the opening and the closing of the file, dbt's too.

    Both read or write the whole catalog: of a run with 34 connections that was a tenth (docs/decisions/0011). Nothing
    else may open the file meanwhile: `let_go` of it first.
    """
    _KEPT[path] = None
    try:
        yield
    finally:
        let_go(path)
        del _KEPT[path]


def let_go(path: Path) -> None:
    """Write what is pending into the file at `path` and close it, until the next `connect`; else do nothing."""
    con = _KEPT.get(path)
    if con is not None:
        _KEPT[path] = None
        con.close()


def migrate(con: duckdb.DuckDBPyConnection) -> int:
    """Create the schemas and bring the tables of ops and quarantine to the newest version; return that version.

    Raises WarehouseError when the file was written by a newer version of the project.
    """
    for schema in SCHEMAS:
        con.execute(f"create schema if not exists {schema}")
    con.execute("create table if not exists ops.schema_version (version integer not null)")
    row = con.execute("select coalesce(max(version), 0) from ops.schema_version").fetchone()
    current = int(row[0]) if row else 0
    newest = MIGRATIONS[-1][0]
    if current > newest:
        raise WarehouseError(
            f"warehouse.duckdb has schema version {current}, this project knows up to {newest}: "
            "use the project version that wrote it, or remove the file and rebuild it from archive and register."
        )
    for version, sql in MIGRATIONS:
        if version > current:
            con.execute("begin")
            con.execute(sql)
            con.execute("insert into ops.schema_version values (?)", [version])
            con.execute("commit")
    return newest
