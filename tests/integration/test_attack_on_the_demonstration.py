"""The demonstration keeps its small counts, and the attack finds each way in which its publication could give one away.

Every weakening starts from the Board's file as published, and puts back one thing that was withheld, as it stands
in the analysts' file.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.attack import AttackReport, attack
from orchestration.attack.figures import CellKey, read_file, read_official, read_populations
from orchestration.settings import PROJECT_ROOT
from tests.conftest import safeguarding

AREA = "E06000011"
KEY = (
    "indicator_code", "definition_version", "area_code", "period_type", "period_start", "period_end", "breakdown",
    "breakdown_value",
)  # fmt: skip
SAME = " and ".join(f"told.{column} = known.{column}" for column in KEY)
FIGURES = "weak.board.fct_indicator_value"
KNOWN = "known.marts.fct_indicator_value"


@contextmanager
def weakened(home: Path, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the Board's file, open for change, beside what the analysts know."""
    copy = folder / "board.duckdb"
    shutil.copyfile(home / "published" / "board.duckdb", copy)
    with duckdb.connect() as con:
        con.execute(f"attach '{copy}' as weak")
        con.execute(f"attach '{home / 'published' / 'analyst.duckdb'}' as known (read_only)")
        con.execute(f"attach '{home / 'warehouse.duckdb'}' as warehouse (read_only)")
        yield con


def attacked(folder: Path, **more: Any) -> AttackReport:
    return attack(
        read_file(folder / "board.duckdb", "the figures of this release"),
        official=read_official(PROJECT_ROOT / "seeds" / "benchmark_values.csv", AREA),
        populations=read_populations(PROJECT_ROOT / "seeds" / "populations.csv"),
        **more,
    )


def given_away(report: AttackReport) -> set[CellKey]:
    return {hole.key for hole in report.of_children} | {leak.key for leak in report.leaks}


def withheld(con: duckdb.DuckDBPyConnection, where: str = "true") -> list[CellKey]:
    """Withheld cells that count 1 to 5, by what the analysts' file says of them."""
    return cells(con, f"told.status = 'suppressed' and known.numerator between 1 and 5 and {where}")


def cells(con: duckdb.DuckDBPyConnection, where: str) -> list[CellKey]:
    found = con.execute(
        f"select {', '.join(f'known.{column}' for column in KEY)} from {FIGURES} as told"
        f" inner join {KNOWN} as known on {SAME} where known.area_code = '{AREA}' and {where} order by all"
    ).fetchall()
    return [CellKey(*row) for row in found]


def reveal(con: duckdb.DuckDBPyConnection, key: CellKey, *columns: str, table: str = FIGURES) -> None:
    """Put `columns` of the analysts' file back into the withheld row; with its numbers, its status too."""
    if "numerator" in columns:
        columns = (*columns, "status")
    con.execute(
        f"update {table} as told set {', '.join(f'{c} = known.{c}' for c in columns)} from {KNOWN} as known"
        f" where {SAME} and {' and '.join(f'known.{column} = ?' for column in KEY)}",
        list(key),
    )


def later(con: duckdb.DuckDBPyConnection, key: CellKey) -> tuple[CellKey, int] | None:
    """The same cell a year later, where the Board is shown it, and how many more it counts."""
    rows = con.execute(
        f"select {', '.join(f'known.{column}' for column in KEY)}, cast(known.numerator - before.numerator as integer)"
        f" from {FIGURES} as told inner join {KNOWN} as known on {SAME}"
        f" inner join {KNOWN} as before on {' and '.join(f'before.{c} = ?' for c in KEY)}"
        " where told.value is not null and known.numerator > before.numerator"
        f" and {' and '.join(f'known.{c} = before.{c}' for c in (*KEY[:4], *KEY[6:]))}"
        " and year(known.period_end) = year(before.period_end) + 1"
        " and month(known.period_end) = month(before.period_end)",
        list(key),
    ).fetchall()
    return (CellKey(*rows[0][:-1]), rows[0][-1]) if rows else None


def with_a_later_one(con: duckdb.DuckDBPyConnection) -> tuple[CellKey, CellKey, int]:
    for key in withheld(con, "known.denominator is null"):
        after = later(con, key)
        if after:
            return key, *after
    pytest.fail("no withheld count has a figure of a year later beside it")


def what_stands_beside_a_small_count(con: duckdb.DuckDBPyConnection, folder: Path) -> Mapping[str, Any]:
    secondary = con.execute(
        "select indicator_code, definition_version, area_code, period_type, period_start, period_end, breakdown,"
        f" breakdown_value from {KNOWN} as known where numerator > 5 and exists (select 1 from {FIGURES} as told where"
        f" {SAME} and told.status = 'suppressed') and breakdown <> 'total' and not exists (select 1 from {KNOWN} as"
        " other where other.numerator between 6 and known.numerator - 1 and other.indicator_code = known.indicator_code"
        " and other.period_end = known.period_end and other.breakdown = known.breakdown) order by numerator"
    ).fetchall()
    for row in secondary:
        reveal(con, CellKey(*row), "numerator", "denominator", "value")
    assert secondary
    return {}


def an_earlier_release_that_withheld_nothing(con: duckdb.DuckDBPyConnection, folder: Path) -> Mapping[str, Any]:
    earlier = folder / "earlier"
    earlier.mkdir()
    con.execute("detach weak")
    shutil.copyfile(folder / "board.duckdb", earlier / "board.duckdb")
    con.execute(f"attach '{earlier / 'board.duckdb'}' as weak")
    reveal(con, withheld(con)[0], "numerator", "denominator", "value")
    con.execute("detach weak")
    return {"past": [read_file(earlier / "board.duckdb", "the release before")]}


def a_rounded_percentage_with_its_denominator(con: duckdb.DuckDBPyConnection, folder: Path) -> Mapping[str, Any]:
    reveal(con, withheld(con, "known.denominator between 20 and 400")[0], "value", "denominator")
    return {}


def one_bound_of_an_interval(con: duckdb.DuckDBPyConnection, folder: Path) -> Mapping[str, Any]:
    reveal(con, withheld(con, "known.lower_ci_95 is not null")[0], "lower_ci_95", "denominator")
    return {}


def a_difference_in_a_sentence(con: duckdb.DuckDBPyConnection, folder: Path) -> Mapping[str, Any]:
    _, after, more = with_a_later_one(con)
    return {"sentences": [(after, f"There were {more} more than in the year before.")]}


def a_column_of_the_year_before(con: duckdb.DuckDBPyConnection, folder: Path) -> Mapping[str, Any]:
    before, after, _ = with_a_later_one(con)
    con.execute(f"alter table {FIGURES} add column previous_value decimal(18, 6)")
    con.execute(f"alter table {FIGURES} add column previous_value_period_end date")
    con.execute(
        f"update {FIGURES} set previous_value_period_end = ?, previous_value = (select value from {KNOWN} where"
        f" {' and '.join(f'{c} = ?' for c in KEY)}) where {' and '.join(f'{c} = ?' for c in KEY)}",
        [before.period_end, *before, *after],
    )
    return {}


def the_steps_of_a_year_to_date(con: duckdb.DuckDBPyConnection, folder: Path) -> Mapping[str, Any]:
    """Running totals of the flows whose quarters are withheld: what each adds to the one before is the quarter."""
    flows = [key for key in withheld(con, "known.period_type = 'quarter'") if key.indicator_code[0] in "SA"]
    for key in flows:
        con.execute(
            f"insert into {FIGURES} by name select * exclude (value_exact) from {KNOWN} where indicator_code = ?"
            " and definition_version = ? and area_code = ? and period_type = 'financial_year_to_date'"
            " and period_end between date '2012-04-01' and ? and month(period_end) % 3 = 0 and breakdown = 'total'"
            f" and not exists (select 1 from {FIGURES} as told where told.period_type = 'financial_year_to_date' and"
            " told.indicator_code = ? and told.period_end = fct_indicator_value.period_end)",
            [key.indicator_code, key.definition_version, AREA, key.period_end, key.indicator_code],
        )
    return {}


def a_limit_line_over_a_withheld_point(con: duckdb.DuckDBPyConnection, folder: Path) -> Mapping[str, Any]:
    """The mean of a series of which few points are withheld, over all of its points."""
    series = con.execute(
        f"""
        select known.indicator_code, known.definition_version, known.period_type, avg(known.value)
        from {KNOWN} as known
        inner join {FIGURES} as told on {SAME}
        where known.breakdown = 'total' and known.denominator is null and known.value is not null
        group by all
        having count(*) filter (where told.status = 'suppressed' and known.value between 1 and 5) > 0
        order by count(*) filter (where told.status = 'suppressed'), 1
        """
    ).fetchall()
    code, version, period_type, mean = series[0]
    con.execute(
        f"""
        create table weak.board.fct_chart as
        select {", ".join(f"known.{column}" for column in KEY)}, told.value, cast(? as decimal(18, 6)) as centre_line,
            'xmr' as chart_method, true as is_in_baseline
        from {KNOWN} as known
        inner join {FIGURES} as told on {SAME}
        where known.indicator_code = ? and known.definition_version = ? and known.period_type = ?
            and known.breakdown = 'total' and known.value is not null
        """,
        [mean, code, version, period_type],
    )
    return {}


def a_number_in_a_sentence_beside_it(con: duckdb.DuckDBPyConnection, folder: Path) -> Mapping[str, Any]:
    key = withheld(con, "known.breakdown = 'total'")[0]
    return {"sentences": [(key, "Four children were counted.")]}


def a_small_count_itself(con: duckdb.DuckDBPyConnection, folder: Path) -> Mapping[str, Any]:
    reveal(con, withheld(con)[0], "numerator", "denominator", "value")
    return {}


WEAKENINGS: tuple[Callable[[duckdb.DuckDBPyConnection, Path], Mapping[str, Any]], ...] = (
    what_stands_beside_a_small_count,
    an_earlier_release_that_withheld_nothing,
    a_rounded_percentage_with_its_denominator,
    one_bound_of_an_interval,
    a_difference_in_a_sentence,
    a_column_of_the_year_before,
    the_steps_of_a_year_to_date,
    a_limit_line_over_a_withheld_point,
    a_number_in_a_sentence_beside_it,
    a_small_count_itself,
)


def test_the_publication_gives_no_small_count_away(demonstration_home: Path) -> None:
    done = safeguarding(demonstration_home, "attack")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("weakening", WEAKENINGS, ids=lambda weakening: str(weakening.__name__))
def test_each_of_ten_weakenings_is_found(
    demonstration_home: Path, tmp_path: Path, weakening: Callable[..., Mapping[str, Any]]
) -> None:
    with weakened(demonstration_home, tmp_path) as con:
        more = weakening(con, tmp_path)
    assert given_away(attacked(tmp_path, **more))
