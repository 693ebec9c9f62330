"""Dictionary, Board's file and built dashboard agree: each of the 38 is there, and every number is the file's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Locator, expect

from orchestration.settings import Settings
from tests.evidence.board_file import HOME, IN_FORCE, THE_38
from tests.evidence.conftest import Visit, unfold
from tests.evidence.test_board_page import PAGES

Row = dict[str, Any]
WORDS = {
    "published": "Published",
    "provisional": "Provisional",
    "low_reliability": "Low reliability",
    "rounds_to_zero": "Rounds to zero",
    "suppressed": "Suppressed",
    "not_submitted": "Not submitted",
    "late": "Late",
    "failed_quality": "Failed quality checks",
    "not_applicable": "Not applicable",
    "not_available": "Not available",
}
WITH_A_NUMBER = ("published", "provisional", "low_reliability")
UNITS = {"count": "", "percent": "%", "days": "days"}
# The last figure of which a return told something: what a headline shows.
LAST_THAT_CAME = """
select * from figures
where is_primary_cadence and breakdown = 'total' and status not in ('late', 'not_submitted')
qualify row_number() over (partition by indicator_code order by period_end desc) = 1
"""
LATEST_DUE = """
select figures.* from board.fct_indicator_latest_due as due
inner join figures using (indicator_code, definition_version, area_code, period_type, period_end)
where figures.is_primary_cadence and figures.breakdown = 'total'
"""


@pytest.fixture(scope="module")
def con(built: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{(built.published / 'board.duckdb').resolve()}' as release (read_only)")
        connection.execute("use release")
        connection.execute(
            f"""
            create temp view figures as
            select f.*, i.display_name, i.unit, i.multiplier, i.decimals, i.measure_type, p.period_label
            from release.board.fct_indicator_value as f
            inner join release.board.dim_indicator as i using (indicator_code, definition_version)
            inner join release.board.dim_period as p using (period_type, period_end)
            where f.area_code = '{HOME}'
            """
        )
        yield connection


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    found = con.execute(sql)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def number(figure: Row) -> str:
    """The figure as a reader sees it: thousands, the dictionary's decimals."""
    return f"{figure['value']:,.{figure['decimals']}f}"


def behind(figure: Row) -> str:
    if figure["denominator"] is None:
        return ""
    if figure["measure_type"] in ("mean", "median"):
        return f"{figure['denominator']:,.0f} cases"
    return f"{figure['numerator']:,.0f} of {figure['denominator']:,.0f}"


def expected_cell(figure: Row) -> list[str]:
    """The words of the overview's figure column."""
    if figure["status"] not in WITH_A_NUMBER:
        return ["no", "number"]
    unit = UNITS.get(figure["unit"]) if figure["unit"] != "rate" else f"per {figure['multiplier']:,}"
    left_out = figure["cases_not_assessable"]
    unjudged = f"{left_out:,.0f} more cases could not be judged" if left_out else ""
    return " ".join([number(figure), unit or "", behind(figure), unjudged]).split()


def words_of(element: Locator) -> list[str]:
    return element.inner_text().split()


def test_each_of_the_38_stands_once_on_the_overview_under_its_heading_with_its_name(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection
) -> None:
    page = unfold(visit(address).page)
    shown = page.locator("tbody[data-indicator]")
    codes = [str(shown.nth(at).get_attribute("data-indicator")) for at in range(shown.count())]
    assert codes == sorted(THE_38, key=lambda code: ("RASW".index(code[0]), int(code[1:])))
    assert len(codes) == 38
    # Under the name that the definition had in that period.
    names = {figure["indicator_code"]: figure["display_name"] for figure in rows(con, LATEST_DUE)}
    assert names["A09"] != IN_FORCE["A09"]["display_name"]
    for code in codes:
        row = page.locator(f"section#{code[0].lower()} tbody[data-indicator={code}]")
        expect(row.locator("th a")).to_have_text(names[code])


def test_each_row_of_the_overview_is_the_latest_period_due_with_the_figure_and_status_of_the_file(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection
) -> None:
    page = unfold(visit(address).page)
    due = {figure["indicator_code"]: figure for figure in rows(con, LATEST_DUE)}
    assert set(THE_38) <= set(due)
    # Otherwise a page that never shows one of them would pass.
    assert {figure["status"] for code, figure in due.items() if code in THE_38} == set(WORDS)
    for code in THE_38:
        row, figure = page.locator(f"tbody[data-indicator={code}]"), due[code]
        assert words_of(row.get_by_test_id("overview-figure")) == expected_cell(figure), code
        assert figure["period_label"] in row.locator("td.period").inner_text(), code
        assert str(figure["period_end"].year) in row.locator("td.period").inner_text(), code
        said = " ".join(words_of(row.locator("td.state")))
        assert said == " ".join([WORDS[figure["status"]], *((figure["status_reason"] or "").split())]), code


def test_companions_are_folded_under_their_indicator_with_the_figures_of_the_file(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection
) -> None:
    page = unfold(visit(address).page)
    due = {figure["indicator_code"]: figure for figure in rows(con, LATEST_DUE)}
    folded = page.get_by_test_id("companions").locator("li")
    codes = [str(folded.nth(at).get_attribute("data-indicator")) for at in range(folded.count())]
    # These are not listed for the Board; A12b only as a split.
    assert set(codes) == {code for code, row in IN_FORCE.items() if row["parent_code"]} - {
        "R06d",
        "R06e",
        "R06m",
        "A15c",
        "W04b",
    }
    for code in codes:
        parent = page.locator(f"tbody[data-indicator={IN_FORCE[code]['parent_code']}]")
        item = parent.locator(f"li[data-indicator={code}]")
        expect(item).to_be_hidden()
        parent.get_by_test_id("companions").locator("summary").click()
        text = " ".join(words_of(item))
        parent.get_by_test_id("companions").locator("summary").click()
        assert IN_FORCE[code]["display_name"] in text
        if code not in due:
            assert "Shown only as a split" in text
            continue
        assert WORDS[due[code]["status"]] in text
        if due[code]["status"] in WITH_A_NUMBER:
            assert f"{code} {number(due[code])}" in text
            assert behind(due[code]) in text


def test_the_overview_counts_its_figures_and_the_returns_that_are_in_and_late(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection
) -> None:
    page = unfold(visit(address).page)
    own = [figure for figure in rows(con, LATEST_DUE) if figure["indicator_code"] in THE_38]
    with_a_number = sum(figure["status"] in WITH_A_NUMBER for figure in own)
    expect(page.get_by_test_id("with-a-figure")).to_have_text(f"{with_a_number} of 38")
    for status in set(WORDS) - set(WITH_A_NUMBER):
        count = sum(figure["status"] == status for figure in own)
        expect(page.locator(f"[data-testid=figures-by-state] > [data-status={status}]")).to_have_text(
            f"{count} {WORDS[status]}"
        )
    # Care has come up to March, the last month due on 15 May; need only up to December; nobody else has sent anything.
    # A return that no figure waits for is not due, so it is no part of the count; its name stands beside it.
    expect(page.get_by_test_id("returns-in")).to_have_text("1 of 20")
    expect(page.get_by_test_id("no-due-day")).to_have_text(
        "1 more has no due day, as no figure waits for it: Return interviews."
    )
    expect(page.get_by_test_id("summary")).to_contain_text("Late: Children in need census (due 20 April 2017).")
    expect(page.get_by_test_id("summary")).to_contain_text("18 never sent")
    assert page.get_by_test_id("returns").locator("li").first.get_attribute("data-status") == "late"
    expect(visit(address + "returns/").page.get_by_test_id("summary")).to_contain_text("1 of 20 returns are in")


@pytest.mark.parametrize("heading", PAGES)
def test_every_number_of_a_headings_tables_is_that_of_the_file(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection, heading: str
) -> None:
    page = unfold(visit(address + PAGES[heading]).page)
    page.get_by_role("button", name="Show every period").click()
    tables = page.get_by_test_id("figure-table")
    assert tables.count() >= 1
    for at in range(tables.count()):
        code = str(tables.nth(at).get_attribute("data-indicator"))
        ours = rows(
            con,
            f"""
            select * from figures where indicator_code = '{code}' and breakdown = 'total'
            order by is_primary_cadence desc, period_type, period_end desc
            """,
        )
        shown = (
            tables.nth(at)
            .locator("tbody tr")
            .evaluate_all(
                "found => found.map((row) => [row.dataset.status, row.querySelector('td.figure').innerText.trim()])"
            )
        )
        assert shown == [
            [one["status"], number(one) if one["status"] in WITH_A_NUMBER else "no number"] for one in ours
        ], code


@pytest.mark.parametrize("heading", PAGES)
def test_every_headline_is_the_last_figure_that_came(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection, heading: str
) -> None:
    page = unfold(visit(address + PAGES[heading]).page)
    last = {figure["indicator_code"]: figure for figure in rows(con, LAST_THAT_CAME)}
    headlines = page.locator(".headline")
    codes = {str(headlines.nth(at).get_attribute("data-indicator")) for at in range(headlines.count())}
    beside = page.locator("[data-companion]").evaluate_all("all => all.map((one) => one.dataset.companion)")
    assert {code for code in last if code[0] == heading} <= codes | set(beside)
    for code in codes:
        words = words_of(page.locator(f".headline[data-indicator={code}] [data-testid=headline-value]"))
        figure = last.get(code)
        if figure and figure["status"] in WITH_A_NUMBER:
            assert words[0] == number(figure), code
        else:
            assert " ".join(words) == WORDS[figure["status"] if figure else "not_submitted"], code
    for code in beside:
        row, figure = page.locator(f"[data-companion={code}]"), last.get(code)
        expect(row.locator("a")).to_have_attribute("href", f"/indicators/{code.lower()}/")
        if figure is None:
            continue
        shown = figure["status"] in WITH_A_NUMBER
        expect(row.get_by_test_id("companion-value")).to_have_text(number(figure) if shown else "no number")
        expect(row.locator(".badge").first).to_have_attribute("data-status", figure["status"])


@pytest.mark.parametrize("heading", ["R"])
def test_every_number_of_a_split_is_that_of_the_file(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection, heading: str
) -> None:
    page = unfold(visit(address + PAGES[heading]).page)
    cells = page.locator("[data-testid=breakdown] td.figure").evaluate_all(
        """found => found.map((cell) => {
            const { indicator, breakdown } = cell.closest('[data-testid=breakdown]').dataset;
            return [indicator, breakdown, cell.dataset.value, cell.dataset.period, cell.innerText.trim()];
        })"""
    )
    assert len(cells) > 20
    for code, breakdown, value, end, text in cells:
        (figure,) = rows(
            con,
            f"""
            select * from figures where indicator_code = '{code}' and period_type = 'financial_year'
                and breakdown = '{breakdown}' and breakdown_value = '{value}' and period_end = date '{end}'
            """,
        )
        shown = number(figure) if figure["status"] in WITH_A_NUMBER else WORDS[figure["status"]]
        assert text.split("\n")[0] == shown, (code, breakdown, value, end)


def test_a_withheld_figure_leads_to_no_number_anywhere_on_the_overview(
    visit: Callable[..., Visit], address: str
) -> None:
    page = unfold(visit(address).page)
    withheld = page.locator("tbody[data-indicator][data-status=suppressed]")
    assert withheld.count() >= 1
    for at in range(withheld.count()):
        cell = withheld.nth(at).get_by_test_id("overview-figure")
        assert not any(character.isdigit() for character in cell.inner_text())
    expect(page.get_by_test_id("suppression-note")).to_contain_text("Withheld does not mean zero")


def test_a_local_definition_is_marked_beside_its_name_and_explained_below(
    visit: Callable[..., Visit], address: str
) -> None:
    page = unfold(visit(address).page)
    for code, mark in (("A01", "Local definition"), ("W01", "Reconstructed from the former national indicator 66")):
        row = page.locator(f"tbody[data-indicator={code}]")
        expect(row.locator("th")).to_contain_text(mark)
        row.get_by_text("What it counts").click()
        expect(row.get_by_test_id("definition")).to_contain_text(IN_FORCE[code]["status_note"])


def test_every_name_on_the_overview_leads_to_the_page_of_its_indicator(
    visit: Callable[..., Visit], address: str
) -> None:
    page = unfold(visit(address).page)
    links = page.locator("tbody th a").evaluate_all("all => all.map((a) => a.pathname)")
    assert {str(link) for link in links} == {f"/indicators/{code.lower()}/" for code in THE_38}
    for path in PAGES.values():
        found = visit(address + path).page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
        assert len(found) == len(set(found)), "two places of one name"


def test_on_paper_companions_are_unfolded_and_definitions_are_not(visit: Callable[..., Visit], address: str) -> None:
    page = unfold(visit(address).page)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    row = page.locator("tbody[data-indicator=R07]")
    expect(row.locator("li[data-indicator=R07b]")).to_be_visible()
    expect(row.get_by_test_id("definition")).to_be_hidden()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(row.locator("li[data-indicator=R07b]")).to_be_hidden()
