"""How often what happens in the sample: every share and rate, with where it comes from or that it is our choice.

Belongs here: numbers. Does not belong here: how a journey is put together from them.

"Published" means the Department for Education's statistics for East Riding of Yorkshire. The counts that the sample is
fitted to stand in calibration.csv; what stands here decides everything that nobody published. One departure on purpose:
the authority recorded hardly any referral with no further action, and the sample has a few, so that the flag can be
seen.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Shares(Generic[T]):
    """A choice among values by weight; the weights need not add up to anything."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.values = list(weights)
        self._steps = list(accumulate(weights.values()))

    def draw(self, rng: Random) -> T:
        """One value, by one random number."""
        step = bisect(self._steps, rng.random() * self._steps[-1])
        return self.values[min(step, len(self.values) - 1)]


def stream(seed: int | str, name: str) -> Random:
    """The random numbers of one part of the sample: a change in one part leaves the others as they were."""
    return Random(f"{seed}/{name}")  # noqa: S311 (an invented population, not a secret)


# By calendar month, January first. Our choice: schools refer little in August and at Christmas.
SEASON = (1.05, 1.0, 1.1, 0.95, 1.05, 1.08, 1.08, 0.8, 1.0, 1.04, 1.05, 0.85)
# By weekday, Monday first. Our choice: the emergency duty team takes a few at weekends.
WEEKDAYS = (1.35, 1.3, 1.3, 1.3, 1.3, 0.25, 0.2)
# Referrals of a year's last three months, at least, for each case of them that is open at its end; our choice.
LAST_MONTHS_FOR_EACH_OPEN_CASE = 1.1
# Standard deviation of a month's rate around its season; our choice.
MONTHLY_NOISE = 0.06

# What follows a referral, per cent; plans and conferences come from the quotas of the year. Care: about 115 children a
# year start to be looked after (published: 78 and 115), with those who had a plan first.
PATHWAYS: dict[str, float] = {
    "no_further_action": 3.5,
    "assessed_only": 37.0,
    "short_work": 26.0,
    "longer_work": 12.0,
    "long_work": 3.8,
    "disability": 3.6,
    "care": 2.9,
    "short_breaks": 0.22,
}
# Of plans, those on which the child comes to be looked after; our choice.
PLANS_THEN_CARE = 0.12
# Pathways on which a child who was referred before may come back; the others need a child of a certain age.
RETURNING_PATHWAYS = frozenset({"no_further_action", "assessed_only", "short_work", "longer_work", "plan"})
# Days from referral to closing where neither a plan nor care follows. Published: 37-45% of ended episodes lasted up to
# three months, 29-32% three to six, 13-17% six to twelve, 7-9% one to two years, 4-6% longer. Few can have closed
# within weeks, as nine in ten of the year's last three months were still open (661 of about 720 in 2016).
DAYS_OPEN = {
    "assessed_only": (36, 91),
    "short_work": (60, 182),
    "longer_work": (130, 365),
    "conference_only": (60, 240),
    "long_work": (300, 900),
}
# Share of long cases of disabled children whose primary need is the disability; published (2016): N2 196 of 1,953.
NEED_IS_DISABILITY = 0.45
# Average years that a disabled child's case stays open; published: a quarter of open cases are older than two years.
DISABILITY_YEARS = 7.0

# Age at referral, in years; -1 is unborn. Our choice, near the published national ages of children in need.
AGE_AT_REFERRAL = Shares({
    -1: 2.5, 0: 8, 1: 6.5, 2: 6, 3: 5.5, 4: 5.5, 5: 5.6, 6: 5.6, 7: 5.6, 8: 5.6, 9: 5.4, 10: 5.2, 11: 5.2,
    12: 5.2, 13: 5.3, 14: 5.3, 15: 5, 16: 3.8, 17: 2,
})  # fmt: skip
MALE = 0.52
# Our choice: mostly White British, as the East Riding is.
ETHNICITY = Shares({
    "WBRI": 92, "WOTH": 2.2, "MOTH": 0.8, "MWBC": 0.7, "MWBA": 0.4, "MWAS": 0.5, "WIRI": 0.2, "WROM": 0.3,
    "AIND": 0.2, "APKN": 0.2, "ABAN": 0.1, "AOTH": 0.4, "BAFR": 0.4, "BCRB": 0.1, "BOTH": 0.1, "CHNE": 0.1,
    "OOTH": 0.4, "NOBT": 0.7, "REFU": 0.2,
})  # fmt: skip
ETHNICITY_UNACCOMPANIED = Shares({"AOTH": 40, "OOTH": 30, "BAFR": 30})
DISABLED = 0.06
DISABILITIES = Shares({
    "LD": 26, "AUT": 22, "BEH": 14, "COMM": 10, "MOB": 9, "PC": 5, "HEAR": 4, "VIS": 4, "CON": 4, "INC": 3,
    "HAND": 2, "DDA": 5,
})  # fmt: skip

# Published by group (calibration.csv): within a group our choice. Schools stand under 2B, as the authority coded them.
SOURCES_OF: dict[str, Shares[str]] = {
    "individual": Shares({"1A": 8.6, "1B": 1.6, "1C": 0.8, "1D": 0.7}),
    "schools_and_education": Shares({"2A": 0.1, "2B": 20.4}),
    "health": Shares({"3A": 2.6, "3B": 4.2, "3C": 1.2, "3D": 1.6, "3E": 2.6, "3F": 2.2}),
    "housing": Shares({"4": 1}),
    "local_authority": Shares({"5A": 13.0, "5B": 4.0, "5C": 3.8}),
    "police": Shares({"6": 1}),
    "other_legal": Shares({"7": 1}),
    "other": Shares({"8": 1}),
    "anonymous": Shares({"9": 1}),
    "unknown": Shares({"10": 1}),
}
# Of referrals whose source is unknown or from housing where that was suppressed: at most so many; our choice.
SUPPRESSED_SOURCE = 2
# Of all referrals, in a year of which nothing was published.
SOURCE_GROUPS = Shares({
    "individual": 11.7, "schools_and_education": 20.5, "health": 14.4, "housing": 0.8, "local_authority": 20.8,
    "police": 17.9, "other_legal": 3.0, "other": 6.8, "anonymous": 4.0, "unknown": 0.1,
})  # fmt: skip


def group_of_source(code: str) -> str:
    """The group of a source's code."""
    return next(group for group, shares in SOURCES_OF.items() if code in shares.values)


# Published (2016, at 31 March): N1 1,015, N2 196, N3 22, N4 90, N5 557, N6 39, N8 12, N9 17 of 1,953; N2 comes with
# the disability pathway.
NEEDS = Shares({"N1": 50, "N2": 1, "N3": 1.2, "N4": 5, "N5": 38, "N6": 2.2, "N7": 0.1, "N8": 0.6, "N9": 0.9})
NEEDS_IN_CARE = Shares({"N1": 72, "N2": 3, "N3": 3, "N4": 6, "N5": 12, "N6": 2, "N8": 2})
# Why a case closed that neither plan nor care determined; RC8 is the assessed-only pathway's own.
CLOSURES = Shares({"RC7": 92, "RC5": 6, "RC3": 2})

# Factors found at the end of an assessment. Our choice, in the order of the national figures (parents' domestic abuse
# and mental health first); the four that are the Board's priorities are 16A, 3A-3C, 11A and 15A.
FACTORS = Shares({
    "3B": 34, "4B": 30, "16A": 17, "17A": 18, "2B": 16, "1B": 15, "18A": 11, "4A": 10, "3A": 10, "14A": 7,
    "15A": 6, "19A": 6, "10A": 4, "11A": 4, "5A": 8, "6A": 6, "7A": 3, "3C": 4, "2A": 4, "1A": 3, "13A": 1,
    "12A": 0.5, "20": 9,
})  # fmt: skip
NUMBER_OF_FACTORS = Shares({1: 45, 2: 32, 3: 16, 4: 7})
NO_FACTORS = 0.07

# Section 47. Published: 473, 563 and 800 enquiries, 244, 289 and 299 conferences. Share of open work with an enquiry
# that led to no conference, and working days from enquiry to conference (published median 12, nearly all within 20).
ENQUIRY_WITHOUT_CONFERENCE = {"short_work": 0.17, "longer_work": 0.35, "long_work": 0.5, "care": 0.35}
CONFERENCE_WORKING_DAYS = Shares(
    {7: 4, 8: 7, 9: 10, 10: 14, 11: 14, 12: 14, 13: 12, 14: 10, 15: 8, 17: 3, 19: 2, 24: 2}
)
CONFERENCE_AFTER_TRANSFER = 0.03

# Child protection plans. Categories: published starts 2016 and 2017. Months: published ended plans (15% up to three
# months, 15% to six, 42% to twelve, 26% to twenty-four, 3% longer). Reviews on time: published 98-99%.
CATEGORIES = Shares({"NEG": 53, "EMO": 24, "PHY": 18, "SAB": 4, "MUL": 1})
CATEGORY_CHANGES = 0.09
PLAN_DAYS = Shares({(25, 91): 14.5, (92, 182): 14.5, (183, 364): 42, (365, 728): 26, (730, 1000): 3})
# Of plans, those tried for a child who had one here before; our choice.
PLANS_AGAIN = 0.06
# In a year for which it was not published or suppressed: a number that a suppressed cell may hide.
PLANS_ENDED_AFTER_TWO_YEARS = 4
EARLIER_PLANS = Shares({0: 84, 1: 13, 2: 3})
PLAN_REVIEW_LATE = 0.012

# Looked after. Starts by what becomes of them; our choice, so that stays add up to near the published 261 and 287.
CARE_KINDS = Shares(
    {
        "home": 36,
        "guardianship": 15,
        "adoption": 19,
        "with_parents": 8,
        "long_term": 30,
        "unaccompanied": 2.5,
        "remand": 1.5,
    }
)
CARE_AGES = {
    "home": Shares({0: 8, 2: 10, 5: 10, 8: 10, 11: 14, 13: 18, 14: 16, 15: 14}),
    "guardianship": Shares({0: 30, 1: 20, 2: 15, 4: 15, 6: 10, 8: 10}),
    "adoption": Shares({-1: 25, 0: 30, 1: 20, 2: 13, 3: 8, 4: 4}),
    "with_parents": Shares({0: 15, 2: 15, 5: 20, 8: 20, 11: 15, 13: 15}),
    "long_term": Shares({1: 5, 3: 9, 5: 13, 7: 14, 9: 15, 11: 14, 13: 14, 14: 10, 15: 6}),
    "unaccompanied": Shares({15: 2, 16: 5}),
    "remand": Shares({14: 1, 15: 2, 16: 3}),
}
SHORT_BREAK_AGES = Shares({4: 1, 6: 2, 8: 2, 10: 2, 12: 2, 14: 1})
RETURNS_TO_CARE = 0.12
CARE_REVIEW_LATE = 0.04
# PN1 speaks for him- or herself ... PN7 neither attends nor sends views; our choice.
REVIEW_CODES = Shares({"PN1": 46, "PN2": 4, "PN3": 5, "PN4": 3, "PN5": 13, "PN6": 22, "PN7": 7})
LEAVES_AT_18 = Shares({"E5": 40, "E6": 20, "E17": 28, "E7": 12})
PLACE_CHANGE_REASONS = Shares({
    "CARPL": 30, "CREQB": 16, "CREQO": 8, "CHILD": 8, "LAREQ": 10, "STAND": 2, "ALLEG": 2, "APPRR": 1,
    "CLOSE": 2, "OTHER": 7,
})  # fmt: skip
PREVIOUS_PERMANENCE = Shares({"Z1": 93, "P1": 1.5, "P2": 2.5, "P3": 2, "P4": 1})
# Times away without authorisation for each time missing, and children likewise; our choice.
AWAY_FOR_EACH_MISSING = 0.3
# Looked after at 31 March of a year of which it was not published: 2016's 261, less the 78 who started, and the 110 who
# ceased in the year.
LOOKED_AFTER = {2015: 293}
# Adopted in a year of which nothing was published; our choice.
ADOPTED_A_YEAR = 14
# Reasons for leaving care with which the case closes at once.
CLOSES_WITH_CARE = frozenset({"E11", "E12", "E41", "E43", "E44"})
# Yearly health and outcomes (OC2), of those looked after for twelve months. Published health assessments: 97-100%.
HEALTH = {"immunisations": 0.93, "teeth_check": 0.9, "health_assessment": 0.975, "health_check": 0.93}
CONVICTED, SUBSTANCE_MISUSE = 0.04, 0.05
ACTIVITIES = Shares({"F1": 6, "F2": 30, "F3": 24, "P2": 4, "P3": 6, "G4": 8, "G5": 18, "G6": 4})
ACCOMMODATION = Shares(
    {"U1": 34, "Z1": 16, "B1": 13, "D1": 14, "E1": 9, "T1": 2, "K1": 4, "X2": 3, "U2": 3, "W2": 1, "S2": 1}
)

# Contacts at the front door, referrals included, per referral (about 8,000 a year); our choice throughout.
CONTACTS_PER_REFERRAL = 2.85
CONTACT_REASONS = Shares(
    {"DA": 30, "NEGLECT": 17, "MH": 10, "SUBSTANCE": 8, "SELF_HARM": 4, "CSE": 3, "MISSING": 6, "OTHER": 22}
)
CONTACT_OUTCOMES = Shares({"INFO_ADVICE": 44, "NFA": 28, "EARLY_HELP": 22, "OTHER_LA": 4, "STRATEGY_DISCUSSION": 2})
CONTACT_SOURCES = Shares({
    "6": 38, "2B": 17, "3A": 2, "3B": 5, "3C": 2, "3D": 2, "3E": 4, "3F": 4, "1A": 8, "1B": 3, "5A": 5, "5C": 4,
    "4": 2, "7": 2, "8": 5, "9": 3,
})  # fmt: skip
CONTACT_DECIDED_IN_A_DAY = 0.93

# Sizes of invented authorities beside ours; our choice.
SIZES_OF_AUTHORITIES = (0.35, 2.5)

# What the case system learns late or wrongly, as a share of the last year's records; our choice.
LATE_PLANS, LATE_PLAN_ENDS, AMENDED_PLAN_ENDS, CHANGED_CATEGORIES = 0.04, 0.04, 0.03, 0.03
LATE_EPISODES, AMENDED_CARE_ENDS = 0.03, 0.05
