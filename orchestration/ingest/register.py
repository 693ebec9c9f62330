"""The register: what came, when, and what was withdrawn. Append-only JSON lines, the truth that the rest derives from.

Belongs here: writing an event so that it is either wholly there or not at all, and reading events back. Does not belong
here: judgement. Status, counts and the resolved envelope follow from the archived bytes (load.py).
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from orchestration.ingest.private import private_folder, sync_folder


class RegisterError(RuntimeError):
    """The register holds a line that cannot be read; the message names it and says what to do."""


@dataclass(frozen=True)
class Received:
    """A submission that came. `position`: the line of the register (1, 2, ...), 0 before it is written.

    `landing_path` is relative to landing, '/' between folders; `envelope` is submission.yml as text values, or {}.
    `received_at` and `registered_at` are naive UTC; they differ only in a replay.
    """

    submission_id: str
    supplier: str
    feed: str
    landing_path: str
    file_name: str
    sha256: str
    received_at: datetime
    registered_at: datetime
    is_replay: bool
    kind: Literal["file", "folder"]
    envelope: Mapping[str, Any] = field(default_factory=dict)
    position: int = 0

    @property
    def feed_key(self) -> str:
        return f"{self.supplier}/{self.feed}"


@dataclass(frozen=True)
class Withdrawn:
    """A submission that its sender took back, from `received_at` on (naive UTC)."""

    submission_id: str
    reason: str
    received_at: datetime
    registered_at: datetime
    position: int = 0


@dataclass(frozen=True)
class Refused:
    """Something that the law forbids us to hold: what it was and what was in it is not kept, only that it came.

    `sha256` tells it should it come again; there is no name, no copy in the archive and no envelope.
    """

    submission_id: str
    supplier: str
    feed: str
    sha256: str
    reason: str
    received_at: datetime
    registered_at: datetime
    is_replay: bool
    is_synthetic: bool
    position: int = 0

    @property
    def feed_key(self) -> str:
        return f"{self.supplier}/{self.feed}"


Event = Received | Withdrawn | Refused


def read_register(path: Path, warn: Callable[[str], None] | None = None) -> list[Event]:
    """Every event in the order of writing; no file is no events.

    A last line without its line break was cut off while it was written and never happened: it is passed over, and
    `warn` is told. Raises RegisterError for any other line that is not an event.
    """
    try:
        state = path.stat()
    except FileNotFoundError:
        return []
    events, is_torn = _read(path, state.st_size, state.st_mtime_ns)
    if is_torn and warn:
        warn(
            f"{path.name}: the last line was cut off while it was written and is passed over; "
            "what it was about to register is registered again."
        )
    return list(events)


@lru_cache(maxsize=4)
def _read(path: Path, _size: int, _changed: int) -> tuple[tuple[Event, ...], bool]:
    """Events, and whether the last line is torn; kept while the file stays as it is, as each load asks again."""
    whole, _, torn = path.read_bytes().rpartition(b"\n")
    events: list[Event] = []
    if not whole:
        return (), bool(torn)
    for position, line in enumerate(whole.split(b"\n"), start=1):
        try:
            events.append(_event(json.loads(line), position))
        except (ValueError, KeyError, TypeError) as error:
            raise RegisterError(
                f"{path.name}, line {position}: is not an event of the register ({type(error).__name__}); restore the "
                "file from backup: every submission hangs on it."
            ) from error
    return tuple(events), bool(torn)


def append(path: Path, events: Sequence[Event]) -> None:
    """Write the events at the end of the register: one write, on the disk before this returns.

    A torn last line of an earlier, interrupted writing is cut off first. Raises OSError when the disk is full; the
    register is then as it was.
    """
    if not events:
        return
    joined = "".join(json.dumps(_line(event), ensure_ascii=False) + "\n" for event in events)
    # Half a character (of a file's name that is no text) becomes its JSON escape, and comes back as it was.
    text = joined.encode("utf-8", errors="backslashreplace")
    private_folder(path.parent)
    is_new = not path.exists()
    handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        end = os.fstat(handle).st_size
        sound = _sound_length(handle, end)
        if sound != end:
            os.ftruncate(handle, sound)
        written = os.write(handle, text)
        if written != len(text):
            os.ftruncate(handle, sound)
            raise OSError(f"{path.name}: only {written} of {len(text)} bytes could be written; is the disk full?")
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        sync_folder(path.parent)


def next_number(events: Sequence[Event]) -> int:
    """The number of the next submission: one more than the highest so far."""
    numbers = [int(event.submission_id.removeprefix("sub-")) for event in events if not isinstance(event, Withdrawn)]
    return max(numbers, default=0) + 1


def submission_id(number: int) -> str:
    """'sub-000001' for 1."""
    return f"sub-{number:06d}"


def _sound_length(handle: int, end: int) -> int:
    """The length up to and with the last line break."""
    position, block = end, 1 << 16
    while position > 0:
        start = max(0, position - block)
        found = os.pread(handle, position - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        position = start
    return 0


def _line(event: Event) -> dict[str, Any]:
    if isinstance(event, Withdrawn):
        return {
            "event": "withdrawn",
            "submission_id": event.submission_id,
            "reason": event.reason,
            "received_at": event.received_at.isoformat(),
            "registered_at": event.registered_at.isoformat(),
        }
    if isinstance(event, Refused):
        return {
            "event": "refused",
            "submission_id": event.submission_id,
            "supplier": event.supplier,
            "feed": event.feed,
            "sha256": event.sha256,
            "reason": event.reason,
            "received_at": event.received_at.isoformat(),
            "registered_at": event.registered_at.isoformat(),
            "is_replay": event.is_replay,
            "is_synthetic": event.is_synthetic,
        }
    return {
        "event": "received",
        "submission_id": event.submission_id,
        "supplier": event.supplier,
        "feed": event.feed,
        "landing_path": event.landing_path,
        "file_name": event.file_name,
        "kind": event.kind,
        "sha256": event.sha256,
        "received_at": event.received_at.isoformat(),
        "registered_at": event.registered_at.isoformat(),
        "is_replay": event.is_replay,
        "envelope": dict(event.envelope),
    }


def _event(line: dict[str, Any], position: int) -> Event:
    received_at = datetime.fromisoformat(line["received_at"])
    registered_at = datetime.fromisoformat(line["registered_at"])
    if line["event"] == "withdrawn":
        return Withdrawn(line["submission_id"], line["reason"], received_at, registered_at, position)
    if line["event"] == "refused":
        return Refused(
            submission_id=line["submission_id"],
            supplier=line["supplier"],
            feed=line["feed"],
            sha256=line["sha256"],
            reason=line["reason"],
            received_at=received_at,
            registered_at=registered_at,
            is_replay=bool(line["is_replay"]),
            is_synthetic=bool(line["is_synthetic"]),
            position=position,
        )
    if line["event"] != "received":
        raise ValueError(line["event"])
    return Received(
        submission_id=line["submission_id"],
        supplier=line["supplier"],
        feed=line["feed"],
        landing_path=line["landing_path"],
        file_name=line["file_name"],
        sha256=line["sha256"],
        received_at=received_at,
        registered_at=registered_at,
        is_replay=bool(line["is_replay"]),
        kind=line["kind"],
        envelope=line["envelope"],
        position=position,
    )
