"""From landing to raw: one asset that registers what came, one set of raw tables a feed, and the run's control row."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    MetadataValue,
    ResourceParam,
    asset,
    multi_asset,
)

from orchestration.control import RunRequest, write_control
from orchestration.ingest.ahead import load_all
from orchestration.ingest.contracts import Contract
from orchestration.ingest.generate import raw_assets
from orchestration.ingest.load import create_raw_tables
from orchestration.ingest.submissions import apply_refusals, apply_withdrawals, pending, register_new
from orchestration.settings import Settings
from orchestration.warehouse import connect, migrate

progress = logging.getLogger("safeguarding")
SUBMISSIONS = AssetKey(["ops", "submissions"])
RUN_CONTROL = AssetKey(["ops", "run_control"])


def submissions_asset(contracts: Mapping[str, Contract]) -> AssetsDefinition:
    """The asset that looks into landing, archives what is new and writes it in the register."""

    @asset(
        key=SUBMISSIONS,
        group_name="landing",
        kinds={"python", "duckdb"},
        description="Every delivery as it came: archived by hash, registered with the time it was received.",
    )
    def submissions(
        context: AssetExecutionContext,
        settings: ResourceParam[Settings],
        request: ResourceParam[RunRequest],
        run_lock: ResourceParam[object],
    ) -> MaterializeResult[None]:
        received = register_new(settings, contracts, replay=request.replay, progress=progress.info)
        with connect(settings.warehouse) as con:
            migrate(con)
            create_raw_tables(con, list(contracts.values()))
            refused = apply_refusals(con, settings, contracts)
            withdrawn = apply_withdrawals(con, settings)
        return MaterializeResult(
            metadata={
                "registered": len(received),
                "refused": refused,
                "withdrawn": withdrawn,
                "feeds": len(contracts),
            }
        )

    return submissions


def raw_tables_asset(contracts: Mapping[str, Contract]) -> AssetsDefinition:
    """The raw tables of every feed, as their contracts list them.

    One step over one connection: the warehouse has one writer, and opening it for each feed costs more than loading.
    """

    raw_of = {raw.key: raw for raw in raw_assets(contracts)}

    @multi_asset(
        name="raw_tables",
        specs=[
            AssetSpec(
                list(raw.key),
                deps=[SUBMISSIONS],
                description=raw.description,
                kinds={"duckdb"},
                metadata={"owner": raw.owner, "contract": f"sources/{raw.feed_key}/contract.yml"},
            )
            for raw in raw_of.values()
        ],
        group_name="raw",
        can_subset=True,
    )
    def raw_tables(
        context: AssetExecutionContext, settings: ResourceParam[Settings], run_lock: ResourceParam[object]
    ) -> Iterator[MaterializeResult[None]]:
        wanted = [raw for key, raw in raw_of.items() if AssetKey(list(key)) in context.selected_asset_keys]
        loaded: Counter[str] = Counter()
        stopped: dict[str, Exception] = {}
        with connect(settings.warehouse) as con:
            waiting = pending(con, settings)
            for feed_key in sorted({raw.feed_key for raw in wanted}):
                contract = contracts[feed_key]
                todo = [r for r in waiting if (r.supplier, r.feed) == (contract.supplier, contract.feed)]
                try:
                    for outcome in load_all(con, settings, contract, todo):
                        loaded[feed_key] += 1
                        progress.info(outcome.sentence())
                except Exception as error:  # told below: what one feed cannot load keeps no other from being loaded
                    stopped[feed_key] = error
            if stopped:
                raise next(iter(stopped.values()))
            for raw in wanted:
                rows = con.execute(f"select count(*) from raw.{raw.raw_table}").fetchall()[0][0]
                yield MaterializeResult(
                    asset_key=list(raw.key),
                    metadata={
                        "dagster/row_count": MetadataValue.int(rows),
                        "submissions_loaded": loaded[raw.feed_key],
                    },
                )

    return raw_tables


def run_control_asset(contracts: Mapping[str, Contract]) -> AssetsDefinition:
    """The row that tells dbt what moment, which release and whose figures this run is about."""

    @asset(
        key=RUN_CONTROL,
        group_name="landing",
        deps=[AssetKey(list(raw.key)) for raw in raw_assets(contracts)],
        kinds={"duckdb"},
        description="What this run is about: as-of moment, release, home authority, hash of inputs. One row.",
    )
    def run_control(
        context: AssetExecutionContext,
        settings: ResourceParam[Settings],
        request: ResourceParam[RunRequest],
        run_lock: ResourceParam[object],
    ) -> MaterializeResult[None]:
        with connect(settings.warehouse) as con:
            control = write_control(con, settings, request, context.run.run_id)
        progress.info(f"Release {control.release_id}, as known at {control.as_of}.")
        return MaterializeResult(
            metadata={
                "release_id": control.release_id,
                "as_of": str(control.as_of),
                "is_synthetic": control.is_synthetic,
                "inputs_hash": control.inputs_hash,
            }
        )

    return run_control
