"""What holds on every page of the built site, whichever pages it has: quiet, whole, offline, printable, by keyboard."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, expect

from orchestration.settings import Settings
from tests.evidence.tour import DESKTOP, PHONE, Seen, hosts, look_at, paths_of, wait_until_alive


def those_with(tour: list[Seen], name: str) -> dict[str, object]:
    """Path of each page to what it has of something that no page should have."""
    return {seen.path: getattr(seen, name) for seen in tour if getattr(seen, name)}


def test_the_tour_was_on_every_page_of_the_site(tour: list[Seen], built: Settings) -> None:
    assert {seen.path for seen in tour} == {path for path in paths_of(built.dashboard.resolve()) if path != "probe/"}


def test_no_page_complains_or_asks_for_what_is_not_there(tour: list[Seen]) -> None:
    assert those_with(tour, "complaints") == {}
    assert those_with(tour, "failed") == {}


def test_no_page_asks_another_machine(tour: list[Seen]) -> None:
    assert {seen.path: hosts(seen.requested) for seen in tour if hosts(seen.requested) != {"127.0.0.1"}} == {}


def test_every_page_has_a_title_of_its_own_and_one_banner(tour: list[Seen]) -> None:
    titles = [seen.title for seen in tour]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    assert {seen.path: seen.banners for seen in tour if seen.banners != 1} == {}


def test_every_link_of_the_site_leads_to_a_page_and_a_place_on_it(tour: list[Seen], address: str) -> None:
    ids = {seen.path: {"", *seen.ids} for seen in tour}
    dead = []
    for seen in tour:
        for link in seen.links:
            parts = urlsplit(link)
            assert link.startswith((address, "data:", "blob:", "mailto:")), (
                f"{seen.path or 'overview'} leads out: {link}"
            )
            if link.startswith(address) and parts.fragment not in ids.get(parts.path.lstrip("/"), set()):
                dead.append(f"{seen.path or 'overview'}: {link.removeprefix(address)}")
    assert dead == []


def test_nothing_is_wider_than_the_screen_or_the_paper(tour: list[Seen]) -> None:
    wide = {(seen.path, width): found for seen in tour for width, found in seen.too_wide.items() if found}
    assert wide == {}


def test_on_paper_there_is_no_navigation_and_nothing_is_cut(tour: list[Seen]) -> None:
    assert those_with(tour, "navigation_on_paper") == {}
    assert those_with(tour, "cut_on_paper") == {}


def test_a_keyboard_reaches_every_link_button_fold_and_table_that_scrolls(tour: list[Seen]) -> None:
    assert those_with(tour, "not_reached") == {}
    assert those_with(tour, "not_scrolled_by_key") == {}


def test_an_address_without_a_page_says_so_and_leads_back(browser: Browser, address: str) -> None:
    page = browser.new_page()
    answer = page.goto(address + "indicators/no-such-page/")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading")).to_have_text("There is no such page")
    page.get_by_role("link", name="Go to the overview").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url == address
    page.close()


def test_the_back_button_leads_back_to_the_page_before(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    wait_until_alive(page)
    before = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("navigation", name="Pages").get_by_role("link").nth(1).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(before)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(before)
    assert page.url == address
    page.close()


BAD_PAGE = """<!doctype html><html lang="en"><title>Bad</title><script>console.error('broken')</script>
<nav aria-label="Everywhere"><a href="#top">Top</a></nav>
<main><h1>Bad</h1><p style="color: #ccc">Too faint to read.</p>
<div style="width: 50rem; background: #eee">Wider than a phone.</div>
<div class="scroll" style="width: 10rem; overflow-x: auto"><div style="width: 100rem">Cut on paper.</div></div>
<div class="over" role="region" tabindex="0" style="width: 10rem"><p style="width: 40rem">Over its neighbour.</p></div>
<input aria-label="Skipped" onfocus="this.blur(); document.querySelector('#end').focus()"><button>Never</button>
<a id="end" href="#end">End</a>
<img src="http://elsewhere.invalid/picture.png"></main></html>"""


def test_the_tour_sees_what_is_wrong_with_a_page(browser: Browser) -> None:
    context = browser.new_context()
    seen = look_at(context, "data:text/html," + quote(BAD_PAGE), "", walked=True)
    context.close()
    assert "broken" in seen.complaints
    assert hosts(seen.requested) == {"elsewhere.invalid"}
    assert any(found.startswith("div") for found in seen.too_wide[PHONE])
    assert seen.navigation_on_paper == ["Everywhere"]
    assert {"div.scroll", "div.over"} <= set(seen.cut_on_paper)
    assert "<button>Never</button>" in seen.not_reached
    assert len(seen.not_scrolled_by_key) >= 1
    assert {"color-contrast", "image-alt"} <= {one.rule for one in seen.axe[DESKTOP]}
