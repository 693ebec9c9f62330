"""The server of the dashboard: this machine only, compressed, and nothing but the site."""

from __future__ import annotations

import base64
import gzip
import hashlib
import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.dashboard import DashboardError, compress, content_security_policy, make_server
from orchestration.settings import Settings

PAGE = "<!doctype html><script>start()</script><script type='module' src='/x.js'></script>" + "<p>words</p>" * 200
SCRIPT = "console.log('board');" * 200


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with a small site, swapped in as a real one is."""
    settings = Settings(home=tmp_path)
    site = tmp_path / "dashboards" / "r-1"
    (site / "_app" / "immutable").mkdir(parents=True)
    (site / "index.html").write_text(PAGE)
    (site / "_app" / "immutable" / "app.Ab12.js").write_text(SCRIPT)
    (site / "_app" / "version.json").write_text("{}")
    table = site / "data" / "board" / "t" / ("0" * 32)
    table.mkdir(parents=True)
    (table / "t.parquet").write_bytes(b"PAR1" * 1000)
    compress(site)
    (tmp_path / "secret.txt").write_text("not for visitors")
    settings.dashboard.symlink_to("dashboards/r-1")
    return settings


@pytest.fixture
def port(settings: Settings) -> Iterator[int]:
    with make_server(settings, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


def test_it_listens_on_loopback_and_nowhere_else(settings: Settings) -> None:
    with make_server(settings, 0) as server:
        assert server.server_address[0] == "127.0.0.1"
        assert server.socket.family is socket.AF_INET
        other = socket.gethostbyname(socket.gethostname())
        if not other.startswith("127."):
            with pytest.raises(OSError):
                socket.create_connection((other, server.server_port), timeout=2)


def test_pages_come_compressed_to_those_who_accept_it(port: int) -> None:
    status, headers, body = ask(port, "/", Accept_Encoding="br, gzip")
    assert status == 200
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(body).decode() == PAGE
    status, headers, body = ask(port, "/")
    assert "Content-Encoding" not in headers
    assert body.decode() == PAGE


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "no-cache"),
        ("/_app/version.json", "no-cache"),
        ("/_app/immutable/app.Ab12.js", "public, max-age=31536000, immutable"),
        (f"/data/board/t/{'0' * 32}/t.parquet", "public, max-age=31536000, immutable"),
    ],
    ids=["page", "version", "hashed script", "hashed table"],
)
def test_only_names_that_carry_a_hash_are_kept_for_ever(port: int, path: str, kept: str) -> None:
    assert ask(port, path)[1]["Cache-Control"] == kept


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/../secret.txt", "/%2e%2e/%2e%2e/secret.txt", "/..%2f..%2fsecret.txt", "/_app/", "/a%00b"],
)
def test_what_is_not_in_the_site_is_not_found(port: int, path: str) -> None:
    status, _, body = ask(port, path)
    assert status == 404
    assert b"not for visitors" not in body


def test_a_code_in_capitals_leads_to_its_page(settings: Settings, port: int) -> None:
    page = settings.dashboard / "indicators" / "s05" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("S05")
    status, headers, _ = ask(port, "/indicators/S05/?from=a%20link")
    assert (status, headers["Location"]) == (301, "/indicators/s05/?from=a%20link")
    assert ask(port, headers["Location"])[2] == b"S05"
    # Neither a page that is not there either way, nor another server, nor a header of the visitor's own making.
    assert ask(port, "/indicators/S06/")[0] == 404
    assert ask(port, "//Indicators/S05/")[1]["Location"] == "/indicators/s05/"
    assert ask(port, "/Indicators/S05/%0d%0aX-Ours:%20no/../")[1]["X-Ours"] is None


def test_another_name_for_this_machine_is_refused(port: int) -> None:
    assert ask(port, "/", Host="board.example.org")[0] == 421
    assert ask(port, "/", Host=f"localhost:{port}")[0] == 200


def test_a_page_that_has_not_changed_is_not_sent_again(port: int) -> None:
    _, headers, _ = ask(port, "/")
    status, _, body = ask(port, "/", If_Modified_Since=headers["Last-Modified"])
    assert (status, body) == (304, b"")


def test_head_answers_without_a_body(port: int) -> None:
    status, headers, body = ask(port, "/", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) == len(PAGE)


def test_anything_but_reading_is_refused(port: int) -> None:
    assert ask(port, "/", method="POST")[0] == 501


def test_a_page_may_run_its_own_scripts_only_and_reach_this_server_only(port: int) -> None:
    policy = ask(port, "/")[1]["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "'unsafe-inline'" not in scripts
    expected = base64.b64encode(hashlib.sha256(b"start()").digest()).decode()
    assert f"'sha256-{expected}'" in scripts


def test_scripts_from_files_need_no_hash() -> None:
    assert "sha256" not in content_security_policy(b"<script src='/a.js'></script>")


def test_a_new_release_shows_without_a_restart(settings: Settings, port: int) -> None:
    fresh = settings.home / "dashboards" / "r-2"
    fresh.mkdir()
    (fresh / "index.html").write_text("the new release")
    link = settings.home / "link"
    link.symlink_to("dashboards/r-2")
    link.replace(settings.dashboard)
    assert ask(port, "/")[2] == b"the new release"


def test_without_a_dashboard_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DashboardError, match="safeguarding run"):
        make_server(Settings(home=tmp_path), 0)


def test_a_port_that_is_taken_is_named(settings: Settings) -> None:
    with make_server(settings, 0) as server, pytest.raises(DashboardError, match=f"Port {server.server_port}"):
        make_server(settings, server.server_port)
