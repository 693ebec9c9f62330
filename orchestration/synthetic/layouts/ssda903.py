"""The SSDA903 as a folder of text files: headings as in the Department's guide (returns up to 2023), dates dd/mm/yyyy.

Belongs here: headings, file names, delimiters, rows of each table. Does not belong here: what a return includes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from orchestration.synthetic import returns
from orchestration.synthetic.calibration import year_of
from orchestration.synthetic.people import ADULT, age_on, birthday
from orchestration.synthetic.records import CarePeriod, Child
from orchestration.synthetic.returns import Window

COLUMNS: dict[str, tuple[str, ...]] = {
    "header": ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"),
    "episodes": ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE",
                 "HOME_POST", "PL_POST", "URN"),
    "reviews": ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"),
    "uasc": ("CHILD", "SEX", "DOB", "DUC"),
    "oc2": ("CHILD", "DOB", "SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK",
            "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"),
    "oc3": ("CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"),
    "ad1": ("CHILD", "DOB", "DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"),
    "placed_for_adoption": ("CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"),
    "previous_permanence": ("CHILD", "DOB", "PREV_PERM", "LA_PERM", "DATE_PERM"),
    "missing": ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"),
}  # fmt: skip
# Outcomes of the year are collected once, for the signed-off return.
FINAL_ONLY = frozenset({"oc2", "oc3"})
# The first year that asks for a table, by its 31 March: before it there is no such file, which is not a nil return.
SINCE = {"missing": 2015}

Cell = str | date | None
Tables = dict[str, list[tuple[Cell, ...]]]


def tables(seed: int | str, periods: Sequence[CarePeriod], window: Window, *, final: bool) -> Tables:
    """The rows of every table of a return, in the order of the headings; `periods` come sorted by child, then start."""
    year = year_of(window.end).ending
    rows: Tables = {name: [] for name in COLUMNS if (final or name not in FINAL_ONLY) and SINCE.get(name, year) <= year}
    children: dict[str, Child] = {}
    seen = returns.periods_of_care(periods, window)
    by_break: set[str] = set()
    for one in seen:
        period, child = one.period, one.period.child
        children[child.ref] = child
        if period.is_short_breaks:
            by_break.add(child.ref)
        for e in one.episodes:
            # Postcodes are not asked for short breaks (rules 398 and 420 of the return).
            home, placed = ("", "") if period.is_short_breaks else (e.home_post, e.pl_post)
            rows["episodes"].append((child.ref, e.decom, e.rne, e.ls, e.cin, e.place, e.provider, e.dec, e.rec,
                                     e.reason_place_change, home, placed, e.urn))  # fmt: skip
        rows["reviews"] += [(child.ref, child.dob, on, code) for on, code in returns.reviews(one, window)]
        if "missing" in rows:
            rows["missing"] += [(child.ref, child.dob, *away) for away in returns.missing(one, window)]
        decision = returns.adoption_decision(one, window)
        if decision:
            rows["placed_for_adoption"].append((child.ref, child.dob, *decision))
        if returns.is_adopted(one) and period.adoption is not None:
            a = period.adoption
            rows["ad1"].append((child.ref, child.dob, a.decided_on, a.matched_on, "1" if a.by_foster_carer else "0",
                                str(a.adopters), a.adopters_sex, a.adopters_status))  # fmt: skip
        if final:
            outcome = returns.outcomes(seed, one, window)
            if outcome:
                rows["oc2"].append((child.ref, child.dob, *vars(outcome).values()))
    rows["previous_permanence"] = [_previous(period) for period in _newly_looked_after(seen, window)]
    rows["uasc"] = [
        (child.ref, child.sex, child.dob, birthday(child.dob, ADULT))
        for child in children.values()
        if child.is_unaccompanied
    ]
    if final:
        for child in returns.care_leavers(periods, window):
            children.setdefault(child.ref, child)
            rows["oc3"].append((child.ref, child.dob, *returns.leaver_outcome(seed, child, window)))
    rows["header"] = [_header(children[ref], window, ref in by_break) for ref in sorted(children)]
    return rows


def text(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ",") -> str:
    """Delimited text with a heading row and Windows line ends, as the case systems export it.

    No cell holds a delimiter, a quote or a line end, so that none is quoted.
    """
    lines = [delimiter.join(columns)]
    lines += [delimiter.join([_cell(cell) for cell in row]) for row in rows]
    return "\r\n".join([*lines, ""])


def _cell(cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell.day:02d}/{cell.month:02d}/{cell.year}"
    return cell or ""


def _header(child: Child, window: Window, short_breaks_only: bool) -> tuple[Cell, ...]:
    mother: Cell = None
    born = window.so_far(child.first_child_born_on)
    if child.sex == "2" and not short_breaks_only:
        mother = "1" if born else "0"
    return child.ref, child.sex, child.dob, child.ethnicity, _pupil_number(child, window), mother, born


def _pupil_number(child: Child, window: Window) -> str:
    if child.is_unaccompanied:
        return "UN3"
    return child.upn if age_on(child.dob, window.end) >= 5 else "UN1"


def _newly_looked_after(seen: Iterable[returns.SeenPeriod], window: Window) -> Iterable[CarePeriod]:
    """The last period that a child started in the window: one row a child (INT35)."""
    found = {
        one.period.child.ref: one.period
        for one in seen
        if one.period.started_on >= window.start and not one.period.is_short_breaks
    }
    return found.values()


def _previous(period: CarePeriod) -> tuple[Cell, ...]:
    child = period.child
    return (
        child.ref,
        child.dob,
        period.previous_permanence,
        period.previous_permanence_la,
        period.previous_permanence_on,
    )
