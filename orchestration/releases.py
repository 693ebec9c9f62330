"""What past releases told, and how two of them differ.

Belongs here: reading releases for a person. Does not belong here: publishing (publish.py), the causes of a change
(restatement.py).
"""

from __future__ import annotations

from typing import Any

import duckdb

from orchestration.publish import Release, list_releases
from orchestration.restatement import KEY
from orchestration.settings import Settings
from orchestration.warehouse import connect

_SHORT = "rtrim(rtrim(cast({0} as varchar), '0'), '.')"
"""A value as shown: DECIMAL(18,6) always has its six decimals, so the zeros at the end are never those of a whole."""


class ReleaseError(RuntimeError):
    """There is no such release, or more than one; the message says what was asked for and what there is."""


def find(settings: Settings, name: str) -> Release:
    """The one release whose id is `name` or begins with it. Raises ReleaseError for none and for several."""
    releases = list_releases(settings)
    found = [r for r in releases if r.release_id == name] or [r for r in releases if r.release_id.startswith(name)]
    if len(found) != 1:
        last = ", ".join(release.release_id for release in releases[-3:]) or "none yet"
        raise ReleaseError(
            f"found {len(found)} releases called {name!r}, expected one; `safeguarding releases list` names all "
            f"(the last: {last})."
        )
    return found[0]


def headlines(release: Release) -> list[tuple[Any, ...]]:
    """(indicator, name, period, value, status) of the latest period due, in the order of the codes; shapes as shown."""
    with connect(release.folder / "analyst.duckdb", read_only=True) as con:
        return con.execute(
            f"""
            select f.indicator_code, i.display_name, f.period_type || ' to ' || f.period_end,
                coalesce({_SHORT.format("f.value")}, ''), f.status
            from marts.fct_indicator_latest_due as d
            inner join marts.fct_indicator_value as f
                using (indicator_code, definition_version, area_code, period_type, period_end)
            inner join marts.dim_indicator as i using (indicator_code, definition_version)
            where f.breakdown = 'total' and d.is_primary_cadence
            order by all
            """
        ).fetchall()


def differences(
    settings: Settings, before: Release, after: Release | None, *, only_headlines: bool = False
) -> list[tuple[Any, ...]]:
    """Every figure that both tell with another value or status, or only one tells with a value.

    Shape: (indicator, period type, period end, breakdown, value, told, now, status now, causes), sorted; causes are
    those that `after` recorded when `before` was the release before it, else empty. `after` None: what stands in the
    warehouse.
    """
    with duckdb.connect() as con:
        _attach(con, before.folder / "analyst.duckdb", "told")
        _attach(con, after.folder / "analyst.duckdb" if after else settings.warehouse, "now_told")
        same_key = " and ".join(f"told.{column} = now.{column}" for column in KEY)
        restatements = (
            "select * from now_told.marts.fct_restatement" if after else "select * from now_told.ops.restatements"
        )
        return con.execute(
            f"""
            with causes as (
                select {", ".join(KEY)}, string_agg(cause || ' ' || printf('%+g', change), ', ') as causes
                from ({restatements}) where from_release_id = $1
                group by all
            )
            select now.indicator_code, now.period_type, now.period_end, now.breakdown, now.breakdown_value,
                coalesce({_SHORT.format("told.value")}, told.status),
                coalesce({_SHORT.format("now.value")}, now.status), now.status, coalesce(causes.causes, '')
            from now_told.marts.fct_indicator_value as now
            inner join told.marts.fct_indicator_value as told on {same_key}
            left join causes on {" and ".join(f"now.{column} = causes.{column}" for column in KEY)}
            where now.value is distinct from told.value and (not $2 or now.breakdown = 'total')
            order by all
            """,
            [before.release_id, only_headlines],
        ).fetchall()


def _attach(con: duckdb.DuckDBPyConnection, file: Any, name: str) -> None:
    quoted = str(file).replace("'", "''")
    con.execute(f"attach '{quoted}' as {name} (read_only)")
