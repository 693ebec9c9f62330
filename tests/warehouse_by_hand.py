"""A small warehouse.duckdb written by hand from the published interface: no dbt, no ingest, a few dozen figures.

Belongs here: tables as the marts and the board schema must have them, with one release's figures. The figures of a
release are a function of its number, so that a reader can tell a mixed file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb

from orchestration.checks.results import CheckResult, record
from orchestration.settings import Settings
from orchestration.warehouse import connect, migrate

AREA = "E06000011"
RUN = "run-1"
AS_OF = datetime(2017, 6, 30, 9, 0, 0)
PASSED = tuple(
    CheckResult("soda", schema, "fct_indicator_value", "there are figures", "error", "passed")
    for schema in ("marts", "board")
)

_VALUE_KEY = """
    indicator_code varchar, definition_version varchar, area_code varchar, period_type varchar, period_start date,
    period_end date, breakdown varchar, breakdown_value varchar, numerator decimal(18, 4), denominator decimal(18, 4),
    value decimal(18, 6)
"""
_VALUE_REST = """
    lower_ci_95 decimal(18, 6), upper_ci_95 decimal(18, 6), cases_not_assessable decimal(18, 4), status varchar,
    status_reason varchar, finality varchar, population_release varchar, data_as_at date, feeds_expected integer,
    feeds_received integer, form varchar, is_primary_cadence boolean, release_id varchar
"""
_DIM_INDICATOR = """
    indicator_code varchar, definition_version varchar, framework_name varchar, display_name varchar,
    parent_code varchar, comparison_code varchar, heading_code varchar, heading_name varchar, measure_type varchar,
    time_behaviour varchar, unit varchar, multiplier integer, decimals integer, polarity varchar, cadence varchar,
    primary_period_type varchar, lead_or_lag varchar, numerator_definition varchar, denominator_definition varchar,
    exclusions varchar, ci_method varchar, chart_method varchar, complement_is_sensitive boolean,
    is_local_definition boolean, owner varchar, counts_indicator_code varchar, population_group varchar,
    valid_from date, valid_to date, status_note varchar, how_to_read varchar, question varchar,
    restatement_tolerance decimal(18, 6), restatement_tolerance_percent decimal(9, 3)
"""
_RELEASE = """
    release_id varchar, released_at timestamp, as_of timestamp, code_version varchar, is_synthetic boolean,
    inputs_hash varchar
"""
_PUBLICATION = "indicator_code varchar, audience varchar, period_type varchar, breakdown varchar, is_primary boolean"
_SUBMISSION = """
    submission_id varchar, supplier varchar, feed varchar, area_code varchar, period_start date, period_end date,
    data_as_at date, finality varchar
"""
_FEED_STATUS = """
    area_code varchar, supplier varchar, feed varchar, feed_name varchar, is_annual_final boolean, period_type varchar,
    period_start date, period_end date, due_date date, is_due_date_default boolean, status varchar,
    status_reason varchar, finality varchar, received_at timestamp
"""

_BENCHMARK_VALUE = """
    indicator_code varchar, definition_version varchar, series_code varchar, area_code varchar, period_type varchar,
    period_start date, period_end date, breakdown varchar, breakdown_value varchar, numerator decimal(18, 4),
    denominator decimal(18, 4), value decimal(18, 6), status varchar, value_basis varchar, source varchar,
    source_release varchar, released_on date, is_whole_file boolean, is_preferred boolean
"""
_COMPARISON = """
    indicator_code varchar, definition_version varchar, area_code varchar, period_type varchar, period_start date,
    period_end date, breakdown varchar, breakdown_value varchar, comparison_code varchar, comparison_version varchar,
    value decimal(18, 6), status varchar, comparison_value decimal(18, 6), comparison_lower_ci_95 decimal(18, 6),
    comparison_upper_ci_95 decimal(18, 6), previous_value decimal(18, 6), previous_value_period_end date,
    previous_value_status varchar, previous_period_value decimal(18, 6), previous_period_end date,
    previous_period_status varchar, comparator_period_end date, comparator_source varchar,
    comparator_release varchar, comparator_status varchar, comparator_reason varchar, region_value decimal(18, 6),
    region_status varchar, england_value decimal(18, 6), england_status varchar, neighbour_mean decimal(18, 6),
    neighbour_median decimal(18, 6), neighbours_with_value integer, neighbour_list varchar,
    significance_england varchar, significance_england_reason varchar, significance_region varchar,
    significance_region_reason varchar, area_rank integer, areas_ranked integer, quartile varchar, rank_reason varchar,
    release_id varchar
"""
_TREND = """
    indicator_code varchar, definition_version varchar, area_code varchar, period_type varchar, period_start date,
    period_end date, breakdown varchar, breakdown_value varchar, value decimal(18, 6), chart_method varchar,
    baseline_id varchar, baseline_reason varchar, points_in_baseline integer, is_in_baseline boolean,
    is_provisional_limits boolean, centre_line decimal(18, 6), lower_limit decimal(18, 6), upper_limit decimal(18, 6),
    lower_warning decimal(18, 6), upper_warning decimal(18, 6), special_cause varchar, signal varchar,
    target_value decimal(18, 6), target_direction varchar, target_set_by varchar, target_set_on date, assurance varchar,
    note varchar, season varchar, is_primary_cadence boolean, release_id varchar
"""
_FALSE_ALARMS = """
    area_code varchar, period_type varchar, is_primary_cadence boolean, special_cause varchar, charts integer,
    expected_by_chance decimal(18, 6), signals integer, release_id varchar
"""

_EXCEPTION = """
    exception_id varchar, rule_code varchar, severity varchar, indicator_code varchar, definition_version varchar,
    supplier varchar, feed varchar, area_code varchar, period_type varchar, period_start date, period_end date,
    breakdown varchar, reason varchar, value_at_proposal decimal(18, 6), first_release_id varchar,
    proposed_at timestamp, is_still_so boolean
"""
_DECISION = """
    decision_reason varchar, commentary varchar, action varchar, action_owner varchar, due_on date, decided_on date,
    meeting_date date, decided_by_role varchar
"""
DDL = f"""
create schema reference;
create table reference.disclosure_parameters (
    parameter varchar, value integer, valid_from date, valid_to date, source varchar
);
insert into reference.disclosure_parameters values ('small_count_max', 5, null, null, 'by hand');
create table reference.indicator_breakdowns (
    indicator_code varchar, definition_version varchar, breakdown varchar, denominator_scope varchar
);
create table reference.disclosure_relations (
    relation varchar, indicator_code varchar, part varchar, breakdown varchar, breakdown_value varchar,
    coefficient integer, at_period varchar, holds varchar, source varchar
);
create table marts.fct_indicator_value ({_VALUE_KEY}, value_exact decimal(28, 12), {_VALUE_REST});
create table marts.dim_indicator ({_DIM_INDICATOR});
create table marts.dim_period (period_type varchar, period_start date, period_end date, period_label varchar);
create table marts.dim_release ({_RELEASE});
create table marts.bridge_indicator_publication ({_PUBLICATION});
create table marts.bridge_indicator_feed (indicator_code varchar, feed varchar);
create table marts.bridge_indicator_priority (indicator_code varchar, priority_code varchar);
create table marts.dim_breakdown (breakdown varchar, breakdown_value varchar, is_additive boolean);
insert into marts.dim_breakdown values ('total', 'total', true), ('sex', 'female', true), ('sex', 'male', true);
create table marts.dim_baseline (
    indicator_code varchar, definition_version varchar, area_code varchar, starts_on date, reason varchar,
    decided_on date, decided_by varchar
);
create table marts.dim_exception_rule (
    rule_code varchar, rule_name varchar, severity varchar, threshold integer, source varchar, valid_from date,
    valid_to date
);
create table marts.ref_indicator_parameter (
    indicator_code varchar, definition_version varchar, parameter varchar, value varchar, valid_from date,
    valid_to date, note varchar
);
create table marts.dim_area (area_code varchar, area_name varchar);
create table marts.dim_neighbour (
    list_version varchar, area_code varchar, neighbour_code varchar, rank integer, closeness varchar
);
create table marts.fct_benchmark_value ({_BENCHMARK_VALUE});
create table marts.fct_indicator_comparison ({_COMPARISON});
create table reference.trend_parameters (parameter varchar, value decimal(18, 6));
insert into reference.trend_parameters values ('provisional_below', 12);
create table marts.fct_indicator_trend ({_TREND});
create table board.fct_indicator_trend ({_TREND});
create table marts.fct_trend_false_alarms ({_FALSE_ALARMS});
create table board.fct_trend_false_alarms ({_FALSE_ALARMS});
create table marts.fct_rare_event (
    indicator_code varchar, definition_version varchar, area_code varchar, event_date date, events integer,
    period_type varchar, baseline_id varchar, days_since_previous integer, points_in_baseline integer,
    is_in_baseline boolean, is_provisional_limits boolean, centre_line decimal(18, 6), lower_limit decimal(18, 6),
    upper_limit decimal(18, 6), lower_warning decimal(18, 6), upper_warning decimal(18, 6), special_cause varchar,
    signal varchar, note varchar, release_id varchar
);
create table marts.fct_indicator_latest_due (
    indicator_code varchar, definition_version varchar, area_code varchar, period_type varchar, period_start date,
    period_end date, due_date date, status varchar, status_reason varchar, is_primary_cadence boolean,
    release_id varchar
);
create table marts.fct_submission (
    {_SUBMISSION}, layout_version varchar, contract_version varchar, received_at timestamp, registered_at timestamp,
    status varchar, reason varchar, withdrawn_at timestamp, is_latest_for_period boolean, is_nil_return boolean,
    is_synthetic boolean, envelope_inferred boolean, rows_received bigint, rows_accepted bigint, rows_quarantined bigint
);
create table marts.fct_feed_status ({_FEED_STATUS});
create table marts.fct_restatement (
    indicator_code varchar, definition_version varchar, area_code varchar, period_type varchar, period_end date,
    breakdown varchar, breakdown_value varchar, from_release_id varchar, to_release_id varchar, cause varchar,
    change decimal(18, 6), value_before decimal(18, 6), value_after decimal(18, 6), board_value_before decimal(18, 6)
);
create table marts.fct_exception ({_EXCEPTION}, withdrawn_submissions varchar);
create table marts.fct_exception_decision (
    exception_id varchar, decision varchar, {_DECISION}, submission_id varchar, received_at timestamp,
    is_in_force boolean, refusal varchar
);
create table board.fct_indicator_sentence (
    indicator_code varchar, definition_version varchar, area_code varchar, period_type varchar, period_start date,
    period_end date, status varchar, sentence varchar, release_id varchar
);
insert into board.fct_indicator_sentence values
    ('R01', '1', 'E06000011', 'quarter', '2017-01-01', '2017-03-31', 'published', 'Looked after children: 1.', 'r-1');
create table board.fct_exception ({_EXCEPTION}, decision varchar, closed_reason varchar);
create table board.fct_agreed_exception ({_EXCEPTION}, {_DECISION});
create table board.fct_exception_count (
    area_code varchar, waiting integer, watched integer, agreed integer, release_id varchar
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
create table marts.fct_data_quality_result (run_id varchar, check_name varchar, outcome varchar);
create table board.fct_indicator_value ({_VALUE_KEY}, {_VALUE_REST});
create table board.fct_indicator_comparison ({_COMPARISON});
create table board.fct_submission (
    {_SUBMISSION}, received_at timestamp, status varchar, is_latest_for_period boolean, is_synthetic boolean
);
"""

INDICATORS = (
    ("R01", "distinct", "count", 1, None, None),
    ("R02", "rate", "rate", 10000, "ONS mid-year population aged 0 to 17", "R01"),
)
YEAR_ENDS = tuple(date(year, 3, 31) for year in range(2013, 2018))
SEXES = ("female", "male")


def release_id(number: int = 1) -> str:
    return f"r-20170630t090000-{number:08x}"


def write_warehouse(settings: Settings, number: int = 1, results: Sequence[CheckResult] = PASSED) -> Path:
    """Write warehouse.duckdb of release `number`, checked with `results`; an older one is replaced."""
    settings.warehouse.unlink(missing_ok=True)
    with connect(settings.warehouse) as con:
        migrate(con)
        con.execute(DDL)
        _fill(con, number)
        record(con, RUN, AS_OF, results)
    return settings.warehouse


def _fill(con: duckdb.DuckDBPyConnection, number: int) -> None:
    name = release_id(number)
    con.execute(
        "insert into ops.run_control values (?, ?, ?, ?, true, '0.1.0', ?)", [RUN, AS_OF, name, AREA, f"{number:064x}"]
    )
    con.executemany(
        "insert into marts.dim_indicator by name select ? as indicator_code, ? as measure_type, ? as unit,"
        " ? as multiplier, ? as denominator_definition, ? as counts_indicator_code",
        INDICATORS,
    )
    con.execute(
        """
        update marts.dim_indicator set
            definition_version = '1', framework_name = 'Name of ' || indicator_code, display_name = 'Plain name',
            heading_code = 'R', heading_name = 'Understanding and acting on risk', time_behaviour = 'stock',
            decimals = 0, polarity = 'N', cadence = 'M', primary_period_type = 'month', lead_or_lag = 'lag',
            numerator_definition = 'Children', ci_method = 'none', chart_method = 'run_chart',
            complement_is_sensitive = false, is_local_definition = false, owner = 'Performance team',
            valid_from = date '2012-04-01', how_to_read = 'By itself.', question = 'Why?',
            restatement_tolerance = 10, restatement_tolerance_percent = 10
        """
    )
    con.executemany(
        "insert into marts.bridge_indicator_publication values (?, 'board', 'financial_year', ?, true)",
        [["R01", "total"], ["R01", "sex"], ["R02", "total"]],
    )
    con.executemany(
        "insert into marts.dim_period values (?, ?, ?, ?)",
        [
            *(["financial_year", date(d.year - 1, 4, 1), d, f"{d.year - 1}/{d.year % 100}"] for d in YEAR_ENDS),
            ["month", date(2017, 6, 1), date(2017, 6, 30), "June 2017"],
        ],
    )
    con.execute(
        "insert into marts.dim_release select ?, ?, ?, '0.1.0', true, ?", [name, AS_OF, AS_OF, f"{number:064x}"]
    )
    con.execute(
        f"""
        insert into marts.fct_submission values (
            'sub-000001', 'childrens_social_care', 'ssda903', '{AREA}', '2016-04-01', '2017-03-31', '2017-05-01',
            'final', '2017', '1', '2017-05-02 09:00:00', '2017-05-02 09:00:00', 'accepted', null, null, true, false,
            true, false, 100, 98, 2
        )
        """
    )
    con.execute(
        f"""
        insert into marts.fct_feed_status values (
            '{AREA}', 'childrens_social_care', 'ssda903', 'SSDA903', false, 'month', '2017-03-01', '2017-03-31',
            '2017-04-20', false, 'received', null, 'final', '2017-05-02 09:00:00'
        )
        """
    )
    con.execute("insert into marts.fct_data_quality_result values (?, 'is built', 'passed')", [RUN])
    figures = []
    for year, period_end in enumerate(YEAR_ENDS):
        girls, boys = 100 + number + year, 120 + year
        total = girls + boys
        figures += [
            ["R01", period_end, "total", "total", total, None, total, total],
            ["R01", period_end, "sex", "female", girls, None, girls, girls],
            ["R01", period_end, "sex", "male", boys, None, boys, boys],
            ["R02", period_end, "total", "total", total, 62000, round(total * 10000 / 62000), total * 10000 / 62000],
        ]
    con.executemany(
        "insert into marts.fct_indicator_value by name select ? as indicator_code, ? as period_end, ? as breakdown,"
        " ? as breakdown_value, ? as numerator, ? as denominator, ? as value, ? as value_exact",
        figures,
    )
    con.execute(
        """
        update marts.fct_indicator_value set
            definition_version = '1', area_code = $area, period_type = 'financial_year',
            period_start = make_date(year(period_end) - 1, 4, 1), cases_not_assessable = 0, status = 'published',
            finality = 'final', data_as_at = period_end, feeds_expected = 1, feeds_received = 1, form = 'records',
            is_primary_cadence = true, release_id = $release,
            lower_ci_95 = case when indicator_code = 'R02' then value_exact - 5 end,
            upper_ci_95 = case when indicator_code = 'R02' then value_exact + 5 end
        """,
        {"area": AREA, "release": name},
    )
    _fill_comparisons(con, name)
    _fill_trends(con)
    con.execute("insert into board.fct_indicator_value select * exclude (value_exact) from marts.fct_indicator_value")
    con.execute("insert into board.fct_indicator_comparison select * from marts.fct_indicator_comparison")
    con.execute("insert into board.fct_submission by name select " + _names(con) + " from marts.fct_submission")


def _fill_comparisons(con: duckdb.DuckDBPyConnection, release: str) -> None:
    """Each year beside the one before, the last also beside England and ten neighbours; it is the latest period due."""
    last = YEAR_ENDS[-1]
    neighbours = [f"E0600010{number}" for number in range(10)]
    con.executemany("insert into marts.dim_area values (?, ?)", [[code, code] for code in [AREA, *neighbours]])
    con.executemany(
        "insert into marts.dim_neighbour values ('2021-04', ?, ?, ?, 'Close')",
        [[AREA, code, rank] for rank, code in enumerate(neighbours, start=1)],
    )
    con.executemany(
        "insert into marts.fct_benchmark_value values ('R02', '1', 'by_hand', ?, 'financial_year', ?, ?, 'total',"
        " 'total', null, null, ?, 'published', 'published', 'by hand', 'by hand, 2017', null, false, true)",
        [
            [code, date(last.year - 1, 4, 1), last, value]
            for value, code in enumerate(["E92000001", *neighbours], start=40)
        ],
    )
    con.execute(
        """
        insert into marts.fct_indicator_comparison by name
        select
            figures.* exclude (
                numerator, denominator, value_exact, lower_ci_95, upper_ci_95, cases_not_assessable, status_reason,
                finality, population_release, data_as_at, feeds_expected, feeds_received, form, is_primary_cadence
            ),
            'R02' as comparison_code, '1' as comparison_version, rates.value as comparison_value,
            rates.lower_ci_95 as comparison_lower_ci_95, rates.upper_ci_95 as comparison_upper_ci_95,
            lag(figures.value) over years as previous_value, lag(figures.period_end) over years as
            previous_value_period_end, lag(figures.status) over years as previous_value_status,
            previous_value as previous_period_value, previous_value_period_end as previous_period_end,
            previous_value_status as previous_period_status, 'no_comparator' as comparator_status,
            'None is published.' as comparator_reason, 'There is none.' as significance_england_reason,
            'There is none.' as significance_region_reason
        from marts.fct_indicator_value as figures
        inner join marts.fct_indicator_value as rates
            on rates.indicator_code = 'R02' and figures.period_end = rates.period_end
        where figures.breakdown = 'total'
        window years as (partition by figures.indicator_code order by figures.period_end)
        """
    )
    con.execute(
        """
        update marts.fct_indicator_comparison set
            comparator_period_end = period_end, comparator_source = 'by hand', comparator_release = 'by hand, 2017',
            comparator_status = 'published', comparator_reason = null, england_value = 40,
            england_status = 'published', significance_england = 'similar', significance_england_reason = null,
            neighbour_mean = 45.5, neighbour_median = 45.5, neighbours_with_value = 10, neighbour_list = '2021-04',
            rank_reason = 'Neither high nor low is good.'
        where period_end = ?
        """,
        [last],
    )
    con.execute(
        """
        insert into marts.fct_indicator_latest_due by name
        select
            indicator_code, definition_version, area_code, period_type, period_start, period_end,
            date '2017-04-20' as due_date, true as is_primary_cadence, release_id
        from marts.fct_indicator_value
        where breakdown = 'total' and period_end = ?
        """,
        [last],
    )


def _fill_trends(con: duckdb.DuckDBPyConnection) -> None:
    """The headlines of the five years as run charts: they are stocks."""
    for schema in ("marts", "board"):
        con.execute(
            f"""
            insert into {schema}.fct_indicator_trend by name
            select
                indicator_code, definition_version, area_code, period_type, period_start, period_end, breakdown,
                breakdown_value, value, 'run_chart' as chart_method, indicator_code || '|1' as baseline_id,
                5 as points_in_baseline, true as is_in_baseline,
                median(value) over (partition by indicator_code) as centre_line, 'A stock.' as note, is_primary_cadence,
                release_id
            from marts.fct_indicator_value
            where breakdown = 'total'
            """
        )


def _names(con: duckdb.DuckDBPyConnection) -> str:
    rows = con.execute(
        "select column_name from duckdb_columns() where schema_name = 'board' and table_name = 'fct_submission'"
    ).fetchall()
    return ", ".join(name for (name,) in rows)


def read_release(published: Path) -> dict[str, int]:
    """Number of the release in each published file, by its figures; AssertionError for a file that is not whole.

    Opens the paths that readers open, and closes them again.
    """
    numbers = {}
    for name, schema in (("analyst", "marts"), ("board", "board")):
        # In board.duckdb, `board.x` could be the file or the schema: the whole name says which.
        own = f"{name}.{schema}"
        with duckdb.connect(str(published / f"{name}.duckdb"), read_only=True) as con:
            ((found,),) = con.execute(f"select release_id from {own}.dim_release").fetchall()
            ((figures, girls, of_release),) = con.execute(
                f"""
                select count(*), sum(numerator) filter (where breakdown_value = 'female'), min(release_id)
                from {own}.fct_indicator_value
                """
            ).fetchall()
        number = int(found[-8:], 16)
        assert of_release == found, "figures of one release under the name of another"
        assert (figures, girls) == (20, sum(100 + number + year for year in range(5))), "not the figures of the release"
        numbers[name] = number
    return numbers
