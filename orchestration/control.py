"""What a run is about: its moment, its inputs, its release. dbt reads it from ops.run_control, never from --vars.

Belongs here: the request, the hash of inputs and code, the test whether anything is new. Does not belong here:
doing the work (assets/).
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from orchestration import __version__
from orchestration.dbt_call import files_below
from orchestration.settings import Settings, parse_moment

if TYPE_CHECKING:
    import duckdb

_CODE = (
    ("orchestration", ("*.py", "*.yml")),
    ("dbt_project", ("*.sql", "*.yml")),
    ("seeds", ("*.csv", "*.yml")),
    ("sources", ("contract.yml",)),
    ("evidence/pages", ("*.md", "*.svelte")),
    ("evidence/components", ("*.svelte", "*.js")),
    ("evidence/sources", ("*.sql", "*.yaml")),
)


class CalendarError(ValueError):
    """The calendar of periods does not hold the moment that is asked for; the message says how far it reaches."""


@dataclass(frozen=True)
class RunRequest:
    """What the caller asked for. `as_of` None means now; under `replay` received_at comes from submission.yml.

    `is_confirmed` says that somebody has looked at the figures that moved further than their tolerance.
    `makes_current` False publishes the release beside the current one: readers get what they got before.
    """

    as_of: datetime | None = None
    replay: bool = False
    is_confirmed: bool = False
    makes_current: bool = True

    def moment(self, settings: Settings) -> datetime:
        """The moment that figures are asked for (naive UTC)."""
        return self.as_of or settings.now()


@dataclass(frozen=True)
class Control:
    """The row of ops.run_control."""

    run_id: str
    as_of: datetime
    release_id: str
    is_synthetic: bool
    inputs_hash: str


def code_version(project_root: Path) -> str:
    """Version of the project plus 8 hex digits over every file that shapes a figure or a page."""
    digest = hashlib.sha256()
    for folder, patterns in _CODE:
        for path in files_below(project_root / folder, patterns):
            digest.update(path.relative_to(project_root).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"


def replay_manifest(settings: Settings) -> RunRequest | None:
    """The request that landing/sample.yml makes (a demonstration replays its own calendar), or None without one."""
    path = settings.landing / "sample.yml"
    if not path.exists():
        return None
    manifest: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    as_of = manifest.get("as_of")
    return RunRequest(
        as_of=parse_moment(str(as_of), f"{path.name}: as_of") if as_of else None,
        replay=bool(manifest.get("replay")),
    )


def meeting_manifest(settings: Settings) -> datetime | None:
    """The moment of the demonstration's earlier release, on which a meeting decides; None where it has no meeting."""
    path = settings.landing / "sample.yml"
    if not path.exists():
        return None
    meeting = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("meeting")
    return parse_moment(str(meeting), f"{path.name}: meeting") if meeting else None


def refuse_beyond_calendar(settings: Settings, moment: datetime) -> None:
    """Raise CalendarError where seeds/periods.csv has no month that holds `moment`: there would be no figures of it."""
    with (settings.seeds_dir / "periods.csv").open(encoding="utf-8", newline="") as file:
        months = [row for row in csv.DictReader(file) if row["period_type"] == "month"]
    first = date.fromisoformat(min(row["period_start"] for row in months))
    last = date.fromisoformat(max(row["period_end"] for row in months))
    if not first <= moment.date() <= last:
        raise CalendarError(
            f"The calendar reaches from {first} to {last}, and figures as of {moment.date()} were asked for; ask for a "
            "day within it with --as-of (without it, look at this machine's clock and at SAFEGUARDING_NOW), or add the "
            "periods that it lacks to seeds/periods.csv."
        )


def write_control(con: duckdb.DuckDBPyConnection, settings: Settings, request: RunRequest, run_id: str) -> Control:
    """Replace ops.run_control by this run's row and return it. Shape: exactly one row.

    Raises CalendarError where the calendar does not reach the moment that is asked for.
    """
    as_of = request.moment(settings)
    refuse_beyond_calendar(settings, as_of)
    version = code_version(settings.project_root)
    row = con.execute("select coalesce(bool_or(is_synthetic), false) from ops.submissions").fetchone()
    is_synthetic = bool(row and row[0])
    # As stg_ops__submissions and stg_published__submissions: beyond a demonstration's clock some count all the same.
    in_force = con.execute(
        """
        with known as (
            select * from ops.submissions
            where received_at <= $1 or ($2 and supplier in ('published', 'board') and not is_replay)
        )
        select s.sha256, s.supplier, s.feed, s.area_code, s.period_start, s.period_end, s.finality, s.received_at,
            s.contract_version
        from known as s
        where s.status = 'accepted' and not exists (
            select 1 from known as w where w.submission_id = s.submission_id and w.status = 'withdrawn'
        )
        order by s.submission_id
        """,
        [as_of, is_synthetic],
    ).fetchall()
    inputs_hash = hashlib.sha256(json.dumps([version, settings.area_code, in_force], default=str).encode()).hexdigest()
    control = Control(
        run_id=run_id,
        as_of=as_of,
        release_id=f"r-{as_of:%Y%m%dt%H%M%S}-{inputs_hash[:8]}",
        is_synthetic=is_synthetic,
        inputs_hash=inputs_hash,
    )
    con.execute("begin")
    con.execute("delete from ops.run_control")
    con.execute(
        "insert into ops.run_control (run_id, as_of, release_id, home_area_code, is_synthetic, code_version,"
        " inputs_hash) values (?, ?, ?, ?, ?, ?, ?)",
        [run_id, as_of, control.release_id, settings.area_code, control.is_synthetic, version, inputs_hash],
    )
    con.execute("commit")
    return control


def fingerprint(settings: Settings, request: RunRequest) -> str:
    """Hash of all that a run depends on: the register, the code, the area, the day asked for."""
    register = settings.register.read_bytes() if settings.register.exists() else b""
    parts = [
        hashlib.sha256(register).hexdigest(),
        code_version(settings.project_root),
        settings.area_code,
        request.moment(settings).date().isoformat(),
        str(request.as_of),
        str(request.makes_current),
    ]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _last_run_file(settings: Settings) -> Path:
    return settings.home / "last_run.json"


def remember_success(settings: Settings, request: RunRequest, *, with_dashboard: bool) -> None:
    """Record that a run with this fingerprint ended well, for `is_up_to_date`."""
    path = _last_run_file(settings)
    path.write_text(
        json.dumps({"fingerprint": fingerprint(settings, request), "with_dashboard": with_dashboard}),
        encoding="utf-8",
    )


def forget_success(settings: Settings) -> None:
    """Called before a run starts: if it is killed, the next one must not believe that all is well."""
    _last_run_file(settings).unlink(missing_ok=True)


def refusals_told(settings: Settings, known: frozenset[str]) -> frozenset[str]:
    """The refusals that a finished run has told of. Before the first run that asks: `known`, which is kept as such.

    A run that stops tells nobody who publishes, so what it refused is still to be told by the run that ends well.
    """
    path = _refusals_file(settings)
    if not path.exists():
        remember_refusals(settings, known)
    return frozenset(json.loads(path.read_text(encoding="utf-8")))


def remember_refusals(settings: Settings, told: frozenset[str]) -> None:
    """Record what a finished run has told of, for `refusals_told`: names of submissions, and hashes of sentences."""
    path = _refusals_file(settings)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(sorted(told)), encoding="utf-8")
    unfinished.replace(path)


def _refusals_file(settings: Settings) -> Path:
    return settings.home / "refusals_told.json"


def is_up_to_date(settings: Settings, request: RunRequest, *, with_dashboard: bool) -> bool:
    """Whether the last run ended well on the very same register, code, area and day."""
    path = _last_run_file(settings)
    if not path.exists() or not (settings.published / "board.duckdb").exists():
        return False
    if with_dashboard and not (settings.dashboard / "index.html").exists():
        return False
    last = json.loads(path.read_text(encoding="utf-8"))
    return last.get("fingerprint") == fingerprint(settings, request) and (
        bool(last.get("with_dashboard")) or not with_dashboard
    )
