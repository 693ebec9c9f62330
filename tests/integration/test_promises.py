"""What the whole path promises: feeds stand on their own, missing is a row that says why, receipts make figures."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.explain import explain, receipts
from orchestration.settings import PROJECT_ROOT, Settings
from tests.conftest import DEMONSTRATION_AS_OF, ROOT, known_as_of, safeguarding
from tests.support.receipts import reckon, seed, version_of

HOME = "E06000011"
KEY = ("indicator_code", "definition_version", "area_code", "period_type", "period_end", "breakdown", "breakdown_value")
SHOWN = ("numerator", "denominator", "value", "cases_not_assessable", "status", "status_reason", "finality")
STATUSES = {
    "failed_quality",
    "not_submitted",
    "late",
    "not_applicable",
    "not_available",
    "suppressed",
    "low_reliability",
    "rounds_to_zero",
    "provisional",
    "published",
}
GOLDEN = ROOT / "tests" / "golden" / "replay_case" / "landing"

Figures = dict[tuple[Any, ...], tuple[Any, ...]]


def rows(file: Path, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql, list(parameters)).fetchall()


def figures(file: Path) -> Figures:
    """Every figure by its key, as it is shown."""
    found = rows(file, f"select {', '.join((*KEY, *SHOWN))} from marts.fct_indicator_value")
    return {row[: len(KEY)]: row[len(KEY) :] for row in found}


def reading(feed: str) -> set[str]:
    """The indicators that need a feed: by the dictionary's bridge, and those that count another's cases."""
    direct = {row["indicator_code"] for row in seed("indicator_feeds") if row["feed"] == feed}
    return direct | {row["indicator_code"] for row in seed("indicators") if row["counts_indicator_code"] in direct}


def feeds_that_figures_read() -> list[dict[str, str]]:
    """The feeds of the calendar that an indicator needs; publications to compare with are not owed to the Board."""
    needed = {(row["supplier"], row["feed"]) for row in seed("indicator_feeds") if row["is_required"] == "true"}
    return [row for row in seed("feed_calendar") if (row["supplier"], row["feed"]) in needed]


def changed(before: Figures, after: Figures) -> dict[tuple[Any, ...], tuple[tuple[Any, ...], tuple[Any, ...]]]:
    assert before.keys() == after.keys()
    return {key: (before[key], after[key]) for key in before if before[key] != after[key]}


# ------------------------------------------------------------------------------------------- a feed stands on its own


@pytest.fixture(scope="module")
def without_care(demonstration_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same landing without the returns of looked after children."""
    home = tmp_path_factory.mktemp("without_care") / "home"
    shutil.copytree(demonstration_home / "landing", home / "landing")
    shutil.rmtree(home / "landing" / "childrens_social_care" / "ssda903")
    done = safeguarding(home, "run", "--no-dashboard")
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def test_without_one_feed_the_figures_of_the_others_are_identical_and_its_own_are_not_submitted(
    demonstration_home: Path, without_care: Path
) -> None:
    whole = figures(demonstration_home / "published" / "analyst.duckdb")
    without = figures(without_care / "published" / "analyst.duckdb")
    of_care = reading("ssda903")
    assert {key[0] for key in changed(whole, without)} <= of_care
    own = {key: shown for key, shown in without.items() if key[0] in of_care}
    assert {shown[SHOWN.index("status")] for shown in own.values()} == {"not_submitted"}
    assert {shown[:4] for shown in own.values()} == {(None, None, None, None)}
    others = Counter(shown[SHOWN.index("status")] for key, shown in without.items() if key[0] not in of_care)
    assert others["published"] > 1000


# --------------------------------------------------------------------------------- what comes late, what comes again


@pytest.fixture(scope="module")
def golden_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The golden replay, published just before June's return came again with other content, and just after."""
    home = tmp_path_factory.mktemp("promises") / "home"
    shutil.copytree(GOLDEN, home / "landing")
    for moment in ("2016-07-13T09:30:00", "2016-07-13T10:30:00"):
        done = safeguarding(home, "run", "--replay", "--no-dashboard", "--as-of", moment)
        assert done.returncode == 0, done.stdout + done.stderr
    return home


def two_releases(home: Path) -> tuple[str, str]:
    earlier, later = sorted(path.name for path in (home / "published" / "releases").glob("r-*"))
    return earlier, later


def documented_sql() -> list[str]:
    """The SQL of docs/query.md, block by block."""
    return re.findall(r"```sql\n(.*?)```", (PROJECT_ROOT / "docs" / "query.md").read_text(encoding="utf-8"), re.DOTALL)


def documented(words: str) -> str:
    [found] = [block for block in documented_sql() if words in block]
    return str(found)


def test_a_return_that_comes_again_changes_only_what_depends_on_it(golden_home: Path) -> None:
    before, after = (
        figures(golden_home / "published" / "releases" / release / "analyst.duckdb")
        for release in two_releases(golden_home)
    )
    differ = changed(before, after)
    assert {key[0] for key in differ} <= reading("ssda903")
    headline = ("R01", "1", HOME, "month", date(2016, 6, 30), "total", "total")
    # Children 03, 15 and 18 are looked after in the first, 99 in the second: worked by hand in tests/golden.
    assert [int(shown[0]) for shown in differ[headline]] == [9, 8]


def test_what_changed_between_two_releases_is_one_query_of_the_documentation(golden_home: Path) -> None:
    earlier, later = two_releases(golden_home)
    sql = documented("as earlier")
    sql = sql.replace("data/published", str(golden_home / "published")).replace("EARLIER", earlier)
    with duckdb.connect() as con:
        con.execute(sql.replace("LATER", later))
        names = [column[0] for column in con.description or []]
        found = [dict(zip(names, row, strict=True)) for row in con.fetchall()]
    before, after = (
        figures(golden_home / "published" / "releases" / release / "analyst.duckdb") for release in (earlier, later)
    )
    by_key = {tuple(row[name] for name in KEY): row for row in found}
    assert len(by_key) == len(found)
    assert by_key.keys() == changed(before, after).keys()
    headline = by_key[("R01", "1", HOME, "month", date(2016, 6, 30), "total", "total")]
    assert (headline["value_before"], headline["value_after"], headline["change"]) == (9, 8, -1)


def test_a_period_that_is_due_and_missing_is_late_until_its_return_comes_and_nothing_else_changes(
    golden_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(golden_home, home, symlinks=True)
    held = home / "warehouse.duckdb"
    # The same day, so that nothing falls due in between; the census of the year comes half an hour later still.
    known_as_of(home, "2017-05-09T09:30:00")
    before, feeds_before = figures(held), feed_statuses(held)
    known_as_of(home, "2017-05-09T10:30:00")
    after, feeds_after = figures(held), feed_statuses(held)

    differ = changed(before, after)
    assert {key[0] for key in differ} <= reading("ssda903")
    stock = ("R01", "1", HOME, "month", date(2016, 12, 31), "total", "total")
    status, reason = SHOWN.index("status"), SHOWN.index("status_reason")
    assert differ[stock][0][status] == "late"
    assert "due on 20 January 2017 and has not come" in differ[stock][0][reason]
    assert differ[stock][1] == (10, None, 10, 0, "published", None, "final")
    since = {key: shown for key, shown in differ.items() if key[4] > date(2016, 6, 30)}
    needs_others = {row["indicator_code"] for row in seed("indicator_feeds") if row["feed"] != "ssda903"}
    own = [shown for key, shown in since.items() if key[0] not in needs_others]
    # The replay's folders hold children and episodes alone: what reads another table is told of both, and then of one.
    without, missing = "what has come does not hold its table", "and has not come"
    lacking = [(earlier, later) for earlier, later in own if without in earlier[reason]]
    assert {(earlier[status], later[status]) for earlier, later in lacking} == {("not_submitted", "not_submitted")}
    assert all(missing in earlier[reason] and missing not in later[reason] for earlier, later in lacking)
    assert all(without in later[reason] for _, later in lacking)
    assert {earlier[status] for earlier, _ in own if without not in earlier[reason]} == {"late"}
    # Where another return has never come there is still no figure; the reason no longer says so of this one.
    others = [shown for key, shown in since.items() if key[0] in needs_others]
    assert {(earlier[status], later[status]) for earlier, later in others} == {("not_submitted", "not_submitted")}
    has_not_come = re.compile(r"SSDA903 - children looked after: due on [^.]* and has not come\.")
    assert all(
        has_not_come.search(earlier[reason]) and not has_not_come.search(later[reason]) for earlier, later in others
    )
    # A late figure had no number that could be taken for one.
    assert {shown[:4] for shown in before.values() if shown[status] == "late"} == {(None, None, None, None)}

    assert {key[1] for key in feeds_before if feeds_before[key] != feeds_after[key]} == {"ssda903"}
    december = (HOME, "ssda903", "month", date(2016, 12, 31))
    assert feeds_before[december] == ("late", "Due on 20 January 2017 and has not come.", None)
    # What is not there is named, and its figures are not there.
    assert feeds_after[december] == (
        "late",
        "Due on 20 January 2017; of its tables these have not come: missing, reviews.",
        None,
    )
    before_the_first = "The period begins before the first return, which begins on 1 April 2015."
    assert feeds_after[(HOME, "ssda903", "month", date(2015, 3, 31))] == ("not_submitted", before_the_first, None)
    census = (HOME, "cin_census", "month")
    assert feeds_after[(*census, date(2016, 5, 31))] == ("received", None, "provisional")
    assert feeds_after[(*census, date(2016, 12, 31))] == ("late", "Due on 20 January 2017 and has not come.", None)
    assert feeds_after[(*census, date(2017, 4, 30))] == ("not_due", "Not due until 20 May 2017.", None)


def feed_statuses(file: Path) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    found = rows(
        file,
        "select area_code, feed, period_type, period_end, status, status_reason, finality from marts.fct_feed_status",
    )
    return {row[:4]: row[4:] for row in found}


# ------------------------------------------------------------------------------------------------------------ receipts


@pytest.mark.parametrize("home", ["demonstration_home", "sample_home", "golden_home"])
def test_every_figure_is_what_its_receipts_add_up_to(home: str, request: pytest.FixtureRequest) -> None:
    with duckdb.connect(str(request.getfixturevalue(home) / "warehouse.duckdb"), read_only=True) as con:
        published, reckoned = reckon(con)
    assert len(published) > 1000
    assert sum(numbers[0] is not None and numbers[0] > 0 for numbers in published.values()) > 100
    assert {key: (published[key], reckoned[key]) for key in published if published[key] != reckoned[key]} == {}


def test_the_receipts_of_the_demonstration_reach_every_indicator_whose_returns_come(demonstration_home: Path) -> None:
    with duckdb.connect(str(demonstration_home / "warehouse.duckdb"), read_only=True) as con:
        published, _ = reckon(con)
    with_cases = {key[0] for key, numbers in published.items() if numbers[0]}
    needed = {row["indicator_code"] for row in seed("indicator_feeds") if row["is_required"] == "true"}
    # What suppliers count themselves has no rows of persons behind it, and a median no sum; two may have no case.
    told = {"A14", "A14b", "A15", "A15b", "A15c", "R10", "R11", "W03", "W06", "W06b"}
    assert needed - with_cases <= told | {"A04b", "A04c"} | {"A08c", "R06m"}


@pytest.mark.parametrize("day", [date(2016, 6, 30), date(2016, 11, 30), date(2017, 3, 31)])
def test_the_receipts_that_are_shown_add_up_to_the_figure_of_each_period(demonstration_home: Path, day: date) -> None:
    settings = Settings(home=demonstration_home)
    seen = 0
    for code in sorted({row["indicator_code"] for row in seed("indicators")}):
        found = rows(
            demonstration_home / "published" / "analyst.duckdb",
            "select distinct breakdown from marts.fct_indicator_value where indicator_code = ? and period_end = ?",
            code,
            day,
        )
        if ("total",) not in found:
            continue
        explanation = explain(settings, code, day)
        shown = receipts(settings, explanation, day)
        for figure in explanation.figures:
            of_period = [r for r in shown if (r.period_type, r.area_code) == (figure.period_type, figure.area_code)]
            if figure.status in ("not_submitted", "late"):
                assert of_period == []
                continue
            if figure.not_assessable is None:
                # Counted by the supplier itself.
                assert of_period == []
                continue
            seen += 1
            assert sum(r.not_assessable for r in of_period) == figure.not_assessable
            if explanation.figures[0].unit == "days":
                assert sum(r.in_denominator for r in of_period) == figure.denominator
            elif figure.numerator is not None:
                assert sum(r.in_numerator for r in of_period) == figure.numerator, (code, figure)
                if figure.unit == "percent":
                    assert sum(r.in_denominator for r in of_period) == figure.denominator, (code, figure)
    assert seen > 30


def test_explain_names_rule_parameters_population_cases_not_assessable_and_receipts(demonstration_home: Path) -> None:
    done = safeguarding(demonstration_home, "explain", "r07b", "--period-end", "2017-03-31", "--receipts")
    assert done.returncode == 0, done.stderr
    assert "UNSUPPRESSED" in done.stderr
    assert "dbt_project/models/intermediate/looked_after/int_looked_after__members.sql" in done.stdout
    assert re.search(r"^adopted_reason +R07b +E11, E12 ", done.stdout, re.MULTILINE)
    headings = next(line for line in done.stdout.splitlines() if line.startswith("period  ") and "numerator" in line)
    assert "not assessable" in headings
    assert {"month", "quarter", "financial_year", "financial_year_to_date"} <= set(
        re.findall(r"^\w+", done.stdout, re.M)
    )

    rate = safeguarding(demonstration_home, "explain", "A05", "--period-end", "2017-03-31", "--receipts")
    assert "those of A05b" in rate.stdout
    assert "ONS mid-2016" in rate.stdout
    assert re.search(r"^month +E06000011 +sub-\d+ +section47 ", rate.stdout, re.MULTILINE)

    shares = safeguarding(demonstration_home, "explain", "A12b", "--period-end", "2017-03-31")
    assert re.search(r"^month +2017-03-01 +E06000011 +source +police ", shares.stdout, re.MULTILINE)

    told = safeguarding(demonstration_home, "explain", "R10", "--period-end", "2017-03-31", "--receipts")
    assert "No receipts" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("X99", "--period-end", "2017-03-31"), "No figure X99 at 2017-03-31: found no such code"),
        (
            ("R01", "--period-end", "2017-03-30"),
            "No figure R01 at 2017-03-30, as no period of it ends then; the nearest that do: 2017-01-31 (month); "
            "2017-02-28 (month); 2017-03-31 (financial year, month, quarter); 2017-04-30 (month); 2017-05-31 (month).",
        ),
        (("R01", "--period-end", "31/03/2017"), "expected a date such as 2017-03-31"),
        (("R02", "--period-end", "2017-03-31", "--breakdown", "sex"), "found no such breakdown, expected one of total"),
    ],
)
def test_what_cannot_be_explained_is_said_in_one_sentence(
    demonstration_home: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = safeguarding(demonstration_home, "explain", *arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


# ------------------------------------------------------------------------------------------- missing is a row that says


def test_every_indicator_period_and_area_since_april_2012_has_a_row_with_a_status_of_the_closed_list(
    demonstration_home: Path,
) -> None:
    indicators = {version_of(row): row for row in seed("indicators")}
    periods = seed("periods")
    expected = {
        (*version_of(row), HOME, row["period_type"], date.fromisoformat(period["period_end"]))
        for row in seed("indicator_periods")
        for period in periods
        if period["period_type"] == row["period_type"]
        and date.fromisoformat(period["period_start"]) >= date(2012, 4, 1)
        and date.fromisoformat(period["period_end"]) <= DEMONSTRATION_AS_OF
        and indicators[version_of(row)]["valid_from"] <= period["period_end"]
        and period["period_end"] <= (indicators[version_of(row)]["valid_to"] or "9999-12-31")
    }
    found = figures(demonstration_home / "published" / "analyst.duckdb")
    assert {key[:5] for key in found} == expected
    assert {shown[SHOWN.index("status")] for shown in found.values()} <= STATUSES
    framework = {code for (code, _), row in indicators.items() if row["framework_name"]}
    assert len(framework) == 38
    assert framework <= {key[0] for key in found}
    without_number = [s for s in found.values() if s[SHOWN.index("value")] is None]
    assert [s for s in without_number if not s[SHOWN.index("status_reason")]] == []


def test_every_feed_has_a_row_for_every_period_of_its_cadence_and_the_years_that_are_signed_off(
    demonstration_home: Path,
) -> None:
    found = feed_statuses(demonstration_home / "published" / "analyst.duckdb")
    expected = {
        (HOME, feed["feed"], period_type, date.fromisoformat(period["period_end"]))
        for feed in feeds_that_figures_read()
        for period_type in {feed["period_type"], *(["financial_year"] if feed["annual_due_days"] else [])}
        for period in seed("periods")
        if period["period_type"] == period_type
        and date.fromisoformat(period["period_start"]) >= date(2012, 4, 1)
        and date.fromisoformat(period["period_end"]) <= DEMONSTRATION_AS_OF
    }
    assert found.keys() == expected
    # The month of contacts that the demonstration never sends, and one that came after its day.
    months = (HOME, "contacts", "month")
    assert found[(*months, date(2015, 12, 31))] == ("late", "Due on 15 January 2016 and has not come.", None)
    assert found[(*months, date(2015, 11, 30))] == ("received", None, "final")
    assert found[(*months, date(2017, 8, 31))] == ("received", None, "final")
    assert found[(HOME, "ssda903", "month", date(2017, 6, 30))] == ("received", None, "provisional")
    assert found[(HOME, "ssda903", "financial_year", date(2017, 3, 31))] == ("received", None, "final")
    late = ("late", "Due on 30 July 2017 and has not come.", None)
    assert found[(HOME, "camhs", "quarter", date(2017, 6, 30))] == late
    board = demonstration_home / "published" / "board.duckdb"
    with duckdb.connect() as con:
        con.execute(f"attach '{board}' as published (read_only)")
        [(shown,)] = con.execute("select count(*) from published.board.fct_feed_status").fetchall()
    assert shown == len(expected)


def test_how_many_feeds_are_in_is_one_query_of_the_documentation(demonstration_home: Path) -> None:
    sql = documented("feeds_in").replace("data/published", str(demonstration_home / "published"))
    with duckdb.connect() as con:
        con.execute(f"attach '{demonstration_home}/published/analyst.duckdb' as analyst (read_only)")
        [(feeds_in, feeds)] = con.execute(sql).fetchall()
    assert feeds_in == feeds == len(feeds_that_figures_read())


def test_every_query_of_the_documentation_runs(golden_home: Path) -> None:
    earlier, later = two_releases(golden_home)
    with duckdb.connect() as con:
        for block in documented_sql():
            sql = block.replace("data/published", str(golden_home / "published"))
            con.execute(sql.replace("EARLIER", earlier).replace("LATER", later))
    assert len(documented_sql()) >= 3
