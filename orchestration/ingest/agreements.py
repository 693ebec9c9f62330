"""Information-sharing agreements: which has expired, which is to be looked at again.

Belongs here: the dates of a contract's `sharing` against a day, in words. Does not belong here: what becomes of a
submission without an agreement in force (load.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from orchestration.ingest.contracts import Contract
from orchestration.words import counted


class Standing(NamedTuple):
    """How the agreement of a feed stands on a day. `told`: in words, without the feed's name."""

    level: Literal["in_force", "review_due", "expired"]
    told: str


def standing(contract: Contract, on: date) -> Standing:
    """In force, to be looked at again (its review or its end is past or near), or expired, on a day."""
    sharing = contract.sharing
    name = f"sharing agreement {sharing.agreement_ref}"
    place = f"sources/{contract.feed_key}/contract.yml"
    if sharing.valid_to is not None and on > sharing.valid_to:
        return Standing(
            "expired",
            f"{name} expired on {sharing.valid_to}, and every return received since is refused; renew it and write its "
            f"reference and valid_to into {place}",
        )
    if sharing.review_on < on:
        return Standing(
            "review_due",
            f"{name} is overdue for review since {sharing.review_on}; review it with {sharing.controller} and write "
            f"the next review_on into {place}",
        )
    last = [(sharing.review_on, "is to be reviewed by")]
    if sharing.valid_to is not None:
        last.append((sharing.valid_to, "expires after"))
    near = [(day, what) for day, what in last if (day - on).days <= sharing.review_notice_days]
    if near:
        day, what = near[-1]
        return Standing(
            "review_due",
            f"{name} {what} {day} ({counted((day - on).days, 'day')} from {on}); see to it with {sharing.controller} "
            f"and write the new date into {place}",
        )
    return Standing("in_force", f"{name} {last[0][1]} {last[0][0]}")


def to_be_seen_to(contracts: Iterable[Contract], on: date) -> list[str]:
    """A sentence for every feed whose agreement is not simply in force on a day."""
    found = [(contract, standing(contract, on)) for contract in contracts]
    return [f"{contract.feed_key}: {told}." for contract, (level, told) in found if level != "in_force"]


def expiry(contract: Contract, file_name: str, received_on: date) -> str | None:
    """The sentence that refuses a submission received after the agreement's last day; None while it is in force."""
    sharing = contract.sharing
    if sharing.valid_to is None or received_on <= sharing.valid_to:
        return None
    return (
        f"{file_name}: was received on {received_on}, after sharing agreement {sharing.agreement_ref} expired on "
        f"{sharing.valid_to}, and nothing of it is used; renew the agreement, write its reference and valid_to into "
        f"sources/{contract.feed_key}/contract.yml and land the return again under another name, or remove it from "
        "landing and tell the sender."
    )
