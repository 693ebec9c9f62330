"""Missing children by month, counted from the files of a landing folder: police and care put together in Python.

Belongs here: a second reckoning of R06, R06f, R06h and R06i that shares no line with the models. It follows the
dictionary's words: of the police's rows the newest return that holds one speaks; the same child (`lcs_id`) and days of
going missing no more than one apart, or episodes that overlap, are one episode. Does not belong here: any comparison.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import yaml

Row = dict[str, str]
DAY = timedelta(days=1)
WITHOUT_END = timedelta(days=30)


@dataclass(frozen=True)
class File:
    """The rows of one table of one return, and the window that the return is for."""

    start: date
    end: date
    rows: list[Row]


def _text_of(folder: Path, name: str) -> str | None:
    """The text of a table in a return's folder, or in the zip that lies there instead."""
    if (folder / name).exists():
        return (folder / name).read_text(encoding="utf-8-sig")
    for packed in folder.glob("*.zip"):
        with zipfile.ZipFile(packed) as files:
            for member in files.namelist():
                if member.rpartition("/")[2] == name:
                    return files.read(member).decode("utf-8-sig")
    return None


def returns(feed: Path, table: str, as_of: date) -> list[File]:
    """Every return of a feed that holds the table and came by `as_of`, the one that speaks last at the end."""
    found = []
    for envelope in sorted(feed.glob("*/submission.yml")):
        told = yaml.safe_load(envelope.read_text(encoding="utf-8"))
        text = _text_of(envelope.parent, f"{table}.csv")
        received = told["received_at"]
        if text is not None and received.date() <= as_of:
            rows = [{name.lower(): cell for name, cell in row.items()} for row in csv.DictReader(io.StringIO(text))]
            rank = (told["period_end"], told["finality"] == "final", received)
            found.append((rank, File(told["period_start"], told["period_end"], rows)))
    return [file for _, file in sorted(found, key=lambda one: one[0])]


def in_force(
    files: list[File], key: Callable[[Row], tuple[str, ...]], days: Callable[[Row], tuple[date, date]]
) -> list[Row]:
    """One row a key: the last of those that no later return withdraws.

    A later return withdraws a row whose days it covers when it does not hold the key at all.
    """
    told: dict[tuple[str, ...], dict[int, Row]] = defaultdict(dict)
    for number, file in enumerate(files):
        for row in file.rows:
            told[key(row)][number] = row
    kept = []
    for rows in told.values():
        for number, row in sorted(rows.items(), reverse=True):
            first, last = days(row)
            later = (n for n in range(number + 1, len(files)) if n not in rows)
            if not any(files[n].start <= last and files[n].end >= first for n in later):
                kept.append(row)
                break
    return kept


def day(text: str) -> date:
    return (
        datetime.strptime(text, "%d/%m/%Y").date()
        if "/" in text
        else datetime.fromisoformat(text.replace(" ", "T")).date()
    )


@dataclass(frozen=True)
class Spell:
    """An episode as one teller has it; `reaches` is the last day on which it may be the other's too."""

    child: str
    start: date
    reaches: date
    row: Row


def spells(rows: list[tuple[str, date, date | None, str, Row]]) -> list[Spell]:
    """(child, start, end, order, row) with the days that an episode without an end reaches."""
    by_child: dict[str, list[tuple[str, date, date | None, Row]]] = defaultdict(list)
    for child, start, end, order, row in rows:
        by_child[child].append((order, start, end, row))
    found = []
    for child, told in by_child.items():
        told.sort(key=lambda one: one[0])
        for number, (_, start, end, row) in enumerate(told):
            following = told[number + 1][1] if number + 1 < len(told) else date.max
            found.append(Spell(child, start, end or min(following, start + WITHOUT_END), row))
    return found


def same(one: Spell, other: Spell) -> bool:
    return one.child == other.child and (
        abs(one.start - other.start) <= DAY or (one.start <= other.reaches and other.start <= one.reaches)
    )


def missing_by_month(landing: Path, la_code: str, as_of: date) -> dict[tuple[str, str], int]:
    """Indicator and month ('2016-05') to the count, for each month in which somebody counts."""
    files = returns(landing / "police" / "missing_episodes", "missing_episodes", as_of)
    number_of = {row["person_ref"]: row["lcs_id"] for file in files for row in file.rows if row["lcs_id"]}
    police = [
        row
        for row in in_force(
            files,
            lambda row: (row["occurrence_ref"],),
            lambda row: (day(row["missing_from"]), day(row["missing_from"])),
        )
        if row["record_status"] != "D"
    ]

    def child(row: Row) -> str:
        return number_of.get(row["person_ref"], row["person_ref"])

    told = spells(
        [
            (child(row), day(row["missing_from"]), day(row["returned_at"]) if row["returned_at"] else None,
             row["missing_from"], row)
            for row in police
            if row["category"] == "MISSING"
        ]
    )  # fmt: skip
    feed = landing / "childrens_social_care" / "ssda903"
    care = spells(
        [
            (row["child"], day(row["mis_start"]), day(row["mis_end"]) if row["mis_end"] else None,
             day(row["mis_start"]).isoformat(), row)
            for row in in_force(
                returns(feed, "missing", as_of), lambda row: (row["child"], row["mis_start"]), _care_days
            )
            if row["missing"] == "M"
        ]
    )  # fmt: skip
    only_care = [spell for spell in care if not any(same(spell, other) for other in told)]
    episodes: dict[tuple[str, str], list[str]] = defaultdict(list)
    children: dict[tuple[str, str], set[str]] = defaultdict(set)
    for spell, authority in [*((s, s.row["responsible_la"]) for s in told), *((s, la_code) for s in only_care)]:
        month = spell.start.isoformat()[:7]
        if authority not in ("", la_code):
            children["R06i", month].add(spell.child)
        else:
            children["R06", month].add(spell.child)
            episodes["R06f", month].append(spell.child)
    for row in police:
        if row["category"] != "MISSING" and row["responsible_la"] in ("", la_code):
            children["R06h", row["missing_from"][:7]].add(child(row))
    return {key: len(members) for key, members in [*children.items(), *episodes.items()]}


def _care_days(row: Row) -> tuple[date, date]:
    start = day(row["mis_start"])
    if not row["mis_end"]:
        return start, date.max
    return start, max(start, day(row["mis_end"]) - DAY)
