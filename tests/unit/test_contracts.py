"""Contracts: what a faulty one says, what the three that stand say, and how codes follow the return year."""

from __future__ import annotations

import copy
import csv
import os
import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from orchestration.ingest.contracts import Column, Contract, ContractError, Table, load_contract, load_contracts
from orchestration.ingest.contracts import return_year as year_of
from orchestration.settings import PROJECT_ROOT

SOURCES = PROJECT_ROOT / "sources"
CONTRACTS = load_contracts(SOURCES)
SSDA903 = CONTRACTS["childrens_social_care/ssda903"]
CIN_CENSUS = CONTRACTS["childrens_social_care/cin_census"]
CONTACTS = CONTRACTS["childrens_social_care/contacts"]
MISSING_EPISODES = CONTRACTS["police/missing_episodes"]
FIRST_TIME_ENTRANTS = CONTRACTS["youth_justice/first_time_entrants"]
EVERY_COLUMN = [
    (f"{contract.feed}.{table.name}.{column.name}", column)
    for contract in CONTRACTS.values()
    # Published figures name areas and measures; the contract itself refuses an identifier there.
    if contract.publication is None
    for table in contract.own_tables
    for column in table.columns
]

# The smallest contract that holds together; every fault below is one change to it.
PLAIN: dict[str, Any] = {
    "supplier": "police",
    "feed": "visits",
    "version": "1.0",
    "title": "Visits",
    "description": "Visits made.",
    "owner": "Data officer",
    "cadence": "monthly",
    "due_days": 20,
    "retention": "Six years.",
    "reader": "tables",
    "file_pattern": "^visits_(?P<la_code>[0-9]{3})",
    "date_formats": ["%Y-%m-%d"],
    "infer_window": {"table": "visits", "columns": ["visited_on"], "to": "month"},
    "sharing": {"controller": "Police", "gateway": "Agreement", "agreement_ref": "A1", "review_on": "2027-03-31"},
    "code_lists": {"kind": ["HOME", "SCHOOL"]},
    "differences": [{"from_year": 2019, "reason": "A third kind.", "codes": {"kind": {"add": ["OTHER"]}}}],
    "tables": [
        {
            "name": "visits",
            "description": "Visits.",
            "grain": "One row per visit",
            "merge": "latest_by_key",
            "key": ["visit_ref"],
            "covers": {"from": "visited_on", "to": "visited_on"},
            "columns": [
                {"name": "visit_ref", "source": "ref", "required": True, "description": "Reference"},
                {"name": "visited_on", "source": "date", "type": "date", "description": "Day"},
                {"name": "kind", "source": "kind", "codes": "kind", "description": "Kind"},
            ],
        }
    ],
}


def written(tmp_path: Path, text: str, folder: str = "police/visits") -> Path:
    path = tmp_path / folder / "contract.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def plain_but(**changes: Any) -> dict[str, Any]:
    """PLAIN with changes by dotted path, '.' written as '__' ('tables__0__merge'); None takes the field away."""
    contract = copy.deepcopy(PLAIN)
    for path, value in changes.items():
        *outer, last = [int(part) if part.isdigit() else part for part in path.split("__")]
        here: Any = contract
        for part in outer:
            here = here[part]
        if value is None:
            del here[last]
        else:
            here[last] = value
    return contract


def test_the_plain_contract_of_these_tests_holds_together(tmp_path: Path) -> None:
    contract = load_contract(written(tmp_path, yaml.safe_dump(PLAIN)))

    assert contract.feed_key == "police/visits"
    assert contract.raw_table("visits") == "raw_police__visits__visits"


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "a missing field": (
        plain_but(owner=None),
        "owner: found nothing, expected a value.",
    ),
    "an unknown field": (
        plain_but(tables__0__columns__1__typ="date"),
        "tables.visits.columns.visited_on: found unknown field 'typ', expected one of name, source, aliases, "
        "inherited, type, description, required, must_be_present, codes, on_unknown_code, privacy, pattern, "
        "is_person_id, nth.",
    ),
    "an unknown field of covers": (
        plain_but(tables__0__covers__until="visited_on"),
        "tables.visits.covers: found unknown field 'until', expected one of from, to, one_day_if.",
    ),
    "a word outside a closed list": (
        plain_but(tables__0__columns__1__type="datum"),
        "tables.visits.columns.visited_on.type: found 'datum', "
        "expected 'string', 'date', 'timestamp', 'integer', 'decimal' or 'boolean'.",
    ),
    "a name with capitals": (
        plain_but(tables__0__columns__0__name="VisitRef"),
        "tables.visits.columns.VisitRef.name: found 'VisitRef', "
        "expected a name of lower-case letters, digits and underscores.",
    ),
    "a code that YAML reads as a number": (
        plain_but(code_lists__kind=["HOME", 4]),
        "code_lists.kind.1: found 4, expected text (put a number, yes or no in quotes).",
    ),
    "text where a number belongs": (
        plain_but(due_days="soon"),
        "due_days: found 'soon', expected otherwise: "
        "input should be a valid integer, unable to parse string as an integer.",
    ),
    "a code list that does not exist": (
        plain_but(tables__0__columns__2__codes="kinds"),
        "tables.visits.columns.kind: found codes 'kinds', expected the name of a list under code_lists.",
    ),
    "a code twice": (
        plain_but(code_lists__kind=["HOME", "SCHOOL", "HOME"]),
        "code_lists.kind: found code 'HOME' twice, expected every code once.",
    ),
    "a difference that takes away a code that is not there": (
        plain_but(differences__0__codes={"kind": {"remove": ["HOUSE"]}}),
        "differences.2019.codes.kind: found HOUSE under remove, expected codes that are in the list.",
    ),
    "a difference that adds a code that is there": (
        plain_but(differences__0__codes={"kind": {"add": ["HOME"]}}),
        "differences.2019.codes.kind: found HOME under add, expected codes not yet in the list.",
    ),
    "a key that is no column": (
        plain_but(tables__0__key=["visit"]),
        "tables.visits: key: found visit, expected columns of this table.",
    ),
    "covers by a column that is no date": (
        plain_but(tables__0__covers={"from": "kind"}),
        "tables.visits: covers: found kind of type string, expected a date.",
    ),
    "latest_by_key without a rule for absence": (
        plain_but(tables__0__covers=None),
        "tables.visits: found 0 of covers, per_return_year and never_withdrawn, "
        "expected exactly one of them with merge latest_by_key.",
    ),
    "latest_by_key with two rules for absence": (
        plain_but(tables__0__never_withdrawn=True),
        "tables.visits: found 2 of covers, per_return_year and never_withdrawn, "
        "expected exactly one of them with merge latest_by_key.",
    ),
    "with_parent without a parent": (
        plain_but(tables__0__merge="with_parent"),
        "tables.visits: found merge with_parent without parent, expected the name of the parent table.",
    ),
    "a parent that is no table": (
        plain_but(tables__0__parent="people"),
        "tables.visits: found parent 'people', expected a table that stands before it.",
    ),
    "an element without XML": (
        plain_but(tables__0__element="Visit"),
        "tables.visits: found element 'Visit' with reader tables, expected one with reader cin_xml and only there.",
    ),
    "a column that raw adds itself": (
        plain_but(tables__0__columns__2__name="row_number"),
        "tables.visits: found column row_number, expected another name: raw adds that column itself.",
    ),
    "a file pattern that is none": (
        plain_but(file_pattern="^visits_([0-9"),
        "file_pattern: found '^visits_([0-9', expected a regular expression "
        "(unterminated character set at position 9).",
    ),
    "a file pattern with an unknown group": (
        plain_but(file_pattern="(?P<area>[0-9]{3})"),
        "file_pattern: found group area, expected groups among area_code, la_code, period_start, period_end, finality.",
    ),
    "a window read from a column that is no date": (
        plain_but(infer_window__columns=["kind"]),
        "infer_window: found column 'kind', expected a date column of visits.",
    ),
    "a layout that is silent about a required column": (
        plain_but(tables__0__layouts=[{"name": "other", "description": "Other.", "columns": {"kind": "Kind"}}]),
        "tables.visits: layout other: found nothing about visit_ref, "
        "expected a heading under columns or the name under absent.",
    ),
}


@pytest.mark.parametrize(("contract", "sentence"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_one_sentence_that_names_file_place_found_and_expected(
    tmp_path: Path, contract: dict[str, Any], sentence: str
) -> None:
    path = written(tmp_path, yaml.safe_dump(contract, sort_keys=False))

    with pytest.raises(ContractError) as error:
        load_contract(path)

    assert str(error.value) == f"{path}: {sentence}"


def test_a_contract_in_the_wrong_folder_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, yaml.safe_dump(PLAIN), folder="police/calls")

    with pytest.raises(ContractError) as error:
        load_contract(path)

    assert str(error.value) == (
        f"{path}: supplier and feed: found police/visits, expected police/calls, the folder that it lies in."
    )


def test_a_repeated_field_is_refused_because_yaml_would_drop_the_first(tmp_path: Path) -> None:
    text = yaml.safe_dump(PLAIN, sort_keys=False)
    path = written(tmp_path, text + "owner: Somebody else\n")

    with pytest.raises(ContractError) as error:
        load_contract(path)

    line = text.count("\n") + 1
    assert str(error.value) == f"{path}: line {line}, column 1: found field 'owner' twice, expected it once."


@pytest.mark.parametrize("text", ["supplier: [police", "just words", "", "- a\n- b\n"], ids=repr)
def test_text_that_is_no_contract_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(ContractError) as error:
        load_contract(path)

    assert str(error.value).startswith(f"{path}: ")
    assert "expected" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_contract_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="found no readable file"):
        load_contract(tmp_path / "police" / "visits" / "contract.yml")


# -- the contracts that stand ------------------------------------------------------------------------------------------


def test_the_feeds_and_their_tables_are_these() -> None:
    assert {key: [table.name for table in contract.own_tables] for key, contract in CONTRACTS.items()} == {
        "board/mee_decisions": ["mee_decisions"],
        "childrens_social_care/cin_census": [
            "children",
            "disabilities",
            "cin_details",
            "assessments",
            "assessment_factors",
            "cin_plan_dates",
            "section47",
            "child_protection_plans",
            "cpp_reviews",
            "pre_proceedings",
        ],
        "childrens_social_care/contacts": ["contacts"],
        "childrens_social_care/cse": ["cse"],
        "childrens_social_care/early_help": ["early_help"],
        "childrens_social_care/health_assessments": ["health_assessments"],
        "childrens_social_care/return_interviews": ["return_interviews"],
        "childrens_social_care/ssda903": [
            "header",
            "episodes",
            "reviews",
            "uasc",
            "oc2",
            "oc3",
            "ad1",
            "placed_for_adoption",
            "previous_permanence",
            "missing",
            "sw_episodes",
            "dolo",
        ],
        "education/attainment": ["attainment"],
        "education/attendance": ["attendance"],
        "education/early_education": [],
        "education/exclusions": ["exclusions"],
        "education/pupil_headcount": ["pupil_headcount"],
        "health/camhs": ["camhs"],
        "health/conceptions": [],
        "health/hospital_admissions": ["hospital_admissions"],
        "public_health/substance_misuse": ["substance_misuse"],
        "marac/cases": ["cases"],
        "police/domestic_abuse_referrals": ["domestic_abuse_referrals"],
        "police/missing_episodes": ["missing_episodes"],
        "police/recorded_crime": ["recorded_crime"],
        "published/dfe_cin": [
            *("b1", "b3", "b4", "b5", "c1", "c3", "c4", "c5"),
            *("d1", "d2", "d3", "d4", "d5", "d6", "d7", "populations"),
        ],
        "published/exclusions": ["by_school_type"],
        "published/fingertips": ["measures"],
        "published/dfe_cla": ["looked_after", "placement_stability", "outcomes"],
        "published/lait": ["benchmarks", "measures", "areas", "neighbours"],
        "published/population": ["children", "single_years"],
        "youth_justice/first_time_entrants": ["first_time_entrants"],
    }
    # Whoever sends records may send figures already counted instead; what is published, and a headcount, are figures,
    # and what the MEE group decides cannot be counted.
    assert {key for key, contract in CONTRACTS.items() if contract.aggregate_form == "none"} == {
        key
        for key in CONTRACTS
        if key.startswith("published/") or key in ("education/pupil_headcount", "board/mee_decisions")
    }


def rule(table: Table) -> str:
    """A table's merge rule as one line."""
    if table.covers:
        span = f"{table.covers.from_}..{table.covers.to or ''}"
        how = f"{span} or one day if {table.covers.one_day_if}" if table.covers.one_day_if else span
    else:
        how = "per return year" if table.per_return_year else "never withdrawn" if table.never_withdrawn else ""
    return " | ".join([table.merge, " ".join(table.key), how or table.parent or ""])


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        (
            SSDA903,
            {
                "header": "latest_by_key | child | never withdrawn",
                "episodes": "latest_by_key | child decom | decom..dec",
                "reviews": "latest_by_key | child review | review..review",
                "uasc": "latest_by_key | child | per return year",
                "oc2": "latest_by_key | child | per return year",
                "oc3": "latest_by_key | child | per return year",
                "ad1": "latest_by_key | child | per return year",
                "placed_for_adoption": "latest_by_key | child date_placed | per return year",
                "previous_permanence": "latest_by_key | child | per return year",
                "missing": "latest_by_key | child mis_start | mis_start..mis_end",
                "sw_episodes": "latest_by_key | child sw_decom | sw_decom..sw_dec",
                "dolo": "latest_by_key | child dolo_start | dolo_start..dolo_end",
            },
        ),
        (
            CIN_CENSUS,
            {
                "children": "latest_by_key | la_child_id | never withdrawn",
                "disabilities": "with_parent |  | children",
                "cin_details": "latest_by_key | la_child_id cin_referral_date | "
                "cin_referral_date..cin_closure_date or one day if referral_nfa",
                "assessments": "latest_by_key | la_child_id cin_referral_date assessment_actual_start_date | "
                "assessment_actual_start_date..assessment_actual_start_date",
                "assessment_factors": "with_parent |  | assessments",
                "cin_plan_dates": "latest_by_key | la_child_id cin_plan_start_date | "
                "cin_plan_start_date..cin_plan_end_date",
                "section47": "latest_by_key | la_child_id s47_actual_start_date | "
                "s47_actual_start_date..s47_actual_start_date",
                "child_protection_plans": "latest_by_key | la_child_id cpp_start_date | cpp_start_date..cpp_end_date",
                "cpp_reviews": "latest_by_key | la_child_id cpp_start_date cpp_review_date | "
                "cpp_review_date..cpp_review_date",
                "pre_proceedings": "latest_by_key | la_child_id cin_referral_date pp_start_date | per return year",
            },
        ),
        (CONTACTS, {"contacts": "replace_window | contact_ref | contact_at.."}),
    ],
    ids=lambda value: value.feed if isinstance(value, Contract) else "",
)
def test_records_merge_over_returns_by_these_rules(contract: Contract, expected: dict[str, str]) -> None:
    assert {table.name: rule(table) for table in contract.own_tables} == expected


@pytest.mark.parametrize(
    ("contract", "code_list", "code", "year", "valid"),
    [
        (SSDA903, "reason_episode_ceased", "E43", 2018, True),
        (SSDA903, "reason_episode_ceased", "E43", 2019, False),
        (SSDA903, "reason_episode_ceased", "E43", None, True),
        (SSDA903, "reason_episode_ceased", "E45", 2018, False),
        (SSDA903, "reason_episode_ceased", "E45", 2019, True),
        (SSDA903, "reason_episode_ceased", "E45", None, True),
        (SSDA903, "reason_episode_ceased", "E99", None, False),
        (SSDA903, "reason_placement_change", "CUSTOD", 2018, False),
        (SSDA903, "reason_placement_change", "CUSTOD", 2019, True),
        (SSDA903, "activity", "F3", 2018, True),
        (SSDA903, "activity", "F3", 2019, False),
        (SSDA903, "activity", "P5", 2019, True),
        (SSDA903, "placement", "K3", 2024, False),
        (SSDA903, "placement", "K3", 2025, True),
        (SSDA903, "placement", "H5", 2024, True),
        (SSDA903, "placement", "H5", 2025, False),
        (SSDA903, "placement", "P2", 2025, False),
        (SSDA903, "sex", "1", 2024, True),
        (SSDA903, "sex", "1", 2025, False),
        (SSDA903, "sex", "F", 2025, True),
        (SSDA903, "reason_episode_ceased", "E11", 2012, True),
        (CIN_CENSUS, "gender", "9", 2024, True),
        (CIN_CENSUS, "gender", "M", 2024, False),
        (CIN_CENSUS, "gender", "M", 2025, True),
        (CIN_CENSUS, "assessment_factor", "18B", 2020, False),
        (CIN_CENSUS, "assessment_factor", "18B", 2021, True),
        (CIN_CENSUS, "assessment_factor", "24A", 2021, False),
        (CIN_CENSUS, "assessment_factor", "24A", 2022, True),
        (CIN_CENSUS, "assessment_factor", "3B", 2017, True),
        (CIN_CENSUS, "reason_for_closure", "RC9", 2017, False),
        (CIN_CENSUS, "reason_for_closure", "RC9", 2023, True),
        (CONTACTS, "source", "5D", 2017, False),
        (CONTACTS, "source", "5D", 2023, True),
        (MISSING_EPISODES, "category", "ABSENT", 2017, True),
        (MISSING_EPISODES, "category", "ABSENT", 2018, False),
        (MISSING_EPISODES, "category", "NO_APPARENT_RISK", 2018, True),
        (FIRST_TIME_ENTRANTS, "outcome", "REPRIMAND", 2013, True),
        (FIRST_TIME_ENTRANTS, "outcome", "REPRIMAND", 2014, False),
        (FIRST_TIME_ENTRANTS, "outcome", "YOUTH_CAUTION", 2014, True),
    ],
    ids=lambda value: value.feed if isinstance(value, Contract) else str(value),
)
def test_a_code_is_valid_in_the_return_years_that_the_guides_say(
    contract: Contract, code_list: str, code: str, year: int | None, valid: bool
) -> None:
    assert (code in contract.codes_for_year(code_list, year)) is valid


def test_sex_and_gender_current_are_one_column_under_either_name() -> None:
    assert CIN_CENSUS.headings("children", "gender_current") == (
        "ChildIdentifiers/GenderCurrent",
        "ChildIdentifiers/Sex",
    )


def test_the_names_of_the_xml_variant_are_the_same_columns() -> None:
    assert SSDA903.headings("episodes", "child") == ("CHILD", "CHILDID")
    assert SSDA903.headings("episodes", "place") == ("PLACE", "PL")


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2017, 3, 31), 2017),
        (date(2017, 4, 1), 2018),
        (date(2017, 12, 31), 2018),
        (date(2018, 1, 1), 2018),
        (date(2022, 7, 21), 2023),
    ],
    ids=str,
)
def test_a_window_belongs_to_the_return_year_in_which_it_ends(day: date, year: int) -> None:
    assert year_of(day) == year


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("source", "q) 6: Police", "6"),
        ("source", "b) 1B: Individual", "1B"),
        ("source", "t) 9: Anonymous", "9"),
        ("source", "3d", "3d"),
        ("source", "Somebody rang", "Somebody rang"),
        ("ethnicity", "a) WBRI", "WBRI"),
        ("ethnicity", "k) APKN", "APKN"),
        ("sex", "b) Female", "F"),
        ("sex", "Female", "F"),
        ("sex", "a) Male ", "M"),
        ("sex", "c) Not stated/recorded", "U"),
        ("age", "6.138261464750171", "6"),
        ("age", "15", "15"),
        ("age", "six", "six"),
        ("lcs_id", " 9212044 ", "9212044"),
    ],
)
def test_a_cell_of_an_annex_a_list_gives_up_its_code(column: str, cell: str, value: str) -> None:
    (layout,) = CONTACTS.table("contacts").layouts

    assert layout.clean(column, cell) == value


def test_what_is_required_is_not_required_of_a_layout_that_lacks_it() -> None:
    contacts = CONTACTS.table("contacts")
    (annex_a,) = contacts.layouts

    assert [column.name for column in contacts.required_columns()] == ["contact_ref", "contact_at"]
    assert [column.name for column in contacts.required_columns(annex_a)] == ["contact_at"]


@pytest.mark.parametrize(
    ("contract", "name", "groups"),
    [
        (
            SSDA903,
            "ssda903_811_2016-04-01_2017-03-31_final",
            {"la_code": "811", "period_start": "2016-04-01", "period_end": "2017-03-31", "finality": "final"},
        ),
        (
            SSDA903,
            "SSDA903_E06000011_2016-04-01_2016-06-30_provisional.zip",
            {
                "area_code": "E06000011",
                "period_start": "2016-04-01",
                "period_end": "2016-06-30",
                "finality": "provisional",
            },
        ),
        (
            CIN_CENSUS,
            "cin_census_811_2016-04-01_2017-03-31_final.xml",
            {"la_code": "811", "period_start": "2016-04-01", "period_end": "2017-03-31", "finality": "final"},
        ),
        (
            CONTACTS,
            "contacts_811_2017-03-01_2017-03-31_final.csv",
            {"la_code": "811", "period_start": "2017-03-01", "period_end": "2017-03-31", "finality": "final"},
        ),
        (CONTACTS, "Annex_A_2024_Jan.xlsx", None),
        (CIN_CENSUS, "fake_CIN_data.xml", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_name_of_the_agreed_form_tells_area_window_and_finality(
    contract: Contract, name: str, groups: dict[str, str] | None
) -> None:
    found = re.search(contract.file_pattern, name)

    assert (found and {key: text for key, text in found.groupdict().items() if text}) == groups


# -- privacy -----------------------------------------------------------------------------------------------------------

# A heading that would let a person be named or found, or told of in free words.
FORBIDDEN = re.compile(
    r"(^|_)(first_?name|forename|given_?name|surname|last_?name|family_?name|full_?name|name|address|postcode|post|"
    r"uprn|nhs|nhs_?number|uln|nino|phone|telephone|mobile|email|e_mail|text|free_?text|notes?|comments?|narrative|"
    r"perpetrator|worker|team)(_|$)"
)
DATES_OF_BIRTH = {"dob", "mc_dob", "person_birth_date", "expected_person_birth_date", "date_of_birth"}


def test_no_column_holds_a_name_an_address_an_nhs_number_or_free_text() -> None:
    def headings(column: Column) -> list[str]:
        return [
            column.name,
            *(h.rpartition("/")[2].lower().replace(" ", "_") for h in (column.source, *column.aliases)),
        ]

    assert [place for place, column in EVERY_COLUMN if any(FORBIDDEN.search(h) for h in headings(column))] == []


@pytest.mark.parametrize("heading", ["home_post", "nhs_number", "child_name", "social_worker", "notes", "surname"])
def test_the_list_of_forbidden_headings_finds_what_it_must(heading: str) -> None:
    assert FORBIDDEN.search(heading)


def test_what_points_to_one_person_is_an_identifier() -> None:
    pointing = [
        (place, column)
        for place, column in EVERY_COLUMN
        if column.is_person_id or column.name in DATES_OF_BIRTH or column.name in ("upn", "former_upn", "sw_id")
    ]

    assert len(pointing) > 30
    assert [place for place, column in pointing if column.privacy != "identifier"] == []


@pytest.mark.parametrize(
    "name",
    ["ethnic", "ethnicity", "disability", "health_assessment", "convicted", "assessment_factor", "cpp_start_date"],
)
def test_what_must_not_show_in_a_message_is_sensitive(name: str) -> None:
    found = {column.privacy for _, column in EVERY_COLUMN if column.name == name}

    assert found == {"sensitive"}


def test_full_postcodes_of_the_903_are_known_and_not_loaded() -> None:
    assert [column.source for column in SSDA903.table("episodes").not_loaded] == ["HOME_POST", "PL_POST"]


def test_a_date_of_birth_comes_only_in_the_national_layouts() -> None:
    contacts = CONTACTS.table("contacts")
    (annex_a,) = contacts.layouts

    assert "date_of_birth" in annex_a.columns
    assert not contacts.by_name["date_of_birth"].must_be_present


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS.keys())
def test_every_contract_says_who_answers_for_it_how_long_it_is_kept_and_by_what_law(contract: Contract) -> None:
    assert contract.owner
    if contract.publication:
        assert "about no person" in contract.retention
        assert "Open Government Licence" in contract.sharing.gateway
    else:
        assert "years" in contract.retention
        assert "Act" in contract.sharing.gateway
    assert contract.sharing.review_on > date(2026, 12, 31)
    assert "default" in contract.sharing.note


# -- the invented samples ----------------------------------------------------------------------------------------------

Rows = dict[str, list[dict[str, str]]]


def csv_rows(contract: Contract, folder: Path) -> Rows:
    """Rows by table of a folder of CSV files, a table told by its headings; headings are raw column names."""
    found: Rows = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        headings = set(rows[0])
        (table,) = [
            table
            for table in contract.own_tables
            if all(headings & set(contract.headings(table.name, c.name)) for c in table.columns if c.must_be_present)
        ]
        names = {h: c.name for c in table.columns for h in contract.headings(table.name, c.name)}
        assert headings <= {*names, *(gone.source for gone in table.not_loaded)}
        found.setdefault(table.name, [])
        found[table.name] += [{names[h]: text for h, text in row.items() if h in names} for row in rows]
    return found


def census_rows(contract: Contract, path: Path) -> Rows:
    """Rows by table of a census, inherited columns taken from the nearest ancestor."""
    children = list(etree.parse(str(path)).getroot().iter("Child"))
    found: Rows = {}
    for table in contract.own_tables:
        element = table.element or "."
        for node in (n for child in children for n in ([child] if element == "." else child.findall(element))):
            row = {}
            for column in table.columns:
                places = list(node.iterancestors()) if column.inherited else [node]
                headings = contract.headings(table.name, column.name)
                texts = (place if h == "." else place.find(h) for place in places for h in headings)
                row[column.name] = next((t.text or "" for t in texts if t is not None), "")
            found.setdefault(table.name, []).append(row)
    return found


def faults(contract: Contract, rows: Rows, year: int) -> Counter[str]:
    """What a load for return year `year` would find, by 'table.column: what'; a reading of the contract of our own."""
    found: Counter[str] = Counter()
    for name, records in rows.items():
        table = contract.table(name)
        keys: Counter[tuple[str, ...]] = Counter()
        for record in records:
            for column in table.columns:
                text = record.get(column.name, "").strip()
                if not text:
                    found[f"{name}.{column.name}: blank"] += column.required
                elif not fits(contract, column, text):
                    found[f"{name}.{column.name}: not a {column.type}"] += 1
                elif column.codes and text not in contract.codes_for_year(column.codes, None):
                    found[f"{name}.{column.name}: unknown, {column.on_unknown_code}"] += 1
                elif column.codes and text not in contract.codes_for_year(column.codes, year):
                    found[f"{name}.{column.name}: other year"] += 1
            keys[tuple(record.get(part, "") for part in table.key)] += 1
        found[f"{name}: key again"] += sum(count - 1 for count in keys.values()) if table.key else 0
    return +found


def fits(contract: Contract, column: Column, text: str) -> bool:
    if column.type in ("date", "timestamp"):
        return any(parses(text, form) for form in contract.date_formats)
    if column.type == "integer":
        return re.fullmatch(r"-?[0-9]+", text) is not None
    return column.type != "boolean" or text in ("0", "1", "true", "false")


def parses(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


SAMPLES = {
    "ssda903": (SSDA903, csv_rows(SSDA903, SOURCES / SSDA903.feed_key / "sample")),
    "cin_census": (CIN_CENSUS, census_rows(CIN_CENSUS, SOURCES / CIN_CENSUS.feed_key / "sample" / "cin_census.xml")),
    **{
        contract.feed: (contract, csv_rows(contract, SOURCES / contract.feed_key / "sample"))
        for contract in CONTRACTS.values()
        if contract.reader == "tables" and contract.own_tables and not contract.publication
    },
}


@pytest.mark.parametrize(("contract", "rows"), SAMPLES.values(), ids=SAMPLES.keys())
def test_the_invented_sample_keeps_its_contract(contract: Contract, rows: Rows) -> None:
    assert sum(map(len, rows.values())) > 1
    assert faults(contract, rows, 2017) == Counter()


@pytest.mark.parametrize(("contract", "rows"), SAMPLES.values(), ids=SAMPLES.keys())
def test_the_people_of_the_sample_are_plainly_invented(contract: Contract, rows: Rows) -> None:
    for name, records in rows.items():
        for column in contract.table(name).columns:
            if column.privacy == "identifier" and column.type == "string":
                texts = {record.get(column.name, "") for record in records}
                # No school gives a pupil number of authority 000.
                assert {re.sub(r"^(INVENTED-.*|[A-Z]000[0-9]{9}|UN[1-7])?$", "", text) for text in texts} == {""}


@pytest.mark.parametrize("feed", sorted(SAMPLES.keys() - {"cin_census"}))
def test_the_envelope_of_the_sample_counts_its_rows_and_says_that_it_is_invented(feed: str) -> None:
    contract, rows = SAMPLES[feed]
    (path,) = (SOURCES / contract.feed_key / "sample").glob("*submission.yml")
    envelope = yaml.safe_load(path.read_text(encoding="utf-8"))

    assert envelope["rows"] == sum(map(len, rows.values()))
    assert envelope["synthetic"] is True


# -- sample returns made by others -------------------------------------------------------------------------------------


def shared_extracts() -> Path:
    folder = Path(os.environ.get("SAFEGUARDING_SHARED") or PROJECT_ROOT.parent / "shared") / "data" / "extracts"
    if not folder.is_dir():
        pytest.fail(
            f"{folder}: found no folder, expected the sample returns; set SAFEGUARDING_SHARED to where they are."
        )
    return folder


def test_the_sample_903_loads_whole_but_for_reviews_told_twice() -> None:
    folder = shared_extracts() / "ssda903"
    rows = csv_rows(SSDA903, folder)
    # The other placed_for_adoption file is a variant with errors, not part of the return.
    rows["placed_for_adoption"] = rows["placed_for_adoption"][:29]

    assert {name: len(records) for name, records in rows.items()} == {
        "dolo": 1,
        "ad1": 29,
        "episodes": 5050,
        "header": 2675,
        "missing": 43,
        "oc2": 2675,
        "oc3": 53,
        "placed_for_adoption": 29,
        "previous_permanence": 2675,
        "reviews": 12582,
        "sw_episodes": 1,
        "uasc": 132,
    }
    assert faults(SSDA903, rows, 2018) == {
        "reviews: key again": 14,
        "episodes.rec: other year": 226,
        "episodes.reason_place_change: other year": 216,
        "header.mother: unknown, warn": 1,
        "oc3.accom: unknown, warn": 2,
        "placed_for_adoption.reason_placed_ceased: unknown, warn": 29,
        "sw_episodes.sw_reason: unknown, warn": 1,
    }


def test_the_sample_903_has_1419_children_with_an_open_episode_at_31_march_2018() -> None:
    episodes = csv_rows(SSDA903, shared_extracts() / "ssda903")["episodes"]
    day = datetime(2018, 3, 31)

    def when(text: str) -> datetime:
        return datetime.strptime(text, SSDA903.date_formats[0])

    unharmed = [row for row in episodes if not any("blank" in f or "quar" in f for f in one(row))]
    here = [r for r in unharmed if when(r["decom"]) <= day and (not r["dec"] or when(r["dec"]) > day)]

    assert len({row["child"] for row in here}) == 1419
    assert len({row["child"] for row in here if row["ls"] not in ("V3", "V4")}) == 1201


def one(row: dict[str, str]) -> Counter[str]:
    return faults(SSDA903, {"episodes": [row]}, 2018)


def test_the_sample_census_loads_whole() -> None:
    rows = census_rows(CIN_CENSUS, shared_extracts() / "cin_census" / "fake_CIN_data.xml")

    assert {name: len(records) for name, records in rows.items()} == {
        "children": 332,
        "disabilities": 117,
        "cin_details": 402,
    }
    assert faults(CIN_CENSUS, rows, 2023) == Counter()


def test_the_small_census_of_2026_has_every_module_and_one_factor_of_no_year() -> None:
    rows = census_rows(CIN_CENSUS, shared_extracts() / "cin_census" / "CIN_Census_2026.xml")

    assert {name: len(records) for name, records in rows.items()} == {
        "children": 2,
        "disabilities": 3,
        "cin_details": 2,
        "assessments": 2,
        "assessment_factors": 3,
        "cin_plan_dates": 1,
        "section47": 1,
        "child_protection_plans": 1,
        "cpp_reviews": 1,
        "pre_proceedings": 1,
    }
    assert faults(CIN_CENSUS, rows, 2024) == {
        "assessment_factors.assessment_factor: unknown, quarantine": 1,
        "children.gender_current: other year": 1,
    }
