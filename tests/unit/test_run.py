"""How a run ended, told from Dagster's own events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dagster import AssetKey, DagsterInstance, Out, Output, asset, job, materialize, op

from orchestration.assets.checks import moves_check
from orchestration.checks import moves
from orchestration.checks.results import CheckResult
from orchestration.control import RunRequest
from orchestration.publish import PublishError
from orchestration.run import _failures
from orchestration.settings import Settings
from orchestration.warehouse import connect, migrate


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


@op
def publication() -> None:
    try:
        duckdb.connect("/no/such/folder/warehouse.duckdb", read_only=True)
    except duckdb.Error as error:
        raise PublishError("Not published: run the job first.") from error


@job
def publishing() -> None:
    publication()


@op
def reading() -> None:
    duckdb.execute("select cast('Kelly Example' as date)")


@job
def ingesting() -> None:
    reading()


def test_the_sentence_made_for_a_person_is_told_and_not_what_lies_beneath_it() -> None:
    assert _failures(publishing.execute_in_process(raise_on_error=False)) == [
        "publication: Not published: run the job first."
    ]


def test_the_words_of_duckdb_are_not_told_as_they_may_quote_a_value() -> None:
    (sentence,) = _failures(ingesting.execute_in_process(raise_on_error=False))
    assert sentence == (
        "reading: DuckDB stopped (ConversionException); its words may quote what came, so they stand in the log of the "
        "Dagster run alone: `make dev` shows it."
    )


def test_a_blocking_check_says_in_the_log_of_the_run_what_is_the_matter_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path)
    with connect(settings.warehouse) as con:
        migrate(con)
    moved = CheckResult("dbt", "marts", "fct", "figures stay", "error", "failed", measured="where right: run --confirm")
    monkeypatch.setattr(moves, "moves_of_this_run", lambda *_, **__: moved)

    @asset
    def figures() -> None: ...

    with DagsterInstance.ephemeral() as instance:
        result = materialize(
            [figures, moves_check("moves", AssetKey("figures"))],
            instance=instance,
            resources={"settings": settings, "request": RunRequest()},
            raise_on_error=False,
        )
        said = [entry.user_message for entry in instance.all_logs(result.run_id) if entry.level == 40]
    assert not result.success
    sentence = "figures (moves_within_tolerance): figures stay: failed (where right: run --confirm)"
    assert f"STOPPED  {sentence}" in said
    assert _failures(result)[0] == sentence
