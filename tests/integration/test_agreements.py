"""An information-sharing agreement that has expired stops its feed; one that wants looking at is told beforehand.

The contract is that of contacts with other dates, in a copied sources folder.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.doctor import examine
from orchestration.ingest.contracts import Contract, load_contracts
from orchestration.ingest.load import LoadOutcome, create_raw_tables, load_submission
from orchestration.ingest.rules import AGREEMENT_DIFFERS
from orchestration.ingest.submissions import pending, register_new
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect, migrate

FEED = "childrens_social_care/contacts"
RECEIVED = date(2017, 6, 30)
CONTACTS = "contact_ref,lcs_id,contact_at,source,forwarded_to\nR1,SECRET1,2017-05-03,6,NONE\n"
WINDOW = {"area_code": "E06000011", "period_start": "2017-05-01", "period_end": "2017-05-31"}


class Feed:
    """A home whose project has the contract of contacts alone, with the dates of its agreement as they are given."""

    def __init__(self, folder: Path) -> None:
        project = folder / "project"
        (project / "sources" / FEED).mkdir(parents=True)
        for shared in ("seeds", "sources/aggregate_form.yml"):
            (project / shared).symlink_to(PROJECT_ROOT / shared)
        self._path = project / "sources" / FEED / "contract.yml"
        self.settings = Settings(folder / "home", now_override=datetime(2017, 6, 30, 9), project_root=project)
        self.agree()

    def agree(self, **dates: str) -> None:
        contract = yaml.safe_load((PROJECT_ROOT / "sources" / FEED / "contract.yml").read_text())
        contract["sharing"] |= dates
        self._path.write_text(yaml.safe_dump(contract))

    @property
    def contracts(self) -> dict[str, Contract]:
        return load_contracts(self.settings.sources_dir)

    def receive(self, place: str = "may", *, replay: bool = False, **envelope: str) -> LoadOutcome:
        folder = self.settings.landing / FEED / place
        folder.mkdir(parents=True)
        (folder / "c.csv").write_text(CONTACTS)
        (folder / "submission.yml").write_text(json.dumps(WINDOW | envelope))
        register_new(self.settings, self.contracts, replay=replay)
        with connect(self.settings.warehouse) as con:
            migrate(con)
            create_raw_tables(con, self.contracts)
            [received] = pending(con, self.settings)
            return load_submission(con, self.settings, self.contracts[FEED], received)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with connect(self.settings.warehouse, read_only=True) as con:
            return con.execute(sql).fetchall()


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    return Feed(tmp_path)


def test_a_return_on_the_agreements_last_day_is_accepted_and_a_day_later_refused(feed: Feed) -> None:
    feed.agree(valid_to="2017-06-30")
    assert feed.receive("in_time").status == "accepted"
    feed.agree(valid_to="2017-06-29")
    late = feed.receive("late", finality="final")
    assert late.status == "rejected"
    assert late.reason == (
        "late: was received on 2017-06-30, after sharing agreement DEFAULT-CSC-CONTACTS expired on 2017-06-29, and "
        "nothing of it is used; renew the agreement, write its reference and valid_to into "
        "sources/childrens_social_care/contacts/contract.yml and land the return again under another name, or remove "
        "it from landing and tell the sender."
    )


def test_nothing_of_a_return_without_agreement_is_kept_but_its_line_and_its_archived_copy(feed: Feed) -> None:
    feed.agree(valid_to="2017-03-31")
    feed.receive()
    assert feed.ask("select status, area_code, period_end, rows_received from ops.submissions") == [
        ("rejected", "E06000011", date(2017, 5, 31), 0)
    ]
    assert feed.ask("select * from quarantine.quarantined_rows union all select * from quarantine.row_warnings") == []
    assert feed.ask("select * from raw.raw_childrens_social_care__contacts__contacts") == []
    assert feed.ask("select * from ops.submission_tables") == []


def test_it_is_the_day_of_receipt_that_counts_so_that_a_replay_says_the_same_again(feed: Feed) -> None:
    feed.agree(valid_to="2017-06-10")
    assert feed.receive("early", replay=True, received_at="2017-06-08T10:00:00").status == "accepted"
    assert feed.receive("late", replay=True, received_at="2017-06-12T10:00:00", finality="final").status == "rejected"


def test_after_its_renewal_the_same_return_is_taken_under_another_name(feed: Feed) -> None:
    feed.agree(valid_to="2017-06-10")
    assert feed.receive("may").status == "rejected"
    feed.agree(valid_to="2020-03-31", agreement_ref="NEW")
    again = feed.receive("may_again", agreement_ref="NEW")
    assert (again.status, again.rows_accepted, again.notes) == ("accepted", 1, ())


def test_another_agreement_in_the_envelope_is_a_warning(feed: Feed) -> None:
    assert feed.receive("same", agreement_ref="DEFAULT-CSC-CONTACTS").notes == ()
    other = feed.receive("other", agreement_ref="ISA-7", finality="final")
    assert other.status == "accepted"
    assert feed.ask("select rule_code, message from quarantine.row_warnings") == [
        (
            AGREEMENT_DIFFERS,
            "submission.yml: agreement_ref: found 3 letters, 1 digit and 1 sign (-), expected "
            "DEFAULT-CSC-CONTACTS, the agreement of the "
            "contract; ask the sender under which one the data come, and correct the one that is wrong.",
        )
    ]


@pytest.mark.parametrize(
    ("dates", "doctor", "says"),
    [
        ({"review_on": "2017-08-30"}, "ok", "is to be reviewed by 2017-08-30"),
        ({"review_on": "2017-08-29"}, "warning", "is to be reviewed by 2017-08-29 (60 days from 2017-06-30)"),
        ({"review_on": "2017-06-30"}, "warning", "is to be reviewed by 2017-06-30 (0 days from 2017-06-30)"),
        ({"review_on": "2017-06-29"}, "warning", "is overdue for review since 2017-06-29"),
        ({"valid_to": "2017-08-29"}, "warning", "expires after 2017-08-29 (60 days from 2017-06-30)"),
        ({"valid_to": "2017-06-29"}, "problem", "expired on 2017-06-29, and every return received since is refused"),
    ],
    ids=["61 days", "60 days", "today", "overdue", "end near", "expired"],
)
def test_doctor_and_status_say_when_an_agreement_wants_looking_at(
    feed: Feed, monkeypatch: pytest.MonkeyPatch, dates: dict[str, str], doctor: str, says: str
) -> None:
    feed.agree(**dates)
    [finding] = [found for found in examine(feed.settings) if found.what == f"Contract {FEED}"]
    assert (finding.ok, finding.is_warning) == (doctor != "problem", doctor == "warning")
    assert says in finding.found
    monkeypatch.setattr(Settings, "from_env", classmethod(lambda cls: feed.settings))
    told = CliRunner().invoke(main, ["status"]).output
    assert (f"WARNING  {FEED}: sharing agreement DEFAULT-CSC-CONTACTS {says}" in told) == (doctor != "ok")
