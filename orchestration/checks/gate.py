"""Which results stop publication. One rule for every engine."""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.checks.results import CheckResult

_PASSES = frozenset({"passed", "warned"})


def blocking(results: Iterable[CheckResult]) -> list[CheckResult]:
    """The results of severity error that failed or were not evaluated.

    Whatever is neither passed nor warned blocks, and so does an unknown severity: a word that this function does not
    know must not open the gate.
    """
    return [r for r in results if r.severity != "warn" and r.outcome not in _PASSES]
