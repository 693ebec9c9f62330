"""What public health sends: young people leaving treatment for substance misuse, as counts (aggregate form).

Belongs here: the counts of the 12 months to a quarter's end, by sex, with small ones hidden. Does not belong here:
records of anybody in treatment.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from orchestration.synthetic.calibration import add_months
from orchestration.synthetic.partners import shares as s
from orchestration.synthetic.partners.aggregates import counted
from orchestration.synthetic.partners.entries import Row
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.partners.schedule import Sending
from orchestration.synthetic.partners.shapes import quarter_ends

_HIDDEN_BELOW = 5


def substance_misuse(scene: Scene, sending: Sending) -> list[Row]:
    """Planned exits of all exits (W06), and all in treatment (W06b), in the 12 months to each quarter's end."""
    return [row for end in quarter_ends(sending.window) for row in _to(scene, end)]


def _to(scene: Scene, end: date) -> list[Row]:
    rng = Random(f"{scene.seed}/partners/public_health/substance_misuse/{end}")  # noqa: S311 (invented, not a secret)
    exits = max(1, scene.scaled(s.SUBSTANCE_EXITS * rng.uniform(0.85, 1.15)))
    planned = min(exits, round(exits * min(0.95, s.SUBSTANCE_PLANNED * rng.uniform(0.93, 1.07))))
    girls = round(exits * 0.36)
    planned_girls = round(planned * girls / exits)
    parts = {("total", "total"): (planned, exits)}
    by_sex = {"female": (planned_girls, girls), "male": (planned - planned_girls, exits - girls)}
    if all(count >= _HIDDEN_BELOW for count, _ in by_sex.values()):
        # Where one would be hidden neither is told: the total would give it away.
        parts |= {("sex", sex): counts for sex, counts in by_sex.items()}
    start = add_months(end, -12) + timedelta(days=1)
    in_treatment = exits + scene.scaled(s.SUBSTANCE_STAYING * rng.uniform(0.85, 1.15))
    release = f"NDTMS report to {end:%B %Y}"
    period = ("rolling_12_months", start, end)
    rows = [
        counted(
            scene, "W06", period, part, numerator, denominator,
            unit="pct", per=100, hidden_below=_HIDDEN_BELOW, release=release,
        )
        for part, (numerator, denominator) in parts.items()
    ]  # fmt: skip
    total = ("total", "total")
    rows.append(
        counted(scene, "W06b", period, total, in_treatment, unit="count", hidden_below=_HIDDEN_BELOW, release=release)
    )
    return rows
