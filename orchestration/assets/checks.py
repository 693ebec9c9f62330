"""Our gate as blocking asset checks: Soda contracts, reconciliation and attack, recorded in ops.check_results.

Belongs here: which asset a result stands on and that it blocks. What a verdict means is in checks/.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    MetadataValue,
    ResourceParam,
    TableRecord,
    asset_check,
    multi_asset_check,
)

from orchestration.checks.gate import blocking
from orchestration.checks.remembered import read_verdicts, write_verdicts
from orchestration.checks.results import CheckResult, record
from orchestration.control import RunRequest
from orchestration.overdue import gaps, in_a_sentence, is_overdue
from orchestration.settings import Settings
from orchestration.warehouse import connect
from orchestration.words import counted

Evaluate = Callable[[Settings], Sequence[CheckResult]]
progress = logging.getLogger("safeguarding")
SODA_FOLDER = Path(__file__).resolve().parent.parent / "checks" / "soda"


def _verdict(
    context: AssetCheckExecutionContext, spec_key: AssetKey, check_name: str, results: Sequence[CheckResult]
) -> AssetCheckResult:
    stopped = blocking(results)
    warned = [r for r in results if r.outcome in ("warned", "failed") and r not in stopped]
    words = "; ".join(f"{r.check_name}: {r.outcome} ({r.measured})" for r in [*stopped, *warned][:10])
    if stopped:
        # Dagster's own message of the failed step names the check and not what is the matter or what to do.
        context.log.error(f"STOPPED  {spec_key.to_user_string()} ({check_name}): {words}")
    return AssetCheckResult(
        asset_key=spec_key,
        check_name=check_name,
        passed=not stopped and not warned,
        severity=AssetCheckSeverity.ERROR if stopped or not warned else AssetCheckSeverity.WARN,
        description=words or counted(len(results), "check") + " passed",
        metadata={"checks": len(results), "blocking": len(stopped), "warned": len(warned)},
    )


def _nothing_evaluated(path: Path) -> CheckResult:
    """A contract of which no check came back has not passed."""
    return CheckResult(
        "soda", path.parent.name, path.stem, "the contract was evaluated", "error", "not_evaluated", measured="nothing"
    )


def soda_checks(
    name: str, contract_files: Mapping[AssetKey, Path], *, is_remembered: bool = False
) -> AssetChecksDefinition:
    """One blocking check per asset that has a Soda contract; all run in one go, in process.

    `is_remembered` where tables stay as they are between runs: what passed is not run again over the same rows.
    """

    @multi_asset_check(
        name=name,
        specs=[
            AssetCheckSpec("soda_contract", asset=key, blocking=True, description=f"Soda contract {path.name}")
            for key, path in contract_files.items()
        ],
    )
    def check(context: AssetCheckExecutionContext, settings: ResourceParam[Settings]) -> Iterator[AssetCheckResult]:
        from orchestration.checks.soda_gate import run_contracts  # 2 s to import: only where it is used

        # All in one go: opening the warehouse anew for each contract would cost more than the checks.
        verdicts = None
        if is_remembered:
            with connect(settings.warehouse) as con:
                verdicts = read_verdicts(con)
        results = run_contracts(settings.warehouse, list(contract_files.values()), verdicts)
        with connect(settings.warehouse) as con:
            record(con, context.run.run_id, settings.now(), results)
            if verdicts is not None:
                write_verdicts(con, verdicts)
        for key, path in contract_files.items():
            names = {path.stem, path.stem.removeprefix("board_")}
            own = [result for result in results if result.dataset in names]
            yield _verdict(context, key, "soda_contract", own or [_nothing_evaluated(path)])

    return check


def moves_check(name: str, key: AssetKey) -> AssetChecksDefinition:
    """Nothing told before moved further than its tolerance, unless the caller has looked at it and confirmed."""

    @multi_asset_check(
        name=name,
        specs=[
            AssetCheckSpec("moves_within_tolerance", asset=key, blocking=True, description="Moves are asked about.")
        ],
    )
    def check(
        context: AssetCheckExecutionContext, settings: ResourceParam[Settings], request: ResourceParam[RunRequest]
    ) -> Iterator[AssetCheckResult]:
        from orchestration.checks.moves import moves_of_this_run

        results = [moves_of_this_run(settings, is_confirmed=request.is_confirmed)]
        with connect(settings.warehouse) as con:
            record(con, context.run.run_id, settings.now(), results)
        # Published all the same, so it is said here: what stops a run is told at its end.
        for result in results:
            if result.outcome == "warned":
                progress.warning("%s", result.measured)
        yield _verdict(context, key, "moves_within_tolerance", results)

    return check


def reconciliation_checks(name: str, key: AssetKey, *, are_marts_built: bool = False) -> AssetChecksDefinition:
    """Nothing lost: accepted + quarantined = received for every submission and table, and every receipt is there.

    Where this run has built the marts, every count has its rule too; what the run before lacked this one may mend.
    """

    @multi_asset_check(
        name=name,
        specs=[
            AssetCheckSpec("nothing_lost", asset=key, blocking=True, description="Accepted + quarantined = received.")
        ],
    )
    def check(context: AssetCheckExecutionContext, settings: ResourceParam[Settings]) -> Iterator[AssetCheckResult]:
        from orchestration.checks.reconciliation import every_count_has_a_rule, reconcile

        with connect(settings.warehouse) as con:
            results = reconcile(con)
            if are_marts_built:
                results.append(every_count_has_a_rule(con, settings.dbt_project_dir))
            record(con, context.run.run_id, settings.now(), results)
        yield _verdict(context, key, "nothing_lost", results)

    return check


def overdue_check(key: AssetKey) -> AssetChecksDefinition:
    """Every return that was due is in. A warning with the list: a figure without its return says so itself."""

    @asset_check(asset=key, name="nothing_overdue", description="Every return that was due has come.")
    def check(settings: ResourceParam[Settings]) -> AssetCheckResult:
        with connect(settings.warehouse, read_only=True) as con:
            found = gaps(con, settings.area_code)
        rows = [
            TableRecord(
                {
                    "feed": gap.feed,
                    "status": gap.status,
                    "return": gap.period_type + (", signed off" if gap.is_annual_final else ""),
                    "periods": gap.periods,
                    "from": str(gap.first_period_end),
                    "to": str(gap.last_period_end),
                    "why": gap.reason,
                }
            )
            for gap in found
        ]
        return AssetCheckResult(
            passed=not is_overdue(found),
            severity=AssetCheckSeverity.WARN,
            description=in_a_sentence(found),
            metadata={"returns": MetadataValue.table(rows)} if rows else {},
        )

    return check


def attack_check(name: str, key: AssetKey) -> AssetChecksDefinition:
    """No count of 1 to 5 can be worked out from what is about to be published and what is out already."""

    @multi_asset_check(
        name=name,
        specs=[
            AssetCheckSpec(
                "nothing_worked_out",
                asset=key,
                blocking=True,
                description="No withheld count of 1 to 5 people follows from what is published.",
            )
        ],
    )
    def check(context: AssetCheckExecutionContext, settings: ResourceParam[Settings]) -> Iterator[AssetCheckResult]:
        from orchestration.attack.run import attack_warehouse, results  # scipy is slow to import

        with connect(settings.warehouse) as con:
            found = results(attack_warehouse(settings, con))
            record(con, context.run.run_id, settings.now(), found)
        yield _verdict(context, key, "nothing_worked_out", found)

    return check
