"""Do workers that are forked from one state draw the same random numbers?

Two forks of one state read the same batches with their own draws, a third does so after every generator was reseeded.
Where the first two agree and the third does not, the workers of a pool repeat each other's draws.
"""

from __future__ import annotations

import functools
from typing import Any

from seqcheck.model.driving import Driving
from seqcheck.model.history import History
from seqcheck.model.observation import Twins

MOST_READS = 64
"""Enough reads, where there are as many, for a coin flip in each to show beyond chance."""
FEWEST_READS = 16
"""A shorter Sequence is read over and over: its draws go on from read to read."""
RESEEDED = 987_654_321


def ask(instance: Any, driving: Driving) -> None:
    """Record the passes ``first``, ``second`` and ``reseeded`` of epoch 0; `pair` reads them."""
    length = driving.length(instance, -1, "start")
    if not length or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    indices = _enough(list(driving.indices(length)))
    for purpose in ("first", "second", "reseeded"):
        if not driving.fork(purpose, functools.partial(_read, instance, driving, purpose, indices)):
            return


def _enough(indices: list[int]) -> list[int]:
    return (indices * -(-FEWEST_READS // len(indices)))[:MOST_READS] if indices else []


def _read(instance: Any, driving: Driving, purpose: str, indices: list[int]) -> None:
    # Python reseeds its own generator in a forked child, as it does in a pool's worker; NumPy keeps its state.
    if purpose == "reseeded":
        driving.reseed(instance, RESEEDED)
    read = driving.reader(instance, isolated=False)
    for place, index in enumerate(indices):
        read(0, index, purpose, place)


def pair(history: History) -> tuple[Twins, ...]:
    """What the three passes say of each leaf, row by row; empty where one of them did not come to its end."""
    passes = [history.passes(purpose).get(0, ()) for purpose in ("first", "second", "reseeded")]
    if len({len(reads) for reads in passes}) != 1:
        return ()
    rows: dict[str, tuple[list[bytes], list[bytes], list[bytes]]] = {}
    for trio in zip(*passes, strict=True):
        batches = [read.batch for read in trio if read.batch is not None]
        if len(batches) != 3 or len({batch.structure for batch in batches}) != 1:
            return ()
        for leaf, second, third in zip(*(batch.leaves for batch in batches), strict=True):
            if not len(leaf.rows) == len(second.rows) == len(third.rows):
                return ()
            kept = rows.setdefault(leaf.path, ([], [], []))
            for place, source in enumerate((leaf, second, third)):
                kept[place].extend(source.rows)
    return tuple(Twins(path, *map(tuple, kept)) for path, kept in rows.items())
