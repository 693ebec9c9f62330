"""The pages of the priorities: their one line, and each measure with figure, status and judgements in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from playwright.sync_api import expect

from orchestration.settings import Settings
from tests.evidence.conftest import Visit
from tests.evidence.test_pages_of_a_meeting import PRIORITIES


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.published / "board.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


def test_each_priority_is_told_in_the_line_of_the_board_table(
    visit: Callable[..., Visit], address: str, built: Settings
) -> None:
    page = visit(address + "priorities/").page
    told = rows(built, "select priority_code, priority_name, state from board.board.fct_priority")
    assert len(told) == 4
    for code, name, state in told:
        expect(page.locator(f"[data-priority='{code}']")).to_contain_text(state.removeprefix(f"{name}: "))
    for name in PRIORITIES:
        assert page.locator(f"a[href='/priorities/{name}/']").count() == 1


@pytest.mark.parametrize("name", PRIORITIES)
def test_each_measure_shows_the_boards_figure_and_a_measure_without_one_no_number(
    visit: Callable[..., Visit], address: str, built: Settings, name: str
) -> None:
    page = visit(address + f"priorities/{name}/").page
    told = rows(
        built,
        "select m.indicator_code, m.value, m.status, i.decimals from board.board.fct_priority_indicator as m"
        " inner join board.board.dim_indicator as i using (indicator_code, definition_version)"
        f" where priority_code = '{name.replace('-', '_')}'",
    )
    shown = page.get_by_test_id("measures").locator("tbody tr")
    expect(shown).to_have_count(len(told))
    for code, value, status, decimals in told:
        row = page.get_by_test_id("measures").locator(f"tr[data-indicator='{code}']")
        figure = row.get_by_test_id("figure").inner_text()
        if value is None or status not in ("published", "provisional", "low_reliability"):
            assert not any(letter.isdigit() for letter in figure)
            expect(row).to_contain_text("No figure to compare")
        else:
            assert figure.split()[0] == f"{value:,.{decimals}f}"
        assert row.locator(".badge").get_attribute("data-status") == status


def test_a_judgement_is_a_word_and_names_what_it_is_held_against(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "priorities/neglect/").page
    row = page.get_by_test_id("measures").locator("tbody tr").first
    # What needs a look comes first.
    assert row.get_attribute("data-indicator") == "R05"
    expect(row).to_contain_text("Worse than England")
    expect(row).to_contain_text("England 11.4%, 31 March 2016")
    expect(row).to_contain_text("Changed for the worse")
