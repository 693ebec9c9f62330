"""The page of returns: what came and what did not, what was wrong with it in bands, what was checked."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.evidence.board_meeting import CHECKS, QUALITY
from tests.evidence.conftest import Visit


@pytest.fixture
def page(visit: Callable[..., Visit], address: str) -> Page:
    return visit(address + "returns/").page


def test_what_is_late_stands_before_what_was_never_sent(page: Page) -> None:
    late, never = page.locator("main").get_by_test_id("gaps").all()
    assert (late.get_attribute("data-status"), never.get_attribute("data-status")) == ("late", "not_submitted")
    expect(late).to_contain_text("Children in need census")
    expect(late).to_contain_text("February 2017 to March 2017")
    expect(page.get_by_test_id("summary")).to_contain_text("1 late")


def test_a_return_that_no_figure_waits_for_is_named_and_not_counted_as_late(page: Page) -> None:
    expect(page.get_by_test_id("unwatched")).to_have_text(
        "1 more has no due day, as no figure waits for it: Return interviews (Children's social care)."
    )


def test_every_cell_of_the_table_is_a_word_beside_its_shape(page: Page) -> None:
    table = page.get_by_test_id("grid").first
    expect(table.locator("tbody tr").first).to_have_attribute("data-feed", "childrens_social_care/cin_census")
    cells = table.locator("td[data-status]")
    assert cells.count() > 20
    words = {"received": r"in, (prov\.|final)", "late": "late", "not_submitted": "never", "not_due": "not due"}
    for cell in cells.all():
        status = cell.get_attribute("data-status") or ""
        assert re.match(words[status], cell.inner_text())
        assert cell.locator("svg").count() == 1


def test_rows_that_were_set_aside_are_told_in_bands_only(page: Page) -> None:
    for _, rule, severity, *_, band, _ in QUALITY:
        row = page.locator(f"[data-rule='{rule}']")
        expect(row.locator("td").last).to_have_text(band)
        expect(row).to_contain_text("Set aside" if severity == "quarantine" else "Counted all the same")


def test_the_checks_are_those_of_the_release(page: Page) -> None:
    shown = [
        row.locator("td").all_inner_texts()[1:4] for row in page.get_by_test_id("checks").locator("tbody tr").all()
    ]
    assert shown == [[str(number) for number in row[2:5]] for row in CHECKS]
