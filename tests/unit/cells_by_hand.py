"""Cells of the Board's list made by hand, for the tests of disclosure control. A cell without changes is a stock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from orchestration.disclosure import Cell, Parameters

FIVE = Parameters(small_count_max=5)
YEAR = (date(2016, 4, 1), date(2017, 3, 31))


def number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def cell(
    breakdown_value: str = "total",
    numerator: float | None = 100,
    denominator: float | None = None,
    *,
    code: str = "R01",
    measure: str = "distinct",
    value: float | None = None,
    period: tuple[date, date] = YEAR,
    **changes: Any,
) -> Cell:
    if value is None and measure in ("count", "distinct"):
        value = numerator
    base = Cell(
        indicator_code=code,
        definition_version="1",
        area_code="E06000011",
        period_type="financial_year",
        period_start=period[0],
        period_end=period[1],
        breakdown="total" if breakdown_value == "total" else "age_band",
        breakdown_value=breakdown_value,
        numerator=number(numerator),
        denominator=number(denominator),
        value=number(value),
        measure_type=measure,
        time_behaviour="stock",
        complement_is_sensitive=False,
    )
    return replace(base, **changes)


def rate(numerator: float | None, **changes: Any) -> Cell:
    return cell(
        numerator=numerator, denominator=62000, value=42, code="R02", measure="rate", counts_indicator_code="R01"
    ) if not changes else replace(rate(numerator), **changes)  # fmt: skip


def share(numerator: float | None, denominator: float | None, **changes: Any) -> Cell:
    return replace(
        cell(numerator=numerator, denominator=denominator, value=50, code="R05", measure="proportion"), **changes
    )


def mean(people: float | None, days: float = 400) -> Cell:
    return cell(numerator=days, denominator=people, value=400, code="R08", measure="mean")


def flow(kind: str, start: date, end: date, count: float, breakdown_value: str = "total") -> Cell:
    return cell(breakdown_value, count, code="A12", period=(start, end), period_type=kind, time_behaviour="flow")


QUARTERS = (
    (date(2016, 4, 1), date(2016, 6, 30)),
    (date(2016, 7, 1), date(2016, 9, 30)),
    (date(2016, 10, 1), date(2016, 12, 31)),
    (date(2017, 1, 1), date(2017, 3, 31)),
)
