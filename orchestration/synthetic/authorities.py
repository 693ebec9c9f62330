"""The authorities of a replay: the one that sends its returns, and invented ones beside it.

Belongs here: numbers, names and sizes of invented authorities. Does not belong here: the list of real areas
(seeds/areas.csv), which knows none of them: the warehouse keeps their returns under LA and their number, warns, counts
their figures, and has no population for their rates (docs/decisions/0008).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.synthetic import distributions as d

# As many as England had; the numbers of real ones begin at 201.
MOST = 153
_SYLLABLES = ("Ald", "Bar", "Cold", "Den", "Elm", "Far", "Glen", "Hol", "Ink", "Kel", "Lang", "Mer", "Nor")
_ENDINGS = (
    "wending",
    "quith",
    "thrope",
    "mistow",
    "vexley",
    "umbecombe",
    "oxenby",
    "wraith",
    "tarn",
    "isk",
    "ygate",
    "zet",
)


@dataclass(frozen=True)
class Authority:
    """One authority of the replay; `seed` makes its children its own."""

    area_code: str
    la_code: str
    name: str
    seed: int | str
    scale: float

    @property
    def is_invented(self) -> bool:
        """Whether no such authority exists."""
        return is_invented(self.area_code)


def is_invented(area_code: str) -> bool:
    """Whether the code is one of an invented authority (LA and its number)."""
    return area_code.startswith("LA")


def authorities(seed: int, area_code: str, la_code: str, scale: float, count: int) -> Iterator[Authority]:
    """The authority itself first, then invented ones from a third to two and a half times its size."""
    yield Authority(area_code, la_code, "", seed, scale)
    for number in range(1, count):
        code = f"{number:03d}"
        ending = _ENDINGS[number // len(_SYLLABLES) % len(_ENDINGS)]
        name = f"{_SYLLABLES[number % len(_SYLLABLES)]}{ending} (invented)"
        size = d.stream(seed, f"authority/{code}").uniform(*d.SIZES_OF_AUTHORITIES)
        yield Authority(f"LA{code}", code, name, f"{seed}/{code}", scale * size)
