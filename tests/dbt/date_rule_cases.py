"""Cases at the edges of the date rules, each a child with its rows and what follows from them at days on both sides.

Belongs here: the days that a rule turns on and the answers, found by counting on one's fingers from the dictionary's
definition. Does not belong here: how rows are written (rules_by_hand.py), how the warehouse is asked
(test_date_rules.py), and rules without a date (test_figures.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .by_hand import HOME
from .rules_by_hand import (
    BORN,
    COUNTED,
    FROM_2016,
    TWO_RETURNS,
    WITH_GAP,
    Child,
    Record,
    adoption,
    assessment,
    care,
    case,
    contact,
    enquiry,
    episode,
    looked_after_review,
    missing,
    outcomes,
    plan,
    plan_reviews,
)

OUT = "not there"
# A count's case; of a share's cases, those of the numerator and the others; what cannot be judged.
COUNTS = "counts"
YES = "in numerator and denominator"
NO = "in denominator only"
UNKNOWN = "not assessable"
JUDGED = "judged, and does not count"
WORDS = {
    (True, False, True): COUNTS,
    (True, True, True): YES,
    (False, True, True): NO,
    (False, False, False): UNKNOWN,
    (False, False, True): JUDGED,
}


def both(*answers: str) -> str:
    return " + ".join(sorted(answers))


@dataclass(frozen=True)
class Case:
    """A child, and what it is in the indicator at each of the days (a flow: what happened on the day).

    Where `by` names a breakdown or the amount, the answer is its value instead of the place in the fraction.
    """

    indicator: str
    says: str
    records: Sequence[Record]
    answers: dict[str, str]
    area: str = HOME
    born: str | None = BORN
    expected: str | None = None
    by: str | None = None

    @property
    def child(self) -> Child:
        return Child(f"{self.indicator} {self.says}", self.area, self.records, self.born, self.expected)


# --------------------------------------------------------------------------------- R01, R03, S01: who is there at a day

STOCKS = [
    *(
        Case(code, f"one that {says}", [row(*days)], answers)
        for code, row in (
            ("R01", lambda start, end=None: episode(start, end, "E8" if end else None)),
            ("R03", plan),
            ("S01", case),
        )
        for says, days, answers in (
            ("starts on the day counts on it", ["2016-03-31"], {"2016-03-30": OUT, "2016-03-31": COUNTS}),
            (
                "ends on the day does not count on it",
                ["2015-06-01", "2016-03-31"],
                {"2016-03-30": COUNTS, "2016-03-31": OUT},
            ),
            (
                "ends a day later counts on the day",
                ["2015-06-02", "2016-04-01"],
                {"2016-03-31": COUNTS, "2016-04-01": OUT},
            ),
            (
                "is there on 29 February alone counts on that day",
                ["2016-02-29", "2016-03-01"],
                {"2016-02-28": OUT, "2016-02-29": COUNTS, "2016-03-01": OUT},
            ),
            (
                "starts and ends on one day is there on no day",
                ["2016-03-30", "2016-03-30"],
                {"2016-03-29": OUT, "2016-03-30": OUT, "2016-03-31": OUT},
            ),
            ("never ends counts on", ["2012-04-01"], {"2012-03-31": OUT, "2021-03-31": COUNTS}),
        )
    ),
    Case(
        "R01",
        "a child with two open episodes counts once",
        [episode("2015-01-01"), episode("2016-01-01", "2016-02-01")],
        {"2015-12-31": COUNTS, "2016-01-01": COUNTS, "2016-01-31": COUNTS, "2016-02-01": COUNTS},
    ),
    Case(
        "R01",
        "of two open episodes the one that started last gives the placement, and then the other again",
        [episode("2015-01-01", place="U4"), episode("2016-01-01", "2016-02-01", place="K2")],
        {
            "2015-12-31": "foster_other",
            "2016-01-01": "childrens_home",
            "2016-01-31": "childrens_home",
            "2016-02-01": "foster_other",
        },
        by="placement",
    ),
    Case(
        "R01",
        "a child whose placement changes on the day counts once",
        care(("2015-01-01", "S", "U4"), ("2016-03-31", "P", "K2")),
        {"2016-03-30": COUNTS, "2016-03-31": COUNTS},
    ),
    Case(
        "R01",
        "a child in a series of short breaks does not count until the legal status changes",
        [episode("2015-01-01", "2016-03-31", ls="V4"), episode("2016-03-31", rne="L", ls="C2")],
        {"2016-03-30": OUT, "2016-03-31": COUNTS},
    ),
    Case(
        "R01",
        "a short break does not take away a child who is looked after besides",
        [episode("2015-01-01"), episode("2016-03-01", "2016-03-31", ls="V3")],
        {"2016-02-29": COUNTS, "2016-03-30": COUNTS, "2016-03-31": COUNTS},
    ),
    Case(
        "R03",
        "a child with two open plans counts once",
        [plan("2015-01-01"), plan("2016-01-01", "2016-02-01")],
        {"2015-12-31": COUNTS, "2016-01-31": COUNTS, "2016-02-01": COUNTS},
    ),
    Case(
        "R03",
        "of two open plans the one that started last gives the category",
        [plan("2015-01-01", category="NEG"), plan("2016-01-01", "2016-02-01", category="EMO")],
        {"2015-12-31": "NEG", "2016-01-01": "EMO", "2016-02-01": "NEG"},
        by="category_of_abuse",
    ),
    Case(
        "S01",
        "two referrals of a child are two cases",
        [case("2015-06-01"), case("2016-03-31")],
        {"2016-03-30": COUNTS, "2016-03-31": both(COUNTS, COUNTS)},
    ),
    Case(
        "S01",
        "a referral without further action is no case",
        [case("2016-03-01", referral_nfa=True)],
        {"2016-03-01": OUT, "2016-03-31": OUT},
    ),
    Case(
        "S01",
        "a case whose further action the return leaves open is one",
        [case("2016-03-01", referral_nfa=None)],
        {"2016-02-29": OUT, "2016-03-01": COUNTS},
    ),
]

# ----------------------------------------------------------------------------------------------------- the bands of age

AGES = [
    Case("R01", f"is {says}", [episode("2014-01-01")], answers, born=born, by="age_band")
    for says, born, answers in (
        ("16 from the birthday on", "2000-03-31", {"2016-03-30": "10-15", "2016-03-31": "16-17"}),
        ("18 from the birthday on", "1999-03-31", {"2017-03-30": "16-17", "2017-03-31": "18+"}),
        ("1 from the birthday on", "2015-03-31", {"2016-03-30": "under_1", "2016-03-31": "1-4"}),
        ("16 on 29 February when born on one", "2000-02-29", {"2016-02-28": "10-15", "2016-02-29": "16-17"}),
        ("18 on 1 March when born on 29 February", "1996-02-29", {"2014-02-28": "16-17", "2014-03-01": "18+"}),
        ("5 on 1 March when born on 29 February", "2012-02-29", {"2017-02-28": "1-4", "2017-03-01": "5-9"}),
        ("10 on 28 February when born on one", "2006-02-28", {"2016-02-27": "5-9", "2016-02-28": "10-15"}),
        ("of no known age without a birth date", None, {"2016-03-31": "unknown"}),
    )
] + [
    Case(code, f"is {says}", [row], answers, born=born, expected=expected, by="age_band")
    for code, row in (("R03", plan("2014-01-01")), ("S01", case("2014-01-01")))
    for says, born, expected, answers in (
        (
            "unborn until the day of birth",
            "2016-03-31",
            None,
            {"2016-03-30": "unborn", "2016-03-31": "under_1", "2017-03-30": "under_1", "2017-03-31": "1-4"},
        ),
        (
            "unborn while only expected, however late",
            None,
            "2016-03-31",
            {"2016-03-30": "unborn", "2016-04-30": "unborn"},
        ),
        (
            "born when both days are told",
            "2016-03-20",
            "2016-03-31",
            {"2016-03-19": "unborn", "2016-03-20": "under_1"},
        ),
        ("18 from the birthday on", "1998-03-31", None, {"2016-03-30": "16-17", "2016-03-31": "18+"}),
    )
]

# ------------------------------------------------------------------------- S02, S02b, S03: plans that end, go on, start

PLANS = [
    Case(
        "S02",
        "a plan from 2 April 2014 to 31 March 2016 lasted two years",
        [plan("2014-04-02", "2016-03-31")],
        {"2016-03-30": OUT, "2016-03-31": YES, "2016-04-01": OUT},
    ),
    Case(
        "S02",
        "a plan from 2 April 2014 to 30 March 2016 did not",
        [plan("2014-04-02", "2016-03-30")],
        {"2016-03-29": OUT, "2016-03-30": NO, "2016-03-31": OUT},
    ),
    Case(
        "S02", "without a leap day a plan of 729 days lasted", [plan("2016-03-01", "2018-02-28")], {"2018-02-28": YES}
    ),
    Case("S02", "over a leap day 729 days are enough", [plan("2015-03-01", "2017-02-27")], {"2017-02-27": YES}),
    Case("S02", "over a leap day 728 days are not", [plan("2015-03-01", "2017-02-26")], {"2017-02-26": NO}),
    Case(
        "S02",
        "each of two plans that end in a year counts",
        [plan("2013-01-01", "2015-06-01"), plan("2015-09-01", "2016-01-01")],
        {"2015-06-01": YES, "2016-01-01": NO},
    ),
    Case(
        "S02",
        "each of two plans that end on a day counts",
        [plan("2013-01-01", "2016-01-01"), plan("2015-09-01", "2016-01-01")],
        {"2016-01-01": both(YES, NO)},
    ),
    Case("S02", "a plan that goes on has not ended", [plan("2013-01-01")], {"2016-03-31": OUT}),
    Case(
        "S02b",
        "an open plan is of two years 729 days after it started",
        [plan("2014-04-02")],
        {"2014-04-01": OUT, "2014-04-02": NO, "2016-03-30": NO, "2016-03-31": YES, "2021-03-31": YES},
    ),
    Case(
        "S02b",
        "a plan that ends on the day it would be of two years is not open on it",
        [plan("2014-04-02", "2016-03-31")],
        {"2016-03-30": NO, "2016-03-31": OUT},
    ),
    Case(
        "S02b",
        "a plan that ends a day later is of two years for a day",
        [plan("2014-04-02", "2016-04-01")],
        {"2016-03-30": NO, "2016-03-31": YES, "2016-04-01": OUT},
    ),
    Case(
        "S02b",
        "each of two open plans counts",
        [plan("2014-04-02"), plan("2016-01-01")],
        {"2015-12-31": NO, "2016-03-30": both(NO, NO), "2016-03-31": both(YES, NO)},
    ),
    Case(
        "S03",
        "a first plan is none of the numerator",
        [plan("2016-03-31", previous=0)],
        {"2016-03-30": OUT, "2016-03-31": NO},
    ),
    Case(
        "S03", "a second plan is, however long ago the first was", [plan("2016-03-31", previous=1)], {"2016-03-31": YES}
    ),
    Case("S03", "a fourth plan is too", [plan("2016-03-31", previous=3)], {"2016-03-31": YES}),
    Case(
        "S03",
        "a plan whose earlier plans the return does not tell cannot be judged",
        [plan("2016-03-31", previous=None)],
        {"2016-03-31": UNKNOWN},
    ),
    Case(
        "S03",
        "each of two starts in a year counts",
        [plan("2015-05-01", "2015-08-01", previous=0), plan("2015-12-01", previous=1)],
        {"2015-05-01": NO, "2015-12-01": YES, "2016-03-31": OUT},
    ),
]

# -------------------------------------------------------------------------------- R05, R05b: how long a case has lasted

UP_TO_3, TO_6, TO_YEAR, TO_2_YEARS, OVER_2_YEARS = (
    "up_to_3_months", "over_3_to_6_months", "over_6_months_to_1_year", "1_to_2_years", "2_years_and_over",
)  # fmt: skip

DURATIONS = [
    *(
        Case("R05", f"at {day} a case referred on {referred} is {band}", [case(referred)], {day: band}, by="duration")
        for day, edges in {
            "2016-03-31": {
                "2016-03-31": UP_TO_3,
                "2015-12-31": UP_TO_3,
                "2015-12-30": TO_6,
                "2015-09-30": TO_6,
                "2015-09-29": TO_YEAR,
                "2015-04-01": TO_YEAR,
                "2015-03-31": TO_2_YEARS,
                "2014-04-01": TO_2_YEARS,
                "2014-03-31": OVER_2_YEARS,
                "2009-04-01": OVER_2_YEARS,
            },
            # 30 June less three months is 30 March, and less six 30 December.
            "2016-06-30": {
                "2016-03-31": UP_TO_3,
                "2016-03-30": UP_TO_3,
                "2016-03-29": TO_6,
                "2015-12-31": TO_6,
                "2015-12-30": TO_6,
                "2015-12-29": TO_YEAR,
                "2015-07-01": TO_YEAR,
                "2015-06-30": TO_2_YEARS,
                "2014-07-01": TO_2_YEARS,
                "2014-06-30": OVER_2_YEARS,
            },
            # 30 September less six months is 30 March.
            "2016-09-30": {
                "2016-06-30": UP_TO_3,
                "2016-06-29": TO_6,
                "2016-03-31": TO_6,
                "2016-03-30": TO_6,
                "2016-03-29": TO_YEAR,
                "2015-10-01": TO_YEAR,
                "2015-09-30": TO_2_YEARS,
                "2014-10-01": TO_2_YEARS,
                "2014-09-30": OVER_2_YEARS,
            },
            # 31 December less three months is 30 September, and less six 30 June.
            "2016-12-31": {
                "2016-10-01": UP_TO_3,
                "2016-09-30": UP_TO_3,
                "2016-09-29": TO_6,
                "2016-07-01": TO_6,
                "2016-06-30": TO_6,
                "2016-06-29": TO_YEAR,
                "2016-01-01": TO_YEAR,
                "2015-12-31": TO_2_YEARS,
                "2015-01-01": TO_2_YEARS,
                "2014-12-31": OVER_2_YEARS,
            },
            # 29 February less twelve months is 28 February, and the other way round.
            "2016-02-29": {"2015-11-29": UP_TO_3, "2015-11-28": TO_6, "2015-03-01": TO_YEAR, "2015-02-28": TO_2_YEARS},
            "2017-02-28": {"2016-02-29": TO_YEAR, "2016-02-28": TO_2_YEARS},
            "2017-05-31": {"2017-02-28": UP_TO_3, "2017-02-27": TO_6},
            # No day lies between 30 November less three months and 1 December less three.
            "2017-11-30": {"2017-08-31": UP_TO_3, "2017-08-30": UP_TO_3, "2017-08-29": TO_6},
            "2017-12-01": {"2017-09-01": UP_TO_3, "2017-08-31": TO_6},
        }.items()
        for referred, band in edges.items()
    ),
    Case(
        "R05",
        "a case is in the numerator while it is of more than 3 and up to 6 months",
        [case("2015-09-30")],
        {"2015-09-29": OUT, "2015-12-31": NO, "2016-01-01": YES, "2016-03-31": YES, "2016-04-01": NO},
    ),
    Case(
        "R05",
        "a case that closes on the day is not open on it",
        [case("2015-10-01", "2016-03-31")],
        {"2016-03-30": YES, "2016-03-31": OUT},
    ),
    Case(
        "R05",
        "a case that closes on the day it would come into the band never comes into it",
        [case("2015-12-31", "2016-04-01")],
        {"2016-03-31": NO, "2016-04-01": OUT},
    ),
    Case(
        "R05",
        "a referral without further action is no case",
        [case("2015-12-01", referral_nfa=True)],
        {"2016-03-31": OUT},
    ),
    *(
        Case(
            "R05b",
            f"a case referred on {referred} that closed on {closed} had lasted {band}",
            [case(referred, closed)],
            {closed: band, "2015-09-29": OUT},
            by="duration",
        )
        for referred, closed, band in (
            ("2015-09-30", "2015-12-31", UP_TO_3),
            ("2015-09-30", "2016-01-01", TO_6),
            ("2015-12-31", "2016-03-31", UP_TO_3),
            ("2015-12-31", "2016-04-01", TO_6),
            ("2015-09-30", "2016-03-31", TO_6),
            ("2015-09-30", "2016-04-01", TO_YEAR),
            ("2015-03-31", "2016-03-30", TO_YEAR),
            ("2015-03-31", "2016-03-31", TO_2_YEARS),
            ("2014-03-31", "2016-03-30", TO_2_YEARS),
            ("2014-03-31", "2016-03-31", OVER_2_YEARS),
        )
    ),
    Case(
        "R05b",
        "a case that closed on the day of its referral had lasted up to 3 months",
        [case("2016-03-31", "2016-03-31")],
        {"2016-03-31": UP_TO_3},
        by="duration",
    ),
    Case(
        "R05b",
        "a case of more than 3 and up to 6 months is in the numerator on the day it closes and no other",
        [case("2015-09-30", "2016-03-31")],
        {"2015-12-31": OUT, "2016-03-30": OUT, "2016-03-31": YES, "2016-04-01": OUT},
    ),
    Case("R05b", "an open case has not ended", [case("2015-09-30")], {"2016-03-31": OUT}),
    Case(
        "R05b",
        "a referral without further action has none to end",
        [case("2015-09-30", "2016-03-31", referral_nfa=True)],
        {"2016-03-31": OUT},
    ),
]

# ---------------------------------------------------------------------------------------------------- S05: re-referrals

RE_REFERRALS = [
    Case("S05", "a referral alone is none", [case("2017-06-15")], {"2017-06-14": OUT, "2017-06-15": NO}),
    Case(
        "S05",
        "one exactly twelve months before does not make it one",
        [case("2016-06-15", "2016-07-01"), case("2017-06-15")],
        {"2016-06-15": NO, "2017-06-15": NO},
    ),
    Case(
        "S05",
        "one a day later does",
        [case("2016-06-16", "2016-07-01"), case("2017-06-15")],
        {"2016-06-16": NO, "2017-06-15": YES},
    ),
    Case(
        "S05",
        "one the day before does",
        [case("2017-06-14"), case("2017-06-15")],
        {"2017-06-14": NO, "2017-06-15": YES},
    ),
    Case(
        "S05",
        "referrals without further action count, the later and the earlier one",
        [case("2016-12-01", referral_nfa=True), case("2017-02-01", referral_nfa=True), case("2017-06-15")],
        {"2016-12-01": NO, "2017-02-01": YES, "2017-06-15": YES},
    ),
    Case(
        "S05",
        "of three referrals the third looks back to the second",
        [case("2015-01-15", "2015-02-01"), case("2016-06-15", "2016-08-01"), case("2017-06-14")],
        {"2015-01-15": NO, "2016-06-15": NO, "2017-06-14": YES},
    ),
    Case(
        "S05",
        "from 29 February twelve months lead back to 28 February, which does not count",
        [case("2015-02-28", "2015-03-10"), case("2016-02-29")],
        {"2016-02-29": NO},
    ),
    Case(
        "S05",
        "from 29 February 1 March of the year before does count",
        [case("2015-03-01", "2015-03-10"), case("2016-02-29")],
        {"2016-02-29": YES},
    ),
    Case(
        "S05",
        "from 28 February 29 February of the year before counts",
        [case("2016-02-29", "2016-03-10"), case("2017-02-28")],
        {"2017-02-28": YES},
    ),
    Case(
        "S05",
        "from 1 March 29 February of the year before does not",
        [case("2016-02-29", "2016-03-10"), case("2017-03-01")],
        {"2017-03-01": NO},
    ),
    Case(
        "S05",
        "the first referral whose twelve months lie within the returns is judged",
        [case("2017-03-30", "2017-03-30"), case("2017-03-31")],
        {"2017-03-30": UNKNOWN, "2017-03-31": YES},
        area=FROM_2016,
    ),
    Case(
        "S05",
        "one without an earlier referral is judged from the same day on",
        [case("2017-03-31")],
        {"2017-03-31": NO},
        area=FROM_2016,
    ),
    Case(
        "S05",
        "one whose twelve months begin before the first return is left out, found or not",
        [case("2016-05-01", "2016-06-01"), case("2016-12-01")],
        {"2016-05-01": UNKNOWN, "2016-12-01": UNKNOWN},
        area=FROM_2016,
    ),
    Case(
        "S05",
        "an earlier referral that is known because the case was still open does not change that",
        [case("2016-03-01"), case("2016-12-01")],
        {"2016-12-01": UNKNOWN},
        area=FROM_2016,
    ),
    Case(
        "S05",
        "a missing return is a look-back that is not loaded",
        [case("2015-03-30", "2015-03-30"), case("2015-03-31", "2015-03-31"), case("2016-12-01"), case("2017-03-31")],
        {"2015-03-30": UNKNOWN, "2015-03-31": YES, "2016-12-01": UNKNOWN, "2017-03-31": YES},
        area=WITH_GAP,
    ),
    Case(
        "S05",
        "a referral in a missing return, known because the case was still open, cannot be judged",
        [case("2015-06-01")],
        {"2015-06-01": UNKNOWN},
        area=WITH_GAP,
    ),
]

# ----------------------------------------------------------------- A05b, A07, A12: conferences, enquiries and referrals

EVENTS = [
    Case(
        "A05b",
        "a conference told of by the enquiry and by the case on the same day is one",
        [case("2016-03-01", date_of_initial_cpc="2016-03-31"), enquiry("2016-03-10", "2016-03-31")],
        {"2016-03-30": OUT, "2016-03-31": COUNTS, "2016-04-01": OUT},
    ),
    Case(
        "A05b",
        "told of on different days they are two",
        [case("2016-03-01", date_of_initial_cpc="2016-03-30"), enquiry("2016-03-10", "2016-03-31")],
        {"2016-03-30": COUNTS, "2016-03-31": COUNTS},
    ),
    Case(
        "A05b",
        "two enquiries that led to one conference led to one",
        [enquiry("2016-03-10", "2016-03-31"), enquiry("2016-03-12", "2016-03-31")],
        {"2016-03-31": COUNTS},
    ),
    Case("A05b", "an enquiry without a conference has none", [enquiry("2016-03-10")], {"2016-03-10": OUT}),
    Case(
        "A05b",
        "a conference of an earlier year that the later return's referral no longer tells stays",
        [
            case("2014-05-01", date_of_initial_cpc="2014-06-10", until="2015-03-31"),
            case("2014-05-01", until="2016-03-31"),
        ],
        {"2014-06-10": COUNTS},
        area=TWO_RETURNS,
    ),
    Case(
        "A05b",
        "a conference that the later return tells of the same referral stands beside the earlier one",
        [
            case("2014-05-01", date_of_initial_cpc="2014-06-10", until="2015-03-31"),
            case("2014-05-01", date_of_initial_cpc="2015-06-10", until="2016-03-31"),
        ],
        {"2014-06-10": COUNTS, "2015-06-10": COUNTS},
        area=TWO_RETURNS,
    ),
    Case(
        "A07",
        "each enquiry counts on the day it started",
        [enquiry("2016-03-31"), enquiry("2016-04-01", "2016-04-10")],
        {"2016-03-30": OUT, "2016-03-31": COUNTS, "2016-04-01": COUNTS, "2016-04-10": OUT},
    ),
    *(
        Case(
            "A12",
            f"a referral by {code or 'nobody told'} is {group}'s",
            [case("2016-03-31", referral_source=code)],
            {"2016-03-30": OUT, "2016-03-31": group},
            by="source",
        )
        for code, group in (
            ("1A", "individual"),
            ("2B", "schools_and_education"),
            ("3F", "health"),
            ("4", "housing"),
            ("5A", "local_authority"),
            ("5D", "local_authority"),
            ("6", "police"),
            ("7", "other_legal"),
            ("8", "other"),
            ("9", "anonymous"),
            ("10", "unknown"),
            (None, "unknown"),
        )
    ),
    Case(
        "A12",
        "each of two referrals of a child counts, with or without further action",
        [case("2016-03-30", referral_nfa=True), case("2016-03-31", "2016-03-31")],
        {"2016-03-30": COUNTS, "2016-03-31": COUNTS},
    ),
    *(
        Case(
            code,
            f"an assessment that found {factor} counts on the day it was completed, if at all",
            assessment("2016-03-01", "2016-03-02", "2016-04-04", factor),
            {"2016-03-02": OUT, "2016-04-03": OUT, "2016-04-04": COUNTS if factor in factors else OUT},
        )
        for code, factors in (
            ("S01d", {"16A"}),
            ("S01e", {"3A", "3B", "3C"}),
            ("S01f", {"11A"}),
            ("S01g", {"15A"}),
        )
        for factor in ("3A", "3B", "3C", "4A", "11A", "12A", "15A", "16A")
    ),
    Case(
        "S01e",
        "an assessment that found two kinds of domestic abuse is one",
        assessment("2016-03-01", "2016-03-02", "2016-04-04", "3A", "3B"),
        {"2016-04-04": COUNTS, "2016-04-05": OUT},
    ),
    Case(
        "S01d",
        "an assessment that is not completed does not count, nor one begun before the factors were asked for",
        [
            *assessment("2016-03-01", "2016-03-02", None, "16A"),
            *assessment("2013-03-01", "2013-03-31", "2013-04-20", "16A"),
        ],
        {"2013-04-20": OUT, "2016-03-02": OUT},
    ),
    Case(
        "A13d",
        "a referral by the police counts on its day once an assessment found domestic abuse",
        assessment("2016-03-01", "2016-03-02", "2016-04-04", "3C"),
        {"2016-02-29": OUT, "2016-03-01": COUNTS, "2016-04-04": OUT},
    ),
    Case(
        "A13d",
        "what an assessment found beside domestic abuse is no matter of it",
        assessment("2016-03-01", "2016-03-02", "2016-04-04", "16A"),
        {"2016-03-01": OUT},
    ),
    Case(
        "A12b",
        "a referral is in the share of its source",
        [case("2016-03-31", referral_source="6")],
        {"2016-03-31": YES},
    ),
]

# ------------------------------------------------------------------------------- W02: reviews of child protection plans


def reviewed_plan(start: str, *reviews: str, end: str | None = None) -> list[Record]:
    return [plan(start, end), *plan_reviews(start, *reviews)]


PLAN_REVIEWS = [
    Case(
        "W02",
        "a plan counts from 91 days after its start on, and fails on the day its first review is due and not held",
        reviewed_plan("2016-01-01"),
        {"2016-03-31": OUT, "2016-04-01": NO, "2016-04-02": NO, "2016-06-30": NO},
    ),
    Case(
        "W02",
        "where three months are 92 days, the 91st day comes before the review is due",
        reviewed_plan("2016-05-01"),
        {"2016-07-30": OUT, "2016-07-31": YES, "2016-08-01": NO},
    ),
    Case(
        "W02",
        "a first review on the last day, three months after the start, is on time",
        reviewed_plan("2016-01-01", "2016-04-01"),
        {"2016-04-01": YES, "2016-04-02": YES, "2016-09-30": YES, "2016-10-01": NO},
    ),
    Case(
        "W02",
        "a first review a day later is not, and the plan fails from then on",
        reviewed_plan("2016-01-01", "2016-04-02", "2016-05-01"),
        {"2016-04-01": NO, "2016-04-02": NO, "2016-05-01": NO, "2016-10-31": NO},
    ),
    Case(
        "W02",
        "a later review on the last day, six months after the one before, is on time",
        reviewed_plan("2016-01-01", "2016-03-01", "2016-09-01"),
        {"2016-09-01": YES, "2016-09-02": YES, "2017-02-28": YES, "2017-03-01": NO},
    ),
    Case(
        "W02",
        "a later review a day later is not",
        reviewed_plan("2016-01-01", "2016-03-01", "2016-09-02"),
        {"2016-08-31": YES, "2016-09-01": NO, "2016-09-02": NO, "2016-12-31": NO},
    ),
    Case(
        "W02",
        "a later review is overdue at the end of the day it was due",
        reviewed_plan("2016-01-01", "2016-03-01"),
        {"2016-08-31": YES, "2016-09-01": NO, "2016-09-02": NO},
    ),
    Case(
        "W02",
        "three months from 30 November end on 29 February",
        reviewed_plan("2015-11-30", "2016-02-29"),
        {"2016-02-28": OUT, "2016-02-29": YES, "2016-03-01": YES},
    ),
    Case(
        "W02",
        "three months from 30 November do not reach 1 March",
        reviewed_plan("2015-11-30", "2016-03-01"),
        {"2016-02-28": OUT, "2016-02-29": NO, "2016-03-01": NO},
    ),
    Case(
        "W02",
        "without a leap day three months from 30 November end on 28 February, before the plan counts",
        reviewed_plan("2016-11-30", "2017-02-28"),
        {"2017-02-28": OUT, "2017-03-01": YES},
    ),
    Case(
        "W02",
        "without a leap day a review on 1 March is late for a plan of 30 November",
        reviewed_plan("2016-11-30", "2017-03-01"),
        {"2017-02-28": OUT, "2017-03-01": NO},
    ),
    Case(
        "W02",
        "three months from 31 December end on 31 March",
        reviewed_plan("2015-12-31", "2016-03-31"),
        {"2016-03-30": OUT, "2016-03-31": YES, "2016-04-01": YES},
    ),
    Case(
        "W02",
        "three months from 31 December do not reach 1 April",
        reviewed_plan("2015-12-31", "2016-04-01"),
        {"2016-03-30": OUT, "2016-03-31": NO, "2016-04-01": NO},
    ),
    Case(
        "W02",
        "six months from 31 August end on 28 February",
        reviewed_plan("2016-06-01", "2016-08-31", "2017-02-28"),
        {"2017-02-28": YES, "2017-03-01": YES},
    ),
    Case(
        "W02",
        "six months from 31 August do not reach 1 March",
        reviewed_plan("2016-06-01", "2016-08-31", "2017-03-01"),
        {"2017-02-27": YES, "2017-02-28": NO, "2017-03-01": NO},
    ),
    Case(
        "W02",
        "a conference on the day the plan starts is not its first review",
        reviewed_plan("2016-01-01", "2016-01-01"),
        {"2016-04-01": NO, "2016-04-02": NO},
    ),
    Case(
        "W02",
        "a plan that ends on the day is not open on it",
        reviewed_plan("2016-01-01", "2016-03-15", end="2016-06-30"),
        {"2016-06-29": YES, "2016-06-30": OUT},
    ),
    Case(
        "W02",
        "a plan that ends after 91 days was open on none that counts",
        reviewed_plan("2016-01-01", end="2016-04-01"),
        {"2016-03-31": OUT, "2016-04-01": OUT},
    ),
    Case(
        "W02",
        "each of two open plans is judged by its own reviews",
        [*reviewed_plan("2015-12-01", "2016-02-15"), *reviewed_plan("2016-01-01")],
        {"2016-03-31": YES, "2016-04-01": both(YES, NO), "2016-05-31": both(YES, NO)},
    ),
    Case(
        "W02",
        "a plan from before the first return may have had reviews that nobody saw",
        reviewed_plan("2016-03-31", "2016-06-30"),
        {"2016-06-29": OUT, "2016-06-30": UNKNOWN, "2018-03-31": UNKNOWN},
        area=FROM_2016,
    ),
    Case(
        "W02",
        "a plan from the first day of the first return is judged",
        reviewed_plan("2016-04-01", "2016-06-30"),
        {"2016-06-30": OUT, "2016-07-01": YES, "2016-12-29": YES, "2016-12-30": NO},
        area=FROM_2016,
    ),
    Case(
        "W02",
        "behind a missing return a plan cannot be judged any more",
        reviewed_plan("2014-06-01", "2014-08-01", "2015-01-01"),
        {"2015-03-31": YES, "2016-04-01": UNKNOWN, "2016-12-31": UNKNOWN},
        area=WITH_GAP,
    ),
    Case(
        "W02",
        "a plan that started in the missing return cannot be judged",
        reviewed_plan("2016-03-31", "2016-05-01"),
        {"2016-06-30": UNKNOWN},
        area=WITH_GAP,
    ),
    Case(
        "W02",
        "a plan that started after the missing return is judged",
        reviewed_plan("2016-04-01", "2016-05-01"),
        {"2016-07-01": YES},
        area=WITH_GAP,
    ),
]

# -------------------------------------------------------------------------------- W01: reviews of looked after children


def reviewed_care(start: str, *reviews: str, left: str | None = None) -> list[Record]:
    return [episode(start, left, "E4A" if left else None), *map(looked_after_review, reviews)]


CARE_REVIEWS = [
    Case(
        "W01",
        "a child counts from 20 working days in care on, and fails on the day the first review is due and not held",
        reviewed_care("2016-02-01"),
        {"2016-01-31": OUT, "2016-02-01": JUDGED, "2016-02-28": JUDGED, "2016-02-29": NO, "2016-03-01": NO},
    ),
    *(
        Case(
            "W01",
            f"the 20th working day after {says} is {due}: a first review {told}",
            reviewed_care(start, *held),
            {before: JUDGED, due: answer, after: answer},
        )
        for says, start, before, due, after in (
            ("14 December, over Christmas and New Year,", "2015-12-14", "2016-01-13", "2016-01-14", "2016-01-15"),
            ("14 March, over Easter,", "2016-03-14", "2016-04-12", "2016-04-13", "2016-04-14"),
            ("a Saturday", "2016-02-06", "2016-03-03", "2016-03-04", "2016-03-05"),
            ("the Friday before it", "2016-02-05", "2016-03-03", "2016-03-04", "2016-03-05"),
            ("Good Friday", "2016-03-25", "2016-04-24", "2016-04-25", "2016-04-26"),
        )
        for told, held, answer in (
            ("on it is on time", [due], YES),
            ("the day after is late", [after], NO),
            ("that is not held is overdue", [], NO),
        )
    ),
    Case(
        "W01",
        "a first review on the 20th working day is on time",
        reviewed_care("2016-02-01", "2016-02-29"),
        {"2016-02-28": JUDGED, "2016-02-29": YES, "2016-03-01": YES, "2016-03-31": YES},
    ),
    Case(
        "W01",
        "a first review on the 21st working day is late until the year ends",
        reviewed_care("2016-02-01", "2016-03-01"),
        {"2016-02-29": NO, "2016-03-01": NO, "2016-03-31": NO, "2016-04-01": YES},
    ),
    Case(
        "W01",
        "a second review three months after the first is on time",
        reviewed_care("2016-04-04", "2016-04-15", "2016-07-15"),
        {"2016-07-15": YES, "2016-07-16": YES},
    ),
    Case(
        "W01",
        "a second review a day later is late",
        reviewed_care("2016-04-04", "2016-04-15", "2016-07-16"),
        {"2016-07-14": YES, "2016-07-15": NO, "2016-07-16": NO, "2017-01-16": NO},
    ),
    Case(
        "W01",
        "three months from 30 November end on 28 February",
        reviewed_care("2016-11-07", "2016-11-30", "2017-03-01"),
        {"2017-02-27": YES, "2017-02-28": NO, "2017-03-01": NO},
    ),
    Case(
        "W01",
        "a later review six months after the one before is on time",
        reviewed_care("2016-04-04", "2016-04-15", "2016-07-15", "2017-01-15"),
        {"2017-01-15": YES, "2017-01-16": YES, "2017-03-31": YES},
    ),
    Case(
        "W01",
        "a later review a day later is late",
        reviewed_care("2016-04-04", "2016-04-15", "2016-07-15", "2017-01-16"),
        {"2017-01-14": YES, "2017-01-15": NO, "2017-03-31": NO, "2017-04-01": YES},
    ),
    Case(
        "W01",
        "a third review that is due after six months is not held against the child after three",
        reviewed_care("2016-04-04", "2016-04-15", "2016-07-15"),
        {"2016-10-16": YES, "2017-01-14": YES, "2017-01-15": NO},
    ),
    Case(
        "W01",
        "a review still overdue on 1 April fails until it is held",
        reviewed_care("2016-02-01", "2016-04-20"),
        {"2016-03-31": NO, "2016-04-01": NO, "2016-04-19": NO, "2016-04-20": YES},
    ),
    Case(
        "W01",
        "a review due on 31 March and held on 1 April was overdue at the end of the year and not in the next",
        reviewed_care("2015-12-14", "2015-12-31", "2016-04-01"),
        {"2016-03-30": YES, "2016-03-31": NO, "2016-04-01": YES},
    ),
    Case(
        "W01",
        "a review due on 1 April and held on 2 April was overdue in the next year only",
        reviewed_care("2015-12-14", "2016-01-01", "2016-04-02"),
        {"2016-03-31": YES, "2016-04-01": NO, "2016-04-02": NO, "2017-03-31": NO, "2017-04-01": NO},
    ),
    Case(
        "W01",
        "a change of placement is no new start",
        [
            *care(("2016-02-01", "S", "U4"), ("2016-02-15", "P", "K2")),
            looked_after_review("2016-02-10"),
        ],
        {"2016-02-28": JUDGED, "2016-02-29": YES, "2016-05-09": YES, "2016-05-10": NO},
    ),
    Case(
        "W01",
        "a return to care is, and what was late before it is no matter",
        [
            *reviewed_care("2015-06-01", left="2016-01-10"),
            *reviewed_care("2016-02-01", "2016-02-20"),
        ],
        {"2016-01-09": NO, "2016-01-10": OUT, "2016-02-28": JUDGED, "2016-02-29": YES, "2016-03-31": YES},
    ),
    Case(
        "W01",
        "of an episode left open and a later start of care the later one speaks",
        [episode("2015-01-05"), episode("2016-02-01"), looked_after_review("2016-02-20")],
        {"2016-01-31": NO, "2016-02-01": JUDGED, "2016-02-28": JUDGED, "2016-02-29": YES},
    ),
    Case(
        "W01",
        "a child who leaves on the day is not there",
        reviewed_care("2016-02-01", "2016-02-20", left="2016-03-31"),
        {"2016-03-30": YES, "2016-03-31": OUT},
    ),
    Case(
        "W01",
        "a child in a series of short breaks is not there",
        [episode("2016-02-01", ls="V3")],
        {"2016-03-31": OUT},
    ),
    Case(
        "W01",
        "care from before the first return is known from the 1 April after its second review on",
        reviewed_care("2016-03-31", "2016-04-20", "2016-07-10", "2017-01-09"),
        {"2016-04-29": UNKNOWN, "2016-07-10": UNKNOWN, "2017-03-31": UNKNOWN, "2017-04-01": YES, "2017-07-10": NO},
        area=FROM_2016,
    ),
    Case(
        "W01",
        "with one review alone it stays unknown",
        reviewed_care("2016-03-31", "2016-05-01"),
        {"2017-03-31": UNKNOWN, "2017-04-01": UNKNOWN, "2018-03-31": UNKNOWN},
        area=FROM_2016,
    ),
    Case(
        "W01",
        "a review that is overdue on that 1 April fails",
        reviewed_care("2016-03-31", "2016-04-20", "2016-07-10"),
        {"2017-03-31": UNKNOWN, "2017-04-01": NO},
        area=FROM_2016,
    ),
    Case(
        "W01",
        "how the child came into care must be told",
        [episode("2016-04-01", rne="L"), looked_after_review("2016-04-20"), looked_after_review("2016-07-20")],
        {"2016-05-31": UNKNOWN, "2017-03-31": UNKNOWN, "2017-04-01": NO},
        area=FROM_2016,
    ),
    Case(
        "W01",
        "care from the first day of the first return is known",
        reviewed_care("2016-04-01", "2016-04-20"),
        {"2016-04-28": JUDGED, "2016-04-29": YES, "2016-07-19": YES, "2016-07-20": NO},
        area=FROM_2016,
    ),
    Case(
        "W01",
        "what was known before a missing return stays known, and after it two reviews must be seen again",
        reviewed_care("2014-06-02", "2014-06-25", "2014-09-20", "2015-03-10", "2016-05-01", "2016-10-01", "2017-04-01"),
        {
            "2014-06-30": YES,
            "2015-03-31": YES,
            "2016-04-01": UNKNOWN,
            "2017-03-31": UNKNOWN,
            "2017-04-01": YES,
            "2017-09-30": YES,
            "2017-10-01": NO,
        },
        area=WITH_GAP,
    ),
    Case(
        "W01",
        "a failure before a missing return stays one",
        reviewed_care("2014-06-02", "2014-06-25"),
        {"2014-09-24": YES, "2014-09-25": NO, "2015-03-31": NO, "2016-04-01": UNKNOWN},
        area=WITH_GAP,
    ),
]

# -------------------------------------------------------------------------------------- A06: two years in one placement

IN_CARE = ("2013-01-01", "S", "U6")
# As far back as a child must be in care and in a placement for 31 March 2016.
SINCE = "2014-03-31"

SETTLED = [
    Case(
        "A06",
        "a child counts from two and a half years of care on",
        care(("2013-10-01", "S", "U4")),
        {"2016-03-31": JUDGED, "2016-04-01": YES},
    ),
    Case(
        "A06",
        "two and a half years from 30 September end on 30 March",
        care(("2013-09-30", "S", "U4")),
        {"2016-03-29": JUDGED, "2016-03-30": YES},
    ),
    Case(
        "A06",
        "two and a half years from 31 August are over on 1 March",
        care(("2013-08-31", "S", "U4")),
        {"2016-02-29": JUDGED, "2016-03-01": YES},
    ),
    Case(
        "A06",
        "a placement is long from two years on",
        care(IN_CARE, (SINCE, "P", "U4")),
        {"2016-03-30": NO, "2016-03-31": YES},
    ),
    Case(
        "A06",
        "a placement of a day less is not",
        care(IN_CARE, ("2014-04-01", "P", "U4")),
        {"2016-03-31": NO, "2016-04-01": YES},
    ),
    Case(
        "A06",
        "two years from 28 February are over on 28 February of a leap year",
        care(IN_CARE, ("2014-02-28", "P", "U4")),
        {"2016-02-27": NO, "2016-02-28": YES},
    ),
    Case(
        "A06",
        "two years from 29 February are over on 1 March",
        care(("2011-01-01", "S", "U6"), ("2012-02-29", "P", "U4")),
        {"2014-02-28": NO, "2014-03-01": YES},
    ),
    Case(
        "A06",
        "a change of placement on the day begins anew",
        care(IN_CARE, ("2016-03-31", "P", "U4")),
        {"2016-03-30": YES, "2016-03-31": NO},
    ),
    *(
        Case(
            "A06",
            f"up to the release of 2020 a placement {'goes on' if goes_on else 'ends'} with {rne}",
            care(IN_CARE, ("2015-01-01", rne, "U4")),
            {"2014-12-31": JUDGED, "2016-03-31": YES if goes_on else NO},
        )
        for rne, goes_on in {"L": True, "P": False, "T": False, "U": False, "B": False}.items()
    ),
    *(
        Case(
            "A06",
            f"from 1 April 2020 on a placement {'goes on' if goes_on else 'ends'} with {rne}",
            care(("2016-01-01", "S", "U6"), ("2019-01-01", rne, "U4")),
            {
                "2020-03-31": YES if rne == "L" else NO,
                "2020-04-01": YES if goes_on else NO,
                "2020-12-31": YES if goes_on else NO,
            },
        )
        for rne, goes_on in {"L": True, "P": False, "T": True, "U": True, "B": False}.items()
    ),
    Case(
        "A06",
        "a child placed for adoption is settled with the placement before",
        care(IN_CARE, (SINCE, "P", "U4"), ("2015-12-01", "P", "A4")),
        {"2015-11-30": NO, "2016-03-30": NO, "2016-03-31": YES},
    ),
    Case(
        "A06",
        "the two must last two years together",
        care(IN_CARE, ("2014-04-01", "P", "U4"), ("2015-12-01", "P", "A6")),
        {"2016-03-31": NO, "2016-04-01": YES},
    ),
    Case(
        "A06",
        "a placement further back does not help",
        care(IN_CARE, ("2015-06-01", "P", "U4"), ("2015-12-01", "P", "A5")),
        {"2016-03-31": NO},
    ),
    Case(
        "A06",
        "a child who is not placed for adoption is not helped by the placement before",
        care(IN_CARE, ("2015-12-01", "P", "U5")),
        {"2016-03-31": NO},
    ),
    Case(
        "A06",
        "the placement before helps only from the day of being placed for adoption on",
        care(("2016-01-01", "S", "U6"), ("2019-09-01", "P", "U5"), ("2020-05-01", "U", "A5")),
        {"2020-04-30": NO, "2020-05-01": YES, "2020-12-31": YES},
    ),
    Case(
        "A06",
        "and no longer when the child is not placed for adoption any more",
        care(("2016-01-01", "S", "U6"), ("2019-09-01", "P", "A5"), ("2020-05-01", "U", "U5")),
        {"2020-04-30": YES, "2020-05-01": NO, "2021-03-31": NO},
    ),
    Case(
        "A06",
        "a child of 16 on the day does not count",
        care(IN_CARE),
        {"2016-03-30": YES, "2016-03-31": OUT},
        born="2000-03-31",
    ),
    Case(
        "A06",
        "a child of 16 on the day after counts",
        care(("2013-01-02", "S", "U6")),
        {"2016-03-31": YES, "2016-04-01": OUT},
        born="2000-04-01",
    ),
    Case(
        "A06",
        "a child born on 29 February is 16 on 29 February",
        care(IN_CARE),
        {"2016-02-28": YES, "2016-02-29": OUT},
        born="2000-02-29",
    ),
    Case(
        "A06",
        "without a birth date it cannot be told",
        care(IN_CARE),
        {"2015-06-30": JUDGED, "2015-07-01": UNKNOWN},
        born=None,
    ),
    Case(
        "A06",
        "care whose beginning is not seen counts where the part seen is enough",
        care(("2013-09-30", "L", "U4")),
        {"2016-03-29": UNKNOWN, "2016-03-30": YES},
    ),
    Case(
        "A06",
        "where care is seen for long enough, a placement whose beginning is seen is judged",
        care(("2013-01-01", "L", "U6"), (SINCE, "P", "U4")),
        {"2015-06-30": UNKNOWN, "2015-07-01": NO, "2016-03-30": NO, "2016-03-31": YES},
    ),
    Case(
        "A06",
        "a placement whose beginning is seen does not tell when care began",
        care(("2014-06-01", "P", "U4")),
        {"2016-03-31": UNKNOWN, "2016-11-30": UNKNOWN, "2016-12-01": YES},
    ),
    Case(
        "A06",
        "a gap opens a period of care whose beginning is not seen",
        [episode("2010-01-01", "2013-12-31", "E4A"), episode("2014-01-02", rne="P")],
        {"2013-12-30": YES, "2013-12-31": OUT, "2014-01-02": UNKNOWN, "2016-07-01": UNKNOWN, "2016-07-02": YES},
    ),
    Case(
        "A06",
        "a change that the return does not explain may or may not have ended the placement",
        care(("2013-01-01", "S", "U6"), ("2015-01-01", "", "U6")),
        {"2016-03-31": UNKNOWN, "2016-12-31": UNKNOWN, "2017-01-01": YES},
    ),
    Case(
        "A06",
        "a return to care begins both anew",
        [episode("2010-01-01", "2013-12-31", "E4A"), episode("2013-12-31")],
        {"2013-12-30": YES, "2013-12-31": JUDGED, "2016-06-30": JUDGED, "2016-07-01": YES},
    ),
    Case(
        "A06",
        "care after a series of short breaks begins when they end, and its beginning is seen",
        [episode("2013-01-01", "2014-01-02", ls="V4"), episode("2014-01-02", rne="L")],
        {"2014-01-01": OUT, "2014-01-02": JUDGED, "2016-07-01": JUDGED, "2016-07-02": YES},
    ),
    Case(
        "A06",
        "it is not seen where the returns do not tell how the short breaks began",
        [episode("2013-01-01", "2014-01-02", ls="V4", rne="L"), episode("2014-01-02", rne="L")],
        {"2014-01-01": OUT, "2014-01-02": UNKNOWN, "2016-07-01": UNKNOWN, "2016-07-02": YES},
    ),
    Case(
        "A06",
        "of an episode left open and a later start of care the later one speaks",
        [episode("2010-01-01"), episode("2015-06-01")],
        {"2015-05-31": YES, "2015-06-01": JUDGED, "2016-03-31": JUDGED},
    ),
    Case(
        "A06",
        "of two episodes open in one placement the later one speaks",
        [episode("2012-01-01", place="U5"), episode("2015-06-01", rne="L", place="U5")],
        {"2014-06-30": JUDGED, "2014-07-01": YES, "2015-06-01": YES, "2016-03-31": YES},
    ),
    Case(
        "A06",
        "a child who leaves on the day is not there",
        care(IN_CARE, left=("2016-03-31", "E4A")),
        {"2016-03-30": YES, "2016-03-31": OUT},
    ),
    Case(
        "A06", "a child in a series of short breaks is not there", [episode("2010-01-01", ls="V4")], {"2016-03-31": OUT}
    ),
]

# ---------------------------------------------------------------------------------- R07, R07b: who ceases to be in care

CEASING = [
    *(
        Case(
            code,
            f"an episode that ends by {rec} is {says}",
            [episode("2015-01-01", "2016-03-31", rec)],
            {"2016-03-30": OUT, "2016-03-31": answer, "2016-04-01": OUT},
        )
        for code, rec, says, answer in (
            ("R07", "E11", "an adoption", COUNTS),
            ("R07", "E12", "an adoption", COUNTS),
            ("R07", "E4A", "none", OUT),
            ("R07", "X1", "none", OUT),
            ("R07b", "E11", "an adoption", YES),
            ("R07b", "E12", "an adoption", YES),
            ("R07b", "E4A", "another end of care", NO),
            ("R07b", "X1", "no end of care", OUT),
        )
    ),
    Case(
        "R07b",
        "changes of placement and of legal status on the way are no ends of care",
        care(
            ("2014-01-06", "S", "U6"), ("2015-03-02", "P", "A4"), ("2015-06-01", "L", "A4"), left=("2015-11-20", "E11")
        ),
        {"2015-03-02": OUT, "2015-06-01": OUT, "2015-11-20": YES},
    ),
    Case(
        "R07b",
        "each end of care is known by its day",
        [episode("2015-01-01", "2016-06-01", "E4A"), episode("2016-09-01", "2017-01-10", "E12")],
        {"2016-06-01": NO, "2017-01-10": YES},
    ),
    *(
        Case(
            code,
            "a series of short breaks is not care",
            [episode("2015-01-01", "2016-03-31", "E11", ls=ls)],
            {"2016-03-31": OUT},
        )
        for code, ls in (("R07", "V3"), ("R07b", "V4"))
    ),
    Case("R07b", "a child still in care has not ceased", care(("2015-01-01", "S", "U4")), {"2016-03-31": OUT}),
]

# --------------------------------------------------------------------- R08, R08b: days from care to the adoptive family

JOURNEYS = [
    *(
        Case(
            code,
            says,
            [*steps, *more],
            {"2015-11-20": days, "2015-11-19": OUT},
            by=None if days == UNKNOWN else "amount",
        )
        for says, steps, more, r08, r08b in (
            (
                "days run from the start of care to the adoptive placement",
                care(("2014-01-06", "S", "U6"), ("2015-03-02", "P", "A4"), left=("2015-11-20", "E11")),
                [],
                "420",
                "420",
            ),
            (
                "over 29 February there is a day more",
                care(("2012-02-28", "S", "U6"), ("2012-03-01", "P", "A6"), left=("2015-11-20", "E12")),
                [],
                "2",
                "2",
            ),
            (
                "only the last unbroken run of adoptive placements counts",
                care(
                    ("2014-01-06", "S", "U6"),
                    ("2015-03-02", "P", "A4"),
                    ("2015-05-01", "P", "U6"),
                    ("2015-08-03", "P", "A4"),
                    left=("2015-11-20", "E11"),
                ),
                [],
                "574",
                "574",
            ),
            (
                "from one adoptive placement to the next the run is unbroken",
                care(
                    ("2014-01-06", "S", "U6"),
                    ("2015-03-02", "P", "A4"),
                    ("2015-05-01", "L", "A6"),
                    ("2015-08-03", "P", "A6"),
                    left=("2015-11-20", "E11"),
                ),
                [],
                "420",
                "420",
            ),
            (
                "only the last period of care counts",
                [
                    episode("2012-01-01", "2013-12-31", "E4A"),
                    *care(("2014-01-06", "S", "U6"), ("2015-03-02", "P", "A4"), left=("2015-11-20", "E11")),
                ],
                [],
                "420",
                "420",
            ),
            (
                "without a known start of care it cannot be told",
                care(("2014-01-06", "P", "U6"), ("2015-03-02", "P", "A4"), left=("2015-11-20", "E11")),
                [],
                UNKNOWN,
                UNKNOWN,
            ),
            (
                "an adoptive placement that broke off did not lead to the adoption",
                care(
                    ("2014-01-06", "S", "U6"),
                    ("2015-03-02", "P", "A4"),
                    ("2015-08-03", "P", "U5"),
                    left=("2015-11-20", "E11"),
                ),
                [],
                UNKNOWN,
                UNKNOWN,
            ),
            (
                "after a series of short breaks days run from the end of them",
                [
                    episode("2013-01-01", "2014-01-06", ls="V4"),
                    *care(("2014-01-06", "L", "U6"), ("2015-03-02", "P", "A4"), left=("2015-11-20", "E11")),
                ],
                [],
                "420",
                "420",
            ),
            (
                "without an adoptive placement it cannot be told",
                care(("2014-01-06", "S", "U6"), ("2015-03-02", "P", "U5"), left=("2015-11-20", "E11")),
                [],
                UNKNOWN,
                UNKNOWN,
            ),
            (
                "where the foster carer adopts, R08b runs to the day the child came to that carer",
                care(
                    ("2014-01-06", "S", "U6"),
                    ("2014-06-02", "P", "U5"),
                    ("2015-03-02", "U", "A5"),
                    left=("2015-11-20", "E11"),
                ),
                [],
                "420",
                "147",
            ),
            (
                "changes with the same carer are walked through",
                care(
                    ("2014-01-06", "S", "U6"),
                    ("2014-06-02", "B", "U5"),
                    ("2014-07-01", "L", "U5"),
                    ("2014-08-01", "T", "U4"),
                    ("2015-03-02", "U", "A3"),
                    left=("2015-11-20", "E11"),
                ),
                [],
                "420",
                "147",
            ),
            (
                "a child who came into care with that carer moved in on the first day",
                care(("2014-01-06", "S", "U6"), ("2015-03-02", "U", "A5"), left=("2015-11-20", "E11")),
                [],
                "420",
                "0",
            ),
            (
                "walking back stops at a change of carer",
                care(
                    ("2014-01-06", "S", "U6"),
                    ("2014-06-02", "T", "U5"),
                    ("2014-09-01", "P", "U5"),
                    ("2015-03-02", "U", "A5"),
                    left=("2015-11-20", "E11"),
                ),
                [],
                "420",
                "238",
            ),
            (
                "a run that begins with another carer is not walked back",
                care(
                    ("2014-01-06", "S", "U6"),
                    ("2014-06-02", "P", "U5"),
                    ("2015-03-02", "U", "A6"),
                    left=("2015-11-20", "E11"),
                ),
                [],
                "420",
                "420",
            ),
            (
                "unless the return of the year says that the foster carer adopted",
                care(
                    ("2014-01-06", "S", "U6"),
                    ("2014-06-02", "P", "U5"),
                    ("2015-03-02", "U", "A6"),
                    left=("2015-11-20", "E11"),
                ),
                [adoption(2016, "1")],
                "420",
                "147",
            ),
            (
                "and not where it says the contrary, or another year's return says so",
                care(
                    ("2014-01-06", "S", "U6"),
                    ("2014-06-02", "P", "U5"),
                    ("2015-03-02", "U", "A6"),
                    left=("2015-11-20", "E11"),
                ),
                [adoption(2016, "0"), adoption(2015, "1")],
                "420",
                "420",
            ),
        )
        for code, days in (("R08", r08), ("R08b", r08b))
    ),
    Case(
        "R08",
        "a child who ceased otherwise was not adopted",
        care(("2014-01-06", "S", "U6"), ("2015-03-02", "P", "A4"), left=("2015-11-20", "E4A")),
        {"2015-11-20": OUT},
    ),
]

# ------------------------------------------------------------------------- S06: a year in care with a health assessment

YEAR_END = {"2017-03-30": OUT, "2017-04-01": OUT}

HEALTH = [
    Case(
        "S06",
        "in care from 1 April on and assessed",
        [episode("2016-04-01"), outcomes(2017, "1")],
        {"2017-03-31": YES, **YEAR_END},
    ),
    Case(
        "S06",
        "in care from 1 April on and not assessed",
        [episode("2016-04-01"), outcomes(2017, "0")],
        {"2017-03-31": NO, **YEAR_END},
    ),
    Case("S06", "in care from 1 April on, of whom nothing is told", [episode("2016-04-01")], {"2017-03-31": UNKNOWN}),
    Case(
        "S06",
        "in care from 1 April on, with an empty flag",
        [episode("2016-04-01"), outcomes(2017, None)],
        {"2017-03-31": UNKNOWN},
    ),
    Case("S06", "in care from 2 April on", [episode("2016-04-02"), outcomes(2017, "1")], {"2017-03-31": JUDGED}),
    Case(
        "S06",
        "in a leap year, too, from 1 April on",
        [episode("2015-04-01"), outcomes(2016, "1")],
        {"2016-03-31": YES, "2017-03-31": UNKNOWN},
    ),
    Case("S06", "in a leap year from 2 April on", [episode("2015-04-02"), outcomes(2016, "1")], {"2016-03-31": JUDGED}),
    Case(
        "S06",
        "each year's flag speaks for its year",
        [episode("2014-01-01"), outcomes(2015, "1"), outcomes(2016, "0"), outcomes(2017, "1")],
        {"2013-03-31": OUT, "2014-03-31": JUDGED, "2015-03-31": YES, "2016-03-31": NO, "2017-03-31": YES},
    ),
    Case(
        "S06",
        "a day at home begins the year anew",
        [episode("2015-01-01", "2016-09-01", "E4A"), episode("2016-09-02"), outcomes(2016, "1"), outcomes(2017, "1")],
        {"2016-03-31": YES, "2017-03-31": JUDGED},
    ),
    Case(
        "S06",
        "a change of placement does not",
        [*care(("2015-01-01", "S", "U4"), ("2016-09-01", "P", "K2")), outcomes(2017, "1")],
        {"2017-03-31": YES},
    ),
    Case(
        "S06",
        "a child who leaves on 31 March is not there",
        [episode("2015-01-01", "2017-03-31", "E4A"), outcomes(2017, "1")],
        {"2017-03-31": OUT},
    ),
    Case(
        "S06",
        "a child who leaves on 1 April is",
        [episode("2015-01-01", "2017-04-01", "E4A"), outcomes(2017, "1")],
        {"2017-03-31": YES},
    ),
    Case(
        "S06",
        "care whose beginning is not seen counts where the part seen is a year",
        [episode("2016-04-01", rne="L"), outcomes(2017, "1")],
        {"2017-03-31": YES},
    ),
    Case(
        "S06",
        "care after a series of short breaks begins when they end",
        [episode("2014-01-01", "2016-04-02", ls="V3"), episode("2016-04-02", rne="L"), outcomes(2017, "1")],
        {"2016-03-31": OUT, "2017-03-31": JUDGED},
    ),
    Case(
        "S06",
        "of an episode left open and a later start of care the later one speaks",
        [episode("2014-01-01"), episode("2016-10-01"), outcomes(2016, "1"), outcomes(2017, "1")],
        {"2016-03-31": YES, "2017-03-31": JUDGED},
    ),
    Case(
        "S06",
        "and cannot be judged where it is less",
        [episode("2016-04-02", rne="L"), outcomes(2017, "1")],
        {"2017-03-31": UNKNOWN},
    ),
    Case(
        "S06",
        "a child in a series of short breaks is not there",
        [episode("2015-01-01", ls="V3"), outcomes(2017, "1")],
        {"2017-03-31": OUT},
    ),
]

# -------------------------------------------------------------------------------------- R06b to R06e: missing from care

MISSING = [
    *(
        Case(
            code,
            f"category {category}",
            [episode("2015-01-01"), missing("2016-03-31", "2016-04-02", category)],
            {"2016-03-30": OUT, "2016-03-31": answer, "2016-04-01": OUT},
        )
        for code, category, answer in (
            ("R06b", "M", COUNTS),
            ("R06c", "M", COUNTS),
            ("R06d", "M", COUNTS),
            ("R06e", "M", OUT),
            ("R06b", "A", OUT),
            ("R06c", "A", OUT),
            ("R06d", "A", OUT),
            ("R06e", "A", COUNTS),
        )
    ),
    Case(
        "R06b",
        "from a short break it is not from care",
        [
            episode("2015-01-01", "2016-03-31", ls="V4"),
            episode("2016-03-31", rne="L"),
            missing("2016-03-30"),
            missing("2016-03-31"),
        ],
        {"2016-03-30": OUT, "2016-03-31": COUNTS},
    ),
    Case(
        "R06b",
        "a short break does not take away a child who is looked after besides",
        [episode("2015-01-01"), episode("2016-03-01", "2016-04-30", ls="V3"), missing("2016-03-31")],
        {"2016-03-31": COUNTS},
    ),
    *(
        Case(
            "R06b",
            f"is {says} on the day",
            [episode("2014-05-01"), missing(before), missing(on)],
            {before: young, on: old},
            born=born,
            by=by,
        )
        for says, born, before, on, by, young, old in (
            ("16", "2000-03-31", "2016-03-30", "2016-03-31", "age_band", "14-15", "16-17"),
            ("11", "2005-03-31", "2016-03-30", "2016-03-31", "age_band", "0-10", "11-13"),
            ("14", "2002-03-31", "2016-03-30", "2016-03-31", "age_band", "11-13", "14-15"),
            ("12", "2004-03-31", "2016-03-30", "2016-03-31", "age_band_national", "0-11", "12-14"),
            ("15", "2001-03-31", "2016-03-30", "2016-03-31", "age_band_national", "12-14", "15-17"),
            ("18, born on 29 February,", "2000-02-29", "2018-02-28", "2018-03-01", "age_band", "16-17", "18+"),
        )
    ),
]

# -------------------------------------------------------------------------------------------------------- S04: contacts

CONTACTS_MADE = [
    *(
        Case(
            code,
            f"forwarded to {to}",
            [contact("2016-03-31 23:59", "2016-03-31 23:59", forwarded_to=to)],
            {"2016-03-30": OUT, "2016-03-31": answer, "2016-04-01": OUT},
        )
        for code, to, answer in (
            ("S04", "SUPPORT_AND_SAFEGUARDING", COUNTS),
            ("S04", "EARLY_HELP", JUDGED),
            ("S04", "NONE", JUDGED),
            ("S04", None, UNKNOWN),
            ("S04b", "SUPPORT_AND_SAFEGUARDING", YES),
            ("S04b", "EARLY_HELP", NO),
            ("S04b", "NONE", NO),
            ("S04b", None, UNKNOWN),
        )
    ),
    *(
        Case(
            "S04c",
            f"a contact of {at} decided at {decided or 'no time told'} ({says})",
            [contact(at, decided, outcome=outcome)],
            {at[:10]: answer},
        )
        for says, at, decided, outcome, answer in (
            ("the same day", "2016-06-01 10:00", "2016-06-01 16:00", "NFA", YES),
            ("the next working day, to the last minute", "2016-06-01 00:01", "2016-06-02 23:59", "NFA", YES),
            ("the second working day", "2016-06-01 23:59", "2016-06-03 00:00", "NFA", NO),
            ("Friday to Monday", "2016-06-03 10:00", "2016-06-06 10:00", "NFA", YES),
            ("Friday to Tuesday", "2016-06-03 10:00", "2016-06-07 10:00", "NFA", NO),
            ("Saturday to Monday", "2016-06-04 10:00", "2016-06-06 10:00", "NFA", YES),
            ("Saturday to Tuesday", "2016-06-04 10:00", "2016-06-07 10:00", "NFA", NO),
            ("over Easter", "2016-03-24 10:00", "2016-03-29 10:00", "NFA", YES),
            ("over Easter and a day", "2016-03-24 10:00", "2016-03-30 10:00", "NFA", NO),
            ("pending", "2016-06-01 10:00", None, "PENDING", NO),
            ("decided, nobody says when", "2016-06-01 10:00", None, "NFA", UNKNOWN),
        )
    ),
]

CASES = [
    *STOCKS,
    *AGES,
    *PLANS,
    *DURATIONS,
    *RE_REFERRALS,
    *EVENTS,
    *PLAN_REVIEWS,
    *CARE_REVIEWS,
    *SETTLED,
    *CEASING,
    *JOURNEYS,
    *HEALTH,
    *MISSING,
    *CONTACTS_MADE,
]


# ------------------------------------------------------------------------------------------------ figures over a period

MONTH, QUARTER, YEAR, TO_DATE, ROLLING = (
    "month", "quarter", "financial_year", "financial_year_to_date", "rolling_36_months",
)  # fmt: skip
PUBLISHED, LOW, NOTHING, NOT_KNOWN, NONE_YET = (
    "published", "low_reliability", "not_applicable", "not_available", "not_submitted",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """What a figure of a period is made of: numerator, denominator, cases that cannot be judged; and what is shown."""

    indicator: str
    says: str
    period_type: str
    period_end: str
    numerator: int | None
    denominator: int | None
    not_assessable: int | None
    value: str | None
    status: str
    area: str = COUNTED
    breakdown: tuple[str, str] = ("total", "total")
    version: str = field(default="1", kw_only=True)


def many(says: str, number: int, *records: Record, born: str | None = BORN) -> list[Child]:
    return [Child(f"{says} {place}", COUNTED, records, born) for place in range(number)]


# Plans that started in months of 2016: 20, 19, none, 3 that cannot be judged, 15 and 5 that cannot.
PEOPLE = [
    *many("a second plan of June", 5, plan("2016-06-01", "2016-06-01", previous=1)),
    *many("a first plan of June", 15, plan("2016-06-30", "2016-06-30")),
    *many("a second plan of July", 5, plan("2016-07-01", "2016-07-01", previous=1)),
    *many("a first plan of July", 14, plan("2016-07-31", "2016-07-31")),
    *many("a plan of September", 3, plan("2016-09-15", "2016-09-15", previous=None)),
    *many("a plan of October", 1, plan("2016-10-15", "2016-10-15", previous=2)),
    *many("another plan of October", 5, plan("2016-10-15", "2016-10-15", previous=None)),
    # Plans from the last day before the first return, and from its first day.
    *(
        Child(f"a plan of {day}", COUNTED, [plan(day, "2012-09-01"), *plan_reviews(day, "2012-06-15")])
        for day in ("2012-03-31", "2012-04-01")
    ),
    # Ceasing to be looked after: twice in the year, and once in the year before.
    *many(
        "ceased twice",
        1,
        episode("2015-01-01", "2016-06-15", "E4A"),
        episode("2016-09-01", "2017-01-10", "E11"),
    ),
    *many("ceased once", 3, episode("2015-01-01", "2016-06-30", "E4A")),
    *many("ceased on 31 March", 1, episode("2015-01-01", "2016-03-31", "E12")),
    *many("ceased on 1 April", 1, episode("2015-01-01", "2016-04-01", "E12")),
    *many("moved", 2, *care(("2015-01-01", "S", "U4"), ("2016-06-01", "P", "K2"))),
    # Missing: in two months, twice in one, on its first and last day, and in the last month of the older definition.
    *many("missing in two months", 1, episode("2014-01-01"), missing("2016-06-30"), missing("2016-07-01")),
    *many("missing twice in June", 1, episode("2014-01-01"), missing("2016-06-01"), missing("2016-06-30")),
    *many("missing once in June", 1, episode("2014-01-01"), missing("2016-06-10")),
    *many(
        "missing and away",
        1,
        episode("2014-01-01"),
        missing("2016-06-11", category="M"),
        missing("2016-06-12", category="A"),
    ),
    *many("missing in March 2014", 1, episode("2014-01-01"), missing("2014-03-31"), missing("2014-04-01")),
    # Adopted on the first and last day of 36 months, and a day before and after; 100 to 500 days on the way.
    *(
        Child(
            f"adopted on {day}",
            COUNTED,
            care((start, "S", "U6"), (placed, "P", "A4"), left=(day, "E11")),
        )
        for start, placed, day in (
            ("2013-01-01", "2013-04-11", "2015-06-30"),
            ("2013-01-01", "2013-07-20", "2015-07-01"),
            ("2016-01-01", "2016-10-27", "2018-06-30"),
            ("2016-01-01", "2017-02-04", "2018-07-01"),
        )
    ),
    Child(
        "adopted without a start",
        COUNTED,
        care(("2016-01-01", "L", "U6"), ("2017-01-01", "P", "A4"), left=("2018-01-01", "E11")),
    ),
    # Cases open on a day of 2013/14.
    *(
        Child(f"a case from {referred} to {closed}", COUNTED, [case(referred, closed)])
        for referred, closed in (
            ("2012-05-01", "2013-04-01"),
            ("2012-05-01", "2013-04-02"),
            ("2013-06-15", "2013-06-15"),
            ("2014-03-31", "2014-05-01"),
            ("2014-04-01", "2014-05-01"),
        )
    ),
    Child("a referral of June 2013 without further action", COUNTED, [case("2013-06-20", referral_nfa=True)]),
    # Cases open on 31 December 2014: of 1, 3, 4, 7 months.
    *(
        Child(f"a case of {referred} open at the end of 2014", COUNTED, [case(referred, "2015-01-01")])
        for referred in ("2014-12-01", "2014-09-30", "2014-09-29", "2014-06-01")
    ),
    # Enquiries and a conference told of twice, on the edges of June 2013.
    *(
        Child(f"an enquiry of {start}", COUNTED, [enquiry(start, "2013-06-30")])
        for start in ("2013-05-31", "2013-06-01", "2013-06-30", "2013-07-01")
    ),
    Child("contact sent on", COUNTED, [contact("2016-06-30 23:59", forwarded_to="SUPPORT_AND_SAFEGUARDING")]),
    Child("contact not told of", COUNTED, [contact("2016-06-01 00:00", forwarded_to=None)]),
    Child("contact of July not told of", COUNTED, [contact("2016-07-01 00:00", forwarded_to=None)]),
]

FIGURES = [
    Figure("S03", "20 cases are enough for a share", MONTH, "2016-06-30", 5, 20, 0, "25.0", PUBLISHED),
    Figure("S03", "19 cases are not", MONTH, "2016-07-31", 5, 19, 0, "26.3", LOW),
    Figure("S03", "0 of 0 is no share", MONTH, "2016-08-31", 0, 0, 0, None, NOTHING),
    Figure("S03", "where none can be judged there is no share", MONTH, "2016-09-30", None, 0, 3, None, NOT_KNOWN),
    Figure("S03", "who cannot be judged is no part of a share", MONTH, "2016-10-31", 1, 1, 5, "100.0", LOW),
    Figure("S03", "the year to date begins on 1 April", TO_DATE, "2016-06-30", 5, 20, 0, "25.0", PUBLISHED),
    Figure("S03", "the year to date runs to the month's end", TO_DATE, "2016-07-31", 10, 39, 0, "25.6", PUBLISHED),
    Figure(
        "S03", "the year to date goes on through an empty month", TO_DATE, "2016-08-31", 10, 39, 0, "25.6", PUBLISHED
    ),
    Figure("S03", "a quarter is its three months", QUARTER, "2016-09-30", 5, 19, 3, "26.3", LOW),
    Figure("S03", "the year is all of them", YEAR, "2017-03-31", 11, 40, 8, "27.5", PUBLISHED),
    Figure("S03", "the year to date starts anew in April", TO_DATE, "2017-04-30", 0, 0, 0, None, NOTHING),
    Figure("R07b", "31 March is of the year before", MONTH, "2016-03-31", 1, 1, 0, "100", LOW),
    Figure("R07b", "1 April is of the next", MONTH, "2016-04-30", 1, 1, 0, "100", LOW),
    Figure("R07b", "who ceased in the month counts, whatever follows", MONTH, "2016-06-30", 0, 4, 0, "0", LOW),
    Figure("R07b", "back in care by autumn counts as ceased", TO_DATE, "2016-12-31", 1, 5, 0, "20", LOW),
    Figure("R07b", "of two endings in the year the last one speaks", YEAR, "2017-03-31", 2, 5, 0, "40", LOW),
    Figure("R07", "an adoption is of the month of its day", MONTH, "2017-01-31", 1, None, 0, "1", PUBLISHED),
    Figure("R07", "the adoptions of the year", YEAR, "2017-03-31", 2, None, 0, "2", PUBLISHED),
    Figure("R06b", "children missing in June count once", MONTH, "2016-06-30", 4, None, 0, "4", PUBLISHED, version="2"),
    Figure(
        "R06b", "a child missing in July too counts there", MONTH, "2016-07-31", 1, None, 0, "1", PUBLISHED, version="2"
    ),
    Figure("R06b", "and once in the year to date", TO_DATE, "2016-07-31", 4, None, 0, "4", PUBLISHED, version="2"),
    Figure("R06b", "31 March 2014 is of the older definition", MONTH, "2014-03-31", 1, None, 0, "1", PUBLISHED),
    Figure("R06b", "1 April 2014 is of the newer one", MONTH, "2014-04-30", 1, None, 0, "1", PUBLISHED, version="2"),
    Figure("R06c", "incidents of June", MONTH, "2016-06-30", 5, None, 0, "5", PUBLISHED, version="2"),
    Figure("R06c", "incidents of the year to date", TO_DATE, "2016-07-31", 6, None, 0, "6", PUBLISHED, version="2"),
    Figure("R06d", "twice in a month is more than once", MONTH, "2016-06-30", 1, None, 0, "1", PUBLISHED, version="2"),
    Figure(
        "R06d",
        "once in each of two months is not, in either",
        MONTH,
        "2016-07-31",
        0,
        None,
        0,
        "0",
        PUBLISHED,
        version="2",
    ),
    Figure("R06d", "but it is in the year to date", TO_DATE, "2016-07-31", 2, None, 0, "2", PUBLISHED, version="2"),
    Figure("R06d", "two quarters do not add up", QUARTER, "2016-06-30", 1, None, 0, "1", PUBLISHED, version="2"),
    Figure("R06e", "away without authorisation is apart", MONTH, "2016-06-30", 1, None, 0, "1", PUBLISHED),
    Figure("R08", "36 months have their first and their last day", ROLLING, "2018-06-30", 500, 2, 4, "250", LOW),
    Figure("R08", "a quarter earlier the last has not come", ROLLING, "2018-03-31", 300, 2, 4, "150", LOW),
    Figure("R08", "a quarter later the first has gone", ROLLING, "2018-09-30", 700, 2, 4, "350", LOW),
    Figure(
        "R08", "36 months that begin with the first return are known", ROLLING, "2015-03-31", 0, 0, 0, None, NOTHING
    ),
    Figure(
        "R08",
        "36 months that begin before the first return are not known",
        ROLLING,
        "2018-12-31",
        None,
        None,
        None,
        None,
        NONE_YET,
        area=FROM_2016,
    ),
    Figure(
        "R08",
        "and a quarter later they are",
        ROLLING,
        "2019-03-31",
        0,
        0,
        0,
        None,
        NOTHING,
        area=FROM_2016,
    ),
    Figure(
        "W02", "a plan from before the first return cannot be judged", MONTH, "2012-06-30", None, 0, 1, None, NOT_KNOWN
    ),
    Figure("W02", "and stands beside one that can", MONTH, "2012-07-31", 1, 1, 1, "100.0", LOW),
    Figure("S01c", "open on a day of the year, both bounds counted", YEAR, "2014-03-31", 3, None, 0, "3", PUBLISHED),
    Figure("R05", "those of more than 3 and up to 6 months of all open", QUARTER, "2014-12-31", 1, 4, 0, "25.0", LOW),
    *(
        Figure("R05", f"the share of {band}", QUARTER, "2014-12-31", n, 4, 0, value, LOW, breakdown=("duration", band))
        for band, n, value in (
            (UP_TO_3, 2, "50.0"),
            (TO_6, 1, "25.0"),
            (TO_YEAR, 1, "25.0"),
            (TO_2_YEARS, 0, "0.0"),
            (OVER_2_YEARS, 0, "0.0"),
        )
    ),
    Figure(
        "R05b", "a day later, when they closed, two had lasted so long", QUARTER, "2015-03-31", 2, 4, 0, "50.0", LOW
    ),
    Figure("A07", "enquiries of both bounds of a month", MONTH, "2013-06-30", 2, None, 0, "2", PUBLISHED),
    Figure("A05b", "each child's conference counts", MONTH, "2013-06-30", 4, None, 0, "4", PUBLISHED),
    Figure("S04", "one sent on, one not told of", MONTH, "2016-06-30", 1, None, 1, "1", PUBLISHED),
    Figure(
        "S04", "a count of none that can be judged is no nought", MONTH, "2016-07-31", None, None, 1, None, NOT_KNOWN
    ),
    Figure("S04", "and no contact is a nought", MONTH, "2016-08-31", 0, None, 0, "0", PUBLISHED),
    Figure("S04b", "the share is of who can be judged", MONTH, "2016-06-30", 1, 1, 1, "100.0", LOW),
    Figure(
        "S05",
        "the year before the look-back is loaded has none to judge",
        YEAR,
        "2013-03-31",
        None,
        0,
        2,
        None,
        NOT_KNOWN,
    ),
    Figure("S05", "a year later all are judged", YEAR, "2014-03-31", 0, 3, 0, "0.0", LOW),
]
