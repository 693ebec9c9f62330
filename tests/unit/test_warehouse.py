"""Opening the warehouse file: for one connection, and kept open over several."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.warehouse import connect, kept_open, let_go


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


def _count(path: Path) -> int:
    with connect(path, read_only=True) as con:
        return int(con.execute("select count(*) from children").fetchall()[0][0])


def _another_process_may_open(path: Path) -> bool:
    words = f"import duckdb; duckdb.connect({str(path)!r}, read_only=True)"
    return subprocess.run([sys.executable, "-c", words], check=False, capture_output=True).returncode == 0


def test_what_one_connection_to_a_kept_file_writes_the_next_one_reads(file: Path) -> None:
    with kept_open(file):
        with connect(file) as con:
            con.execute("create table children as select 1 as n")
        assert _count(file) == 1
    assert _count(file) == 1


@pytest.mark.parametrize("is_kept", [False, True])
def test_a_connection_to_read_cannot_write(file: Path, is_kept: bool) -> None:
    with connect(file) as con:
        con.execute("create table children as select 1 as n")
    if is_kept:
        with kept_open(file), connect(file, read_only=True) as con, pytest.raises(duckdb.Error, match="read-only"):
            con.execute("insert into children values (2)")
    else:
        with connect(file, read_only=True) as con, pytest.raises(duckdb.Error, match="read-only"):
            con.execute("insert into children values (2)")
    assert _count(file) == 1


def test_a_kept_file_that_is_let_go_can_be_copied_whole_and_opened_by_others_and_is_opened_again_when_needed(
    file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.duckdb"
    with kept_open(file):
        with connect(file) as con:
            con.execute("create table children as select 1 as n")
        assert not _another_process_may_open(file)
        let_go(file)
        shutil.copyfile(file, copy)
        assert _another_process_may_open(file)
        with connect(file) as con:
            con.execute("insert into children values (2)")
    assert (_count(copy), _count(file)) == (1, 2)


def test_a_kept_file_is_closed_where_the_work_fails(file: Path) -> None:
    with pytest.raises(ValueError, match="stop"), kept_open(file):
        with connect(file) as con:
            con.execute("create table children as select 1 as n")
        raise ValueError("stop")
    assert _another_process_may_open(file)
    assert _count(file) == 1


def test_a_kept_file_is_private(file: Path) -> None:
    with kept_open(file), connect(file):
        assert file.stat().st_mode & 0o777 == 0o600
