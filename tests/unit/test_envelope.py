"""What a submission is about: the order in which places are asked, and what is said of each that is no use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.envelope import (
    UNREADABLE,
    Areas,
    AreasError,
    Envelope,
    EnvelopeError,
    declares_synthetic,
    read_envelope,
    resolve,
)
from orchestration.ingest.rules import AREA_NOT_IN_LIST, AUTHORITY_DIFFERS, ENVELOPE_FIELD, ENVELOPE_INFERRED
from orchestration.settings import PROJECT_ROOT

CONTRACTS = load_contracts(PROJECT_ROOT / "sources")
CIN = CONTRACTS["childrens_social_care/cin_census"]
SSDA903 = CONTRACTS["childrens_social_care/ssda903"]
CONTACTS = CONTRACTS["childrens_social_care/contacts"]

AREAS = (
    "area_code,la_code,area_name,valid_from,valid_to\n"
    "E06000011,811,East Riding of Yorkshire,,\n"
    "E10000021,928,Northamptonshire,,2021-03-31\n"
    "E06000999,928,A successor with the number,2021-04-01,\n"
)
WHOLE = {"area_code": "E06000011", "period_start": "2016-04-01", "period_end": "2017-03-31", "finality": "final"}


@pytest.fixture
def areas(tmp_path: Path) -> Areas:
    (tmp_path / "areas.csv").write_text(AREAS)
    return Areas(tmp_path / "areas.csv")


def found(areas: Areas, stated: dict[str, Any] | None = None, **changes: Any) -> Envelope:
    arguments: dict[str, Any] = {
        "stated": stated or {},
        "in_file": [],
        "file_name": "return.csv",
        "area_code": "E06000011",
        "received_on": date(2017, 6, 30),
        "areas": areas,
        "latest_date": lambda: pytest.fail("the data was read although the window is known"),
    }
    return resolve(changes.pop("contract", SSDA903), **(arguments | changes))


def rules(envelope: Envelope) -> list[str]:
    return [note.rule_code for note in envelope.notes]


def test_submission_yml_says_all_and_nothing_is_worked_out(areas: Areas) -> None:
    envelope = found(
        areas,
        WHOLE
        | {
            "data_as_at": "05/04/2017", "layout_version": "2016/17", "rows": "1,234",
            "agreement_ref": "DEFAULT-CSC-STATUTORY",
            "synthetic": "yes", "received_at": "2017-05-01T10:00:00", "supplier": "childrens_social_care",
            "feed": "ssda903", "contact": "someone",
        },
    )  # fmt: skip
    assert envelope == Envelope(
        "E06000011", date(2016, 4, 1), date(2017, 3, 31), date(2017, 4, 5), "final", "2016/17", 1234, {},
        "DEFAULT-CSC-STATUTORY", True,
    )  # fmt: skip
    assert envelope.year == 2017


def test_finality_is_provisional_where_nobody_says(areas: Areas) -> None:
    assert found(areas, {k: v for k, v in WHOLE.items() if k != "finality"}).finality == "provisional"


HEADER = (
    "census.xml",
    {"la_code": "811", "reference_date": "2017-01-31", "year": "2017", "data_as_at": "2017-02-03T09:00:00Z"},
)


def test_a_census_states_its_window_from_the_1_april_before_the_reference_date(areas: Areas) -> None:
    envelope = found(areas, contract=CIN, in_file=[HEADER])
    assert (envelope.area_code, envelope.period_start, envelope.period_end, envelope.data_as_at) == (
        "E06000011", date(2016, 4, 1), date(2017, 1, 31), date(2017, 2, 3),
    )  # fmt: skip
    assert (envelope.is_inferred, envelope.notes) == (False, ())


@pytest.mark.parametrize(
    ("reference", "start"),
    [("2017-03-31", date(2016, 4, 1)), ("2017-04-01", date(2017, 4, 1)), ("2016-12-31", date(2016, 4, 1))],
)
def test_the_window_of_a_census_never_starts_after_its_reference_date(
    areas: Areas, reference: str, start: date
) -> None:
    in_file = [("c.xml", {"la_code": "811", "reference_date": reference})]
    assert found(areas, contract=CIN, in_file=in_file).period_start == start


def test_field_by_field_the_first_place_that_says_counts(areas: Areas) -> None:
    name = "cin_201_2015-04-01_2016-03-31_final.xml"
    envelope = found(areas, {"layout_version": "2"}, contract=CIN, in_file=[HEADER], file_name=name)
    assert (envelope.layout_version, envelope.area_code, envelope.period_end) == ("2", "E06000011", date(2017, 1, 31))
    assert envelope.finality == "final"


@pytest.mark.parametrize("extension", ["", ".csv", ".zip", " v2.csv"])
def test_the_file_name_says_it_where_it_follows_the_pattern(areas: Areas, extension: str) -> None:
    envelope = found(areas, file_name="903_811_2016-04-01_2016-06-30_provisional" + extension)
    assert (envelope.area_code, envelope.period_start, envelope.period_end) == (
        "E06000011", date(2016, 4, 1), date(2016, 6, 30),
    )  # fmt: skip
    assert (envelope.year, envelope.is_inferred) == (2017, False)


def test_the_first_sheet_of_a_workbook_says_it(areas: Areas) -> None:
    sheet = {
        "area_code": "E06000011",
        "period_start": "2017-04-01",
        "period_end": "30/04/2017",
        "rows": "3",
        "contact": "x",
    }
    envelope = found(areas, contract=CONTACTS, in_file=[("a.xlsx", sheet)])
    assert (envelope.period_end, envelope.rows, envelope.notes) == (date(2017, 4, 30), 3, ())


def test_when_nothing_says_it_area_and_window_are_worked_out_and_warned(areas: Areas) -> None:
    envelope = found(areas, area_code="E06000011", latest_date=lambda: date(2016, 5, 2))
    assert (envelope.area_code, envelope.period_start, envelope.period_end) == (
        "E06000011", date(2016, 4, 1), date(2017, 3, 31),
    )  # fmt: skip
    assert envelope.is_inferred
    assert rules(envelope) == [ENVELOPE_INFERRED, ENVELOPE_INFERRED]
    assert "2016-04-01 to 2017-03-31 from the latest date in episodes (decom)" in envelope.notes[1].message


def test_a_window_that_is_worked_out_never_reaches_beyond_the_day_of_receipt(areas: Areas) -> None:
    envelope = found(areas, received_on=date(2017, 6, 30), latest_date=lambda: date(2017, 6, 2))
    assert (envelope.period_start, envelope.period_end) == (date(2017, 4, 1), date(2017, 6, 30))


@pytest.mark.parametrize(
    ("latest", "end"),
    [
        (date(2017, 2, 3), date(2017, 2, 28)),
        (date(2016, 2, 29), date(2016, 2, 29)),
        (date(2016, 12, 1), date(2016, 12, 31)),
    ],
)
def test_the_window_of_a_monthly_feed_is_the_month_of_its_latest_date(areas: Areas, latest: date, end: date) -> None:
    envelope = found(areas, {"area_code": "E06000011"}, contract=CONTACTS, latest_date=lambda: latest)
    assert (envelope.period_start, envelope.period_end) == (latest.replace(day=1), end)


def test_only_an_area_that_nobody_says_is_warned_about_as_such(areas: Areas) -> None:
    envelope = found(areas, {k: v for k, v in WHOLE.items() if k != "area_code"})
    assert (envelope.is_inferred, envelope.is_window_inferred) == (True, False)
    assert "taken as E06000011, the area of the settings" in envelope.notes[0].message


def test_without_any_date_there_is_no_window_and_the_sender_is_told_what_to_add(areas: Areas) -> None:
    with pytest.raises(EnvelopeError, match=r"put a submission\.yml with period_start and period_end"):
        found(areas, latest_date=lambda: None)


def test_submission_yml_wins_over_another_authority_in_the_file_with_a_warning(areas: Areas) -> None:
    envelope = found(areas, WHOLE | {"area_code": "928", "period_end": "2017-01-31"}, contract=CIN, in_file=[HEADER])
    assert envelope.area_code == "E10000021"
    assert rules(envelope) == [AUTHORITY_DIFFERS]
    assert "submission.yml says E10000021, census.xml says E06000011 (811)" in envelope.notes[0].message


def test_the_same_authority_by_number_and_by_code_is_no_difference(areas: Areas) -> None:
    assert rules(found(areas, WHOLE | {"period_end": "2017-01-31"}, contract=CIN, in_file=[HEADER])) == []


def test_another_window_in_the_file_is_told(areas: Areas) -> None:
    envelope = found(areas, WHOLE, contract=CIN, in_file=[HEADER])
    assert envelope.period_end == date(2017, 3, 31)
    assert rules(envelope) == [ENVELOPE_FIELD]


@pytest.mark.parametrize(
    ("end", "area"), [("2021-03-31", "E10000021"), ("2021-06-30", "E06000999")], ids=["before", "after"]
)
def test_an_authority_number_is_looked_up_as_of_the_window(areas: Areas, end: str, area: str) -> None:
    stated = {"la_code": "928", "period_start": "2020-04-01", "period_end": end}
    assert found(areas, stated).area_code == area


@pytest.mark.parametrize("stated", [{"la_code": "975"}, {"area_code": "975"}, {"area_code": "LA975"}])
def test_an_authority_that_is_not_in_the_list_is_loaded_under_its_number_with_a_warning(
    areas: Areas, stated: dict[str, str]
) -> None:
    envelope = found(areas, WHOLE | {"area_code": ""} | stated)
    assert envelope.area_code == "LA975"
    assert rules(envelope) == [AREA_NOT_IN_LIST]


def test_an_area_code_that_is_not_in_the_list_is_warned_about(areas: Areas) -> None:
    assert rules(found(areas, WHOLE | {"area_code": "E06009999"})) == [AREA_NOT_IN_LIST]


def test_the_list_of_areas_is_missed_only_when_it_is_needed(tmp_path: Path) -> None:
    missing = Areas(tmp_path / "nowhere" / "areas.csv")
    assert found(missing, WHOLE).area_code == "E06000011"
    with pytest.raises(AreasError, match=r"areas\.csv: the list of areas"):
        found(missing, WHOLE | {"area_code": "811"})


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("finality", "draft", "finality: found 5 letters, expected provisional or final."),
        ("period_end", "31.3.2017", "period_end: found '31.3.2017', expected a date such as 2017-03-31."),
        ("period_end", "2017-02-30", "period_end: found '2017-02-30', expected a date"),
        ("data_as_at", "today", "data_as_at: found 5 letters"),
        ("area_code", "East Riding", "area_code: found 10 letters and 1 space, expected a code such as E06000011."),
        ("la_code", "81", "la_code: found '81', expected three digits"),
        ("rows", "some", "rows: found 4 letters, expected a whole number"),
        ("rows", "-1", "rows: found '-1', expected a whole number"),
        ("rows", {"episodes": "x"}, "expected a whole number"),
        ("control_total", "12", "control_total: found '12', expected totals by column"),
        ("synthetic", "maybe", "synthetic: found 5 letters, expected true or false."),
        ("finalty", "final", "found field 'finalty', expected finality; correct its name."),
        ("Synthetic", "true", "found field 'Synthetic', expected synthetic"),
        ("feed", "cin_census", "feed: found 'cin_census', expected ssda903, the folder that it lies in"),
        ("supplier", "police", "supplier: found 'police', expected childrens_social_care"),
        ("period_start", "2017-04-01", "found a window from 2017-04-01 to 2017-03-31"),
    ],
)
def test_a_field_that_cannot_be_used_rejects_with_what_was_found_and_expected(
    areas: Areas, field: str, value: Any, says: str
) -> None:
    with pytest.raises(EnvelopeError) as error:
        found(areas, WHOLE | {field: value})
    assert says in str(error.value)
    assert "Traceback" not in str(error.value) and "validation error" not in str(error.value)


def test_only_submission_yml_makes_a_submission_synthetic(areas: Areas) -> None:
    in_file = [("a.xlsx", {"synthetic": "true"})]
    with pytest.raises(EnvelopeError, match=r"a\.xlsx: says that its children are invented; say so with"):
        found(areas, WHOLE, in_file=in_file)
    assert found(areas, WHOLE | {"synthetic": "true"}, in_file=in_file).is_synthetic


def test_all_faults_are_told_at_once(areas: Areas) -> None:
    with pytest.raises(EnvelopeError) as error:
        found(areas, WHOLE | {"finality": "x", "rows": "y"})
    assert "finality: found" in str(error.value) and "rows: found" in str(error.value)


def test_a_field_like_none_of_ours_is_passed_over_with_a_warning(areas: Areas) -> None:
    assert rules(found(areas, WHOLE | {"purchase_order": "1"})) == [ENVELOPE_FIELD]


def test_a_header_that_is_no_use_is_warned_about_and_the_next_place_asked(areas: Areas) -> None:
    in_file = [("c.xml", {"la_code": "8X1", "reference_date": "31 March", "data_as_at": "x"})]
    envelope = found(areas, contract=CIN, in_file=in_file, file_name="cin_811_2016-04-01_2017-03-31_final.xml")
    assert (envelope.area_code, envelope.period_end, envelope.data_as_at) == ("E06000011", date(2017, 3, 31), None)
    assert rules(envelope) == [ENVELOPE_FIELD] * 3


def test_a_year_that_does_not_go_with_the_reference_date_is_told(areas: Areas) -> None:
    in_file = [("c.xml", {"la_code": "811", "reference_date": "2017-03-31", "year": "2016"})]
    assert rules(found(areas, contract=CIN, in_file=in_file)) == [ENVELOPE_FIELD]


def test_two_files_of_two_authorities_are_two_submissions(areas: Areas) -> None:
    other = ("b.xml", {"la_code": "928", "reference_date": "2017-01-31"})
    with pytest.raises(
        EnvelopeError, match=r"census\.xml says la_code 811, b\.xml says 928; send a submission for each"
    ):
        found(areas, contract=CIN, in_file=[HEADER, other])


def test_rows_and_control_totals_may_be_given_by_table_and_column(areas: Areas) -> None:
    envelope = found(
        areas, WHOLE | {"rows": {"header": "2", "episodes": "3"}, "control_total": {"oc2.sdq_score": "1,050.5"}}
    )
    assert envelope.rows == {"header": 2, "episodes": 3}
    assert envelope.control_total == {"oc2.sdq_score": Decimal("1050.5")}


def test_yaml_values_stay_the_text_that_was_written() -> None:
    text = "la_code: 011\nperiod_end: 2017-03-31\nfinality: NO\nrows: 08\nlayout_version: 1.10\n# note\n"
    assert read_envelope(text.encode("utf-8-sig"), "submission.yml") == {
        "la_code": "011", "period_end": "2017-03-31", "finality": "NO", "rows": "08", "layout_version": "1.10",
    }  # fmt: skip


def test_a_tag_in_submission_yml_makes_no_object() -> None:
    assert read_envelope(b"rows: !!python/object/apply:os.system [date]", "submission.yml") == {"rows": ["date"]}


def test_a_blank_submission_yml_says_nothing() -> None:
    assert read_envelope(b"# to be filled in\n", "submission.yml") == {}


@pytest.mark.parametrize("data", [b"rows: [1\nfinality: x", b"- a\n- b", b"just text", b"rows: \xff"])
def test_what_is_no_list_of_fields_rejects_with_a_sentence(areas: Areas, data: bytes) -> None:
    stated = read_envelope(data, "submission.yml")
    assert list(stated) == [UNREADABLE]
    with pytest.raises(EnvelopeError, match=r"^submission\.yml.*expected lines such as"):
        found(areas, stated)


@pytest.mark.parametrize(
    ("stated", "synthetic"),
    [({}, False), ({"synthetic": "true"}, True), ({"synthetic": "NO"}, False), ({"synthetic": "?"}, False)],
)
def test_only_a_clear_word_makes_a_submission_synthetic(stated: dict[str, str], synthetic: bool) -> None:
    assert declares_synthetic(stated) is synthetic
