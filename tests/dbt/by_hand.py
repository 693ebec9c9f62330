"""A small warehouse of raw rows made by hand, with the figures that follow from them by counting on one's fingers.

Belongs here: the records, each there for one rule, and how they are written into raw and ops. Does not belong here:
reading returns (ingest has its own tests), and any expectation (test_figures.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from hashlib import md5
from pathlib import Path
from typing import Any

import duckdb

from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.load import create_raw_tables
from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse import connect, migrate

HOME = "E06000011"
UNLISTED = "LA975"
AS_OF = datetime(2017, 6, 30, 9, 0, 0)
RELEASE = "r-20170630t090000-0a1b2c3d"

Row = dict[str, Any]

CARE, NEED, CONTACTS = "ssda903", "cin_census", "contacts"
PLAIN_CHILDREN = 12
CASES = 8


def submission(number: int, feed: str, start: str, end: str, finality: str, received: str, **other: Any) -> Row:
    """A row of ops.submissions; `received` is a day."""
    moment = datetime.fromisoformat(f"{received}T09:00:00")
    return {
        "submission_id": f"sub-{number:06d}",
        "supplier": "childrens_social_care",
        "feed": feed,
        "area_code": HOME,
        "period_start": date.fromisoformat(start),
        "period_end": date.fromisoformat(end),
        "data_as_at": date.fromisoformat(received),
        "finality": finality,
        "contract_version": "1.0",
        "received_at": moment,
        "registered_at": moment,
        "sha256": f"{number:064x}",
        "file_name": f"return {number}.csv",
        "status": "accepted",
        "is_nil_return": False,
        "is_synthetic": True,
        "envelope_inferred": False,
        "is_replay": True,
        "rows_received": 1,
        "rows_accepted": 1,
        "rows_quarantined": 0,
        **other,
    }


SUBMISSIONS = [
    submission(1, CARE, "2015-04-01", "2016-03-31", "final", "2016-05-03"),
    submission(2, CARE, "2016-04-01", "2017-03-31", "provisional", "2017-05-20"),
    submission(3, CARE, "2016-04-01", "2017-03-31", "final", "2017-05-10"),
    submission(4, CARE, "2016-04-01", "2017-04-30", "provisional", "2017-05-15"),
    submission(4, CARE, "2016-04-01", "2017-04-30", "provisional", "2017-06-01", status="withdrawn", reason="Wrong"),
    submission(5, NEED, "2016-04-01", "2017-03-31", "final", "2017-05-12"),
    submission(6, CARE, "2016-04-01", "2017-03-31", "provisional", "2017-05-12", area_code=UNLISTED),
    submission(
        7, CARE, "2016-04-01", "2017-03-31", "final", "2017-05-01", status="rejected", file_name="Jane Doe.csv",
        reason="Jane Doe.csv has no heading row.",
    ),
    submission(8, CARE, "2016-04-01", "2017-03-31", "final", "2017-07-01"),
    submission(9, CONTACTS, "2017-05-01", "2017-05-31", "provisional", "2017-06-05"),
]  # fmt: skip
TABLES = {
    CARE: ("header", "episodes"),
    NEED: ("children", "cin_details", "child_protection_plans"),
    CONTACTS: ("contacts",),
}


def episode(number: int, child: str, start: str, end: str | None = None, status: str = "C2", place: str = "U4") -> Row:
    return {
        "submission_id": f"sub-{number:06d}", "child": child, "decom": start, "rne": "S", "ls": status, "cin": "N1",
        "place": place, "dec": end, "rec": "E3" if end else None,
    }  # fmt: skip


def header(number: int, child: str, sex: str = "1", born: str = "2008-06-15") -> Row:
    return {"submission_id": f"sub-{number:06d}", "child": child, "sex": sex, "dob": born}


def looked_after() -> Iterator[tuple[str, Row]]:
    """Rows of header and episodes."""
    for place in range(PLAIN_CHILDREN):
        for number in (1, 2, 3, 4):
            yield "header", header(number, f"plain {place}", sex="12"[place % 2])
            yield "episodes", episode(number, f"plain {place}", "2015-05-01")
    # Over in the first year: never carried again, and known all the same.
    yield "header", header(1, "left in 2015", sex="2")
    yield "episodes", episode(1, "left in 2015", "2015-06-01", "2015-12-31")
    for child in ("ends on the day", "starts on the day", "short breaks", "short breaks and care", "two episodes"):
        yield "header", header(3, child)
    yield "episodes", episode(3, "ends on the day", "2016-06-01", "2017-03-31")
    yield "episodes", episode(3, "starts on the day", "2017-03-31", place="A3")
    yield "episodes", episode(3, "short breaks", "2016-06-01", status="V3")
    yield "episodes", episode(3, "short breaks and care", "2016-05-01")
    yield "episodes", episode(3, "short breaks and care", "2016-06-01", status="V4")
    yield "episodes", episode(3, "two episodes", "2016-05-01")
    yield "episodes", episode(3, "two episodes", "2016-09-01", place="K2")
    yield "episodes", episode(3, "without header", "2016-05-01")
    # Known to returns that do not speak: outranked, withdrawn, not yet come.
    yield "episodes", episode(2, "in the provisional return only", "2016-05-01")
    yield "episodes", episode(4, "in the withdrawn return only", "2017-02-01")
    yield "episodes", episode(8, "in a return that comes later", "2016-05-01")
    yield "header", header(6, "elsewhere")
    yield "episodes", episode(6, "elsewhere", "2016-05-01")


def in_need() -> Iterator[tuple[str, Row]]:
    """Rows of children, cin_details and child_protection_plans."""

    def child(name: str, born: str | None = "2010-09-30", **other: Any) -> tuple[str, Row]:
        return "children", {"la_child_id": name, "person_birth_date": born, "gender_current": "1", **other}

    def case(name: str, referred: str, **other: Any) -> tuple[str, Row]:
        return "cin_details", {"la_child_id": name, "cin_referral_date": referred, "referral_nfa": False, **other}

    def plan(name: str, start: str, category: str, end: str | None = None) -> tuple[str, Row]:
        return "child_protection_plans", {
            "la_child_id": name, "cin_referral_date": "2016-05-01", "cpp_start_date": start, "cpp_end_date": end,
            "initial_category_of_abuse": "PHY", "latest_category_of_abuse": category,
        }  # fmt: skip

    for place in range(CASES):
        yield child(f"case {place}")
        yield case(f"case {place}", "2016-05-01")
    for place in range(CASES - 1):
        yield plan(f"case {place}", "2016-06-01", "NEG")
    yield plan(f"case {CASES - 1}", "2016-06-01", "EMO", end="2017-03-31")
    yield child("expected", born=None, expected_person_birth_date="2017-06-01", gender_current="0")
    yield case("expected", "2017-03-01")
    yield plan("expected", "2017-03-10", "NEG")
    # A second referral of the same child is a second case.
    yield case("case 0", "2017-01-15")
    yield case("case 1", "2017-02-01", cin_closure_date="2017-03-31")
    yield child("no further action")
    yield case("no further action", "2017-01-15", referral_nfa=True, cin_closure_date="2017-02-20")


def write_warehouse(path: Path) -> None:
    """warehouse.duckdb with raw tables from the contracts, the rows above, and the run's control row."""
    with connect(path) as con:
        migrate(con)
        contracts = load_contracts(PROJECT_ROOT / "sources")
        create_raw_tables(con, contracts)
        for row in SUBMISSIONS:
            insert(con, "ops.submissions", row)
            if row["status"] != "withdrawn":
                for table in TABLES[row["feed"]]:
                    counts = {"rows_received": 1, "rows_accepted": 1, "rows_quarantined": 0}
                    insert(
                        con,
                        "ops.submission_tables",
                        {"submission_id": row["submission_id"], "table_name": table, **counts},
                    )
        for number, (table, row) in enumerate(looked_after(), start=2):
            write_raw(con, CARE, table, number, row["child"], row)
        for number, (table, row) in enumerate(in_need(), start=1):
            row = {"submission_id": "sub-000005", **row}
            if table != "children":
                row["parent_row_number"] = 1
            write_raw(con, NEED, table, number, row["la_child_id"], row)
        insert(
            con,
            "ops.run_control",
            {
                "run_id": "run-1", "as_of": AS_OF, "release_id": RELEASE, "home_area_code": HOME, "is_synthetic": True,
                "code_version": "0.1.0", "inputs_hash": "0a1b2c3d",
            },
        )  # fmt: skip


def write_raw(
    con: duckdb.DuckDBPyConnection,
    feed: str,
    table: str,
    number: int,
    person: str | None,
    row: Row,
    supplier: str = "childrens_social_care",
) -> None:
    """One raw row with its receipt; the pseudonym of a test person is a plain hash, None where the row is of nobody."""
    receipt: Row = {"row_number": number, "source_name": table}
    if person is not None:
        receipt["person_key"] = md5(person.encode()).hexdigest()
    insert(con, f"raw.raw_{supplier}__{feed}__{table}", {**receipt, **row})


def insert(con: duckdb.DuckDBPyConnection, table: str, row: Row) -> None:
    names = ", ".join(row)
    con.execute(f"insert into {table} ({names}) values ({', '.join('?' * len(row))})", list(row.values()))
