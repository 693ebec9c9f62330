"""A home into which the official files were dropped whole, beside the records made by hand.

Belongs here: loading them as a run does. Does not belong here: any expectation (test_published_files.py).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from orchestration.ingest.archive import content_sha256, store
from orchestration.ingest.contracts import load_contracts
from orchestration.ingest.load import LoadOutcome, load_submission
from orchestration.ingest.register import Received
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect

FEEDS = ("dfe_cin", "dfe_cla", "lait", "fingertips", "exclusions")
# After the moment that the warehouse by hand is asked about: a demonstration's clock stands in the past.
RECEIVED_AT = datetime(2026, 11, 24, 9, 0, 0)


def load_published(home: Path, shared: Path) -> dict[str, LoadOutcome]:
    """Archive and load each folder of official files, under numbers that the warehouse by hand does not use."""
    settings = Settings(home=home)
    contracts = load_contracts(PROJECT_ROOT / "sources")
    outcomes = {}
    with connect(settings.warehouse) as con:
        for number, feed in enumerate(FEEDS, start=900):
            folder = shared / "data" / "published" / feed
            sha256 = content_sha256(folder)
            store(settings.archive, folder, sha256)
            received = Received(
                submission_id=f"sub-{number:06d}",
                supplier="published",
                feed=feed,
                landing_path=f"published/{feed}/whole",
                file_name="whole",
                sha256=sha256,
                received_at=RECEIVED_AT,
                registered_at=RECEIVED_AT,
                is_replay=False,
                kind="folder",
                position=number,
            )
            outcomes[feed] = load_submission(con, settings, contracts[f"published/{feed}"], received)
    return outcomes
