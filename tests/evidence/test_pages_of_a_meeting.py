"""What holds on each page that a meeting reads: it opens with no internet, fits, tells when it is empty, names no
proposal that the MEE group has not agreed."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import duckdb
import pytest
from playwright.sync_api import expect

from orchestration.settings import Settings
from tests.evidence.board_meeting import WAITING
from tests.evidence.conftest import Visit

PRIORITIES = ("neglect", "domestic-abuse", "child-sexual-exploitation", "self-harm-and-suicide")
PATHS = (
    "priorities/",
    *(f"priorities/{name}/" for name in PRIORITIES),
    "exceptions/",
    "returns/",
    "changes/",
    "missing-and-cse/",
    "about/",
)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_opens_without_a_complaint_and_asks_nothing_of_another_machine(
    visit: Callable[..., Visit], address: str, path: str
) -> None:
    seen = visit(address + path)
    # Arrow stops listening at the end of its stream, before the answer's own end.
    failed = [url for url in seen.failed if not ("/api/prerendered_queries/" in url and "ERR_ABORTED" in url)]
    assert failed == [] and seen.complaints == []
    assert {url for url in seen.requested if not url.startswith((address, "data:", "blob:"))} == set()
    expect(seen.page.get_by_test_id("synthetic-banner")).to_be_visible()
    assert seen.page.locator("h1").count() == 1


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_the_screen_with_everything_unfolded(
    visit: Callable[..., Visit], address: str, path: str, width: int
) -> None:
    page = visit(address + path, width=width).page
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    # What is wider than the screen scrolls in a region that the keyboard reaches and that has a name.
    regions = page.locator("main .scroll")
    for region in regions.all():
        assert region.get_attribute("tabindex") == "0" and region.get_attribute("role") == "region"
        assert region.get_attribute("aria-label") or region.get_attribute("aria-labelledby")


@pytest.mark.parametrize("path", PATHS)
def test_before_the_first_return_a_page_says_so_and_shows_no_figure(
    visit: Callable[..., Visit], address_before_the_first_return: str, path: str
) -> None:
    seen = visit(address_before_the_first_return + path)
    assert seen.complaints == []
    text = seen.page.locator("main").inner_text()
    said = {
        "exceptions/": "The MEE group has agreed no exception yet.",
        "returns/": "No return has been received yet.",
        "changes/": "This is the first release",
        "missing-and-cse/": "does not mean zero",
        "about/": "Real: handle these pages",
        "priorities/": "0 of 9 measures have a figure",
    }
    assert said.get(path, "No measure has a number") in text
    assert [cell for cell in seen.page.get_by_test_id("figure").all_inner_texts() if re.search(r"\d", cell)] == []


def test_nothing_of_a_proposal_that_is_not_agreed_is_in_any_file_of_the_site(built: Settings) -> None:
    secret = [text for row in WAITING for text in row]
    files = [path for path in built.dashboard.rglob("*") if path.is_file()]
    assert len(files) > 100
    for path in files:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if path.suffix == ".parquet":
            with duckdb.connect() as con:
                content = str(con.execute("from read_parquet(?)", [str(path)]).fetchall()).encode()
        assert [text for text in secret if text.encode() in content] == [], path.name
