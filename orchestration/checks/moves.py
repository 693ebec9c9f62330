"""Figures that moved further than their tolerance since the release before: publication stops and asks.

Belongs here: the comparison with seeds/restatement_tolerances.csv, in words. Does not belong here: why a figure moved
(restatement.py).
"""

from __future__ import annotations

import duckdb

from orchestration.checks.results import CheckResult

CHECK = "figures stay within their tolerance"
_NAMED = 5

_BEYOND = """
    select
        r.indicator_code, r.period_type, r.period_end, r.breakdown, r.breakdown_value, r.value_before, r.value_after,
        string_agg(r.cause || ' ' || printf('%+g', r.change), ', ' order by r.cause) as causes
    from ops.restatements as r
    inner join marts.dim_indicator as i
        on r.indicator_code = i.indicator_code and r.definition_version = i.definition_version
    where
        abs(r.value_after - r.value_before) > i.restatement_tolerance
        and abs(r.value_after - r.value_before) > i.restatement_tolerance_percent / 100 * abs(r.value_before)
    group by all
"""


def moves_beyond_tolerance(con: duckdb.DuckDBPyConnection, *, is_confirmed: bool) -> CheckResult:
    """One result over ops.restatements of this run: failed where a figure moved too far and nobody confirmed it.

    A confirmed move is a warning: it stays on record in ops.check_results. Five headline figures are named, those that
    moved furthest first, and none of a breakdown: a message is read by more people than the analysts' file.
    """
    found = sorted(con.execute(_BEYOND).fetchall(), key=lambda row: (-abs(row[6] - row[5]), *row[:5]))
    words = "; ".join(
        f"{code} {period_type} to {period_end}: {before:f} is now {after:f} ({causes})".replace(".000000", "")
        for code, period_type, period_end, breakdown, _, before, after, causes in found
        if breakdown == "total"
    )
    named = "; ".join(words.split("; ")[:_NAMED])
    return CheckResult(
        "reconciliation",
        "marts",
        "fct_restatement",
        CHECK,
        "warn" if is_confirmed else "error",
        "passed" if not found else "warned" if is_confirmed else "failed",
        measured=None
        if not found
        else f"{len(found):,} figure{'s' if len(found) > 1 else ''} moved further than the tolerance"
        f"{': ' + named if named else ''}. "
        + (
            "Confirmed."
            if is_confirmed
            else "See `safeguarding releases diff`; where it is right: `safeguarding run --confirm`."
        ),
        threshold="seeds/restatement_tolerances.csv",
    )
