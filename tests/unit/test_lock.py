"""The run lock: one run at a time, a clear sentence for the second, and no lock that outlives its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.lock import LockHeld, run_lock
from orchestration.settings import PROJECT_ROOT, Settings

HOLDER = """
import sys, time
from pathlib import Path
from orchestration.lock import run_lock
from orchestration.settings import Settings
with run_lock(Settings(home=Path(sys.argv[1])), command="safeguarding run --as-of 2017-06-30"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def start_holder(settings: Settings) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(settings.home)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "held"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_second_run_in_the_same_process_is_refused(settings: Settings) -> None:
    with (
        run_lock(settings, command="safeguarding run"),
        pytest.raises(LockHeld, match="safeguarding run"),
        run_lock(settings, command="safeguarding run"),
    ):
        pytest.fail("two runs held the lock")


def test_the_message_names_command_process_host_and_start_in_one_sentence(settings: Settings) -> None:
    holder = start_holder(settings)
    try:
        with pytest.raises(LockHeld) as refused, run_lock(settings, command="other"):
            pytest.fail("two runs held the lock")
    finally:
        end(holder)
    message = str(refused.value)
    assert "safeguarding run --as-of 2017-06-30" in message
    assert f"process {holder.pid}" in message
    assert os.uname().nodename in message
    assert "UTC" in message
    assert "\n" not in message


def test_the_lock_of_a_killed_process_is_free_at_once(settings: Settings) -> None:
    end(start_holder(settings))
    assert settings.run_lock.read_text(), "the killed run left its name in the file"
    started = time.monotonic()
    with run_lock(settings, command="next") as lock:
        assert lock.pid == os.getpid()
    assert time.monotonic() - started < 1


def test_the_lock_is_free_after_a_run_that_failed(settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), run_lock(settings, command="fails"):
        raise ZeroDivisionError
    with run_lock(settings, command="next"):
        pass


def test_text_left_by_an_ended_run_does_not_hold_anything(settings: Settings) -> None:
    settings.home.mkdir()
    settings.run_lock.write_text("this is not JSON")
    with run_lock(settings, command="next"), pytest.raises(LockHeld), run_lock(settings, command="third"):
        pytest.fail("two runs held the lock")


def test_a_holder_without_a_readable_name_still_gives_a_sentence(settings: Settings) -> None:
    with run_lock(settings, command="safeguarding run"):
        settings.run_lock.write_text("")
        with pytest.raises(LockHeld, match="started this moment"), run_lock(settings, command="second"):
            pytest.fail("two runs held the lock")


def test_a_program_started_during_the_run_does_not_keep_the_lock(settings: Settings) -> None:
    with run_lock(settings, command="safeguarding run"):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], close_fds=False)
    try:
        with run_lock(settings, command="next"):
            pass
    finally:
        child.kill()
        child.wait()


def test_two_homes_do_not_wait_for_one_another(tmp_path: Path) -> None:
    with run_lock(Settings(home=tmp_path / "a"), command="a"), run_lock(Settings(home=tmp_path / "b"), command="b"):
        pass


def test_the_lock_file_is_for_its_owner_only(settings: Settings) -> None:
    with run_lock(settings, command="safeguarding run"):
        assert settings.run_lock.stat().st_mode & 0o777 == 0o600
