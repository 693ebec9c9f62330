"""Breaches of the sample returns counted straight from the files, as an independent reckoning of some rules.

What belongs here: slow and obvious loops over episodes.csv, header.csv, reviews.csv, oc2.csv, ad1.csv and the larger
census file, from the sentences of seeds/validation_rules.csv alone. What does not: duckdb, pandas, or any import of the
project. Rules are taken where a reading of the file decides them, without the merging of several returns.

The sample return runs from 1 April 2017 to 31 March 2018. The census file says 21 July 2022 as its reference date.
"""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

FIRST_DAY, LAST_DAY = date(2017, 4, 1), date(2018, 3, 31)
CENSUS_FIRST_DAY, CENSUS_LAST_DAY = date(2022, 4, 1), date(2022, 7, 21)
Row = dict[str, str]


def day(text: str) -> date | None:
    """A date as dd/mm/yyyy, or none."""
    if not text:
        return None
    number, month, year = text.split("/")
    return date(int(year), int(month), int(number))


def iso(element: ElementTree.Element, name: str) -> date | None:
    text = element.findtext(name)
    return date.fromisoformat(text) if text else None


def birthday(born: date, years: int) -> date:
    """The first day at an age; on 1 March for who is born on 29 February."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def read(folder: Path, name: str) -> list[Row]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def count_care(folder: Path) -> Counter[str]:
    """Rows in breach by rule, of the sample SSDA903 return."""
    found: Counter[str] = Counter()
    born = {row["CHILD"]: day(row["DOB"]) for row in read(folder, "header.csv")}
    episodes: dict[str, list[Row]] = defaultdict(list)
    for row in read(folder, "episodes.csv"):
        episodes[row["CHILD"]].append(row)
    adopted = set()
    for child, rows in episodes.items():
        rows.sort(key=lambda row: day(row["DECOM"]) or date.max)
        birth = born[child]
        assert birth
        was_adopted = was_placed = False
        for at, row in enumerate(rows):
            before = rows[at - 1] if at else None
            after = rows[at + 1] if at + 1 < len(rows) else None
            start, end = day(row["DECOM"]), day(row["DEC"])
            assert start
            until = end or LAST_DAY
            place, status, reason = row["PLACE"], row["LS"], row["REC"]
            was_placed = was_placed or place in ("A3", "A4", "A5", "A6")
            is_adopted = reason in ("E11", "E12")
            found["142"] += end is None and after is not None
            found["148"] += bool(row["DEC"]) != bool(reason)
            found["199"] += was_adopted
            found["217"] += place in ("A3", "A5") and row["RNE"] not in ("S", "T", "U")
            found["357"] += before is None and row["RNE"] != "S" and start >= FIRST_DAY
            found["358"] += status in ("J1", "J2", "J3") and start < birthday(birth, 10)
            found["365"] += status == "V3" and until > start + timedelta(days=17)
            found["366"] += status == "V3" and row["RNE"] != "S"
            found["372"] += place == "R5" and start < birthday(birth, 10)
            found["373"] += place == "S1" and start < birthday(birth, 4)
            found["374"] += place == "P3" and start < birthday(birth, 14)
            found["378"] += place == "P1" and status == "V2"
            found["380"] += row["RNE"] == "S" and place[0] == "T"
            found["381"] += place[0] == "T" and end is not None and reason not in ("", "X1")
            found["382"] += place[0] == "T" and status in ("V3", "V4")
            found["384"] += place in ("U1", "U4") and status in ("V3", "V4")
            found["385"] += end is not None and end > LAST_DAY
            found["388"] += reason == "X1" and after is None
            found["390"] += is_adopted and not was_placed
            found["408"] += place in ("A5", "A6") and status != "E1"
            found["445"] += status == "D1" and start > date(2005, 12, 31)
            found["451"] += status == "D1" and end is None
            found["460"] += reason == "E17" and end is not None and end < birthday(birth, 18)
            found["550"] += row["PLACE_PROVIDER"] == "PR0" and place != "P1"
            found["527"] += row["PLACE_PROVIDER"] == "PR1" and place in ("P1", "R2", "R5")
            if before:
                before_end = day(before["DEC"])
                found["431"] += row["RNE"] == "S" and start == before_end
                found["432"] += row["RNE"] != "S" and before["REC"] not in ("", "X1")
                found["433"] += row["RNE"] in "LPTBU" and before_end is not None and start != before_end
                found["501"] += before_end is not None and start < before_end
                found["437"] += before["REC"] in ("E2", "E15")
            was_adopted = was_adopted or is_adopted
            if is_adopted and end and FIRST_DAY <= end <= LAST_DAY:
                adopted.add((child, end))
    found["EPI"] = sum(child not in episodes for child in born)
    seen = set()
    for row in read(folder, "reviews.csv"):
        # Of a child's reviews on one day the first is loaded, the others are set aside.
        if (row["CHILD"], row["REVIEW"]) in seen:
            continue
        seen.add((row["CHILD"], row["REVIEW"]))
        held, birth = day(row["REVIEW"]), born[row["CHILD"]]
        assert held
        assert birth
        found["440"] += row["REVIEW_CODE"] == "PN0" and held >= birthday(birth, 4)
        found["441"] += row["REVIEW_CODE"] != "PN0" and held < birthday(birth, 4)
    with_details = {row["CHILD"] for row in read(folder, "ad1.csv")}
    found["601"] = sum(child not in with_details for child, _ in adopted)
    found["602"] = len(with_details - {child for child, _ in adopted})
    return found


def count_need(file: Path) -> Counter[str]:
    """Rows in breach by rule, of the larger sample census, which has no plans, enquiries or assessments."""
    found: Counter[str] = Counter()
    for child in ElementTree.parse(file).getroot().iter("Child"):
        died = iso(child, "ChildIdentifiers/PersonDeathDate")
        for case in child.iter("CINdetails"):
            referred, closed = iso(case, "CINreferralDate"), iso(case, "CINclosureDate")
            conference, reason = iso(case, "DateOfInitialCPC"), case.findtext("ReasonForClosure")
            no_further_action = (case.findtext("ReferralNFA") or "").lower() in ("true", "1")
            assert referred
            found["2990"] += reason in ("RC8", "RC9") and conference is not None
            found["8555Q"] += died is not None and referred > died
            found["8568"] += case.findtext("ReferralNFA") is None
            found["8569Q"] += no_further_action and referred < CENSUS_FIRST_DAY - timedelta(days=5)
            found["8600"] += referred > CENSUS_LAST_DAY
            found["8620"] += closed is not None and not CENSUS_FIRST_DAY <= closed <= CENSUS_LAST_DAY
            found["8630"] += closed is not None and closed < referred
            found["8715"] += conference is not None and not CENSUS_FIRST_DAY <= conference <= CENSUS_LAST_DAY
            found["8831"] += no_further_action and (
                conference is not None or (closed is not None and closed > referred)
            )
            found["8866"] += not case.findtext("ReferralSource")
            found["8875"] += conference is not None and conference.weekday() >= 5
    return found
