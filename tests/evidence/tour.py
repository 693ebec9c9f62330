"""One visit to every page of the built site: what it asked for, said, showed on a phone, on paper and to a keyboard.

Belongs here: looking. What must hold is said by test_every_page.py and test_accessibility.py. The pages are those of
the built site, so that a new page is looked at from its first day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page, Request, TimeoutError

DESKTOP, PHONE, PAPER = 1280, 360, 718
"""Widths in CSS pixels; PAPER is A4 within margins of 10 mm."""

# Pages of one folder are one component with other rows: that many of them are walked through by keyboard and axe.
WALKED_OF_A_FOLDER = 4
# The title of a page with a parameter until its program runs: on a busy machine that is after the network is idle.
OF_THE_FILE = "Indicator"
UNFOLD = "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
FOLD = "document.querySelectorAll('details').forEach((fold) => { fold.open = false; })"

TOO_WIDE = """
width => [...document.querySelectorAll('body *')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > width + 1
        && !element.closest('.scroll, [role=region][tabindex="0"], svg, [aria-hidden=true]')
        && getComputedStyle(element).visibility !== 'hidden';
}).map((element) => `${element.tagName.toLowerCase()}.${element.className}`)
"""
# On paper nothing can be scrolled into view: what is not cut there lies over its neighbour.
CUT = """
[...document.querySelectorAll('body *')].filter((element) => {
    const style = getComputedStyle(element);
    const clips = (way) => way !== 'visible' && way !== 'clip';
    const scrolls = element.matches('[role=region][tabindex="0"]');
    return element.checkVisibility() && element.clientWidth > 1 && element.clientHeight > 1
        && (((scrolls || clips(style.overflowX)) && element.scrollWidth > element.clientWidth + 1)
            || (clips(style.overflowY) && element.scrollHeight > element.clientHeight + 1));
}).map((element) => `${element.tagName.toLowerCase()}.${element.className}`)
"""
NAVIGATION = """
[...document.querySelectorAll('nav, .skip')].filter((one) => {
    const box = one.getBoundingClientRect();
    return one.checkVisibility() && box.height > 0 && box.right > 0;
}).map((one) => one.getAttribute('aria-label') ?? one.className)
"""
FOCUSABLE = """
() => {
    const chosen = 'a[href], button:not([disabled]), input, select, textarea, summary, [tabindex="0"]';
    window.__all = [...document.querySelectorAll(chosen)].filter((one) => one.tabIndex >= 0 && one.checkVisibility()
        && getComputedStyle(one).visibility !== 'hidden');
    window.__reached = new Set();
    document.addEventListener('focusin', (event) => window.__reached.add(event.target));
    document.activeElement?.blur();
    window.getSelection().removeAllRanges();
    return window.__all.length;
}
"""
NOT_REACHED = """
window.__all.filter((one) => !window.__reached.has(one)).map((one) => one.outerHTML.slice(0, 120))
"""
# What can be scrolled sideways and only by a pointer.
NOT_SCROLLED_BY_KEY = """
[...document.querySelectorAll('main *')].filter((one) => one.checkVisibility()
    && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1
    && !(one.tabIndex === 0 && one.getAttribute('role') === 'region'
        && (one.getAttribute('aria-label') || one.getAttribute('aria-labelledby')))
).map((one) => one.outerHTML.slice(0, 120))
"""
LINKS = "[...document.querySelectorAll('a[href]')].map((link) => link.href)"
IDS = "[...document.querySelectorAll('[id]')].map((one) => one.id)"
# Contrast takes nine tenths of the time and is the same at every width: it is looked at once.
AXE = """
async (contrast) => (await axe.run(document, {
    resultTypes: ['violations'], rules: { 'color-contrast': { enabled: contrast } }
})).violations.flatMap((rule) =>
    rule.nodes.map((node) => ({
        rule: rule.id, impact: node.impact ?? rule.impact, target: node.target.flat().join(' '),
        html: node.html.slice(0, 160), why: node.failureSummary
    })))
"""


@dataclass(frozen=True)
class Finding:
    """A place that axe-core finds wanting: its rule, how much it matters, the element and the reason."""

    rule: str
    impact: str
    target: str
    html: str
    why: str

    def __str__(self) -> str:
        return f"{self.rule} ({self.impact}) {self.target}: {self.html}\n{self.why}"


@dataclass
class Seen:
    """What one page showed. Each list is empty where all is well; `walked` says whether keyboard and axe were there."""

    path: str
    requested: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    title: str = ""
    banners: int = 0
    too_wide: dict[int, list[str]] = field(default_factory=dict)
    navigation_on_paper: list[str] = field(default_factory=list)
    cut_on_paper: list[str] = field(default_factory=list)
    walked: bool = False
    not_reached: list[str] = field(default_factory=list)
    not_scrolled_by_key: list[str] = field(default_factory=list)
    axe: dict[int, list[Finding]] = field(default_factory=dict)


def paths_of(site: Path) -> list[str]:
    """The address of every page of a built site, below its root: '' for the first, 'risk/' for risk/index.html."""
    found = [path.relative_to(site).as_posix() for path in site.rglob("*.html")]
    return sorted(name.removesuffix("index.html") for name in found)


def walked_of(paths: Sequence[str]) -> set[str]:
    """Every page, but of a folder's pages a few: the first, the last and some between."""
    folders: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        folders[path.rstrip("/").rpartition("/")[0] or path].append(path)
    chosen = set()
    for pages in folders.values():
        step = max(1, -(-len(pages) // WALKED_OF_A_FOLDER))
        chosen |= {*pages[::step], pages[-1]}
    return chosen


def wait_until_alive(page: Page) -> None:
    """A page is there to read before its program runs; SvelteKit adds this element when it does, however slow."""
    page.wait_for_selector("#svelte-announcer", state="attached")
    page.wait_for_load_state("networkidle")


def look_at(context: BrowserContext, address: str, path: str, *, walked: bool) -> Seen:
    """Open a page, look at it at each width and on paper, and close it.

    One context for all pages: what they share (34 MB of programs) is fetched and made ready once, as for a visitor.
    """
    page = context.new_page()
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    seen = Seen(path, walked=walked)
    _listen(page, seen)
    try:
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        with suppress(TimeoutError):
            page.wait_for_function(f"document.title !== '{OF_THE_FILE}'", timeout=15_000)
        seen.title = page.title()
        seen.banners = page.get_by_test_id("synthetic-banner").count()
        seen.links, seen.ids = page.evaluate(LINKS), page.evaluate(IDS)
        if walked:
            for _ in range(page.evaluate(FOCUSABLE) + 1):
                page.keyboard.press("Tab")
            seen.not_reached = page.evaluate(NOT_REACHED)
        page.evaluate(UNFOLD)
        for width in (DESKTOP, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            wide = [] if page.evaluate("document.documentElement.scrollWidth") <= width else ["the page itself"]
            seen.too_wide[width] = [*wide, *page.evaluate(TOO_WIDE, width)]
            seen.not_scrolled_by_key += page.evaluate(NOT_SCROLLED_BY_KEY)
            if walked:
                page.evaluate(AXE_SCRIPT)
                seen.axe[width] = [Finding(**found) for found in page.evaluate(AXE, width == DESKTOP)]
        page.evaluate(FOLD)
        page.set_viewport_size({"width": PAPER, "height": 1000})
        page.emulate_media(media="print")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        seen.navigation_on_paper = page.evaluate(NAVIGATION)
        seen.cut_on_paper = page.evaluate(CUT)
        seen.too_wide[PAPER] = page.evaluate(TOO_WIDE, PAPER)
    finally:
        page.close()
    return seen


def _listen(page: Page, seen: Seen) -> None:
    def note(request: Request) -> None:
        seen.requested.append(request.url)

    def told(message: Any) -> None:
        if message.type in ("error", "warning"):
            seen.complaints.append(message.text)

    page.on("request", note)
    page.on("websocket", lambda socket: seen.requested.append(socket.url))
    page.on("response", lambda answer: seen.failed.append(answer.url) if answer.status >= 400 else None)
    page.on("console", told)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))


def hosts(urls: Sequence[str]) -> set[str | None]:
    """The machines that were asked."""
    return {urlsplit(url).hostname for url in urls if not url.startswith(("data:", "blob:"))}
