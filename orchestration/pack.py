"""The Board's pack as a PDF: the page pack/ of the built dashboard, printed by the Chromium that is installed.

Belongs here: which days a pack can be made for, finding Chromium, printing one page with nothing reachable but this
machine. Does not belong here: what the pack says (evidence/pages/pack.md), building and serving it (dashboard.py).

Chromium is spoken to over two pipes (its own DevTools protocol, one JSON text a message, each ended by a zero byte): so
the page is printed when it says that it shows the day asked for, and not after some seconds.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from orchestration.dashboard import LOOPBACK, make_server
from orchestration.publish import current_release
from orchestration.settings import Settings
from orchestration.warehouse import connect

CHROMIUMS: Final = ("chromium", "chromium-browser", "google-chrome")
"""Names under which a Chromium is looked for on the PATH."""

_FLAGS: Final = (
    "--headless",
    "--remote-debugging-pipe",
    # The page is ours and reaches nothing: without a sandbox it also prints as root and in a container.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}",
)
# Chromium reads from 3 and writes to 4. Both are moved up first, as either may be the other's place.
_ON_3_AND_4: Final = (
    "import fcntl, os, sys;"
    "ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]];"
    "os.dup2(ends[0], 3); os.dup2(ends[1], 4);"
    "os.execv(sys.argv[3], sys.argv[3:])"
)
_SHOWN: Final = """
(() => {
    const pack = document.querySelector('[data-testid=pack]');
    return pack?.dataset.ready === 'yes' && document.fonts.status === 'loaded' ? pack.dataset.periodEnd : null;
})()
"""
_START_SECONDS: Final = 60
_PAGE_SECONDS: Final = 90
_DAYS = """
select distinct period_end from board.board.fct_indicator_value
where area_code = ? and breakdown = 'total' and is_primary_cadence and value is not null
    and status in ('published', 'provisional', 'low_reliability')
    and indicator_code in (select indicator_code from board.board.dim_indicator where parent_code is null)
order by period_end
"""


class PackError(RuntimeError):
    """The pack cannot be printed; the message says what was found and what to do."""


def find_chromium() -> Path:
    """The first Chromium on the PATH. Raises PackError, with the names looked for, where there is none."""
    for name in CHROMIUMS:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise PackError(
        f"No Chromium is on the PATH (looked for {', '.join(CHROMIUMS)}), and it prints the pack: install one "
        "(Debian: apt-get install chromium). The page pack/ of the dashboard prints from any browser."
    )


def pack_days(settings: Settings) -> list[date]:
    """Days on which a period ends for which the release holds a headline figure, oldest first.

    Raises PackError before the first publication.
    """
    board = settings.published / "board.duckdb"
    if not board.exists():
        raise PackError("Nothing is published yet, so there is nothing to print; `safeguarding run` first.")
    with connect(board.resolve(), read_only=True) as con:
        return [row[0] for row in con.execute(_DAYS, [settings.area_code]).fetchall()]


def write_pack(
    settings: Settings, period_end: date | None, output: Path | None = None, progress: Callable[[str], None] = print
) -> Path:
    """Print the pack of the periods that had ended by `period_end` (None: the latest due); returns the PDF's path.

    `output` defaults to packs/ under the home. The file is for its owner alone, and is whole or not there.

    Raises PackError: no release, no figure for that day, a site of another release, no Chromium, or one that does not
    print; DashboardError when the site is not built.
    """
    days = pack_days(settings)
    if period_end is not None and period_end not in days:
        raise PackError(_no_such_day(period_end, days))
    chromium = find_chromium()
    with make_server(settings, 0) as server:
        _refuse_another_release(settings)
        target = output or settings.home / "packs" / f"board-pack-{period_end or 'latest'}.pdf"
        if output is None:
            target.parent.mkdir(mode=0o700, exist_ok=True)
        if target.is_dir() or not target.parent.is_dir():
            raise PackError(f"--output: {target} cannot be written; name a file in a folder that is there.")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            query = f"?period-end={period_end}" if period_end else ""
            progress(f"Printing the pack with {chromium}.")
            pdf = print_page(
                chromium,
                f"http://{LOOPBACK}:{server.server_port}/pack/{query}",
                is_shown=lambda shown: shown == str(period_end or ""),
                work=settings.home,
            )
        finally:
            server.shutdown()
            thread.join()
    _write_private(target, _without_its_maker(pdf))
    return target


def print_page(chromium: Path, url: str, *, is_shown: Callable[[object], bool], work: Path) -> bytes:
    """The PDF of a page, printed once the day that it shows pleases `is_shown`. Chromium's own files lie under `work`.

    Raises PackError when Chromium does not start, the page does not come to show that day, or it does not print.
    """
    with (
        tempfile.TemporaryDirectory(prefix=".chromium-", dir=work, ignore_cleanup_errors=True) as profile,
        _Chromium(chromium, Path(profile)) as browser,
    ):
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.ask("Page.navigate", session, url=url)
        until = time.monotonic() + _PAGE_SECONDS
        shown: object = None
        while time.monotonic() < until:
            answer = browser.ask("Runtime.evaluate", session, expression=_SHOWN, returnByValue=True)
            shown = answer.get("result", {}).get("value")
            if shown is not None and is_shown(shown):
                break
            time.sleep(0.1)
        else:
            raise PackError(
                f"{url} did not come to show the pack in {_PAGE_SECONDS} s (it shows {shown!r}): does the page "
                "open in a browser (`safeguarding serve`)?"
            )
        printed = browser.ask(
            "Page.printToPDF",
            session,
            preferCSSPageSize=True,
            printBackground=True,
            generateTaggedPDF=True,
            generateDocumentOutline=True,
        )
        return base64.b64decode(printed["data"])


class _Chromium:
    """A headless Chromium of our own that lives as long as the `with` block."""

    def __init__(self, executable: Path, profile: Path) -> None:
        self._executable = executable
        self._profile = profile
        self._number = 0
        self._read = b""

    def __enter__(self) -> _Chromium:
        for_it, self._to = os.pipe()
        self._from, of_it = os.pipe()
        self._log = (self._profile / "chromium.log").open("w+b")
        # Nothing of a person's own settings, and no folder but ours.
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self._profile), "LANG": "C.UTF-8"}
        command = [str(self._executable), *_FLAGS, f"--user-data-dir={self._profile}", "about:blank"]
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", _ON_3_AND_4, str(for_it), str(of_it), *command],
            pass_fds=(for_it, of_it),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        os.close(for_it)
        os.close(of_it)
        try:
            self.ask("Browser.getVersion")
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            with suppress(PackError, OSError):
                self.ask("Browser.close")
        self._end()

    def ask(self, method: str, session: str | None = None, **parameters: object) -> dict[str, Any]:
        """The result of one command. Raises PackError where Chromium says no, ends, or says nothing in time."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        try:
            os.write(self._to, json.dumps(message).encode() + b"\0")
        except BrokenPipeError as error:
            raise PackError(self._ended()) from error
        for answer in self._messages(time.monotonic() + _START_SECONDS):
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise PackError(f"{self._executable} could not print the pack: {answer['error'].get('message')}.")
                return dict(answer.get("result", {}))
        raise PackError(f"{self._executable} did not answer in {_START_SECONDS} s ({method}).")

    def _messages(self, until: float) -> Iterator[dict[str, Any]]:
        """Whole messages as they come, until that time."""
        while True:
            while b"\0" in self._read:
                text, _, self._read = self._read.partition(b"\0")
                yield json.loads(text)
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._from], [], [], left)[0]:
                return
            more = os.read(self._from, 1 << 20)
            if not more:
                raise PackError(self._ended())
            self._read += more

    def _ended(self) -> str:
        self._log.seek(0)
        said = [line for line in self._log.read().decode("utf-8", "replace").splitlines() if line.strip()]
        last = f" It said last: {said[-1].strip()}" if said else ""
        return f"{self._executable} ended before it had printed the pack.{last}"

    def _end(self) -> None:
        try:
            self._process.wait(timeout=5 if self._process.poll() is None else 0)
        except subprocess.TimeoutExpired:
            # The group is ours: it began with the process.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for end in (self._to, self._from):
            os.close(end)
        self._log.close()


def _no_such_day(asked: date, days: Sequence[date]) -> str:
    if not days:
        return "The release holds no figure of any period, so there is nothing to print."
    nearest = sorted(sorted(days, key=lambda day: abs((day - asked).days))[:3])
    return (
        f"--period-end: found {asked}, and no period with a figure ends on that day. The nearest are "
        f"{', '.join(str(day) for day in nearest)}; the latest is {days[-1]}."
    )


def _refuse_another_release(settings: Settings) -> None:
    """The day was looked up in the published file; the site must be of the same release."""
    release = current_release(settings)
    site = settings.dashboard.resolve().name
    if release and site != release.release_id and not site.startswith(f"{release.release_id}."):
        raise PackError(
            f"The dashboard is of {site}, and {release.release_id} is published: `safeguarding run` builds it anew."
        )
    if not (settings.dashboard / "pack" / "index.html").is_file():
        raise PackError("The dashboard is from before there was a pack: `safeguarding run --force` builds it anew.")


def _without_its_maker(pdf: bytes) -> bytes:
    """The same PDF; which browser printed it, and on what, is left out."""
    from pypdf import PdfWriter
    from pypdf.generic import NameObject

    writer = PdfWriter(clone_from=BytesIO(pdf))
    if writer.metadata is not None:
        writer.add_metadata({NameObject("/Creator"): "Safeguarding performance warehouse"})
    whole = BytesIO()
    writer.write(whole)
    return whole.getvalue()


def _write_private(target: Path, content: bytes) -> None:
    with _beside(target) as (descriptor, name), os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        Path(name).replace(target)


@contextmanager
def _beside(target: Path) -> Iterator[tuple[int, str]]:
    """A file beside `target` for its owner alone; gone afterwards where it was not moved."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise PackError(f"--output: {target} cannot be written ({error.strerror}); name another file.") from error
    try:
        yield descriptor, name
    finally:
        Path(name).unlink(missing_ok=True)
