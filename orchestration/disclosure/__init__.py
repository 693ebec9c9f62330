"""Disclosure control: which cells the Board's file may not hold, and why.

cells.py (what is small by itself) -> relations.py (how counts hang together) -> solver.py (what else has to go) ->
decisions.py (reads the warehouse and earlier releases, writes ops.disclosure_decisions).

Belongs here: the rule over published cells. Does not belong here: what the Board is shown at all
(seeds/indicator_publication.csv), taking the figures out (dbt_project/models/board), the threshold
(seeds/disclosure_parameters.csv).
"""

from orchestration.disclosure.cells import Cell, Decision, DisclosureError, DisclosureSummary, Parameters
from orchestration.disclosure.decisions import decide
from orchestration.disclosure.relations import Member
from orchestration.disclosure.solver import Known, decide_cells

__all__ = [
    "Cell",
    "Decision",
    "DisclosureError",
    "DisclosureSummary",
    "Known",
    "Member",
    "Parameters",
    "decide",
    "decide_cells",
]
