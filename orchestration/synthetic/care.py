"""From the first episode to the last: one child's time looked after.

Belongs here: periods of care whose episodes follow one another as the SSDA903 guide wants (RNE S first; L, P, T, B
and U by what changed; X1 between episodes), with reviews and adoption; ending one sooner or later, or by another
order. Does not belong here: how often each happens (distributions), which are to be changed and who goes missing (fit),
and the referral around it (need).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from orchestration.synthetic import distributions as d
from orchestration.synthetic.people import ADULT, age_on, birthday
from orchestration.synthetic.records import (
    Adoption,
    AdoptionDecision,
    CareEpisode,
    CarePeriod,
    Child,
)
from orchestration.synthetic.working_days import add_working_days

# Where a provider's number is not asked for (rule 218 of the return), and who runs what.
_NO_URN = frozenset({"H5", "P1", "P2", "P3", "R1", "R2", "R5", "Z1"})
_PROVIDERS = {
    "P1": d.Shares({"PR0": 1}),
    "P2": d.Shares({"PR5": 1, "PR4": 1}),
    "H5": d.Shares({"PR4": 3, "PR5": 1}),
    "K2": d.Shares({"PR1": 4, "PR4": 6}),
    "R5": d.Shares({"PR3": 1}),
    "S1": d.Shares({"PR4": 1}),
    "U4": d.Shares({"PR1": 7, "PR4": 3}),
    "U6": d.Shares({"PR1": 7, "PR4": 3}),
}
_OWN = d.Shares({"PR1": 1})
_BY_AGE = (
    (16, d.Shares({"U6": 25, "U4": 8, "K2": 22, "H5": 35, "P2": 10})),
    (12, d.Shares({"U6": 52, "U4": 10, "U3": 6, "K2": 28, "S1": 4})),
    (0, d.Shares({"U6": 70, "U4": 12, "U3": 16, "U1": 2})),
)
_RELATIVES = frozenset({"U1", "U2", "U3"})
_POLICE_PROTECTION_DAYS = (1, 3)
# Our choice: no adoption order in April, so that the first return of a year has a true nil to tell.
_NO_ADOPTIONS_IN = 4
_AT_HOME = frozenset({"E4A", "E4B"})
_UNLIKE_ADOPTION = frozenset({"E9", "E5", "E6", "E7", "E17"})
_LAST_AGE_AT_ADOPTION, _DAYS_TO_ADOPTION = 7, 340


@dataclass
class Line:
    """A period of care being written, episode by episode. Postcodes are in area ZZ, which does not exist."""

    rng: Random
    child: Child
    need: str
    home_post: str
    episodes: list[CareEpisode]

    @classmethod
    def begin(cls, rng: Random, child: Child, on: date, ls: str, place: str, need: str) -> Line:
        home = "" if child.is_unaccompanied else _postcode(rng)
        line = cls(rng, child, need, home, [])
        line._open(on, "S", ls, place, same_carer=False)
        return line

    @property
    def now(self) -> CareEpisode:
        return self.episodes[-1]

    def change(self, on: date, *, ls: str | None = None, place: str | None = None, same_carer: bool = False) -> None:
        """A new legal status, a new placement (with the same carer or another), or both; nothing before its turn."""
        now = self.now
        new_ls = now.ls if ls is None else ls
        if on <= now.decom or (place is None and new_ls == now.ls) or (same_carer and place == now.place):
            return
        if place is None:
            rne = "L"
        elif new_ls == now.ls:
            rne = "T" if same_carer else "P"
        else:
            rne = "U" if same_carer else "B"
        now.dec, now.rec = on, "X1"
        if place is not None:
            now.reason_place_change = "PLACE" if same_carer else d.PLACE_CHANGE_REASONS.draw(self.rng)
        self._open(on, rne, new_ls, place or now.place, same_carer=same_carer or place is None)

    def end(self, on: date, rec: str) -> None:
        """End the period; episodes that would begin on that day or later are taken back."""
        while len(self.episodes) > 1 and self.now.decom >= on:
            self.episodes.pop()
        now = self.now
        now.dec, now.rec, now.reason_place_change = on, rec, ""

    def _open(self, on: date, rne: str, ls: str, place: str, *, same_carer: bool) -> None:
        last = self.episodes[-1] if self.episodes else None
        if last is not None and same_carer:
            provider, urn, post = last.provider, last.urn, last.pl_post
            if place != last.place and place in _NO_URN:
                urn = ""
        else:
            provider = _PROVIDERS.get(place, _OWN).draw(self.rng)
            urn = "" if place in _NO_URN else f"SC99{self.rng.randint(0, 40):04d}"
            post = self.home_post if place == "P1" else _postcode(self.rng)
        self.episodes.append(CareEpisode(on, rne, ls, self.need, place, provider, self.home_post, post, urn))


def look_after(rng: Random, child: Child, on: date, kind: str, la_code: str) -> list[CarePeriod]:
    """One or two periods of care of a child from a day on, by what becomes of them (distributions.CARE_KINDS)."""
    period = _KINDS[kind](rng, child, on)
    if period.ended_on is None or period.ended_on <= on:
        raise ValueError(f"{child.ref}: a period of care of kind {kind} from {on} ends before it starts")
    _furnish(rng, period, la_code)
    periods = [period]
    if kind == "home" and rng.random() < d.RETURNS_TO_CARE:
        again = period.ended_on + timedelta(days=rng.randint(40, 300))
        if again < birthday(child.dob, ADULT - 1):
            second = _home(rng, child, again)
            _furnish(rng, second, la_code)
            periods.append(second)
    return periods


def short_breaks(rng: Random, child: Child, on: date) -> list[CarePeriod]:
    """A disabled child's short breaks: mostly one agreed series (V4), else breaks told one by one (V3)."""
    adult = birthday(child.dob, ADULT)
    place = d.Shares({"K2": 5, "U6": 4, "S1": 1}).draw(rng)
    if rng.random() < 0.8:
        line = Line.begin(rng, child, on, "V4", place, "N2")
        line.end(min(on + timedelta(days=rng.randint(300, 2500)), adult), "E4A")
        return [CarePeriod(child, line.episodes, is_short_breaks=True)]
    found = []
    start = on
    # At most 17 days a break and 75 days in any twelve months (rules 365 and 367 of the return).
    for _ in range(rng.randint(4, 24)):
        end = start + timedelta(days=rng.randint(2, 6))
        if end >= adult:
            break
        line = Line.begin(rng, child, start, "V3", place, "N2")
        line.end(end, "E4A")
        found.append(CarePeriod(child, line.episodes, is_short_breaks=True))
        start = end + timedelta(days=rng.randint(28, 60))
    return found


def _home(rng: Random, child: Child, on: date) -> CarePeriod:
    """Home again within months: accommodated by agreement, sometimes after police protection or an emergency order."""
    start = rng.random()
    ls = "L1" if start < 0.08 else "L2" if start < 0.14 else "V2"
    line = _begin(rng, child, on, ls)
    if ls == "L1":
        line.change(on + timedelta(days=rng.randint(*_POLICE_PROTECTION_DAYS)), ls="V2")
    elif ls == "L2":
        line.change(on + timedelta(days=rng.randint(5, 8)), ls="C1")
    end = on + timedelta(days=rng.randint(10, 240))
    if rng.random() < 0.3:
        line.change(on + timedelta(days=rng.randint(9, 120)), place=_place(rng, child, on))
    line.end(min(end, birthday(child.dob, ADULT)), "E4A" if rng.random() < 0.7 else "E4B")
    return CarePeriod(child, line.episodes)


def _guardianship(rng: Random, child: Child, on: date, order: date | None = None) -> CarePeriod:
    """Care proceedings that end in a special guardianship or child arrangements order."""
    order = order or on + timedelta(days=rng.randint(170, 640))
    line = _begin(rng, child, on, "C1" if rng.random() < 0.6 else "V2")
    line.change(on + timedelta(days=rng.randint(25, 90)), ls="C1")
    if rng.random() < 0.6:
        line.change(on + timedelta(days=rng.randint(60, 150)), place="U3")
    now_with_relatives = line.now.place in _RELATIVES
    rec = "E41" if rng.random() < 0.2 else "E43" if now_with_relatives else "E44"
    line.end(order, rec)
    return CarePeriod(child, line.episodes)


def _adoption(rng: Random, child: Child, on: date, order: date | None = None) -> CarePeriod:
    """Interim care order, placement order, match, placement with the adopters, adoption order."""
    line = _begin(rng, child, on, "C1" if rng.random() < 0.75 else "V2", place="U6")
    line.change(on + timedelta(days=rng.randint(20, 60)), ls="C1")
    if rng.random() < 0.3:
        line.change(on + timedelta(days=rng.randint(61, 110)), place="U6")
    if order is None:
        decided = add_working_days(on + timedelta(days=rng.randint(130, 210)), 0)
        ordered = decided + timedelta(days=rng.randint(10, 45))
        matched = add_working_days(ordered + timedelta(days=rng.randint(25, 330)), 0)
    else:
        # The decision at two fifths of the way, the match at two thirds.
        days = (order - on).days
        decided = add_working_days(on + timedelta(days=max(115, days * 2 // 5)), 0)
        ordered = decided + timedelta(days=rng.randint(10, 20))
        matched = add_working_days(ordered + timedelta(days=max(10, days * 2 // 3 - (ordered - on).days)), 0)
    line.change(ordered, ls="E1")
    by_foster_carer = rng.random() < 0.12
    placed = matched + timedelta(days=rng.randint(8, 25))
    if by_foster_carer:
        line.change(placed, place="A5", same_carer=True)
    else:
        line.change(placed, place="A6")
        line.episodes[-2].reason_place_change = "CARPL"
    if order is None:
        order = placed + timedelta(days=rng.randint(110, 320))
        if order.month == _NO_ADOPTIONS_IN:
            order += timedelta(days=30)
    line.end(order, "E12" if rng.random() < 0.7 else "E11")
    adopters, sex, status = d.Shares(
        {(2, "MF", "L11"): 70, (2, "MF", "L3"): 12, (2, "FF", "L12"): 3, (2, "MM", "L12"): 3, (1, "F1", "L0"): 11}
    ).draw(rng)
    if status == "L3":
        # L3: an unmarried couple of different sex (rule 517 of the return).
        sex = "MF"
    adoption = Adoption(decided, matched, by_foster_carer, adopters, sex, status)
    return CarePeriod(child, line.episodes, decision=AdoptionDecision(decided), adoption=adoption)


def _with_parents(rng: Random, child: Child, on: date) -> CarePeriod:
    """A care order, then placed with parents until the order is discharged."""
    line = _begin(rng, child, on, "C1")
    order = on + timedelta(days=rng.randint(150, 250))
    line.change(order, ls="C2")
    line.change(order + timedelta(days=rng.randint(20, 120)), place="P1")
    end = order + timedelta(days=rng.randint(240, 900))
    line.end(min(end, birthday(child.dob, ADULT)), "E4A")
    return CarePeriod(child, line.episodes)


def _long_term(rng: Random, child: Child, on: date) -> CarePeriod:
    """Care until 18: orders in the first year, then moves, more of them for teenagers."""
    adult = birthday(child.dob, ADULT)
    by_agreement = age_on(child.dob, on) >= 13 and rng.random() < 0.6
    line = _begin(rng, child, on, "V2" if by_agreement or rng.random() < 0.3 else "C1")
    decision = None
    changes: list[tuple[date, str]] = []
    if not by_agreement:
        ordered = on + timedelta(days=rng.randint(170, 260))
        changes += [(on + timedelta(days=rng.randint(30, 100)), "C1"), (ordered, "C2")]
        if age_on(child.dob, on) <= 6 and rng.random() < 0.15:
            decided = ordered - timedelta(days=rng.randint(10, 40))
            reversed_on = ordered + timedelta(days=rng.randint(250, 600))
            changes = [changes[0], (ordered, "E1"), (reversed_on, "C2")]
            decision = AdoptionDecision(decided, reversed_on, d.Shares({"RD2": 2, "RD3": 2, "RD4": 1}).draw(rng))
    for when, ls in changes:
        line.change(when, ls=ls)
    settled = rng.random() < 0.45
    moved = line.now.decom + timedelta(days=rng.randint(20, 200))
    while moved < adult:
        age = age_on(child.dob, moved)
        if settled and age < 15 and line.now.place == "U6":
            line.change(moved, place="U4", same_carer=True)
        else:
            line.change(moved, place=_place(rng, child, moved))
        mean_years = 1.3 if age >= 15 else 5.0 if settled else 2.4
        moved += timedelta(days=40 + int(rng.expovariate(1 / (mean_years * 365))))
    line.end(adult, d.LEAVES_AT_18.draw(rng))
    return CarePeriod(child, line.episodes, decision=decision)


def _unaccompanied(rng: Random, child: Child, on: date) -> CarePeriod:
    """An unaccompanied asylum-seeking child, looked after by agreement until 18."""
    line = _begin(rng, child, on, "V2", place="U6")
    # Semi-independent from 16 on (rule 371 of the return).
    moved = on + timedelta(days=rng.randint(60, 300))
    line.change(max(moved, birthday(child.dob, 16)), place="H5")
    line.end(birthday(child.dob, ADULT), "E5" if rng.random() < 0.7 else "E6")
    return CarePeriod(child, line.episodes)


def _remand(rng: Random, child: Child, on: date) -> CarePeriod:
    """Some weeks on remand."""
    line = _begin(rng, child, on, "J1", place="R5" if rng.random() < 0.5 else "K1")
    end = on + timedelta(days=rng.randint(10, 70))
    line.end(min(end, birthday(child.dob, ADULT)), "E9" if rng.random() < 0.4 else "E4B")
    return CarePeriod(child, line.episodes)


_KINDS: dict[str, Callable[[Random, Child, date], CarePeriod]] = {
    "home": _home,
    "guardianship": _guardianship,
    "adoption": _adoption,
    "with_parents": _with_parents,
    "long_term": _long_term,
    "unaccompanied": _unaccompanied,
    "remand": _remand,
}


def _begin(rng: Random, child: Child, on: date, ls: str, place: str | None = None) -> Line:
    need = "N8" if child.is_unaccompanied else d.NEEDS_IN_CARE.draw(rng)
    return Line.begin(rng, child, on, ls, place or _place(rng, child, on), need)


def _place(rng: Random, child: Child, on: date) -> str:
    age = age_on(child.dob, on)
    return next(shares for youngest, shares in _BY_AGE if age >= youngest).draw(rng)


def end_on(rng: Random, period: CarePeriod, on: date, rec: str = "") -> None:
    """End the period on another day, sooner or later, for the reason it had or another; its reviews follow."""
    line = Line(rng, period.child, "", "", period.episodes)
    line.end(on, rec or period.episodes[-1].rec)
    period.reviews = _reviews(rng, period.child, period.started_on, on)
    born = period.child.first_child_born_on
    if born is not None and born > on:
        period.child.first_child_born_on = None


def goes_home(rng: Random) -> str:
    """The reason of an end at home."""
    return "E4A" if rng.random() < 0.7 else "E4B"


def is_lasting(period: CarePeriod) -> bool:
    """Whether nothing but the way home ends the period: no adoption is on its way, nor does it last until 18."""
    return period.adoption is None and period.decision is None


def ends_at_home(period: CarePeriod) -> bool:
    """Whether the period ends with the child at home, so that it might have ended sooner or later."""
    return is_lasting(period) and period.episodes[-1].rec in _AT_HOME


def can_be_adopted(period: CarePeriod, on: date | None = None) -> bool:
    """Whether the period could as well have ended in adoption, on its last day or another: a young child, in time."""
    end = on or period.ended_on
    return (
        end is not None
        and is_lasting(period)
        and not period.is_short_breaks
        and period.episodes[-1].rec not in _UNLIKE_ADOPTION
        and age_on(period.child.dob, end) <= _LAST_AGE_AT_ADOPTION
        and (end - period.started_on).days >= _DAYS_TO_ADOPTION
        and end.month != _NO_ADOPTIONS_IN
    )


def adopted_instead(rng: Random, period: CarePeriod, la_code: str) -> None:
    """Write the period anew as one that ends in adoption, from and to the same days."""
    _write_anew(rng, period, _adoption(rng, period.child, period.started_on, period.ended_on), la_code)


def guardianship_instead(rng: Random, period: CarePeriod, la_code: str) -> None:
    """Write the period anew as one that ends in guardianship, from and to the same days."""
    _write_anew(rng, period, _guardianship(rng, period.child, period.started_on, period.ended_on), la_code)


def _write_anew(rng: Random, period: CarePeriod, other: CarePeriod, la_code: str) -> None:
    _furnish(rng, other, la_code)
    for name in ("episodes", "reviews", "decision", "adoption"):
        setattr(period, name, getattr(other, name))


def _furnish(rng: Random, period: CarePeriod, la_code: str) -> None:
    """Reviews, motherhood and what went before, for a period that is written to its end."""
    child, start, end = period.child, period.started_on, period.ended_on or period.started_on
    period.reviews = _reviews(rng, child, start, end)
    period.previous_permanence = d.PREVIOUS_PERMANENCE.draw(rng)
    room = (start - child.dob).days - 200
    if period.previous_permanence != "Z1" and room > 0:
        period.previous_permanence_la = la_code
        period.previous_permanence_on = child.dob + timedelta(days=100 + rng.randint(0, room))
    else:
        period.previous_permanence = "Z1"
    sixteen = birthday(child.dob, 16)
    if child.sex == "2" and sixteen < end and rng.random() < 0.04:
        child.first_child_born_on = sixteen + timedelta(days=rng.randint(0, (end - sixteen).days))


def _reviews(rng: Random, child: Child, start: date, end: date) -> tuple[tuple[date, str], ...]:
    """Within 20 working days, then three months, then every six; a few late. PN0 under the age of four."""
    found: list[tuple[date, str]] = []
    limit = 0
    last = start
    while True:
        late = rng.random() < d.CARE_REVIEW_LATE
        if limit == 0:
            review = add_working_days(last, rng.randint(22, 30) if late else rng.randint(11, 20))
        else:
            gap = limit + rng.randint(5, 35) if late else limit - rng.randint(5, 25)
            review = add_working_days(last + timedelta(days=gap), 0)
        if review >= end:
            return tuple(found)
        found.append((review, "PN0" if age_on(child.dob, review) < 4 else d.REVIEW_CODES.draw(rng)))
        last, limit = review, 182 if limit else 90


def _postcode(rng: Random) -> str:
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return f"ZZ{rng.randint(1, 20)} {rng.randint(1, 9)}{rng.choice(letters)}{rng.choice(letters)}"
