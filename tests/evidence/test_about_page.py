"""The page about the figures: definitions that can be searched, and what a reader may rely on."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.evidence.board_file import IN_FORCE, RELEASE
from tests.evidence.conftest import Visit, printed


def test_every_definition_in_force_is_there_and_can_be_found_by_keyboard_alone(
    visit: Callable[..., Visit], address: str
) -> None:
    page = visit(address + "about/").page
    listed = page.locator(".definitions [data-indicator]")
    expect(listed).to_have_count(len(IN_FORCE))
    page.get_by_label("Find a definition").focus()
    page.keyboard.type("s03")
    expect(page.locator(".definitions [data-indicator='S03']")).to_be_visible()
    assert 1 <= listed.count() < 6
    page.keyboard.type(" no such words")
    expect(page.get_by_test_id("found")).to_have_text("No definition with “s03 no such words”.")


def test_the_release_its_licences_and_what_was_not_tested_are_named(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "about/").page
    expect(page.get_by_test_id("this-release")).to_contain_text(RELEASE)
    expect(page.get_by_test_id("this-release")).to_contain_text("0.1.0")
    expect(page.get_by_test_id("licences")).to_contain_text("Open Government Licence v3.0")
    expect(page.get_by_test_id("accessibility")).to_contain_text("What has not been tested")


def test_every_definition_lies_open_on_paper(visit: Callable[..., Visit], address: str) -> None:
    page = visit(address + "about/").page
    definition = page.get_by_test_id("definition").first
    expect(definition).to_be_hidden()
    text = " ".join(" ".join(sheet.extract_text() for sheet in printed(page)).split())
    assert text.count("Shown to the Board") == len(IN_FORCE)
    expect(definition).to_be_hidden()
