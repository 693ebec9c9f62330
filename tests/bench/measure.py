"""Runs one process and weighs it; what machine this is.

Belongs here: seconds, peak memory, repetition and median. Does not belong here: what is run (cases.py). Standard
library only, so that this process stays small: a new process counts the memory of the one that started it as its own
peak until it has loaded its program.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 3600


class NotMeasuredError(RuntimeError):
    """Something could not be measured; the message is one sentence that the report shows."""


@dataclass(frozen=True)
class Run:
    """One process from start to end, with the processes that it started.

    `cpu_seconds`: processor time of all of them together. `peak_mb`: resident memory of the largest one.
    """

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str

    def told(self) -> dict[str, Any]:
        """The line of JSON that a worker prints last."""
        lines = [line for line in self.output.splitlines() if line.startswith("{")]
        if not lines:
            raise NotMeasuredError(f"the worker printed no result but {self.output[-200:]!r}.")
        return dict(json.loads(lines[-1]))


@dataclass(frozen=True)
class Figure:
    """Medians over `n` runs. `seconds` is what the process timed itself, or its whole life where it does not."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    n: int
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Machine:
    """Where and when it was measured; no name, no path."""

    measured_on: date
    cores: int
    processor: str
    memory_gb: float
    system: str
    python: str
    load_at_start: float


def run(
    command: Sequence[str], *, environment: Mapping[str, str] | None = None, timeout: float = TIMEOUT_SECONDS
) -> Run:
    """Run a command to its end. Raises NotMeasuredError where it fails or takes longer than `timeout`."""
    what = " ".join(Path(part).name if "/" in part else part for part in command[:5])
    with tempfile.TemporaryFile() as out:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            status, usage, wall = _to_its_end(process.pid, started, timeout)
        except BaseException as error:
            # Whoever stops the bench stops what it started too.
            process.kill()
            process.wait()
            if isinstance(error, TimeoutError):
                raise NotMeasuredError(f"`{what}` was stopped after {timeout:.0f} s.") from error
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        output = out.read().decode(errors="replace")
    if process.returncode != 0:
        last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "nothing")
        raise NotMeasuredError(f"`{what}` ended with code {process.returncode}; its last words: {last[:200]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


def _to_its_end(pid: int, started: float, timeout: float) -> tuple[int, resource.struct_rusage, float]:
    """Exit status, what it used and how long it took. Asks ever less often: up to 50 ms late on what takes seconds."""
    wait = 0.002
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        wall = time.perf_counter() - started
        if done:
            return status, usage, wall
        if wall > timeout:
            raise TimeoutError
        time.sleep(wait)
        wait = min(wait * 1.2, 0.05)


def repeat(times: int, once: Callable[[], Run]) -> list[Run]:
    """The runs, one after the other."""
    return [once() for _ in range(times)]


def figure(runs: Sequence[Run]) -> Figure:
    """Medians of what the workers told; the facts are those of the last."""
    told = [run.told() for run in runs]
    return Figure(
        seconds=statistics.median(one["seconds"] for one in told),
        cpu_seconds=statistics.median(run.cpu_seconds for run in runs),
        peak_mb=statistics.median(run.peak_mb for run in runs),
        n=len(runs),
        facts={**told[-1]["facts"], "wall_seconds": statistics.median(run.wall_seconds for run in runs)},
    )


def whole(runs: Sequence[Run], facts: Mapping[str, Any] | None = None) -> Figure:
    """Medians of whole processes."""
    return Figure(
        seconds=statistics.median(run.wall_seconds for run in runs),
        cpu_seconds=statistics.median(run.cpu_seconds for run in runs),
        peak_mb=statistics.median(run.peak_mb for run in runs),
        n=len(runs),
        facts=facts or {},
    )


def this_machine() -> Machine:
    """Cores that this process may use, memory, operating system, Python, and how busy it is just now."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        measured_on=date.today(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        processor=_processor(),
        memory_gb=pages / 1e9,
        system=_system(),
        python=platform.python_version(),
        load_at_start=os.getloadavg()[0],
    )


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def _system() -> str:
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']} ({platform.machine()})"
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()} ({platform.machine()})"
