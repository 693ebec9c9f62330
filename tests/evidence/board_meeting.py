"""What the Board talks of at a meeting, in the hand-made board file: priorities, exceptions, returns, what moved.

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
    value decimal(18, 6), status varchar, status_reason varchar, significance_england varchar,
    significance_england_reason varchar, comparison_code varchar, comparison_value decimal(18, 6),
    england_value decimal(18, 6), comparator_period_end date, signal varchar, special_cause varchar,
    chart_method varchar, trend_note varchar, release_id varchar
);
create table board.fct_agreed_exception (
    exception_id varchar, rule_code varchar, severity varchar, indicator_code varchar, definition_version varchar,
    supplier varchar, feed varchar, area_code varchar, period_type varchar, period_start date, period_end date,
    breakdown varchar, reason varchar, value_at_proposal decimal(18, 6), first_release_id varchar,
    proposed_at timestamp, is_still_so boolean, decision_reason varchar, commentary varchar, action varchar,
    action_owner varchar, due_on date, decided_on date, meeting_date date, decided_by_role varchar
);
create table board.fct_exception (
    exception_id varchar, rule_code varchar, severity varchar, indicator_code varchar, definition_version varchar,
    supplier varchar, feed varchar, area_code varchar, period_type varchar, period_start date, period_end date,
    breakdown varchar, reason varchar, value_at_proposal decimal(18, 6), first_release_id varchar,
    proposed_at timestamp, is_still_so boolean, decision varchar
);
create table board.fct_trend_false_alarms (
    area_code varchar, period_type varchar, is_primary_cadence boolean, special_cause varchar, charts integer,
    expected_by_chance decimal(18, 6), signals integer, release_id varchar
);
create table board.fct_exception_count (
    area_code varchar, waiting integer, watched integer, agreed integer, release_id varchar
);
create table board.dim_exception_rule (
    rule_code varchar, rule_name varchar, severity varchar, threshold integer, source varchar, valid_from date,
    valid_to date
);
create table board.dim_baseline (
    indicator_code varchar, definition_version varchar, area_code varchar, starts_on date, reason varchar,
    decided_on date, decided_by varchar
);
create table board.fct_restatement (
    indicator_code varchar, definition_version varchar, area_code varchar, period_type varchar, period_start date,
    period_end date, breakdown varchar, breakdown_value varchar, value_before decimal(18, 6),
    value_after decimal(18, 6), moved_by decimal(18, 6), tolerance decimal(18, 6), times_tolerance decimal(18, 6),
    is_beyond_tolerance boolean, causes varchar, status varchar, is_primary_cadence boolean, from_release_id varchar,
    to_release_id varchar
);
create table board.fct_release_compared (
    release_id varchar, as_of timestamp, code_version varchar, before_release_id varchar, before_as_of timestamp,
    before_code_version varchar, is_dictionary_changed boolean, figures_restated integer, headlines_restated integer
);
create table board.fct_return_quality (
    supplier varchar, feed varchar, area_code varchar, rule_code varchar, rule_meaning varchar, severity varchar,
    returns_affected integer, returns_affected_in_force integer, rows_band varchar, last_received_at timestamp
);
create table board.fct_data_quality_result (
    engine varchar, layer varchar, checks integer, passed integer, warned integer, failed integer,
    not_evaluated integer
);
"""
SEEDS = ("indicator_publication", "indicator_priorities", "priorities", "exception_rules", "return_rules")
BEFORE = "r-20170315T120000-9f8e7d6c"
# Proposals on which the MEE group has not decided: nothing of them may reach a page.
# Rule to what it is to be expected to flag among the 12 charts of quarters that lead, and what it flags.
ALARMS = {"outside_limits": ("0.144", 1), "shift": ("0.3", 2), "any": ("0.444", 3)}
WAITING = tuple(
    (sha256(f"waiting {number}".encode()).hexdigest(), f"Proposed only, number {number}.") for number in range(4)
)

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
JUDGED = {
    "R05": ("worse", None, 11.4, "concern", "outside_limits"),
    "R04": ("similar", None, 43.1, None, None),
    "S01": (None, "Our figure is provisional, the published ones are final.", None, None, None),
}
# Figures that moved since the release before: the value of then, why, and how far a figure may move.
MOVED = {
    ("R01", "2016-12-31"): (276, "a return that was corrected", 5),
    ("R02", "2016-12-31"): (44, "a newer population estimate; a return that was corrected", 0.5),
}
QUALITY = (
    ("ssda903", "not_a_date", "quarantine", 1, 1, "under 10", "2017-04-12 08:30:00"),
    ("cin_census", "code_spelling", "warn", 2, 1, "10 to 99", "2017-01-12 10:00:00"),
)
CHECKS = (("soda", "raw", 917, 917, 0), ("dbt", "marts", 60, 59, 1))


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
        significance, reason, england, signal, special_cause = (
            JUDGED.get(row["indicator_code"], (None, "There is no published figure to compare with.", *(None,) * 3))
            if filled
            else (None,) * 5
        )
        con.execute(
            """
            insert into board.fct_priority_indicator
            select $priority_code, $priority_name, due.indicator_code, due.definition_version, due.area_code,
                due.period_type, due.period_start, due.period_end, $breakdown, $breakdown_value, figure.value,
                coalesce(figure.status, 'not_available'),
                case when figure.status is null then 'The Board is not shown this measure by this breakdown.'
                    else figure.status_reason end,
                $significance, $reason, case when $england is not null then due.indicator_code end,
                case when $england is not null then figure.value end, $england,
                case when $england is not null then date '2016-03-31' end, $signal, $special_cause,
                $chart, null, $release_id
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
                "significance": significance, "reason": reason, "england": england, "signal": signal,
                "special_cause": special_cause, "chart": "xmr" if signal else "run_chart",
                "area_code": area_code, "release_id": release_id,
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
    con.execute(
        "insert into board.fct_exception_count values (?, ?, 1, ?, ?)",
        [area_code, len(WAITING) if filled else 0, len(agreed), release_id],
    )
    for exception_id, reason in WAITING if filled else ():
        con.execute(
            "insert into board.fct_exception values (?, 'worst_quartile_and_worse', 'medium', 'S03', '1', null, null, "
            "?, 'quarter', '2017-01-01', '2017-03-31', 'total', ?, null, ?, '2017-05-01 12:00:00', true, null)",
            [exception_id, area_code, reason, release_id],
        )
    con.executemany(
        "insert into board.dim_exception_rule values (?, ?, ?, ?, ?, ?, ?)",
        [
            [row[name] or None for name in
             ("rule_code", "rule_name", "severity", "threshold", "source", "valid_from", "valid_to")]
            for row in seeds["exception_rules"]
        ],
    )  # fmt: skip
    compared = [BEFORE, "2017-03-15 12:00:00", "0.0.9", False] if filled else [None] * 4
    con.execute(
        "insert into board.fct_release_compared values (?, '2017-05-15 12:00:00', '0.1.0', ?, ?, ?, ?, ?, ?)",
        [release_id, *compared, len(MOVED) if filled else 0, len(MOVED) if filled else 0],
    )
    if not filled:
        return
    con.executemany(
        "insert into board.fct_trend_false_alarms values (?, 'quarter', ?, ?, 12, ?, ?, ?)",
        [
            [area_code, leads, rule, expected, signals, release_id]
            for leads in (True, False)
            for rule, (expected, signals) in ALARMS.items()
        ],
    )
    con.execute(
        "insert into board.dim_baseline values ('S01', '1', ?, '2015-04-01', 'The service was reorganised.', "
        "'2015-06-01', 'MEE group')",
        [area_code],
    )
    for (code, end), (before, causes, tolerance) in MOVED.items():
        con.execute(
            """
            insert into board.fct_restatement
            select indicator_code, definition_version, area_code, period_type, period_start, period_end, breakdown,
                breakdown_value, $before, value, value - $before, $tolerance, abs(value - $before) / $tolerance,
                abs(value - $before) > $tolerance, $causes, status, is_primary_cadence, $told, release_id
            from board.fct_indicator_value
            where indicator_code = $code and period_end = cast($end as date) and period_type = 'quarter'
                and breakdown = 'total'
            """,
            {"code": code, "end": end, "before": before, "causes": causes, "tolerance": tolerance, "told": BEFORE},
        )
    meanings = {row["rule_code"]: row["meaning"] for row in seeds["return_rules"]}
    con.executemany(
        "insert into board.fct_return_quality values ('childrens_social_care', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [[feed, area_code, rule, meanings[rule], *rest] for feed, rule, *rest in QUALITY],
    )
    con.executemany(
        "insert into board.fct_data_quality_result values (?, ?, ?, ?, ?, 0, 0)", [list(row) for row in CHECKS]
    )
