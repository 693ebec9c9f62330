"""From landing to the register: what is new, its copy in the archive, its line in the register, and what was withdrawn.

Belongs here: looking at landing and keeping register and archive. Does not belong here: reading inside a submission
(load.py). Importing this module needs neither DuckDB nor Dagster, so that a run with nothing new ends at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from orchestration.ingest.archive import ArchiveError, content_sha256, store
from orchestration.ingest.contracts import Contract
from orchestration.ingest.envelope import declares_synthetic, read_envelope
from orchestration.ingest.figures_alone import NOT_SHOWN, is_figures, refusal, still_there
from orchestration.ingest.readers.files import (
    ENVELOPE_NAME,
    ENVELOPE_SUFFIX,
    NO_WORDS,
    data_files,
    inner_envelope,
    is_skipped,
)
from orchestration.ingest.readers.model import ReadError
from orchestration.ingest.readers.recognise import name_teller
from orchestration.ingest.register import (
    Event,
    Received,
    Refused,
    Withdrawn,
    append,
    next_number,
    read_register,
    submission_id,
)
from orchestration.ingest.told import printable, told_value
from orchestration.settings import Settings, SettingsError, parse_moment, system_now

if TYPE_CHECKING:
    import duckdb

UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp", ".temp")
"""How the names of files end while browsers and file transfer programs are still writing them."""

Progress = Callable[[str], None]


class SubmissionError(ValueError):
    """A submission that cannot be withdrawn; the message says why."""


@dataclass(frozen=True)
class Candidate:
    """A file, folder or zip in landing that the register does not know with this content and envelope."""

    supplier: str
    feed: str
    path: Path
    landing_path: str
    sha256: str
    envelope: Mapping[str, Any] = field(default_factory=dict)

    @property
    def feed_key(self) -> str:
        return f"{self.supplier}/{self.feed}"

    @property
    def kind(self) -> Literal["file", "folder"]:
        return "folder" if self.path.is_dir() else "file"


def discover(settings: Settings, contracts: Mapping[str, Contract]) -> list[Candidate]:
    """What landing holds that is new or changed (content or submission.yml) since it was last registered, by path.

    Landing is only read. Content is compared by hash, never by time stamp. What was refused as not to be held is not
    new, wherever it lies: strays() reminds of it.
    """
    events = read_register(settings.register)
    known = {
        event.landing_path: (event.sha256, dict(event.envelope)) for event in events if isinstance(event, Received)
    }
    refused = _refused(events)
    found = []
    for contract in contracts.values():
        folder = settings.landing / contract.supplier / contract.feed
        for path in _submissions_in(folder):
            landing_path = path.relative_to(settings.landing).as_posix()
            try:
                envelope = _envelope_beside(path)
                sha256 = content_sha256(path)
            except OSError:
                # Taken away this moment, or not readable: strays() tells.
                continue
            if (contract.feed_key, sha256) in refused and not is_figures(contract, path):
                continue
            if known.get(landing_path) != (sha256, envelope):
                found.append(Candidate(contract.supplier, contract.feed, path, landing_path, sha256, envelope))
    return sorted(found, key=lambda candidate: candidate.landing_path)


def strays(settings: Settings, contracts: Mapping[str, Contract]) -> list[str]:
    """What landing holds that nobody will read, a sentence each: folders of no contract, links, loose files."""
    found = []
    refused = _refused(read_register(settings.register))
    for supplier in _visible(settings.landing):
        if not supplier.is_dir():
            if supplier.name != "sample.yml":
                found.append(f"landing/{NO_WORDS(supplier.name)}: is not read; put it in landing/<supplier>/<feed>/.")
            continue
        for feed in _visible(supplier):
            place = f"{supplier.name}/{feed.name}"
            if place not in contracts:
                place = NO_WORDS(place)
                found.append(f"landing/{place}: is not read, as there is no contract sources/{place}/contract.yml.")
                continue
            is_figures_alone = contracts[place].aggregate_form == "only"
            told = name_teller(contracts[place])
            for path in _visible(feed):
                name = f"landing/{place}/{NOT_SHOWN if is_figures_alone else told(path.name)}"
                if path.is_symlink():
                    found.append(f"{name}: is a link and not read; put the file itself there.")
                elif path.is_dir() and not data_files(path):
                    found.append(f"{name}: holds no data file.")
                elif not _readable(path):
                    found.append(f"{name}: cannot be read; give this user the right to read it.")
                elif unfinished := _unfinished(path):
                    mark = NOT_SHOWN if is_figures_alone else told(unfinished)
                    found.append(
                        f"{name}: is still being copied (found {mark}) and is left for the next run; "
                        "where nothing is being copied, remove that file or give it its proper name."
                    )
                elif event := is_figures_alone and refused.get((place, content_sha256(path))):
                    if is_figures(contracts[place], path):
                        # A layout that the contract has gained since takes it.
                        continue
                    found.append(still_there(contracts[place], event.sha256, event.submission_id))
            if (feed / ENVELOPE_NAME).exists() and len(_submissions_in(feed)) > 1:
                found.append(
                    f"landing/{place}/{ENVELOPE_NAME}: is not read, as several submissions stand beside it; "
                    "put it into the folder of its files, or name it <file name>.submission.yml."
                )
            for envelope, todo in _envelopes_of_nothing(feed, told):
                if is_figures_alone:
                    envelope, todo = NOT_SHOWN, "give it the name of its file, suffix and all, with .submission.yml"
                found.append(
                    f"landing/{place}/{envelope}: is an envelope of nothing that is there and not read; {todo}, or "
                    "remove it."
                )
    return found


def register_new(
    settings: Settings,
    contracts: Mapping[str, Contract],
    *,
    replay: bool,
    progress: Progress | None = None,
) -> list[Received]:
    """Archive and register every candidate; return the new events in register order.

    The time of receipt is the clock's; under `replay` it is the received_at of submission.yml where there is one, and
    candidates are registered in the order of it. Each is archived before it is registered, so that the register
    never names what is not there. What may not be held (a feed of figures alone) is registered as refused instead, and
    not archived.
    """
    tell = progress or _hush
    events = read_register(settings.register, tell)
    for sentence in strays(settings, contracts):
        tell(sentence)
    found = discover(settings, contracts)
    # What a file that may not be held says of itself is told to nobody.
    hushed = {key for key, contract in contracts.items() if contract.aggregate_form == "only"}
    candidates = [
        (*_received_at(one, contracts[one.feed_key], settings, replay, _hush if one.feed_key in hushed else tell), one)
        for one in found
    ]
    if replay:
        candidates.sort(key=lambda entry: (entry[0], entry[2].landing_path))
    number, lines = next_number(events), len(events)
    registered: list[Received] = []
    for received_at, is_replay, candidate in candidates:
        contract = contracts[candidate.feed_key]
        place = f"landing/{name_teller(contract)(candidate.landing_path)}"
        if contract.feed_key in hushed and not is_figures(contract, candidate.path):
            refused = Refused(
                submission_id=submission_id(number),
                supplier=candidate.supplier,
                feed=candidate.feed,
                sha256=candidate.sha256,
                reason=refusal(contract, candidate.sha256),
                received_at=received_at,
                registered_at=system_now(),
                is_replay=is_replay,
                is_synthetic=declares_synthetic(candidate.envelope),
            )
            append(settings.register, [refused])
            lines += 1
            number += 1
            tell(f"{refused.submission_id} refused: {refused.reason}")
            continue
        try:
            store(settings.archive, candidate.path, candidate.sha256)
        except (ArchiveError, FileNotFoundError) as error:
            tell(f"{place}: {error}")
            continue
        event = Received(
            submission_id=submission_id(number),
            supplier=candidate.supplier,
            feed=candidate.feed,
            landing_path=candidate.landing_path,
            file_name=printable(candidate.path.name),
            sha256=candidate.sha256,
            received_at=received_at,
            registered_at=system_now(),
            is_replay=is_replay,
            kind=candidate.kind,
            envelope=candidate.envelope,
            position=lines + 1,
        )
        append(settings.register, [event])
        lines += 1
        registered.append(event)
        number += 1
        tell(f"{event.submission_id} received: {place.removeprefix('landing/')}")
    return registered


def pending(con: duckdb.DuckDBPyConnection, settings: Settings) -> list[Received]:
    """The received submissions that the warehouse has not handled, in register order."""
    handled = {
        row[0]
        for row in con.execute(
            "select submission_id from ops.submissions union select submission_id from ops.unchanged_deliveries"
        ).fetchall()
    }
    return [
        event
        for event in read_register(settings.register)
        if isinstance(event, Received) and event.submission_id not in handled
    ]


def withdraw(settings: Settings, submission: str, reason: str) -> None:
    """Register that the sender took the submission back, from now on.

    Of a demonstration that is the moment when the last of its returns came: its clock stands there.

    Raises SubmissionError when the register does not know it, or knows it as withdrawn, or the reason is blank.
    """
    events = read_register(settings.register)
    if not reason.strip():
        raise SubmissionError(f"{submission}: found no reason for the withdrawal; say why it is taken back.")
    came = [event for event in events if isinstance(event, Received)]
    own = next((event for event in came if event.submission_id == submission), None)
    if own is None:
        raise SubmissionError(f"{submission}: is not in the register; `safeguarding submissions` lists what is.")
    if submission in _withdrawn(events):
        raise SubmissionError(f"{submission}: is already withdrawn.")
    moment = max(event.received_at for event in came if event.is_replay) if own.is_replay else settings.now()
    append(settings.register, [Withdrawn(submission, reason.strip(), moment, system_now())])


def apply_refusals(con: duckdb.DuckDBPyConnection, settings: Settings, contracts: Mapping[str, Contract]) -> int:
    """Write a 'rejected' row to ops.submissions for each refusal of the register that has none; return how many.

    There is nothing to load: no name, no area, no window and no row of what was refused is known.
    """
    done = {row[0] for row in con.execute("select submission_id from ops.submissions").fetchall()}
    todo = [event for event in read_register(settings.register) if isinstance(event, Refused)]
    todo = [event for event in todo if event.submission_id not in done]
    for event in todo:
        contract = contracts.get(event.feed_key)
        con.execute(
            """
            insert into ops.submissions by name
            select
                ? as submission_id, ? as supplier, ? as feed, ? as contract_version, ? as received_at,
                ? as registered_at, ? as sha256, ? as file_name, 'rejected' as status, ? as reason,
                false as is_nil_return, ? as is_synthetic, false as envelope_inferred, ? as is_replay,
                0 as rows_received, 0 as rows_accepted, 0 as rows_quarantined
            """,
            [
                *(event.submission_id, event.supplier, event.feed, contract.version if contract else "unknown"),
                *(event.received_at, event.registered_at, event.sha256, NOT_SHOWN, event.reason),
                *(event.is_synthetic, event.is_replay),
            ],
        )
    return len(todo)


def apply_withdrawals(con: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    """Write a 'withdrawn' row to ops.submissions for each withdrawal that has none yet; return how many.

    Only an accepted submission can be out of force: a rejected or unchanged one has nothing to take back.
    """
    done = {
        row[0] for row in con.execute("select submission_id from ops.submissions where status = 'withdrawn'").fetchall()
    }
    count = 0
    for name, event in _withdrawn(read_register(settings.register)).items():
        if name in done:
            continue
        inserted = con.execute(
            """
            insert into ops.submissions by name
            select * replace (
                'withdrawn' as status,
                ? as reason,
                cast(? as timestamp) as received_at,
                cast(? as timestamp) as registered_at
            )
            from ops.submissions
            where submission_id = ? and status = 'accepted'
            """,
            [event.reason, event.received_at, event.registered_at, name],
        ).fetchone()
        count += int(inserted[0]) if inserted else 0
    return count


def withdrawn_before(settings: Settings, position: int) -> frozenset[str]:
    """The submissions withdrawn by events above line `position` of the register."""
    return frozenset(
        name for name, event in _withdrawn(read_register(settings.register)).items() if event.position < position
    )


def _withdrawn(events: list[Event]) -> dict[str, Withdrawn]:
    return {event.submission_id: event for event in events if isinstance(event, Withdrawn)}


def _refused(events: list[Event]) -> dict[tuple[str, str], Refused]:
    """By feed and content."""
    return {(event.feed_key, event.sha256): event for event in events if isinstance(event, Refused)}


def _hush(_sentence: str) -> None:
    """Tell nobody."""


def _readable(path: Path) -> bool:
    return all(os.access(file, os.R_OK) for file in ([path] if path.is_file() else [f for _, f in data_files(path)]))


def _envelopes_of_nothing(feed: Path, told: Callable[[str], str]) -> list[tuple[str, str]]:
    """The envelopes below a feed's folder that no submission takes, by their path within it, and what to do about each.

    A file's envelope has the file's whole name in front of .submission.yml; a folder's is submission.yml at its top.
    """
    found = []
    for path in sorted(feed.rglob(f"*{ENVELOPE_NAME}")):
        within = path.relative_to(feed)
        if path.is_symlink() or not path.is_file() or any(part.startswith(".") for part in within.parts):
            continue
        if len(within.parts) > 1:
            if within.parts[1:] != (ENVELOPE_NAME,):
                top = told(within.parts[0])
                found.append((told(within.as_posix()), f"name it {ENVELOPE_NAME} and put it at the top of {top}"))
        elif path.name.endswith(ENVELOPE_SUFFIX):
            meant = path.name.removesuffix(ENVELOPE_SUFFIX)
            if feed.joinpath(meant).is_file() or any(feed.joinpath(meant + end).exists() for end in UNFINISHED):
                continue
            near = [other.name for other in _submissions_in(feed) if Path(other.name).stem == meant and other.is_file()]
            name = told(near[0] if len(near) == 1 else f"{meant}.csv")
            if feed.joinpath(meant).is_dir():
                todo = f"put it into the folder {told(meant)} as {ENVELOPE_NAME}"
            else:
                todo = f"give it the whole name of its file, such as {name}{ENVELOPE_SUFFIX}"
            found.append((told(path.name), todo))
    return found


def _visible(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not is_skipped(path.name))


def _unfinished(path: Path) -> str | None:
    """The name by which a program that copies marks what is not there yet: of the file, beside it, or in the folder."""
    if path.is_dir():
        return next((name for name, _ in data_files(path) if name.lower().endswith(UNFINISHED)), None)
    if path.name.lower().endswith(UNFINISHED):
        return path.name
    return next((path.name + end for end in UNFINISHED if path.with_name(path.name + end).exists()), None)


def _submissions_in(folder: Path) -> list[Path]:
    return [
        path
        for path in _visible(folder)
        if not path.is_symlink() and (path.is_file() or (path.is_dir() and data_files(path))) and not _unfinished(path)
    ]


def _envelope_beside(path: Path) -> dict[str, Any]:
    if path.is_dir():
        place = path / ENVELOPE_NAME
    else:
        place = path.with_name(path.name + ENVELOPE_SUFFIX)
        alone = path.with_name(ENVELOPE_NAME)
        if not place.exists() and alone.exists() and len(_submissions_in(path.parent)) == 1:
            place = alone
    if place.is_file():
        return read_envelope(place.read_bytes(), place.name)
    try:
        packed = inner_envelope(path)
    except ReadError:
        return {}
    return read_envelope(packed, ENVELOPE_NAME) if packed is not None else {}


def _received_at(
    candidate: Candidate, contract: Contract, settings: Settings, replay: bool, tell: Progress
) -> tuple[datetime, bool]:
    stated = candidate.envelope.get("received_at")
    if replay and isinstance(stated, str) and stated.strip():
        try:
            return parse_moment(stated, "received_at"), True
        except SettingsError:
            tell(
                f"landing/{name_teller(contract)(candidate.landing_path)}: {ENVELOPE_NAME}: received_at: found "
                f"{told_value(stated, 'timestamp')}, expected an ISO date or time such as 2017-06-30 or "
                "2017-06-30T09:00:00. The time of registration is used instead."
            )
    return settings.now(), False
