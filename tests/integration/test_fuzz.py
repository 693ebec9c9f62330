"""Good files as real life spoils them: whatever comes, nothing is lost, nothing hangs, and no message names a child.

Each kind of file is cut small from the sample returns, spoiled MUTATIONS times by a generator whose seed stands in the
message of a failure, and taken through reading, recognition, judgement and loading.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import shutil
import signal
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from xml.sax.saxutils import escape

import duckdb
import openpyxl
import pytest

from orchestration.errors import FORESEEN
from orchestration.ingest.contracts import Contract, load_contracts
from orchestration.ingest.load import create_raw_tables, load_submission
from orchestration.ingest.rules import RULES
from orchestration.ingest.submissions import register_new
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import migrate

CONTRACTS = load_contracts(PROJECT_ROOT / "sources")
MUTATIONS = 200
SEED = 20170331
SECONDS_EACH = 20
NOW = datetime(2026, 6, 30, 9, 0)
WINDOW = {"area_code": "E06000011", "period_start": "2016-04-01", "period_end": "2017-03-31"}
ENVELOPES = (
    b"rows: 3\n",
    b"rows: [",
    b"period_end: 2999-01-01\n",
    b'a: "\\ud800"\n',
    b"control_total: {oc2.sdq_score: sNaN}",
)
CHILD = "SECRETCHILD"
"""Every identifier of a child in the files begins with this, so that no message may hold it."""

Files = dict[str, bytes]

HOSTILE_VALUES = (
    "", " ", "0", "-1", "NULL", "N/A", "#REF!", "31/02/2016", "02/28/2016", "2016-13-45", "01/01/2999", "42460", "NaN",
    "1e9999999", "9" * 400, "sNaN", "Infinity", "=1+1", '=HYPERLINK("x","y")', "+44 1482", "@SUM(A1)", "-2+3", "true",
    "a,b;c\td|e", '"', '""', "'; drop table raw; --", "line\nbreak", "line\r\nbreak", "carriage\rreturn", "\u2028",
    "\u202e", "\u200b", "\ufeff", "\u0663", "\x1b[31m", "\x07", "\u00e9", "\u6f22", "\U0001f600", "\u0130", "\u00df",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2016-04-01T24:00:00", "<b>&amp;", "${x}", "%s", "{0}",
    "..\\..\\x", "E06000011",
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of file: the feed that it goes to, its good content, and how it may be spoiled."""

    feed: str
    files: Files
    spoil: Callable[[random.Random, Files], Files]
    envelope: dict[str, str] | None = None
    secrets: frozenset[str] = frozenset({CHILD})
    """What no message may hold."""


# ------------------------------------------------------------------------------------------------------- good files


def anonymous(text: str, ids: dict[str, str], pattern: re.Pattern[str]) -> str:
    """The text with what `pattern` finds (its group) replaced by an identifier that no message may hold."""

    def replace(found: re.Match[str]) -> str:
        own = ids.setdefault(found.group(1), f"{CHILD}{len(ids) + 70001}")
        return found.group(0).replace(found.group(1), own)

    return pattern.sub(replace, text)


def head_of(path: Path, lines: int) -> str:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return "".join(line for line, _ in zip(stream, range(lines), strict=False))


def care_tables(shared: Path) -> Files:
    """The first lines of six tables of the sample 903."""
    ids: dict[str, str] = {}
    first_cell = re.compile(r"(?m)^(\d+)(?=,)")
    folder = shared / "data" / "extracts" / "ssda903"
    return {
        f"{name}.csv": anonymous(head_of(folder / f"{name}.csv", 20), ids, first_cell).encode()
        for name in ("episodes", "header", "missing", "oc2", "reviews", "uasc")
    }


def census(shared: Path) -> Files:
    """The first children of the largest sample census."""
    text = (shared / "data" / "extracts" / "cin_census" / "fake_CIN_data.xml").read_text(encoding="utf-8")
    end = [found.end() for found in re.finditer(r"</Child>", text)][11]
    tail = text[text.rindex("</Child>") + len("</Child>") :]
    named = re.compile(r"<LAchildID>([^<]+)</LAchildID>")
    return {"census.xml": anonymous(text[:end] + tail, {}, named).encode()}


def care_document() -> Files:
    """The 903 as one XML document, as a case system exports it."""
    children = "".join(
        f"<CHILD><HEADER><CHILDID>{CHILD}{70001 + number}</CHILDID><SEX>1</SEX><DOB>01/0{1 + number % 9}/2008</DOB>"
        f"<ETHNIC>WBRI</ETHNIC><UPN>UN3</UPN><AREVIEW><REVIEW>0{1 + number % 9}/06/2016</REVIEW>"
        "<REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW><OC2><SDQ_SCORE>11</SDQ_SCORE><HEALTH_ASSESSMENT>1</HEALTH_ASSESSMENT>"
        f"</OC2></HEADER><EPISODE><DECOM>0{1 + number % 9}/05/2016</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN>"
        "<PLACE>U4</PLACE><PLACE_PROVIDER>PR1</PLACE_PROVIDER><DEC>01/02/2017</DEC><REC>E4A</REC></EPISODE></CHILD>\n"
        for number in range(12)
    )
    return {"903.xml": f'<?xml version="1.0" encoding="utf-8"?>\n<EXPSSDA903>\n{children}</EXPSSDA903>\n'.encode()}


def contacts() -> Files:
    """Our own layout of contacts."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(column.source for column in CONTRACTS["childrens_social_care/contacts"].tables[0].columns[:10])
    for number in range(40):
        day = f"2016-{4 + number % 9:02d}-{1 + number % 28:02d}"
        known = f"{CHILD}{70001 + number % 15}" if number % 4 else ""
        cells = [f"{CHILD}{80001 + number}", known, number % 18, f"{day} 10:{number:02d}", "6", "NEGLECT", "REFERRAL"]
        rows.writerow([*cells, day, "SUPPORT_AND_SAFEGUARDING", day])
    return {"contacts.csv": out.getvalue().encode()}


def packed(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def unpacked(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def annex_a(shared: Path) -> Kind:
    """The sample workbook as it is, whose children have identifiers of their own."""
    path = shared / "data" / "extracts" / "annex_a" / "Annex_A_2024_Jan.xlsx"
    sheet = openpyxl.load_workbook(path, read_only=True)["List 1"]
    children = frozenset(str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True) if row[0])
    assert all(len(child) >= 6 for child in children)
    return Kind("childrens_social_care/contacts", {"annex_a.xlsx": path.read_bytes()}, of_workbook, secrets=children)


def published(shared: Path) -> Files:
    """Forty lines of official figures, which name nobody."""
    path = shared / "data" / "published" / "dfe_cin" / "d1_child_protection_plans_2013_to_2024.csv"
    return {"d1.csv": head_of(path, 40).encode()}


def parquet(shared: Path) -> Files:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        target = Path(folder) / "bds_long.parquet"
        source = shared / "data" / "published" / "lait" / "bds_long_0.parquet"
        con.execute(f"copy (select * from '{source}' limit 300) to '{target}' (format parquet)")
        return {"bds_long.parquet": target.read_bytes()}


# ----------------------------------------------------------------------------------------------------- what happens


def any_bytes(rng: random.Random, data: bytes) -> bytes:
    """Damage that knows nothing of the format."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        at = rng.randrange(len(out)) if out else 0
        match rng.randrange(6):
            case 0 if out:
                out[at] ^= 1 << rng.randrange(8)
            case 1 if out:
                out[at] = rng.choice((0, 10, 13, 34, 44, 60, 62, 38, 127, 129, 255))
            case 2:
                del out[rng.randrange(len(out) + 1) :]
            case 3 if out:
                del out[at : at + rng.randrange(1, 200)]
            case 4 if out:
                out[at:at] = out[rng.randrange(len(out)) :][: rng.randrange(1, 300)]
            case _:
                out[at:at] = rng.randbytes(rng.randrange(1, 40))
    return bytes(out)


def encoded(rng: random.Random, text: str) -> bytes:
    name = rng.choice(("utf-8",) * 5 + ("utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1", "utf-32", "cp037"))
    return text.encode(name, errors="replace")


def lines(rng: random.Random, text: str) -> str:
    """Lines dropped, doubled, swapped, moved, blank, joined; another line end; a note above or a total below."""
    own = text.splitlines(keepends=True)
    if not own:
        return text
    at, other = rng.randrange(len(own)), rng.randrange(len(own))
    match rng.randrange(10):
        case 0:
            del own[at]
        case 1:
            own.insert(other, own[at])
        case 2:
            own[at], own[other] = own[other], own[at]
        case 3:
            own.insert(at, "\n")
        case 4:
            own[at] = own[at].rstrip("\r\n")
        case 5:
            own = [line.rstrip("\r\n") + rng.choice(("\r\n", "\r", "\n\n", "\n")) for line in own]
        case 6:
            own.insert(0, rng.choice(("Report of 31/03/2017\n", ",,,,\n", '"\n', "sep=;\n", "\ufeff")))
        case 7:
            own.append(rng.choice(("Total,40\n", "40 rows\n", ",,,,,,,,,,,,,,\n", '"', "\x1a")))
        case 8:
            own[at] = own[at] * rng.choice((2, 400))
        case _:
            own = own[:at]
    return "".join(own)


def cells(rng: random.Random, text: str) -> str:
    """Cells emptied, replaced, swapped; columns renamed, doubled, dropped, added; another delimiter or quotation."""
    try:
        table = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    except csv.Error:
        return text
    if not table:
        return text
    row = rng.choice(table)
    at = rng.randrange(len(row))
    delimiter, quoting, quote = ",", csv.QUOTE_MINIMAL, '"'
    match rng.randrange(12):
        case 0 | 1 | 2 | 3:
            for _ in range(rng.choice((1, 3, 12))):
                line = rng.choice(table)
                line[rng.randrange(len(line))] = rng.choice(HOSTILE_VALUES)
        case 4:
            row[at] = rng.choice(("x" * 5_000, "x" * 140_000, "\x00", "a\x00b", "\ud7ff" * 60))
        case 5:
            names = ("", "Child", "COLOUR", "Date of Birth", table[0][0], *HOSTILE_VALUES)
            table[0][at % len(table[0])] = rng.choice(names)
        case 6:
            for line in table:
                line.insert(at, line[at] if at < len(line) else "")
        case 7:
            for line in table:
                del line[at : at + 1]
        case 8:
            for line in table:
                line += ["x"] * rng.choice((1, 200))
        case 9:
            delimiter = rng.choice((";", "\t", "|", ":", " "))
        case 10:
            quoting, quote = rng.choice(((csv.QUOTE_ALL, '"'), (csv.QUOTE_ALL, "'")))
        case _:
            rng.shuffle(table)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, quotechar=quote).writerows(table)
    return out.getvalue()


def delimited(rng: random.Random, data: bytes) -> bytes:
    if rng.random() < 0.25:
        return any_bytes(rng, data)
    text = data.decode()
    for _ in range(rng.choice((1, 1, 2, 3))):
        text = rng.choice((lines, cells, cells))(rng, text)
    return encoded(rng, text)


def elements(rng: random.Random, text: str) -> str:
    """Elements emptied, renamed, dropped, doubled, swapped; values replaced; deep nesting, entities, other markup."""
    found = list(re.finditer(r"<(\w+)>([^<]*)</\1>", text))
    if not found:
        return text
    one = rng.choice(found)
    name, value = one.group(1), one.group(2)
    hostile = escape(re.sub("[\x00-\x1f]", "", rng.choice(HOSTILE_VALUES)))
    whole = one.group(0)
    new = rng.choice(
        (
            *(f"<{name}>{hostile}</{name}>",) * 4,
            "",
            f"<{name}/>",
            whole * 2,
            value,
            f"<Child>{whole}</Child>",
            "</Child>",
            f"<{name}X>{value}</{name}X>",
            f"<x:{name} xmlns:x='urn:x'>{value}</x:{name}>",
            f"<{name} a='1'>{value}</{name}>",
            f"<{name}><![CDATA[{value}<b>]]></{name}>",
            f"<{name}>{value}<!-- {value} --></{name}>",
            f"<?php {value} ?>",
            f"<{name}>&x;</{name}>",
            f"<{name}>&#0;</{name}>",
            f"<{name}>&#xD800;</{name}>",
            "<a>" * 5_000,
            "<a>" * 300 + value + "</a>" * 300,
            f"<{name}>{whole}</{name}>",
            f"<{name}>{'x' * 200_000}</{name}>",
            f"<{name.lower()}>{value}</{name.lower()}>",
            "<Header><LEA>830</LEA></Header>",
            f"<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><{name}>&x;</{name}>",
        )
    )
    return text[: one.start()] + new + text[one.end() :]


def markup(rng: random.Random, data: bytes) -> bytes:
    if rng.random() < 0.25:
        return any_bytes(rng, data)
    text = data.decode()
    for _ in range(rng.choice((1, 2, 5))):
        text = rng.choice((elements, elements, elements, lines))(rng, text)
    return encoded(rng, text)


def one_file(how: Callable[[random.Random, bytes], bytes]) -> Callable[[random.Random, Files], Files]:
    """Spoil one of the files; now and then lose, double or rename one."""

    def spoil(rng: random.Random, files: Files) -> Files:
        out = dict(files)
        name = rng.choice(sorted(out))
        out[name] = how(rng, out[name])
        match rng.randrange(12):
            case 0 if len(out) > 1:
                del out[rng.choice(sorted(out))]
            case 1:
                out[f"copy of {name}"] = out[name]
            case 2:
                other = rng.choice(("x", "x.CSV", "é.csv", "x.dat", "x.xlsx", "x.xml", "x.zip", "a b;c.csv"))
                out[other] = out.pop(name)
            case 3:
                out["notes.pdf"] = rng.randbytes(300)
        return out

    return spoil


def of_zip(how: Callable[[random.Random, bytes], bytes]) -> Callable[[random.Random, Files], Files]:
    """Spoil a file within a zip, or the zip itself."""

    def spoil(rng: random.Random, files: Files) -> Files:
        ((name, data),) = files.items()
        if rng.random() < 0.4:
            return {name: any_bytes(rng, data)}
        inner = one_file(how)(rng, unpacked(data))
        match rng.randrange(8):
            case 0:
                inner["../outside.csv"] = b"CHILD\n1\n"
            case 1:
                inner["inner.zip"] = data
            case 2:
                inner["submission.yml"] = rng.choice(ENVELOPES)
        return {name: packed(inner)}

    return spoil


def now_and_then(rng: random.Random, pattern: str, share: float, new: Callable[[], str], text: str) -> str:
    """The text with a share of what the pattern finds replaced."""
    return re.sub(pattern, lambda found: new() if rng.random() < share else found.group(0), text, flags=re.DOTALL)


def of_workbook(rng: random.Random, files: Files) -> Files:
    """Spoil the XML of a workbook's parts, or its bytes."""
    ((name, data),) = files.items()
    if rng.random() < 0.35:
        return {name: any_bytes(rng, data)}
    parts = unpacked(data)
    telling = [part for part in sorted(parts) if re.search(r"sheet1\.xml$|Strings|workbook\.xml$|styles\.xml$", part)]
    for _ in range(rng.choice((1, 1, 3))):
        part = rng.choice(telling)
        if part not in parts:
            continue
        text = parts[part].decode(errors="replace")
        match rng.randrange(9):
            case 0:
                text = any_bytes(rng, parts[part]).decode(errors="replace")
            case 1:
                del parts[part]
                continue
            case 2:
                values = ("0", "-1", "99999999", "1e308", "x", "", "42460.5")
                text = now_and_then(rng, r"<v>[^<]*</v>", 0.1, lambda: f"<v>{rng.choice(values)}</v>", text)  # noqa: B023
            case 3:
                text = now_and_then(rng, r"<t[^>]*>[^<]*</t>", 0.1, lambda: "<t>=1+1</t>", text)
            case 4:
                other = rng.choice(("b", "e", "n", "d", "str"))
                text = text.replace('t="s"', f't="{other}"', rng.choice((1, 5, 500)))
            case 5:
                places = ("A1", "XFD1048576", "ZZZZ1", "A0", "B99999999999")
                text = now_and_then(rng, r' r="[A-Z]+\d+"', 0.003, lambda: f' r="{rng.choice(places)}"', text)  # noqa: B023
            case 6:
                text = now_and_then(rng, r"<row .*?</row>", 0.02, lambda: "", text)
            case 7:
                hidden = '<cols><col min="1" max="16384" hidden="1"/></cols><sheetData>'
                text = text.replace("<sheetData>", hidden).replace("<row ", '<row hidden="1" ')
            case _:
                text = elements(rng, text)
        parts[part] = text.encode("utf-8", "replace")
    return {name: packed(parts)}


KINDS: dict[str, Callable[[Path], Kind]] = {
    "903 tables": lambda shared: Kind(
        "childrens_social_care/ssda903", care_tables(shared), one_file(delimited), WINDOW
    ),
    "census": lambda shared: Kind("childrens_social_care/cin_census", census(shared), one_file(markup)),
    "903 document": lambda _: Kind("childrens_social_care/ssda903", care_document(), one_file(markup), WINDOW),
    "annex a": annex_a,
    "zip": lambda shared: Kind(
        "childrens_social_care/ssda903", {"903.zip": packed(care_tables(shared))}, of_zip(delimited), WINDOW
    ),
    "contacts": lambda _: Kind("childrens_social_care/contacts", contacts(), one_file(delimited)),
    "publication": lambda shared: Kind("published/dfe_cin", published(shared), one_file(delimited)),
    "parquet": lambda shared: Kind("published/lait", parquet(shared), one_file(any_bytes)),
}


# ---------------------------------------------------------------------------------------------------- what must hold


class TookTooLongError(Exception):
    """A file that is not done with within its time."""


@contextmanager
def within(seconds: int) -> Iterator[None]:
    def late(_signal: int, _frame: FrameType | None) -> None:
        raise TookTooLongError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Lab:
    """A home whose one connection stays open, and what became of a submission in it."""

    def __init__(self, folder: Path, con: duckdb.DuckDBPyConnection) -> None:
        self.settings = Settings(home=folder, now_override=NOW)
        self.con = con

    def take(self, kind: Kind, files: Files) -> list[str]:
        """Land the files, register and load them; return what is wrong with what became of them."""
        contract = CONTRACTS[kind.feed]
        place = self.settings.landing / kind.feed
        shutil.rmtree(place, ignore_errors=True)
        folder = place / "return"
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        if len(files) == 1 and kind.envelope is None:
            # A submission may be a bare file too.
            (name,) = files
            (folder / name).rename(place / f"bare {name}")
            folder.rmdir()
        elif kind.envelope is not None:
            (folder / "submission.yml").write_text(json.dumps(kind.envelope))
        told: list[str] = []
        wrong: list[str] = []
        events = register_new(self.settings, CONTRACTS, replay=False, progress=told.append)
        for event in events:
            outcome = load_submission(self.con, self.settings, contract, event)
            if outcome.status == "unchanged":
                continue
            told += [outcome.sentence(), repr(outcome)]
            wrong += self.losses(contract, event.submission_id, outcome.rows_received)
            if outcome.status == "rejected" and not (outcome.reason or "").strip():
                wrong.append("rejected without a reason")
        told += self.messages([event.submission_id for event in events])
        wrong += [
            f"a message names a child: {text[:300]}" for text in told if any(child in text for child in kind.secrets)
        ]
        wrong += [f"a message holds a stack trace: {text[:300]}" for text in told if "Traceback" in text]
        return wrong

    def losses(self, contract: Contract, submission: str, received: int) -> list[str]:
        tables = self.con.execute(
            "select table_name, rows_received, rows_accepted, rows_quarantined from ops.submission_tables"
            " where submission_id = ?",
            [submission],
        ).fetchall()
        wrong = [f"{table} does not add up" for table, came, taken, set_aside in tables if came != taken + set_aside]
        if sum(row[1] for row in tables) != received:
            wrong.append("the tables do not add up to what was received")
        kept = dict(
            self.con.execute(
                "select table_name, count(*) from quarantine.quarantined_rows where submission_id = ? group by 1",
                [submission],
            ).fetchall()
        )
        known = {table.name for table in contract.tables}
        for table, _, taken, set_aside in tables:
            if kept.get(table, 0) != set_aside:
                wrong.append(f"{table}: {set_aside} set aside, {kept.get(table, 0)} kept")
            if table in known:
                sql = f"select count(*) from raw.{contract.raw_table(table)} where submission_id = ?"
                [(raw,)] = self.con.execute(sql, [submission]).fetchall()
                if raw != taken:
                    wrong.append(f"{table}: {taken} accepted, {raw} in raw")
        return wrong

    def messages(self, submissions: list[str]) -> list[str]:
        found: list[str] = []
        for name in ("quarantined_rows", "row_warnings"):
            sql = (
                f"select distinct rule_code, message || ' ' || coalesce(value, '') from quarantine.{name}"
                " where submission_id in (select unnest(?))"
            )
            rows = self.con.execute(sql, [submissions]).fetchall()
            assert {code for code, _ in rows} <= set(RULES)
            found += [text for _, text in rows]
        return found


@pytest.fixture
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A warehouse in memory, and no waiting for the disk: what is looked for here is not whether a power cut is
    survived, and that waiting would be nine tenths of the time."""
    folder = tmp_path_factory.mktemp("fuzz") / "home"
    with pytest.MonkeyPatch.context() as patch, duckdb.connect() as con:
        patch.setattr(os, "fsync", lambda _handle: None)
        migrate(con)
        create_raw_tables(con, CONTRACTS)
        yield Lab(folder, con)


@pytest.mark.parametrize("name", KINDS)
def test_whatever_happens_to_a_good_file_nothing_is_lost_and_nobody_is_named(lab: Lab, shared: Path, name: str) -> None:
    kind = KINDS[name](shared)
    assert lab.take(kind, kind.files) == []
    good = lab.con.execute("select status, rows_accepted > 0 from ops.submissions").fetchall()
    assert good == [("accepted", True)]
    faults: list[str] = []
    for number in range(MUTATIONS):
        seed = f"{SEED}/{name}/{number}"
        files = kind.spoil(random.Random(seed), kind.files)
        try:
            with within(SECONDS_EACH):
                wrong = lab.take(kind, files)
        except FORESEEN as error:
            wrong = [f"stopped the run: {error}"]
        except Exception as error:
            wrong = [f"{type(error).__name__}: {str(error)[:200]}"]
        faults += [f"seed {seed!r}: {one}" for one in wrong]
    statuses = dict(lab.con.execute("select status, count(*) from ops.submissions group by 1").fetchall())
    assert min(statuses["accepted"], statuses["rejected"]) >= MUTATIONS // 20, "spoiled too little or too much"
    assert faults == [], f"{len(faults)} faults\n" + "\n".join(faults)
