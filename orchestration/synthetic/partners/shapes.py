"""Small things that several agencies' modules share: days of a year, shares of a whole, codes of sex.

Belongs here: what has no agency of its own. Does not belong here: numbers (shares) and records (a module per agency).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from orchestration.synthetic.calibration import add_months
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.returns import Window

K = TypeVar("K", bound=Hashable)

SEX = {"1": "M", "2": "F"}
_YEAR_DAYS = 365


def day_between(rng: Random, start: date, end: date) -> date:
    """A day from `start` to `end`, both inclusive."""
    return start + timedelta(days=rng.randint(0, (end - start).days))


def years(scene: Scene) -> Iterator[tuple[date, date, float]]:
    """First day, last day and length (1: whole) of the financial years of the replay, the last perhaps a part."""
    start = scene.first_day
    while start <= scene.last_day:
        end = min(date(start.year + (start.month > 3), 3, 31), scene.last_day)
        yield start, end, min(1.0, ((end - start).days + 1) / _YEAR_DAYS)
        start = end + timedelta(days=1)


def quarter_ends(window: Window) -> list[date]:
    """The last days of the quarters that end in a window, which begins with one."""
    ends = []
    start = window.start
    while (following := add_months(start, 3)) - timedelta(days=1) <= window.end:
        ends.append(following - timedelta(days=1))
        start = following
    return ends


def split(count: int, weights: Mapping[K, float]) -> dict[K, int]:
    """Whole parts that add up to `count`, each as near to its weight as can be; the same whatever is drawn."""
    total = sum(weights.values())
    exact = {key: count * weight / total for key, weight in weights.items()}
    parts = {key: int(share) for key, share in exact.items()}
    for key in sorted(exact, key=lambda one: parts[one] - exact[one])[: count - sum(parts.values())]:
        parts[key] += 1
    return parts
