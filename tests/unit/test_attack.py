"""The attack finds what a publication gives away, and claims nothing that the numbers leave open.

Every board here is a small table worked by hand. The ten weakenings are ten ways in which a table that withholds a
count of 1 to 5 gives it away all the same.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner
from dagster import AssetKey, asset, materialize
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from orchestration.assets.checks import attack_check
from orchestration.attack import AttackReport, Hole, Leak, attack
from orchestration.attack.equations import MANY, byar, wilson
from orchestration.attack.figures import CellKey, Figure, Published, period_start, read_folder, read_schema
from orchestration.attack.run import AttackError, attack_published, attack_warehouse, results
from orchestration.checks.gate import blocking
from orchestration.cli import main
from orchestration.settings import Settings
from orchestration.warehouse import connect, migrate

AREA = "E06000011"
YEAR, YEAR_BEFORE = "2017-03-31", "2016-03-31"

# code, measure_type, time_behaviour, multiplier, decimals, complement_is_sensitive, counts, population group, interval
DICTIONARY = (
    ("R01", "distinct", "stock", 1, 0, False, None, None, "none"),
    ("R03", "distinct", "stock", 1, 0, False, None, None, "none"),
    ("R04", "rate", "stock", 10000, 1, False, "R03", "0-17", "byar"),
    ("R07", "distinct", "flow", 1, 0, False, None, None, "none"),
    ("A01", "count", "flow", 1, 0, False, None, None, "none"),
    ("A08d", "distinct", "stock", 1, 0, False, None, None, "none"),
    ("A08e", "distinct", "flow", 1, 0, False, None, None, "none"),
    ("A08f", "proportion", "stock", 100, 1, False, None, None, "wilson"),
    ("A07", "count", "flow", 1, 0, False, None, None, "none"),
    ("S02", "proportion", "flow", 100, 1, True, None, None, "wilson"),
    ("S02b", "proportion", "stock", 100, 1, True, None, None, "wilson"),
    ("S03", "proportion", "flow", 100, 1, True, None, None, "wilson"),
    ("W01", "proportion", "stock", 100, 1, False, None, None, "wilson"),
)
COLUMNS = "numerator, denominator, value, lower_ci_95, upper_ci_95, centre_line, lower_limit, upper_limit, change"


def row(
    code: str,
    end: str,
    numerator: float | None = None,
    *,
    period_type: str = "financial_year",
    split: tuple[str, str] = ("total", "total"),
    status: str | None = None,
    reason: str | None = None,
    **others: Any,
) -> dict[str, Any]:
    """A row of the Board's figures; one without a numerator is withheld unless a status says otherwise."""
    day = date.fromisoformat(end)
    return {
        "indicator_code": code,
        "definition_version": "1",
        "area_code": AREA,
        "period_type": period_type,
        "period_start": period_start(period_type, day),
        "period_end": day,
        "breakdown": split[0],
        "breakdown_value": split[1],
        **dict.fromkeys(COLUMNS.split(", ")),
        "numerator": numerator,
        "status": status or ("suppressed" if numerator is None else "published"),
        "status_reason": reason,
        **others,
    }


def schema(con: duckdb.DuckDBPyConnection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Make a Board's schema with the dictionary above and these figures."""
    # A file called board.duckdb is a database called board, too.
    database = con.execute("select current_database()").fetchall()[0][0]
    own = f"{database}.board"
    con.execute(f"create schema {own}")
    con.execute(
        f"create table {own}.dim_indicator (indicator_code varchar, definition_version varchar, "
        "measure_type varchar, time_behaviour varchar, multiplier integer, decimals integer, "
        "complement_is_sensitive boolean, counts_indicator_code varchar, population_group varchar, "
        "ci_method varchar)"
    )
    con.executemany(f"insert into {own}.dim_indicator values (?, '1', ?, ?, ?, ?, ?, ?, ?, ?)", DICTIONARY)
    con.execute(
        f"create table {own}.fct_indicator_value (indicator_code varchar, definition_version varchar, "
        "area_code varchar, period_type varchar, period_start date, period_end date, breakdown varchar, "
        "breakdown_value varchar, "
        + ", ".join(f"{column} decimal(18, 4)" for column in COLUMNS.split(", "))
        + ", status varchar, status_reason varchar, chart_method varchar, is_in_baseline boolean)"
    )
    for one in rows:
        con.execute(
            f"insert into {own}.fct_indicator_value ({', '.join(one)}) values ({', '.join('?' * len(one))})",
            list(one.values()),
        )


def board(rows: Iterable[Mapping[str, Any]], name: str = "this release") -> Published:
    """A Board's schema in DuckDB with the dictionary above and these figures, read as an outsider reads it."""
    with duckdb.connect() as con:
        schema(con, rows)
        return read_schema(con, "board", name)


def key(
    code: str, end: str, *, period_type: str = "financial_year", split: tuple[str, str] = ("total", "total")
) -> Any:
    day = date.fromisoformat(end)
    return CellKey(code, "1", AREA, period_type, period_start(period_type, day), day, *split)


def found(report: AttackReport, cell: CellKey, part: str = "numerator") -> Hole | None:
    return next((hole for hole in report.holes if hole.key == cell and hole.part == part), None)


def span(hole: Hole | None) -> tuple[int, int | None] | None:
    return None if hole is None else (hole.lower, hole.upper)


FEMALE, MALE, UNKNOWN = ("sex", "female"), ("sex", "male"), ("sex", "unknown")


def test_a_table_that_leaves_every_small_count_possible_has_no_hole() -> None:
    report = attack(
        board(
            [
                row("R01", YEAR, 40),
                row("R01", YEAR, split=FEMALE),
                row("R01", YEAR, split=MALE),
                row("R01", YEAR, 0, split=UNKNOWN),
            ]
        )
    )

    assert (report.holes, report.leaks) == ((), ())
    assert (report.suppressed, report.published) == (2, 2)


def test_one_withheld_part_beside_its_total_is_found() -> None:
    report = attack(
        board(
            [
                row("R01", YEAR, 40),
                row("R01", YEAR, 36, split=FEMALE),
                row("R01", YEAR, split=MALE),
                row("R01", YEAR, 0, split=UNKNOWN),
            ]
        )
    )

    hole = found(report, key("R01", YEAR, split=MALE))
    assert hole is not None and span(hole) == (4, 4)
    assert hole.excluded == (1, 2, 3, 5) and hole.is_small
    assert "parts of a breakdown" in hole.sentence() and "4" not in hole.sentence().replace(AREA, "")


def test_a_count_that_an_earlier_release_showed_is_found() -> None:
    now = board([row("R07", YEAR)])
    before = board([row("R07", YEAR, 3)], name="r-2017-05")

    hole = found(attack(now, [before]), key("R07", YEAR))

    assert span(hole) == (3, 3)
    assert hole is not None and hole.sources == ("the earlier release r-2017-05",)


@pytest.mark.parametrize("told_in", ["board", "dashboard"])
def test_a_count_that_a_table_of_what_moved_tells_of_before_is_found(told_in: str) -> None:
    with duckdb.connect() as con:
        con.execute("create schema board")
        con.execute(
            "create table board.fct_restatement as select 'R07' as indicator_code, '1' as definition_version, "
            f"'{AREA}' as area_code, 'financial_year' as period_type, date '{YEAR}' as period_end, 3 as value_before"
        )
        moved = read_schema(con, "board", "what moved")
    now = board([row("R07", YEAR)])
    report = attack(replace(now, before=moved.before)) if told_in == "board" else attack(now, dashboard=[moved])

    assert span(found(report, key("R07", YEAR))) == (3, 3)
    assert [leak.kind for leak in report.leaks] == ["small count"]


def test_a_centre_line_over_a_withheld_point_is_found() -> None:
    # (12 + 15 + x + 14) / 4 = 11 -> x = 3.
    ends = ("2016-06-30", "2016-09-30", "2016-12-31", "2017-03-31")
    counts = (12, 15, None, 14)
    rows = [
        row("A01", end, count, period_type="quarter", **({} if count is None else {"centre_line": 11}))
        for end, count in zip(ends, counts, strict=True)
    ]

    report = attack(board(rows))

    assert span(found(report, key("A01", "2016-12-31", period_type="quarter"))) == (3, 3)


@pytest.mark.parametrize(
    "kind",
    [lambda _: {"chart_method": "run_chart"}, lambda place: {"is_in_baseline": place < 2}],
    ids=["a median", "a line behind its baseline"],
)
def test_a_line_that_is_no_mean_of_its_points_tells_of_none(kind: Callable[[int], dict[str, Any]]) -> None:
    # As the mean of four, 11 would make the withheld one 3.
    ends = ("2016-06-30", "2016-09-30", "2016-12-31", "2017-03-31")
    rows = [
        row("A01", end, count, period_type="quarter", **({} if count is None else {"centre_line": 11}), **kind(place))
        for place, (end, count) in enumerate(zip(ends, (12, 15, None, 14), strict=True))
    ]

    assert found(attack(board(rows)), key("A01", "2016-12-31", period_type="quarter")) is None


def test_control_limits_over_a_withheld_point_are_found() -> None:
    # The centre lies half-way between the limits: (2 + 20) / 2 = 11, so the withheld point is 3 as above.
    ends = ("2016-06-30", "2016-09-30", "2016-12-31", "2017-03-31")
    counts = (12, 15, None, 14)
    rows = [
        row(
            "A01", end, count, period_type="quarter", **({} if count is None else {"lower_limit": 2, "upper_limit": 20})
        )
        for end, count in zip(ends, counts, strict=True)
    ]

    assert span(found(attack(board(rows)), key("A01", "2016-12-31", period_type="quarter"))) == (3, 3)


def test_an_upper_limit_alone_over_a_withheld_point_is_found() -> None:
    # 12, 15, x, 14 with x = 3: mean 11, moving ranges 3, 12, 11, 11 + 2.66 x 26/3 = 34.05.
    ends = ("2016-06-30", "2016-09-30", "2016-12-31", "2017-03-31")
    rows = [
        row("A01", end, count, period_type="quarter", upper_limit=34.05)
        for end, count in zip(ends, (12, 15, None, 14), strict=True)
    ]

    assert span(found(attack(board(rows)), key("A01", "2016-12-31", period_type="quarter"))) == (3, 3)


def test_a_rounded_percentage_left_with_its_denominator_is_found() -> None:
    # 7.5 % of 40, rounded to one place: 2.98 to 3.02 plans.
    report = attack(board([row("S02", YEAR, status="suppressed", value=7.5, denominator=40)]))

    assert span(found(report, key("S02", YEAR))) == (3, 3)


def test_a_difference_in_a_sentence_is_found() -> None:
    # 7 this year, "3 more than last year", so 4 last year.
    cell = key("R07", YEAR)
    now = board([row("R07", YEAR, 7), row("R07", YEAR_BEFORE)])

    report = attack(now, sentences=[(cell, "7 children were adopted, 3 more than last year.")])

    assert span(found(report, key("R07", YEAR_BEFORE))) == (4, 4)


def test_a_difference_in_words_that_goes_down_is_found() -> None:
    cell = key("R07", YEAR)
    now = board([row("R07", YEAR), row("R07", YEAR_BEFORE, 8)])

    report = attack(now, sentences=[(cell, "That is six fewer than the year before.")])

    assert span(found(report, cell)) == (2, 2)
    assert [(leak.kind, leak.key) for leak in report.leaks] == [("sentence", cell)]


@pytest.mark.parametrize(
    "text",
    [
        "7 children, up from 4 last year.",
        "7 children, against four the year before.",
        "7 children (last year: 4).",
        "7 children. A year earlier there were 4.",
    ],
)
def test_an_earlier_count_in_a_sentence_is_found(text: str) -> None:
    now = board([row("R07", YEAR, 7), row("R07", YEAR_BEFORE)])

    assert span(found(attack(now, sentences=[(key("R07", YEAR), text)]), key("R07", YEAR_BEFORE))) == (4, 4)


def test_a_number_with_a_comma_in_a_sentence_is_read_whole() -> None:
    now = board([row("R07", YEAR, 2034), row("R07", YEAR_BEFORE)])
    text = "2,034 children, up from 2,031 last year."

    assert span(found(attack(now, sentences=[(key("R07", YEAR), text)]), key("R07", YEAR_BEFORE))) == (2031, 2031)


@pytest.mark.parametrize(
    "text", ["2.5 points more than last year.", "25% more than last year.", "More than last year."]
)
def test_a_share_in_a_sentence_is_not_taken_for_a_count(text: str) -> None:
    now = board([row("R07", YEAR, 7), row("R07", YEAR_BEFORE)])

    assert attack(now, sentences=[(key("R07", YEAR), text)]).holes == ()


def test_a_column_of_change_is_found() -> None:
    now = board([row("R07", YEAR, 9, change=5), row("R07", YEAR_BEFORE)])

    assert span(found(attack(now), key("R07", YEAR_BEFORE))) == (4, 4)


@pytest.mark.parametrize(
    ("columns", "earlier"),
    [
        ({"previous_period_value": 4, "previous_period_end": date(2016, 12, 31)}, "2016-12-31"),
        ({"previous_value": 4, "previous_value_period_end": date(2016, 3, 31)}, "2016-03-31"),
    ],
    ids=["period before", "year before"],
)
def test_a_column_of_an_earlier_figure_tells_of_the_period_that_it_names(columns: dict[str, Any], earlier: str) -> None:
    now, then = row("R07", YEAR, 9, period_type="quarter"), row("R07", earlier, period_type="quarter")
    told = {**{name: now[name] for name in CellKey._fields}, "value": 9, **columns}
    with duckdb.connect() as con:
        schema(con, [now, then])
        con.execute(
            f"create table board.fct_indicator_comparison as select {', '.join(f'? as {name}' for name in told)}",
            list(told.values()),
        )
        report = attack(read_schema(con, "board", "this release"))

    cell = key("R07", earlier, period_type="quarter")
    assert [leak.key for leak in report.leaks] == [cell]
    assert span(found(report, cell)) == (4, 4)


@pytest.mark.parametrize("bound", ["lower_ci_95", "upper_ci_95"])
def test_one_bound_of_an_interval_with_the_denominator_is_found(bound: str) -> None:
    # Wilson for 3 of 40: 2.6 % to 19.9 %. For 2 of 40 it is 1.4 to 16.5, for 4 of 40 it is 4.0 to 23.1.
    shown = {"lower_ci_95": 2.6, "upper_ci_95": 19.9}[bound]

    report = attack(board([row("S02", YEAR, status="suppressed", denominator=40, **{bound: shown})]))

    assert span(found(report, key("S02", YEAR))) == (3, 3)


def test_one_month_withheld_of_a_year_that_is_shown_is_found() -> None:
    # Eleven months of 10, a year of 114: the twelfth month is 4; and the quarter that holds it is 24.
    months = ["2016-04-30", "2016-05-31", "2016-06-30", "2016-07-31", "2016-08-31", "2016-09-30"]
    months += ["2016-10-31", "2016-11-30", "2016-12-31", "2017-01-31", "2017-02-28", "2017-03-31"]
    rows = [row("A01", end, None if end == "2017-02-28" else 10, period_type="month") for end in months]
    rows += [row("A01", YEAR, period_type="quarter"), row("A01", YEAR, 114)]

    report = attack(board(rows))

    assert span(found(report, key("A01", "2017-02-28", period_type="month"))) == (4, 4)
    quarter = found(report, key("A01", YEAR, period_type="quarter"))
    assert span(quarter) == (24, 24) and quarter is not None and not quarter.is_small


def test_months_of_distinct_children_only_bound_the_year() -> None:
    # A child may be in both quarters: the year has at least 8 and at most 8 + the withheld one, so that is at least 2.
    rows = [row("R07", end, 0, period_type="quarter") for end in ("2016-09-30", "2016-12-31")]
    rows += [
        row("R07", "2016-06-30", 8, period_type="quarter"),
        row("R07", YEAR, period_type="quarter"),
        row("R07", YEAR, 10),
    ]

    assert span(found(attack(board(rows)), key("R07", YEAR, period_type="quarter"))) == (2, 10)


def test_a_stock_that_follows_from_starts_and_ends_is_found() -> None:
    # 20 plans open, 30 started, 47 ended: 3 are open a year later.
    rows = [
        row("S02b", YEAR_BEFORE, 8, denominator=20, value=40),
        row("S02b", YEAR),
        row("S03", YEAR, 10, denominator=30, value=33.3),
        row("S02", YEAR, 10, denominator=47, value=21.3),
    ]

    assert span(found(attack(board(rows)), key("S02b", YEAR), "denominator")) == (3, 3)


@pytest.mark.parametrize("where", ["its own row", "another row", "a list"])
def test_the_rate_of_a_withheld_count_with_its_population_is_found(where: str) -> None:
    # 0.6 per 10,000 of 63,776 children: 3.5 to 4.1, so 4 (R04 counts the children of R03).
    rows = [row("R03", YEAR), row("R04", YEAR, status="published", value=0.6)]
    if where == "its own row":
        rows[1]["denominator"] = 63776
    if where == "another row":
        rows.append(row("R04", "2016-12-31", 80, period_type="quarter", denominator=63776, value=12.5))
    listed = {(AREA, 2016, "0-17"): 63776} if where == "a list" else {}

    assert span(found(attack(board(rows), populations=listed), key("R03", YEAR))) == (4, 4)


def official(rows: Sequence[Mapping[str, Any]]) -> Sequence[Figure]:
    return board(rows, name="official").figures


def test_an_official_total_with_all_parts_but_one_shown_is_found() -> None:
    rows = [row("R01", YEAR), row("R01", YEAR, 36, split=FEMALE), row("R01", YEAR, split=MALE)]

    report = attack(board(rows), official=official([row("R01", YEAR, 38)]))

    hole = found(report, key("R01", YEAR, split=MALE))
    assert span(hole) == (2, 2)
    assert hole is not None and "official figures of the authority" in hole.sources


def test_official_figures_that_tell_of_other_children_are_not_believed() -> None:
    rows = [row("R01", YEAR), row("R01", YEAR_BEFORE, 80), row("R01", "2015-03-31", 90)]
    others = [row("R01", YEAR, 3), row("R01", YEAR_BEFORE, 70), row("R01", "2015-03-31", 60)]

    assert attack(board(rows), official=official(others)).holes == ()


def test_an_official_table_of_another_state_of_the_records_is_not_added_up_with_ours() -> None:
    # They tell later, 52 and 119 of 214; we told 118 and 39 of 210, with 49 and 4 withheld. 210 - 118 - 39 - 52 is 1.
    split = [row("R03", YEAR, split=("category_of_abuse", value)) for value in ("EMO", "SAB")]
    physical = row("R03", YEAR, 39, split=("category_of_abuse", "PHY"))
    ours = [row("R03", YEAR, 210), row("R03", YEAR, 118, split=("category_of_abuse", "NEG")), physical, *split]
    theirs = [
        row("R03", YEAR, 214),
        row("R03", YEAR, 119, split=("category_of_abuse", "NEG")),
        row("R03", YEAR, 52, split=("category_of_abuse", "EMO")),
        physical,
    ]
    years = [row("R03", day, 200) for day in ("2014-03-31", "2015-03-31", YEAR_BEFORE)]
    report = attack(board([*ours, *years]), official=official([*theirs, *years]))
    assert report.of_children == ()


def test_what_official_figures_alone_tell_is_told_apart() -> None:
    rows = [row("R01", YEAR), row("R01", YEAR, split=FEMALE), row("R01", YEAR, split=MALE)]
    told = [row("R01", YEAR, 38), row("R01", YEAR, 35, split=FEMALE)]

    report = attack(board(rows), official=official(told))

    assert [(hole.key, span(hole)) for hole in report.known_elsewhere] == [(key("R01", YEAR, split=MALE), (3, 3))]
    assert report.of_children == ()
    assert not blocking(results(report))


def test_those_newly_at_risk_are_found_from_all_at_risk_and_those_of_three_months_before() -> None:
    # 11 at risk at the end of June, 6 of them identified at least three months before: 5 or more are new.
    rows = [
        row("A08d", "2017-06-30", 11, period_type="quarter"),
        row("A08e", "2017-06-30", period_type="quarter"),
        row("A08f", "2017-06-30", 6, period_type="quarter", denominator=6),
    ]

    report = attack(board(rows))

    assert [(hole.key, hole.lower) for hole in report.of_children] == [
        (key("A08e", "2017-06-30", period_type="quarter"), 5)
    ]


def test_a_step_of_the_year_to_date_is_found() -> None:
    # 36 to September and 39 to December: 3 in the quarter between.
    rows = [
        row("A01", "2016-09-30", 36, period_type="financial_year_to_date"),
        row("A01", "2016-12-31", 39, period_type="financial_year_to_date"),
        row("A01", "2016-12-31", period_type="quarter"),
    ]

    assert span(found(attack(board(rows)), key("A01", "2016-12-31", period_type="quarter"))) == (3, 3)


def test_a_quarter_and_the_year_that_end_on_one_day_show_one_stock() -> None:
    report = attack(board([row("R01", YEAR, period_type="quarter"), row("R01", YEAR, 4)]))

    assert span(found(report, key("R01", YEAR, period_type="quarter"))) == (4, 4)


def test_a_small_complement_that_follows_is_found() -> None:
    # An official table tells 58 of 60 plans: the two others are known where the dictionary says that they matter.
    rows = [row("S02", YEAR), row("W01", YEAR)]
    told = official([row("S02", YEAR, 58, denominator=60), row("W01", YEAR, 58, denominator=60)])

    report = attack(board(rows), official=told)

    assert span(found(report, key("S02", YEAR), "complement")) == (2, 2)
    assert found(report, key("W01", YEAR), "complement") is None
    assert [hole.key.indicator_code for hole in report.holes if hole.is_small] == ["S02"]


def test_what_is_shown_outright_is_a_leak() -> None:
    rows = [
        row("R07", YEAR, 3),
        row("S02", YEAR, 57, denominator=60, value=95),
        row("S02", YEAR_BEFORE, 60, denominator=60, value=100),
        row("W01", YEAR, 57, denominator=60, value=95),
        row("A07", YEAR, 5, reason="The count is rounded by the supplier to a multiple of 5."),
        row("S03", YEAR, status="published", denominator=40, value=7.5),
    ]

    report = attack(board(rows))

    assert [(leak.key.indicator_code, leak.kind) for leak in report.leaks] == [
        ("S02", "all or none"),
        ("S02", "small complement"),
        ("R07", "small count"),
        ("S03", "small share"),
    ]
    assert not any(" 3" in leak.sentence() or "57" in leak.sentence() for leak in report.leaks)


def test_a_text_beside_a_withheld_cell_may_name_dates_but_no_number() -> None:
    now = board([row("R07", YEAR)])
    cell = key("R07", YEAR)

    assert attack(now, sentences=[(cell, "Withheld for the year to 31 March 2017 (2016/17).")]).leaks == ()
    assert len(attack(now, sentences=[(cell, "Three children were adopted.")]).leaks) == 1


def test_the_sentence_of_an_exception_is_read_and_its_id_is_not() -> None:
    with duckdb.connect() as con:
        con.execute("create schema board")
        con.execute(
            "create table board.fct_exception as select 'R07' as indicator_code, date '2017-03-31' as period_end,"
            " 'financial_year' as period_type, '3fa4' as exception_id, 'Three children.' as reason"
        )
        assert [text for _, text in read_schema(con, "board", "now").sentences] == ["Three children."]


def test_an_older_number_that_no_longer_fits_is_dropped() -> None:
    # The total was 44 and is 40 now: a part of 42 of then cannot stand, and nothing is concluded from it.
    now = board(
        [row("R01", YEAR, 40), row("R01", YEAR, split=FEMALE), row("R01", YEAR, split=MALE)],
    )
    before = board([row("R01", YEAR, 44), row("R01", YEAR, 42, split=FEMALE), row("R01", YEAR, 2, split=MALE)])

    report = attack(now, [before])

    assert report.holes == ()
    assert report.restated == 1


def test_only_the_year_that_was_restated_is_dropped() -> None:
    years = ((YEAR, 40), (YEAR_BEFORE, 30))
    now = [row("R01", end, total) for end, total in years]
    now += [row("R01", end, split=split) for end, _ in years for split in (FEMALE, MALE)]
    before = [row("R01", YEAR, 44), row("R01", YEAR, 42, split=FEMALE), row("R01", YEAR_BEFORE, 27, split=FEMALE)]
    report = attack(board(now), [board(before)])

    assert found(report, key("R01", YEAR, split=MALE)) is None
    assert span(found(report, key("R01", YEAR_BEFORE, split=MALE))) == (3, 3)


def test_a_definition_that_does_not_hold_in_one_year_is_left_out_for_that_year_alone() -> None:
    # Girls are more than all children in one year, which cannot be; the other year is found all the same.
    rows = [row("R01", YEAR, 40), row("R01", YEAR, 45, split=FEMALE), row("R01", YEAR, split=MALE)]
    rows += [row("R01", YEAR_BEFORE, 40), row("R01", YEAR_BEFORE, 37, split=FEMALE)]
    rows += [row("R01", YEAR_BEFORE, split=MALE)]

    report = attack(board(rows))

    assert [(hole.key, span(hole)) for hole in report.holes] == [(key("R01", YEAR_BEFORE, split=MALE), (3, 3))]
    assert report.contradictory == 0
    assert report.dropped == (f"the parts of a breakdown add up to its total (R01 sex {YEAR} numerator)",)


def test_quarters_that_do_not_add_up_to_their_year_do_not_hide_the_next_year() -> None:
    # Of events, one year's quarters make 45 beside 40; the next year's lack 4 of 40.
    ends = ("2015-06-30", "2015-09-30", "2015-12-31", "2016-03-31", "2016-06-30", "2016-09-30", "2016-12-31", YEAR)
    counts = (15, 15, 15, None, 12, 12, 12, None)
    rows = [row("A01", end, count, period_type="quarter") for end, count in zip(ends, counts, strict=True)]
    rows += [row("A01", YEAR_BEFORE, 40), row("A01", YEAR, 40)]

    report = attack(board(rows))

    assert span(found(report, key("A01", YEAR, period_type="quarter"))) == (4, 4)
    assert report.dropped and all("2015-04-01" in words or "2015" in words for words in report.dropped)


def test_two_earlier_releases_together_are_found() -> None:
    # One showed the girls, another the total; neither alone tells of the boys.
    now = board([row("R01", YEAR), row("R01", YEAR, split=FEMALE), row("R01", YEAR, split=MALE)])
    first = board([row("R01", YEAR), row("R01", YEAR, 35, split=FEMALE)], name="first")
    second = board([row("R01", YEAR, 39), row("R01", YEAR, split=FEMALE)], name="second")

    assert found(attack(now, [first]), key("R01", YEAR, split=MALE)) is None
    hole = found(attack(now, [first, second]), key("R01", YEAR, split=MALE))
    assert span(hole) == (4, 4)
    assert hole is not None
    assert set(hole.sources) == {"the earlier release first", "the earlier release second"}


def test_a_built_dashboard_is_read_file_by_file(tmp_path: Path) -> None:
    folder = tmp_path / "static" / "data"
    folder.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute(
            f"copy (select 'R07' as indicator_code, '{AREA}' as area_code, 'financial_year' as period_type, "
            f"date '{YEAR}' as period_end, 3 as value, 'published' as status) to '{folder / 'chart.parquet'}'"
        )
        con.execute(f"copy (select 1 as colour) to '{folder / 'colours.parquet'}'")

    pages = read_folder(tmp_path)

    assert span(found(attack(board([row("R07", YEAR)]), dashboard=[pages]), key("R07", YEAR))) == (3, 3)
    assert list(pages.unread) == ["static/data/colours.parquet"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="not a folder"):
        read_folder(tmp_path / "nowhere")


def test_intervals_are_those_of_the_field() -> None:
    # Wilson, 3 of 40 (worked by hand): (6 + 3.8415 -/+ 1.96 sqrt(3.8415 + 12 x 0.925)) / (2 x 43.8415).
    assert wilson(3, 40) == pytest.approx((0.02584, 0.19864), abs=5e-5)
    # Exact Poisson limits of 3 are 0.6187 and 8.7673; Byar's of 20 are 12.21 and 30.89 (Breslow and Day, table 2.11).
    assert byar(3, 1) == pytest.approx((0.6187, 8.7673), abs=5e-4)
    assert byar(20, 1) == pytest.approx((12.21, 30.89), abs=2e-2)


def report_of(holes: Sequence[Hole] = (), leaks: Sequence[Leak] = (), contradictory: int = 0) -> AttackReport:
    return AttackReport(tuple(holes), tuple(leaks), 10, 5, 3, 0, contradictory, 0.1, ("this release",))


SMALL_HOLE = Hole(key("R07", YEAR), "numerator", 3, 3, ("the figures shown",), (), is_small=True)
LARGE_HOLE = Hole(key("R01", YEAR), "numerator", 37, 40, ("the figures shown",), (), is_small=False)
SHOWN = Leak(key("R07", YEAR), "small count", "this release")


@pytest.mark.parametrize(
    ("report", "every_value", "stops"),
    [
        pytest.param(report_of(), False, False, id="nothing found"),
        pytest.param(report_of([SMALL_HOLE]), False, True, id="a small count"),
        pytest.param(report_of([LARGE_HOLE]), False, False, id="only known to be none of 1 to 5"),
        pytest.param(report_of([LARGE_HOLE]), True, True, id="the same, where every value counts"),
        pytest.param(report_of(leaks=[SHOWN]), False, True, id="a small count shown"),
        pytest.param(report_of(contradictory=1), False, True, id="figures that contradict themselves"),
    ],
)
def test_what_was_found_stops_the_release(report: AttackReport, every_value: bool, stops: bool) -> None:
    found_here = results(report, every_value=every_value)

    assert bool(blocking(found_here)) is stops
    assert {result.engine for result in found_here} == {"attack"}
    assert not any("37" in (result.measured or "") for result in found_here)


def home_with(folder: Path, releases: Mapping[str, Sequence[Mapping[str, Any]]]) -> Settings:
    """A home whose releases hold these figures; the last one is the current one."""
    home = Settings(home=folder)
    for number, (name, rows) in enumerate(releases.items()):
        release = home.published / "releases" / name
        release.mkdir(parents=True)
        (release / "release.json").write_text(json.dumps({"released_at": f"2017-0{number + 1}-01T00:00:00"}))
        with duckdb.connect(str(release / "board.duckdb")) as con:
            schema(con, rows)
    (home.published / "current").symlink_to(f"releases/{list(releases)[-1]}")
    return home


def test_the_publication_of_a_home_is_attacked_with_its_earlier_releases(tmp_path: Path) -> None:
    home = home_with(tmp_path, {"r-1": [row("R07", YEAR, 3)], "r-2": [row("R07", YEAR)]})

    report = attack_published(home)

    assert span(found(report, key("R07", YEAR))) == (3, 3)
    assert report.looked_at[:2] == ("the figures of this release", "r-1")


def test_the_command_names_the_cell_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home_with(tmp_path, {"r-1": [row("R07", YEAR, 3)], "r-2": [row("R07", YEAR)]})
    monkeypatch.setenv("SAFEGUARDING_HOME", str(tmp_path))

    outcome = CliRunner().invoke(main, ["attack"])

    assert outcome.exit_code == 1
    assert "HOLE      R07" in outcome.output and "the earlier release r-1" in outcome.output


def test_the_command_passes_where_nothing_can_be_worked_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home_with(tmp_path, {"r-1": [row("R07", YEAR)]})
    monkeypatch.setenv("SAFEGUARDING_HOME", str(tmp_path))

    outcome = CliRunner().invoke(main, ["attack"])

    assert outcome.exit_code == 0, outcome.output
    assert "1 withheld figure beside 0 shown, 1 group of equations" in outcome.output


def test_the_command_says_when_nothing_is_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_HOME", str(tmp_path))

    outcome = CliRunner().invoke(main, ["attack"])

    assert outcome.exit_code == 1
    assert "Nothing is published" in outcome.output


def test_the_warehouse_is_attacked_by_its_board_figures_and_never_by_the_marts(tmp_path: Path) -> None:
    home = home_with(tmp_path, {"r-1": [row("R07", YEAR)]})
    with duckdb.connect() as con:
        schema(con, [row("R01", YEAR, 40), row("R01", YEAR, 36, split=FEMALE), row("R01", YEAR, split=MALE)])
        con.execute("create schema marts")
        con.execute("create table marts.dim_indicator as select * from board.dim_indicator")
        con.execute("drop table board.dim_indicator")
        con.execute(
            "create table marts.fct_indicator_value as select * replace (3 as numerator) from board.fct_indicator_value"
        )

        report = attack_warehouse(home, con)

    assert [(hole.key, span(hole)) for hole in report.holes] == [(key("R01", YEAR, split=MALE), (4, 4))]


@pytest.mark.parametrize(("boys", "passes"), [(None, False), (12, True)])
def test_the_check_blocks_a_release_that_gives_a_count_away(tmp_path: Path, boys: int | None, passes: bool) -> None:
    home = Settings(home=tmp_path)
    with connect(home.warehouse) as con:
        migrate(con)
        con.execute("drop schema board cascade")
        girls = row("R01", YEAR, 28 if boys else 36, split=FEMALE)
        schema(con, [row("R01", YEAR, 40), girls, row("R01", YEAR, boys, split=MALE)])
    board_figures = AssetKey(["board", "fct_indicator_value"])

    @asset(key=board_figures)
    def figures() -> None:
        """Stands for the Board's figures."""

    outcome = materialize(
        [figures, attack_check("attack", board_figures)], resources={"settings": home}, raise_on_error=False
    )

    (evaluation,) = outcome.get_asset_check_evaluations()
    assert evaluation.passed is passes
    with connect(home.warehouse, read_only=True) as con:
        recorded_here = con.execute(
            "select check_name, outcome from ops.check_results where engine = 'attack'"
        ).fetchall()
    assert (("no withheld count of 1 to 5 can be narrowed", "passed" if passes else "failed")) in recorded_here


def test_a_release_that_cannot_be_read_stops_the_attack(tmp_path: Path) -> None:
    home = home_with(tmp_path, {"r-1": [row("R07", YEAR)], "r-2": [row("R07", YEAR)]})
    (home.published / "releases" / "r-1" / "board.duckdb").write_bytes(b"no database")

    with pytest.raises(AttackError, match=r"r-1/board\.duckdb cannot be read"):
        attack_published(home)


# Two values of a breakdown and their total, in two quarters and the year to date: nine cells, four of which decide all.
PARTS = ("female", "male", "total")
PERIODS = ("first", "second", "both")
CELLS = tuple(itertools.product(PARTS, PERIODS))
GREATEST = 16


def _cells(base: Any) -> dict[tuple[str, str], Any]:
    """All nine cells from the four (female and male, first and second quarter); whole numbers or arrays of them."""
    cells = {(part, period): base[i][j] for i, part in enumerate(PARTS[:2]) for j, period in enumerate(PERIODS[:2])}
    for part in PARTS[:2]:
        cells[part, "both"] = cells[part, "first"] + cells[part, "second"]
    for period in PERIODS:
        cells["total", period] = cells["female", period] + cells["male", period]
    return cells


AXES = np.meshgrid(*[np.arange(GREATEST + 1)] * 4, indexing="ij")
GRID = _cells([AXES[:2], AXES[2:]])


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    base=st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=2, max_size=2),
    withheld=st.sets(st.sampled_from(CELLS), min_size=1),
)
def test_the_attack_excludes_exactly_what_trying_every_table_excludes(
    base: list[list[int]], withheld: set[tuple[str, str]]
) -> None:
    true = _cells(base)
    fits = np.ones((GREATEST + 1,) * 4, dtype=bool)
    for cell in set(CELLS) - withheld:
        fits &= GRID[cell] == true[cell]
    rows, keys = [], {}
    for part, period in CELLS:
        split = ("total", "total") if part == "total" else ("sex", part)
        end = "2016-06-30" if period == "first" else "2016-09-30"
        period_type = "financial_year_to_date" if period == "both" else "quarter"
        count = None if (part, period) in withheld else true[part, period]
        rows.append(row("A01", end, count, period_type=period_type, split=split))
        keys[part, period] = key("A01", end, period_type=period_type, split=split)

    report = attack(board(rows))

    for cell in withheld:
        by_trying = {v for v in range(1, 6) if not (fits & (GRID[cell] == v)).any()}
        hole = found(report, keys[cell])
        assert set(hole.excluded if hole else ()) == by_trying, cell


@hypothesis_settings(max_examples=40)
@given(
    out_of=st.integers(6, 60),
    share=st.floats(0, 1),
    shown=st.sets(st.sampled_from(("denominator", "value", "lower_ci_95", "upper_ci_95")), min_size=1),
    code=st.sampled_from(("S02", "R04")),
)
def test_a_row_half_shown_is_narrowed_to_no_less_than_what_fits(
    out_of: int, share: float, shown: set[str], code: str
) -> None:
    multiplier, interval = (100, wilson) if code == "S02" else (10000, byar)

    def numbers(count: int, cases: int) -> dict[str, Decimal]:
        exact = Decimal(count) * multiplier / cases
        bounds = [Decimal(bound) * multiplier for bound in interval(count, cases)]
        places = Decimal("0.1")
        return {
            "denominator": Decimal(cases),
            "value": exact.quantize(places, ROUND_HALF_UP),
            "lower_ci_95": bounds[0].quantize(places, ROUND_HALF_UP),
            "upper_ci_95": bounds[1].quantize(places, ROUND_HALF_UP),
        }

    true = {name: amount for name, amount in numbers(int(share * out_of), out_of).items() if name in shown}
    fitting = [
        (count, cases)
        for cases in range(1, 61)
        if "denominator" not in true or cases == true["denominator"]
        for count in range(cases + 1)
        if all(numbers(count, cases)[name] == amount for name, amount in true.items())
    ]
    cell = key(code, YEAR)
    rows = [row(code, YEAR, status="suppressed", **true)]  # type: ignore[arg-type]

    report = attack(board(rows))

    counted, cases = found(report, cell), found(report, cell, "denominator")
    for count, of in fitting:
        assert counted is None or counted.lower <= count <= (MANY if counted.upper is None else counted.upper)
        assert cases is None or cases.lower <= of <= (MANY if cases.upper is None else cases.upper)
    if {"denominator", "value"} <= shown:
        feasible = {count for count, _ in fitting}
        expected = {v for v in range(1, 6) if v < min(feasible) or v > max(feasible)}
        assert set(counted.excluded if counted else ()) >= expected
