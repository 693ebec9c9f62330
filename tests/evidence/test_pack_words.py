"""What the Board's pack takes of the rows of its page: which period, what stands beside it, what comes first."""

from __future__ import annotations

import json
from typing import Any

from tests.evidence.test_words import js

R01 = {
    "indicator_code": "R01", "definition_version": "1", "heading_code": "R", "heading_name": "Risk", "unit": "rate",
    "multiplier": 10000, "decimals": 1, "display_name": "Looked after per 10,000",
}  # fmt: skip
OF_R01 = {"indicator_code": "R01", "definition_version": "1", "area_code": "E1", "breakdown": "total"}
QUARTER = {**OF_R01, "period_type": "quarter", "is_primary_cadence": True, "status": "published"}


def packed(until: str, **more: object) -> Any:
    """The entry of the one indicator R01, with figures of three quarters of which the last came before it was due."""
    ends = ("2016-12-31", "2017-03-31", "2017-06-30")
    asked = {
        "indicators": [R01],
        "figures": [{**QUARTER, "period_end": end, "value": number} for number, end in enumerate(ends, start=1)],
        "due": [{**QUARTER, "period_end": "2017-03-31"}],
        "comparisons": [],
        "sentences": [{**QUARTER, "period_end": "2017-03-31", "sentence": "It rose."}],
        "area": "E1",
        "until": until,
        **more,
    }
    [heading] = js(f"pack.packEntries({json.dumps(asked)})")
    return heading["entries"][0]


def test_a_pack_takes_the_last_period_that_had_ended_by_its_day_and_was_due() -> None:
    assert packed("")["figure"]["value"] == 2
    assert packed("2017-06-30")["figure"]["value"] == 2
    assert packed("2017-03-30")["figure"]["value"] == 1
    assert packed("2016-03-31")["figure"] is None


def test_a_sentence_stands_in_a_pack_only_under_the_period_that_it_speaks_of() -> None:
    assert packed("")["sentence"] == "It rose."
    assert packed("2017-01-31")["sentence"] == ""


def test_what_no_other_publishes_by_quarter_is_compared_by_the_newest_year_before_it() -> None:
    compared = {
        "comparison_code": "R01",
        "comparison_version": "1",
        "significance_england": "worse",
        "england_value": 40,
    }
    none = {**QUARTER, "period_end": "2017-03-31", "comparator_status": "no_comparator", "comparator_reason": "None."}
    year = {**OF_R01, **compared, "period_type": "financial_year", "comparator_status": "published"}
    years = [
        {**year, "period_end": f"{end}-03-31", "period_label": f"{end - 1}/{end - 2000}"} for end in (2015, 2016, 2018)
    ]
    entry = packed("", comparisons=[none, *years])
    assert js(f"pack.comparisonLines({json.dumps(entry)}, {json.dumps([R01])})") == [
        "Year 2015/16, to 31 March 2016:",
        "Worse than England, beyond chance. England: 40.0 per 10,000.",
    ]
    alone = packed("", comparisons=[none])
    assert js(f"pack.comparisonLines({json.dumps(alone)}, {json.dumps([R01])})") == ["None."]


def test_a_withheld_figure_has_nothing_beside_it_in_a_pack() -> None:
    entry = {"figure": {**QUARTER, "status": "suppressed", "value": None}, "comparison": {"england_value": 3}}
    assert js(f"pack.comparisonLines({json.dumps(entry)}, [])") == []


def test_an_action_whose_day_has_passed_comes_first_and_later_periods_are_left_out() -> None:
    row = {"area_code": "E1", "period_end": "2017-03-31", "action": "Look", "severity": "low"}
    agreed = [
        {**row, "exception_id": "a", "severity": "high", "due_on": "2017-12-31"},
        {**row, "exception_id": "b", "due_on": "2017-05-14"},
        {**row, "exception_id": "c", "period_end": "2017-06-30", "due_on": "2017-01-01"},
    ]
    said = js(f"pack.packExceptions({json.dumps(agreed)}, 'E1', '2017-03-31', '2017-05-15 23:59:59')")
    assert [one["exception_id"] for one in said] == ["b", "a"]


def test_the_margins_of_a_pack_take_no_rule_from_a_name() -> None:
    asked = {"areaName": 'A"; } </style><b>', "until": "2017-03-31", "isSynthetic": True}
    rules = js(f"pack.marginRules({json.dumps(asked)})")
    assert "<" not in rules
    assert rules.count('"') % 2 == 0
    assert "31 March 2017" in rules
    assert "SYNTHETIC DATA" in rules


def test_what_one_missing_return_leaves_without_a_figure_is_one_exception_in_a_pack() -> None:
    """Four figures of one return; a fifth of another one, and a sixth about which something else was agreed."""
    row = {
        "rule_code": "no_figure", "reason": "CAMHS, Quarter 1: there is no figure (late).", "area_code": "E1",
        "period_type": "quarter", "period_end": "2017-06-30", "action": "Ask for it.", "due_on": "2017-10-01",
    }  # fmt: skip
    agreed = [{**row, "exception_id": code, "indicator_code": code} for code in ("A01", "A02", "A03", "A04", "S06")]
    agreed.append({**row, "exception_id": "A01b", "indicator_code": "A01b", "action": "Wait."})
    agreed.append({**row, "exception_id": "S05", "rule_code": "special_cause_of_concern"})
    feeds = "(row) => [row.indicator_code === 'S06' ? 'assessments' : 'camhs']"
    told = js(f"group.gatheredExceptions({json.dumps(agreed)}, {feeds})")
    assert [[one["exception_id"] for one in rows] for rows in told] == [
        ["A01", "A02", "A03", "A04"], ["S06"], ["A01b"], ["S05"],
    ]  # fmt: skip
    assert js(f"group.commonReason({json.dumps(row)})") == "There is no figure (late)."
