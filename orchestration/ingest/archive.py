"""The archive: every submission as it came, under the hash of its content.

Belongs here: the hash of a file or folder, the verified copy, finding it again. Does not belong here: reading inside
it. Nothing is ever changed or removed here; equal content is kept once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from pathlib import Path
from typing import Literal

from orchestration.ingest.private import private_folder, sync_folder
from orchestration.ingest.readers.files import NO_WORDS, data_files

_CHUNK = 1 << 20


class ArchiveError(RuntimeError):
    """Content that is not what its hash says, or not there; the message says what to do."""


def content_sha256(path: Path) -> str:
    """The hash of a submission, in hex.

    A file: of its bytes. A folder: of the lines "<path within it>\\0<sha256 of the file>\\n" of its data files, sorted;
    submission.yml, hidden files and README are no data.
    """
    if path.is_dir():
        return _listing_sha256([(name, _file_sha256(file)) for name, file in data_files(path)])
    return _file_sha256(path)


def store(archive: Path, source: Path, sha256: str) -> Path:
    """Copy the submission at `source` to archive/<sha256>, unless it is there; return that folder.

    The copy is hashed as it is written, and only the right one takes the name. Raises ArchiveError when the source is
    no longer what `sha256` says (it is still being written): the next run takes it.
    """
    target = archive / sha256
    if target.is_dir() and _stored_sha256(target, _kind(source)) == sha256:
        return target
    private_folder(archive)
    for stale in archive.glob(".tmp-*"):
        shutil.rmtree(stale, ignore_errors=True)
    work = archive / f".tmp-{uuid.uuid4().hex}"
    work.mkdir(mode=0o700)
    try:
        if source.is_dir():
            hashes = [(name, _copy(file, work / name)) for name, file in data_files(source)]
            found = _listing_sha256(hashes)
        else:
            found = _copy(source, work / source.name)
        if found != sha256:
            raise ArchiveError(
                f"{NO_WORDS(source.name)}: changed while it was copied; it is left for the next run, when it is "
                "complete."
            )
        if target.exists():
            # A damaged copy (its hash is wrong) gives way to a sound one.
            target.rename(archive / f".tmp-{uuid.uuid4().hex}")
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    sync_folder(archive)
    return target


def locate(archive: Path, sha256: str, kind: Literal["file", "folder"]) -> Path:
    """The archived file or folder with that content, its hash verified.

    Raises ArchiveError when it is missing or damaged.
    """
    target = archive / sha256
    if not target.is_dir():
        raise ArchiveError(f"archive/{sha256}: is missing; restore it from backup, then run again.")
    if _stored_sha256(target, kind) != sha256:
        raise ArchiveError(
            f"archive/{sha256}: is not what its name says (damaged or changed); restore it from backup, then run again."
        )
    return _only_file(target) if kind == "file" else target


def _kind(source: Path) -> Literal["file", "folder"]:
    return "folder" if source.is_dir() else "file"


def _stored_sha256(target: Path, kind: Literal["file", "folder"]) -> str | None:
    if kind == "folder":
        return content_sha256(target)
    try:
        return _file_sha256(_only_file(target))
    except ArchiveError:
        return None


def _only_file(target: Path) -> Path:
    files = [path for path in target.iterdir() if path.is_file()]
    if len(files) != 1:
        raise ArchiveError(f"archive/{target.name}: holds {len(files)} files, expected one; restore it from backup.")
    return files[0]


def _file_sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _listing_sha256(hashes: list[tuple[str, str]]) -> str:
    whole = hashlib.sha256()
    for name, digest in sorted(hashes):
        whole.update(f"{name}\0{digest}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def _copy(source: Path, target: Path) -> str:
    private_folder(target.parent)
    digest = hashlib.sha256()
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with source.open("rb") as reader, os.fdopen(handle, "wb") as writer:
        while chunk := reader.read(_CHUNK):
            digest.update(chunk)
            writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()
