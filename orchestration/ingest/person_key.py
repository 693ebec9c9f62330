"""The keyed pseudonym of a person: the one name by which everything after raw knows a child.

Belongs here: the key file and the function from an identifier to person_key. Does not belong here: matching of persons
between agencies. The key never enters SQL, a message or a log.
"""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from orchestration.ingest.private import private_folder

_KEY_BYTES = 32


class PersonKeyError(RuntimeError):
    """The key file cannot be used; the message says what was found and what to do."""


class PersonKeys:
    """person_key by identifier, for one authority and namespace: 32 digits of the hex of HMAC-SHA256(key, text), the
    text being "<namespace>|<area_code>|<identifier>".

    The 903's CHILD, the census's LAchildID and lcs_id are one namespace (lcs): the authority's own number of the child.
    Unique pupil numbers are one (upn); every other supplier has its own.
    """

    def __init__(self, key: bytes, area_code: str, namespace: str) -> None:
        self._begun = hmac.new(key, f"{namespace}|{area_code}|".encode(), "sha256")
        self._known: dict[str, str] = {}

    def __call__(self, identifier: str | None) -> str | None:
        """The key of `identifier` (blanks around it do not count); None for a blank one."""
        text = identifier.strip() if identifier else ""
        if not text:
            return None
        found = self._known.get(text)
        if found is None:
            digest = self._begun.copy()
            digest.update(text.encode())
            found = self._known[text] = digest.hexdigest()[:32]
        return found


def read_or_create_key(path: Path) -> bytes:
    """The key in the file at `path`; on first use a random one is written there, readable by its owner alone.

    Raises PersonKeyError when the file holds something else.
    """
    if not path.exists():
        private_folder(path.parent)
        _write_new_key(path)
    text = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) < _KEY_BYTES:
        raise PersonKeyError(
            f"{path.name}: found no key of {2 * _KEY_BYTES} hexadecimal digits; restore the file from backup. (With a "
            "new key every person_key changes: remove warehouse.duckdb as well, and the next run rebuilds it.)"
        )
    return key


def _write_new_key(path: Path) -> None:
    """A random key at `path`, whole or not at all: half a key would be taken for a damaged one. One there stays."""
    beginning = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(beginning, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(_KEY_BYTES) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):
            os.link(beginning, path)
    finally:
        beginning.unlink(missing_ok=True)
