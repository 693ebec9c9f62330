"""The register: an event is wholly there or not at all. The archive: what lies there is what came."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.ingest import archive as archive_module
from orchestration.ingest.archive import ArchiveError, content_sha256, locate, store
from orchestration.ingest.person_key import PersonKeyError, PersonKeys, read_or_create_key
from orchestration.ingest.register import (
    Received,
    RegisterError,
    Withdrawn,
    append,
    next_number,
    read_register,
    submission_id,
)

AT = datetime(2017, 5, 3, 9, 30)
FIRST = Received(
    "sub-000001", "police", "crime", "police/crime/a.csv", "a.csv", "ab" * 32, AT, AT, False, "file", {"rows": "0"}
)
SECOND = replace(FIRST, submission_id="sub-000002", kind="folder", envelope={}, is_replay=True)
TAKEN_BACK = Withdrawn("sub-000001", "wrong month: café sent it again", AT, AT)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_events_come_back_as_they_were_written_with_the_line_they_stand_in(tmp_path: Path) -> None:
    register = tmp_path / "home" / "register.jsonl"
    append(register, [FIRST])
    append(register, [TAKEN_BACK, SECOND])
    assert read_register(register) == [
        replace(FIRST, position=1),
        replace(TAKEN_BACK, position=2),
        replace(SECOND, position=3),
    ]


def test_the_file_holds_the_fields_that_the_design_names_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    register = tmp_path / "home" / "register.jsonl"
    append(register, [FIRST, TAKEN_BACK])
    received, withdrawn = [json.loads(line) for line in register.read_text().splitlines()]
    assert received == {
        "event": "received", "submission_id": "sub-000001", "supplier": "police", "feed": "crime",
        "landing_path": "police/crime/a.csv", "file_name": "a.csv", "kind": "file", "sha256": "ab" * 32,
        "received_at": "2017-05-03T09:30:00", "registered_at": "2017-05-03T09:30:00", "is_replay": False,
        "envelope": {"rows": "0"},
    }  # fmt: skip
    assert withdrawn["event"] == "withdrawn"
    assert (mode(register), mode(register.parent)) == (0o600, 0o700)


def test_no_register_is_no_events(tmp_path: Path) -> None:
    assert read_register(tmp_path / "register.jsonl") == []
    assert next_number([]) == 1


@pytest.mark.parametrize("keep", [1, 20, -1], ids=["one byte", "some of it", "all but the line break"])
def test_a_last_line_cut_off_while_it_was_written_never_happened_and_is_told(tmp_path: Path, keep: int) -> None:
    register = tmp_path / "register.jsonl"
    append(register, [FIRST])
    whole = register.read_bytes()
    append(register, [SECOND])
    register.write_bytes(whole + register.read_bytes()[len(whole) :][:keep])
    told: list[str] = []
    assert read_register(register, told.append) == [replace(FIRST, position=1)]
    assert len(told) == 1
    assert "was cut off while it was written" in told[0]
    append(register, [SECOND])
    assert read_register(register, told.append) == [replace(FIRST, position=1), replace(SECOND, position=2)]
    assert len(told) == 1


def test_a_line_in_the_middle_that_is_no_event_is_an_error_that_names_it(tmp_path: Path) -> None:
    register = tmp_path / "register.jsonl"
    append(register, [FIRST, SECOND])
    lines = register.read_text().splitlines()
    for broken in ('{"event": "rec', '{"event": "other"}', "[]", "{}"):
        register.write_text("\n".join([broken, lines[1], ""]))
        os.utime(register, ns=(hash(broken) & 0xFFFFFFFF, hash(broken) & 0xFFFFFFFF))
        with pytest.raises(RegisterError, match=r"register\.jsonl, line 1: is not an event"):
            read_register(register)


def test_a_disk_that_takes_only_a_part_leaves_the_register_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = tmp_path / "register.jsonl"
    append(register, [FIRST])
    before = register.read_bytes()
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:10]))
    with pytest.raises(OSError, match="is the disk full"):
        append(register, [SECOND])
    assert register.read_bytes() == before


def test_one_append_is_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[bytes] = []
    real = os.write

    def spy(handle: int, data: bytes) -> int:
        writes.append(data)
        return real(handle, data)

    monkeypatch.setattr(os, "write", spy)
    append(tmp_path / "register.jsonl", [FIRST, SECOND, TAKEN_BACK])
    assert len(writes) == 1
    assert writes[0].count(b"\n") == 3


def test_numbers_go_on_from_the_highest() -> None:
    assert next_number([replace(FIRST, submission_id="sub-000041"), TAKEN_BACK, SECOND]) == 42
    assert submission_id(42) == "sub-000042"


def folder_with(path: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


def test_the_hash_of_a_folder_is_that_of_its_data_files_and_their_names(tmp_path: Path) -> None:
    one = folder_with(tmp_path / "one", {"a.csv": "A", "sub/b.csv": "B", "submission.yml": "rows: 2", "README": "x"})
    same = folder_with(tmp_path / "two", {"sub/b.csv": "B", "a.csv": "A"})
    renamed = folder_with(tmp_path / "three", {"sub/c.csv": "B", "a.csv": "A"})
    assert content_sha256(one) == content_sha256(same)
    assert content_sha256(one) != content_sha256(renamed)


def test_a_copy_is_the_bytes_that_came_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    source = folder_with(tmp_path / "landing", {"a.csv": "A", "deep/er/b.csv": "B", "submission.yml": "rows: 2"})
    sha256 = content_sha256(source)
    target = store(tmp_path / "archive", source, sha256)
    files = sorted(p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file())
    assert files == ["a.csv", "deep/er/b.csv"]
    everything = [tmp_path / "archive", *(tmp_path / "archive").rglob("*")]
    assert {mode(p) for p in everything if p.is_dir()} == {0o700}
    assert {mode(p) for p in everything if p.is_file()} == {0o600}
    assert locate(tmp_path / "archive", sha256, "folder") == target


def test_equal_content_is_kept_once_even_under_another_name(tmp_path: Path) -> None:
    files = folder_with(tmp_path, {"a.csv": "A", "again.csv": "A"})
    sha256 = content_sha256(files / "a.csv")
    store(tmp_path / "archive", files / "a.csv", sha256)
    store(tmp_path / "archive", files / "again.csv", sha256)
    assert [p.name for p in (tmp_path / "archive").rglob("*.csv")] == ["a.csv"]
    assert locate(tmp_path / "archive", sha256, "file").read_text() == "A"


def test_a_file_that_changes_while_it_is_copied_is_left_for_the_next_run(tmp_path: Path) -> None:
    source = folder_with(tmp_path, {"a.csv": "half"}) / "a.csv"
    with pytest.raises(ArchiveError, match=r"a\.csv: changed while it was copied"):
        store(tmp_path / "archive", source, "0" * 64)
    assert list((tmp_path / "archive").iterdir()) == []


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_damaged_or_missing_copy_is_found_out_and_a_damaged_one_is_replaced(tmp_path: Path, kind: str) -> None:
    folder = folder_with(tmp_path / "in", {"a.csv": "A"})
    source = folder if kind == "folder" else folder / "a.csv"
    sha256, archive = content_sha256(source), tmp_path / "archive"
    with pytest.raises(ArchiveError, match="is missing; restore"):
        locate(archive, sha256, kind)  # type: ignore[arg-type]
    stored = store(archive, source, sha256) / "a.csv"
    stored.write_text("B")
    with pytest.raises(ArchiveError, match="is not what its name says"):
        locate(archive, sha256, kind)  # type: ignore[arg-type]
    store(archive, source, sha256)
    assert stored.read_text() == "A"
    store(archive, folder_with(tmp_path / "other", {"c.csv": "C"}) / "c.csv", content_sha256(tmp_path / "other/c.csv"))
    assert not list(archive.glob(".tmp-*"))


def test_a_copy_that_was_killed_leaves_nothing_that_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = folder_with(tmp_path / "in", {"a.csv": "A", "b.csv": "B"})
    sha256 = content_sha256(source)
    real = archive_module._copy

    def die_on_second(file: Path, target: Path) -> str:
        if file.name == "b.csv":
            raise KeyboardInterrupt
        return real(file, target)

    monkeypatch.setattr(archive_module, "_copy", die_on_second)
    with pytest.raises(KeyboardInterrupt):
        store(tmp_path / "archive", source, sha256)
    assert not (tmp_path / "archive" / sha256).exists()


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "person.key"
    key = read_or_create_key(path)
    assert len(key) == 32
    assert mode(path) == 0o600
    assert read_or_create_key(path) == key
    assert read_or_create_key(tmp_path / "other.key") != key


@pytest.mark.parametrize("text", ["", "not hex", "ab" * 31])
def test_a_key_file_with_something_else_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "person.key").write_text(text)
    with pytest.raises(PersonKeyError, match="found no key"):
        read_or_create_key(tmp_path / "person.key")


def test_a_person_key_is_the_same_for_one_person_of_one_authority_and_namespace_only() -> None:
    keys = PersonKeys(b"k" * 32, "E06000011", "lcs")
    assert keys(" 123 ") == keys("123") == "7682e632fede16b5562842ad3c527953"
    others = {
        keys("124"),
        PersonKeys(b"k" * 32, "E06000012", "lcs")("123"),
        PersonKeys(b"k" * 32, "E06000011", "upn")("123"),
        PersonKeys(b"j" * 32, "E06000011", "lcs")("123"),
    }
    assert len(others | {keys("123")}) == 5
    assert (keys(""), keys("  "), keys(None)) == (None, None, None)
