"""Our gate around Soda: every way in which Soda says that all is well without having looked must block publication."""

from __future__ import annotations

import logging
import logging.config
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.checks.gate import blocking
from orchestration.checks.remembered import Verdicts
from orchestration.checks.results import CheckResult
from orchestration.checks.soda_gate import EVALUATED, SodaContractError, read_contract, run_contracts
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect
from tests.warehouse_by_hand import AREA, write_warehouse

SODA = PROJECT_ROOT / "orchestration" / "checks" / "soda"
CONTRACTS = sorted(path for layer in ("marts", "board") for path in (SODA / layer).glob("*.yml"))
FIGURES = SODA / "marts" / "fct_indicator_value.yml"
PUBLICATION = SODA / "marts" / "bridge_indicator_publication.yml"
BOARD_FIGURES = SODA / "board" / "board_fct_indicator_value.yml"
RARE_EVENT = (
    "insert into marts.fct_rare_event by name select indicator_code, definition_version, area_code,"
    " period_end as event_date, {events} as events, period_type, baseline_id, {days} as days_since_previous,"
    " 1 as points_in_baseline, false as is_in_baseline, release_id from marts.fct_indicator_trend limit 1"
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return write_warehouse(Settings(home=tmp_path / "home"))


def change(warehouse: Path, *statements: str) -> None:
    with connect(warehouse) as con:
        for statement in statements:
            con.execute(statement)


def names(results: list[CheckResult]) -> set[str]:
    return {result.check_name for result in results}


# -- the green case


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_good_warehouse_passes_every_check_of_every_contract(warehouse: Path, contract: Path) -> None:
    results = run_contracts(warehouse, [contract])
    assert [r for r in results if r.outcome != "passed"] == []
    assert [r.check_name for r in results] == [check.name for check in read_contract(contract).checks]
    assert len(results) >= 5


def test_every_contract_in_the_project_passes_our_own_schema() -> None:
    files = sorted(SODA.glob("*/*.yml"))
    assert len(files) > 20
    for file in files:
        assert read_contract(file).checks


def test_a_contract_of_the_board_is_about_the_table_that_its_model_is_an_alias_of() -> None:
    contract = read_contract(BOARD_FIGURES)
    assert (contract.layer, contract.table) == ("board", "fct_indicator_value")


def test_layer_dataset_measured_and_threshold_are_told_in_words(warehouse: Path) -> None:
    results = {r.check_name: r for r in run_contracts(warehouse, [FIGURES])}
    assert results["there are figures"] == CheckResult(
        "soda", "marts", "fct_indicator_value", "there are figures", "error", "passed", "20", "> 0"
    )


def test_a_contract_that_passed_is_not_run_again_over_the_same_rows_and_is_over_others(warehouse: Path) -> None:
    first = Verdicts()
    results = run_contracts(warehouse, [PUBLICATION], first)
    (key,) = first.kept
    told_before = CheckResult("soda", "marts", "bridge_indicator_publication", "as told before", "error", "passed")
    again = Verdicts({key: [told_before]})
    assert run_contracts(warehouse, [PUBLICATION], again) == [told_before]
    assert again.kept == {key: [told_before]}
    # One cell changed in its place: the number of rows is what it was.
    change(
        warehouse,
        "update marts.bridge_indicator_publication set period_type = 'fortnight' where breakdown = 'total'",
    )
    after = Verdicts({key: [told_before]})
    found = run_contracts(warehouse, [PUBLICATION], after)
    assert names(found) == names(results)
    assert "failed" in {r.outcome for r in found}
    # What failed is looked at anew each time.
    assert after.kept == {}


def test_a_contract_that_reads_another_table_too_is_run_each_time(warehouse: Path) -> None:
    verdicts = Verdicts()
    assert {r.outcome for r in run_contracts(warehouse, [FIGURES], verdicts)} == {"passed"}
    assert verdicts.kept == {}


def test_the_file_can_be_written_again_after_the_checks(warehouse: Path) -> None:
    run_contracts(warehouse, CONTRACTS)
    change(warehouse, "drop table marts.dim_period")


# -- mutations of the surroundings: Soda would not look, and say that all is well


def hold(warehouse: Path) -> subprocess.Popen[str]:
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "held"
    return holder


@pytest.fixture
def file_missing(warehouse: Path) -> Iterator[str]:
    warehouse.unlink()
    yield "found no such file"


@pytest.fixture
def file_that_is_no_database(warehouse: Path) -> Iterator[str]:
    warehouse.write_text("this is not DuckDB" * 1000)
    yield "could not be read"


@pytest.fixture
def table_dropped(warehouse: Path) -> Iterator[str]:
    change(warehouse, "drop table marts.fct_indicator_value")
    yield "found no such table"


@pytest.fixture
def lock_held_by_another_process(warehouse: Path) -> Iterator[str]:
    holder = hold(warehouse)
    yield "another process has the file open for writing"
    holder.communicate()


@pytest.fixture
def writing_connection_in_this_process(warehouse: Path) -> Iterator[str]:
    with connect(warehouse):
        yield "this process holds a writing connection"


@pytest.mark.parametrize(
    "mutation",
    [
        "file_missing",
        "file_that_is_no_database",
        "table_dropped",
        "lock_held_by_another_process",
        "writing_connection_in_this_process",
    ],
)
def test_surroundings_in_which_soda_does_not_look_block(
    mutation: str, warehouse: Path, request: pytest.FixtureRequest
) -> None:
    words = request.getfixturevalue(mutation)
    (result,) = run_contracts(warehouse, [FIGURES])
    assert blocking([result]) == [result]
    assert (result.check_name, result.outcome) == (EVALUATED, "not_evaluated")
    assert words in str(result.measured)


def test_one_unusable_contract_does_not_hide_the_results_of_another(warehouse: Path) -> None:
    change(warehouse, "drop table marts.dim_period")
    results = run_contracts(warehouse, [SODA / "marts" / "dim_period.yml", FIGURES])
    assert [r.dataset for r in blocking(results)] == ["dim_period"]
    assert sum(r.dataset == "fct_indicator_value" for r in results) == len(read_contract(FIGURES).checks)


def test_no_contract_at_all_blocks(warehouse: Path) -> None:
    assert len(blocking(run_contracts(warehouse, []))) == 1


@pytest.mark.parametrize(
    "deafen",
    [
        lambda: logging.disable(logging.CRITICAL),
        lambda: logging.config.dictConfig({"version": 1, "disable_existing_loggers": True}),
        lambda: setattr(logging.getLogger("soda"), "propagate", False),
        lambda: logging.getLogger("soda").setLevel(logging.CRITICAL + 1),
    ],
    ids=["logging_disabled", "loggers_disabled_by_dictConfig", "no_propagation", "level_too_high"],
)
def test_an_error_that_soda_only_logs_blocks_also_where_logging_is_off(
    warehouse: Path, contract: Callable[[str], Path], deafen: Callable[[], None]
) -> None:
    # A column that stands twice: every check passes, and nothing but a log record says that something is wrong.
    twice = contract(GOOD + "  - name: period_start\n    data_type: date\n")
    soda = logging.getLogger("soda")
    before = (soda.propagate, soda.level, soda.disabled)
    try:
        deafen()
        results = run_contracts(warehouse, [twice])
    finally:
        logging.disable(logging.NOTSET)
        soda.propagate, level, soda.disabled = before
        soda.setLevel(level)
    assert EVALUATED in names(blocking(results))


def test_a_check_of_a_column_that_is_not_there_blocks(warehouse: Path, contract: Callable[[str], Path]) -> None:
    results = run_contracts(warehouse, [contract(GOOD.replace("period_start > ", "no_such_column > "))])
    (doubt,) = [r for r in blocking(results) if r.check_name == EVALUATED]
    assert 'Referenced column "no_such_column" not found' in str(doubt.measured)


# -- mutations of the contract: Soda would drop what it does not know

GOOD = """\
dataset: warehouse/marts/dim_period
checks:
  - schema:
      allow_extra_columns: true
      allow_other_column_order: true
  - row_count:
      threshold:
        must_be_greater_than: 0
  - failed_rows:
      name: a period starts before it ends
      expression: period_start > period_end
columns:
  - name: period_type
    data_type: varchar
    checks:
      - missing:
      - invalid:
          valid_values: [month, financial_year]
  - name: period_start
    data_type: date
"""


@pytest.fixture
def contract(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str, name: str = "dim_period") -> Path:
        path = tmp_path / "marts" / f"{name}.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return write


def test_the_contract_that_the_mutations_start_from_is_green(warehouse: Path, contract: Callable[[str], Path]) -> None:
    results = run_contracts(warehouse, [contract(GOOD)])
    assert [r.outcome for r in results] == ["passed"] * 5


@pytest.mark.parametrize(
    ("found", "instead", "words"),
    [
        pytest.param("checks:\n  - schema", "check:\n  - schema", "check", id="checks_misspelt"),
        pytest.param("    checks:\n", "    cheks:\n", "cheks", id="column_checks_misspelt"),
        pytest.param("row_count:", "row_cuont:", "row_cuont", id="check_type_misspelt"),
        pytest.param("threshold:", "treshold:", "treshold", id="threshold_misspelt"),
        pytest.param("must_be_greater_than:", "must_be_grater_than:", "must_be_grater_than", id="comparison_misspelt"),
        pytest.param("valid_values:", "valid_valuess:", "valid_valuess", id="valid_values_misspelt"),
        pytest.param("expression:", "expresion:", "expresion", id="expression_misspelt"),
        pytest.param("data_type: date", "datatype: date", "datatype", id="data_type_misspelt"),
        pytest.param("allow_extra_columns", "allow_extra_column", "allow_extra_column", id="schema_key_misspelt"),
        pytest.param("greater_than: 0", "greater_than: '0'", "must_be_greater_than", id="threshold_is_text"),
        pytest.param("greater_than: 0", "greater_than: 0\n        must_be: 6", "2 comparisons", id="two_comparisons"),
        pytest.param("greater_than: 0", "greater_than: 0\n        level: warn", "level", id="severity_elsewhere"),
        pytest.param(
            "  - row_count:",
            "  - duplicate:\n      columns: [period_end]\n    row_count:",
            "2 types",
            id="two_in_one_entry",
        ),
        pytest.param(
            GOOD[GOOD.index("  - schema") : GOOD.index("  - row_count")], "", "no schema check", id="no_schema_check"
        ),
        pytest.param(
            GOOD[GOOD.index("checks") : GOOD.index("columns:\n")], "checks: []\n", "at least 1", id="zero_checks"
        ),
        pytest.param(
            GOOD[GOOD.index("checks") : GOOD.index("columns:\n")], "", "Field required", id="no_key_checks_at_all"
        ),
        pytest.param("      - missing:\n", "      - missing:\n      - missing:\n", "twice", id="same_check_twice"),
        pytest.param("columns:\n", "columns: []\ncolumns:\n", "twice", id="repeated_yaml_key"),
        pytest.param("dataset: warehouse/marts", "dataset: warehouse/db/marts", "expected", id="four_part_name"),
        pytest.param("dataset: warehouse", "dataset: other", "expected", id="another_source"),
        pytest.param("marts/dim_period", "marts/dim_release", "expected", id="another_table_than_the_file_says"),
        pytest.param("dim_period\n", "dim_period\nfilter: false\n", "filter", id="filter_over_all"),
        pytest.param("start > period_end", "start > '${env.HOME}'", "variable", id="variable_in_the_text"),
        pytest.param(GOOD, "", "valid dictionary", id="empty_file"),
        pytest.param("columns:", "columns", "not readable as YAML", id="broken_yaml"),
        pytest.param("[month, financial_year]", "[month, no]", "valid_values", id="unquoted_no_is_not_text"),
    ],
)
def test_a_contract_that_soda_would_read_otherwise_than_it_is_meant_blocks(
    warehouse: Path, contract: Callable[[str], Path], found: str, instead: str, words: str
) -> None:
    assert found in GOOD
    file = contract(GOOD.replace(found, instead, 1))
    with pytest.raises(SodaContractError, match=r"marts/dim_period\.yml") as error:
        read_contract(file)
    assert words in str(error.value)
    (result,) = blocking(run_contracts(warehouse, [file]))
    assert result.outcome == "not_evaluated"
    assert result.measured == str(error.value)
    assert (result.layer, result.dataset) == ("marts", "dim_period")


def test_a_contract_file_that_is_not_there_blocks(warehouse: Path, tmp_path: Path) -> None:
    (result,) = blocking(run_contracts(warehouse, [tmp_path / "marts" / "dim_period.yml"]))
    assert "cannot be read" in str(result.measured)


# -- mutations of the data and of the tables


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        pytest.param(
            "alter table marts.fct_indicator_value rename column status to state",
            "columns and types are those of the published interface",
            id="column_renamed",
        ),
        pytest.param(
            "alter table marts.fct_indicator_value alter column value type double",
            "columns and types are those of the published interface",
            id="type_changed",
        ),
        pytest.param("delete from marts.fct_indicator_value", "there are figures", id="no_rows"),
        pytest.param(
            "insert into marts.fct_indicator_value from marts.fct_indicator_value limit 1",
            "a figure has one row",
            id="row_doubled",
        ),
        pytest.param(
            "update marts.fct_indicator_value set status = 'fine'", "status is of the closed list", id="unknown_status"
        ),
        pytest.param("update marts.fct_indicator_value set area_code = null", "area_code is filled in", id="no_area"),
        pytest.param(
            "update marts.fct_indicator_value set value = -1", "value lies between nothing and a million", id="negative"
        ),
        pytest.param(
            "update marts.fct_indicator_value set status = 'late'",
            "a status that says why there is no figure stands without one",
            id="late_with_a_value",
        ),
        pytest.param(
            "update marts.fct_indicator_value set value = null",
            "a status that shows a figure has one",
            id="published_without_value",
        ),
        pytest.param(
            "update marts.dim_indicator set measure_type = 'proportion', unit = 'percent' where indicator_code = 'R01';"
            "update marts.fct_indicator_value set denominator = 100, value = 101 where indicator_code = 'R01'",
            "a share is a part of its whole, 100 percent at most unless the dictionary says why",
            id="over_100_percent",
        ),
        pytest.param(
            "update marts.fct_indicator_value set value = 220.5, value_exact = 220.5 where indicator_code = 'R01'",
            "a count is a whole number and has no fraction",
            id="half_a_child",
        ),
        pytest.param(
            "delete from marts.dim_indicator where indicator_code = 'R02'",
            "every figure's indicator is in the dictionary",
            id="not_in_the_dictionary",
        ),
        pytest.param(
            "update marts.fct_indicator_value set release_id = 'r-other'",
            "every figure is of this run's release",
            id="another_release",
        ),
    ],
)
def test_what_is_wrong_with_the_figures_blocks(warehouse: Path, statement: str, check: str) -> None:
    change(warehouse, *statement.split(";"))
    assert check in names(blocking(run_contracts(warehouse, [FIGURES])))


def test_a_share_may_be_more_than_its_whole_where_the_dictionary_says_why(warehouse: Path) -> None:
    change(
        warehouse,
        "update marts.dim_indicator set measure_type = 'proportion', unit = 'percent' where indicator_code = 'R01'",
        "update marts.fct_indicator_value set numerator = 103, denominator = 100, value = 103, value_exact = 103"
        " where indicator_code = 'R01'",
        "insert into marts.ref_indicator_parameter by name"
        " select 'R01' as indicator_code, '1' as definition_version, 'may_exceed_100' as parameter",
    )
    assert blocking(run_contracts(warehouse, [FIGURES])) == []


@pytest.mark.parametrize(
    ("table", "statement", "check"),
    [
        (
            "fct_benchmark_value",
            "update marts.fct_benchmark_value set status = 'low_reliability' where area_code = 'E92000001'",
            "a figure known to be wrong is never compared with",
        ),
        (
            "fct_benchmark_value",
            "update marts.fct_benchmark_value set source_release = 'of 2018' where area_code = 'E92000001'",
            "one series and release is preferred for a figure over all areas",
        ),
        (
            "fct_benchmark_value",
            "update marts.fct_benchmark_value set status = 'suppressed'",
            "a status that says why there is no figure stands without one",
        ),
        (
            "fct_indicator_comparison",
            "update marts.fct_indicator_comparison set comparator_status = 'no_comparator'",
            "what has no comparator says why and shows none",
        ),
        (
            "fct_indicator_comparison",
            "update marts.fct_indicator_comparison set area_rank = 1, areas_ranked = 11, quartile = 'A',"
            " rank_reason = null",
            "neither rank nor quartile is given where neither high nor low is good, nor better nor worse",
        ),
        (
            "fct_indicator_comparison",
            "update marts.fct_indicator_comparison set comparator_period_end = '2018-03-31'",
            "a comparator is of the figure's own period or of one before",
        ),
        (
            "fct_indicator_comparison",
            "update marts.fct_indicator_comparison set significance_england = 'better'"
            " where significance_england is not null",
            "neither rank nor quartile is given where neither high nor low is good, nor better nor worse",
        ),
        (
            "fct_indicator_comparison",
            "update marts.fct_indicator_comparison set england_value = 45 where england_value is not null",
            "a significance is what the interval says of the figure beside it",
        ),
        (
            "fct_indicator_comparison",
            "update marts.fct_indicator_comparison set significance_region_reason = null",
            "a significance is of the figure's own period, and where there is none the reason is",
        ),
        (
            "fct_indicator_comparison",
            "update marts.fct_indicator_value set value = value + 1",
            "every figure that is compared stands in the figures with the same value",
        ),
        (
            "dim_neighbour",
            "delete from marts.dim_neighbour where rank = 7",
            "a list names ten different neighbours, by rank from 1 to 10",
        ),
        (
            "dim_neighbour",
            "update marts.dim_neighbour set neighbour_code = area_code where rank = 7",
            "nobody is a neighbour of oneself",
        ),
        (
            "fct_indicator_latest_due",
            "delete from marts.fct_indicator_latest_due where indicator_code = 'R01'",
            "each indicator of the framework has one row of its leading period type in each area",
        ),
        (
            "fct_indicator_latest_due",
            "delete from marts.fct_indicator_latest_due",
            "there is an area that is shown",
        ),
        (
            "fct_indicator_latest_due",
            "update marts.fct_indicator_latest_due set due_date = '2017-07-01'",
            "due and not due are told by the run's own moment",
        ),
        (
            "fct_indicator_latest_due",
            "update marts.fct_indicator_latest_due set status = 'not_submitted', due_date = '2017-07-01'",
            "what is not due says until when, and only that has a status here",
        ),
    ],
)
def test_what_is_wrong_with_comparators_or_the_latest_periods_blocks(
    warehouse: Path, table: str, statement: str, check: str
) -> None:
    change(warehouse, statement)
    assert check in names(blocking(run_contracts(warehouse, [SODA / "marts" / f"{table}.yml"])))


PROPOSED = (
    "select 'ab' as exception_id, 'no_figure' as rule_code, 'medium' as severity, 'R02' as indicator_code,"
    " '1' as definition_version, 'E06000011' as area_code, 'financial_year' as period_type,"
    " date '2016-04-01' as period_start, date '2017-03-31' as period_end, 'total' as breakdown, 'Of 7.' as reason,"
    " 'r-1' as first_release_id, timestamp '2017-01-01' as proposed_at"
)


@pytest.mark.parametrize(
    ("contract", "statements", "check"),
    [
        (
            "marts/fct_exception",
            [f"insert into ops.exception_proposals by name {PROPOSED}"],
            "what a release has told of is there, in the words of then",
        ),
        (
            "marts/fct_exception_decision",
            ["insert into marts.fct_exception_decision by name select 'ab' as exception_id, 'agree' as decision"],
            "one decision on an exception speaks, and none that was refused",
        ),
        (
            "board/board_fct_exception",
            [
                f"insert into board.fct_exception by name {PROPOSED}",
                "update board.fct_indicator_value set status = 'suppressed'",
            ],
            "an exception of a withheld figure tells no number",
        ),
        (
            "board/board_fct_exception",
            [f"insert into ops.exception_proposals by name select *, 'Told.' as board_reason from ({PROPOSED})"],
            "what the Board's file has told of is still there",
        ),
        (
            "board/board_fct_agreed_exception",
            [f"insert into board.fct_agreed_exception by name {PROPOSED}"],
            "every exception has an agreement in force",
        ),
        (
            "board/board_fct_exception_count",
            ["insert into board.fct_exception_count values ('E06000011', 2, 0, 1, 'r-1')"],
            "as many are agreed as the Board is told of",
        ),
        (
            "board/board_fct_restatement",
            [
                "insert into board.fct_restatement by name select indicator_code, definition_version, area_code,"
                " period_type, period_start, period_end, breakdown, breakdown_value, 3 as value_before,"
                " value as value_after, value - 3 as moved_by, 10 as tolerance, 0.1 as times_tolerance,"
                " false as is_beyond_tolerance, 'a return that came late' as causes, status,"
                " true as is_primary_cadence, 'r-0' as from_release_id, 'r-1' as to_release_id"
                " from board.fct_indicator_value where breakdown = 'total'",
                "update board.fct_indicator_value set status = 'suppressed', value = null",
            ],
            "a figure that is withheld has not moved for the Board",
        ),
    ],
)
def test_an_exception_that_vanished_or_that_nobody_agreed_blocks(
    warehouse: Path, contract: str, statements: list[str], check: str
) -> None:
    change(warehouse, *statements)
    assert check in names(blocking(run_contracts(warehouse, [SODA / f"{contract}.yml"])))


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        pytest.param(
            "update board.fct_indicator_value set status = 'suppressed' where breakdown = 'sex'",
            "a suppressed figure holds no number",
            id="suppressed_with_a_number",
        ),
        pytest.param(
            "update board.fct_indicator_value set numerator = 5, value = 5 where breakdown_value = 'male'",
            "no figure shows or tells of a small number of people",
            id="five_boys",
        ),
        pytest.param(
            "update board.fct_indicator_value set numerator = 1 where indicator_code = 'R02'",
            "no figure shows or tells of a small number of people",
            id="a_rate_of_one_child",
        ),
        pytest.param(
            "update board.fct_indicator_value set cases_not_assessable = 2",
            "no figure shows or tells of a small number of people",
            id="two_not_assessable",
        ),
        pytest.param(
            "delete from reference.disclosure_parameters",
            "no figure shows or tells of a small number of people",
            id="no_threshold",
        ),
        pytest.param(
            "delete from marts.dim_indicator",
            "no figure shows or tells of a small number of people",
            id="no_dictionary",
        ),
        pytest.param(
            "insert into ops.disclosure_decisions select 'R01|1|E06000011|financial_year|2017-03-31|sex|male',"
            " 'suppress', 'by hand', release_id from ops.run_control",
            "what disclosure control decided to withhold is withheld",
            id="decision_ignored",
        ),
        pytest.param(
            "update board.fct_indicator_value set status = 'suppressed', value = null, numerator = null,"
            " cases_not_assessable = null where breakdown_value = 'male';"
            " update board.fct_indicator_value as f set numerator = g.numerator + 5, value = g.numerator + 5"
            " from (select period_end, numerator from board.fct_indicator_value where breakdown_value = 'female') as g"
            " where f.period_end = g.period_end and f.breakdown = 'total' and f.indicator_code = 'R01'",
            "no small number is what a headline leaves over beside the shown values of its breakdown",
            id="five_boys_left_over",
        ),
        pytest.param(
            "delete from marts.bridge_indicator_publication where breakdown = 'sex'",
            "nothing is shown that is not on the Board's list",
            id="not_listed",
        ),
        pytest.param(
            "delete from board.fct_indicator_value where breakdown = 'sex'",
            "every figure on the Board's list has its row",
            id="a_gap",
        ),
        pytest.param(
            "alter table board.fct_submission add column la_child_id varchar",
            "no table for the Board has a column that identifies a person",
            id="identifier_in_another_table",
        ),
        pytest.param(
            "alter table board.fct_indicator_value add column person_key varchar",
            "columns are those of the Board's interface and no others",
            id="another_column",
        ),
    ],
)
def test_what_the_board_must_not_see_blocks(warehouse: Path, statement: str, check: str) -> None:
    change(warehouse, statement)
    assert check in names(blocking(run_contracts(warehouse, [BOARD_FIGURES])))


@pytest.mark.parametrize(
    ("code", "period_end", "checks"),
    [
        (
            "R01",
            "2017-03-31",
            {"the figure is the one that the Board sees, and nothing rests on one that is withheld"},
        ),
        (
            "R02",
            "2017-03-31",
            {
                "the figure is the one that the Board sees, and nothing rests on one that is withheld",
                "nothing rests on a withheld figure of the indicator that is compared",
            },
        ),
        (
            "R01",
            "2016-03-31",
            {
                "the figure is the one that the Board sees, and nothing rests on one that is withheld",
                "the figure of the year before is the one that the Board sees",
                "the figure of the period before is the one that the Board sees",
            },
        ),
    ],
)
def test_a_comparison_that_tells_of_a_withheld_figure_blocks(
    warehouse: Path, code: str, period_end: str, checks: set[str]
) -> None:
    change(
        warehouse,
        "update board.fct_indicator_value set status = 'suppressed', value = null, numerator = null,"
        " denominator = null, lower_ci_95 = null, upper_ci_95 = null, cases_not_assessable = null"
        f" where breakdown = 'total' and indicator_code = '{code}' and period_end = '{period_end}'",
    )
    contract = SODA / "board" / "board_fct_indicator_comparison.yml"
    assert names(blocking(run_contracts(warehouse, [contract]))) == checks


@pytest.mark.parametrize(
    ("contract", "statement", "check"),
    [
        pytest.param(
            "marts/fct_indicator_trend",
            "update marts.fct_indicator_trend set chart_method = 'xmr'",
            "no stock and no window is judged by the rules of independent points",
            id="stock_judged",
        ),
        pytest.param(
            "marts/fct_indicator_trend",
            "update marts.fct_indicator_trend set special_cause = 'shift'",
            "a special cause has a point, limits and a meaning, and none has neither",
            id="no_limits",
        ),
        pytest.param(
            "marts/fct_indicator_trend",
            "update marts.fct_indicator_trend set upper_limit = centre_line - 1, is_provisional_limits = true",
            "limits stand in their order, and a run chart has none",
            id="order",
        ),
        pytest.param(
            "board/board_fct_indicator_trend",
            "update board.fct_indicator_value set value = null where period_end = '2014-03-31' and breakdown = 'total'",
            "a baseline with a withheld point has no line, limit or chart method of its own",
            id="line_over_a_withheld_point",
        ),
        pytest.param(
            "board/board_fct_indicator_trend",
            "update marts.fct_indicator_trend set is_in_baseline = false where period_end = '2017-03-31';"
            " update board.fct_indicator_value set value = null where period_end = '2017-03-31';"
            " update board.fct_indicator_trend set special_cause = 'shift' where period_end = '2016-03-31'",
            "a series with a withheld point has no special cause",
            id="run_beside_a_withheld_point",
        ),
        pytest.param(
            "marts/fct_trend_false_alarms",
            "update marts.fct_indicator_trend set upper_limit = centre_line",
            "the charts are those whose last point has limits, each with a rate for each rule",
            id="chart_without_a_rate",
        ),
        pytest.param(
            "board/board_fct_trend_false_alarms",
            "update board.fct_indicator_trend set chart_method = 'xmr', upper_limit = centre_line",
            "every chart that the Board sees with limits and signals has a rate for each rule, and no other",
            id="board_chart_without_a_rate",
        ),
        pytest.param(
            "board/board_fct_trend_false_alarms",
            f"insert into board.fct_trend_false_alarms values ('{AREA}', 'month', true, 'shift', 1, 0.01, 1, 'r-1')",
            "no signal is counted that the Board does not see",
            id="signal_that_is_not_shown",
        ),
        pytest.param(
            "marts/fct_rare_event",
            RARE_EVENT.format(events=7, days="null"),
            "the events of a period are as many as its figure counts",
            id="events_beside_the_figure",
        ),
        pytest.param(
            "marts/fct_rare_event",
            RARE_EVENT.format(events=7, days=0),
            "a point has an event and a day or more before it, and an event without days is judged by nothing",
            id="no_days_at_all",
        ),
        pytest.param(
            "marts/fct_rare_event",
            "update marts.fct_indicator_trend set chart_method = 'xmr';" + RARE_EVENT.format(events=7, days="null"),
            "every event is of a series that its trend leaves without limits",
            id="event_that_is_not_rare",
        ),
        pytest.param(
            "marts/fct_rare_event",
            "create table board.fct_rare_event as from marts.fct_rare_event",
            "no such table is in the Board's schema",
            id="event_for_the_board",
        ),
    ],
)
def test_what_is_wrong_with_trends_blocks(warehouse: Path, contract: str, statement: str, check: str) -> None:
    change(warehouse, *statement.split(";"))
    results = run_contracts(warehouse, [SODA / f"{contract}.yml"])
    assert check in names(blocking(results))


@pytest.mark.parametrize(("status", "blocks"), [("accepted", True), ("rejected", False), ("withdrawn", False)])
def test_only_a_submission_that_counts_mixes_invented_children_with_real_ones(
    warehouse: Path, status: str, blocks: bool
) -> None:
    change(
        warehouse,
        "insert into marts.fct_submission by name select * replace ('sub-mixed' as submission_id, not is_synthetic as"
        f" is_synthetic, '{status}' as status, 0 as rows_accepted, 0 as rows_quarantined, 0 as rows_received)"
        " from marts.fct_submission where supplier not in ('published', 'board') limit 1",
    )
    found = names(blocking(run_contracts(warehouse, [SODA / "marts" / "fct_submission.yml"])))
    assert ("invented and real children do not stand in one warehouse" in found) == blocks


def test_a_check_of_severity_warn_warns_and_does_not_block(warehouse: Path) -> None:
    change(warehouse, "update marts.fct_submission set rows_quarantined = 40, rows_accepted = 60")
    results = run_contracts(warehouse, [SODA / "marts" / "fct_submission.yml"])
    assert blocking(results) == []
    (warned,) = [r for r in results if r.outcome == "warned"]
    assert (warned.check_name, warned.severity) == (
        "at most one row in ten of an accepted submission is in quarantine",
        "warn",
    )


def test_a_check_of_severity_warn_that_was_not_evaluated_blocks(
    warehouse: Path, contract: Callable[[str], Path]
) -> None:
    warn = GOOD.replace("      expression:", "      attributes:\n        severity: warn\n      expression:")
    results = run_contracts(warehouse, [contract(warn.replace("period_start > ", "no_such_column > "))])
    assert "a period starts before it ends" in names(blocking(results))


def test_the_words_of_a_result_never_quote_the_value_of_a_cell(
    warehouse: Path, contract: Callable[[str], Path]
) -> None:
    change(warehouse, "update marts.dim_period set period_label = 'Secret Child Name'")
    bad = GOOD.replace("period_start > period_end", "cast(period_label as integer) > 0")
    results = run_contracts(warehouse, [contract(bad)])
    assert blocking(results)
    assert "Secret" not in repr(results)


def test_no_telemetry_is_switched_on_by_running_soda(warehouse: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from orchestration.checks.soda_gate import run_contracts;"
        "run_contracts(Path(sys.argv[1]), [Path(sys.argv[2])]);"
        "from soda_core.common.env_config_helper import EnvConfigHelper;"
        "print(bool(EnvConfigHelper().soda_core_telemetry_enabled))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(warehouse), str(FIGURES)],
        cwd=PROJECT_ROOT,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


def test_importing_the_gate_does_not_import_soda() -> None:
    code = "import sys; import orchestration.checks.soda_gate; print([m for m in sys.modules if m.startswith('soda')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_table_of_the_board_can_be_read_by_a_second_reader_while_soda_runs(warehouse: Path) -> None:
    with connect(warehouse, read_only=True):
        assert blocking(run_contracts(warehouse, [BOARD_FIGURES])) == []
