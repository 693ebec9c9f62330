"""Python's search for reference cycles, left off where it finds nothing and costs much (docs/decisions/0011)."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Leave the search off meanwhile; it walks all that exists, over and over. Memory grows by a twentieth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
