"""The sector's own tools: what each does and does not do, and an environment for each.

Belongs here: installing from the locks, saying why where it does not install. Does not belong here: running them
(sector/), which their own Python does.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measure import ROOT, NotMeasuredError

SECTOR = ROOT / "tests" / "bench" / "sector"


@dataclass(frozen=True)
class Tool:
    """One tool of one version. `lock` and `environment` are named after `short`."""

    short: str
    name: str
    version: str
    does: str
    does_not: str

    @property
    def lock(self) -> Path:
        return ROOT / f"requirements-bench-{self.short}.lock"

    @property
    def environment(self) -> Path:
        return ROOT / f".venv-bench-{self.short}"


VALIDATOR_903 = Tool(
    "903",
    "csc-validator-be-903",
    "0.1.17",
    "reads the CSV files into frames and runs the rules of lac2025_26 one by one; makes the report of every finding",
    "sets no row aside, loads nothing, keeps no history, computes no indicator",
)
VALIDATOR_CIN = Tool(
    "cin",
    "csc-validator-be-cin",
    "0.1.13",
    "reads the XML into frames and runs the rules of cin2024_25; makes the report of every finding",
    "sets no row aside, loads nothing, keeps no history, computes no indicator",
)
LIIATOOLS = Tool(
    "liia",
    "liiatools",
    "0.1.4.2",
    "cleans each file cell by cell (types, codes, dates of birth and postcodes coarsened) and writes CSV files",
    "checks no row against another, blanks what it cannot read, has no warehouse, computes no indicator",
)


def python_of(tool: Tool) -> Path:
    """The Python of the tool's environment, which is made once for each lock. Raises NotMeasuredError with pip's words.

    Built packages only: building one from source would need compilers and measure something else.
    """
    python = tool.environment / "bin" / "python"
    stamp = tool.environment / "bench.stamp"
    digest = hashlib.sha256(sys.version.encode() + tool.lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return python
    print(f"  setting up {tool.environment.name} (once) …", flush=True)
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    interpreter = str(base) if base.exists() else sys.executable
    install = ["install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(tool.lock)]
    for command in (
        [interpreter, "-m", "venv", "--clear", str(tool.environment)],
        [str(python), "-m", "pip", "--disable-pip-version-check", *install],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            shutil.rmtree(tool.environment, ignore_errors=True)
            words = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")] or ["no reason given"]
            raise NotMeasuredError(
                f"{tool.name} {tool.version} does not install on Python {sys.version_info.major}."
                f"{sys.version_info.minor}: {words[-1].removeprefix('ERROR: ')}"
            )
    stamp.write_text(digest)
    return python
