"""Invented children: who they are, before anything happens to them.

Belongs here: identifiers that cannot be anybody's, dates of birth, ages. Does not belong here: what happens to them.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from orchestration.synthetic import distributions as d
from orchestration.synthetic.records import Child

PREFIX = "SYN"
ADULT = 18
_CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


class Register:
    """Hands out children with identifiers in order: SYN and seven digits, the ten places that a return allows."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._count = 0

    def child(self, on: date, age: int, spread: float = 1.0, *, disabled: float = d.DISABLED) -> Child:
        """A child aged `age` up to `age + spread` years on a day (-1: due to be born within six months of it)."""
        rng = self._rng
        self._count += 1
        if age < 0:
            dob = on + timedelta(days=rng.randint(15, 180))
        else:
            dob = on - timedelta(days=int((age + rng.random() * spread) * 365.25) + 1)
        return Child(
            ref=f"{PREFIX}{self._count:07d}",
            dob=dob,
            sex="1" if rng.random() < d.MALE else "2",
            ethnicity=d.ETHNICITY.draw(rng),
            upn=pupil_number(self._count),
            disabilities=self._disabilities() if rng.random() < disabled else (),
            earlier_plans=d.EARLIER_PLANS.draw(rng),
        )

    def _disabilities(self) -> tuple[str, ...]:
        rng = self._rng
        return tuple(sorted({d.DISABILITIES.draw(rng) for _ in range(1 if rng.random() < 0.6 else 2)}))


def pupil_number(count: int) -> str:
    """A unique pupil number of the right form with its check letter, under authority 000, which no pupil has."""
    digits = f"000{count:09d}"
    check = sum(int(digit) * weight for weight, digit in enumerate(digits, start=2)) % len(_CHECK_LETTERS)
    return _CHECK_LETTERS[check] + digits


def age_on(dob: date, day: date) -> int:
    """Age in whole years; -1 before birth."""
    if day < dob:
        return -1
    return day.year - dob.year - ((day.month, day.day) < (dob.month, dob.day))


def birthday(dob: date, age: int) -> date:
    """The day on which the child reaches an age; 1 March for those born on 29 February in a common year."""
    try:
        return dob.replace(year=dob.year + age)
    except ValueError:
        return date(dob.year + age, 3, 1)
