"""dbt's two sets of models as assets: the marts, then the board's tables behind the disclosure step.

Belongs here: which models a step builds, and what Dagster hears of them. How dbt is called is in dbt_call.py, the
figures themselves in dbt_project/.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
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
    are_seeds_proved,
    drop_what_no_model_makes,
    invoke_dbt,
    is_laid,
    note_that_seeds_are_proved,
    note_what_is_laid,
)
from orchestration.settings import Settings
from orchestration.warehouse import connect

# What is told of a release: built when the figures are there, and what was told before has been looked at.
BOARD_MODELS = (
    "fqn:safeguarding.board fqn:safeguarding.marts.releases"
    " fqn:safeguarding.marts.judgement.fct_exception fqn:safeguarding.marts.judgement.fct_exception_decision"
)
ON_WHAT_IS_LAID = "marts_on_what_is_laid"
ON_PROVED_SEEDS = "marts_on_proved_seeds"
"""Selectors of dbt_project/selectors.yml: the marts without the tests of the seeds' own rows, and without seeds and
views besides."""
SEED_SCHEMA = "reference"
_REACHED = frozenset({"success", "pass", "warn", "fail"})
"""What dbt says of a node that came to its turn: everything that it stands on is there."""
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


def dbt_arguments(selection: Sequence[str]) -> list[str]:
    """Arguments of a production build of what `selection` says. Unit tests prove code, not data: `make test` runs them.

    Exposures are no work: dbt's "no-op" for one would be taken for a model that was not built.
    """
    without = [word for kind in ("unit_test", "exposure") for word in ("--exclude-resource-type", kind)]
    return ["build", *without, *selection]


def marts_selection(*, is_laid: bool) -> list[str]:
    """How the marts are selected where the tests of the seeds have passed for these very files.

    Seeds are edited on the spot too, so until then all of it is done. Of seeds and views nothing is laid again that the
    warehouse holds already. Every test that reads a table or a view, a seed beside it or not, runs each time.
    """
    return ["--selector", ON_WHAT_IS_LAID if is_laid else ON_PROVED_SEEDS]


def is_laid_once(node: Mapping[str, Any]) -> bool:
    """Whether a node of dbt's manifest is a seed or a view: these change with the project alone."""
    return bool(node["resource_type"] == "seed" or node["config"]["materialized"] == "view")


def _taken_by_other_steps(context: AssetExecutionContext, laid: Mapping[str, AssetKey]) -> dict[str, AssetKey]:
    """Of these assets of the step those that another one reads or checks.

    The graph of the job is private to dagster; tests/graph holds what is used of it.
    """
    graph = context.job_def.asset_layer.asset_graph
    own, own_checks = set(context.assets_def.keys), set(context.assets_def.check_keys)
    nodes = {unique_id: graph.get(key) for unique_id, key in laid.items()}
    return {
        unique_id: laid[unique_id]
        for unique_id, node in nodes.items()
        if not (own.issuperset(node.child_keys) and own_checks.issuperset(node.check_keys))
    }


class _Unspoken:
    """Seeds and views that this run need not lay and that other steps take: each is told before what stands on it.

    Dagster leaves out a step whose input nobody speaks of. Of the others nothing is told: nothing was done with them.
    """

    def __init__(self, parents: Mapping[str, Sequence[str]], laid: Mapping[str, AssetKey]) -> None:
        self._parents = parents
        self._laid = laid
        self._seen: set[str] = set()

    def behind(self, unique_id: str) -> Iterator[Output[None]]:
        """Those that a node of dbt's stands on and of which nothing was said, the first one first."""
        for parent in self._parents.get(unique_id, ()):
            if parent not in self._seen:
                self._seen.add(parent)
                yield from self.behind(parent)
                if parent in self._laid:
                    yield self._output(parent)

    def rest(self) -> Iterator[Output[None]]:
        """All others, where everything that they stand on is told."""
        for unique_id in self._laid:
            yield from self.behind(unique_id)
            if unique_id not in self._seen:
                self._seen.add(unique_id)
                yield self._output(unique_id)

    def _output(self, unique_id: str) -> Output[None]:
        told = {"laid": "by an earlier run, and unchanged since"}
        return Output(None, self._laid[unique_id].to_python_identifier(), metadata=told)


def _run_dbt(context: AssetExecutionContext, settings: Settings) -> Iterator[Any]:
    """Build the selected models, record every test's outcome, and stop what follows where one failed."""
    # Both names are private to dagster-dbt 0.29; tests/graph holds them.
    chosen = get_updated_cli_invocation_params_for_context(
        context=context, manifest={}, dagster_dbt_translator=TRANSLATOR
    )
    laid_once = {
        unique_id: key
        for unique_id, node in chosen.manifest["nodes"].items()
        if is_laid_once(node) and (key := TRANSLATOR.get_asset_key(node)) in context.selected_asset_keys
    }
    # Whoever asks for some assets by name gets those, seeds and views among them.
    is_whole = bool(laid_once) and not context.is_subset
    is_proved = is_whole and are_seeds_proved(settings)
    nodes = [chosen.manifest["nodes"][unique_id] for unique_id in laid_once]
    is_there = is_proved and is_laid(settings, [f"{node['schema']}.{node['alias']}" for node in nodes])
    if laid_once and not is_there:
        note_what_is_laid(settings, is_laid=False)
        made = {
            (node["schema"], node["alias"])
            for node in chosen.manifest["nodes"].values()
            if node["resource_type"] in ("model", "seed")
        }
        for name in drop_what_no_model_makes(settings, made):
            progress.info("Dropped %s, which the project no longer makes.", name)
    less = marts_selection(is_laid=is_there) if is_proved else chosen.selection_args
    run = invoke_dbt(settings, dbt_arguments(less), progress.info)
    unspoken = _Unspoken(chosen.manifest["parent_map"], _taken_by_other_steps(context, laid_once) if is_there else {})
    for result in run.results:
        node = result["data"]["node_info"]
        if node["node_status"] in _REACHED:
            yield from unspoken.behind(node["unique_id"])
        event = DbtCoreCliEventMessage(raw_event=result, event_history_metadata={})
        yield from event.to_default_asset_events(chosen.manifest, chosen.dagster_dbt_translator, context=context)
    if run.is_successful:
        yield from unspoken.rest()
    with connect(settings.warehouse) as con:
        results = from_run_results(settings.dbt_work / "target" / "run_results.json", partial(_submissions_behind, con))
        record(con, context.run.run_id, settings.now(), results)
    stopped = blocking(results)
    if stopped or not run.is_successful:
        names = ", ".join(f"{r.dataset}: {r.check_name}" for r in stopped[:5]) or " ".join(run.errors[:3])
        raise Failure(f"dbt stopped the run: {len(stopped)} failed or not evaluated ({names}).", allow_retries=False)
    if is_whole and not is_there:
        note_that_seeds_are_proved(settings)
        note_what_is_laid(settings, is_laid=True)


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
