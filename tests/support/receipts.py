"""The published figures reckoned again from their receipts, in loops: no SQL of int_indicator__counts has a part in it.

Belongs here: which receipts a period counts, by the dictionary's seeds alone, and how they make up a figure. Does not
belong here: whether a case belongs among the receipts at all (tests/golden counts that from the returns), and what is
expected of it (the tests).
"""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
FOR_EVER = date(9999, 12, 31)

Version = tuple[str, str]
Period = tuple[str, date, date]
Key = tuple[str, str, str, str, date, str, str]
"""Indicator, version, area, period type, period end, breakdown, breakdown value: the key of a figure."""
Numbers = tuple[Decimal | None, Decimal | None, Decimal | None]
"""Numerator, denominator, cases not assessable."""


@dataclass
class Tally:
    """What the cases of one figure add up to."""

    numerator: int = 0
    denominator: int = 0
    assessable: int = 0
    not_assessable: int = 0
    amount: Decimal = field(default_factory=Decimal)

    def add(self, receipt: dict[str, Any]) -> None:
        self.numerator += receipt["in_numerator"] * receipt["cases"]
        self.denominator += receipt["in_denominator"] * receipt["cases"]
        self.assessable += receipt["is_assessable"]
        self.not_assessable += not receipt["is_assessable"]
        if receipt["in_denominator"] and receipt["amount"] is not None:
            self.amount += receipt["amount"]


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def version_of(row: dict[str, str]) -> Version:
    return row["indicator_code"], row["definition_version"]


def receipts_found_in_raw(con: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """Every receipt whose raw row is there and tells of the same person; the others are no receipts of anything."""
    feeds = con.execute("select submission_id, supplier || '__' || feed from ops.submissions").fetchall()
    feed_of = dict(feeds)
    matched = set(con.execute("select person_key, lcs_person_key from intermediate.int_person__crosswalk").fetchall())
    persons: dict[tuple[str, str], dict[int, str]] = {}
    cursor = con.execute("select * from intermediate.int_indicator__membership")
    names = [column[0] for column in cursor.description or []]
    for row in cursor.fetchall():
        receipt = dict(zip(names, row, strict=True))
        table = (receipt["submission_id"], receipt["table_name"])
        if table not in persons:
            raw = f"raw.raw_{feed_of[table[0]]}__{table[1]}"
            columns = [name for name, *_ in con.execute(f"describe {raw}").fetchall()]
            # A row that is about no person (a school's headcount) has no key to agree on.
            key = "person_key" if "person_key" in columns else "cast(null as varchar)"
            found = con.execute(f"select row_number, {key} from {raw} where submission_id = ?", [table[0]])
            persons[table] = dict(found.fetchall())
        there = persons[table]
        if receipt["row_number"] not in there:
            continue
        told = there[receipt["row_number"]]
        if told in (receipt["person_key"], None) or (told, receipt["person_key"]) in matched:
            yield receipt


def counted_by(version: Version, period_end: date) -> Version:
    """Whose cases an indicator counts: its own, or those of the one it names, in the version of the period's end."""
    code = next(
        row["counts_indicator_code"] or row["indicator_code"] for row in _INDICATORS if version_of(row) == version
    )
    for row in _INDICATORS:
        starts = date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min
        ends = date.fromisoformat(row["valid_to"]) if row["valid_to"] else FOR_EVER
        if row["indicator_code"] == code and starts <= period_end <= ends:
            return version_of(row)
    raise AssertionError(f"{code} has no definition at {period_end}")


def reckon(con: duckdb.DuckDBPyConnection) -> tuple[dict[Key, Numbers], dict[Key, Numbers]]:
    """Every figure whose returns are in, as published and as its receipts make it."""
    published: dict[Key, Numbers] = {}
    periods: dict[tuple[Version, str], set[Period]] = defaultdict(set)
    figures = con.execute(
        "select indicator_code, definition_version, area_code, period_type, period_end, breakdown, breakdown_value,"
        " numerator, denominator, cases_not_assessable, period_start from marts.fct_indicator_value"
        " where form = 'records'"
    ).fetchall()
    for row in figures:
        published[row[:7]] = row[7:10]
        periods[(counted_by(row[:2], row[4]), row[2])].add((row[3], row[10], row[4]))
    tallies = _tallies(receipts_found_in_raw(con), periods)
    return published, {key: _numbers(key, tallies, published[key]) for key in published}


_INDICATORS = seed("indicators")
_BEHAVIOUR = {version_of(row): row["time_behaviour"] for row in _INDICATORS}
_MEASURE = {version_of(row): row["measure_type"] for row in _INDICATORS}
_POPULATION = {version_of(row): row["population_group"] for row in _INDICATORS}
_LEAST = {version_of(r): int(r["value"]) for r in seed("indicator_parameters") if r["parameter"] == "least_events"}
_SCOPE = {(*version_of(row), row["breakdown"]): row["denominator_scope"] for row in seed("indicator_breakdowns")}
_BREAKDOWNS: dict[Version, list[str]] = defaultdict(list)
for _row in seed("indicator_breakdowns"):
    _BREAKDOWNS[version_of(_row)].append(_row["breakdown"])


def _tallies(
    receipts: Iterator[dict[str, Any]], periods: dict[tuple[Version, str], set[Period]]
) -> dict[tuple[Any, ...], Tally]:
    """By version, area, period type, period end, breakdown and its value."""
    tallies: dict[tuple[Any, ...], Tally] = defaultdict(Tally)
    events: dict[tuple[Version, str, Period, str], list[dict[str, Any]]] = defaultdict(list)
    in_order = {key: sorted(found, key=lambda period: period[2]) for key, found in periods.items()}
    ends = {key: [period[2] for period in found] for key, found in in_order.items()}
    for receipt in receipts:
        version, area = (receipt["indicator_code"], receipt["definition_version"]), receipt["area_code"]
        found = in_order.get((version, area))
        if not found:
            continue
        first, day_after = receipt["from_date"], receipt["to_date"] or FOR_EVER
        behaviour = _BEHAVIOUR[version]
        # Only periods that end on the case's first day or later can count it.
        for period in found[bisect_left(ends[(version, area)], first) :]:
            _, start, end = period
            if behaviour == "stock":
                if end >= day_after:
                    break
                _count(tallies, version, area, period, receipt)
            elif first >= start or (behaviour == "window" and day_after > start):
                events[(version, area, period, receipt["counted_key"])].append(receipt)
    for (version, area, period, _), of_one in events.items():
        if len(of_one) >= _LEAST.get(version, 1):
            last = max(of_one, key=lambda r: (r["from_date"], r["submission_id"], r["row_number"]))
            _count(tallies, version, area, period, last)
    return tallies


def _count(
    tallies: dict[tuple[Any, ...], Tally], version: Version, area: str, period: Period, receipt: dict[str, Any]
) -> None:
    for breakdown in _BREAKDOWNS[version]:
        value = "total" if breakdown == "total" else receipt[breakdown]
        tallies[(version, area, period[0], period[2], breakdown, value)].add(receipt)
        tallies[(version, area, period[0], period[2], breakdown, None)].add(receipt)


def _numbers(key: Key, tallies: dict[tuple[Any, ...], Tally], published: Numbers) -> Numbers:
    code, number, area, period_type, period_end, breakdown, value = key
    version = (code, number)
    counted = counted_by(version, period_end)
    cell = (counted, area, period_type, period_end, breakdown)
    tally, whole = tallies.get((*cell, value), Tally()), tallies.get((*cell, None), Tally())
    numerator: Decimal | None = Decimal(tally.numerator)
    denominator: Decimal | None = Decimal(tally.denominator)
    if _MEASURE[version] == "mean":
        numerator = tally.amount
    elif _MEASURE[version] == "median":
        numerator = None
    elif _SCOPE[(*version, breakdown)] == "all":
        numerator, denominator = Decimal(tally.denominator), Decimal(whole.denominator)
    # Where cases were there and none could be judged, a count of none would be a guess.
    is_share = _MEASURE[version] not in ("count", "distinct") and not _POPULATION[version]
    judged = denominator if is_share else tally.assessable
    if tally.not_assessable and not judged:
        numerator = None
    if _POPULATION[version]:
        denominator = published[1]  # a population: the test of rates is another
    elif _MEASURE[version] in ("count", "distinct"):
        denominator = None
    return numerator, denominator, Decimal(tally.not_assessable)
