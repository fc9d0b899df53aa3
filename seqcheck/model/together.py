"""Do the workers of a run hand on together what the plain loop does, whatever each of them reads by itself?

Reads that differ from process to process prove nothing where content is drawn at random. Rows that are those of the
loop, bit for bit, are no random content: which of them came, and how often, can be counted. Where whole rows hold
something that is drawn, as a crop beside its target, a leaf that is none of it tells samples as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from seqcheck.model.batch import Batch
from seqcheck.model.check import Case
from seqcheck.model.history import History
from seqcheck.model.orders import LIKELY, all_different


@dataclass(frozen=True)
class Together:
    """An epoch of a run with workers, in rows of the loop's.

    `size` is how many rows the loop delivers in each epoch, every one once. `twice` has those that came more often,
    each with its places (index, row); `never` counts those that did not come. `path` names the leaf that tells them
    apart, and is empty where whole rows do.
    """

    epoch: int
    size: int
    twice: Mapping[bytes, tuple[tuple[int, int], ...]]
    never: int
    path: str = ""


def together(case: Case, run: History) -> Together | None:
    """The first whole epoch of `run` with rows of the loop, some of them lost and others repeated; None where none is.

    The loop must have delivered the same rows in each of two whole epochs at the least, all of them different, and so
    many that samples drawn with replacement do not do so by chance.
    """
    for path in ("", *sorted(_paths(run))):
        known = _rows_of_each_epoch(case, path)
        for epoch, batches in run.whole_passes().items() if known else ():
            places: dict[bytes, list[tuple[int, int]]] = {}
            for index, batch in batches.items():
                for row, sample in enumerate(_rows(batch, path)):
                    places.setdefault(sample, []).append((index, row))
            twice = {sample: tuple(where) for sample, where in places.items() if len(where) > 1}
            if twice and known.issuperset(places) and len(places) < len(known):
                return Together(epoch, len(known), twice, len(known) - len(places), path)
    return None


def _paths(run: History) -> set[str]:
    return {leaf.path for batches in run.whole_passes().values() for batch in batches.values() for leaf in batch.leaves}


def _rows_of_each_epoch(case: Case, path: str) -> frozenset[bytes]:
    for run in case.runs("loop"):
        epochs = [_counted(batches, path) for batches in run.whole_passes().values()] if run.reads_all else []
        same = len(epochs) > 1 and all(epoch == epochs[0] for epoch in epochs) and set(epochs[0].values()) == {1}
        if same and all_different(len(epochs[0])) * len(epochs) < LIKELY:
            return frozenset(epochs[0])
    return frozenset()


def _counted(batches: Mapping[int, Batch], path: str) -> Counter[bytes]:
    return Counter(sample for batch in batches.values() for sample in _rows(batch, path))


def _rows(batch: Batch, path: str) -> tuple[bytes, ...]:
    return batch.samples(frozenset({path}) if path else None) or ()
