"""Rows of the aggregate form: what a supplier has counted itself, rounded and hidden as it does so.

Belongs here: the form that is the same in every feed (sources/aggregate_form.yml). Does not belong here: the counts.
"""

from __future__ import annotations

from datetime import date

from orchestration.synthetic.partners.entries import Row
from orchestration.synthetic.partners.scene import Scene


def counted(
    scene: Scene,
    indicator_code: str,
    period: tuple[str, date, date],
    part: tuple[str, str],
    numerator: int,
    denominator: int | None = None,
    *,
    unit: str,
    per: int = 1,
    places: int = 1,
    hidden_below: int | None = None,
    rounded_to: int | None = None,
    limits: tuple[float, float] | None = None,
    provisional: bool = False,
    release: str = "",
) -> Row:
    """One row: `period` is its kind and days, `part` a breakdown and its value, `per` what a rate is for so many.

    A count of 1 or more below `hidden_below` is told as *, with the status c; a rate is of the count as it was before
    rounding.
    """
    kind, start, end = period
    row: dict[str, str | int | float | date | None] = {
        "indicator_code": indicator_code,
        "period_type": kind,
        "period_start": start,
        "period_end": end,
        "area_code": scene.area_code,
        "breakdown": part[0],
        "breakdown_value": part[1],
        "denominator": denominator,
        "unit": unit,
        "suppressed_below": hidden_below,
        "rounded_to": rounded_to,
        "definition_version": "1",
        "source_release": release,
    }
    if hidden_below and 0 < numerator < hidden_below:
        return {**row, "numerator": "*", "status": "c"}
    row["numerator"] = rounded_to * round(numerator / rounded_to) if rounded_to else numerator
    if denominator:
        row["value"] = f"{per * numerator / denominator:.{places}f}"
    elif denominator is None:
        row["value"] = row["numerator"]
    if limits:
        row["lower_ci"], row["upper_ci"] = limits
    return {**row, "status": "provisional" if provisional else "published"}
