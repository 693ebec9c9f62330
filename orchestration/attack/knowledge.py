"""What an outsider knows beside the numbers: how the dictionary's indicators hang together.

Belongs here: facts that follow from the published definitions (docs/indicators.md), one line each, with the reason in
words. Does not belong here: arithmetic (equations.py). The rules that hold for all indicators alike (parts of a
breakdown, months of a year, a share of its cases) are in equations.py; here is what no column of the dictionary tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Part = Literal["numerator", "denominator"]


class Term(NamedTuple):
    """A count of an indicator; `*` stands for every value of the breakdown, the same on both sides."""

    indicator_code: str
    part: Part = "numerator"
    breakdown: str = "total"
    breakdown_value: str = "total"


@dataclass(frozen=True)
class Relation:
    """`left` is equal to `right`, or at most `right`, in the same area and period (or on the same day)."""

    left: Term
    right: Term
    is_equal: bool
    because: str


def _same(left: Term, right: Term, because: str) -> Relation:
    return Relation(left, right, is_equal=True, because=because)


def _at_most(left: Term, right: Term, because: str) -> Relation:
    return Relation(left, right, is_equal=False, because=because)


RELATIONS: Final = (
    _same(
        Term("R05"), Term("R05", "numerator", "duration", "over_3_to_6_months"), "R05's headline is one of its bands"
    ),
    _same(
        Term("R05b"), Term("R05b", "numerator", "duration", "over_3_to_6_months"), "R05b's headline is one of its bands"
    ),
    _same(Term("R05", "denominator"), Term("S01"), "R05 divides by the cases of S01"),
    _same(Term("R07b"), Term("R07"), "R07b counts the children of R07"),
    _same(Term("S04b"), Term("S04"), "S04b counts the contacts of S04"),
    _same(Term("S04c", "denominator"), Term("S04b", "denominator"), "S04b and S04c divide by all contacts"),
    _same(Term("A04"), Term("A03"), "A04 splits the caseload of A03"),
    _same(Term("A04b", "denominator"), Term("A01"), "A04b is the wait of the referrals of A01"),
    _same(Term("A04c", "denominator"), Term("A02"), "A04c is the wait of the referrals of A02"),
    _same(Term("R06k", "denominator"), Term("R06j"), "R06k divides by the interviews offered in R06j"),
    _same(Term("R06l", "denominator"), Term("R06j", "denominator"), "R06j and R06l divide by the same episodes"),
    _same(Term("A12b", "denominator"), Term("A12"), "A12b divides by the referrals of A12"),
    _same(Term("A12b", "numerator", "source", "*"), Term("A12", "numerator", "source", "*"), "A12b shares out A12"),
    _same(Term("S05", "denominator"), Term("A12"), "S05 divides by the referrals of A12"),
    _same(Term("W05b", "denominator"), Term("W04", "denominator"), "W04 and W05b divide by the same roll"),
    _same(Term("W04b", "denominator"), Term("W04", "denominator"), "W04 and W04b divide by the same roll"),
    _at_most(Term("W04b"), Term("W04"), "W04b counts some of W04"),
    _at_most(Term("R06d"), Term("R06b"), "R06d counts some of the children of R06b"),
    _at_most(Term("R06b"), Term("R06c"), "each child of R06b has an incident in R06c"),
    _at_most(Term("R06g"), Term("R06"), "R06g counts some of the children of R06"),
    _at_most(Term("R06b"), Term("R06"), "R06b counts some of the children of R06"),
    _at_most(Term("R06c"), Term("R06f"), "R06c counts some of the episodes of R06f"),
    _at_most(Term("R06d"), Term("R06g"), "R06d counts some of the children of R06g"),
    _at_most(Term("R06"), Term("R06f"), "each child of R06 has an episode in R06f"),
    _at_most(Term("R06l"), Term("R06j", "denominator"), "R06l counts some of the episodes of R06j"),
    _at_most(Term("A15c"), Term("A15"), "A15c counts some of the admissions of A15"),
    _at_most(Term("A13c"), Term("A13b"), "A13c counts some of the children of A13b"),
    _at_most(Term("A13e", "denominator"), Term("A13b"), "A13e divides by some of the children of A13b"),
    _at_most(Term("A13d"), Term("A12", "numerator", "source", "police"), "A13d counts some of the police's referrals"),
    _at_most(Term("A13"), Term("A13b"), "each notification of A13 has a child in A13b"),
    _at_most(Term("A09", "denominator"), Term("A09b"), "A09 divides by some of the children matched in A09b"),
    _at_most(Term("A10", "denominator"), Term("A10b"), "A10 divides by some of the children matched in A10b"),
    _at_most(Term("A11", "denominator"), Term("A11b"), "A11 divides by some of the children matched in A11b"),
    _at_most(Term("W06", "denominator"), Term("W06b"), "W06 divides by some of the young people of W06b"),
    _at_most(Term("S06b", "denominator"), Term("S06", "denominator"), "S06b divides by some of the children of S06"),
    _at_most(Term("A08f", "denominator"), Term("A08d"), "A08f divides by some of the children of A08d"),
    _at_most(Term("A04d"), Term("A03"), "A04d counts some of the caseload of A03"),
    _at_most(Term("A04e"), Term("A03"), "A04e counts some of the caseload of A03"),
    _at_most(Term("W01", "denominator"), Term("R01"), "W01 divides by some of the children of R01"),
    _at_most(Term("A06", "denominator"), Term("R01"), "A06 divides by some of the children of R01"),
    _at_most(Term("S06", "denominator"), Term("R01"), "S06 divides by some of the children of R01"),
    _at_most(Term("S06b", "denominator"), Term("R01"), "S06b divides by some of the children of R01"),
    _at_most(Term("R03"), Term("S02b", "denominator"), "each child of R03 has a plan among those of S02b"),
    _at_most(Term("W02", "denominator"), Term("S02b", "denominator"), "W02 divides by some of the plans of S02b"),
)


class StockAndFlow(NamedTuple):
    """stock at the end = stock at the start + starts - ends. Without `ends` the stock is at most stock + starts."""

    stock: Term
    starts: Term
    ends: Term | None
    because: str


STOCKS: Final = (
    StockAndFlow(
        Term("S02b", "denominator"),
        Term("S03", "denominator"),
        Term("S02", "denominator"),
        "open plans are those open before, and those started (S03), less those ended (S02)",
    ),
    StockAndFlow(
        Term("A08d"), Term("A08e"), None, "the children of A08d were among them before or are newly identified (A08e)"
    ),
)


class Covered(NamedTuple):
    """A stock at the end of a period is no more than its older ones on that day and those new in the period."""

    stock: Term
    older: Term
    starts: Term
    because: str


COVERED: Final = (
    Covered(
        Term("A08d"),
        Term("A08f", "denominator"),
        Term("A08e"),
        "the children of A08d were identified at least three months before (A08f) or newly (A08e)",
    ),
)

DATED_ONCE: Final = frozenset({"A05b", "A13"})
"""Distinct by a date of their own (a conference, a notification), so that months add up to the year like events."""

PEOPLE_OF_THE_PERIOD: Final = frozenset({"R07b", "S01c", "W06", "W06b"})
"""Not events though not `distinct`: a person or case can stand in two periods and counts once in the longer one."""

OVER_ALL: Final = frozenset({"W03"})
"""Shares that may be over 100%: the numerator is no part of the denominator."""

SHARES_OF_ALL: Final = frozenset({("R05", "duration"), ("R05b", "duration"), ("A12b", "source")})
"""Breakdowns whose every value divides by all cases (indicator_breakdowns.denominator_scope = all): the values'
numerators make up the denominator."""
