"""A slow and obvious reckoning of replay_case: the landing rules of interface.md applied in loops over the files.

What belongs here: the rules, one function each, standard library only. What does not: any code of the project, or of
independent_counts.py. It checks replay_case/expected.csv, whose numbers were worked by hand (replay_case/README.md).

`Rules` names every rule that the case is meant to exercise. Its defaults are the rules as read; a value changed is a
rule broken on purpose, so that a test can show which expected rows would notice (`BROKEN_RULES`). `frozen_year=True`
is no error but the other reading of "the year is frozen" (README.md, ambiguity 1), checked against the column
alternative_value.

Run `python replay_reckoner.py` for the figures as known at each as-of date and the rows that do not agree (exit code 1
if any).
"""

from __future__ import annotations

import csv
import hashlib
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

CASE = Path(__file__).resolve().parent / "replay_case"
LANDING = CASE / "landing"
SUPPLIER = "childrens_social_care"
FEED_OF = {"R01": "ssda903", "R02": "ssda903", "R03": "cin_census", "R04": "cin_census", "S01": "cin_census"}

# ONS mid-year estimates of children 0-17, East Riding of Yorkshire (domain/indicators.md), with the day each came out
# (mid-2012 and mid-2016 seen on ONS pages, the others from memory: no expected row turns on an exact day).
POPULATION = {
    2012: (63776, date(2013, 8, 8)),
    2013: (63176, date(2014, 6, 26)),
    2014: (62760, date(2015, 6, 25)),
    2015: (62164, date(2016, 6, 23)),
    2016: (62012, date(2017, 6, 22)),
    2017: (61765, date(2018, 6, 28)),
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Rules:
    """The rules as read. Each field is one that the case exercises."""

    precedence: str = "period_end, finality, received_at"
    withdrawal: bool = True
    withdrawal_needs_overlap: bool = True
    falls_back: bool = True
    resent_content_is_new: bool = True
    open_on_last_day: bool = False
    open_on_first_day: bool = True
    short_breaks_counted: bool = False
    short_break_on_latest_only: bool = False
    count_episodes: bool = False
    placement_of: str = "latest"
    nfa_spellings: tuple[str, ...] = ("true", "1")
    age_by: str = "birthday"
    unborn_by: str = "birth after d"
    category: str = "latest"
    header_withdrawn: bool = False
    population_of: str = "year in which the financial year begins"
    rounding: str = "half up"
    frozen_year: bool = False
    due_days: int = 30


BROKEN_RULES: dict[str, Rules] = {
    "received_at alone decides": Rules(precedence="received_at"),
    "final before period_end": Rules(precedence="finality, period_end, received_at"),
    "final does not outrank provisional": Rules(precedence="period_end, received_at"),
    "first received wins within a window": Rules(precedence="period_end, finality, -received_at"),
    "nothing is ever withdrawn": Rules(withdrawal=False),
    "absence withdraws whatever the window": Rules(withdrawal_needs_overlap=False),
    "a withdrawn row takes the older ones with it": Rules(falls_back=False),
    "content seen before is a no-op (A, B, A)": Rules(resent_content_is_new=False),
    "still open on the day it ends": Rules(open_on_last_day=True),
    "not yet open on the day it starts": Rules(open_on_first_day=False),
    "V3 and V4 counted": Rules(short_breaks_counted=True),
    "child dropped when the latest episode is a short break": Rules(short_break_on_latest_only=True),
    "episodes counted instead of children": Rules(count_episodes=True),
    "placement of the earliest open episode": Rules(placement_of="earliest"),
    "only 'true' is an NFA": Rules(nfa_spellings=("true",)),
    "NFA ignored": Rules(nfa_spellings=()),
    "age by calendar years": Rules(age_by="calendar years"),
    "older only on the day after the birthday": Rules(age_by="day after"),
    "unborn only while no birth date is known": Rules(unborn_by="no birth date"),
    "initial category": Rules(category="initial"),
    "header withdrawn with the last return": Rules(header_withdrawn=True),
    "population of the calendar year of d": Rules(population_of="calendar year"),
    "rates rounded down": Rules(rounding="down"),
}


# ---------------------------------------------------------------------------------------------------- reading the drops


@dataclass(frozen=True)
class Drop:
    feed: str
    name: str
    area_code: str
    period_start: date
    period_end: date
    finality: str
    received_at: datetime
    rows: int
    sha256: str
    tables: dict[str, list[Row]]


def read_envelope(folder: Path) -> dict[str, str]:
    """submission.yml, a flat list of `name: value`."""
    envelope = {}
    for line in (folder / "submission.yml").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        envelope[name.strip()] = value.strip().strip('"')
    return envelope


def day(text: str | None) -> date | None:
    """dd/mm/yyyy or yyyy-mm-dd."""
    text = (text or "").strip()
    if not text:
        return None
    if "/" in text:
        return datetime.strptime(text, "%d/%m/%Y").date()
    return date.fromisoformat(text)


def read_903(folder: Path) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as handle:
            rows = list(csv.DictReader(handle))
        if "DECOM" in rows[0]:
            tables["episodes"] = [
                {
                    "key": (row["CHILD"], row["DECOM"]),
                    "from": day(row["DECOM"]),
                    "to": day(row["DEC"]),
                    "child": row["CHILD"],
                    "ls": row["LS"],
                    "place": row["PLACE"],
                }
                for row in rows
            ]
        else:
            tables["header"] = [
                {"key": (row["CHILD"],), "child": row["CHILD"], "sex": row["SEX"], "born": day(row["DOB"])}
                for row in rows
            ]
    return tables


def read_cin(folder: Path) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {"children": [], "referrals": [], "plans": []}
    for child in ElementTree.parse(folder / "cin_census.xml").getroot().findall("Children/Child"):
        who = child.findtext("ChildIdentifiers/LAchildID")
        tables["children"].append(
            {"key": (who,), "child": who, "born": day(child.findtext("ChildIdentifiers/PersonBirthDate"))}
        )
        for details in child.findall("CINdetails"):
            tables["referrals"].append(
                {
                    "key": (who, details.findtext("CINreferralDate")),
                    "from": day(details.findtext("CINreferralDate")),
                    "to": day(details.findtext("CINclosureDate")),
                    "child": who,
                    "nfa": details.findtext("ReferralNFA"),
                }
            )
            for plan in details.findall("ChildProtectionPlans"):
                tables["plans"].append(
                    {
                        "key": (who, plan.findtext("CPPstartDate")),
                        "from": day(plan.findtext("CPPstartDate")),
                        "to": day(plan.findtext("CPPendDate")),
                        "child": who,
                        "latest": plan.findtext("LatestCategoryOfAbuse"),
                        "initial": plan.findtext("InitialCategoryOfAbuse"),
                    }
                )
    return tables


def content_sha(folder: Path) -> str:
    """The data files of a drop, without its envelope."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.name != "submission.yml":
            digest.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def read_drops() -> list[Drop]:
    """Every drop of the case, in the order received."""
    drops = []
    for feed, reader in (("ssda903", read_903), ("cin_census", read_cin)):
        for folder in sorted((LANDING / SUPPLIER / feed).iterdir()):
            envelope = read_envelope(folder)
            drops.append(
                Drop(
                    feed=feed,
                    name=folder.name,
                    area_code=envelope["area_code"],
                    period_start=date.fromisoformat(envelope["period_start"]),
                    period_end=date.fromisoformat(envelope["period_end"]),
                    finality=envelope["finality"],
                    received_at=datetime.fromisoformat(envelope["received_at"]),
                    rows=int(envelope["rows"]),
                    sha256=content_sha(folder),
                    tables=reader(folder),
                )
            )
    return sorted(drops, key=lambda drop: drop.received_at)


# ------------------------------------------------------------------------------------------------------- landing rules


def precedence(drop: Drop, rules: Rules) -> tuple[Any, ...]:
    """Greater wins: by period_end, then final over provisional, then received_at."""
    final = drop.finality == "final"
    received = drop.received_at.timestamp()
    orders: dict[str, tuple[Any, ...]] = {
        "period_end, finality, received_at": (drop.period_end, final, received),
        "received_at": (received,),
        "finality, period_end, received_at": (final, drop.period_end, received),
        "period_end, received_at": (drop.period_end, received),
        "period_end, finality, -received_at": (drop.period_end, final, -received),
    }
    return orders[rules.precedence]


def submissions(drops: list[Drop], feed: str, as_of: date, rules: Rules) -> list[Drop]:
    """Those of the feed received by as_of, lowest precedence first. Content equal to that now in force is a no-op."""
    kept: list[Drop] = []
    for drop in drops:
        if drop.feed != feed or drop.received_at.date() > as_of:
            continue
        window = (drop.period_start, drop.period_end, drop.finality)
        same_window = [one for one in kept if (one.period_start, one.period_end, one.finality) == window]
        seen = same_window if not rules.resent_content_is_new else same_window[-1:]
        if any(one.sha256 == drop.sha256 for one in seen):
            continue
        kept.append(drop)
    return sorted(kept, key=lambda drop: precedence(drop, rules))


def overlaps(drop: Drop, row: Row) -> bool:
    """Does the drop's window touch [from, to or for ever]? Both ends belong to both."""
    return row["from"] <= drop.period_end and (row["to"] is None or row["to"] >= drop.period_start)


def in_force(ordered: list[Drop], table: str, rules: Rules) -> list[tuple[Row, str]]:
    """One row per key, with the name of the drop that it stands in: the highest that no higher drop withdraws.

    A drop withdraws a row whose own dates its window touches when it does not hold the key at all.
    """
    holding = [drop for drop in ordered if table in drop.tables]
    keys = []
    for drop in holding:
        for row in drop.tables[table]:
            if row["key"] not in keys:
                keys.append(row["key"])
    standing = []
    for key in keys:
        rows = [(place, row) for place, drop in enumerate(holding) for row in drop.tables[table] if row["key"] == key]
        holders = {place for place, _ in rows}
        for place, row in reversed(rows):
            withdrawn = False
            for later_place, later in enumerate(holding):
                if later_place <= place or later_place in holders:
                    continue
                if "from" not in row:  # a person row has no dates: an old child is not unborn by leaving
                    withdrawn = withdrawn or rules.header_withdrawn
                elif overlaps(later, row) or not rules.withdrawal_needs_overlap:
                    withdrawn = True
            if not (withdrawn and rules.withdrawal):
                standing.append((row, holding[place].name))
                break
            if not rules.falls_back:
                break
    return standing


def covering(ordered: list[Drop], at: date) -> list[Drop]:
    return [drop for drop in ordered if drop.period_start <= at <= drop.period_end]


# ---------------------------------------------------------------------------------------------------------- indicators


def is_open(row: Row, at: date, rules: Rules) -> bool:
    started = row["from"] <= at if rules.open_on_first_day else row["from"] < at
    if not started:
        return False
    if row["to"] is None:
        return True
    return bool(row["to"] >= at if rules.open_on_last_day else row["to"] > at)


def age_band(born: date | None, at: date, rules: Rules, with_unborn: bool) -> str:
    if born is None:
        return "unborn" if with_unborn else "unknown"
    if born > at and rules.unborn_by == "birth after d":
        return "unborn" if with_unborn else "unknown"
    years = at.year - born.year
    before = (at.month, at.day) < (born.month, born.day)
    on_the_day = (at.month, at.day) == (born.month, born.day)
    if (rules.age_by == "birthday" and before) or (rules.age_by == "day after" and (before or on_the_day)):
        years -= 1
    for band, first, last in (("under 1", -1, 0), ("1-4", 1, 4), ("5-9", 5, 9), ("10-15", 10, 15), ("16-17", 16, 17)):
        if first <= years <= last:
            return band
    return "18+"


def members(ordered: list[Drop], indicator: str, at: date, rules: Rules) -> list[dict[str, str]]:
    """One dict per counted thing: who, and its value of each breakdown."""
    counted = []
    if indicator in ("R01", "R02"):
        people = {row["child"]: row for row, _ in in_force(ordered, "header", rules)}
        spells = [row for row, _ in in_force(ordered, "episodes", rules) if is_open(row, at, rules)]
        for child in sorted({row["child"] for row in spells}):
            mine = sorted((row for row in spells if row["child"] == child), key=lambda row: row["from"])
            if rules.short_break_on_latest_only:
                mine = [] if mine[-1]["ls"] in ("V3", "V4") else mine
            elif not rules.short_breaks_counted:
                mine = [row for row in mine if row["ls"] not in ("V3", "V4")]
            if not mine:
                continue
            chosen = mine[-1] if rules.placement_of == "latest" else mine[0]
            person = people.get(child, {"sex": "unknown", "born": None})
            counted += [
                {
                    "who": child,
                    "sex": person["sex"],
                    "age_band": age_band(person["born"], at, rules, with_unborn=False),
                    "placement": chosen["place"],
                    "legal_status": chosen["ls"],
                }
            ] * (len(mine) if rules.count_episodes else 1)
    elif indicator in ("R03", "R04"):
        people = {row["child"]: row for row, _ in in_force(ordered, "children", rules)}
        plans = [row for row, _ in in_force(ordered, "plans", rules) if is_open(row, at, rules)]
        for child in sorted({row["child"] for row in plans}):
            mine = sorted((row for row in plans if row["child"] == child), key=lambda row: row["from"])
            born = people[child]["born"] if child in people else None
            counted.append(
                {
                    "who": child,
                    "category": mine[-1][rules.category],
                    "age_band": age_band(born, at, rules, with_unborn=True),
                }
            )
    else:
        for row, _ in in_force(ordered, "referrals", rules):
            if is_open(row, at, rules) and (row["nfa"] or "") not in rules.nfa_spellings:
                counted.append({"who": f"{row['child']} {row['from']}"})
    return counted


def population(at: date, as_of: date, rules: Rules) -> tuple[int, bool]:
    """(the estimate used, is it the one wanted). Wanted: the calendar year in which at's financial year begins."""
    wanted = at.year if at.month >= 4 or rules.population_of == "calendar year" else at.year - 1
    out = [year for year, (_, released) in POPULATION.items() if released <= as_of]
    used = wanted if wanted in out else max(out)
    return POPULATION[used][0], used == wanted


def reckon(drops: list[Drop], expected: dict[str, str], rules: Rules) -> dict[str, str]:
    """numerator, denominator, value and status of one figure as known at as_of, as text."""
    indicator, as_of = expected["indicator_code"], date.fromisoformat(expected["as_of"])
    at = date.fromisoformat(expected["period_end"])
    ordered = submissions(drops, FEED_OF[indicator], as_of, rules)
    there = covering(ordered, at)
    if not there:
        if not ordered or at < min(drop.period_start for drop in ordered):
            status = "not_submitted"
        else:
            status = "late" if at + timedelta(days=rules.due_days) <= as_of else "not_submitted"
        return {"numerator": "", "denominator": "", "value": "", "status": status}

    counted = members([there[-1]] if rules.frozen_year else ordered, indicator, at, rules)
    if expected["breakdown"] != "total":
        counted = [one for one in counted if one[expected["breakdown"]] == expected["breakdown_value"]]
    status = "published" if there[-1].finality == "final" else "provisional"
    if indicator not in ("R02", "R04"):
        return {"numerator": str(len(counted)), "denominator": "", "value": str(len(counted)), "status": status}

    denominator, is_wanted = population(at, as_of, rules)
    step = Decimal(1) if indicator == "R02" else Decimal("0.1")
    how = ROUND_HALF_UP if rules.rounding == "half up" else "ROUND_DOWN"
    value = (Decimal(len(counted)) * 10000 / Decimal(denominator)).quantize(step, rounding=how)
    if not is_wanted:
        status = "provisional"
    if counted and value == 0:
        status = "rounds_to_zero"
    return {
        "numerator": str(len(counted)),
        "denominator": str(denominator),
        "value": str(value),
        "status": status,
    }


# ------------------------------------------------------------------------------------------------------------ checking


def expected_rows() -> list[dict[str, str]]:
    with (CASE / "expected.csv").open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def disagreements(rules: Rules) -> Iterator[str]:
    """Rows of expected.csv that the rules do not give. An empty expected denominator is not checked."""
    drops = read_drops()
    for row in expected_rows():
        found = reckon(drops, row, rules)
        wanted = dict(row)
        if rules.frozen_year and row["alternative_value"]:
            wanted["value"] = row["alternative_value"]
            wanted["numerator"] = found["numerator"] if row["indicator_code"] in ("R02", "R04") else wanted["value"]
        for name in ("numerator", "denominator", "value", "status"):
            if name == "denominator" and not wanted[name]:
                continue
            if found[name] != wanted[name]:
                cell = " ".join(
                    row[part]
                    for part in (
                        "as_of",
                        "indicator_code",
                        "period_type",
                        "period_end",
                        "breakdown",
                        "breakdown_value",
                    )
                )
                yield f"{cell}: {name} expected {wanted[name]!r}, reckoned {found[name]!r}"
                break


def main() -> int:
    drops, rules = read_drops(), Rules()
    out = sys.stdout.write
    for as_of in sorted({row["as_of"] for row in expected_rows()}):
        out(f"\nAs known on {as_of}\n")
        dates = sorted({row["period_end"] for row in expected_rows() if row["as_of"] == as_of})
        for indicator in ("R01", "R03", "S01"):
            ordered = submissions(drops, FEED_OF[indicator], date.fromisoformat(as_of), rules)
            for at in dates:
                figure = reckon(
                    drops,
                    {"as_of": as_of, "indicator_code": indicator, "period_end": at, "breakdown": "total"},
                    rules,
                )
                names = ""
                if figure["numerator"]:
                    counted = members(ordered, indicator, date.fromisoformat(at), rules)
                    names = " ".join(one["who"].removeprefix("GOLD").split(" ")[0] for one in counted)
                out(f"  {indicator} {at}  {figure['value'] or '-':>3} {figure['status']:14} {names}\n")
    failures = list(disagreements(rules))
    other = list(disagreements(replace(rules, frozen_year=True)))
    out(f"\n{len(expected_rows())} expected rows: {len(failures)} disagree; other reading: {len(other)} disagree\n")
    for line in failures + other:
        out(f"  {line}\n")
    out("\nRows that notice a broken rule\n")
    for name, broken in BROKEN_RULES.items():
        out(f"  {len(list(disagreements(broken))):3}  {name}\n")
    return 1 if failures or other else 0


if __name__ == "__main__":
    sys.exit(main())
