"""The page of one indicator: every figure is the file's, the chart can be read without seeing it, nothing is rated that
has no good side."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Page, expect

from orchestration.settings import Settings
from tests.evidence.board_file import HOME, IN_FORCE, RELEASE
from tests.evidence.board_judgement import LOCAL, SOURCE
from tests.evidence.board_meeting import AGREED
from tests.evidence.conftest import Visit
from tests.evidence.test_dictionary_on_the_dashboard import WITH_A_NUMBER, WORDS

# With figures, withheld ones, a chart with limits, one that is neutral, and one of which the Board is shown nothing.
SHOWN = ("R01", "R03", "S01", "W02", "S03")
NOT_SHOWN = "R06d"
RULE = {
    "two_of_three": "one of 2 in 3 that lie near the same limit",
    "outside_limits": "it lies outside the limits",
}


@pytest.fixture(scope="module")
def con(built: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{(built.published / 'board.duckdb').resolve()}' as release (read_only)")
        connection.execute("use release.board")
        yield connection


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found = con.execute(sql)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def series(con: duckdb.DuckDBPyConnection, code: str) -> list[dict[str, Any]]:
    """The leading series of an indicator, newest first, with what the chart says of each figure."""
    return rows(
        con,
        f"""
        select f.*, t.special_cause, t.signal, t.lower_limit, p.period_label
        from fct_indicator_value as f
        inner join dim_period as p using (period_type, period_end)
        left join fct_indicator_trend as t
            using (indicator_code, definition_version, area_code, period_type, period_end)
        where f.indicator_code = '{code}' and f.area_code = '{HOME}' and f.breakdown = 'total' and f.is_primary_cadence
        order by f.period_end desc
        """,
    )


def shown(figure: dict[str, Any], code: str) -> str:
    decimals = IN_FORCE[code]["decimals"]
    return f"{figure['value']:,.{decimals}f}" if figure["status"] in WITH_A_NUMBER else "no number"


def leading_chart(page: Page) -> Any:
    return page.locator("#trend").get_by_test_id("spc").first


def test_every_indicator_in_force_has_a_page_that_one_can_walk_to(
    visit: Callable[..., Visit], address: str, built: Settings
) -> None:
    pages = {path.parent.name for path in built.dashboard.glob("indicators/*/index.html")}
    assert pages == {code.lower() for code in IN_FORCE}
    links = visit(address).page.locator("a").evaluate_all("all => all.map((a) => a.pathname)")
    assert {f"/indicators/{code.lower()}/" for code, row in IN_FORCE.items() if not row["parent_code"]} <= set(links)


@pytest.mark.parametrize("code", SHOWN)
def test_every_figure_and_status_in_the_table_is_that_of_the_file(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection, code: str
) -> None:
    page = visit(f"{address}indicators/{code.lower()}/").page
    found = (
        page.get_by_test_id("all-figures")
        .first.locator("tbody tr")
        .evaluate_all(
            "all => all.map((row) => [row.dataset.period, row.dataset.status, "
            "row.querySelector('td.figure').innerText.trim()])"
        )
    )
    assert found == [[str(one["period_end"]), one["status"], shown(one, code)] for one in series(con, code)]


@pytest.mark.parametrize("code", [*SHOWN, NOT_SHOWN])
def test_a_page_says_how_it_is_read_what_to_ask_what_it_counts_and_who_answers_for_it(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection, code: str
) -> None:
    page = visit(f"{address}indicators/{code.lower()}/").page
    (row,) = rows(con, f"select * from dim_indicator where indicator_code = '{code}' and valid_to is null")
    expect(page.locator("h1")).to_have_text(row["display_name"])
    expect(page.get_by_test_id("how-to-read")).to_contain_text(row["how_to_read"])
    expect(page.get_by_test_id("question")).to_have_text(row["question"])
    pole = {"H": "Up is good", "L": "Down is good", "N": "Read it, do not rate it"}[row["polarity"]]
    expect(page.get_by_test_id("polarity")).to_contain_text(pole)
    expect(page.locator("#definition").get_by_test_id("definition")).to_contain_text(row["numerator_definition"])
    expect(page.get_by_test_id("owner")).to_contain_text(row["owner"])
    said = con.execute(f"select sentence from fct_indicator_sentence where indicator_code = '{code}'").fetchone()
    assert (page.locator("header .lead").inner_text() or None) == (said[0] if said else None)


@pytest.mark.parametrize("code", SHOWN)
def test_the_chart_draws_the_numbers_of_the_file_and_never_one_that_is_withheld(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection, code: str
) -> None:
    page = visit(f"{address}indicators/{code.lower()}/").page
    figures = list(reversed(series(con, code)))
    came = next((at for at, one in enumerate(figures) if one["status"] != "not_submitted"), len(figures))
    chart = leading_chart(page)
    points = chart.get_by_test_id("point").evaluate_all(
        "all => all.map((one) => [one.dataset.period, Number(one.dataset.value)])"
    )
    drawn = [one for one in figures[came:] if one["status"] in WITH_A_NUMBER]
    assert points == [[str(one["period_end"]), float(one["value"])] for one in drawn]
    gaps = chart.get_by_test_id("gap").evaluate_all("all => all.map((one) => one.dataset.period)")
    without = [str(one["period_end"]) for one in figures[came:] if one["status"] not in WITH_A_NUMBER]
    assert set(gaps) == (set(without) if drawn else set())
    if code == "R03":
        assert "2014-12-31" in gaps


def test_with_the_keyboard_alone_each_point_is_reached_and_read_out(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection
) -> None:
    page = visit(f"{address}indicators/w02/").page
    plot = leading_chart(page).get_by_role("application")
    for _ in range(80):
        page.keyboard.press("Tab")
        if plot.evaluate("one => one === document.activeElement"):
            break
    expect(plot).to_be_focused()
    reading = leading_chart(page).get_by_test_id("reading")
    assert reading.get_attribute("aria-live") == "polite"
    page.keyboard.press("End")
    figures = [one for one in series(con, "W02") if str(one["period_end"]) >= "2014-06-30"]
    assert {one["signal"] for one in figures} == {None, "concern"}
    for one in figures:
        text = reading.inner_text()
        assert text.startswith(f"{one['period_label']}, "), text
        assert f": {shown(one, 'W02')}%, {WORDS[one['status']].lower()}." in text
        if one["signal"]:
            assert f"Concern: worse than its own past, beyond chance ({RULE[one['special_cause']]})." in text
        else:
            assert "No special cause" in text
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    expect(reading).to_contain_text("30 June 2014")


def test_a_special_cause_has_a_shape_and_a_word_and_a_target_says_who_set_it(
    visit: Callable[..., Visit], address: str
) -> None:
    page = visit(f"{address}indicators/w02/").page
    chart = leading_chart(page)
    expect(chart.locator("text.cause")).to_have_text("concern")
    plain = chart.locator("[data-testid=point]:not([data-signal])").first.locator("circle")
    expect(plain).to_have_count(1)
    expect(chart.locator("[data-testid=point][data-signal=concern] path")).to_have_count(2)
    expect(chart.get_by_test_id("target")).to_contain_text(
        "at least 95.0 %, set by Safeguarding Children Board on 1 April 2014"
    )
    summary = str(chart.get_by_test_id("trend").get_attribute("aria-label"))
    assert "2 points are special causes (concern)" in summary
    assert "from 97.0 at 30 June 2014 to 90.5 at 31 March 2017" in summary


@pytest.mark.parametrize("code", ["S01", "R01"])
def test_what_has_no_good_side_is_never_coloured_or_ranked(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection, code: str
) -> None:
    page = visit(f"{address}indicators/{code.lower()}/").page
    main = page.locator("#evidence-main-article")
    expect(main.locator(".good, .bad")).to_have_count(0)
    signals = {one["signal"] for one in series(con, code)} - {None}
    assert signals <= {"high", "low"}
    drawn = leading_chart(page).locator("[data-testid=point][data-signal]")
    assert drawn.count() == sum(bool(one["signal"]) for one in series(con, code))
    if page.get_by_test_id("rank").count():
        expect(page.get_by_test_id("rank")).to_have_text(
            "Neither high nor low is good in itself: no rank and no quartile."
        )


def test_on_the_overview_only_what_has_a_good_side_is_coloured(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address).page
    for code, row in IN_FORCE.items():
        if not row["parent_code"] and row["polarity"] == "N":
            expect(page.locator(f"tbody[data-indicator={code}]").locator(".good, .bad")).to_have_count(0)
    w02 = page.locator("tbody[data-indicator=W02]")
    expect(w02.get_by_test_id("overview-trend").locator(".said")).to_have_text("Concern, special cause")
    expect(w02.get_by_test_id("overview-england").locator("[data-outcome=better]")).to_have_text("Better")
    expect(w02.get_by_test_id("overview-england")).to_contain_text("97.0% against 93.7%, 2015/16")


def test_a_comparison_names_its_period_its_source_and_what_is_compared(
    visit: Callable[..., Visit], address: str
) -> None:
    others = visit(f"{address}indicators/r01/").page.get_by_test_id("comparison")
    expect(others).to_contain_text("what is set side by side is “Looked after children per 10,000 children”")
    england = others.locator("tr[data-key=england]")
    expect(england).to_contain_text("60 per 10,000")
    expect(england).to_contain_text("Lower than England, beyond chance")
    expect(others).to_contain_text(f"{SOURCE}, period to 31 March 2016. Neighbours: the list of April 2021.")
    # Each of the five stands on the strip, with a mark of its own.
    marks = others.locator("svg[role=img] g.mark").evaluate_all("all => all.map((one) => one.dataset.key)")
    assert set(marks) == {"ours", "england", "region", "mean", "median"}


def test_where_nobody_can_be_compared_with_the_page_says_why(visit: Callable[..., Visit], address: str) -> None:
    page = visit(f"{address}indicators/a01/").page
    expect(page.get_by_test_id("no-comparator")).to_have_text(f"No comparator. {LOCAL}")


def test_the_file_that_is_downloaded_holds_what_the_page_shows(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection
) -> None:
    seen = visit(f"{address}indicators/r03/")
    with seen.page.expect_download() as waiting:
        seen.page.get_by_test_id("csv").click()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    assert waiting.value.suggested_filename == f"R03-{RELEASE}.csv"
    found = list(csv.DictReader(io.StringIO(text)))
    ours = rows(con, f"select * from fct_indicator_value where indicator_code = 'R03' and area_code = '{HOME}'")
    key = ("period_type", "period_end", "breakdown", "breakdown_value")
    assert {tuple(row[name] for name in key) for row in found} == {
        tuple(str(row[name]) for name in key) for row in ours
    }
    by_key = {tuple(str(row[name]) for name in key): row for row in ours}
    for row in found:
        told = by_key[tuple(row[name] for name in key)]
        assert row["status"] == told["status"]
        assert row["is_synthetic"] == "true"
        if told["status"] in WITH_A_NUMBER:
            assert float(row["value"]) == float(told["value"])
        else:
            assert row["value"] == row["numerator"] == row["denominator"] == ""
    assert {row["status"] for row in found} >= {"published", "provisional", "suppressed", "not_submitted"}
    assert all(url.startswith((address, "data:", "blob:")) for url in seen.requested)


def test_what_was_agreed_stands_on_the_overview_and_on_the_page_of_its_indicator(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection
) -> None:
    page = visit(address).page
    agreed = page.locator("#agreed")
    expect(agreed.locator("[data-exception]")).to_have_count(len(AGREED))
    expect(agreed).to_contain_text("From the meeting of 8 May 2017")
    ((waiting,),) = con.execute("select waiting from fct_exception_count").fetchall()
    assert waiting > 1
    expect(page.get_by_test_id("waiting-proposals")).to_have_text(f"{waiting} proposals wait for the group's decision.")
    # Named before anything else of the page is.
    assert page.locator("main section, #evidence-main-article section").first.get_attribute("id") == "attention"
    expect(page.get_by_test_id("exceptions-agreed").locator("strong")).to_have_text(str(len(AGREED)))
    of = AGREED[0]
    there = visit(f"{address}indicators/{str(of['indicator_code']).lower()}/").page.locator("#agreed")
    for told in ("reason", "commentary", "action", "action_owner"):
        expect(agreed).to_contain_text(str(of[told]))
        expect(there).to_contain_text(str(of[told]))
    expect(there.locator("[data-exception]")).to_have_count(1)


def test_before_anything_is_agreed_the_overview_says_so(
    visit: Callable[..., Visit], address_before_the_first_return: str
) -> None:
    page = visit(address_before_the_first_return).page
    expect(page.get_by_test_id("none-agreed")).to_contain_text("has agreed no exception yet")
    expect(page.get_by_test_id("waiting-proposals")).to_have_text("No proposal waits for the group's decision.")


def test_what_cannot_be_seen_is_listed_with_its_reason(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection
) -> None:
    page = visit(address).page
    due = rows(
        con,
        "select f.* from fct_indicator_latest_due inner join fct_indicator_value as f using (indicator_code, "
        "definition_version, area_code, period_type, period_end) where f.is_primary_cadence and f.breakdown = 'total'",
    )
    expected = {
        one["indicator_code"]: one["status"]
        for one in due
        if one["status"] not in WITH_A_NUMBER and not IN_FORCE[one["indicator_code"]]["parent_code"]
    }
    listed = (
        page.get_by_test_id("unseen")
        .locator("li")
        .evaluate_all(
            "all => all.map((one) => [one.dataset.unseen, one.querySelector('[data-status]').dataset.status])"
        )
    )
    assert dict(listed) == expected


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["indicators/w02/", "indicators/r03/", f"indicators/{NOT_SHOWN.lower()}/", "compare/"])
def test_the_page_fits_the_screen(visit: Callable[..., Visit], address: str, path: str, width: int) -> None:
    seen = visit(address + path, width=width)
    seen.page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    assert seen.page.evaluate("document.documentElement.scrollWidth") == width
    assert seen.complaints == []


def test_on_a_telephone_the_menu_opens_by_keyboard_and_names_the_page_one_is_on(
    visit: Callable[..., Visit], address: str
) -> None:
    page = visit(address + "risk/", width=360).page
    menu = page.locator(".masthead details")
    expect(menu.get_by_role("link", name="Compare")).to_be_hidden()
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Compare")).to_be_visible()
    expect(menu.locator("[aria-current=page]")).to_have_text("Risk")
