"""docs/add-a-feed.md followed to the letter: its blocks written into a copy of the project, its commands run there.

The copy is what git tracks, so that nothing of this machine is in it. Before the run a feed whose agreement has expired
joins it, the page's own under another name.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "add-a-feed.md"
NOW = "2017-07-05T09:00:00"
FEED = "housing/homelessness"
EXPIRED = "housing/expired"
_BLOCK = re.compile(r"(?:(Write|Add to) `([^`\n]+)`:\n\n)?```(\w+)\n(.*?)```\n", re.DOTALL)


@dataclass
class Step:
    """A block of the page: a file to write, lines to add to one, or (`place` empty) commands to run."""

    how: str
    place: str
    text: str


def steps() -> Iterator[Step]:
    for how, place, language, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        assert place or language == "sh", text
        yield Step(how, place, text)


@dataclass
class Copy:
    """The copied project, its home, and what each command of the page printed."""

    root: Path
    home: Path
    code_before: dict[str, str] = field(default_factory=dict)
    printed: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.root),
            "SAFEGUARDING_HOME": str(self.home),
            "SAFEGUARDING_NOW": NOW,
        }
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.root, env=environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        self.printed[command] = done
        return done

    def code(self) -> dict[str, str]:
        return {
            path.relative_to(self.root).as_posix(): sha256(path.read_bytes()).hexdigest()
            for path in self.root.rglob("*.py")
        }

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    folder = tmp_path_factory.mktemp("by the book")
    copy = Copy(folder / "project", folder / "home")
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, tracked):
        target = copy.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    copy.code_before = copy.code()
    commands = 0
    for step in steps():
        path = copy.root / step.place
        if step.how == "Write":
            assert not path.exists(), path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text)
        elif step.how == "Add to":
            path.write_text(path.read_text() + step.text)
        else:
            commands += 1
            if commands == 2:
                join_an_expired_one(copy)
            for command in step.text.splitlines():
                done = copy.run(command)
                wanted = 3 if command.startswith("safeguarding run") else 0
                assert done.returncode == wanted, f"{command}\n{done.stdout}\n{done.stderr}"
    return copy


def join_an_expired_one(copy: Copy) -> None:
    """The page's feed under another name, with an agreement that had expired when its sample came."""
    contract = yaml.safe_load((copy.root / "sources" / FEED / "contract.yml").read_text())
    contract["feed"] = EXPIRED.partition("/")[2]
    contract["sharing"] |= {"agreement_ref": "OLD-1", "valid_to": "2017-06-30"}
    (copy.root / "sources" / EXPIRED).mkdir()
    (copy.root / "sources" / EXPIRED / "contract.yml").write_text(yaml.safe_dump(contract))
    shutil.copytree(copy.root / "sources" / FEED / "sample", copy.home / "landing" / EXPIRED)
    assert copy.run("python -m orchestration.ingest.generate").returncode == 0


def test_the_page_writes_only_the_new_feeds_files_and_no_python(followed: Copy) -> None:
    assert followed.code() == followed.code_before
    written = [step.place for step in steps() if step.how == "Write"]
    assert len(written) == 6
    assert all(Path(place).parts[0] in ("sources", "dbt_project") and "housing" in place for place in written)


def test_the_samples_rows_are_in_force_in_the_staging_model(followed: Copy) -> None:
    rows = followed.ask(
        "select application_date::varchar, closure_date::varchar, age_at_application, outcome_code, area_code,"
        " person_key is not null from staging.stg_housing__homeless_applications order by all"
    )
    assert rows == [
        ("2017-04-03", "2017-05-12", -1, "MAIN_DUTY", "E06000011", True),
        ("2017-04-03", "2017-05-12", 4, "MAIN_DUTY", "E06000011", True),
        ("2017-04-20", None, 16, "PENDING", "E06000011", True),
        ("2017-06-01", "2017-06-20", 11, "NO_DUTY", "E06000011", True),
    ]


def test_the_feed_stands_in_status_with_its_rows(followed: Copy) -> None:
    lines = [" ".join(line.split()) for line in followed.printed["safeguarding status"].stdout.splitlines()]
    assert f"{FEED} 1 0 4 4 0 2017-06-30" in lines


def test_the_checks_that_follow_from_the_contract_passed(followed: Copy) -> None:
    found = followed.ask(
        "select engine, outcome from ops.check_results where dataset like '%housing__homeless%' group by all"
    )
    assert {engine for engine, _ in found} >= {"soda", "dbt", "reconciliation"}
    assert {outcome for _, outcome in found} == {"passed"}


def test_the_generated_layout_stands_below_what_was_written_for_the_sender(followed: Copy) -> None:
    page = (followed.root / "sources" / FEED / "README.md").read_text()
    assert page.startswith("# Children in households that apply as homeless\n")
    assert "| `application_ref` | `application_ref` | string |  | yes | identifier |" in page


def test_a_feed_whose_agreement_has_expired_is_refused_and_the_run_goes_on(followed: Copy) -> None:
    [run] = [done for command, done in followed.printed.items() if command.startswith("safeguarding run")]
    [refused] = [line for line in run.stderr.splitlines() if line.startswith("REFUSED")]
    assert "housing/expired (homelessness.csv): homelessness.csv: was received on 2017-07-05, after" in refused
    told = followed.printed["safeguarding status"].stdout
    assert "WARNING  housing/expired: sharing agreement OLD-1 expired on 2017-06-30" in told
    assert "WARNING  housing/homelessness" not in told
    assert followed.ask("select count(*) from raw.raw_housing__expired__homelessness") == [(0,)]
