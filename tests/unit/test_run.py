"""How a run ended, told from Dagster's own events."""

from __future__ import annotations

from collections.abc import Iterator

from dagster import Out, Output, job, op

from orchestration.run import _failures


@op(out=Out(is_required=False))
def board_tables() -> Iterator[Output[str]]:
    """Makes nothing, as a dbt step does whose models are all left out."""
    yield from ()


@op
def release(tables: str) -> str:
    return tables


@job
def whole_path() -> None:
    release(board_tables())


def test_a_step_that_was_left_out_is_a_failure_though_dagster_calls_the_run_well() -> None:
    result = whole_path.execute_in_process()
    assert result.success
    assert _failures(result) == ["release: left out, as something that it needs was not made; see last_run.log"]
