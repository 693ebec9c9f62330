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
    valid_from date, valid_to date, status_note varchar
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
    indicator_code varchar, definition_version varchar, area_code varchar, period_type varchar, period_end date,
    breakdown varchar, breakdown_value varchar, comparison_code varchar, comparison_version varchar,
    value decimal(18, 6), previous_value decimal(18, 6), comparator_period_end date, comparator_source varchar,
    comparator_release varchar, comparator_status varchar, comparator_reason varchar, region_value decimal(18, 6),
    region_status varchar, england_value decimal(18, 6), england_status varchar, neighbour_mean decimal(18, 6),
    neighbour_median decimal(18, 6), neighbours_with_value integer, neighbour_list varchar, area_rank integer,
    areas_ranked integer, quartile varchar, rank_reason varchar, release_id varchar
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
create table reference.breakdowns (breakdown varchar, breakdown_value varchar, is_additive boolean);
insert into reference.breakdowns values ('total', 'total', true), ('sex', 'female', true), ('sex', 'male', true);
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
create table marts.dim_breakdown (breakdown varchar, breakdown_value varchar);
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
    change decimal(18, 6), value_before decimal(18, 6), value_after decimal(18, 6)
);
create table marts.fct_exception ({_EXCEPTION});
create table marts.fct_exception_decision (
    exception_id varchar, decision varchar, {_DECISION}, submission_id varchar, received_at timestamp,
    is_in_force boolean, refusal varchar
);
create table board.fct_exception ({_EXCEPTION}, decision varchar);
create table board.fct_agreed_exception ({_EXCEPTION}, {_DECISION});
create table marts.fct_data_quality_result (run_id varchar, check_name varchar, outcome varchar);
create table board.fct_indicator_value ({_VALUE_KEY}, {_VALUE_REST});
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
            valid_from = date '2012-04-01'
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
            is_primary_cadence = true, release_id = $release
        """,
        {"area": AREA, "release": name},
    )
    _fill_comparisons(con, name)
    con.execute("insert into board.fct_indicator_value select * exclude (value_exact) from marts.fct_indicator_value")
    con.execute("insert into board.fct_submission by name select " + _names(con) + " from marts.fct_submission")


def _fill_comparisons(con: duckdb.DuckDBPyConnection, release: str) -> None:
    """England and ten neighbours for each rate of the last year, and the latest period due, which is that year."""
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
            indicator_code, definition_version, area_code, period_type, period_end, breakdown, breakdown_value, value,
            'R02' as comparison_code, '1' as comparison_version, period_end as comparator_period_end,
            'by hand' as comparator_source, 'by hand, 2017' as comparator_release, 'published' as comparator_status,
            40 as england_value, 'published' as england_status, 45.5 as neighbour_mean, 45.5 as neighbour_median,
            10 as neighbours_with_value, '2021-04' as neighbour_list, 'Neither high nor low is good.' as rank_reason,
            release_id
        from marts.fct_indicator_value
        where breakdown = 'total' and period_end = ?
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
