"""The dashboard built once, for real, from a board file written by hand, and a browser that cannot reach outside."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from pypdf import PageObject, PdfReader

from orchestration.dashboard import PROJECT_INPUTS, build, install_node_modules, make_server
from orchestration.settings import Settings
from tests.evidence.board_file import write_board
from tests.evidence.tour import Seen, look_at, paths_of, wait_until_alive, walked_of

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = ROOT / "evidence"
# Beside the Board's page, a page of ours asks DuckDB in the browser, as a page with a filter does.
PROBE = Path(__file__).with_name("probe.md")


@dataclass
class Visit:
    """A page in the browser with all that it asked for and complained of."""

    page: Page
    requested: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def unfold(page: Page) -> Page:
    """The page with the tables open that a reader opens when they want them, but not what is folded within a row."""
    page.evaluate("document.querySelectorAll('details.fold:not(td *)').forEach((fold) => { fold.open = true; })")
    return page


def printed(page: Page) -> Sequence[PageObject]:
    """The sheets of A4 that the page makes, within the margins that a browser's dialogue proposes."""
    side = "10mm"
    pdf = page.pdf(format="A4", margin={"top": side, "right": side, "bottom": side, "left": side})
    return PdfReader(BytesIO(pdf)).pages


@pytest.fixture(scope="session")
def evidence_modules() -> Path:
    """Evidence's packages, installed where the project keeps them; nothing is done when they are."""
    install_node_modules(EVIDENCE, print)
    return EVIDENCE / "node_modules"


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory, evidence_modules: Path) -> Path:
    """A project root whose evidence/ is the real one and the probe page."""
    root = tmp_path_factory.mktemp("project")
    evidence = root / "evidence"
    evidence.mkdir()
    for name in (*PROJECT_INPUTS, "package-lock.json", ".npmrc", "scripts"):
        source = EVIDENCE / name
        if source.is_dir():
            shutil.copytree(source, evidence / name)
        elif source.exists():
            shutil.copyfile(source, evidence / name)
    shutil.copyfile(PROBE, evidence / "pages" / "probe.md")
    (evidence / "node_modules").symlink_to(evidence_modules, target_is_directory=True)
    return root


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Settings:
    """A home with a synthetic release and the dashboard that Evidence built from it. Read only."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), project_root=project)
    write_board(settings.published / "board.duckdb")
    build(settings, print)
    return settings


@pytest.fixture(scope="session")
def built_before_the_first_return(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Settings:
    """A home of a real authority that has received nothing yet. Read only."""
    settings = Settings(home=tmp_path_factory.mktemp("empty"), project_root=project)
    write_board(settings.published / "board.duckdb", is_synthetic=False, filled=False)
    build(settings, print)
    return settings


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of the dashboard, while it is served."""
    server = make_server(settings, 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def address(built: Settings) -> Iterator[str]:
    with served(built) as url:
        yield url


@pytest.fixture(scope="session")
def address_before_the_first_return(built_before_the_first_return: Settings) -> Iterator[str]:
    with served(built_before_the_first_return) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for which no name but 127.0.0.1 resolves."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("Chromium is not on the PATH: `apt-get install chromium`, then run the tests again.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            headless=True,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tour(browser: Browser, address: str, built: Settings) -> list[Seen]:
    """What every page of the built site showed, each opened once; without the probe, which is none of the site's."""
    paths = [path for path in paths_of(built.dashboard.resolve()) if path != "probe/"]
    walked = walked_of(paths)
    context = browser.new_context()
    seen = [look_at(context, address, path, walked=path in walked) for path in paths]
    context.close()
    return seen


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open an address and wait until it answers and nothing is under way: visit(url, width=1280)."""
    pages: list[Page] = []

    def open_page(url: str, *, width: int = 1280) -> Visit:
        page = browser.new_page(viewport={"width": width, "height": 900})
        pages.append(page)
        seen = Visit(page)

        def note(request: Request) -> None:
            seen.requested.append(request.url)

        def complain(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                seen.complaints.append(message.text)

        page.on("request", note)
        page.on("requestfailed", lambda request: seen.failed.append(f"{request.url} {request.failure}"))
        page.on("response", lambda answer: seen.failed.append(answer.url) if answer.status >= 400 else None)
        page.on("websocket", lambda socket: seen.requested.append(socket.url))
        page.on("console", complain)
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.goto(url)
        wait_until_alive(page)
        return seen

    yield open_page
    for page in pages:
        page.close()
