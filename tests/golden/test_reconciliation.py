"""The demonstration at full size beside the published figures: difference 0 for every fact that it was fitted to.

Belongs here: the comparison and the page that shows it (docs/reconciliation.md). With UPDATE_RECONCILIATION=1 the test
writes the page, otherwise it compares it. Does not belong here: whether a rule is right. The children were invented to
meet these facts, so a difference means that the path lost or counted twice something on its way; the rules are
questioned by the cases worked by hand beside this file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT_ROOT
from orchestration.synthetic.calibration import CALIBRATION, Fact, facts, facts_of_partners

PAGE = PROJECT_ROOT / "docs" / "reconciliation.md"
HOME = "E06000011"
# The marts begin with April 2012: what the partners tell of the years before is in no figure.
OF_PARTNERS = tuple(fact for fact in facts_of_partners() if fact.year_ending > 2012)
FACTS = (*facts(), *OF_PARTNERS)
# Not signed off by the replay's clock: conceptions of 2016 came out in 2018.
PROVISIONAL = {("conceptions_rate", 2016)}
# What the Board's data set asks to be met, by year; the file has more.
ASKED_FOR = {
    2015: {"looked_after_12_months", "health_assessed"},
    2016: {
        "looked_after", "looked_after_rate", "plans_open", "plans_open_rate", "cases_open",
        "cases_open_over_3_to_6_months", "cases_open_3_to_6_months_pct", "referrals", "re_referrals",
        "re_referrals_pct", "plans_started", "plans_started_again", "plans_reviewable", "plans_reviewed_on_time",
        "conferences", "conferences_rate", "enquiries", "enquiries_rate", "missing_children", "missing_incidents",
        "looked_after_12_months", "health_assessed", "adopted", "cases_open_rate", "injuries", "children_under_15",
        "injuries_rate", "conceptions_rate", "first_time_entrants_rate",
    },
    2017: {
        "looked_after", "looked_after_rate", "plans_open", "plans_open_rate", "cases_open", "cases_open_rate",
        "cases_open_over_3_to_6_months", "referrals", "re_referrals", "re_referrals_pct", "plans_started",
        "plans_started_again", "plans_ended", "plans_ended_2_years", "plans_reviewable", "plans_reviewed_on_time",
        "conferences", "conferences_rate", "enquiries", "enquiries_rate", "missing_children", "missing_incidents",
        "looked_after_12_months", "health_assessed", "adopted", "injuries", "children_under_15",
        "first_time_entrants_rate", "exclusions_fixed", "pupils_secondary", "exclusions_fixed_pct",
        "exclusions_permanent",
    },
}  # fmt: skip

Key = tuple[str, int]


@dataclass(frozen=True)
class Found:
    """What the marts say of one fact."""

    said: Decimal
    not_assessable: Decimal
    finality: str
    name: str
    breakdown_name: str


@pytest.fixture(scope="session")
def found(full_home: Path) -> dict[Key, Found]:
    sql = """
        select
            figures.numerator, figures.denominator, figures.value, figures.cases_not_assessable, figures.finality,
            indicators.display_name, breakdowns.value_name
        from marts.fct_indicator_value as figures
        inner join marts.dim_indicator as indicators using (indicator_code, definition_version)
        left join marts.dim_breakdown as breakdowns
            on figures.breakdown = breakdowns.breakdown and figures.breakdown_value = breakdowns.breakdown_value
        where
            indicator_code = ? and figures.area_code = ? and figures.period_type = ? and figures.period_end = ?
            and figures.breakdown = ? and figures.breakdown_value = ?
        """
    answers = {}
    with duckdb.connect(str(full_home / "published" / "analyst.duckdb"), read_only=True) as con:
        for fact in FACTS:
            rows = con.execute(
                sql,
                [
                    fact.indicator_code, HOME, fact.period_type, fact.period_end,
                    fact.breakdown, fact.breakdown_value,
                ],
            ).fetchall()  # fmt: skip
            assert len(rows) == 1, (fact, rows)
            numerator, denominator, value, not_assessable, finality, name, breakdown_name = rows[0]
            said = {"numerator": numerator, "denominator": denominator, "value": value}[fact.part]
            assert said is not None, fact
            answers[fact.fact, fact.year_ending] = Found(said, not_assessable, finality, name, breakdown_name or "")
    return answers


def test_every_fact_that_was_published_is_what_the_marts_say(found: dict[Key, Found]) -> None:
    published = {(fact.fact, fact.year_ending): fact.value for fact in FACTS}
    differences = {key: (published[key], one.said) for key, one in found.items() if one.said != published[key]}
    assert differences == {}


def test_no_case_behind_a_fact_is_left_out_as_not_assessable_and_every_figure_is_final(
    found: dict[Key, Found],
) -> None:
    assert {key: one for key, one in found.items() if one.not_assessable} == {}
    assert {key for key, one in found.items() if one.finality != "final"} == PROVISIONAL


def test_the_facts_that_the_board_asks_for_are_all_there() -> None:
    there = {(fact.year_ending, fact.fact) for fact in FACTS}
    assert {(year, name) for year, names in ASKED_FOR.items() for name in names} <= there
    assert len(there) == len(FACTS) > 230


def test_no_model_and_no_seed_reads_the_facts_that_the_sample_is_fitted_to() -> None:
    roots = [PROJECT_ROOT / "dbt_project", PROJECT_ROOT / "seeds", PROJECT_ROOT / "orchestration" / "assets"]
    files = [path for root in roots for path in root.rglob("*") if path.suffix in (".sql", ".yml", ".csv", ".py")]
    readers = [path for path in files if "target" not in path.parts and CALIBRATION.stem in path.read_text("utf-8")]
    assert readers == []
    assert len(files) > 200


def test_the_page_shows_what_was_found(found: dict[Key, Found]) -> None:
    page = written(found)
    if os.environ.get("UPDATE_RECONCILIATION"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, "Run this test with UPDATE_RECONCILIATION=1 and read the change."


def written(found: dict[Key, Found]) -> str:
    """The page: one table a year, in the order of the facts."""
    lines = [
        "<!-- Written by tests/golden/test_reconciliation.py with UPDATE_RECONCILIATION=1. Do not edit. -->",
        "",
        "# The demonstration beside the published figures",
        "",
        "**The children behind these figures are invented, and they were invented to fit.** `safeguarding sample` is "
        "fitted to the facts in `orchestration/synthetic/calibration.csv`: what the Department for Education published "
        "for East Riding of Yorkshire. Each line below says what the warehouse makes of the returns that were written, "
        "by its own rules and without having seen the facts. That the difference is 0 proves that the whole path, from "
        "return to published figure, carries them through unharmed: late records, corrections, provisional returns and "
        "a forgotten one included. It does not prove that a rule is right; the cases worked by hand in `tests/golden` "
        "and `tests/dbt` do.",
        "",
        "What was suppressed when published is not a fact and not in this list; the sample holds a number that the "
        "suppressed cell may hide. Not in it either are figures that no set of children can meet all at once: the "
        "open cases, started and ended episodes of a year do not add up (1,953 open on 31 March 2016, 2,942 started "
        "and 2,986 ended in the year make 1,909, published are 1,894), so the durations of ended cases are left to "
        "follow. So are the plans that ended before April 2015 (132 open, 228 started and 175 open a year later "
        "make 185 ended, published are 190).",
        "",
        f"{len(found)} facts, {sum(1 for fact in FACTS if found[_key(fact)].said != fact.value)} differences.",
    ]
    for year in sorted({fact.year_ending for fact in facts()}):
        lines += _table(f"Year ending 31 March {year}", [fact for fact in facts() if fact.year_ending == year], found)
    lines += [
        "",
        "## What the other agencies tell",
        "",
        "Fitted to `orchestration/synthetic/calibration_partners.csv`, in the period that each was published for. "
        "First time entrants are taken as of the 12 months to March. Conceptions of 2016 came out in March 2018: the "
        "demonstration has them as provisional.",
    ]
    for year in sorted({fact.year_ending for fact in OF_PARTNERS}):
        lines += _table(
            f"Periods that end in {year}", [fact for fact in OF_PARTNERS if fact.year_ending == year], found
        )
    sources = sorted({fact.source.split(", table ")[0] for fact in FACTS})
    lines += ["", "Sources: " + "; ".join(sources) + "."]
    return "\n".join(lines) + "\n"


def _table(heading: str, shown: Sequence[Fact], found: dict[Key, Found]) -> list[str]:
    lines = [
        "",
        f"## {heading}",
        "",
        "| indicator | | published | the marts say | difference |",
        "|---|---|---:|---:|---:|",
    ]
    for fact in shown:
        one = found[_key(fact)]
        lines.append(
            f"| {fact.indicator_code} {one.name} | {_which(fact, one)} | {_number(fact.value)} | {_number(one.said)} "
            f"| {_number(one.said - fact.value)} |"
        )
    return lines


def _which(fact: Fact, one: Found) -> str:
    if fact.breakdown != "total":
        return one.breakdown_name
    return _PER.get(fact.indicator_code, _PARTS[fact.part, fact.unit])


_PER = {"A14b": "per 100,000", "R11": "per 1,000"}
_PARTS = {
    ("numerator", "count"): "counted",
    ("denominator", "count"): "of all",
    ("value", "percent"): "per cent",
    ("value", "rate"): "per 10,000",
}


def _key(fact: Fact) -> Key:
    return fact.fact, fact.year_ending


def _number(value: Decimal) -> str:
    whole = value == value.to_integral_value()
    return f"{int(value):,}" if whole else f"{value.normalize():,f}"
