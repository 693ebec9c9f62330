"""The edge of every rule with a date in it: on which day a child, plan or case begins to count, and ceases to.

Belongs here: asking what real dbt made of the cases (date_rule_cases.py), and the date macros against Python's own
calendar. Does not belong here: how rows are written (rules_by_hand.py), and rules without a date (test_figures.py).
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from . import date_rule_cases, police_and_early_help_cases, school_and_health_cases
from .conftest import dbt
from .date_rule_cases import NO, OUT, WORDS, YES, Case, Figure, both
from .rules_by_hand import person_key, write_warehouse

Con = duckdb.DuckDBPyConnection
_MODULES = (date_rule_cases, police_and_early_help_cases, school_and_health_cases)
CASES = [case for module in _MODULES for case in module.CASES]
FIGURES = [figure for module in _MODULES for figure in module.FIGURES]
PEOPLE = [child for module in _MODULES for child in module.PEOPLE]

MONTHS = (1, 3, 6, 12, 24, 30)
YEARS = (1, 5, 16, 18)
MACROS = {f"{months} months": f"first_day_after_months('calendar_date', {months})" for months in MONTHS} | {
    f"{years} years": f"birthday('calendar_date', {years})" for years in YEARS
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose warehouse holds every case, built once by real dbt as far as the figures."""
    home = tmp_path_factory.mktemp("date_rules")
    write_warehouse(home / "warehouse.duckdb", [*(one.child for one in CASES), *PEOPLE])
    done = dbt(
        home,
        "build",
        "--select",
        "resource_type:seed",
        "+fct_indicator_value",
        "--exclude-resource-type",
        "unit_test",
        "--indirect-selection",
        "cautious",
    )
    assert done.returncode == 0, done.stdout
    return home


@pytest.fixture(scope="module")
def compiled(home: Path) -> str:
    """SQL over every day of 2015 to 2017 with the macros of the project in it."""
    shown = ", ".join(f'{{{{ {macro} }}}} as "{name}"' for name, macro in MACROS.items())
    done = dbt(
        home,
        "--quiet",
        "compile",
        "--output",
        "json",
        "--inline",
        f"select calendar_date, {shown} from {{{{ ref('int_calendar__days') }}}}"
        " where calendar_date between date '2015-01-01' and date '2017-12-31'",
    )
    assert done.returncode == 0, done.stdout
    return str(json.loads(done.stdout)["compiled"])


@pytest.fixture(scope="module")
def con(home: Path, compiled: str) -> Iterator[Con]:
    """The warehouse once dbt has done with it: `compiled` comes first because dbt locks the file."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def answer(con: Con, case: Case, day: str) -> str:
    """What the membership says of the child at the day, in the version of the definition that holds then."""
    rows = con.execute(
        f"""
        select members.in_numerator, members.in_denominator, members.is_assessable, {case.by or "null"} as shown
        from intermediate.int_indicator__membership as members
        inner join reference.indicators as indicators using (indicator_code, definition_version)
        where
            members.indicator_code = $indicator and members.person_key = $person and members.area_code = $area
            and members.from_date <= $day and coalesce(members.to_date, date '9999-12-31') > $day
            and $day between coalesce(indicators.valid_from, date '1900-01-01')
            and coalesce(indicators.valid_to, date '9999-12-31')
        """,
        {
            "indicator": case.indicator,
            "person": person_key(case.child.name),
            "area": case.area,
            "day": date.fromisoformat(day),
        },
    ).fetchall()
    if case.by:
        return both(*(f"{row[3]:.0f}" if isinstance(row[3], Decimal) else str(row[3]) for row in rows)) or OUT
    return both(*(WORDS[row[0], row[1], row[2]] for row in rows)) or OUT


@pytest.mark.parametrize(
    ("case", "day", "expected"),
    [
        pytest.param(case, day, expected, id=f"{case.indicator}-{case.says}-{day}-{expected}")
        for case in CASES
        for day, expected in case.answers.items()
    ],
)
def test_a_case_is_in_an_indicator_from_its_first_day_to_its_last(
    con: Con, case: Case, day: str, expected: str
) -> None:
    assert answer(con, case, day) == expected


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: f"{figure.indicator}-{figure.says}")
def test_a_figure_has_in_it_what_belongs_to_its_period(con: Con, figure: Figure) -> None:
    found = con.execute(
        """
        select numerator, denominator, cases_not_assessable, value, status
        from marts.fct_indicator_value
        where
            indicator_code = ? and definition_version = ? and area_code = ? and period_type = ? and period_end = ?
            and breakdown = ? and breakdown_value = ?
        """,
        [
            figure.indicator, figure.version, figure.area, figure.period_type, date.fromisoformat(figure.period_end),
            *figure.breakdown,
        ],
    ).fetchall()  # fmt: skip
    value = None if figure.value is None else Decimal(figure.value)
    assert found == [(figure.numerator, figure.denominator, figure.not_assessable, value, figure.status)]


def test_the_coordinator_is_asked_about_a_repeat_without_a_referral_in_the_twelve_months_before(
    home: Path, con: Con
) -> None:
    (check,) = (home / "dbt" / "target" / "compiled").rglob("assert_a_marac_repeat_has_an_earlier_referral.sql")
    found = con.execute(
        f"""
        select cases.person_key
        from ({check.read_text()}) as asked
        inner join staging.stg_marac__cases as cases using (submission_id, table_name, row_number)
        where cases.referral_date is not null
        """
    ).fetchall()
    expected = {(mark, before) for (mark, before), asked in police_and_early_help_cases.ASKED.items() if asked}
    assert sorted(key for (key,) in found) == sorted(
        person_key(f"marked {mark} after {before}") for mark, before in expected
    )


def test_the_police_are_asked_about_a_match_without_its_number_and_a_number_without_its_match(
    home: Path, con: Con
) -> None:
    (check,) = (home / "dbt" / "target" / "compiled").rglob("assert_a_match_and_its_number_agree.sql")
    rows = con.execute(f"select table_name, count(*) from ({check.read_text()}) as asked group by all").fetchall()
    told = [row for child in (*(one.child for one in CASES), *PEOPLE) for row in child.records]
    expected = Counter(
        record.table
        for record in told
        if "match_status" in record.row and (record.row["match_status"] == "MATCHED") != bool(record.row["lcs_id"])
    )
    assert dict(rows) == dict(expected)
    assert set(expected) == {"missing_episodes", "domestic_abuse_referrals"}


def test_every_case_is_a_child_of_its_own_and_every_one_is_asked_of_the_days_on_both_sides_of_an_edge() -> None:
    names = [one.child.name for one in CASES] + [child.name for child in PEOPLE]
    assert len(set(names)) == len(names)
    asked: dict[str, set[str]] = defaultdict(set)
    for one in CASES:
        asked[one.indicator] |= set(one.answers.values())
    shares = {"S02", "S02b", "S03", "S04b", "S04c", "S05", "S06", "R07b", "A06", "W01", "W02"}
    shares |= {"A09", "A09b", "A10", "A10b", "A11", "A11b", "W06"}
    shares |= {"R06j", "R06k", "R06l", "R06n", "A08f", "A13e", "R09", "S06b"}
    assert [code for code in sorted(shares) if not {YES, NO} <= asked[code]] == []
    assert [code for code in sorted(asked) if len(asked[code]) < 2] == ["A12b"]


# ------------------------------------------------------------------------------------------------------ months and ages


def months_before(day: date, months: int) -> date:
    """The day `months` calendar months earlier; the month's last where it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def age(day: date, born: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@pytest.fixture(scope="module")
def moved(con: Con, compiled: str) -> dict[str, dict[date, date]]:
    """Each day of 2015 to 2017 as each of MACROS moves it."""
    rows = con.execute(compiled).fetchall()
    assert len(rows) == 365 + 366 + 365
    return {name: {row[0]: row[place] for row in rows} for place, name in enumerate(MACROS, start=1)}


@pytest.mark.parametrize("months", MONTHS)
def test_the_first_day_after_months_is_the_first_from_which_so_many_months_lead_back_to_the_date_or_later(
    moved: dict[str, dict[date, date]], months: int
) -> None:
    for day, found in moved[f"{months} months"].items():
        candidate = day
        while months_before(candidate, months) < day:
            candidate += timedelta(days=1)
        assert found == candidate, (day, months)


@pytest.mark.parametrize("years", YEARS)
def test_a_birthday_is_the_first_day_of_an_age(moved: dict[str, dict[date, date]], years: int) -> None:
    for born, found in moved[f"{years} years"].items():
        assert (age(found, born), age(found - timedelta(days=1), born)) == (years, years - 1), born


def test_working_days_are_counted_up_by_one_on_each_day_that_is_neither_weekend_nor_bank_holiday(con: Con) -> None:
    holidays = {day for (day,) in con.execute("select holiday_date from reference.bank_holidays").fetchall()}
    rows = con.execute(
        "select calendar_date, is_working_day, working_days_to_date from intermediate.int_calendar__days order by 1"
    ).fetchall()
    counted = 0
    for place, (day, is_working_day, working_days) in enumerate(rows):
        assert day == rows[0][0] + timedelta(days=place)
        assert is_working_day == (day.weekday() < 5 and day not in holidays)
        counted += is_working_day
        assert working_days == counted
