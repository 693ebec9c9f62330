"""The Board's pages as a visitor gets them: built by Evidence, served on loopback, opened with no internet."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
from playwright.sync_api import expect

from orchestration.settings import Settings
from tests.evidence.board_file import HOME, IN_FORCE, RELEASE, SERIES
from tests.evidence.conftest import Visit, printed, unfold

PAGES = {"R": "risk/", "A": "agencies/", "S": "right-service/", "W": "welfare/"}
EVERY_PAGE = ("", *PAGES.values(), "probe/")
LATEST_WITH_A_NUMBER = """
select value from board.board.fct_indicator_value
where indicator_code = ? and area_code = ? and period_type = 'quarter' and breakdown = 'total' and value is not null
order by period_end desc limit 1
"""


def board_value(settings: Settings, code: str) -> float:
    with duckdb.connect(str(settings.published / "board.duckdb"), read_only=True) as con:
        row = con.execute(LATEST_WITH_A_NUMBER, [code, HOME]).fetchone()
    assert row is not None
    return float(row[0])


def test_no_page_asks_anything_of_another_machine(visit: Callable[..., Visit], address: str) -> None:
    for path in EVERY_PAGE:
        seen = visit(address + path)
        assert {urlsplit(url).hostname for url in seen.requested if not url.startswith(("data:", "blob:"))} == {
            "127.0.0.1"
        }
        assert seen.complaints == []


def test_every_file_of_the_page_arrives(visit: Callable[..., Visit], address: str) -> None:
    failed = visit(address).failed
    # Arrow stops listening at the end of its stream, before the answer's own end.
    assert [url for url in failed if not ("/api/prerendered_queries/" in url and "ERR_ABORTED" in url)] == []


@pytest.mark.parametrize("code", SERIES)
def test_the_headline_is_the_boards_latest_figure(
    visit: Callable[..., Visit], address: str, built: Settings, code: str
) -> None:
    decimals = IN_FORCE[code]["decimals"]
    page = unfold(visit(address + PAGES[code[0]]).page)
    # A rate that stands beside its count is a row below it.
    shown = page.locator(
        f".headline[data-indicator={code}] [data-testid=headline-value],"
        f"[data-companion={code}] [data-testid=companion-value]"
    ).inner_text()
    assert shown.split()[0] == f"{board_value(built, code):,.{decimals}f}"


@pytest.mark.parametrize("heading", PAGES)
def test_no_headline_stands_without_its_status_definition_and_source(
    visit: Callable[..., Visit], address: str, heading: str
) -> None:
    headlines = visit(address + PAGES[heading]).page.locator(".headline")
    assert headlines.count() >= 1
    for position in range(headlines.count()):
        headline = headlines.nth(position)
        expect(headline.locator("[data-status], .reason").first).to_be_visible()
        headline.get_by_text("What this figure means").click()
        expect(headline.get_by_test_id("definition")).to_be_visible()
        assert "definition " in headline.get_by_test_id("definition").inner_text()
        assert "no return is linked" not in headline.locator(".source").inner_text()


def test_a_phone_shows_figures_first_and_keeps_the_links_and_the_sources_within_reach(
    visit: Callable[..., Visit], address: str
) -> None:
    page = visit(address + "risk/", width=360).page
    links = page.get_by_role("navigation", name="On this page")
    expect(links.get_by_role("link").first).to_be_hidden()
    links.get_by_text("On this page").click()
    expect(links.get_by_role("link", name="All figures")).to_be_visible()
    headlines = page.locator(".headline")
    assert headlines.count() >= 1
    for headline in headlines.all():
        source = headline.get_by_text("Source: ").locator("visible=true")
        expect(source).to_have_count(0)
        headline.get_by_text("What this figure means").click()
        expect(source).to_have_count(1)
    # With room for it nothing of this is folded.
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(links.get_by_role("link").first).to_be_visible()
    expect(headlines.first.get_by_text("Source: ").locator("visible=true")).to_have_count(1)


def test_a_return_that_is_late_is_said_beside_the_last_figure(visit: Callable[..., Visit], address: str) -> None:
    headline = visit(address + "right-service/").page.locator(".headline[data-indicator=S01]").inner_text()
    assert "at 31 December 2016" in headline
    assert "Late" in headline
    assert "was due on 30 April 2017 and has not come" in headline


def test_synthetic_data_is_marked_on_every_page(visit: Callable[..., Visit], address: str) -> None:
    for path in EVERY_PAGE:
        banner = visit(address + path).page.get_by_test_id("synthetic-banner")
        expect(banner).to_be_visible()
        expect(banner).to_contain_text("Synthetic data")


def test_the_banner_stands_in_the_page_before_any_script_runs(built: Settings) -> None:
    for page in built.dashboard.rglob("*.html"):
        assert "synthetic-banner" in page.read_text(encoding="utf-8"), page


def test_a_suppressed_figure_shows_its_word_and_never_a_number(visit: Callable[..., Visit], address: str) -> None:
    page = unfold(visit(address + "risk/").page)
    page.get_by_role("button", name="Show every period").click()
    rows = page.locator(
        "[data-indicator=R03][data-testid=figure-table] tr[data-status=suppressed],"
        "[data-indicator=R04][data-testid=figure-table] tr[data-status=suppressed]"
    )
    assert rows.count() == 2
    for text in rows.all_inner_texts():
        rest = text.partition("31 December 2014")[2]
        assert "Suppressed" in rest
        assert not any(character.isdigit() for character in rest.split("Suppressed")[0]), text
    by_age = page.locator("[data-testid=breakdown]", has_text="Children on child protection plans, by age band")
    expect(by_age.locator("p[data-status=suppressed]")).to_have_text("Suppressed 31 March 2017, 31 March 2016")
    assert by_age.locator("thead th").all_inner_texts() == ["Age band", "31 March 2015"]
    expect(by_age.get_by_test_id("suppression-note")).to_contain_text("Withheld does not mean zero")


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("risk/", "Published"),
        ("risk/", "Provisional"),
        ("risk/", "Suppressed"),
        ("risk/", "Not submitted"),
        ("risk/", "Not available"),
        ("right-service/", "Late"),
        ("right-service/", "Failed quality checks"),
        ("right-service/", "Low reliability"),
        ("right-service/", "Not applicable"),
        ("welfare/", "Rounds to zero"),
    ],
)
def test_every_status_of_the_figures_is_in_words(
    visit: Callable[..., Visit], address: str, path: str, word: str
) -> None:
    page = unfold(visit(address + path).page)
    page.get_by_role("button", name="Show every period").click()
    expect(page.get_by_test_id("figure-table").get_by_text(word, exact=True).first).to_be_visible()


def test_the_trend_tells_the_same_to_someone_who_cannot_see_it(visit: Callable[..., Visit], address: str) -> None:
    charts = visit(address + "risk/").page.get_by_test_id("trend")
    assert charts.first.get_attribute("aria-label") == (
        "Looked after children by quarter: 12 figures, from 241 at 30 June 2014 to 287 at 31 March 2017. "
        "Lowest 241 at 30 June 2014, highest 287 at 31 March 2017."
    )
    assert "suppressed at 31 December 2014" in str(charts.nth(1).get_attribute("aria-label"))


def test_a_trend_in_which_not_all_cases_could_be_judged_says_so(visit: Callable[..., Visit], address: str) -> None:
    section = visit(address + "risk/").page.locator("section#r08")
    expect(section.get_by_test_id("not-judged")).to_contain_text("up to 12 in one period")
    expect(section.get_by_test_id("trend").first).to_have_attribute("aria-label", re.compile("not all cases"))


def test_when_each_return_came_is_on_the_page(visit: Callable[..., Visit], address: str) -> None:
    returns = visit(address).page.get_by_test_id("returns")
    last = "[data-feed='childrens_social_care/{}'] [data-part=last] dd"
    expect(returns.locator(last.format("ssda903"))).to_contain_text("12 April 2017, for 1 April 2016 to 31 March 2017")
    # What is late is another period than what came last, and each says which.
    expect(returns.locator(last.format("cin_census"))).to_contain_text(
        "12 January 2017, for 1 April 2014 to 31 December 2016"
    )
    due = returns.locator("[data-feed='childrens_social_care/cin_census'] [data-part=due] dd")
    expect(due).to_contain_text(re.compile(r"Late\s+March 2017, due 20 April 2017: it has not come"))
    # No figure waits for this one.
    due = returns.locator("[data-feed='childrens_social_care/return_interviews'] [data-part=due] dd")
    expect(due).to_have_text("No due day, as no figure waits for it")


def test_the_page_names_its_release(visit: Callable[..., Visit], address: str) -> None:
    expect(visit(address).page.get_by_test_id("release")).to_have_text(
        f"Figures as known on 15 May 2017. Release {RELEASE}."
    )


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["", *PAGES.values()], ids=lambda path: path.strip("/") or "overview")
def test_the_page_fits_the_screen(visit: Callable[..., Visit], address: str, path: str, width: int) -> None:
    page = visit(address + path, width=width).page
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    too_wide = page.evaluate(
        "width => [...document.querySelectorAll('main *')].filter((element) => !element.closest('.scroll, svg')"
        " && element.getBoundingClientRect().right > width + 1).map((element) => element.className)",
        width,
    )
    assert too_wide == []


def test_a_query_runs_in_the_browser_without_the_internet(visit: Callable[..., Visit], address: str) -> None:
    seen = visit(address + "probe/")
    expect(seen.page.get_by_test_id("rows")).to_have_text("60")
    seen.page.get_by_role("button", name="S01").click()
    expect(seen.page.get_by_test_id("rows")).to_have_text("25", timeout=30_000)
    assert any(url.endswith("/fct_indicator_value.parquet") for url in seen.requested)
    assert seen.complaints == []


def test_before_the_first_return_the_page_says_so(
    visit: Callable[..., Visit], address_before_the_first_return: str
) -> None:
    seen = visit(address_before_the_first_return)
    assert seen.complaints == []
    unfold(seen.page)
    assert {text.strip() for text in seen.page.get_by_test_id("overview-figure").all_inner_texts()} == {"no number"}
    expect(seen.page.get_by_test_id("with-a-figure")).to_have_text("0 of 38")
    expect(seen.page.get_by_test_id("returns-in")).to_have_text("0 of 20")
    expect(seen.page.get_by_test_id("returns")).to_contain_text("Nothing has been accepted yet")
    for heading, path in PAGES.items():
        page = visit(address_before_the_first_return + path).page
        expect(page.locator(".empty").first).to_contain_text("does not mean zero")
        waiting = page.get_by_test_id("waiting").locator("[data-indicator]")
        assert waiting.count() == sum(code[0] == heading and not row["parent_code"] for code, row in IN_FORCE.items())


def test_real_data_carries_no_synthetic_banner(
    visit: Callable[..., Visit], address_before_the_first_return: str, built_before_the_first_return: Settings
) -> None:
    seen = visit(address_before_the_first_return)
    expect(seen.page.get_by_test_id("synthetic-banner")).to_have_count(0)
    pages: list[Path] = list(built_before_the_first_return.dashboard.rglob("*.html"))
    assert pages
    assert not any("synthetic-banner" in page.read_text(encoding="utf-8") for page in pages)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 1600)], ids=["desk", "telephone"])
def test_the_overview_begins_with_what_needs_attention(
    visit: Callable[..., Visit], address: str, width: int, height: int
) -> None:
    page = visit(address, width=width).page
    box = page.get_by_test_id("summary").bounding_box()
    assert box is not None and box["y"] + box["height"] <= height
    expect(page.get_by_test_id("actions-overdue")).to_contain_text("1 action is overdue")
    # What is named is counted, each with its reason.
    looked = page.locator("[data-look]")
    expect(page.get_by_test_id("with-a-look").locator("strong")).to_have_text(str(looked.count()))
    assert looked.count() >= 1
    assert all(text.strip() for text in looked.locator("span").all_inner_texts())
    # The figure that asks for a look stands beside its reason, as the folded table below has it.
    with_figure = looked.filter(has=page.locator("strong"))
    assert with_figure.count() >= 1
    for row in with_figure.all():
        code = row.get_attribute("data-look")
        whole = page.locator(f"tbody[data-indicator={code}]").get_by_test_id("overview-figure")
        assert whole.locator(".value").text_content() == row.locator("strong").inner_text()
    # Whoever wants the whole table opens it.
    table = page.locator("section#r [data-testid=overview-table]")
    expect(table).to_be_hidden()
    page.locator("section#r summary", has_text="All 11 indicators").click()
    expect(table).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("section#a [data-testid=overview-table]")).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator("section#a [data-testid=overview-table]")).to_be_hidden()
    expect(table).to_be_visible()


def test_on_paper_the_cells_of_a_row_stand_beside_each_other(visit: Callable[..., Visit], address: str) -> None:
    sheets = printed(visit(address).page)
    lines = [line for sheet in sheets for line in sheet.extract_text(extraction_mode="layout").splitlines()]
    assert any({"Indicator", "Figure", "Status", "Trend"} <= set(line.split()) for line in lines)
    rows = [line for line in lines if line.strip().startswith(IN_FORCE["R01"]["display_name"])]
    assert any("Provisional" in line or "Published" in line for line in rows), rows


@pytest.mark.parametrize("heading", PAGES)
def test_a_headings_page_is_short_because_companions_are_rows(
    visit: Callable[..., Visit], address: str, heading: str
) -> None:
    page = visit(address + PAGES[heading]).page
    assert page.evaluate("document.documentElement.scrollHeight") < 4500
    unfold(page)
    framework = {code for code, row in IN_FORCE.items() if code[0] == heading and not row["parent_code"]}
    headlines = page.locator(".headline").evaluate_all("all => all.map((one) => one.dataset.indicator)")
    assert set(headlines) <= framework
    rows = page.locator("[data-companion]")
    for row in rows.all():
        box = row.bounding_box()
        assert box is not None and box["height"] < 130
        expect(row.locator(".badge").first).to_be_visible()
