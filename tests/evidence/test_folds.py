"""What a reader unfolds stays unfolded: while the page comes alive, and when its figures come a second time."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.evidence.tour import PHONE, wait_until_alive

# The page as it was built stands there before its program runs: a reader may unfold everything in it by then.
UNFOLD_AT_ONCE = """
addEventListener('DOMContentLoaded', () => {
    for (const fold of document.querySelectorAll('main details.fold, article details.fold')) fold.open = true;
});
"""
OPEN_THE_MENU = "addEventListener('DOMContentLoaded', () => { document.querySelector('details.narrow').open = true; })"
FOLDED = "[...document.querySelectorAll('main details.fold, article details.fold')].map((fold) => !fold.open)"


@pytest.mark.parametrize("path", ["", "right-service/", "about/", "changes/", "missing-and-cse/"])
def test_what_is_unfolded_before_the_page_comes_alive_stays_so(browser: Browser, address: str, path: str) -> None:
    page = browser.new_page()
    page.add_init_script(UNFOLD_AT_ONCE)
    page.goto(address + path)
    wait_until_alive(page)
    folded = page.evaluate(FOLDED)
    assert folded
    assert not any(folded)
    page.close()


def test_a_menu_that_is_opened_before_the_page_comes_alive_stays_open(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.querySelector('details.narrow').open = true)"
    )
    page.goto(address)
    wait_until_alive(page)
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    page.close()


def test_a_fold_opened_by_hand_follows_when_all_are_opened_and_folded_again(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address + "right-service/")
    wait_until_alive(page)
    chart = page.locator("details.fold", has_text="Chart by").first
    chart.locator("summary").first.click()
    page.get_by_role("button", name="Open every chart, table and split").click()
    expect(chart).to_have_attribute("open", "")
    page.get_by_role("button", name="Fold them again").click()
    expect(chart).not_to_have_attribute("open", "")
    page.close()
