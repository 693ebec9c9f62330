"""What the warehouse judges of the figures, in the hand-made board file: control charts, comparisons, sentences.

Belongs here: the board tables of these subjects as the dashboard may rely on them, made from the contracts in dbt; and
one series of a share (W02), as all others that are written by hand are neutral stocks. Every board table that a source
names and nobody writes by hand is there too, empty.
Does not belong here: figures and returns (board_file.py), what a meeting talks of (board_meeting.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "dbt_project" / "models"

# Child protection plans reviewed on time, %, by quarter from June 2014: of 200 plans each.
REVIEWED = (97.0, 98.0, 96.5, 97.5, 98.0, 97.0, 96.0, 97.5, 97.0, 96.5, 93.0, 90.5)
REVIEWED_BY_YEAR = {date(2015, 3, 31): 97.5, date(2016, 3, 31): 97.0}
SHARE = {
    "centre_line": 96.2,
    "lower_limit": 92.1,
    "upper_limit": 99.9,
    "points_in_baseline": 12,
    "chart_method": "p_chart",
}
CASES = {"centre_line": 1875, "lower_limit": 1790, "upper_limit": 1960, "points_in_baseline": 10, "chart_method": "xmr"}
PROVISIONAL = "The limits are provisional: they rest on 10 points."
WITHHELD = "A figure of the baseline is withheld, so there are neither limits nor signals."
CARRIES_OVER = "One period carries over into the next, so there are points and their median only."
# (indicator, period end): rule and signal.
SPECIAL = {
    ("W02", date(2016, 12, 31)): ("two_of_three", "concern"),
    ("W02", date(2017, 3, 31)): ("outside_limits", "concern"),
    ("S01", date(2014, 6, 30)): ("two_of_three", "low"),
    ("S01", date(2016, 3, 31)): ("two_of_three", "high"),
}
LOCAL = "A local definition: no other authority counts it so."
SOURCE = "Characteristics of children in need, 2024"
# (indicator, year): the measure that is compared, ours with its interval, England, region, neighbours, what follows.
COMPARED: dict[tuple[str, date], dict[str, Any]] = {
    ("R01", date(2016, 3, 31)): {
        "comparison_code": "R02", "comparison_value": 42, "comparison_lower_ci_95": 37.1,
        "comparison_upper_ci_95": 47.4,
        "england_value": 60, "region_value": 64, "neighbour_mean": 57.5, "neighbour_median": 58.5,
        "significance_england": "lower", "significance_region": "lower",
        "rank_reason": "Neither high nor low is good in itself: no rank and no quartile.",
    },
    ("R01", date(2015, 3, 31)): {
        "comparison_code": "R02", "comparison_value": 40, "comparison_lower_ci_95": 35.3,
        "comparison_upper_ci_95": 45.2,
        "england_value": 60, "region_value": 65, "neighbour_mean": 56.5, "neighbour_median": 56,
        "significance_england": "lower", "significance_region": "lower",
        "rank_reason": "Neither high nor low is good in itself: no rank and no quartile.",
    },
    ("W02", date(2016, 3, 31)): {
        "comparison_code": "W02", "comparison_value": 97.0, "comparison_lower_ci_95": 93.6,
        "comparison_upper_ci_95": 98.7,
        "england_value": 93.7, "region_value": 97.0, "neighbour_mean": 95.1, "neighbour_median": 96.2,
        "significance_england": "better", "significance_region": "similar", "area_rank": 41, "areas_ranked": 148,
        "quartile": "B",
    },
    ("W02", date(2015, 3, 31)): {
        "comparison_code": "W02", "comparison_value": 97.5, "comparison_lower_ci_95": 93.9,
        "comparison_upper_ci_95": 98.8,
        "england_value": None, "england_status": "low_reliability", "region_value": 96.4, "neighbour_mean": 94.0,
        "neighbour_median": 94.4, "significance_region": "similar",
        "significance_england_reason": "There is no published figure of England that can be relied on.",
        "rank_reason": "No rank: the published figures are of an earlier year.",
    },
}  # fmt: skip


def fill(
    con: duckdb.DuckDBPyConnection,
    priorities: Sequence[Mapping[str, str]],
    names: Mapping[str, str],
    area_code: str,
    release_id: str,
    *,
    filled: bool,
) -> None:
    """Create the tables and write their rows; `filled=False` is a warehouse before its first return."""
    for table in _missing(con):
        columns = ", ".join(f"{name} {kind}" for name, kind in columns_of(table))
        con.execute(f"create table board.{table} ({columns})")
    for row in priorities:
        _insert(con, "bridge_indicator_priority", {**row, "priority_name": names[row["priority_code"]]})
    if filled:
        _reviewed_on_time(con)
    con.execute(
        """
        insert into board.fct_indicator_sentence by name
        select indicator_code, definition_version, due.area_code, due.period_type, due.period_start, due.period_end,
            coalesce(figure.status, due.status, 'not_submitted') as status,
            display_name || ', ' || period_label || ': '
                || coalesce(cast(cast(figure.value as double) as varchar), 'no figure') || '.' as sentence,
            due.release_id
        from board.fct_indicator_latest_due as due
        inner join board.dim_indicator using (indicator_code, definition_version)
        inner join board.dim_period using (period_type, period_end)
        left join board.fct_indicator_value as figure
            using (indicator_code, definition_version, area_code, period_type, period_end)
        where due.is_primary_cadence and coalesce(figure.breakdown, 'total') = 'total'
        """
    )
    for row in _trends(con, release_id):
        _insert(con, "fct_indicator_trend", row)
    for row in _comparisons(con, release_id):
        _insert(con, "fct_indicator_comparison", row)


def columns_of(table: str) -> list[tuple[str, str]]:
    """Names and types of a board table's columns, as the contract of its model has them."""
    (found,) = [*MODELS.glob(f"**/board_{table}.yml"), *MODELS.glob(f"marts/**/{table}.yml")][:1]
    (model,) = yaml.safe_load(found.read_text(encoding="utf-8"))["models"]
    return [(column["name"], column["data_type"].replace("string", "varchar")) for column in model["columns"]]


def _missing(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The board tables that the dashboard's sources name and the file does not hold yet."""
    known = {
        name for (name,) in con.execute("select table_name from duckdb_tables() where schema_name = 'board'").fetchall()
    }
    named: set[str] = set()
    for source in (ROOT / "evidence" / "sources" / "board").glob("*.sql"):
        named.update(re.findall(r"board\.(\w+)", source.read_text(encoding="utf-8")))
    return sorted(named - known)


def _insert(con: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, object]) -> None:
    values = ", ".join(f"${name} as {name}" for name in row)
    con.execute(f"insert into board.{table} by name select {values}", dict(row))


def _reviewed_on_time(con: duckdb.DuckDBPyConnection) -> None:
    """W02 by quarter and year: the one series in which high is good."""
    quarters = con.execute(
        "select period_end from board.fct_indicator_value where indicator_code = 'W02' and period_type = 'quarter' "
        "and breakdown = 'total' and period_end between date '2014-06-30' and date '2017-03-31' order by 1"
    ).fetchall()
    shares = {("quarter", end): share for (end,), share in zip(quarters, REVIEWED, strict=True)}
    shares |= {("financial_year", end): share for end, share in REVIEWED_BY_YEAR.items()}
    for (kind, end), share in shares.items():
        status = "published" if end <= date(2016, 3, 31) else "provisional"
        con.execute(
            """
            update board.fct_indicator_value set value = $share, numerator = $share * 2, denominator = 200,
                status = $status, status_reason = null, finality = if($status = 'published', 'final', 'provisional'),
                cases_not_assessable = 0, feeds_received = feeds_expected, data_as_at = $end + 10
            where indicator_code = 'W02' and period_type = $kind and period_end = $end and breakdown = 'total'
            """,
            {"share": share, "status": status, "kind": kind, "end": end},
        )


def _trends(con: duckdb.DuckDBPyConnection, release_id: str) -> Iterator[dict[str, object]]:
    figures = con.execute(
        "select indicator_code, definition_version, area_code, period_type, period_start, period_end, breakdown, "
        "breakdown_value, value, is_primary_cadence from board.fct_indicator_value where breakdown = 'total'"
    )
    names = [column[0] for column in figures.description or ()]
    for values in figures.fetchall():
        row = dict(zip(names, values, strict=True))
        code, end, kind = str(row["indicator_code"]), row["period_end"], row["period_type"]
        lines: dict[str, object] = {"chart_method": "run_chart", "points_in_baseline": 0, "note": CARRIES_OVER}
        if kind == "quarter" and end >= date(2014, 6, 30) and row["value"] is not None:
            if code == "W02":
                aim = {"target_value": 95, "target_direction": "at_least", "assurance": "hit_and_miss"}
                lines = {
                    **SHARE,
                    **aim,
                    "target_set_by": "Safeguarding Children Board",
                    "target_set_on": date(2014, 4, 1),
                }
                lines |= {"is_provisional_limits": False}
            elif code == "S01":
                lines = {**CASES, "is_provisional_limits": True, "note": PROVISIONAL}
            rule, signal = SPECIAL.get((code, end), (None, None))
            lines |= {"special_cause": rule, "signal": signal}
        if code in ("R03", "R04"):
            lines["note"] = WITHHELD
        yield {
            **row, **lines, "baseline_id": f"{code}-{row['definition_version']}-{kind}", "is_in_baseline": True,
            "release_id": release_id,
        }  # fmt: skip


def _comparisons(con: duckdb.DuckDBPyConnection, release_id: str) -> Iterator[dict[str, object]]:
    figures = con.execute(
        """
        select f.indicator_code, f.definition_version, f.area_code, f.period_type, f.period_start, f.period_end,
            f.breakdown, f.breakdown_value, f.value, f.status, i.comparison_code, before.value as previous_value,
            before.period_end as previous_value_period_end, before.status as previous_value_status
        from board.fct_indicator_value as f
        inner join board.dim_indicator as i using (indicator_code, definition_version)
        left join board.fct_indicator_value as before
            on before.indicator_code = f.indicator_code and before.definition_version = f.definition_version
            and before.period_type = f.period_type and before.breakdown = 'total'
            and before.period_end = f.period_end - interval 1 year
        where f.breakdown = 'total'
        """
    )
    names = [column[0] for column in figures.description or ()]
    for values in figures.fetchall():
        row = dict(zip(names, values, strict=True))
        key = (str(row["indicator_code"]), row["period_end"])
        others = COMPARED.get(key) if row["period_type"] == "financial_year" and row["value"] is not None else None
        code = row["comparison_code"] or row["indicator_code"]
        yield {
            **row, "comparison_code": code, "comparison_version": "1", "release_id": release_id,
            **({"comparator_status": "no_comparator", "comparator_reason": LOCAL} if others is None else {
                "comparator_status": "published", "comparator_period_end": row["period_end"],
                "comparator_source": "dfe_cin", "comparator_release": SOURCE, "neighbours_with_value": 10,
                "neighbour_list": "2021-04", "region_status": "published", "england_status": "published", **others,
            }),
        }  # fmt: skip
