"""A small board.duckdb written by hand from the published interface: tables, columns, statuses, nothing else.

Belongs here: the board tables as the dashboard may rely on them. Figures are invented, but for the two published
ones of East Riding at 31 March 2016 and 2017 that make the page easy to judge by eye.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

HOME = "E06000011"
RELEASE = "r-20170515T120000-0a1b2c3d"
TABLES = """
create schema board;
create table board.dim_release (
    release_id varchar, released_at timestamp, as_of timestamp, code_version varchar, is_synthetic boolean,
    inputs_hash varchar
);
create table board.dim_area (
    area_code varchar, la_code varchar, area_name varchar, area_type varchar, region_code varchar, valid_from date,
    valid_to date, predecessor_code varchar
);
create table board.dim_period (period_type varchar, period_start date, period_end date, period_label varchar);
create table board.dim_breakdown (
    breakdown varchar, breakdown_value varchar, value_name varchar, sort_order integer, is_additive boolean,
    band_set varchar
);
create table board.dim_indicator (
    indicator_code varchar, definition_version varchar, framework_name varchar, display_name varchar,
    parent_code varchar, comparison_code varchar, heading_code varchar, heading_name varchar, measure_type varchar,
    time_behaviour varchar, unit varchar, multiplier decimal(18, 4), decimals integer, polarity varchar,
    cadence varchar, lead_or_lag varchar, numerator_definition varchar, denominator_definition varchar,
    exclusions varchar, ci_method varchar, chart_method varchar, complement_is_sensitive boolean,
    is_local_definition boolean, owner varchar, valid_from date, valid_to date
);
create table board.bridge_indicator_feed (
    indicator_code varchar, definition_version varchar, supplier varchar, feed varchar, is_required boolean
);
create table board.fct_submission (
    submission_id varchar, supplier varchar, feed varchar, area_code varchar, period_start date, period_end date,
    data_as_at date, finality varchar, received_at timestamp, status varchar, is_synthetic boolean
);
create table board.fct_indicator_value (
    indicator_code varchar, definition_version varchar, area_code varchar, period_type varchar, period_start date,
    period_end date, breakdown varchar, breakdown_value varchar, numerator decimal(18, 4), denominator decimal(18, 4),
    value decimal(18, 6), lower_ci_95 decimal(18, 6), upper_ci_95 decimal(18, 6), cases_not_assessable bigint,
    status varchar, status_reason varchar, finality varchar, population_release varchar, data_as_at date,
    feeds_expected integer, feeds_received integer, is_primary_cadence boolean, release_id varchar
);
"""

INDICATORS = (
    (
        "R01",
        "Number of Looked After Children",
        "Looked after children",
        "R02",
        "count",
        1,
        0,
        "Children with an episode of care open at the end of the period.",
        None,
        "Children looked after only in a series of short breaks (legal status V3 or V4).",
    ),
    (
        "R02",
        "Children looked after rate, per 10,000 children",
        "Looked after children per 10,000 children",
        None,
        "rate",
        10000,
        0,
        "Children with an episode of care open at the end of the period.",
        "Children aged 0 to 17 living in the area (ONS mid-year estimate).",
        "Children looked after only in a series of short breaks (legal status V3 or V4).",
    ),
    (
        "R03",
        "Number of children on Child Protection Plans",
        "Children on child protection plans",
        "R04",
        "count",
        1,
        0,
        "Children with a child protection plan of this authority open at the end of the period.",
        None,
        "Temporary plans of other authorities.",
    ),
    (
        "R04",
        "Children who are subject of a child protection plan \N{EN DASH} rate per 10,000",
        "Children on child protection plans per 10,000 children",
        None,
        "rate",
        10000,
        1,
        "Children with a child protection plan of this authority open at the end of the period.",
        "Children aged 0 to 17 living in the area (ONS mid-year estimate).",
        "Temporary plans of other authorities.",
    ),
    (
        "S01",
        "Number of Children in Need cases",
        "Children in need cases",
        "S01b",
        "count",
        1,
        0,
        "Cases referred on or before the last day of the period and still open on it, with unborn children, "
        "looked after children and children on a plan.",
        None,
        "Referrals that led to no further action.",
    ),
)
FEEDS = {
    "R01": (("childrens_social_care", "ssda903"),),
    "R02": (("childrens_social_care", "ssda903"),),
    "R03": (("childrens_social_care", "cin_census"),),
    "R04": (("childrens_social_care", "cin_census"),),
    "S01": (("childrens_social_care", "cin_census"),),
}
HEADINGS = {
    "R": "Understanding and acting on risk",
    "S": "Children and young people receiving the right service at the right time",
}
QUARTERLY = {
    "R01": (241, 246, 250, 247, 252, 255, 258, 261, 266, 273, 280, 287),
    "R03": (198, 205, 211, 220, 223, 219, 218, 216, 209, 211, 212, 214),
    "S01": (1802, 1820, 1845, 1861, 1880, 1902, 1930, 1953, 1921, 1905, 1893, None),
}
POPULATION = {2014: 62760, 2015: 62164, 2016: 62012}
# (breakdown, value, name, figure); R03 by age is withheld whole from 2015/16 on, as one of its cells is from 1 to 5.
PARTS = {
    "R01": (
        ("age_band", "under_1", "Under 1", 18),
        ("age_band", "1-4", "1 to 4", 47),
        ("age_band", "5-9", "5 to 9", 58),
        ("age_band", "10-15", "10 to 15", 106),
        ("age_band", "16-17", "16 and 17", 58),
        ("sex", "female", "Female", 131),
        ("sex", "male", "Male", 156),
    ),
    "R03": (
        ("age_band", "unborn", "Unborn", 7),
        ("age_band", "under_1", "Under 1", 24),
        ("age_band", "1-4", "1 to 4", 189),
    ),
}


@dataclass(frozen=True)
class Period:
    """One financial quarter or year; both ends are inside it."""

    kind: str
    start: date
    end: date
    label: str


def quarters(first_year: int = 2012, last_year: int = 2016) -> Iterator[Period]:
    """Financial quarters from April of `first_year` to March after `last_year`."""
    for year in range(first_year, last_year + 1):
        for number, month in enumerate((4, 7, 10, 1), start=1):
            start = date(year + (month == 1), month, 1)
            following = date(start.year + (month == 10), (month + 2) % 12 + 1, 1)
            label = f"Quarter {number} {year}/{(year + 1) % 100:02d}"
            yield Period("quarter", start, following - timedelta(days=1), label)


def years(first_year: int = 2012, last_year: int = 2016) -> Iterator[Period]:
    """Financial years from April of `first_year` to March after `last_year`."""
    for year in range(first_year, last_year + 1):
        yield Period("financial_year", date(year, 4, 1), date(year + 1, 3, 31), f"{year}/{(year + 1) % 100:02d}")


def write_board(path: Path, *, is_synthetic: bool = True, filled: bool = True) -> Path:
    """Write board.duckdb at `path` (replaced when it exists); `filled=False` is a warehouse before its first return."""
    # DuckDB names a database after its file: in a file called board.duckdb, `board.fct_x` would be ambiguous.
    draft = path.with_name("draft.duckdb")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft.unlink(missing_ok=True)
    with duckdb.connect(str(draft)) as con:
        con.execute(TABLES)
        con.execute(
            "insert into board.dim_release values (?, ?, ?, ?, ?, ?)",
            [RELEASE, "2017-05-15 12:00:05", "2017-05-15 12:00:00", "0.1.0", is_synthetic, "0a1b2c3d"],
        )
        con.execute(
            "insert into board.dim_area values (?, '811', 'East Riding of Yorkshire', 'authority', 'E12000003', "
            "'2009-04-01', null, null)",
            [HOME],
        )
        con.executemany(
            "insert into board.dim_period values (?, ?, ?, ?)",
            [[p.kind, p.start, p.end, p.label] for p in (*quarters(), *years())],
        )
        con.executemany("insert into board.dim_indicator values (" + ", ".join("?" * 26) + ")", list(_dictionary()))
        con.executemany("insert into board.dim_breakdown values (?, ?, ?, ?, true, ?)", list(_breakdowns()))
        con.executemany(
            "insert into board.bridge_indicator_feed values (?, '1', ?, ?, true)",
            [[code, supplier, feed] for code, feeds in FEEDS.items() for supplier, feed in feeds],
        )
        if filled:
            con.executemany(
                "insert into board.fct_submission values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'accepted', ?)",
                [
                    ["sub-000001", "childrens_social_care", "ssda903", HOME, "2014-04-01", "2016-03-31", "2016-06-30",
                     "final", "2016-07-01 09:00:00", is_synthetic],
                    ["sub-000002", "childrens_social_care", "cin_census", HOME, "2014-04-01", "2016-12-31",
                     "2017-01-10", "provisional", "2017-01-12 10:00:00", is_synthetic],
                    ["sub-000003", "childrens_social_care", "ssda903", HOME, "2016-04-01", "2017-03-31", "2017-04-10",
                     "provisional", "2017-04-12 08:30:00", is_synthetic],
                ],
            )  # fmt: skip
        con.executemany(
            "insert into board.fct_indicator_value values (" + ", ".join("?" * 23) + ")", list(_figures(filled))
        )
    return draft.replace(path)


def _dictionary() -> Iterator[list[object]]:
    for code, framework, display, comparison, unit, multiplier, decimals, counts, over, left_out in INDICATORS:
        yield [
            code, "1", framework, display, None, comparison, code[0], HEADINGS[code[0]],
            "rate" if unit == "rate" else "distinct", "stock", unit, multiplier, decimals, "N", "M", "lag", counts,
            over, left_out, "byar", "run", False, False, "Performance team", "2012-04-01", None,
        ]  # fmt: skip


def _breakdowns() -> Iterator[list[object]]:
    yield ["total", "total", "All", 0, None]
    named = {(breakdown, value): name for parts in PARTS.values() for breakdown, value, name, _ in parts}
    order = ("unborn", "under_1", "1-4", "5-9", "10-15", "16-17", "female", "male")
    for (breakdown, value), name in named.items():
        yield [breakdown, value, name, order.index(value) + 1, None]


def _figures(filled: bool) -> Iterator[list[object]]:
    numbers = _numbers() if filled else {}
    for code in FEEDS:
        for period in (*quarters(), *years()):
            yield _row(code, period, "total", "total", *numbers.get((code, period.end), _unsent(code)), code=code)
    for code, parts in PARTS.items():
        for period in years():
            for breakdown, value, _, count in parts:
                if not filled or period.end < date(2015, 3, 31):
                    shown = _unsent(code)
                elif code == "R03" and period.end > date(2015, 3, 31):
                    shown = (None, None, None, "suppressed", "A number of 1 to 5 could be found.", "final")
                else:
                    shown = (count, None, count, "published", None, "final")
                yield _row(code, period, breakdown, value, *shown, code=code)


def _unsent(code: str) -> tuple[object, ...]:
    return (None, None, None, "not_submitted", "No return has been sent for this period.", None)


def _numbers() -> dict[tuple[str, date], tuple[object, ...]]:
    found: dict[tuple[str, date], tuple[object, ...]] = {}
    ends = [p.end for p in quarters(2014)]
    for code, counts in QUARTERLY.items():
        for end, count in zip(ends, counts, strict=True):
            finality = "provisional" if end > date(2016, 3, 31) else "final"
            status = "provisional" if finality == "provisional" else "published"
            found[code, end] = (count, None, count, status, None, finality)
    for rate, count in (("R02", "R01"), ("R04", "R03")):
        for end in ends:
            numerator, population = found[count, end][0], POPULATION[end.year - (end.month < 4)]
            digits = 0 if rate == "R02" else 1
            value = round(float(numerator) / population * 10000 + 1e-9, digits)  # type: ignore[arg-type]
            found[rate, end] = (numerator, population, value, *found[count, end][3:])
    late = "The return covering 31 March 2017 was due on 30 April 2017 and has not come."
    found["S01", date(2017, 3, 31)] = (None, None, None, "late", late, None)
    quality = "The return failed its checks: 40 referrals close before they open."
    found["S01", date(2014, 9, 30)] = (None, None, None, "failed_quality", quality, "final")
    hidden = "A number of 1 to 5 could be found by subtraction."
    for code in ("R03", "R04"):
        found[code, date(2014, 12, 31)] = (None, None, None, "suppressed", hidden, "final")
    found["R02", date(2014, 6, 30)] = (None, None, None, "not_available", "No population estimate is loaded.", "final")
    return found


def _row(
    indicator: str, period: Period, breakdown: str, breakdown_value: str, numerator: object, denominator: object,
    value: object, status: object, reason: object, finality: object, *, code: str,
) -> list[object]:  # fmt: skip
    sent = value is not None or status in ("suppressed", "failed_quality", "not_available")
    return [
        indicator, "1", HOME, period.kind, period.start, period.end, breakdown, breakdown_value, numerator, denominator,
        value, None, None, 0, status, reason, finality, "ONS mid-2016" if denominator else None,
        period.end + timedelta(days=10) if sent else None, len(FEEDS[code]), len(FEEDS[code]) if sent else 0,
        period.kind == "quarter", RELEASE,
    ]  # fmt: skip
