"""A small board.duckdb written by hand from the published interface: tables, columns, statuses, nothing else.

Belongs here: the board tables as the dashboard may rely on them. The dictionary, its calendar and its periods are those
of the seeds, so that every indicator is there; figures are invented, but for the two published ones of East Riding at
31 March 2016 and 2017 that make the page easy to judge by eye. Each status stands on the overview at least once.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import duckdb

from tests.evidence import board_judgement, board_meeting

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
    time_behaviour varchar, unit varchar, multiplier integer, decimals integer, polarity varchar, cadence varchar,
    primary_period_type varchar, lead_or_lag varchar, numerator_definition varchar, denominator_definition varchar,
    exclusions varchar, ci_method varchar, chart_method varchar, complement_is_sensitive boolean,
    is_local_definition boolean, owner varchar, counts_indicator_code varchar, population_group varchar,
    valid_from date, valid_to date, status_note varchar, how_to_read varchar, question varchar,
    restatement_tolerance decimal(18, 6), restatement_tolerance_percent decimal(9, 3)
);
create table board.bridge_indicator_feed (
    indicator_code varchar, definition_version varchar, supplier varchar, feed varchar, is_required boolean
);
create table board.fct_indicator_latest_due (
    indicator_code varchar, definition_version varchar, area_code varchar, period_type varchar, period_start date,
    period_end date, due_date date, status varchar, status_reason varchar, is_primary_cadence boolean,
    release_id varchar
);
create table board.fct_feed_status (
    area_code varchar, supplier varchar, feed varchar, feed_name varchar, is_annual_final boolean, period_type varchar,
    period_start date, period_end date, due_date date, is_due_date_default boolean, status varchar,
    status_reason varchar, finality varchar, received_at timestamp
);
create table board.fct_submission (
    submission_id varchar, supplier varchar, feed varchar, area_code varchar, period_start date, period_end date,
    data_as_at date, finality varchar, received_at timestamp, status varchar, is_synthetic boolean
);
create table board.fct_indicator_value (
    indicator_code varchar, definition_version varchar, area_code varchar, period_type varchar, period_start date,
    period_end date, breakdown varchar, breakdown_value varchar, numerator decimal(18, 4), denominator decimal(18, 4),
    value decimal(18, 6), lower_ci_95 decimal(18, 6), upper_ci_95 decimal(18, 6), cases_not_assessable decimal(18, 4),
    status varchar, status_reason varchar, finality varchar, population_release varchar, data_as_at date,
    feeds_expected integer, feeds_received integer, form varchar, is_primary_cadence boolean, release_id varchar
);
"""

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
AS_OF = date(2017, 5, 15)
FIRST_DAY = date(2012, 4, 1)


@cache
def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed as they stand in the file."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


INDICATORS = seed("indicators")
IN_FORCE = {row["indicator_code"]: row for row in INDICATORS if not row["valid_to"]}
FEEDS = seed("indicator_feeds")
THE_38 = tuple(code for code, row in IN_FORCE.items() if not row["parent_code"])
PUBLISHED = seed("indicator_publication")
# With a series of quarters and years written by hand below; every other indicator has at most one figure.
SERIES = ("R01", "R02", "R03", "R04", "S01")
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


NOT_ASKED = "The question does not arise: there was no case in the period to take a share of."
# The figure of the latest period due: numerator, denominator, value, cases not assessable, status, reason, finality.
LATEST = {
    "R05": (258, 1953, 13.2, 0, "provisional", "From a provisional return; the final one has not come.", "provisional"),
    "R05b": (612, 2604, 23.5, 0, "published", None, "final"),
    "R06b": (31, None, 31, 0, "published", None, "final"),
    "R07": (24, None, 24, 0, "published", None, "final"),
    "R07b": (24, 118, 20, 0, "published", None, "final"),
    "R08": (10997, 30, 367, 12, "provisional", "From a provisional return; the final one has not come.", "provisional"),
    "R08b": (None, None, None, None, "suppressed", "Withheld so that no child can be recognised.", "final"),
    "A06": (None, None, None, None, "suppressed", "Withheld so that no child can be recognised.", "final"),
    "A07": (563, None, 563, 0, "published", None, "final"),
    "A07b": (563, 62164, 90.6, 0, "published", None, "final"),
    "S01b": (1953, 62164, 314.2, 0, "published", None, "final"),
    "S02": (8, 18, 44.4, 0, "low_reliability", "Out of fewer than 20 cases: read the count, not the share.", "final"),
    "S03": (None, None, None, None, "failed_quality", "The return failed its checks.", "final"),
    "S04": (0, None, 0, 0, "published", None, "final"),
    "S05": (None, None, None, 40, "not_available", "None of the cases can be judged.", "final"),
    "S06": (None, None, None, None, "not_applicable", NOT_ASKED, "final"),
    "W04": (6, 194020, 0, 0, "rounds_to_zero", "More than nothing, but rounded to nought.", "final"),
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


@cache
def seeded(kind: str) -> list[Period]:
    """The periods of the calendar that begin in the index and have ended by the release's day, oldest first."""
    found = [
        Period(
            kind, date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"]), row["period_label"]
        )
        for row in seed("periods")
        if row["period_type"] == kind
    ]
    return [period for period in found if period.start >= FIRST_DAY and period.end <= AS_OF]


@cache
def versions_at(code: str, day: date) -> tuple[str, ...]:
    return tuple(
        row["definition_version"]
        for row in INDICATORS
        if row["indicator_code"] == code
        and row["valid_from"] <= day.isoformat()
        and (not row["valid_to"] or day.isoformat() <= row["valid_to"])
    )


def is_defined_at(code: str, day: date) -> bool:
    """Whether a definition holds at a period's last day: a companion may begin later than the index."""
    return bool(versions_at(code, day))


def version_at(code: str, day: date) -> str:
    """The version of a definition that holds at a period's last day."""
    (version,) = versions_at(code, day)
    return version


@cache
def due_days(code: str, version: str) -> int:
    """Days after a period's end by which the last of the returns that a figure needs is due."""
    calendar = {(row["supplier"], row["feed"]): int(row["due_days"]) for row in seed("feed_calendar")}
    return max(
        calendar[row["supplier"], row["feed"]]
        for row in FEEDS
        if (row["indicator_code"], row["definition_version"], row["is_required"]) == (code, version, "true")
    )


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
            [
                [row["period_type"], row["period_start"], row["period_end"], row["period_label"]]
                for row in seed("periods")
            ],
        )
        con.executemany("insert into board.dim_indicator values (" + ", ".join("?" * 32) + ")", list(_dictionary()))
        con.executemany(
            "insert into board.dim_breakdown values (?, ?, ?, ?, ?, ?)",
            [[value or None for value in row.values()] for row in seed("breakdowns")],
        )
        con.executemany("insert into board.bridge_indicator_feed values (?, ?, ?, ?, ?)", list(_bridge()))
        con.executemany(
            "insert into board.fct_indicator_latest_due values (" + ", ".join("?" * 11) + ")", list(latest_due())
        )
        con.executemany(
            "insert into board.fct_feed_status values (" + ", ".join("?" * 14) + ")", list(_feed_status(filled))
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
            "insert into board.fct_indicator_value values (" + ", ".join("?" * 24) + ")", list(_figures(filled))
        )
        told = {name: seed(name) for name in board_meeting.SEEDS}
        board_meeting.fill(con, told, HOME, RELEASE, filled=filled)
        names = {row["priority_code"]: row["priority_name"] for row in told["priorities"]}
        board_judgement.fill(con, told["indicator_priorities"], names, HOME, RELEASE, filled=filled)
    return draft.replace(path)


def _dictionary() -> Iterator[list[object]]:
    headings = {row["heading_code"]: row["heading_name"] for row in seed("headings")}
    readings = {row["indicator_code"]: row for row in seed("indicator_readings")}
    tolerances = {row["unit"]: (row["at_least"], row["percent"]) for row in seed("restatement_tolerances")}
    for row in INDICATORS:
        values: dict[str, object] = {name: value or None for name, value in row.items()}
        names = list(values)
        names.insert(names.index("heading_code") + 1, "heading_name")
        reading = readings[row["parent_code"] or row["indicator_code"]]
        own = [headings[row["heading_code"]] if name == "heading_name" else values[name] for name in names]
        yield [*own, reading["how_to_read"], reading["question"], *tolerances.get(row["unit"], (0, 0))]


def _bridge() -> Iterator[list[object]]:
    needed: dict[tuple[str, str, str, str], bool] = {}
    for row in FEEDS:
        key = (row["indicator_code"], row["definition_version"], row["supplier"], row["feed"])
        needed[key] = needed.get(key, False) or row["is_required"] == "true"
    for key, is_required in needed.items():
        yield [*key, is_required]


def latest_due() -> Iterator[list[object]]:
    """Rows of fct_indicator_latest_due: by indicator and listed period type, the last period due by AS_OF."""
    leads = {(row["indicator_code"], row["period_type"]) for row in PUBLISHED if _leads(row)}
    for code, kind in dict.fromkeys((row["indicator_code"], row["period_type"]) for row in PUBLISHED):
        rows = [
            (period, version, period.end + timedelta(days=due_days(code, version)))
            for period in seeded(kind)
            if is_defined_at(code, period.end)
            for version in [version_at(code, period.end)]
        ]
        period, version, due = max((row for row in rows if row[2] <= AS_OF), key=lambda row: row[0].end)
        yield [code, version, HOME, kind, period.start, period.end, due, None, None, (code, kind) in leads, RELEASE]


def _feed_status(filled: bool) -> Iterator[list[object]]:
    """The last three periods of every return that a figure waits for: care has come up to March 2017, need to 2016."""
    required = {(row["supplier"], row["feed"]) for row in FEEDS if row["is_required"] == "true"}
    covered = {"ssda903": date(2017, 3, 31), "cin_census": date(2016, 12, 31)} if filled else {}
    for row in seed("feed_calendar"):
        if (row["supplier"], row["feed"]) not in required:
            continue
        for period in seeded(row["period_type"])[-3:]:
            due = period.end + timedelta(days=int(row["due_days"]))
            has_come = row["feed"] in covered
            if has_come and period.end <= covered[row["feed"]]:
                shown = ("received", None, "provisional", period.end + timedelta(days=12))
            elif due > AS_OF:
                shown = ("not_due", "Not due yet.", None, None)
            else:
                status = "late" if has_come else "not_submitted"
                shown = (status, "Due and not here." if has_come else "No return has come.", None, None)
            yield [
                HOME, row["supplier"], row["feed"], row["feed_name"], False, period.kind, period.start, period.end, due,
                row["is_default"] == "true", *shown,
            ]  # fmt: skip


def _figures(filled: bool) -> Iterator[list[object]]:
    numbers = _numbers() if filled else {}
    for code in SERIES:
        for period in (*quarters(), *years()):
            yield _row(code, period, "total", "total", *numbers.get((code, period.end), _unsent(code)))
    for code, parts in PARTS.items():
        for period in years():
            for breakdown, value, _, count in parts:
                if not filled or period.end < date(2015, 3, 31):
                    shown = _unsent(code)
                elif code == "R03" and period.end > date(2015, 3, 31):
                    shown = (None, None, None, "suppressed", "A number of 1 to 5 could be found.", "final")
                else:
                    shown = (count, None, count, "published", None, "final")
                yield _row(code, period, breakdown, value, *shown)
    leads = {row["indicator_code"]: row["period_type"] for row in PUBLISHED if _leads(row)}
    due = {(row[0], row[3]): row[5] for row in latest_due()}
    for row in PUBLISHED:
        code, kind = row["indicator_code"], row["period_type"]
        if code in SERIES or row["breakdown"] != "total":
            continue
        for period in seeded(kind):
            if not is_defined_at(code, period.end):
                continue
            shown, not_assessable = _unsent(code), None
            if filled and code in LATEST and kind == leads[code] and period.end == due[code, kind]:
                numerator, denominator, value, not_assessable, *rest = LATEST[code]
                shown = (numerator, denominator, value, *rest)
            yield _row(code, period, "total", "total", *shown, not_assessable=not_assessable)


def _leads(row: dict[str, str]) -> bool:
    return row["breakdown"] == "total" and row["is_primary"] == "true"


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
    value: object, status: object, reason: object, finality: object, *, not_assessable: object = 0,
) -> list[object]:  # fmt: skip
    sent = status not in ("late", "not_submitted")
    leads = any(
        row["indicator_code"] == indicator and row["period_type"] == period.kind and row["is_primary"] == "true"
        for row in PUBLISHED
        if row["breakdown"] == breakdown
    )
    version = version_at(indicator, period.end)
    feeds = {
        row["feed"]
        for row in FEEDS
        if (row["indicator_code"], row["definition_version"], row["is_required"]) == (indicator, version, "true")
    }
    return [
        indicator, version, HOME, period.kind, period.start, period.end, breakdown, breakdown_value, numerator,
        denominator, value, None, None, not_assessable, status, reason, finality,
        "ONS mid-2016" if IN_FORCE[indicator]["population_group"] and denominator else None,
        period.end + timedelta(days=10) if sent else None, len(feeds), len(feeds) if sent else 0,
        "records" if sent else None, leads, RELEASE,
    ]  # fmt: skip
