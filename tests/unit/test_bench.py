"""The bench runs, its files grow as they say, and its report says what was found and what was not."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from orchestration.ingest.contracts import load_contracts
from orchestration.settings import PROJECT_ROOT
from tests.bench import tools
from tests.bench.cases import START, dbt_nodes, growth, stages
from tests.bench.inputs import repeat_census, repeat_ssda903
from tests.bench.measure import Figure, Machine, NotMeasuredError, figure, repeat, run, this_machine
from tests.bench.report import growth_chart, render
from tests.bench.results import Beside, Job, Nodes, Report, Sector, Target
from tests.bench.workers import DATES_903

MACHINE = Machine(date(2026, 11, 24), 2, "Processor", 16.0, "System", "3.11.7", 0.1)


def took(seconds: float, *, cpu: float | None = None, facts: Mapping[str, object] | None = None) -> Figure:
    return Figure(seconds, seconds if cpu is None else cpu, 100.0, 3, facts or {})


def job(scale: float, cpu: float, spent: Mapping[str, float] | None = None) -> Job:
    nodes = Nodes(9.5, {"model": (90, 12.0), "test": (400, 6.0)}, {"fct_quick": 0.5, "fct_slow": 1.25})
    return Job(f"scale {scale:g}", scale, 1000, took(20.0, cpu=cpu), spent or {START: 5.0, "dbt: marts": 15.0}, nodes)


def report(**changed: object) -> Report:
    held: dict[str, object] = {
        "machine": MACHINE,
        "load_at_end": 1.0,
        "minutes": 4.0,
        "is_full": False,
        "targets": (),
        "beside": (),
        "jobs": (),
        "sector": (),
        "not_measured": (),
    }
    return Report(**(held | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("measured", "at_least", "answer"),
    [
        pytest.param(0.9, False, "| 0.90 s | at most 1 s | yes |", id="below a ceiling"),
        pytest.param(1.0, False, "| 1.00 s | at most 1 s | yes |", id="at the ceiling"),
        pytest.param(1.2, False, "| 1.20 s | at most 1 s | **no** |", id="above a ceiling"),
        pytest.param(0.9, True, "| 0.90 s | at least 1 s | **no** |", id="below a floor"),
        pytest.param(None, False, "| - | at most 1 s | **not measured** |", id="not measured"),
    ],
)
def test_a_target_says_what_was_measured_and_whether_it_is_met(
    measured: float | None, at_least: bool, answer: str
) -> None:
    page = render(report(targets=[Target("a thing", measured, "s", 1, 5, at_least)]))
    assert f"| a thing {answer} 5 |" in page


def test_ours_and_the_limit_stand_side_by_side_with_their_ratio() -> None:
    found = Beside("reading", "small", 1, took(3.0), took(0.5), {"read": took(1.0)})
    assert "| small | 3.00 s | 1.00 s | 0.50 s | 6.00 | 100 MB | 100 MB | 3, 3 |" in render(report(beside=[found]))


def test_what_could_not_be_measured_stands_above_the_targets_with_its_reason() -> None:
    page = render(report(not_measured=["liiatools: does not install."]))
    assert page.index("- liiatools: does not install.") < page.index("## Targets")
    assert "Not measured" not in render(report())


def test_a_tool_that_did_not_run_has_no_time() -> None:
    page = render(report(sector=[Sector("tool 1", "reads", "loads nothing", "SSDA903 x1", None, 0.5, "did not run")]))
    assert "| tool 1 | SSDA903 x1 | - | 0.50 s | - | - | did not run | - | - |" in page
    assert "**tool 1** reads. It loads nothing." in page


def test_a_tool_that_ran_stands_beside_ours_without_and_with_the_rules() -> None:
    found = Sector(
        "tool 1", "reads", "loads nothing", "SSDA903 x1", took(4.0), 0.5, "9 rules run", 1.5, "5 rules judged"
    )
    row = "| tool 1 | SSDA903 x1 | 4.00 s | 0.50 s | 1.50 s | 100 MB | 9 rules run | 5 rules judged | 3 |"
    assert row in render(report(sector=[found]))


def test_a_busy_machine_is_told_to_the_reader() -> None:
    busy = Machine(date(2026, 11, 24), 2, "Processor", 16.0, "System", "3.11.7", 3.5)
    assert "at work for others" in render(report(machine=busy))
    assert "at work for others" not in render(report())


def test_the_growth_table_has_each_job_with_its_stages_and_where_the_time_of_dbt_goes() -> None:
    page = render(report(jobs=[job(0.1, 20), job(1, 30)]))
    assert "| dbt: marts | 15.0 s | 15.0 s |" in page
    assert "| **all, by the clock** | **20.0 s** | **20.0 s** |" in page
    assert "| models | 90 in 12.0 s | 90 in 12.0 s |" in page
    assert "`fct_slow` 1.25 s, `fct_quick` 0.50 s" in page


def test_the_chart_is_sound_xml_and_its_bars_are_as_long_as_their_stages() -> None:
    jobs = [job(0.1, 20, {START: 10.0, "a & b": 30.0}), job(1, 30, {START: 10.0, "a & b": 70.0})]
    picture = ET.fromstring(growth_chart(jobs))
    bars = {
        title.text: float(bar.attrib["width"])
        for bar in picture.iter("{http://www.w3.org/2000/svg}rect")
        if (title := bar.find("{http://www.w3.org/2000/svg}title")) is not None
    }
    assert len(bars) == 4
    assert bars["scale 1, a & b: 70.0 s"] == pytest.approx(7 * bars[f"scale 1, {START}: 10.0 s"], rel=0.01)


def test_the_stages_of_a_run_add_up_to_its_time() -> None:
    spent = stages("  ops__submissions done in 1.0 s\n  raw_x__y done in 2.0 s\n  dbt_marts done in 10.5 s\n", 20.0)
    assert spent["register and load"] == 3.0
    assert spent["dbt: marts"] == 10.5
    assert spent[START] == 6.5
    assert sum(spent.values()) == 20.0


@pytest.mark.parametrize("output", ["  unheard_of done in 1.0 s\n", "nothing was done\n"])
def test_a_run_whose_steps_the_bench_does_not_know_is_not_measured(output: str) -> None:
    with pytest.raises(NotMeasuredError):
        stages(output, 20.0)


def test_growth_is_counted_beyond_what_nothing_costs() -> None:
    assert growth(job(0, 40), job(0.1, 42), job(1, 50)) == 5


def test_growth_is_not_judged_where_little_costs_no_more_than_nothing() -> None:
    with pytest.raises(NotMeasuredError, match="no more processor time"):
        growth(job(0, 40), job(0.1, 39), job(1, 50))


def test_the_time_of_dbt_is_that_of_its_first_invocation(tmp_path: Path) -> None:
    log = tmp_path / "last_run.log"
    log.write_text(
        "09:00:00  1 of 4 START seed file reference.areas ..... [RUN]\n"
        "09:00:00  1 of 4 OK loaded seed file reference.areas ..... [\x1b[32mCREATE 171\x1b[0m in 0.03s]\n"
        "09:00:01  2 of 4 OK created sql table model marts.a_model ..... [\x1b[32mOK\x1b[0m in 2.00s]\n"
        "09:00:02  3 of 4 PASS unique_a_model ..... [\x1b[32mPASS\x1b[0m in 0.50s]\n"
        "09:00:02  4 of 4 WARN 3 assert_something ..... [\x1b[33mWARN 3\x1b[0m in 0.25s]\n"
        "09:00:02  Finished running 1 seed, 1 table model in 0 hours 0 minutes and 2.10 seconds (2.10s).\n"
        "09:00:09  1 of 1 OK created sql table model board.a_model ..... [\x1b[32mOK\x1b[0m in 9.00s]\n"
    )
    by_kind = {"seed": (1, 0.03), "model": (1, 2.0), "test": (2, 0.75)}
    assert dbt_nodes(log) == Nodes(2.1, by_kind, {"a_model": 2.0})
    assert dbt_nodes(tmp_path / "none.log") is None


def test_a_repeated_return_has_every_row_again_of_other_children(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "header.csv").write_bytes(b"\xef\xbb\xbfCHILD,SEX\r\n1,2\r\n2,1\r\n")
    lines = (repeat_ssda903(source, tmp_path / "ten", 10) / "header.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "CHILD,SEX"
    assert len(lines) == 21
    assert len({line.split(",")[0] for line in lines[1:]}) == 20


def test_a_repeated_census_is_one_document_with_every_child_again_under_another_identifier(tmp_path: Path) -> None:
    census = b"<Message><Header/><Children><Child><LAchildID>A</LAchildID></Child></Children></Message>"
    document = ET.parse(repeat_census(census, tmp_path / "census.xml", 10)).getroot()
    assert len(document.findall("Children/Child")) == 10
    assert len({element.text for element in document.iter("LAchildID")}) == 10


def test_a_file_without_children_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(NotMeasuredError):
        repeat_census(b"<Message/>", tmp_path / "census.xml", 10)


def test_the_limit_of_ssda903_types_the_dates_that_the_contract_types() -> None:
    contract = load_contracts(PROJECT_ROOT / "sources")["childrens_social_care/ssda903"]
    dates = {
        heading
        for table in contract.tables
        for column in table.columns
        if column.type == "date"
        for heading in contract.headings(table.name, column.name)
    }
    assert dates >= DATES_903
    assert len(DATES_903) > 10


def test_a_process_is_weighed_and_what_it_tells_is_kept() -> None:
    program = "import json; print('words'); print(json.dumps({'seconds': 0.25, 'facts': {'rows': 7}}))"
    found = figure(repeat(3, lambda: run([sys.executable, "-c", program])))
    assert (found.seconds, found.n, found.facts["rows"]) == (0.25, 3, 7)
    assert found.peak_mb > 1
    assert found.facts["wall_seconds"] > 0


def test_a_process_that_fails_is_not_measured_and_its_last_words_are_told() -> None:
    with pytest.raises(NotMeasuredError, match=r"code 3.*sorry"):
        run([sys.executable, "-c", "print('sorry'); raise SystemExit(3)"])


def test_a_process_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(NotMeasuredError, match="was stopped"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.2)


def test_the_machine_is_described_without_its_name() -> None:
    assert this_machine().cores >= 1
    assert this_machine().memory_gb > 0
    assert "Processor), 16 GB of memory, System, Python 3.11.7" in render(report())


@pytest.mark.parametrize("tool", [tools.VALIDATOR_903, tools.VALIDATOR_CIN, tools.LIIATOOLS], ids=lambda t: t.short)
def test_the_lock_of_a_tool_holds_the_version_that_the_report_names(tool: tools.Tool) -> None:
    assert f"{tool.name}=={tool.version} " in tool.lock.read_text(encoding="utf-8")
