"""A release: the analysts' and the Board's file of one run, put in place whole or not at all.

    published/releases/<release_id>/{analyst.duckdb, board.duckdb, release.json}
    published/current          -> releases/<release_id>      the one thing that changes, in one step
    published/analyst.duckdb   -> current/analyst.duckdb
    published/board.duckdb     -> current/board.duckdb

A reader that opens a path gets the old release or the new one, and keeps it while it is open: DuckDB holds on to the
file that it opened. A file replaced at the same path would not do, as a process that has it open keeps the old data.

Belongs here: copying the schemas marts and board, refusing what must not leave, the swap. Does not belong here: what
stops a release (checks/gate.py), taking figures out (disclosure/ and the board models).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.checks.gate import blocking
from orchestration.checks.results import recorded
from orchestration.ingest.contracts import load_contracts
from orchestration.settings import Settings
from orchestration.warehouse import connect, let_go, words_of

FILES: Mapping[str, tuple[str, int]] = {"analyst": ("marts", 0o600), "board": ("board", 0o640)}
"""File name without suffix to the schema that it holds and its mode. Nothing else is ever copied."""

_AS_IN_THE_MARTS: Mapping[str, str] = {
    "bridge_indicator_feed": "true",
    "bridge_indicator_priority": "true",
    "bridge_indicator_publication": "audience = 'board'",
    "dim_area": "true",
    "dim_baseline": "true",
    "dim_breakdown": "true",
    "dim_exception_rule": "true",
    "dim_indicator": "true",
    "dim_period": "true",
    "dim_release": "true",
    "fct_feed_status": "true",
}
"""Tables of marts that hold no figure of a person (what is measured, where, when, what came), for the Board too, and
which of their rows."""

_DEFINITIONS = ("dim_indicator", "ref_indicator_parameter")
_FIGURES = "fct_indicator_value"
_FOLDER_MODE = 0o750
_BUILDING = ".building-"

_NEVER = frozenset(
    {
        *("person_key", "child", "child_id", "la_child_id", "lcs_id", "upn", "former_upn", "uln", "nhs_number"),
        *("date_of_birth", "dob", "birth_date", "expected_date_of_birth", "date_of_death"),
        *("forename", "forenames", "first_name", "surname", "last_name", "full_name", "child_name", "initials"),
        *("address", "postcode", "home_postcode", "placement_postcode", "home_post", "pl_post", "phone", "email"),
        *("worker_id", "social_worker", "file_name", "source_name", "landing_path"),
        *("row_number", "parent_row_number", "row_json"),
    }
)
"""Columns that identify a person or lead to one, in any table of a published file."""

_NEVER_FOR_THE_BOARD = frozenset({"value_exact", "event_date", "rows_received", "rows_accepted", "rows_quarantined"})
"""Not for the Board: a figure before rounding leads back to its count, the rows of a small table are children, and the
day of a rare event is somebody's."""

_ABOUT_RUNS = frozenset({"fct_data_quality_result", "fct_release_compared", "fct_restatement"})
"""Tables that tell of runs, or of the releases before; left out where two builds of one release are compared."""


class PublishError(RuntimeError):
    """The release is not published and the previous one stands; the message says why and what to do."""


@dataclass(frozen=True)
class Release:
    """A published release. Times are naive UTC; `released_at` is the clock's when the release was first built.

    `definitions` is a hash of the dictionary as published (empty in releases from before it was kept).
    """

    release_id: str
    as_of: datetime
    released_at: datetime
    code_version: str
    inputs_hash: str
    is_synthetic: bool
    folder: Path
    definitions: str = ""


def publish(settings: Settings, *, make_current: bool = True) -> Release:
    """Build the release of the run in ops.run_control from warehouse.duckdb, verify it, and make it the current one.

    With `make_current` False it is put beside the current one, where there is one: readers get what they got before.

    Rows lie in the order of all columns, so the same content gives the same tables. A release that is there already
    is kept when its content is equal. The caller holds the run lock, and no connection to warehouse.duckdb.

    Raises PublishError, with the previous release untouched: when the run has no check results, none of Soda's on the
    figures of either file, or blocking ones; when a schema holds a view, an identifier or another release's figures;
    when a release with this id has other content; and when the warehouse cannot be read.
    """
    with _foreseen(settings):
        with connect(settings.warehouse, read_only=True) as con:
            release, run_id = _run(con, settings)
            _refuse_unless_checked(con, run_id)
        let_go(settings.warehouse)  # the files of the release attach it
        releases = release.folder.parent
        for folder in (settings.published, releases):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(_FOLDER_MODE)
        for left_by_a_killed_run in releases.glob(f"{_BUILDING}*"):
            shutil.rmtree(left_by_a_killed_run)

        building = releases / f"{_BUILDING}{release.release_id}"
        building.mkdir(mode=0o700)
        try:
            refused = _refused_columns(settings)
            for name, (schema, mode) in FILES.items():
                _build_file(settings.warehouse, building / f"{name}.duckdb", schema, mode, release.release_id, refused)
            if release.folder.exists():
                _refuse_unless_equal(building, release.folder)
                release = _read_release(release.folder)
            else:
                _write_release(building / "release.json", release)
                building.chmod(_FOLDER_MODE)
                _sync(building)
                building.rename(release.folder)
                _sync(releases)
        finally:
            shutil.rmtree(building, ignore_errors=True)
        if make_current or not (settings.published / "current").exists():
            _swap(settings, release)
    return release


def current_release(settings: Settings) -> Release | None:
    """The release that readers get, or None before the first publication."""
    current = settings.published / "current"
    return _read_release(current.resolve()) if current.exists() else None


def list_releases(settings: Settings) -> list[Release]:
    """Every release that was published here, by as_of, then released_at; the newest last."""
    found = [_read_release(path.parent) for path in (settings.published / "releases").glob("[!.]*/release.json")]
    return sorted(found, key=lambda release: (release.as_of, release.released_at, release.release_id))


def releases_told_before(settings: Settings, release_id: str) -> list[Release]:
    """The releases that were out when this one was first published (all, where it never was), oldest moment first.

    A release that is built again looks back at the same ones as when it was first built.
    """
    releases = list_releases(settings)
    own = next((release for release in releases if release.release_id == release_id), None)
    return [
        release
        for release in releases
        if release.release_id != release_id and (own is None or release.released_at <= own.released_at)
    ]


def release_before(settings: Settings, as_of: datetime, release_id: str) -> Release | None:
    """Of `releases_told_before`, the one with the latest moment before `as_of`: the one to compare with."""
    told = [release for release in releases_told_before(settings, release_id) if release.as_of < as_of]
    return told[-1] if told else None


@contextmanager
def _foreseen(settings: Settings) -> Iterator[None]:
    """Turn what DuckDB and the file system say into a PublishError."""
    try:
        yield
    except duckdb.ConnectionException as error:
        raise PublishError(
            f"Not published: this process still holds a connection to {settings.warehouse.name}."
        ) from error
    except duckdb.Error as error:
        if not settings.warehouse.exists():
            words = "there is no such file; run the job first"
        elif "lock" in str(error).lower():
            words = "another process has it open for writing; wait for it to end"
        else:
            words = words_of(error)
        raise PublishError(f"Not published: {settings.warehouse.name} could not be copied: {words}.") from error
    except OSError as error:
        raise PublishError(f"Not published: {error.strerror} ({error.filename}).") from error


def _run(con: duckdb.DuckDBPyConnection, settings: Settings) -> tuple[Release, str]:
    rows = con.execute(
        "select run_id, release_id, as_of, code_version, inputs_hash, is_synthetic from ops.run_control"
    ).fetchall()
    if len(rows) != 1:
        raise PublishError(f"Not published: ops.run_control holds {len(rows)} rows, expected the one of this run.")
    run_id, release_id, as_of, code_version, inputs_hash, is_synthetic = rows[0]
    release = Release(
        release_id=release_id,
        as_of=as_of,
        released_at=settings.now(),
        code_version=code_version,
        inputs_hash=inputs_hash,
        is_synthetic=is_synthetic,
        folder=settings.published / "releases" / release_id,
        definitions=hash_of_definitions(con),
    )
    return release, run_id


def hash_of_definitions(con: duckdb.DuckDBPyConnection) -> str:
    """SHA-256 over the rows of the dictionary and of its parameters, 64 hex digits."""
    digest = hashlib.sha256()
    for table in _DEFINITIONS:
        for row in con.execute(f"select * from marts.{table} order by all").fetchall():
            digest.update(repr(row).encode() + b"\0")
    return digest.hexdigest()


def _refuse_unless_checked(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Dagster's blocking checks stop a run before it comes here; this holds where something calls publish directly."""
    results = recorded(con, run_id)
    if not results:
        raise PublishError(f"Not published: ops.check_results holds no result of run {run_id}, so nothing was checked.")
    by_soda = {(r.layer, r.dataset) for r in results if r.engine == "soda"}
    unseen = [f"{schema}.{_FIGURES}" for schema, _ in FILES.values() if (schema, _FIGURES) not in by_soda]
    if unseen:
        raise PublishError(f"Not published: no Soda contract of {' and '.join(unseen)} was run in run {run_id}.")
    stopped = blocking(results)
    if stopped:
        first = "; ".join(f"{r.layer}.{r.dataset}: {r.check_name} ({r.outcome})" for r in stopped[:5])
        raise PublishError(f"Not published: {len(stopped)} of {len(results)} checks stop it: {first}.")


def _refused_columns(settings: Settings) -> frozenset[str]:
    """What identifies a person by our own list, and what any contract declares to be an identifier."""
    declared = {
        column.name
        for contract in load_contracts(settings.sources_dir).values()
        for table in contract.tables
        for column in table.columns
        if column.privacy == "identifier"
    }
    return _NEVER | declared


def _build_file(
    warehouse: Path, target: Path, schema: str, mode: int, release_id: str, refused: frozenset[str]
) -> None:
    """Copy tables and views of `schema` into a new file at `target`, as tables, and read it back."""
    with connect(target, is_for_others=True) as con:
        con.execute(f"set temp_directory = '{_quoted(target.parent / 'spill')}'")
        con.execute(f"attach '{_quoted(warehouse)}' as warehouse (read_only)")
        sources = _sources(con, schema)
        of_schemas = {of: _columns(con, "warehouse", of) for of in set(sources.values())}
        columns = {name: of_schemas[of][name] for name, of in sources.items()}
        _refuse_what_must_not_leave(con, schema, columns, release_id, refused)
        # The whole name: in board.duckdb, `board` alone could be the file or the schema, and DuckDB refuses to guess.
        own = f"{target.stem}.{schema}"
        con.execute(f"create schema {own}")
        for table, of in sources.items():
            con.execute(
                f'create table {own}."{table}" as select * from warehouse.{of}."{table}"'
                f" where {_rows_of(schema, table)} order by all"
            )
        expected = {
            table: _count(con, f"warehouse.{of}", table, _rows_of(schema, table)) for table, of in sources.items()
        }
        con.execute("detach warehouse")
        con.execute("checkpoint")
    target.chmod(mode)
    with connect(target, read_only=True) as con:
        found = {table: _count(con, own, table) for table in _columns(con, target.stem, schema)}
    if found != expected:
        raise PublishError(f"Not published: {target.name} holds {found}, expected {expected} as in the warehouse.")
    shutil.rmtree(target.parent / "spill", ignore_errors=True)
    _sync(target)


def _sources(con: duckdb.DuckDBPyConnection, schema: str) -> dict[str, str]:
    """The tables of a published file by name, each with the schema of the warehouse that it is copied from."""
    sources = dict.fromkeys(_columns(con, "warehouse", schema), schema)
    if schema == "board":
        missing = sorted(_AS_IN_THE_MARTS.keys() - _columns(con, "warehouse", "marts").keys())
        if missing:
            raise PublishError(
                f"Not published: found no table {', '.join(f'marts.{table}' for table in missing)}, which the Board's "
                "file needs; build the whole path again."
            )
        sources |= dict.fromkeys(_AS_IN_THE_MARTS, "marts")
    return dict(sorted(sources.items()))


def _rows_of(schema: str, table: str) -> str:
    """The condition on the rows of a table that go into the file of `schema`."""
    return _AS_IN_THE_MARTS.get(table, "true") if schema == "board" else "true"


def _columns(con: duckdb.DuckDBPyConnection, catalog: str, schema: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Tables and views of a schema by name, each with its columns (name, type) in order."""
    tables = con.execute(
        """
        select table_name from duckdb_tables() where database_name = $catalog and schema_name = $schema
        union all
        select view_name from duckdb_views() where database_name = $catalog and schema_name = $schema
        order by 1
        """,
        {"catalog": catalog, "schema": schema},
    ).fetchall()
    # One by one: duckdb_columns() works out every view of every file that is attached.
    return {
        table: tuple(
            con.execute(f'select column_name, column_type from (describe {catalog}.{schema}."{table}")').fetchall()
        )
        for (table,) in tables
    }


def _refuse_what_must_not_leave(
    con: duckdb.DuckDBPyConnection,
    schema: str,
    columns: Mapping[str, tuple[tuple[str, str], ...]],
    release_id: str,
    refused: frozenset[str],
) -> None:
    if _FIGURES not in columns:
        raise PublishError(f"Not published: found no table {schema}.{_FIGURES}, so nothing was built.")
    if schema == "board":
        refused = refused | _NEVER_FOR_THE_BOARD
    found = sorted(
        f"{schema}.{table}.{column}"
        for table, of_table in columns.items()
        for column, _ in of_table
        if column.lower() in refused
    )
    if found:
        raise PublishError(f"Not published: {', '.join(found)} must not leave the warehouse; take it out of the model.")
    other = con.execute(
        f"select release_id from warehouse.{schema}.{_FIGURES} where release_id is distinct from ? limit 1",
        [release_id],
    ).fetchone()
    if other:
        raise PublishError(
            f"Not published: {schema}.{_FIGURES} holds figures of release {other[0]}, expected {release_id} "
            "only; build the whole path again."
        )


def _count(con: duckdb.DuckDBPyConnection, schema: str, table: str, rows: str = "true") -> int:
    return int(con.execute(f'select count(*) from {schema}."{table}" where {rows}').fetchall()[0][0])


def _refuse_unless_equal(built: Path, there: Path) -> None:
    """Compare two builds of one release by content; file bytes differ, as DuckDB writes in parallel."""
    for name, (schema, _) in FILES.items():
        with connect(there / f"{name}.duckdb", read_only=True) as con:
            con.execute(f"attach '{_quoted(built / f'{name}.duckdb')}' as built (read_only)")
            old, new = _columns(con, name, schema), _columns(con, "built", schema)
            differ = sorted(table for table in old.keys() | new.keys() if old.get(table) != new.get(table))
            differ += [
                table
                for table in (new.keys() & old.keys()) - set(differ) - _ABOUT_RUNS
                if _content(con, f'{name}.{schema}."{table}"') != _content(con, f'built.{schema}."{table}"')
            ]
        if differ:
            raise PublishError(
                f"Not published: release {there.name} was published before with other content in "
                f"{name}.duckdb ({', '.join(sorted(differ))}). The same inputs, code and moment must give the same "
                "figures: find what changed, or ask for another moment with --as-of."
            )


def _content(con: duckdb.DuckDBPyConnection, table: str) -> tuple[Any, ...]:
    """How many rows a table has, and the sum of their hashes: equal where the rows are, in whatever order they lie."""
    (content,) = con.execute(f"select count(*), sum(cast(hash(row) as hugeint)) from {table} as row").fetchall()
    return content


def _write_release(path: Path, release: Release) -> None:
    fields: dict[str, Any] = {key: value for key, value in asdict(release).items() if key != "folder"}
    path.write_text(json.dumps(fields, default=lambda moment: moment.isoformat(), indent=2) + "\n", encoding="utf-8")
    path.chmod(0o640)
    _sync(path)


def _read_release(folder: Path) -> Release:
    """Raises PublishError when release.json is missing or not what `publish` writes."""
    try:
        fields: dict[str, Any] = json.loads((folder / "release.json").read_text(encoding="utf-8"))
        fields |= {name: datetime.fromisoformat(fields[name]) for name in ("as_of", "released_at")}
        return Release(**fields, folder=folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PublishError(
            f"{folder.name}/release.json cannot be read ({type(error).__name__}); remove that folder and run again."
        ) from error


def _swap(settings: Settings, release: Release) -> None:
    """Make `release` the current one: readers see one step, from the old link to the new one."""
    _point(settings.published / "current", f"releases/{release.release_id}")
    for name in FILES:
        _point(settings.published / f"{name}.duckdb", f"current/{name}.duckdb")
    _sync(settings.published)


def _point(link: Path, target: str) -> None:
    """Make `link` a symbolic link to `target` (relative), in place of whatever it was."""
    if link.is_symlink() and str(link.readlink()) == target:
        return
    temporary = link.with_name(f".{link.name}.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)


def _sync(path: Path) -> None:
    """Make a file or folder survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
