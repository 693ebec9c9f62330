"""Setting up says at once, in one sentence, what is missing."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def fake_python(folder: Path, version: str, *, has_venv: bool) -> Path:
    """A stand-in interpreter: answers the version question and the venv question, and nothing else."""
    path = folder / "python3"
    path.write_text(
        "#!/bin/sh\n"
        'case "$2" in\n'
        f'  *version_info*) echo "{version}";;\n'
        f"  *ensurepip*) exit {0 if has_venv else 1};;\n"
        "  *) exit 9;;\n"
        "esac\n"
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def bootstrap(tmp_path: Path, interpreter: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "import runpy, sys; sys.executable = sys.argv.pop(1); sys.argv[0] = 'bootstrap';"
        f"runpy.run_path({str(ROOT / 'orchestration' / 'bootstrap.py')!r}, run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(interpreter), str(tmp_path / "venv"), "requirements.lock"],
        env={**os.environ, "PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("version", ["3.10", "3.14", "2.7"])
def test_another_python_is_named_with_what_was_expected(tmp_path: Path, version: str) -> None:
    done = bootstrap(tmp_path, fake_python(tmp_path, version, has_venv=True))
    assert done.returncode == 1
    assert "expected 3.11, 3.12 or 3.13" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_python_without_venv_is_told_which_package_to_install(tmp_path: Path) -> None:
    done = bootstrap(tmp_path, fake_python(tmp_path, "3.12", has_venv=False))
    assert done.returncode == 1
    assert "python3-venv" in done.stderr
    assert not (tmp_path / "venv").exists()
