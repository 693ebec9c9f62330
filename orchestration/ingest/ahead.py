"""Read and judge submissions ahead, side by side, while this process writes them one after the other in their order.

Belongs here: which submissions are worth another process, and how far ahead. What happens to a submission is in load.py
and the same either way. The warehouse stays with this process alone.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.ingest.archive import locate
from orchestration.ingest.contracts import Contract, load_contract
from orchestration.ingest.load import LoadOutcome, Prepared, ensure_key, load_submission, prepare, remove_leftovers
from orchestration.ingest.register import Received
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb

# As they came: a zip of XML holds twenty times it. Below this a second process costs more (a second) than it saves.
WORTH_A_PROCESS_BYTES = 1_000_000
_AHEAD_OF_EACH_PROCESS = 2


def load_all(
    con: duckdb.DuckDBPyConnection, settings: Settings, contract: Contract, todo: Sequence[Received]
) -> Iterator[LoadOutcome]:
    """Load the submissions of one feed in their order, each in a transaction of its own; see load_submission."""
    remove_leftovers(settings)
    processes = min(os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count() or 1, len(todo))
    if processes < 2 or _size(settings, todo) < WORTH_A_PROCESS_BYTES:
        for received in todo:
            yield load_submission(con, settings, contract, received)
        return
    ensure_key(con, settings, contract)
    with _processes(processes) as pool:
        waiting: deque[tuple[Received, Future[Prepared] | None]] = deque()
        coming = iter(todo)
        while True:
            for received in islice(coming, processes * _AHEAD_OF_EACH_PROCESS - len(waiting)):
                waiting.append((received, _submit(pool, settings, contract, received)))
            if not waiting:
                return
            first, future = waiting.popleft()
            yield load_submission(con, settings, contract, first, _result(future))


def _size(settings: Settings, todo: Sequence[Received]) -> int:
    """Bytes in the archive, as they came (compressed where they came so)."""
    size = 0
    for received in todo:
        path = locate(settings.archive, received.sha256, received.kind)
        files = path.rglob("*") if path.is_dir() else [path]
        size += sum(file.stat().st_size for file in files if file.is_file())
    return size


@contextmanager
def _processes(number: int) -> Iterator[ProcessPoolExecutor]:
    # Started anew and not forked: DuckDB and Dagster run threads in this one.
    pool = ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _submit(
    pool: ProcessPoolExecutor, settings: Settings, contract: Contract, received: Received
) -> Future[Prepared] | None:
    try:
        return pool.submit(_prepare, settings, contract.feed_key, received)
    except BrokenProcessPool:
        return None


def _result(future: Future[Prepared] | None) -> Prepared | None:
    """What was prepared; None where a process was killed (for want of memory, say): then this one does the work."""
    try:
        return future.result() if future else None
    except BrokenProcessPool:
        return None


def _prepare(settings: Settings, feed_key: str, received: Received) -> Prepared:
    return prepare(settings, _contract(settings.sources_dir / feed_key / "contract.yml"), received)


@lru_cache(maxsize=1)
def _contract(path: Path) -> Contract:
    return load_contract(path)
