"""What is measured within a process of its own: `python -m tests.bench.workers NAME ARGUMENT…`, one line of JSON.

Belongs here: the project's own functions, and beside each the least that the same work can cost, written by hand: the
limit. Timed is the work; starting Python and importing is told apart (the harness knows the whole life of the process).
"""

from __future__ import annotations

import json
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

Told = tuple[float, dict[str, Any]]

RECEIVED_AT = datetime(2024, 6, 30, 9, 0, 0)
"""After every date in the sample returns, and always the same."""

DATES_903 = {
    "DOB", "MC_DOB", "DECOM", "DEC", "REVIEW", "DATE_INT", "DATE_MATCH", "DATE_PLACED", "DATE_PLACED_CEASED", "DUC",
    "MIS_START", "MIS_END", "DOLO_START", "DOLO_END", "SW_DECOM", "SW_DEC",
}  # fmt: skip

# The limit of the marts: month ends of three stocks from the staging models, in one statement each. As bare as it
# goes: no breakdown, no status, no receipt, no release; the one policy in them comes from where the models have it.
MONTH_ENDS = """
    with months as (
        select last_day(cast(generate_series as date)) as day
        from generate_series(timestamp '2012-04-01', (select as_of from ops.run_control), interval 1 month)
    )
"""
MARTS_BY_HAND = {
    "R01": f"""
        {MONTH_ENDS}
        select day, area_code, count(distinct person_key)
        from months
        inner join staging.stg_childrens_social_care__looked_after_episodes
            on start_date <= day and (end_date is null or end_date > day)
        where legal_status_code is null or legal_status_code not in (
            select value from marts.ref_indicator_parameter
            where indicator_code = 'R01' and parameter = 'excluded_legal_status'
        )
        group by all
    """,
    "R03": f"""
        {MONTH_ENDS}
        select day, area_code, count(distinct person_key)
        from months
        inner join staging.stg_childrens_social_care__child_protection_plans
            on start_date <= day and (end_date is null or end_date > day)
        group by all
    """,
    "S01": f"""
        {MONTH_ENDS}
        select day, area_code, count(*)
        from months
        inner join staging.stg_childrens_social_care__in_need_episodes
            on referral_date <= day and (closure_date is null or closure_date > day)
        where not is_no_further_action
        group by all
    """,
}


def load(feed_key: str, source: str, home: str) -> Told:
    """Archive, register, read, judge and load one submission into a new warehouse whose tables are there."""
    from orchestration.ingest.contracts import load_contracts
    from orchestration.ingest.load import create_raw_tables, load_submission
    from orchestration.ingest.submissions import register_new
    from orchestration.settings import Settings
    from orchestration.warehouse import connect, migrate

    settings = Settings(home=Path(home), now_override=RECEIVED_AT)
    settings.prepare_home()
    contracts = load_contracts(settings.sources_dir)
    contract = contracts[feed_key]
    _deliver(Path(source), settings.landing / feed_key)
    with connect(settings.warehouse) as con:
        migrate(con)
        create_raw_tables(con, [contract])

    started = time.perf_counter()
    (received,) = register_new(settings, contracts, replay=False)
    registered = time.perf_counter()
    with connect(settings.warehouse) as con:
        outcome = load_submission(con, settings, contract, received)
    done = time.perf_counter()
    if outcome.status != "accepted":
        raise SystemExit(f"the submission was {outcome.status}: {outcome.reason}")
    return done - started, {
        "rows": outcome.rows_received,
        "accepted": outcome.rows_accepted,
        "quarantined": outcome.rows_quarantined,
        "register_seconds": registered - started,
        "bytes": _size(Path(source)),
    }


def _deliver(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    if source.is_dir():
        shutil.copytree(source, folder / "return")
    else:
        shutil.copy(source, folder)


def _size(source: Path) -> int:
    return sum(p.stat().st_size for p in source.rglob("*")) if source.is_dir() else source.stat().st_size


def read(feed_key: str, source: str) -> Told:
    """The reader alone: every batch of rows, thrown away."""
    from orchestration.ingest.contracts import load_contracts
    from orchestration.ingest.readers.opening import open_submission
    from orchestration.settings import PROJECT_ROOT

    contract = load_contracts(PROJECT_ROOT / "sources")[feed_key]
    started = time.perf_counter()
    rows = sum(len(batch.rows) for _, batch in open_submission(Path(source), Path(source).name, contract).batches())
    return time.perf_counter() - started, {"rows": rows}


def check(feed_key: str, source: str, year: str) -> Told:
    """Reader and rules, without a warehouse."""
    from orchestration.ingest.contracts import load_contracts
    from orchestration.ingest.readers.opening import open_submission
    from orchestration.ingest.validate import SubmissionChecker
    from orchestration.settings import PROJECT_ROOT

    contract = load_contracts(PROJECT_ROOT / "sources")[feed_key]
    started = time.perf_counter()
    counts: Counter[str] = Counter()
    checker = SubmissionChecker(contract, int(year))
    for part, batch in open_submission(Path(source), Path(source).name, contract).batches():
        checked = checker.check(part, batch)
        counts.update(rows=checked.received, quarantined=len(checked.quarantined))
    return time.perf_counter() - started, dict(counts)


def limit_ssda903(source: str, database: str) -> Told:
    """DuckDB's own CSV reader into typed tables of a new file, and not one rule."""
    import duckdb

    started = time.perf_counter()
    rows = 0
    with duckdb.connect(database) as con:
        for path in sorted(Path(source).glob("*.csv")):
            with path.open(encoding="utf-8-sig") as stream:
                names = stream.readline().strip().split(",")
            types = {name: "DATE" if name in DATES_903 else "VARCHAR" for name in names}
            con.execute(
                f'create table "{path.stem}" as select * from read_csv(?, header = true, columns = {types},'
                " dateformat = '%d/%m/%Y', auto_detect = false, delim = ',', quote = '\"')",
                [str(path)],
            )
            rows += (con.execute(f'select count(*) from "{path.stem}"').fetchone() or (0,))[0]
    if not rows:
        raise SystemExit("the folder holds no row of a CSV file.")
    return time.perf_counter() - started, {"rows": rows}


def limit_census(source: str) -> Told:
    """lxml's iterparse over the file: counts the elements, forgets each child at its end, keeps nothing."""
    from lxml import etree

    started = time.perf_counter()
    elements = 0
    for _, child in etree.iterparse(source, tag="Child", no_network=True, resolve_entities=False):
        elements += sum(1 for _ in child.iter())
        child.clear()
        parent = child.getparent()
        while parent is not None and child.getprevious() is not None:
            del parent[0]
    return time.perf_counter() - started, {"elements": elements}


def limit_marts(home: str) -> Told:
    """The three statements on a finished home, with their figures held against those of the marts."""
    from orchestration.warehouse import connect

    with connect(Path(home) / "warehouse.duckdb", read_only=True) as con:
        started = time.perf_counter()
        by_hand = {code: con.execute(sql).fetchall() for code, sql in MARTS_BY_HAND.items()}
        seconds = time.perf_counter() - started
        compared, differing = _compared(con, by_hand)
        rows = con.execute("select count(*) from marts.fct_indicator_value").fetchone()
    if not compared or differing:
        raise SystemExit(f"by hand and in the marts {differing} of {compared} figures differ; the limit is no limit.")
    return seconds, {"figures": compared, "differing": differing, "rows": rows[0] if rows else 0}


def _compared(con: Any, by_hand: dict[str, list[tuple[Any, ...]]]) -> tuple[int, int]:
    compared = differing = 0
    for code, rows in by_hand.items():
        counted = {(day, area): count for day, area, count in rows}
        in_marts = con.execute(
            """
            select period_end, area_code, numerator from marts.fct_indicator_value
            where indicator_code = $1 and period_type = 'month' and breakdown = 'total' and numerator is not null
            """,
            [code],
        ).fetchall()
        compared += len(in_marts)
        differing += sum(counted.get((day, area), 0) != figure for day, area, figure in in_marts)
    return compared, differing


def findings(home: str) -> Told:
    """How many rules of each return a finished home has judged, and how many rows break one."""
    from orchestration.warehouse import connect

    started = time.perf_counter()
    with connect(Path(home) / "warehouse.duckdb", read_only=True) as con:
        found = con.execute(
            "select return, count(distinct rule_code), cast(sum(rows_in_breach) as bigint)"
            " from marts.fct_validation_result group by all order by all"
        ).fetchall()
    return time.perf_counter() - started, {name: {"rules": rules, "rows": rows} for name, rules, rows in found}


def build_dashboard(home: str) -> Told:
    """Every page from the Board's file of a finished home. The packages are installed before the clock runs."""
    from orchestration.dashboard import build, install_node_modules
    from orchestration.settings import PROJECT_ROOT, Settings

    settings = Settings(home=Path(home))
    install_node_modules(PROJECT_ROOT / "evidence", _nothing)
    settings.dashboard.unlink(missing_ok=True)
    shutil.rmtree(settings.home / "dashboards", ignore_errors=True)
    started = time.perf_counter()
    index = build(settings, _nothing)
    seconds = time.perf_counter() - started
    site = index.parent.resolve()
    data = [path for folder in ("data", "api") for path in (site / folder).rglob("*") if path.suffix != ".gz"]
    return seconds, {
        "pages": sum(1 for _ in site.rglob("index.html")),
        "data_mb": sum(path.stat().st_size for path in data if path.is_file()) / 1e6,
    }


def _nothing(_: str) -> None:
    pass


def first_chart(home: str, path: str) -> Told:
    """From asking for a page, with nothing in the browser's cache, to its first chart being drawn."""
    with _browser(home) as (browser, address):
        page = browser.new_page()
        started = time.perf_counter()
        page.goto(address + path, wait_until="commit")
        page.wait_for_selector("[data-testid=trend], [data-testid=sparkline]", state="visible")
        return time.perf_counter() - started, {}


def filter_changed(home: str) -> Told:
    """From choosing another indicator on the page that compares, to its table being that indicator's."""
    with _browser(home) as (browser, address):
        page = browser.new_page()
        page.goto(f"{address}compare/", wait_until="networkidle")
        choice = page.get_by_test_id("choose-indicator")
        codes = choice.locator("option").evaluate_all("options => options.map((option) => option.value)")
        started = time.perf_counter()
        choice.select_option(codes[-1])
        page.wait_for_selector(f"[data-testid=compare-table][data-indicator='{codes[-1]}']", state="visible")
        return time.perf_counter() - started, {"choices": len(codes)}


@contextmanager
def _browser(home: str) -> Iterator[tuple[Any, str]]:
    from playwright.sync_api import sync_playwright

    from orchestration.dashboard import make_server
    from orchestration.pack import find_chromium
    from orchestration.settings import Settings

    server = make_server(Settings(home=Path(home)), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=flags)
        try:
            yield browser, f"http://127.0.0.1:{server.server_port}/"
        finally:
            browser.close()
            server.shutdown()


WORKERS: dict[str, Callable[..., Told]] = {
    worker.__name__: worker
    for worker in (
        *(load, read, check, limit_ssda903, limit_census, limit_marts, findings),
        *(build_dashboard, first_chart, filter_changed),
    )
}


def main(name: str, *arguments: str) -> None:
    """Run one worker and print what it tells."""
    seconds, facts = WORKERS[name](*arguments)
    print(json.dumps({"seconds": seconds, "facts": facts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
