"""The page of exceptions: what was agreed, in the group's words, and of the rest only how many wait."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.evidence.board_meeting import AGREED, WAITING
from tests.evidence.conftest import Visit


@pytest.fixture
def page(visit: Callable[..., Visit], address: str) -> Page:
    return visit(address + "exceptions/").page


def test_every_agreed_exception_stands_there_in_the_groups_own_words(page: Page) -> None:
    agreed = page.get_by_test_id("agreed").locator("li")
    expect(agreed).to_have_count(len(AGREED))
    text = page.get_by_test_id("agreed").inner_text()
    for row in AGREED:
        words = [row[name] for name in ("reason", "decision_reason", "commentary", "action", "action_owner")]
        assert [word for word in words if word and str(word) not in text] == []
    expect(agreed.first).to_contain_text("8 May 2017, by MEE chair")


def test_an_action_whose_day_had_passed_is_overdue_in_words_and_stands_first(page: Page) -> None:
    first = page.get_by_test_id("agreed").locator("li").first
    expect(first).to_contain_text("Overdue: its day was 30 April 2017.")
    assert page.locator("[data-action='overdue']").count() == 1
    expect(page.locator("[data-action='open']")).to_contain_text("Due on 30 June 2017.")
    expect(page.get_by_test_id("summary")).to_contain_text("1 action is overdue")


def test_of_what_is_not_agreed_the_page_tells_only_how_many(page: Page) -> None:
    expect(page.get_by_test_id("waiting")).to_contain_text(f"{len(WAITING)} proposals wait for a decision")
    expect(page.get_by_test_id("waiting")).to_contain_text("1 more is watched")


def test_the_rules_are_those_of_the_release(page: Page) -> None:
    assert page.get_by_test_id("rules").locator("[data-rule]").count() == 7
    expect(page.locator("[data-rule='agency_silent']")).to_contain_text("from 3 periods due in a row")


def test_what_chance_alone_does_is_told_over_the_charts_that_lead(page: Page) -> None:
    row = page.locator("[data-testid='chance'] tr[data-period-type='quarter']")
    assert row.locator("td").all_inner_texts() == ["12", "0.4", "3"]
