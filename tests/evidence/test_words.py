"""What the page makes of the figures' rows: words for every status, which figure leads, where a line breaks."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from orchestration.dashboard import _node_home
from tests.evidence.conftest import EVIDENCE

STATUSES = (
    "published", "provisional", "low_reliability", "rounds_to_zero", "suppressed", "not_submitted", "late",
    "failed_quality", "not_applicable", "not_available", "no_comparator",
)  # fmt: skip
COUNT = {"unit": "count", "decimals": 0, "time_behaviour": "stock"}


def js(expression: str) -> Any:
    """The value of a JavaScript expression over the page's modules, each under the name of its file."""
    words = sorted((EVIDENCE / "components" / "words").glob("*.js"))
    imports = "".join(f"import * as {path.stem} from '{path.as_uri()}';" for path in words)
    done = subprocess.run(
        [
            str(_node_home() / "bin" / "node"), "--no-warnings", "--input-type=module", "-e",
            f"{imports} console.log(JSON.stringify({expression}) ?? 'null');",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def figure(end: str, status: str, value: float | None, version: str = "1", **more: object) -> dict[str, object]:
    return {"period_end": end, "status": status, "value": value, "definition_version": version, **more}


def test_every_status_has_a_word_a_meaning_and_shares_its_shape_with_no_status_of_another_kind() -> None:
    known = js("statuses.STATUSES")
    assert set(known) == set(STATUSES)
    assert all(entry["word"] and entry["meaning"].endswith(".") for entry in known.values())
    shapes = [entry["shape"] for entry in known.values() if entry["shape"] != "dash"]
    assert len(shapes) == len(set(shapes))


@pytest.mark.parametrize("status", [s for s in STATUSES if s not in ("published", "provisional", "low_reliability")])
def test_a_status_that_hides_its_figure_never_becomes_a_number(status: str) -> None:
    shown = js(f"format.figureText({json.dumps(figure('2017-03-31', status, 3.0))}, {json.dumps(COUNT)})")
    assert not any(character.isdigit() for character in shown)


def test_a_status_that_nobody_foresaw_is_shown_as_it_stands() -> None:
    assert js("statuses.statusWords('under_review').word") == "under review"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"), [(1893, 0, "1,893"), (34.5, 1, "34.5"), (34, 1, "34.0"), (0, 0, "0")]
)
def test_numbers_are_written_with_the_decimals_of_the_dictionary(value: float, decimals: int, shown: str) -> None:
    assert js(f"format.number({value}, {decimals})") == shown


def test_a_date_is_the_same_in_every_time_zone() -> None:
    assert js("format.day('2017-03-31 23:59:59')") == "31 March 2017"
    assert js("format.day(null)") == ""


def test_a_stock_stands_at_a_day_and_a_flow_runs_through_its_period() -> None:
    row = json.dumps({"period_start": "2017-01-01", "period_end": "2017-03-31"})
    assert js(f"format.when({row}, {{time_behaviour: 'stock'}})") == "at 31 March 2017"
    assert js(f"format.when({row}, {{time_behaviour: 'flow'}})") == "1 January 2017 to 31 March 2017"


def test_a_count_and_a_share_carry_what_they_are_worked_out_from_only_when_shown() -> None:
    rate = figure("2017-03-31", "published", 46, numerator=287, denominator=62012)
    share = json.dumps({"measure_type": "rate"})
    assert js(f"format.parts({json.dumps(rate)}, {share})") == "287 of 62,012"
    assert js(f"format.parts({json.dumps({**rate, 'status': 'suppressed', 'value': None})}, {share})") == ""


def test_an_average_says_how_many_cases_it_is_of_and_never_days_of_cases() -> None:
    mean = figure("2017-03-31", "published", 367, numerator=10997, denominator=30, cases_not_assessable=12)
    assert js(f"format.parts({json.dumps(mean)}, {{measure_type: 'mean'}})") == "30 cases"
    assert js(f"format.notJudged({json.dumps(mean)})") == "12 more cases could not be judged"
    assert js(f"format.notJudged({json.dumps({**mean, 'cases_not_assessable': 0})})") == ""


QUARTERS = [
    figure("2016-03-31", "published", 216),
    figure("2016-06-30", "suppressed", None),
    figure("2016-09-30", "provisional", 211),
    figure("2017-03-31", "provisional", 214),
]


@pytest.mark.parametrize(
    ("rows", "leads", "late", "last_number", "year_before"),
    [
        pytest.param(QUARTERS, "2017-03-31", 0, None, "2016-03-31", id="the latest figure and that of a year before"),
        pytest.param(
            [*QUARTERS, figure("2017-06-30", "late", None)], "2017-03-31", 1, None, "2016-03-31",
            id="a late return does not hide the last figure",
        ),
        pytest.param(
            [*QUARTERS, figure("2017-06-30", "suppressed", None)], "2017-06-30", 0, "2017-03-31", None,
            id="a suppressed figure leads, with the last number named",
        ),
        pytest.param(
            [figure("2016-03-31", "published", 216, "1"), figure("2017-03-31", "published", 214, "2")],
            "2017-03-31", 0, None, None, id="two definitions are not compared",
        ),
        pytest.param(
            [figure("2016-12-31", "not_submitted", None), figure("2017-03-31", "not_submitted", None)],
            "2017-03-31", 0, None, None, id="nothing has come yet",
        ),
        pytest.param([], None, 0, None, None, id="no rows"),
    ],
)  # fmt: skip
def test_the_headline_takes(
    rows: list[dict[str, object]], leads: str | None, late: int, last_number: str | None, year_before: str | None
) -> None:
    found = js(f"board.headline({json.dumps(rows)})")
    assert (found["figure"] or {}).get("period_end") == leads
    assert len(found["late"]) == late
    assert (found["lastNumber"] or {}).get("period_end") == last_number
    assert (found["yearBefore"] or {}).get("period_end") == year_before


def test_the_year_before_the_end_of_february_follows_the_leap_year() -> None:
    rows = [figure("2016-02-29", "published", 1), figure("2017-02-28", "published", 2)]
    assert js(f"board.headline({json.dumps(rows)})")["yearBefore"]["period_end"] == "2016-02-29"


def test_periods_that_have_not_come_are_told_together() -> None:
    rows = [
        figure("2017-03-31", "published", 214),
        figure("2017-06-30", "late", None),
        figure("2017-09-30", "late", None),
        figure("2017-12-31", "not_submitted", None),
    ]
    found = js(f"board.gathered({json.dumps(rows)})")
    assert [(entry["first"]["period_end"], entry["last"]["period_end"]) for entry in found] == [
        ("2017-03-31", "2017-03-31"),
        ("2017-06-30", "2017-09-30"),
        ("2017-12-31", "2017-12-31"),
    ]


def test_suppressed_figures_are_told_one_by_one() -> None:
    rows = [figure("2017-03-31", "suppressed", None), figure("2017-06-30", "suppressed", None)]
    assert len(js(f"board.gathered({json.dumps(rows)})")) == 2


def test_a_line_breaks_at_a_gap_and_at_a_new_definition() -> None:
    points = [
        {"figure": figure("2016-03-31", "published", 1)},
        {"figure": figure("2016-06-30", "late", None)},
        {"figure": figure("2016-09-30", "published", 2)},
        {"figure": figure("2016-12-31", "provisional", 3)},
        {"figure": figure("2017-03-31", "published", 4, "2")},
    ]
    runs = js(f"chart.runs({json.dumps(points)})")
    assert [[point["figure"]["value"] for point in run] for run in runs] == [[1], [2, 3], [4]]


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (287, [0, 100, 200, 300]),
        (46, [0, 20, 40, 60]),
        (1953, [0, 500, 1000, 1500, 2000]),
        (0, [0, 0.25, 0.5, 0.75, 1]),
    ],
)
def test_the_scale_starts_at_zero_in_round_steps(highest: float, ticks: list[float]) -> None:
    assert js(f"chart.ticks({highest})") == ticks


def test_a_query_that_failed_stops_the_build() -> None:
    assert js(
        "(() => { try { board.rowsOf({ error: new Error('no such column') }, 'a') } catch (e) { return e.message } })()"
    ) == ("no such column")


def test_the_row_that_stands_for_an_empty_table_is_not_a_row() -> None:
    assert js("board.rowsOf([{ indicator_code: null }], 'indicator_code')") == []


def test_years_without_a_number_are_named_and_not_drawn() -> None:
    rows = [
        {**figure(f"{year}-03-31", status, value), "indicator_code": "R03", "area_code": "E06000011",
         "period_type": "financial_year", "breakdown": "sex", "breakdown_value": part}
        for year, status, value in ((2015, "published", 9), (2016, "suppressed", None), (2017, "late", None))
        for part in ("female", "male")
    ]  # fmt: skip
    (table,) = js(f"board.breakdowns({json.dumps(rows)}, [], 'R03', 'E06000011')")
    assert table["periods"] == ["2015-03-31"]
    assert [(entry["status"], len(entry["figures"])) for entry in table["without"]] == [("late", 1), ("suppressed", 1)]


def test_a_return_is_that_of_the_boards_own_area() -> None:
    bridge = [{"indicator_code": "R01", "definition_version": "1", "supplier": "s", "feed": "f", "feed_name": "F"}]
    submissions = [
        {"supplier": "s", "feed": "f", "area_code": "A", "status": "accepted", "received_at": "2017-01-01"},
        {"supplier": "s", "feed": "f", "area_code": "A", "status": "rejected", "received_at": "2017-03-01"},
        {"supplier": "s", "feed": "f", "area_code": "B", "status": "accepted", "received_at": "2017-02-01"},
    ]
    shown = [{"indicator_code": "R01", "definition_version": "1"}]
    status = {"supplier": "s", "feed": "f", "area_code": "A", "is_annual_final": False}
    periods = [
        {**status, "period_end": "2017-01-31", "due_date": "2017-02-20", "status": "received"},
        {**status, "period_end": "2017-02-28", "due_date": "2017-03-20", "status": "late"},
        {**status, "period_end": "2017-03-31", "due_date": "2017-04-20", "status": "received"},
        {**status, "period_end": "2017-02-28", "due_date": "2017-03-20", "status": "received", "area_code": "B"},
        {**status, "period_end": "2016-03-31", "due_date": "2016-06-30", "status": "late", "is_annual_final": True},
    ]
    call = ", ".join(json.dumps(rows) for rows in (bridge, shown, submissions, periods))
    (entry,) = js(f"board.returnsOf({call}, '2017-03-31', 'A')")
    assert entry["last"]["received_at"] == "2017-01-01"
    assert (entry["latest"]["period_end"], entry["latest"]["status"]) == ("2017-02-28", "late")
    assert entry["signedOff"]["period_end"] == "2016-03-31"


DICTIONARY = [
    {"indicator_code": "S01", "definition_version": "1", "heading_code": "S", "heading_name": "Service"},
    {"indicator_code": "R06", "definition_version": "1", "heading_code": "R", "heading_name": "Risk"},
    {
        "indicator_code": "R06b",
        "definition_version": "1",
        "heading_code": "R",
        "parent_code": "R06",
        "valid_to": "2014",
    },
    {"indicator_code": "R06b", "definition_version": "2", "heading_code": "R", "parent_code": "R06"},
    {"indicator_code": "R06d", "definition_version": "1", "heading_code": "R", "parent_code": "R06"},
    {"indicator_code": "R06e", "definition_version": "1", "heading_code": "R", "parent_code": "R06"},
]


def test_the_overview_has_every_indicator_once_and_folds_under_it_the_companions_that_the_board_is_shown() -> None:
    due = [
        {"indicator_code": "R06b", "definition_version": "1", "area_code": "A", "status": "published", "value": 9},
        {"indicator_code": "R06e", "definition_version": "1", "area_code": "A", "status": None, "value": None},
        {"indicator_code": "R06d", "definition_version": "1", "area_code": "B", "status": "late", "value": None},
    ]
    risk, service = js(f"board.overview({json.dumps(DICTIONARY)}, {json.dumps(due)}, 'A')")
    assert [entry["indicator"]["indicator_code"] for entry in (*risk["entries"], *service["entries"])] == ["R06", "S01"]
    (entry,) = risk["entries"]
    assert (entry["figure"], entry["isListed"]) == (None, False)
    shown, only_split = entry["companions"]
    assert (shown["indicator"]["definition_version"], shown["figure"]["value"]) == ("1", 9)
    assert (only_split["indicator"]["indicator_code"], only_split["figure"], only_split["isListed"]) == (
        "R06e", None, True,
    )  # fmt: skip
    assert js(f"board.tally({json.dumps(risk['entries'])})") == [{"status": "not_due", "count": 1}]


def test_a_heading_shows_an_indicator_as_soon_as_one_of_its_companions_has_come() -> None:
    figures = [
        {"indicator_code": "R06", "area_code": "A", "status": "not_submitted"},
        {"indicator_code": "R06b", "area_code": "A", "status": "published"},
        {"indicator_code": "R06d", "area_code": "B", "status": "published"},
    ]
    (group,) = js(f"board.subjects({json.dumps(DICTIONARY)}, {json.dumps(figures)}, 'R', 'A')")
    assert group["indicator"]["indicator_code"] == "R06"
    assert [one["indicator_code"] for one in group["companions"]] == ["R06b"]


# -- the Board's pack --------------------------------------------------------------------------------------------------

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
