"""Published figures on their way in: Parquet as hostile input, headings that repeat, an envelope of their own."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import ValidationError

from orchestration.ingest.archive import content_sha256, store
from orchestration.ingest.contracts import Contract, load_contracts
from orchestration.ingest.load import LoadOutcome, create_raw_tables, load_submission
from orchestration.ingest.readers.files import Member, members
from orchestration.ingest.readers.model import ReadError
from orchestration.ingest.readers.opening import open_submission
from orchestration.ingest.readers.parquet import ParquetLimits, ParquetSource
from orchestration.ingest.readers.recognise import Recogniser
from orchestration.ingest.register import Received, append
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect, migrate

CONTRACTS = load_contracts(PROJECT_ROOT / "sources")
LAIT = CONTRACTS["published/lait"]
DFE_CIN = CONTRACTS["published/dfe_cin"]
TOOL = '"Short Desc", "Years", "LA and Regions", "Values", "LA Number"'


def parquet(path: Path, select: str) -> Path:
    """A Parquet file of what the query gives."""
    with duckdb.connect() as con:
        con.execute(f"copy ({select}) to '{path}' (format parquet)")
    return path


def tool_rows(*rows: tuple[str, str, str, str, float]) -> str:
    values = ", ".join(f"('{a}', '{b}', '{c}', '{d}', cast({e} as double))" for a, b, c, d, e in rows)
    return f"select * from (values {values}) as t({TOOL})"


def member(path: Path) -> Member:
    (one,) = members(path, path.name)
    return one


def cells(source: ParquetSource) -> list[tuple[int, Sequence[str | None]]]:
    return [
        (number, row)
        for _, batch in source.batches()
        for number, row in zip(batch.row_numbers, batch.rows, strict=True)
    ]


# -- Parquet -----------------------------------------------------------------------------------------------------------


def test_cells_of_a_parquet_file_come_as_text_without_loss(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "a.parquet", tool_rows(("LAC", "2016", "X", "9.63E-2", 811.0), ("LAC", "0", "X", "-", 811.5))
    )

    source = ParquetSource(member(path), Recogniser(LAIT))

    assert [part.table_name for part in source.parts] == ["benchmarks"]
    assert cells(source) == [(1, ("LAC", "2016", "X", "9.63E-2", "811")), (2, ("LAC", "0", "X", "-", "811.5"))]


def test_dates_decimals_and_blanks_of_a_parquet_file_come_as_text(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "a.parquet",
        "select date '2017-03-31' as a, 1.50::decimal(5,2) as b, null::varchar as c, true as d"
        " union all select null, null, null, null",
    )

    assert cells(ParquetSource(member(path), Recogniser(LAIT))) == [(1, ("2017-03-31", "1.50", None, "true"))]


def test_a_parquet_file_is_told_by_its_content_and_may_lie_in_a_zip(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", tool_rows(("LAC", "2016", "X", "42", 811.0)))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(path, "data.bin")

    reading = open_submission(tmp_path / "b.zip", "b.zip", LAIT)

    assert reading.errors == []
    assert [(part.source_name, part.table_name) for part in reading.parts] == [("data.bin", "benchmarks")]


@pytest.mark.parametrize(
    ("select", "limits", "sentence"),
    [
        (
            "select range as a from range(11)",
            ParquetLimits(rows=10),
            "a.parquet: holds 11 rows, expected at most 10; send it in parts.",
        ),
        (
            "select 1 as a, 2 as b, 3 as c",
            ParquetLimits(columns=2),
            "a.parquet: has 3 columns, expected at most 2; leave out those that the contract does not name.",
        ),
        (
            "select md5(range::varchar) as a from range(100000)",
            ParquetLimits(unpacked_bytes=1 << 20),
            "a.parquet: unpacks to 3 MB, expected at most 1 MB; send it in parts.",
        ),
        (
            "select [1, 2] as a",
            ParquetLimits(),
            "a.parquet, column 1: holds INTEGER[], expected text, numbers or dates; send it as a CSV.",
        ),
        (
            "select {'x': 1} as a",
            ParquetLimits(),
            "a.parquet, column 1: holds STRUCT, expected text, numbers or dates; send it as a CSV.",
        ),
        (
            "select repeat('x', 1000) as a",
            ParquetLimits(file_bytes=100),
            "a.parquet: is 0 MB, expected at most 0 MB of Parquet; send it in parts.",
        ),
    ],
    ids=["rows", "columns", "unpacked", "lists", "records", "bytes"],
)
def test_a_parquet_file_beyond_the_limits_is_refused_in_one_sentence(
    tmp_path: Path, select: str, limits: ParquetLimits, sentence: str
) -> None:
    path = parquet(tmp_path / "a.parquet", select)

    with pytest.raises(ReadError) as refused:
        ParquetSource(member(path), Recogniser(LAIT), limits)

    assert str(refused.value) == sentence


def test_a_row_of_absurd_length_is_refused(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", "select 'x' as a union all select repeat('x', 200001) as a")

    with pytest.raises(ReadError, match=r"a\.parquet, row 2: holds more than 100,000 characters"):
        cells(ParquetSource(member(path), Recogniser(LAIT)))


@pytest.mark.parametrize("damage", ["cut short", "garbage"])
def test_a_damaged_parquet_file_rejects_the_submission_with_a_sentence(tmp_path: Path, damage: str) -> None:
    path = parquet(tmp_path / "a.parquet", tool_rows(("LAC", "2016", "X", "42", 811.0)))
    whole = path.read_bytes()
    path.write_bytes(whole[:-20] if damage == "cut short" else b"PAR1" + b"\xff" * 500 + b"PAR1")

    reading = open_submission(path, "a.parquet", LAIT)

    assert reading.errors == [
        "a.parquet: cannot be read as Parquet; fetch the file again, or send it as a CSV.",
    ]


def test_a_parquet_file_for_an_xml_return_is_refused(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", tool_rows(("LAC", "2016", "X", "42", 811.0)))

    reading = open_submission(path, "a.parquet", CONTRACTS["childrens_social_care/cin_census"])

    assert len(reading.errors) == 1
    assert "is a Parquet file, expected the XML" in reading.errors[0]


# -- headings ----------------------------------------------------------------------------------------------------------


def test_columns_under_one_heading_are_told_apart_by_their_place() -> None:
    headings = ["LA num", "LA Name", "LA number", *(text for n in range(1, 11) for text in (f"SN{n}", "SNP")), ""]

    match = Recogniser(LAIT).match(headings)

    assert match is not None
    assert match.table.name == "neighbours"
    assert [name for name in match.columns if name and name.startswith("closeness")] == [
        f"closeness_{n}" for n in range(1, 11)
    ]
    assert match.unknown == ()


def test_other_columns_of_a_published_file_are_passed_over_in_silence() -> None:
    headings = ["time_period", "geographic_level", "new_la_code", "CPP_start", "CPP_subsequent", "Some_new_measure"]

    match = Recogniser(DFE_CIN).match(headings)

    assert match is not None
    assert (match.table.name, match.unknown, match.not_kept) == ("d3", (), frozenset({5}))


def test_the_renamed_heading_of_the_release_of_2025_is_known() -> None:
    headings = ["time_period", "geographic_level", "new_la_code", "referral_count", "Re_referrals", "No_Further_Action"]

    match = Recogniser(DFE_CIN).match(headings)

    assert match is not None
    assert (match.table.name, match.columns[3]) == ("c1", "referrals")


# -- contracts ---------------------------------------------------------------------------------------------------------


def contract_but(**changes: Any) -> dict[str, Any]:
    return {**DFE_CIN.model_dump(by_alias=True), **changes}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"publication": None}, "found both or neither of infer_window and publication, expected one of them"),
        (
            {"publication": {"area_code": "E92000001", "year_columns": ["year"], "year_ends": "31 March"}},
            "publication.year_columns: found year, expected columns of this contract",
        ),
    ],
    ids=["neither", "unknown column"],
)
def test_a_publication_says_where_its_years_stand(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence.replace(".", r"\.")):
        Contract.model_validate(contract_but(**changes))


def test_a_publication_names_no_person() -> None:
    tables = contract_but()["tables"]
    tables[0]["columns"] = ({**tables[0]["columns"][0], "privacy": "identifier"}, *tables[0]["columns"][1:])

    with pytest.raises(ValidationError, match="found identifier time_period, expected none in published figures"):
        Contract.model_validate(contract_but(tables=tables))


# -- loading -----------------------------------------------------------------------------------------------------------


def deliver(
    home: Path, feed: str, source: Path, number: int = 1, envelope: dict[str, Any] | None = None
) -> LoadOutcome:
    """What becomes of a delivery to a home, loaded as a run does."""
    settings = Settings(home=home)
    sha256 = content_sha256(source)
    store(settings.archive, source, sha256)
    supplier, _, name = feed.partition("/")
    moment = datetime(2026, 11, 24, 9, 0, 0)
    received = Received(
        submission_id=f"sub-{number:06d}", supplier=supplier, feed=name, landing_path=f"{feed}/{source.name}",
        file_name=source.name, sha256=sha256, received_at=moment, registered_at=moment, is_replay=False,
        kind="folder" if source.is_dir() else "file", envelope=envelope or {}, position=number,
    )  # fmt: skip
    append(settings.register, [received])
    with connect(settings.warehouse) as con:
        migrate(con)
        create_raw_tables(con, CONTRACTS)
        return load_submission(con, settings, CONTRACTS[feed], received)


@pytest.mark.parametrize("feed", ["dfe_cin", "dfe_cla", "exclusions", "fingertips", "lait", "population"])
def test_the_sample_of_a_published_feed_loads_whole_and_without_a_warning(tmp_path: Path, feed: str) -> None:
    outcome = deliver(tmp_path, f"published/{feed}", PROJECT_ROOT / "sources" / "published" / feed / "sample")

    assert (outcome.status, outcome.rows_quarantined, outcome.notes) == ("accepted", 0, ())
    assert outcome.rows_received > 0


def test_the_window_of_a_publication_is_that_of_the_years_in_it(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "tool.parquet",
        tool_rows(
            ("A", "2013/14-15/16", "X", "1", 811.0), ("A", "2017-18 (OT)", "X", "1", 811.0), ("A", "0", "X", "1", 811.0)
        ),
    )

    outcome = deliver(tmp_path / "home", "published/lait", path)

    assert (outcome.area_code, outcome.period_start, outcome.period_end, outcome.finality) == (
        "E92000001",
        date(2012, 4, 1),
        date(2017, 3, 31),
        "final",
    )
    assert not outcome.envelope_inferred


@pytest.mark.parametrize(
    ("feed", "years", "window"),
    [
        ("exclusions", ("200607", "201617"), (date(2006, 9, 1), date(2017, 8, 31))),
        ("fingertips", ("1999/00", "2016/17"), (date(1999, 4, 1), date(2017, 3, 31))),
    ],
)
def test_a_year_written_as_the_two_that_it_lies_in_ends_in_the_second(
    tmp_path: Path, feed: str, years: tuple[str, str], window: tuple[date, date]
) -> None:
    (sample,) = (PROJECT_ROOT / "sources" / "published" / feed / "sample").iterdir()
    text = sample.read_text(encoding="utf-8")
    first, last = ("201516", "201617") if feed == "exclusions" else ("2015/16", "2016/17")
    path = tmp_path / sample.name
    path.write_text(text.replace(last, years[1]).replace(first, years[0]), encoding="utf-8")

    outcome = deliver(tmp_path / "home", f"published/{feed}", path)

    assert (outcome.status, (outcome.period_start, outcome.period_end)) == ("accepted", window)


def test_a_list_without_any_year_is_about_its_day_of_receipt(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("LA Number,LA Name,Region,Type\n811,East Riding of Yorkshire,Yorkshire and The Humber,UA\n")

    outcome = deliver(tmp_path / "home", "published/lait", path)

    assert (outcome.status, outcome.period_start, outcome.period_end) == (
        "accepted",
        date(2026, 11, 24),
        date(2026, 11, 24),
    )


def test_a_year_that_is_none_sets_its_row_aside(tmp_path: Path) -> None:
    path = tmp_path / "d3.csv"
    path.write_text(
        "time_period,geographic_level,new_la_code,CPP_start,CPP_subsequent\n"
        "2017,Local authority,E06000011,267,50\n"
        "twenty,Local authority,E06000011,267,50\n"
    )

    outcome = deliver(tmp_path / "home", "published/dfe_cin", path)

    assert (outcome.rows_accepted, outcome.reasons) == (1, (("pattern_mismatch", 1),))


@pytest.mark.parametrize("is_synthetic", [True, False], ids=["invented", "real"])
def test_published_files_neither_mix_with_children_nor_say_what_kind_of_home_it_is(
    tmp_path: Path, is_synthetic: bool
) -> None:
    published = PROJECT_ROOT / "sources" / "published" / "dfe_cin" / "sample"
    contacts = PROJECT_ROOT / "sources" / "childrens_social_care" / "contacts" / "sample" / "contacts.csv"
    envelope = {"area_code": "E06000011", "period_start": "2017-03-01", "period_end": "2017-03-31"}
    if is_synthetic:
        envelope["synthetic"] = "true"

    first = deliver(tmp_path, "published/dfe_cin", published, 1)
    children = deliver(tmp_path, "childrens_social_care/contacts", contacts, 2, envelope)
    other = deliver(tmp_path, "published/dfe_cla", published.parents[1] / "dfe_cla" / "sample", 3)

    assert [o.status for o in (first, children, other)] == ["accepted"] * 3
    assert [o.is_synthetic for o in (first, children, other)] == [False, is_synthetic, False]


def test_two_workbooks_with_sheets_of_one_name_are_told_apart(tmp_path: Path, shared: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    for name in ("sn_april_2021.xlsx", "sn_may_2025.xlsx"):
        (folder / name).write_bytes((shared / "data" / "published" / "lait" / name).read_bytes())

    reading = open_submission(folder, "lists", LAIT)

    assert [part.source_name for part in reading.parts] == [
        "sn_april_2021.xlsx, sheet LA SN Groups",
        "sn_may_2025.xlsx, sheet LA SN Groups",
    ]
    assert {part.table_name for part in reading.parts} == {"neighbours"}
