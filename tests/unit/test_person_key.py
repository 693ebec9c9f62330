"""The key of the pseudonyms is made once, whole, and never replaced."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from orchestration.ingest.person_key import read_or_create_key


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "person.key"
    key = read_or_create_key(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_create_key(path) == key
    assert [file.name for file in path.parent.iterdir()] == ["person.key"]


def test_a_key_that_could_not_be_written_whole_leaves_nothing_and_the_next_run_makes_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "person.key"
    with monkeypatch.context() as full_disk:
        full_disk.setattr(os, "fsync", no_room)
        with pytest.raises(OSError, match="No space"):
            read_or_create_key(path)
    assert list(tmp_path.iterdir()) == []
    assert len(read_or_create_key(path)) == 32
