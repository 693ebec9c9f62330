"""The sample: the same seed gives the same bytes, journeys hold together, and the faults that it promises are there.

It demonstrates and proves no rule: nothing here takes one of its figures as right. That they are the published ones is
what it was fitted to.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from click.testing import CliRunner

from orchestration.ingest.contracts import Contract, load_contracts
from orchestration.ingest.load import create_raw_tables, load_submission
from orchestration.ingest.submissions import pending, register_new
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.synthetic import sample as sample_module
from orchestration.synthetic.authorities import MOST, authorities
from orchestration.synthetic.calibration import Fact, Quotas, add_months, facts
from orchestration.synthetic.cli import sample_command
from orchestration.synthetic.distributions import stream
from orchestration.synthetic.layouts import contacts as contacts_layout
from orchestration.synthetic.layouts import ssda903 as ssda903_layout
from orchestration.synthetic.people import Register, pupil_number
from orchestration.synthetic.population import populate
from orchestration.synthetic.records import Plan, Population, Referral
from orchestration.synthetic.sample import SampleError, holds_something, write_sample
from orchestration.synthetic.working_days import add_working_days, bank_holidays, is_working_day
from orchestration.warehouse import connect, migrate
from tests.support.population_counts import counts

SUPPLIER = "childrens_social_care"
RETURNS = ("ssda903", "cin_census", "contacts")
CONTRACTS = load_contracts(PROJECT_ROOT / "sources")
SMALL = 0.15
SEEDS = (2017, 1, 2, 3)
RETURN_YEAR = 2017
LATER_TABLES = {"sw_episodes", "dolo"}
ANNEX_A_ONLY = {"sex", "ethnicity", "date_of_birth"}
TEMPORARY = {"T0", "T1", "T2", "T3", "T4"}

Row = dict[str, str]


@dataclass
class Drop:
    """One submission as written: its envelope and its tables as they came (XML: the root element)."""

    feed: str
    folder: Path
    envelope: dict[str, Any]
    tables: dict[str, list[Row]]
    headings: dict[str, list[str]]
    census: ElementTree.Element | None = None

    @property
    def final(self) -> bool:
        return self.envelope["finality"] == "final"

    @property
    def start(self) -> date:
        return self.envelope["period_start"]

    @property
    def end(self) -> date:
        return self.envelope["period_end"]


def contract_of(feed: str) -> Contract:
    return CONTRACTS[f"{SUPPLIER}/{feed}"]


def read_drops(landing: Path) -> list[Drop]:
    """The authority's own returns, in the order in which they came (the others' are in test_sample_partners)."""
    drops = []
    for envelope in sorted(landing.glob(f"{SUPPLIER}/*/*/submission.yml")):
        folder = envelope.parent
        if folder.parent.name not in RETURNS:
            continue
        files = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "submission.yml"}
        for name, content in list(files.items()):
            if name.endswith(".zip"):
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    files.update({member: archive.read(member) for member in archive.namelist()})
                del files[name]
        drop = Drop(folder.parent.name, folder, yaml.safe_load(envelope.read_text()), {}, {})
        for name, content in files.items():
            if name.endswith(".xml"):
                drop.census = ElementTree.fromstring(content)
            else:
                text = content.decode("cp1252" if content.count(b";") > content.count(b",") else "utf-8-sig")
                reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text else ",")
                drop.tables[name.removesuffix(".csv")] = list(reader)
                drop.headings[name.removesuffix(".csv")] = list(reader.fieldnames or ())
        drops.append(drop)
    return sorted(drops, key=lambda drop: drop.envelope["received_at"])


@pytest.fixture(scope="session", params=SEEDS)
def drops(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Drop]:
    landing = tmp_path_factory.mktemp("sample") / "landing"
    write_sample(landing, seed=request.param, scale=SMALL)
    return read_drops(landing)


@pytest.fixture(scope="session")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as `safeguarding sample` writes it."""
    landing = tmp_path_factory.mktemp("standard") / "landing"
    write_sample(landing)
    return landing


@pytest.fixture(scope="session")
def standard_drops(standard: Path) -> list[Drop]:
    return read_drops(standard)


def of(drops: list[Drop], feed: str, *, final: bool | None = None) -> list[Drop]:
    return [
        drop
        for drop in drops
        if drop.feed == feed
        and (final is None or drop.final is final)
        and (feed != "ssda903" or "episodes" in drop.tables)
    ]


def hashes(landing: Path) -> dict[str, str]:
    return {
        path.relative_to(landing).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(landing.rglob("*"))
        if path.is_file()
    }


def uk(text: str) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None


def iso(element: ElementTree.Element, path: str) -> date | None:
    text = element.findtext(path)
    return date.fromisoformat(text) if text else None


def reaches(birth: date, age: int) -> date:
    """The birthday; 1 March for those born on 29 February where there is none."""
    leap = birth.month == 2 and birth.day == 29
    return date(birth.year + age, 3, 1) if leap and age % 4 else birth.replace(year=birth.year + age)


def is_impossible(text: str | None) -> bool:
    """A day that no month has: the fault that the sample puts in."""
    return bool(re.fullmatch(r"31/02/\d{4}|\d{4}-02-31.*", text or ""))


# ------------------------------------------------------------------------------------------------------ the same bytes


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    write_sample(tmp_path / "one", seed=7, scale=0.05)
    write_sample(tmp_path / "two", seed=7, scale=0.05)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_another_seed_gives_other_children(tmp_path: Path) -> None:
    write_sample(tmp_path / "one", seed=7, scale=0.05)
    write_sample(tmp_path / "two", seed=8, scale=0.05)
    one, two = hashes(tmp_path / "one"), hashes(tmp_path / "two")
    told = [name for name in one if name.endswith(("contacts.csv", "episodes.csv", ".zip"))]
    assert len(told) > 60
    assert not [name for name in told if one[name] == two[name]]


# ------------------------------------------------------------------------------------------------------ the layouts


@pytest.mark.parametrize("table", sorted(ssda903_layout.COLUMNS))
def test_the_headings_of_a_903_table_are_those_of_the_contract(table: str) -> None:
    agreed = contract_of("ssda903").table(table)
    sources = {column.source for column in agreed.columns} | {dropped.source for dropped in agreed.not_loaded}
    assert set(ssda903_layout.COLUMNS[table]) == sources


def test_every_903_table_of_its_years_is_sent() -> None:
    assert set(ssda903_layout.COLUMNS) == {table.name for table in contract_of("ssda903").own_tables} - LATER_TABLES


def test_the_headings_of_contacts_are_our_own_layout_without_what_only_annex_a_has() -> None:
    agreed = [column.source for column in contract_of("contacts").table("contacts").columns]
    assert list(contacts_layout.COLUMNS) == [source for source in agreed if source not in ANNEX_A_ONLY]


def test_every_file_has_exactly_the_headings_of_its_layout(drops: list[Drop]) -> None:
    for drop in drops:
        for table, headings in drop.headings.items():
            expected = contacts_layout.COLUMNS if drop.feed == "contacts" else ssda903_layout.COLUMNS[table]
            assert tuple(headings) == expected, drop.folder.name


def test_the_census_holds_only_elements_that_the_contract_knows(drops: list[Drop]) -> None:
    known = set()
    for table in contract_of("cin_census").tables:
        base = table.element if table.element != "." else ""
        for column in table.columns:
            if not column.inherited:
                path = f"{base}/{column.source}".strip("/").removesuffix("/.")
                parts = path.split("/")
                known |= {"/".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    found = set()
    for child in _children(of(drops, "cin_census", final=True)[-1]):
        _paths(child, "", found)
    assert found <= known
    assert len(found) > 30


def _paths(element: ElementTree.Element, at: str, found: set[str]) -> None:
    for inner in element:
        path = f"{at}/{inner.tag}".strip("/")
        found.add(path)
        _paths(inner, path, found)


def test_every_code_is_valid_in_its_year(drops: list[Drop]) -> None:
    for drop in drops:
        contract = contract_of(drop.feed)
        for table, rows in drop.tables.items():
            for column in contract.table(table).columns:
                if column.codes and column.source in drop.headings[table]:
                    found = {row[column.source] for row in rows} - {""}
                    assert found <= contract.codes_for_year(column.codes, RETURN_YEAR), (drop.folder.name, column.name)
        if drop.census is not None:
            for table in contract.tables:
                for column in table.columns:
                    if column.codes:
                        base = "" if table.element == "." else f"/{table.element}"
                        path = f"Children/Child{base}/{column.source}".removesuffix("/.")
                        found = {element.text or "" for element in drop.census.findall(path)}
                        assert found <= contract.codes_for_year(column.codes, RETURN_YEAR), (table.name, column.name)


def test_the_census_names_its_authority_year_and_reference_date(drops: list[Drop]) -> None:
    for drop in of(drops, "cin_census"):
        assert drop.census is not None
        header = drop.census.find("Header")
        assert header is not None
        assert header.findtext("CollectionDetails/Collection") == "CIN"
        assert header.findtext("CollectionDetails/Year") == str(drop.start.year + 1)
        assert iso(header, "CollectionDetails/ReferenceDate") == drop.end
        assert header.findtext("Source/LEA") == "811"
        assert "SYNTHETIC" in (header.findtext("Source/SoftwareCode") or "")


def test_one_return_comes_as_semicolons_in_the_encoding_of_windows(standard_drops: list[Drop]) -> None:
    folder = of(standard_drops, "ssda903", final=True)[0].folder
    content = (folder / "episodes.csv").read_bytes()
    assert content.startswith(b"CHILD;DECOM;RNE;")
    assert "\u00a0".encode("cp1252") in content
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_some_903_and_every_census_come_as_zips_without_a_clock(standard_drops: list[Drop]) -> None:
    zips = [path for drop in standard_drops for path in drop.folder.glob("*.zip")]
    assert Counter(path.parent.parent.name for path in zips) == {"cin_census": 35, "ssda903": 4}
    for path in zips:
        with zipfile.ZipFile(path) as archive:
            assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# ------------------------------------------------------------------------------------------------------ the envelopes


def test_every_submission_says_what_it_is_and_that_it_is_synthetic(drops: list[Drop]) -> None:
    for drop in drops:
        envelope = drop.envelope
        assert set(envelope) == {
            "synthetic", "area_code", "period_start", "period_end", "data_as_at", "finality", "layout_version", "rows",
            "agreement_ref", "received_at",
        }  # fmt: skip
        assert envelope["synthetic"] is True
        assert envelope["area_code"] == "E06000011"
        assert envelope["finality"] in ("provisional", "final")
        assert envelope["agreement_ref"] == contract_of(drop.feed).sharing.agreement_ref
        assert isinstance(envelope["layout_version"], str)
        assert drop.start < drop.end <= envelope["data_as_at"] < envelope["received_at"].date()


def test_the_rows_of_the_envelope_are_the_records_of_the_files(drops: list[Drop]) -> None:
    for drop in drops:
        if drop.census is None:
            found = sum(len(rows) for rows in drop.tables.values())
        else:
            paths = [
                "Children/Child" + ("" if table.element == "." else f"/{table.element}")
                for table in contract_of("cin_census").tables
            ]
            found = sum(len(drop.census.findall(path)) for path in paths)
        assert drop.envelope["rows"] == found, drop.folder.name


def test_folder_names_say_the_same_as_the_envelope(drops: list[Drop]) -> None:
    for drop in drops:
        match = re.match(contract_of(drop.feed).file_pattern, drop.folder.name)
        assert match, drop.folder.name
        assert match["la_code"] == "811"
        assert match["period_start"] == str(drop.start)
        assert match["period_end"] == str(drop.end)
        assert match["finality"].lower() == drop.envelope["finality"]


def test_the_manifest_tells_a_synthetic_replay_and_its_clock(standard: Path, standard_drops: list[Drop]) -> None:
    manifest = yaml.safe_load((standard / "sample.yml").read_text())
    assert manifest == {
        "synthetic": True, "replay": True, "as_of": date(2017, 9, 25), "seed": 2017, "area_code": "E06000011",
    }  # fmt: skip
    assert max(drop.envelope["received_at"] for drop in standard_drops) < datetime(2017, 9, 25)


def test_no_identifier_could_be_a_real_childs(drops: list[Drop]) -> None:
    for drop in drops:
        for table, rows in drop.tables.items():
            column = "lcs_id" if drop.feed == "contacts" else "CHILD"
            assert all(re.fullmatch(r"SYN\d{7}", row[column]) for row in rows)
            if table == "header":
                assert all(row["UPN"] in ("UN1", "UN3") or row["UPN"][1:4] == "000" for row in rows)
            if table == "episodes":
                assert all(
                    row[post].startswith("ZZ") or not row[post] for row in rows for post in ("HOME_POST", "PL_POST")
                )
        for child in _children(drop):
            assert re.fullmatch(r"SYN\d{7}", child.findtext("ChildIdentifiers/LAchildID") or "")
            assert (child.findtext("ChildIdentifiers/UPN") or "X000")[1:4] == "000"


@pytest.mark.parametrize(
    ("count", "number"),
    # Check letter: the digits times 2 to 13, the sum's remainder of 23 into the alphabet without I, O and S.
    [(0, "A000000000000"), (1, "P000000000001"), (12, "R000000000012")],
    ids=["zero", "one", "twelve"],
)
def test_a_pupil_number_has_its_check_letter(count: int, number: str) -> None:
    assert pupil_number(count) == number


# ------------------------------------------------------------------------------------------------------ need


def _children(drop: Drop) -> list[ElementTree.Element]:
    return drop.census.findall("Children/Child") if drop.census is not None else []


def _sound_children(drop: Drop) -> list[ElementTree.Element]:
    """The children without the fault put in on purpose."""
    return [
        child
        for child in _children(drop)
        if not any(is_impossible(start.text) for start in child.iter("AssessmentActualStartDate"))
    ]


def test_a_child_stands_once_in_a_census_with_a_birth_or_an_expected_birth(drops: list[Drop]) -> None:
    for drop in of(drops, "cin_census"):
        ids = [child.findtext("ChildIdentifiers/LAchildID") for child in _children(drop)]
        assert len(ids) == len(set(ids))
        for child in _children(drop):
            born = iso(child, "ChildIdentifiers/PersonBirthDate")
            expected = iso(child, "ChildIdentifiers/ExpectedPersonBirthDate")
            assert (born is None) != (expected is None)
            assert (child.findtext("ChildIdentifiers/GenderCurrent") == "0") == (born is None)
            assert born is None or born <= drop.end
            assert expected is None or expected > drop.end
            assert child.findall("CINdetails")


def test_some_children_of_a_census_are_unborn(standard_drops: list[Drop]) -> None:
    last = of(standard_drops, "cin_census", final=True)[-1]
    assert sum(1 for child in _children(last) if child.find("ChildIdentifiers/ExpectedPersonBirthDate") is not None) > 5


def test_the_cases_of_a_child_are_in_order_and_do_not_overlap(drops: list[Drop]) -> None:
    for drop in of(drops, "cin_census"):
        for child in _sound_children(drop):
            birth = iso(child, "ChildIdentifiers/PersonBirthDate") or iso(
                child, "ChildIdentifiers/ExpectedPersonBirthDate"
            )
            assert birth is not None
            last_end = date.min
            for case in child.findall("CINdetails"):
                start, end = iso(case, "CINreferralDate"), iso(case, "CINclosureDate")
                nfa = case.findtext("ReferralNFA") == "true"
                assert start is not None
                assert birth - timedelta(weeks=40) <= start <= drop.end
                assert start > last_end
                assert (end is None) == (case.findtext("ReasonForClosure") is None)
                assert end is None or max(start, drop.start) <= end <= drop.end
                assert not nfa or (len(case) == 3 and start >= drop.start)
                assert nfa or case.findtext("PrimaryNeedCode")
                last_end = start if nfa else end or date.max


def test_assessments_lie_within_their_case_and_have_factors_once_they_are_done(drops: list[Drop]) -> None:
    for drop in of(drops, "cin_census"):
        for child in _sound_children(drop):
            for case in child.findall("CINdetails"):
                referred, closed = iso(case, "CINreferralDate"), iso(case, "CINclosureDate")
                starts = []
                for assessment in case.findall("Assessments"):
                    start = iso(assessment, "AssessmentActualStartDate")
                    done = iso(assessment, "AssessmentAuthorisationDate")
                    factors = [f.text for f in assessment.findall("FactorsIdentifiedAtAssessment/AssessmentFactors")]
                    assert referred is not None
                    assert start is not None
                    assert referred <= start <= (closed or drop.end)
                    assert done is None or start <= done <= (closed or drop.end)
                    assert done is None or done >= drop.start
                    assert bool(factors) == (done is not None)
                    assert len(factors) == len(set(factors))
                    assert "21" not in factors or len(factors) == 1
                    assert closed is None or done is not None
                    starts.append(start)
                assert len(starts) == len(set(starts))


def test_conferences_and_plans_hold_together(drops: list[Drop]) -> None:
    plans_seen = 0
    for drop in of(drops, "cin_census"):
        for child in _sound_children(drop):
            plan_starts = []
            for case in child.findall("CINdetails"):
                referred, closed = iso(case, "CINreferralDate"), iso(case, "CINclosureDate")
                assert referred is not None
                conferences = {iso(case, "DateOfInitialCPC")}
                for enquiry in case.findall("Section47"):
                    start, held = iso(enquiry, "S47ActualStartDate"), iso(enquiry, "DateOfInitialCPC")
                    not_required = enquiry.findtext("ICPCnotRequired") == "true"
                    assert start is not None
                    assert referred <= start <= (closed or drop.end)
                    assert held is None or (start <= held and held.weekday() < 5 and not not_required)
                    assert closed is None or held is not None or not_required
                    conferences.add(held)
                for plan in case.findall("ChildProtectionPlans"):
                    plans_seen += 1
                    start, end = iso(plan, "CPPstartDate"), iso(plan, "CPPendDate")
                    assert start is not None
                    assert referred <= start
                    assert start < drop.start or start in conferences
                    assert end is None or (start < end and drop.start <= end <= (closed or drop.end))
                    assert closed is None or end is not None
                    for review in plan.findall("Reviews/CPPreviewDate"):
                        on = date.fromisoformat(review.text or "")
                        assert start < on <= (end or drop.end)
                        assert drop.start <= on
                    plan_starts.append((start, end))
            ordered = sorted(plan_starts)
            assert all(end is not None and end <= after for (_, end), (after, _) in pairwise(ordered))
    assert plans_seen > 100


def test_plans_cover_first_and_later_ones_and_changes_of_category(standard_drops: list[Drop]) -> None:
    plans = [
        plan
        for child in _children(of(standard_drops, "cin_census", final=True)[-1])
        for plan in child.findall("CINdetails/ChildProtectionPlans")
    ]
    assert {plan.findtext("NumberOfPreviousCPP") for plan in plans} >= {"0", "1", "2"}
    assert any(plan.findtext("InitialCategoryOfAbuse") != plan.findtext("LatestCategoryOfAbuse") for plan in plans)


# ------------------------------------------------------------------------------------------------------ care


def _by_child(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["CHILD"]].append(row)
    return found


def test_keys_of_every_903_table_are_unique_and_every_child_has_one_header(drops: list[Drop]) -> None:
    contract = contract_of("ssda903")
    for drop in of(drops, "ssda903"):
        headers = {row["CHILD"] for row in drop.tables["header"]}
        for table, rows in drop.tables.items():
            agreed = contract.table(table)
            keys = [tuple(row[agreed.by_name[column].source] for column in agreed.key) for row in rows]
            assert len(keys) == len(set(keys)), (drop.folder.name, table)
            assert {row["CHILD"] for row in rows} <= headers


def test_births_and_sexes_are_told_alike_in_every_table(drops: list[Drop]) -> None:
    for drop in of(drops, "ssda903"):
        header = {row["CHILD"]: row for row in drop.tables["header"]}
        for rows in drop.tables.values():
            for row in rows:
                for column in ("DOB", "SEX"):
                    assert row.get(column, header[row["CHILD"]][column]) == header[row["CHILD"]][column]


def test_episodes_follow_one_another_as_the_guide_wants(drops: list[Drop]) -> None:
    for drop in of(drops, "ssda903"):
        births = {row["CHILD"]: uk(row["DOB"]) for row in drop.tables["header"]}
        for child, rows in _by_child(drop.tables["episodes"]).items():
            birth = births[child]
            assert birth is not None
            rows.sort(key=lambda row: uk(row["DECOM"]) or date.max)
            for row in rows:
                start, end = uk(row["DECOM"]), uk(row["DEC"])
                assert start is not None
                assert birth <= start <= drop.end
                assert (row["DEC"] == "") == (row["REC"] == "")
                assert end is None or (start < end and drop.start <= end <= drop.end)
                assert start < reaches(birth, 18)
                assert (row["PLACE_PROVIDER"] == "PR0") == (row["PLACE"] == "P1")
            for now, after in pairwise(rows):
                if now["REC"] == "X1":
                    assert now["DEC"] == after["DECOM"]
                    placed = [row["PLACE"] for row in (now, after)]
                    moved = (now["PLACE"], now["URN"], now["PL_POST"]) != (
                        after["PLACE"],
                        after["URN"],
                        after["PL_POST"],
                    )
                    same_carer = now["PL_POST"] == after["PL_POST"]
                    relabelled = now["LS"] != after["LS"]
                    expected = {
                        (True, False, True): "L",
                        (False, True, True): "T",
                        (False, True, False): "P",
                        (True, True, True): "U",
                        (True, True, False): "B",
                    }[relabelled, moved, same_carer]
                    assert after["RNE"] == expected, (child, placed)
                    assert bool(now["REASON_PLACE_CHANGE"]) == moved
                else:
                    assert now["REC"]
                    assert after["RNE"] == "S"
                    assert (uk(now["DEC"]) or date.max) < (uk(after["DECOM"]) or date.min)


def test_a_period_begun_in_the_window_opens_with_s(drops: list[Drop]) -> None:
    for drop in of(drops, "ssda903"):
        for rows in _by_child(drop.tables["episodes"]).values():
            first = min(rows, key=lambda row: uk(row["DECOM"]) or date.max)
            assert first["RNE"] == "S" or (uk(first["DECOM"]) or date.max) <= drop.start


def test_reviews_and_times_missing_lie_within_care(drops: list[Drop]) -> None:
    for drop in of(drops, "ssda903"):
        spans: dict[str, list[tuple[date, date]]] = defaultdict(list)
        for row in drop.tables["episodes"]:
            start = uk(row["DECOM"])
            assert start is not None
            if row["LS"] not in ("V3", "V4"):
                spans[row["CHILD"]].append((start, uk(row["DEC"]) or drop.end))
        for row in drop.tables["reviews"]:
            if is_impossible(row["REVIEW"]):
                continue
            held, birth = uk(row["REVIEW"]), uk(row["DOB"])
            assert held is not None
            assert birth is not None
            assert drop.start <= held <= drop.end
            assert any(start < held <= end for start, end in spans[row["CHILD"]])
            under_four = held < reaches(birth, 4)
            assert (row["REVIEW_CODE"] == "PN0") == under_four
        for row in drop.tables.get("missing", []):
            start, end = uk(row["MIS_START"]), uk(row["MIS_END"])
            assert start is not None
            assert any(begun <= start <= (end or drop.end) <= ended for begun, ended in spans[row["CHILD"]])


def test_who_is_adopted_has_a_decision_a_match_and_a_placement_in_that_order(standard_drops: list[Drop]) -> None:
    adopted = 0
    for drop in of(standard_drops, "ssda903", final=True):
        episodes = _by_child(drop.tables["episodes"])
        decisions = {row["CHILD"]: row for row in drop.tables["placed_for_adoption"]}
        ended = {row["CHILD"]: row for row in drop.tables["episodes"] if row["REC"] in ("E11", "E12")}
        assert set(ended) == {row["CHILD"] for row in drop.tables["ad1"]}
        for row in drop.tables["ad1"]:
            adopted += 1
            decided, matched, ordered = uk(row["DATE_INT"]), uk(row["DATE_MATCH"]), uk(ended[row["CHILD"]]["DEC"])
            placed = [e for e in episodes[row["CHILD"]] if e["PLACE"] in ("A5", "A6")]
            assert placed
            first = min(uk(e["DECOM"]) or date.max for e in placed)
            assert decided is not None
            assert matched is not None
            assert ordered is not None
            assert decided <= matched <= first < ordered
            assert (row["FOSTER_CARE"] == "1") == (placed[-1]["PLACE"] == "A5")
            assert uk(decisions[row["CHILD"]]["DATE_PLACED"]) == decided
            assert decisions[row["CHILD"]]["DATE_PLACED_CEASED"] == ""
            assert all(e["LS"] == "E1" for e in placed)
    assert adopted > 15


def test_short_breaks_are_there_and_have_neither_reviews_nor_postcodes(standard_drops: list[Drop]) -> None:
    for drop in of(standard_drops, "ssda903", final=True):
        short = {row["CHILD"] for row in drop.tables["episodes"] if row["LS"] in ("V3", "V4")}
        assert {row["LS"] for row in drop.tables["episodes"]} >= {"V3", "V4"}
        assert not short & {row["CHILD"] for row in drop.tables["reviews"]}
        assert all(row["PL_POST"] == "" for row in drop.tables["episodes"] if row["CHILD"] in short)
        days = defaultdict(list)
        for row in drop.tables["episodes"]:
            if row["LS"] == "V3":
                start, end = uk(row["DECOM"]), uk(row["DEC"]) or drop.end
                assert start is not None
                assert (end - start).days <= 17
                days[row["CHILD"]].append((end - start).days)
        assert all(sum(lengths) <= 75 for lengths in days.values())


def test_outcomes_are_told_of_everyone_looked_after_all_year_once_a_year(drops: list[Drop]) -> None:
    for drop in of(drops, "ssda903"):
        assert ("oc2" in drop.tables) == drop.final
        if not drop.final:
            continue
        open_at_end = {
            row["CHILD"] for row in drop.tables["episodes"] if row["DEC"] == "" and row["LS"] not in ("V3", "V4")
        }
        begun = {
            row["CHILD"]
            for row in drop.tables["episodes"]
            if row["RNE"] == "S" and (uk(row["DECOM"]) or date.max) > drop.start
        }
        assert {row["CHILD"] for row in drop.tables["oc2"]} == open_at_end - begun
        assert not {row["CHILD"] for row in drop.tables["oc2"]} & {row["CHILD"] for row in drop.tables["oc3"]}


def test_a_return_holds_every_table_of_its_year_and_the_last_one_has_something_to_tell_in_each(
    standard_drops: list[Drop],
) -> None:
    finals = of(standard_drops, "ssda903", final=True)
    for drop in finals:
        # No return asked who had gone missing before that of 2014/15: no file, which is not a nil return.
        asked_for = set(ssda903_layout.COLUMNS) - ({"missing"} if drop.end < date(2015, 3, 31) else set())
        assert set(drop.tables) == asked_for
    assert {table for table, rows in finals[-1].tables.items() if rows} == set(ssda903_layout.COLUMNS)


# ------------------------------------------------------------------------------------------------------ contacts


def test_contacts_lie_in_their_month_and_are_decided_after_they_came(drops: list[Drop]) -> None:
    for drop in of(drops, "contacts"):
        refs = [row["contact_ref"] for row in drop.tables["contacts"]]
        assert len(refs) == len(set(refs))
        for row in drop.tables["contacts"]:
            if is_impossible(row["contact_at"]):
                continue
            at = datetime.fromisoformat(row["contact_at"])
            assert drop.start <= at.date() <= drop.end
            assert row["decision_at"] == "" or datetime.fromisoformat(row["decision_at"]) > at
            assert (row["linked_referral_date"] != "") == (row["outcome"] == "REFERRAL")
            assert -1 <= int(row["age"]) < 18


def test_every_referral_of_a_month_has_its_contact(standard_drops: list[Drop]) -> None:
    census = next(drop for drop in of(standard_drops, "cin_census", final=True) if drop.end == date(2016, 3, 31))
    month = next(drop for drop in of(standard_drops, "contacts") if drop.start == date(2015, 6, 1))
    referred = {
        (child.findtext("ChildIdentifiers/LAchildID"), case.findtext("CINreferralDate"))
        for child in _children(census)
        for case in child.findall("CINdetails")
        if "2015-06-02" <= (case.findtext("CINreferralDate") or "") <= "2015-06-30"
    }
    told = {(row["lcs_id"], row["linked_referral_date"]) for row in month.tables["contacts"]}
    assert len(referred) > 100
    assert referred <= told


# ------------------------------------------------------------------------------------------------------ the replay


def test_every_year_has_its_signed_off_returns_and_the_last_two_their_months(standard_drops: list[Drop]) -> None:
    for feed, of_the_last_year in (("ssda903", 11), ("cin_census", 12)):
        assert [drop.end for drop in of(standard_drops, feed, final=True)] == [
            date(y, 3, 31) for y in range(2012, 2018)
        ]
        assert [drop.start for drop in of(standard_drops, feed, final=False)] == [
            *[date(2015, 4, 1)] * 12, *[date(2016, 4, 1)] * of_the_last_year, *[date(2017, 4, 1)] * 5,
        ]  # fmt: skip


def test_one_month_of_looked_after_children_was_never_sent(standard_drops: list[Drop]) -> None:
    ends = [drop.end for drop in of(standard_drops, "ssda903", final=False)]
    months = [drop.end for drop in of(standard_drops, "cin_census", final=False)]
    assert set(months) - set(ends) == {date(2016, 10, 31)}


@pytest.mark.parametrize(
    ("faults", "gone"),
    [
        ({"forgotten-return"}, {"forgotten-contacts", "late-contacts", "contacts-sent-again", "impossible-dates"}),
        (set(), set(sample_module.FAULTS)),
    ],
    ids=["one", "none"],
)
def test_faults_are_there_only_where_they_are_named(tmp_path: Path, faults: set[str], gone: set[str]) -> None:
    summary = write_sample(tmp_path, scale=0.05, faults=frozenset(faults))
    drops = read_drops(tmp_path)
    found = {
        "forgotten-return": len(of(drops, "ssda903", final=False)) < 29,
        "forgotten-contacts": date(2015, 12, 1) not in {drop.start for drop in of(drops, "contacts")},
        "contacts-sent-again": len(of(drops, "contacts")) > len({drop.start for drop in of(drops, "contacts")}),
        "late-contacts": any(
            (drop.envelope["received_at"].date() - drop.end).days > 30 for drop in of(drops, "contacts")
        ),
        "impossible-dates": any(
            is_impossible(cell)
            for drop in drops
            for rows in drop.tables.values()
            for row in rows
            for cell in row.values()
        ),
        "late-records": summary.reality.late_plans > 0,
        "amended-records": summary.reality.amended_plan_ends > 0,
        "withdrawn-records": summary.reality.withdrawn != (),
    }
    assert found == {name: name in faults for name in sample_module.FAULTS}
    assert gone.isdisjoint({name for name, is_there in found.items() if is_there})


def test_one_month_of_contacts_was_never_sent_and_another_came_late(standard_drops: list[Drop]) -> None:
    sent = of(standard_drops, "contacts")
    months = {date(2011 + (m + 3) // 12, (m + 3) % 12 + 1, 1) for m in range(77)}
    assert months - {drop.start for drop in sent} == {date(2015, 12, 1)}
    waits = {drop.start: (drop.envelope["received_at"].date() - drop.end).days for drop in reversed(sent)}
    late = [start for start, wait in waits.items() if wait > 30]
    assert late == [date(2016, 11, 1)]


def test_one_month_of_contacts_was_sent_again_cut_short_and_then_as_it_was(standard_drops: list[Drop]) -> None:
    again = [drop for drop in of(standard_drops, "contacts") if drop.start == date(2016, 7, 1)]
    contents = [(drop.folder / "contacts.csv").read_bytes() for drop in again]
    assert len(contents) == 3
    assert contents[0] == contents[2] != contents[1]
    assert len(again[1].tables["contacts"]) < len(again[0].tables["contacts"])


def test_a_nil_return_of_adoptions_has_a_heading_and_no_rows(drops: list[Drop]) -> None:
    nil = [drop for drop in drops if drop.feed == "ssda903" and set(drop.tables) == {"ad1"}]
    assert len(nil) == 1
    assert nil[0].tables["ad1"] == []
    assert nil[0].envelope["rows"] == 0


def test_each_feed_has_one_impossible_date(drops: list[Drop]) -> None:
    faults: Counter[str] = Counter()
    for drop in drops:
        cells = [cell for rows in drop.tables.values() for row in rows for cell in row.values()]
        cells += [element.text or "" for child in _children(drop) for element in child.iter()]
        faults[drop.feed] += sum(is_impossible(cell) for cell in cells)
    assert faults == {"ssda903": 1, "cin_census": 1, "contacts": 1}


def _case_keys(drop: Drop) -> set[tuple[str | None, str | None]]:
    return {
        (child.findtext("ChildIdentifiers/LAchildID"), case.findtext("CINreferralDate"))
        for child in _children(drop)
        for case in child.findall("CINdetails")
    }


def _plans(drop: Drop) -> dict[tuple[str | None, str | None], tuple[str | None, str | None]]:
    return {
        (child.findtext("ChildIdentifiers/LAchildID"), plan.findtext("CPPstartDate")): (
            plan.findtext("CPPendDate"),
            plan.findtext("InitialCategoryOfAbuse"),
        )
        for child in _children(drop)
        for plan in child.findall("CINdetails/ChildProtectionPlans")
    }


def _last_years_months(drops: list[Drop], feed: str) -> list[Drop]:
    """The returns of the last year in the order in which they came, the signed-off one at the end."""
    return [drop for drop in of(drops, feed) if drop.start == date(2016, 4, 1)]


def test_a_case_and_a_period_of_care_are_in_one_return_and_absent_from_every_later_one(drops: list[Drop]) -> None:
    cases = [_case_keys(drop) for drop in _last_years_months(drops, "cin_census")]
    withdrawn = {key for before, after in pairwise(cases) for key in before - after}
    assert len(withdrawn) == 1
    assert sum(withdrawn <= found for found in cases) == 1
    episodes = [
        {(row["CHILD"], row["DECOM"]) for row in drop.tables["episodes"]}
        for drop in _last_years_months(drops, "ssda903")
    ]
    withdrawn = {key for before, after in pairwise(episodes) for key in before - after}
    assert len(withdrawn) == 1
    assert sum(withdrawn <= found for found in episodes) == 1


def test_some_plans_first_appear_one_or_two_returns_late(standard_drops: list[Drop]) -> None:
    months = _last_years_months(standard_drops, "cin_census")
    late = []
    seen: set[tuple[str | None, str | None]] = set()
    for position, drop in enumerate(months):
        for key in set(_plans(drop)) - seen:
            could = next(i for i, month in enumerate(months) if str(month.end) >= (key[1] or ""))
            late.append(position - could)
            seen.add(key)
    # The signed-off return comes after the return of March, for the same window.
    assert {wait for wait in late if wait} <= {1, 2, 3}
    assert sum(wait in (1, 2) for wait in late) >= 5


def test_some_plans_have_an_end_or_a_category_amended(standard_drops: list[Drop]) -> None:
    months = [_plans(drop) for drop in _last_years_months(standard_drops, "cin_census")]
    ends, categories = set(), set()
    for before, after in pairwise(months):
        for key in before.keys() & after.keys():
            if before[key][0] and before[key][0] != after[key][0]:
                ends.add(key)
            if before[key][1] != after[key][1]:
                categories.add(key)
    assert len(ends) >= 3
    assert len(categories) >= 3


def test_some_episodes_of_care_are_known_late_and_some_ends_amended(standard_drops: list[Drop]) -> None:
    months = _last_years_months(standard_drops, "ssda903")
    known: dict[tuple[str, str], set[str]] = defaultdict(set)
    late = 0
    for position, drop in enumerate(months):
        for row in drop.tables["episodes"]:
            key = row["CHILD"], row["DECOM"]
            if key not in known and position and (uk(row["DECOM"]) or date.max) <= months[position - 1].end < drop.end:
                late += 1
            known[key].add(row["DEC"])
    assert late >= 3
    assert sum(len(ends - {""}) > 1 for ends in known.values()) >= 2


def test_the_signed_off_return_holds_everything_that_the_monthly_ones_still_held(drops: list[Drop]) -> None:
    *monthly, final = _last_years_months(drops, "cin_census")
    assert _case_keys(monthly[-1]) <= _case_keys(final)
    assert set(_plans(monthly[-1])) <= set(_plans(final))


def test_only_the_faults_put_in_on_purpose_are_quarantined(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, now_override=datetime(2017, 9, 25))
    write_sample(settings.landing, scale=SMALL)
    registered = register_new(settings, CONTRACTS, replay=True, progress=None)
    with connect(settings.warehouse) as con:
        migrate(con)
        create_raw_tables(con, CONTRACTS)
        events = list(pending(con, settings))
        outcomes = [
            load_submission(con, settings, CONTRACTS[f"{event.supplier}/{event.feed}"], event) for event in events
        ]
        quarantined = con.execute(
            "select feed, table_name, rule_code from quarantine.quarantined_rows order by feed"
        ).fetchall()
        warnings = con.execute("select count(*) from quarantine.row_warnings").fetchone()
    assert len(outcomes) == len(registered) > 70
    assert {(outcome.status, outcome.is_synthetic, outcome.envelope_inferred) for outcome in outcomes} == {
        ("accepted", True, False)
    }
    nil = [event.feed for event, outcome in zip(events, outcomes, strict=True) if outcome.is_nil_return]
    assert nil.count("ssda903") == 1
    assert [note for outcome in outcomes for note in outcome.notes] == []
    assert quarantined == [
        ("cin_census", "assessments", "not_a_date"),
        ("contacts", "contacts", "not_a_time"),
        ("ssda903", "reviews", "not_a_date"),
    ]
    assert warnings == (0,)


# ------------------------------------------------------------------------------------------------------ the size


def people_of(seed: int, scale: float = 1.0) -> Population:
    first_day, last_day = date(2011, 4, 1), date(2017, 8, 31)
    return populate(seed, Register(stream(seed, "children")), first_day, last_day, Quotas(scale), "811")


@pytest.fixture(scope="module", params=SEEDS)
def world(request: pytest.FixtureRequest) -> Population:
    return people_of(request.param)


def test_whatever_the_seed_every_published_count_is_met(world: Population) -> None:
    """Counted in the journeys by a reckoning of its own, which knows neither the fit nor the warehouse."""
    found = {year: counts(world, year) for year in range(2013, 2018)}
    wanted = [fact for fact in facts() if fact.unit == "count"]
    differences = [
        (fact.fact, fact.year_ending, int(fact.value), said)
        for fact in wanted
        if (said := found[fact.year_ending].get(fact.fact, 0)) != fact.value
    ]
    assert differences == []
    assert len(wanted) > 130


def test_at_half_the_size_the_counts_are_half_as_large() -> None:
    """To two: parts that are rounded each for itself need not make a rounded whole."""
    half, quotas = people_of(2017, 0.5), Quotas(0.5)
    found = {year: counts(half, year) for year in range(2013, 2018)}
    differences = [
        (fact.fact, fact.year_ending, wanted, said)
        for fact in facts()
        if fact.unit == "count"
        if (wanted := quotas.get(fact.fact, fact.year_ending)) is not None
        if abs(wanted - (said := found[fact.year_ending].get(fact.fact, 0))) > 2
    ]
    assert differences == []


def test_a_child_with_two_plans_here_is_told_so_in_the_second(world: Population) -> None:
    plans: dict[str, list[Plan]] = defaultdict(list)
    for referral in world.referrals:
        plans[referral.child.ref] += referral.plans
    again = [sorted(found, key=lambda plan: plan.started_on) for found in plans.values() if len(found) > 1]
    assert len(again) >= 5
    for first, second in (found[:2] for found in again):
        assert second.previous_plans == first.previous_plans + 1
        assert first.ended_on is not None
        assert first.ended_on < second.started_on


def test_cases_close_after_all_that_happened_in_them_and_before_the_childs_next(world: Population) -> None:
    by_child: dict[str, list[Referral]] = defaultdict(list)
    for referral in world.referrals:
        by_child[referral.child.ref].append(referral)
        if referral.no_further_action:
            continue
        happened = [referral.referred_on, *(enquiry.decided_on for enquiry in referral.enquiries)]
        happened += [plan.ended_on for plan in referral.plans if plan.ended_on]
        happened += [period.ended_on for period in referral.care if period.ended_on]
        happened += [assessment.authorised_on for assessment in referral.assessments]
        assert referral.closed_on is not None
        assert max(happened) <= referral.closed_on <= reaches(referral.child.dob, 18)
    for referrals in by_child.values():
        referrals.sort(key=lambda referral: referral.referred_on)
        for before, after in pairwise(referrals):
            assert (before.closed_on or before.referred_on) < after.referred_on


def test_a_quota_of_a_year_without_one_is_that_of_the_nearest_year_and_counts_follow_the_scale() -> None:
    published = [
        Fact(
            "referrals", year, Decimal(count), "count", "S05", "financial_year", "denominator", "total", "total", "", ""
        )
        for year, count in ((2013, 100), (2016, 300))
    ]
    quotas = Quotas(0.5, published)
    assert [quotas.near("referrals", year) for year in (2011, 2014, 2015, 2020)] == [50, 50, 150, 150]
    assert quotas.get("referrals", 2013) == 50
    assert quotas.get("referrals", 2014) is None
    assert quotas.years("referrals") == [2013, 2016]
    assert quotas.years("referrals", "re_referrals") == []


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2016, 3, 31), -3, date(2015, 12, 31)),
        (date(2016, 3, 31), -6, date(2015, 9, 30)),
        (date(2016, 3, 31), -1, date(2016, 2, 29)),
        (date(2015, 11, 30), 3, date(2016, 2, 29)),
        (date(2016, 2, 29), -12, date(2015, 2, 28)),
    ],
    ids=["same day", "shorter month", "leap year", "forward", "no leap day"],
)
def test_months_end_on_the_last_day_that_a_month_has(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_every_fact_names_its_source_and_each_year_has_it_once() -> None:
    assert all(fact.source and fact.indicator_code for fact in facts())
    assert len({(fact.fact, fact.year_ending) for fact in facts()}) == len(facts())
    assert {fact.unit for fact in facts()} == {"count", "percent", "rate"}


# ------------------------------------------------------------------------------------------------------ refusals


def test_a_landing_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "return.csv").write_text("real")
    with pytest.raises(SampleError, match=r"already holds 'return\.csv'.*must never mix"):
        write_sample(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["return.csv"]


def test_a_hidden_file_does_not_count_as_something(tmp_path: Path) -> None:
    (tmp_path / ".gitkeep").touch()
    assert write_sample(tmp_path, scale=0.02).drops > 60


def test_a_sample_that_was_broken_off_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sample_module, "_put_in_place", break_off)
        with pytest.raises(KeyboardInterrupt):
            write_sample(tmp_path / "one", scale=0.02)
    assert not holds_something(tmp_path / "one")
    write_sample(tmp_path / "one", scale=0.02)
    write_sample(tmp_path / "two", scale=0.02)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_a_filled_landing_folder_is_written_to_when_told_so(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("ours")
    assert write_sample(tmp_path, scale=0.02, even_if_filled=True).drops > 60


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"first_year": 2017, "last_year": 2015}, "found 2017 and 2015"),
        ({"last_year": 2030}, "years in order from 2012 to 2018"),
        ({"scale": 0.0}, "--scale: found 0.0"),
        ({"monthly_from": 2011}, "--monthly-from: found 2011, expected a year from 2012 to 2017"),
        ({"authority_count": 154}, "--authorities: found 154, expected 1 to 153"),
        ({"faults": frozenset({"gremlins"})}, "--faults: found gremlins, expected none, usual, or names out of late-"),
        ({"months_since": 12}, "months_since: found 12"),
        ({"area_code": "E12000003"}, "--area: found 'E12000003'"),
    ],
    ids=[
        "years reversed",
        "year of another layout",
        "no children",
        "months of no year",
        "more authorities than England had",
        "unknown fault",
        "too many months",
        "a region",
    ],
)
def test_an_argument_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(SampleError, match=message):
        write_sample(tmp_path / "landing", **arguments)


def test_invented_authorities_stand_beside_the_first_which_stays_as_it_is(tmp_path: Path) -> None:
    write_sample(tmp_path / "one", scale=0.05)
    write_sample(tmp_path / "three", scale=0.05, authority_count=3)
    alone, beside = hashes(tmp_path / "one"), hashes(tmp_path / "three")
    # Of the first authority's own only the manifest says that others are there.
    assert {name for name in alone if alone[name] != beside[name]} == {"sample.yml"}
    manifest = yaml.safe_load((tmp_path / "three" / "sample.yml").read_text())
    assert set(manifest["invented_authorities"]) == {"LA001", "LA002"}
    assert all(name.endswith("(invented)") for name in manifest["invented_authorities"].values())
    areas = Counter(drop.envelope["area_code"] for drop in read_drops(tmp_path / "three"))
    assert set(areas) == {"E06000011", "LA001", "LA002"}
    with (PROJECT_ROOT / "seeds" / "areas.csv").open(encoding="utf-8") as lines:
        numbers = {row["la_code"] for row in csv.DictReader(lines)}
    invented = authorities(1, "E06000011", "811", 1.0, MOST)
    assert {one.la_code for one in invented if one.is_invented} & numbers == set()


def test_every_invented_authority_has_a_name_of_its_own() -> None:
    names = [one.name for one in authorities(1, "E06000011", "811", 1.0, MOST) if one.is_invented]
    assert len(set(names)) == len(names) == MOST - 1


def test_another_authority_and_one_year_alone_can_be_written(tmp_path: Path) -> None:
    write_sample(tmp_path, area_code="E08000035", first_year=2016, last_year=2016, scale=0.05, months_since=0)
    drops = read_drops(tmp_path)
    assert {drop.envelope["area_code"] for drop in drops} == {"E08000035"}
    assert {drop.folder.name.split("_")[1] for drop in drops} == {"383"}
    assert len(of(drops, "cin_census")) == 13


# ------------------------------------------------------------------------------------------------------ the command


def test_the_command_writes_the_sample_and_says_what_it_wrote(tmp_path: Path) -> None:
    result = CliRunner().invoke(sample_command, ["--into", str(tmp_path / "landing"), "--scale", "0.05"])
    assert result.exit_code == 0, result.output
    assert "invented children" in result.output
    assert "clock stands at 25 September 2017" in result.output
    assert (tmp_path / "landing" / "sample.yml").is_file()


def test_the_command_refuses_a_filled_folder_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "return.csv").write_text("real")
    result = CliRunner().invoke(sample_command, ["--into", str(tmp_path)])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert result.output.count("\n") == 1


def test_the_command_is_content_with_a_filled_folder_when_told_so(tmp_path: Path) -> None:
    (tmp_path / "return.csv").write_text("real")
    result = CliRunner().invoke(sample_command, ["--into", str(tmp_path), "--if-empty"])
    assert result.exit_code == 0
    assert "no sample was written" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["return.csv"]


def test_the_command_writes_into_the_home_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_HOME", str(tmp_path))
    result = CliRunner().invoke(sample_command, ["--scale", "0.02"])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "landing" / SUPPLIER / "contacts").is_dir()


def test_help_names_every_option() -> None:
    result = CliRunner().invoke(sample_command, ["--help"])
    options = {option for parameter in sample_command.params for option in parameter.opts}
    assert options >= {"--seed", "--area", "--first-year", "--monthly-from", "--scale", "--faults", "--into"}
    for option in options | set(sample_module.FAULTS):
        assert option in result.output


# ------------------------------------------------------------------------------------------------------ working days


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2016, ["01-01", "03-25", "03-28", "05-02", "05-30", "08-29", "12-26", "12-27"]),
        (2015, ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]),
        (2011, ["01-03", "04-22", "04-25", "05-02", "05-30", "08-29", "12-26", "12-27"]),
    ],
    ids=["2016", "2015: Boxing Day on a Saturday", "2011: New Year on a Saturday, Christmas on a Sunday"],
)
def test_bank_holidays_are_those_of_the_calendar(year: int, days: list[str]) -> None:
    assert sorted(f"{day:%m-%d}" for day in bank_holidays(year)) == days


def test_working_days_leap_over_easter() -> None:
    assert add_working_days(date(2016, 3, 24), 1) == date(2016, 3, 29)
    assert add_working_days(date(2016, 3, 26), 0) == date(2016, 3, 29)
    assert not is_working_day(date(2016, 3, 25))


def test_the_replay_is_in_the_order_in_which_drops_came() -> None:
    came = [drop.received_at for drop in sample_module.replay(2015, 2017)]
    assert came == sorted(came)
