"""A warehouse of a few figures made by hand, on which the real SQL of the exceptions is run as a release would run it.

Belongs here: the tables that the models read, and running the compiled models in their order. Does not belong here: any
expectation (test_exceptions.py), and reckoning figures, intervals or limits (others do).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dbt_call import seed_tables
from orchestration.exceptions import _remember
from orchestration.ingest.contracts import load_contract
from orchestration.ingest.load import create_raw_tables
from orchestration.publish import Release
from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse import migrate

AREA = "E06000011"
# In the order in which they read one another, with the name that each has in the warehouse.
MODELS = {
    "stg_ops__run_control": "staging.stg_ops__run_control",
    "stg_ops__submissions": "staging.stg_ops__submissions",
    "int_exception__judged": "intermediate.int_exception__judged",
    "fct_exception": "marts.fct_exception",
    "fct_exception_decision": "marts.fct_exception_decision",
    "board_fct_exception": "board.fct_exception",
    "board_fct_agreed_exception": "board.fct_agreed_exception",
}
_VALUE = "indicator_code varchar, definition_version varchar, area_code varchar, period_type varchar"
_TABLES = f"""
create table marts.fct_indicator_value (
    {_VALUE}, period_start date, period_end date, breakdown varchar, value decimal(18, 6),
    lower_ci_95 decimal(18, 6), upper_ci_95 decimal(18, 6), status varchar, is_withheld boolean
);
create view board.fct_indicator_value as
select * replace (
    case when not is_withheld then value end as value, case when is_withheld then 'suppressed' else status end as status
)
from marts.fct_indicator_value;
create table marts.fct_indicator_latest_due ({_VALUE}, period_end date, status varchar);
create table marts.fct_indicator_comparison (
    {_VALUE}, period_end date, breakdown varchar, comparison_code varchar, significance_england varchar,
    quartile varchar, england_value decimal(18, 6)
);
create table marts.fct_indicator_trend (
    {_VALUE}, period_end date, breakdown varchar, special_cause varchar, signal varchar, target_value decimal(18, 6)
);
create table marts.bridge_indicator_publication (
    indicator_code varchar, audience varchar, period_type varchar, breakdown varchar, is_primary boolean
);
create table marts.fct_feed_status (
    area_code varchar, supplier varchar, feed varchar, feed_name varchar, is_annual_final boolean, period_type varchar,
    period_start date, period_end date, status varchar
);
create schema if not exists reference;
"""
_SEEDS: Mapping[str, str] = {
    "indicators": "{'definition_version': 'varchar', 'parent_code': 'varchar'}",
    "periods": "{'period_end': 'date'}",
    "exception_rules": "{'threshold': 'integer', 'valid_to': 'date'}",
    "counterbalanced_pairs": "{'valid_to': 'date'}",
}


class Compiled(dict[str, str]):
    """The SQL of each model as dbt compiled it under a home; short to print, as hypothesis prints it at each turn."""

    @classmethod
    def under(cls, home: Path) -> Compiled:
        folder = home / "dbt" / "target" / "compiled" / "safeguarding" / "models"
        return cls((name, next(folder.rglob(f"{name}.sql")).read_text()) for name in MODELS)

    def __repr__(self) -> str:
        return "<compiled>"


def exception_id(rule: str, about: str, version: str, period_type: str, period_end: str) -> str:
    """The id as the interface says it, for a headline of the home area."""
    return hashlib.sha256(f"{rule}|{about}|{version}|{AREA}|{period_type}|{period_end}|total".encode()).hexdigest()


@dataclass
class Figures:
    """The warehouse, the compiled models, and the releases that were published from it, in the order of publication."""

    con: duckdb.DuckDBPyConnection
    sql: Compiled
    folder: Path
    releases: list[Release]

    @classmethod
    def empty(cls, sql: Compiled, folder: Path) -> Figures:
        """Seeds, and no figure. The catalog is called as the real one, which the compiled SQL names."""
        con = duckdb.connect()
        con.execute("attach ':memory:' as warehouse")
        con.execute("use warehouse")
        migrate(con)
        create_raw_tables(con, [load_contract(PROJECT_ROOT / "sources" / "board" / "mee_decisions" / "contract.yml")])
        con.execute(_TABLES)
        for table, seed in seed_tables(PROJECT_ROOT / "seeds").items():
            if seed in _SEEDS:
                path = PROJECT_ROOT / "seeds" / f"{seed}.csv"
                con.execute(f"create table {table} as select * from read_csv('{path}', types = {_SEEDS[seed]})")
        con.execute(
            "create table marts.bridge_indicator_feed as select distinct * exclude (table_name, is_required)"
            f" from read_csv('{PROJECT_ROOT}/seeds/indicator_feeds.csv', types = {{'definition_version': 'varchar'}})"
        )
        return cls(con, sql, folder, [])

    def insert(self, table: str, **row: Any) -> None:
        """One row; what is left out is null."""
        values = ", ".join(f"? as {name}" for name in row)
        self.con.execute(f"insert into {table} by name select {values}", list(row.values()))

    def figure(
        self,
        code: str,
        year: int,
        value: float | None,
        *,
        status: str = "published",
        withheld: bool = False,
        **other: Any,
    ) -> None:
        """The figure of a financial year, `year` being that in which it ends; it is the latest due if `due`."""
        key = {"indicator_code": code, "definition_version": "1", "area_code": AREA, "period_type": "financial_year"}
        due = other.pop("due", False)
        key["period_end"] = date(year, 3, 31)  # type: ignore[assignment]
        self.insert(
            "marts.fct_indicator_value", **key, period_start=date(year - 1, 4, 1), breakdown="total", value=value,
            status=status, is_withheld=withheld, **other,
        )  # fmt: skip
        if due:
            self.insert("marts.fct_indicator_latest_due", **key)
        told = self.con.execute(
            "select 1 from marts.bridge_indicator_publication where indicator_code = ?", [code]
        ).fetchone()
        if not told:
            self.insert(
                "marts.bridge_indicator_publication", indicator_code=code, audience="board",
                period_type="financial_year", breakdown="total", is_primary=True,
            )  # fmt: skip

    def beside(self, table: str, code: str, year: int, **columns: Any) -> None:
        """A row of the comparison or the trend of such a figure."""
        self.insert(
            f"marts.{table}", indicator_code=code, definition_version="1", area_code=AREA, period_type="financial_year",
            period_end=date(year, 3, 31), breakdown="total", **columns,
        )  # fmt: skip

    def submission(self, number: int, received: datetime, **other: Any) -> str:
        """A submission of social care's contacts in January 2017 or, by `other`, another one, or its withdrawal."""
        name = f"sub-{number:06d}"
        row = {
            "supplier": "childrens_social_care", "feed": "contacts", "area_code": AREA, "status": "accepted",
            "period_start": date(2017, 1, 1), "period_end": date(2017, 1, 31), "file_name": "contacts.csv",
            "is_replay": False, "rows_received": 1, "rows_accepted": 1,
        }  # fmt: skip
        self.insert(
            "ops.submissions", submission_id=name, finality="final", contract_version="1.0", received_at=received,
            registered_at=received, sha256=f"{number:064x}", is_nil_return=False, is_synthetic=True,
            envelope_inferred=False, rows_quarantined=0, **{**row, **other},
        )  # fmt: skip
        return name

    def decide(self, number: int, received: datetime, rows: list[dict[str, Any]]) -> None:
        """A workbook of decisions that came at a moment."""
        name = self.submission(
            number, received, supplier="board", feed="mee_decisions", file_name="mee.xlsx", is_replay=True,
            rows_received=len(rows), rows_accepted=len(rows),
        )  # fmt: skip
        for position, row in enumerate(rows, start=2):
            self.insert(
                "raw.raw_board__mee_decisions__mee_decisions", submission_id=name, row_number=position,
                source_name="mee.xlsx", **row,
            )  # fmt: skip

    def build(self, release_id: str, as_of: datetime, told_before: list[Release] | None = None) -> None:
        """What a run does from the marts on: remember what was told, then build."""
        self.con.execute("delete from ops.run_control")
        self.insert(
            "ops.run_control", run_id="by hand", as_of=as_of, release_id=release_id, home_area_code=AREA,
            is_synthetic=True, code_version="0", inputs_hash="0",
        )  # fmt: skip
        _remember(self.con, self.releases if told_before is None else told_before)
        for name, table in MODELS.items():
            self.con.execute(f"create or replace table {table} as {self.sql[name]}")

    def publish(self, release_id: str, as_of: datetime) -> None:
        """Leave behind what a release leaves behind, as far as later ones read it."""
        folder = self.folder / release_id
        folder.mkdir(parents=True)
        for name, schema in (("analyst", "marts"), ("board", "board")):
            self.con.execute(f"attach '{folder / name}.duckdb' as file")
            self.con.execute(f"create schema file.{schema}")
            self.con.execute(f"create table file.{schema}.fct_exception as from {schema}.fct_exception")
            self.con.execute("detach file")
        released_at = datetime(2020, 1, 1 + len(self.releases))
        self.releases.append(Release(release_id, as_of, released_at, "0", "0", True, folder))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.con.execute(sql).fetchall()
