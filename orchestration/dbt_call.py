"""How dbt is called for one home: in this process, with the manifest parsed beforehand.

Belongs here: what is needed without Dagster (environment, manifest, one invocation). The asset sets are in
assets/dbt.py. dbt runs in this process, as a process of its own costs 3 s before its first model (docs/decisions/0011).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.settings import NO_TELEMETRY, Settings
from orchestration.warehouse import connect

DBT = str(Path(sys.executable).parent / "dbt")
# What `dbt parse` leaves for the next invocation.
_PARSED = "partial_parse.msgpack"
_MANIFEST_FILES = ("manifest.json", _PARSED)
_SEEDS_PROVED = "seeds_are_proved"
_SEED_PLACE = re.compile(r"^ {6}(schema|alias): (\w+)$", re.MULTILINE)
_KEPT_PROJECTS = 4
# The project's clean-targets.
_LEFT_BY_DBT = ("target", "logs")
_RESULTS = frozenset({"LogSeedResult", "LogModelResult", "LogSnapshotResult", "LogTestResult"})
_SECONDS_BETWEEN_WORDS = 5


class DbtProjectError(RuntimeError):
    """The dbt project does not parse; the message holds dbt's own words."""


@dataclass
class DbtRun:
    """One invocation: `results` are dbt's events at the end of each node, as its own structured log has them."""

    is_successful: bool = False
    results: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def dbt_environment(home: Path) -> dict[str, str]:
    """What every dbt process of this project is started with."""
    return {
        **NO_TELEMETRY,
        "SAFEGUARDING_HOME": str(home),
        "DBT_TARGET_PATH": str(home / "dbt" / "target"),
        "DBT_LOG_PATH": str(home / "dbt" / "logs"),
    }


def invoke_dbt(
    settings: Settings, arguments: Sequence[str], progress: Callable[[str], None] = lambda _: None
) -> DbtRun:
    """Call dbt for this home, with `arguments` such as ['build', '--select', ...], and wait for its end.

    Never raises for what dbt finds wrong: `errors` holds its words. `progress` hears how far it is every few seconds.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.main import dbtRunner
    from dbt_common.events.functions import msg_to_dict

    run = DbtRun()
    spoken = time.monotonic()

    def hear(event: Any) -> None:
        nonlocal spoken
        if event.info.name in _RESULTS:
            run.results.append(msg_to_dict(event))
        elif event.info.name == "LogStartLine" and time.monotonic() - spoken > _SECONDS_BETWEEN_WORDS:
            spoken = time.monotonic()
            progress(f"dbt: {event.data.index} of {event.data.total}.")
        if event.info.level == "error":
            run.errors.append(str(event.info.msg))

    # Where dbt does not come to its results, those of the invocation before are not taken for this one's.
    results = settings.dbt_work / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    parsed = settings.dbt_work / "target" / _PARSED
    manifest = None
    if parsed.exists() and "parse" not in arguments:
        # As prepare_manifest has seen that nothing changed since, dbt need not look again.
        manifest = _read(parsed, parsed.stat().st_mtime_ns)
    folder = str(settings.dbt_project_dir)
    # What dbt says goes to standard output; a second log in full costs a tenth of the time. Its manifest is that of
    # prepare_manifest: written anew at each invocation it costs a second.
    options = ["--log-level-file", "none", *([] if manifest is None else ["--no-write-json"])]
    with _environment(dbt_environment(settings.home)):
        try:
            done = dbtRunner(manifest, callbacks=[hear]).invoke(
                [*options, *arguments, "--project-dir", folder, "--profiles-dir", folder]
            )
        finally:
            # The warehouse has one writer, and dbt-duckdb would hold it until this process ends.
            if DuckDBConnectionManager._ENV is not None:
                DuckDBConnectionManager._ENV.close()
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
            reset_adapters()  # type: ignore[no-untyped-call]
    if isinstance(done.result, RunExecutionResult):
        done.result.write(str(results))
    if done.exception:
        run.errors.append(str(done.exception))
    run.is_successful = done.success
    return run


@lru_cache(maxsize=1)
def _read(parsed: Path, _changed: int) -> Any:
    """dbt's Manifest; a run calls dbt twice, and dbt may be given the same one again (its docs: reusing objects)."""
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack(parsed.read_bytes())
    manifest.build_flat_graph()  # type: ignore[no-untyped-call]
    return manifest


def prepare_manifest(settings: Settings) -> Path:
    """The dbt manifest for this home, parsed anew only where the dbt project or a seed has changed.

    What was parsed is kept beside the installed packages too, so that the next new home is spared the seconds.
    Raises DbtProjectError with dbt's own words when the project does not parse.
    """
    target = settings.dbt_work / "target"
    manifest = target / "manifest.json"
    stamp = settings.dbt_work / "manifest.stamp"
    digest = project_hash(settings)
    if stamp.exists() and stamp.read_text() == digest and all((target / name).exists() for name in _MANIFEST_FILES):
        return manifest
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp.unlink(missing_ok=True)
    if not _take(_kept(digest), target):
        (target / _PARSED).unlink(missing_ok=True)
        run = invoke_dbt(settings, ["--quiet", "parse"])
        if not run.is_successful:
            raise DbtProjectError(f"dbt could not parse {settings.dbt_project_dir}: {' '.join(run.errors)}")
        _keep(target, _kept(digest))
    stamp.write_text(digest)
    return manifest


def are_seeds_proved(settings: Settings) -> bool:
    """Whether the tests of the seeds have passed for this very project: their rows are files of the project."""
    return (_kept(project_hash(settings)) / _SEEDS_PROVED).exists()


def note_that_seeds_are_proved(settings: Settings) -> None:
    """Remember that every test of the seeds has passed, where the manifest of this project is kept."""
    with suppress(OSError):
        (_kept(project_hash(settings)) / _SEEDS_PROVED).touch()


def is_laid(settings: Settings, relations: Collection[str]) -> bool:
    """Whether the warehouse holds these seeds and views (marts.dim_period) of this very project, none dropped since."""
    with connect(settings.warehouse, read_only=True) as con:
        noted = con.execute("select project_hash from ops.seeds_laid").fetchall()
        there = con.execute(
            """
            select schema_name || '.' || table_name from duckdb_tables()
            union all
            select schema_name || '.' || view_name from duckdb_views()
            """
        ).fetchall()
    return noted == [(project_hash(settings),)] and set(relations) <= {name for (name,) in there}


def seed_tables(folder: Path) -> dict[str, str]:
    """Each table that a seed is laid as (reference.areas) to the seed's name.

    A seed that is a table of the marts as it stands says so beside its file (schema and alias), and needs no model.
    """
    found = {}
    for path in sorted(folder.glob("*.csv")):
        beside = path.with_suffix(".yml")
        says = dict(_SEED_PLACE.findall(beside.read_text(encoding="utf-8"))) if beside.exists() else {}
        found[f"{says.get('schema', 'reference')}.{says.get('alias', path.stem)}"] = path.stem
    return found


def note_what_is_laid(settings: Settings, *, is_laid: bool) -> None:
    """Remember that the warehouse holds this project's seeds and views, or that it may not: they are being laid."""
    with connect(settings.warehouse) as con:
        con.execute("delete from ops.seeds_laid")
        if is_laid:
            con.execute("insert into ops.seeds_laid values (?)", [project_hash(settings)])


def drop_what_no_model_makes(settings: Settings, made: Collection[tuple[str, str]]) -> list[str]:
    """Drop the tables and views of dbt's schemas that are not among `made` (schema, name), and name them.

    A model that the project no longer has would leave its rows as they were: nobody corrects them, and whatever lies in
    marts and board is published.
    """
    with connect(settings.warehouse) as con:
        there = con.execute(
            """
            select 'table', schema_name, table_name from duckdb_tables() where database_name = current_database()
            union all
            select 'view', schema_name, view_name from duckdb_views() where database_name = current_database()
            order by all
            """
        ).fetchall()
        schemas = {schema for schema, _ in made}
        left = [
            (kind, schema, name) for kind, schema, name in there if schema in schemas and (schema, name) not in made
        ]
        for kind, schema, name in left:
            con.execute(f'drop {kind} "{schema}"."{name}"')
    return [f"{schema}.{name}" for _, schema, name in left]


def project_hash(settings: Settings) -> str:
    """Of all that dbt parses, and of what parses it. The path counts too: the manifest holds it."""
    digest = hashlib.sha256(os.environ.get("SAFEGUARDING_DBT_TARGET", "").encode())
    for package in ("dbt-core", "dbt-duckdb"):
        digest.update(version(package).encode() + b"\0")
    for folder in (settings.dbt_project_dir, settings.seeds_dir):
        for path in files_below(folder, ("*.sql", "*.yml", "*.csv")):
            digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def files_below(folder: Path, patterns: Sequence[str]) -> list[Path]:
    """The files below a folder of the project, sorted, without what dbt leaves there when it is called by hand."""
    left = {folder / name for name in _LEFT_BY_DBT}
    found = {path for pattern in patterns for path in folder.rglob(pattern) if left.isdisjoint(path.parents)}
    return sorted(path for path in found if path.is_file())


def _kept(digest: str) -> Path:
    return Path(sys.prefix) / "var" / "dbt" / digest


def _take(kept: Path, target: Path) -> bool:
    """Copy what was parsed before; False where it is not there (any more)."""
    try:
        for name in _MANIFEST_FILES:
            shutil.copyfile(kept / name, target / name)
    except OSError:
        return False
    return True


def _keep(target: Path, kept: Path) -> None:
    """Copy what was parsed into its place, whole or not at all; a place that cannot be written is no fault."""
    scratch = kept.with_name(f".{kept.name}.{os.getpid()}")
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        for name in _MANIFEST_FILES:
            shutil.copyfile(target / name, scratch / name)
        scratch.rename(kept)
        others = sorted(kept.parent.glob("[!.]*"), key=lambda folder: folder.stat().st_mtime)
        for old in others[:-_KEPT_PROJECTS]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
