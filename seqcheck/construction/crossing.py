"""Rows that are combined with all others of their batch, as NumPy does to made-up arrays that have too few axes.

The sign is an inner axis as long as the batch, in batches of every size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from seqcheck.construction.probe import arrays_in

COMBINED: Final = "every row is combined with all others of its batch"


def crossing(batches: Sequence[Any]) -> frozenset[tuple[int, int]]:
    """The (leaf, axis) by their places of which that inner axis is as long as the batch, in all of several rows."""
    found: frozenset[tuple[int, int]] | None = None
    for leaves in map(arrays_in, batches):
        if any(leaf.ndim and len(leaf) > 1 for leaf in leaves):
            here = frozenset(
                (place, axis)
                for place, leaf in enumerate(leaves)
                for axis, length in enumerate(leaf.shape)
                if axis and length == len(leaf)
            )
            found = here if found is None else found & here
    return found or frozenset()


def lengths_in(batches: Iterable[Any], axes: slice) -> set[int]:
    """The lengths of these axes in batches of several rows."""
    found = (leaf for batch in batches for leaf in arrays_in(batch) if leaf.ndim and len(leaf) > 1)
    return {length for leaf in found for length in leaf.shape[axes]}


def spread_targets(batch: Any, crossed: Iterable[tuple[int, int]]) -> bool:
    """Whether one of these leaves is a target of three axes and more: spread over each other by too few axes.

    A matrix of the batch by the batch may be what a class wants, as where each row is told from all others.
    """
    if not isinstance(batch, (tuple, list)) or len(batch) < 2:
        return False
    inputs, leaves = len(arrays_in(batch[0])), arrays_in(batch)
    return any(place >= inputs and leaves[place].ndim > 2 for place, _ in crossed)
