"""Raw rows made by hand for the date rules: one child a case, in authorities whose returns reach back differently.

Belongs here: how a row of each table is written in few words, which returns each authority has sent, and how all of it
becomes one warehouse. Does not belong here: which day a rule turns on, and what follows from it (test_date_rules.py),
nor reading returns (ingest has its own tests).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from itertools import count
from pathlib import Path

from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.load import create_raw_tables
from orchestration.settings import PROJECT_ROOT
from orchestration.warehouse import connect, migrate

from .by_hand import CARE, CONTACTS, HOME, NEED, RELEASE, Row, insert, submission, write_raw

AS_OF = datetime(2021, 6, 30, 9, 0, 0)

# HOME has sent everything since 2008. The others: from a first return on, with a year missing, and in two returns.
FROM_2016 = "E06000010"
WITH_GAP = "E06000012"
TWO_RETURNS = "E06000013"
# The figures of this one are counted, so that it has no rows but those that a figure is about.
COUNTED = "E06000014"

TABLES = {
    CARE: ("header", "episodes", "reviews", "missing"),
    NEED: (
        "children", "cin_details", "assessments", "assessment_factors", "section47", "child_protection_plans",
        "cpp_reviews",
    ),
    CONTACTS: ("contacts",),
}  # fmt: skip
BORN = "2007-01-01"
# What the agencies send, by the name of the feed.
CONTRACTS = {
    contract.feed: contract
    for contract in load_contracts(PROJECT_ROOT / "sources").values()
    if contract.publication is None
}


@dataclass(frozen=True)
class Return:
    """A return of one feed: its window, and the tables it holds."""

    feed: str
    start: str
    end: str
    tables: tuple[str, ...]


def returns(*windows: tuple[str, str], feeds: Iterable[str] = (CARE, NEED, CONTACTS)) -> list[Return]:
    return [Return(feed, start, end, TABLES[feed]) for feed in feeds for start, end in windows]


RETURNS = {
    HOME: returns(("2008-04-01", "2021-03-31")),
    FROM_2016: returns(("2016-04-01", "2021-03-31")),
    WITH_GAP: returns(("2014-04-01", "2015-03-31"), ("2016-04-01", "2021-03-31")),
    TWO_RETURNS: returns(("2014-04-01", "2015-03-31"), ("2015-04-01", "2016-03-31")),
    COUNTED: returns(("2012-04-01", "2021-03-31")),
}
# What is told once a year comes in returns of a year.
OUTCOME_YEARS = range(2014, 2018)
RETURNS[HOME] += [Return(CARE, f"{year - 1}-04-01", f"{year}-03-31", ("oc2", "ad1")) for year in OUTCOME_YEARS]
# Schools and health: everything from two authorities. Of two others, attendance alone: from before the first return of
# social care, and from the middle of a school year.
PARTNERS = ("camhs", "substance_misuse", "hospital_admissions", "attendance", "attainment", "exclusions")
RETURNS[HOME] += [Return(feed, "2008-09-01", "2021-03-31", (feed,)) for feed in PARTNERS]
RETURNS[COUNTED] += [Return(feed, "2012-04-01", "2021-03-31", (feed,)) for feed in (*PARTNERS, "pupil_headcount")]
RETURNS[FROM_2016] += [Return("attendance", "2015-09-01", "2021-03-31", ("attendance",))]
RETURNS[TWO_RETURNS] += [Return("attendance", "2016-01-01", "2016-08-31", ("attendance",))]
# Police and courts, and more of social care: everything from one authority, and from the one whose figures are counted.
AROUND = (
    *("missing_episodes", "domestic_abuse_referrals", "recorded_crime", "cases", "first_time_entrants"),
    *("early_help", "cse", "health_assessments", "return_interviews"),
)
RETURNS[HOME] += [Return(feed, "2008-04-01", "2021-03-31", (feed,)) for feed in AROUND]
RETURNS[COUNTED] += [Return(feed, "2012-04-01", "2021-03-31", (feed, "aggregates")) for feed in AROUND]
RETURNS[FROM_2016] += [Return("health_assessments", "2017-01-01", "2021-03-31", ("health_assessments",))]


@dataclass(frozen=True)
class Record:
    """A raw row but for its child, whose name stands for {child} in a text.

    `until` is the last day of the return it came in, the latest where not told; `person` whose pseudonym it has, the
    child's own where not told.
    """

    feed: str
    table: str
    row: Row
    until: str | None = None
    person: str | None = None


def episode(
    start: str, end: str | None = None, rec: str | None = None, *, rne: str = "S", ls: str = "C2", place: str = "U4"
) -> Record:
    """An episode of care; one that ends ceases by X1 (another follows) where `rec` does not say otherwise."""
    row = {"decom": start, "dec": end, "rne": rne, "ls": ls, "place": place, "cin": "N1"}
    return Record(CARE, "episodes", {**row, "rec": rec or ("X1" if end else None)})


def care(*steps: tuple[str, str, str], left: tuple[str, str] | None = None, ls: str = "C2") -> list[Record]:
    """Episodes that follow one another: (first day, reason for the new episode, placement); (last day, reason)."""
    ends = [(start, "X1") for start, _, _ in steps[1:]] + [left or (None, None)]
    return [
        episode(start, end, rec, rne=rne, ls=ls, place=place)
        for (start, rne, place), (end, rec) in zip(steps, ends, strict=True)
    ]


def looked_after_review(day: str) -> Record:
    return Record(CARE, "reviews", {"review": day, "review_code": "PN1"})


def missing(start: str, end: str | None = None, category: str = "M") -> Record:
    return Record(CARE, "missing", {"missing": category, "mis_start": start, "mis_end": end or start})


def outcomes(year: int, health_assessment: str | None) -> Record:
    return Record(CARE, "oc2", {"health_assessment": health_assessment}, f"{year}-03-31")


def adoption(year: int, foster_care: str) -> Record:
    return Record(CARE, "ad1", {"foster_care": foster_care}, f"{year}-03-31")


def case(referred: str, closed: str | None = None, *, until: str | None = None, **other: object) -> Record:
    row = {"cin_referral_date": referred, "cin_closure_date": closed, "referral_nfa": False, **other}
    return Record(NEED, "cin_details", row, until)


def assessment(referred: str, start: str, end: str | None, *factors: str) -> list[Record]:
    """A referral with its assessment, authorised on `end`, and what it found."""
    row = {"cin_referral_date": referred, "assessment_actual_start_date": start}
    return [
        case(referred, referral_source="6"),
        Record(NEED, "assessments", {**row, "assessment_authorisation_date": end}),
        *(Record(NEED, "assessment_factors", {**row, "assessment_factor": factor}) for factor in factors),
    ]


def enquiry(start: str, conference: str | None = None) -> Record:
    row = {"cin_referral_date": start, "s47_actual_start_date": start, "date_of_initial_cpc": conference}
    return Record(NEED, "section47", row)


def plan(start: str, end: str | None = None, *, previous: int | None = 0, category: str = "NEG") -> Record:
    row = {"cin_referral_date": start, "cpp_start_date": start, "cpp_end_date": end}
    return Record(
        NEED,
        "child_protection_plans",
        {**row, "number_of_previous_cpp": previous, "latest_category_of_abuse": category},
    )


def plan_reviews(plan_start: str, *days: str) -> list[Record]:
    return [Record(NEED, "cpp_reviews", {"cpp_start_date": plan_start, "cpp_review_date": day}) for day in days]


def contact(at: str, decided: str | None = None, *, forwarded_to: str | None = "NONE", outcome: str = "NFA") -> Record:
    row = {"contact_at": at, "decision_at": decided, "forwarded_to": forwarded_to, "outcome": outcome, "source": "6"}
    return Record(CONTACTS, "contacts", {"contact_ref": at, **row})


@dataclass(frozen=True)
class Child:
    """Who the records are of. `born` is None where no return tells a birth date."""

    name: str
    area: str
    records: Sequence[Record]
    born: str | None = BORN
    expected: str | None = None


def person_key(name: str) -> str:
    """The pseudonym that write_raw gives a test person."""
    return md5(name.encode()).hexdigest()


def write_warehouse(path: Path, children: Iterable[Child]) -> None:
    """warehouse.duckdb with the returns of every authority, all of them final, and the children's rows in them."""
    with connect(path) as con:
        migrate(con)
        create_raw_tables(con, load_contracts(PROJECT_ROOT / "sources"))
        numbers = count(1)
        submissions: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
        for area, sent in RETURNS.items():
            for one in sent:
                row = submission(
                    next(numbers), one.feed, one.start, one.end, "final", "2021-05-01", area_code=area,
                    supplier=CONTRACTS[one.feed].supplier,
                )  # fmt: skip
                insert(con, "ops.submissions", row)
                for table in one.tables:
                    counts = {"rows_received": 1, "rows_accepted": 1, "rows_quarantined": 0}
                    insert(
                        con,
                        "ops.submission_tables",
                        {"submission_id": row["submission_id"], "table_name": table, **counts},
                    )
                    submissions.setdefault((area, one.feed, table), []).append((one.end, row["submission_id"]))
        lines, assessment_line = count(2), 0
        for child in children:
            for record in [*child.records, *_details(child)]:
                came = dict(submissions[child.area, record.feed, record.table])
                contract = CONTRACTS[record.feed]
                row = {"submission_id": came[record.until or max(came)]}
                person = contract.table(record.table).person_id
                if person:
                    row[person.name] = child.name
                row |= {
                    name: value.replace("{child}", child.name) if isinstance(value, str) else value
                    for name, value in record.row.items()
                }
                line = next(lines)
                if record.table == "assessments":
                    assessment_line = line
                if record.feed == NEED and record.table != "children":
                    row["parent_row_number"] = assessment_line if record.table == "assessment_factors" else 1
                # A pupil's pseudonym is made from another number than the child's: only the crosswalk joins the two.
                pupil = f"pupil {row['upn']}" if contract.person_namespace == "upn" else "{child}"
                named = (record.person or pupil).replace("{child}", child.name)
                told = person and row[person.name] is not None
                write_raw(con, record.feed, record.table, line, named if told else None, row, contract.supplier)
        insert(
            con,
            "ops.run_control",
            {
                "run_id": "run-1", "as_of": AS_OF, "release_id": RELEASE, "home_area_code": HOME, "is_synthetic": True,
                "code_version": "0.1.0", "inputs_hash": "0a1b2c3d",
            },
        )  # fmt: skip


def _details(child: Child) -> list[Record]:
    """The rows that tell the child's sex and birth date, in the feeds that have the child."""
    feeds = {record.feed for record in child.records}
    # A child found in the case system is in the returns of children's social care.
    feeds |= {CARE for record in child.records if record.row.get("lcs_id")}
    if child.born is None and child.expected is None:
        return []
    rows = {
        CARE: Record(CARE, "header", {"sex": "1", "dob": child.born}),
        NEED: Record(
            NEED,
            "children",
            {
                "person_birth_date": child.born, "expected_person_birth_date": child.expected,
                "gender_current": "1" if child.born else "0", "upn": child.name,
            },
        ),
    }  # fmt: skip
    return [record for feed, record in rows.items() if feed in feeds]
