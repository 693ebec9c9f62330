"""One submission into the warehouse: nothing lost, wholly or not at all, and the same again from the archive."""

from __future__ import annotations

import csv
import io
import json
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from dagster import materialize
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from orchestration.assets.ingest import raw_tables_asset
from orchestration.cli import _tell_warnings, _warned
from orchestration.ingest.ahead import load_all
from orchestration.ingest.archive import ArchiveError
from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.load import LoadOutcome, create_raw_tables, load_submission
from orchestration.ingest.person_key import PersonKeyError
from orchestration.ingest.register import Received, read_register
from orchestration.ingest.rules import RULES
from orchestration.ingest.submissions import apply_refusals, apply_withdrawals, pending, register_new, withdraw
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect, migrate

CONTRACTS = load_contracts(PROJECT_ROOT / "sources")
SSDA903 = "raw.raw_childrens_social_care__ssda903__"
NOW = datetime(2018, 6, 30, 9, 0)
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
ONE_CONTACT = (PROJECT_ROOT / "sources/childrens_social_care/contacts/sample/contacts.csv").read_text()
REVIEWS = "CHILD,REVIEW,REVIEW_CODE"
WINDOW = {
    "area_code": "E06000011",
    "period_start": "2016-04-01",
    "period_end": "2017-03-31",
    "finality": "final",
}


class Home:
    """A home with its landing: put something there, load it, ask the warehouse."""

    def __init__(self, folder: Path, now: datetime = NOW) -> None:
        self.settings = Settings(home=folder, now_override=now)

    def land(self, place: str, files: dict[str, str | bytes], envelope: dict[str, Any] | None = WINDOW) -> None:
        """A folder in landing/childrens_social_care/ with its files and submission.yml, in place of one before."""
        folder = self.settings.landing / "childrens_social_care" / place
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        if envelope is not None:
            (folder / "submission.yml").write_text(json.dumps(envelope))

    def copy(self, source: Path, place: str) -> None:
        target = self.settings.landing / "childrens_social_care" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)

    def load(self, *, replay: bool = False) -> list[LoadOutcome]:
        """Register what is new and load all that is pending, feed by feed as the job does."""
        register_new(self.settings, CONTRACTS, replay=replay)
        with connect(self.settings.warehouse) as con:
            migrate(con)
            create_raw_tables(con, list(CONTRACTS.values()))
            apply_refusals(con, self.settings, CONTRACTS)
            apply_withdrawals(con, self.settings)
            outcomes: list[LoadOutcome] = []
            for contract in CONTRACTS.values():
                todo = [r for r in pending(con, self.settings) if r.feed_key == contract.feed_key]
                outcomes += load_all(con, self.settings, contract, todo)
            return sorted(outcomes, key=lambda outcome: outcome.submission_id)

    def one(
        self, files: dict[str, str | bytes], envelope: dict[str, Any] | None = WINDOW, feed: str = "ssda903"
    ) -> LoadOutcome:
        self.land(f"{feed}/return", files, envelope)
        (outcome,) = self.load()
        return outcome

    def ask(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with connect(self.settings.warehouse, read_only=True) as con:
            return con.execute(sql, list(parameters)).fetchall()

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table that loading writes."""
        tables = self.ask(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema in ('raw', 'quarantine', 'ops') order by 1"
        )
        return {name: sorted(self.ask(f"select * from {name}"), key=repr) for (name,) in tables}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def counts(outcome: LoadOutcome) -> dict[str, tuple[int, int, int]]:
    return {t.table_name: (t.received, t.accepted, t.quarantined) for t in outcome.tables}


def assert_nothing_is_lost(home: Home) -> None:
    """received = accepted + quarantined for every table, raw and quarantine hold exactly those, codes are ours."""
    for submission, table, received, accepted, quarantined in home.ask("select * from ops.submission_tables"):
        assert received == accepted + quarantined
        in_quarantine = home.ask(
            "select count(*) from quarantine.quarantined_rows where submission_id = ? and table_name = ?",
            submission,
            table,
        )
        assert in_quarantine == [(quarantined,)]
        ((supplier, feed),) = home.ask(
            "select supplier, feed from ops.submissions where submission_id = ? limit 1", submission
        )
        contract = CONTRACTS[f"{supplier}/{feed}"]
        if table in {t.name for t in contract.tables}:
            raw = home.ask(f"select count(*) from raw.{contract.raw_table(table)} where submission_id = ?", submission)
            assert raw == [(accepted,)]
        else:
            assert accepted == 0
    totals = home.ask(
        "select submission_id, sum(rows_received), sum(rows_accepted), sum(rows_quarantined) "
        "from ops.submission_tables group by all order by 1"
    )
    stated = home.ask(
        "select submission_id, rows_received, rows_accepted, rows_quarantined from ops.submissions "
        "where status <> 'withdrawn' and rows_received > 0 order by 1"
    )
    assert [row for row in totals if row[1]] == stated
    rules = {row[0] for row in home.ask(
        "select rule_code from quarantine.quarantined_rows union select rule_code from quarantine.row_warnings"
    )}  # fmt: skip
    assert rules <= set(RULES)


# The sample returns


def lines_below_the_heading(path: Path) -> int:
    """Straight from the bytes, without our readers: the sample files have no line break within a cell."""
    return sum(1 for line in path.read_bytes().splitlines() if line.strip()) - 1


SAMPLE_TABLES = {
    "DoLo.csv": "dolo", "ad1.csv": "ad1", "episodes.csv": "episodes", "header.csv": "header", "missing.csv": "missing",
    "oc2.csv": "oc2", "oc3.csv": "oc3", "placed_for_adoption.csv": "placed_for_adoption",
    "placed_for_adoption_errors.csv": "placed_for_adoption", "previous_permanence.csv": "previous_permanence",
    "reviews.csv": "reviews", "sw_episodes.csv": "sw_episodes", "uasc.csv": "uasc",
}  # fmt: skip


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_no_row_of_the_sample_903_is_lost_as_folder_or_zip(home: Home, shared: Path, form: str) -> None:
    source = shared / "data" / "extracts" / "ssda903"
    if form == "folder":
        home.copy(source, "ssda903/sample")
    else:
        target = home.settings.landing / "childrens_social_care" / "ssda903"
        target.mkdir(parents=True)
        with zipfile.ZipFile(target / "sample.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path in source.iterdir():
                archive.write(path, f"903/{path.name}")
    expected: Counter[str] = Counter()
    for name, table in SAMPLE_TABLES.items():
        expected[table] += lines_below_the_heading(source / name)
    assert sorted(p.name for p in source.iterdir()) == sorted(SAMPLE_TABLES)
    started = time.monotonic()
    (outcome,) = home.load()
    assert time.monotonic() - started < 10
    assert outcome.status == "accepted"
    assert {table: received for table, (received, _, _) in counts(outcome).items()} == expected
    assert outcome.rows_received == 25_975
    assert dict(outcome.reasons) == {"duplicate_key": 12, "duplicate_row": 3}
    assert (outcome.area_code, outcome.finality, outcome.envelope_inferred) == ("E06000011", "provisional", True)
    assert (outcome.period_start, outcome.period_end) == (date(2017, 4, 1), date(2018, 3, 31))
    assert_nothing_is_lost(home)


def test_the_sample_episodes_arrive_as_they_stand_in_the_file(home: Home, shared: Path) -> None:
    source = shared / "data" / "extracts" / "ssda903"
    home.copy(source, "ssda903/sample")
    home.load()
    raw = home.ask(
        "select row_number, child, strftime(decom, '%d/%m/%Y'), rne, ls, cin, place, place_provider, "
        f"strftime(dec, '%d/%m/%Y'), rec, reason_place_change, urn from {SSDA903}episodes order by row_number"
    )
    with (source / "episodes.csv").open(encoding="utf-8", newline="") as stream:
        expected = [
            (number, *[cell or None for cell in (*row[:10], row[12])])
            for number, row in enumerate(csv.reader(stream), start=1)
            if number > 1
        ]
    assert raw == expected


def test_no_postcode_enters_the_warehouse(home: Home) -> None:
    rest = "S,C2,N1,U4,PR1,,,,HU17 9BA,HU16 5LW,1"
    outcome = home.one({"e.csv": f"{EPISODES}\n1,01/05/2016,{rest}\n1,never,{rest}\n"})
    assert (outcome.rows_accepted, outcome.rows_quarantined) == (1, 1)
    assert "HU1" not in repr(home.everything())


def test_no_record_of_the_sample_censuses_is_lost(home: Home, shared: Path) -> None:
    source = shared / "data" / "extracts" / "cin_census"
    home.copy(source, "cin_census")
    outcomes = {}
    loaded = home.load()
    came = {
        event.submission_id: event for event in read_register(home.settings.register) if isinstance(event, Received)
    }
    for outcome in loaded:
        outcomes[came[outcome.submission_id].file_name] = outcome
    assert len(loaded) == 9
    contract = CONTRACTS["childrens_social_care/cin_census"]
    for name, outcome in outcomes.items():
        if outcome.status == "unchanged":
            continue
        document = etree.parse(str(source / name))
        expected = {
            table.name: len(
                [
                    element
                    for element in document.xpath("//Child" if table.element == "." else f"//Child/{table.element}")
                    if len(element) or (element.text or "").strip()
                ]
            )
            for table in contract.own_tables
        }
        assert {table: received for table, (received, _, _) in counts(outcome).items()} == expected
    # Two files have the very bytes of another; an expected birth date of 1066 is warned of and takes nobody out.
    assert Counter(outcome.status for outcome in loaded) == {"accepted": 7, "unchanged": 2}
    fake = outcomes["fake_CIN_data.xml"]
    assert (fake.area_code, fake.rows_received, fake.rows_quarantined) == ("LA975", 851, 5)
    assert_nothing_is_lost(home)


def test_no_row_of_the_sample_workbook_is_lost(tmp_path: Path, shared: Path) -> None:
    home = Home(tmp_path / "home", now=datetime(2021, 4, 1))
    source = shared / "data" / "extracts" / "annex_a" / "Annex_A_2024_Jan.xlsx"
    home.copy(source, "contacts/Annex_A_2024_Jan.xlsx")
    (outcome,) = home.load()
    book = openpyxl.load_workbook(source, read_only=True)
    expected = {
        "contacts" if name == "List 1" else name: sum(
            1 for row in book[name].iter_rows(min_row=2, values_only=True) if any(cell is not None for cell in row)
        )
        for name in book.sheetnames
    }
    assert {table: received for table, (received, _, _) in counts(outcome).items()} == expected
    assert counts(outcome)["contacts"] == (5, 5, 0)
    assert dict(outcome.reasons) == {"unrecognised_table": sum(expected.values()) - 5}
    rows = home.ask(
        "select lcs_id, sex, ethnicity, age, source, contact_ref "
        "from raw.raw_childrens_social_care__contacts__contacts order by row_number"
    )
    assert rows[0] == ("9212044", "F", "WBRI", 6, "6", None)
    assert_nothing_is_lost(home)


def test_the_invented_sample_of_every_agency_is_accepted_whole(home: Home) -> None:
    agencies = [contract for contract in CONTRACTS.values() if not contract.publication]
    for contract in agencies:
        sample = home.settings.sources_dir / contract.feed_key / "sample"
        is_one_folder = (sample / "submission.yml").exists()
        shutil.copytree(sample, home.settings.landing / contract.feed_key / ("sample" if is_one_folder else ""))
    outcomes = home.load()
    assert {(one.supplier, one.feed) for one in outcomes} == {(one.supplier, one.feed) for one in agencies}
    assert [(outcome.feed, outcome.reason) for outcome in outcomes if outcome.status != "accepted"] == []
    assert home.ask("select feed, rule_code, message from quarantine.quarantined_rows") == []
    assert home.ask("select feed, rule_code, message from quarantine.row_warnings") == []


def test_a_file_of_persons_is_refused_where_only_counts_may_come(home: Home) -> None:
    folder = home.settings.landing / "health" / "conceptions"
    folder.mkdir(parents=True)
    (folder / "conceptions.csv").write_text("person_ref,age,conceived_on\nA1,16,2016-05-04\n")
    (folder / "conceptions.csv.submission.yml").write_text(json.dumps({**WINDOW, "synthetic": True}))
    assert home.load() == []
    assert home.ask("select status, file_name, rows_received from ops.submissions") == [("rejected", "(not shown)", 0)]
    assert home.ask("select count(*) from raw.raw_health__conceptions__aggregates") == [(0,)]
    assert home.ask("select count(*) from quarantine.quarantined_rows") == [(0,)]
    home.load()
    assert home.ask("select count(*) from ops.submissions") == [(1,)]


def test_nested_rows_of_a_census_join_their_parent_row(home: Home, shared: Path) -> None:
    home.copy(shared / "data" / "extracts" / "cin_census" / "CIN_Census_2024.xml", "cin_census/a.xml")
    home.load()
    census = "raw.raw_childrens_social_care__cin_census__"
    joined = home.ask(
        f"select f.assessment_factor, a.la_child_id from {census}assessment_factors f join {census}assessments a "
        "on a.submission_id = f.submission_id and a.row_number = f.parent_row_number order by 1"
    )
    assert joined == home.ask(f"select assessment_factor, la_child_id from {census}assessment_factors order by 1")
    assert len(joined) == 2


def test_one_child_has_one_person_key_in_every_feed_and_no_key_shows_the_identifier(home: Home) -> None:
    census = (
        "<Message><Header><ReferenceDate>2017-03-31</ReferenceDate><LEA>811</LEA></Header><Children><Child>"
        "<ChildIdentifiers><LAchildID> 4711 </LAchildID></ChildIdentifiers></Child></Children></Message>"
    )
    contact = "contact_ref,lcs_id,contact_at,source,forwarded_to\nc1,4711,2017-03-01,6,NONE\nc2,,2017-03-01,6,NONE\n"
    home.land("ssda903/r", {"r.csv": f"{REVIEWS}\n4711,01/02/2017,PN1\n"})
    home.land("cin_census/c", {"c.xml": census})
    home.land("contacts/k", {"k.csv": contact})
    assert [o.status for o in home.load()] == ["accepted"] * 3
    keys = home.ask(
        f"select person_key from {SSDA903}reviews union select person_key from "
        "raw.raw_childrens_social_care__cin_census__children union select person_key from "
        "raw.raw_childrens_social_care__contacts__contacts order by 1 nulls last"
    )
    assert len(keys) == 2
    assert keys[1] == (None,)
    assert len(keys[0][0]) == 32 and "4711" not in keys[0][0]


# What rejects a submission


def reason_of(outcome: LoadOutcome) -> str:
    assert outcome.status == "rejected"
    assert outcome.rows_accepted == 0
    assert outcome.rows_received == outcome.rows_quarantined
    return outcome.reason or ""


TWO_REVIEWS = f"{REVIEWS}\n1,01/02/2017,PN1\n2,02/02/2017,PN2\n"


def test_neither_a_shifted_column_nor_the_name_of_its_file_brings_a_child_into_what_is_told(home: Home) -> None:
    heading, row, *_ = ONE_CONTACT.splitlines()
    shifted = row.replace("2017-03-02 10:15", "KELLYLCS")
    file = {"Kelly Smythe 2009-05-14.csv": f"{heading}\n{row}\n{shifted.replace('C1', 'C2')}\n"}
    outcome = home.one(file, WINDOW, feed="contacts")
    ((message, value, kept),) = home.ask("select message, value, row_json from quarantine.quarantined_rows")
    assert message.startswith(
        "***** ****** ****-**-**.csv, line 3, column contact_at: found 8 letters, expected a date"
    )
    assert value == "8 letters"
    assert "KELLYLCS" in kept
    shown = [outcome.sentence(), *map(repr, home.ask("select * from ops.submissions"))]
    shown += map(repr, home.ask("select * exclude (row_json) from quarantine.quarantined_rows"))
    shown += map(repr, home.ask("select source_name from raw.raw_childrens_social_care__contacts__contacts"))
    assert not any("kelly" in text.lower() or "smythe" in text.lower() or "2009" in text for text in shown)


def test_a_table_that_lacks_a_column_rejects_the_submission_naming_file_column_and_headings(home: Home) -> None:
    outcome = home.one({"r.csv": TWO_REVIEWS, "e.csv": "CHILD,DECOM,RNE,LS,PLACE\n1,01/05/2016,S,C2,U4\n"})
    assert (
        "e.csv: looks like table episodes but lacks CIN, DEC, REC (found 'CHILD', 'DECOM', 'RNE', 'LS', 'PLACE')"
        in reason_of(outcome)
    )
    assert dict(outcome.reasons) == {"submission_rejected": 3}
    kept = home.ask("select table_name, row_number, row_json from quarantine.quarantined_rows order by 1, 2")
    assert [(table, number) for table, number, _ in kept] == [("e.csv", 2), ("reviews", 2), ("reviews", 3)]
    assert json.loads(kept[1][2]) == {"CHILD": "1", "REVIEW": "01/02/2017", "REVIEW_CODE": "PN1"}
    assert home.ask(f"select count(*) from {SSDA903}reviews") == [(0,)]
    assert_nothing_is_lost(home)


def test_a_submission_without_any_table_of_the_feed_is_rejected_and_its_rows_are_kept(home: Home) -> None:
    outcome = home.one({"x.csv": "COLOUR,SIZE\nred,1\nblue,2\n"})
    assert "found no table of this feed in 'x.csv', expected at least one of header (CHILD," in reason_of(outcome)
    assert counts(outcome) == {"x.csv": (2, 0, 2)}
    assert_nothing_is_lost(home)


@pytest.mark.parametrize(
    "rows", [3, {"reviews": 3}, {"reviews": 2, "header": 1}], ids=["in all", "by table", "absent table"]
)
def test_another_number_of_rows_than_the_envelope_says_is_rejected_with_both_numbers(home: Home, rows: Any) -> None:
    outcome = home.one({"r.csv": TWO_REVIEWS}, WINDOW | {"rows": rows})
    reason = reason_of(outcome)
    assert (
        "the envelope says 3 rows, read were 2" in reason or "header: the envelope says 1 rows, read were 0" in reason
    )
    assert_nothing_is_lost(home)


@pytest.mark.parametrize("rows", [2, {"reviews": 2}])
def test_the_right_number_of_rows_is_accepted_even_where_one_is_quarantined(home: Home, rows: Any) -> None:
    outcome = home.one({"r.csv": f"{REVIEWS}\n1,01/02/2017,PN1\n2,never,PN1\n"}, WINDOW | {"rows": rows})
    assert (outcome.status, outcome.rows_quarantined) == ("accepted", 1)


@pytest.mark.parametrize(("children", "status"), [(2, "accepted"), (5, "accepted"), (3, "rejected")])
def test_of_a_census_the_envelope_may_count_the_children_or_all_rows(home: Home, children: int, status: str) -> None:
    one = "<Child><ChildIdentifiers><LAchildID>{}</LAchildID></ChildIdentifiers>{}</Child>"
    cin = "<CINdetails><CINreferralDate>2016-05-0{}</CINreferralDate></CINdetails>"
    both = one.format(1, cin.format(1) + cin.format(2)) + one.format(2, cin.format(3))
    xml = f"<Message><Children>{both}</Children></Message>"
    outcome = home.one({"c.xml": xml}, WINDOW | {"rows": children}, feed="cin_census")
    assert outcome.status == status
    if status == "rejected":
        assert "the envelope says 3 rows, read were 2 of children or 5 of all tables" in reason_of(outcome)


@pytest.mark.parametrize(("total", "status"), [("30", "accepted"), ("29", "rejected")])
def test_a_control_total_is_compared_over_all_rows_received(home: Home, total: str, status: str) -> None:
    text = "CHILD,HEALTH_ASSESSMENT,SDQ_SCORE\n1,1,10\n2,1,\n3,nonsense,20\n"
    outcome = home.one({"oc2.csv": text}, WINDOW | {"control_total": {"oc2.sdq_score": total}})
    assert outcome.status == status
    if status == "rejected":
        assert "oc2.sdq_score: the envelope says 29, the rows add up to 30" in reason_of(outcome)


def test_headings_without_rows_are_a_nil_return_only_where_the_sender_says_so(home: Home) -> None:
    outcome = home.one({"r.csv": REVIEWS + "\n"})
    assert "say so with 'rows: 0'" in reason_of(outcome)
    assert not outcome.is_nil_return
    home.land("ssda903/nil", {"r.csv": REVIEWS + "\n"}, WINDOW | {"rows": 0})
    (outcome,) = home.load()
    assert (outcome.status, outcome.is_nil_return, counts(outcome)) == ("accepted", True, {"reviews": (0, 0, 0)})
    assert "accepted (nil return)" in outcome.sentence()
    flags = home.ask("select status, is_nil_return from ops.submissions order by submission_id")
    assert flags == [("rejected", False), ("accepted", True)]
    assert home.ask(
        "select table_name, rows_received from ops.submission_tables where submission_id = 'sub-000002'"
    ) == [("reviews", 0)]


def test_a_table_without_rows_beside_one_with_rows_is_held_and_no_nil_return(home: Home) -> None:
    outcome = home.one({"r.csv": TWO_REVIEWS, "e.csv": EPISODES + "\n"})
    assert (outcome.status, outcome.is_nil_return) == ("accepted", False)
    assert counts(outcome) == {"episodes": (0, 0, 0), "reviews": (2, 2, 0)}


def test_a_folder_holds_only_the_tables_that_it_brings(home: Home) -> None:
    home.one({"r.csv": TWO_REVIEWS})
    assert home.ask("select table_name from ops.submission_tables") == [("reviews",)]


def test_a_file_that_breaks_off_is_rejected_and_the_rows_before_are_kept(home: Home) -> None:
    outcome = home.one({"a.csv": TWO_REVIEWS + '3,"never closed\n', "b.csv": f"{HEADER}\n1,1,01/01/2010,WBRI,,,\n"})
    assert "a.csv, line 4: cannot be split into cells" in reason_of(outcome)
    assert counts(outcome) == {"reviews": (2, 0, 2), "header": (1, 0, 1)}
    assert_nothing_is_lost(home)


def test_a_damaged_file_beside_good_ones_rejects_all_and_their_rows_are_kept(home: Home) -> None:
    outcome = home.one({"a.csv": TWO_REVIEWS, "b.xlsx": b"PK\x03\x04broken"})
    assert "b.xlsx: cannot be opened as a workbook" in reason_of(outcome)
    assert counts(outcome) == {"reviews": (2, 0, 2)}


def test_a_broken_envelope_rejects_and_the_rows_are_kept(home: Home) -> None:
    outcome = home.one({"r.csv": TWO_REVIEWS}, WINDOW | {"finality": "draft"})
    assert reason_of(outcome) == "submission.yml: finality: found 5 letters, expected provisional or final."
    assert (outcome.area_code, outcome.rows_quarantined) == (None, 2)
    assert_nothing_is_lost(home)


def test_a_submission_of_which_no_row_can_be_used_is_no_true_zero(home: Home) -> None:
    outcome = home.one({"r.csv": f"{REVIEWS}\n1,02-01-2017,PN1\n2,13-01-2017,PN1\n"})
    assert "none of its 2 rows can be used (not_a_date 2); see the rows' own reasons" in reason_of(outcome)
    assert not outcome.is_nil_return
    assert_nothing_is_lost(home)


def test_a_file_that_is_no_data_is_passed_over_with_a_warning(home: Home) -> None:
    outcome = home.one({"r.csv": TWO_REVIEWS, "guide.pdf": b"%PDF\x00", "blank.csv": ""})
    assert outcome.status == "accepted"
    told = home.ask("select message from quarantine.row_warnings where rule_code = 'file_not_read' order by 1")
    assert [message.split(":")[0] for (message,) in told] == ["blank.csv", "guide.pdf"]


def test_columns_that_nobody_asked_for_are_told_and_not_loaded(home: Home) -> None:
    outcome = home.one({"r.csv": "CHILD,REVIEW,REVIEW_CODE,SURNAME\n1,01/02/2017,PN1,Smith\n"})
    assert outcome.status == "accepted"
    assert outcome.notes == ("r.csv: 'SURNAME' not in the contract and not loaded; leave out what nobody asked for.",)
    assert "Smith" not in repr(home.everything())


def test_an_attack_by_zip_is_rejected_with_a_sentence(home: Home) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../evil.csv", TWO_REVIEWS)
    target = home.settings.landing / "childrens_social_care" / "ssda903"
    target.mkdir(parents=True)
    (target / "x.zip").write_bytes(out.getvalue())
    (outcome,) = home.load()
    assert "outside the archive" in reason_of(outcome)
    assert not list(home.settings.home.parent.rglob("evil.csv"))


# Identity of content


def statuses(home: Home) -> list[tuple[str, str]]:
    return [(o.submission_id, o.status) for o in home.load()]


def test_content_equal_to_what_is_in_force_is_no_new_submission(home: Home) -> None:
    home.one({"r.csv": TWO_REVIEWS})
    before = home.everything()
    home.land("ssda903/again", {"r.csv": TWO_REVIEWS})
    (outcome,) = home.load()
    assert (outcome.status, outcome.same_as) == ("unchanged", "sub-000001")
    assert "unchanged: the same as sub-000001" in outcome.sentence()
    after = home.everything()
    assert after.pop("ops.unchanged_deliveries") == [("sub-000002", "sub-000001", NOW)]
    before.pop("ops.unchanged_deliveries")
    assert after == before
    assert home.load() == []


@pytest.mark.parametrize(
    "other", [{"period_end": "2017-02-28"}, {"finality": "provisional"}, {"area_code": "E06000010"}]
)
def test_the_same_content_for_another_window_finality_or_area_is_a_new_submission(
    home: Home, other: dict[str, str]
) -> None:
    home.one({"r.csv": TWO_REVIEWS})
    home.land("ssda903/again", {"r.csv": TWO_REVIEWS}, WINDOW | other)
    assert statuses(home) == [("sub-000002", "accepted")]


def test_a_then_b_then_a_again_are_three_submissions_on_two_contents(home: Home) -> None:
    b = TWO_REVIEWS.replace("PN2", "PN3")
    found = [home.one({"r.csv": text}).status for text in (TWO_REVIEWS, b, TWO_REVIEWS)]
    assert found == ["accepted"] * 3
    hashes = [row[0] for row in home.ask("select sha256 from ops.submissions order by submission_id")]
    assert hashes[0] == hashes[2] != hashes[1]
    assert len(list(home.settings.archive.iterdir())) == 2


def test_a_corrected_envelope_loads_what_a_wrong_one_had_rejected(home: Home) -> None:
    assert home.one({"r.csv": TWO_REVIEWS}, WINDOW | {"rows": 9}).status == "rejected"
    assert home.one({"r.csv": TWO_REVIEWS}, WINDOW | {"rows": 2}).status == "accepted"


def test_an_inferred_window_does_not_make_the_same_content_new(home: Home) -> None:
    text = f"{EPISODES}\n1,01/05/2018,S,C2,N1,U4,PR1,,,,,,1\n"
    home.land("ssda903/a", {"e.csv": text}, None)
    assert statuses(home) == [("sub-000001", "accepted")]
    later = Home(home.settings.home, datetime(2018, 9, 1))
    later.land("ssda903/b", {"e.csv": text}, None)
    assert statuses(later) == [("sub-000002", "unchanged")]


# Withdrawal and rebuild


def test_a_withdrawal_appends_a_row_and_what_comes_again_is_new(home: Home) -> None:
    home.one({"r.csv": TWO_REVIEWS})
    withdraw(home.settings, "sub-000001", "wrong authority")
    home.land("ssda903/again", {"r.csv": TWO_REVIEWS})
    assert statuses(home) == [("sub-000002", "accepted")]
    rows = home.ask("select submission_id, status, reason, rows_received from ops.submissions order by 1, 2")
    assert rows == [
        ("sub-000001", "accepted", None, 2),
        ("sub-000001", "withdrawn", "wrong authority", 2),
        ("sub-000002", "accepted", None, 2),
    ]
    with connect(home.settings.warehouse) as con:
        assert apply_withdrawals(con, home.settings) == 0


def test_what_is_taken_back_of_a_demonstration_is_taken_back_on_its_own_clock(home: Home) -> None:
    for number, day in enumerate(("2017-04-20", "2017-05-20")):
        moment = {"received_at": f"{day} 09:00:00"}
        home.land(f"ssda903/{number}", {"r.csv": TWO_REVIEWS.replace("1,", f"{number + 3},")}, WINDOW | moment)
    home.load(replay=True)
    withdraw(home.settings, "sub-000001", "sent by mistake")
    home.load()
    [(day,)] = home.ask("select cast(received_at as date) from ops.submissions where status = 'withdrawn'")
    assert str(day) == "2017-05-20"


def test_an_empty_file_is_refused_as_empty_and_not_for_whose_children_it_might_be(home: Home) -> None:
    assert home.one({"r.csv": f"{REVIEWS}\n1,01/02/2017,PN1\n"}, WINDOW | {"synthetic": "true"}).status == "accepted"
    contacts = home.settings.landing / "childrens_social_care" / "contacts"
    contacts.mkdir()
    (contacts / "contacts_811_2017-03-01_2017-03-31_final.csv").write_bytes(b"")
    (outcome,) = home.load()
    assert outcome.reason is not None
    assert outcome.reason.startswith(
        "contacts_811_2017-03-01_2017-03-31_final.csv: is empty, expected headings and rows"
    )


def test_a_rejected_submission_has_nothing_to_withdraw(home: Home) -> None:
    home.one({"r.csv": REVIEWS + "\n"})
    withdraw(home.settings, "sub-000001", "x")
    home.load()
    assert home.ask("select status from ops.submissions") == [("rejected",)]


def a_history(home: Home) -> None:
    """Everything that may happen: accepted, rejected, unchanged, nil, withdrawn, A-B-A, real after synthetic."""
    synthetic = WINDOW | {"synthetic": "true"}
    b = TWO_REVIEWS.replace("PN2", "PN9")
    for step, text in enumerate((TWO_REVIEWS, b, TWO_REVIEWS)):
        home.land(
            "ssda903/aba", {"r.csv": text, "x.csv": "COLOUR\nred\n"}, synthetic | {"data_as_at": f"2017-04-0{step + 1}"}
        )
        home.load()
    home.land("ssda903/same", {"r.csv": TWO_REVIEWS, "x.csv": "COLOUR\nred\n"}, synthetic)
    home.load()
    home.land("ssda903/rejected", {"r.csv": TWO_REVIEWS}, synthetic | {"rows": 7})
    home.land("ssda903/nil", {"m.csv": "CHILD,MISSING,MIS_START,MIS_END\n"}, synthetic | {"rows": 0})
    home.load()
    home.land("cin_census/real", {"c.xml": "<Message><Children/></Message>"}, WINDOW | {"rows": 0})
    home.load()
    withdraw(home.settings, "sub-000005", "wrong month")
    withdraw(home.settings, "sub-000003", "the middle one was right")
    home.land("ssda903/after", {"r.csv": TWO_REVIEWS, "x.csv": "COLOUR\nred\n"}, synthetic)
    home.load()


def test_removed_and_loaded_again_the_warehouse_is_identical(home: Home) -> None:
    a_history(home)
    before = home.everything()
    assert sorted(Counter(row[14] for row in before["ops.submissions"]).items()) == [
        ("accepted", 5), ("rejected", 2), ("withdrawn", 2),
    ]  # fmt: skip
    assert len(before["ops.unchanged_deliveries"]) == 1
    home.settings.warehouse.unlink()
    shutil.rmtree(home.settings.landing)
    home.load()
    assert home.everything() == before
    assert home.load() == []
    assert home.everything() == before


def test_with_another_key_every_person_key_is_another(home: Home) -> None:
    home.one({"r.csv": TWO_REVIEWS})
    before = home.ask(f"select person_key from {SSDA903}reviews order by 1")
    home.settings.warehouse.unlink()
    home.settings.person_key_file.unlink()
    home.load()
    assert not set(before) & set(home.ask(f"select person_key from {SSDA903}reviews"))


def test_a_lost_key_stops_before_two_kinds_of_person_keys_meet(home: Home) -> None:
    home.one({"r.csv": TWO_REVIEWS})
    home.settings.person_key_file.unlink()
    home.land("ssda903/next", {"r.csv": f"{REVIEWS}\n3,01/03/2017,PN1\n"})
    before = home.everything()
    with pytest.raises(PersonKeyError, match="is missing, and the warehouse holds rows made with it"):
        home.load()
    assert home.everything() == before
    assert not home.settings.person_key_file.exists()


def test_a_damaged_archive_is_an_error_and_no_rejection(home: Home) -> None:
    home.land("ssda903/r", {"r.csv": TWO_REVIEWS})
    register_new(home.settings, CONTRACTS, replay=False)
    (stored,) = home.settings.archive.rglob("r.csv")
    stored.write_text(TWO_REVIEWS.replace("PN2", "PN3"))
    with pytest.raises(ArchiveError, match="is not what its name says"):
        home.load()
    assert home.ask("select count(*) from ops.submissions") == [(0,)]


def test_a_feed_that_cannot_be_loaded_keeps_no_other_from_being_loaded_and_stops_the_run(home: Home) -> None:
    home.land("contacts/r", {"contacts.csv": ONE_CONTACT}, WINDOW)
    home.land("ssda903/r", {"r.csv": TWO_REVIEWS})
    register_new(home.settings, CONTRACTS, replay=False)
    (damaged,) = home.settings.archive.rglob("contacts.csv")
    damaged.write_text(ONE_CONTACT + "more")
    with connect(home.settings.warehouse) as con:
        migrate(con)
        create_raw_tables(con, list(CONTRACTS.values()))
    step = materialize(
        [raw_tables_asset(CONTRACTS)],
        resources={"settings": home.settings, "run_lock": object()},
        raise_on_error=False,
    )
    assert not step.success
    assert home.ask("select feed, status from ops.submissions") == [("ssda903", "accepted")]


# Real and invented children


def test_a_home_with_real_children_takes_no_invented_ones_and_the_reverse(home: Home, tmp_path: Path) -> None:
    for kind, other in (({}, {"synthetic": "true"}), ({"synthetic": "true"}, {})):
        one = Home(tmp_path / f"home{len(kind)}")
        assert one.one({"r.csv": TWO_REVIEWS}, WINDOW | kind).is_synthetic is bool(kind)
        one.land("cin_census/c", {"c.xml": "<Message><Children/></Message>"}, WINDOW | {"rows": 0} | other)
        (outcome,) = one.load()
        assert "the two never mix. Use another SAFEGUARDING_HOME" in reason_of(outcome)
        assert "since sub-000001" in reason_of(outcome)


def test_an_envelope_that_cannot_be_read_does_not_say_what_kind_of_home_it_is(home: Home) -> None:
    home.land("ssda903/a", {"r.csv": TWO_REVIEWS}, None)
    (home.settings.landing / "childrens_social_care/ssda903/a/submission.yml").write_text("rows: [")
    home.land("ssda903/b", {"r.csv": TWO_REVIEWS}, WINDOW | {"synthetic": "true"})
    assert statuses(home) == [("sub-000001", "rejected"), ("sub-000002", "accepted")]


# Wholly or not at all, and in private

DIE_IN_THE_TRANSACTION = """
import os, sys
from pathlib import Path
from orchestration.ingest import load
from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.submissions import pending
from orchestration.settings import Settings
from orchestration.warehouse import connect
settings = Settings(home=Path(sys.argv[1]))
contracts = load_contracts(settings.sources_dir)
real = load._copy
def die_after_the_second(con, contract, target, path, seen=[]):
    real(con, contract, target, path)
    seen.append(target)
    if len(seen) == 2:
        assert con.execute("select count(*) from ops.submissions").fetchone() == (2,)
        os._exit(9)
load._copy = die_after_the_second
with connect(settings.warehouse) as con:
    (received,) = pending(con, settings)
    load.load_submission(con, settings, contracts[received.feed_key], received)
"""


def test_killed_in_the_middle_nothing_of_a_submission_is_there_and_the_next_run_loads_it(home: Home) -> None:
    home.one({"r.csv": TWO_REVIEWS})
    before = home.everything()
    home.land(
        "ssda903/next", {"r.csv": f"{REVIEWS}\n3,01/03/2017,PN1\n", "h.csv": f"{HEADER}\n3,1,01/01/2010,WBRI,,,\n"}
    )
    register_new(home.settings, CONTRACTS, replay=False)
    done = subprocess.run(
        [sys.executable, "-c", DIE_IN_THE_TRANSACTION, str(home.settings.home)],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 9, done.stderr
    assert home.everything() == before
    assert list(home.settings.home.glob(".load-*")) != []
    assert statuses(home) == [("sub-000002", "accepted")]
    assert list(home.settings.home.glob(".load-*")) == []
    assert_nothing_is_lost(home)


def test_an_error_in_the_transaction_leaves_nothing_behind(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.one({"r.csv": TWO_REVIEWS})
    before = home.everything()
    home.land("ssda903/next", {"r.csv": f"{REVIEWS}\n3,01/03/2017,PN1\n"})

    def fail(*_: object) -> None:
        raise duckdb.IOException("disk full")

    monkeypatch.setattr("orchestration.ingest.load._copy", fail)
    with pytest.raises(duckdb.IOException):
        home.load()
    monkeypatch.undo()
    assert home.everything() == before
    assert list(home.settings.home.glob(".load-*")) == []


def test_after_an_error_the_same_connection_can_go_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.land("ssda903/r", {"r.csv": TWO_REVIEWS})
    register_new(home.settings, CONTRACTS, replay=False)
    with connect(home.settings.warehouse) as con:
        migrate(con)
        create_raw_tables(con, CONTRACTS)
        (received,) = pending(con, home.settings)
        contract = CONTRACTS[received.feed_key]
        monkeypatch.setattr("orchestration.ingest.load._copy", lambda *_: con.execute("select no_such_function()"))
        with pytest.raises(duckdb.Error, match="no_such_function"):
            load_submission(con, home.settings, contract, received)
        monkeypatch.undo()
        assert load_submission(con, home.settings, contract, received).status == "accepted"
    assert_nothing_is_lost(home)


def test_everything_under_the_home_is_for_its_owner_alone(home: Home) -> None:
    home.one({"r.csv": TWO_REVIEWS})
    ours = [p for p in home.settings.home.rglob("*") if home.settings.landing not in (p, *p.parents)]
    assert len(ours) >= 5
    assert [p for p in ours if stat.S_IMODE(p.stat().st_mode) != (0o700 if p.is_dir() else 0o600)] == []


def test_no_message_names_an_identifier_or_a_date_of_birth(home: Home) -> None:
    header = f"{HEADER}\n" + "".join(
        f"SECRET{n},{sex},{dob},{ethnic},UPNSECRET{n},{mother},{dob}\n"
        for n, (sex, dob, ethnic, mother) in enumerate(
            [
                ("1", "31/02/2010", "WBRI", ""),
                ("9", "SECRETDOB", "SECRETETH", "SECRETMUM"),
                ("1", "01/01/2010", "SECRET", "5"),
            ]
        )
    )
    twice = f"{REVIEWS}\nSECRET1,01/02/2017,PN1\nSECRET1,01/02/2017,PN2\nSECRET1,01/02/2017,PN1\n"
    outcome = home.one(
        {"h.csv": header, "r.csv": twice, "m.csv": "CHILD,MISSING,MIS_START,MIS_END\nSECRET1,X,SECRETDAY,\n"}
    )
    told = home.ask(
        "select message, value, column_name from quarantine.quarantined_rows "
        "union all select message, value, column_name from quarantine.row_warnings"
    )
    assert len(told) >= 7
    assert "SECRET" not in repr(told) + outcome.sentence() + repr(outcome)
    assert "31/02/2010" not in repr(told)


def test_text_of_every_kind_arrives_as_it_was_sent(home: Home) -> None:
    odd = [
        'q"uo"te',
        "com,ma",
        "two\nlines",
        "carriage\rreturn",
        "tab\there",
        "café ₤ 漢",
        "#hash",
        "NULL",
        "\\N",
        "'",
        "a\r\nb",
    ]
    out = io.StringIO()
    csv.writer(out).writerows(
        [["CHILD", "SEX", "DOB", "ETHNIC", "UPN"], *[[str(n), "1", "", "WBRI", text] for n, text in enumerate(odd)]]
    )
    assert home.one({"h.csv": out.getvalue()}).rows_accepted == len(odd)
    assert [row[0] for row in home.ask(f"select upn from {SSDA903}header order by cast(child as integer)")] == odd


def test_the_outcome_is_one_line_with_counts_and_chief_reasons(home: Home) -> None:
    outcome = home.one({"r.csv": f"{REVIEWS}\n1,01/02/2017,PN1\n2,never,PN1\n3,01/02/2017,PN9\n3,01/02/2017,PN9\n"})
    assert outcome.sentence() == (
        "sub-000001  childrens_social_care/ssda903  E06000011 2016-04-01 to 2017-03-31 final  accepted  "
        "4 rows received, 2 accepted, 2 quarantined  not_a_date 1, duplicate_row 1, unknown_code 1 (loaded)"
    )


def test_an_authority_that_is_not_in_the_list_is_loaded_with_a_warning(home: Home) -> None:
    outcome = home.one({"r.csv": TWO_REVIEWS}, {**WINDOW, "area_code": "975"})
    assert (outcome.status, outcome.area_code) == ("accepted", "LA975")
    assert home.ask("select rule_code, area_code, table_name, row_number from quarantine.row_warnings") == [
        ("area_not_in_list", "LA975", "submission", None)
    ]


HULL = "Kingston upon Hull, City of (E06000010)"


def test_a_return_of_another_authority_than_the_homes_is_loaded_and_told(home: Home) -> None:
    outcome = home.one({"r.csv": TWO_REVIEWS}, {**WINDOW, "area_code": "E06000010"})
    assert (outcome.status, outcome.area_code, outcome.rows_accepted) == ("accepted", "E06000010", 2)
    assert home.ask("select rule_code, message from quarantine.row_warnings") == [
        (
            "area_not_home",
            f"2 rows are of another area than E06000011, this home's own: {HULL} 2 rows. They are loaded and counted "
            "there. If that is a mistake: `safeguarding submissions withdraw sub-000001 --reason …`, and send the "
            "return again with the right area_code.",
        )
    ]


def test_a_figure_told_of_another_area_than_the_homes_is_told_too_and_the_homes_own_is_not(home: Home) -> None:
    folder = home.settings.landing / "health" / "conceptions"
    shutil.copytree(home.settings.sources_dir / "health/conceptions/sample", folder / "sample")
    csv_file = next((folder / "sample").glob("*.csv"))
    first, own, _ = csv_file.read_text().splitlines()
    others = [own.replace("E06000011", code) for code in ("E06000010", "E06000010", "E06009999")]
    others[1] = others[1].replace("2014-12-31", "2015-12-31")
    csv_file.write_text("\n".join([first, own, *others]))
    envelope = next((folder / "sample").glob("*.yml"))
    envelope.write_text(envelope.read_text().replace("rows: 2", "rows: 4"))
    [outcome] = home.load()
    assert (outcome.status, outcome.rows_accepted) == ("accepted", 4)
    [(message,)] = home.ask("select message from quarantine.row_warnings where rule_code = 'area_not_home'")
    assert message.startswith(
        f"3 rows are of other areas than E06000011, this home's own: {HULL} 2 rows, E06009999 (in no list of areas) "
        "1 row. They are loaded"
    )


def test_a_run_tells_what_is_odd_of_each_submission_and_of_many_alike_how_many_more(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    for month in range(1, 8):
        window = {"period_start": f"2017-{month:02}-01", "period_end": f"2017-{month:02}-28"}
        home.land(f"ssda903/r{month}", {"r.csv": TWO_REVIEWS}, {**WINDOW, **window, "area_code": "E06000010"})
    home.land("ssda903/unlisted", {"r.csv": TWO_REVIEWS}, {**WINDOW, "area_code": "975"})
    home.land("ssda903/refused", {"r.csv": TWO_REVIEWS}, {**WINDOW, "area_code": "E06000010", "rows": 7})
    home.load()
    _tell_warnings(_warned(home.settings))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        *(f"WARNING  sub-{n:06d} childrens_social_care/ssda903 (r{n})" for n in range(1, 6)),
        "WARNING  2 more warnings of area_not_home",
        "WARNING  sub-000009 childrens_social_care/ssda903 (********)",
    ]


def test_received_at_of_a_replay_is_stored_as_such(home: Home) -> None:
    home.land("ssda903/r", {"r.csv": TWO_REVIEWS}, WINDOW | {"received_at": "2017-05-03T10:00:00"})
    home.load(replay=True)
    assert home.ask("select received_at, is_replay from ops.submissions") == [(datetime(2017, 5, 3, 10), True)]


# Any file at all


@pytest.fixture(scope="module")
def fuzz_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, duckdb.DuckDBPyConnection]]:
    home = Home(tmp_path_factory.mktemp("fuzz") / "home")
    with connect(home.settings.warehouse) as con:
        migrate(con)
        create_raw_tables(con, CONTRACTS)
        yield home, con


GOOD = [["1", "01/02/2017", "PN1"], ["2", "02/02/2017", "PN2"], ["2", "03/02/2017", "PN9"], ["", "03/02/2017", "PN3"]]
CELL = st.one_of(
    st.sampled_from(["", "1", "01/02/2017", "31/02/2017", "PN1", "pn1", '"', ",", "\n", "x\ty", "2017-02-01"]),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=5),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.one_of(st.sampled_from(GOOD), st.lists(CELL, max_size=5)), max_size=12),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    delimiter=st.sampled_from(",;\t"),
    cut=st.one_of(st.none(), st.integers(0, 200)),
    rows_stated=st.one_of(st.none(), st.integers(0, 3)),
)
def test_whatever_file_comes_every_row_is_accounted_for(
    fuzz_home: tuple[Home, duckdb.DuckDBPyConnection],
    rows: list[list[str]],
    encoding: str,
    delimiter: str,
    cut: int | None,
    rows_stated: int | None,
) -> None:
    home, con = fuzz_home
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([REVIEWS.split(","), *rows])
    data = out.getvalue().encode(encoding)[:cut]
    envelope = WINDOW | ({} if rows_stated is None else {"rows": rows_stated})
    home.land("ssda903/r", {"r.csv": data}, envelope)
    received = register_new(home.settings, CONTRACTS, replay=False)
    for event in received:
        outcome = load_submission(con, home.settings, CONTRACTS[event.feed_key], replace(event))
        assert outcome.rows_received == outcome.rows_accepted + outcome.rows_quarantined
        (raw,) = con.execute(
            f"select count(*) from {SSDA903}reviews where submission_id = ?", [event.submission_id]
        ).fetchone() or (0,)
        (kept,) = con.execute(
            "select count(*) from quarantine.quarantined_rows where submission_id = ?", [event.submission_id]
        ).fetchone() or (0,)
        assert (raw, kept) == (outcome.rows_accepted, outcome.rows_quarantined)
        if outcome.status == "accepted" and cut is None:
            assert outcome.rows_received == sum(1 for row in rows if any(row))
        if outcome.status == "rejected":
            assert outcome.reason
