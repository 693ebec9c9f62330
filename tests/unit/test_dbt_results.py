"""dbt's own two files as check results: nothing that dbt left out or broke off may look like a pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.checks.dbt_results import from_run_results
from orchestration.checks.gate import blocking
from orchestration.checks.results import CheckResult

MODEL = "model.safeguarding.fct_indicator_value"
BOARD = "model.safeguarding.board_fct_indicator_value"
NOT_NULL = "test.safeguarding.not_null_fct_indicator_value_status.1a2b"
WARNING = "test.safeguarding.warns.3c4d"
SINGULAR = "test.safeguarding.no_child_counts_twice"
NODES: dict[str, Any] = {
    MODEL: {"name": "fct_indicator_value", "alias": "fct_indicator_value", "schema": "marts", "config": {}},
    BOARD: {"name": "board_fct_indicator_value", "alias": "fct_indicator_value", "schema": "board", "config": {}},
    "seed.safeguarding.areas": {"name": "areas", "alias": "areas", "schema": "reference", "config": {}},
    NOT_NULL: {
        "name": "not_null_fct_indicator_value_status",
        "schema": "marts_dbt_test__audit",
        "config": {"severity": "ERROR", "error_if": "!= 0"},
        "attached_node": MODEL,
        "column_name": "status",
        "test_metadata": {"name": "not_null"},
        "depends_on": {"nodes": [MODEL]},
    },
    WARNING: {
        "name": "warns",
        "config": {"severity": "warn", "error_if": "!= 0"},
        "attached_node": MODEL,
        "depends_on": {"nodes": [MODEL]},
    },
    SINGULAR: {"name": "no_child_counts_twice", "config": {}, "depends_on": {"nodes": ["source.x.y.z", MODEL]}},
}


def write(folder: Path, *results: tuple[str, str, int | None], nodes: dict[str, Any] | None = NODES) -> Path:
    path = folder / "run_results.json"
    entries = [{"unique_id": uid, "status": status, "failures": failures} for uid, status, failures in results]
    path.write_text(json.dumps({"results": entries}))
    if nodes is not None:
        (folder / "manifest.json").write_text(json.dumps({"nodes": nodes, "sources": {}}))
    return path


@pytest.mark.parametrize(
    ("unique_id", "status", "failures", "severity", "outcome", "blocks"),
    [
        (MODEL, "error", None, "error", "not_evaluated", True),
        (MODEL, "skipped", None, "error", "not_evaluated", True),
        (MODEL, "partial success", None, "error", "failed", True),
        (MODEL, "a word of tomorrow", None, "error", "not_evaluated", True),
        (NOT_NULL, "pass", 0, "error", "passed", False),
        (NOT_NULL, "fail", 3, "error", "failed", True),
        (NOT_NULL, "error", None, "error", "not_evaluated", True),
        (NOT_NULL, "skipped", None, "error", "not_evaluated", True),
        (WARNING, "pass", 0, "warn", "passed", False),
        (WARNING, "warn", 2, "warn", "warned", False),
        (WARNING, "error", None, "error", "not_evaluated", True),
        (WARNING, "skipped", None, "error", "not_evaluated", True),
        ("test.safeguarding.gone.9z", "pass", 0, "error", "passed", False),
        ("test.safeguarding.gone.9z", "fail", 1, "error", "failed", True),
    ],
)
def test_status_and_severity_become_an_outcome(
    tmp_path: Path, unique_id: str, status: str, failures: int | None, severity: str, outcome: str, blocks: bool
) -> None:
    *_, found = from_run_results(write(tmp_path, (SINGULAR, "pass", 0), (unique_id, status, failures)))
    assert (found.severity, found.outcome, bool(blocking([found]))) == (severity, outcome, blocks)


def test_what_a_test_warns_of_names_the_submissions_behind_it_the_most_first(tmp_path: Path) -> None:
    path = write(tmp_path, (WARNING, "warn", 11))
    behind = {f"sub-{number:06d}": 5 - number for number in range(1, 5)}
    (found,) = from_run_results(path, behind=lambda test: behind if test["unique_id"] == WARNING else {})
    assert found.measured == "11 failures: sub-000001 4, sub-000002 3, sub-000003 2 and 1 more"
    (found,) = from_run_results(path, behind=lambda test: {})
    assert found.measured == "11 failures"


def test_a_test_of_its_own_is_about_the_last_model_that_it_reads_and_not_about_a_seed(tmp_path: Path) -> None:
    reads = {"depends_on": {"nodes": [MODEL, "seed.safeguarding.areas"]}}
    path = write(tmp_path, (SINGULAR, "fail", 1), nodes={**NODES, SINGULAR: {**NODES[SINGULAR], **reads}})
    (found,) = from_run_results(path)
    assert (found.layer, found.dataset, found.measured) == ("marts", "fct_indicator_value", "1 failure")


def test_a_test_of_a_column_names_table_column_and_count(tmp_path: Path) -> None:
    assert from_run_results(write(tmp_path, (NOT_NULL, "fail", 3))) == [
        CheckResult(
            "dbt", "marts", "fct_indicator_value", "not_null (status)", "error", "failed", "3 failures", "failures != 0"
        )
    ]


def test_a_test_without_a_model_of_its_own_is_about_the_last_that_it_reads(tmp_path: Path) -> None:
    (found,) = from_run_results(write(tmp_path, (SINGULAR, "pass", 0)))
    assert (found.layer, found.dataset, found.check_name) == ("marts", "fct_indicator_value", "no_child_counts_twice")


def test_what_was_built_is_no_check_so_that_a_run_on_what_is_laid_counts_as_many(tmp_path: Path) -> None:
    seed = "seed.safeguarding.areas"
    first = from_run_results(write(tmp_path, (MODEL, "success", None), (seed, "success", None), (NOT_NULL, "pass", 0)))
    assert first == from_run_results(write(tmp_path, (NOT_NULL, "pass", 0)))
    assert [found.check_name for found in first] == ["not_null (status)"]


def test_a_table_of_the_board_that_was_not_built_is_named_as_it_is_published(tmp_path: Path) -> None:
    path = write(tmp_path, (NOT_NULL, "pass", 0), (BOARD, "error", None), ("seed.safeguarding.areas", "skipped", None))
    assert [(r.layer, r.dataset, r.check_name) for r in from_run_results(path)[1:]] == [
        ("board", "fct_indicator_value", "is built"),
        ("reference", "areas", "is built"),
    ]


def test_a_table_that_is_built_by_itself_and_has_no_test_stops_nothing(tmp_path: Path) -> None:
    assert from_run_results(write(tmp_path, (MODEL, "success", None))) == []


def test_a_message_of_dbt_is_not_passed_on_as_it_may_quote_a_row(tmp_path: Path) -> None:
    path = write(tmp_path, (NOT_NULL, "pass", 0), (MODEL, "error", None))
    data = json.loads(path.read_text())
    data["results"][1]["message"] = "Conversion Error: could not convert 'Secret Name' to DATE"
    path.write_text(json.dumps(data))
    assert "Secret" not in repr(from_run_results(path))


@pytest.mark.parametrize("content", [None, "", "{", "{}", '{"results": []}'], ids=lambda c: f"content={c!r}")
def test_no_file_or_no_result_blocks(tmp_path: Path, content: str | None) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": {}, "sources": {}}))
    if content is not None:
        (tmp_path / "run_results.json").write_text(content)
    found = from_run_results(tmp_path / "run_results.json")
    assert [r.outcome for r in blocking(found)] == ["not_evaluated"]


def test_results_without_the_manifest_that_says_their_severity_block(tmp_path: Path) -> None:
    found = from_run_results(write(tmp_path, (NOT_NULL, "pass", 0), nodes=None))
    assert [r.outcome for r in blocking(found)] == ["not_evaluated"]
