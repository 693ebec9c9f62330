"""Put on PYTHONPATH, this notes every look-up and connection of a Python process in the file NETWATCH_LOG.

Loopback and local sockets are not noted. Child processes inherit it, so dbt and Dagster are watched too.
"""

import os
import sys

_LOG = os.environ.get("NETWATCH_LOG")
_LOCAL = ("127.", "localhost", "::1", "0.0.0.0")


def _note(line: str) -> None:
    with open(str(_LOG), "a", encoding="utf-8") as log:  # noqa: PTH123 - nothing else may be imported this early
        log.write(line + "\n")


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    else:
        return
    if host is not None and not str(host).startswith(_LOCAL):
        _note(f"{event} {host} by {sys.argv[:2]}")


if _LOG:
    _note(f"watching {os.getpid()}")
    sys.addaudithook(_watch)
