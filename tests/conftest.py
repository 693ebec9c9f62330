"""What several suites share: the sample returns, and a warehouse built from them by the project's own command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# No test is about how fast a machine is.
hypothesis.settings.register_profile("any_machine", deadline=None)
hypothesis.settings.load_profile("any_machine")

ROOT = Path(__file__).resolve().parents[1]
SAFEGUARDING = str(Path(sys.executable).parent / "safeguarding")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the sample returns that others made; a test that needs it fails where it is missing."""
    folder = Path(os.environ.get("SAFEGUARDING_SHARED") or ROOT.parent / "shared")
    if not (folder / "data" / "extracts").is_dir():
        pytest.fail(f"The sample returns are not at {folder}/data/extracts; set SAFEGUARDING_SHARED to their folder.")
    return folder


def safeguarding(home: Path, *arguments: str, now: str | None = None) -> subprocess.CompletedProcess[str]:
    """The command line as a user calls it, on a home of its own."""
    watch = {"PYTHONPATH": str(ROOT / "tests" / "support" / "netwatch"), "NETWATCH_LOG": f"{home}.network"}
    environment = {**os.environ, **watch, "SAFEGUARDING_HOME": str(home)}
    if now:
        environment["SAFEGUARDING_NOW"] = now
    return subprocess.run(
        [SAFEGUARDING, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=600
    )


# Suites whose costly fixtures (a built site, a built warehouse) would otherwise be made once for each worker.
TOGETHER = ("dbt", "evidence", "golden", "graph", "integration", "soda")


class _TogetherScheduling(LoadScopeScheduling):
    """With `pytest -n 2` the tests of such a folder go to one worker, all others one by one to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.removeprefix("tests/").split("/")[0]
        return folder if folder in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Not by xdist's own marks: under pytest 9.2 they no longer reach the scheduler."""
    return _TogetherScheduling(config, log)


SAMPLE_NOW = "2024-06-30T09:00:00"


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    """Every sample return, run whole up to publication. Read only: a test that changes it copies it first."""
    home = tmp_path_factory.mktemp("sample") / "home"
    landing = home / "landing" / "childrens_social_care"
    extracts = shared / "data" / "extracts"
    shutil.copytree(extracts / "ssda903", landing / "ssda903" / "extract")
    shutil.copytree(extracts / "cin_census", landing / "cin_census")
    (landing / "contacts").mkdir()
    shutil.copy(extracts / "annex_a" / "Annex_A_2024_Jan.xlsx", landing / "contacts")
    done = safeguarding(home, "run", "--no-dashboard", now=SAMPLE_NOW)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    (home / "run.txt").write_text(done.stdout)
    return home


DEMONSTRATION_AS_OF = date(2017, 9, 25)


@pytest.fixture(scope="session")
def demonstration_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration at a tenth of its size, run whole up to publication. Read only, as sample_home."""
    home = tmp_path_factory.mktemp("demonstration") / "home"
    written = safeguarding(home, "sample", "--scale", "0.1")
    assert written.returncode == 0, f"{written.stdout}\n{written.stderr}"
    done = safeguarding(home, "run", "--no-dashboard")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return home


def known_as_of(home: Path, moment: str, *, select: str = "+fct_indicator_value +fct_feed_status") -> None:
    """Build the marts of a home's warehouse anew, as they were known at a moment; nothing is checked or published."""
    from orchestration.control import RunRequest, write_control
    from orchestration.dbt_call import DBT, dbt_environment
    from orchestration.settings import Settings, parse_moment
    from orchestration.warehouse import connect

    settings = Settings(home=home)
    with connect(settings.warehouse) as con:
        write_control(con, settings, RunRequest(as_of=parse_moment(moment, "as_of")), run_id=f"known-{moment}")
    project = str(settings.dbt_project_dir)
    done = subprocess.run(
        [DBT, "--quiet", "run", "--select", *select.split(), "--profiles-dir", project, "--project-dir", project],
        cwd=project,
        env={**os.environ, **dbt_environment(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
