"""The project's SQL stays within what DuckDB and Spark share, and the rule that says so bites."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.sql_subset import outside_subset

ROOT = Path(__file__).resolve().parents[2]
# The one place for what the two engines spell differently.
DIALECTS = ROOT / "dbt_project" / "macros" / "cross_database.sql"
SQL_FILES = sorted(
    path
    for folder in ("models", "macros", "tests")
    for path in (ROOT / "dbt_project" / folder).rglob("*.sql")
    if path != DIALECTS
)


def test_the_project_has_sql_to_look_at() -> None:
    assert len(SQL_FILES) > 40


@pytest.mark.parametrize("path", SQL_FILES, ids=lambda path: path.stem)
def test_sql_is_within_the_subset_that_duckdb_and_spark_share(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    assert [finding.sentence(name) for finding in outside_subset(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("select a::date from t", "cast by ::"),
        ("select cast(a as varchar) from t", "varchar"),
        ("select STRFTIME(d, '%Y') from t", "strftime and strptime"),
        ("select distinct on (a) a, b from t", "distinct on"),
        ("pivot t on a using sum(b)", "pivot"),
        ("select * from a asof join b using (d)", "asof join"),
        ("select * exclude (a) from t", "exclude or replace after *"),
        ("select list_sort(list(a)) from t", "list functions"),
        ("select unnest(a) from t", "list functions"),
        ("select date_diff('day', a, b) from t", "three-part date_diff"),
        ("select datediff(day, a, b) from t", "three-part date_diff"),
        ("select end_date - start_date from t", "date minus date"),
        ("select start_date + interval 12 month from t", "date plus or minus interval"),
        ("select concat(a, b) from t", "concat()"),
        ("select hash(a) from t", "hash()"),
        ("select a // b from t", "whole-number division by //"),
        ("select current_date", "the clock"),
        ("select now()", "the clock"),
        ("select * from read_parquet('x')", "reading files"),
        ('select "child" from t', "double quotes"),
        ('select a\n\n    , {{ x("y") }}, b::date from t', "cast by ::"),
    ],
    ids=lambda value: value.replace("\n", " ")[:40] if isinstance(value, str) else None,
)
def test_a_construct_outside_the_subset_is_found(sql: str, name: str) -> None:
    assert name in [finding.ban.name for finding in outside_subset(sql)]


@pytest.mark.parametrize(
    "sql",
    [
        "select cast(a as string) from t -- a::varchar",
        "{# strftime(d) #} select 1 as one",
        "/* select distinct on (a) */ select 1 as one",
        "select 'a::b, -- \"hash(\"' as words from t",
        "select {{ add_days(\"start_date\", 1) }} as next_day from {{ ref('t') }}",
        "select try_cast(a as date), count(*) filter (where b) from t group by all",
        "select * from t qualify row_number() over (partition by a order by b desc) = 1",
        "select year(end_date) - 1 as year_before from t",
    ],
)
def test_what_both_engines_share_is_let_through(sql: str) -> None:
    assert outside_subset(sql) == []


def test_a_finding_says_the_line_and_what_to_write_instead() -> None:
    [finding] = outside_subset("-- one\nselect\n    a::date\nfrom t")
    assert finding.sentence("model.sql") == ("model.sql, line 3: found '::' (cast by ::); write cast(x as type).")
