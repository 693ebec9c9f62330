"""Figures that moved further than their tolerance since the release before: publication stops and asks.

What was told last is the release before, or, where this very moment was told already, that release: what its
publication confirmed is not asked again, and what a file that came since has changed is.

Belongs here: the comparison with seeds/restatement_tolerances.csv, in words. Does not belong here: why a figure moved
(restatement.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration.checks.results import CheckResult
from orchestration.publish import list_releases
from orchestration.settings import Settings
from orchestration.warehouse import connect
from orchestration.words import counted, figure

CHECK = "figures stay within their tolerance"
_NAMED = 5

_BEYOND = """
    select
        r.indicator_code, r.period_type, r.period_end, r.breakdown, r.breakdown_value, r.value_before, r.value_after,
        i.decimals, i.unit, list((r.cause, r.change) order by r.cause) as causes
    from ops.restatements as r
    inner join marts.dim_indicator as i
        on r.indicator_code = i.indicator_code and r.definition_version = i.definition_version
    where
        abs(r.value_after - r.value_before) > i.restatement_tolerance
        and abs(r.value_after - r.value_before) > i.restatement_tolerance_percent / 100 * abs(r.value_before)
    group by all
"""
_BEYOND_WHAT_THIS_MOMENT_TOLD = """
    select
        now.indicator_code, now.period_type, now.period_end, now.breakdown, now.breakdown_value, told.value, now.value,
        i.decimals, i.unit, [('since ' || $release_id, null)] as causes
    from marts.fct_indicator_value as now
    inner join told.marts.fct_indicator_value as told
        on now.indicator_code = told.indicator_code
        and now.definition_version = told.definition_version
        and now.area_code = told.area_code
        and now.period_type = told.period_type
        and now.period_end = told.period_end
        and now.breakdown = told.breakdown
        and now.breakdown_value = told.breakdown_value
    inner join marts.dim_indicator as i
        on now.indicator_code = i.indicator_code and now.definition_version = i.definition_version
    where
        abs(now.value - told.value) > i.restatement_tolerance
        and abs(now.value - told.value) > i.restatement_tolerance_percent / 100 * abs(told.value)
"""


def moves_of_this_run(settings: Settings, *, is_confirmed: bool) -> CheckResult:
    """`moves_beyond_tolerance` of the warehouse, against what was told last. The caller holds no connection to it."""
    with connect(settings.warehouse) as con:
        as_of, release_id = con.execute("select as_of, release_id from ops.run_control").fetchall()[0]
        same_moment = [release for release in list_releases(settings) if release.as_of == as_of]
        told = next((one for one in same_moment if one.release_id == release_id), None)
        told = told or (same_moment[-1] if same_moment else None)
        if told is None:
            return moves_beyond_tolerance(con, is_confirmed=is_confirmed)
        return moves_beyond_tolerance(
            con, is_confirmed=is_confirmed, told=(told.release_id, told.folder / "analyst.duckdb")
        )


def moves_beyond_tolerance(
    con: duckdb.DuckDBPyConnection, *, is_confirmed: bool, told: tuple[str, Path] | None = None
) -> CheckResult:
    """One result over ops.restatements of this run: failed where a figure moved too far and nobody confirmed it.

    With `told`, id and analysts' file of a release of this run's own moment, over the difference from that one.

    A confirmed move is a warning: it stays on record in ops.check_results. Five headline figures are named, those that
    moved furthest first, and none of a breakdown: a message is read by more people than the analysts' file.
    """
    found = sorted(_beyond(con, told), key=lambda row: (-abs(row[6] - row[5]), *row[:5]))
    named = "; ".join([_in_words(*row) for row in found if row[3] == "total"][:_NAMED])
    return CheckResult(
        "reconciliation",
        "marts",
        "fct_restatement",
        CHECK,
        "warn" if is_confirmed else "error",
        "passed" if not found else "warned" if is_confirmed else "failed",
        measured=None
        if not found
        else f"{counted(len(found), 'figure')} moved further than the tolerance"
        f"{': ' + named if named else ''}. "
        + (
            "Confirmed."
            if is_confirmed
            else "See `safeguarding releases diff`; where it is right: `safeguarding run --confirm`."
        ),
        threshold="seeds/restatement_tolerances.csv",
    )


def _in_words(
    code: str,
    period_type: str,
    period_end: date,
    _breakdown: str,
    _breakdown_value: str,
    before: Decimal,
    after: Decimal,
    decimals: int,
    unit: str,
    causes: Sequence[tuple[str, Decimal | None]],
) -> str:
    told = ", ".join(
        cause if change is None else f"{cause} {figure(change, decimals, unit, is_signed=True)}"
        for cause, change in causes
    )
    then, now = figure(before, decimals, unit), figure(after, decimals, unit)
    return f"{code} {period_type} to {period_end}: {then} is now {now} ({told})"


def _beyond(con: duckdb.DuckDBPyConnection, told: tuple[str, Path] | None) -> list[tuple[Any, ...]]:
    if told is None:
        return con.execute(_BEYOND).fetchall()
    release_id, file = told
    con.execute(f"attach '{str(file).replace(chr(39), chr(39) * 2)}' as told (read_only)")
    try:
        return con.execute(_BEYOND_WHAT_THIS_MOMENT_TOLD, {"release_id": release_id}).fetchall()
    finally:
        con.execute("detach told")
