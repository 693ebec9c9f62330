"""Every rule of the two statutory returns is judged, and every implemented one finds its breach and no neighbour."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.load import create_raw_tables
from orchestration.ingest.rules import RULES
from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse import connect, migrate

from .by_hand import CARE, HOME, NEED, RELEASE, Row, insert, submission, write_raw
from .conftest import PROJECT, dbt
from .test_seeds import seed
from .validation_cases import CARE_CASES, CASES, CHILD, NEED_CASES, REFERRED, WHOLE_RETURNS, Case, Rows, child, need

Con = duckdb.DuckDBPyConnection
MODELS = PROJECT / "models" / "intermediate" / "validation"
CONTRACTS = load_contracts(PROJECT_ROOT / "sources")
RULE_ROWS = seed("validation_rules")
IMPLEMENTED = {(row["return"], row["rule_code"]) for row in RULE_ROWS if row["treatment"] == "implemented"}
# Figures that the two returns make, of the 38.
FIGURES = {
    *(f"R0{number}" for number in range(1, 9)), "A05", "A06", "A07", "A12", "S01", "S02", "S03", "S05", "S06", "W01",
    "W02",
}  # fmt: skip
ONLY_EPISODES = "E06000010"
LAST_YEAR, THIS_YEAR, CENSUS, SMALL = 1, 2, 3, 4


# ---------------------------------------------------------------------------------------------------------- the list


def published_codes(shared: Path, feed: str) -> list[str]:
    specs = shared / "data" / "specs"
    if feed == CARE:
        with (specs / "903_2024_25_rule_info.csv").open(encoding="utf-8", newline="") as handle:
            return [row["Rule code"] for row in csv.DictReader(handle)]
    lines = (specs / "cin_rule_messages_2022_23.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[0] for line in lines if line.strip()]


@pytest.mark.parametrize(("feed", "number"), [(CARE, 312), (NEED, 105)])
def test_every_rule_of_the_published_list_is_judged_and_no_other(shared: Path, feed: str, number: int) -> None:
    published = published_codes(shared, feed)
    assert len(set(published)) == number
    assert [row["rule_code"] for row in RULE_ROWS if row["return"] == feed] == published


def test_a_rule_that_guards_a_figure_says_which_and_how_bad_a_breach_is() -> None:
    for row in RULE_ROWS:
        is_guarding = row["treatment"] != "not_guarding_a_figure"
        assert bool(row["guards"]) == bool(row["severity"]) == is_guarding, row
        assert set(row["guards"].split()) <= FIGURES, row
        assert is_guarding or row["note"], row


def test_every_figure_of_the_two_returns_is_guarded_by_some_rule() -> None:
    assert {code for row in RULE_ROWS for code in row["guards"].split()} == FIGURES


def test_a_rule_names_a_table_of_its_return_and_the_owner_of_the_contract() -> None:
    for row in RULE_ROWS:
        contract = CONTRACTS[f"childrens_social_care/{row['return']}"]
        tables = {table.name for table in contract.tables} | {"whole_return"}
        assert row["table_name"] in tables, row
        assert row["owner"] == contract.owner


def codes_in(path: Path) -> list[str]:
    """Rules that a model names, in a branch of their own or among the rules about one row."""
    found = re.findall(r"breach\('(\w+)'|\bwhen '(\w+)'", path.read_text(encoding="utf-8"))
    return [branch or row for branch, row in found]


def test_what_covers_a_rule_exists() -> None:
    with_parameters = {(row["return"], row["rule_code"]) for row in seed("validation_parameters")}
    models = {path.stem for path in MODELS.glob("*.sql")}
    for row in RULE_ROWS:
        if row["treatment"] == "implemented":
            assert row["covered_by"] in models, row
            found = codes_in(MODELS / f"{row['covered_by']}.sql")
            assert row["rule_code"] in found or (row["return"], row["rule_code"]) in with_parameters, row
        elif row["treatment"] == "covered_elsewhere":
            assert row["covered_by"] in RULES, row
            level = RULES[row["covered_by"]].level
            assert level in (row["severity"], "either"), row
        else:
            assert row["covered_by"] in {"", *RULES}, row


def test_no_model_finds_a_rule_that_the_list_does_not_call_implemented() -> None:
    found = {
        (CARE if "looked_after" in path.stem else NEED, code)
        for path in MODELS.glob("*.sql")
        for code in codes_in(path)
    }
    assert len(found) > 150
    assert found <= IMPLEMENTED


def test_dbt_tests_that_a_note_names_exist() -> None:
    named = {name for row in RULE_ROWS for name in re.findall(r"assert_\w+", row["note"])}
    assert len(named) == 2
    assert named <= {path.stem for path in (PROJECT / "tests").rglob("*.sql")}


def test_what_is_wrong_is_said_in_other_words_than_the_published_ones(shared: Path) -> None:
    with (shared / "data" / "specs" / "903_2024_25_rule_info.csv").open(encoding="utf-8", newline="") as handle:
        theirs = {row["Rule code"]: row["Rule message"] for row in csv.DictReader(handle)}
    for row in RULE_ROWS:
        assert row["message"].endswith(".")
        assert len(row["message"]) <= 160, row
        assert row["message"] != theirs.get(row["rule_code"])


def test_parameters_belong_to_implemented_rules_and_their_codes_to_the_contract() -> None:
    lists = {
        "placement": "placement", "legal_status": "legal_status", "reason_ceased": "reason_episode_ceased",
        "reason_new_episode": "reason_new_episode", "participation": "review_participation", "adopted":
        "reason_episode_ceased", "foster_placement": "placement", "with_current_carer": "placement",
    }  # fmt: skip
    checked = 0
    for row in seed("validation_parameters"):
        assert not row["rule_code"] or (row["return"], row["rule_code"]) in IMPLEMENTED, row
        if row["return"] == CARE and row["parameter"] in lists:
            contract = CONTRACTS[f"childrens_social_care/{CARE}"]
            assert row["value"] in contract.codes_for_year(lists[row["parameter"]], None), row
            checked += 1
    assert checked > 40


# ------------------------------------------------------------------------------------------------------- the breaches


def with_defaults(case: Case, rows: Rows) -> Rows:
    """The rows with the child's own row and, in the census, a case, where the test does not say otherwise."""
    tables = {table for table, _ in rows}
    out = [(table, row) for table, row in rows if not table.startswith("no ")]
    if case.feed == CARE:
        this_year = {table for table, row in rows if not row.get("last_year")}
        if not {"header", "no header"} & this_year:
            out.append(("header", dict(CHILD)))
    else:
        if "children" not in tables:
            out.append(child())
        if not {"cin_details", "no case"} & tables:
            out.append(need())
    return out


class Writer:
    """Raw rows with numbers of their own."""

    def __init__(self, con: Con) -> None:
        self.con = con
        self.number = 1

    def write(self, feed: str, number: int, person: str, rows: Rows) -> None:
        referred = next((row["cin_referral_date"] for table, row in rows if table == "cin_details"), REFERRED)
        for table, given in rows:
            row: Row = {key: value for key, value in given.items() if key != "last_year"}
            row["submission_id"] = f"sub-{LAST_YEAR if given.get('last_year') else number:06d}"
            if feed == CARE:
                row["child"] = person
            else:
                row["la_child_id"] = person
                if table not in ("children", "cin_details", "cpp_reviews"):
                    row["cin_referral_date"] = referred
                if table != "children":
                    row["parent_row_number"] = 1
            self.number += 1
            write_raw(self.con, feed, table, self.number, person, row)


def hold(con: Con, number: int, feed: str, tables: list[str], **other: object) -> None:
    """A submission of the year, or of the year before, that holds some tables."""
    start, end = ("2015-04-01", "2016-03-31") if number == LAST_YEAR else ("2016-04-01", "2017-03-31")
    row = submission(number, feed, start, end, "final", "2016-05-03" if number == LAST_YEAR else "2017-05-03", **other)
    insert(con, "ops.submissions", row)
    for table in tables:
        counts = {"rows_received": 1, "rows_accepted": 1, "rows_quarantined": 0}
        insert(con, "ops.submission_tables", {"submission_id": row["submission_id"], "table_name": table, **counts})


def small_areas() -> Iterator[tuple[str, str, int, list[Rows]]]:
    """Rule, area, number of the submission and children, of the returns that are judged as a whole."""
    number = SMALL
    for rule, (breach, fine) in WHOLE_RETURNS.items():
        for kind, children in (("breach", breach), ("fine", fine)):
            yield rule, f"{kind} {rule}", number, children
            number += 1


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Con]:
    """A warehouse with the children of every case, and the real models run over it."""
    home = tmp_path_factory.mktemp("validation")
    with connect(home / "warehouse.duckdb") as con:
        migrate(con)
        create_raw_tables(con, CONTRACTS)
        tables = {feed: [t.name for t in CONTRACTS[f"childrens_social_care/{feed}"].tables] for feed in (CARE, NEED)}
        hold(con, LAST_YEAR, CARE, tables[CARE])
        hold(con, THIS_YEAR, CARE, tables[CARE])
        hold(con, CENSUS, NEED, tables[NEED])
        writer = Writer(con)
        con.execute("begin")
        for case in CASES:
            number = THIS_YEAR if case.feed == CARE else CENSUS
            for kind, rows in (("breach", case.breach), ("fine", case.fine)):
                writer.write(case.feed, number, f"{kind} {case.name}", with_defaults(case, rows))
        last = SMALL
        for rule, area, last, children in small_areas():
            hold(con, last, NEED, tables[NEED], area_code=area)
            whole = Case(NEED, rule, [], [])
            for place, rows in enumerate(children):
                writer.write(NEED, last, f"{area} {place}", with_defaults(whole, rows))
        hold(con, last + 1, CARE, ["header", "episodes"], area_code=ONLY_EPISODES)
        writer.write(CARE, last + 1, "elsewhere", [("header", dict(CHILD)), next(iter(CARE_CASES[0].fine[1:]))])
        con.execute("commit")
        insert(
            con,
            "ops.run_control",
            {
                "run_id": "run-1", "as_of": datetime(2017, 6, 30, 9), "release_id": RELEASE, "home_area_code": HOME,
                "is_synthetic": True, "code_version": "0.1.0", "inputs_hash": "0a1b2c3d",
            },
        )  # fmt: skip
    arguments = ["--select", "+fct_validation_result", "validation_rules", "--resource-type", "seed", "model"]
    done = dbt(home, "build", *arguments)
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        names = [f"{kind} {case.name}" for case in CASES for kind in ("breach", "fine")]
        con.execute("create temp table names as select unnest(?) as name, md5(unnest(?)) as person_key", [names, names])
        yield con


def in_breach(con: Con, rule: str, feed: str) -> set[str]:
    """Names of the children of the cases that break the rule."""
    found: set[str] = set()
    for path in MODELS.glob("*.sql"):
        found |= {
            name
            for (name,) in con.execute(
                f"select name from intermediate.{path.stem} inner join names using (person_key)"
                " where rule_code = ? and return = ?",
                [rule, feed],
            ).fetchall()
        }
    return found


def test_every_implemented_rule_has_its_case() -> None:
    judged = [(case.feed, case.rule) for case in CASES] + [(NEED, rule) for rule in WHOLE_RETURNS]
    assert len(judged) == len(set(judged))
    assert set(judged) == IMPLEMENTED


@pytest.mark.parametrize("case", [*CARE_CASES, *NEED_CASES], ids=lambda case: case.name)
def test_a_breach_is_found_and_its_nearest_neighbour_is_not(con: Con, case: Case) -> None:
    found = in_breach(con, case.rule, case.feed)
    assert f"breach {case.name}" in found
    assert f"fine {case.name}" not in found


@pytest.mark.parametrize("rule", WHOLE_RETURNS)
def test_a_rule_about_a_return_as_a_whole_is_broken_by_the_return_and_by_no_row(con: Con, rule: str) -> None:
    rows = con.execute(
        "select area_code, submission_id, rows_in_breach from marts.fct_validation_result"
        " where rule_code = ? and area_code in (?, ?) order by area_code",
        [rule, f"breach {rule}", f"fine {rule}"],
    ).fetchall()
    numbers = {area: f"sub-{number:06d}" for _, area, number, _ in small_areas()}
    assert rows == [(f"breach {rule}", numbers[f"breach {rule}"], 1), (f"fine {rule}", None, 0)]
    assert con.execute(
        f"select count(*), count(row_number), count(person_key) from intermediate.int_validation__"
        f"{'child_protection' if rule == '2883' else 'children_in_need'} where rule_code = ? and area_code = ?",
        [rule, f"breach {rule}"],
    ).fetchall() == [(1, 0, 0)]


def test_a_row_in_breach_carries_the_receipt_of_its_row_in_raw(con: Con) -> None:
    checked = 0
    for path in MODELS.glob("*.sql"):
        for feed, table in con.execute(f"select distinct return, table_name from intermediate.{path.stem}").fetchall():
            lost = con.execute(
                f"select count(*) from intermediate.{path.stem} as breaches anti join"
                f" raw.raw_childrens_social_care__{feed}__{table} as records"
                " using (submission_id, row_number, person_key)"
                " where breaches.table_name = ? and breaches.row_number is not null",
                [table],
            ).fetchall()
            assert lost == [(0,)], (path.stem, table)
            checked += 1
    assert checked > 12


def test_the_mart_counts_rows_by_rule_area_and_submission_and_says_0_where_nothing_is_wrong(con: Con) -> None:
    union = " union all ".join(f"select * from intermediate.{path.stem}" for path in sorted(MODELS.glob("*.sql")))
    expected = con.execute(
        f"select return, rule_code, area_code, submission_id, count(*) from ({union}) group by all"
    ).fetchall()
    counted = con.execute(
        "select return, rule_code, area_code, submission_id, rows_in_breach from marts.fct_validation_result"
        " where rows_in_breach > 0"
    ).fetchall()
    assert sorted(counted, key=str) == sorted(expected, key=str)
    everywhere = {(row[0], row[1]) for row in con.execute(
        "select return, rule_code from marts.fct_validation_result where area_code = ?", [HOME]
    ).fetchall()}  # fmt: skip
    assert everywhere == IMPLEMENTED


def test_a_rule_about_a_table_that_never_came_has_no_row(con: Con) -> None:
    rows = dict(
        con.execute(
            "select rule_code, rows_in_breach from marts.fct_validation_result where area_code = ?", [ONLY_EPISODES]
        ).fetchall()
    )
    about = {row["rule_code"]: row["table_name"] for row in RULE_ROWS if row["return"] == CARE}
    assert rows
    assert {about[rule] for rule in rows} == {"header", "episodes"}
    assert set(rows.values()) == {0}


def test_what_a_rule_finds_is_only_warned_of(con: Con) -> None:
    assert con.execute("select distinct severity from marts.fct_validation_result").fetchall() == [("warn",)]


def test_the_mart_names_no_child(con: Con) -> None:
    described = yaml.safe_load((PROJECT / "models/marts/quality/fct_validation_result.yml").read_text())
    assert [column["name"] for column in described["models"][0]["columns"]] == [
        "return", "rule_code", "area_code", "submission_id", "severity", "rows_in_breach",
    ]  # fmt: skip


def test_an_analyst_reads_every_rule_in_the_mart(con: Con) -> None:
    assert con.execute(
        "select count(*), count(distinct return || rule_code) from marts.ref_validation_rule"
    ).fetchall() == [(417, 417)]
