"""The result of one check, whoever made it, and its table ops.check_results.

Belongs here: the shape that contract, dbt, Soda and reconciliation checks share. Does not belong here: judging
(gate.py) and making results (the other modules of this package).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Literal, cast

import duckdb

Engine = Literal["contract", "dbt", "soda", "reconciliation", "attack"]
Severity = Literal["error", "warn"]
Outcome = Literal["passed", "warned", "failed", "not_evaluated"]


@dataclass(frozen=True)
class CheckResult:
    """One check of one dataset.

    `layer` is a schema of the warehouse (raw, staging, intermediate, marts, board, ops, reference), `dataset` a table
    of it. A failing check is `warned` where its severity is warn. A check that could not be evaluated has told
    nothing, so the engines give it severity error whatever severity was meant for its failure. `measured` and
    `threshold` are words for a person and never hold the value of a cell.
    """

    engine: Engine
    layer: str
    dataset: str
    check_name: str
    severity: Severity
    outcome: Outcome
    measured: str | None = None
    threshold: str | None = None


def record(con: duckdb.DuckDBPyConnection, run_id: str, checked_at: datetime, results: Sequence[CheckResult]) -> None:
    """Append the results to ops.check_results under this run. `checked_at` is naive UTC."""
    # One statement: a row at a time would be a transaction, and a sync to disk, for each. As JSON, because DuckDB binds
    # a list of a thousand words one by one, in forty times the time.
    columns = [field.name for field in fields(CheckResult)]
    shape = json.dumps([dict.fromkeys(columns, "varchar")])
    con.execute(
        f"""
        insert into ops.check_results (run_id, checked_at, {", ".join(columns)})
        select ?, ?, {", ".join(f"result.{column}" for column in columns)}
        from (select unnest(from_json(?, ?)) as result)
        """,
        [run_id, checked_at, json.dumps([asdict(result) for result in results]), shape],
    )


def recorded(con: duckdb.DuckDBPyConnection, run_id: str, catalog: str | None = None) -> list[CheckResult]:
    """Every result of a run in the order of engine, layer, dataset and name; `catalog` names an attached warehouse."""
    table = f"{catalog}.ops.check_results" if catalog else "ops.check_results"
    rows = con.execute(
        f"""
        select engine, layer, dataset, check_name, severity, outcome, measured, threshold
        from {table}
        where run_id = ?
        order by all
        """,
        [run_id],
    ).fetchall()
    return [
        CheckResult(
            engine=cast(Engine, engine),
            layer=layer,
            dataset=dataset,
            check_name=check_name,
            severity=cast(Severity, severity),
            outcome=cast(Outcome, outcome),
            measured=measured,
            threshold=threshold,
        )
        for engine, layer, dataset, check_name, severity, outcome, measured, threshold in rows
    ]
