"""What dbt found, read from the two files that it leaves in its target folder.

Belongs here: run_results.json and manifest.json as CheckResults. Does not belong here: calling dbt (assets/dbt.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from orchestration.checks.results import CheckResult, Outcome, Severity
from orchestration.words import counted

_OUTCOMES: Mapping[str, Outcome] = {
    "success": "passed",
    "pass": "passed",
    "warn": "warned",
    "fail": "failed",
    "partial success": "failed",
}
"""Words of dbt's result status. Every other word (error, skipped, no-op, runtime error) is not_evaluated."""


Behind = Callable[[Mapping[str, Any]], Mapping[str, int]]
"""Of a test's entry in run_results.json, how many of the rows that it found came with which submission."""
_SHOWN_SUBMISSIONS = 3


def from_run_results(path: Path, behind: Behind = lambda test: {}) -> list[CheckResult]:
    """One result per test of the dbt invocation that wrote `path` (run_results.json), and per table that was not built.

    A model or seed that was built is no check: how many are built differs from run to run, as what is laid already is
    left out. Severity comes from manifest.json beside it. A test or model that errored or was skipped is not_evaluated
    with severity error, also where the test's failure would only warn. What warns names the submissions `behind` it,
    which somebody has to ask about. Raises nothing: files that are missing, unreadable or empty are one result of
    outcome not_evaluated.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["results"]
    except (OSError, ValueError, KeyError) as error:
        return [_nothing_told(f"{path.name}: not readable ({type(error).__name__}); did dbt start?")]
    if not entries:
        return [_nothing_told(f"{path.name}: found no result, expected one per model and test.")]
    try:
        manifest = json.loads((path.parent / "manifest.json").read_text(encoding="utf-8"))
        nodes: Mapping[str, Any] = {**manifest["nodes"], **manifest.get("unit_tests", {}), **manifest["sources"]}
    except (OSError, ValueError, KeyError) as error:
        return [_nothing_told(f"manifest.json beside {path.name}: not readable ({type(error).__name__}).")]
    return [_result(entry, nodes, behind) for entry in entries if _is_test(entry) or entry["status"] != "success"]


def _is_test(entry: Mapping[str, Any]) -> bool:
    return str(entry["unique_id"]).split(".", 1)[0] in ("test", "unit_test")


def _result(entry: Mapping[str, Any], nodes: Mapping[str, Any], behind: Behind) -> CheckResult:
    unique_id = str(entry["unique_id"])
    node: Mapping[str, Any] = nodes.get(unique_id, {})
    is_test = _is_test(entry)
    outcome = _OUTCOMES.get(str(entry["status"]), "not_evaluated")
    about = _tested(node, nodes) if is_test else node
    meant = "warn" if str(node.get("config", {}).get("severity", "error")).lower() == "warn" else "error"
    severity: Severity = "warn" if meant == "warn" and outcome != "not_evaluated" else "error"
    return CheckResult(
        engine="dbt",
        layer=str(about.get("schema") or "dbt"),
        dataset=str(about.get("alias") or about.get("name") or unique_id.rsplit(".", 1)[-1]),
        check_name=_check_name(node, unique_id) if is_test else "is built",
        severity=severity,
        outcome=outcome,
        measured=_measured(entry, outcome, behind(entry) if is_test and outcome == "warned" else {}),
        threshold=f"failures {node.get('config', {}).get('error_if', '!= 0')}" if is_test else None,
    )


def _tested(node: Mapping[str, Any], nodes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The model or source that a test is about: the one it hangs on, else the last that it reads; seeds come last."""
    names = [name for name in node.get("depends_on", {}).get("nodes", ()) if name in nodes]
    reads = [nodes[name] for name in sorted(names, key=lambda name: not name.startswith("seed."))]
    attached: Mapping[str, Any] | None = nodes.get(node.get("attached_node") or "")
    return attached or (reads[-1] if reads else {})


def _check_name(node: Mapping[str, Any], unique_id: str) -> str:
    """`not_null (status)` for a test of a column, else the test's own name."""
    test = (node.get("test_metadata") or {}).get("name")
    column = node.get("column_name")
    if test and column:
        return f"{test} ({column})"
    return str(node.get("name") or unique_id.rsplit(".", 1)[-1])


def _measured(entry: Mapping[str, Any], outcome: Outcome, behind: Mapping[str, int]) -> str | None:
    if entry.get("failures") is not None:
        found = sorted(behind.items(), key=lambda one: (-one[1], one[0]))
        shown = ", ".join(f"{submission} {rows:,}" for submission, rows in found[:_SHOWN_SUBMISSIONS])
        more = f" and {len(found) - _SHOWN_SUBMISSIONS:,} more" if len(found) > _SHOWN_SUBMISSIONS else ""
        return counted(entry["failures"], "failure") + (f": {shown}{more}" if shown else "")
    # dbt's message for an error may quote a value of the row that broke, so only its status is passed on.
    return f"dbt says {entry['status']}" if outcome == "not_evaluated" else None


def _nothing_told(reason: str) -> CheckResult:
    return CheckResult("dbt", "dbt", "run_results", "dbt wrote its results", "error", "not_evaluated", measured=reason)
