"""The page of changes: what moved, with both numbers and why; definitions and baselines."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.evidence.board_file import INDICATORS
from tests.evidence.board_meeting import BEFORE, MOVED
from tests.evidence.conftest import Visit


def test_a_figure_that_moved_shows_both_numbers_and_why(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "changes/").page
    shown = page.get_by_test_id("moved").locator("tbody tr")
    expect(shown).to_have_count(len(MOVED))
    for (code, end), (before, causes) in MOVED.items():
        row = page.locator(f"tr[data-indicator='{code}'][data-period='{end}']")
        was, now, by, why = row.locator("td").all_inner_texts()
        assert was == str(before)
        assert by == f"+{int(now) - before}"
        assert causes in why
    expect(page.get_by_test_id("summary")).to_contain_text(BEFORE)


def test_every_definition_with_more_than_one_version_is_listed(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "changes/").page
    codes = [row["indicator_code"] for row in INDICATORS]
    changed = {code for code in codes if codes.count(code) > 1}
    shown = page.get_by_test_id("definitions").locator("[data-indicator]").all()
    assert {one.get_attribute("data-indicator") for one in shown} == changed
    expect(page.get_by_test_id("baselines")).to_contain_text("The service was reorganised.")
