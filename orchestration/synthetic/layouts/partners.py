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
COLUMNS: dict[str, tuple[str, ...]] = {
    "missing_episodes": (
        "occurrence_ref", "person_ref", "lcs_id", "match_status", "age_at_start", "sex", "category", "missing_from",
        "returned_at", "reported_at", "went_from", "looked_after", "responsible_la", "risk", "cse_flag",
        "self_harm_flag", "episodes_90d", *RETURN_INTERVIEW, "record_status",
    ),
    "camhs": (
        "referral_ref", "person_ref", "age_at_referral", "sex", "referral_received", "referral_source", "accepted",
        "decision_date", "pathway", "pathway_from", "first_attended_contact", "second_attended_contact",
        "last_contact", "discharge_date", "discharge_reason", "looked_after", "child_protection_plan",
        "reason_self_harm", "responsible_area", "record_status",
    ),
    "domestic_abuse_referrals": (
        "notification_ref", "child_seq", "incident_ref", "incident_date", "notified_on", "child_person_ref", "lcs_id",
        "match_status", "age_at_incident", "child_present", "risk", "repeat_12m", "incident_is_crime",
        "front_door_outcome", "outcome_date", "record_status",
    ),
    "recorded_crime": (
        "crime_ref", "victim_seq", "ho_class", "recorded_on", "committed_from", "committed_to", "victim_person_ref",
        "victim_age_at_offence", "victim_sex", "victim_is_child", "relationship", "online_flag", "cse_flag", "da_flag",
        "outcome_group", "cancelled", "location_la", "record_status",
    ),
    "cases": (
        "case_ref", "meeting_date", "marac_area", "victim_ref", "referral_date", "previous_referral_date", "is_repeat",
        "repeat_definition", "referring_agency", "victim_age_band", "children_in_household", "unborn",
        "children_known_to_csc", "children_on_cpp",
    ),
    "aggregates": (
        "indicator_code", "period_type", "period_start", "period_end", "area_code", "breakdown", "breakdown_value",
        "numerator", "denominator", "value", "unit", "status", "suppressed_below", "rounded_to", "lower_ci", "upper_ci",
        "definition_version", "source_release", "note_code",
    ),
    "conceptions": (
        "area_code", "period_type", "period_end", "conceptions_u18", "females_15_17", "rate_per_1000", "status",
        "release_date",
    ),
    "pnc": (
        "area_code", "window_start", "window_end", "fte_count", "population_10_17", "rate_per_100000", "source",
        "release",
    ),
    "first_time_entrants": (
        "person_ref", "first_outcome_date", "outcome", "age_at_outcome", "sex", "offence_group", "looked_after",
        "source",
    ),
    "attendance": (
        "upn", "academic_year", "term", "school_la", "school_estab", "phase", "age_at_31_aug", "enrol_status",
        "sessions_possible", "sessions_authorised", "sessions_unauthorised", "record_status",
    ),
    "attainment": (
        "upn", "academic_year", "key_stage", "school_urn", "result_status", "end_of_stage", "ks2_l4_rwm",
        "ks2_expected_rwm", "ks4_5ac_em", "ks4_em_9_4", "attainment8", "in_performance_tables", "record_status",
    ),
    "exclusions": (
        "exclusion_ref", "upn", "academic_year", "school_urn", "school_phase", "school_la", "residence_la", "category",
        "start_date", "sessions", "reason", "review_outcome", "looked_after", "cin", "record_status",
    ),
    "pupil_headcount": (
        "census_date", "school_urn", "phase", "academic_year", "headcount_sole_and_dual_main", "boarders",
        "record_status",
    ),
    "early_education": (
        "census_year", "area_code", "age", "children_benefiting", "population", "population_source",
    ),
    "early_help": (
        "eh_ref", "lcs_id", "person_ref", "age", "requested_on", "source", "assessment_started", "assessment_completed",
        "lead_agency", "plan_started", "plan_ended", "outcome",
    ),
    "cse": (
        "episode_ref", "lcs_id", "identified_on", "risk_level", "risk_from", "closed_on", "closure_reason",
        "looked_after", "missing_link", "nrm_referral", "disruption_action", "reviewed_on",
    ),
    "health_assessments": ("lcs_id", "assessment_due", "assessment_date", "declined", "type"),
    "return_interviews": ("occurrence_ref", "lcs_id", *RETURN_INTERVIEW, "record_status"),
    "single_years": ("area_code", "mid_year", "age", "sex", "population", "release", "released_on"),
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
