"""Workbooks: sheets known by their heading row, cells as text without loss, an envelope on the first sheet."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from orchestration.ingest.contracts import Contract, load_contracts
from orchestration.ingest.readers.opening import Reading, open_submission
from orchestration.ingest.readers.workbook import cell_text
from orchestration.settings import PROJECT_ROOT

CONTRACT: Contract = load_contracts(PROJECT_ROOT / "sources")["childrens_social_care/contacts"]
LIST_1 = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age", "Date of Contact", "Contact Source"]
ROW = [9212044, "Female", "a) WBRI", date(2015, 1, 25), 6.5, date(2020, 9, 16), "q) 6: Police"]


def workbook(tmp_path: Path, sheets: dict[str, list[list[Any]]], at: tuple[int, int] = (1, 1)) -> Reading:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row, cells in enumerate(rows, start=at[0]):
            for column, value in enumerate(cells, start=at[1]):
                sheet.cell(row, column, value)
    out = io.BytesIO()
    book.save(out)
    (tmp_path / "stored").write_bytes(out.getvalue())
    return open_submission(tmp_path / "stored", "Annex_A.xlsx", CONTRACT)


def rows_of(reading: Reading) -> list[tuple[str, int, list[str | None]]]:
    return [
        (part.table_name, number, list(row))
        for part, batch in reading.batches()
        for number, row in zip(batch.row_numbers, batch.rows, strict=True)
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (9212044.0, "9212044"),
        (6.138, "6.138"),
        (1e20, "1e+20"),
        (12, "12"),
        (True, "true"),
        (False, "false"),
        (date(2017, 3, 31), "2017-03-31"),
        (datetime(2017, 3, 31, 14, 5), "2017-03-31T14:05:00"),
        (time(14, 5), "14:05:00"),
        (" 0012 ", " 0012 "),
        ("", ""),
    ],
)
def test_a_cell_becomes_text_without_loss(cell: Any, text: str) -> None:
    assert cell_text(cell) == text


def test_a_list_is_known_by_its_heading_row_and_dates_and_numbers_are_kept(tmp_path: Path) -> None:
    reading = workbook(tmp_path, {"List": [LIST_1, ROW]})
    (part,) = reading.parts
    assert part.match is not None
    assert part.match.layout is not None
    assert (part.source_name, part.table_name, part.match.layout.name) == ("List", "contacts", "annex_a_list_1")
    assert rows_of(reading) == [
        ("contacts", 2, ["9212044", "Female", "a) WBRI", "2015-01-25", "6.5", "2020-09-16", "q) 6: Police"])
    ]


def test_the_heading_row_may_stand_lower_and_further_right_and_rows_keep_the_numbers_of_the_sheet(
    tmp_path: Path,
) -> None:
    rows: list[list[Any]] = [["Contacts of the year"], [], LIST_1, ROW, [], ROW]
    reading = workbook(tmp_path, {"Sheet1": rows}, at=(3, 2))
    assert [(table, number, row[0]) for table, number, row in rows_of(reading)] == [
        ("contacts", 6, "9212044"),
        ("contacts", 8, "9212044"),
    ]


def test_sheets_of_no_table_give_all_their_rows_and_reject_nothing(tmp_path: Path) -> None:
    reading = workbook(tmp_path, {"List 1": [LIST_1, ROW], "List 2": [[*LIST_1[:5], "Plan"], [1, 2, 3], [4]]})
    assert reading.near_misses == []
    assert [(table, number) for table, number, _ in rows_of(reading)] == [
        ("contacts", 2),
        ("List 2", 2),
        ("List 2", 3),
    ]


def test_a_sheet_named_like_a_table_but_holding_none_does_not_take_its_name(tmp_path: Path) -> None:
    reading = workbook(tmp_path, {"contacts": [["Colour", "Size"], ["red", 1]]})
    assert [part.table_name for part in reading.parts] == ["contacts (not recognised)"]


def test_a_list_without_its_date_column_is_a_near_miss(tmp_path: Path) -> None:
    headings = ["Contact Made On" if name == "Date of Contact" else name for name in LIST_1]
    ((name, near),) = workbook(tmp_path, {"List 1": [headings, ROW]}).near_misses
    assert (name, near.missing) == ("List 1", ("Date of Contact",))


def test_the_first_sheet_may_say_what_the_submission_is_about(tmp_path: Path) -> None:
    cover = [["Area code", "E06000011"], ["Period start", date(2017, 4, 1)], ["Period end", "30/04/2017"], ["Rows", 1]]
    reading = workbook(tmp_path, {"Cover": cover, "Data": [LIST_1, ROW]})
    assert reading.envelopes == [
        (
            "Annex_A.xlsx",
            {"area_code": "E06000011", "period_start": "2017-04-01", "period_end": "30/04/2017", "rows": "1"},
        )
    ]
    assert [part.source_name for part in reading.parts] == ["Data"]


def test_cells_beyond_the_last_heading_are_a_fault_of_the_row(tmp_path: Path) -> None:
    reading = workbook(tmp_path, {"L": [LIST_1, ROW, [*ROW, "", "stray"]]})
    ((_, batch),) = list(reading.batches())
    assert {batch.row_numbers[at]: fault.rule_code for at, fault in batch.faults.items()} == {3: "row_length"}


@pytest.mark.parametrize("content", [b"PK\x03\x04 no zip at all", b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_a_damaged_workbook_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)
    (error,) = open_submission(tmp_path / "x.xlsx", "x.xlsx", CONTRACT).errors
    assert error.startswith("x.xlsx: ")
    assert "send it again" in error


def test_every_row_of_the_sample_workbook_is_given(shared: Path) -> None:
    path = shared / "data" / "extracts" / "annex_a" / "Annex_A_2024_Jan.xlsx"
    book = openpyxl.load_workbook(path, read_only=True)
    expected = {
        name: sum(
            1 for row in book[name].iter_rows(min_row=2, values_only=True) if any(cell is not None for cell in row)
        )
        for name in book.sheetnames
    }
    found = dict.fromkeys(expected, 0)
    for part, batch in open_submission(path, path.name, CONTRACT).batches():
        found[part.source_name] += len(batch.rows)
    assert found == expected
    assert len(found) == 11
