"""Control charts point by point: real SQL on series worked by hand, and on random ones beside another reckoning.

Most series stand on the same baseline of 24 points, 10 and 14 by turns: mean 12, each moving range 4, so limits
12 - 2.66 x 4 = 1.36 and 12 + 2.66 x 4 = 22.64, two-sigma lines 12 -/+ 10.64 x 2/3 = 4.906667 and 19.093333.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import yaml

from orchestration.dbt_call import seed_tables
from orchestration.settings import PROJECT_ROOT
from tests.support.control_chart import (
    AFTER,
    BASELINE,
    RULES,
    last_point_alarms,
    quiet_series,
    special_causes,
    xmr_limits,
)

from .conftest import Built
from .test_seeds import seed

MODELS = (
    *("int_trend__points", "fct_indicator_trend", "fct_trend_false_alarms"),
    *("board_fct_indicator_trend", "board_fct_trend_false_alarms", "fct_rare_event"),
)
SEED_FOLDER = PROJECT_ROOT / "seeds"
SEEDS = ("baselines", "false_alarm_rates", "indicator_seasons", "targets", "trend_parameters", "trend_period_types")
AREA = "E06000011"
TWENTY_FOUR = [10, 14] * 12
AS_OF = date(2017, 6, 30)
OUTSIDE, TREND, TWO, SHIFT = RULES
RARE = "marts.fct_rare_event"

Value = float | None


@dataclass(frozen=True)
class Series:
    """One indicator's figures by month from January 2000, None for a period without one; `of` are the denominators."""

    code: str
    values: Sequence[Value]
    chart_method: str = "xmr"
    of: Sequence[int] | None = None
    polarity: str = "N"
    unit: str = "count"
    multiplier: int = 1
    time_behaviour: str = "flow"
    period_type: str = "month"
    version: str = "1"
    first_month: int = 0


def month(place: int) -> tuple[date, date]:
    """First and last day of a month, counted from January 2000."""
    start = date(2000 + place // 12, place % 12 + 1, 1)
    after = date(2000 + (place + 1) // 12, (place + 1) % 12 + 1, 1)
    return start, date.fromordinal(after.toordinal() - 1)


@dataclass(frozen=True)
class Warehouse:
    """Models as dbt compiles them, over tables written here."""

    con: duckdb.DuckDBPyConnection
    sql: dict[str, str]

    def give(self, *series: Series) -> None:
        """Put these in place of all figures and definitions."""
        self.con.execute("delete from marts.fct_indicator_value; delete from reference.indicators")
        for key in {(one.code, one.version): one for one in series}.values():
            self.con.execute(
                "insert into reference.indicators values (?, ?, ?, ?, ?, ?, ?)",
                [key.code, key.version, key.unit, key.multiplier, key.polarity, key.time_behaviour, key.chart_method],
            )
        for one in series:
            starts, ends = zip(*(month(one.first_month + place) for place in range(len(one.values))), strict=True)
            self.con.execute(
                f"""
                insert into marts.fct_indicator_value
                select
                    ?, ?, '{AREA}', ?, period_start, period_end, 'total', 'total', round(value, 1), value, base, true
                from (
                    select
                        unnest(?::date[]) as period_start, unnest(?::date[]) as period_end,
                        unnest(?::double[]) as value, unnest(?::double[]) as base
                )
                """,
                [one.code, one.version, one.period_type, starts, ends, one.values, one.of or [None] * len(starts)],
            )

    def happen(self, code: str, *events: tuple[str, date], form: Sequence[str] = ("records",), least: int = 1) -> None:
        """Cases of the figures given before and their days; `form` is how each month was counted, the last one on."""
        self.con.execute("insert into intermediate.int_indicator__rules values (?, '1', ?)", [code, least])
        self.con.executemany(
            f"insert into intermediate.int_indicator__membership values (?, '1', '{AREA}', ?, ?, true, 1, 'sub-1', ?)",
            [(code, key, day, place) for place, (key, day) in enumerate(events)],
        )
        self.con.executemany(
            f"insert into intermediate.int_indicator__coverage values (?, '1', '{AREA}', 'month', ?, ?)",
            [(code, month(place)[1], form[min(place, len(form) - 1)]) for place in range(60)],
        )

    def build(self, *models: str) -> None:
        for name in models or MODELS[:2]:
            schema = {"int": "intermediate", "fct": "marts", "boa": "board"}[name[:3]]
            table = name.removeprefix("board_")
            self.con.execute(f"create or replace table {schema}.{table} as {self.sql[name]}")

    def read(self, columns: str, code: str, table: str = "marts.fct_indicator_trend") -> list[Any]:
        day = "event_date" if table == RARE else "period_end"
        rows = self.con.execute(
            f"select {columns} from {table} where indicator_code = ? order by definition_version, {day}", [code]
        ).fetchall()
        return [row[0] for row in rows] if "," not in columns else rows


@pytest.fixture(scope="module")
def compiled(built: Built) -> dict[str, str]:
    found = {name: list((built.home / "dbt" / "target" / "compiled").rglob(f"{name}.sql")) for name in MODELS}
    return {name: path.read_text(encoding="utf-8") for name, [path] in found.items()}


@pytest.fixture
def warehouse(compiled: dict[str, str], tmp_path: Path) -> Iterator[Warehouse]:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        for schema in ("reference", "staging", "intermediate", "marts", "board"):
            con.execute(f"create schema {schema}")
        for table, name in seed_tables(SEED_FOLDER).items():
            if name not in SEEDS:
                continue
            [described] = yaml.safe_load((SEED_FOLDER / f"{name}.yml").read_text(encoding="utf-8"))["seeds"]
            types = {
                column: kind.replace("string", "varchar")
                for column, kind in described["config"]["column_types"].items()
            }
            con.execute(f"create table {table} as from read_csv('{SEED_FOLDER / name}.csv', columns = {types})")
        con.execute(
            "create table reference.indicators (indicator_code varchar, definition_version varchar, unit varchar,"
            " multiplier integer, polarity varchar, time_behaviour varchar, chart_method varchar)"
        )
        con.execute(
            "create table marts.fct_indicator_value (indicator_code varchar, definition_version varchar,"
            " area_code varchar, period_type varchar, period_start date, period_end date, breakdown varchar,"
            " breakdown_value varchar, value decimal(18, 6), value_exact decimal(28, 12), denominator decimal(18, 4),"
            " is_primary_cadence boolean)"
        )
        con.execute(
            "create table intermediate.int_indicator__rules (indicator_code varchar, definition_version varchar,"
            " least_events integer)"
        )
        con.execute(
            "create table intermediate.int_indicator__membership (indicator_code varchar, definition_version varchar,"
            " area_code varchar, counted_key varchar, from_date date, in_numerator boolean, cases integer,"
            " submission_id varchar, row_number integer)"
        )
        con.execute(
            "create table intermediate.int_indicator__coverage (indicator_code varchar, definition_version varchar,"
            " area_code varchar, period_type varchar, period_end date, form varchar)"
        )
        con.execute(
            f"create table staging.stg_ops__run_control as select 'r-1' as release_id, date '{AS_OF}' as as_of_date"
        )
        yield Warehouse(con, compiled)


def limits(warehouse: Warehouse, code: str) -> list[tuple[float, ...]]:
    """Centre, limits and two-sigma lines of each point."""
    rows = warehouse.read("centre_line, lower_limit, upper_limit, lower_warning, upper_warning", code)
    return [tuple(float(number) for number in row) for row in rows]


TAILS = [
    # 22.64 is the upper limit, 1.36 the lower one; 12 is the mean, on neither side.
    ("outside the limits", [23, 12, 1, 12], [OUTSIDE, None, OUTSIDE, None]),
    ("inside them", [22, 12, 2, 12], [None] * 4),
    # From 7 on, each above the one before: seven points.
    ("a trend of seven rising", [7, 8, 9, 10, 11, 13, 15, 14], [TREND] * 7 + [None]),
    ("a trend of seven falling", [15, 13, 12, 11, 10, 9, 8, 12], [TREND] * 7 + [None]),
    ("six rising and one as before", [7, 8, 9, 10, 11, 11, 13], [None] * 7),
    # 20 lies above 19.093333, 4 below 4.906667.
    ("two of three beyond two sigma", [20, 12, 20, 12], [TWO, None, TWO, None]),
    ("two beside each other", [4, 4, 14, 12], [TWO, TWO, None, None]),
    ("two of four", [20, 12, 12, 20], [None] * 4),
    ("two on different sides", [20, 4, 12], [None] * 3),
    ("seven on one side", [11, 10, 11, 10, 11, 10, 11, 14], [SHIFT] * 7 + [None]),
    ("six on one side", [11, 10, 11, 10, 11, 10, 14], [None] * 7),
    ("a point on the mean breaks the run", [11, 10, 11, 12, 11, 10, 11, 10], [None] * 8),
    ("a gap breaks the run", [11, 10, 11, None, 11, 10, 11, 10], [None] * 8),
    ("a gap breaks the trend", [7, 8, 9, None, 11, 13, 15, 17], [None] * 8),
    ("a gap is no point of three", [20, None, 20, 12], [None] * 4),
    # The rules in their order: a shift whose fourth point is outside and whose last two are beyond two sigma.
    ("the first rule that is met", [11, 10, 11, 1, 11, 4, 4, 14], [SHIFT] * 3 + [OUTSIDE, SHIFT, TWO, TWO, None]),
]  # fmt: skip


def test_each_rule_flags_the_points_that_it_flags_by_hand(warehouse: Warehouse) -> None:
    warehouse.give(*(Series(name, [*TWENTY_FOUR, *tail]) for name, tail, _ in TAILS))
    warehouse.build()
    for name, _, expected in TAILS:
        assert warehouse.read("special_cause", name) == [None] * 24 + expected, name
        assert limits(warehouse, name)[-1] == (12, 1.36, 22.64, 4.906667, 19.093333), name
        assert set(warehouse.read("points_in_baseline, is_provisional_limits", name)) == {(24, False)}
        assert warehouse.read("is_in_baseline", name) == [True] * 24 + [False] * (len(expected)), name


def test_what_a_signal_means_follows_the_polarity(warehouse: Warehouse) -> None:
    tail = [23, 12, 1, 12]
    warehouse.give(*(Series(polarity, [*TWENTY_FOUR, *tail], polarity=polarity) for polarity in "HLN"))
    warehouse.build()
    found = {polarity: [x for x in warehouse.read("signal", polarity) if x] for polarity in "HLN"}
    assert found == {"H": ["improvement", "concern"], "L": ["concern", "improvement"], "N": ["high", "low"]}


def test_limits_take_no_moving_range_across_a_gap_and_leave_a_single_jump_out(warehouse: Warehouse) -> None:
    spiked = [10, 14, 10, 14, 10, 14, 10, 14, 10, 14, 10, 58]
    warehouse.give(Series("gap", [10, 14, None, 20, 24]), Series("spike", spiked), Series("short", spiked[:11]))
    warehouse.build()
    # (10 + 14 + 20 + 24) / 4 = 17; ranges 4 and 4, not 6.
    assert limits(warehouse, "gap")[0] == (17, 6.36, 27.64, 9.906667, 24.093333)
    assert warehouse.read("is_in_baseline", "gap") == [True, True, False, True, True]
    # 188 / 12 = 15.666667; ten ranges of 4 and one of 48 average 8; 48 > 3.267 x 8 goes, and 4 is left.
    assert limits(warehouse, "spike")[0] == (15.666667, 5.026667, 26.306667, 8.573333, 22.76)
    assert warehouse.read("special_cause", "spike") == [SHIFT] * 11 + [OUTSIDE]
    assert set(warehouse.read("is_provisional_limits, note", "spike")) == {(False, None)}
    provisional = (True, "The limits are provisional: they rest on 11 points.")
    assert set(warehouse.read("is_provisional_limits, note", "short")) == {provisional}


def test_a_new_definition_and_a_recorded_decision_begin_a_baseline_and_nothing_else_does(warehouse: Warehouse) -> None:
    low, high = TWENTY_FOUR, [30, 34] * 12
    warehouse.give(
        Series("version", low),
        Series("version", high, version="2", first_month=24),
        Series("decided", [*low, *high]),
        Series("not yet", [*low, *high]),
        Series("silent", [*low, *high]),
    )
    warehouse.con.executemany(
        f"insert into reference.baselines values (?, '1', '{AREA}', ?, 'The front door was reorganised.', ?, 'MEE')",
        [("decided", date(2002, 1, 1), AS_OF), ("not yet", date(2002, 1, 1), date(2017, 7, 1))],
    )
    warehouse.build()
    for code in ("version", "decided"):
        assert warehouse.read("special_cause", code) == [None] * 48
        assert [row[0] for row in limits(warehouse, code)] == [12] * 24 + [32] * 24
        assert len(set(warehouse.read("baseline_id", code))) == 2
    assert warehouse.read("baseline_reason", "decided") == [None] * 24 + ["The front door was reorganised."] * 24
    for code in ("not yet", "silent"):
        # The last 14 is the first of 25 points above 12.
        assert warehouse.read("special_cause", code) == [None] * 23 + [SHIFT] + [OUTSIDE] * 24
        assert [row[0] for row in limits(warehouse, code)] == [12] * 48


def test_a_share_and_a_rate_have_limits_by_the_size_of_their_period(warehouse: Warehouse) -> None:
    warehouse.give(
        # Half of 100, by turns 40 and 60: 100 x sqrt(0.5 x 0.5 / 100) = 5, of 400 cases 2.5. 60 is on the second line.
        Series(
            "share", [*[40, 60] * 12, 60, 60], "p_chart", of=[*[100] * 25, 400], unit="percent", multiplier=100,
            polarity="H",
        ),
        # 25 of 10,000 on average: 10,000 x sqrt(0.0025 / 10,000) = 5.
        Series("rate", [*[20, 30] * 12, 41, 39], "u_chart", of=[10_000] * 26, unit="rate", multiplier=10_000),
    )  # fmt: skip
    warehouse.build()
    assert limits(warehouse, "share")[-2:] == [(50, 35, 65, 40, 60), (50, 42.5, 57.5, 45, 55)]
    assert warehouse.read("special_cause", "share")[-2:] == [None, OUTSIDE]
    assert limits(warehouse, "rate")[-1] == (25, 10, 40, 15, 35)
    assert warehouse.read("special_cause", "rate")[-2:] == [OUTSIDE, TWO]


def test_stocks_windows_and_rare_events_have_points_and_a_median_only(warehouse: Warehouse) -> None:
    jump = [*TWENTY_FOUR, 99, *[11] * 7]
    warehouse.give(
        Series("stock", jump, "run_chart", time_behaviour="stock"),
        Series("window", jump, period_type="rolling_12_months"),
        # 13 of 24 under 5, then a jump; and 12 of 24, which is not most of them.
        Series("rare", [*[0] * 13, *[6] * 11, 40]),
        Series("not rare", [*[4] * 12, *[6] * 12, 40]),
        # 96 of 100 leave 4 cases over.
        Series("few others", [96] * 24, "p_chart", of=[100] * 24, unit="percent", multiplier=100),
        Series("to date", jump, period_type="financial_year_to_date"),
    )
    warehouse.build()
    for code, median in (("stock", 12), ("window", 12), ("rare", 0), ("few others", 96)):
        rows = warehouse.read("chart_method, centre_line, upper_limit, special_cause, signal", code)
        assert set(rows) == {("run_chart", median, None, None, None)}, code
    assert warehouse.read("note", "rare")[0].startswith("Rare events: most counts of the baseline are under 5")
    assert warehouse.read("special_cause", "not rare")[-1] == OUTSIDE
    assert warehouse.read("value", "to date") == []


def test_a_series_that_never_moves_is_on_its_mean(warehouse: Warehouse) -> None:
    # 0.1 has no end as a binary fraction, and one third none as a decimal one.
    steady = [0.1] * 30
    third = [100 / 3] * 30
    warehouse.give(
        Series("days", steady, unit="days"),
        Series("share", third, "p_chart", of=[300] * 30, unit="percent", multiplier=100),
    )
    warehouse.build()
    assert warehouse.read("special_cause", "days") == [None] * 30
    assert warehouse.read("special_cause", "share") == [None] * 30


@pytest.mark.parametrize(
    ("target", "direction", "assurance"),
    [
        (23, "at_most", "consistently_meets"),
        (22.64, "at_most", "consistently_meets"),
        (12, "at_most", "hit_and_miss"),
        (1.36, "at_most", "hit_and_miss"),
        (1, "at_most", "consistently_fails"),
        (1, "at_least", "consistently_meets"),
        (1.36, "at_least", "consistently_meets"),
        (22.64, "at_least", "hit_and_miss"),
        (23, "at_least", "consistently_fails"),
    ],
)
def test_a_target_is_met_for_certain_where_the_limits_lie_on_its_good_side(
    warehouse: Warehouse, target: float, direction: str, assurance: str
) -> None:
    warehouse.give(Series("known", TWENTY_FOUR), Series("later", TWENTY_FOUR))
    warehouse.con.executemany(
        "insert into reference.targets values (?, '1', ?, ?, 'the Board', ?, '2000-01-01', '2000-12-31', 'minutes')",
        [("known", target, direction, AS_OF), ("later", target, direction, date(2017, 7, 1))],
    )
    warehouse.build()
    assert warehouse.read("assurance", "known") == [assurance] * 12 + [None] * 12
    assert warehouse.read("target_set_by", "later") == [None] * 24


def test_the_sql_and_another_reckoning_flag_the_same_points(warehouse: Warehouse) -> None:
    generator = np.random.default_rng(20170630)
    # Whole numbers with ties, points on the mean, slow drifts, and a tenth without a figure.
    values = generator.poisson(15 + 6 * np.sin(np.arange(44) / 5) * (np.arange(100) % 3)[:, None], (100, 44)).astype(
        float
    )
    values[generator.random(values.shape) < 0.05] = np.nan
    warehouse.give(
        *(
            Series(f"{place:03}", [None if np.isnan(value) else value for value in row], unit="days")
            for place, row in enumerate(values)
        )
    )
    warehouse.build()
    expected = xmr_limits(values)
    rule, direction = special_causes(values, expected)
    names = np.array([None, *RULES], dtype=object)[rule]
    words = np.array([None, "high", "low"], dtype=object)[direction]
    assert {name: int((names == name).sum()) > 20 for name in RULES} == dict.fromkeys(RULES, True)
    for place in range(len(values)):
        found = warehouse.read("special_cause, signal", f"{place:03}")
        assert found == list(zip(names[place], words[place], strict=True)), place
        centre, lower, upper, lower_warning, upper_warning = limits(warehouse, f"{place:03}")[0]
        assert (centre, upper, upper_warning) == pytest.approx(
            (expected.centre[place, 0], expected.upper[place, 0], expected.upper_warning[place, 0]), abs=1e-6
        )
        assert lower == pytest.approx(max(expected.lower[place, 0], 0), abs=1e-6)
        assert lower_warning == pytest.approx(max(expected.lower_warning[place, 0], 0), abs=1e-6)


def test_the_board_sees_limits_where_it_sees_the_baseline_and_signals_where_it_sees_every_point(
    warehouse: Warehouse,
) -> None:
    tail = [11, 10, 11, 10, 11, 10, 11, 23]
    withheld = {"all shown": [], "in the baseline": [3], "after it": [27], "rare": [2]}
    values = {code: [*TWENTY_FOUR, *tail] for code in withheld} | {"rare": [3] * 32}
    warehouse.give(*(Series(code, values[code]) for code in withheld))
    warehouse.build()
    warehouse.con.execute(
        "create table board.fct_indicator_value as select * exclude (value_exact) from marts.fct_indicator_value"
    )
    for code, places in withheld.items():
        for place in places:
            warehouse.con.execute(
                "update board.fct_indicator_value set value = null, denominator = null where indicator_code = ?"
                " and period_end = ?",
                [code, month(place)[1]],
            )
    warehouse.build("board_fct_indicator_trend")

    def shown(code: str, columns: str) -> list[Any]:
        return warehouse.read(columns, code, "board.fct_indicator_trend")

    derived = "centre_line, lower_limit, upper_limit, lower_warning, upper_warning, is_provisional_limits, assurance"
    assert shown("all shown", "special_cause") == [None] * 24 + [SHIFT] * 7 + [OUTSIDE]
    assert shown("all shown", derived) == warehouse.read(derived, "all shown")
    # Nothing tells the series with a withheld point in its baseline from another.
    for code in ("in the baseline", "rare"):
        assert set(shown(code, derived)) == {(None,) * 7}
        reason = "A figure of the baseline is withheld, so there are neither limits nor signals."
        assert set(shown(code, "special_cause, signal, chart_method, note")) == {(None, None, "run_chart", reason)}
    # The eighth point is withheld: a run that it belongs to would say on which side of the mean it lies.
    assert shown("after it", "special_cause") == [None] * 32
    assert [row[2] is None for row in shown("after it", derived)] == [place == 27 for place in range(32)]
    assert set(shown("after it", "note")) == {
        "A figure after the baseline is withheld, so there are limits and no signals."
    }


def test_false_alarms_to_expect_are_the_charts_by_the_rate_of_each_rule(warehouse: Warehouse) -> None:
    warehouse.give(
        Series("in", TWENTY_FOUR),
        Series("behind", [*TWENTY_FOUR, 23, None]),
        Series("rare", [0] * 24),
        Series("one", [50], "p_chart", of=[100], unit="percent", multiplier=100),
    )
    warehouse.build(*MODELS[:3])
    rates = {
        (row["points_in_baseline"], row["is_after_baseline"], row["special_cause"]): float(row["probability"])
        for row in seed("false_alarm_rates")
        if row["chart_method"] == "xmr"
    }
    rows = warehouse.con.execute(
        "select special_cause, charts, expected_by_chance, signals from marts.fct_trend_false_alarms"
    ).fetchall()
    both = {rule: rates["24", "false", rule] + rates["24", "true", rule] for rule in RULES}
    assert {row[0]: (row[1], float(row[2]), row[3]) for row in rows} == {
        **{rule: (3, pytest.approx(both[rule]), int(rule == OUTSIDE)) for rule in RULES},
        "any": (3, pytest.approx(sum(both.values())), 1),
    }


def test_the_board_is_told_of_false_alarms_over_the_charts_that_it_sees(warehouse: Warehouse) -> None:
    withheld: dict[str, int | None] = {"shown": None, "in the baseline": 3, "after it": 25}
    warehouse.give(
        *(Series(code, [*TWENTY_FOUR, 12, 12, 23]) for code in withheld), Series("gap", [*TWENTY_FOUR, None, 12])
    )
    warehouse.build(*MODELS[:3])
    figures = "create or replace table board.fct_indicator_value as select * exclude (value_exact)"
    warehouse.con.execute(f"{figures} from marts.fct_indicator_value")
    told = "from {}.fct_trend_false_alarms order by special_cause"
    warehouse.build(*MODELS[3:5])
    # Where nothing is withheld, the analysts' charts are the Board's.
    everything = warehouse.con.execute(f"select * {told.format('marts')}").fetchall()
    assert warehouse.con.execute(f"select * {told.format('board')}").fetchall() == everything
    for code, place in withheld.items():
        if place is not None:
            warehouse.con.execute(
                "update board.fct_indicator_value set value = null, denominator = null where indicator_code = ?"
                " and period_end = ?",
                [code, month(place)[1]],
            )
    warehouse.build(*MODELS[3:5])
    rates = {
        row["special_cause"]: float(row["probability"])
        for row in seed("false_alarm_rates")
        if (row["chart_method"], row["points_in_baseline"], row["is_after_baseline"]) == ("xmr", "24", "true")
    }
    rows = warehouse.con.execute(
        f"select special_cause, charts, expected_by_chance, signals {told.format('board')}"
    ).fetchall()
    # "shown" with its 23 outside the limits, and "gap" with its 12 within them.
    assert {row[0]: (row[1], float(row[2]), row[3]) for row in rows} == {
        **{rule: (2, pytest.approx(2 * rates[rule]), int(rule == OUTSIDE)) for rule in RULES},
        "any": (2, pytest.approx(2 * sum(rates.values())), 1),
    }


@pytest.mark.parametrize("chart_method", ["xmr", "p_chart"])
@pytest.mark.parametrize(("points", "is_after"), [(12, False), (24, False), (24, True)])
def test_the_rates_of_false_alarm_bear_out_in_10000_series_of_another_draw(
    chart_method: str, points: int, is_after: bool
) -> None:
    values = quiet_series(10_000, points + AFTER * is_after, np.random.default_rng(points + is_after))
    found = last_point_alarms(values, chart_method)
    rates = {
        row["special_cause"]: float(row["probability"])
        for row in seed("false_alarm_rates")
        if (row["chart_method"], row["points_in_baseline"], row["is_after_baseline"])
        == (chart_method, str(points), str(is_after).lower())
    }
    for rule in RULES:
        # Four standard errors of a share of 10,000, and the rounding of the seed.
        assert found[rule] == pytest.approx(rates[rule], abs=4 * np.sqrt(rates[rule] / 10_000) + 1e-4), rule


def test_points_that_carry_over_cry_wolf_and_that_is_why_stocks_are_not_judged() -> None:
    totals = [
        sum(last_point_alarms(quiet_series(10_000, BASELINE + AFTER, np.random.default_rng(1), tie), "xmr").values())
        for tie in (0.0, 0.5, 0.8)
    ]
    # One in 22 of independent points; more than four and ten times as many where each leans on the one before.
    assert totals[0] < 0.05
    assert totals[1] > 4 * totals[0]
    assert totals[2] > 10 * totals[0]


# -- rare events: the days between them, 16 and 32 by turns, 24 of them

# 16^(1/3.6) = 2^(10/9) = 2.160119 and 32^(1/3.6) = 2^(25/18) = 2.618769: mean 2.389444, each moving range 0.458650. The
# limits lie 2.66 x 0.458650 = 1.220008 off at 1.169436 and 3.609452, the two-sigma lines 0.813339 off at 1.576106 and
# 3.202783. To the power of 3.6 these are days again:
LINES_IN_DAYS = (23.0075, 1.7568, 101.5755, 5.1441, 66.0540)
DAYS_APART = [16, 32] * 12
DAYS_TAILS = [
    ("further apart than chance, and nearer", [102, 23, 1, 23], [OUTSIDE, None, OUTSIDE, None]),
    ("neither", [101, 23, 2, 23], [None] * 4),
    ("seven times further apart", [8, 10, 12, 14, 20, 24, 28, 27], [TREND] * 7 + [None]),
    ("two of three beyond two sigma", [67, 23, 67, 23], [TWO, None, TWO, None]),
    ("two of three short of it", [66, 23, 66, 23], [None] * 4),
    ("seven nearer than the mean", [20, 23, 20, 23, 20, 23, 20, 24], [SHIFT] * 7 + [None]),
]  # fmt: skip


def days_from(apart: Sequence[int]) -> list[date]:
    """A first day, and one for each number of days after it."""
    return [date(2000, 1, 1) + timedelta(days=passed) for passed in accumulate(apart, initial=0)]


def monthly(code: str, days: Sequence[date], polarity: str = "N", **more: Any) -> Series:
    """The count of each month that these days give."""
    months = (days[-1].year - 2000) * 12 + days[-1].month
    counts = [sum(start <= day <= end for day in days) for start, end in (month(place) for place in range(months))]
    return Series(code, counts, polarity=polarity, **more)


def test_rare_events_are_judged_by_the_days_between_them(warehouse: Warehouse) -> None:
    days = {name: days_from([*DAYS_APART, *tail]) for name, tail, _ in DAYS_TAILS}
    warehouse.give(*(monthly(name, days[name]) for name in days))
    for name in days:
        warehouse.happen(name, *((str(place), day) for place, day in enumerate(days[name])))
    warehouse.build("int_trend__points", "fct_rare_event")
    lines = "centre_line, lower_limit, upper_limit, lower_warning, upper_warning"
    for name, tail, expected in DAYS_TAILS:
        assert warehouse.read("days_since_previous", name, RARE) == [None, *DAYS_APART, *tail], name
        assert warehouse.read("special_cause", name, RARE) == [None] * 25 + expected, name
        [drawn] = set(warehouse.read(lines, name, RARE))
        assert [float(line) for line in drawn] == pytest.approx(LINES_IN_DAYS, abs=1e-4), name
        assert warehouse.read("is_in_baseline", name, RARE) == [False] + [True] * 24 + [False] * len(tail), name
        assert set(warehouse.read("points_in_baseline, is_provisional_limits", name, RARE)) == {(24, False)}


def test_longer_between_events_is_fewer_of_them(warehouse: Warehouse) -> None:
    days = days_from([*DAYS_APART, 102, 23, 1, 23])
    warehouse.give(*(monthly(polarity, days, polarity) for polarity in "HLN"))
    for polarity in "HLN":
        warehouse.happen(polarity, *((str(place), day) for place, day in enumerate(days)))
    warehouse.build("int_trend__points", "fct_rare_event")
    found = {polarity: [x for x in warehouse.read("signal", polarity, RARE) if x] for polarity in "HLN"}
    assert found == {"H": ["concern", "improvement"], "L": ["improvement", "concern"], "N": ["low", "high"]}


def test_a_day_of_rare_events_stands_once_and_nothing_is_taken_across_what_was_not_counted(
    warehouse: Warehouse,
) -> None:
    january, march = date(2000, 1, 10), date(2000, 3, 5)
    warehouse.give(
        Series("siblings", [2, 1, 1]),
        Series("again", [1, 0, 1]),
        Series("twice", [1, 0, 0]),
        Series("told", [1, 4, 2]),
        Series("share", [50, 50, 50], "p_chart", of=[2] * 3, unit="percent", multiplier=100),
        Series("many", [9, 9, 9]),
    )
    warehouse.happen("siblings", ("a", january), ("b", january), ("c", date(2000, 2, 29)), ("d", march))
    # Within a month a child counts once, at its last event: 10 and 20 January are one.
    warehouse.happen("again", ("a", january), ("a", date(2000, 1, 20)), ("a", march))
    warehouse.happen("twice", ("a", january), ("a", date(2000, 1, 20)), ("b", january), ("a", march), least=2)
    warehouse.happen(
        "told", ("a", january), ("b", march), ("c", date(2000, 3, 7)), form=("records", "aggregates", "records")
    )
    for code in ("share", "many"):
        warehouse.happen(code, ("a", january), ("b", march))
    warehouse.build("int_trend__points", "fct_rare_event")
    read = "event_date, events, days_since_previous"
    assert warehouse.read(read, "siblings", RARE) == [
        (january, 2, None), (date(2000, 2, 29), 1, 50), (march, 1, 5),
    ]  # fmt: skip
    assert warehouse.read(read, "again", RARE) == [(date(2000, 1, 20), 1, None), (march, 1, 45)]
    assert warehouse.read(read, "twice", RARE) == [(date(2000, 1, 20), 1, None)]
    # What happened in February the supplier has counted, and nobody knows the days.
    assert warehouse.read(read, "told", RARE) == [(january, 1, None), (march, 1, None), (date(2000, 3, 7), 1, 2)]
    assert [warehouse.read(read, code, RARE) for code in ("share", "many")] == [[], []]
    [first, then, _] = warehouse.read("note, upper_limit is null, is_provisional_limits", "siblings", RARE)
    assert first[0].startswith("The days since the event before are not known")
    assert then == ("The limits are provisional: they rest on 2 points.", False, True)


def test_the_sql_and_another_reckoning_flag_the_same_rare_events(warehouse: Warehouse) -> None:
    generator = np.random.default_rng(20170630)
    # Whole days, 20 apart on average, and in every third series 5 from the thirtieth on.
    mean = np.where((np.arange(44) >= 30) & (np.arange(30) % 3 == 0)[:, None], 5, 20)
    apart = np.ceil(generator.exponential(mean)).astype(int)
    series = {f"{place:02}": days_from([int(days) for days in row]) for place, row in enumerate(apart)}
    warehouse.give(*(monthly(code, days) for code, days in series.items()))
    for code, days in series.items():
        warehouse.happen(code, *((str(place), day) for place, day in enumerate(days)))
    warehouse.build("int_trend__points", "fct_rare_event")
    values = np.round(apart ** (1 / 3.6), 9)
    expected = xmr_limits(values)
    rule, direction = special_causes(values, expected)
    names = np.array([None, *RULES], dtype=object)[rule]
    words = np.array([None, "low", "high"], dtype=object)[direction]
    assert (names != None).sum() > 50  # noqa: E711
    for place, code in enumerate(series):
        found = warehouse.read("special_cause, signal", code, RARE)[1:]
        assert found == list(zip(names[place], words[place], strict=True)), code


def test_rare_events_name_nobody_and_are_not_for_the_board(con: duckdb.DuckDBPyConnection) -> None:
    tables = con.execute(
        "select table_schema, column_name from information_schema.columns where table_name = 'fct_rare_event'"
    ).fetchall()
    assert {schema for schema, _ in tables} == {"marts"}
    assert not {column for _, column in tables} & {"person_key", "counted_key", "submission_id", "row_number"}
