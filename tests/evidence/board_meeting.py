"""What the Board talks of at a meeting, in the hand-made board file: priorities and agreed exceptions.

Belongs here: the board tables of these subjects as the dashboard may rely on them. Does not belong here: figures and
returns (board_file.py), which are read back from the file where a row here repeats one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

import duckdb

TABLES = """
create table board.bridge_indicator_publication (
    indicator_code varchar, audience varchar, period_type varchar, breakdown varchar, is_primary boolean
);
create table board.fct_priority (
    priority_code varchar, priority_name varchar, area_code varchar, measures integer, measures_with_figure integer,
    measures_judged integer, worse_than_england integer, changed_for_the_worse integer, agreed_exceptions integer,
    state varchar, release_id varchar
);
create table board.fct_priority_indicator (
    priority_code varchar, priority_name varchar, indicator_code varchar, definition_version varchar, area_code varchar,
    period_type varchar, period_start date, period_end date, breakdown varchar, breakdown_value varchar,
    value decimal(18, 6), status varchar, status_reason varchar, significance_england varchar, signal varchar,
    release_id varchar
);
create table board.fct_agreed_exception (
    exception_id varchar, rule_code varchar, severity varchar, indicator_code varchar, definition_version varchar,
    supplier varchar, feed varchar, area_code varchar, period_type varchar, period_start date, period_end date,
    breakdown varchar, reason varchar, value_at_proposal decimal(18, 6), first_release_id varchar,
    proposed_at timestamp, is_still_so boolean, decision_reason varchar, commentary varchar, action varchar,
    action_owner varchar, due_on date, decided_on date, meeting_date date, decided_by_role varchar
);
"""

AGREED = (
    # Its action is overdue at the release's day, 15 May 2017.
    {
        "rule_code": "special_cause_of_concern", "severity": "high", "indicator_code": "R05b",
        "reason": "Children in need by duration: 23.5% is a special cause of concern among its own earlier figures.",
        "value": 23.5, "is_still_so": True,
        "decision_reason": "It has risen for three quarters.",
        "commentary": "More plans run on past the date at which they were to be looked at again.",
        "action": "Look at every case that is open for more than two years with its team manager.",
        "action_owner": "Head of Children's Social Care", "due_on": "2017-04-30",
    },
    # Its action is not due yet.
    {
        "rule_code": "worse_than_england_and_worsening", "severity": "high", "indicator_code": "R07b",
        "reason": "Care leavers adopted: 20% is worse than England (28%) beyond chance, and worse than before (24%).",
        "value": 20, "is_still_so": False,
        "decision_reason": "The gap to England is beyond chance.",
        "commentary": "Matching took longer than in the quarter before.",
        "action": "Report to the Board on the time from placement order to match.",
        "action_owner": "Adoption Service Manager", "due_on": "2017-06-30",
    },
    # Of a return and not of an indicator; nothing is to be done by a day.
    {
        "rule_code": "agency_silent", "severity": "high", "supplier": "health", "feed": "camhs",
        "reason": "Child and adolescent mental health services: nothing has come for 3 periods due in a row.",
        "value": None, "is_still_so": True,
        "decision_reason": None, "commentary": None, "action": None, "action_owner": None, "due_on": None,
    },
)  # fmt: skip
# What each measure of a priority says beside its figure: against England, and of its own earlier figures.
JUDGED = {"R05": ("worse", "concern"), "R04": ("similar", None)}


def fill(
    con: duckdb.DuckDBPyConnection,
    seeds: Mapping[str, Sequence[Mapping[str, str]]],
    area_code: str,
    release_id: str,
    *,
    filled: bool,
) -> None:
    """Create the tables and write their rows; `filled=False` is a warehouse before its first return."""
    con.execute(TABLES)
    con.executemany(
        "insert into board.bridge_indicator_publication values (?, ?, ?, ?, ?)",
        [
            [row["indicator_code"], "board", row["period_type"], row["breakdown"], row["is_primary"] == "true"]
            for row in seeds["indicator_publication"]
            if row["audience"] == "board"
        ],
    )
    agreed = AGREED if filled else ()
    for position, row in enumerate(agreed):
        con.execute(
            """
            insert into board.fct_agreed_exception
            select $id, $rule_code, $severity, $indicator_code, case when $indicator_code is not null then '1' end,
                $supplier, $feed, $area_code, 'quarter', date '2017-01-01', date '2017-03-31', 'total', $reason,
                $value, $release_id, timestamp '2017-05-01 12:00:00', $is_still_so, $decision_reason, $commentary,
                $action, $action_owner, cast($due_on as date), date '2017-05-08', date '2017-05-08', 'MEE chair'
            """,
            {
                "indicator_code": None, "supplier": None, "feed": None, **row,
                "id": sha256(f"{position}".encode()).hexdigest(), "area_code": area_code, "release_id": release_id,
            },
        )  # fmt: skip
    names = {row["priority_code"]: row["priority_name"] for row in seeds["priorities"]}
    for row in seeds["indicator_priorities"]:
        significance, signal = JUDGED.get(row["indicator_code"], (None, None)) if filled else (None, None)
        con.execute(
            """
            insert into board.fct_priority_indicator
            select $priority_code, $priority_name, due.indicator_code, due.definition_version, due.area_code,
                due.period_type, due.period_start, due.period_end, $breakdown, $breakdown_value, figure.value,
                coalesce(figure.status, 'not_available'),
                case when figure.status is null then 'The Board is not shown this measure by this breakdown.'
                    else figure.status_reason end,
                $significance, $signal, $release_id
            from board.fct_indicator_latest_due as due
            left join board.fct_indicator_value as figure
                on figure.indicator_code = due.indicator_code
                and figure.definition_version = due.definition_version
                and figure.area_code = due.area_code and figure.period_type = due.period_type
                and figure.period_end = due.period_end
                and figure.breakdown = $breakdown and figure.breakdown_value = $breakdown_value
            where due.indicator_code = $indicator_code and due.definition_version = $definition_version
                and due.area_code = $area_code
            order by figure.status is null, due.is_primary_cadence desc, due.period_end desc
            limit 1
            """,
            {
                **{name: row[name] for name in ("priority_code", "indicator_code", "breakdown", "breakdown_value")},
                "definition_version": row["definition_version"], "priority_name": names[row["priority_code"]],
                "significance": significance, "signal": signal, "area_code": area_code, "release_id": release_id,
            },
        )  # fmt: skip
    con.execute(
        """
        insert into board.fct_priority
        select priority_code, priority_name, area_code, count(*), count(value),
            count(*) filter (where significance_england is not null),
            count(*) filter (where significance_england = 'worse'), count(*) filter (where signal = 'concern'), 0,
            priority_name || ': ' || count(value) || ' of ' || count(*) || ' measures have a figure.', release_id
        from board.fct_priority_indicator
        group by priority_code, priority_name, area_code, release_id
        """
    )
