"""The demonstration replay: drops in landing as authorities send them, each with the time at which it came.

Belongs here: which returns were sent and when, what went wrong with a few of them, and writing them. Does not belong
here: what happened to whom (population), what was known (hindsight), what a return includes (returns), its columns
(layouts).

What is replayed, for the years ending 31 March `first_year` to `last_year`:
- SSDA903 and children in need census: the signed-off return of every year (June and July after it); from the
  year `monthly_from` on also every monthly return, cumulative from 1 April and provisional, and the same for the months
  since.
- Contacts: every month's own.
- The other agencies' feeds: yearly at first, later by quarter, term or month (partners).
- Not as it should be, on purpose (FAULTS): each by its name, so that it can be left out.
- Always: a nil return of adoptions; one return as semicolon-separated text in Windows' own encoding; returns as zips.
Whatever was known late or wrongly in a year is put right by its signed-off return: the figures of calibration.csv hold
at the replay's clock.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from orchestration.synthetic import returns
from orchestration.synthetic.authorities import MOST as MOST_AUTHORITIES
from orchestration.synthetic.authorities import Authority, authorities
from orchestration.synthetic.calibration import Quotas, Year
from orchestration.synthetic.distributions import stream
from orchestration.synthetic.hindsight import Reality, in_all, remember
from orchestration.synthetic.layouts import cin_census, contacts, packing, ssda903
from orchestration.synthetic.layouts.cin_census import Tally
from orchestration.synthetic.partners import feeds as partners
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.partners.schedule import FAULTS as PARTNER_FAULTS
from orchestration.synthetic.partners.schedule import Calendar
from orchestration.synthetic.people import Register
from orchestration.synthetic.population import populate
from orchestration.synthetic.records import Population
from orchestration.synthetic.returns import Window
from orchestration.synthetic.working_days import add_working_days

SUPPLIER = "childrens_social_care"
DEFAULT_SEED = 2017
FIRST_YEAR, LAST_YEAR = 2012, 2017
DEFAULT_AREA = "E06000011"
AGREEMENTS = {
    "ssda903": "DEFAULT-CSC-STATUTORY",
    "cin_census": "DEFAULT-CSC-STATUTORY",
    "contacts": "DEFAULT-CSC-CONTACTS",
}
_NAMES = {"ssda903": "903", "cin_census": "CIN", "contacts": "contacts"}
_SIGNED_OFF = {"ssda903": (6, 28), "cin_census": (7, 21)}
# The replay's clock stands some days after the last month's returns were due, and not before both signed-off returns of
# the last year are in.
_CLOCK_DAY, _EARLIEST_CLOCK = 25, (7, 31)
# The release that the meeting of `with_meeting` decides on: before the signed-off returns of the last year.
_MEETING = (6, 25)
_MONTHS_SINCE = 5
_MONTHLY_YEARS = 2
_FEWEST_YEAR, _MOST_YEAR = 2012, 2018
_BOM = "\ufeff"
# Hidden, so that a sample that was broken off is neither read nor in the way of the next.
_BEING_WRITTEN = ".sample-being-written"


# What can be put wrong on purpose, by name.
FAULTS = {
    "late-records": "plans, ends of plans and episodes of care that the case system learns of weeks late",
    "amended-records": "ends of plans and of care, and categories of abuse, that were wrong at first",
    "withdrawn-records": "a case and a period of care entered for the wrong child, and taken out again",
    "forgotten-return": "a month's SSDA903 that is never sent",
    "forgotten-contacts": "a month of contacts that is never sent",
    "late-contacts": "a month of contacts sent seven weeks late",
    "contacts-sent-again": "a month of contacts sent again cut short, and then as it was",
    "impossible-dates": "one date that does not exist in an SSDA903, a census and a month of contacts",
    **PARTNER_FAULTS,
}
ALL_FAULTS = frozenset(FAULTS)


class SampleError(ValueError):
    """The sample cannot be written; the message says what was found and what to do."""


@dataclass(frozen=True)
class SampleSummary:
    """What was written: files in landing, drops (submissions), children in them, and the replay's clock."""

    files: int
    drops: int
    children: int
    as_of: date
    rows: int
    size: int
    reality: Reality


@dataclass(frozen=True)
class Drop:
    """One submission: a feed's return for a window, and when it came. `twist` says how it is unlike the others."""

    feed: str
    window: Window
    final: bool
    received_at: datetime
    twist: str = ""

    def folder(self, la_code: str) -> str:
        """The name that the authority gave the folder: feed, authority, window, finality."""
        finality = "final" if self.final else "provisional"
        name = f"{_NAMES[self.feed]}_{la_code}_{self.window.start}_{self.window.end}_{finality}"
        return f"{name}_{self.twist.replace(' ', '-')}" if self.twist in _NAMED_TWISTS else name


_SENT_AGAIN, _CUT_SHORT, _NIL = "sent again", "cut short", "nil adoptions"
_NAMED_TWISTS = frozenset({_SENT_AGAIN, _CUT_SHORT, _NIL})
_FAULTY, _SEMICOLONS, _ZIP, _LATE = "faulty", "semicolons", "zip", "late"


def write_sample(
    landing: Path,
    *,
    seed: int = DEFAULT_SEED,
    area_code: str = DEFAULT_AREA,
    first_year: int = FIRST_YEAR,
    last_year: int = LAST_YEAR,
    monthly_from: int | None = None,
    scale: float = 1.0,
    months_since: int = _MONTHS_SINCE,
    authority_count: int = 1,
    faults: frozenset[str] = ALL_FAULTS,
    even_if_filled: bool = False,
    with_meeting: bool = False,
    progress: Callable[[str], None] | None = None,
) -> SampleSummary:
    """Write the replay below `landing` and say what was written. The same arguments give the same bytes.

    Years are those ending 31 March. `monthly_from`: the first year with monthly returns (else the last but one).
    `months_since`: how many months after the last year send monthly returns too (0 to 5). `scale`: 1 is an authority of
    62,000 children. `authority_count`: the authority itself and invented ones beside it. `faults`: names of FAULTS.
    `with_meeting`: the first run makes an earlier release too, on which the MEE group decides (meeting.py).
    Raises SampleError when landing already holds something (unless `even_if_filled`), or an argument cannot be used.
    """
    if monthly_from is None:
        monthly_from = max(first_year, last_year - _MONTHLY_YEARS + 1)
    if not 1 <= authority_count <= MOST_AUTHORITIES:
        raise SampleError(f"--authorities: found {authority_count}, expected 1 to {MOST_AUTHORITIES}.")
    _check(landing, first_year, last_year, monthly_from, scale, months_since, faults, even_if_filled)
    la_code = la_code_of(area_code)
    tell = progress or (lambda message: None)
    drops = replay(first_year, last_year, months_since, monthly_from=monthly_from, faults=faults)
    as_of = clock(drops, last_year)
    meeting = date(last_year, *_MEETING)
    calendar = Calendar(
        first_day=Year(first_year).first_day,
        last_day=_last_day(drops),
        quarterly_from=Year(monthly_from).first_day,
        monthly_from=Year(last_year).first_day,
        clock=as_of,
        faults=faults,
    )
    staging = landing / _BEING_WRITTEN
    if staging.exists():
        shutil.rmtree(staging)
    senders = list(authorities(seed, area_code, la_code, scale, authority_count))
    written = rows = children = 0
    realities: list[Reality] = []
    for sender in senders:
        tell(f"Inventing children and their journeys ({sender.area_code})")
        world, reality = _invent(sender, drops, Year(first_year), range(monthly_from, last_year + 1), faults)
        realities.append(reality)
        writer = _Writer(staging / SUPPLIER, sender.seed, sender.area_code, sender.la_code, world, Tally())
        for number, drop in enumerate(drops, start=1):
            tell(f"Writing {number} of {len(drops)} ({sender.area_code}): {drop.feed} to {drop.window.end}")
            written += writer.write(drop)
        tell(f"Writing what the other agencies send ({sender.area_code})")
        scene = Scene(
            sender.seed, sender.area_code, sender.la_code, sender.scale, world, calendar.first_day, calendar.last_day
        )
        beside = partners.write(staging, scene, calendar)
        written += beside.drops
        rows += writer.tally.total + sum(beside.rows.values())
        children += len(writer.tally.children)
    _write_text(staging / "sample.yml", _manifest(seed, area_code, as_of, senders, meeting if with_meeting else None))
    files = [path for path in staging.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    _put_in_place(staging, landing)
    return SampleSummary(
        files=len(files),
        drops=written,
        children=children,
        as_of=as_of,
        rows=rows,
        size=size,
        reality=in_all(realities),
    )


def _invent(
    sender: Authority, drops: list[Drop], first: Year, monthly: range, faults: frozenset[str]
) -> tuple[Population, Reality]:
    """The children of an authority and what its case system knew of them."""
    register = Register(stream(sender.seed, "children"))
    world = populate(sender.seed, register, first.first_day, _last_day(drops), Quotas(sender.scale), sender.la_code)
    realities = [
        remember(
            stream(sender.seed, f"hindsight/{year}"),
            register,
            world,
            Year(year),
            late="late-records" in faults,
            amended="amended-records" in faults,
            withdrawn="withdrawn-records" in faults and year == monthly[-1],
        )
        for year in monthly
    ]
    world.referrals.sort(key=lambda referral: (referral.child.ref, referral.referred_on))
    world.care.sort(key=lambda period: (period.child.ref, period.started_on))
    return world, in_all(realities)


def clock(drops: Iterable[Drop], last_year: int) -> date:
    """The day on which the replay ends."""
    following = _next_month(_last_day(drops).replace(day=1))
    return max(following.replace(day=_CLOCK_DAY), date(last_year, *_EARLIEST_CLOCK))


def _last_day(drops: Iterable[Drop]) -> date:
    """The last day that any return tells of."""
    return max(drop.window.end for drop in drops)


def holds_something(landing: Path) -> bool:
    """Whether the folder holds anything; hidden files, such as the one that keeps it in git, are no returns."""
    return bool(_held(landing))


def replay(
    first_year: int,
    last_year: int,
    months_since: int = _MONTHS_SINCE,
    *,
    monthly_from: int | None = None,
    faults: frozenset[str] = ALL_FAULTS,
) -> list[Drop]:
    """Every drop, in the order in which they came."""
    months = list(_months(Year(first_year).first_day, Year(last_year).last_day, months_since))
    last = Year(last_year).first_day
    monthly = [month for month in months if month >= Year(monthly_from or last_year).first_day]
    drops = [
        *_yearly("ssda903", first_year, last_year),
        *_yearly("cin_census", first_year, last_year),
        *_monthly("ssda903", monthly, last, faults),
        *_monthly("cin_census", monthly, last, faults),
        *_contacts(months, last, faults),
    ]
    return sorted(drops, key=lambda drop: (drop.received_at, drop.feed))


def la_code_of(area_code: str) -> str:
    """The three-digit code of an authority. Raises SampleError when it is not in seeds/areas.csv."""
    path = PROJECT_ROOT / "seeds" / "areas.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        found = {row["area_code"]: row["la_code"] for row in csv.DictReader(lines)}
    if not found.get(area_code):
        raise SampleError(
            f"--area: found {area_code!r}, expected an authority of seeds/areas.csv with a three-digit code, "
            f"such as {DEFAULT_AREA}."
        )
    return found[area_code]


def _check(
    landing: Path,
    first_year: int,
    last_year: int,
    monthly_from: int,
    scale: float,
    months_since: int,
    faults: frozenset[str],
    even_if_filled: bool,
) -> None:
    if not _FEWEST_YEAR <= first_year <= last_year <= _MOST_YEAR:
        # The code lists of the layouts are those of 2017; 2019 changes them.
        raise SampleError(
            f"--first-year and --last-year: found {first_year} and {last_year}, "
            f"expected years in order from {_FEWEST_YEAR} to {_MOST_YEAR}."
        )
    if not first_year <= monthly_from <= last_year:
        raise SampleError(f"--monthly-from: found {monthly_from}, expected a year from {first_year} to {last_year}.")
    if not 0 < scale <= 10:
        raise SampleError(f"--scale: found {scale}, expected a number above 0 and up to 10 (1 is 62,000 children).")
    if not 0 <= months_since <= _MONTHS_SINCE:
        raise SampleError(f"months_since: found {months_since}, expected 0 to {_MONTHS_SINCE}.")
    if faults - ALL_FAULTS:
        raise SampleError(
            f"--faults: found {', '.join(sorted(faults - ALL_FAULTS))}, "
            f"expected none, usual, or names out of {', '.join(FAULTS)}."
        )
    if landing.exists() and not landing.is_dir():
        raise SampleError(f"{landing}: found a file, expected a folder to write the sample into.")
    held = _held(landing)
    if held and not even_if_filled:
        raise SampleError(
            f"{landing}: already holds {held[0]!r}"
            + (f" and {len(held) - 1} more" if len(held) > 1 else "")
            + ", expected an empty folder, because invented and real children must never mix: "
            "empty it or name another folder."
        )


def _held(landing: Path) -> list[str]:
    names = [path.name for path in landing.iterdir()] if landing.is_dir() else []
    return sorted(name for name in names if not name.startswith("."))


def _put_in_place(staging: Path, landing: Path) -> None:
    """Move what was written to where it is read; the manifest first, so that nothing is ever taken for real."""
    places = [staging / "sample.yml", *sorted(staging.glob("*/*/*"))]
    for place in places:
        target = landing / place.relative_to(staging)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            shutil.rmtree(target)
        place.replace(target)
    shutil.rmtree(staging)


def _months(first: date, last: date, since: int) -> Iterator[date]:
    month = first
    end = date(last.year, last.month + since, 1)
    while month <= end:
        yield month
        month = _next_month(month)


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _yearly(feed: str, first_year: int, last_year: int) -> Iterator[Drop]:
    """The signed-off returns; drawn a week before they are sent. The oldest and the next show other ways to send."""
    for year in range(first_year, last_year + 1):
        received = add_working_days(date(year, *_SIGNED_OFF[feed]), 0)
        window = Window(date(year - 1, 4, 1), date(year, 3, 31), received - timedelta(days=7))
        twist = ""
        if feed == "ssda903" and year < last_year:
            twist = _SEMICOLONS if year == first_year else _ZIP
        yield Drop(feed, window, True, datetime.combine(received, time(10, 5)), twist)


def _monthly(feed: str, months: list[date], last: date, faults: frozenset[str]) -> Iterator[Drop]:
    """Cumulative from 1 April, provisional, sent about the tenth of the next month, drawn two days before."""
    of_last_year = [month for month in months if month >= last]
    faulty = of_last_year[10] if "impossible-dates" in faults else None
    forgotten = of_last_year[6] if "forgotten-return" in faults and feed == "ssda903" else None
    for month in months:
        if month == forgotten:
            continue
        following = _next_month(month)
        received = add_working_days(following.replace(day=10), 0)
        start = date(month.year - (month.month < 4), 4, 1)
        window = Window(start, following - timedelta(days=1), received - timedelta(days=2))
        at = datetime.combine(received, time(9, 30) if feed == "ssda903" else time(9, 40))
        yield Drop(feed, window, False, at, _FAULTY if month == faulty else "")
        if feed == "ssda903" and month == months[0]:
            yield Drop(feed, window, False, at + timedelta(days=1, hours=2), _NIL)


def _contacts(months: list[date], last: date, faults: frozenset[str]) -> Iterator[Drop]:
    """Each month's own contacts, sent about the fifth of the next month: one never, one late, one three times."""
    from_last = [month for month in months if month >= last]
    before = [month for month in months if month < last]
    forgotten = before[-4] if before else from_last[1]
    reverted, late, faulty = from_last[3], from_last[7], from_last[10]
    for month in months:
        if month == forgotten and "forgotten-contacts" in faults:
            continue
        is_late = month == late and "late-contacts" in faults
        is_faulty = month == faulty and "impossible-dates" in faults
        following = _next_month(month)
        received = add_working_days(following.replace(day=5), 0)
        if is_late:
            received = add_working_days(received + timedelta(days=48), 0)
        window = Window(month, following - timedelta(days=1), received - timedelta(days=2))
        at = datetime.combine(received, time(8, 50))
        yield Drop("contacts", window, True, at, _LATE if is_late else _FAULTY if is_faulty else "")
        if month == reverted and "contacts-sent-again" in faults:
            yield Drop("contacts", window, True, at + timedelta(days=7), _CUT_SHORT)
            yield Drop("contacts", window, True, at + timedelta(days=11), _SENT_AGAIN)


@dataclass(frozen=True)
class _Writer:
    """Writes drops below the supplier's folder; `tally` counts what all of them hold."""

    root: Path
    seed: int | str
    area_code: str
    la_code: str
    world: Population
    tally: Tally

    def write(self, drop: Drop) -> int:
        """Write one drop; 1, or 0 for a nil return of adoptions that would be untrue."""
        folder = self.root / drop.feed / drop.folder(self.la_code)
        tally = Tally()
        if drop.feed == "contacts":
            self._contacts(drop, folder, tally)
        elif drop.feed == "cin_census":
            self._census(drop, folder, tally)
        else:
            tables = ssda903.tables(self.seed, self.world.care, drop.window, final=drop.final)
            if drop.twist == _NIL:
                if tables["ad1"]:
                    return 0
                tables = {"ad1": []}
            self._looked_after(drop, folder, tables, tally)
        _write_text(folder / "submission.yml", self._envelope(drop, tally.total))
        for table, count in tally.rows.items():
            self.tally.add(f"{drop.feed}/{table}", count)
        self.tally.children.update(tally.children)
        return 1

    def _looked_after(self, drop: Drop, folder: Path, tables: ssda903.Tables, tally: Tally) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        files: dict[str, bytes] = {}
        for name, rows in tables.items():
            tally.add(name, len(rows))
            tally.children.update(str(row[0]) for row in rows)
            columns = ssda903.COLUMNS[name]
            if drop.twist == _SEMICOLONS:
                # A spreadsheet's own export: its postcodes hold the hard blank that only this encoding writes so.
                text = _lines(ssda903.text(columns, rows, delimiter=";"), " ", "\u00a0")
                files[f"{name}.csv"] = text.encode("cp1252")
            else:
                text = ssda903.text(columns, rows)
                if drop.twist == _FAULTY and name == "reviews":
                    text = _spoil(text, *_bad_review(drop.window))
                files[f"{name}.csv"] = (text if drop.final else _BOM + text).encode("utf-8")
        if drop.twist == _ZIP:
            packing.write_zip(folder / f"{folder.name}.zip", {name: [content] for name, content in files.items()})
            return
        for name, content in files.items():
            (folder / name).write_bytes(content)

    def _census(self, drop: Drop, folder: Path, tally: Tally) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        lines: Iterable[str] = cin_census.census(
            returns.children_in_need(self.world.referrals, drop.window),
            drop.window,
            tally,
            la_code=self.la_code,
            serial=1 if drop.final else drop.window.end.month,
            drawn_at=datetime.combine(drop.window.data_as_at, time(18, 0)),
        )
        if drop.twist == _FAULTY:
            lines = _spoil_once(lines, *_bad_assessment(drop.window))
        name = f"{drop.folder(self.la_code)}.xml"
        packing.write_zip(folder / f"{folder.name}.zip", {name: _pieces(lines)})

    def _contacts(self, drop: Drop, folder: Path, tally: Tally) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        found = returns.contacts_received(self.world.contacts, drop.window)
        if drop.twist == _CUT_SHORT:
            found = [contact for contact in found if contact.at.day <= 20]
        tally.add("contacts", len(found))
        tally.children.update(contact.child.ref for contact in found)
        text = ssda903.text(contacts.COLUMNS, contacts.rows(found))
        if drop.twist == _FAULTY:
            text = _spoil(text, *_bad_contact(drop.window))
        (folder / "contacts.csv").write_bytes(text.encode("utf-8"))

    def _envelope(self, drop: Drop, rows: int) -> str:
        return (
            "# Invented children: written by `safeguarding sample`, for demonstration only.\n"
            "synthetic: true\n"
            f"area_code: {self.area_code}\n"
            f"period_start: {drop.window.start}\n"
            f"period_end: {drop.window.end}\n"
            f"data_as_at: {drop.window.data_as_at}\n"
            f"finality: {'final' if drop.final else 'provisional'}\n"
            f"layout_version: '{_layout_version(drop)}'\n"
            f"rows: {rows}\n"
            f"agreement_ref: {AGREEMENTS[drop.feed]}\n"
            f"received_at: {drop.received_at.isoformat()}\n"
        )


def _layout_version(drop: Drop) -> str:
    """The return year of a statutory layout; the contract's version of our own."""
    if drop.feed == "contacts":
        return "1.0"
    return f"{drop.window.start.year}-{(drop.window.start.year + 1) % 100:02d}"


def _manifest(seed: int, area_code: str, as_of: date, senders: Iterable[Authority], meeting: date | None) -> str:
    invented = [sender for sender in senders if sender.is_invented]
    names = "".join(f"  {sender.area_code}: {sender.name}\n" for sender in invented)
    return (
        "# What lies in this folder is invented: a replay for demonstration, written by `safeguarding sample`.\n"
        "synthetic: true\n"
        "replay: true\n"
        f"as_of: {as_of}\n" + (f"meeting: {meeting}\n" if meeting else "") + f"seed: {seed}\n"
        f"area_code: {area_code}\n" + (f"invented_authorities:\n{names}" if invented else "")
    )


def _bad_review(window: Window) -> tuple[str, str]:
    """The first review held in the window's last month gets a day that no month has."""
    month = f"{window.end.month:02d}/{window.end.year}"
    return rf"(\r\n[^,]+,[^,]+,)\d\d/{month},", rf"\g<1>31/{month},"


def _bad_contact(window: Window) -> tuple[str, str]:
    month = f"{window.end:%Y-%m}"
    return rf"(\r\n[^,]+,[^,]*,[^,]*,){month}-\d\dT", rf"\g<1>{month}-31T"


def _bad_assessment(window: Window) -> tuple[str, str]:
    """An assessment that still runs, so that no factors hang on it."""
    month = f"{window.end:%Y-%m}"
    start, end = "<AssessmentActualStartDate>", "</AssessmentActualStartDate></Assessments>"
    return rf"{start}{month}-\d\d{end}", f"{start}{month}-31{end}"


def _spoil(text: str, pattern: str, replacement: str) -> str:
    return re.sub(pattern, replacement, text, count=1)


def _spoil_once(lines: Iterable[str], pattern: str, replacement: str) -> Iterator[str]:
    """The lines with the first match of the pattern replaced."""
    found = re.compile(pattern)
    done = False
    for line in lines:
        if not done:
            line, count = found.subn(replacement, line, count=1)
            done = count > 0
        yield line


def _lines(text: str, old: str, new: str) -> str:
    """The text with `old` replaced below the heading row."""
    head, end, body = text.partition("\r\n")
    return head + end + body.replace(old, new)


def _pieces(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines as UTF-8 in pieces of some hundred kilobytes: a call a line would cost more than the packing."""
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size > 1 << 18:
            yield "".join(held).encode("utf-8")
            held, size = [], 0
    yield "".join(held).encode("utf-8")


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
