"""The children in need census as XML: Message > Header, Children > Child, elements and order as in the census of 2017.

Belongs here: elements. Does not belong here: what a census includes. Written as text, a child a line, because a year
holds thousands of modules; no value needs escaping, as all are codes, dates and invented identifiers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from orchestration.synthetic.people import age_on
from orchestration.synthetic.records import Child, Plan
from orchestration.synthetic.returns import SeenAssessment, SeenEnquiry, SeenReferral, Window

SOFTWARE = "SAFEGUARDING SAMPLE (SYNTHETIC)"


@dataclass
class Tally:
    """Records written so far, by table of the contract, and who they are about."""

    rows: dict[str, int] = field(default_factory=dict)
    children: set[str] = field(default_factory=set)

    def add(self, table: str, count: int = 1) -> None:
        self.rows[table] = self.rows.get(table, 0) + count

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def census(
    children: Iterable[tuple[Child, list[SeenReferral]]],
    window: Window,
    tally: Tally,
    *,
    la_code: str,
    serial: int,
    drawn_at: datetime,
) -> Iterator[str]:
    """The lines of one census file, each with its line end; `tally` counts the records as they go by."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n<Message>\n<Header>'
    yield (
        f"<CollectionDetails><Collection>CIN</Collection><Year>{window.start.year + 1}</Year>"
        f"<ReferenceDate>{window.end}</ReferenceDate></CollectionDetails>"
        f"<Source><SourceLevel>L</SourceLevel><LEA>{la_code}</LEA><SoftwareCode>{SOFTWARE}</SoftwareCode>"
        f"<Release>0.1</Release><SerialNo>{serial:03d}</SerialNo><DateTime>{drawn_at.isoformat()}</DateTime></Source>"
    )
    yield "</Header>\n<Children>\n"
    for child, referrals in children:
        tally.children.add(child.ref)
        yield _child(child, referrals, window, tally)
    yield "</Children>\n</Message>\n"


def _child(child: Child, referrals: list[SeenReferral], window: Window, tally: Tally) -> str:
    disabilities = child.disabilities or ("NONE",)
    tally.add("children")
    tally.add("disabilities", len(disabilities))
    parts = [
        "<Child><ChildIdentifiers><LAchildID>",
        child.ref,
        "</LAchildID>",
        _identity(child, window),
        "</ChildIdentifiers><ChildCharacteristics><Ethnicity>",
        child.ethnicity if child.dob <= window.end else "NOBT",
        "</Ethnicity><Disabilities>",
        *(f"<Disability>{code}</Disability>" for code in disabilities),
        "</Disabilities></ChildCharacteristics>",
    ]
    for referral in referrals:
        _referral(referral, parts, tally)
    parts.append("</Child>\n")
    return "".join(parts)


def _identity(child: Child, window: Window) -> str:
    """Pupil number or why there is none, date of birth or the expected one, and gender (0 before birth)."""
    age = age_on(child.dob, window.end)
    if age < 0:
        return (
            "<UPNunknown>UN1</UPNunknown>"
            f"<ExpectedPersonBirthDate>{child.dob}</ExpectedPersonBirthDate><GenderCurrent>0</GenderCurrent>"
        )
    if child.is_unaccompanied:
        number = "<UPNunknown>UN3</UPNunknown>"
    else:
        number = f"<UPN>{child.upn}</UPN>" if age >= 5 else "<UPNunknown>UN1</UPNunknown>"
    return f"{number}<PersonBirthDate>{child.dob}</PersonBirthDate><GenderCurrent>{child.sex}</GenderCurrent>"


def _referral(seen: SeenReferral, parts: list[str], tally: Tally) -> None:
    referral = seen.referral
    tally.add("cin_details")
    parts.append(
        f"<CINdetails><CINreferralDate>{referral.referred_on}</CINreferralDate>"
        f"<ReferralSource>{referral.source}</ReferralSource>"
    )
    if referral.need:
        parts.append(f"<PrimaryNeedCode>{referral.need}</PrimaryNeedCode>")
    if seen.closed_on:
        parts.append(
            f"<CINclosureDate>{seen.closed_on}</CINclosureDate>"
            f"<ReasonForClosure>{referral.closure_reason}</ReasonForClosure>"
        )
    parts.append(_dated("DateOfInitialCPC", seen.conference_on))
    for assessment in seen.assessments:
        _assessment(assessment, parts, tally)
    for enquiry in seen.enquiries:
        _enquiry(enquiry, parts, tally)
    parts.append(f"<ReferralNFA>{_true(referral.no_further_action)}</ReferralNFA>")
    for plan in seen.plans:
        _plan(plan, parts, tally)
    parts.append("</CINdetails>")


def _assessment(seen: SeenAssessment, parts: list[str], tally: Tally) -> None:
    tally.add("assessments")
    parts.append(f"<Assessments><AssessmentActualStartDate>{seen.started_on}</AssessmentActualStartDate>")
    parts.append(_dated("AssessmentAuthorisationDate", seen.authorised_on))
    if seen.factors:
        tally.add("assessment_factors", len(seen.factors))
        parts.append("<FactorsIdentifiedAtAssessment>")
        parts += [f"<AssessmentFactors>{code}</AssessmentFactors>" for code in seen.factors]
        parts.append("</FactorsIdentifiedAtAssessment>")
    parts.append("</Assessments>")


def _enquiry(seen: SeenEnquiry, parts: list[str], tally: Tally) -> None:
    tally.add("section47")
    parts.append(
        f"<Section47><S47ActualStartDate>{seen.started_on}</S47ActualStartDate>"
        f"<InitialCPCtarget>{seen.conference_target}</InitialCPCtarget>"
        f"{_dated('DateOfInitialCPC', seen.conference_on)}"
        f"<ICPCnotRequired>{_true(seen.conference_not_required)}</ICPCnotRequired></Section47>"
    )


def _plan(plan: Plan, parts: list[str], tally: Tally) -> None:
    tally.add("child_protection_plans")
    parts.append(
        f"<ChildProtectionPlans><CPPstartDate>{plan.started_on}</CPPstartDate>"
        f"{_dated('CPPendDate', plan.ended_on)}"
        f"<InitialCategoryOfAbuse>{plan.initial_category}</InitialCategoryOfAbuse>"
        f"<LatestCategoryOfAbuse>{plan.latest_category}</LatestCategoryOfAbuse>"
        f"<NumberOfPreviousCPP>{plan.previous_plans}</NumberOfPreviousCPP>"
    )
    if plan.reviews:
        tally.add("cpp_reviews", len(plan.reviews))
        parts.append("<Reviews>")
        parts += [f"<CPPreviewDate>{on}</CPPreviewDate>" for on in plan.reviews]
        parts.append("</Reviews>")
    parts.append("</ChildProtectionPlans>")


def _dated(element: str, day: date | None) -> str:
    return f"<{element}>{day}</{element}>" if day else ""


def _true(value: bool) -> str:
    return "true" if value else "false"
