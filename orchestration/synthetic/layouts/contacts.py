"""Contacts in this project's own layout: one text file, dates and times in ISO form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orchestration.synthetic.people import age_on
from orchestration.synthetic.records import Contact

COLUMNS = (
    "contact_ref",
    "lcs_id",
    "age",
    "contact_at",
    "source",
    "reason_group",
    "outcome",
    "decision_at",
    "forwarded_to",
    "linked_referral_date",
)


def rows(contacts: Iterable[Contact]) -> Iterator[tuple[str, ...]]:
    """One row a contact, in the order of the headings; an unborn child's age is -1."""
    for contact in contacts:
        yield (
            contact.ref,
            contact.child.ref,
            str(age_on(contact.child.dob, contact.at.date())),
            contact.at.isoformat(),
            contact.source,
            contact.reason_group,
            contact.outcome,
            contact.decided_at.isoformat() if contact.decided_at else "",
            contact.forwarded_to,
            contact.referred_on.isoformat() if contact.referred_on else "",
        )
