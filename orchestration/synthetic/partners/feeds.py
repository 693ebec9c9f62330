"""Every partner feed: when it is sent, what is in its files, and writing them.

Belongs here: the list of feeds, file and folder names, envelopes. Does not belong here: the records (a module per
agency), the days (schedule) or the headings (layouts/partners).
A feed is written only where the project has its contract: an agency sends nothing before it is agreed what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import partial
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from orchestration.synthetic.layouts import partners as layout
from orchestration.synthetic.partners import (
    estimates,
    health,
    marac,
    police,
    public_health,
    schools,
    social_care,
    youth_justice,
)
from orchestration.synthetic.partners.entries import Teller, told
from orchestration.synthetic.partners.police import Occurrence
from orchestration.synthetic.partners.scene import Scene
from orchestration.synthetic.partners.schedule import (
    Calendar,
    Schedule,
    Sending,
    by_calendar_year,
    by_school_year,
    by_term,
    each_january,
    monthly,
    nil_in,
    quarterly,
    sent_again,
    starting,
    without_last,
    yearly_after_quarters,
)

_AGREEMENT = re.compile(r"^\s+agreement_ref:\s*(\S+)\s*$", re.MULTILINE)


Files = Mapping[str, Teller]


@dataclass(frozen=True)
class Feed:
    """One feed of a partner: its place in landing (supplier/name), its days, and the files that it tells of a scene.

    `files` gives what each file of a submission holds, by the name of its layout. `is_counted`: the supplier counts by
    the areas that there are, so that nothing comes of an invented authority. `only_of`: the one authority of which it
    can be told.
    """

    supplier: str
    name: str
    schedule: Schedule
    files: Callable[[Scene], Files]
    is_counted: bool = False
    only_of: str | None = None

    @property
    def key(self) -> str:
        """supplier/name."""
        return f"{self.supplier}/{self.name}"

    def is_told_of(self, scene: Scene) -> bool:
        """Whether the supplier sends anything of the authority."""
        return self.only_of in (None, scene.area_code) and not (self.is_counted and scene.is_invented)

    @property
    def contract(self) -> Path:
        """Where the project keeps what was agreed with the agency."""
        return PROJECT_ROOT / "sources" / self.supplier / self.name / "contract.yml"


FEEDS = (
    Feed(
        "police", "missing_episodes", monthly(9, time(11, 20)),
        lambda scene: {"missing_episodes": told(police.missing_episodes(missing(scene)))},
    ),
    Feed(
        "police", "domestic_abuse_referrals", monthly(9, time(11, 25)),
        lambda scene: {"domestic_abuse_referrals": told(police.domestic_abuse_referrals(scene))},
    ),
    Feed(
        "police", "recorded_crime", sent_again(date(2016, 7, 1), 21, monthly(9, time(11, 30))),
        lambda scene: {"recorded_crime": told(police.recorded_crime(scene))},
    ),
    Feed(
        "marac", "cases", nil_in(marac.NO_CONFERENCE[0], quarterly(20, time(15, 10))),
        lambda scene: {"cases": told(marac.cases(scene))},
    ),
    Feed(
        # The last quarter that is due has not come.
        "health", "camhs", without_last(quarterly(24, time(14, 5))),
        lambda scene: {"camhs": told(health.camhs(scene), whole=True)},
    ),
    Feed(
        "health", "hospital_admissions", yearly_after_quarters(90, 150, time(10, 40)),
        lambda scene: {"aggregates": partial(health.hospital_admissions, scene)},
        is_counted=True,
    ),
    Feed(
        "health", "conceptions", by_calendar_year(430, 230, time(9, 35)),
        lambda scene: {"conceptions": partial(health.conceptions, scene)},
        is_counted=True,
    ),
    Feed(
        "youth_justice", "first_time_entrants", quarterly(55, time(13, 0)),
        lambda scene: {
            "pnc": partial(youth_justice.from_the_pnc, scene),
            "first_time_entrants": told(youth_justice.of_the_team(scene)),
        },
        is_counted=True,
    ),
    Feed(
        "education", "attendance", by_term(9, time(16, 5)),
        lambda scene: {"attendance": schools.attendance(scene)},
    ),
    Feed(
        "education", "exclusions", by_term(9, time(16, 10)),
        lambda scene: {"exclusions": told(schools.exclusions(scene))},
    ),
    Feed(
        "education", "attainment", by_school_year(170, time(16, 15), days_to_provisional=14),
        lambda scene: {"attainment": schools.attainment(scene)},
    ),
    Feed(
        "education", "pupil_headcount", by_school_year(9, time(16, 20)),
        lambda scene: {"pupil_headcount": partial(schools.headcount, scene)},
    ),
    Feed(
        "education", "early_education", each_january(110, time(16, 25)),
        lambda scene: {"early_education": partial(schools.early_education, scene)},
        is_counted=True,
    ),
    Feed(
        "public_health", "substance_misuse", quarterly(50, time(12, 15)),
        lambda scene: {"aggregates": partial(public_health.substance_misuse, scene)},
        is_counted=True,
    ),
    Feed(
        "childrens_social_care", "early_help", sent_again(date(2016, 7, 1), 28, monthly(8, time(9, 5))),
        lambda scene: {"early_help": told(social_care.early_help(scene))},
    ),
    Feed(
        "childrens_social_care", "cse", starting(social_care.EXPLOITATION_FROM, quarterly(15, time(9, 10))),
        lambda scene: {"cse": told(social_care.exploitation(scene, missing(scene)), whole=True)},
    ),
    Feed(
        "childrens_social_care", "health_assessments", monthly(8, time(9, 15)),
        lambda scene: {"health_assessments": told(social_care.health_assessments(scene))},
    ),
    Feed(
        "childrens_social_care", "return_interviews", starting(police.INTERVIEWS_FROM, monthly(8, time(9, 20))),
        lambda scene: {"return_interviews": told(social_care.return_interviews(missing(scene)))},
    ),
    Feed(
        "published", "population", estimates.sendings,
        lambda scene: {"single_years": partial(estimates.tell, scene.area_code)},
        only_of="E06000011",
    ),
)  # fmt: skip


def missing(scene: Scene) -> list[Occurrence]:
    """The occurrences of missing children, from which three feeds are made."""
    return scene.once("missing", police.occurrences)


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
        if not feed.contract.is_file() or not feed.is_told_of(scene):
            continue
        agreement = agreement_of(feed.contract)
        files = feed.files(scene)
        for sending in feed.schedule(calendar):
            folder = root / feed.supplier / feed.name / _folder(feed, scene.la_code, sending)
            folder.mkdir(parents=True, exist_ok=True)
            count = 0
            for name, tell in files.items():
                found = tell(sending)
                count += len(found)
                text = layout.text(layout.COLUMNS[name], found)
                (folder / f"{name}.csv").write_bytes(text.encode("utf-8"))
            envelope = _envelope(scene.area_code, sending, count, agreement)
            (folder / "submission.yml").write_bytes(envelope.encode("utf-8"))
            drops += 1
            rows[feed.key] = rows.get(feed.key, 0) + count
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
