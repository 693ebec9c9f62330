"""A publisher that is killed again and again, and a look at what it left: test_publish.py runs it as a process.

    python -m tests.integration.kill_publish HOME steps|times

HOME holds the warehouse of release 2 and, in `before`, a copy of `published` with release 1 as the current one. Each
attempt starts from that copy. Everything that uses DuckDB happens in a fork, as forking a process with its threads
would not be safe. Prints one JSON object: attempts, and how many of them left the old and the new release current.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from orchestration import publish as publishing
from orchestration.publish import current_release, publish
from orchestration.settings import Settings
from tests.warehouse_by_hand import read_release

STEPS = frozenset({"open", "os.mkdir", "os.chmod", "os.rename", "os.symlink", "os.remove", "os.rmdir", "shutil.rmtree"})
OK, NEVER_REACHED = 0, 3


def in_fork(work: Callable[[], int], kill_after: float | None = None) -> int:
    """Exit code of `work` in a child process; -9 when it was killed."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(work())
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def publish_and_die_at(settings: Settings, step: int) -> int:
    """Publish, and be killed just before the file system is changed for the `step`th time."""
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in STEPS and str(settings.home) in str(arguments):
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    publish(settings)
    return NEVER_REACHED


def look(settings: Settings) -> int:
    """10 + number of the current release, when all that a reader can open is whole and of that one release."""
    current = current_release(settings)
    assert current is not None
    number = int(current.release_id[-8:], 16)
    assert read_release(settings.published) == {"analyst": number, "board": number}
    return 10 + number


def go_on(settings: Settings) -> int:
    """The next run publishes as if nothing had been."""
    publish(settings)
    assert look(settings) == 12
    left = sorted(path.name for path in (settings.published / "releases").iterdir())
    assert len(left) == 2 and not any(name.startswith(".") for name in left), left
    return OK


def attempts(settings: Settings, how: str) -> dict[str, int]:
    # Read once, before the first fork: half of the time of a publication as small as this one.
    publishing.load_contracts = lru_cache(publishing.load_contracts)
    publishing.load_contracts(settings.sources_dir)
    found: Counter[str] = Counter()
    chance = random.Random(20170630)
    whole = 0.0
    for number in range(1, 200):
        shutil.rmtree(settings.published, ignore_errors=True)
        shutil.copytree(settings.home / "before", settings.published, symlinks=True)
        if how == "steps":
            code = in_fork(lambda step=number: publish_and_die_at(settings, step))  # type: ignore[misc]
        else:
            if number == 1:
                started = time.monotonic()
                assert in_fork(lambda: go_on(settings)) == OK
                whole = time.monotonic() - started
                continue
            # A machine may be slower or faster now than when it was timed: until both ends were met.
            if number > 21 and found["old"] and found["new"]:
                break
            code = in_fork(lambda: publish(settings) and OK, kill_after=chance.uniform(0, 1.2 * whole))
        if code == NEVER_REACHED:
            break
        assert code in (-signal.SIGKILL, OK), f"attempt {number}: the publisher ended with {code}"
        seen = in_fork(lambda: look(settings))
        assert seen in (11, 12), f"attempt {number}: readers see {seen}"
        found["attempts"] += 1
        found["killed"] += code != OK
        found["old" if seen == 11 else "new"] += 1
        assert in_fork(lambda: go_on(settings)) == OK, f"attempt {number}: the next publication did not succeed"
    return dict(found)


if __name__ == "__main__":
    print(json.dumps(attempts(Settings(home=Path(sys.argv[1])), sys.argv[2])))
