"""The Board's sentences: every number in one is a cell of the Board's file, and none is of a withheld figure."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

Row = dict[str, Any]


@pytest.fixture(scope="module")
def board(demonstration_home: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(f"attach '{demonstration_home / 'published' / 'board.duckdb'}' as told (read_only)")
    return con


def rows(con: duckdb.DuckDBPyConnection, table: str, where: str = "true") -> list[Row]:
    found = con.execute(f"select * from told.board.{table} where {where}")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def in_words(value: Decimal | None, indicator: Row) -> str | None:
    """As a page shows it: rounded half up to the places of its indicator, a comma before each three digits."""
    if value is None:
        return None
    places = Decimal(1).scaleb(-indicator["decimals"])
    return f"{value.quantize(places, ROUND_HALF_UP):,}"


def key(row: Row) -> tuple[str, str, str, str, date]:
    return (
        row["indicator_code"], row["definition_version"], row["area_code"], row["period_type"], row["period_end"],
    )  # fmt: skip


def test_each_indicator_has_one_sentence_that_names_it_and_its_period(board: duckdb.DuckDBPyConnection) -> None:
    sentences = rows(board, "fct_indicator_sentence")
    due = rows(board, "fct_indicator_latest_due", "is_primary_cadence")
    assert {key(row) for row in sentences} == {key(row) for row in due}
    labels = {(row["period_type"], row["period_end"]): row["period_label"] for row in rows(board, "dim_period")}
    names = {(row["indicator_code"], row["definition_version"]): row for row in rows(board, "dim_indicator")}
    for row in sentences:
        name = names[row["indicator_code"], row["definition_version"]]["display_name"]
        label = labels[row["period_type"], row["period_end"]]
        assert row["sentence"].startswith(f"{name}, {label}: ")
        assert row["sentence"].endswith(".")


def test_every_number_in_every_sentence_is_a_cell_of_the_boards_file(board: duckdb.DuckDBPyConnection) -> None:
    figures = {key(row): row for row in rows(board, "fct_indicator_value", "breakdown = 'total'")}
    comparisons = {key(row): row for row in rows(board, "fct_indicator_comparison")}
    indicators = {(row["indicator_code"], row["definition_version"]): row for row in rows(board, "dim_indicator")}
    labels = sorted((row["period_label"] for row in rows(board, "dim_period")), key=len, reverse=True)
    with_figures = with_england = 0
    for row in rows(board, "fct_indicator_sentence"):
        indicator = indicators[row["indicator_code"], row["definition_version"]]
        rest = row["sentence"].removeprefix(indicator["display_name"])
        for label in labels:
            rest = rest.replace(label, "")
        numbers = re.findall(r"\d[\d.,]*\d|\d", rest)
        shown = figures.get(key(row))
        if shown is None or shown["value"] is None:
            assert numbers == [], row["sentence"]
            continue
        with_figures += 1
        year_before = [
            in_words(one["value"], indicator)
            for one in figures.values()
            if key(one)[:4] == key(row)[:4]
            and (one["period_end"].year, one["period_end"].month)
            == (row["period_end"].year - 1, row["period_end"].month)
        ]
        cells = {in_words(shown["value"], indicator), *year_before}
        compared = comparisons.get(key(row))
        if compared and compared["significance_england"]:
            with_england += 1
            other = indicators[compared["comparison_code"], compared["comparison_version"]]
            cells |= {in_words(compared[name], other) for name in ("comparison_value", "england_value")}
            cells.add(f"{other['multiplier']:,}")
        assert set(numbers) <= cells, row["sentence"]
        assert in_words(shown["value"], indicator) in numbers
    assert with_figures > 50
    assert with_england >= 5


def test_a_priority_is_told_by_counts_of_its_measures(board: duckdb.DuckDBPyConnection) -> None:
    measures = rows(board, "fct_priority_indicator")
    mapped = {
        (row["priority_code"], row["indicator_code"], row["breakdown_value"])
        for row in rows(board, "bridge_indicator_priority")
    }
    assert {(m["priority_code"], m["indicator_code"], m["breakdown_value"]) for m in measures} == mapped
    priorities = rows(board, "fct_priority")
    assert sorted(row["priority_name"] for row in priorities) == [
        "Child Sexual Exploitation", "Domestic Abuse", "Neglect", "Self Harm and Suicide",
    ]  # fmt: skip
    for row in priorities:
        own = [m for m in measures if m["priority_code"] == row["priority_code"]]
        assert (row["measures"], row["measures_with_figure"], row["worse_than_england"]) == (
            len(own),
            sum(m["value"] is not None for m in own),
            sum(m["significance_england"] == "worse" for m in own),
        )
        told = [int(number) for number in re.findall(r"\d+", row["state"])]
        assert told == [
            row["measures_with_figure"], row["measures"], row["measures_judged"], row["worse_than_england"],
            row["changed_for_the_worse"], row["agreed_exceptions"],
        ]  # fmt: skip
