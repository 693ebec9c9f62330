"""The quarterly page of missing children and child sexual exploitation."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
from playwright.sync_api import expect

from orchestration.settings import Settings
from tests.evidence.conftest import Visit


def test_every_cell_is_the_boards_figure_or_its_status_in_words(
    visit: Callable[..., Visit], address: str, built: Settings
) -> None:
    page = visit(address + "missing-and-cse/").page
    with duckdb.connect(str(built.published / "board.duckdb"), read_only=True) as con:
        told = {
            (code, str(end)): (value, status)
            for code, end, value, status in con.execute(
                "select indicator_code, period_end, value, status from board.board.fct_indicator_value "
                "where breakdown = 'total' and is_primary_cadence"
            ).fetchall()
        }
    cells = [
        (row.get_attribute("data-indicator"), cell)
        for table in page.get_by_test_id("period-table").all()
        for row in table.locator("tbody tr").all()
        for cell in row.locator("td").all()
    ]
    assert cells
    for code, cell in cells:
        value, status = told[str(code), str(cell.get_attribute("data-period"))]
        assert cell.get_attribute("data-status") == status
        text = cell.inner_text()
        if value is None:
            assert not any(letter.isdigit() for letter in text)
        else:
            assert text.split()[0] == f"{value:,.0f}"


def test_what_is_not_collected_is_said(visit: Callable[..., Visit], address: str) -> None:
    told = visit(address + "missing-and-cse/").page.get_by_test_id("not-collected")
    expect(told).to_contain_text("no return can tell of them")
    expect(told).to_contain_text("Children missing from care more than once: counted, but not shown to the Board.")
