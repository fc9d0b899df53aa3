"""What counting all batches of a long loader would take, by what the loop took for a selection of them."""

from __future__ import annotations

import contextlib
import itertools
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seqcheck.model.history import History

SHARE: Final = 0.6
"""Of the time that is left, what counting may take."""
MEMORY: Final = 0.5
"""Of the memory that is free, what counting may take."""
BYTES: Final = 90
"""That each row takes of what is counted of it, while two epochs are compared."""
UNKNOWN_MEMORY: Final = 2 * 2**30
"""Bytes, where the system does not tell how many are free."""


@dataclass(frozen=True)
class Cost:
    """Of counting, hooks left out."""

    seconds: float
    bytes: int


def cost_of(loop: History, length: int, epochs: int, leaves: int) -> Cost:
    """What it takes to count so many leaves of `length` batches; the loop, which keeps them besides, takes longer."""
    begun = [read.start for read in loop.reads]
    a_batch = statistics.median([after - before for before, after in itertools.pairwise(begun)] or [float("inf")])
    rows = max((batch.rows or 0 for _, batch in loop.given()), default=0)
    return Cost(epochs * length * a_batch, length * rows * leaves * BYTES)


def free_memory() -> int:
    """Bytes of memory that can be had, as Linux tells; a guess elsewhere."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name == "MemAvailable":
                return int(rest.split()[0]) * 1024
    return UNKNOWN_MEMORY
