"""Cases at the edges of the rules on schools, mental health services, hospitals and treatment for substance misuse.

Belongs here: the days and numbers that a rule of int_education__members and int_health__members turns on, and the
answers, found by counting on one's fingers. Does not belong here: social care's own rules (date_rule_cases.py), how
rows are written (rules_by_hand.py).
"""

from __future__ import annotations

from itertools import count

from .date_rule_cases import COUNTS, NO, OUT, PUBLISHED, QUARTER, UNKNOWN, YEAR, YES, Case, Figure
from .rules_by_hand import COUNTED, FROM_2016, TWO_RETURNS, Child, Record, case, episode

ACADEMIC_YEAR, TERM = "academic_year", "term"
ROLLING_12 = "rolling_12_months"
_numbers = count(1)

# Ends of terms and academic years.
DEC_13, EASTER_14, AUG_14 = "2013-12-31", "2014-04-20", "2014-08-31"
DEC_14, AUG_15 = "2014-12-31", "2015-08-31"
DEC_15, EASTER_16, AUG_16, AUG_17 = "2015-12-31", "2016-03-27", "2016-08-31", "2017-08-31"
IN_NEED = case("2013-01-01")


def sessions(
    year: int,
    term: str,
    possible: int,
    authorised: int,
    unauthorised: int = 0,
    *,
    estab: str = "4001",
    enrol: str = "C",
    age: int | None = None,
    **other: object,
) -> Record:
    """A pupil's sessions in one term of the academic year that begins in `year`."""
    row = {
        "academic_year": f"{year}{(year + 1) % 100:02}", "term": term, "school_la": "811", "school_estab": estab,
        "enrol_status": enrol, "age_at_31_aug": age, "sessions_possible": possible,
        "sessions_authorised": authorised, "sessions_unauthorised": unauthorised,
    }  # fmt: skip
    return Record("attendance", "attendance", {**row, **other})


def result(year: int, stage: str, status: str = "FINAL", end_of_stage: str = "Y", **measures: object) -> Record:
    row = {"academic_year": f"{year}{(year + 1) % 100:02}", "key_stage": stage, "result_status": status}
    return Record("attainment", "attainment", {**row, "end_of_stage": end_of_stage, **measures})


def referral(
    received: str,
    first: str | None = None,
    second: str | None = None,
    discharged: str | None = None,
    *,
    accepted: str | None = "Y",
    pathway: str = "CORE",
    pathway_from: str | None = None,
    **other: object,
) -> Record:
    row = {
        "referral_ref": f"r{next(_numbers)}", "referral_received": received, "first_attended_contact": first,
        "second_attended_contact": second, "discharge_date": discharged, "accepted": accepted, "pathway": pathway,
        "pathway_from": pathway_from, "responsible_area": "811",
    }  # fmt: skip
    return Record("camhs", "camhs", {**row, **other})


def journey(
    start: str, left: str | None = None, reason: str | None = None, age: int | None = 16, **other: object
) -> Record:
    row = {"journey_ref": f"j{next(_numbers)}", "treatment_start": start, "exit_date": left, "exit_reason": reason}
    return Record("substance_misuse", "substance_misuse", {**row, "age_at_exit": age, **other})


def admission(
    ended: str, age: int, *diagnoses: str, cause: str | None = None, method: str = "21", **other: object
) -> Record:
    """A finished first episode in hospital of a resident of the authority whose figures are counted."""
    row = {
        "spell_ref": f"s{next(_numbers)}", "epistat": "3", "epiorder": 1, "admimeth": method, "epiend": ended,
        "startage": age, "resladst_ons": COUNTED, "cause": cause,
    }  # fmt: skip
    fields = {f"diag_{place:02}": code for place, code in enumerate(diagnoses, start=1)}
    return Record("hospital_admissions", "hospital_admissions", {**row, **fields, **other})


def exclusion(day: str, category: str = "FIXD", phase: str = "SECONDARY", **other: object) -> Record:
    row = {
        "exclusion_ref": f"e{next(_numbers)}", "start_date": day, "category": category, "school_phase": phase,
        "school_la": "816", "school_urn": "100001",
    }  # fmt: skip
    return Record("exclusions", "exclusions", {**row, **other})


def pupils(census_day: str, urn: str, headcount: int, phase: str = "SECONDARY") -> Record:
    row = {"census_date": census_day, "school_urn": urn, "phase": phase, "headcount": headcount}
    return Record("pupil_headcount", "pupil_headcount", row)


def on_roll(year: int, absent: int = 30) -> list[Record]:
    """300 possible sessions of the whole academic year, a tenth of them missed."""
    return [sessions(year, "AUT", 300, absent)]


# -------------------------------------------------------------------------------------- A11: absence, and whom it is of

ABSENCE = [
    Case(
        "A11",
        "a tenth of the child's own sessions is enough, over the terms so far",
        [IN_NEED, sessions(2015, "AUT", 140, 6, 8), sessions(2015, "SPR", 110, 10), sessions(2015, "SUM", 50, 6)],
        {AUG_15: UNKNOWN, DEC_15: YES, EASTER_16: NO, AUG_16: YES, AUG_17: UNKNOWN},
    ),
    Case("A11", "29 of 300 is less than a tenth", [IN_NEED, *on_roll(2015, 29)], {AUG_16: NO}),
    Case(
        "A11",
        "main enrolments at two schools are summed and a subsidiary one is not",
        [
            IN_NEED,
            sessions(2015, "AUT", 70, 7, enrol="M"),
            sessions(2015, "AUT", 70, 6, estab="4002"),
            sessions(2015, "AUT", 20, 20, estab="1101", enrol="S"),
        ],
        {DEC_15: NO},
    ),
    Case(
        "A11",
        "what was deleted at source does not count",
        [IN_NEED, *on_roll(2015, 29), sessions(2015, "SPR", 10, 10, record_status="D")],
        {AUG_16: NO},
    ),
    Case(
        "A11",
        "a child who is no pupil known is not guessed at",
        [IN_NEED, sessions(2015, "AUT", 300, 300, upn="of another")],
        {AUG_16: UNKNOWN},
    ),
    Case(
        "A11",
        "a pupil without a possible session is not of the measure",
        [IN_NEED, sessions(2015, "AUT", 0, 0)],
        {AUG_16: OUT},
    ),
    # In need on 31 March 2016, and not looked after on it.
    *(
        Case("A11", f"a child in need {says} on 31 March", [case(*days), *on_roll(2015)], {AUG_16: answer})
        for says, days, answer in (
            ("from that day is", ("2016-03-31",), YES),
            ("from the next day is not", ("2016-04-01",), OUT),
            ("until the day after is", ("2015-01-01", "2016-04-01"), YES),
            ("until that day is not", ("2015-01-01", "2016-03-31"), OUT),
        )
    ),
    Case(
        "A11",
        "a referral without further action makes no child in need",
        [case("2015-01-01", referral_nfa=True), *on_roll(2015)],
        {AUG_16: OUT},
    ),
    *(
        Case("A11", f"a child looked after {says}", [IN_NEED, episode(*days, **how), *on_roll(2015)], {AUG_16: answer})
        for says, days, how, answer in (
            ("from 31 March is left out", ("2016-03-31",), {}, OUT),
            ("from 1 April is not", ("2016-04-01",), {}, YES),
            ("until 1 April is left out", ("2015-01-01", "2016-04-01", "E8"), {}, OUT),
            ("until 31 March is not", ("2015-01-01", "2016-03-31", "E8"), {}, YES),
            ("in short breaks alone is not", ("2015-01-01",), {"ls": "V4"}, YES),
        )
    ),
    *(
        Case("A11", f"a child born on {born}", [IN_NEED, *on_roll(2015)], {AUG_16: answer}, born=born)
        for born, answer in (
            ("2010-08-31", YES),  # 5 on 31 August 2015
            ("2010-09-01", OUT),
            ("1999-09-01", YES),  # 15 on it
            ("1999-08-31", OUT),
        )
    ),
    Case(
        "A11",
        "the school's word on the age counts before social care's",
        [IN_NEED, sessions(2015, "AUT", 300, 30, age=5)],
        {AUG_16: YES},
        born="2010-09-01",
    ),
    Case(
        "A11",
        "without a date of birth and without a match nothing is known",
        [IN_NEED, sessions(2015, "AUT", 300, 30, upn="of yet another")],
        {AUG_16: UNKNOWN},
        born=None,
    ),
    Case("A11", "an unborn child is not of school age", [IN_NEED], {AUG_16: OUT}, born=None, expected="2016-06-01"),
    # Years to 2014/15: a fixed number of sessions, by how many half terms the returns tell of.
    *(
        Case(
            "A11",
            f"{autumn}, {spring} and {summer} sessions of absence by the end of the terms of 2013/14",
            [
                IN_NEED,
                sessions(2013, "AUT", 140, autumn),
                sessions(2013, "SPR", 110, spring - autumn),
                sessions(2013, "SUM", 50, summer - spring),
            ],
            {DEC_13: answer, EASTER_14: answer, AUG_14: answer},
        )
        for autumn, spring, summer, answer in ((22, 38, 46, YES), (21, 37, 45, NO))
    ),
    *(
        Case(
            "A11",
            f"{absent} sessions of absence by the end of six half terms",
            [IN_NEED, sessions(2014, "AUT", 300, absent - 1), sessions(2014, "SUM6", 60, 1)],
            {DEC_14: YES, AUG_15: answer},
        )
        for absent, answer in ((56, YES), (55, NO))
    ),
    Case(
        "A11",
        "where the authority's returns tell of six half terms, five are not enough for any pupil",
        [IN_NEED, sessions(2014, "SUM", 360, 46)],
        {AUG_15: NO},
    ),
    Case(
        "A11",
        "where 31 March lies before the first return of social care nothing is known",
        [IN_NEED, *on_roll(2015), *on_roll(2016)],
        {AUG_16: UNKNOWN, AUG_17: YES},
        area=FROM_2016,
    ),
    Case(
        "A11",
        "where attendance comes from the middle of the year its sums are none",
        [IN_NEED, *on_roll(2015)],
        {AUG_16: UNKNOWN},
        area=TWO_RETURNS,
    ),
    Case("A11b", "a pupil found", [IN_NEED, *on_roll(2015)], {AUG_16: YES, AUG_17: NO}),
    Case("A11b", "a pupil of 16", [IN_NEED, *on_roll(2015)], {AUG_16: OUT}, born="1999-08-31"),
    Case("A11b", "a child looked after", [IN_NEED, episode("2016-01-01"), *on_roll(2015)], {AUG_16: OUT}),
]

# ------------------------------------------------------------------------------------------ A09, A10: results of a year

OF_15, OF_10 = "2000-09-01", "2005-09-01"  # on 31 August 2016
RESULTS = [
    *(
        Case("A09", f"a pupil {says}", [IN_NEED, *results], {AUG_16: OUT, AUG_17: answer}, born=OF_15)
        for says, results, answer in (
            ("with grades 9 to 4 in both", [result(2016, "KS4", ks4_em_9_4="Y", ks4_5ac_em="N")], YES),
            (
                "without them, whatever the older measure says",
                [result(2016, "KS4", ks4_em_9_4="N", ks4_5ac_em="Y")],
                NO,
            ),
            ("of whom the measure is not told", [result(2016, "KS4", ks4_em_9_4=None)], UNKNOWN),
            ("whose end of the stage is not known", [result(2016, "KS4", "FINAL", "U", ks4_em_9_4="Y")], UNKNOWN),
            ("who is not at the end of the stage", [result(2016, "KS4", "FINAL", "N", ks4_em_9_4="N")], OUT),
            ("of whom only another stage is told", [result(2016, "KS2", ks4_em_9_4="Y")], UNKNOWN),
            ("who is not found", [result(2016, "KS4", ks4_em_9_4="Y", upn="of a third")], UNKNOWN),
            (
                "whose final result overrules the others",
                [
                    result(2016, "KS4", "PROVISIONAL", ks4_em_9_4="N"),
                    result(2016, "KS4", "FINAL", ks4_em_9_4="Y"),
                    result(2016, "KS4", "REVISED", ks4_em_9_4="N"),
                ],
                YES,
            ),
            (
                "whose revised result overrules the provisional one",
                [
                    result(2016, "KS4", "REVISED", ks4_em_9_4="N"),
                    result(2016, "KS4", "PROVISIONAL", ks4_em_9_4="Y"),
                ],
                NO,
            ),
        )
    ),
    Case(
        "A09",
        "a child looked after on 31 March is left out",
        [IN_NEED, episode("2017-03-31"), result(2016, "KS4", ks4_em_9_4="Y")],
        {AUG_17: OUT},
        born=OF_15,
    ),
    Case(
        "A09",
        "a pupil who takes the stage a year late is of the year of the result",
        [IN_NEED, result(2016, "KS4", ks4_em_9_4="Y")],
        {AUG_16: UNKNOWN, AUG_17: YES},
        born="2000-08-31",
    ),
    Case("A09", "a child of 14 who is not found is not looked for", [IN_NEED], {AUG_17: OUT}, born="2001-09-01"),
    Case(
        "A09",
        "the older measure holds to 2015/16",
        [IN_NEED, result(2015, "KS4", ks4_5ac_em="Y", ks4_em_9_4="N")],
        {AUG_16: YES},
        born="1999-09-01",
    ),
    Case("A09b", "a pupil found, whatever the result", [IN_NEED, result(2016, "KS4")], {AUG_17: YES}, born=OF_15),
    Case("A09b", "a child of 15 not found", [IN_NEED], {AUG_16: OUT, AUG_17: NO}, born=OF_15),
    Case(
        "A10",
        "level 4 is the measure to 2014/15",
        [IN_NEED, result(2014, "KS2", ks2_l4_rwm="Y", ks2_expected_rwm="N")],
        {AUG_15: YES},
        born="2003-09-01",
    ),
    Case(
        "A10",
        "the expected standard is the measure from 2015/16",
        [IN_NEED, result(2015, "KS2", ks2_l4_rwm="Y", ks2_expected_rwm="N")],
        {AUG_16: NO},
        born="2004-09-01",
    ),
    Case("A10", "a child of 10 who is not found is not guessed at", [IN_NEED], {AUG_17: UNKNOWN}, born=OF_10),
    Case("A10b", "a pupil found", [IN_NEED, result(2016, "KS2")], {AUG_17: YES}, born=OF_10),
    Case("A10b", "a child of 10 not found", [IN_NEED], {AUG_17: NO}, born=OF_10),
]

# ---------------------------------------------------------------------- A01 to A04: referrals to mental health services


def seen_twice() -> list[Record]:
    return [referral("2016-03-01", "2016-03-31", "2016-05-12", "2016-07-01", pathway_from="2016-04-01")]


REFERRALS = [
    Case("A01", "a first contact", seen_twice(), {"2016-03-30": OUT, "2016-03-31": COUNTS, "2016-04-01": OUT}),
    Case("A01", "no contact yet", [referral("2016-03-01")], {"2016-03-01": OUT}),
    Case("A02", "a second contact", seen_twice(), {"2016-03-31": OUT, "2016-05-12": COUNTS, "2016-05-13": OUT}),
    Case(
        "A03",
        "a referral is open from its day until the day before its discharge",
        seen_twice(),
        {"2016-02-29": OUT, "2016-03-01": COUNTS, "2016-06-30": COUNTS, "2016-07-01": OUT},
    ),
    *(
        Case("A03", f"one that the service {says}", [referral("2016-03-01", accepted=code)], {"2016-03-31": answer})
        for says, code, answer in (
            ("refused is no case", "N", OUT),
            ("has not decided on is one", "U", COUNTS),
            ("says nothing on is one", None, COUNTS),
        )
    ),
    Case(
        "A03",
        "a referral of another authority's child is not of this one",
        [referral("2016-03-01", responsible_area="810")],
        {"2016-03-31": OUT},
    ),
    Case(
        "A03",
        "the area may be told by its code",
        [referral("2016-03-01", responsible_area="E06000011")],
        {"2016-03-31": COUNTS},
    ),
    Case("A03", "a deleted referral is none", [referral("2016-03-01", record_status="D")], {"2016-03-31": OUT}),
    Case(
        "A04",
        "there is no pathway until it begins",
        seen_twice(),
        {"2016-02-29": OUT, "2016-03-31": "NONE_YET", "2016-04-01": "CORE", "2016-06-30": "CORE", "2016-07-01": OUT},
        by="pathway",
    ),
    Case(
        "A04",
        "without a first day the pathway is that of the referral",
        [referral("2016-03-01", pathway="LD")],
        {"2016-03-01": "LD"},
        by="pathway",
    ),
    Case(
        "A04",
        "a pathway that the list does not know",
        [referral("2016-03-01", pathway="OTHER")],
        {"2016-03-01": "unknown"},
        by="pathway",
    ),
    Case(
        "A04",
        "one discharged before its pathway began was on none",
        [referral("2016-03-01", None, None, "2016-03-10", pathway_from="2016-04-01")],
        {"2016-03-09": "NONE_YET", "2016-03-10": OUT, "2016-04-01": OUT},
        by="pathway",
    ),
    Case("A04b", "30 days to the first contact", seen_twice(), {"2016-03-31": "30"}, by="amount"),
    Case("A04b", "seen on the day", [referral("2016-03-01", "2016-03-01")], {"2016-03-01": "0"}, by="amount"),
    Case("A04b", "seen before the referral", [referral("2016-03-02", "2016-03-01")], {"2016-03-01": UNKNOWN}),
    Case("A04c", "42 days from the first to the second", seen_twice(), {"2016-05-12": "42"}, by="amount"),
    Case(
        "A04c",
        "a second before the first",
        [referral("2016-03-01", "2016-03-08", "2016-03-04")],
        {"2016-03-04": UNKNOWN},
    ),
    Case(
        "A04d",
        "waits from the referral until the first contact",
        seen_twice(),
        {"2016-02-29": OUT, "2016-03-01": COUNTS, "2016-03-30": COUNTS, "2016-03-31": OUT},
    ),
    Case(
        "A04d",
        "waits no longer when discharged unseen",
        [referral("2016-03-01", None, None, "2016-03-10")],
        {"2016-03-09": COUNTS, "2016-03-10": OUT},
    ),
    Case("A04d", "one that was refused does not wait", [referral("2016-03-01", accepted="N")], {"2016-03-01": OUT}),
    Case(
        "A04e",
        "waits from the first contact until the second",
        seen_twice(),
        {"2016-03-30": OUT, "2016-03-31": COUNTS, "2016-05-11": COUNTS, "2016-05-12": OUT},
    ),
    Case(
        "A04e",
        "waits no longer when discharged after one",
        [referral("2016-03-01", "2016-03-08", None, "2016-04-01")],
        {"2016-03-31": COUNTS, "2016-04-01": OUT},
    ),
]

# ----------------------------------------------------------------------------------------------- W06: leaving treatment

LEFT = "2016-06-30"
TREATMENT = [
    *(
        Case(
            "W06",
            f"a young person {says}",
            [journey("2016-01-01", LEFT, reason, age)],
            {"2016-06-29": OUT, LEFT: answer},
        )
        for says, reason, age, answer in (
            ("drug free", "Treatment completed - drug free", 16, YES),
            ("alcohol free", "Treatment completed - alcohol free", 16, YES),
            ("who is an occasional user", "Treatment completed - occasional user (not heroin or crack)", 16, YES),
            ("who dropped out", "Incomplete - dropped out", 16, NO),
            ("who was transferred", "Transferred - not in custody", 16, NO),
            ("of 17", "Treatment completed - drug free", 17, YES),
            ("of 18", "Treatment completed - drug free", 18, OUT),
            ("without an age", "Treatment completed - drug free", None, UNKNOWN),
            ("without a reason", None, 16, UNKNOWN),
        )
    ),
    Case("W06", "one still in treatment has not left", [journey("2016-01-01")], {LEFT: OUT}),
    Case(
        "W06b",
        "in treatment from the first day until the day before the last",
        [journey("2016-01-01", LEFT, "Incomplete - dropped out")],
        {"2015-12-31": OUT, "2016-01-01": COUNTS, "2016-06-29": COUNTS, LEFT: OUT},
    ),
]

CASES = [*ABSENCE, *RESULTS, *REFERRALS, *TREATMENT]

# ------------------------------------------------------------------------------------------------ figures over a period

PEOPLE = [
    # R10: four of these, all of them emergencies of the first quarter of 2016/17.
    Child(
        "injuries",
        COUNTED,
        [
            admission("2016-04-01", 14, "S000"),
            admission("2016-06-30", 0, "A099", "T794"),
            admission("2016-05-01", 7003, "V010", method="2D"),
            admission("2016-05-02", 5, "A099", "J100", "Y369"),
            admission("2016-03-31", 5, "S000"),
            admission("2016-07-01", 5, "S000"),
            admission("2016-05-03", 15, "S000"),
            admission("2016-05-04", 5, "S000", method="11"),
            admission("2016-05-05", 5, "S000", epiorder=2),
            admission("2016-05-06", 5, "S000", epistat="1"),
            admission("2016-05-07", 5, "S000", resladst_ons="E06000011"),
            admission("2016-05-08", 5, "S000", record_status="D"),
            # Complications of care alone are no injury.
            admission("2016-05-09", 5, "T809", "Y400"),
            admission("2016-05-10", 5, "T983", "Y98X", "R999"),
        ],
        born=None,
    ),
    # A15: five in the second quarter, two of them no emergency. None is younger than 15, for R10's sake.
    Child(
        "self-harm",
        COUNTED,
        [
            admission("2016-07-01", 15, "T391", cause="X600"),
            admission("2016-09-30", 17, "T391", cause="X849"),
            admission("2016-08-01", 16, "T391", cause="X700", method="28"),
            admission("2016-08-02", 16, "T391", cause="X700", method="11"),
            admission("2016-08-03", 16, "T391", cause="X700", method="81"),
            admission("2016-08-04", 18, "T391", cause="X700"),
            admission("2016-08-05", 16, "T391", cause="X590"),
            admission("2016-08-06", 16, "T391", cause="X850"),
            # Not the first external cause.
            admission("2016-08-07", 16, "T391", "X700", cause="W190"),
            admission("2016-08-08", 16, "X700"),
        ],
        born=None,
    ),
    Child(
        "excluded",
        COUNTED,
        [
            exclusion("2016-08-31"),
            exclusion("2016-09-01"),
            exclusion("2016-12-31", "LNCH"),
            exclusion("2017-01-01"),
            exclusion("2017-08-31"),
            exclusion("2017-09-01"),
            exclusion("2016-10-03", phase="PRIMARY"),
            exclusion("2016-10-04", school_la="810"),
            exclusion("2016-10-05", record_status="D"),
            exclusion("2016-10-06", residence_la="810"),
            exclusion("2016-11-01", "PERM"),
            exclusion("2017-02-01", "PERM", review_outcome="UPHELD"),
            exclusion("2017-02-02", "PERM", review_outcome="REINSTATED"),
            exclusion("2017-02-03", "PERM", phase="SPECIAL"),
        ],
        born=None,
    ),
    Child(
        "on the roll",
        COUNTED,
        [
            pupils("2016-01-21", "100001", 500),
            pupils("2017-01-19", "100001", 300),
            pupils("2017-01-19", "100002", 100),
            pupils("2017-01-19", "100003", 999, "PRIMARY"),
        ],
        born=None,
    ),
    # W06b: two journeys of one young person in the 12 months count once.
    Child(
        "in treatment twice",
        COUNTED,
        [
            journey("2016-01-01", "2016-05-01", "Incomplete - dropped out"),
            journey("2016-06-01", "2017-02-01", "Treatment completed - drug free"),
        ],
        born=None,
    ),
    *(
        Child(
            f"waited {days} days", COUNTED, [referral("2016-06-01", f"2016-06-{1 + days:02}", responsible_area="816")]
        )
        for days in (2, 3, 9, 20)
    ),
    Child("of age", COUNTED, [journey("2016-06-01", "2017-02-01", "Treatment completed - drug free", 18)], born=None),
]
NO_POPULATION, LOW = "not_available", "low_reliability"
FIGURES = [
    Figure(
        "R10", "both bounds of the quarter and of the codes", QUARTER, "2016-06-30", 4, None, 0, None, NO_POPULATION
    ),
    Figure("A15", "by every method", QUARTER, "2016-09-30", 5, None, 0, "5", PUBLISHED),
    Figure("A15c", "as an emergency", QUARTER, "2016-09-30", 3, None, 0, "3", PUBLISHED),
    Figure("A15", "the year is its quarters", YEAR, "2017-03-31", 5, None, 0, "5", PUBLISHED),
    Figure("W04", "fixed period and lunchtime, over all pupils", ACADEMIC_YEAR, AUG_17, 5, 400, 0, "1.25", PUBLISHED),
    Figure("W04", "of the autumn term, over the same pupils", TERM, "2016-12-31", 3, 400, 0, "0.75", PUBLISHED),
    Figure("W04", "of the spring term", TERM, "2017-04-16", 1, 400, 0, "0.25", PUBLISHED),
    Figure("W04", "of the year before, over its own pupils", ACADEMIC_YEAR, AUG_16, 1, 500, 0, "0.20", PUBLISHED),
    Figure("W04b", "lunchtime apart", ACADEMIC_YEAR, AUG_17, 1, 400, 0, "0.25", PUBLISHED),
    Figure("W05", "permanent, not those reinstated", ACADEMIC_YEAR, AUG_17, 2, None, 0, "2", PUBLISHED),
    Figure("W05", "of the spring term", TERM, "2017-04-16", 1, None, 0, "1", PUBLISHED),
    Figure("W05b", "over all pupils", ACADEMIC_YEAR, AUG_17, 2, 400, 0, "0.50", PUBLISHED),
    Figure("W06", "who left in the 12 months", ROLLING_12, "2017-03-31", 1, 2, 0, "50.0", LOW),
    Figure("W06b", "a young person counts once", ROLLING_12, "2017-03-31", 1, None, 0, "1", PUBLISHED),
    Figure("A01", "first contacts of the quarter", QUARTER, "2016-06-30", 4, None, 0, "4", PUBLISHED),
    Figure("A04b", "the middle of 2, 3, 9 and 20 days", QUARTER, "2016-06-30", None, 4, 0, "6.0", LOW),
    Figure("A04e", "who still waits for the second", QUARTER, "2016-06-30", 4, None, 0, "4", PUBLISHED),
]
