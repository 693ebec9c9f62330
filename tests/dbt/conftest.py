"""One warehouse made by hand and built once by real dbt, as the production run builds it: marts, disclosure, board."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.dbt_call import DBT, dbt_environment
from orchestration.disclosure import decide
from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse import connect

from .by_hand import RELEASE, write_warehouse

PROJECT = PROJECT_ROOT / "dbt_project"


def dbt(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """dbt as the project calls it, on a home of its own."""
    return subprocess.run(
        [DBT, "--no-use-colors", *arguments, "--profiles-dir", str(PROJECT), "--project-dir", str(PROJECT)],
        env={**os.environ, **dbt_environment(home)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@dataclass(frozen=True)
class Built:
    """A home whose warehouse is built, and what dbt said of the marts."""

    home: Path
    marts_log: str

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse.duckdb"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    home = tmp_path_factory.mktemp("dbt")
    write_warehouse(home / "warehouse.duckdb")
    marts = dbt(home, "build", "--exclude", "path:models/board", "--exclude-resource-type", "unit_test")
    assert marts.returncode == 0, marts.stdout
    with connect(home / "warehouse.duckdb") as con:
        decide(con, RELEASE)
    board = dbt(home, "build", "--select", "path:models/board", "--exclude-resource-type", "unit_test")
    assert board.returncode == 0, board.stdout
    return Built(home, marts.stdout)


@pytest.fixture
def con(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        yield connection
