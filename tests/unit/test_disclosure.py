"""Disclosure control: by hand for every rule, and by invented tables for the promise that holds over all of them.

The promise: no count of 1 to 5 people is shown, and none that is withheld can be found from what is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.disclosure import Cell, DisclosureError, Parameters, decide, decide_cells
from orchestration.settings import Settings
from orchestration.warehouse import connect
from tests.unit.cells_by_hand import FIVE, QUARTERS, YEAR, cell, flow, mean, rate, share
from tests.warehouse_by_hand import release_id, write_warehouse


def withheld(*cells: Cell) -> list[str]:
    """Cells that are not shown, as `code value` in the order given."""
    ids = {decision.cell_id for decision in decide_cells(cells, FIVE)}
    return [f"{c.indicator_code} {c.breakdown_value}" for c in cells if c.cell_id in ids]


# -- the cell by itself


@pytest.mark.parametrize(
    ("given_cell", "shown"),
    [
        pytest.param(cell(numerator=0), True, id="count_0_is_a_true_zero"),
        pytest.param(cell(numerator=1), False, id="count_1"),
        pytest.param(cell(numerator=5), False, id="count_5"),
        pytest.param(cell(numerator=6), True, id="count_6"),
        pytest.param(cell(numerator=5.5), False, id="count_5_and_a_half_is_not_6"),
        pytest.param(cell(numerator=0.4), False, id="a_weighted_count_below_1"),
        pytest.param(cell(numerator=None, value=3), False, id="count_only_in_value"),
        pytest.param(cell(numerator=None, value=30), True, id="large_count_only_in_value"),
        pytest.param(cell(numerator=3, value=30), False, id="small_numerator_of_a_count"),
        pytest.param(cell(numerator=None, denominator=30), False, id="no_count_known"),
        pytest.param(cell(numerator=-2), False, id="a_negative_count_cannot_be_judged"),
        pytest.param(rate(5), False, id="rate_of_5"),
        pytest.param(rate(6), True, id="rate_of_6"),
        pytest.param(rate(0), True, id="rate_of_0"),
        pytest.param(rate(None), False, id="rate_whose_count_is_not_known"),
        pytest.param(share(5, 100), False, id="share_with_numerator_5"),
        pytest.param(share(0, 4), False, id="share_of_4_people"),
        pytest.param(share(96, 100), True, id="process_measure_with_4_left_out"),
        pytest.param(share(100, 100), True, id="process_measure_of_all"),
        pytest.param(share(0, 100), True, id="process_measure_of_none"),
        pytest.param(share(0, 0), True, id="none_of_none"),
        pytest.param(share(20, None), False, id="share_of_an_unknown_number"),
        pytest.param(share(96, 100, complement_is_sensitive=True), False, id="attribute_with_4_left_out"),
        pytest.param(share(95, 100, complement_is_sensitive=True), False, id="attribute_with_5_left_out"),
        pytest.param(share(94, 100, complement_is_sensitive=True), True, id="attribute_with_6_left_out"),
        pytest.param(share(100, 100, complement_is_sensitive=True), False, id="attribute_of_all"),
        pytest.param(share(0, 100, complement_is_sensitive=True), False, id="attribute_of_none"),
        pytest.param(share(103, 100, complement_is_sensitive=True), True, id="take_up_over_100_percent"),
        pytest.param(share(0, 0, complement_is_sensitive=True), True, id="attribute_of_nobody"),
        pytest.param(mean(5), False, id="mean_of_5_people"),
        pytest.param(mean(6, days=3), True, id="mean_of_6_people_with_3_days"),
        pytest.param(mean(None), False, id="mean_of_an_unknown_number"),
        pytest.param(cell(measure_type="index"), False, id="a_measure_that_is_not_known"),
        pytest.param(cell(cases_not_assessable=Decimal(3)), False, id="3_not_assessable"),
        pytest.param(cell(numerator=None, cases_not_assessable=Decimal(3)), False, id="no_figure_and_3_not_assessable"),
        pytest.param(
            cell(numerator=None, cases_not_assessable=Decimal(40)), True, id="no_figure_and_40_not_assessable"
        ),
        pytest.param(cell(cases_not_assessable=Decimal(0)), True, id="0_not_assessable"),
        pytest.param(cell(cases_not_assessable=Decimal(6)), True, id="6_not_assessable"),
    ],
)
def test_what_a_cell_tells_of_few_people_by_itself(given_cell: Cell, shown: bool) -> None:
    decisions = decide_cells([given_cell], FIVE)
    assert [d.cell_id for d in decisions] == ([] if shown else [given_cell.cell_id])
    assert all(d.action == "suppress" and d.reason.endswith(".") for d in decisions)


def test_a_cell_without_any_figure_keeps_its_own_status() -> None:
    late = cell(numerator=None)
    assert decide_cells([late, cell("1-4", 3), cell("5-9", None)], FIVE)[0].cell_id.endswith("1-4")
    assert withheld(late, cell("1-4", 3), cell("5-9", None)) == ["R01 1-4"]


def test_the_threshold_is_the_parameters_and_no_number_of_the_code() -> None:
    assert decide_cells([cell(numerator=7)], Parameters(small_count_max=7))
    assert not decide_cells([cell(numerator=8)], Parameters(small_count_max=7))
    assert "1 to 7" in decide_cells([cell(numerator=7)], Parameters(small_count_max=7))[0].reason


def test_the_cell_id_is_the_key_of_the_figure() -> None:
    assert cell("5-9").cell_id == "R01|1|E06000011|financial_year|2017-03-31|age_band|5-9"


# -- the cells around it


def test_the_next_smallest_value_goes_with_a_small_one_and_the_rest_is_shown() -> None:
    assert withheld(cell(numerator=113), cell("1-4", 3), cell("5-9", 50), cell("10-15", 60), cell("18+", 0)) == [
        "R01 1-4",
        "R01 5-9",
    ]


def test_a_breakdown_without_a_small_value_is_shown_with_its_zeros() -> None:
    assert withheld(cell(numerator=110), cell("1-4", 0), cell("5-9", 50), cell("10-15", 60)) == []


def test_a_small_total_goes_with_every_value_that_is_small_too_and_a_nought_tells_nothing_of_it() -> None:
    sex = cell("female", 4, breakdown="sex")
    assert withheld(cell(numerator=4), cell("1-4", 4), cell("5-9", 0), sex) == [
        "R01 total",
        "R01 1-4",
        "R01 female",
    ]


def test_another_breakdown_of_the_same_total_is_shown() -> None:
    female, male = cell("female", 60, breakdown="sex"), cell("male", 53, breakdown="sex")
    assert withheld(cell(numerator=113), cell("1-4", 3), cell("5-9", 110), female, male) == ["R01 1-4", "R01 5-9"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"area_code": "E06000010"},
        {"indicator_code": "R03"},
        {"period_start": date(2015, 4, 1), "period_end": date(2016, 3, 31)},
    ],
    ids=["area", "indicator", "period"],
)
def test_other_areas_indicators_and_moments_are_left_alone(elsewhere: dict[str, Any]) -> None:
    other = replace(cell("5-9", 50), **elsewhere)
    assert withheld(cell("1-4", 3), other) == ["R01 1-4"]


def test_a_rate_goes_with_its_count_and_a_count_with_its_rate() -> None:
    assert withheld(cell(numerator=4), rate(4)) == ["R01 total", "R02 total"]
    # A version of the rate that counts a little differently must not give the count away, nor the other way round.
    assert withheld(cell(numerator=4), rate(6)) == ["R01 total", "R02 total"]
    assert withheld(cell(numerator=6), rate(4)) == ["R01 total", "R02 total"]
    assert withheld(cell(numerator=6), cell("5-9", 6), rate(4)) == ["R01 total", "R01 5-9", "R02 total"]


def test_the_rates_of_a_breakdown_go_with_the_counts_of_that_breakdown() -> None:
    band_rate = rate(50, breakdown="age_band", breakdown_value="5-9")
    assert withheld(cell("1-4", 3), cell("5-9", 50), band_rate, rate(53)) == ["R01 1-4", "R01 5-9", "R02 5-9"]


def test_a_stock_is_the_same_figure_for_the_quarter_and_the_year_that_end_that_day() -> None:
    quarter = cell(numerator=None, value=None, denominator=9, period_type="quarter", period_start=date(2017, 1, 1))
    assert withheld(cell(numerator=4), quarter) == ["R01 total", "R01 total"]
    bands = [cell("1-4", 3), cell("5-9", 50, period_type="quarter", period_start=date(2017, 1, 1))]
    assert withheld(*bands) == ["R01 1-4"]
    assert withheld(*bands, cell(numerator=53)) == ["R01 1-4", "R01 5-9"]


# -- flows: periods add up


def shown_periods(*cells: Cell) -> list[str]:
    ids = {decision.cell_id for decision in decide_cells(cells, FIVE)}
    return [f"{c.period_type} {c.period_end}" for c in cells if c.cell_id not in ids]


def test_the_next_smallest_quarter_goes_with_a_small_one_and_the_year_is_shown() -> None:
    cells = [flow("quarter", *period, count) for period, count in zip(QUARTERS, (3, 10, 11, 12), strict=True)]
    assert shown_periods(*cells, flow("financial_year", *YEAR, 36)) == [
        "quarter 2016-12-31",
        "quarter 2017-03-31",
        "financial_year 2017-03-31",
    ]


def test_a_running_total_is_shown_where_the_step_to_it_is_not_and_is_not_where_it_is() -> None:
    first = flow("financial_year_to_date", *QUARTERS[0], 3)
    second = flow("financial_year_to_date", YEAR[0], QUARTERS[1][1], 13)
    following = flow("financial_year", date(2017, 4, 1), date(2018, 3, 31), 40)
    assert shown_periods(first, second, following) == ["financial_year_to_date 2016-09-30", "financial_year 2018-03-31"]
    step = flow("quarter", *QUARTERS[1], 10)
    assert shown_periods(first, second, step, following) == [
        "financial_year_to_date 2016-09-30",
        "financial_year 2018-03-31",
    ]


def test_a_year_is_shown_where_only_one_of_its_quarters_is_listed() -> None:
    cells = [
        flow("quarter", *QUARTERS[0], 3, "police"),
        flow("financial_year", *YEAR, 60, "police"),
        flow("financial_year", *YEAR, 70, "schools"),
        flow("financial_year", *YEAR, 130),
    ]
    assert shown_periods(*cells) == ["financial_year 2017-03-31"] * 3


@pytest.mark.parametrize("total_is_listed", [True, False])
def test_a_year_that_its_breakdown_gives_away_protects_no_quarter(total_is_listed: bool) -> None:
    # The Board's own list: headlines by quarter and year, breakdowns by year only.
    cells = [
        *(flow("quarter", *period, count) for period, count in zip(QUARTERS, (3, 40, 41, 46), strict=True)),
        flow("financial_year", *YEAR, 60, "police"),
        flow("financial_year", *YEAR, 70, "schools"),
        *([flow("financial_year", *YEAR, 130)] if total_is_listed else []),
    ]
    assert shown_periods(*cells) == ["quarter 2016-12-31", "quarter 2017-03-31"] + ["financial_year 2017-03-31"] * (
        3 if total_is_listed else 2
    )


# -- the promise


@st.composite
def stock_tables(draw: st.DrawFn) -> list[Cell]:
    """An area's counts at one day: two breakdowns that add up to the total, and the rate of the total."""
    ages = draw(st.lists(st.integers(0, 12), min_size=2, max_size=6))
    girls = draw(st.integers(0, sum(ages)))
    total = sum(ages)
    cells = [cell(numerator=total), rate(total)]
    cells += [cell(f"band {n}", count) for n, count in enumerate(ages)]
    cells += [cell("female", girls, breakdown="sex"), cell("male", total - girls, breakdown="sex")]
    by_quarter = draw(st.sets(st.sampled_from(["total", "age_band", "sex"])))
    cells += [
        replace(c, period_type="quarter", period_start=date(2017, 1, 1)) for c in cells if c.breakdown in by_quarter
    ]
    return cells


def feasible(target: Cell, v: int, cells: list[Cell], shown: dict[str, int]) -> bool:
    """Whether the target could be v, as far as the sums over its breakdown and what is shown tell."""
    siblings = [c for c in cells if c.breakdown == target.breakdown and c.period_type == target.period_type]
    totals = {shown[c.cell_id] for c in cells if c.breakdown == "total" and c.cell_id in shown}
    totals |= {shown[c.cell_id] for c in cells if c.indicator_code == "R02" and c.cell_id in shown}
    if not totals or target.breakdown == "total":
        return True
    (total,) = totals
    rest = total - v - sum(shown.get(c.cell_id, 0) for c in siblings)
    others = [c for c in siblings if c.cell_id not in shown and c is not target]
    return rest == 0 if not others else rest >= 0


@settings(max_examples=400)
@given(stock_tables())
def test_no_small_count_is_shown_and_every_withheld_one_could_be_any_number_from_1_to_5(cells: list[Cell]) -> None:
    ids = {decision.cell_id for decision in decide_cells(cells, FIVE)}
    shown = {c.cell_id: int(c.numerator) for c in cells if c.cell_id not in ids and c.numerator is not None}
    assert not [count for count in shown.values() if 1 <= count <= 5]
    for target in cells:
        if target.cell_id in ids and target.numerator is not None and 1 <= target.numerator <= 5:
            assert all(feasible(target, v, cells, shown) for v in range(1, 6))
    # Nothing is withheld without need: where no count is small, all is shown.
    if not [c for c in cells if c.numerator is not None and 1 <= c.numerator <= 5]:
        assert not ids


@st.composite
def flow_tables(draw: st.DrawFn) -> list[Cell]:
    """Four quarters by two sources: quarters add up to running totals and the year, sources to the headline.

    Of those, what a list for the Board may hold: any period types, each with or without headline and breakdown.
    """
    police = [draw(st.integers(0, 12)) for _ in QUARTERS]
    schools = [draw(st.integers(0, 12)) for _ in QUARTERS]
    cells = []
    for value, counts in (("police", police), ("schools", schools)):
        for n, (start, end) in enumerate(QUARTERS):
            cells.append(flow("quarter", start, end, counts[n], value))
            cells.append(flow("financial_year_to_date", YEAR[0], end, sum(counts[: n + 1]), value))
        cells.append(flow("financial_year", *YEAR, sum(counts), value))
    for kind, period_end in {(c.period_type, c.period_end) for c in cells}:
        parts = [c for c in cells if (c.period_type, c.period_end) == (kind, period_end)]
        count = sum(int(c.numerator or 0) for c in parts)
        cells.append(flow(kind, parts[0].period_start, period_end, count))
    listed = draw(st.sets(st.sampled_from(sorted({(c.period_type, c.breakdown) for c in cells})), min_size=1))
    return [c for c in cells if (c.period_type, c.breakdown) in listed]


def rank(rows: list[list[int]]) -> int:
    matrix = [[Decimal(n) for n in row] for row in rows]
    found = 0
    for column in range(len(matrix[0]) if matrix else 0):
        pivot = next((r for r in range(found, len(matrix)) if matrix[r][column]), None)
        if pivot is None:
            continue
        matrix[found], matrix[pivot] = matrix[pivot], matrix[found]
        for r in range(len(matrix)):
            if r != found and matrix[r][column]:
                factor = matrix[r][column] / matrix[found][column]
                matrix[r] = [a - factor * b for a, b in zip(matrix[r], matrix[found], strict=True)]
        found += 1
    return found


def atoms(c: Cell) -> list[int]:
    """The (source, quarter) counts that a flow's cell is the sum of, as a row of 0 and 1."""
    return [
        int(c.breakdown_value in ("total", value) and start >= c.period_start and end <= c.period_end)
        for value in ("police", "schools")
        for start, end in QUARTERS
    ]


@settings(max_examples=200)
@given(flow_tables())
def test_no_small_count_of_a_flow_is_any_sum_or_difference_of_what_is_shown(cells: list[Cell]) -> None:
    ids = {decision.cell_id for decision in decide_cells(cells, FIVE)}
    shown = [atoms(c) for c in cells if c.cell_id not in ids]
    for c in cells:
        if c.numerator is not None and 1 <= c.numerator <= 5:
            assert c.cell_id in ids
            assert rank([*shown, atoms(c)]) == rank(shown) + 1, f"{c.cell_id} follows from what is shown"


@given(
    st.permutations([cell("1-4", 3), cell("5-9", 50), cell(numerator=53), rate(53), cell("female", 2, breakdown="sex")])
)
def test_the_order_of_the_cells_never_changes_what_is_decided(cells: list[Cell]) -> None:
    expected = decide_cells(sorted(cells, key=lambda c: c.cell_id), FIVE)
    assert {d.cell_id for d in decide_cells(cells, FIVE)} == {d.cell_id for d in expected}


# -- against the warehouse


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(write_warehouse(Settings(home=tmp_path / "home"))) as con:
        yield con


def decided(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return con.execute("select cell_id, action from ops.disclosure_decisions order by all").fetchall()


def test_large_counts_leave_no_decision(con: duckdb.DuckDBPyConnection) -> None:
    summary = decide(con, release_id())
    assert (summary.cells, summary.suppressed, decided(con)) == (20, 0, [])
    assert summary.sentence() == f"0 of 20 cells for the Board are withheld in {release_id()}."


def test_decisions_of_this_release_are_replaced_and_those_of_others_kept(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into ops.disclosure_decisions values ('old', 'suppress', 'x', 'r-old'), ('stale', 'suppress',"
                f" 'x', '{release_id()}')")  # fmt: skip
    con.execute("update marts.fct_indicator_value set numerator = 3, value = 3 where breakdown_value = 'male'"
                " and period_end = '2017-03-31'")  # fmt: skip
    summary = decide(con, release_id())
    assert decide(con, release_id()).counts() == summary.counts()
    assert (summary.cells, summary.suppressed) == (20, 1)
    key = "R01|1|E06000011|financial_year|2017-03-31|sex"
    assert decided(con) == [(f"{key}|male", "suppress"), ("old", "suppress")]


def test_the_summary_tells_how_many_are_withheld_for_what(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update marts.fct_indicator_value set numerator = 3, value = 3 where breakdown_value = 'male'"
                " and period_end = '2017-03-31'")  # fmt: skip
    con.execute("update marts.fct_indicator_value set numerator = 108, value = 108 where breakdown = 'total'"
                " and period_end = '2017-03-31'")  # fmt: skip
    summary = decide(con, release_id())
    assert summary.counts() == {
        "cells": 20, "published": 18, "suppressed": 2, "primary": 1, "secondary": 1, "whole": 0, "earlier": 0,
        "suppressed_share": 0.1,
    }  # fmt: skip
    assert summary.sentence() == (
        f"2 of 20 cells for the Board are withheld in {release_id()}: 1 (5.0%) too small themselves, "
        "1 (5.0%) so that none of those can be reckoned."
    )


def test_a_figure_that_is_not_on_the_boards_list_is_no_matter_of_disclosure_control(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute("update marts.fct_indicator_value set numerator = 3, value = 3 where breakdown = 'sex'")
    con.execute("delete from marts.bridge_indicator_publication where breakdown = 'sex'")
    con.execute(
        "insert into marts.bridge_indicator_publication values ('R01', 'analyst', 'financial_year', 'sex', true)"
    )
    summary = decide(con, release_id())
    assert (summary.cells, summary.suppressed) == (10, 0)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("update marts.fct_indicator_value set release_id = 'r-other'", "holds release r-other"),
        ("update marts.fct_indicator_value set release_id = null", "holds release None"),
        ("delete from marts.dim_indicator where indicator_code = 'R02'", "R02 version 1 has figures"),
        ("update marts.dim_indicator set complement_is_sensitive = null", "no complete row"),
        ("delete from reference.disclosure_parameters", "found 0 values"),
        ("update reference.disclosure_parameters set valid_to = '2017-06-29'", "found 0 values"),
        (
            "insert into reference.disclosure_parameters values ('small_count_max', 9, null, null, 'x')",
            "found 2 values",
        ),
        ("delete from ops.run_control", "found 0 values"),
    ],
)
def test_nothing_is_decided_where_the_ground_is_not_sure(
    con: duckdb.DuckDBPyConnection, statement: str, words: str
) -> None:
    con.execute(statement)
    with pytest.raises(DisclosureError, match=words):
        decide(con, release_id())
    assert decided(con) == []


def test_the_threshold_of_the_runs_day_is_taken(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("update reference.disclosure_parameters set valid_to = '2017-06-29'")
    con.execute("insert into reference.disclosure_parameters values ('small_count_max', 109, '2017-06-30', null, 'x')")
    # 101 to 105 girls are few by that threshold; their brothers and no one else go with them.
    assert decide(con, release_id()).suppressed == 10
