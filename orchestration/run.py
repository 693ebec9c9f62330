"""One run of the whole path from the command line, in this process, with plain progress lines.

Belongs here: starting the Dagster job and telling a person how it goes. Dagster is imported only here and in
build.py's world, so that a run with nothing new never pays for it.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.control import RunRequest, forget_success, remember_success
from orchestration.memory import no_search_for_cycles
from orchestration.settings import NO_TELEMETRY, Settings
from orchestration.warehouse import MAY_QUOTE, kept_open

Echo = Callable[[str], None]


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended: the failed steps with one sentence each, empty when all is well."""

    run_id: str
    failures: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every step and every blocking check passed."""
        return not self.failures


def prepare_dagster_home(settings: Settings) -> Path:
    """Make $SAFEGUARDING_HOME/dagster an instance folder of its own, with telemetry off; returns its absolute path."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(Path(__file__).with_name("dagster.yaml"), settings.dagster_home / "dagster.yaml")
    os.environ.update(NO_TELEMETRY, DAGSTER_HOME=str(settings.dagster_home))
    return settings.dagster_home


class _StepHandler(logging.Handler):
    """Turns Dagster's records into one line at a step's start and one at its end."""

    def __init__(self, echo: Echo) -> None:
        super().__init__()
        self._echo = echo

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is None:
            return
        if event.event_type_value == "STEP_START":
            self._echo(f"  {event.step_key} …")
        elif event.event_type_value == "STEP_SUCCESS":
            seconds = event.step_success_data.duration_ms / 1000
            self._echo(f"  {event.step_key} done in {seconds:.1f} s")


class _MessageHandler(logging.Handler):
    """Prints what the assets say of their work (logger `safeguarding`), indented below their step."""

    def __init__(self, echo: Echo) -> None:
        super().__init__()
        self._echo = echo

    def emit(self, record: logging.LogRecord) -> None:
        self._echo(f"    {record.getMessage()}")


@contextmanager
def _messages_to(echo: Echo) -> Iterator[None]:
    messages = logging.getLogger("safeguarding")
    handler = _MessageHandler(echo)
    messages.addHandler(handler)
    messages.setLevel(logging.INFO)
    messages.propagate = False
    try:
        yield
    finally:
        messages.removeHandler(handler)


@no_search_for_cycles()
def run_whole_path(settings: Settings, request: RunRequest, *, with_dashboard: bool, echo: Echo) -> RunOutcome:
    """Run landing -> published (and dashboard) once. The caller holds the run lock.

    Raises ContractError or DbtProjectError where the project itself does not hold together.
    """
    prepare_dagster_home(settings)
    forget_success(settings)

    from dagster import DagsterInstance, InitLoggerContext, LoggerDefinition

    from orchestration.build import JOB, JOB_WITHOUT_DASHBOARD, build_defs

    def progress_log(_context: InitLoggerContext) -> logging.Logger:
        log = logging.Logger("safeguarding", level=logging.DEBUG)  # steps are events of level DEBUG
        log.addHandler(_StepHandler(echo))
        return log

    plain = LoggerDefinition(progress_log, description="Progress lines for a terminal.")
    log_file = settings.home / "last_run.log"
    log_file.touch(mode=0o600)
    defs = build_defs(settings, request, {"run_lock": object()}, loggers={"plain": plain})
    job = defs.resolve_job_def(JOB if with_dashboard else JOB_WITHOUT_DASHBOARD)
    # dbt writes a line a node to standard output, and Dagster what it could not write; they belong in a log, not
    # between our own lines.
    with (
        DagsterInstance.get() as instance,
        _messages_to(echo),
        log_file.open("w", encoding="utf-8") as log,
        redirect_stdout(log),
        redirect_stderr(log),
        kept_open(settings.warehouse),
    ):
        result = job.execute_in_process(instance=instance, raise_on_error=False, run_config={"loggers": {"plain": {}}})
    failures = tuple(_failures(result))
    if not failures:
        remember_success(settings, request, with_dashboard=with_dashboard)
    return RunOutcome(run_id=result.run_id, failures=failures)


def _failures(result: Any) -> list[str]:
    """One sentence per failed step and per blocking check that did not pass; else per step that was left out."""
    sentences: list[str] = []
    for event in result.all_events:
        if event.event_type_value == "ASSET_CHECK_EVALUATION":
            check = event.asset_check_evaluation_data
            if not check.passed and check.severity.value == "ERROR":
                sentences.append(
                    f"{check.asset_key.to_user_string()} ({check.check_name}): {check.description or 'did not pass'}"
                )
        elif event.is_step_failure:
            error = event.step_failure_data.error
            words = (event.step_failure_data.user_failure_data or error) and (
                event.step_failure_data.user_failure_data.description
                if event.step_failure_data.user_failure_data
                else _told(error)
            )
            sentences.append(f"{event.step_key}: {words}")
        elif event.event_type_value in ("RUN_FAILURE", "PIPELINE_FAILURE") and not sentences:
            sentences.append(event.message or "the run failed")
    if not sentences:
        # Dagster calls a run well in which a step was left out because what it takes was not made.
        sentences += [
            f"{event.step_key}: left out, as something that it needs was not made; see last_run.log"
            for event in result.all_events
            if event.event_type_value == "STEP_SKIPPED"
        ]
    if not result.success and not sentences:
        sentences.append("the run did not end well; see `make dev` for its log")
    return sentences


def _told(error: Any) -> str:
    """The sentence made for a person where there is one in the chain of what was raised, else what began it."""
    from orchestration.errors import FORESEEN, is_no_space

    made_for_a_person = {kind.__name__ for kind in FORESEEN}
    while error and error.cls_name not in made_for_a_person and error.cause:
        error = error.cause
    text = str(error.message if error else "unknown").strip()
    if error and error.cls_name in MAY_QUOTE and not is_no_space(text):
        return (
            f"DuckDB stopped ({error.cls_name}); its words may quote what came, so they stand in the log of the "
            "Dagster run alone: `make dev` shows it."
        )
    return text.split(": ", 1)[1] if ": " in text and " " not in text.split(": ", 1)[0] else text


if __name__ == "__main__":
    print(prepare_dagster_home(Settings.from_env()))
