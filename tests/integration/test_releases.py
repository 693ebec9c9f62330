"""What was told can be told again, and what is told otherwise says why: a history of five runs."""

from __future__ import annotations

import csv
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.restatement import CAUSES
from tests.conftest import safeguarding
from tests.integration.test_whole_path import rows

LATE = "childrens_social_care/return_interviews/return_interviews_811_2016-06-01_2016-06-30_final"
POPULATION = "published/population/population_811_2015-01-01_2015-12-31_final"


@dataclass(frozen=True)
class History:
    """A home after five runs: the release folders by what was new in each, and what each run printed."""

    home: Path
    releases: dict[str, Path]
    printed: dict[str, str]

    def restatements(self, name: str) -> list[tuple[Any, ...]]:
        return rows(
            self.releases[name] / "analyst.duckdb",
            "select indicator_code, period_type, period_end, breakdown, breakdown_value, from_release_id,"
            " to_release_id, cause, change, value_before, value_after from marts.fct_restatement order by all",
        )


def received_at(folder: Path) -> datetime:
    moment = yaml.safe_load((folder / "submission.yml").read_text())["received_at"]
    return moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)


def deliver(source: Path, landing: Path, name: str, moment: str) -> Path:
    """Put a delivery of the demonstration in landing as if it had come at `moment`."""
    folder = shutil.copytree(source, landing / name)
    envelope = yaml.safe_load((folder / "submission.yml").read_text()) | {"received_at": moment}
    (folder / "submission.yml").write_text(yaml.safe_dump(envelope))
    return Path(folder)


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    home = tmp_path_factory.mktemp("history") / "home"
    written = safeguarding(home, "sample", "--scale", "0.1")
    assert written.returncode == 0, written.stderr
    landing, later = home / "landing", home.parent / "later"
    for envelope in sorted(landing.rglob("submission.yml")):
        folder = envelope.parent
        name = folder.relative_to(landing).as_posix()
        if received_at(folder) > datetime(2016, 9, 30, 23, 59, 59) or name == LATE:
            (later / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder, later / name)

    found = History(home, {}, {})

    def run(name: str, as_of: str) -> None:
        done = safeguarding(home, "run", "--no-dashboard", "--confirm", "--as-of", as_of)
        assert done.returncode == 0, done.stdout + done.stderr
        found.printed[name] = done.stdout
        published = re.search(r"Published (r-\S+)\.", done.stdout)
        assert published
        found.releases[name] = home / "published" / "releases" / published[1]

    run("first", "2016-09-30")
    deliver(later / LATE, landing, LATE, "2016-10-01T09:00:00")
    run("late", "2016-10-01")
    rebased = deliver(landing / POPULATION, landing, f"{POPULATION}_revised", "2016-10-02T09:00:00")
    with (rebased / "single_years.csv").open(newline="") as file:
        estimates = list(csv.DictReader(file))
    with (rebased / "single_years.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(estimates[0]))
        writer.writeheader()
        for row in estimates:
            newer = {"population": str(int(row["population"]) * 21 // 20), "release": "ONS mid-2015, revised"}
            writer.writerow(row | newer | {"released_on": "2016-10-02"})
    run("population", "2016-10-02")
    for envelope in sorted(later.rglob("submission.yml")):
        name = envelope.parent.relative_to(later).as_posix()
        if name != LATE:
            shutil.copytree(envelope.parent, landing / name)
    run("later", "2017-03-31")
    run("again", "2016-09-30")
    return found


def test_a_release_rendered_again_half_a_year_later_is_the_same_in_every_table(history: History) -> None:
    assert history.releases["again"] == history.releases["first"]
    # Publication compares the two builds table by table, and refuses what differs (test_publish.py).
    assert f"Published {history.releases['first'].name}." in history.printed["again"]


def test_a_release_of_an_earlier_moment_is_kept_beside_the_current_one_until_readers_are_to_get_it(
    history: History, tmp_path: Path
) -> None:
    later = history.releases["later"]
    assert (history.home / "published" / "current").resolve() == later
    assert f"Readers still get {later.name}" in history.printed["again"]
    assert "--make-current" in history.printed["again"]
    assert "BESIDE" not in history.printed["later"]

    home = shutil.copytree(history.home, tmp_path / "home", symlinks=True)
    request = ("run", "--no-dashboard", "--confirm", "--as-of", "2016-09-30")
    again = safeguarding(home, *request)
    assert "Nothing new" in again.stdout and "BESIDE" in again.stdout
    turned = safeguarding(home, *request, "--make-current")
    assert turned.returncode == 0, turned.stderr
    assert (home / "published" / "current").resolve().name == history.releases["first"].name
    assert "BESIDE" not in turned.stdout


def test_a_late_file_is_a_restatement_with_that_cause_alone(history: History) -> None:
    found = history.restatements("late")
    assert {row[7] for row in found} == {"late"}
    assert {row[0] for row in found} <= {"R06j", "R06k", "R06l", "R06m"}
    assert {(row[5], row[6]) for row in found} == {(history.releases["first"].name, history.releases["late"].name)}


def test_a_rebased_population_is_a_restatement_with_that_cause_alone(history: History) -> None:
    found = history.restatements("population")
    assert {row[7] for row in found} == {"population"}
    assert "R02" in {row[0] for row in found}
    # A population that is greater by a twentieth makes every rate smaller.
    assert all(row[8] < 0 for row in found)


def test_causes_add_up_to_the_change_and_stand_for_every_figure_that_moved(history: History) -> None:
    before = history.releases["population"] / "analyst.duckdb"
    after = history.releases["later"] / "analyst.duckdb"
    key = "indicator_code, definition_version, area_code, period_type, period_end, breakdown, breakdown_value"
    told = {row[:7]: row[7] for row in rows(before, f"select {key}, value from marts.fct_indicator_value")}
    now = {row[:7]: row[7] for row in rows(after, f"select {key}, value from marts.fct_indicator_value")}
    moved = {
        figure: value - told[figure]
        for figure, value in now.items()
        if value is not None and told.get(figure) is not None and told[figure] != value
    }
    added: dict[tuple[Any, ...], Decimal] = {}
    for *figure, change in rows(after, f"select {key}, change from marts.fct_restatement"):
        added[tuple(figure)] = added.get(tuple(figure), Decimal(0)) + change
    assert len(moved) > 30
    assert added == moved
    # The code is the same: no part of any change may be put down to it.
    assert {cause for (cause,) in rows(after, "select distinct cause from marts.fct_restatement")} <= set(CAUSES[:4])


@pytest.mark.parametrize(("before", "after"), [("first", "late"), ("late", "population"), ("population", "later")])
def test_the_board_is_told_of_a_move_only_where_its_file_showed_the_figure_then_and_shows_it_now(
    history: History, before: str, after: str
) -> None:
    key = "indicator_code, definition_version, area_code, period_type, period_end, breakdown, breakdown_value"
    shown = f"select {key}, value from board.fct_indicator_value where value is not null"
    told = {row[:7]: row[7] for row in rows(history.releases[before] / "board.duckdb", shown)}
    now = {row[:7]: row[7] for row in rows(history.releases[after] / "board.duckdb", shown)}
    moved = rows(
        history.releases[after] / "board.duckdb",
        f"select {key}, value_before, value_after, moved_by, causes from board.fct_restatement",
    )

    both = {figure: (told[figure], now[figure]) for figure in told.keys() & now.keys() if told[figure] != now[figure]}
    assert {row[:7]: row[7:9] for row in moved} == both
    assert all(is_now - was == by and causes for *_, was, is_now, by, causes in moved)
    # More moved than the Board may be told of, or there was nothing to hold back.
    assert len(moved) < len(history.restatements(after))
    # A population that was revised moves every rate, those that are shown among them.
    assert moved or after != "population"


def test_the_board_is_told_which_release_it_is_compared_with(history: History) -> None:
    compared = "select before_release_id, figures_restated, is_dictionary_changed from board.fct_release_compared"
    assert rows(history.releases["first"] / "board.duckdb", compared) == [(None, 0, None)]
    ((before, restated, is_changed),) = rows(history.releases["later"] / "board.duckdb", compared)
    assert before == history.releases["population"].name
    assert restated == len(rows(history.releases["later"] / "board.duckdb", "select 1 from board.fct_restatement"))
    assert is_changed is False


def test_a_move_beyond_its_tolerance_stops_and_asks_and_its_causes_are_not_rebuilt_once_confirmed(
    history: History, tmp_path: Path
) -> None:
    home = shutil.copytree(history.home, tmp_path / "home", symlinks=True)
    current = home / "published" / "current"
    current.unlink()
    current.symlink_to(Path("releases") / history.releases["population"].name)
    shutil.rmtree(home / "published" / "releases" / history.releases["later"].name)
    done = safeguarding(home, "run", "--no-dashboard", "--as-of", "2017-03-31")
    assert done.returncode == 1
    assert "moved further than the tolerance" in done.stderr
    assert "safeguarding run --confirm" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    asked = safeguarding(home, "releases", "diff", "--headlines")
    assert asked.returncode == 0, asked.stderr
    confirmed = safeguarding(home, "run", "--no-dashboard", "--confirm", "--as-of", "2017-03-31")
    assert confirmed.returncode == 0, confirmed.stderr
    assert re.search(r"\d+ figures? moved further than the tolerance.* Confirmed\.", confirmed.stdout)
    known_before = "Figures that were rebuilt for this release before are taken as they are."
    assert known_before not in history.printed["later"] and known_before in confirmed.stdout
    again = History(home, {"later": (home / "published" / "current").resolve()}, {})
    assert again.restatements("later") == history.restatements("later")


def test_two_releases_can_be_compared_and_each_be_shown(history: History) -> None:
    late = history.releases["late"].name
    listed = safeguarding(history.home, "releases", "list")
    assert listed.returncode == 0 and late in listed.stdout
    shown = safeguarding(history.home, "releases", "show", late)
    assert shown.returncode == 0, shown.stderr
    assert "R01" in shown.stdout
    assert "UNSUPPRESSED" in shown.stderr
    compared = safeguarding(history.home, "releases", "diff", late, history.releases["population"].name, "--headlines")
    assert compared.returncode == 0, compared.stderr
    assert "population -" in compared.stdout
    turned = safeguarding(history.home, "releases", "diff", history.releases["population"].name, late, "--headlines")
    assert turned.stdout == compared.stdout
    assert f"{late} is about an earlier moment" in turned.stderr


def test_a_release_that_is_not_there_is_said_in_one_sentence(history: History) -> None:
    done = safeguarding(history.home, "releases", "show", "r-1999")
    assert done.returncode != 0
    assert "found 0 releases called 'r-1999'" in done.stderr
    assert "Traceback" not in done.stderr
