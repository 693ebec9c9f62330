"""From marts to people: disclosure decisions, the published release, the dashboard."""

import logging
from collections.abc import Sequence

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, MaterializeResult, ResourceParam, asset

from orchestration.control import RunRequest
from orchestration.dashboard import build as build_dashboard
from orchestration.disclosure import decide
from orchestration.publish import publish, releases_told_before
from orchestration.settings import Settings
from orchestration.warehouse import connect

progress = logging.getLogger("safeguarding")
RESTATEMENTS = AssetKey(["ops", "restatements"])
PROPOSALS = AssetKey(["ops", "exception_proposals"])
DISCLOSURE = AssetKey(["ops", "disclosure_decisions"])
RELEASE = AssetKey(["published", "release"])
DASHBOARD = AssetKey(["published", "dashboard"])


def publication_assets(marts: Sequence[AssetKey], board: Sequence[AssetKey]) -> list[AssetsDefinition]:
    """What stands behind dbt's marts, each only reached when everything before it passed."""

    @asset(
        key=RESTATEMENTS,
        group_name="publication",
        deps=list(marts),
        kinds={"python", "duckdb"},
        description="Why figures are not what the release before told. One row a figure and cause.",
    )
    def restatements(
        context: AssetExecutionContext, settings: ResourceParam[Settings], run_lock: ResourceParam[object]
    ) -> MaterializeResult[None]:
        from orchestration.restatement import restate

        return MaterializeResult(metadata={"figures_moved": restate(settings, progress.info)})

    @asset(
        key=PROPOSALS,
        group_name="publication",
        deps=list(marts),
        kinds={"python", "duckdb"},
        description="Exceptions that releases before this one have told of. One row an exception.",
    )
    def exception_proposals(
        context: AssetExecutionContext, settings: ResourceParam[Settings], run_lock: ResourceParam[object]
    ) -> MaterializeResult[None]:
        from orchestration.exceptions import remember

        return MaterializeResult(metadata={"proposed_before": remember(settings)})

    @asset(
        key=DISCLOSURE,
        group_name="publication",
        deps=list(marts),
        kinds={"python", "duckdb"},
        description="Which cells the Board may not see, and why. One row a withheld cell of this release.",
    )
    def disclosure_decisions(
        context: AssetExecutionContext, settings: ResourceParam[Settings], run_lock: ResourceParam[object]
    ) -> MaterializeResult[None]:
        with connect(settings.warehouse) as con:
            row = con.execute("select release_id from ops.run_control").fetchone()
            release_id = str(row[0]) if row else ""
            summary = decide(
                con,
                release_id,
                earlier=[told.folder for told in releases_told_before(settings, release_id)],
                cache=settings.home / "disclosure_cache.json",
            )
        progress.info(summary.sentence())
        return MaterializeResult(metadata=dict(summary.counts()))

    @asset(
        key=RELEASE,
        group_name="publication",
        deps=[*marts, *board],
        kinds={"duckdb"},
        description="analyst.duckdb and board.duckdb of this release, swapped in whole or not at all.",
    )
    def release(
        context: AssetExecutionContext,
        settings: ResourceParam[Settings],
        request: ResourceParam[RunRequest],
        run_lock: ResourceParam[object],
    ) -> MaterializeResult[None]:
        published = publish(settings, make_current=request.makes_current)
        progress.info(f"Published {published.release_id}.")
        return MaterializeResult(metadata={"release_id": published.release_id, "folder": str(published.folder)})

    @asset(
        key=DASHBOARD,
        group_name="publication",
        deps=[RELEASE],
        kinds={"evidence"},
        description="The Board's static pages, built from board.duckdb alone.",
    )
    def dashboard(
        context: AssetExecutionContext, settings: ResourceParam[Settings], run_lock: ResourceParam[object]
    ) -> MaterializeResult[None]:
        index = build_dashboard(settings, progress=progress.info)
        return MaterializeResult(metadata={"index": str(index)})

    return [restatements, exception_proposals, disclosure_decisions, release, dashboard]
