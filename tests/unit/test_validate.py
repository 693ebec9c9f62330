"""Rows: what is accepted, what is quarantined under which rule, and the sentence for its sender."""

from __future__ import annotations

import csv
import json
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.ingest.contracts import Contract
from orchestration.ingest.readers.model import Batch, Fault, Part
from orchestration.ingest.readers.recognise import Match, Recogniser
from orchestration.ingest.rules import RULES
from orchestration.ingest.told import form_of
from orchestration.ingest.validate import MASK, Checked, Converter, Finding, SubmissionChecker, rejected
from orchestration.settings import PROJECT_ROOT


def column(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "source": name.upper(), "description": name, **more}


def contract(*tables: dict[str, Any], **changes: Any) -> Contract:
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
            "date_formats": ["%d/%m/%Y", "%d/%m/%Y %H:%M"],
            "infer_window": {"table": tables[0]["name"], "columns": ["seen"], "to": "month"},
            "sharing": {"controller": "C", "gateway": "G", "agreement_ref": "A", "review_on": "2030-01-01"},
            "code_lists": {"kind": ["A", "B", "OLD"], "many": [f"M{n}" for n in range(20)]},
            "differences": [{"from_year": 2019, "reason": "x", "codes": {"kind": {"add": ["NEW"], "remove": ["OLD"]}}}],
            "tables": list(tables),
            **changes,
        }
    )


def table(name: str, *columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "description": name, "grain": "one", "merge": "append", "columns": list(columns), **more}


VISITS = table(
    "visits",
    column("child", required=True, must_be_present=True, privacy="identifier", is_person_id=True),
    column("seen", type="date", must_be_present=True),
    column("at", type="timestamp"),
    column("kind", codes="kind"),
    column("reason", codes="many", on_unknown_code="warn", privacy="sensitive"),
    column("score", type="integer"),
    column("rate", type="decimal"),
    column("alone", type="boolean"),
    column("upn", pattern="[A-Z][0-9]{3}", on_unknown_code="warn"),
    column("urn", pattern="[0-9]{3}"),
    merge="replace_window",
    key=["child", "seen"],
    covers={"from": "seen"},
)
CONTRACT = contract(VISITS)


def part_of(found: Contract, name: str, headings: list[str] | None = None, source: str = "visits.csv") -> Part:
    headings = headings or [c.source for c in found.table(name).columns]
    match = Recogniser(found).match(headings)
    assert match is not None
    assert match.table.name == name
    return Part(source, name, tuple(headings), match, place="line")


def check(
    *rows: dict[str, str | None], found: Contract = CONTRACT, name: str = "visits", year: int | None = 2018
) -> Checked:
    """Rows as {HEADING: cell}; lines are numbered from 2."""
    part = part_of(found, name)
    cells = [[row.get(heading, "") for heading in part.header] for row in rows]
    return SubmissionChecker(found, year).check(part, Batch(list(range(2, len(rows) + 2)), list(cells)))


def value(name: str, checked: Checked, at: int = 0) -> str | None:
    return checked.rows[at].values[[c.name for c in CONTRACT.table("visits").columns].index(name)]


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("seen", "31/01/2017", "2017-01-31"),
        ("seen", "1/2/2017", "2017-02-01"),
        ("seen", " 2017-01-31 ", "2017-01-31"),
        ("seen", "2017-01-31T00:00:00", "2017-01-31"),
        ("seen", "29/02/2016", "2016-02-29"),
        ("at", "31/01/2017 09:05", "2017-01-31 09:05:00"),
        ("at", "2017-01-31 09:05:06", "2017-01-31 09:05:06"),
        ("at", "2017-01-31T09:05", "2017-01-31 09:05:00"),
        ("at", "2017-07-01T09:05:00+01:00", "2017-07-01 08:05:00"),
        ("at", "2017-07-01T09:05:00Z", "2017-07-01 09:05:00"),
        ("at", "31/01/2017", "2017-01-31 00:00:00"),
        ("kind", " A ", "A"),
        ("score", "012", "12"),
        ("score", "-1", "-1"),
        ("score", "3.0", "3"),
        ("rate", "1.5", "1.5000"),
        ("rate", ".5", "0.5000"),
        ("rate", "1e3", "1000.0000"),
        ("rate", "2.00005", "2.0001"),
        ("alone", "Yes", "true"),
        ("alone", "0", "false"),
        ("upn", "A123", "A123"),
        ("child", "\u00a0 12 \u00a0", "12"),
        ("urn", "   ", None),
    ],
)
def test_a_value_is_accepted_as(name: str, cell: str, expected: str | None) -> None:
    checked = check({"CHILD": "1", name.upper(): cell})
    assert (checked.quarantined, checked.warnings) == ([], [])
    assert value(name, checked) == expected


@pytest.mark.parametrize(
    ("heading", "cell", "rule", "says"),
    [
        ("SEEN", "31/02/2017", "not_a_date", "found '31/02/2017', expected a date such as 31/03/2017"),
        ("SEEN", "2017-02-31", "not_a_date", "found '2017-02-31'"),
        ("SEEN", "01/31/2017", "not_a_date", "found '01/31/2017'"),
        ("SEEN", "31/01/17", "not_a_date", "found '31/01/17'"),
        ("SEEN", "42766", "not_a_date", "found '42766'"),
        ("SEEN", "20170131", "not_a_date", "found '20170131'"),
        (
            "AT",
            "half past nine",
            "not_a_time",
            "12 letters and 2 spaces, expected a date and time such as 31/03/2017 14:05",
        ),
        ("AT", "2017-01-31 25:00", "not_a_time", "found '2017-01-31 25:00'"),
        ("SCORE", "twelve", "not_a_number", "found 6 letters, expected a whole number"),
        ("SCORE", "1.5", "not_a_number", "found '1.5', expected a whole number"),
        ("SCORE", "9999999999", "out_of_range", "found 10 digits, expected a whole number of at most nine digits"),
        ("RATE", "<5", "not_a_number", "found '<5', expected a number"),
        ("RATE", "NaN", "not_a_number", "found 'NaN'"),
        ("RATE", "1e15", "out_of_range", "found 1 letter and 3 digits, expected a number below"),
        ("ALONE", "perhaps", "not_yes_or_no", "found 7 letters, expected true or false, 1 or 0, yes or no"),
        ("KIND", "Z", "unknown_code", "found 'Z', expected one of A, B, OLD for the year ending 31 March 2018"),
        ("URN", "12", "pattern_mismatch", "found '12', expected text of the form [0-9]{3}"),
        ("CHILD", "  ", "required_missing", "found nothing, expected a value"),
    ],
)
def test_a_row_with_a_value_that_cannot_be_used_is_quarantined(heading: str, cell: str, rule: str, says: str) -> None:
    checked = check({"CHILD": "1", heading: cell})
    (problem,) = checked.quarantined
    assert (checked.rows, problem.rule_code, problem.severity) == ([], rule, "quarantine")
    assert problem.message.startswith(f"visits.csv, line 2, column {heading}: found ")
    assert says in problem.message
    assert problem.message.endswith("; correct it and send the return again.")
    assert problem.column_name == heading.lower()
    assert problem.value == (None if not cell.strip() else cell if repr(cell) in problem.message else form_of(cell))


@pytest.mark.parametrize(
    ("heading", "cell", "rule", "loaded", "says"),
    [
        (
            "KIND",
            "NEW",
            "code_not_valid_for_year",
            "NEW",
            "expected one of A, B, OLD for the year ending 31 March 2018",
        ),
        ("KIND", "b", "code_spelling", "B", "found 'b', expected B, as which it is loaded"),
        ("KIND", "new", "code_not_valid_for_year", "NEW", "found 'new'"),
        ("REASON", "X", "unknown_code", "X", "found ***, expected a code of the list many"),
        ("UPN", "12", "pattern_mismatch", "12", "found '12'"),
        ("SEEN", "31/01/2017 09:05", "time_ignored", "2017-01-31", "expected a date without a time"),
        ("SEEN", "31/12/9999", "out_of_range", "9999-12-31", "expected a date from 1900 to 2100"),
        ("SEEN", "01/01/0217", "out_of_range", "0217-01-01", "expected a date from 1900 to 2100"),
    ],
)
def test_what_is_odd_is_loaded_with_a_warning(heading: str, cell: str, rule: str, loaded: str, says: str) -> None:
    checked = check({"CHILD": "1", heading: cell})
    (warning,) = checked.warnings
    assert (checked.quarantined, warning.rule_code, warning.severity) == ([], rule, "warn")
    assert value(heading.lower(), checked) == loaded
    assert says in warning.message
    assert warning.value == (MASK if heading == "REASON" else cell)
    assert warning.message.endswith("; the row is loaded; correct it for the next return.")


def test_a_code_that_has_ended_is_of_another_year_and_not_unknown() -> None:
    assert [w.rule_code for w in check({"CHILD": "1", "KIND": "OLD"}, year=2019).warnings] == [
        "code_not_valid_for_year"
    ]
    assert check({"CHILD": "1", "KIND": "OLD"}, year=2018).warnings == []


def test_all_that_is_wrong_with_a_row_stands_in_its_one_entry() -> None:
    (problem,) = check({"CHILD": "1", "SEEN": "x", "SCORE": "y", "KIND": "b"}).quarantined
    assert (problem.rule_code, problem.column_name) == ("not_a_date", "seen")
    assert problem.message.count("visits.csv, line 2, column ") == 2
    assert "column SCORE: found 'y'" in problem.message


def test_values_of_identifier_and_sensitive_columns_appear_in_no_message() -> None:
    secret = table(
        "visits",
        column("child", required=True, must_be_present=True, privacy="identifier", pattern="[0-9]+"),
        column("seen", type="date", privacy="sensitive"),
        column("kind", codes="kind", privacy="sensitive"),
        merge="replace_window",
        key=["child"],
        covers={"from": "seen"},
    )
    found = contract(secret)
    rows = [{"CHILD": "SECRET1"}, {"CHILD": "771177", "SEEN": "SECRET2"}, {"CHILD": "771177", "KIND": "a"}]
    checked = check(*rows, {"CHILD": "771177", "KIND": "B"}, found=found)
    told = [(p.message, p.value) for p in (*checked.quarantined, *checked.warnings)]
    assert len(told) == 4
    assert "SECRET" not in repr(told) and "771177" not in repr(told) and "'a'" not in repr(told)
    assert repr(told).count("***") >= 3


def test_the_original_row_is_kept_but_not_what_the_contract_never_loads() -> None:
    found = contract({**VISITS, "not_loaded": [{"source": "POSTCODE", "reason": "never"}]})
    part = part_of(found, "visits", ["CHILD", "SEEN", "POSTCODE", "SHOE", ""])
    batch = Batch([2, 3], [["1", "x", "HU17 9BA", "7", ""], ["2", "y", "HU17 9BA", None, "stray"]])
    kept = [json.loads(p.row_json or "") for p in SubmissionChecker(found, 2018).check(part, batch).quarantined]
    assert kept == [
        {"CHILD": "1", "SEEN": "x", "SHOE": "7", "column 5": ""},
        {"CHILD": "2", "SEEN": "y", "SHOE": None, "column 5": "stray"},
    ]


def test_of_rows_with_one_key_the_first_stays() -> None:
    checked = check(
        {"CHILD": "1", "SEEN": "01/02/2017", "SCORE": "1"},
        {"CHILD": "1", "SEEN": "2017-02-01", "SCORE": "01"},
        {"CHILD": "1", "SEEN": "01/02/2017", "SCORE": "2"},
        {"CHILD": "1", "SEEN": "02/02/2017", "SCORE": "1"},
    )
    assert [row.row_number for row in checked.rows] == [2, 5]
    assert [(p.row_number, p.rule_code) for p in checked.quarantined] == [(3, "duplicate_row"), (4, "duplicate_key")]
    assert "line 3: repeats line 2 in every column" in checked.quarantined[0].message
    assert "has the same CHILD, SEEN as line 2 but other values" in checked.quarantined[1].message


def test_a_quarantined_row_does_not_take_the_key_from_a_good_one() -> None:
    checked = check({"CHILD": "1", "SEEN": "01/02/2017", "SCORE": "x"}, {"CHILD": "1", "SEEN": "01/02/2017"})
    assert [row.row_number for row in checked.rows] == [3]


def test_repeats_are_found_over_batches_and_files_and_the_first_is_named() -> None:
    checker = SubmissionChecker(CONTRACT, 2018)
    row = ["1", "01/02/2017", *[""] * 8]
    one, two = part_of(CONTRACT, "visits", source="a.csv"), part_of(CONTRACT, "visits", source="b.csv")
    assert len(checker.check(one, Batch([2], [row])).rows) == 1
    (again,) = checker.check(one, Batch([3], [row])).quarantined
    (elsewhere,) = checker.check(two, Batch([2], [row])).quarantined
    assert "repeats line 2 in" in again.message
    assert "repeats a.csv, line 2 in" in elsewhere.message


@pytest.mark.parametrize(
    ("merge", "kept"),
    [({"merge": "append"}, 2), ({"merge": "replace_window", "covers": {"from": "seen"}}, 1)],
    ids=["append keeps both", "else a repeat goes"],
)
def test_without_a_key_a_row_that_repeats_another_goes_unless_the_table_only_appends(
    merge: dict[str, Any], kept: int
) -> None:
    found = contract(table("visits", column("child", must_be_present=True), column("seen", type="date"), **merge))
    assert len(check({"CHILD": "1"}, {"CHILD": "1"}, found=found).rows) == kept


def test_where_the_layout_lacks_the_key_only_a_whole_repeat_is_one() -> None:
    layout = {"name": "list", "description": "L", "columns": {"child": "ID", "seen": "Day"}, "absent": ["ref"]}
    found = contract(
        table(
            "visits",
            column("ref", required=True, must_be_present=True),
            column("child", must_be_present=True),
            column("seen", type="date"),
            merge="replace_window",
            key=["ref"],
            covers={"from": "seen"},
            layouts=[layout],
        )
    )
    part = part_of(found, "visits", ["ID", "Day"])
    batch = Batch([2, 3, 4], [["1", "01/01/2017"], ["2", "01/01/2017"], ["1", "01/01/2017"]])
    checked = SubmissionChecker(found, 2017).check(part, batch)
    assert [row.row_number for row in checked.rows] == [2, 3]
    assert [p.rule_code for p in checked.quarantined] == ["duplicate_row"]


def test_an_absurd_date_takes_the_row_where_the_column_is_required() -> None:
    found = contract(table("visits", column("child", must_be_present=True), column("seen", type="date", required=True)))
    part = part_of(found, "visits", ["CHILD", "SEEN"])
    checked = SubmissionChecker(found, 2017).check(part, Batch([2], [["1", "31/12/9999"]]))
    assert [p.rule_code for p in checked.quarantined] == ["out_of_range"]


def test_a_required_column_that_is_not_there_at_all_takes_every_row() -> None:
    found = contract(table("visits", column("child", must_be_present=True), column("seen", type="date", required=True)))
    part = part_of(found, "visits", ["CHILD"])
    checked = SubmissionChecker(found, 2017).check(part, Batch([2], [["1"]]))
    assert [p.rule_code for p in checked.quarantined] == ["required_missing"]


def test_a_layout_cleans_its_cells_before_they_are_judged() -> None:
    layout = {
        "name": "list",
        "description": "L",
        "columns": {"child": "ID", "kind": "Sort"},
        "absent": ["seen"],
        "value_patterns": {"kind": r"^[a-z]\) (.+)$"},
        "value_map": {"kind": {"first": "A"}},
    }
    found = contract(
        table(
            "visits",
            column("child", must_be_present=True),
            column("seen", type="date", must_be_present=True),
            column("kind", codes="kind"),
            layouts=[layout],
        )
    )
    part = part_of(found, "visits", ["ID", "Sort"])
    checked = SubmissionChecker(found, 2017).check(
        part, Batch([2, 3, 4], [["1", "a) First"], ["2", "B"], ["3", "c) x"]])
    )
    assert [row.values[2] for row in checked.rows] == ["A", "B"]
    assert [p.row_number for p in checked.quarantined] == [4]


FAMILY = contract(
    table(
        "parents",
        column("child", required=True, must_be_present=True),
        column("seen", type="date", must_be_present=True),
    ),
    table(
        "children",
        column("child", required=True, must_be_present=True),
        column("note", must_be_present=True),
        parent="parents",
        parent_key=["child"],
    ),
)


def test_rows_of_a_quarantined_parent_go_with_it_and_others_stay() -> None:
    checker = SubmissionChecker(FAMILY, 2017)
    parents = part_of(FAMILY, "parents", source="p.csv")
    children = part_of(FAMILY, "children", source="c.csv")
    bad = [["1", "nonsense"], ["2", "01/01/2017"], ["3", "x"], ["3", "01/01/2017"]]
    checker.check(parents, Batch([2, 3, 4, 5], list(bad)))
    checked = checker.check(children, Batch([2, 3, 4, 5], [["1", "a"], ["2", "b"], ["3", "c"], ["4", "d"]]))
    assert [row.values[0] for row in checked.rows] == ["2", "3", "4"]
    (problem,) = checked.quarantined
    assert problem.rule_code == "parent_quarantined"
    assert problem.message == (
        "c.csv, line 2: belongs to its row in parents, which is quarantined, and goes with it; "
        "correct that one and send the return again."
    )


NESTED = contract(
    table("cases", column("ref", required=True), column("seen", type="date"), element="."),
    table("steps", column("kind", source=".", codes="kind"), element="Step", parent="cases", merge="with_parent"),
    table("notes", column("text", source="."), element="Step/Note", parent="steps", merge="with_parent"),
    reader="cin_xml",
)


def nested(name: str) -> Part:
    found = NESTED.table(name)
    columns = tuple(c.name for c in found.columns)
    return Part("x.xml", name, columns, Match(found, None, columns, (), frozenset()), place=name)


def test_nested_rows_go_with_their_quarantined_parent_down_to_the_last() -> None:
    checker = SubmissionChecker(NESTED, 2017)
    checker.check(nested("cases"), Batch([1, 2], [["A", None], [None, None]]))
    steps = checker.check(nested("steps"), Batch([1, 2, 3, 4], [["A"], ["Z"], ["B"], ["A"]], [1, 1, 2, 1]))
    notes = checker.check(nested("notes"), Batch([1, 2, 3], [["n"], ["n"], ["n"]], [1, 2, 3]))
    assert [(r.row_number, r.parent_row_number) for r in steps.rows] == [(1, 1)]
    assert [(p.row_number, p.rule_code) for p in steps.quarantined] == [
        (2, "unknown_code"), (3, "parent_quarantined"), (4, "duplicate_row"),
    ]  # fmt: skip
    assert [r.row_number for r in notes.rows] == [1]
    assert [p.rule_code for p in notes.quarantined] == ["parent_quarantined"] * 2


def test_what_a_nested_row_inherits_is_warned_about_once_where_it_stands() -> None:
    found = contract(
        table("cases", column("seen", type="date"), column("kind", codes="kind"), element="."),
        table(
            "steps",
            column("kind", inherited=True, codes="kind"),
            column("note", source="."),
            element="Step",
            parent="cases",
            merge="with_parent",
        ),
        reader="cin_xml",
    )
    checker = SubmissionChecker(found, 2018)
    warned = []
    for name, row, parents in (("cases", [None, "NEW"], None), ("steps", ["NEW", "x"], [1])):
        columns = tuple(c.name for c in found.table(name).columns)
        part = Part("x.xml", name, columns, Match(found.table(name), None, columns, (), frozenset()), place=name)
        warned += checker.check(part, Batch([1], [row], parents)).warnings
    assert [(w.table_name, w.rule_code) for w in warned] == [("cases", "code_not_valid_for_year")]


def test_the_same_text_below_two_parents_is_no_repeat() -> None:
    checker = SubmissionChecker(NESTED, 2017)
    checker.check(nested("cases"), Batch([1, 2], [["A", None], ["B", None]]))
    assert len(checker.check(nested("steps"), Batch([1, 2], [["A"], ["A"]], [1, 2])).rows) == 2


def test_a_fault_of_the_row_comes_before_its_cells() -> None:
    part = part_of(CONTRACT, "visits")
    batch = Batch([2], [["1", "x"]], faults={0: Fault("row_length", "2 cells", "10 as in the heading row")})
    (problem,) = SubmissionChecker(CONTRACT, 2018).check(part, batch).quarantined
    assert problem.rule_code == "row_length"
    assert problem.message == (
        "visits.csv, line 2: found 2 cells, expected 10 as in the heading row; "
        "correct the row and send the return again."
    )


def test_rows_of_no_table_and_of_a_rejected_submission_are_all_quarantined() -> None:
    batch = Batch([2, 3], [["1", "2"], ["3"]])
    unknown = SubmissionChecker(CONTRACT, 2018).check(Part("x.csv", "x.csv", ("A", "B"), None), batch)
    whole = rejected(part_of(CONTRACT, "visits"), batch)
    for checked, rule in ((unknown, "unrecognised_table"), (whole, "submission_rejected")):
        assert (checked.received, checked.rows) == (2, [])
        assert [(p.rule_code, p.row_number) for p in checked.quarantined] == [(rule, 2), (rule, 3)]


def test_a_cell_is_worked_out_once_and_the_memory_for_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.ingest.validate._REMEMBERED_CELLS", 10)
    converter = Converter(CONTRACT, CONTRACT.table("visits").by_name["score"], None, 2018)
    values = converter.convert([str(n % 37) for n in range(1000)])
    assert values == [str(n % 37) for n in range(1000)]
    assert len(converter) <= 10
    assert isinstance(converter.convert(["x"])[0], Finding)


def test_every_rule_is_described_once_and_all_are_of_one_spelling() -> None:
    assert len(RULES) >= 24
    with (PROJECT_ROOT / "seeds" / "return_rules.csv").open(encoding="utf-8", newline="") as handle:
        told = {row["rule_code"]: row["rule_level"] for row in csv.DictReader(handle)}
    assert told == {code: rule.level for code, rule in RULES.items()}
    assert all(set(code) <= set(string.ascii_lowercase + "_") and rule.meaning for code, rule in RULES.items())


CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "1",
            "2",
            "01/02/2017",
            "31/02/2017",
            "2017-02-01",
            "A",
            "a",
            "OLD",
            "NEW",
            "M3",
            "x",
            "A123",
            "yes",
            "9" * 12,
        ]
    ),
    st.text(max_size=6),
    st.none(),
)
ROWS = st.lists(st.lists(CELLS, min_size=0, max_size=12), max_size=30)


@settings(max_examples=300)
@given(batches=st.lists(ROWS, max_size=4), year=st.sampled_from([2017, 2019, None]))
def test_whatever_is_sent_accepted_and_quarantined_make_up_what_was_received(
    batches: list[list[list[str | None]]], year: int | None
) -> None:
    checker = SubmissionChecker(CONTRACT, year)
    part = part_of(CONTRACT, "visits")
    number = 1
    keys: list[tuple[str | None, ...]] = []
    for rows in batches:
        numbers = list(range(number + 1, number + 1 + len(rows)))
        number += len(rows)
        faults = {at: Fault("row_length", "x", "y") for at, row in enumerate(rows) if len(row) > len(part.header)}
        checked = checker.check(part, Batch(numbers, list(rows), faults=faults))
        seen = [row.row_number for row in checked.rows] + [p.row_number for p in checked.quarantined]
        assert sorted(n for n in seen if n is not None) == numbers
        assert checked.received == len(rows)
        assert {p.row_number for p in checked.warnings} <= {row.row_number for row in checked.rows}
        assert {p.rule_code for p in (*checked.quarantined, *checked.warnings)} <= set(RULES)
        assert all(json.loads(p.row_json or "") is not None for p in checked.quarantined)
        assert all(text is None or text == text.strip() != "" for row in checked.rows for text in row.values)
        keys += [row.values[:2] for row in checked.rows]
    assert len(keys) == len(set(keys))
