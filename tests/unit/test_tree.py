"""What may not stand anywhere in the tree: hosts of registries, paths of a machine, secrets."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Put together from parts so that this file does not find itself.
REGISTRY_HOSTS = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "yarnpkg" + ".com",
    "debian" + ".org",
    "duckdb" + ".org/extensions",
    "extensions." + "duckdb.org",
]
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:" + "|".join(["work", "root", "farm"]) + r")/\w|/home/\w+/|/tmp" + r"/w/")


def tracked_text() -> list[tuple[str, str]]:
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    found = []
    for name in names:
        path = ROOT / name
        if path.is_file():
            try:
                found.append((name, path.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue
    return found


TEXTS = tracked_text()


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_no_file_names_the_host_of_a_package_registry(host: str) -> None:
    assert [name for name, text in TEXTS if host in text] == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert [name for name, text in TEXTS if MACHINE_PATHS.search(text)] == []


def test_the_node_lock_has_no_resolved_address() -> None:
    assert '"resolved"' not in (ROOT / "evidence" / "package-lock.json").read_text(encoding="utf-8")


def test_every_python_requirement_in_the_lock_is_pinned_with_a_hash() -> None:
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert len(locks) > 2
    for lock in locks:
        entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
        assert [e.splitlines()[0] for e in entries if "==" not in e or "--hash=sha256:" not in e] == []


def test_top_level_holds_only_what_the_owner_fixed_and_the_usual_small_files() -> None:
    top = {name.split("/")[0] for name, _ in TEXTS}
    fixed = {"orchestration", "dbt_project", "seeds", "sources", "evidence", "tests"}
    fixed |= {"workspace.yaml", "pyproject.toml", "README.md"}
    usual = {"Makefile", "docs", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", ".ci", ".gitignore"}
    usual |= {".sqlfluff", ".sqlfluffignore", "requirements.lock", "requirements-spark.lock"}
    usual |= {f"requirements-bench-{tool}.lock" for tool in ("903", "cin", "liia")}
    assert fixed <= top
    assert top - fixed - usual == set()
