"""Which returns are overdue, for whoever does not look at the Board's page of returns.

Belongs here: reading marts.fct_feed_status, which alone decides what is late, and putting it in words. The page of
returns gathers the same rows in the same way (evidence/components/words/meeting.js: `gaps`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import duckdb

_NAMED = 3
_NOT_COME = ("late", "not_submitted")


@dataclass(frozen=True)
class Gap:
    """Periods of one return, one after another, that were due and have not come, all for one status.

    `status` is late, or not_submitted for what the agency has never sent (or not yet, then). `reason` is that of the
    last of the periods. `is_open` says that no later period of the return is there.
    """

    feed: str
    is_annual_final: bool
    period_type: str
    first_period_end: date
    last_period_end: date
    periods: int
    status: str
    reason: str
    is_open: bool


def gaps(con: duckdb.DuckDBPyConnection, area_code: str) -> list[Gap]:
    """What is due from the agencies of `area_code` and has not come: late returns first, then the newest first.

    `con` is the warehouse or an analysts' file. What others publish for the whole country is due from nobody here.
    """
    rows = con.execute(
        """
        select supplier || '/' || feed, is_annual_final, period_type, period_end, status, status_reason
        from marts.fct_feed_status
        where area_code = $1 and supplier <> 'published' and status <> 'not_due'
        order by 1, 2, 4
        """,
        [area_code],
    ).fetchall()
    found: list[Gap] = []
    for (feed, is_annual_final), of_return in groupby(rows, key=lambda row: row[:2]):
        due = list(of_return)
        for status, together in groupby(due, key=lambda row: row[4]):
            run = list(together)
            if status in _NOT_COME:
                _, _, period_type, last, _, reason = run[-1]
                is_open = run[-1] is due[-1]
                found.append(
                    Gap(feed, is_annual_final, period_type, run[0][3], last, len(run), status, reason, is_open)
                )
    return sorted(found, key=lambda gap: (_NOT_COME.index(gap.status), -gap.last_period_end.toordinal()))


def is_overdue(found: Sequence[Gap]) -> bool:
    """Whether any return is late; what an agency has never sent is told, and is not late."""
    return any(gap.status == "late" for gap in found)


def in_a_sentence(found: Sequence[Gap]) -> str:
    """How many returns are overdue and of which feeds; how many feeds have never sent what was due."""
    late: dict[str, list[Gap]] = {}
    for gap in found:
        if gap.status == "late":
            late.setdefault(gap.feed, []).append(gap)
    never = {gap.feed for gap in found if gap.status == "not_submitted" and gap.is_open and not gap.is_annual_final}
    if not late and not never:
        return "No return is overdue."
    returns = sum(gap.periods for of_feed in late.values() for gap in of_feed)
    named = ", ".join(_named(feed, of_feed) for feed, of_feed in list(late.items())[:_NAMED])
    more = f", and of {len(late) - _NAMED} feeds more" if len(late) > _NAMED else ""
    told = f"{returns} return{' is' if returns == 1 else 's are'} overdue: {named}{more}" if late else ""
    silent = f"{len(never)} feed{'' if len(never) == 1 else 's'} never sent what was due" if never else ""
    return f"{'; '.join(filter(None, (told or 'No return is overdue', silent)))}: `safeguarding status` lists them."


def _named(feed: str, late: Sequence[Gap]) -> str:
    """`health/camhs (quarter to 2017-06-30)`; of several periods how many, and the last of them."""
    periods = sum(gap.periods for gap in late)
    several = f"{periods} of them, the last " if periods > 1 else ""
    last = late[0]
    signed_off = ", signed off" if last.is_annual_final else ""
    return f"{feed} ({several}{last.period_type.replace('_', ' ')} to {last.last_period_end}{signed_off})"
