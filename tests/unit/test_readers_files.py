"""What may be inside a submission that came as a folder or a zip, and what is refused."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from orchestration.ingest.readers.files import (
    Limits,
    inner_envelope,
    is_skipped,
    members,
    refuse_oversized_workbook,
)
from orchestration.ingest.readers.model import ReadError


def zip_with(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_a_single_file_carries_the_name_that_its_sender_gave(tmp_path: Path) -> None:
    (tmp_path / "stored").write_text("CHILD\n1\n")
    (member,) = members(tmp_path / "stored", "episodes.csv")
    assert (member.name, member.read()) == ("episodes.csv", b"CHILD\n1\n")


def test_a_folder_gives_its_data_files_and_no_hidden_or_explanatory_ones(tmp_path: Path) -> None:
    for name in (
        "b.csv",
        "data/a.csv",
        ".hidden",
        "_notes.csv",
        "README.txt",
        "submission.yml",
        "~$b.xlsx",
        ".d/x.csv",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [member.name for member in members(tmp_path, "folder")] == ["b.csv", "data/a.csv"]


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.csv").symlink_to(tmp_path / "secret")
    assert members(folder, "folder") == []


def test_a_zip_is_read_without_unpacking_and_may_hold_a_folder(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "all.zip", {"return/b.csv": "B", "return/a.csv": "A", "__MACOSX/a.csv": "no"})
    found = {member.name: member.read() for member in members(path, "all.zip")}
    assert found == {"return/a.csv": b"A", "return/b.csv": b"B"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["all.zip"]


def test_a_zip_within_a_folder_is_opened_under_its_own_name(tmp_path: Path) -> None:
    zip_with(tmp_path / "part.zip", {"a.csv": "A"})
    assert [member.name for member in members(tmp_path, "folder")] == ["part.zip/a.csv"]


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "a/../../evil.csv", "..\\evil.csv", "C:/evil.csv"])
def test_a_member_that_names_a_place_outside_the_zip_is_refused(tmp_path: Path, name: str) -> None:
    path = zip_with(tmp_path / "x.zip", {name: "x"})
    with pytest.raises(ReadError, match="outside the archive"):
        members(path, "x.zip")


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("a.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(ReadError, match="holds a link"):
        members(tmp_path / "x.zip", "x.zip")


def test_a_zip_with_a_password_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "x.zip", {"a.csv": "A"})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(data)
    with pytest.raises(ReadError, match="password; send it without one"):
        members(path, "x.zip")


def test_an_archive_within_an_archive_is_refused(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "x.zip", {"inner.zip": "PK"})
    with pytest.raises(ReadError, match="archive within the archive"):
        members(path, "x.zip")


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(members=2), "holds 3 files, expected at most 2"),
        (Limits(member_bytes=999_999), "unpacks to more than"),
        (Limits(total_bytes=2_500_000), "unpacks to more than"),
        (Limits(ratio_from_bytes=1000, ratio=50), "more than 50-fold"),
    ],
    ids=["number of files", "size of one file", "size of all", "ratio"],
)
def test_a_zip_beyond_a_limit_is_refused(tmp_path: Path, limits: Limits, says: str) -> None:
    path = zip_with(tmp_path / "x.zip", {f"{n}.csv": "0" * 1_000_000 for n in range(3)})
    with pytest.raises(ReadError, match=says):
        members(path, "x.zip", limits)


def test_a_zip_that_is_cut_short_is_named_as_damaged(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "x.zip", {"a.csv": "CHILD\n" * 1000})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ReadError, match=r"^x\.zip: the archive is damaged or cut short"):
        members(path, "x.zip")


def test_a_member_with_a_changed_byte_is_found_out_when_it_is_read(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "x.zip", {"a.csv": "CHILD,DOB\n" + "1,2\n" * 500})
    data = bytearray(path.read_bytes())
    data[45] ^= 0xFF
    path.write_bytes(data)
    (member,) = members(path, "x.zip")
    with pytest.raises(ReadError, match=r"^a\.csv: the archive is damaged"):
        member.read()


def test_a_workbook_that_would_unpack_beyond_a_limit_is_refused(tmp_path: Path) -> None:
    data = zip_with(tmp_path / "x.xlsx", {"xl/worksheets/sheet1.xml": "0" * 1_000_000}).read_bytes()
    refuse_oversized_workbook(data, "x.xlsx")
    refuse_oversized_workbook(b"no zip", "x.xls")
    for limits in (Limits(total_bytes=999_999), Limits(ratio_from_bytes=1000, ratio=50)):
        with pytest.raises(ReadError, match=r"^x\.xlsx: unpacks to"):
            refuse_oversized_workbook(data, "x.xlsx", limits)


def test_a_submission_yml_packed_with_the_files_is_found(tmp_path: Path) -> None:
    path = zip_with(tmp_path / "x.zip", {"return/submission.yml": "rows: 0", "return/a.csv": "A"})
    assert inner_envelope(path) == b"rows: 0"
    assert inner_envelope(zip_with(tmp_path / "y.zip", {"a.csv": "A"})) is None


@pytest.mark.parametrize("name", [".x", "_x.csv", "README", "Readme.md", "submission.yml", "a.csv.submission.yml"])
def test_names_that_are_no_data(name: str) -> None:
    assert is_skipped(name)
    assert not is_skipped("a" + name if name[0] in "._" else "data.csv")
