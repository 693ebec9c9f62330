"""Every partner feed: when it is sent, what is in its files, and writing them.

Belongs here: the list of feeds, file and folder names, envelopes. Does not belong here: the records (a module per
agency), the days (schedule) or the headings (layouts/partners).
A feed is written only where the project has its contract: an agency sends nothing before it is agreed what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from orchestration.synthetic.layouts import partners as layout
from orchestration.synthetic.partners import health, police
from orchestration.synthetic.partners.entries import Teller, told
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.partners.schedule import (
    Calendar,
    Schedule,
    Sending,
    monthly,
    quarterly,
    without_last,
)

_AGREEMENT = re.compile(r"^\s+agreement_ref:\s*(\S+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Feed:
    """One feed of a partner: its place in landing (supplier/name), its days, and what it tells of a scene."""

    supplier: str
    name: str
    schedule: Schedule
    teller: Callable[[Scene], Teller]

    @property
    def key(self) -> str:
        """supplier/name."""
        return f"{self.supplier}/{self.name}"

    @property
    def contract(self) -> Path:
        """Where the project keeps what was agreed with the agency."""
        return PROJECT_ROOT / "sources" / self.supplier / self.name / "contract.yml"


FEEDS = (
    Feed(
        "police",
        "missing_episodes",
        monthly(9, time(11, 20)),
        lambda scene: told(police.missing_episodes(scene), while_open=True),
    ),
    Feed(
        "health",
        "camhs",
        without_last(quarterly(24, time(14, 5))),
        lambda scene: told(health.camhs(scene), while_open=True),
    ),
)


@dataclass(frozen=True)
class Written:
    """What was written of one authority's partners: submissions, and rows by supplier/feed."""

    drops: int
    rows: dict[str, int]


def write(root: Path, scene: Scene, calendar: Calendar, feeds: Iterable[Feed] = FEEDS) -> Written:
    """Write every file of the feeds whose contract is there, below `root`/supplier/feed."""
    drops = 0
    rows: dict[str, int] = {}
    for feed in feeds:
        if not feed.contract.is_file():
            continue
        agreement = agreement_of(feed.contract)
        sendings = feed.schedule(calendar)
        if not sendings:
            continue
        tell = feed.teller(scene)
        for sending in sendings:
            found = tell(sending)
            folder = root / feed.supplier / feed.name / _folder(feed, scene.la_code, sending)
            folder.mkdir(parents=True, exist_ok=True)
            text = layout.text(layout.COLUMNS[feed.key], found)
            (folder / f"{feed.name}.csv").write_bytes(text.encode("utf-8"))
            envelope = _envelope(scene.area_code, sending, len(found), agreement)
            (folder / "submission.yml").write_bytes(envelope.encode("utf-8"))
            drops += 1
            rows[feed.key] = rows.get(feed.key, 0) + len(found)
    return Written(drops, rows)


def agreement_of(contract: Path) -> str:
    """The reference of the information-sharing agreement, which an agency quotes with every file."""
    found = _AGREEMENT.search(contract.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{contract}: found no sharing.agreement_ref, expected one.")
    return found[1]


def _folder(feed: Feed, la_code: str, sending: Sending) -> str:
    window, finality = sending.window, "final" if sending.final else "provisional"
    name = f"{feed.name}_{la_code}_{window.start}_{window.end}_{finality}"
    return f"{name}_{sending.twist.replace(' ', '-')}" if sending.twist else name


def _envelope(area_code: str, sending: Sending, rows: int, agreement: str) -> str:
    window = sending.window
    return (
        "# Invented: written by `safeguarding sample`, for demonstration only.\n"
        "synthetic: true\n"
        f"area_code: {area_code}\n"
        f"period_start: {window.start}\n"
        f"period_end: {window.end}\n"
        f"data_as_at: {window.data_as_at}\n"
        f"finality: {'final' if sending.final else 'provisional'}\n"
        "layout_version: '1.0'\n"
        f"rows: {rows}\n"
        f"agreement_ref: {agreement}\n"
        f"received_at: {sending.received_at.isoformat()}\n"
    )
