"""The errors that are a user's to mend: shown as one sentence, never as a stack trace."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import duckdb

from orchestration.attack.run import AttackError
from orchestration.control import CalendarError
from orchestration.dashboard import DashboardError
from orchestration.dbt_call import DbtProjectError
from orchestration.disclosure import DisclosureError
from orchestration.exceptions import ExceptionsError
from orchestration.explain import ExplainError
from orchestration.ingest.archive import ArchiveError
from orchestration.ingest.contracts import ContractError
from orchestration.ingest.envelope import AreasError
from orchestration.ingest.load import LoadError
from orchestration.ingest.person_key import PersonKeyError
from orchestration.ingest.register import RegisterError
from orchestration.ingest.submissions import SubmissionError
from orchestration.lock import LockHeld
from orchestration.pack import PackError
from orchestration.publish import PublishError
from orchestration.releases import ReleaseError
from orchestration.restatement import RestatementError
from orchestration.settings import SettingsError
from orchestration.synthetic.sample import SampleError
from orchestration.warehouse import WarehouseError

FORESEEN = (
    ArchiveError,
    AreasError,
    AttackError,
    CalendarError,
    ContractError,
    DashboardError,
    DbtProjectError,
    DisclosureError,
    ExceptionsError,
    ExplainError,
    LoadError,
    LockHeld,
    PackError,
    PersonKeyError,
    PublishError,
    RegisterError,
    ReleaseError,
    RestatementError,
    SampleError,
    SettingsError,
    SubmissionError,
    WarehouseError,
)

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# How DuckDB, SQLite and programs that we start say it; on the way to us the number of the error is lost.
_NO_SPACE_WORDS = (
    "No space left on device",
    "database or disk is full",
    "disk I/O error",
    "Disk quota exceeded",
    "File too large",
)
_AS_GOOD_AS_FULL = 1 << 20


def is_no_space(words: str) -> bool:
    """Whether what was said tells that nothing more could be written."""
    return any(phrase in words for phrase in _NO_SPACE_WORDS)


def no_space(home: Path, *told: str, error: BaseException | None = None) -> str | None:
    """The sentence for what went wrong because nothing more could be written to `home`; None where that is not why.

    `told`: what was said of it. `error`: what was raised, looked at with all that it came from.
    """
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    words = " ".join([*told, *map(str, seen)])
    free = shutil.disk_usage(home).free if home.exists() else None
    if not (
        any(isinstance(one, OSError) and one.errno in _NO_SPACE for one in seen)
        or is_no_space(words)
        or ((seen or told) and free is not None and free < _AS_GOOD_AS_FULL)
    ):
        return None
    found = "" if free is None else f" ({free >> 20:,} MB are free)"
    return (
        f"{home}: found no room to write{found}, expected some 2 GB; free space (or lift the limit on this user's "
        "files) and run again. What came is untouched and is taken up where it was left."
    )


def written_by_another(error: BaseException) -> str | None:
    """The sentence for a warehouse that a run has open, as DuckDB lets nobody read it meanwhile; None for all else."""
    if not isinstance(error, duckdb.IOException) or "Could not set lock" not in str(error):
        return None
    return "The warehouse is being written by another process (a run is at work); wait for it to end and try again."
