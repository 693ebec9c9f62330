"""dbt's two sets of models as assets: the marts, then the board's tables behind the disclosure step.

Belongs here: which models a step builds, and what Dagster hears of them. How dbt is called is in dbt_call.py, the
figures themselves in dbt_project/.
"""

import logging
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, Failure, Output, ResourceParam
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.checks.dbt_results import from_run_results
from orchestration.checks.gate import blocking
from orchestration.checks.results import record
from orchestration.dbt_call import (
    are_seeds_laid,
    are_seeds_proved,
    invoke_dbt,
    note_that_seeds_are_laid,
    note_that_seeds_are_proved,
)
from orchestration.settings import Settings
from orchestration.warehouse import connect

# What is told of a release: built when the figures are there, and what was told before has been looked at.
BOARD_MODELS = (
    "fqn:safeguarding.board fqn:safeguarding.marts.releases"
    " fqn:safeguarding.marts.judgement.fct_exception fqn:safeguarding.marts.judgement.fct_exception_decision"
)
SEED_SCHEMA = "reference"
SEED_TESTS = "resource_type:test,path:../seeds"
_BEHIND_THE_MARTS: Mapping[str, str] = {
    "disclosure_decisions": "disclosure_decisions",
    "exception_proposals": "exception_proposals",
    "release_before": "restatements",
    "restatements": "restatements",
}
"""Tables of ops that are written behind the marts, each with the asset that writes it."""
progress = logging.getLogger("safeguarding")


class Translator(DagsterDbtTranslator):
    """Folder path as key; everything that ingest writes in ops and quarantine hangs on the run's control row."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        """['marts', 'fct_indicator_value'] and the like; raw tables keep the key that their contract gave them."""
        if dbt_resource_props["resource_type"] == "source":
            schema, name = dbt_resource_props["schema"], dbt_resource_props["name"]
            if schema == "raw":
                return super().get_asset_key(dbt_resource_props)
            return AssetKey(["ops", _BEHIND_THE_MARTS.get(name, "run_control")])
        return AssetKey([_schema(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """One group a layer."""
        return _schema(dbt_resource_props)


# Several tables of ops are written by the one control asset: dbt's sources may share its key.
TRANSLATOR = Translator(settings=DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))


def _schema(props: Mapping[str, Any]) -> str:
    # All seeds stand together, those that are tables of the marts too.
    if props["resource_type"] == "seed":
        return SEED_SCHEMA
    return str(props.get("config", {}).get("schema") or props["schema"])


def dbt_arguments(*, are_seeds_proved: bool, are_seeds_laid: bool) -> list[str]:
    """Arguments of a production build. Unit tests prove code, not data: `make test` runs them.

    So do the tests of the seeds, but seeds are edited on the spot too: they run until they have passed for these very
    files. Seeds that the warehouse holds already are not laid again. Exposures are no work: dbt's "no-op" for one would
    be taken for a model that was not built.
    """
    laid = ["--exclude-resource-type", "seed"] if are_seeds_laid else []
    proved = ["--exclude", SEED_TESTS] if are_seeds_proved else []
    without = [word for kind in ("unit_test", "exposure") for word in ("--exclude-resource-type", kind)]
    return ["build", *without, *laid, *proved]


def _run_dbt(context: AssetExecutionContext, settings: Settings) -> Iterator[Any]:
    """Build the selected models, record every test's outcome, and stop what follows where one failed."""
    # Both names are private to dagster-dbt 0.29; tests/graph holds them.
    chosen = get_updated_cli_invocation_params_for_context(
        context=context, manifest={}, dagster_dbt_translator=TRANSLATOR
    )
    is_proved = are_seeds_proved(settings)
    # Whoever asks for some assets by name gets those, seeds among them.
    is_laid = not context.is_subset and are_seeds_laid(settings)
    seeds = [key for key in context.selected_asset_keys if key.path[0] == SEED_SCHEMA]
    if seeds and not is_laid:
        note_that_seeds_are_laid(settings, are_laid=False)
    arguments = dbt_arguments(are_seeds_proved=is_proved, are_seeds_laid=is_laid)
    run = invoke_dbt(settings, [*arguments, *chosen.selection_args], progress.info)
    # The Board's tables read some of them, and Dagster leaves out a step whose input nobody speaks of.
    for key in seeds if is_laid else ():
        yield Output(None, key.to_python_identifier(), metadata={"laid": "by an earlier run, and unchanged since"})
    for result in run.results:
        event = DbtCoreCliEventMessage(raw_event=result, event_history_metadata={})
        yield from event.to_default_asset_events(chosen.manifest, chosen.dagster_dbt_translator, context=context)
    with connect(settings.warehouse) as con:
        results = from_run_results(settings.dbt_work / "target" / "run_results.json", partial(_submissions_behind, con))
        record(con, context.run.run_id, settings.now(), results)
    stopped = blocking(results)
    if stopped or not run.is_successful:
        names = ", ".join(f"{r.dataset}: {r.check_name}" for r in stopped[:5]) or " ".join(run.errors[:3])
        raise Failure(f"dbt stopped the run: {len(stopped)} failed or not evaluated ({names}).", allow_retries=False)
    if seeds and not context.is_subset:
        note_that_seeds_are_proved(settings)
        if not is_laid:
            note_that_seeds_are_laid(settings, are_laid=True)


def _submissions_behind(con: duckdb.DuckDBPyConnection, test: Mapping[str, Any]) -> dict[str, int]:
    """How many of the rows that a test returns came with which submission; none where its rows name none."""
    rows = f"({test.get('compiled_code') or 'select 1'}\n)"
    columns = [name for name, *_ in con.execute(f"select * from {rows} limit 0").description or ()]
    if "submission_id" not in columns:
        return {}
    return dict(con.execute(f"select submission_id, count(*) from {rows} group by submission_id").fetchall())


def dbt_asset_sets(manifest: Path) -> list[AssetsDefinition]:
    """The marts (with seeds, staging and subjects) and the board's tables."""

    @dbt_assets(manifest=manifest, exclude=BOARD_MODELS, dagster_dbt_translator=TRANSLATOR, name="dbt_marts")
    def dbt_marts(
        context: AssetExecutionContext, settings: ResourceParam[Settings], run_lock: ResourceParam[object]
    ) -> Iterator[Any]:
        yield from _run_dbt(context, settings)

    @dbt_assets(manifest=manifest, select=BOARD_MODELS, dagster_dbt_translator=TRANSLATOR, name="dbt_board")
    def dbt_board(
        context: AssetExecutionContext, settings: ResourceParam[Settings], run_lock: ResourceParam[object]
    ) -> Iterator[Any]:
        yield from _run_dbt(context, settings)

    return [dbt_marts, dbt_board]
