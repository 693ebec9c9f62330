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
OTHER_AUTHORITIES = Shares({"810": 50, "813": 15, "815": 15, "812": 10, "383": 10})
# Category ABSENT came with the guidance of 2013 and ended in 2017.
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
