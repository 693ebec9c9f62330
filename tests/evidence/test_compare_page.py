"""The page that compares: an indicator is chosen, and every figure beside ours is the file's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Page, expect

from orchestration.settings import Settings
from tests.evidence.board_file import IN_FORCE, THE_38
from tests.evidence.board_judgement import COMPARED, LOCAL
from tests.evidence.conftest import Visit

WORD = {"better": "Better", "worse": "Worse", "similar": "Similar", "higher": "Higher", "lower": "Lower"}


@pytest.fixture(scope="module")
def con(built: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{(built.published / 'board.duckdb').resolve()}' as release (read_only)")
        connection.execute("use release.board")
        yield connection


def table(page: Page) -> list[dict[str, Any]]:
    return (
        page.get_by_test_id("compare-table")
        .locator("tbody tr")
        .evaluate_all(
            """all => all.map((row) => ({
            period: row.dataset.period,
            outcomes: [...row.querySelectorAll('td.said')].map((one) => one.dataset.outcome ?? null),
            words: [...row.querySelectorAll('td.said')].map((one) => one.innerText.trim()),
            ...Object.fromEntries(
                [...row.querySelectorAll('td[data-of]')].map((one) => [one.dataset.of, one.innerText.trim()])
            )
        }))"""
        )
    )


def told(con: duckdb.DuckDBPyConnection, code: str) -> list[dict[str, Any]]:
    found = con.execute(
        "select c.*, i.decimals from fct_indicator_comparison as c inner join dim_indicator as i "
        "on i.indicator_code = c.comparison_code and i.definition_version = c.comparison_version "
        f"where c.indicator_code = '{code}' and c.comparator_status = 'published' order by c.period_end desc"
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def expected(row: dict[str, Any]) -> dict[str, Any]:
    def number(name: str, otherwise: str) -> str:
        return otherwise if row[name] is None else f"{row[name]:,.{row['decimals']}f}"

    outcomes = [row["significance_england"], row["significance_region"]]
    reasons = [row["significance_england_reason"], row["significance_region_reason"]]
    return {
        "period": str(row["period_end"]),
        "outcomes": outcomes,
        "words": [WORD.get(out or "", why or "") for out, why in zip(outcomes, reasons, strict=True)],
        "ours": number("comparison_value", "suppressed"),
        "england": number("england_value", "low reliability"),
        "region": number("region_value", "no figure"),
        "mean": number("neighbour_mean", "no figure"),
        "median": number("neighbour_median", "no figure"),
    }


def test_the_indicator_that_is_chosen_decides_the_figures_and_all_are_the_files(
    visit: Callable[..., Visit], address: str, con: duckdb.DuckDBPyConnection
) -> None:
    page = visit(address + "compare/").page
    choice = page.get_by_test_id("choose-indicator")
    codes = {code for code, _ in COMPARED}
    assert set(choice.locator("option").evaluate_all("all => all.map((one) => one.value)")) == codes
    seen = []
    for code in sorted(codes):
        choice.select_option(code)
        expect(page.locator("#compare h2")).to_have_text(IN_FORCE[code]["display_name"])
        seen.append(table(page))
        assert seen[-1] == [expected(row) for row in told(con, code)]
    assert seen[0] != seen[1]


def test_the_strip_shows_the_period_that_is_chosen(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "compare/?indicator=w02").page
    expect(page.locator("#compare h2")).to_have_text(IN_FORCE["W02"]["display_name"])
    strip = page.get_by_test_id("strip")
    expect(strip.locator("tr[data-key=england]")).to_contain_text("Better than England, beyond chance")
    expect(page.get_by_test_id("rank")).to_contain_text("Rank 41 of 148 authorities (1 is best), quartile B")
    page.get_by_text("What it counts").click()
    expect(page.get_by_test_id("definition")).to_contain_text(str(IN_FORCE["W02"]["denominator_definition"]))
    page.get_by_test_id("choose-period").select_option("2015-03-31")
    expect(strip.locator("tr[data-key=ours]")).to_contain_text("97.5%")
    # A published number that is known to be wrong is no number here either.
    expect(strip.locator("tr[data-key=england]")).to_contain_text("published, but known to be wrong")
    marks = strip.locator("svg[role=img] g.mark").evaluate_all("all => all.map((one) => one.dataset.key)")
    assert set(marks) == {"ours", "region", "mean", "median"}
    assert "England published, but known to be wrong" in str(strip.locator("svg[role=img]").get_attribute("aria-label"))


def test_a_link_and_the_back_button_bring_the_choice_back(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "compare/").page
    heading, period = page.locator("#compare h2"), page.get_by_test_id("choose-period")
    first = heading.inner_text()
    page.get_by_test_id("choose-indicator").select_option("W02")
    period.select_option("2015-03-31")
    assert page.url == f"{address}compare/?indicator=W02&period=2015-03-31"
    linked = visit(page.url).page
    expect(linked.locator("#compare h2")).to_have_text(IN_FORCE["W02"]["display_name"])
    expect(linked.get_by_test_id("choose-period")).to_have_value("2015-03-31")
    page.go_back()
    expect(heading).to_have_text(IN_FORCE["W02"]["display_name"])
    expect(period).to_have_value("2016-03-31")
    page.go_back()
    expect(heading).to_have_text(first)
    page.go_forward()
    expect(heading).to_have_text(IN_FORCE["W02"]["display_name"])


def test_an_address_with_no_such_indicator_says_so(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "compare/?indicator=A06").page
    expect(page.get_by_role("alert")).to_contain_text("“A06” is no indicator that can be compared")


def test_the_choice_can_be_made_by_keyboard_alone(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "compare/").page
    choice = page.get_by_test_id("choose-indicator")
    for _ in range(60):
        page.keyboard.press("Tab")
        if choice.evaluate("one => one === document.activeElement"):
            break
    expect(choice).to_be_focused()
    before = table(page)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#compare h2")).to_have_text(IN_FORCE["W02"]["display_name"])
    assert table(page) != before


def test_what_has_no_good_side_is_neither_coloured_nor_ranked(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "compare/?indicator=R01").page
    expect(page.locator("#compare h2")).to_have_text(IN_FORCE["R01"]["display_name"])
    expect(page.locator("#compare").locator(".good, .bad")).to_have_count(0)
    expect(page.locator("#periods").locator(".good, .bad")).to_have_count(0)
    expect(page.get_by_test_id("rank")).to_have_text("Neither high nor low is good in itself: no rank and no quartile.")


def test_what_cannot_be_compared_is_listed_with_the_reason(visit: Callable[..., Visit], address: str) -> None:
    listed = visit(address + "compare/").page.get_by_test_id("without").locator("li")
    compared = {code for code, _ in COMPARED}
    assert listed.count() == len(set(THE_38) - compared)
    for text in listed.locator("span").all_inner_texts():
        assert text == LOCAL
