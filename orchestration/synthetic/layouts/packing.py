"""Packing files into a zip whose bytes depend on nothing but theirs: no clock, no owner, one order.

The packed bytes are the same wherever Python uses the same zlib; the files within are the same everywhere.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

# A zip wants a time in every entry: the earliest that it can hold.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_LEVEL = 6


def write_zip(path: Path, files: Mapping[str, Iterable[bytes]]) -> None:
    """Write a zip at `path` of the files, whose bytes come in pieces."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = _UNIX
            info.external_attr = 0o600 << 16
            with archive.open(info, "w") as entry:
                for piece in files[name]:
                    entry.write(piece)
