"""Data made for a run, whose samples can be told apart in whatever batch they turn up."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from seqcheck.model.samples import PROBE_OFFSET

Array = npt.NDArray[Any]
Labels = Literal["plain", "classes", "one-hot", "one-hot classes"]
SHAPES: Final[tuple[tuple[int, ...], ...]] = ((4,), (8, 8, 3), (), (8, 4))
"""The shapes of one sample of x, in the order in which they are tried: a vector, a picture, a number, a series."""
CLASSES: Final = 10
"""How many classes there are where labels stand for classes and nobody says how many."""


def arrays(num_samples: int, shape: tuple[int, ...] = (4,)) -> tuple[Array, Array]:
    """x of shape (num_samples, *shape), float32, whose row k holds k + 0.5 everywhere, and y = 0 ... n − 1."""
    return inputs(num_samples, shape), labels(num_samples, "plain")


def inputs(num_samples: int, shape: tuple[int, ...] = (4,)) -> Array:
    """An array of shape (num_samples, *shape), float32, whose row k holds k + 0.5 everywhere."""
    column = np.arange(num_samples, dtype=np.float32) + np.float32(PROBE_OFFSET)
    rows: Array = np.empty((num_samples, *shape), dtype=np.float32)
    rows[...] = column.reshape(-1, *(1 for _ in shape))
    return rows


def ramp(shape: tuple[int, ...]) -> Array:
    """Offsets of shape `shape` from 0 up to, not including, 0.4: added to a row, they tell its places apart."""
    size = int(np.prod(shape))
    return np.linspace(0, 0.4, size, endpoint=False, dtype=np.float32).reshape(shape)


def labels(num_samples: int, kind: Labels, classes: int = CLASSES) -> Array:
    """The labels of a probe.

    ``plain``: 0 ... num_samples − 1, shape (num_samples,), int64: each names its sample. ``classes``: the same modulo
    `classes`, which name no sample. ``one-hot``: shape (num_samples, num_samples), float32, row k hot at k. ``one-hot
    classes``: shape (num_samples, `classes`), row k hot at k modulo `classes`.
    """
    if kind == "one-hot":
        return np.eye(num_samples, dtype=np.float32)
    numbers = np.arange(num_samples, dtype=np.int64)
    if kind == "one-hot classes":
        return np.eye(max(1, classes), dtype=np.float32)[numbers % max(1, classes)]
    return numbers if kind == "plain" else numbers % max(1, classes)


def mixes_samples(batch: object, num_samples: int) -> bool:
    """Whether most rows of some leaf hold the numbers of several samples of x, as windows and pairs do."""
    return any(_mixed(leaf, num_samples) for leaf in arrays_in(batch))


def _mixed(leaf: Array, num_samples: int) -> bool:
    if leaf.ndim < 2 or leaf.dtype.kind != "f" or not leaf.size:
        return False
    numbers = leaf.reshape(len(leaf), -1).astype(np.float64) - PROBE_OFFSET
    with np.errstate(invalid="ignore"):
        known = (numbers == np.floor(numbers)) & (numbers >= 0) & (numbers < num_samples)
    mixed = sum(len(np.unique(row[mask])) > 1 for row, mask in zip(numbers, known, strict=True))
    return mixed * 2 > len(leaf)


def names_samples_apart(batch: object) -> bool:
    """Whether leaves that are one-hot name other samples in most rows of a batch, as a word and the next one are."""
    named = [leaf.argmax(axis=1) for leaf in arrays_in(batch) if _one_hot(leaf)]
    pairs = ((one, two) for one, two in pairwise(named) if one.shape == two.shape)
    return any(np.count_nonzero(one != two) * 2 > len(one) for one, two in pairs)


def _one_hot(leaf: Array) -> bool:
    if leaf.ndim != 2 or leaf.dtype.kind not in "fiub" or not leaf.size:
        return False
    return bool(np.all((leaf == 0) | (leaf == 1)) and np.all(leaf.sum(axis=1) == 1))


def arrays_in(value: object, depth: int = 0) -> list[Array]:
    """The arrays of a batch, foreign ones converted."""
    if isinstance(value, np.ndarray):
        return [value]
    if depth < 6 and isinstance(value, dict):
        return [leaf for child in value.values() for leaf in arrays_in(child, depth + 1)]
    if depth < 6 and isinstance(value, (tuple, list)):
        return [leaf for child in value for leaf in arrays_in(child, depth + 1)]
    if hasattr(value, "__array__") and not isinstance(value, np.generic):
        try:
            return [np.asarray(value)]
        except Exception:  # whatever a foreign object's __array__ raises: it is no array
            return []
    return []
