"""The shapes between measuring (cases.py) and writing (report.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.bench.measure import Figure, Machine


@dataclass(frozen=True)
class Target:
    """What was promised and what was measured; `measured` is None where it could not be measured."""

    what: str
    measured: float | None
    unit: str
    bound: float
    n: int
    at_least: bool = False

    @property
    def is_met(self) -> bool | None:
        """None where nothing was measured."""
        if self.measured is None:
            return None
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound


@dataclass(frozen=True)
class Beside:
    """The same work, ours and the limit, on the same input.

    `times`: how often the children of the sample are in it; 0 where it is not of the sample.
    """

    work: str
    size: str
    times: int
    ours: Figure
    limit: Figure
    of_which: Mapping[str, Figure] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Ours divided by the limit."""
        return self.ours.seconds / self.limit.seconds


@dataclass(frozen=True)
class Nodes:
    """What one dbt invocation says of its own time: nodes and seconds by kind, and the seconds of each model."""

    wall_seconds: float
    by_kind: Mapping[str, tuple[int, float]]
    models: Mapping[str, float]

    def of(self, prefix: str) -> float:
        """Seconds of the models whose names begin so."""
        return sum(seconds for name, seconds in self.models.items() if name.startswith(prefix))


@dataclass(frozen=True)
class Job:
    """`safeguarding run --no-dashboard` in a home of its own. `stages`: seconds by stage, in order; they add up.

    `is_new`: the home was new, so that everything delivered had to be loaded.
    """

    label: str
    scale: float
    rows: int
    figure: Figure
    stages: Mapping[str, float]
    nodes: Nodes | None = None
    is_new: bool = True


@dataclass(frozen=True)
class Sector:
    """One of the sector's tools on one input, beside ours on the same; `figure` is None where it did not run.

    `ours_with_rules`: loading and the rules of the return, which ours checks in the warehouse.
    """

    tool: str
    does: str
    does_not: str
    size: str
    figure: Figure | None
    ours_seconds: float | None
    said: str
    ours_with_rules: float | None = None
    ours_said: str = ""


@dataclass(frozen=True)
class Report:
    """All that one run of the bench found."""

    machine: Machine
    load_at_end: float
    minutes: float
    is_full: bool
    targets: Sequence[Target]
    beside: Sequence[Beside]
    jobs: Sequence[Job]
    sector: Sequence[Sector]
    not_measured: Sequence[str]
