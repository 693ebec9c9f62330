"""The data files of a submission, whether it came as a file, a folder or a zip.

Belongs here: listing members, opening them, the limits on archives. Zips are read in memory and never unpacked, so a
member's path can never name a place on this machine. Does not belong here: what is inside a file.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from orchestration.ingest.readers.model import ReadError
from orchestration.ingest.told import told_name, unlike

ENVELOPE_NAME = "submission.yml"
ENVELOPE_SUFFIX = ".submission.yml"
HEAD_BYTES = 65536


@dataclass(frozen=True)
class Limits:
    """What an archive may hold. A zip of a few kB can unpack to terabytes, so the caps are on what comes out."""

    members: int = 2_000
    member_bytes: int = 1 << 30
    total_bytes: int = 2 << 30
    ratio: int = 250
    """Unpacked to packed size, looked at above `ratio_from_bytes` (deflate itself ends near 1,000)."""
    ratio_from_bytes: int = 10 << 20


DEFAULT_LIMITS = Limits()
NO_WORDS: Callable[[str], str] = partial(told_name, words=frozenset())
"""A name as it is told where no contract has words for it."""

# What zipfile raises of an archive with changed bytes, by trial.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, struct.error)


@dataclass(frozen=True)
class Member:
    """One file of a submission. `name` is its path within the submission, '/' between folders."""

    name: str
    size: int
    open: Callable[[], BinaryIO]

    def head(self) -> bytes:
        """The first 64 kB."""
        with reading(self.name), self.open() as stream:
            return stream.read(HEAD_BYTES)

    def read(self) -> bytes:
        with reading(self.name), self.open() as stream:
            return stream.read()


def is_skipped(name: str) -> bool:
    """Hidden, temporary and explanatory files are no data: '.', '_' and '~$' in front, README, the envelope."""
    return (
        name.startswith((".", "_", "~$"))
        or name.upper().startswith("README")
        or name == ENVELOPE_NAME
        or name.endswith(ENVELOPE_SUFFIX)
    )


def data_files(folder: Path) -> list[tuple[str, Path]]:
    """The regular data files below `folder` as (path within it with '/', path), sorted; symbolic links are left out."""
    found = []
    # os.walk enters no linked folder; a tree of a thousand deliveries is walked several times a run.
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_skipped(name)]
        for name in names:
            path = Path(place, name)
            if not (is_skipped(name) or path.is_symlink()) and path.is_file():
                found.append((path.relative_to(folder).as_posix(), path))
    return sorted(found)


def members(
    path: Path, name: str, limits: Limits = DEFAULT_LIMITS, told: Callable[[str], str] = NO_WORDS
) -> list[Member]:
    """The data files of the submission at `path` (file, folder or zip), which its sender called `name`.

    Each is named as `told` makes its name fit to be stored and printed, with a number where two would be called alike.

    Raises ReadError when an archive is broken, protected by a password, too large, or names places outside itself.
    """
    files = data_files(path) if path.is_dir() else [(name, path)]
    found: list[Member] = []
    for name_within, file in files:
        label, size = told(name_within), file.stat().st_size
        if size > limits.member_bytes:
            raise ReadError(
                f"{label}: is {size >> 20:,} MB, expected at most {limits.member_bytes >> 20:,} MB; send it in parts."
            )
        if _is_plain_zip(file):
            prefix = f"{label}/" if path.is_dir() else ""
            found += _zip_members(file, label, prefix, limits, told)
        else:
            found.append(Member(label, size, partial(_open_file, file)))
    names = unlike(member.name for member in found)
    return [replace(member, name=name) for member, name in zip(found, names, strict=True)]


def inner_envelope(path: Path) -> bytes | None:
    """The bytes of a submission.yml that a zip carries at its top (or in its one top folder), if there is one."""
    if path.is_dir() or not _is_plain_zip(path):
        return None
    with reading(path.name), _archive(path) as archive:
        for info in archive.infolist():
            parts = PurePosixPath(info.filename).parts
            is_plain = info.file_size <= HEAD_BYTES and not info.flag_bits & 0x1
            if parts and parts[-1] == ENVELOPE_NAME and len(parts) <= 2 and is_plain:
                return archive.read(info)
    return None


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn what a damaged archive or file raises while it is read into a ReadError that names it."""
    try:
        yield
    except _DAMAGE as error:
        raise ReadError(f"{name}: the archive is damaged or cut short; send it again.") from error
    except OSError as error:
        # A damaged list of members may name a place before the first byte. Any other fault is the machine's.
        if error.errno != errno.EINVAL:
            raise
        raise ReadError(f"{name}: the archive is damaged or cut short; send it again.") from error
    except NotImplementedError as error:
        raise ReadError(f"{name}: packed in a way that we do not read; send an ordinary zip.") from error


def refuse_oversized_workbook(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> None:
    """Raises ReadError when a workbook that is itself a zip would unpack to more than a zip may."""
    try:
        with _archive(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (*_DAMAGE, NotImplementedError, OSError):
        # No zip, or a damaged one: the library that reads workbooks says so.
        return
    total = sum(info.file_size for info in infos)
    packed = max(sum(info.compress_size for info in infos), 1)
    if total > limits.total_bytes or (total > limits.ratio_from_bytes and total > limits.ratio * packed):
        raise ReadError(
            f"{name}: unpacks to {total >> 20:,} MB from {packed >> 10:,} kB, as no return does; "
            "send its sheets as CSV."
        )


def is_workbook(head: bytes, name: str) -> bool:
    """An Excel or OpenDocument workbook, by its first bytes and (as a workbook is itself a zip) its name."""
    suffix = PurePosixPath(name).suffix.lower()
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return True
    return head.startswith(b"PK") and suffix in {".xlsx", ".xlsm", ".xlsb", ".ods"}


def is_xml(head: bytes) -> bool:
    """Text that begins with '<', in UTF-8 or UTF-16."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[:400].decode("utf-16", errors="ignore").lstrip().startswith("<")
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def _open_file(path: Path) -> BinaryIO:
    return path.open("rb")


def _is_plain_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(4)
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    if is_workbook(head, path.name):
        return False
    try:
        with _archive(path) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except (*_DAMAGE, NotImplementedError, OSError):
        return True


def _archive(content: Path | BinaryIO) -> zipfile.ZipFile:
    """The zip; a member's name that is not the text it says it is makes it a damaged one."""
    try:
        return zipfile.ZipFile(content)
    except UnicodeDecodeError as error:
        raise zipfile.BadZipFile("a name is no text") from error


def _zip_members(path: Path, label: str, prefix: str, limits: Limits, told: Callable[[str], str]) -> list[Member]:
    found: list[tuple[str, Member]] = []
    total = 0
    with reading(label), _archive(path) as archive:
        infos = archive.infolist()
        if len(infos) > limits.members:
            raise ReadError(
                f"{label}: holds {len(infos):,} files, expected at most {limits.members:,}; send fewer files."
            )
        for info in infos:
            _refuse_unsafe(info, label)
            parts = PurePosixPath(info.filename).parts
            if info.is_dir() or any(is_skipped(part) for part in parts):
                continue
            total += info.file_size
            if info.file_size > limits.member_bytes or total > limits.total_bytes:
                raise ReadError(
                    f"{label}: unpacks to more than {limits.total_bytes >> 20:,} MB in all or "
                    f"{limits.member_bytes >> 20:,} MB a file; send it in parts."
                )
            if info.file_size > limits.ratio_from_bytes and info.file_size > limits.ratio * max(info.compress_size, 1):
                raise ReadError(
                    f"{label}: {told(info.filename)} is packed more than {limits.ratio}-fold, as no return is; "
                    "send the file itself."
                )
            if info.filename.lower().endswith((".zip", ".7z", ".rar", ".gz")):
                inner = told(info.filename)
                raise ReadError(f"{label}: {inner} is an archive within the archive; send its files directly.")
            member = Member(prefix + told(info.filename), info.file_size, partial(_open_member, path, info))
            found.append((info.filename, member))
    return [member for _, member in sorted(found, key=lambda entry: entry[0])]


def _refuse_unsafe(info: zipfile.ZipInfo, label: str) -> None:
    # The parts of the raw name: zipfile itself has already turned backslashes and drives into something harmless.
    raw = info.orig_filename.replace("\\", "/")
    mode = info.external_attr >> 16
    if raw.startswith("/") or ".." in raw.split("/") or ":" in raw.split("/")[0]:
        raise ReadError(f"{label}: holds a file that names a place outside the archive; pack the files again.")
    if stat.S_ISLNK(mode):
        raise ReadError(f"{label}: holds a link instead of a file; pack the files themselves.")
    if info.flag_bits & 0x1:
        raise ReadError(f"{label}: is protected by a password; send it without one by the agreed secure route.")


def _open_member(path: Path, info: zipfile.ZipInfo) -> BinaryIO:
    # The archive's own handle is closed here; zipfile keeps the file open until the member is closed.
    with _archive(path) as archive:
        try:
            member = archive.open(info)
        except UnicodeDecodeError as error:
            raise zipfile.BadZipFile("a name is no text") from error
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, member), buffer_size=1 << 17))
