"""What is generated from contracts and seeds: raw tables, dbt sources, Soda contracts, pages, and their drift."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest
import yaml

from orchestration.exposures import EXPOSURES
from orchestration.ingest import generate
from orchestration.ingest.contracts import Contract, load_contracts
from orchestration.settings import NO_TELEMETRY, PROJECT_ROOT

# Before Soda is imported: it reads this once, and would call out.
os.environ.update(NO_TELEMETRY)

CONTRACTS = load_contracts(PROJECT_ROOT / "sources")
FILES = generate.generated_files(CONTRACTS, PROJECT_ROOT)
SODA = {path: text for path, text in FILES.items() if "soda" in path.parts}
DBT = {path: text for path, text in FILES.items() if path.name.endswith("__sources.yml")}
TABLES = [(contract, table) for contract in CONTRACTS.values() for table in contract.tables]
EPISODES = "raw_childrens_social_care__ssda903__episodes"


def dbt_tables() -> dict[str, dict[str, Any]]:
    """Tables of source raw by name, over every sources file."""
    sources = [source for text in DBT.values() for source in yaml.safe_load(text)["sources"]]
    assert {(source["name"], source["schema"]) for source in sources} == {("raw", "raw")}
    return {table["name"]: table for source in sources for table in source["tables"]}


# -- drift -------------------------------------------------------------------------------------------------------------


def test_the_generated_files_are_those_of_the_contracts() -> None:
    assert generate.drift(PROJECT_ROOT, FILES) == []


def test_generating_twice_gives_the_same_bytes() -> None:
    again = generate.generated_files(load_contracts(PROJECT_ROOT / "sources"), PROJECT_ROOT)

    assert again == FILES
    assert list(again) == list(FILES)


def test_every_generated_file_says_so_and_by_what_command() -> None:
    for path, text in FILES.items():
        first = next(line for line in text.splitlines() if "enerated by" in line)
        assert "`python -m orchestration.ingest.generate`" in first
        if path.suffix == ".yml":
            assert text.startswith(first)
            assert any(f"sources/{feed}/" in first for feed in CONTRACTS) or path == EXPOSURES


def test_drift_names_what_is_missing_what_differs_and_what_is_left_over(tmp_path: Path) -> None:
    generate.write(tmp_path, FILES)
    missing, differing, *_ = SODA
    left_over = missing.with_name("raw_nobody__nothing__gone.yml")
    (tmp_path / left_over).write_text((tmp_path / missing).read_text())
    (tmp_path / missing).unlink()
    (tmp_path / differing).write_text((tmp_path / differing).read_text() + "# a hand was here\n")

    assert generate.drift(tmp_path, FILES) == [
        f"{missing}: missing; expected as generated from the contracts.",
        f"{differing}: differs from what the contracts say; edit the contract, not this file.",
        f"{left_over}: generated once, and no contract has it now.",
    ]

    assert generate.write(tmp_path, FILES) == [missing, differing, left_over]
    assert generate.drift(tmp_path, FILES) == []


def test_writing_leaves_alone_what_it_did_not_generate(tmp_path: Path) -> None:
    by_hand = tmp_path / next(iter(SODA)).parent / "by_hand.yml"
    by_hand.parent.mkdir(parents=True)
    by_hand.write_text("dataset: warehouse/raw/other\n")

    generate.write(tmp_path, FILES)

    assert by_hand.read_text() == "dataset: warehouse/raw/other\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with our contracts and seeds and nothing generated yet."""
    shutil.copytree(PROJECT_ROOT / "seeds", tmp_path / "seeds")
    for contract in CONTRACTS.values():
        folder = tmp_path / "sources" / contract.feed_key
        folder.mkdir(parents=True)
        (folder / "contract.yml").write_text((PROJECT_ROOT / folder.relative_to(tmp_path) / "contract.yml").read_text())
    form = Path("sources") / "aggregate_form.yml"
    (tmp_path / form).write_text((PROJECT_ROOT / form).read_text())
    return tmp_path


def test_the_command_checks_writes_and_then_finds_nothing_to_do(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = ["--root", str(project)]

    assert generate.main(["--check", *root]) == 1
    assert "Run `python -m orchestration.ingest.generate`" in capsys.readouterr().err
    assert generate.main(root) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(FILES)
    assert generate.main(["--check", *root]) == 0
    assert generate.main(root) == 0
    assert capsys.readouterr().out == ""


def test_the_command_tells_a_faulty_contract_and_writes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project / "sources" / "childrens_social_care" / "contacts" / "contract.yml"
    path.write_text(path.read_text().replace("cadence: monthly", "cadence: now and then"))

    assert generate.main(["--root", str(project)]) == 2
    assert capsys.readouterr().err == (
        f"{path}: cadence: found 'now and then', expected 'monthly', 'quarterly' or 'annual'.\n"
    )
    assert not (project / "orchestration").exists()


# -- raw tables --------------------------------------------------------------------------------------------------------


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with every raw table, empty."""
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute("create schema raw")
        for contract in CONTRACTS.values():
            for statement in generate.raw_ddl(contract):
                con.execute(statement)
        yield con


def described(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str, bool]]:
    rows = con.execute(f"describe raw.{table}").fetchall()
    return [(name, kind, nullable == "YES") for name, kind, nullable, *_ in rows]


def test_a_flat_table_has_its_receipt_its_person_key_and_its_columns(raw: duckdb.DuckDBPyConnection) -> None:
    assert described(raw, "raw_childrens_social_care__ssda903__missing") == [
        ("submission_id", "VARCHAR", False),
        ("row_number", "INTEGER", False),
        ("source_name", "VARCHAR", False),
        ("person_key", "VARCHAR", False),
        ("child", "VARCHAR", False),
        ("dob", "DATE", True),
        ("missing", "VARCHAR", True),
        ("mis_start", "DATE", False),
        ("mis_end", "DATE", True),
    ]


def test_a_nested_table_is_linked_to_the_row_of_its_parent(raw: duckdb.DuckDBPyConnection) -> None:
    assert described(raw, "raw_childrens_social_care__cin_census__cpp_reviews") == [
        ("submission_id", "VARCHAR", False),
        ("row_number", "INTEGER", False),
        ("source_name", "VARCHAR", False),
        ("parent_row_number", "INTEGER", False),
        ("person_key", "VARCHAR", False),
        ("la_child_id", "VARCHAR", False),
        ("cpp_start_date", "DATE", False),
        ("cpp_review_date", "DATE", False),
    ]


def test_a_column_that_a_second_layout_lacks_may_be_null(raw: duckdb.DuckDBPyConnection) -> None:
    columns = {
        name: (kind, nullable)
        for name, kind, nullable in described(raw, "raw_childrens_social_care__contacts__contacts")
    }

    assert columns["contact_ref"] == ("VARCHAR", True)
    assert columns["person_key"] == ("VARCHAR", True)
    assert columns["contact_at"] == ("TIMESTAMP", False)
    assert columns["age"] == ("INTEGER", True)


def test_creating_the_raw_tables_again_keeps_their_rows(raw: duckdb.DuckDBPyConnection) -> None:
    table = "raw.raw_childrens_social_care__ssda903__missing"
    raw.execute(
        f"insert into {table} values ('s', 2, 'missing.csv', repeat('a', 32), 'X', null, 'M', '2017-05-01', null)"
    )
    for statement in generate.raw_ddl(CONTRACTS["childrens_social_care/ssda903"]):
        raw.execute(statement)

    assert raw.execute(f"select count(*) from {table}").fetchone() == (1,)


# -- dbt sources -------------------------------------------------------------------------------------------------------


def test_the_dbt_sources_have_the_columns_and_types_of_the_raw_tables_in_their_order(
    raw: duckdb.DuckDBPyConnection,
) -> None:
    tables = dbt_tables()

    assert len(tables) == len(TABLES)
    for name, table in tables.items():
        declared = [(column["name"], column["data_type"].upper()) for column in table["columns"]]
        assert declared == [(column, kind) for column, kind, _ in described(raw, name)]


@pytest.mark.parametrize(
    ("table", "meta"),
    [
        (
            "raw_childrens_social_care__cin_census__cin_details",
            {
                "supplier": "childrens_social_care",
                "feed": "cin_census",
                "table": "cin_details",
                "merge": "latest_by_key",
                "key": ["la_child_id", "cin_referral_date"],
                "covers": {"from": "cin_referral_date", "to": "cin_closure_date", "one_day_if": "referral_nfa"},
                "per_return_year": False,
                "never_withdrawn": False,
                "parent": "children",
                "dagster": {"asset_key": ["raw", "childrens_social_care", "cin_census", "cin_details"]},
            },
        ),
        (
            "raw_childrens_social_care__ssda903__oc2",
            {
                "supplier": "childrens_social_care",
                "feed": "ssda903",
                "table": "oc2",
                "merge": "latest_by_key",
                "key": ["child"],
                "covers": None,
                "per_return_year": True,
                "never_withdrawn": False,
                "parent": None,
                "dagster": {"asset_key": ["raw", "childrens_social_care", "ssda903", "oc2"]},
            },
        ),
        (
            "raw_childrens_social_care__cin_census__disabilities",
            {
                "supplier": "childrens_social_care",
                "feed": "cin_census",
                "table": "disabilities",
                "merge": "with_parent",
                "key": [],
                "covers": None,
                "per_return_year": False,
                "never_withdrawn": False,
                "parent": "children",
                "dagster": {"asset_key": ["raw", "childrens_social_care", "cin_census", "disabilities"]},
            },
        ),
    ],
    ids=lambda value: value.rpartition("__")[2] if isinstance(value, str) else "",
)
def test_the_meta_of_a_source_table_tells_the_macros_how_its_records_merge(table: str, meta: dict[str, Any]) -> None:
    assert dbt_tables()[table]["config"]["meta"] == meta


def test_every_column_of_a_source_has_a_description_and_a_privacy_class() -> None:
    columns = [column for table in dbt_tables().values() for column in table["columns"]]

    assert {column["config"]["meta"]["privacy"] for column in columns} == {
        "identifier",
        "sensitive",
        "indirect",
        "open",
    }
    assert [column["name"] for column in columns if len(column["description"]) < 5] == []


def test_the_raw_assets_are_the_source_tables_under_the_keys_that_dagster_reads() -> None:
    assets = generate.raw_assets(CONTRACTS)

    assert {asset.raw_table: list(asset.key) for asset in assets} == {
        name: table["config"]["meta"]["dagster"]["asset_key"] for name, table in dbt_tables().items()
    }
    assert assets[0].key == ("raw", "board", "mee_decisions", "mee_decisions")
    assert assets[0].feed_key == "board/mee_decisions"


# -- the layout pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS.keys())
def test_the_page_for_the_sender_names_every_column_and_every_code(contract: Contract) -> None:
    page = FILES[Path("sources") / contract.feed_key / "README.md"]

    for table in contract.tables:
        assert f"### {table.name}\n" in page
        assert [column.name for column in table.columns if f"| `{column.name}` |" not in page] == []
    for codes in contract.code_lists.values():
        assert " ".join(codes) in page
    for difference in contract.differences:
        assert difference.reason in page


def test_a_page_keeps_what_a_person_wrote_before_and_after_the_layout() -> None:
    contract = CONTRACTS["childrens_social_care/contacts"]
    first = generate.layout_page(contract, "# Contacts\n\nSend it on Mondays.\n")
    second = generate.layout_page(contract, first + "\nAsk the front door.\n")

    assert first.startswith("# Contacts\n\nSend it on Mondays.\n\n<!-- Layout")
    assert second == first.rstrip("\n") + "\n\nAsk the front door.\n"
    assert generate.layout_page(contract, second) == second


# -- Soda contracts ----------------------------------------------------------------------------------------------------


def declared_checks(contract: dict[str, Any]) -> int:
    return len(contract["checks"]) + sum(len(column.get("checks", [])) for column in contract["columns"])


@pytest.mark.parametrize(("path", "text"), SODA.items(), ids=[path.stem for path in SODA])
def test_a_soda_contract_keeps_to_sodas_own_schema(path: Path, text: str) -> None:
    package = find_spec("soda_core")
    assert package and package.submodule_search_locations
    folder = Path(package.submodule_search_locations[0]) / "contracts"
    schema = json.loads((folder / "soda_data_contract_json_schema_1_0_0.json").read_text())
    contract = yaml.safe_load(text)

    jsonschema.Draft202012Validator(schema).validate(contract)
    assert contract["dataset"] == f"warehouse/raw/{path.stem}"


def test_there_is_a_soda_contract_for_every_raw_table_and_its_columns(raw: duckdb.DuckDBPyConnection) -> None:
    assert {path.stem for path in SODA} == {contract.raw_table(table.name) for contract, table in TABLES}
    for path, text in SODA.items():
        names = [column["name"] for column in yaml.safe_load(text)["columns"]]
        assert names == [name for name, *_ in described(raw, path.stem)]


class Verified:
    """Runs the generated Soda contracts against a warehouse file, as another process would read it."""

    def __init__(self, warehouse: Path, folder: Path) -> None:
        folder.mkdir()
        self._source = folder / "warehouse.yml"
        connection = {"database": str(warehouse), "read_only": True}
        self._source.write_text(yaml.safe_dump({"type": "duckdb", "name": "warehouse", "connection": connection}))
        generate.write(folder, SODA)
        self._folder = folder

    def __call__(self, path: Path) -> dict[str, str]:
        """Outcome by name of the check."""
        from soda_core.contracts import verify_contract_locally

        session = verify_contract_locally(
            data_source_file_path=str(self._source), contract_file_path=str(self._folder / path)
        )
        (result,) = session.contract_verification_results
        return {check.check.name: check.outcome.name for check in result.check_results}


@pytest.fixture
def soda(raw: duckdb.DuckDBPyConnection, tmp_path: Path) -> tuple[duckdb.DuckDBPyConnection, Verified]:
    """A writing connection, to be closed before the checks run, and the checks."""
    return raw, Verified(tmp_path / "warehouse.duckdb", tmp_path / "project")


def test_every_soda_check_is_evaluated_and_passes_on_an_empty_raw_table(
    soda: tuple[duckdb.DuckDBPyConnection, Verified],
) -> None:
    con, verify = soda
    con.close()

    for path, text in SODA.items():
        outcomes = verify(path)
        assert set(outcomes.values()) == {"PASSED"}, path
        assert len(outcomes) == declared_checks(yaml.safe_load(text)), path


@pytest.mark.parametrize(
    ("sql", "failing"),
    [
        ("", set()),
        (f"alter table raw.{EPISODES} alter dec type varchar", {"columns and types are those of the contract"}),
        (f"alter table raw.{EPISODES} drop column urn", {"columns and types are those of the contract"}),
        (f"alter table raw.{EPISODES} add column home_post varchar", {"columns and types are those of the contract"}),
        (f"update raw.{EPISODES} set ls = 'Q9'", {"ls is a code of some return year"}),
        (f"update raw.{EPISODES} set person_key = child", {"person_key is a keyed pseudonym"}),
        (
            f"alter table raw.{EPISODES} alter decom drop not null; update raw.{EPISODES} set decom = null",
            {"decom is filled in"},
        ),
        (f"insert into raw.{EPISODES} select * from raw.{EPISODES}", {"a row of a submission is loaded once"}),
    ],
    ids=["as loaded", "type", "column gone", "column too many", "code", "key in clear", "blank", "loaded twice"],
)
def test_a_soda_check_fails_when_its_table_breaks_it(
    soda: tuple[duckdb.DuckDBPyConnection, Verified], sql: str, failing: set[str]
) -> None:
    con, verify = soda
    con.execute(
        f"""
        insert into raw.{EPISODES}
            (submission_id, row_number, source_name, person_key, child, decom, rne, ls, place, rec)
        values
            ('sub-000001', 2, 'episodes.csv', repeat('0af', 10) || 'b1', 'X1', '2016-05-01', 'S', 'C2', 'U6', 'E43'),
            ('sub-000001', 3, 'episodes.csv', repeat('0af', 10) || 'b1', 'X1', '2016-06-01', 'L', 'C2', 'K3', null)
        """
    )
    if sql:
        con.execute(sql)
    con.close()

    outcomes = verify(Path(f"orchestration/checks/soda/raw/{EPISODES}.yml"))

    assert {name for name, outcome in outcomes.items() if outcome == "FAILED"} == failing
    assert {outcome for name, outcome in outcomes.items() if name not in failing} == {"PASSED"}
