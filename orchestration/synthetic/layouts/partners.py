"""The partners' feeds as text files: headings of each, in the order in which the agency exports them.

Belongs here: headings, and how a cell is written (ISO dates and times). Does not belong here: what a file holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from orchestration.synthetic.partners.entries import Cell, Row

RETURN_INTERVIEW = (
    "rhi_offered", "rhi_offered_at", "rhi_accepted", "rhi_completed_at", "rhi_provider",
)  # fmt: skip
AGGREGATES = (
    "indicator_code", "period_type", "period_start", "period_end", "area_code", "breakdown", "breakdown_value",
    "numerator", "denominator", "value", "unit", "status", "suppressed_below", "rounded_to", "lower_ci", "upper_ci",
    "definition_version", "source_release", "note_code",
)  # fmt: skip
COLUMNS: dict[str, tuple[str, ...]] = {
    "police/missing_episodes": (
        "occurrence_ref", "person_ref", "lcs_id", "match_status", "age_at_start", "sex", "category", "missing_from",
        "returned_at", "reported_at", "went_from", "looked_after", "responsible_la", "risk", "cse_flag",
        "self_harm_flag", "episodes_90d", *RETURN_INTERVIEW, "record_status",
    ),
    "health/camhs": (
        "referral_ref", "person_ref", "age_at_referral", "sex", "referral_received", "referral_source", "accepted",
        "decision_date", "pathway", "pathway_from", "first_attended_contact", "second_attended_contact",
        "last_contact", "discharge_date", "discharge_reason", "looked_after", "child_protection_plan",
        "reason_self_harm", "responsible_area", "record_status",
    ),
}  # fmt: skip


def text(columns: Iterable[str], rows: Iterable[Row]) -> str:
    """Text with commas and a heading row; no cell holds a comma, a quote or a line end, so that none is quoted."""
    names = tuple(columns)
    lines = [",".join(names)]
    lines += [",".join([_cell(row.get(name)) for name in names]) for row in rows]
    return "\r\n".join([*lines, ""])


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, (date, datetime)):
        return cell.isoformat()
    return str(cell)
