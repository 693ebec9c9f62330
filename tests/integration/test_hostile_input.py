"""Hostile and careless files through the command line: one sentence each, nothing lost, the good file beside unharmed.

CASES is the list. All of them are landed at once beside good returns and run whole, and each is then asked for. The
table of docs/submissions.md is that of CASES.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import resource
import shutil
import stat
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from orchestration.ingest.archive import content_sha256
from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.envelope import UNREADABLE, read_envelope
from orchestration.ingest.readers.files import Limits
from orchestration.ingest.readers.model import ReadError
from orchestration.ingest.readers.opening import open_submission
from orchestration.ingest.readers.workbook import _refuse_what_would_end_us
from orchestration.ingest.register import read_register
from orchestration.ingest.submissions import discover, register_new, strays
from orchestration.ingest.validate import parse_moment
from orchestration.settings import PROJECT_ROOT, Settings
from tests.conftest import ROOT, SAFEGUARDING, safeguarding

CONTRACTS = load_contracts(PROJECT_ROOT / "sources")
NOW = "2017-06-30T09:00:00"
GOOD = ROOT / "tests" / "golden" / "replay_case" / "landing" / "childrens_social_care" / "ssda903" / "2016_17_final"
CARE, CENSUS, CONTACTS = (f"childrens_social_care/{feed}" for feed in ("ssda903", "cin_census", "contacts"))
CHILD = "SECRET70001"
OTHER = "SECRET70002"
"""Identifiers that no message may hold."""
CONCEPTIONS, FORBIDDEN = "health/conceptions", "SECRET48500"
"""A feed of figures alone, and an identifier that nothing at all may hold."""
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
REVIEWS = "CHILD,REVIEW,REVIEW_CODE"
CONTACT = ["contact_ref", "lcs_id", "contact_at", "source", "forwarded_to"]
A_CHILD = f"<Child><ChildIdentifiers><LAchildID>{CHILD}</LAchildID></ChildIdentifiers></Child>"

Files = dict[str, bytes]


def envelope(area: str = "E06000010", **fields: Any) -> dict[str, Any]:
    """Hull's year, so that nothing here counts in the figures of the good return."""
    return {"area_code": area, "period_start": "2016-04-01", "period_end": "2017-03-31", "finality": "final"} | fields


def table(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def census(children: str, la: str = "810") -> bytes:
    details = "<CollectionDetails><ReferenceDate>2017-03-31</ReferenceDate></CollectionDetails>"
    header = f"<Header>{details}<Source><LEA>{la}</LEA></Source></Header>"
    return f"<Message>{header}<Children>{children}</Children></Message>".encode()


def packed(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def packed_link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("reviews.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def bomb() -> bytes:
    """Twelve megabytes of blanks in twelve kilobytes."""
    return packed({"reviews.csv": REVIEWS.encode() + b"\n" + b" " * (12 << 20)})


def workbook(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def protected_workbook() -> bytes:
    """The container in which Office keeps a workbook with a password: OLE2 with the stream EncryptedPackage."""
    end, free, fat_sector = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD

    def entry(name: str, kind: int, *, child: int = free, right: int = free, start: int = end, size: int = 0) -> bytes:
        raw = f"{name}\0".encode("utf-16-le")
        head = raw.ljust(64, b"\0") + struct.pack("<HBB3I", len(raw), kind, 1, free, right, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    chains = [fat_sector, end, *range(3, 10), end, *range(11, 18), end]
    folder = entry("Root Entry", 5, child=1) + entry("EncryptedPackage", 2, right=2, start=2, size=4096)
    folder += entry("EncryptionInfo", 2, start=10, size=4096) + bytes(128)
    first = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    first += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    return first + struct.pack("<128I", *chains, *[free] * (128 - len(chains))) + folder + bytes(8192)


def dates_of_excel(sheet: Any) -> None:
    sheet.append(CONTACT)
    sheet.append([f"{CHILD}-1", CHILD, datetime(2017, 3, 1, 10, 5), "6", "NONE"])
    sheet.append([f"{CHILD}-2", CHILD, "01/03/2017 10:05", "6", "NONE"])
    sheet.append([f"{CHILD}-3", CHILD, 42795, "6", "NONE"])


def merged_and_hidden(sheet: Any) -> None:
    sheet["A1"] = "Contacts of March"
    sheet.merge_cells("A1:E1")
    sheet.append(CONTACT)
    for number in range(3):
        sheet.append([f"{CHILD}-{number}", CHILD, datetime(2017, 3, 1 + number, 10, 5), "6", "NONE"])
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["B"].hidden = True


def far_cell(sheet: Any) -> None:
    sheet.append(CONTACT)
    sheet["XFD1048576"] = "x"


def many_empty_rows(sheet: Any) -> None:
    sheet.append(CONTACT)
    sheet.append([f"{CHILD}-1", CHILD, datetime(2017, 3, 1, 10, 5), "6", "NONE"])
    for row in range(3, 20_000):
        sheet.row_dimensions[row].height = 12
    sheet.row_dimensions[1_048_576].height = 12


def laughs(prolog: str, inside: str) -> bytes:
    return (
        f"<?xml version='1.0'?><!DOCTYPE Message [{prolog}]><Message><Children>{inside}</Children></Message>".encode()
    )


# -------------------------------------------------------------------------------------------------------- the list


@dataclass(frozen=True)
class Case:
    """`files` go into a folder of `feed` with submission.yml; `bare` is one file laid into the feed's folder itself.

    `comes`, `becomes`: the row of the documentation. `says`: what the refusal's one sentence, or else the messages of
    the rows, must hold. `rows`: received, accepted, quarantined. `rules`: quarantined rows and warnings by rule.
    """

    comes: str
    becomes: str
    feed: str
    files: Files = field(default_factory=dict)
    envelope: dict[str, Any] | None = field(default_factory=envelope)
    bare: str | None = None
    says: tuple[str, ...] = ()
    rows: tuple[int, int, int] = (0, 0, 0)
    rules: dict[str, int] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        return self.becomes.startswith("refused")


REFUSED = "refused"
SET_ASIDE = "row set aside"
WARNED = "loaded, with a warning"
GOOD_REVIEW = f"{CHILD},01/02/2017,PN1"

CASES: dict[str, Case] = {
    "empty file": Case(
        "an empty file",
        REFUSED,
        CARE,
        {"empty.csv": b""},
        None,
        "empty.csv",
        says=("*****.csv: is empty, expected headings and rows", "send the headings with 'rows: 0'"),
    ),
    "binary junk": Case(
        "bytes that are no text",
        REFUSED,
        CARE,
        {"junk.csv": random.Random(1).randbytes(5000)},
        None,
        "junk.csv",
        says=(
            "****.csv: is not text that we can read",
            "expected a CSV, a workbook, XML or a zip",
            "save it as CSV UTF-8",
        ),
    ),
    "not XML": Case(
        "a table where the census is expected",
        REFUSED,
        CENSUS,
        {"list.csv": table(REVIEWS, GOOD_REVIEW)},
        says=("list.csv: is a text file, expected the XML of Children in need census", "export the census itself"),
    ),
    "truncated XML": Case(
        "XML that breaks off",
        "refused; what could be read is kept",
        CENSUS,
        {"c.xml": census(A_CHILD * 2)[:-30]},
        says=("c.xml, line 1: the XML breaks off or is not well formed; export it again",),
        rows=(1, 0, 1),
        rules={"submission_rejected": 1},
    ),
    "entity expansion": Case(
        "XML with entities that unfold",
        REFUSED,
        CENSUS,
        {"c.xml": laughs("<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>", "&b;&b;&b;")},
        says=("c.xml: holds a document type declaration (<!DOCTYPE>), which no return has; export it again without",),
    ),
    "external entity": Case(
        "XML that names a file of this machine",
        REFUSED,
        CENSUS,
        {"c.xml": laughs("<!ENTITY a SYSTEM 'file:///etc/passwd'>", "<Child>&a;</Child>")},
        says=("c.xml: holds a document type declaration",),
    ),
    "deep XML": Case(
        "XML nested without end",
        REFUSED,
        CENSUS,
        {"c.xml": census("<Child>" + "<a>" * 100_000)},
        says=("c.xml, line 1: the XML breaks off or is not well formed",),
    ),
    "zip bomb": Case(
        "a zip that unpacks to far more than it is",
        REFUSED,
        CARE,
        {"903.zip": bomb()},
        None,
        "903.zip",
        says=("903.zip: reviews.csv is packed more than 250-fold, as no return is; send the file itself",),
    ),
    "zip that climbs out": Case(
        "a zip that names a place outside itself",
        REFUSED,
        CARE,
        {"903.zip": packed({"../evil.csv": b"CHILD\n"})},
        says=("903.zip: holds a file that names a place outside the archive; pack the files again",),
    ),
    "zip with a link": Case(
        "a zip that holds a link",
        REFUSED,
        CARE,
        {"903.zip": packed_link()},
        says=("903.zip: holds a link instead of a file; pack the files themselves",),
    ),
    "damaged zip": Case(
        "a zip that is cut short",
        REFUSED,
        CARE,
        {"903.zip": packed({"r.csv": table(REVIEWS, GOOD_REVIEW)})[:60]},
        says=("903.zip: the archive is damaged or cut short; send it again",),
    ),
    "semicolons": Case(
        "semicolons, tabs or bars in place of commas",
        "loaded",
        CARE,
        {"r.csv": table(REVIEWS, GOOD_REVIEW).replace(b",", b";")},
        rows=(1, 1, 0),
    ),
    "wrong delimiter": Case(
        "any other character in place of commas",
        "refused; its rows are kept",
        CARE,
        {"r.csv": table(REVIEWS, GOOD_REVIEW).replace(b",", b"~")},
        says=("found no table of this feed in 'r.csv'", "reviews (CHILD, REVIEW, REVIEW_CODE)"),
        rows=(1, 0, 1),
        rules={"submission_rejected": 1},
    ),
    "missing column": Case(
        "a table without one of its columns",
        "refused; its rows are kept",
        CARE,
        {"e.csv": table("CHILD,DECOM,RNE,LS,CIN,PLACE,DEC", f"{CHILD},01/05/2016,S,C2,N1,U4,")},
        says=("e.csv: looks like table episodes but lacks REC (found 'CHILD', 'DECOM'", "add what is missing"),
        rows=(1, 0, 1),
        rules={"submission_rejected": 1},
    ),
    "renamed column": Case(
        "a column under another name",
        "refused; its rows are kept",
        CARE,
        {"e.csv": table(EPISODES.replace("DECOM", "START"), f"{CHILD},01/05/2016,S,C2,N1,U4,PR1,,,,,,1")},
        says=("e.csv: looks like table episodes but lacks DECOM (found 'CHILD', 'START'",),
        rows=(1, 0, 1),
        rules={"submission_rejected": 1},
    ),
    "duplicated column": Case(
        "a column that stands twice",
        "refused; its rows are kept",
        CARE,
        {"r.csv": table(f"{REVIEWS},REVIEW", f"{GOOD_REVIEW},01/03/2017")},
        says=("r.csv: looks like table reviews but has 'REVIEW' more than once", "leave one of them out"),
        rows=(1, 0, 1),
        rules={"submission_rejected": 1},
    ),
    "200 columns": Case(
        "columns that nobody asked for",
        WARNED + "; the columns are not",
        CARE,
        {"r.csv": table(REVIEWS + "".join(f",EXTRA_{n}" for n in range(200)), GOOD_REVIEW + ",x" * 200)},
        says=("r.csv: 'EXTRA_0', 'EXTRA_1'", "and 190 more not in the contract and not loaded"),
        rows=(1, 1, 0),
        rules={"column_not_in_contract": 1},
    ),
    "endless row": Case(
        "a row without end",
        "refused; the rows before it are kept",
        CARE,
        {"r.csv": table(REVIEWS, GOOD_REVIEW, f"{CHILD},{',' * 2_100_000}", GOOD_REVIEW)},
        says=("r.csv, line 3: holds 2,000,000 characters or more, expected one record",),
        rows=(1, 0, 1),
        rules={"submission_rejected": 1},
    ),
    "open quotation": Case(
        "a quotation mark that is never closed",
        "refused; the rows before it are kept",
        CARE,
        {"r.csv": table(REVIEWS, GOOD_REVIEW, f'{CHILD},"01/02/2017,PN1')},
        says=("r.csv, line 3: cannot be split into cells", "look for a quotation mark that is opened and not closed"),
        rows=(1, 0, 1),
        rules={"submission_rejected": 1},
    ),
    "short and long rows": Case(
        "a row with fewer or more cells than headings",
        SET_ASIDE,
        CARE,
        {"r.csv": table(REVIEWS, GOOD_REVIEW, CHILD, f"{GOOD_REVIEW},1,2")},
        says=("r.csv, line 3: found 1 cells, expected 3 as in the heading row", "r.csv, line 4: found 5 cells"),
        rows=(3, 1, 2),
        rules={"row_length": 2},
    ),
    "workbook with a password": Case(
        "a workbook or zip with a password",
        REFUSED,
        CONTACTS,
        {"k.xlsx": protected_workbook()},
        says=("k.xlsx: is protected by a password; save it without one and send it again",),
    ),
    "workbook with a far cell": Case(
        "a workbook with a cell in its last corner",
        REFUSED,
        CONTACTS,
        {"k.xlsx": workbook(far_cell)},
        says=(
            "k.xlsx: cannot be set out within 2,048 MB and 60 s",
            "far to the right of or below",
            "send its sheets as CSV",
        ),
    ),
    "workbook of empty rows": Case(
        "a workbook with a million empty rows",
        "loaded",
        CONTACTS,
        {"k.xlsx": workbook(many_empty_rows)},
        rows=(1, 1, 0),
    ),
    "dates in a workbook": Case(
        "dates of a workbook: real ones and text",
        "loaded",
        CONTACTS,
        {"k.xlsx": workbook(dates_of_excel)},
        says=("Sheet, row 4, column contact_at: found '42795', expected a date and time such as 2017-03-31",),
        rows=(3, 2, 1),
        rules={"not_a_time": 1},
    ),
    "merged and hidden": Case(
        "merged headings, hidden rows and columns",
        "loaded, hidden ones as well",
        CONTACTS,
        {"k.xlsx": workbook(merged_and_hidden)},
        rows=(3, 3, 0),
    ),
    "formula cells": Case(
        "cells that a spreadsheet would run as a formula",
        "loaded as the text that they are",
        CONTACTS,
        {
            "k.csv": table(
                ",".join(CONTACT),
                f'"=HYPERLINK(""x"")",{CHILD},2017-03-01 10:05,6,NONE',
                f"+1+1,{CHILD},2017-03-02 10:05,6,NONE",
                f"@SUM(A1),{CHILD},2017-03-03 10:05,6,NONE",
            )
        },
        rows=(3, 3, 0),
    ),
    "unknown codes": Case(
        "a code that is in no list",
        "row set aside where a figure needs it, else loaded with a warning",
        CARE,
        {
            "e.csv": table(
                EPISODES, f"{CHILD},01/05/2016,S,ZZ,N1,U4,PR1,,,,,,1", f"{CHILD},01/06/2016,S,C2,N1,U4,PR9,,,,,,1"
            )
        },
        says=(
            "e.csv, line 2, column LS: found 2 letters, expected a code of the list legal_status for the year ending "
            "31 March 2017;"
            " correct it and send the return again",
            "column PLACE_PROVIDER: found 'PR9'",
        ),
        rows=(2, 1, 1),
        rules={"unknown_code": 2},
    ),
    "no such day": Case(
        "31/02/2016, 02/28/2016, never",
        SET_ASIDE,
        CARE,
        {
            "r.csv": table(
                REVIEWS, GOOD_REVIEW, f"{CHILD},31/02/2016,PN1", f"{CHILD},02/28/2016,PN1", f"{CHILD},never,PN1"
            )
        },
        says=(
            "r.csv, line 3, column REVIEW: found '31/02/2016', expected a date such as 31/03/2017",
            "found '02/28/2016'",
        ),
        rows=(4, 1, 3),
        rules={"not_a_date": 3},
    ),
    "absurd dates": Case(
        "a date before 1900 or after 2100",
        "row set aside where the date is needed, else loaded with a warning",
        CARE,
        {
            "r.csv": table(REVIEWS, f"{CHILD},01/02/2999,PN1", f"{OTHER},01/02/2017,PN1"),
            "h.csv": table(HEADER, f"{CHILD},1,01/01/0200,WBRI,,,"),
        },
        says=(
            "r.csv, line 2, column REVIEW: found '01/02/2999', expected a date from 1900 to 2100",
            "h.csv, line 2, column DOB: found ***, expected a date from 1900 to 2100",
        ),
        rows=(3, 2, 1),
        rules={"out_of_range": 2},
    ),
    "end of the calendar": Case(
        "a time that no calendar holds",
        SET_ASIDE,
        CONTACTS,
        {
            "k.csv": table(
                ",".join(CONTACT), f"1,{CHILD},0001-01-01T00:00:00+14:00,6,NONE", f"2,{CHILD},2017-03-02,6,NONE"
            )
        },
        says=("k.csv, line 2, column contact_at: found '0001-01-01T00:00:00+14:00', expected a date and time",),
        rows=(2, 1, 1),
        rules={"not_a_time": 1},
    ),
    "spells": Case(
        "episodes that end before they begin, overlap, or begin after the window",
        "loaded; rules 356, 501 and 354 of `marts.fct_validation_result` count them",
        CARE,
        {
            "e.csv": table(
                EPISODES,
                f"{CHILD},01/06/2016,S,C2,N1,U4,PR1,01/05/2016,E4A,,,,1",
                f"{OTHER},01/06/2016,S,C2,N1,U4,PR1,01/09/2016,X1,,,,1",
                f"{OTHER},01/08/2016,P,C2,N1,U4,PR1,,,,,,1",
                "SECRET70003,01/05/2017,S,C2,N1,U4,PR1,,,,,,1",
            ),
            "h.csv": table(
                HEADER,
                f"{CHILD},1,01/01/2010,WBRI,,,",
                f"{OTHER},1,01/01/2010,WBRI,,,",
                "SECRET70003,1,01/01/2010,WBRI,,,",
            ),
        },
        envelope("E06000012"),
        rows=(7, 7, 0),
    ),
    "backwards plan": Case(
        "a child protection plan that ends before it starts",
        "loaded; rule 8925 counts it",
        CENSUS,
        {
            "c.xml": census(
                A_CHILD.replace("</Child>", "") + "<CINdetails><CINreferralDate>2016-05-01</CINreferralDate>"
                "<ReferralSource>1A</ReferralSource><ChildProtectionPlans><CPPstartDate>2016-08-01</CPPstartDate>"
                "<CPPendDate>2016-06-01</CPPendDate><InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse></ChildProtectionPlans>"
                "</CINdetails></Child>",
                "812",
            )
        },
        envelope("E06000012"),
        rows=(3, 3, 0),
    ),
    "duplicates": Case(
        "the same key twice",
        "the first is loaded, the other set aside",
        CARE,
        {"r.csv": table(REVIEWS, GOOD_REVIEW, GOOD_REVIEW, f"{CHILD},01/02/2017,PN2")},
        says=(
            "r.csv, line 3: repeats line 2 in every column",
            "r.csv, line 4: has the same CHILD, REVIEW as line 2 but other",
        ),
        rows=(3, 1, 2),
        rules={"duplicate_row": 1, "duplicate_key": 1},
    ),
    "orphans": Case(
        "records of a child whose own record cannot be used",
        "set aside with it",
        CENSUS,
        {
            "c.xml": census(
                "<Child><ChildIdentifiers><LAchildID> </LAchildID></ChildIdentifiers><CINdetails>"
                "<CINreferralDate>2016-05-01</CINreferralDate></CINdetails></Child>" + A_CHILD
            )
        },
        says=(
            "c.xml, Child 1, column LAchildID: found nothing, expected a value",
            "belongs to Child 1, which is quarantined, and goes with it",
        ),
        rows=(3, 1, 2),
        rules={"required_missing": 1, "parent_quarantined": 1},
    ),
    "no header": Case(
        "episodes of a child without a header row",
        "loaded; rule INT03 counts it; the child counts, with age and sex not known",
        CARE,
        {"e.csv": table(EPISODES, f"{CHILD},01/05/2016,S,C2,N1,U4,PR1,,,,,,1")},
        envelope("E08000016"),
        rows=(1, 1, 0),
    ),
    "mixed authorities": Case(
        "files of two authorities in one submission",
        "refused; their rows are kept",
        CENSUS,
        {"both.zip": packed({"a.xml": census(A_CHILD, "810"), "b.xml": census(A_CHILD, "811")})},
        says=("****.zip/a.xml says la_code 810, ****.zip/b.xml says 811; send a submission for each",),
        rows=(2, 0, 2),
        rules={"submission_rejected": 2},
    ),
    "control total": Case(
        "another total than `control_total`",
        "refused; its rows are kept",
        CARE,
        {"oc2.csv": table("CHILD,HEALTH_ASSESSMENT,SDQ_SCORE", f"{CHILD},1,10", f"{OTHER},1,12")},
        envelope(control_total={"oc2.sdq_score": 23}),
        says=(
            "oc2.sdq_score: the envelope says 23, the rows add up to 22. Send the whole file, or correct control_total",
        ),
        rows=(2, 0, 2),
        rules={"submission_rejected": 2},
    ),
    "total that is none": Case(
        "a `control_total` that is no number",
        "refused; its rows are kept",
        CARE,
        {"oc2.csv": table("CHILD,HEALTH_ASSESSMENT,SDQ_SCORE", f"{CHILD},1,1e9999999")},
        envelope(control_total={"oc2.sdq_score": "sNaN"}),
        says=("submission.yml: control_total: found", "expected totals by column"),
        rows=(1, 0, 1),
        rules={"submission_rejected": 1},
    ),
    "number of rows": Case(
        "another number of rows than `rows`",
        "refused; its rows are kept",
        CARE,
        {"r.csv": table(REVIEWS, GOOD_REVIEW)},
        envelope(rows=2),
        says=("the envelope says 2 rows, read were 1",),
        rows=(1, 0, 1),
        rules={"submission_rejected": 1},
    ),
    "headings alone": Case(
        "headings and no row, without `rows: 0`",
        REFUSED,
        CARE,
        {"r.csv": table(REVIEWS)},
        says=("holds headings and no row", "say so with 'rows: 0' in a submission.yml beside it (a nil return)"),
    ),
    "wrong feed": Case(
        "a return in the folder of another",
        "refused; its rows are kept",
        CONTACTS,
        {"r.csv": table(REVIEWS, GOOD_REVIEW)},
        says=("found no table of this feed in 'r.csv'", "contacts (contact_ref, lcs_id"),
        rows=(1, 0, 1),
        rules={"submission_rejected": 1},
    ),
    "odd name": Case(
        "a file name with line breaks or bytes that are no text",
        "loaded; the name is shown with escapes",
        CARE,
        {"r.csv": table(REVIEWS, GOOD_REVIEW.replace("02/2017", "03/2017"))},
        None,
        os.fsdecode(b"903_810_2016-04-01_2017-03-31_final \xff\n\x1b[31m;$(x).csv"),
        rows=(1, 1, 0),
    ),
    "window in the future": Case(
        "a window that ends after the day of receipt",
        WARNED,
        CARE,
        {"r.csv": table(REVIEWS, GOOD_REVIEW)},
        envelope("E08000017", period_start="2017-04-01", period_end="2018-03-31"),
        says=("submission.yml: the window ends on 2018-03-31, after the day of receipt 2017-06-30",),
        rows=(1, 1, 0),
        rules={"window_not_over": 1},
    ),
    "envelope that unfolds": Case(
        "a submission.yml that is no plain list of fields",
        "refused; its rows are kept",
        CARE,
        {"r.csv": table(REVIEWS, GOOD_REVIEW), "submission.yml": b"a: &a [x, x]\nb: [*a, *a]\n"},
        None,
        says=("submission.yml: found an alias; expected lines such as 'period_end: 2017-03-31'",),
        rows=(1, 0, 1),
        rules={"submission_rejected": 1},
    ),
}


ELSEWHERE = (
    ("a return received after its sharing agreement expired", "refused; none of its rows is kept"),
    ("records where only figures may come (`aggregate_form: only`)", "refused; nothing is kept, not even the name"),
    ("an envelope that has not the name of its file", "not read, and told"),
    ("another `agreement_ref` than the contract's", "loaded, with a warning"),
    ("a return of another authority than the home's, or figures of one", "loaded and counted there, with a warning"),
    ("a provisional return after the final one", "loaded; the final one stays in force"),
    ("a file that changes while it is copied, or is called `.part`, `.tmp` or the like", "left for the next run"),
    ("a full disk", "nothing is published; free space and run again"),
)
"""What is tested by tests of its own: below, in test_agreements.py, test_load.py and test_submissions.py."""


def documented() -> str:
    """The table of docs/submissions.md."""
    rows = [(case.comes, case.becomes) for case in CASES.values()]
    rows += ELSEWHERE
    return "\n".join(["| what comes | what becomes of it |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


def test_the_documentation_says_what_becomes_of_each() -> None:
    assert documented() in (ROOT / "docs" / "submissions.md").read_text(encoding="utf-8"), documented()


# ------------------------------------------------------------------------------------------- one run for all of them


@dataclass(frozen=True)
class Landed:
    """A finished run over everything, and what it printed."""

    home: Path
    done: subprocess.CompletedProcess[str]

    def ask(self, sql: str, *parameters: object, file: str = "warehouse.duckdb") -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home / file), read_only=True) as con:
            return con.execute(sql, list(parameters)).fetchall()

    def submission(self, name: str) -> tuple[Any, ...]:
        """submission_id, status, reason, rows_received, rows_accepted, rows_quarantined."""
        path = landed_path(name)
        [event] = [e for e in read_register(self.home / "register.jsonl") if getattr(e, "landing_path", "") == path]
        [row] = self.ask(
            "select submission_id, status, reason, rows_received, rows_accepted, rows_quarantined from ops.submissions"
            " where submission_id = ?",
            event.submission_id,
        )
        return row


def landed_path(name: str) -> str:
    case = CASES[name]
    return f"{case.feed}/{case.bare or name.replace(' ', '_')}"


def land(landing: Path, name: str) -> None:
    case = CASES[name]
    if case.bare is not None:
        (content,) = case.files.values()
        path = landing / case.feed / case.bare
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return
    folder = landing / landed_path(name)
    folder.mkdir(parents=True)
    for file, content in case.files.items():
        (folder / file).write_bytes(content)
    if case.envelope is not None:
        (folder / "submission.yml").write_text(json.dumps(case.envelope))


def land_good(landing: Path, place: str = f"{CARE}/good") -> None:
    """The final return of the golden case: nine children looked after on 31 March 2017."""
    shutil.copytree(GOOD, landing / place)
    said = landing / place / "submission.yml"
    said.write_text(said.read_text().replace("synthetic: true\n", ""))


def final_and_provisional(landing: Path) -> None:
    """The final return comes first (by its name), then a provisional one of the same window that lacks a child."""
    for place, finality, children in (("a_final", "final", (CHILD, OTHER)), ("b_late", "provisional", (OTHER,))):
        folder = landing / CARE / place
        folder.mkdir(parents=True)
        (folder / "e.csv").write_bytes(table(EPISODES, *(f"{c},01/05/2016,S,C2,N1,U4,PR1,,,,,,1" for c in children)))
        (folder / "h.csv").write_bytes(table(HEADER, *(f"{c},1,01/01/2010,WBRI,,," for c in children)))
        (folder / "submission.yml").write_text(json.dumps(envelope("E06000013", finality=finality)))


def good_figure(home: Path, area: str = "E06000011") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published" / "analyst.duckdb"), read_only=True) as con:
        return con.execute(
            "select value, status from marts.fct_indicator_value where indicator_code = 'R01' and area_code = ? and"
            " period_type = 'financial_year' and period_end = ? and breakdown = 'total'",
            [area, date(2017, 3, 31)],
        ).fetchall()


@contextmanager
def growing(path: Path) -> Iterator[None]:
    """Another program writes to the file all the while."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()

    def write() -> None:
        with path.open("ab", buffering=0) as stream:
            stream.write(table(REVIEWS) + table(GOOD_REVIEW) * 400_000)
            started.set()
            while not stop.wait(0.0005):
                stream.write(table(GOOD_REVIEW))

    started = threading.Event()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert started.wait(30)
        yield
    finally:
        stop.set()
        writer.join()


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    home = tmp_path_factory.mktemp("hostile") / "home"
    landing = home / "landing"
    land_good(landing)
    for name in CASES:
        land(landing, name)
    final_and_provisional(landing)
    (landing / CONCEPTIONS).mkdir(parents=True)
    (landing / CONCEPTIONS / f"{FORBIDDEN}.csv").write_bytes(
        table("nhs_number,conceived_on", f"{FORBIDDEN},2015-05-01")
    )
    (landing / CARE / "half.csv.part").write_bytes(table(REVIEWS, GOOD_REVIEW))
    with growing(landing / CARE / "growing.csv"):
        return Landed(home, safeguarding(home, "run", "--no-dashboard", now=NOW))


def test_the_run_publishes_and_says_by_its_exit_code_that_returns_were_refused(landed: Landed) -> None:
    assert landed.done.returncode == 3, landed.done.stdout + landed.done.stderr
    assert "Done in" in landed.done.stdout
    refused = [line for line in landed.done.stderr.splitlines() if line.startswith("REFUSED")]
    assert len(refused) == sum(case.is_refused for case in CASES.values()) + len([CONCEPTIONS])
    # What is warned of returns that were taken stands before it.
    warned = [line for line in landed.done.stderr.splitlines() if line.startswith("WARNING")]
    assert landed.done.stderr.splitlines() == warned + refused


def test_the_good_return_beside_them_is_loaded_and_published(landed: Landed) -> None:
    assert good_figure(landed.home) == [(9, "published")]


def test_a_provisional_return_after_its_final_changes_nothing(landed: Landed) -> None:
    statuses = landed.ask("select status, finality from ops.submissions where area_code = 'E06000013' order by 1, 2")
    assert statuses == [("accepted", "final"), ("accepted", "provisional")]
    assert good_figure(landed.home, "E06000013") == [(2, "published")]


@pytest.mark.parametrize("name", CASES)
def test_what_comes_becomes_what_the_list_says(landed: Landed, name: str) -> None:
    case = CASES[name]
    submission, status, reason, *rows = landed.submission(name)
    assert status == ("rejected" if case.is_refused else "accepted"), reason
    assert tuple(rows) == case.rows
    told = landed.ask(
        "select rule_code, message from quarantine.quarantined_rows where submission_id = $1 union all "
        "select rule_code, message from quarantine.row_warnings where submission_id = $1"
        # Every one of them is of another authority than the home's (test_load.py).
        " and rule_code not in ('envelope_inferred', 'area_not_home')",
        submission,
    )
    found = {rule: sum(code == rule for code, _ in told) for rule, _ in told}
    assert found == case.rules
    messages = [reason] if case.is_refused else [message for _, message in told]
    for part in case.says:
        assert any(part in message for message in messages), messages
    for message in [*messages, *(message for _, message in told)]:
        assert "\n" not in message
        assert len(message) < 1500


@pytest.mark.parametrize("name", CASES)
def test_what_came_is_kept_as_it_came(landed: Landed, name: str) -> None:
    path = landed.home / "landing" / landed_path(name)
    stored = landed.home / "archive" / content_sha256(path)
    kept = sorted(file.read_bytes() for file in stored.rglob("*") if file.is_file())
    assert kept == sorted(content for file, content in CASES[name].files.items() if file != "submission.yml")


def test_no_message_names_a_child_and_none_is_a_stack_trace(landed: Landed) -> None:
    printed = landed.done.stdout + landed.done.stderr
    for command in (("submissions",), ("quarantine",), ("quarantine", "--rows"), ("status",)):
        done = safeguarding(landed.home, *command, now=NOW)
        assert done.returncode == 0, done.stderr
        printed += done.stdout + done.stderr
    assert len(printed) > 10_000
    assert re.findall(r"SECRET\d|Traceback|passwd|root:", printed) == []
    assert re.findall(r"[^\n -~]", printed.replace("…", "").replace("·", "")) == []


def test_every_row_that_came_is_accepted_or_set_aside(landed: Landed) -> None:
    tables = landed.ask("select rows_received, rows_accepted, rows_quarantined from ops.submission_tables")
    assert len(tables) > 40
    assert [row for row in tables if row[0] != row[1] + row[2]] == []


def test_records_where_only_figures_may_come_leave_nothing_but_their_refusal(landed: Landed) -> None:
    rows = landed.ask(
        "select status, file_name, area_code, rows_received from ops.submissions where feed = 'conceptions'"
    )
    assert rows == [("rejected", "(not shown)", None, 0)]
    assert any("health/conceptions ((not shown)): landing/" in line for line in landed.done.stderr.splitlines())
    files = [path for path in landed.home.rglob("*") if landed.home / "landing" not in path.parents]
    assert [path for path in files if FORBIDDEN in path.name] == []
    assert [path for path in files if path.is_file() and FORBIDDEN.encode() in path.read_bytes()] == []


def test_hidden_rows_and_dates_of_a_workbook_arrive(landed: Landed) -> None:
    for name, expected in (
        ("dates in a workbook", [datetime(2017, 3, 1, 10, 5)] * 2),
        ("merged and hidden", [datetime(2017, 3, day, 10, 5) for day in (1, 2, 3)]),
    ):
        submission, *_ = landed.submission(name)
        raw = landed.ask(
            "select contact_at from raw.raw_childrens_social_care__contacts__contacts"
            " where submission_id = ? order by 1",
            submission,
        )
        assert [moment for (moment,) in raw] == expected


def test_a_formula_stays_the_text_that_was_sent(landed: Landed) -> None:
    submission, *_ = landed.submission("formula cells")
    raw = landed.ask(
        "select contact_ref from raw.raw_childrens_social_care__contacts__contacts where submission_id = ? order by 1",
        submission,
    )
    assert raw == [("+1+1",), ('=HYPERLINK("x")',), ("@SUM(A1)",)]


def test_records_that_cannot_be_so_are_counted_by_the_rules_that_name_them(landed: Landed) -> None:
    for name, expected in (
        ("spells", {"354": 1, "356": 1, "501": 1}),
        ("backwards plan", {"8925": 1}),
        ("no header", {"INT03": 1}),
    ):
        submission, *_ = landed.submission(name)
        found = landed.ask(
            "select rule_code, rows_in_breach from marts.fct_validation_result where submission_id = ?",
            submission,
            file="published/analyst.duckdb",
        )
        assert expected.items() <= dict(found).items()


# ----------------------------------------------------------------------------------------- what is still being copied


def test_a_file_that_is_still_being_copied_waits_and_is_told(landed: Landed) -> None:
    paths = {getattr(event, "file_name", "") for event in read_register(landed.home / "register.jsonl")}
    assert not paths & {"growing.csv", "half.csv.part", "half.csv"}
    assert "*******.csv: changed while it was copied; it is left for the next run" in landed.done.stdout
    assert (
        "****.csv.part: is still being copied (found ****.csv.part) and is left for the next run" in landed.done.stdout
    )


@pytest.mark.parametrize("mark", ["a.csv.part", "a.csv.tmp", "a.csv.filepart", "A.CSV.CRDOWNLOAD"])
def test_a_folder_or_file_beside_such_a_name_waits_as_a_whole(tmp_path: Path, mark: str) -> None:
    settings = Settings(home=tmp_path, now_override=datetime(2017, 6, 30))
    feed = settings.landing / CARE
    (feed / "folder").mkdir(parents=True)
    (feed / "folder" / "b.csv").write_bytes(table(REVIEWS, GOOD_REVIEW))
    (feed / "folder" / mark).write_bytes(b"CHILD")
    (feed / "done.csv").write_bytes(table(REVIEWS, GOOD_REVIEW))
    assert [c.path.name for c in discover(settings, CONTRACTS)] == ["done.csv"]
    assert any("folder: is still being copied" in sentence for sentence in strays(settings, CONTRACTS))
    (feed / "folder" / mark).rename(feed / "folder" / "a.csv")
    assert [c.path.name for c in discover(settings, CONTRACTS)] == ["done.csv", "folder"]


def test_a_file_beside_its_own_unfinished_copy_waits(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, now_override=datetime(2017, 6, 30))
    feed = settings.landing / CARE
    feed.mkdir(parents=True)
    (feed / "a.csv").write_bytes(b"")
    (feed / "a.csv.part").write_bytes(b"CHILD")
    assert discover(settings, CONTRACTS) == []


# ------------------------------------------------------------------------------------------------------ a full disk


class SmallDisk:
    """A folder on a disk that can be made as small as a test needs: a small file system of its own where this user may
    mount one, else a limit on the size of every file that the command writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.is_mounted = self._mount("size=1m", "tmpfs")
        self._limit: int | None = None

    def _mount(self, options: str, *what: str) -> bool:
        if shutil.which("mount") is None:
            return False
        command = ["mount", "-t", "tmpfs", "-o", options, *what, str(self.folder)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def resize(self, megabytes: int, largest_file: int) -> None:
        """To so many megabytes; where nothing is mounted, to files of so many bytes."""
        self._limit = largest_file
        if self.is_mounted:
            assert self._mount(f"remount,size={megabytes}m")

    def run(self) -> subprocess.CompletedProcess[str]:
        def limit() -> None:
            if not self.is_mounted and self._limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (self._limit, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

        return subprocess.run(
            [SAFEGUARDING, "run", "--no-dashboard"],
            env={**os.environ, "SAFEGUARDING_HOME": str(self.folder / "home"), "SAFEGUARDING_NOW": NOW},
            capture_output=True, text=True, check=False, timeout=300, preexec_fn=limit,
        )  # fmt: skip

    def close(self) -> None:
        if self.is_mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    disk = SmallDisk(tmp_path / "disk")
    try:
        yield disk
    finally:
        disk.close()


def test_on_a_full_disk_one_sentence_says_so_and_with_room_again_nothing_is_missing(small_disk: SmallDisk) -> None:
    home = small_disk.folder / "home"
    small_disk.resize(26, largest_file=8 << 20)
    land_good(home / "landing")
    # A file that is none of ours, but is archived as it came: there is no room for its copy.
    (home / "landing" / CARE / "good" / "guide.pdf").write_bytes(random.Random(2).randbytes(12 << 20))
    stages = [("archive", 26), ("warehouse", 46)] if small_disk.is_mounted else [("archive", 26)]
    for stage, megabytes in stages:
        small_disk.resize(megabytes, largest_file=8 << 20)
        done = small_disk.run()
        assert done.returncode == 1, (stage, done.stdout + done.stderr)
        assert "found no room to write" in done.stderr, (stage, done.stderr)
        assert "free space" in done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        assert len(done.stderr.strip().splitlines()) <= 2, done.stderr
        assert not (home / "published" / "current").exists()
        if stage == "archive":
            assert read_register(home / "register.jsonl") == []
    small_disk.resize(600, resource.RLIM_INFINITY)
    done = small_disk.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert good_figure(home) == [(9, "published")]


# -------------------------------------------------------------------------------------------- where a function suffices


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"], ids=["before the first day", "after the last"]
)
def test_a_time_whose_offset_leads_out_of_the_calendar_is_no_time(text: str) -> None:
    assert parse_moment(text, ()) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"a: &a [x]\nb: *a\n", "found an alias"),
        (b"rows: 1\nrows: 2\n", "line 2: found field 'rows' twice"),
        (b'area_code: "\\ud800"\n', "cannot be read as YAML"),
        (b"[" * 60_000, "cannot be read as YAML"),
        (b"#" * 70_000, "found 70,000 bytes, expected at most 65,536"),
        (b"rows: \x00", "cannot be read as YAML"),
    ],
    ids=["alias", "field twice", "half a character", "deep", "long", "NUL"],
)
def test_an_envelope_that_is_no_plain_list_of_fields_is_one_sentence(text: bytes, says: str) -> None:
    (sentence,) = read_envelope(text, "submission.yml").values()
    assert UNREADABLE in read_envelope(text, "submission.yml")
    assert sentence.startswith("submission.yml")
    assert says in sentence


def test_a_name_that_is_no_text_is_registered_once_and_told_in_plain_characters(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", now_override=datetime(2017, 6, 30))
    folder = settings.landing / CARE / os.fsdecode(b"\xff\xfe")
    folder.mkdir(parents=True)
    (folder / os.fsdecode(b"a\xff.csv")).write_bytes(table(REVIEWS, GOOD_REVIEW))
    told: list[str] = []
    [event] = register_new(settings, CONTRACTS, replay=False, progress=told.append)
    assert event.file_name == "\\udcff\\udcfe"
    assert all(sentence.isprintable() for sentence in told)
    assert register_new(settings, CONTRACTS, replay=False) == []
    reading = open_submission(settings.archive / event.sha256, event.file_name, CONTRACTS[CARE])
    assert [part.source_name for part in reading.parts] == ["a\\udcff.csv"]


def test_a_damaged_list_of_members_makes_a_damaged_zip_whatever_byte_is_hit(tmp_path: Path) -> None:
    data = packed({"r\u00e9views.csv": table(REVIEWS, GOOD_REVIEW)})
    path = tmp_path / "x.zip"
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        reading = open_submission(path, "x.zip", CONTRACTS[CARE])
        try:
            list(reading.batches())
        except ReadError as error:
            assert str(error).startswith("x.zip")


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(table(REVIEWS, GOOD_REVIEW))
    reading = open_submission(tmp_path / "a.csv", "a.csv", CONTRACTS[CARE], Limits(member_bytes=10))
    assert reading.errors == ["a.csv: is 0 MB, expected at most 0 MB; send it in parts."]


def test_a_cell_of_a_file_without_headings_is_masked_where_unknown_headings_are_told(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", now_override=datetime(2017, 6, 30))
    folder = settings.landing / CARE / "r"
    folder.mkdir(parents=True)
    (folder / "r.csv").write_bytes(table(f"{REVIEWS},{CHILD}", f"{GOOD_REVIEW},x"))
    (folder / "submission.yml").write_text(json.dumps(envelope()))
    from orchestration.ingest.load import create_raw_tables, load_submission
    from orchestration.warehouse import connect, migrate

    [event] = register_new(settings, CONTRACTS, replay=False)
    with connect(settings.warehouse) as con:
        migrate(con)
        create_raw_tables(con, CONTRACTS)
        outcome = load_submission(con, settings, CONTRACTS[CARE], event)
    assert outcome.status == "accepted"
    assert [note for note in outcome.notes if note.startswith("r.csv: column 4 (")] != []


def test_a_workbook_that_breaks_the_library_is_refused_and_not_us() -> None:
    with pytest.raises(ReadError, match=r"x\.xlsx: cannot be set out within 2,048 MB"):
        _refuse_what_would_end_us(workbook(far_cell), "x.xlsx")


def test_memory_stays_bounded_for_a_line_without_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.write(table(REVIEWS))
        for _ in range(200):
            stream.write(b"," * (1 << 20))
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from orchestration.ingest.contracts import load_contracts\n"
        "from orchestration.ingest.readers.opening import open_submission\n"
        "contract = load_contracts(Path('sources'))['childrens_social_care/ssda903']\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "reading = open_submission(Path(sys.argv[1]), 'a.csv', contract)\n"
        "list(reading.batches(on_error=lambda error: print(error)))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True, cwd=PROJECT_ROOT
    )
    sentence, kilobytes = done.stdout.splitlines()
    assert sentence.startswith("a.csv, line 2: holds 2,000,000 characters or more")
    assert int(kilobytes) < 100_000


def test_a_row_of_huge_cells_is_refused_in_every_format(tmp_path: Path) -> None:
    huge = "x" * 120_000
    out = io.StringIO()
    csv.writer(out).writerows([[*HEADER.split(","), *(f"E{n}" for n in range(10))], [CHILD, *[huge] * 16]])
    (tmp_path / "h.csv").write_text(out.getvalue())
    records = f"<Zzz>{f'<a>{huge}</a>' * 9}</Zzz>"
    (tmp_path / "c.xml").write_bytes(census(A_CHILD + A_CHILD.replace("<Child>", f"<Child>{records}")))
    for name, feed, place in (("h.csv", CARE, "line 2"), ("c.xml", CENSUS, "Zzz 1")):
        reading = open_submission(tmp_path / name, name, CONTRACTS[feed])
        with pytest.raises(ReadError, match=rf"{place}: holds more than 1,000,000 characters, as no record does"):
            list(reading.batches())
