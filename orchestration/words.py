"""Words that sentences of every part need. Belongs here: grammar alone, and nothing of what is told."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None) -> str:
    """A whole number with its noun: '1 row', '2,034 rows'; `many` where the plural is more than an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
