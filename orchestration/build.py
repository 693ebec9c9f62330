"""Assembles the code location: assets from contracts and manifest, checks, resources, job, schedule.

`build_defs` takes what a test wants to replace; definitions.py calls it bare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dagster import (
    AssetKey,
    AssetsDefinition,
    AssetSelection,
    DefaultScheduleStatus,
    Definitions,
    InitResourceContext,
    LoggerDefinition,
    ScheduleDefinition,
    define_asset_job,
    in_process_executor,
    resource,
)

from orchestration.assets.checks import (
    SODA_FOLDER,
    attack_check,
    moves_check,
    overdue_check,
    reconciliation_checks,
    soda_checks,
)
from orchestration.assets.dbt import SEED_SCHEMA, dbt_asset_sets
from orchestration.assets.ingest import RUN_CONTROL, raw_tables_asset, run_control_asset, submissions_asset
from orchestration.assets.publication import DASHBOARD, RESTATEMENTS, publication_assets
from orchestration.control import RunRequest, replay_manifest
from orchestration.dbt_call import prepare_manifest, seed_tables
from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.generate import raw_assets
from orchestration.lock import run_lock
from orchestration.settings import Settings
from orchestration.warehouse import kept_open

JOB = "whole_path"
JOB_WITHOUT_DASHBOARD = "whole_path_without_dashboard"


@resource(required_resource_keys={"settings"}, description="Held for the whole run: the warehouse has one writer.")
def _lock_resource(context: InitResourceContext) -> Iterator[object]:
    settings: Settings = context.resources.settings
    with run_lock(settings, command=f"dagster run {context.run_id}") as lock, kept_open(settings.warehouse):
        yield lock


def _keys(assets: AssetsDefinition, layer: str) -> list[AssetKey]:
    return sorted(key for key in assets.keys if key.path[0] == layer)


def build_defs(
    settings: Settings | None = None,
    request: RunRequest | None = None,
    resource_overrides: Mapping[str, Any] | None = None,
    loggers: Mapping[str, LoggerDefinition] | None = None,
) -> Definitions:
    """The whole graph from landing to dashboard for one home.

    Raises ContractError where a contract does not hold, DbtProjectError where the dbt project does not parse.
    """
    settings = settings or Settings.from_env()
    contracts = load_contracts(settings.sources_dir)
    marts, board = dbt_asset_sets(prepare_manifest(settings))
    mart_keys, board_keys = _keys(marts, "marts"), _keys(board, "board") + _keys(board, "marts")

    raw_soda = {AssetKey(list(raw.key)): SODA_FOLDER / "raw" / f"{raw.raw_table}.yml" for raw in raw_assets(contracts)}
    mart_soda = {key: path for key in mart_keys if (path := SODA_FOLDER / "marts" / f"{key.path[-1]}.yml").exists()}
    mart_soda |= {
        AssetKey([SEED_SCHEMA, seed]): path
        for table, seed in seed_tables(settings.seeds_dir).items()
        if (path := SODA_FOLDER / f"{table.replace('.', '/')}.yml").exists()
    }
    board_soda = {
        key: path for key in board_keys if (path := SODA_FOLDER / key.path[0] / f"{key.path[-1]}.yml").exists()
    }

    everything = AssetSelection.all()
    job = define_asset_job(JOB, selection=everything, description="Landing to dashboard.")
    return Definitions(
        assets=[
            submissions_asset(contracts),
            raw_tables_asset(contracts),
            run_control_asset(contracts),
            marts,
            board,
            *publication_assets(mart_keys, board_keys),
        ],
        asset_checks=[
            soda_checks("soda_raw", raw_soda, is_remembered=True),
            reconciliation_checks("reconciliation", RUN_CONTROL),
            # Again behind the marts: the receipts that this run has made must point at raw rows.
            reconciliation_checks(
                "reconciliation_of_receipts", AssetKey(["marts", "fct_indicator_value"]), are_marts_built=True
            ),
            soda_checks("soda_marts", mart_soda),
            overdue_check(AssetKey(["marts", "fct_feed_status"])),
            moves_check("moves", RESTATEMENTS),
            soda_checks("soda_board", board_soda),
            attack_check("attack", AssetKey(["board", "board_fct_indicator_value"])),
        ],
        jobs=[
            job,
            define_asset_job(
                JOB_WITHOUT_DASHBOARD,
                selection=everything - AssetSelection.assets(DASHBOARD),
                description="Landing to published files, for a machine without Node.",
            ),
        ],
        schedules=[
            ScheduleDefinition(
                name="nightly",
                job=job,
                cron_schedule="30 5 * * *",
                execution_timezone="Europe/London",
                default_status=DefaultScheduleStatus.STOPPED,
                description="Landing to dashboard, every morning before work (docs/run.md).",
            )
        ],
        resources={
            "settings": settings,
            "request": request or replay_manifest(settings) or RunRequest(),
            "run_lock": _lock_resource,
            **(resource_overrides or {}),
        },
        executor=in_process_executor,
        loggers=loggers,
    )
