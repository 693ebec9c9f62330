"""What the suites of this folder share: the demonstration, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import safeguarding


@pytest.fixture(scope="session")
def full_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration as `make run` writes it, run whole up to publication."""
    home = tmp_path_factory.mktemp("full") / "home"
    written = safeguarding(home, "sample")
    assert written.returncode == 0, f"{written.stdout}\n{written.stderr}"
    done = safeguarding(home, "run", "--no-dashboard")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return home
