"""Bringing the journeys to the published figures: each fact in turn, in an order in which no step undoes another.

Belongs here: the order of the steps. Each step moves as few journeys as it can: what was to end soonest ends sooner,
what was to end last lasts longer, and only where that is not enough does a case take another course. Years go forward,
and a step leaves what was open at the end of the year before as it was. Does not belong here: what a journey holds
(need, care), and how often what happens that nobody published (distributions).
"""

from __future__ import annotations

from datetime import date
from random import Random

from orchestration.synthetic.calibration import Quotas
from orchestration.synthetic.fit.care import fit_care
from orchestration.synthetic.fit.cases import Cases, fit_open_cases, fit_sources
from orchestration.synthetic.fit.enquiries import fit_conferences, fit_enquiries
from orchestration.synthetic.fit.missing import fit_missing
from orchestration.synthetic.fit.plans import fit_plans
from orchestration.synthetic.records import Population


def fit(rng: Random, world: Population, quotas: Quotas, first_day: date, last_day: date, la_code: str) -> None:
    """Fit the population to the quotas of every year that has them and lies within the two days."""
    cases = Cases(world)
    fit_care(rng, world, cases, quotas, first_day, last_day, la_code)
    fit_plans(rng, cases, quotas, first_day, last_day)
    fit_conferences(rng, cases, quotas, first_day, last_day)
    fit_enquiries(rng, cases, quotas, first_day, last_day)
    fit_open_cases(rng, cases, quotas, first_day, last_day)
    fit_sources(rng, cases, quotas, first_day, last_day)
    fit_missing(rng, world, quotas, first_day, last_day)
