"""Two keys: a rule proposes, the MEE group agrees. The whole rule in the project's own SQL, on figures made by hand."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.warehouse import connect, migrate

from .conftest import dbt
from .exceptions_by_hand import AREA, MODELS, Compiled, Figures, exception_id

AS_OF = datetime(2017, 9, 25, 23, 59, 59)
WITHHELD = "The figure is withheld so that no child can be recognised."


@pytest.fixture(scope="session")
def sql(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    home = tmp_path_factory.mktemp("exceptions")
    with connect(home / "warehouse.duckdb") as con:
        migrate(con)
    done = dbt(home, "compile", "--select", *MODELS)
    assert done.returncode == 0, done.stdout
    return Compiled.under(home)


@contextmanager
def figures_of(sql: Compiled) -> Iterator[Figures]:
    with tempfile.TemporaryDirectory() as folder:
        made = Figures.empty(sql, Path(folder))
        yield made
        made.con.close()


# -- each rule, worked by hand


def compared(significance: str, value: float, previous: float | None, quartile: str | None = None) -> Any:
    """S05 (low is good) beside England's 15.0."""

    def fill(figures: Figures) -> None:
        figures.figure("S05", 2016, previous)
        figures.figure("S05", 2017, value, due=True)
        figures.beside(
            "fct_indicator_comparison", "S05", 2017, comparison_code="S05", significance_england=significance,
            quartile=quartile, england_value=15,
        )  # fmt: skip

    return fill


def charted(code: str, signal: str | None = None, target: float | None = None, **interval: float) -> Any:
    def fill(figures: Figures) -> None:
        figures.figure(code, 2017, 80, due=True, **interval)
        figures.beside(
            "fct_indicator_trend", code, 2017, special_cause="outside_limits", signal=signal, target_value=target
        )

    return fill


def paired(plans: tuple[float, float], repeats: tuple[float, float]) -> Any:
    """S02, plans of two years or more, and S03, second or later plans: the year before and this one."""

    def fill(figures: Figures) -> None:
        for code, (before, now) in (("S02", plans), ("S03", repeats)):
            figures.figure(code, 2016, before)
            figures.figure(code, 2017, now, due=True)

    return fill


def without_figure(status: str, code: str = "S05", *, due: bool = True) -> Any:
    return lambda figures: figures.figure(code, 2017, None, status=status, due=due)


def returns(*status: str) -> Any:
    """The months from January 2017 of a feed, by status."""

    def fill(figures: Figures) -> None:
        for month, one in enumerate(status, start=1):
            last = [31, 28, 31, 30, 31][month - 1]
            figures.insert(
                "marts.fct_feed_status", area_code=AREA, supplier="police", feed="missing_episodes",
                feed_name="Missing children", is_annual_final=False, period_type="month",
                period_start=date(2017, month, 1), period_end=date(2017, month, last), status=one,
            )  # fmt: skip

    return fill


WORSENING = "worse_than_england_and_worsening"
CASES: dict[str, tuple[Any, list[tuple[str, str]]]] = {
    "worse than England and higher than before": (
        compared("worse", 19.9, 17),
        [
            (
                WORSENING,
                "Re-referrals within 12 months, 2016/17: 19.9% is worse than England (15.0%) beyond chance, and worse "
                "than the period before (17.0%).",
            )
        ],
    ),
    "worse than England and no longer rising": (compared("worse", 19.9, 19.9), []),
    "worse than England with nothing before": (compared("worse", 19.9, None), []),
    "higher than before and no worse than England beyond chance": (compared("similar", 15.1, 14), []),
    "in the worst quartile and worse, and falling": (
        compared("worse", 19.9, 21, "D"),
        [
            (
                "worst_quartile_and_worse",
                "Re-referrals within 12 months, 2016/17: 19.9% lies in the worst quarter of authorities (quartile D) "
                "and is worse than England (15.0%) beyond chance.",
            )
        ],
    ),
    "in the worst quartile, as like as not by chance": (compared("similar", 19.9, 21, "D"), []),
    "a special cause of concern": (
        charted("S05", "concern"),
        [
            (
                "special_cause_of_concern",
                "Re-referrals within 12 months, 2016/17: 80.0% is a special cause of concern among its own earlier "
                "figures (outside limits).",
            )
        ],
    ),
    "a special cause that is an improvement": (charted("S05", "improvement"), []),
    # S06: high is good. 80 of some hundred children, and the target is 90.
    "the whole interval below the target": (
        charted("S06", target=90, lower_ci_95=71.1, upper_ci_95=86.7),
        [
            (
                "target_missed_for_certain",
                "Looked after children with an annual health assessment, 2016/17: 80%, and the whole of its 95% "
                "interval misses the target of 90%.",
            )
        ],
    ),
    "an interval that ends on the target": (charted("S06", target=90, lower_ci_95=71.1, upper_ci_95=90), []),
    # S05: low is good.
    "an interval above a target where low is good": (
        charted("S05", target=75, lower_ci_95=75.1, upper_ci_95=86.7),
        [
            (
                "target_missed_for_certain",
                "Re-referrals within 12 months, 2016/17: 80.0%, and the whole of its 95% interval misses the target "
                "of 75.0%.",
            )
        ],
    ),
    "a target where nothing is good or bad": (charted("S04b", target=90, lower_ci_95=71, upper_ci_95=86), []),
    "fewer long plans and more repeat plans": (
        paired((6.2, 4.1), (17, 21.5)),
        [
            (
                "counterbalanced_pair",
                "Child protection plans that had lasted 2 years or more when they ended went from 6.2% to 4.1% while "
                "Child protection plans that are a second or later plan went from 17.0% to 21.5% (2016/17): plans may "
                "be ending before children are safe.",
            )
        ],
    ),
    "fewer long plans and as many repeat plans": (paired((6.2, 4.1), (17, 17)), []),
    "more long plans and more repeat plans": (paired((4.1, 6.2), (17, 21.5)), []),
    "a figure that is late": (
        without_figure("late"),
        [("no_figure", "Re-referrals within 12 months, 2016/17: there is no figure (late).")],
    ),
    "a figure of failed quality": (
        without_figure("failed_quality"),
        [("no_figure", "Re-referrals within 12 months, 2016/17: there is no figure (failed quality).")],
    ),
    "a figure that is not applicable": (without_figure("not_applicable"), []),
    "a late figure that is not the latest due": (without_figure("late", due=False), []),
    "a late figure of a companion measure": (without_figure("late", "S02b"), []),
    # The seed: three periods in a row.
    "three months due without a return": (
        returns("received", "late", "late", "late", "not_due"),
        [
            (
                "agency_silent",
                "Missing children: nothing has come for 3 periods due in a row, since February 2017.",
            )
        ],
    ),
    "two months due without a return": (returns("received", "received", "late", "late", "not_due"), []),
    "three months, and then a return": (returns("late", "late", "late", "received"), []),
}


@pytest.mark.parametrize(("fill", "expected"), CASES.values(), ids=CASES.keys())
def test_a_rule_proposes_what_it_says_and_nothing_more(
    sql: Compiled, fill: Callable[[Figures], None], expected: list[tuple[str, str]]
) -> None:
    with figures_of(sql) as figures:
        fill(figures)
        figures.build("r-1", AS_OF)
        assert figures.rows("select rule_code, reason from marts.fct_exception") == expected
        assert figures.rows("select rule_code, reason from board.fct_exception") == expected
        assert figures.rows("select * from board.fct_agreed_exception") == []


def test_one_period_is_told_in_the_singular_where_the_group_asks_after_one(sql: Compiled) -> None:
    with figures_of(sql) as figures:
        figures.con.execute("update reference.exception_rules set threshold = 1 where rule_code = 'agency_silent'")
        returns("received", "late")(figures)
        figures.build("r-1", AS_OF)
        assert figures.rows("select reason from board.fct_exception") == [
            ("Missing children: nothing has come for 1 period due in a row, since February 2017.",)
        ]


def test_an_exception_is_called_by_the_hash_that_the_interface_says(sql: Compiled) -> None:
    with figures_of(sql) as figures:
        compared("worse", 19.9, 17)(figures)
        returns("late", "late", "late")(figures)
        figures.build("r-1", AS_OF)
        found = figures.rows(
            "select exception_id, value_at_proposal::double, first_release_id from marts.fct_exception"
        )
        assert set(found) == {
            (exception_id(WORSENING, "S05", "1", "financial_year", "2017-03-31"), 19.9, "r-1"),
            (exception_id("agency_silent", "police/missing_episodes", "", "month", "2017-01-31"), None, "r-1"),
        }


# -- what the Board may not see


@pytest.mark.parametrize(
    ("fill", "withheld"),
    [
        (compared("worse", 19.9, 17), ("S05", 2017)),
        (compared("worse", 19.9, 17), ("S05", 2016)),
        (compared("worse", 19.9, 21, "D"), ("S05", 2017)),
        (charted("S06", target=90, lower_ci_95=71.1, upper_ci_95=86.7), ("S06", 2017)),
        (paired((6.2, 4.1), (17, 21.5)), ("S03", 2016)),
        (paired((6.2, 4.1), (17, 21.5)), ("S02", 2017)),
    ],
    ids=["own", "before", "quartile", "target", "before of the counterpart", "own of a pair"],
)
def test_an_exception_that_rests_on_a_withheld_figure_is_for_analysts_alone(
    sql: Compiled, fill: Callable[[Figures], None], withheld: tuple[str, int]
) -> None:
    # Its very id would tell that the rule holds, and so something of the figure.
    with figures_of(sql) as figures:
        fill(figures)
        code, year = withheld
        figures.con.execute(
            "update marts.fct_indicator_value set is_withheld = true where indicator_code = ? and year(period_end) = ?",
            [code, year],
        )
        figures.build("r-1", AS_OF)
        [(exception,)] = figures.rows("select exception_id from marts.fct_exception")
        figures.decide(1, AS_OF, [{"exception_id": exception, "decision": "agree", "decided_on": date(2017, 9, 1)}])
        figures.build("r-1", AS_OF)
        assert figures.rows("select refusal from marts.fct_exception_decision") == [(None,)]
        assert figures.rows("select * from board.fct_exception") == []
        assert figures.rows("select * from board.fct_agreed_exception") == []


def test_a_special_cause_rests_on_the_whole_series(sql: Compiled) -> None:
    with figures_of(sql) as figures:
        charted("S05", "concern")(figures)
        figures.figure("S05", 2014, 3, withheld=True)
        figures.build("r-1", AS_OF)
        assert len(figures.rows("select * from marts.fct_exception")) == 1
        assert figures.rows("select * from board.fct_exception") == []


def test_what_was_told_and_is_withheld_since_stays_without_a_number(sql: Compiled) -> None:
    with figures_of(sql) as figures:
        compared("worse", 19.9, 17)(figures)
        figures.build("r-1", AS_OF)
        figures.publish("r-1", AS_OF)
        [(before,)] = figures.rows("select reason from board.fct_exception")
        figures.con.execute("update marts.fct_indicator_value set is_withheld = true where year(period_end) = 2017")
        figures.build("r-2", AS_OF)
        shown = "select reason, value_at_proposal, is_still_so from board.fct_exception"
        assert figures.rows(shown) == [(WITHHELD, None, None)]
        figures.publish("r-2", AS_OF)
        figures.con.execute("update marts.fct_indicator_value set is_withheld = false")
        figures.build("r-3", AS_OF)
        [(reason, value, still_so)] = figures.rows(shown)
        assert (reason, float(value), still_so) == (before, 19.9, True)


# -- decisions


def test_a_decision_on_what_was_never_proposed_counts_for_nothing_and_says_why(sql: Compiled) -> None:
    with figures_of(sql) as figures:
        figures.decide(7, AS_OF, [{"exception_id": "ab" * 32, "decision": "agree"}])
        figures.build("r-1", AS_OF)
        assert figures.rows("select is_in_force, refusal from marts.fct_exception_decision") == [
            (
                False,
                f"sub-000007, row 2: found exception_id {'ab' * 32}, expected one that a release has proposed; take it "
                "from `safeguarding exceptions export` and send the row again.",
            )
        ]


def test_a_later_decision_speaks_and_the_earlier_one_stays_on_record(sql: Compiled) -> None:
    with figures_of(sql) as figures:
        without_figure("late")(figures)
        name = exception_id("no_figure", "S05", "1", "financial_year", "2017-03-31")
        agreed = {"exception_id": name, "decision": "agree", "decided_on": date(2017, 6, 1), "commentary": "Asked for."}
        figures.decide(1, datetime(2017, 6, 2), [agreed])
        figures.decide(2, datetime(2017, 6, 3), [{"exception_id": name, "decision": None, "decided_on": None}])
        figures.build("r-1", AS_OF)
        assert figures.rows("select exception_id, commentary from board.fct_agreed_exception") == [(name, "Asked for.")]
        figures.decide(3, datetime(2017, 9, 2), [agreed | {"decision": "decline", "decided_on": date(2017, 9, 1)}])
        figures.build("r-2", AS_OF)
        assert figures.rows("select * from board.fct_agreed_exception") == []
        assert figures.rows("select decision, is_in_force from marts.fct_exception_decision order by all") == [
            ("agree", False),
            ("decline", True),
        ]
        # As known in July, before the second meeting.
        figures.build("r-3", datetime(2017, 7, 1))
        assert figures.rows("select exception_id from board.fct_agreed_exception") == [(name,)]


# -- what it rested on is taken back

HULL = "E06000010"
NEXT_DAY = datetime(2017, 9, 26, 12)


def silent_neighbour(figures: Figures) -> str:
    """A return of Hull, of which nothing else has come: the police's are proposed as silent."""
    name = figures.submission(1, AS_OF, area_code=HULL)
    returns("late", "late", "late")(figures)
    figures.con.execute("update marts.fct_feed_status set area_code = ?", [HULL])
    return name


CLOSED = "It no longer holds, and what it rested on was withdrawn (sub-000001)."


def test_what_a_withdrawn_return_of_another_authority_proposed_is_closed_and_stays_on_record(sql: Compiled) -> None:
    with figures_of(sql) as figures:
        silent_neighbour(figures)
        figures.build("r-1", AS_OF)
        figures.publish("r-1", AS_OF)
        told = "select exception_id, reason, is_still_so, closed_reason, decision from board.fct_exception"
        [(name, reason, still_so, closed, _)] = figures.rows(told)
        assert (still_so, closed) == (True, None)
        figures.submission(1, NEXT_DAY, area_code=HULL, status="withdrawn")
        figures.con.execute("delete from marts.fct_feed_status")
        figures.build("r-2", NEXT_DAY)
        assert figures.rows(told) == [(name, reason, False, CLOSED, None)]
        assert figures.rows("select withdrawn_submissions from marts.fct_exception") == [("sub-000001",)]
        # As known before, it is open; and what the MEE group has looked at is not closed over its head.
        figures.build("r-3", AS_OF)
        assert figures.rows(told)[0][3] is None
        figures.decide(9, NEXT_DAY, [{"exception_id": name, "decision": "watch", "decided_on": date(2017, 9, 26)}])
        figures.build("r-4", NEXT_DAY)
        assert figures.rows(told) == [(name, reason, False, None, "watch")]


def test_a_proposal_about_another_authority_stays_open_while_any_return_of_it_is_in_force(sql: Compiled) -> None:
    with figures_of(sql) as figures:
        silent_neighbour(figures)
        figures.submission(2, AS_OF, area_code=HULL)
        figures.build("r-1", AS_OF)
        figures.publish("r-1", AS_OF)
        figures.submission(1, NEXT_DAY, area_code=HULL, status="withdrawn")
        # The police's return came: that, and no withdrawal, ended the silence.
        figures.con.execute("delete from marts.fct_feed_status")
        figures.build("r-2", NEXT_DAY)
        assert figures.rows("select is_still_so, closed_reason from board.fct_exception") == [(False, None)]


# S04 is counted from the contacts of its period.
@pytest.mark.parametrize(
    ("withdrawn", "closed"),
    [
        ({}, CLOSED),
        ({"feed": "early_help"}, None),
        ({"period_start": date(2017, 4, 1), "period_end": date(2017, 4, 30)}, None),
        ({"came": NEXT_DAY}, None),
        ({"taken_back": datetime(2017, 9, 1)}, None),
        ({"taken_back": datetime(2017, 9, 1), "is_replay": True}, CLOSED),
    ],
    ids=["read", "another feed", "another window", "came after it was proposed", "gone before", "a stopped clock"],
)
def test_a_figure_is_closed_where_a_return_that_it_reads_is_withdrawn(
    sql: Compiled, withdrawn: dict[str, Any], closed: str | None
) -> None:
    came, taken_back = withdrawn.pop("came", datetime(2017, 8, 1)), withdrawn.pop("taken_back", NEXT_DAY)
    with figures_of(sql) as figures:
        charted("S04", "concern")(figures)
        figures.submission(1, came, **withdrawn)
        figures.build("r-1", AS_OF)
        figures.publish("r-1", AS_OF)
        figures.submission(1, taken_back, **withdrawn, status="withdrawn")
        figures.build("r-2", NEXT_DAY)
        assert figures.rows("select is_still_so, closed_reason from board.fct_exception") == [(True, None)]
        figures.con.execute("update marts.fct_indicator_trend set signal = 'improvement'")
        figures.build("r-3", NEXT_DAY)
        assert figures.rows("select is_still_so, closed_reason from board.fct_exception") == [(False, closed)]
        figures.con.execute("update marts.fct_indicator_value set is_withheld = true")
        figures.build("r-4", NEXT_DAY)
        assert figures.rows("select is_still_so, closed_reason from board.fct_exception") == [(None, None)]


# -- any history


@dataclass(frozen=True)
class Step:
    """One release: how old its moment is (months after January 2016), what is known by then, and what was decided."""

    month: int
    worse: bool
    value: int
    withheld: bool
    late: bool
    silent_months: int
    decisions: tuple[tuple[int, str, int], ...]
    """Of each: which known exception (or none of them), the decision, the day of January 2017 that it is dated."""


STEPS = st.lists(
    st.builds(
        Step,
        month=st.integers(0, 11),
        worse=st.booleans(),
        value=st.integers(10, 90),
        withheld=st.booleans(),
        late=st.booleans(),
        silent_months=st.integers(0, 5),
        decisions=st.lists(
            st.tuples(st.integers(-1, 5), st.sampled_from(["agree", "decline", "watch"]), st.integers(1, 28)),
            max_size=3,
            unique_by=lambda one: one[0],
        ).map(tuple),
    ),
    min_size=2,
    max_size=4,
)
Decided = tuple[date, datetime, str]


@settings(max_examples=15)
@given(steps=STEPS)
def test_whatever_comes_nothing_unagreed_is_told_and_nothing_proposed_vanishes(
    sql: Compiled, steps: list[Step]
) -> None:
    with figures_of(sql) as figures:
        proposed: dict[str, tuple[datetime, tuple[Any, ...]]] = {}
        told_to_the_board: dict[str, datetime] = {}
        decided: dict[str, list[tuple[Decided, datetime, str]]] = {}
        contents: list[list[Any]] = []
        builds: list[tuple[Step, datetime]] = []
        for number, step in enumerate(steps):
            as_of = datetime(2016, 1 + step.month, 28)
            known = sorted(proposed)
            rows = []
            for which, decision, day in step.decisions:
                name = known[which] if 0 <= which < len(known) else f"{number:064x}"
                if name in [row["exception_id"] for row in rows]:
                    continue
                rows.append({"exception_id": name, "decision": decision, "decided_on": date(2017, 1, day)})
                order = (date(2017, 1, day), as_of, f"sub-{number:06d}")
                decided.setdefault(name, []).append((order, as_of, decision))
            if rows:
                figures.decide(number, as_of, rows)
            build(figures, step, f"r-{number}", as_of)

            now = {row[0]: row[1:] for row in figures.rows(
                "select exception_id, reason, value_at_proposal, first_release_id, proposed_at from marts.fct_exception"
            )}  # fmt: skip
            for name, (since, row) in proposed.items():
                if since <= as_of:
                    assert now[name] == row, "a proposal vanished or was told anew"
            board = {row[0]: row[1] for row in figures.rows("select exception_id, reason from board.fct_exception")}
            assert {name for name, since in told_to_the_board.items() if since <= as_of} <= board.keys() <= now.keys()
            if step.withheld:
                year = 2016 if step.month < 6 else 2017
                of_it = f"indicator_code = 'S05' and year(period_end) = {year}"
                assert set(figures.rows(f"select reason from board.fct_exception where {of_it}")) <= {(WITHHELD,)}

            in_force = {
                name: max(one for one in of_it if one[1] <= as_of)[2]
                for name, of_it in decided.items()
                if any(one[1] <= as_of for one in of_it)
            }
            report = {name for (name,) in figures.rows("select exception_id from board.fct_agreed_exception")}
            assert report == {name for name in board if in_force.get(name) == "agree"}

            for name, row in now.items():
                proposed.setdefault(name, (row[3], row))
            for name in board:
                told_to_the_board.setdefault(name, now[name][3])
            contents.append(content(figures))
            builds.append((step, as_of))
            figures.publish(f"r-{number}", as_of)

        # The warehouse is lost: what is left are the releases, and each gives again what it gave.
        figures.con.execute("create table all_submissions as from ops.submissions")
        for number, (step, as_of) in enumerate(builds):
            # What came later is another release's, whatever moment that is about.
            figures.con.execute("delete from ops.submissions")
            figures.con.execute(
                "insert into ops.submissions from all_submissions where submission_id <= ?", [f"sub-{number:06d}"]
            )
            build(figures, step, f"r-{number}", as_of, told_before=figures.releases[:number])
            assert content(figures) == contents[number]


def build(figures: Figures, step: Step, release: str, as_of: datetime, **other: Any) -> None:
    for table in ("fct_indicator_value", "fct_indicator_latest_due", "fct_indicator_comparison", "fct_feed_status"):
        figures.con.execute(f"delete from marts.{table}")
    # Two indicators, so that what is late and what is worse can go together; the period moves on with the year's half.
    year = 2016 if step.month < 6 else 2017
    figures.figure("S05", year - 1, 12)
    figures.figure("S05", year, step.value, withheld=step.withheld, due=True)
    figures.beside(
        "fct_indicator_comparison", "S05", year, comparison_code="S05", england_value=11,
        significance_england="worse" if step.worse else "similar", quartile="D",
    )  # fmt: skip
    figures.figure("S03", year, None if step.late else 4, status="late" if step.late else "published", due=True)
    returns(*["received"] * (5 - step.silent_months), *["late"] * step.silent_months)(figures)
    figures.build(release, as_of, **other)


def content(figures: Figures) -> list[Any]:
    """The tables of exceptions as a release holds them."""
    return [
        figures.rows(f"select * from {table} order by all")
        for table in ("marts.fct_exception", "board.fct_exception", "board.fct_agreed_exception")
    ]
