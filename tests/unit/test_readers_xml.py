"""The two returns in XML: nesting, inherited columns, what is unknown, and what an attacker may try."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.readers.model import ReadError
from orchestration.ingest.readers.opening import Reading, open_submission
from orchestration.settings import PROJECT_ROOT

CONTRACTS = load_contracts(PROJECT_ROOT / "sources")
CIN = CONTRACTS["childrens_social_care/cin_census"]
SSDA903 = CONTRACTS["childrens_social_care/ssda903"]

HEADER = (
    "<Header><CollectionDetails><Collection>CIN</Collection><Year>2017</Year><ReferenceDate>2017-03-31</ReferenceDate>"
    "</CollectionDetails><Source><LEA>811</LEA><DateTime>2017-05-01T10:00:00</DateTime></Source></Header>"
)


def child(identifier: str, *details: str, more: str = "") -> str:
    own = f"<ChildIdentifiers><LAchildID>{identifier}</LAchildID></ChildIdentifiers>"
    return f"<Child>{own}{more}{''.join(details)}</Child>"


def details(referred: str, inner: str = "") -> str:
    return f"<CINdetails><CINreferralDate>{referred}</CINreferralDate>{inner}<ReferralNFA>0</ReferralNFA></CINdetails>"


def message(*children: str, header: str = HEADER) -> str:
    return f"<Message>{header}<Children>{''.join(children)}</Children></Message>"


def opened(tmp_path: Path, xml: str | bytes, contract: str = "cin_census") -> Reading:
    path = tmp_path / "stored"
    path.write_bytes(xml if isinstance(xml, bytes) else xml.encode())
    return open_submission(path, "census.xml", CONTRACTS[f"childrens_social_care/{contract}"])


def tables(reading: Reading) -> dict[str, list[dict[str, object]]]:
    """By table its rows: number, parent (where nested) and the columns that have a value."""
    found: dict[str, list[dict[str, object]]] = {}
    for part, batch in reading.batches():
        columns = part.match.columns if part.match else part.header
        for at, row in enumerate(batch.rows):
            cells = {name: text for name, text in zip(columns, row, strict=True) if text is not None and name}
            parent = {"parent": batch.parent_row_numbers[at]} if batch.parent_row_numbers else {}
            found.setdefault(part.table_name, []).append({"number": batch.row_numbers[at], **parent, **cells})
    return found


def test_nested_rows_carry_their_parent_and_what_they_inherit(tmp_path: Path) -> None:
    plan = (
        "<ChildProtectionPlans><CPPstartDate>2016-06-01</CPPstartDate><Reviews><CPPreviewDate>2016-08-01</CPPreviewDate>"
        "<CPPreviewDate>2016-12-01</CPPreviewDate></Reviews></ChildProtectionPlans>"
    )
    found = tables(
        opened(tmp_path, message(child("A", details("2016-05-01")), child("B", details("2016-06-01", plan))))
    )
    assert found["cin_details"][1] == {
        "number": 2,
        "parent": 2,
        "la_child_id": "B",
        "cin_referral_date": "2016-06-01",
        "referral_nfa": "0",
    }
    assert found["child_protection_plans"] == [
        {
            "number": 1,
            "parent": 2,
            "la_child_id": "B",
            "cin_referral_date": "2016-06-01",
            "cpp_start_date": "2016-06-01",
        }
    ]
    assert found["cpp_reviews"] == [
        {"number": 1, "parent": 1, "la_child_id": "B", "cpp_start_date": "2016-06-01", "cpp_review_date": "2016-08-01"},
        {"number": 2, "parent": 1, "la_child_id": "B", "cpp_start_date": "2016-06-01", "cpp_review_date": "2016-12-01"},
    ]


def test_what_is_inherited_may_stand_after_the_nested_element(tmp_path: Path) -> None:
    late = "<CINdetails><Assessments/><Section47><S47ActualStartDate>2016-05-02</S47ActualStartDate></Section47>"
    found = tables(
        opened(tmp_path, message(child("A", late + "<CINreferralDate>2016-05-01</CINreferralDate></CINdetails>")))
    )
    assert found["section47"][0]["cin_referral_date"] == "2016-05-01"
    assert "assessments" not in found


def test_every_table_of_the_census_is_held_even_without_rows(tmp_path: Path) -> None:
    reading = opened(tmp_path, message(child("A")))
    assert {part.table_name for part in reading.parts} == {table.name for table in CIN.own_tables}


def test_the_header_states_authority_reference_date_and_date_of_export(tmp_path: Path) -> None:
    assert opened(tmp_path, message(child("A"))).envelopes == [
        (
            "census.xml",
            {"year": "2017", "reference_date": "2017-03-31", "la_code": "811", "data_as_at": "2017-05-01T10:00:00"},
        )
    ]


def test_a_namespace_comments_and_instructions_do_not_matter(tmp_path: Path) -> None:
    xml = message(child("A", details("2016-05-01", "<!-- x --><?y z?>")))
    found = tables(opened(tmp_path, xml.replace("<Message>", '<?xml version="1.0"?><Message xmlns="urn:x">')))
    assert found["cin_details"][0]["la_child_id"] == "A"


def test_gender_and_sex_are_one_column_and_both_at_once_are_no_fault(tmp_path: Path) -> None:
    both = "<ChildIdentifiers><GenderCurrent>1</GenderCurrent><Sex>M</Sex></ChildIdentifiers>"
    reading = opened(tmp_path, message(child("A", more=both)))
    assert tables(reading)["children"][0]["gender_current"] == "1"
    assert [fault for _, batch in reading.batches() for fault in batch.faults] == []


def test_a_field_that_stands_twice_in_a_record_is_a_fault_of_that_record(tmp_path: Path) -> None:
    twice = details(
        "2016-05-01", "<CINclosureDate>2016-06-01</CINclosureDate><CINclosureDate>2016-07-01</CINclosureDate>"
    )
    reading = opened(tmp_path, message(child("A", details("2016-04-05"), twice)))
    faults = [
        (part.table_name, batch.row_numbers[at], fault.found)
        for part, batch in reading.batches()
        for at, fault in batch.faults.items()
    ]
    assert faults == [("cin_details", 2, "element CINclosureDate twice")]


def test_an_unknown_record_is_kept_as_a_row_and_an_unknown_field_is_told(tmp_path: Path) -> None:
    new = "<NewModule><Start>2016-05-02</Start><Kind>X</Kind></NewModule><Colour>red</Colour><Blank/>"
    reading = opened(tmp_path, message(child("A", details("2016-05-01", new))))
    assert tables(reading)["NewModule"] == [{"number": 1, "elements": "Start=2016-05-02; Kind=X"}]
    assert reading.unknown_headings() == [("census.xml", ("'Colour'",))]


def test_ordinals_go_on_over_the_files_of_a_submission_and_begin_again_at_each_reading(tmp_path: Path) -> None:
    for name in ("1.xml", "2.xml"):
        (tmp_path / name).write_text(message(child(name, details("2016-05-01"))))
    reading = open_submission(tmp_path, "folder", CIN)
    for _ in range(2):
        assert [(row["number"], row["parent"]) for row in tables(reading)["cin_details"]] == [(1, 1), (2, 2)]


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE Message [<!ENTITY a "x">]>',
        '<!DOCTYPE Message SYSTEM "file:///etc/passwd">',
        '<?xml version="1.0"?>\n<!-- c -->\n<!doctype Message>',
    ],
    ids=["entity", "external", "lower case"],
)
def test_a_document_type_is_refused(tmp_path: Path, prolog: str) -> None:
    (error,) = opened(tmp_path, prolog + message(child("&a;" if "ENTITY" in prolog else "A"))).errors
    assert "document type declaration" in error


def test_a_document_type_behind_a_very_long_comment_still_expands_nothing(tmp_path: Path) -> None:
    prolog = f"<!--{' ' * 100_000}--><!DOCTYPE Message [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
    reading = opened(tmp_path, prolog + message(child("A&a;")))
    assert reading.errors != [] or tables(reading)["children"][0].get("la_child_id") == "A"


def test_xml_that_breaks_off_names_the_line_after_what_could_be_read(tmp_path: Path) -> None:
    whole = message(child("A", details("2016-05-01")), "\n", child("B"))
    reading = opened(tmp_path, whole[: whole.index("B</LAchildID>")])
    seen: list[str] = []
    with pytest.raises(ReadError, match=r"^census\.xml, line 2: the XML breaks off"):
        for part, batch in reading.batches():
            seen += [part.table_name] * len(batch.rows)
    assert sorted(seen) == ["children", "cin_details"]


@pytest.mark.parametrize(
    ("xml", "contract", "says"),
    [
        ("<Other/>", "cin_census", "begins with Other, expected the census"),
        ("<EXPSSDA903/>", "cin_census", "begins with EXPSSDA903"),
        (message(), "ssda903", "begins with Message, expected the return"),
        (message(), "contacts", "expected a CSV or workbook"),
        ("CHILD,DOB\n1,2\n", "cin_census", "is a text file, expected the XML"),
        ("<Message", "cin_census", "breaks off or is not well formed"),
    ],
)
def test_what_belongs_to_another_feed_is_refused(tmp_path: Path, xml: str, contract: str, says: str) -> None:
    (error,) = opened(tmp_path, xml, contract).errors
    assert says in error


def test_memory_stays_flat_however_many_children_there_are(tmp_path: Path) -> None:
    path = tmp_path / "big.xml"
    one = child(
        "A" * 20,
        details(
            "2016-05-01", "<Assessments><AssessmentActualStartDate>2016-05-02</AssessmentActualStartDate></Assessments>"
        ),
    )
    with path.open("w") as stream:
        stream.write(f"<Message>{HEADER}<Children>")
        for _ in range(60):
            stream.write(one * 1000)
        stream.write("</Children></Message>")
    assert path.stat().st_size > 15_000_000
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from orchestration.ingest.contracts import load_contracts\n"
        "from orchestration.ingest.readers.opening import open_submission\n"
        "contract = load_contracts(Path(sys.argv[2]))['childrens_social_care/cin_census']\n"
        "used = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "before = used()\n"
        "rows = sum(len(b.rows) for _, b in open_submission(Path(sys.argv[1]), 'big.xml', contract).batches())\n"
        "print(rows, used() - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(PROJECT_ROOT / "sources")],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT_ROOT,
    )
    rows, grown = done.stdout.split()
    assert int(rows) == 180_000
    assert float(grown) < 40


SAMPLES = [
    "CIN2rows.xml",
    "CIN_Census_2021.xml",
    "CIN_Census_2021_copy.xml",
    "CIN_Census_2021_no_assessment_factors.xml",
    "CIN_Census_2024.xml",
    "CIN_Census_2026.xml",
    "CIN_header_issues_100.xml",
    "CIN_la_issues_2887Q.xml",
    "fake_CIN_data.xml",
]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_record_of_a_sample_census_is_given_and_none_is_unknown(shared: Path, name: str) -> None:
    path = shared / "data" / "extracts" / "cin_census" / name
    document = etree.parse(str(path))
    expected = {}
    for table in CIN.tables:
        where = "//Child" if table.element == "." else f"//Child/{table.element}"
        count = len([e for e in document.xpath(where) if len(e) or (e.text or "").strip()])
        if count:
            expected[table.name] = count
    found = {table: len(rows) for table, rows in tables(open_submission(path, name, CIN)).items()}
    assert found == expected


def test_the_folder_of_sample_names_is_complete(shared: Path) -> None:
    assert sorted(p.name for p in (shared / "data" / "extracts" / "cin_census").iterdir()) == sorted(SAMPLES)


SSDA903_XML = """<?xml version='1.0' encoding='us-ascii'?>
<EXPSSDA903><CHILD><HEADER><CHILDID>11</CHILDID><UPN>U1</UPN><SEX>1</SEX><DOB>02/03/2013</DOB><ETHNIC>BOTH</ETHNIC>
<UASC>1</UASC><DUC>15/12/2019</DUC>
<AREVIEW><REVIEW>28/01/2016</REVIEW><REVIEW_CODE>PN3</REVIEW_CODE></AREVIEW>
<AREVIEW><REVIEW>14/04/2016</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW><MOTHER /><MC_DOB />
<OC2><SDQ_REASON>SDQ5</SDQ_REASON><CONVICTED>0</CONVICTED><HEALTH_ASSESSMENT>1</HEALTH_ASSESSMENT></OC2></HEADER>
<EPISODE><DECOM>11/11/2016</DECOM><RNE>L</RNE><LS>V3</LS><CIN>N1</CIN><PL>A3</PL><PL_POST>D4 8NF</PL_POST>
<HOME_POST>E22 4DI</HOME_POST><URN>15</URN><DEC /><REC>E7</REC></EPISODE></CHILD>
<CHILD><HEADER><CHILDID>12</CHILDID><UPN>U2</UPN><SEX>2</SEX><DOB>02/03/2012</DOB><ETHNIC>BOTH</ETHNIC><UASC />
<SHOE>7</SHOE><CLUB><NAME>X</NAME><SINCE>Y</SINCE></CLUB></HEADER></CHILD></EXPSSDA903>"""


def test_the_903_as_one_xml_document_becomes_the_tables_of_the_return(tmp_path: Path) -> None:
    reading = opened(tmp_path, SSDA903_XML, "ssda903")
    found = tables(reading)
    assert found["header"][0] == {
        "number": 1, "child": "11", "sex": "1", "dob": "02/03/2013", "ethnic": "BOTH", "upn": "U1",
    }  # fmt: skip
    assert [row["child"] for row in found["header"]] == ["11", "12"]
    assert found["reviews"][1] == {
        "number": 2, "child": "11", "dob": "02/03/2013", "review": "14/04/2016", "review_code": "PN1",
    }  # fmt: skip
    assert found["episodes"] == [
        {
            "number": 1, "child": "11", "decom": "11/11/2016", "rne": "L", "ls": "V3", "cin": "N1", "place": "A3",
            "rec": "E7", "urn": "15",
        }
    ]  # fmt: skip
    assert found["uasc"] == [
        {"number": 1, "child": "11", "sex": "1", "dob": "02/03/2013", "duc": "15/12/2019"},
    ]
    assert found["oc2"][0]["health_assessment"] == "1"
    assert found["CLUB"] == [{"number": 1, "elements": "name=X; since=Y"}]
    assert reading.unknown_headings() == [("census.xml", ("'shoe'",))]
    assert {part.table_name for part in reading.parts} == {"header", "episodes", "reviews", "uasc", "oc2", "CLUB"}


def test_no_full_postcode_of_the_xml_variant_is_read(tmp_path: Path) -> None:
    text = repr(tables(opened(tmp_path, SSDA903_XML, "ssda903")))
    assert re.search(r"D4 8NF|E22 4DI", text) is None
