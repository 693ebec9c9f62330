"""Control charts by another hand: limits, rules, and how often they cry wolf over series in which nothing happens.

    python -m tests.support.control_chart     write seeds/false_alarm_rates.csv anew (100,000 series a size; 20 s)

Belongs here: what the warehouse's SQL does, reckoned apart from it with NumPy and read from the same published rules
(NHS England, Making Data Count; Shewhart). Does not belong here: reading the numbers of the rules from the seeds. They
are written out once more below, so that a slip in one of the two shows.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orchestration.settings import PROJECT_ROOT

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

RULES = ("outside_limits", "trend", "two_of_three", "shift")
RUN = 7
SEED_FILE = PROJECT_ROOT / "seeds" / "false_alarm_rates.csv"
BASELINE = 24
AFTER = 20


@dataclass(frozen=True)
class Limits:
    """Centre and limits of charts; each an array that goes with `values` of shape (series, points)."""

    centre: Floats
    lower: Floats
    upper: Floats
    lower_warning: Floats
    upper_warning: Floats


def xmr_limits(values: Floats, baseline: int = BASELINE) -> Limits:
    """Of figures of shape (series, points), NaN for a gap, by the first `baseline` figures of each.

    The mean, 2.66 mean moving ranges to each side and two thirds of the way. Ranges above 3.267 means are left out
    once, and none is taken across a gap.
    """
    chosen = np.where(np.cumsum(~np.isnan(values), axis=1) <= baseline, values, np.nan)
    ranges = np.abs(np.diff(chosen, axis=1))
    mean_range = np.nanmean(ranges, axis=1, keepdims=True)
    mean_range = np.nanmean(np.where(ranges <= 3.267 * mean_range, ranges, np.nan), axis=1, keepdims=True)
    return _around(np.nanmean(chosen, axis=1, keepdims=True), 2.66 * mean_range)


def sigma_limits(values: Floats, sigma: Floats, baseline: int = BASELINE) -> Limits:
    """As `xmr_limits`, where the spread is known from what is counted (P and U charts)."""
    chosen = np.where(np.cumsum(~np.isnan(values), axis=1) <= baseline, values, np.nan)
    return _around(np.nanmean(chosen, axis=1, keepdims=True), 3 * sigma)


def _around(centre: Floats, reach: Floats) -> Limits:
    return Limits(centre, centre - reach, centre + reach, centre - reach * 2 / 3, centre + reach * 2 / 3)


def special_causes(values: Floats, limits: Limits) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first rule that each point meets (place in RULES from 1, 0 for none), and its direction (1 up, -1 down).

    `values` of shape (series, points), NaN for a gap, which every run ends at.
    """
    gap = np.isnan(values)
    with np.errstate(invalid="ignore"):
        found = {
            "outside_limits": (values > limits.upper, values < limits.lower),
            "trend": (_trend(values), _trend(-values)),
            "two_of_three": (
                _two_of_three(values > limits.upper_warning, gap),
                _two_of_three(values < limits.lower_warning, gap),
            ),
            "shift": (_run(values > limits.centre, RUN), _run(values < limits.centre, RUN)),
        }
    rule = np.zeros(values.shape, dtype=np.int64)
    direction = np.zeros(values.shape, dtype=np.int64)
    for place, name in reversed(list(enumerate(RULES, start=1))):
        for sign, flags in zip((1, -1), found[name], strict=True):
            rule[flags] = place
            direction[flags] = sign
    return rule, direction


def _run(holds: Flags, length: int) -> Flags:
    """The points of every unbroken row of `length` or more for which `holds`."""
    flagged = np.zeros_like(holds)
    points = holds.shape[1]
    for start in range(points - length + 1):
        whole = holds[:, start : start + length].all(axis=1)
        flagged[whole, start : start + length] = True
    return flagged


def _trend(values: Floats) -> Flags:
    """The seven or more points of every unbroken rise."""
    with np.errstate(invalid="ignore"):
        rises = np.diff(values, axis=1) > 0
    flagged = np.zeros(values.shape, dtype=np.bool_)
    for start in range(values.shape[1] - RUN + 1):
        whole = rises[:, start : start + RUN - 1].all(axis=1)
        flagged[whole, start : start + RUN] = True
    return flagged


def _two_of_three(beyond: Flags, gap: Flags) -> Flags:
    """The points beyond the line of every three (or two) neighbours of which two are beyond it."""
    flagged = np.zeros_like(beyond)
    for apart in (1, 2):
        both = beyond[:, :-apart] & beyond[:, apart:]
        if apart == 2:
            both &= ~gap[:, 1:-1]
        flagged[:, :-apart] |= both
        flagged[:, apart:] |= both
    return flagged


def quiet_series(series: int, points: int, generator: np.random.Generator, correlation: float = 0.0) -> Floats:
    """Series of a process in which nothing happens: normal, each point tied to the one before by `correlation`."""
    noise = generator.standard_normal((series, points))
    values = np.empty_like(noise)
    values[:, 0] = noise[:, 0]
    for place in range(1, points):
        values[:, place] = correlation * values[:, place - 1] + np.sqrt(1 - correlation**2) * noise[:, place]
    return values


def last_point_alarms(values: Floats, chart_method: str, baseline: int = BASELINE) -> dict[str, float]:
    """Of charts in which nothing happens, the share whose last point each rule flags first."""
    spread = np.ones((values.shape[0], 1))
    limits = xmr_limits(values, baseline) if chart_method == "xmr" else sigma_limits(values, spread, baseline)
    rule, _ = special_causes(values, limits)
    return {name: float(np.mean(rule[:, -1] == place)) for place, name in enumerate(RULES, start=1)}


def false_alarm_rates(series: int, seed: int) -> list[tuple[str, int, bool, str, float]]:
    """Rows of the seed: method, points in the baseline, whether the last point lies behind it, rule, probability."""
    generator = np.random.default_rng(seed)
    rows = []
    for method in ("xmr", "p_chart", "u_chart"):
        # A moving range takes two points.
        fewest = 2 if method == "xmr" else 1
        sizes = [*((points, False) for points in range(fewest, BASELINE + 1)), (BASELINE, True)]
        for points, is_after in sizes:
            values = quiet_series(series, points + AFTER * is_after, generator)
            rows += [(method, points, is_after, name, rate) for name, rate in last_point_alarms(values, method).items()]
    return rows


def main() -> None:
    """Write the seed."""
    with SEED_FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("chart_method", "points_in_baseline", "is_after_baseline", "special_cause", "probability"))
        for method, points, is_after, name, rate in false_alarm_rates(100_000, 20261127):
            writer.writerow((method, points, str(is_after).lower(), name, f"{rate:.4f}"))


if __name__ == "__main__":
    main()
