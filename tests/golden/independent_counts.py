"""Counts of the sample returns written straight from the files, as an independent reckoning.

What belongs here: slow and obvious loops over the files in data/extracts, from the rules in domain/indicators.md
alone. What does not: duckdb, pandas, or any import of the project. The sheets of the Annex A workbook are the one
thing read with a library (python_calamine), because the standard library has no reader for them.

Rules, and the choices made where the text leaves room:

* R01: distinct children with an episode open at d: DECOM <= d and (DEC empty or DEC > d).
* V3 and V4 are left out episode by episode, before the child's episode is chosen: a child with a short break AND a
  care order is looked after, under the care order. At 31 March 2018 no child of the sample has both; at nine other
  month ends one or two do, and two other readings give one or two fewer (see `readings_of_short_breaks`).
* A child with two open episodes is counted once. Placement and legal status are those of the open episode with the
  latest DECOM; if two have the same DECOM the one that stands later in the file is taken and the child is listed
  under `equal_decom` (there are none in the sample).
* Age is in completed years at d, birthday included; somebody born on 29 February is a year older on 1 March of a year
  without a leap day.
* S01: distinct child and referral date, ReferralNFA not true (`true` and `1` are true, an absent element is not),
  referral <= d, closure empty or > d. R03: distinct children with CPPstartDate <= d and (CPPendDate empty or > d); the
  category is LatestCategoryOfAbuse of the open plan with the latest start.
* Window of a CIN file: 1 April on or before its ReferenceDate, to the ReferenceDate.

Run `python independent_counts.py` for a printout. SAFEGUARDING_SHARED names the shared folder (default: beside the
repository).
"""

from __future__ import annotations

import csv
import json
import os
import sys
import xml.etree.ElementTree as ElementTree
from calendar import monthrange
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[1]

SHORT_BREAKS = ("V3", "V4")
AGE_BANDS_R01 = ("under 1", "1-4", "5-9", "10-15", "16-17")
AGE_BANDS_R03 = ("unborn", *AGE_BANDS_R01, "18+")
SAMPLE_MONTH_ENDS = [
    date(2017 + (month > 12), (month - 1) % 12 + 1, monthrange(2017 + (month > 12), (month - 1) % 12 + 1)[1])
    for month in range(4, 16)
]

Episode = dict[str, Any]


def shared_dir() -> Path:
    """The folder with domain/, design/ and data/."""
    return Path(os.environ.get("SAFEGUARDING_SHARED") or REPO.parent / "shared")


def extracts_dir() -> Path:
    return shared_dir() / "data" / "extracts"


def british_date(text: str) -> date | None:
    """A date written dd/mm/yyyy; None when empty."""
    text = text.strip()
    if not text:
        return None
    day, month, year = text.split("/")
    return date(int(year), int(month), int(day))


def iso_date(text: str | None) -> date | None:
    """A date written yyyy-mm-dd; None when absent or empty."""
    text = (text or "").strip()
    return date.fromisoformat(text) if text else None


def age_in_years(born: date, at: date) -> int:
    """Completed years; negative when not born yet."""
    years = at.year - born.year
    if (at.month, at.day) < (born.month, born.day):
        years -= 1
    return years


def age_band(born: date | None, at: date) -> str:
    """The band of R01, or a label in brackets for what falls outside all of them."""
    if born is None:
        return "(no date of birth)"
    if born > at:
        return "(not born yet)"
    years = age_in_years(born, at)
    if years < 1:
        return "under 1"
    if years <= 4:
        return "1-4"
    if years <= 9:
        return "5-9"
    if years <= 15:
        return "10-15"
    if years <= 17:
        return "16-17"
    return "(18 and over)"


def plan_age_band(born: date | None, expected: date | None, at: date) -> str:
    """The band of R03: unborn when born after d, or not born and only expected."""
    if born is None:
        return "unborn" if expected is not None else "(no date of birth)"
    band = age_band(born, at)
    return {"(not born yet)": "unborn", "(18 and over)": "18+"}.get(band, band)


# ---------------------------------------------------------------------------------------------------------- SSDA903


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def rows_as_received_903(folder: Path | None = None) -> dict[str, int]:
    """Data rows per CSV file: lines after the header line that are not wholly empty."""
    folder = folder or extracts_dir() / "ssda903"
    counts = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = list(csv.reader(handle))
        counts[path.name] = sum(1 for cells in lines[1:] if any(cell.strip() for cell in cells))
    return counts


def read_episodes(folder: Path | None = None) -> list[Episode]:
    folder = folder or extracts_dir() / "ssda903"
    episodes = []
    for row_number, row in enumerate(read_csv(folder / "episodes.csv"), start=1):
        episodes.append(
            {
                "child": row["CHILD"].strip(),
                "decom": british_date(row["DECOM"]),
                "dec": british_date(row["DEC"]),
                "ls": row["LS"].strip(),
                "place": row["PLACE"].strip(),
                "row_number": row_number,
            }
        )
    return episodes


def read_children(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    folder = folder or extracts_dir() / "ssda903"
    children = {}
    for row in read_csv(folder / "header.csv"):
        children[row["CHILD"].strip()] = {"sex": row["SEX"].strip(), "dob": british_date(row["DOB"])}
    return children


def is_open(episode: Episode, at: date) -> bool:
    return episode["decom"] <= at and (episode["dec"] is None or episode["dec"] > at)


def looked_after(
    episodes: list[Episode], children: dict[str, dict[str, Any]], at: date, short_breaks_counted: bool
) -> dict[str, Any]:
    """R01 at one date with its breakdowns; each breakdown adds up to the total."""
    open_by_child: dict[str, list[Episode]] = {}
    for episode in episodes:
        if is_open(episode, at) and (short_breaks_counted or episode["ls"] not in SHORT_BREAKS):
            open_by_child.setdefault(episode["child"], []).append(episode)

    sex: Counter[str] = Counter()
    bands: Counter[str] = Counter(dict.fromkeys(AGE_BANDS_R01, 0))
    places: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    equal_decom = []
    for child, open_episodes in open_by_child.items():
        latest = max(open_episodes, key=lambda episode: (episode["decom"], episode["row_number"]))
        if sum(1 for episode in open_episodes if episode["decom"] == latest["decom"]) > 1:
            equal_decom.append(child)
        person = children.get(child, {"sex": "(no header row)", "dob": None})
        sex[person["sex"]] += 1
        bands[age_band(person["dob"], at)] += 1
        places[latest["place"]] += 1
        statuses[latest["ls"]] += 1
    return {
        "total": len(open_by_child),
        "open_episodes": sum(len(found) for found in open_by_child.values()),
        "sex": dict(sorted(sex.items())),
        "age_band": dict(bands),
        "placement": dict(sorted(places.items())),
        "legal_status": dict(sorted(statuses.items())),
        "children_with_two_open": sum(1 for found in open_by_child.values() if len(found) > 1),
        "equal_decom": equal_decom,
    }


def children_open_under_both(episodes: list[Episode], at: date) -> list[str]:
    """Children with a V3/V4 episode and another episode open on the same day: where the readings of V3/V4 part."""
    short: set[str] = set()
    other: set[str] = set()
    for episode in episodes:
        if is_open(episode, at):
            (short if episode["ls"] in SHORT_BREAKS else other).add(episode["child"])
    return sorted(short & other)


def readings_of_short_breaks(episodes: list[Episode], at: date) -> dict[str, int]:
    """R01 without V3/V4 under the three readings of "excluded"; `episode` is the one used everywhere else here."""
    statuses: dict[str, list[tuple[date, int, str]]] = {}
    for episode in episodes:
        if is_open(episode, at):
            statuses.setdefault(episode["child"], []).append((episode["decom"], episode["row_number"], episode["ls"]))
    return {
        "episode": sum(1 for held in statuses.values() if any(ls not in SHORT_BREAKS for _, _, ls in held)),
        "latest_episode": sum(1 for held in statuses.values() if max(held)[2] not in SHORT_BREAKS),
        "any_short_break": sum(1 for held in statuses.values() if all(ls not in SHORT_BREAKS for _, _, ls in held)),
    }


def sample_903(folder: Path | None = None) -> dict[str, Any]:
    """R01 of the sample at the month ends of 2017/18, with and without V3/V4, keyed by ISO date."""
    episodes, children = read_episodes(folder), read_children(folder)
    with_short_breaks = {}
    without = {}
    both = {}
    readings = {}
    for at in SAMPLE_MONTH_ENDS:
        with_short_breaks[at.isoformat()] = looked_after(episodes, children, at, short_breaks_counted=True)
        without[at.isoformat()] = looked_after(episodes, children, at, short_breaks_counted=False)
        both[at.isoformat()] = children_open_under_both(episodes, at)
        readings[at.isoformat()] = readings_of_short_breaks(episodes, at)
    header = set(children)
    in_episodes = {episode["child"] for episode in episodes}
    return {
        "with_v3_v4": with_short_breaks,
        "without_v3_v4": without,
        "open_under_both": both,
        "readings": readings,
        "facts": {
            "children_in_header": len(header),
            "children_in_episodes": len(in_episodes),
            "header_without_episode": len(header - in_episodes),
            "episode_without_header": len(in_episodes - header),
            "distinct_child_decom": len({(episode["child"], episode["decom"]) for episode in episodes}),
            "dec_not_after_decom": sum(1 for e in episodes if e["dec"] and e["dec"] <= e["decom"]),
            "decom_before_birth": sum(
                1 for e in episodes if e["child"] in children and e["decom"] < children[e["child"]]["dob"]
            ),
            "born_29_february": sorted(
                c for c, p in children.items() if p["dob"] and (p["dob"].month, p["dob"].day) == (2, 29)
            ),
        },
    }


# --------------------------------------------------------------------------------------------------------- CIN census

CIN_MODULES = (
    "Child",
    "ChildIdentifiers",
    "ChildCharacteristics",
    "Disability",
    "CINdetails",
    "Assessments",
    "AssessmentFactors",
    "CINPlanDates",
    "Section47",
    "ChildProtectionPlans",
    "CPPreviewDate",
)


def cin_files() -> list[Path]:
    return sorted((extracts_dir() / "cin_census").glob("*.xml"))


def elements_as_received_cin(path: Path) -> dict[str, int]:
    """Elements per module of one file. Reviews are CPPreviewDate elements, factors AssessmentFactors elements."""
    root = ElementTree.parse(path).getroot()
    counts = dict.fromkeys(CIN_MODULES, 0)
    for element in root.iter():
        if element.tag in counts:
            counts[element.tag] += 1
    return counts


def cin_window(path: Path) -> tuple[date, date]:
    """1 April on or before the ReferenceDate, to the ReferenceDate."""
    root = ElementTree.parse(path).getroot()
    end = iso_date(root.findtext("Header/CollectionDetails/ReferenceDate"))
    if end is None:
        raise ValueError(f"{path.name}: Header has no ReferenceDate")
    start = date(end.year, 4, 1)
    return (start if start <= end else date(end.year - 1, 4, 1)), end


def month_ends_within(start: date, end: date) -> list[date]:
    day, found = start, []
    while day <= end:
        if (day + timedelta(days=1)).day == 1:
            found.append(day)
        day += timedelta(days=1)
    return found


def read_cin(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(referrals, plans), one dict for each CINdetails and each ChildProtectionPlans element."""
    referrals, plans = [], []
    for child in ElementTree.parse(path).getroot().findall("Children/Child"):
        identifiers = child.find("ChildIdentifiers")
        person = {
            "child": (child.findtext("ChildIdentifiers/LAchildID") or "").strip(),
            "born": iso_date(identifiers.findtext("PersonBirthDate")) if identifiers is not None else None,
            "expected": iso_date(identifiers.findtext("ExpectedPersonBirthDate")) if identifiers is not None else None,
        }
        for details in child.findall("CINdetails"):
            referrals.append(
                {
                    **person,
                    "referral": iso_date(details.findtext("CINreferralDate")),
                    "closure": iso_date(details.findtext("CINclosureDate")),
                    "nfa": (details.findtext("ReferralNFA") or "").strip().lower() in ("true", "1"),
                }
            )
            for plan in details.findall("ChildProtectionPlans"):
                plans.append(
                    {
                        **person,
                        "start": iso_date(plan.findtext("CPPstartDate")),
                        "end": iso_date(plan.findtext("CPPendDate")),
                        "category": (plan.findtext("LatestCategoryOfAbuse") or "").strip(),
                    }
                )
    return referrals, plans


def cases_open(referrals: list[dict[str, Any]], at: date, nfa_counted: bool = False) -> int:
    """S01 at d. With nfa_counted, what S01 would be if ReferralNFA did not exclude (to see the rule at work)."""
    return len(
        {
            (row["child"], row["referral"])
            for row in referrals
            if (nfa_counted or not row["nfa"])
            and row["referral"] is not None
            and row["referral"] <= at
            and (row["closure"] is None or row["closure"] > at)
        }
    )


def plans_open(plans: list[dict[str, Any]], at: date) -> dict[str, Any]:
    """R03 at d with its breakdowns."""
    by_child: dict[str, dict[str, Any]] = {}
    for plan in plans:
        if plan["start"] is None or plan["start"] > at or (plan["end"] is not None and plan["end"] <= at):
            continue
        held = by_child.get(plan["child"])
        if held is None or plan["start"] >= held["start"]:
            by_child[plan["child"]] = plan
    bands: Counter[str] = Counter(dict.fromkeys(AGE_BANDS_R03, 0))
    categories: Counter[str] = Counter(dict.fromkeys(("NEG", "PHY", "SAB", "EMO", "MUL"), 0))
    for plan in by_child.values():
        bands[plan_age_band(plan["born"], plan["expected"], at)] += 1
        categories[plan["category"]] += 1
    return {"total": len(by_child), "category": dict(categories), "age_band": dict(bands)}


def sample_cin(path: Path) -> dict[str, Any]:
    """S01 and R03 of one CIN file at the month ends in its window and at its reference date."""
    referrals, plans = read_cin(path)
    start, end = cin_window(path)
    dates = month_ends_within(start, end)
    if end not in dates:
        dates.append(end)
    return {
        "window": [start.isoformat(), end.isoformat()],
        "S01": {at.isoformat(): cases_open(referrals, at) for at in dates},
        "S01_if_nfa_did_not_exclude": {at.isoformat(): cases_open(referrals, at, nfa_counted=True) for at in dates},
        "R03": {at.isoformat(): plans_open(plans, at) for at in dates},
        "referrals": len(referrals),
        "referrals_nfa_true": sum(1 for row in referrals if row["nfa"]),
        "distinct_child_referral": len({(row["child"], row["referral"]) for row in referrals}),
        "children": len({row["child"] for row in referrals}),
    }


# ------------------------------------------------------------------------------------------------------------ Annex A


def rows_as_received_annex_a(path: Path | None = None) -> dict[str, int]:
    """Rows per sheet below the first (header) row that hold at least one non-empty cell."""
    import python_calamine

    path = path or extracts_dir() / "annex_a" / "Annex_A_2024_Jan.xlsx"
    workbook = python_calamine.CalamineWorkbook.from_path(str(path))
    counts = {}
    for name in workbook.sheet_names:
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        counts[name] = sum(1 for cells in rows[1:] if any(str(cell).strip() for cell in cells))
    return counts


# ------------------------------------------------------------------------------------- what a comparison would read


def expected_sample_counts() -> dict[str, Any]:
    """Everything reckoned from the sample files, ready to compare with tables of the project.

    Keys: rows_903, rows_annex_a, elements_cin (file -> module -> count), r01 (ISO date -> breakdowns, without V3/V4),
    r01_with_v3_v4, open_under_both, readings_of_short_breaks, facts_903, cin (file -> S01, R03 by ISO date).
    """
    reckoned = sample_903()
    return {
        "rows_903": rows_as_received_903(),
        "rows_annex_a": rows_as_received_annex_a(),
        "elements_cin": {path.name: elements_as_received_cin(path) for path in cin_files()},
        "r01": reckoned["without_v3_v4"],
        "r01_with_v3_v4": reckoned["with_v3_v4"],
        "open_under_both": reckoned["open_under_both"],
        "readings_of_short_breaks": reckoned["readings"],
        "facts_903": reckoned["facts"],
        "cin": {path.name: sample_cin(path) for path in cin_files()},
    }


def load_expected_rows() -> list[dict[str, str]]:
    """The rows of replay_case/expected.csv as text; an empty numerator or value means that none is expected."""
    return read_csv(HERE / "replay_case" / "expected.csv")


def main() -> None:
    counts = expected_sample_counts()
    out = sys.stdout.write
    out("Rows per 903 file\n")
    for name, count in counts["rows_903"].items():
        out(f"  {name:32} {count:7,}\n")
    out(f"Facts of the 903 sample: {json.dumps(counts['facts_903'])}\n\n")
    for label, key in (("without V3/V4", "r01"), ("with V3/V4", "r01_with_v3_v4")):
        out(f"R01 {label}\n  date        total  episodes  two open  same DECOM  sex 1  sex 2  ages\n")
        for at, cell in counts[key].items():
            ages = "  ".join(f"{band} {count}" for band, count in cell["age_band"].items())
            out(
                f"  {at}  {cell['total']:5}  {cell['open_episodes']:8}  {cell['children_with_two_open']:8}"
                f"  {len(cell['equal_decom']):10}  {cell['sex'].get('1', 0):5}  {cell['sex'].get('2', 0):5}  {ages}\n"
            )
        for breakdown in ("placement", "legal_status"):
            out(f"  by {breakdown}\n")
            for at, cell in counts[key].items():
                out(f"    {at}  " + "  ".join(f"{k} {v}" for k, v in cell[breakdown].items()) + "\n")
        out("\n")
    out("Children open under V3/V4 and another status at once; R01 under the three readings of the exclusion\n")
    for at, children in counts["open_under_both"].items():
        out(f"  {at}  {len(children)}  {json.dumps(counts['readings_of_short_breaks'][at])}\n")
    for name, reckoned in counts["cin"].items():
        out(f"\n{name}, window {' to '.join(reckoned['window'])}\n")
        elements = ", ".join(f"{module} {count}" for module, count in counts["elements_cin"][name].items())
        out(f"  elements: {elements}\n")
        out(
            f"  referrals {reckoned['referrals']}, of them NFA {reckoned['referrals_nfa_true']}, "
            f"distinct child + date {reckoned['distinct_child_referral']}, children {reckoned['children']}\n"
        )
        for at, total in reckoned["S01"].items():
            plans = reckoned["R03"][at]
            held = {key: value for part in ("category", "age_band") for key, value in plans[part].items() if value}
            unless = reckoned["S01_if_nfa_did_not_exclude"][at]
            out(f"  {at}  S01 {total} (with NFA referrals {unless})  R03 {plans['total']} {held or ''}\n")
    out("\nAnnex A rows per sheet\n")
    for name, count in counts["rows_annex_a"].items():
        out(f"  {name:10} {count}\n")


if __name__ == "__main__":
    main()
