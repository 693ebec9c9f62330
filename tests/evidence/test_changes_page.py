"""The page of changes: what moved, with both numbers and why; definitions and baselines."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.evidence.board_file import INDICATORS
from tests.evidence.board_meeting import BEFORE, MOVED
from tests.evidence.conftest import Visit, printed


def test_a_figure_that_moved_shows_both_numbers_and_why(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "changes/").page
    for (code, end), (before, causes, tolerance) in MOVED.items():
        row = page.locator(f"tr[data-indicator='{code}'][data-period='{end}']")
        was, now, by, why = row.locator("td").all_text_contents()
        assert was == str(before)
        assert by == f"+{int(now) - before}tolerance {tolerance}"
        assert causes in why
    expect(page.get_by_test_id("summary")).to_contain_text(BEFORE)


def test_what_moved_within_its_tolerance_is_counted_and_folded_away(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "changes/").page
    # R02 moved by 1 where half of one is tolerated, R01 by 4 of 5.
    expect(page.get_by_test_id("moved").locator("tbody tr")).to_have_count(1)
    expect(page.get_by_test_id("moved").locator("tr[data-indicator='R02']")).to_be_visible()
    folded = page.get_by_test_id("within").locator("tr[data-indicator='R01']")
    expect(folded).to_be_hidden()
    page.get_by_text("Headline figures that moved within their tolerance (1)").click()
    expect(folded).to_be_visible()
    expect(page.get_by_test_id("summary")).to_contain_text("1 moved further than its tolerance")


def test_paper_has_what_is_folded_away_on_the_screen(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "changes/").page
    folded = page.get_by_test_id("within").locator("tr[data-indicator='R01']")
    expect(folded).to_be_hidden()
    text = " ".join(" ".join(sheet.extract_text() for sheet in printed(page)).split())
    # R02, which lies open, was corrected too.
    assert text.count("a return that was corrected") == len(MOVED)
    assert "before: " in text
    # Neither is a figure blank to whoever copies it or has it read out.
    assert re.findall("[\ue000-\uf8ff]", text) == []
    # What was folded is folded again.
    expect(folded).to_be_hidden()


def test_every_definition_with_more_than_one_version_is_listed(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "changes/").page
    codes = [row["indicator_code"] for row in INDICATORS]
    changed = {code for code in codes if codes.count(code) > 1}
    shown = page.get_by_test_id("definitions").locator("[data-indicator]").all()
    assert {one.get_attribute("data-indicator") for one in shown} == changed
    expect(page.get_by_test_id("baselines")).to_contain_text("The service was reorganised.")
