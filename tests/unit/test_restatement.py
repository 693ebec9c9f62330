"""Why a figure moved: causes in a fixed order that add up to the change exactly. Worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.checks.moves import moves_beyond_tolerance
from orchestration.restatement import CAUSES, Key, Moved, Rebuilds, Restatement, RestatementError, waterfall

PLANS = Key("R04", "1", "E06000011", "financial_year", date(2017, 3, 31), "total", "total")
NONE = Rebuilds(None, None)


def a_count(before: int, after: int, *, is_redefined: bool = False) -> Moved:
    return Moved(PLANS, Decimal(before), Decimal(after), Decimal(before), None, 1, 0, is_redefined)


def causes(rows: list[Restatement]) -> list[tuple[str, str]]:
    return [(row.cause, f"{row.change:+f}") for row in rows]


def test_a_late_file_alone_is_a_restatement_with_that_cause_alone() -> None:
    assert causes(waterfall(a_count(200, 212), NONE, has_late=True, same_code=True)) == [("late", "+12")]


def test_a_corrected_file_alone_is_a_restatement_with_that_cause_alone() -> None:
    assert causes(waterfall(a_count(200, 197), NONE, has_late=False, same_code=True)) == [("corrected", "-3")]


def test_a_population_that_was_rebased_is_a_restatement_with_that_cause_alone() -> None:
    # 310 children of 68,000 are 45.6 in 10,000; of 66,500 they are 46.6.
    rate = Moved(PLANS, Decimal("45.6"), Decimal("46.6"), Decimal(310), Decimal(66500), 10000, 1, False)
    assert causes(waterfall(rate, NONE, has_late=False, same_code=True)) == [("population", "+1.0")]


def test_a_rate_is_rounded_half_up_under_the_new_population() -> None:
    # 1 of 8,000 is 1.25 in 10,000: half up gives 1.3.
    rate = Moved(PLANS, Decimal("1.0"), Decimal("1.3"), Decimal(1), Decimal(8000), 10000, 1, False)
    assert causes(waterfall(rate, NONE, has_late=False, same_code=True)) == [("population", "+0.3")]


def test_five_causes_at_once_stand_in_their_order_and_add_up() -> None:
    # Told 45.6. The new population makes 46.6 of it; the code of now makes 48.0 of the returns of then, which the
    # dictionary says are counted otherwise; the late returns make it 49.5, the corrected ones 49.1.
    rate = Moved(PLANS, Decimal("45.6"), Decimal("49.1"), Decimal(310), Decimal(66500), 10000, 1, True)
    rebuilds = Rebuilds({PLANS: Decimal("48.0")}, {PLANS: Decimal("49.5")})
    rows = waterfall(rate, rebuilds, has_late=False, same_code=False)
    assert causes(rows) == [("population", "+1.0"), ("definition", "+1.4"), ("late", "+1.5"), ("corrected", "-0.4")]
    assert sum(row.change for row in rows) == Decimal("3.5")


def test_what_another_code_makes_of_the_same_returns_is_code_where_the_dictionary_says_the_same() -> None:
    rebuilds = Rebuilds({PLANS: Decimal(190)}, None)
    rows = waterfall(a_count(200, 195), rebuilds, has_late=True, same_code=False)
    assert causes(rows) == [("late", "+5"), ("code", "-10")]


def test_a_change_that_has_no_cause_is_refused_where_the_code_is_the_same() -> None:
    with pytest.raises(RestatementError, match=r"R04 financial_year to 2017-03-31.*has no cause"):
        waterfall(a_count(200, 195), Rebuilds({PLANS: Decimal(190)}, None), has_late=True, same_code=True)


def test_a_rebuild_in_which_the_figure_cannot_be_told_leaves_its_part_to_the_next_cause() -> None:
    rebuilds = Rebuilds({PLANS: None}, {PLANS: Decimal(203)})
    rows = waterfall(a_count(200, 205), rebuilds, has_late=False, same_code=False)
    assert causes(rows) == [("late", "+3"), ("corrected", "+2")]


values = st.decimals(min_value=0, max_value=999, places=1)


@given(
    before=values,
    after=values,
    then=st.none() | values,
    with_late=st.none() | values,
    population=st.none() | st.integers(1, 99999),
    redefined=st.booleans(),
    has_late=st.booleans(),
)
def test_causes_are_in_their_order_each_once_without_zeros_and_add_up_exactly(
    before: Decimal,
    after: Decimal,
    then: Decimal | None,
    with_late: Decimal | None,
    population: int | None,
    redefined: bool,
    has_late: bool,
) -> None:
    over = None if population is None else Decimal(population)
    moved = Moved(PLANS, before, after, Decimal(310), over, 10000, 1, redefined)
    rows = waterfall(moved, Rebuilds({PLANS: then}, {PLANS: with_late}), has_late=has_late, same_code=False)
    order = [CAUSES.index(row.cause) for row in rows]
    assert order == sorted(set(order))
    assert all(row.change != 0 for row in rows)
    assert sum((row.change for row in rows), Decimal(0)) == after - before


# -- the gate


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        """
        create schema ops; create schema marts;
        create table marts.dim_indicator (
            indicator_code varchar, definition_version varchar, restatement_tolerance decimal(18, 6),
            restatement_tolerance_percent decimal(9, 3), unit varchar, decimals integer
        );
        insert into marts.dim_indicator values
            ('R04', '1', 10, 10, 'per_10000', 1), ('S04b', '1', 2, 10, 'percent', 1), ('R05c', '1', 2, 10, 'days', 0),
            ('R01', '1', 2, 10, 'count', 0), ('W04', '1', 2, 10, 'percent', 2);
        create table ops.restatements (
            indicator_code varchar, definition_version varchar, period_type varchar, period_end date,
            breakdown varchar, breakdown_value varchar, cause varchar, change decimal(18, 6),
            value_before decimal(18, 6), value_after decimal(18, 6)
        );
        """
    )
    return connection


def tell(con: duckdb.DuckDBPyConnection, code: str, before: float, after: float, breakdown: str = "total") -> None:
    con.execute(
        "insert into ops.restatements values (?, '1', 'quarter', date '2017-03-31', ?, 'x', 'late', ?, ?, ?)",
        [code, breakdown, after - before, before, after],
    )


@pytest.mark.parametrize(
    ("code", "before", "after", "outcome"),
    [
        ("R04", 200, 220, "passed"),  # a tenth, not more
        ("R04", 200, 221, "failed"),
        ("R04", 20, 30, "passed"),  # half as much again, but ten
        ("R04", 20, 31, "failed"),
        ("R04", 200, 179, "failed"),
        ("W04", 6.9, 8.9, "passed"),  # two points
        ("W04", 6.9, 9.0, "failed"),
        ("W04", 90.0, 98.9, "passed"),  # less than a tenth
    ],
)
def test_a_move_asks_where_it_is_beyond_both_bounds(
    con: duckdb.DuckDBPyConnection, code: str, before: float, after: float, outcome: str
) -> None:
    tell(con, code, before, after)
    assert moves_beyond_tolerance(con, is_confirmed=False).outcome == outcome


@pytest.mark.parametrize(("now", "outcome"), [(250, "passed"), (200, "failed"), (0, "failed")])
def test_what_this_moment_told_already_is_not_asked_again_and_what_has_changed_since_is(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, now: float, outcome: str
) -> None:
    """The release before told 200, this moment's own release 250, which was confirmed then."""
    tell(con, "R04", 200, now)
    figure = "select 'R04' as indicator_code, '1' as definition_version, 'E1' as area_code, 'quarter' as period_type,"
    figure += " date '2017-03-31' as period_end, 'total' as breakdown, 'total' as breakdown_value,"
    figure += " cast(? as decimal(18, 6)) as value"
    con.execute(f"create table marts.fct_indicator_value as {figure}", [now])
    with duckdb.connect(str(tmp_path / "analyst.duckdb")) as told:
        told.execute("create schema marts")
        told.execute(f"create table marts.fct_indicator_value as {figure}", [250.0])
    result = moves_beyond_tolerance(con, is_confirmed=False, told=("r-1", tmp_path / "analyst.duckdb"))
    assert result.outcome == outcome
    assert outcome == "passed" or "since r-1" in str(result.measured)


def test_a_confirmed_move_is_a_warning_that_stays_on_record(con: duckdb.DuckDBPyConnection) -> None:
    tell(con, "R04", 200, 250)
    result = moves_beyond_tolerance(con, is_confirmed=True)
    assert (result.outcome, result.severity) == ("warned", "warn")
    assert result.measured == (
        "1 figure moved further than the tolerance: R04 quarter to 2017-03-31: 200.0 is now 250.0 (late +50.0). "
        "Confirmed."
    )


@pytest.mark.parametrize(
    ("code", "before", "after", "words"),
    [
        ("S04b", 35.7, 0, "35.7% is now 0.0% (late -35.7%)"),
        ("W04", 6.87, 9.5, "6.87% is now 9.50% (late +2.63%)"),
        ("R01", 2034, 2100, "2,034 is now 2,100 (late +66)"),
        ("R05c", 1, 40, "1 day is now 40 days (late +39 days)"),
    ],
)
def test_a_move_is_told_with_the_places_and_the_unit_of_its_indicator(
    con: duckdb.DuckDBPyConnection, code: str, before: float, after: float, words: str
) -> None:
    con.execute("update marts.dim_indicator set restatement_tolerance_percent = 1")
    tell(con, code, before, after)
    measured = str(moves_beyond_tolerance(con, is_confirmed=False).measured)
    assert f"{code} quarter to 2017-03-31: {words}. See" in measured


def test_the_question_names_headlines_and_no_figure_of_a_breakdown(con: duckdb.DuckDBPyConnection) -> None:
    tell(con, "R04", 3, 20, breakdown="age_band")
    result = moves_beyond_tolerance(con, is_confirmed=False)
    assert result.measured == (
        "1 figure moved further than the tolerance. See `safeguarding releases diff`; where it is right: "
        "`safeguarding run --confirm`."
    )
