"""What a submission is about: authority, window, finality and the sender's own counts, from the first place that says.

Order, field by field: submission.yml, the file itself (census Header, first sheet), the file name by the contract's
pattern, and last what can be worked out: the area of the settings and the window of the latest dates in the data, which
is marked as inferred and warned about. Belongs here: that resolution. Does not belong here: opening files, counting.
"""

from __future__ import annotations

import copy
import csv
import difflib
import json
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from orchestration.ingest.contracts import Contract, Publication, return_year
from orchestration.ingest.readers.files import HEAD_BYTES
from orchestration.ingest.readers.recognise import name_teller
from orchestration.ingest.rules import (
    AGREEMENT_DIFFERS,
    AREA_NOT_IN_LIST,
    AUTHORITY_DIFFERS,
    ENVELOPE_FIELD,
    ENVELOPE_INFERRED,
    WINDOW_NOT_OVER,
)
from orchestration.ingest.told import Kind, shorten, told_value, told_words, words_of
from orchestration.ingest.validate import EARLIEST, LATEST, parse_moment

Finality = Literal["provisional", "final"]

UNREADABLE = "_unreadable"
"""Key of an envelope that is no YAML mapping: its value is the sentence that rejects the submission."""

_DAY_FORMATS = ("%d/%m/%Y", "%Y%m%d")
_AREA = re.compile(r"[A-Z]\d{8}|LA\d{3}")
_LA_CODE = re.compile(r"\d{3}")
# Of the conventions for every feed, but nothing that we act on.
_TOTAL_DIGITS = 18
_PASSED_OVER = frozenset({"supplier", "feed", "contact", "received_at"})
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("period_start", "period_end", "data_as_at"), "date"),
    **dict.fromkeys(("rows", "control_total"), "integer"),
    "synthetic": "boolean",
}
"""What the fields of an envelope hold, where it is not a code or a name."""


class EnvelopeError(ValueError):
    """An envelope that rejects its submission: one or more sentences for the sender."""


class AreasError(RuntimeError):
    """The list of areas is needed and cannot be read: a fault of the installation, not of a submission."""


@dataclass(frozen=True)
class Note:
    """A warning about the submission as a whole."""

    rule_code: str
    message: str


@dataclass(frozen=True)
class Envelope:
    """What the submission is about. Dates inclusive; `rows` in all or by table; `control_total` by 'table.column'."""

    area_code: str
    period_start: date
    period_end: date
    data_as_at: date | None = None
    finality: Finality = "provisional"
    layout_version: str | None = None
    rows: int | Mapping[str, int] | None = None
    control_total: Mapping[str, Decimal] = field(default_factory=dict)
    agreement_ref: str | None = None
    is_synthetic: bool = False
    is_inferred: bool = False
    """Area or window had to be worked out."""
    is_window_inferred: bool = False
    notes: tuple[Note, ...] = ()

    @property
    def year(self) -> int:
        """The return year: that ending on the 31 March on or after the window's last day."""
        return return_year(self.period_end)


class _NotPlainError(yaml.MarkedYAMLError):
    """YAML that an envelope has no use for."""


class _PlainLoader(yaml.BaseLoader):
    """Values as they are written. No aliases: a few lines of them unfold to gigabytes. No field twice: the second
    would silently win."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _NotPlainError(problem="found an alias")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise _NotPlainError(
                    problem=f"found field {_told_field(str(key.value))} twice", problem_mark=key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def read_envelope(data: bytes, name: str) -> dict[str, Any]:
    """A submission.yml as a mapping of text values; {UNREADABLE: sentence} when it is none.

    Every value stays the text that was written, so that YAML never turns 08 or NO into something else.
    """
    return copy.deepcopy(_read_envelope(data, name))


@lru_cache(maxsize=4096)
def _read_envelope(data: bytes, name: str) -> dict[str, Any]:
    # A run looks through landing several times, and the same few lines are read anew each time.
    if len(data) > HEAD_BYTES:
        return {
            UNREADABLE: f"{name}: found {len(data):,} bytes, expected at most {HEAD_BYTES:,} of lines such as "
            "'period_end: 2017-03-31'; is it the right file?"
        }
    try:
        found = yaml.load(data.decode("utf-8-sig"), Loader=_PlainLoader)  # noqa: S506 (text, lists, mappings only)
        # An escape may stand for half a character, which nothing that we write to can hold.
        json.dumps(found, ensure_ascii=False).encode()
    except (yaml.YAMLError, UnicodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        what = error.problem if isinstance(error, _NotPlainError) else "cannot be read as YAML"
        return {UNREADABLE: f"{name}{where}: {what}; expected lines such as 'period_end: 2017-03-31'."}
    if found in (None, ""):
        return {}
    if not isinstance(found, dict):
        return {UNREADABLE: f"{name}: expected lines such as 'period_end: 2017-03-31'."}
    return {str(key): value for key, value in found.items()}


def parse_day(text: str) -> date | None:
    """A date in ISO form, dd/mm/yyyy or yyyymmdd (the date of a date and time); None when it is none, or absurd."""
    moment = parse_moment(text.strip(), _DAY_FORMATS)
    return moment.date() if moment and EARLIEST <= moment.date() <= LATEST else None


def is_summable(number: Decimal) -> bool:
    """Whether a number can be added up and compared: finite, and of no more than 18 digits before the point."""
    return number.is_finite() and number.adjusted() < _TOTAL_DIGITS


def _day(value: object) -> object:
    if isinstance(value, str):
        found = parse_day(value)
        if found is None:
            raise ValueError("a date such as 2017-03-31")
        return found
    return value


def _finality(value: object) -> object:
    text = str(value).strip().lower()
    if text not in ("provisional", "final"):
        raise ValueError("provisional or final")
    return text


def _yes_or_no(value: object) -> object:
    text = str(value).strip().lower()
    if text in ("true", "yes", "y", "1"):
        return True
    if text in ("false", "no", "n", "0"):
        return False
    raise ValueError("true or false")


def _count(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _count(number) for name, number in value.items()}
    text = str(value).strip().replace(",", "")
    if not text.isdigit():
        raise ValueError("a whole number (of all rows, or one for each table)")
    return int(text)


def _totals(value: object) -> object:
    if not isinstance(value, Mapping):
        raise ValueError("totals by column, such as 'table.column: 123'")
    found: dict[str, Decimal] = {}
    for name, number in value.items():
        try:
            found[str(name)] = Decimal(str(number).strip().replace(",", ""))
        except InvalidOperation:
            raise ValueError("totals by column, such as 'table.column: 123'") from None
        if not is_summable(found[str(name)]):
            raise ValueError("totals by column, such as 'table.column: 123'")
    return found


def _code(pattern: re.Pattern[str], expected: str) -> Callable[[object], object]:
    def check(value: object) -> object:
        text = str(value).strip().upper()
        if not pattern.fullmatch(text):
            raise ValueError(expected)
        return text

    return check


_Day = Annotated[date, BeforeValidator(_day)]


class Stated(BaseModel):
    """The fields that one place may state; every one may be absent. Values come as text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    area_code: (
        Annotated[str, BeforeValidator(_code(re.compile(r"[A-Z]\d{8}|LA\d{3}|\d{3}"), "a code such as E06000011"))]
        | None
    ) = None
    la_code: Annotated[str, BeforeValidator(_code(_LA_CODE, "three digits, such as 811"))] | None = None
    period_start: _Day | None = None
    period_end: _Day | None = None
    data_as_at: _Day | None = None
    finality: Annotated[Finality, BeforeValidator(_finality)] | None = None
    layout_version: str | None = None
    rows: Annotated[int | dict[str, int], BeforeValidator(_count)] | None = None
    control_total: Annotated[dict[str, Decimal], BeforeValidator(_totals)] | None = None
    agreement_ref: str | None = None
    synthetic: Annotated[bool, BeforeValidator(_yes_or_no)] | None = None


_FIELD_WORDS = words_of(*Stated.model_fields, *_PASSED_OVER)


def resolve(
    contract: Contract,
    *,
    stated: Mapping[str, Any],
    in_file: Sequence[tuple[str, Mapping[str, str]]],
    file_name: str,
    area_code: str,
    received_on: date,
    areas: Areas,
    latest_date: Callable[[], date | None],
    years: Callable[[], tuple[int, int] | None] = lambda: None,
) -> Envelope:
    """The envelope of one submission.

    `stated`: submission.yml as text values. `in_file`: what each file says of itself, by its name. `area_code`: the
    home authority of the settings. `latest_date` (of a publication `years`, the first and the last) reads the data,
    and is called only when nothing else gives a window. A publication without a year is about its day of receipt.
    Raises EnvelopeError when a field cannot be used or the window is nowhere to be found, AreasError when an
    authority's number has to be looked up and the list of areas is not there.
    """
    notes: list[Note] = []
    told_name = name_teller(contract)(file_name)
    own = _from_submission_yml(stated, contract, notes)
    header, header_name = _from_files(in_file, notes)
    if header.synthetic and not own.synthetic:
        # The register alone must tell what kind of home it is, before any file is opened.
        raise EnvelopeError(
            f"{header_name}: says that its children are invented; say so with 'synthetic: true' in a submission.yml "
            "beside it, where it counts."
        )
    name = _from_file_name(contract, file_name, notes)
    places = (own, header, name)

    def first(attribute: str) -> Any:
        return next((value for place in places if (value := getattr(place, attribute)) is not None), None)

    publication = contract.publication
    area, is_area_inferred = _area(
        places, header_name, publication.area_code if publication else area_code, areas, notes
    )
    start, end = first("period_start"), first("period_end")
    is_window_inferred = start is None or end is None
    if publication:
        # What the contract says and the file holds is nothing inferred: nobody writes an envelope to a publication.
        is_area_inferred = False
        if is_window_inferred:
            first_day, last_day = _years_as_window(publication, years(), received_on)
            start, end = start or first_day, end or last_day
        is_window_inferred = False
    elif is_window_inferred:
        start, end = _infer_window(contract, latest_date, received_on, start, end)
    if start > end:
        raise EnvelopeError(
            f"{told_name}: found a window from {start} to {end}, expected its first day before its last; "
            "correct period_start and period_end."
        )
    if own.period_end and header.period_end and own.period_end != header.period_end:
        notes.append(
            Note(
                ENVELOPE_FIELD,
                f"submission.yml says period_end {own.period_end}, {header_name} says {header.period_end}; "
                "submission.yml counts.",
            )
        )
    if end > received_on and publication is None:
        notes.append(
            Note(
                WINDOW_NOT_OVER,
                f"{'submission.yml' if own.period_end else header_name or told_name}: the window ends on {end}, after "
                f"the day of receipt {received_on}; check period_end: until a later window comes, this submission "
                "takes precedence over every other.",
            )
        )
    if is_area_inferred:
        notes.append(
            Note(
                ENVELOPE_INFERRED,
                f"{told_name}: nothing says whose it is; taken as {area}, the area of the settings; "
                "put a submission.yml with area_code beside it.",
            )
        )
    if is_window_inferred and contract.infer_window:
        notes.append(
            Note(
                ENVELOPE_INFERRED,
                f"{told_name}: nothing says its window; taken as {start} to {end} from the latest date in "
                f"{contract.infer_window.table} ({', '.join(contract.infer_window.columns)}); "
                "put a submission.yml with period_start and period_end beside it.",
            )
        )
    agreement = first("agreement_ref")
    if agreement and agreement != contract.sharing.agreement_ref:
        expected = contract.sharing.agreement_ref
        notes.append(
            Note(
                AGREEMENT_DIFFERS,
                f"{'submission.yml' if own.agreement_ref else header_name}: agreement_ref: found "
                f"{told_words(agreement, words_of(expected))}, expected {expected}, the agreement of the contract; "
                "ask the sender under which one the data come, and correct the one that is wrong.",
            )
        )
    return Envelope(
        area_code=area,
        period_start=start,
        period_end=end,
        data_as_at=first("data_as_at"),
        finality=first("finality") or ("final" if publication else "provisional"),
        layout_version=first("layout_version"),
        rows=first("rows"),
        control_total=first("control_total") or {},
        agreement_ref=agreement,
        is_synthetic=bool(first("synthetic")),
        is_inferred=is_area_inferred or is_window_inferred,
        is_window_inferred=is_window_inferred,
        notes=tuple(notes),
    )


def declares_synthetic(stated: Mapping[str, Any]) -> bool:
    """Whether a submission.yml says synthetic: true (anything unreadable does not)."""
    try:
        return _yes_or_no(stated.get("synthetic", "false")) is True
    except ValueError:
        return False


class Areas:
    """The list of areas (seeds/areas.csv), read when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._by_la_code: dict[str, list[dict[str, str]]] | None = None
        self._names: dict[str, str] = {}

    def of_la_code(self, la_code: str, on: date | None) -> str | None:
        """The area of an authority's three-digit number on a day (by valid_from and valid_to); None when unlisted.

        Raises AreasError when the list is not there.
        """
        rows = self._read().get(la_code, [])
        if not rows:
            return None
        for row in rows:
            if on is None or (row.get("valid_from") or "") <= on.isoformat() <= (row.get("valid_to") or "9999"):
                return row["area_code"]
        return rows[-1]["area_code"]

    def lists(self, area_code: str) -> bool:
        """Whether the list has the area; True when there is no list to look in."""
        if not self._path.exists():
            return True
        self._read()
        return area_code in self._names

    def in_words(self, area_code: str) -> str:
        """The area's name and code; where the list has it not, the code and that."""
        if not self._path.exists():
            return area_code
        self._read()
        name = self._names.get(area_code)
        return f"{name} ({area_code})" if name else f"{area_code} (in no list of areas)"

    def _read(self) -> dict[str, list[dict[str, str]]]:
        if self._by_la_code is None:
            try:
                with self._path.open(encoding="utf-8-sig", newline="") as stream:
                    rows = list(csv.DictReader(stream))
                self._names = {row["area_code"]: row["area_name"] for row in rows}
                self._by_la_code = {}
                for row in rows:
                    if row["la_code"]:
                        self._by_la_code.setdefault(row["la_code"].strip(), []).append(row)
            except (OSError, KeyError) as error:
                raise AreasError(
                    f"{self._path.name}: the list of areas with columns area_code, area_name and la_code is needed to "
                    f"look an authority's number up, and cannot be read ({type(error).__name__}); restore {self._path}."
                ) from error
        return self._by_la_code


def _from_submission_yml(stated: Mapping[str, Any], contract: Contract, notes: list[Note]) -> Stated:
    if UNREADABLE in stated:
        raise EnvelopeError(str(stated[UNREADABLE]))
    faults: list[str] = []
    for name, own in (("supplier", contract.supplier), ("feed", contract.feed)):
        said = str(stated.get(name) or own).strip().rpartition("/")[2]
        if said != own:
            faults.append(
                f"submission.yml: {name}: found {told_words(said, contract.words)}, expected {own}, the folder that it "
                "lies in; is it in the right folder?"
            )
    known = set(Stated.model_fields)
    fields: dict[str, Any] = {}
    for name, value in stated.items():
        if name in known:
            if value not in (None, ""):
                fields[name] = value
        elif name not in _PASSED_OVER:
            near = difflib.get_close_matches(name.lower(), [*known, *_PASSED_OVER], n=1, cutoff=0.75)
            if near:
                faults.append(f"submission.yml: found field {shorten(name)}, expected {near[0]}; correct its name.")
            else:
                notes.append(
                    Note(
                        ENVELOPE_FIELD, f"submission.yml: field {_told_field(name)} is none that we know; passed over."
                    )
                )
    try:
        found = Stated.model_validate(fields)
    except ValidationError as error:
        found = Stated()
        faults += [f"submission.yml: {_fault(one)}" for one in error.errors()]
    if faults:
        raise EnvelopeError(" ".join(dict.fromkeys(faults)))
    return found


def _fault(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"][:1])
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: found {_told(place, error.get('input'))}, expected {message}."


def _told(name: str, value: object) -> str:
    """What a field holds, as it is put into a message."""
    if not isinstance(value, str):
        return "several values"
    return told_value(value, _KINDS.get(name, "string"), ("provisional", "final") if name == "finality" else ())


def _told_field(name: str) -> str:
    return told_words(name, _FIELD_WORDS)


def _from_files(in_file: Sequence[tuple[str, Mapping[str, str]]], notes: list[Note]) -> tuple[Stated, str]:
    """What the files say of themselves; they must agree on authority and window. Fields that are no use are warned."""
    found: list[tuple[str, Stated]] = []
    for name, said in in_file:
        fields: dict[str, Any] = {}
        for label, text in _with_window(name, said, notes).items():
            if label not in Stated.model_fields or not text:
                continue
            try:
                Stated.model_validate({label: text})
            except ValidationError as error:
                notes.append(Note(ENVELOPE_FIELD, f"{name}: {_fault(error.errors()[0])} It is passed over."))
            else:
                fields[label] = text
        found.append((name, Stated.model_validate(fields)))
    for name, one in found[1:]:
        for attribute in ("area_code", "la_code", "period_start", "period_end"):
            here, there = getattr(found[0][1], attribute), getattr(one, attribute)
            if here != there:
                raise EnvelopeError(
                    f"{found[0][0]} says {attribute} {here}, {name} says {there}; send a submission for each."
                )
    return (found[0][1], found[0][0]) if found else (Stated(), "")


def _with_window(name: str, said: Mapping[str, str], notes: list[Note]) -> dict[str, str]:
    """A census's reference date as its window: from the 1 April on or before it."""
    fields = dict(said)
    reference = fields.pop("reference_date", None)
    year = fields.pop("year", None)
    if reference is None:
        return fields
    end = parse_day(reference)
    if end is None:
        notes.append(
            Note(
                ENVELOPE_FIELD,
                f"{name}: ReferenceDate: found {told_value(reference, 'date')}, expected a date such as 2017-03-31; "
                "it is passed over.",
            )
        )
        return fields
    fields["period_start"], fields["period_end"] = _financial_year_start(end).isoformat(), end.isoformat()
    if year and year != str(return_year(end)):
        notes.append(
            Note(
                ENVELOPE_FIELD,
                f"{name}: Year {told_value(year, 'integer')} does not go with ReferenceDate {end}, which is in the "
                f"census year {return_year(end)}; the reference date counts.",
            )
        )
    return fields


def _from_file_name(contract: Contract, file_name: str, notes: list[Note]) -> Stated:
    found = re.search(contract.file_pattern, file_name)
    if not found:
        return Stated()
    fields = {name: text for name, text in found.groupdict().items() if text}
    try:
        return Stated.model_validate(fields)
    except ValidationError as error:
        said = _fault(error.errors()[0])
        notes.append(
            Note(ENVELOPE_FIELD, f"{name_teller(contract)(file_name)}: in the name, {said} It is passed over.")
        )
        return Stated()


def _area(places: Sequence[Stated], header_name: str, home: str, areas: Areas, notes: list[Note]) -> tuple[str, bool]:
    """The area, and whether it was taken from the settings for want of anything better."""
    resolved: list[str | None] = []
    for place in places:
        code = place.area_code or place.la_code
        if code is not None and _LA_CODE.fullmatch(code):
            code = areas.of_la_code(code, place.period_end) or f"LA{code}"
        resolved.append(code)
    own, in_file = resolved[0], resolved[1]
    if own and in_file and own != in_file:
        notes.append(
            Note(
                AUTHORITY_DIFFERS,
                f"submission.yml says {own}, {header_name} says {in_file} "
                f"({places[1].la_code or places[1].area_code}); submission.yml counts: is this the right file?",
            )
        )
    area = next((code for code in resolved if code), None)
    if area is None:
        return home, True
    if area.startswith("LA") or not areas.lists(area):
        notes.append(
            Note(
                AREA_NOT_IN_LIST,
                f"The authority {area.removeprefix('LA')} is not in the list of areas; its rows are loaded under "
                f"{area}. Check the number, or add it to seeds/areas.csv; where it is wrong, withdraw the submission "
                "and send it again.",
            )
        )
    return area, False


def _infer_window(
    contract: Contract,
    latest_date: Callable[[], date | None],
    received_on: date,
    start: date | None,
    end: date | None,
) -> tuple[date, date]:
    """The month or financial year of the latest date, cut off at the day of receipt: no return tells the future."""
    assert contract.infer_window is not None
    to = contract.infer_window.to
    if end is None:
        latest = start or latest_date()
        if latest is None:
            raise EnvelopeError(
                "The window is nowhere to be found: no submission.yml, nothing in the file or its name, and no date in "
                f"{contract.infer_window.table} ({', '.join(contract.infer_window.columns)}) up to the day of receipt; "
                "put a submission.yml with period_start and period_end beside the file."
            )
        last = date(return_year(latest), 3, 31) if to == "financial_year" else _month_end(latest)
        end = max(min(last, received_on), latest)
    if start is None:
        start = _financial_year_start(end) if to == "financial_year" else end.replace(day=1)
    return start, end


def _years_as_window(publication: Publication, years: tuple[int, int] | None, received_on: date) -> tuple[date, date]:
    """From the first day of the first year to the last day of the last."""
    if years is None:
        return received_on, received_on
    month = {"31 March": 3, "31 August": 8, "31 December": 12}[publication.year_ends]
    return date(years[0] - 1, month, 31) + timedelta(days=1), date(years[1], month, 31)


def _financial_year_start(day: date) -> date:
    return date(day.year if (day.month, day.day) >= (4, 1) else day.year - 1, 4, 1)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
