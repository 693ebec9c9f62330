"""The Board's pack: the PDF holds the Board's figures of its day, no other, and nothing that is withheld."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from orchestration.dashboard import DashboardError
from orchestration.pack import CHROMIUMS, PackError, find_chromium, pack_days, print_page, write_pack
from orchestration.settings import Settings
from tests.evidence.board_file import HOME, RELEASE, THE_38
from tests.evidence.conftest import Visit

DAY = date(2016, 3, 31)
WITH_A_NUMBER = ("published", "provisional", "low_reliability")
A4 = (595, 842)
# Of each indicator of the framework, the last period that had ended by a day and whose returns were due.
SHOWN = f"""
select f.*, i.display_name, i.decimals, i.heading_name, p.period_label
from release.board.fct_indicator_value as f
inner join release.board.dim_indicator as i using (indicator_code, definition_version)
inner join release.board.dim_period as p using (period_type, period_end)
inner join release.board.fct_indicator_latest_due as due
    on due.indicator_code = f.indicator_code and due.area_code = f.area_code and due.is_primary_cadence
where f.area_code = '{HOME}' and f.breakdown = 'total' and f.is_primary_cadence and i.parent_code is null
    and f.period_end <= due.period_end and f.period_end <= ?
qualify row_number() over (partition by f.indicator_code order by f.period_end desc) = 1
"""


@dataclass(frozen=True)
class Pack:
    """A printed pack: its file, and the words of each page with single spaces."""

    path: Path
    reader: PdfReader
    pages: list[str]

    @property
    def text(self) -> str:
        return " ".join(self.pages)

    def row(self, code: str) -> str:
        """The words from an indicator's code in its table to the next indicator's."""
        codes = "|".join(THE_38)
        found = re.search(rf"\b{code}\. (.*?)(?=\b(?:{codes})\. |What the statuses mean)", self.text)
        assert found, code
        return found.group(1)


def read(path: Path) -> Pack:
    reader = PdfReader(path)
    return Pack(path, reader, [" ".join(page.extract_text().split()) for page in reader.pages])


@pytest.fixture(scope="module")
def latest(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return read(write_pack(built, None, tmp_path_factory.mktemp("pack") / "latest.pdf"))


@pytest.fixture(scope="module")
def earlier(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return read(write_pack(built, DAY, tmp_path_factory.mktemp("pack") / "earlier.pdf"))


@pytest.fixture(scope="module")
def con(built: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{(built.published / 'board.duckdb').resolve()}' as release (read_only)")
        yield connection


def rows(con: duckdb.DuckDBPyConnection, sql: str, *parameters: object) -> list[dict[str, Any]]:
    found = con.execute(sql, list(parameters))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize(("name", "day"), [("latest", date(9999, 1, 1)), ("earlier", DAY)], ids=["latest", "earlier"])
def test_the_pack_holds_the_boards_figure_of_each_indicator_for_its_day(
    request: pytest.FixtureRequest, con: duckdb.DuckDBPyConnection, name: str, day: date
) -> None:
    pack: Pack = request.getfixturevalue(name)
    expected = rows(con, SHOWN, day)
    assert len(expected) >= 30
    for figure in expected:
        told = pack.row(figure["indicator_code"])
        assert told.startswith(figure["period_label"]) or told.startswith(f"Year {figure['period_label']}"), told
        assert str(figure["period_end"].year) in told
        if figure["status"] in WITH_A_NUMBER:
            assert f"{figure['value']:,.{figure['decimals']}f}" in told, told
        else:
            assert "no number" in told, told


def test_no_number_stands_where_a_figure_is_withheld(latest: Pack, con: duckdb.DuckDBPyConnection) -> None:
    withheld = [figure for figure in rows(con, SHOWN, date(9999, 1, 1)) if figure["status"] == "suppressed"]
    assert withheld
    for figure in withheld:
        told = latest.row(figure["indicator_code"])
        between = told.partition("no number")[2].partition("Withheld")[0]
        assert "no number" in told
        assert "Suppressed" in between
        assert not any(character.isdigit() for character in between), told
        assert "Nothing to compare: no number is shown." in told


def test_no_period_of_an_earlier_pack_ends_after_its_day(earlier: Pack) -> None:
    tables = earlier.text.partition("Beside others")[2].partition("What the statuses mean")[0]
    assert re.findall(r"(?:at|to) \d+ \w+ (\d{4})", tables)
    assert not re.search(r"(?:at|to) \d+ \w+ 2017", tables)
    assert "31 March 2016" in tables


def test_what_was_agreed_stands_first_with_action_owner_and_day(latest: Pack, con: duckdb.DuckDBPyConnection) -> None:
    agreed = rows(con, "select * from release.board.fct_agreed_exception where area_code = ?", HOME)
    assert agreed
    first = latest.text.partition("Counted over each measure")[0]
    for exception in agreed:
        assert exception["reason"] in first
        for said in ("commentary", "action", "action_owner"):
            assert (exception[said] or "").rstrip(".") in first
    assert "Overdue." in first


def test_the_state_of_each_priority_is_told_in_one_line(latest: Pack, con: duckdb.DuckDBPyConnection) -> None:
    states = rows(con, "select state from release.board.fct_priority where area_code = ?", HOME)
    assert len(states) == 4
    assert all(row["state"] in latest.text for row in states)


def test_every_figure_of_the_pack_has_its_definition_and_source_behind_it(
    latest: Pack, con: duckdb.DuckDBPyConnection
) -> None:
    definitions = latest.text.rpartition("What each figure counts")[2]
    assert definitions.count("Source:") == 38
    for figure in rows(con, SHOWN, date(9999, 1, 1)):
        assert f"Indicator {figure['indicator_code']}, definition {figure['definition_version']}" in definitions


def test_each_sheet_is_a4_with_its_number_the_release_and_the_mark_of_invented_data(latest: Pack) -> None:
    total = len(latest.pages)
    for number, (page, text) in enumerate(zip(latest.reader.pages, latest.pages, strict=True), start=1):
        assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == A4
        assert f"Page {number} of {total}" in text
        assert f"Release {RELEASE}" in text
        assert "SYNTHETIC DATA" in text
        assert "Overview" not in text, "navigation on paper"
    assert "Synthetic data, for demonstration." in latest.pages[0]


def test_the_heads_of_a_table_are_said_again_on_each_sheet_and_no_heading_ends_one(latest: Pack) -> None:
    last = next(at for at, text in enumerate(latest.pages) if "What the statuses mean" in text)
    before = [text.partition("What the statuses mean")[0] for text in latest.pages[: last + 1]]
    tables = [text for text in before if re.search(r"\b[RASW]\d\d\. ", text)]
    assert len(tables) >= 3
    assert all("Indicator and period" in text for text in tables)
    for page in latest.reader.pages:
        lines = [line.strip() for line in page.extract_text().splitlines() if line.strip()]
        content = [
            line for line in lines if not re.match(r"Page \d+ of|As known on|SYNTHETIC DATA|.*: Board pack", line)
        ]
        assert content[-1] not in ("What the statuses mean", "What each figure counts")
        assert not content[-1].startswith(("Indicator and period", "Understanding and acting"))


def test_the_file_has_a_title_and_is_for_its_owner_alone(earlier: Pack) -> None:
    assert earlier.reader.metadata is not None
    assert earlier.reader.metadata.title == "Board pack, periods to 31 March 2016"
    assert stat.S_IMODE(earlier.path.stat().st_mode) == 0o600
    assert [path.name for path in earlier.path.parent.iterdir()] == ["earlier.pdf"]


def test_the_text_that_is_copied_from_the_pack_is_the_text_that_is_seen(latest: Pack) -> None:
    # Inter's open "4" has a private code alone.
    assert re.findall("[\ue000-\uf8ff]", latest.text) == []
    assert f"Page 1 of {len(latest.pages)}" in latest.text
    assert "R04. " in latest.text


def test_chromium_leaves_nothing_behind_in_the_home(latest: Pack, built: Settings) -> None:
    assert [path.name for path in built.home.iterdir() if "chromium" in path.name] == []


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_takes_its_day_from_the_address_and_offers_the_others(
    visit: Callable[..., Visit], address: str, built: Settings
) -> None:
    page = visit(f"{address}pack/?period-end={DAY}").page
    pack = page.get_by_test_id("pack")
    expect(pack).to_have_attribute("data-period-end", str(DAY))
    offered = (
        page.get_by_label("Periods that had ended by").locator("option").evaluate_all("all => all.map((o) => o.value)")
    )
    assert offered == ["", *[str(day) for day in reversed(pack_days(built))]]
    page.get_by_label("Periods that had ended by").select_option("")
    expect(pack).to_have_attribute("data-period-end", "")
    assert page.url == f"{address}pack/"


def test_an_address_with_another_day_says_that_there_is_no_such_figure(
    visit: Callable[..., Visit], address: str
) -> None:
    page = visit(f"{address}pack/?period-end=2016-05-05<b>").page
    expect(page.get_by_role("alert")).to_contain_text(
        "No figure of this release is for a period that ends on “2016-05-05<b>”"
    )
    expect(page.get_by_test_id("pack")).to_have_attribute("data-period-end", "")


# -- the command -------------------------------------------------------------------------------------------------------


def command(home: Path, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SAFEGUARDING_HOME": str(home), **({"PATH": path} if path is not None else {})}
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "pack", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_day_on_which_no_period_ends_is_refused_with_the_nearest_ones(built: Settings) -> None:
    done = command(built.home, "--period-end", "2016-04-02")
    assert done.returncode == 1
    assert "--period-end: found 2016-04-02, and no period with a figure ends on that day." in done.stderr
    assert "2016-03-31" in done.stderr
    assert command(built.home, "--period-end", "Q4").returncode == 1
    assert not (built.home / "packs").exists()


def test_without_a_chromium_it_says_which_names_it_looked_for(built: Settings, tmp_path: Path) -> None:
    done = command(built.home, "--period-end", str(DAY), path=str(tmp_path))
    assert done.returncode == 1
    assert all(name in done.stderr for name in CHROMIUMS)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", CHROMIUMS)
def test_a_chromium_of_any_usual_name_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / name).write_text("#!/bin/sh\n")
    (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium() == tmp_path / name


def a_home_with(built: Settings, home: Path, *, site: str | None) -> Settings:
    """A home with the published file of `built`; where `site` names one, a dashboard of that release."""
    (home / "published").mkdir(parents=True)
    shutil.copyfile(built.published / "board.duckdb", home / "published" / "board.duckdb")
    if site:
        (home / "dashboards" / site).mkdir(parents=True)
        (home / "dashboards" / site / "index.html").write_text("<title>Old</title>")
        (home / "dashboard").symlink_to(f"dashboards/{site}")
    return Settings(home=home)


def test_nothing_is_printed_before_a_release_or_a_site_is_there(built: Settings, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="Nothing is published yet"):
        write_pack(Settings(home=tmp_path / "empty"), None)
    with pytest.raises(DashboardError, match="is not there: run `safeguarding run` first"):
        write_pack(a_home_with(built, tmp_path / "unbuilt", site=None), DAY)
    with pytest.raises(PackError, match="from before there was a pack"):
        write_pack(a_home_with(built, tmp_path / "old", site=RELEASE), DAY)


def test_a_browser_that_ends_at_once_is_told_of_in_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho 'no display here' >&2\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(PackError, match=r"ended before it had printed the pack\. It said last: no display here"):
        print_page(broken, "http://127.0.0.1:9/", is_shown=bool, work=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["chromium"]


def test_an_output_that_cannot_be_written_is_refused_before_anything_is_printed(
    built: Settings, tmp_path: Path
) -> None:
    with pytest.raises(PackError, match="cannot be written; name a file in a folder that is there"):
        write_pack(built, DAY, tmp_path / "nowhere" / "pack.pdf")
