"""Building and swapping in: whole or not at all, nothing leaks in, nothing is written outside the home."""

from __future__ import annotations

import shutil
import stat
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from orchestration import dashboard
from orchestration.dashboard import BoardRelease, DashboardError, build, install_node_modules, read_release
from orchestration.settings import Settings
from tests.evidence.board_file import RELEASE, write_board
from tests.evidence.conftest import EVIDENCE


def files_and_times(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*") if not path.is_dir()}


def test_the_dashboard_is_a_link_to_the_site_of_its_release(built: Settings) -> None:
    assert built.dashboard.is_symlink()
    assert built.dashboard.readlink() == Path(f"dashboards/{RELEASE}")
    assert (built.dashboard / "index.html").is_file()
    assert not (built.home / "dashboard_work").exists()


def test_the_board_file_itself_is_not_in_the_site(built: Settings) -> None:
    names = {path.name for path in built.dashboard.rglob("*")}
    assert not {name for name in names if name.endswith((".duckdb", ".map"))}


def test_pages_that_read_the_whole_file_are_not_built(built: Settings) -> None:
    assert not (built.dashboard / "explore").exists()
    assert not (built.dashboard / "settings").exists()


def test_a_second_build_of_the_same_release_does_nothing(built: Settings) -> None:
    said: list[str] = []
    before = built.dashboard.readlink()
    started = time.monotonic()
    build(built, said.append)
    assert time.monotonic() - started < 5
    assert said == ["The dashboard is up to date."]
    assert built.dashboard.readlink() == before


def test_a_build_writes_nothing_but_the_home(
    tmp_path: Path, project: Path, evidence_modules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped by its missing table at the first step, which is where caches and telemetry would be written."""
    elsewhere = tmp_path / "user"
    elsewhere.mkdir()
    monkeypatch.setenv("HOME", str(elsewhere))
    settings = a_home_whose_board_lacks("fct_submission", tmp_path / "home", project)
    stamp = evidence_modules / dashboard.INSTALL_STAMP
    inputs = files_and_times(project)
    top = {path.name for path in evidence_modules.iterdir()}
    with pytest.raises(DashboardError):
        build(settings)
    assert list(elsewhere.iterdir()) == []
    assert files_and_times(project) == inputs
    assert {path.name for path in evidence_modules.iterdir()} == top
    assert stamp.is_file()


def a_home_whose_board_lacks(table: str, home: Path, project: Path) -> Settings:
    settings = Settings(home=home, project_root=project)
    board = write_board(settings.published / "board.duckdb")
    with duckdb.connect(str(board)) as con:
        con.execute(f"drop table board.board.{table}")
    return settings


def test_a_failed_build_leaves_the_site_that_was_there(tmp_path: Path, project: Path) -> None:
    settings = a_home_whose_board_lacks("fct_submission", tmp_path, project)
    before = settings.home / "dashboards" / "r-before"
    before.mkdir(parents=True)
    (before / "index.html").write_text("the release before")
    settings.dashboard.symlink_to("dashboards/r-before")
    with pytest.raises(DashboardError, match="still in place") as failure:
        build(settings)
    assert "fct_submission" in str(failure.value)
    assert (settings.dashboard / "index.html").read_text() == "the release before"
    assert [path.name for path in (settings.home / "dashboards").iterdir()] == ["r-before"]


def test_work_in_progress_is_private(tmp_path: Path, project: Path) -> None:
    settings = a_home_whose_board_lacks("fct_submission", tmp_path, project)
    with pytest.raises(DashboardError):
        build(settings)
    assert stat.S_IMODE((settings.home / "dashboard_work").stat().st_mode) == 0o700


def test_without_a_published_file_it_says_what_to_run(tmp_path: Path, project: Path) -> None:
    with pytest.raises(DashboardError, match=r"board\.duckdb is not there: publish"):
        build(Settings(home=tmp_path, project_root=project))


def test_a_folder_in_place_of_the_link_is_not_touched(tmp_path: Path, project: Path) -> None:
    settings = Settings(home=tmp_path, project_root=project)
    write_board(settings.published / "board.duckdb")
    settings.dashboard.mkdir()
    (settings.dashboard / "mine.txt").write_text("mine")
    with pytest.raises(DashboardError, match="is a folder"):
        build(settings)
    assert (settings.dashboard / "mine.txt").read_text() == "mine"


def test_a_site_that_lacks_a_table_is_not_swapped_in(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "data").mkdir(parents=True)
    (site / "index.html").write_text("page")
    (site / "data" / "manifest.json").write_text('{"renderedFiles": {"board": ["static/data/board/a/0/a.parquet"]}}')
    with pytest.raises(DashboardError, match="lacks these tables of the board file: b"):
        dashboard._assert_whole(site, tables={"a", "b"})


def test_the_site_before_is_kept_and_older_ones_are_not(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    for number in range(4):
        site = tmp_path / "fresh"
        site.mkdir()
        (site / "index.html").write_text(str(number))
        index = dashboard._swap_in(settings, site, BoardRelease(f"r-{number}", True), "inputs")
        assert index.read_text() == str(number)
    assert {path.name for path in (tmp_path / "dashboards").iterdir() if path.is_dir()} == {"r-2", "r-3"}


def test_the_same_release_built_anew_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    for _ in range(2):
        site = tmp_path / "fresh"
        site.mkdir()
        (site / "index.html").write_text("page")
        dashboard._swap_in(settings, site, BoardRelease("r-1", True), "inputs")
    assert settings.dashboard.readlink() == Path("dashboards/r-1.2")


@pytest.mark.parametrize("is_synthetic", [True, False])
def test_the_file_says_whether_its_figures_are_synthetic(tmp_path: Path, is_synthetic: bool) -> None:
    board = write_board(tmp_path / "board.duckdb", is_synthetic=is_synthetic)
    assert read_release(board) == BoardRelease(RELEASE, is_synthetic)


def test_a_file_without_a_release_is_refused(tmp_path: Path) -> None:
    board = write_board(tmp_path / "board.duckdb")
    with duckdb.connect(str(board)) as con:
        con.execute("delete from board.board.dim_release")
    with pytest.raises(DashboardError, match="names no release"):
        read_release(board)


def test_data_that_does_not_say_is_taken_for_synthetic(tmp_path: Path) -> None:
    board = write_board(tmp_path / "board.duckdb", is_synthetic=False)
    with duckdb.connect(str(board)) as con:
        con.execute("update board.board.dim_release set is_synthetic = null")
    assert read_release(board).is_synthetic


def test_nothing_of_the_callers_environment_reaches_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2")
    monkeypatch.setenv("VITE_TOKEN", "hunter2")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hunter2@proxy:8080")
    environment = dashboard.site_environment(tmp_path, BoardRelease("r-1", False), "E06000011")
    assert "hunter2" not in "".join(environment.values())
    assert environment["SEND_ANONYMOUS_USAGE_STATS"] == "no"
    assert environment["VITE_SAFEGUARDING_IS_SYNTHETIC"] == "false"


def test_the_build_uses_the_node_of_the_python_environment(tmp_path: Path) -> None:
    tools = dashboard._node_tools(tmp_path / "bin")
    assert (tools / "node").resolve().is_relative_to(dashboard._node_home())
    assert shutil.which(
        "node", path=dashboard.site_environment(tools, BoardRelease("r", True), "E06000011")["PATH"]
    ) == (str(tools / "node"))


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A project whose npm is a script that we write."""

    def with_npm(script: str) -> Path:
        project = tmp_path / "evidence"
        (project / "scripts").mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc", "scripts/patch-evidence.mjs"):
            (project / name).write_text("{}")

        def tools(folder: Path) -> Path:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "npm").write_text(f"#!/bin/sh\n{script}\n")
            (folder / "npm").chmod(0o755)
            return folder

        monkeypatch.setattr(dashboard, "_node_tools", tools)
        return project

    return with_npm


def test_packages_are_installed_once_and_again_when_the_lock_changes(packages: Callable[[str], Path]) -> None:
    project = packages("echo run >> runs")
    assert install_node_modules(project) is True
    assert install_node_modules(project) is False
    (project / "package-lock.json").write_text('{"changed": true}')
    assert install_node_modules(project) is True
    assert (project / "runs").read_text().split() == ["run", "run"]


def test_two_installs_at_once_are_one_after_the_other(packages: Callable[[str], Path]) -> None:
    project = packages("test ! -e busy || exit 1; touch busy; sleep 0.5; rm busy; echo run >> runs")
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(install_node_modules, [project, project])) == [False, True]
    assert (project / "runs").read_text().split() == ["run"]


def test_an_install_that_fails_says_why_and_is_tried_again(packages: Callable[[str], Path]) -> None:
    project = packages("echo 'request to the registry failed' >&2; exit 1")
    with pytest.raises(DashboardError, match="request to the registry failed"):
        install_node_modules(project)
    project = packages("exit 0")
    assert install_node_modules(project) is True


def test_the_lock_names_no_registry() -> None:
    lock = (EVIDENCE / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
    assert "omit-lockfile-registry-resolved=true" in (EVIDENCE / ".npmrc").read_text()
