"""Words that sentences of every part need. Belongs here: grammar alone, and nothing of what is told."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def counted(number: int, one: str, many: str | None = None) -> str:
    """A whole number with its noun: '1 row', '2,034 rows'; `many` where the plural is more than an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def figure(value: Decimal, decimals: int, unit: str, *, is_signed: bool = False) -> str:
    """A figure with the places and the unit of its indicator: '35.7%', '2,034', '1 day'; a change with its sign.

    As the macro figure_in_words writes it: a rate's unit stands in the indicator's name.
    """
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    number = f"{rounded:{'+' if is_signed else ''},f}"
    if unit == "days":
        return f"{number} day{'' if abs(rounded) == 1 else 's'}"
    return f"{number}%" if unit == "percent" else number
