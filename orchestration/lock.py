"""One run at a time: DuckDB takes one writing process, so the whole path from landing to publication has one too.

The stale-lock rule: there is no stale lock. The lock is the kernel's (flock on $SAFEGUARDING_HOME/run.lock) and dies
with the process that holds it, however that ends; what the file says is only for the message. So nothing is ever
deleted by hand, no age is judged and no process id is trusted. SAFEGUARDING_HOME lies on a local disk: network file
systems do not all keep this promise.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.settings import Settings, system_now


class LockHeld(RuntimeError):  # noqa: N818 - it says what is the matter, and nothing is broken
    """Another run holds the lock; the message says which one and what to do."""


@dataclass(frozen=True)
class RunLock:
    """Who holds the lock. `started_at` is the system clock (naive UTC, ISO): the run's own clock may be set back."""

    pid: int
    host: str
    started_at: str
    command: str


@contextmanager
def run_lock(settings: Settings, command: str) -> Iterator[RunLock]:
    """Hold the run lock of this home for the `with` block. Raises LockHeld at once when another run holds it.

    The lock is not passed on to programs that are started meanwhile (dbt, node): they cannot keep it.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Not truncated when opened: until the lock is ours, its text belongs to the other run.
    descriptor = os.open(settings.run_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockHeld(_sentence(settings.run_lock)) from error
        mine = RunLock(
            pid=os.getpid(), host=socket.gethostname(), started_at=system_now().isoformat(sep=" "), command=command
        )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(mine)).encode(), 0)
        try:
            yield mine
        finally:
            # Emptied, never removed: a second run may have opened this very file and be about to lock it.
            os.ftruncate(descriptor, 0)
            # Closing alone would leave it to a child that is between fork and exec.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def _sentence(path: Path) -> str:
    try:
        other = RunLock(**json.loads(path.read_text(encoding="utf-8")))
        who = f"`{other.command}`, started {other.started_at} UTC by process {other.pid} on {other.host}"
    except (OSError, ValueError, TypeError):
        # The other run took the lock a moment ago and has not written its name yet.
        who = "it started this moment"
    return (
        f"Another run is at work in {path.parent} ({who}). Wait for it to end and run again; "
        "the lock frees itself when that process ends, so no file needs removing."
    )
