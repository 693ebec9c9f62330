"""The patch that lets Evidence work without the internet: the same twice, nothing at all on a text it does not know."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.dashboard import _node_home
from tests.evidence.conftest import EVIDENCE

PATCHED = (
    "src/build-parquet.js",
    "src/cache-duckdb.js",
    "src/client-duckdb/node.js",
    "src/client-duckdb/browser.js",
    "src/client-duckdb/both.js",
)
WRITTEN_FOR = ("@evidence-dev/universal-sql", "@duckdb/duckdb-wasm", "@duckdb/node-api", "parquet-wasm")


@pytest.fixture
def installed(tmp_path: Path, evidence_modules: Path) -> Path:
    """A project with Evidence's packages as they come from the registry."""
    for name in WRITTEN_FOR:
        target = tmp_path / "node_modules" / name
        target.mkdir(parents=True)
        shutil.copyfile(evidence_modules / name / "package.json", target / "package.json")
    package = tmp_path / "node_modules" / "@evidence-dev" / "universal-sql"
    (package / "src" / "client-duckdb").mkdir(parents=True)
    for file in PATCHED:
        shutil.copyfile(evidence_modules / "@evidence-dev" / "universal-sql" / f"{file}.upstream", package / file)
    return tmp_path


def patch(project: Path) -> subprocess.CompletedProcess[str]:
    script = EVIDENCE / "scripts" / "patch-evidence.mjs"
    return subprocess.run(
        [str(_node_home() / "bin" / "node"), str(script), str(project)], capture_output=True, text=True, check=False
    )


def texts(project: Path) -> dict[str, str]:
    package = project / "node_modules" / "@evidence-dev" / "universal-sql"
    return {str(path.relative_to(package)): path.read_text() for path in package.rglob("*.js")}


def test_stock_evidence_is_patched(installed: Path) -> None:
    done = patch(installed)
    assert done.returncode == 0, done.stderr
    after = texts(installed)
    assert "copyNatively(copy)" in after["src/build-parquet.js"]
    assert "list_for_page(`" in after["src/cache-duckdb.js"]
    for file in ("src/client-duckdb/node.js", "src/client-duckdb/browser.js"):
        assert "loadTablesFor(connection, sql)" in after[file]
        assert "autoinstall_known_extensions = false" in after[file]
        assert "read_parquet(" not in after[file]


def test_patching_twice_gives_the_same_as_once(installed: Path) -> None:
    patch(installed)
    once = texts(installed)
    assert patch(installed).returncode == 0
    assert texts(installed) == once


def test_an_improved_patch_starts_from_upstreams_text(installed: Path) -> None:
    pristine = texts(installed)
    patch(installed)
    package = installed / "node_modules" / "@evidence-dev" / "universal-sql"
    for file in PATCHED:
        assert (package / f"{file}.upstream").read_text() == pristine[file]


@pytest.mark.parametrize("name", WRITTEN_FOR)
def test_another_version_is_refused_and_nothing_is_changed(installed: Path, name: str) -> None:
    facts = installed / "node_modules" / name / "package.json"
    facts.write_text(json.dumps({**json.loads(facts.read_text()), "version": "99.0.0"}))
    before = texts(installed)
    done = patch(installed)
    assert done.returncode != 0
    assert f"{name} is 99.0.0" in done.stderr
    assert texts(installed) == before


@pytest.mark.parametrize("file", PATCHED)
def test_another_text_is_refused_and_nothing_is_changed(installed: Path, file: str) -> None:
    changed = installed / "node_modules" / "@evidence-dev" / "universal-sql" / file
    changed.write_text("// rewritten upstream\n")
    before = texts(installed)
    done = patch(installed)
    assert done.returncode != 0
    assert f"{file}: expected exactly one of" in done.stderr
    assert texts(installed) == before


def test_a_patched_file_without_its_original_is_refused(installed: Path) -> None:
    patch(installed)
    (installed / "node_modules" / "@evidence-dev" / "universal-sql" / f"{PATCHED[0]}.upstream").unlink()
    done = patch(installed)
    assert done.returncode != 0
    assert "remove node_modules and install again" in done.stderr


def test_the_installed_packages_are_patched(evidence_modules: Path) -> None:
    for file in PATCHED:
        text = (evidence_modules / "@evidence-dev" / "universal-sql" / file).read_text()
        assert text.startswith("/* patched by scripts/patch-evidence.mjs */")
