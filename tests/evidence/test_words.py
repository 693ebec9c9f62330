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
    """The value of a JavaScript expression over the modules of components/words, each under its own name."""
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


@pytest.mark.parametrize(
    ("came", "needed", "words"),
    [
        (1, 1, "The return that the figure needs is in."),
        (0, 1, "The return that the figure needs is not in."),
        (1, 3, "1 of the 3 returns that the figure needs is in."),
        (2, 3, "2 of the 3 returns that the figure needs are in."),
    ],
)
def test_the_returns_of_a_figure_are_counted_in_the_singular_too(came: int, needed: int, words: str) -> None:
    assert js(f"board.returnsIn({{feeds_received: {came}, feeds_expected: {needed}}})") == words


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


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (12.5, "12.5"),
        (-3, "-3"),
        ("Year 2016/17", "Year 2016/17"),
        ("one, two", '"one, two"'),
        ('say "no"', '"say ""no"""'),
        ("=1+1", "'=1+1"),
        ("+44", "'+44"),
        ("-x", "'-x"),
        ("@sum", "'@sum"),
    ],
)
def test_no_cell_of_a_file_is_run_by_a_spreadsheet(value: object, cell: str) -> None:
    assert js(f"csv.cell({json.dumps(value)})") == cell


@pytest.mark.parametrize("status", [s for s in STATUSES if s not in ("published", "provisional", "low_reliability")])
def test_a_file_holds_no_number_beside_a_status_that_hides_it(status: str) -> None:
    hidden = figure("2017-03-31", status, 3.0, numerator=3, denominator=9, cases_not_assessable=1)
    text = js(f"csv.figuresCsv([{json.dumps(hidden)}], [], null)")
    head, row = (line.split(",") for line in text.strip().split("\r\n"))
    told = dict(zip(head, row, strict=True))
    assert [told[name] for name in ("value", "numerator", "denominator", "cases_not_assessable")] == [""] * 4
    assert told["status"] == status


def point(end: str, value: float | None, version: str = "1", **trend: object) -> dict[str, object]:
    status = "published" if value is not None else "suppressed"
    lines = {"baseline_id": version, "centre_line": 10, "lower_limit": 5, "upper_limit": 15, **trend}
    return figure(end, status, value, version, trend=lines, period_type="quarter")


def test_a_line_of_limits_ends_where_a_definition_or_a_baseline_changes() -> None:
    figures = [
        point("2014-03-31", 9),
        point("2014-06-30", 11),
        point("2014-09-30", 30, "2"),
        point("2014-12-31", 31, "2", baseline_id="2b", baseline_reason="A new service began."),
        point("2015-03-31", None, "2", baseline_id="2b", centre_line=None),
        point("2015-06-30", 29, "2", baseline_id="2b"),
    ]
    points = json.dumps([{"figure": one} for one in figures])
    assert js(f"trend.stretches({points}).map((points) => points.length)") == [2, 1, 1, 1]
    assert js(f"trend.breaks({points}).map((one) => [one.at, one.words, one.reason])") == [
        [2, "definition 2 begins", ""],
        [3, "new baseline", "A new service began."],
    ]


def test_of_a_figure_that_is_not_shown_no_special_cause_is_told() -> None:
    hidden = json.dumps(point("2015-03-31", None, signal="concern", special_cause="shift"))
    assert js(f"trend.signalOf({hidden})") is None
    assert js(f"trend.stateWords({hidden})") == ""


def test_signals_that_are_withheld_are_not_taken_for_none() -> None:
    kept = json.dumps(
        point("2015-03-31", 9, note="A figure after the baseline is withheld, so there are limits and no signals.")
    )
    assert js(f"trend.stateShort({kept})") == "Not judged"
    assert js(f"trend.stateWords({kept})").endswith("limits and no signals.")
    assert js(f"trend.stateShort({json.dumps(point('2015-03-31', 9))})") == "Usual range"


@pytest.mark.parametrize(
    ("values", "ticks", "is_cut"),
    [
        ([0, 4], [0, 1, 2, 3, 4], False),
        ([10, 40], [0, 10, 20, 30, 40], False),
        ([90, 98], [90, 92, 94, 96, 98], True),
        ([7, 7], [0, 2, 4, 6, 8], False),
        ([], [0, 0.25, 0.5, 0.75, 1], False),
    ],
)
def test_a_scale_holds_every_value_and_says_when_it_does_not_start_at_nought(
    values: list[float], ticks: list[float], is_cut: bool
) -> None:
    assert js(f"trend.scale({json.dumps(values)})") == {"ticks": ticks, "isCut": is_cut}


def test_the_reason_that_helps_is_given_where_there_is_no_comparator() -> None:
    common = {"indicator_code": "A01", "area_code": "X", "breakdown": "total"}
    told = [
        {**common, "period_end": "2017-06-30",
         "comparator_reason": "Figures of other authorities are not published for periods of this kind."},
        {**common, "period_end": "2017-03-31", "comparator_reason": "A local definition."},
    ]  # fmt: skip
    assert js(f"compare.noComparatorReason({json.dumps(told)}, 'A01', 'X')") == "A local definition."


# -- what is said at a meeting


@pytest.mark.parametrize(
    ("due_on", "state"),
    [("2017-05-14", "overdue"), ("2017-05-15", "due"), ("2017-05-16", "open"), (None, "undated")],
)
def test_an_action_is_overdue_only_when_its_day_had_passed_at_the_release(due_on: str | None, state: str) -> None:
    action = {"action": "Look at every case.", "due_on": due_on}
    assert js(f"meeting.actionState({json.dumps(action)}, '2017-05-15 12:00:00').state") == state


def test_an_exception_without_an_action_is_not_overdue() -> None:
    told = {"action": None, "due_on": "2012-01-01"}
    assert js(f"meeting.actionState({json.dumps(told)}, '2017-05-15').state") == "none"


def test_overdue_actions_come_first_whatever_their_severity() -> None:
    def row(name: str, severity: str, due_on: str) -> dict[str, str]:
        return {
            "exception_id": name, "severity": severity, "due_on": due_on, "action": "x", "decided_on": "2017-01-01"
        }  # fmt: skip

    rows = [row("high", "high", "2017-06-30"), row("late", "low", "2017-04-30"), row("low", "low", "2017-06-30")]
    told = f"meeting.inOrder({json.dumps(rows)}, '2017-05-15').map((row) => row.exception_id)"
    assert js(told) == ["late", "high", "low"]


@pytest.mark.parametrize(
    ("measure", "word"),
    [
        ({"status": "published", "value": 13.2, "significance_england": "worse"}, "Worse than England"),
        ({"status": "published", "value": 13.2, "significance_england": "higher"}, "Higher than England"),
        ({"status": "published", "value": 13.2, "significance_england": None}, "Not compared"),
        ({"status": "suppressed", "value": None, "significance_england": "worse"}, "No figure to compare"),
    ],
    ids=["worse", "neutral", "without_comparator", "withheld"],
)
def test_a_measure_is_held_against_england_in_words(measure: dict[str, object], word: str) -> None:
    assert js(f"meeting.againstEngland({json.dumps(measure)}, null).word") == word


@pytest.mark.parametrize(
    ("measure", "word"),
    [
        ({"chart_method": "xmr", "signal": "concern", "special_cause": "shift"}, "Changed for the worse"),
        ({"chart_method": "xmr", "signal": None}, "Within its usual range"),
        ({"chart_method": "run_chart", "signal": None}, "Not judged"),
        ({"chart_method": None, "signal": None}, "Not judged"),
    ],
    ids=["signal", "no_signal", "without_limits", "without_chart"],
)
def test_only_what_a_chart_judges_is_called_within_its_range(measure: dict[str, object], word: str) -> None:
    told = {"status": "published", "value": 1.0, **measure}
    assert js(f"meeting.ownPast({json.dumps(told)}).word") == word


def test_runs_of_missing_returns_are_told_together_and_late_ones_first() -> None:
    def row(feed: str, month: int, status: str) -> dict[str, object]:
        return {
            "supplier": "police", "feed": feed, "feed_name": feed, "is_annual_final": False, "period_type": "month",
            "period_end": f"2017-0{month}-28", "due_date": f"2017-0{month}-28", "status": status,
        }  # fmt: skip

    rows = [row("a", 1, "not_submitted"), row("a", 2, "not_submitted"), row("b", 1, "received"), row("b", 2, "late")]
    rows += [row("c", 6, "not_due") | {"due_date": "2017-07-20"}]
    found = js(f"meeting.gaps({json.dumps(rows)}, '2017-05-15')")
    assert [(gap["feed"], gap["first"]["period_end"], gap["last"]["period_end"]) for gap in found] == [
        ("b", "2017-02-28", "2017-02-28"), ("a", "2017-01-28", "2017-02-28")
    ]  # fmt: skip


def test_a_return_with_a_late_period_stands_first_in_its_table() -> None:
    def row(feed: str, status: str) -> dict[str, object]:
        return {
            "supplier": "police", "feed": feed, "feed_name": feed, "is_annual_final": False, "period_type": "quarter",
            "period_end": "2017-03-31", "status": status,
        }  # fmt: skip

    rows = [row("a", "received"), row("b", "not_submitted"), row("c", "late")]
    grid = js(f"meeting.returnsGrid({json.dumps(rows)}, '2017-05-15')")
    assert [feed["feed"] for feed in grid[0]["feeds"]] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("definition", "clause"),
    [
        (
            "Children absent (from 2017 on: as missing at no apparent risk).",
            "Children absent (from 2017 on: as missing at no apparent risk).",
        ),
        ("Plans open at the end of the period: counted once. Others not.", "Plans open at the end of the period."),
        ("Cases (child and date. Both) open. Unborn children too.", "Cases (child and date. Both) open."),
        ("A rate of 1.5 per child", "A rate of 1.5 per child."),
        ("", ""),
    ],
    ids=["colon_in_brackets", "colon", "stop_in_brackets", "number", "nothing"],
)
def test_a_definition_is_cut_at_its_first_clause_and_never_within_brackets(definition: str, clause: str) -> None:
    assert js(f"format.firstClause({json.dumps(definition)})") == clause


@pytest.mark.parametrize(
    ("value", "before", "words"),
    [(290, 261, "Up from 261 to 290"), (9, 13, "Down from 13 to 9"), (13, 13, "Unchanged at 13"), (None, 13, "")],
)
def test_a_change_on_the_past_is_told_in_words(value: float | None, before: float, words: str) -> None:
    assert js(f"compare.changeWords({json.dumps(value)}, {before}, {json.dumps(COUNT)})") == words


def test_what_a_reader_sees_as_the_same_is_not_called_higher() -> None:
    now = figure("2017-03-31", "provisional", 33.94, finality="provisional")
    then = figure("2016-03-31", "published", 33.86, finality="final")
    share = {"unit": "percent", "decimals": 1}
    told = f"compare.yearOnYear({json.dumps(now)}, {json.dumps(then)}, {json.dumps(share)})"
    assert js(told) == "The same as a year before (33.9, a final figure)"


def look(status: str, signal: str | None, outcome: str | None, agreed: list[dict[str, object]]) -> list[str]:
    shown = point("2017-03-31", 9, signal=signal) | {"status": status, "value": None if status == "late" else 9}
    entry = {
        "indicator": {"indicator_code": "S05"}, "figure": shown, "series": [shown], "beside": {"outcome": outcome}
    }  # fmt: skip
    return list(js(f"attention.reasonsToLook({json.dumps(entry)}, {json.dumps(agreed)}, '2017-05-15')"))


def test_what_needs_attention_is_said_with_its_reason_and_nothing_else_is() -> None:
    action: list[dict[str, object]] = [
        {"indicator_code": "S05", "action": "Look at every case.", "due_on": "2017-05-01"}
    ]
    assert look("published", None, "similar", []) == []
    assert look("published", "improvement", "better", []) == []
    assert look("suppressed", "concern", None, []) == []
    assert look("late", None, None, []) == ["late"]
    assert look("published", "concern", "worse", action) == [
        "agreed exception, its action overdue", "changed for the worse, beyond chance",
        "worse than England, beyond chance",
    ]  # fmt: skip
    over = [action[0] | {"due_on": "2017-06-01", "is_still_so": False}]
    assert look("published", None, None, over) == []
    assert look("published", "high", "lower", []) == ["higher than its own past, beyond chance"]


def test_what_is_folded_beside_a_headline_is_named_where_it_asks_for_a_look() -> None:
    def entry(name: str, *rows: dict[str, object]) -> dict[str, object]:
        return {"indicator": {"display_name": name}, "rows": rows}

    entries = [
        entry("Waits", point("2017-03-31", 9, signal="high"), figure("2017-06-30", "late", None)),
        entry("Calm", point("2017-03-31", 9, signal=None)),
        entry("Better", point("2017-03-31", 9, signal="improvement")),
        entry("Checked", figure("2017-03-31", "failed_quality", None)),
    ]
    assert js(f"attention.besideWords({json.dumps(entries)})") == (
        "Waits: higher than its own past, beyond chance; late. Checked: failed quality checks"
    )


def test_returns_are_counted_of_those_with_a_day_and_the_others_are_named_apart() -> None:
    def entry(supplier: str, status: str | None) -> dict[str, object]:
        return {"supplier": supplier, "feed": "x", "latest": {"status": status} if status else None}

    returns = [
        entry("police", "received"), entry("health", "late"), entry("childrens_social_care", None),
        entry("published", "received"),
    ]  # fmt: skip
    assert js(f"board.returnsInWords({json.dumps(returns)})") == (
        "1 of 2 returns are in for their latest period due, 1 late, 1 without a due day"
    )


def test_a_move_has_its_sign_so_that_nobody_takes_it_for_a_figure() -> None:
    assert js("[meeting.signed(4, 0), meeting.signed(-1.25, 1)]") == ["+4", "\N{MINUS SIGN}1.3"]


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ([], "No return has been received yet"),
        (["suppressed", "suppressed"], "Every figure so far is withheld"),
        (["late", "suppressed"], "No period has a number so far (late, suppressed)"),
    ],
    ids=["nothing_came", "all_withheld", "mixed"],
)
def test_a_trend_without_a_number_says_why(statuses: list[str], words: str) -> None:
    rows = [figure("2017-03-31", status, None) for status in statuses]
    assert js(f"meeting.withoutTrend({json.dumps(rows)})").startswith(words)


def test_ticks_are_written_with_as_many_decimals_as_tell_them_apart() -> None:
    assert js("axis.tickDecimals([0, 0.05, 0.1, 0.15, 0.2])") == 2
    assert js("axis.tickDecimals([0, 2.5, 5])") == 1
    assert js("axis.tickDecimals([26, 28, 30])") == 0
    assert js("axis.tickDecimals(trend.scale([0.0123, 0.0127]).ticks)") == 4
