"""How often what happens in the partners' feeds: shares and rates, and where they come from.

Belongs here: numbers. Does not belong here: counts that were published (calibration.csv).
All of it is our choice where nothing else is said: near what is known of England, of no agency in particular.
"""

from __future__ import annotations

from orchestration.synthetic.distributions import Shares

# --------------------------------------------------------------------------------------------------------------- police
# Of the times away that the authority's return tells of, those that the police recorded too; and of times away from
# care that the police recorded, how many more the authority never wrote down.
TOLD_BY_BOTH, TOLD_BY_POLICE_ALONE = 0.93, 0.05
# Times away from care a year before the return asked for them (to 2013/14).
FROM_CARE_BEFORE = 60
# Children who live at home: a year's episodes of those with a case, and of those whom nobody knew.
FROM_HOME_KNOWN, FROM_HOME_UNKNOWN = 240, 110
# Placed in the area by another authority, which is responsible for them.
FROM_CARE_OF_OTHERS = 70
OTHER_AUTHORITIES = {"810": 50, "813": 20, "815": 20, "812": 10, "383": 10}
# Of episodes from home, those that the police recorded as ABSENT, until that category ended in 2017.
ABSENT_FROM_HOME = 0.15
MATCHED_KNOWN = 0.9
RISK = Shares({"HIGH": 22, "MEDIUM": 62, "LOW": 14, "NONE": 2})
WENT_FROM_HOME = Shares({"HOME": 84, "SCHOOL": 6, "HOSPITAL": 2, "OTHER": 6, "UNKNOWN": 2})
MISSING_AGES = Shares({8: 1, 9: 1, 10: 3, 11: 5, 12: 9, 13: 15, 14: 22, 15: 24, 16: 13, 17: 7})
RHI_OFFERED, RHI_ACCEPTED, RHI_IN_72_HOURS = 0.88, 0.7, 0.72
RHI_PROVIDER = Shares({"LA": 70, "COMMISSIONED": 26, "OTHER": 4})

# --------------------------------------------------------------------------------------------------------------- CAMHS
CAMHS_REFERRALS = 1450
CAMHS_GROWTH = 1.06
CAMHS_AGES = Shares({4: 1, 5: 3, 6: 4, 7: 5, 8: 6, 9: 6, 10: 7, 11: 7, 12: 9, 13: 11, 14: 13, 15: 13, 16: 10, 17: 5})
CAMHS_SOURCES = Shares({"A1": 52, "F1": 20, "D1": 8, "B1": 6, "A3": 5, "C1": 5, "N1": 4})
CAMHS_ACCEPTED = 0.82
CAMHS_PATHWAYS = Shares(
    {"CORE": 58, "NEURO": 18, "SINGLE_POINT": 10, "EATING_DISORDER": 4, "LD": 6, "YOUTH_JUSTICE": 2}
)
CAMHS_DAYS_TO_FIRST, CAMHS_DAYS_TO_SECOND = 38.0, 30.0
CAMHS_NEVER_SEEN, CAMHS_SEEN_ONCE = 0.13, 0.16
CAMHS_SELF_HARM = 0.14
# Of children with self-harm (15A), or a mental illness of their own (4A), among the factors of an assessment.
CAMHS_AFTER_SELF_HARM, CAMHS_AFTER_MENTAL_HEALTH = 0.6, 0.35
CAMHS_ELSEWHERE = 0.04

# ------------------------------------------------------------------------------------- police: domestic abuse, crimes
# Notifications beside those that became a contact at the front door, and those that name a second child.
DOMESTIC_ABUSE_UNHEARD, DOMESTIC_ABUSE_SECOND_CHILD = 0.2, 0.3
DOMESTIC_ABUSE_FACTORS = frozenset({"3A", "3B", "3C"})
DASH = Shares({"STANDARD": 58, "MEDIUM": 30, "HIGH": 12})
CHILD_PRESENT, IS_CRIME = 0.62, 0.46
# Recorded sexual offences with a victim under 18 in 2011/12, and how much more each year: recorded, not committed.
SEXUAL_OFFENCES, SEXUAL_OFFENCES_GROWTH = 135, 1.09
VICTIM_AGES = Shares({2: 1, 3: 1, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4, 9: 4, 10: 5, 11: 6, 12: 9, 13: 12, 14: 15, 15: 15,
                      16: 9, 17: 7})  # fmt: skip
CRIME_CANCELLED, CRIME_WITHOUT_AGE, CRIME_WITHOUT_VICTIM, CRIME_NON_RECENT = 0.04, 0.025, 0.03, 0.24
CRIME_AFTER_EXPLOITATION = 0.25
RELATIONSHIPS = Shares(
    {"FAMILY": 27, "INTIMATE": 10, "ACQUAINTANCE": 34, "IN_AUTHORITY": 3, "STRANGER": 12, "UNKNOWN": 14}
)
CRIME_OUTCOMES = Shares({"1": 10, "2": 1, "3": 2, "10": 3, "14": 9, "15": 25, "16": 33, "18": 17})

# --------------------------------------------------------------------------------------------------------------- MARAC
MARAC_CASES, MARAC_REPEATS = 330, 0.31
# Of repeats, those whose earlier referral was not written down, which the check is to show.
MARAC_REPEAT_UNEXPLAINED = 0.02
MARAC_AGENCIES = Shares({
    "POLICE": 62, "IDVA": 12, "CSC": 6, "HEALTH_PRIMARY": 2, "HEALTH_SECONDARY": 4, "MENTAL_HEALTH": 1, "HOUSING": 3,
    "PROBATION": 2, "EDUCATION": 0.5, "SUBSTANCE": 1, "VCS": 5, "ADULT_SC": 1, "OTHER": 1.5,
})  # fmt: skip
CHILDREN_IN_HOUSEHOLD = Shares({0: 34, 1: 26, 2: 24, 3: 11, 4: 4, 5: 1})

# ------------------------------------------------------------------------------------------------------- youth justice
YOT_OUTCOMES = Shares({"YOUTH_CAUTION": 55, "YOUTH_CONDITIONAL_CAUTION": 12, "CONVICTION": 33})
YOT_OUTCOMES_BEFORE_2013 = Shares({"REPRIMAND": 52, "FINAL_WARNING": 18, "CONVICTION": 30})
YOT_AGES = Shares({10: 1, 11: 2, 12: 5, 13: 10, 14: 17, 15: 22, 16: 23, 17: 20})
YOT_OFFENCES = Shares({
    "VIOLENCE": 28, "THEFT": 22, "CRIMINAL_DAMAGE": 15, "DRUGS": 12, "PUBLIC_ORDER": 8, "MOTORING": 5, "SEXUAL": 3,
    "DOMESTIC_BURGLARY": 2, "NON_DOMESTIC_BURGLARY": 1, "ARSON": 1, "ROBBERY": 1, "OTHER": 2,
})  # fmt: skip
# The team's own records hold a few more than the police national computer, which counts by another date.
YOT_OF_PNC = 1.06

# ------------------------------------------------------------------------------------------- children's social care
EARLY_HELP_ASSESSED, EARLY_HELP_COMPLETED, EARLY_HELP_PLANNED = 0.82, 0.88, 0.78
EARLY_HELP_LEAD = Shares({"LOCAL_AUTHORITY": 46, "SCHOOL": 30, "HEALTH": 14, "VCS": 7, "POLICE": 1, "OTHER": 2})
EARLY_HELP_ENDS = Shares({"NEEDS_MET": 70, "DISENGAGED": 22, "MOVED": 8})
STEPPED_DOWN = 0.09
CSE_OF_ASSESSED = 0.75
CSE_LEVELS = Shares({"LOW": 30, "STANDARD": 22, "MEDIUM": 34, "HIGH": 14})
CSE_ENDS = Shares({"RISK_REDUCED": 74, "TURNED_18": 8, "MOVED": 8, "TRANSFERRED": 5, "OTHER": 5})
HEALTH_ASSESSMENT_LATE, HEALTH_ASSESSMENT_INITIAL_LATE, HEALTH_ASSESSMENT_DECLINED = 0.06, 0.25, 0.3

# ----------------------------------------------------------------------------------------------------------- education
SCHOOLS_SECONDARY, SCHOOLS_PRIMARY, SCHOOLS_SPECIAL = 18, 12, 3
# Of children in need of school age, those on the roll under the number that the authority holds, and under another.
UPN_SAME, UPN_OTHER = 0.93, 0.03
SCHOOLED_ELSEWHERE, CHANGED_SCHOOL, DUAL_REGISTERED = 0.05, 0.05, 0.02
# Sessions that a pupil could attend: autumn, spring, half term 5, half term 6.
SESSIONS = {"AUT": 142, "SPR": 112, "SUM": 56, "SUM6": 62}
# Of children in need, persistently absent by the definition of 2015/16. Published: 30.9% in 2016/17.
PERSISTENTLY_ABSENT_IN_NEED, PERSISTENTLY_ABSENT_OTHERS = 0.309, 0.1
# Of children in need at the end of the stage, by the year's own measure. Published: key stage 2 21% (2015/16) and 29%
# (2016/17), key stage 4 15.8% (2016/17); the rest is our choice.
KEY_STAGE_2_IN_NEED = {2012: 0.36, 2013: 0.37, 2014: 0.4, 2015: 0.41, 2016: 0.21, 2017: 0.29}
KEY_STAGE_4_IN_NEED = {2012: 0.15, 2013: 0.16, 2014: 0.14, 2015: 0.15, 2016: 0.16, 2017: 0.158}
KEY_STAGE_2_OTHERS = {2012: 0.76, 2013: 0.77, 2014: 0.8, 2015: 0.81, 2016: 0.54, 2017: 0.61}
KEY_STAGE_4_OTHERS = {2012: 0.59, 2013: 0.62, 2014: 0.57, 2015: 0.58, 2016: 0.6, 2017: 0.66}
PROVISIONAL_TOO_LOW = 0.04
EXCLUSIONS_LUNCHTIME, EXCLUSIONS_IN_NEED = 0.03, 0.2
EXCLUSIONS_OF_OTHER_PHASES = 130
EXCLUSION_REASONS = Shares({"DB": 32, "PP": 18, "VA": 16, "PA": 8, "VP": 6, "OT": 9, "DA": 5, "BU": 2, "DM": 2, "TH": 1,
                            "SM": 0.5, "RA": 0.5})  # fmt: skip
EXCLUSION_SESSIONS = Shares({1: 6, 2: 30, 4: 26, 6: 16, 8: 6, 10: 12, 20: 3, 30: 1})
TERM_SHARES = (0.42, 0.32, 0.26)
# Reviews that put a permanently excluded pupil back, a year.
REINSTATED = 1
# Take-up by the January census: children who take up a place may live across the border (over 100%).
EARLY_EDUCATION = {2012: 0.968, 2013: 0.979, 2014: 0.988, 2015: 0.996, 2016: 1.031, 2017: 1.012, 2018: 1.077}

# -------------------------------------------------------------------------------------------------------------- health
SELF_HARM_ADMISSIONS = {2012: 96, 2013: 104, 2014: 121, 2015: 133, 2016: 128, 2017: 141, 2018: 140}
SELF_HARM_EMERGENCY = 0.97
INJURIES_BOYS = 0.56
INJURIES_BY_AGE = {"0-4": 0.42, "5-9": 0.25, "10-14": 0.33}
SELF_HARM_BY_AGE = {"0-9": 0.01, "10-14": 0.38, "15-17": 0.61}
SELF_HARM_GIRLS = 0.81
QUARTERS = (0.29, 0.27, 0.22, 0.22)
# Under-18 conceptions per 1,000 girls aged 15 to 17 before the first year that was published.
CONCEPTIONS_RATE = {2011: 24.3, 2012: 22.6, 2013: 20.1, 2014: 18.5, 2015: 16.2}
SUBSTANCE_EXITS, SUBSTANCE_PLANNED, SUBSTANCE_STAYING = 58, 0.79, 64

# ---------------------------------------------------------------------------------------------------------- population
# Of the published children under 15, the boys; published (Fingertips 90284), the first year's is our choice.
BOYS_UNDER_15 = {2011: 26420, 2012: 26418, 2013: 26234, 2014: 26144, 2015: 26016, 2016: 26168, 2017: 26187}
# What was not published in what we hold, near what it must be between those figures: by mid-year.
CHILDREN_UNDER_18 = {2011: 64210, 2017: 61765}
CHILDREN_UNDER_15 = {2017: 50631}
AGED_10_TO_17 = {2011: 31700, 2012: 31300, 2013: 30900, 2014: 30250, 2015: 29730, 2016: 29520, 2017: 29400}
GIRLS_15_TO_17 = {2011: 6110, 2012: 5890, 2013: 5870, 2014: 5780, 2015: 5630, 2016: 5556, 2017: 5480}
# First time entrants per 100,000 in the years to March in which it was not published.
FIRST_TIME_ENTRANTS_RATE = {2012: 640, 2013: 480, 2014: 372, 2015: 305, 2018: 250}
# Pupils with at least one fixed period exclusion; published (exclusions by local authority).
PUPILS_EXCLUDED = {2012: 885, 2013: 820, 2014: 605, 2015: 498, 2016: 583, 2017: 646}
