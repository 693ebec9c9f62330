"""From landing to the register: what is new, what is passed over, in which order, and what is taken back."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.register import Received, Refused, read_register
from orchestration.ingest.submissions import SubmissionError, discover, register_new, strays, withdraw
from orchestration.settings import PROJECT_ROOT, Settings

CONTRACTS = load_contracts(PROJECT_ROOT / "sources")
NOW = datetime(2017, 6, 30, 9, 0)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", now_override=NOW)


def land(settings: Settings, place: str, text: str = "CHILD,REVIEW,REVIEW_CODE\n1,01/02/2017,PN1\n") -> Path:
    """A file in landing/childrens_social_care/<place>."""
    path = settings.landing / "childrens_social_care" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def register(settings: Settings, *, replay: bool = False) -> list[Received]:
    return register_new(settings, CONTRACTS, replay=replay)


def names(settings: Settings) -> list[str]:
    return [c.landing_path.removeprefix("childrens_social_care/") for c in discover(settings, CONTRACTS)]


def test_each_direct_child_of_a_feed_folder_is_one_submission(home: Settings) -> None:
    land(home, "ssda903/reviews.csv")
    land(home, "ssda903/2017/a.csv")
    land(home, "ssda903/2017/data/b.csv")
    with zipfile.ZipFile(land(home, "cin_census/x.zip"), "w") as archive:
        archive.writestr("a.xml", "<Message/>")
    assert names(home) == ["cin_census/x.zip", "ssda903/2017", "ssda903/reviews.csv"]


def test_hidden_files_readme_envelopes_links_and_empty_folders_are_no_submissions(home: Settings) -> None:
    for name in (".a.csv", "_a.csv", "README.md", "submission.yml", "a.csv.submission.yml", "empty/submission.yml"):
        land(home, f"ssda903/{name}")
    (home.landing / "childrens_social_care/ssda903/link.csv").symlink_to(__file__)
    assert names(home) == []


def test_nothing_in_landing_is_nothing_new(home: Settings) -> None:
    assert discover(home, CONTRACTS) == []
    assert register(home) == []


def test_what_is_registered_is_not_new_until_its_content_or_its_envelope_changes(home: Settings) -> None:
    path = land(home, "ssda903/reviews.csv")
    assert [r.submission_id for r in register(home)] == ["sub-000001"]
    assert register(home) == []
    os.utime(path, (1, 1))
    assert names(home) == []
    land(home, "ssda903/reviews.csv.submission.yml", "finality: final\n")
    (again,) = register(home)
    assert (again.submission_id, dict(again.envelope)) == ("sub-000002", {"finality": "final"})
    path.write_text("CHILD,REVIEW,REVIEW_CODE\n")
    assert [r.submission_id for r in register(home)] == ["sub-000003"]
    assert register(home) == []


def test_content_that_comes_back_after_another_is_new_again(home: Settings) -> None:
    path = land(home, "ssda903/reviews.csv")
    a = path.read_text()
    ids = []
    for text in (a, "CHILD,REVIEW,REVIEW_CODE\n", a):
        path.write_text(text)
        ids += [(r.submission_id, r.sha256[:6]) for r in register(home)]
    assert [i for i, _ in ids] == ["sub-000001", "sub-000002", "sub-000003"]
    assert ids[0][1] == ids[2][1] != ids[1][1]


@pytest.mark.parametrize(
    "place",
    ["ssda903/reviews.csv.submission.yml", "ssda903/submission.yml"],
    ids=["named after the file", "beside the only file"],
)
def test_a_single_file_has_its_envelope_beside_it(home: Settings, place: str) -> None:
    land(home, "ssda903/reviews.csv")
    land(home, place, "period_end: 2017-03-31\nrows: 08\n")
    assert [dict(r.envelope) for r in register(home)] == [{"period_end": "2017-03-31", "rows": "08"}]


def test_a_folder_and_a_zip_hold_their_envelope(home: Settings) -> None:
    land(home, "ssda903/2017/reviews.csv")
    land(home, "ssda903/2017/submission.yml", "finality: final\n")
    with zipfile.ZipFile(land(home, "ssda903/z.zip"), "w") as archive:
        archive.writestr("reviews.csv", "x")
        archive.writestr("submission.yml", "finality: provisional\n")
    assert [dict(r.envelope) for r in register(home)] == [{"finality": "final"}, {"finality": "provisional"}]


def test_one_envelope_beside_several_files_belongs_to_none_and_that_is_told(home: Settings) -> None:
    land(home, "ssda903/a.csv")
    land(home, "ssda903/b.csv", "other")
    land(home, "ssda903/submission.yml", "finality: final\n")
    assert [dict(r.envelope) for r in register(home)] == [{}, {}]
    assert any(
        "submission.yml: is not read, as several submissions stand beside it" in s for s in strays(home, CONTRACTS)
    )


@pytest.mark.parametrize(
    ("place", "todo"),
    [
        ("e2.submission.yml", "give it the whole name of its file, such as e2.csv.submission.yml"),
        ("list.submission.yml", "give it the whole name of its file, such as list.csv.submission.yml"),
        ("2017.submission.yml", "put it into the folder 2017 as submission.yml"),
        ("2017/a.csv.submission.yml", "name it submission.yml and put it at the top of 2017"),
        ("2017/data/submission.yml", "name it submission.yml and put it at the top of 2017"),
    ],
)
def test_an_envelope_that_belongs_to_nothing_is_told_with_the_name_that_it_should_have(
    home: Settings, place: str, todo: str
) -> None:
    for file in ("e2.csv", "2017/a.csv", "2017/data/b.csv"):
        land(home, f"ssda903/{file}")
    for envelope in ("e2.csv.submission.yml", "2017/submission.yml", "half.csv.part", "half.csv.submission.yml"):
        land(home, f"ssda903/{envelope}")
    before = strays(home, CONTRACTS)
    assert [sentence for sentence in before if "is an envelope of nothing" in sentence] == []
    land(home, f"ssda903/{place}", "rows: 1\n")
    (told,) = set(strays(home, CONTRACTS)) - set(before)
    assert told == (
        f"landing/childrens_social_care/ssda903/{place}: is an envelope of nothing that is there and not read; {todo}, "
        "or remove it."
    )


def test_what_nobody_will_read_is_told(home: Settings) -> None:
    (home.landing / "police" / "crimes").mkdir(parents=True)
    (home.landing / "loose.csv").write_text("x")
    (home.landing / "sample.yml").write_text("as_of: 2017-06-30")
    land(home, "ssda903/a.csv")
    (home.landing / "childrens_social_care/ssda903/link").symlink_to(__file__)
    (home.landing / "childrens_social_care/ssda903/empty").mkdir()
    told: list[str] = []
    register_new(home, CONTRACTS, replay=False, progress=told.append)
    text = "\n".join(told)
    for part in (
        "landing/*****.csv: is not read",
        "landing/police/******: is not read, as there is no contract",
        "ssda903/****: is a link and not read",
        "ssda903/*****: holds no data file",
        "sub-000001 received: childrens_social_care/ssda903/a.csv",
    ):
        assert part in text
    assert "sample.yml" not in text


def test_without_replay_the_clock_says_when_it_was_received(home: Settings) -> None:
    land(home, "ssda903/a.csv")
    land(home, "ssda903/a.csv.submission.yml", "received_at: 2016-05-03T10:00:00\n")
    (received,) = register(home)
    assert (received.received_at, received.is_replay) == (NOW, False)


def test_a_replay_takes_the_time_of_the_envelope_and_its_order(home: Settings) -> None:
    for name, when in (("a", "2017-05-03T10:00:00"), ("b", "2016-05-03T10:00:00"), ("c", ""), ("d", "nonsense")):
        land(home, f"ssda903/{name}.csv", f"CHILD,REVIEW,REVIEW_CODE\n{name},,\n")
        land(home, f"ssda903/{name}.csv.submission.yml", f"received_at: {when}\n")
    told: list[str] = []
    found = register_new(home, CONTRACTS, replay=True, progress=told.append)
    assert [(r.file_name, r.received_at, r.is_replay) for r in found] == [
        ("b.csv", datetime(2016, 5, 3, 10), True),
        ("a.csv", datetime(2017, 5, 3, 10), True),
        ("c.csv", NOW, False),
        ("d.csv", NOW, False),
    ]
    assert any("found 8 letters" in sentence for sentence in told)


def test_every_event_is_archived_before_it_is_registered(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    land(home, "ssda903/a.csv")
    monkeypatch.setattr("orchestration.ingest.submissions.append", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        register(home)
    assert len(list(home.archive.rglob("a.csv"))) == 1
    assert read_register(home.register) == []


def test_a_file_that_is_still_being_written_waits_for_the_next_run(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = land(home, "ssda903/a.csv")
    land(home, "ssda903/b.csv", "other")
    from orchestration.ingest import archive

    real = archive._copy

    def grows(source: Path, target: Path) -> str:
        if source == path:
            path.write_text(path.read_text() + "more\n")
        return real(source, target)

    monkeypatch.setattr(archive, "_copy", grows)
    told: list[str] = []
    found = register_new(home, CONTRACTS, replay=False, progress=told.append)
    assert [r.file_name for r in found] == ["b.csv"]
    assert any("changed while it was copied; it is left for the next run" in sentence for sentence in told)
    monkeypatch.undo()
    assert [r.file_name for r in register(home)] == ["a.csv"]


def test_a_file_that_vanishes_while_landing_is_looked_at_is_simply_not_there(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(home, "ssda903/a.csv")
    land(home, "ssda903/b.csv", "other")
    from orchestration.ingest import submissions

    real = submissions.content_sha256

    def gone(path: Path) -> str:
        if path.name == "a.csv":
            raise FileNotFoundError(path)
        return real(path)

    monkeypatch.setattr(submissions, "content_sha256", gone)
    assert names(home) == ["ssda903/b.csv"]


def test_landing_is_only_read(home: Settings) -> None:
    land(home, "ssda903/2017/a.csv")
    before = {p: p.stat().st_mtime_ns for p in home.landing.rglob("*")}
    register(home)
    assert {p: p.stat().st_mtime_ns for p in home.landing.rglob("*")} == before


def test_a_withdrawal_is_a_line_of_its_own(home: Settings) -> None:
    land(home, "ssda903/a.csv")
    register(home)
    withdraw(home, "sub-000001", " sent by mistake ")
    line = json.loads(home.register.read_text().splitlines()[-1])
    assert (line["event"], line["reason"], line["received_at"]) == (
        "withdrawn",
        "sent by mistake",
        "2017-06-30T09:00:00",
    )


@pytest.mark.parametrize(
    ("submission", "reason", "says"),
    [
        ("sub-000009", "x", "is not in the register"),
        ("sub-000001", "  ", "found no reason"),
        ("sub-000002", "x", "is already withdrawn"),
    ],
)
def test_what_cannot_be_withdrawn_says_why(home: Settings, submission: str, reason: str, says: str) -> None:
    land(home, "ssda903/a.csv")
    land(home, "ssda903/b.csv", "other")
    register(home)
    withdraw(home, "sub-000002", "first")
    with pytest.raises(SubmissionError, match=says):
        withdraw(home, submission, reason)


def test_looking_for_what_is_new_needs_neither_duckdb_nor_dagster_nor_a_parser(home: Settings) -> None:
    land(home, "ssda903/a.csv")
    code = (
        "import sys; from pathlib import Path\n"
        "from orchestration.settings import Settings\n"
        "from orchestration.ingest.contracts import load_contracts\n"
        "from orchestration.ingest.submissions import discover, register_new\n"
        "s = Settings(home=Path(sys.argv[1]))\n"
        "contracts = load_contracts(s.sources_dir)\n"
        "register_new(s, contracts, replay=False); assert discover(s, contracts) == []\n"
        "print(sorted({'duckdb', 'dagster', 'lxml', 'python_calamine', 'dbt'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home.home)], capture_output=True, text=True, check=True, cwd=PROJECT_ROOT
    )
    assert done.stdout.strip() == "[]"


def test_the_register_of_another_home_is_another_register(home: Settings, tmp_path: Path) -> None:
    land(home, "ssda903/a.csv")
    register(home)
    other = Settings(home=tmp_path / "other", now_override=NOW)
    shutil.copytree(home.landing, other.landing)
    assert [r.submission_id for r in register(other)] == ["sub-000001"]


# Feeds that may hold figures alone

FIGURES = (PROJECT_ROOT / "sources/health/conceptions/sample/conceptions.csv").read_bytes()
RECORDS = b"nhs_number,name,conceived_on\nSECRET485,Jane Secret,2015-05-01\n"


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def two_sheets() -> bytes:
    book = openpyxl.Workbook()
    for text, sheet in ((FIGURES, book.active), (RECORDS, book.create_sheet("more"))):
        assert sheet is not None
        for line in text.decode().splitlines():
            sheet.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def land_conceptions(settings: Settings, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = settings.landing / "health" / "conceptions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.mark.parametrize(
    "files",
    [
        {"secret.csv": RECORDS},
        {"secret.zip": packed({"figures.csv": FIGURES, "secret.csv": RECORDS})},
        {"secret/figures.csv": FIGURES, "secret/secret.csv": RECORDS},
        {"secret/figures.csv": FIGURES, "secret/secret.pdf": b"%PDF-1.4 SECRET485"},
        {"secret.xlsx": two_sheets()},
        {"secret.csv": FIGURES.replace(b"conceptions_u18", b"secret485")},
        {"secret.csv": b"SECRET485"},
        {"secret.xml": b"<Message><Children/></Message>"},
        {"secret.zip": packed({"secret.csv": RECORDS})[:60]},
        {"secret.csv": b""},
    ],
    ids=[
        "records", "records in a zip", "records beside figures", "a picture beside figures", "records on another sheet",
        "figures without their column", "no table", "xml", "damaged", "empty",
    ],
)  # fmt: skip
def test_what_is_not_figures_alone_is_refused_where_only_they_may_come_and_nothing_of_it_is_kept(
    home: Settings, files: dict[str, bytes]
) -> None:
    land_conceptions(home, files)
    land_conceptions(home, {"secret.csv.submission.yml": b"contact: Jane Secret\nreceived_at: secret\n"})
    told: list[str] = []
    assert register_new(home, CONTRACTS, replay=True, progress=told.append) == []
    (event,) = read_register(home.register)
    assert isinstance(event, Refused)
    assert event.reason.startswith(
        "landing/health/conceptions: found something other than the figures that are all that may come here, and "
        f"nothing of it was kept, not even its name (its sha256 begins with {event.sha256[:12]}); delete it"
    )
    assert not home.archive.exists()
    kept = [path for path in home.home.rglob("*") if path.is_file() and home.landing not in path.parents]
    assert [path.name for path in kept] == ["register.jsonl"]
    assert "secret" not in (kept[0].read_text() + " ".join(told)).lower()


def test_it_is_refused_once_and_reminded_of_until_it_is_deleted(home: Settings) -> None:
    land_conceptions(home, {"secret.csv": RECORDS})
    register(home)
    (event,) = read_register(home.register)
    assert isinstance(event, Refused)
    land_conceptions(home, {"again.csv": RECORDS})
    assert discover(home, CONTRACTS) == []
    reminder = (
        "landing/health/conceptions: still holds what was refused as sub-000001 (its sha256 begins with "
        f"{event.sha256[:12]}); delete it, as it may not be held here."
    )
    assert strays(home, CONTRACTS) == [reminder, reminder]
    shutil.rmtree(home.landing / "health")
    assert strays(home, CONTRACTS) == []


def test_figures_alone_are_received_there_and_numbered_after_what_was_refused(home: Settings) -> None:
    land_conceptions(home, {"a.csv": RECORDS, "b.csv": FIGURES})
    (received,) = register(home)
    assert (received.submission_id, received.file_name, received.position) == ("sub-000002", "b.csv", 2)
    assert [event.position for event in read_register(home.register)] == [1, 2]


def test_what_was_refused_is_received_once_the_contract_knows_it_as_figures(home: Settings) -> None:
    land_conceptions(home, {"b.csv": FIGURES})
    conceptions = CONTRACTS["health/conceptions"]
    (table,) = conceptions.tables
    bare = conceptions.model_copy(update={"tables": (table.model_copy(update={"layouts": ()}),)})
    assert register_new(home, {**CONTRACTS, "health/conceptions": bare}, replay=False) == []
    (received,) = register(home)
    assert received.file_name == "b.csv"
    assert strays(home, CONTRACTS) == []
