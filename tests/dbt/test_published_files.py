"""The official files, whole, through the models: their own sums come out exactly, and comparisons read them.

Each recomputation is done here, in decimals and half up, from the counts that the models give.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.benchmarks import seed_texts
from orchestration.ingest.load import LoadOutcome
from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse import connect

from .by_hand import HOME, write_warehouse
from .conftest import dbt
from .published_files import load_published

Con = duckdb.DuckDBPyConnection

YEARLY_FIGURES = "breakdown = 'total' and period_type = 'financial_year'"


@dataclass(frozen=True)
class Whole:
    """A built home with the official files in force, and what became of each delivery."""

    home: Path
    outcomes: dict[str, LoadOutcome]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Whole:
    home = tmp_path_factory.mktemp("published")
    write_warehouse(home / "warehouse.duckdb")
    outcomes = load_published(home, shared)
    marts = dbt(home, "build", "--exclude", "path:models/board", "--exclude-resource-type", "unit_test")
    assert marts.returncode == 0, marts.stdout
    return Whole(home, outcomes)


@pytest.fixture
def files(whole: Whole) -> Iterator[Con]:
    with duckdb.connect(str(whole.home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def half_up(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


# -- loading -----------------------------------------------------------------------------------------------------------


def test_every_row_of_the_official_files_is_accounted_for(whole: Whole) -> None:
    counts = {
        feed: (o.status, o.rows_received, o.rows_accepted, o.rows_quarantined) for feed, o in whole.outcomes.items()
    }

    # The two quarantined rows are the headings "Old SNs:" within the workbooks of neighbours.
    assert counts == {
        "dfe_cin": ("accepted", 30_488, 30_488, 0),
        "dfe_cla": ("accepted", 22_545, 22_545, 0),
        "exclusions": ("accepted", 7_122, 7_122, 0),
        "fingertips": ("accepted", 14_055, 14_055, 0),
        "lait": ("accepted", 642_007, 642_005, 2),
    }


def test_published_files_say_england_their_years_and_that_they_are_of_no_child(whole: Whole) -> None:
    assert {(o.area_code, o.is_synthetic, o.envelope_inferred) for o in whole.outcomes.values()} == {
        ("E92000001", False, False)
    }
    windows = {feed: (str(o.period_start), str(o.period_end)) for feed, o in whole.outcomes.items()}
    assert windows["dfe_cla"] == ("2020-04-01", "2025-03-31")


def test_no_figure_is_awaited_from_a_published_file(files: Con) -> None:
    assert files.execute("select count(*) from marts.fct_indicator_value where area_code = 'E92000001'").fetchall() == [
        (0,)
    ]


def test_the_rows_that_no_figure_can_read_are_counted(files: Con) -> None:
    kept_out = files.execute(
        "select source, reason_code, sum(rows_kept_out) from intermediate.int_benchmark__kept_out"
        " group by all order by all"
    ).fetchall()

    # Year 0: all rows of one measure. Of 3,771 rows an area: Inner and Outer London, but their two with year 0.
    # Exclusions: Inner and Outer London in 11 years and 4 types, two counties that ended in 2009, two rows of no area.
    assert kept_out == [
        ("dfe_cin", "area_not_in_list", 2 * (15 * 12 - 6)),
        ("dfe_cla", "area_not_in_list", 270),
        ("exclusions", "area_not_in_list", 2 * 11 * 4 + 2 * 3 * 4 + 2),
        ("lait", "area_not_in_list", 2 * 3_771 - 2),
        ("lait", "no_year", 170),
    ]


def test_names_that_the_dictionary_tells_twice_do_not_double_a_figure(files: Con) -> None:
    twice = "from raw.raw_published__lait__measures group by submission_id, short_name having count(*) > 1"
    assert len(files.execute(f"select short_name {twice}").fetchall()) == 14
    # One series reads such a name; each of its rows is one figure's, and of one release.
    read = files.execute(
        f"""
        select count(*), count(distinct (parts.submission_id, parts.row_number, parts.breakdown_value, parts.role))
        from intermediate.int_benchmark__parts as parts
        inner join reference.benchmark_series as series using (series_code, breakdown_value, role)
        where parts.source = 'lait' and series.item in (select short_name {twice})
        """
    ).fetchall()
    assert read == [(1_512, 1_512)]


# -- recomputing the published figures --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("series", "places", "expected"),
    [
        ("cin_plans_subsequent", 1, 1_774),
        ("cin_plans_reviewed", 1, 1_784),
        ("cin_re_referrals", 1, 1_795),
        ("cin_plans_ended_2_years", 1, 1_448),
        ("cin_duration_open", 1, 1_798),
        ("exclusions_fixed_period_pct", 2, 1_641),
        ("exclusions_permanent_pct", 2, 1_589),
    ],
)
def test_published_percentages_are_their_counts_half_up(files: Con, series: str, places: int, expected: int) -> None:
    rows = files.execute(
        """
        select numerator, denominator, value
        from marts.fct_benchmark_value
        inner join marts.dim_area using (area_code)
        where series_code = ? and area_type = 'local_authority' and breakdown = 'total'
            and numerator is not null and denominator > 0 and value is not null
        """,
        [series],
    ).fetchall()

    assert len(rows) == expected
    assert [row for row in rows if half_up(100 * row[0] / row[1], places) != row[2]] == []


def test_plan_rates_divide_by_the_population_of_the_mid_year_before(files: Con) -> None:
    query = """
        select benchmark.numerator, estimate.population, benchmark.value
        from marts.fct_benchmark_value as benchmark
        inner join marts.dim_area using (area_code)
        inner join staging.stg_published__populations as estimate
            on benchmark.area_code = estimate.area_code and year(benchmark.period_end) - ? = estimate.mid_year
        where benchmark.series_code = 'cin_open_plans_rate' and area_type = 'local_authority'
            and benchmark.numerator is not null and benchmark.value is not null
        """

    def exact(years_before: int) -> tuple[int, int]:
        rows = files.execute(query, [years_before]).fetchall()
        return sum(half_up(10_000 * row[0] / row[1], 1) == row[2] for row in rows), len(rows)

    assert exact(1) == (1_783, 1_783)
    assert exact(0) == (176, 1_627)


def test_looked_after_rates_are_whole_numbers_half_up_of_the_population_beside_them(files: Con) -> None:
    rows = files.execute(
        """
        select numerator, denominator, value
        from marts.fct_benchmark_value
        inner join marts.dim_area using (area_code)
        where series_code = 'cla_looked_after_rate' and area_type = 'local_authority'
            and numerator is not null and denominator > 0 and value is not null
        """
    ).fetchall()

    assert len(rows) == 755
    assert [row for row in rows if half_up(10_000 * row[0] / row[1], 0) != row[2]] == []


# -- facts -------------------------------------------------------------------------------------------------------------

EAST_RIDING = [
    # series, year, numerator, denominator, value, status
    ("lait_looked_after", 2016, 260, None, "260", "published"),
    ("lait_looked_after", 2017, 287, None, "287", "published"),
    ("lait_looked_after_rate", 2016, None, None, "41", "published"),
    ("lait_looked_after_rate", 2017, None, None, "46", "published"),
    ("cin_open_plans", 2016, 216, None, "216", "published"),
    ("cin_open_plans", 2017, 214, None, "214", "published"),
    ("cin_open_plans_rate", 2016, 216, None, "34.7", "published"),
    ("cin_open_plans_rate", 2017, 214, None, "34.5", "published"),
    ("cin_duration_open", 2016, 258, 1953, "13.2", "published"),
    ("cin_section47", 2016, 563, None, "563", "published"),
    ("cin_section47", 2017, 800, None, "800", "published"),
    ("cin_section47_rate", 2016, 563, None, "90.6", "published"),
    ("cin_section47_rate", 2017, 800, None, "129.0", "published"),
    ("cin_conferences", 2016, 289, None, "289", "published"),
    ("cin_conferences", 2017, 299, None, "299", "published"),
    ("cin_conferences_rate", 2016, 289, None, "46.5", "published"),
    ("cin_conferences_rate", 2017, 299, None, "48.2", "published"),
    ("cin_open_cases_rate", 2016, 1953, None, "314.2", "published"),
    ("cin_open_cases_rate", 2017, 1894, None, "305.4", "published"),
    ("cin_re_referrals", 2016, 477, 2806, "17.0", "published"),
    ("cin_re_referrals", 2017, 627, 3156, "19.9", "published"),
    ("cin_plans_subsequent", 2016, 34, 259, "13.1", "published"),
    ("cin_plans_subsequent", 2017, 50, 267, "18.7", "published"),
    ("cin_plans_reviewed", 2016, 145, 148, "98.0", "published"),
    ("cin_plans_reviewed", 2017, 136, 137, "99.3", "published"),
    ("cin_plans_ended_2_years", 2016, None, None, None, "suppressed"),
    ("cin_plans_ended_2_years", 2017, 8, 269, "3.0", "published"),
    ("lait_adopted", 2016, 24, None, "24", "published"),
    ("lait_adopted", 2017, 8, None, "8", "published"),
    ("lait_under_18_conceptions_rate", 2016, None, None, "14.4", "published"),
    ("lait_under_18_conceptions_rate", 2017, None, None, "13.5", "published"),
    ("lait_injury_admissions_rate", 2016, None, None, "101.62", "published"),
    ("lait_injury_admissions_rate", 2017, None, None, "99.53", "published"),
    ("lait_first_time_entrants_rate", 2016, None, None, "185", "published"),
    ("lait_first_time_entrants_rate", 2017, None, None, "271", "published"),
    ("lait_suspensions_pct", 2017, None, None, "6.87043", "published"),
    ("exclusions_fixed_period_pct", 2017, 1333, 19_402, "6.87", "published"),
    ("exclusions_permanent", 2017, 26, None, "26", "published"),
    ("exclusions_permanent_pct", 2017, 26, 19_402, "0.13", "published"),
    ("fingertips_injury_admissions_rate", 2016, 515, 50_681, "101.61599", "published"),
    ("fingertips_injury_admissions_rate", 2017, 505, 50_737, "99.53289", "published"),
]


@pytest.mark.parametrize(
    ("series", "year", "numerator", "denominator", "value", "status"),
    EAST_RIDING,
    ids=[f"{row[0]} {row[1]}" for row in EAST_RIDING],
)
def test_east_riding_is_as_published(
    files: Con, series: str, year: int, numerator: int | None, denominator: int | None, value: str | None, status: str
) -> None:
    ((found, told_status, told_numerator, told_denominator),) = files.execute(
        """
        select value, status, numerator, denominator
        from marts.fct_benchmark_value
        where area_code = ? and series_code = ? and year(period_end) = ? and breakdown = 'total'
        """,
        [HOME, series, year],
    ).fetchall()

    assert (found, told_status) == (None if value is None else Decimal(value), status)
    assert told_numerator == numerator
    if denominator is not None:
        assert told_denominator == denominator


def test_england_s_first_time_entrants_are_flagged_and_never_preferred(files: Con) -> None:
    flagged = files.execute(
        """
        select distinct status, is_preferred
        from marts.fct_benchmark_value
        where series_code = 'lait_first_time_entrants_rate' and area_code = 'E92000001'
        """
    ).fetchall()

    assert flagged == [("low_reliability", False)]


def test_authorities_under_codes_that_they_no_longer_had_are_found_by_their_number(files: Con) -> None:
    # Northumberland and Gateshead in table C4 up to 2019.
    years = files.execute(
        "select area_code, count(*) from marts.fct_benchmark_value where series_code = 'cin_section47'"
        " and area_code in ('E06000057', 'E08000037') group by all order by all"
    ).fetchall()

    assert years == [("E06000057", 12), ("E08000037", 12)]


def test_one_fact_of_several_sources_is_kept_with_each_and_preferred_once(files: Con) -> None:
    told = files.execute(
        "select source, value, is_preferred from marts.fct_benchmark_value where indicator_code = 'R04'"
        f" and area_code = ? and period_end = '2017-03-31' and {YEARLY_FIGURES} order by source",
        [HOME],
    ).fetchall()

    assert told == [("dfe_cin", Decimal("34.5"), True), ("lait", Decimal("34.5"), False)]
    twice = files.execute(
        "select count(*) from (select 1 from marts.fct_benchmark_value where is_preferred"
        " group by indicator_code, area_code, period_type, period_end, breakdown, breakdown_value having count(*) > 1)"
    ).fetchall()
    assert twice == [(0,)]


def test_a_status_has_no_number_and_no_text_is_left_unread(files: Con) -> None:
    assert files.execute(
        "select count(*) from intermediate.int_benchmark__parts where (status is null) = (number_told is null)"
    ).fetchall() == [(0,)]
    assert files.execute(
        "select count(*) from intermediate.int_benchmark__parts where status = 'failed_quality'"
    ).fetchall() == [(0,)]


def test_every_series_of_the_seed_reads_something(files: Con) -> None:
    silent = files.execute(
        """
        select distinct series.series_code, series.breakdown_value
        from reference.benchmark_series as series
        left join marts.fct_benchmark_value as benchmark using (series_code, breakdown_value)
        where benchmark.value is null
        except
        select series_code, breakdown_value from marts.fct_benchmark_value where value is not null
        """
    ).fetchall()

    assert silent == []


# -- neighbours, and the seeds that ship ------------------------------------------------------------------------------


def test_both_lists_of_neighbours_are_read_with_their_dates(files: Con) -> None:
    lists = files.execute(
        "select list_version, count(*), max(rank) from marts.dim_neighbour where area_code = ?"
        " group by all order by all",
        [HOME],
    ).fetchall()
    nearest = files.execute(
        "select list_version, area_name from marts.dim_neighbour as n inner join marts.dim_area as a"
        " on n.neighbour_code = a.area_code where n.area_code = ? and rank = 1 order by 1",
        [HOME],
    ).fetchall()

    assert lists == [("2021-04", 10, 10), ("2025-05", 10, 10)]
    assert nearest == [("2021-04", "Cheshire West and Chester"), ("2025-05", "Staffordshire")]


def test_the_seeds_that_ship_are_those_that_the_official_files_give(whole: Whole) -> None:
    with connect(whole.home / "warehouse.duckdb", read_only=True) as con:
        texts = seed_texts(con)

    assert set(texts) == {"benchmark_values.csv", "neighbours.csv"}
    for name, text in texts.items():
        assert (PROJECT_ROOT / "seeds" / name).read_text(encoding="utf-8") == text, f"{name} differs from the files"


def test_the_command_says_which_seed_differs(whole: Whole, tmp_path: Path) -> None:
    for name in ("benchmark_values.csv", "neighbours.csv"):
        text = (PROJECT_ROOT / "seeds" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text if name == "neighbours.csv" else text.replace(",214,", ",215,"))

    done = subprocess.run(
        [sys.executable, "-m", "orchestration.benchmarks", "--check", "--seeds", str(tmp_path)],
        env={**os.environ, "SAFEGUARDING_HOME": str(whole.home)},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stdout) == (1, "benchmark_values.csv: differs from the warehouse.\n")


# -- comparisons -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def ranked(whole: Whole, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home with two figures that have a good side (S05 low, W02 high) in place of whatever it had for them."""
    home = tmp_path_factory.mktemp("ranked")
    (home / "warehouse.duckdb").write_bytes((whole.home / "warehouse.duckdb").read_bytes())
    with connect(home / "warehouse.duckdb") as con:
        for code, polarity, value in (("S05", "L", "19.9"), ("W02", "H", "99.3")):
            con.execute("delete from reference.indicators where indicator_code = ?", [code])
            con.execute(
                "insert into reference.indicators by name select * replace (? as indicator_code, ? as polarity,"
                " null as comparison_code, 'percent' as unit) from reference.indicators where indicator_code = 'R04'",
                [code, polarity],
            )
            con.execute("delete from marts.fct_indicator_value where indicator_code = ?", [code])
            con.execute(
                "insert into marts.fct_indicator_value by name select * replace (? as indicator_code,"
                " cast(? as decimal(18, 6)) as value, 'published' as status, 'final' as finality)"
                f" from marts.fct_indicator_value where indicator_code = 'R04' and area_code = ? and {YEARLY_FIGURES}"
                " and period_end = '2017-03-31'",
                [code, value, HOME],
            )
        # Child protection plans of 2025, which the tool alone tells of, and of 2026, which nobody tells of yet.
        con.execute(
            "insert into marts.fct_indicator_value by name select figures.* replace (ends.period_end as period_end)"
            " from marts.fct_indicator_value as figures,"
            " (values (date '2025-03-31'), (date '2026-03-31')) as ends(period_end)"
            f" where indicator_code = 'R04' and area_code = ? and {YEARLY_FIGURES}"
            " and figures.period_end = '2017-03-31'",
            [HOME],
        )
    again = dbt(home, "run", "--select", "fct_benchmark_value", "fct_indicator_comparison")
    assert again.returncode == 0, again.stdout
    return home


@pytest.mark.parametrize(
    ("code", "series", "polarity"), [("S05", "cin_re_referrals", "L"), ("W02", "cin_plans_reviewed", "H")]
)
def test_a_figure_is_ranked_among_all_authorities(ranked: Path, code: str, series: str, polarity: str) -> None:
    with duckdb.connect(str(ranked / "warehouse.duckdb"), read_only=True) as con:
        ((rank, among, quartile, reason),) = con.execute(
            "select area_rank, areas_ranked, quartile, rank_reason from marts.fct_indicator_comparison"
            f" where indicator_code = ? and period_end = '2017-03-31' and {YEARLY_FIGURES}",
            [code],
        ).fetchall()
        values = [
            value
            for (value,) in con.execute(
                "select value from marts.fct_benchmark_value inner join marts.dim_area using (area_code)"
                " where series_code = ? and period_end = '2017-03-31' and area_type = 'local_authority'"
                " and value is not null",
                [series],
            ).fetchall()
        ]
        # DuckDB's own continuous quantile is the type-7 one.
        ((cuts,),) = con.execute(
            "select quantile_cont(v, [0.25, 0.5, 0.75]) from (select unnest(?::decimal(18,6)[]) as v)", [values]
        ).fetchall()
    own = Decimal("19.9") if code == "S05" else Decimal("99.3")
    better = sum(value < own if polarity == "L" else value > own for value in values)
    worse_cuts = sum(own > cut for cut in cuts) if polarity == "L" else sum(own < cut for cut in cuts)

    assert own in values
    assert (rank, among) == (better + 1, len(values))
    assert among > 140
    assert quartile == "ABCD"[worse_cuts]
    assert reason is None


def test_the_mean_of_the_neighbours_is_that_of_the_list_that_holds_for_the_period(ranked: Path) -> None:
    with duckdb.connect(str(ranked / "warehouse.duckdb"), read_only=True) as con:
        told = con.execute(
            "select cast(period_end as varchar), cast(comparator_period_end as varchar), neighbour_list,"
            " neighbours_with_value, neighbour_mean from marts.fct_indicator_comparison"
            " where indicator_code = 'R04' and area_code = ? and year(period_end) > 2024 order by 1",
            [HOME],
        ).fetchall()

    assert told == [
        ("2025-03-31", "2025-03-31", "2021-04", 10, Decimal("39.9")),
        ("2026-03-31", "2025-03-31", "2025-05", 10, Decimal("38.12")),
    ]


def test_a_neutral_figure_is_compared_and_not_ranked(files: Con) -> None:
    ((england, region, told, reason, rank),) = files.execute(
        "select england_value, region_value, neighbours_with_value, rank_reason, area_rank"
        " from marts.fct_indicator_comparison"
        f" where indicator_code = 'R04' and area_code = ? and period_end = '2017-03-31' and {YEARLY_FIGURES}",
        [HOME],
    ).fetchall()

    assert (england, region, told, rank) == (Decimal("43.8"), Decimal("43.3"), 10, None)
    assert reason == "Neither high nor low is good in itself: no rank and no quartile."


def test_a_count_is_compared_by_the_rate_that_stands_for_it(files: Con) -> None:
    count, rate = (
        files.execute(
            "select comparison_code, england_value, region_value, neighbour_mean, neighbour_median"
            " from marts.fct_indicator_comparison"
            f" where indicator_code = ? and area_code = ? and period_end = '2017-03-31' and {YEARLY_FIGURES}",
            [code, HOME],
        ).fetchall()
        for code in ("R03", "R04")
    )

    assert count == rate
    assert count[0][:2] == ("R04", Decimal("43.8"))


@pytest.mark.parametrize(
    ("code", "period_end", "of", "region", "england", "england_status"),
    [
        ("R10", "2017-03-31", "2017-03-31", "108.00696", "102.43376", "published"),
        ("W04", "2016-08-31", "2016-08-31", "13.63", "8.46", "published"),
        ("W05", "2016-08-31", "2016-08-31", "0.16", "0.17", "published"),
        ("R11", "2016-12-31", "2016-12-31", "22.0", "18.8", "published"),
        # The year to December stands for the quarters after it; England's rates are ten times too large.
        ("A14", "2017-03-31", "2016-12-31", "353", None, "low_reliability"),
    ],
)
def test_each_kind_of_year_finds_its_own_comparators(
    files: Con, code: str, period_end: str, of: str, region: str, england: str | None, england_status: str
) -> None:
    rows = files.execute(
        "select cast(comparator_period_end as varchar), region_value, england_value, england_status,"
        " neighbours_with_value >= 9 from marts.fct_indicator_comparison"
        " where indicator_code = ? and area_code = ? and period_end = ? and comparator_period_end is not null",
        [code, HOME, period_end],
    ).fetchall()

    assert rows == [(of, Decimal(region), None if england is None else Decimal(england), england_status, True)]


@pytest.mark.parametrize(
    "code", ["R06", "R08", "R09", "A01", "A02", "A03", "A04", "A08", "A13", "A15", "S04", "W01", "W06"]
)
def test_what_no_open_table_tells_says_so_in_its_own_words(files: Con, code: str) -> None:
    told = files.execute(
        "select distinct comparator_status, comparator_reason = reason from marts.fct_indicator_comparison"
        " inner join reference.no_comparators using (indicator_code) where indicator_code = ? and area_code = ?",
        [code, HOME],
    ).fetchall()

    assert told == [("no_comparator", True)]


# -- without any file -------------------------------------------------------------------------------------------------


def test_without_files_the_shipped_figures_give_region_england_and_neighbours_and_no_rank(con: Con) -> None:
    ((england, region, mean, told, list_used, rank, release),) = con.execute(
        "select england_value, region_value, neighbour_mean, neighbours_with_value, neighbour_list, area_rank,"
        " comparator_release from marts.fct_indicator_comparison"
        f" where indicator_code = 'R04' and area_code = ? and period_end = '2017-03-31' and {YEARLY_FIGURES}",
        [HOME],
    ).fetchall()

    assert (england, region, told, list_used, rank) == (Decimal("43.8"), Decimal("43.3"), 10, "2021-04", None)
    assert mean == Decimal("43.12")
    assert release == "Characteristics of children in need, 2024"
    assert con.execute("select count(*) from marts.fct_benchmark_value where is_whole_file").fetchall() == [(0,)]
