"""Feeds that may hold figures alone (`aggregate_form: only`), such as conceptions, whose records the law protects.

Belongs here: whether what came is such figures, looked at where it lies in landing, and the sentence that refuses all
else. Does not belong here: judging figures (validate.py), and keeping anything of what is refused (nobody does).
"""

from __future__ import annotations

from pathlib import Path

from orchestration.ingest.contracts import AGGREGATES, Contract

NOT_SHOWN = "(not shown)"
"""What stands where the name of a refused file would: names of such files have held names of people."""


def is_figures(contract: Contract, path: Path) -> bool:
    """Whether every table of the file, folder or zip at `path` is the aggregate form, and nothing else is with it."""
    # Readers are slow to import, and a run with nothing new ends without them.
    from orchestration.ingest.readers.opening import open_submission

    reading = open_submission(path, NOT_SHOWN, contract)
    if reading.errors or reading.near_misses or reading.not_read:
        return False
    tables = {part.match.table.name if part.match else None for part in reading.parts}
    return tables == {AGGREGATES}


def refusal(contract: Contract, sha256: str) -> str:
    """The sentence that refuses what came. It names nothing that stood in or on it; its hash tells which it was."""
    from orchestration.ingest.readers.recognise import Recogniser

    return (
        f"landing/{contract.feed_key}: found something other than the figures that are all that may come here, and "
        f"nothing of it was kept, not even its name (its sha256 begins with {sha256[:12]}); delete it from landing, "
        "tell the sender, and ask for figures alone, with the headings of "
        f"{Recogniser(contract).describe()} or of the feed's README."
    )


def still_there(contract: Contract, sha256: str, submission: str) -> str:
    """The reminder that what was refused still lies in landing."""
    return (
        f"landing/{contract.feed_key}: still holds what was refused as {submission} (its sha256 begins with "
        f"{sha256[:12]}); delete it, as it may not be held here."
    )
