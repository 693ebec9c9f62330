"""Cases at the edges of the rules on missing children, the police's records, early help and health assessments.

Belongs here: the days, hours and codes that a rule turns on and the answers, found by counting on one's fingers from
the dictionary's definition. Does not belong here: what a case is (date_rule_cases.py), how rows are written
(rules_by_hand.py) and how the warehouse is asked (test_date_rules.py).
"""

from __future__ import annotations

from .date_rule_cases import (
    COUNTS,
    FROM_2016,
    JUDGED,
    LOW,
    MONTH,
    NO,
    NOT_KNOWN,
    OUT,
    PUBLISHED,
    QUARTER,
    UNKNOWN,
    YES,
    Case,
    Figure,
    both,
)
from .rules_by_hand import COUNTED, Child, Record, episode, missing

# ------------------------------------------------------------------------------------------------- how rows are written


def told(at: str, back: str | None = None, *, found: bool = True, category: str = "MISSING", **other: object) -> Record:
    """An occurrence of the police; `found` in the case system, so that it is of the child, else of somebody else."""
    row = {
        "occurrence_ref": f"{{child}} {at}", "person_ref": "police {child}", "category": category,
        "missing_from": at, "returned_at": back, "lcs_id": "{child}" if found else None,
        "match_status": "MATCHED" if found else "NOT_FOUND", "age_at_start": 14, "sex": "F",
        **other,
    }  # fmt: skip
    return Record("missing_episodes", "missing_episodes", row, person="police {child}" if found else "{child}")


def interview(at: str, **other: object) -> Record:
    row = {"occurrence_ref": f"{{child}} {at}", "lcs_id": "{child}", **other}
    return Record("return_interviews", "return_interviews", row)


def notified(day: str, child: int = 1, **other: object) -> Record:
    row = {
        "notification_ref": f"{{child}} {day}", "child_seq": child, "notified_on": day, "match_status": "MATCHED",
        "lcs_id": "{child}", "front_door_outcome": "NFA", **other,
    }  # fmt: skip
    return Record("domestic_abuse_referrals", "domestic_abuse_referrals", row)


def crime(day: str, age: int | None = 12, ended: str | None = None, **other: object) -> Record:
    row = {
        "crime_ref": f"{{child}} {day}", "victim_seq": 1, "ho_class": "20A", "recorded_on": day, "committed_to": ended,
        "victim_age_at_offence": age, "cancelled": "N", **other,
    }  # fmt: skip
    return Record("recorded_crime", "recorded_crime", row)


def discussed(day: str, is_repeat: str | None, definition: str | None = "ANY_ABUSE_12M", **other: object) -> Record:
    row = {"case_ref": f"{{child}} {day}", "meeting_date": day, "is_repeat": is_repeat, "repeat_definition": definition}
    return Record("cases", "cases", {**row, **other})


def entrant(day: str, age: int | None) -> Record:
    row = {"first_outcome_date": day, "outcome": "CONVICTION", "age_at_outcome": age}
    return Record("first_time_entrants", "first_time_entrants", row)


def early_help(day: str, outcome: str = "OPEN", **other: object) -> Record:
    return Record("early_help", "early_help", {"eh_ref": "{child}", "requested_on": day, "outcome": outcome, **other})


def at_risk(day: str, closed: str | None = None, *, until: str | None = None, **other: object) -> Record:
    row = {"episode_ref": "{child}", "identified_on": day, "closed_on": closed, "risk_level": "HIGH", **other}
    return Record("cse", "cse", row, until)


def assessed(day: str | None, due: str | None = None, **other: object) -> Record:
    row = {"assessment_due": due or day, "assessment_date": day, **other}
    return Record("health_assessments", "health_assessments", row)


# -------------------------------------------------------------- R06, R06f: one episode told by police and care is one

TOGETHER = [
    Case(
        "R06f",
        says,
        [*records],
        answers,
    )
    for says, records, answers in (
        (
            "care a day after the police is the same episode",
            [told("2016-05-10 22:00", "2016-05-10 23:00"), missing("2016-05-11")],
            {"2016-05-10": COUNTS, "2016-05-11": OUT},
        ),
        (
            "care two days after the police is another",
            [told("2016-05-10 22:00", "2016-05-10 23:00"), missing("2016-05-12")],
            {"2016-05-10": COUNTS, "2016-05-12": COUNTS},
        ),
        (
            "care a day before the police is the same",
            [told("2016-05-11 01:00", "2016-05-11 02:00"), missing("2016-05-10")],
            {"2016-05-10": OUT, "2016-05-11": COUNTS},
        ),
        (
            "care two days before the police is another",
            [told("2016-05-12 01:00", "2016-05-12 02:00"), missing("2016-05-10")],
            {"2016-05-10": COUNTS, "2016-05-12": COUNTS},
        ),
        (
            "care within a long episode of the police is the same",
            [told("2016-05-01 08:00", "2016-05-10 08:00"), missing("2016-05-10", "2016-05-12")],
            {"2016-05-01": COUNTS, "2016-05-10": OUT},
        ),
        (
            "care from the day after its end is another",
            [told("2016-05-01 08:00", "2016-05-10 08:00"), missing("2016-05-11", "2016-05-12")],
            {"2016-05-01": COUNTS, "2016-05-11": COUNTS},
        ),
        (
            "over midnight at a month's end it is of the police's month",
            [told("2016-05-31 23:50", "2016-06-01 02:00"), missing("2016-06-01")],
            {"2016-05-31": COUNTS, "2016-06-01": OUT},
        ),
        (
            "one of the police that touches two of care is one",
            [
                told("2016-05-01 08:00", "2016-05-10 08:00"),
                missing("2016-05-02", "2016-05-03"),
                missing("2016-05-07", "2016-05-08"),
            ],
            {"2016-05-01": COUNTS, "2016-05-02": OUT, "2016-05-07": OUT},
        ),
        (
            "one of care that touches two of the police is two",
            [
                missing("2016-05-01", "2016-05-10"),
                told("2016-05-02 08:00", "2016-05-03 08:00"),
                told("2016-05-07 08:00", "2016-05-08 08:00"),
            ],
            {"2016-05-01": OUT, "2016-05-02": COUNTS, "2016-05-07": COUNTS},
        ),
        (
            "a chain of police, care, police, care is what the police tell",
            [
                told("2016-05-01 08:00", "2016-05-03 08:00"),
                missing("2016-05-02", "2016-05-05"),
                told("2016-05-04 08:00", "2016-05-07 08:00"),
                missing("2016-05-06", "2016-05-08"),
            ],
            {"2016-05-01": COUNTS, "2016-05-02": OUT, "2016-05-04": COUNTS, "2016-05-06": OUT},
        ),
        (
            "two of the police on one day are two",
            [told("2016-05-10 08:00", "2016-05-10 09:00"), told("2016-05-10 20:00", "2016-05-10 21:00")],
            {"2016-05-10": both(COUNTS, COUNTS)},
        ),
        (
            "without an end the police's reaches thirty days",
            [told("2016-05-01 08:00"), missing("2016-05-31")],
            {"2016-05-01": COUNTS, "2016-05-31": OUT},
        ),
        (
            "and no further",
            [told("2016-05-01 08:00"), missing("2016-06-01")],
            {"2016-05-01": COUNTS, "2016-06-01": COUNTS},
        ),
        (
            "and not past the child's next one",
            [told("2016-05-01 08:00"), told("2016-05-05 08:00", "2016-05-05 09:00"), missing("2016-05-07")],
            {"2016-05-01": COUNTS, "2016-05-05": COUNTS, "2016-05-07": COUNTS},
        ),
        (
            "a child whom nobody found in the case system may count twice",
            [told("2016-05-10 22:00", "2016-05-10 23:00", found=False), missing("2016-05-10")],
            {"2016-05-10": both(COUNTS, COUNTS)},
        ),
        (
            "what care calls away without authorisation counts as the police tell it",
            [told("2016-05-10 22:00", "2016-05-11 23:00"), missing("2016-05-11", category="A")],
            {"2016-05-10": COUNTS, "2016-05-11": OUT},
        ),
        (
            "an absence that the police tell is no part of care's episode",
            [told("2016-05-10 22:00", "2016-05-10 23:00", category="ABSENT"), missing("2016-05-11")],
            {"2016-05-10": OUT, "2016-05-11": COUNTS},
        ),
        ("one deleted at source is gone", [told("2016-05-10 22:00", record_status="D")], {"2016-05-10": OUT}),
        ("one that was amended stays", [told("2016-05-10 22:00", record_status="A")], {"2016-05-10": COUNTS}),
        (
            "under short breaks what only care tells does not count",
            [episode("2016-01-01", ls="V4"), missing("2016-05-10")],
            {"2016-05-10": OUT},
        ),
        (
            "and what the police tell does",
            [episode("2016-01-01", ls="V4"), missing("2016-05-10"), told("2016-05-10 22:00", "2016-05-10 23:00")],
            {"2016-05-10": COUNTS},
        ),
    )
]

# -------------------------------------------------------------------------------- R06 and its companions: who is told

TOLD = [
    *(
        Case(code, f"a child placed here by another authority counts apart ({code})", [row], {"2016-05-10": answer})
        for row in (told("2016-05-10 22:00", responsible_la="810"),)
        for code, answer in (("R06", OUT), ("R06f", OUT), ("R06i", COUNTS))
    ),
    *(
        Case(code, f"the authority's own child is its own ({code})", [row], {"2016-05-10": answer})
        for row in (told("2016-05-10 22:00", responsible_la="811"),)
        for code, answer in (("R06", COUNTS), ("R06i", OUT))
    ),
    *(
        Case(code, f"absent is apart ({code})", [row], {"2016-05-10": answer})
        for row in (told("2016-05-10 22:00", category="ABSENT"),)
        for code, answer in (("R06", OUT), ("R06h", COUNTS))
    ),
    Case(
        "R06h",
        "at no apparent risk is absent",
        [told("2018-05-10 22:00", category="NO_APPARENT_RISK")],
        {"2018-05-09": OUT, "2018-05-10": COUNTS},
    ),
    *(
        Case("R06", f"is missing from {answer}: {says}", rows, {"2016-05-10": answer}, by="missing_from")
        for says, rows, answer in (
            ("looked after", [told("2016-05-10 22:00", looked_after="Y", went_from="SCHOOL")], "care"),
            ("left a foster placement", [told("2016-05-10 22:00", looked_after="U", went_from="FOSTER")], "care"),
            ("care tells it too", [told("2016-05-10 22:00", looked_after="N"), missing("2016-05-10")], "care"),
            ("only care tells it", [missing("2016-05-10")], "care"),
            ("left home", [told("2016-05-10 22:00", went_from="HOME")], "home"),
            ("not looked after", [told("2016-05-10 22:00", looked_after="N", went_from="SCHOOL")], "home"),
            ("nobody says", [told("2016-05-10 22:00", went_from="SCHOOL")], "unknown"),
        )
    ),
    *(
        Case("R06", f"{age} is of the band {answer}", [told("2016-05-10 22:00", age_at_start=age, found=False)],
             {"2016-05-10": answer}, by="age_band", born=None)
        for age, answer in ((10, "0-10"), (11, "11-13"), (13, "11-13"), (14, "14-15"), (16, "16-17"), (18, "18+"))
    ),
    *(
        Case("R06n", f"the child was {status}", [told("2016-05-10 22:00", found=False, match_status=status)],
             {"2016-05-10": answer})
        for status, answer in (("MATCHED", YES), ("NOT_FOUND", NO), ("NOT_ATTEMPTED", UNKNOWN), (None, UNKNOWN))
    ),
]  # fmt: skip

# ------------------------------------------------------------------------------- R06j, R06k, R06l: the return interview

INTERVIEWS = [
    Case("R06l", says, [told("2016-05-09 22:00", "2016-05-10 12:00", **rhi)], {"2016-05-09": OUT, "2016-05-10": answer})
    for says, rhi, answer in (
        ("held after exactly 72 hours", {"rhi_offered": "Y", "rhi_completed_at": "2016-05-13 12:00"}, YES),
        ("held a minute later", {"rhi_offered": "Y", "rhi_completed_at": "2016-05-13 12:01"}, NO),
        ("held on the third day, without a time", {"rhi_offered": "Y", "rhi_completed_at": "2016-05-13"}, YES),
        ("held on the fourth day, without a time", {"rhi_offered": "Y", "rhi_completed_at": "2016-05-14"}, NO),
        ("offered and not held", {"rhi_offered": "Y"}, NO),
        ("not offered", {"rhi_offered": "N"}, NO),
        ("of which nobody says anything", {}, UNKNOWN),
        ("held before the return", {"rhi_offered": "Y", "rhi_completed_at": "2016-05-09 12:00"}, UNKNOWN),
    )
] + [
    Case(
        "R06l",
        "came back on a day without a time",
        [told("2016-05-09 22:00", "2016-05-10", rhi_offered="Y", rhi_completed_at="2016-05-13 23:00")],
        {"2016-05-10": YES},
    ),
    Case(
        "R06m",
        "the day alone decided",
        [told("2016-05-09 22:00", "2016-05-10", rhi_offered="Y", rhi_completed_at="2016-05-13 23:00")],
        {"2016-05-10": COUNTS},
    ),
    Case(
        "R06m",
        "the hour decided",
        [told("2016-05-09 22:00", "2016-05-10 12:00", rhi_offered="Y", rhi_completed_at="2016-05-13 11:00")],
        {"2016-05-10": OUT},
    ),
    Case("R06j", "still missing", [told("2016-05-09 22:00", rhi_offered="Y")], {"2016-05-09": OUT, "2016-05-10": OUT}),
    *(
        Case("R06j", f"offered {offered}", [told("2016-05-09 22:00", "2016-05-10 12:00", rhi_offered=offered)],
             {"2016-05-10": answer})
        for offered, answer in (("Y", YES), ("N", NO), ("U", UNKNOWN), (None, UNKNOWN))
    ),
    Case(
        "R06j",
        "the authority's word goes before that of the police",
        [
            told("2016-05-09 22:00", "2016-05-10 12:00", rhi_offered="N"),
            interview("2016-05-09 22:00", rhi_offered="Y"),
        ],
        {"2016-05-10": YES},
    ),
    *(
        Case("R06k", f"offered {offered}, taken up {accepted}",
             [told("2016-05-09 22:00", "2016-05-10 12:00", rhi_offered=offered, rhi_accepted=accepted)],
             {"2016-05-10": answer})
        for offered, accepted, answer in (
            ("Y", "Y", YES), ("Y", "N", NO), ("Y", None, UNKNOWN), ("N", None, JUDGED), (None, None, UNKNOWN),
        )
    ),
]  # fmt: skip

# ---------------------------------------------------------------------------------- A08, A13, A14c, R09: police, courts

RECORDED = [
    *(
        Case(code, f"a victim of {age}, child {is_child} ({code})",
             [crime("2016-05-10", age, victim_is_child=is_child)], {"2016-05-10": answer})
        for code, age, is_child, answer in (
            ("A08", 16, "Y", COUNTS),
            ("A08", 17, "Y", OUT),
            ("A08", None, "Y", OUT),
            ("A08b", None, "Y", COUNTS),
            ("A08b", None, "U", COUNTS),
            ("A08b", None, "N", OUT),
            ("A08b", 17, "Y", OUT),
        )
    ),
    *(
        Case("A08", f"cancelled {cancelled}", [crime("2016-05-10", cancelled=cancelled)], {"2016-05-10": answer})
        for cancelled, answer in (("Y", OUT), ("N", COUNTS), ("U", COUNTS), (None, COUNTS))
    ),
    Case("A08", "deleted at source", [crime("2016-05-10", record_status="D")], {"2016-05-10": OUT}),
    *(
        Case("A08", f"ended on {ended}", [crime("2016-05-10", ended=ended)], {"2016-05-10": answer}, by="timing")
        for ended, answer in (
            ("2015-05-11", "recent"), ("2015-05-10", "non_recent"), ("2016-05-10", "recent"), (None, "unknown"),
        )
    ),
    *(
        Case("A13c", f"became {outcome}", [notified("2016-05-10", front_door_outcome=outcome)], {"2016-05-10": answer})
        for outcome, answer in (
            ("REFERRAL", COUNTS), ("ALREADY_OPEN", JUDGED), ("NFA", JUDGED), ("PENDING", UNKNOWN), (None, UNKNOWN),
        )
    ),
    *(
        Case("A13e", f"the child was {status}", [notified("2016-05-10", match_status=status)], {"2016-05-10": answer})
        for status, answer in (("MATCHED", YES), ("NOT_FOUND", NO), ("NOT_ATTEMPTED", UNKNOWN))
    ),
    Case("A13", "a notification counts on its day", [notified("2016-05-10")],
         {"2016-05-09": OUT, "2016-05-10": COUNTS, "2016-05-11": OUT}),
    Case("A13b", "and so does each child", [notified("2016-05-10"), notified("2016-05-10", 2)],
         {"2016-05-09": OUT, "2016-05-10": both(COUNTS, COUNTS)}),
    *(
        Case("A14c", f"a first outcome at {age}", [entrant("2016-05-10", age)], {"2016-05-10": answer})
        for age, answer in ((9, JUDGED), (10, COUNTS), (17, COUNTS), (18, JUDGED), (None, UNKNOWN))
    ),
    *(
        Case("R09", f"a repeat {is_repeat}", [discussed("2016-05-10", is_repeat)], {"2016-05-10": answer})
        for is_repeat, answer in (("Y", YES), ("N", NO), ("U", UNKNOWN), (None, UNKNOWN))
    ),
]  # fmt: skip

# ---------------------------------------------------------------------------------- S04d to S04g, A08d to A08f, S06b

HELP = [
    Case("S04d", "an assessment counts when it starts", [early_help("2016-05-01", assessment_started="2016-05-10")],
         {"2016-05-01": OUT, "2016-05-10": COUNTS}),
    Case("S04e", "and when it is completed", [early_help("2016-05-01", assessment_completed="2016-06-10")],
         {"2016-05-01": OUT, "2016-06-10": COUNTS}),
    Case("S04f", "stepped up on the day it ended", [early_help("2016-05-01", "STEPPED_UP", plan_ended="2016-06-10")],
         {"2016-05-01": OUT, "2016-06-10": COUNTS}),
    Case("S04f", "needs met is no step up", [early_help("2016-05-01", "NEEDS_MET", plan_ended="2016-06-10")],
         {"2016-06-10": OUT}),
    Case("S04g", "stepped down on the day it was asked for", [early_help("2016-05-01", "STEPPED_DOWN_IN")],
         {"2016-05-01": COUNTS, "2016-05-02": OUT}),
    Case("A08d", "a risk counts from the day it was identified to the day before it was closed",
         [at_risk("2016-05-10", "2016-06-10")],
         {"2016-05-09": OUT, "2016-05-10": COUNTS, "2016-06-09": COUNTS, "2016-06-10": OUT}),
    Case("A08d", "the level is known since the day that it stands", [at_risk("2016-05-10", risk_from="2016-05-20")],
         {"2016-05-19": "unknown", "2016-05-20": "HIGH"}, by="risk_level"),
    Case("A08d", "a level from before counts from the first day", [at_risk("2016-05-10", risk_from="2016-05-01")],
         {"2016-05-10": "HIGH"}, by="risk_level"),
    Case("A08d", "without a day the level stands from the first", [at_risk("2016-05-10")],
         {"2016-05-10": "HIGH"}, by="risk_level"),
    Case("A08e", "new on the day it was identified", [at_risk("2016-05-10")],
         {"2016-05-09": OUT, "2016-05-10": COUNTS, "2016-05-11": OUT}),
    Case("A08f", "without a review it is due after three months and late", [at_risk("2016-01-31")],
         {"2016-04-29": OUT, "2016-04-30": OUT, "2016-05-01": NO}),
    Case("A08f", "a review counts for three months", [at_risk("2016-01-10", reviewed_on="2016-05-20")],
         {"2016-05-19": NO, "2016-05-20": YES, "2016-08-19": YES, "2016-08-20": NO}),
    Case("A08f", "one before it was due counts on", [at_risk("2016-01-10", reviewed_on="2016-03-20")],
         {"2016-04-09": OUT, "2016-04-10": YES, "2016-06-19": YES, "2016-06-20": NO}),
    Case("A08f", "closed it is due no longer", [at_risk("2016-01-10", "2016-06-01", reviewed_on="2016-05-20")],
         {"2016-05-31": YES, "2016-06-01": OUT}),
]  # fmt: skip

IN_CARE = episode("2014-04-01")
HEALTH = [
    Case("S06b", "after twelve months in care an assessment is due", [IN_CARE],
         {"2015-03-30": OUT, "2015-03-31": NO, "2016-03-31": NO}),
    Case("S06b", "an assessment counts for twelve months", [IN_CARE, assessed("2016-02-29")],
         {"2016-02-28": NO, "2016-02-29": YES, "2017-02-27": YES, "2017-02-28": YES, "2017-03-01": NO}),
    Case("S06b", "the latest one speaks", [IN_CARE, assessed("2015-10-01"), assessed("2016-06-01")],
         {"2016-10-01": YES, "2017-05-31": YES, "2017-06-01": NO}),
    Case("S06b", "one in the first year in care counts from when it is due", [IN_CARE, assessed("2014-10-01")],
         {"2015-03-30": OUT, "2015-03-31": YES, "2015-09-30": YES, "2015-10-01": NO}),
    Case("S06b", "one that was declined does not", [IN_CARE, assessed(None, "2016-06-01", declined="Y")],
         {"2016-06-01": NO}),
    Case("S06b", "who left care is in it no longer", [episode("2014-04-01", "2016-04-01", "E8")],
         {"2016-03-31": NO, "2016-04-01": OUT}),
    Case("S06b", "under five one is not enough, and at five it is", [IN_CARE, assessed("2016-02-01")],
         {"2016-02-01": NO, "2016-05-31": NO, "2016-06-01": YES, "2017-01-31": YES}, born="2011-06-01"),
    Case("S06b", "under five two within twelve months are", [IN_CARE, assessed("2015-10-01"), assessed("2016-04-01")],
         {"2016-03-31": NO, "2016-04-01": YES, "2016-09-30": YES, "2016-10-01": NO}, born="2013-06-01"),
    Case("S06b", "without a date of birth it cannot be told", [IN_CARE, assessed("2016-02-01")],
         {"2016-06-01": UNKNOWN}, born=None),
    Case("S06b", "where care's start is not known it cannot be told until a year is seen",
         [episode("2014-04-01", rne="P"), assessed("2014-06-01")], {"2014-04-01": UNKNOWN, "2015-03-31": YES}),
    Case("S06b", "before returns span twelve months only what was seen counts",
         [episode("2016-04-01"), assessed("2017-06-01")],
         {"2017-03-30": OUT, "2017-03-31": UNKNOWN, "2017-06-01": YES, "2018-06-01": NO}, area=FROM_2016),
    Case("S06b", "and what was not seen cannot be told until they do",
         [episode("2016-04-01")], {"2017-12-30": UNKNOWN, "2017-12-31": NO}, area=FROM_2016),
]  # fmt: skip

CASES = [*TOGETHER, *TOLD, *INTERVIEWS, *RECORDED, *HELP, *HEALTH]

# Whether the coordinator is asked about the mark of a case referred on 10 May 2016: the mark, the referral before it.
ASKED = {
    ("Y", None): True,
    ("Y", "2015-05-09"): True,
    ("Y", "2015-05-10"): False,
    ("N", None): False,
    ("U", None): False,
}

# --------------------------------------------------------------------------------------------- figures of one authority

PEOPLE = [
    Child(
        "missing in May 2015 by both", COUNTED, [told("2015-05-10 22:00", "2015-05-10 23:00"), missing("2015-05-10")]
    ),
    Child(
        "missing in May 2015 twice",
        COUNTED,
        [told("2015-05-20 22:00", "2015-05-21 03:00"), told("2015-05-31 23:59", "2015-06-02 01:00")],
    ),
    Child("missing in May 2015 from another authority", COUNTED, [told("2015-05-11 10:00", responsible_la="001")]),
    Child(
        "victim in May 2015", COUNTED, [crime("2015-05-31", 12, "2013-01-01"), crime("2015-06-01", 12, "2015-05-01")]
    ),
    Child("image in May 2015", COUNTED, [crime("2015-05-31", None, victim_person_ref=None)]),
    Child("notified in May 2015", COUNTED, [notified("2015-05-31"), notified("2015-05-31", 2, child_person_ref=None)]),
    *(
        Child(f"discussed {day} {repeat} {definition}", COUNTED, [discussed(day, repeat, definition)])
        for day, repeat, definition in (
            ("2014-07-01", "Y", "CRIMINAL_12M"),
            ("2014-06-30", "Y", "CRIMINAL_12M"),
            ("2015-06-30", "N", "ANY_ABUSE_12M"),
            ("2015-07-01", "Y", "ANY_ABUSE_12M"),
            ("2015-01-01", "N", "ANY_ABUSE_12M"),
            ("2015-01-01", "U", "ANY_ABUSE_12M"),
            ("2015-01-02", "Y", None),
        )
    ),
    *(
        Child(
            f"marked {mark} after {before}",
            COUNTED,
            [discussed("2016-06-20", mark, referral_date="2016-05-10", previous_referral_date=before)],
        )
        for mark, before in ASKED
    ),
    *(Child(f"entrant of {day}", COUNTED, [entrant(day, 15)]) for day in ("2014-06-30", "2014-07-01", "2015-06-30")),
]

ROLLING_YEAR = "rolling_12_months"
# The Police National Computer's count of one period, beside the youth offending team's records of all.
PEOPLE.append(
    Child(
        "the national table",
        COUNTED,
        [
            Record(
                "first_time_entrants",
                "aggregates",
                {
                    "told_area_code": COUNTED, "indicator_code": "A14b", "period_type": ROLLING_YEAR,
                    "period_end": "2015-03-31", "breakdown": "total", "breakdown_value": "total", "numerator": "7",
                    "denominator": "10000", "value": "70",
                },
            )
        ],
    )
)  # fmt: skip
FIGURES = [
    Figure("R06", "told by both counts once", MONTH, "2015-05-31", 2, None, 0, "2", PUBLISHED, version="2"),
    Figure("R06f", "each episode counts", MONTH, "2015-05-31", 3, None, 0, "3", PUBLISHED, version="2"),
    Figure("R06g", "and one was missing twice", MONTH, "2015-05-31", 1, None, 0, "1", PUBLISHED, version="2"),
    Figure("R06i", "and one is placed by others", MONTH, "2015-05-31", 1, None, 0, "1", PUBLISHED),
    Figure("R06j", "the third came back in June", MONTH, "2015-05-31", None, 0, 2, None, NOT_KNOWN),
    Figure("R06n", "all were found", MONTH, "2015-05-31", 4, 4, 0, "100.0", LOW),
    Figure("A08", "recorded in the month", MONTH, "2015-05-31", 1, None, 0, "1", PUBLISHED),
    Figure(
        "A08", "and long before", MONTH, "2015-05-31", 1, None, 0, "1", PUBLISHED, breakdown=("timing", "non_recent")
    ),
    Figure("A08", "the quarter has both", QUARTER, "2015-06-30", 2, None, 0, "2", PUBLISHED),
    Figure("A08b", "images are no victims of unknown age", QUARTER, "2015-06-30", 0, None, 0, "0", PUBLISHED),
    Figure("A08c", "but apart", MONTH, "2015-05-31", 1, None, 0, "1", PUBLISHED),
    Figure("A13", "a notification with two children is one", MONTH, "2015-05-31", 1, None, 0, "1", PUBLISHED),
    Figure("A13b", "and two children, one without a reference", MONTH, "2015-05-31", 2, None, 0, "2", PUBLISHED),
    Figure("R09", "both bounds of twelve months count", ROLLING_YEAR, "2015-06-30", 2, 4, 1, "50.0", LOW),
    *(
        Figure("R09", f"by {definition}", ROLLING_YEAR, "2015-06-30", repeats, of, unknown, value, LOW,
               breakdown=("repeat_definition", definition))
        for definition, repeats, of, unknown, value in (
            ("CRIMINAL_12M", 1, 1, 0, "100.0"), ("ANY_ABUSE_12M", 0, 2, 1, "0.0"), ("unknown", 1, 1, 0, "100.0"),
        )
    ),
    Figure("A14c", "first outcomes of twelve months", ROLLING_YEAR, "2015-06-30", 2, None, 0, "2", PUBLISHED),
    Figure("A14", "the Police National Computer's as told", ROLLING_YEAR, "2015-03-31", 7, None, None, "7", PUBLISHED),
    Figure("A14b", "and its rate", ROLLING_YEAR, "2015-03-31", 7, 10000, None, "70", PUBLISHED),
    Figure("A14", "and none where none was told", ROLLING_YEAR, "2015-06-30", None, None, None, None, "late"),
]  # fmt: skip
