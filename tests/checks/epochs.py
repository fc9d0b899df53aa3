"""Epochs over fixed data and probes, as the tests of the epoch clauses write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from seqcheck.model.batch import Batch, describe
from seqcheck.model.observation import Holding
from seqcheck.model.scenario import Truth
from tests.histories import samples

PICTURES = np.random.default_rng(3).normal(size=(50, 4)).astype(np.float32)
"""Fifty rows that all differ."""
CLASSES = np.arange(50) % 3


def probe(count: int) -> Truth:
    """A run over a probe of so many samples."""
    return Truth(num_samples=count, num_samples_source="probe", probe=True)


def known(count: int) -> Truth:
    """A run of which a factory says the number of samples."""
    return Truth(num_samples=count, num_samples_source="factory")


def numbered_in(order: Iterable[int], size: int) -> list[Batch]:
    """One epoch of a probe's samples in the order given, in batches of `size`."""
    chosen = list(order)
    return [samples(*chosen[first : first + size]) for first in range(0, len(chosen), size)]


def rows_in(order: Iterable[int], size: int, x: Any = PICTURES, y: Any = CLASSES) -> list[Batch]:
    """One epoch of the rows of two arrays in the order given, in batches of `size`."""
    chosen = list(order)
    cut = [chosen[first : first + size] for first in range(0, len(chosen), size)]
    return [describe((x[rows], y[rows])) for rows in cut]


def shuffles(count: int, epochs: int, seed: int = 0) -> list[list[int]]:
    """So many orders of 0 to `count` − 1."""
    random = np.random.default_rng(seed)
    return [[int(one) for one in random.permutation(count)] for _ in range(epochs)]


def held(path: str, array: Any) -> Holding:
    """An array that the Sequence holds."""
    rows = describe(np.asarray(array)).leaves[0].rows
    return Holding(path, "ndarray", len(array), sorted(np.ravel(array).tolist()) == list(range(len(array))), rows)


def indexes(count: int) -> Holding:
    """The array of indices 0 to `count` − 1 that a Sequence shuffles."""
    return held("self.indexes", np.arange(count))


def listed(path: str, count: int) -> Holding:
    """A list of so many entries, such as file names."""
    return Holding(path, "list", count)


def twice(entries: Sequence[Any], seconds: Sequence[Any] | None = None) -> list[tuple[int, Any]]:
    """(index, value) of a pass that reads every index twice in a row, the second time as in `seconds`."""
    pairs = zip(entries, entries if seconds is None else seconds, strict=True)
    return [(index, value) for index, pair in enumerate(pairs) for value in pair]
