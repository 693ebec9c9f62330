"""What the dashboard reads is what dbt promises: columns of contracts, nothing worked out, and an exposure a page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
import yaml
from sqlglot import exp

from orchestration.exposures import (
    EXPOSURES,
    ExposureError,
    Page,
    exposures,
    model_of,
    pages,
    source_tables,
    tables_read,
)
from orchestration.ingest import generate
from orchestration.publish import _AS_IN_THE_MARTS
from orchestration.settings import PROJECT_ROOT
from tests.evidence.board_file import write_board

SOURCES = sorted((PROJECT_ROOT / "evidence" / "sources").rglob("*.sql"))
PAGES = pages(PROJECT_ROOT)
QUERIES = [
    pytest.param(sql, id=f"{page.path.as_posix()}:{name}") for page in PAGES for name, sql in page.queries.items()
]
# What only leads to a number again, or orders and chooses rows.
WORKED_OUT = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Pow, exp.Round, exp.Sum, exp.Avg, exp.Median)


def contract_of(table: str) -> dict[str, str]:
    """Column to type of a table of the Board's file, as the contract of its model or seed has them."""
    model = model_of(PROJECT_ROOT, table)
    if (beside := PROJECT_ROOT / "seeds" / f"{model}.yml").exists():
        types: dict[str, str] = yaml.safe_load(beside.read_text())["seeds"][0]["config"]["column_types"]
        return types
    [path] = (PROJECT_ROOT / "dbt_project" / "models").rglob(f"{model}.yml")
    [found] = [one for one in yaml.safe_load(path.read_text())["models"] if one["name"] == model]
    return {column["name"]: column["data_type"] for column in found["columns"]}


def parsed(path: Path) -> exp.Select:
    select = sqlglot.parse_one(path.read_text(encoding="utf-8"), dialect="duckdb")
    assert isinstance(select, exp.Select)
    return select


def tree(sql: str) -> exp.Expression:
    """A page's query; another query of the page, ${name}, stands as a table of that name."""
    return sqlglot.parse_one(re.sub(r"\$\{(\w+)\}", r"\1", sql), dialect="duckdb")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_source_is_a_list_of_columns_that_the_contract_of_its_table_has(path: Path) -> None:
    select = parsed(path)
    aliases = {
        table.alias: contract_of(table.name) for table in select.find_all(exp.Table) if table.args.get("db") is not None
    }
    assert aliases, "reads no table of the Board"
    for one in select.expressions:
        column = one.unalias()
        if isinstance(column, exp.Cast):
            assert column.to.sql("duckdb") in ("TEXT", "VARCHAR"), one.sql()
            column = column.this
        # Anything else is a figure worked out here.
        assert isinstance(column, exp.Column), one.sql()
        assert one.alias_or_name == column.name, "a column keeps its name"
        assert column.name in aliases[column.table], f"{column.sql()} is in no contract"
        is_text = isinstance(one.unalias(), exp.Cast)
        assert is_text == (aliases[column.table][column.name] in ("date", "timestamp")), "dates leave as text"
    for column in select.find_all(exp.Column):
        assert column.name in aliases[column.table], f"{column.sql()} is in no contract"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_source_says_what_a_row_is_and_gives_one_where_its_table_is_empty(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- One row: ")
    assert "from (select 1) as always\nleft join board." in text


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_what_draws_the_limits_of_a_chart_also_says_how_they_were_made(path: Path) -> None:
    # The attack reads what the dashboard ships, and knows how a limit leads back to its figures only by these two.
    names = {one.alias_or_name for one in parsed(path).expressions}
    if names & {"centre_line", "lower_limit", "upper_limit", "lower_warning", "upper_warning"}:
        assert {"chart_method", "is_in_baseline"} <= names


def test_every_table_that_a_source_reads_is_published_for_the_board() -> None:
    board = {path.stem.removeprefix("board_") for path in PROJECT_ROOT.glob("dbt_project/models/board/board_*.sql")}
    read = {table for tables in source_tables(PROJECT_ROOT).values() for table in tables}
    assert read <= board | set(_AS_IN_THE_MARTS)


@pytest.mark.parametrize("sql", QUERIES)
def test_a_page_works_no_figure_out(sql: str) -> None:
    assert [node.sql() for node in tree(sql).find_all(*WORKED_OUT)] == []


def test_the_board_file_written_by_hand_has_the_columns_of_the_contracts(tmp_path: Path) -> None:
    write_board(tmp_path / "board.duckdb")
    with duckdb.connect(str(tmp_path / "board.duckdb"), read_only=True) as con:
        found = con.execute(
            "select table_name, column_name, data_type from information_schema.columns where table_schema = 'board'"
        ).fetchall()
    by_hand: dict[str, dict[str, str]] = {}
    for table, column, kind in found:
        by_hand.setdefault(table, {})[column] = kind.lower()
    names = {"varchar": "string"}
    wrong = {
        f"{table}.{column} {kind}"
        for table, columns in by_hand.items()
        for column, kind in columns.items()
        if contract_of(table).get(column, "not there").replace(" ", "") != names.get(kind, kind)
    }
    assert wrong == set()


# -- exposures ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the exposures are made from."""
    for name in ("evidence/pages", "evidence/sources", "dbt_project/models", "seeds"):
        shutil.copytree(PROJECT_ROOT / name, tmp_path / name)
    return tmp_path


def test_each_page_is_an_exposure_of_the_models_behind_the_tables_that_its_queries_name() -> None:
    written: list[dict[str, Any]] = yaml.safe_load((PROJECT_ROOT / EXPOSURES).read_text())["exposures"]
    assert [one["name"] for one in written] == [page.name for page in PAGES]
    overview = next(one for one in written if one["name"] == "dashboard_index")
    assert {"ref('board_fct_indicator_latest_due')", "ref('dim_indicator')"} <= set(overview["depends_on"])
    for page, one in zip(PAGES, written, strict=True):
        named = {table.name for sql in page.queries.values() for table in real_tables(sql)} - set(page.queries)
        tables = {table for source in named for table in source_tables(PROJECT_ROOT)[source]}
        assert set(one["depends_on"]) == {f"ref('{model_of(PROJECT_ROOT, table)}')" for table in tables}


def real_tables(sql: str) -> list[exp.Table]:
    """By a parser of SQL, which the generator itself does without."""
    steps = {step.alias for step in tree(sql).find_all(exp.CTE)}
    return [table for table in tree(sql).find_all(exp.Table) if table.name not in steps]


def test_a_page_that_begins_to_read_another_table_makes_the_exposures_stale(project: Path) -> None:
    assert generate.dashboard_exposures(project) == (PROJECT_ROOT / EXPOSURES).read_text()
    page = project / "evidence/pages/index.md"
    page.write_text(page.read_text() + "\n```sql more\nselect * from dim_breakdown\n```\n")
    text = generate.dashboard_exposures(project)
    (sentence,) = generate.drift(PROJECT_ROOT, {EXPOSURES: text})[:1]
    assert sentence == f"{EXPOSURES}: differs from what the pages say; edit the page, not this file."


def test_a_page_that_reads_what_is_no_source_is_refused_with_its_name(project: Path) -> None:
    page = project / "evidence/pages/index.md"
    page.write_text(page.read_text() + "\n```sql more\nselect * from fct_secret\n```\n")
    with pytest.raises(ExposureError, match=r"pages/index\.md: query more reads fct_secret"):
        exposures(project)


def test_a_source_that_reads_another_schema_is_refused_with_its_name(project: Path) -> None:
    (project / "evidence/sources/board/x.sql").write_text("select a from marts.fct_indicator_value as f")
    with pytest.raises(ExposureError, match=r"x\.sql: reads marts\.fct_indicator_value"):
        exposures(project)


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("select a from one -- from two\njoin three as t on true", ["one", "three"]),
        ("with own as (\n  select 1 from one\n)\nselect * from own inner join Own using (a)", ["one"]),
        ("select * from board.one as x left join board.one as y on x.a = y.a", ["board.one"]),
    ],
    ids=["comment", "own-step", "twice"],
)
def test_the_tables_of_a_query_are_those_that_it_reads(sql: str, tables: list[str]) -> None:
    assert tables_read(sql) == tables


def test_a_page_with_a_parameter_has_a_name_that_dbt_takes() -> None:
    assert Page(Path("indicators/[indicator].md"), "Indicator", {}).name == "dashboard_indicators_indicator"
