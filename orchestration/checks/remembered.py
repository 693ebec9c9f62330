"""Verdicts of Soda that still hold: the same contract over the same rows cannot say anything else.

Most returns do not change between two runs, and their contracts took an eighth of a run. What a verdict rests on is
hashed: the contract's text, the table's columns and rows, and the versions of Soda and DuckDB.

Belongs here: that hash, and ops.soda_verdicts. Does not belong here: running a contract (soda_gate.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version

import duckdb

from orchestration.checks.results import CheckResult


class Verdicts:
    """The results of contracts of which every check passed, by the hash of what they rest on."""

    def __init__(self, before: Mapping[str, Sequence[CheckResult]] | None = None) -> None:
        self._before = before or {}
        self.kept: dict[str, Sequence[CheckResult]] = {}

    def of(self, key: str) -> Sequence[CheckResult] | None:
        """What was said of the same before, if it was and all was well."""
        if key in self._before:
            self.kept[key] = self._before[key]
        return self.kept.get(key)

    def keep(self, key: str, results: Sequence[CheckResult]) -> None:
        """Keep results for the next run if all is well; a failure is looked at anew each time."""
        if all(result.outcome == "passed" for result in results):
            self.kept[key] = results


def fingerprint(con: duckdb.DuckDBPyConnection, contract_text: str, layer: str, table: str) -> str:
    """The hash of what a verdict on one table rests on; raises duckdb.Error where the table is not there."""
    place = f'{layer}."{table}"'
    columns = con.execute(f"select column_name, column_type from (describe {place})").fetchall()
    rows = con.execute(f"select count(*), sum(cast(hash(content) as hugeint)) from {place} as content").fetchone()
    told = [contract_text, layer, table, columns, [str(part) for part in rows or ()]]
    told += _versions()
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@cache
def _versions() -> list[str]:
    return [version(name) for name in ("soda-core", "soda-duckdb", "duckdb")]


def read_verdicts(con: duckdb.DuckDBPyConnection) -> Verdicts:
    """What ops.soda_verdicts holds."""
    rows = con.execute("select fingerprint, results from ops.soda_verdicts").fetchall()
    return Verdicts({key: [CheckResult(**result) for result in json.loads(results)] for key, results in rows})


def write_verdicts(con: duckdb.DuckDBPyConnection, verdicts: Verdicts) -> None:
    """Put what this run asked for or found in the place of all that ops.soda_verdicts holds."""
    told = {key: json.dumps([asdict(result) for result in results]) for key, results in verdicts.kept.items()}
    con.execute("begin")
    con.execute("delete from ops.soda_verdicts")
    con.execute(
        "insert into ops.soda_verdicts select unnest(cast(? as varchar[])), unnest(cast(? as varchar[]))",
        [list(told), list(told.values())],
    )
    con.execute("commit")
