"""Delimited text: encodings, delimiters, heading rows, line numbers, and tables known by their headings."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from orchestration.ingest.contracts import Contract
from orchestration.ingest.readers.model import Batch, ReadError
from orchestration.ingest.readers.opening import Reading, open_submission
from orchestration.ingest.readers.recognise import heading


def contract(**changes: Any) -> Contract:
    """Two tables that share the child: visits, and plans with a heading renamed in 2020 and one not loaded."""

    def column(name: str, **more: Any) -> dict[str, Any]:
        return {"name": name, "source": name.upper(), "description": name, **more}

    return Contract.model_validate(
        {
            "supplier": "s",
            "feed": "f",
            "version": "1",
            "title": "T",
            "description": "D",
            "owner": "O",
            "cadence": "monthly",
            "due_days": 1,
            "retention": "R",
            "reader": "tables",
            "file_pattern": "^x$",
            "date_formats": ["%d/%m/%Y"],
            "header_row_search": 5,
            "infer_window": {"table": "visits", "columns": ["visited"], "to": "month"},
            "sharing": {"controller": "C", "gateway": "G", "agreement_ref": "A", "review_on": "2030-01-01"},
            "differences": [
                {
                    "from_year": 2020,
                    "reason": "renamed",
                    "rename": [{"table": "plans", "column": "started", "source": "Plan Start Date"}],
                }
            ],
            "tables": [
                {
                    "name": "visits",
                    "description": "V",
                    "grain": "one",
                    "merge": "append",
                    "columns": [
                        column("child", must_be_present=True, required=True),
                        column("visited", type="date", must_be_present=True),
                        column("place", aliases=["Where seen"]),
                    ],
                    "layouts": [
                        {
                            "name": "list",
                            "description": "L",
                            "columns": {"child": "Child ID", "visited": "Date seen"},
                            "absent": ["place"],
                        }
                    ],
                },
                {
                    "name": "plans",
                    "description": "P",
                    "grain": "one",
                    "merge": "append",
                    "columns": [
                        column("child", must_be_present=True, required=True),
                        column("started", type="date", must_be_present=True),
                        column("worker"),
                    ],
                    "not_loaded": [{"source": "POSTCODE", "reason": "never"}],
                },
            ],
            **changes,
        }
    )


CONTRACT = contract()


def opened(tmp_path: Path, data: str | bytes, name: str = "visits.csv", encoding: str = "utf-8") -> Reading:
    path = tmp_path / "stored"
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return open_submission(path, name, CONTRACT)


def rows_of(reading: Reading) -> list[tuple[str, int, tuple[str | None, ...]]]:
    return [
        (part.table_name, number, tuple(row))
        for part, batch in reading.batches()
        for number, row in zip(batch.row_numbers, batch.rows, strict=True)
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_every_encoding_delimiter_and_line_ending_reads_alike(
    tmp_path: Path, delimiter: str, encoding: str, ending: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending)
    writer.writerows([["CHILD", "VISITED", "PLACE"], ["A1", "01/02/2017", 'Café, "home"; or | tab\t'], ["A2", "", ""]])
    found = rows_of(opened(tmp_path, out.getvalue(), encoding=encoding))
    assert found == [
        ("visits", 2, ("A1", "01/02/2017", 'Café, "home"; or | tab\t')),
        ("visits", 3, ("A2", "", "")),
    ]


def test_line_numbers_are_those_of_an_editor_even_after_a_cell_of_two_lines_and_blank_lines(tmp_path: Path) -> None:
    found = rows_of(opened(tmp_path, 'CHILD,VISITED,PLACE\nA,01/01/2017,"two\nlines"\n\n,,\nB,02/01/2017,x\n'))
    assert [(number, row[0]) for _, number, row in found] == [(2, "A"), (6, "B")]


def test_a_last_line_without_line_break_counts(tmp_path: Path) -> None:
    assert len(rows_of(opened(tmp_path, "CHILD,VISITED\nA,1\nB,2"))) == 2


def test_the_heading_row_may_stand_below_a_title(tmp_path: Path) -> None:
    found = rows_of(opened(tmp_path, "Visits of the month\n\nprinted 1 May,,\nCHILD,VISITED\nA,01/05/2017\n"))
    assert found == [("visits", 5, ("A", "01/05/2017"))]


@pytest.mark.parametrize(
    ("headings", "table", "columns"),
    [
        ("CHILD,VISITED,PLACE", "visits", ("child", "visited", "place")),
        (" child ; Visited;WHERE  SEEN", "visits", ("child", "visited", "place")),
        ("PLACE,VISITED,CHILD", "visits", ("place", "visited", "child")),
        ("Child ID,Date seen", "visits", ("child", "visited")),
        ("child,plan_start_date", "plans", ("child", "started")),
        ("CHILD,STARTED,POSTCODE", "plans", ("child", "started", None)),
        ("CHILD,STARTED,SHOE SIZE,", "plans", ("child", "started", None, None)),
    ],
    ids=["own", "case and alias", "other order", "other layout", "renamed", "not loaded", "unknown heading"],
)
def test_a_table_is_recognised_by_its_headings_and_never_by_its_name(
    tmp_path: Path, headings: str, table: str, columns: tuple[str | None, ...]
) -> None:
    reading = opened(tmp_path, headings + "\n1,2\n", name="plans_or_visits.csv")
    (part,) = reading.parts
    assert part.match is not None
    assert (part.table_name, part.match.columns) == (table, columns)
    assert reading.near_misses == []


def test_headings_that_nobody_knows_are_told_and_those_not_loaded_are_not(tmp_path: Path) -> None:
    reading = opened(tmp_path, "CHILD,STARTED,POSTCODE,SHOE SIZE\nA,1,2,3\n")
    assert reading.unknown_headings() == [("visits.csv", ("column 4 (8 letters and 1 space)",))]


@pytest.mark.parametrize(
    ("headings", "table", "missing"),
    [
        ("CHILD,VISIT_DATE,PLACE", "visits", ("VISITED",)),
        ("VISITED,PLACE", "visits", ("CHILD",)),
        ("CHILD,WORKER", "plans", ("STARTED",)),
    ],
    ids=["renamed by the sender", "the child left out", "a column left out"],
)
def test_a_table_that_lacks_a_column_it_must_have_is_a_near_miss(
    tmp_path: Path, headings: str, table: str, missing: tuple[str, ...]
) -> None:
    reading = opened(tmp_path, headings + "\n1,2,3\n", name="q.csv")
    ((name, near),) = reading.near_misses
    assert (name, near.table.name, near.missing) == ("q.csv", table, missing)


def test_a_heading_that_stands_twice_is_a_near_miss_too(tmp_path: Path) -> None:
    ((_, near),) = opened(tmp_path, "CHILD,VISITED,Visited\nA,1,2\n").near_misses
    assert (near.missing, near.twice) == ((), ("Visited",))


def test_a_list_that_only_shares_the_child_is_no_near_miss_and_all_its_rows_are_given(tmp_path: Path) -> None:
    reading = opened(tmp_path, "CHILD,NAME,SHOE SIZE\nA,b,c\nD,e,f\n", name="list.csv")
    assert reading.near_misses == []
    assert [(part, number) for part, number, _ in rows_of(reading)] == [("list.csv", 2), ("list.csv", 3)]
    assert not reading.recognised


def test_without_a_heading_row_the_first_line_is_taken_for_it_and_the_rest_is_given(tmp_path: Path) -> None:
    reading = opened(tmp_path, "A,01/01/2017\nB,02/01/2017\nC,03/01/2017,more\n")
    assert [number for _, number, _ in rows_of(reading)] == [2, 3]


def faults_of(reading: Reading) -> dict[int, str]:
    batches: list[Batch] = [batch for _, batch in reading.batches()]
    return {batch.row_numbers[at]: fault.found for batch in batches for at, fault in batch.faults.items()}


def test_rows_of_another_length_are_faults_unless_only_blank_cells_are_too_many(tmp_path: Path) -> None:
    reading = opened(tmp_path, "CHILD,VISITED,PLACE\nA,1\nB,1,2,\nC,1,2,3\nD,1,2\n")
    assert faults_of(reading) == {2: "2 cells", 4: "4 cells"}
    assert [row for _, number, row in rows_of(reading) if number == 3] == [("B", "1", "2")]


@pytest.mark.parametrize(
    "broken", ['C,"never closed\nD,2\n', 'C,"closed"early,x\nD,2\n'], ids=["never closed", "not doubled"]
)
def test_a_broken_quotation_names_the_line_after_the_rows_before_it_were_given(tmp_path: Path, broken: str) -> None:
    reading = opened(tmp_path, "CHILD,VISITED\nA,1\nB,2\n" + broken)
    seen: list[int] = []
    with pytest.raises(ReadError, match=r"^visits\.csv, line 4: cannot be split"):
        for _, batch in reading.batches():
            seen += batch.row_numbers
    assert seen == [2, 3]


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\x00\x00", b"CHILD,VISITED\nCaf\xe9\x81,1\n"],
    ids=["a picture", "no Windows-1252 either"],
)
def test_what_is_no_text_is_refused_with_what_to_send(tmp_path: Path, data: bytes) -> None:
    (error,) = opened(tmp_path, data).errors
    assert error.startswith("visits.csv: is not text that we can read")


def test_a_blank_file_is_no_table(tmp_path: Path) -> None:
    reading = opened(tmp_path, b"")
    assert (reading.parts, reading.errors, reading.recognised) == ([], [], False)


def test_several_files_of_one_table_are_read_one_after_the_other(tmp_path: Path) -> None:
    for name, child in (("new.csv", "A"), ("old.csv", "B")):
        (tmp_path / name).write_text(f"CHILD,VISITED\n{child},1\n")
    reading = open_submission(tmp_path, "folder", CONTRACT)
    assert [(p.source_name, p.table_name) for p in reading.parts] == [("new.csv", "visits"), ("old.csv", "visits")]
    assert [row[0] for _, _, row in rows_of(reading)] == ["A", "B"]


def test_a_file_of_another_kind_is_passed_over_and_told(tmp_path: Path) -> None:
    (tmp_path / "guide.pdf").write_bytes(b"%PDF\x00\x00")
    (tmp_path / "a.csv").write_text("CHILD,VISITED\nA,1\n")
    reading = open_submission(tmp_path, "folder", CONTRACT)
    assert (reading.not_read, reading.errors, len(reading.parts)) == (["guide.pdf"], [], 1)


def test_a_long_file_comes_in_batches(tmp_path: Path) -> None:
    reading = opened(tmp_path, "CHILD,VISITED\n" + "A,1\n" * 12_001)
    assert [len(batch.rows) for _, batch in reading.batches()] == [5000, 5000, 2001]


def test_tables_come_before_those_that_name_them_as_parent(tmp_path: Path) -> None:
    tables = [table.model_dump(by_alias=True) for table in CONTRACT.tables]
    tables[1] |= {"parent": "visits", "parent_key": ["child"]}
    (tmp_path / "1.csv").write_text("CHILD,STARTED\nA,1\n")
    (tmp_path / "2.csv").write_text("CHILD,VISITED\nA,1\n")
    (tmp_path / "3.csv").write_text("SIZE,COLOUR\n1,red\n")
    reading = open_submission(tmp_path, "folder", contract(tables=tables))
    assert [table for table, _, _ in rows_of(reading)] == ["visits", "plans", "3.csv"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PL_POST", "pl post"),
        ("Referral NFA?", "referral nfa"),
        ("Child\u2019s  need ", "child's NEED"),
        ("\ufeffA", "a"),
    ],
)
def test_headings_that_a_person_takes_for_equal_are_equal(one: str, other: str) -> None:
    assert heading(one) == heading(other)
