"""dbt's two sets of models as assets: the marts, then the board's tables behind the disclosure step.

Belongs here: how dbt is called. The figures themselves are in dbt_project/.
"""

import importlib.metadata
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, Failure, ResourceParam
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    DbtCliResource,
    dbt_assets,
)
from packaging.version import Version, parse

from orchestration.checks.dbt_results import from_run_results
from orchestration.checks.gate import blocking
from orchestration.checks.results import record
from orchestration.dbt_call import DBT, dbt_environment
from orchestration.settings import Settings
from orchestration.warehouse import connect

BOARD_MODELS = "fqn:safeguarding.board"


class Dbt(DbtCliResource):
    """dbt as it is called here: for one home, without the two costly habits of the stock resource.

    The stock resource starts `dbt --version` and builds an adapter that only serves column metadata: 10 s of 30 on
    100 models. Both are private names of dagster-dbt 0.29; tests/graph holds them.
    """

    home: str

    @cached_property
    def _cli_version(self) -> Version:
        return parse(importlib.metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # type: ignore[override]
        return None

    def cli(self, args: Sequence[str], **kwargs: Any) -> DbtCliInvocation:
        """Start dbt for this home, with its artefacts below it."""
        target = Path(self.home) / "dbt" / "target"
        with _environment(dbt_environment(Path(self.home))):
            return super().cli(args, target_path=target, **kwargs)


class Translator(DagsterDbtTranslator):
    """Folder path as key; everything that ingest writes in ops and quarantine hangs on the run's control row."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        """['marts', 'fct_indicator_value'] and the like; raw tables keep the key that their contract gave them."""
        if dbt_resource_props["resource_type"] == "source":
            schema, name = dbt_resource_props["schema"], dbt_resource_props["name"]
            if schema == "raw":
                return super().get_asset_key(dbt_resource_props)
            return AssetKey(["ops", name if name == "disclosure_decisions" else "run_control"])
        return AssetKey([_schema(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """One group a layer."""
        return _schema(dbt_resource_props)


# Several tables of ops are written by the one control asset: dbt's sources may share its key.
TRANSLATOR = Translator(settings=DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))


def _schema(props: Mapping[str, Any]) -> str:
    return str(props.get("config", {}).get("schema") or props["schema"])


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def dbt_resource(settings: Settings) -> Dbt:
    """The dbt resource for this home."""
    return Dbt(
        project_dir=str(settings.dbt_project_dir),
        profiles_dir=str(settings.dbt_project_dir),
        dbt_executable=DBT,
        home=str(settings.home),
    )


def dbt_arguments() -> list[str]:
    """Arguments of a production build. Unit tests prove code, not data: `make test` runs them."""
    return ["build", "--exclude-resource-type", "unit_test"]


_STARTED: list[subprocess.Popen[bytes]] = []


def end_dbt() -> None:
    """End what dbt is still doing for a run that broke off: it would hold the warehouse against the next one."""
    while _STARTED:
        process = _STARTED.pop()
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _run_dbt(context: AssetExecutionContext, settings: Settings, dbt: Dbt) -> Iterator[Any]:
    """Build the selected models, record every test's outcome, and stop what follows where one failed."""
    invocation = dbt.cli(dbt_arguments(), context=context, raise_on_error=False)
    _STARTED.append(invocation.process)
    yield from invocation.stream()
    results = from_run_results(invocation.target_path / "run_results.json")
    with connect(settings.warehouse) as con:
        record(con, context.run.run_id, settings.now(), results)
    stopped = blocking(results)
    if stopped or not invocation.is_successful():
        names = ", ".join(f"{r.dataset}: {r.check_name}" for r in stopped[:5]) or "see dbt's log"
        raise Failure(f"dbt stopped the run: {len(stopped)} failed or not evaluated ({names}).", allow_retries=False)


def dbt_asset_sets(manifest: Path) -> list[AssetsDefinition]:
    """The marts (with seeds, staging and subjects) and the board's tables."""

    @dbt_assets(manifest=manifest, exclude=BOARD_MODELS, dagster_dbt_translator=TRANSLATOR, name="dbt_marts")
    def dbt_marts(
        context: AssetExecutionContext, settings: ResourceParam[Settings], dbt: Dbt, run_lock: ResourceParam[object]
    ) -> Iterator[Any]:
        yield from _run_dbt(context, settings, dbt)

    @dbt_assets(manifest=manifest, select=BOARD_MODELS, dagster_dbt_translator=TRANSLATOR, name="dbt_board")
    def dbt_board(
        context: AssetExecutionContext, settings: ResourceParam[Settings], dbt: Dbt, run_lock: ResourceParam[object]
    ) -> Iterator[Any]:
        yield from _run_dbt(context, settings, dbt)

    return [dbt_marts, dbt_board]
