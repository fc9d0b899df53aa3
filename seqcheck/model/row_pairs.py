"""Which row of the inputs came with which of the targets, told by fingerprints, and what epochs say of it together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from seqcheck.model.batch import Batch
from seqcheck.model.held_pairs import Epochs
from seqcheck.model.orders import LIKELY

Rows = list[tuple[bytes, bytes, int, int]]
"""(row of x, row of y, batch index, row), one a row of an epoch."""

MOSTLY = 4
"""Epochs are held against each other where no more than one row in so many is left out or comes twice."""


def row_pairs(batches: Mapping[int, Batch], x: frozenset[str], y: frozenset[str]) -> Rows:
    """The rows of an epoch; empty where rows do not match up."""
    found: Rows = []
    for index, batch in batches.items():
        inputs, targets = batch.samples(x), batch.samples(y)
        if inputs is None or targets is None or len(inputs) != len(targets):
            return []
        found += [(one, other, index, row) for row, (one, other) in enumerate(zip(inputs, targets, strict=True))]
    return found


def joint(epoch: Rows) -> Counter[tuple[bytes, bytes]]:
    """The pairs of an epoch."""
    return Counter((x, y) for x, y, _, _ in epoch)


def recombined(pairs: list[Rows]) -> tuple[int, int] | None:
    """The places of two epochs that hold the same rows on either side and other pairs of them, earlier first."""
    marginal = [(Counter(x for x, _, _, _ in epoch), Counter(y for _, y, _, _ in epoch)) for epoch in pairs]
    for later in range(1, len(pairs)):
        for earlier in range(later):
            if marginal[earlier] == marginal[later] and joint(pairs[earlier]) != joint(pairs[later]):
                return earlier, later
    return None


def of_places(epochs: Epochs, target: str) -> bool:
    """Whether a leaf names the places in a batch, as where each row is told from the others: 0, 1, 2 ... in each."""
    leaves = [leaf for batches in epochs for batch in batches.values() if (leaf := batch.leaf(target)) is not None]
    longest = max(leaves, key=lambda leaf: leaf.row_count or 0).rows
    return len(leaves) > 1 and len(set(longest)) > 1 and all(leaf.rows == longest[: len(leaf.rows)] for leaf in leaves)


def of_its_kind(epochs: Epochs, inputs: frozenset[str], target: str) -> str | None:
    """The inputs that a target is alike in form: pictures of two domains, say, which may be meant to meet by chance."""
    batch = next(batch for batches in epochs for batch in batches.values())
    leaves = {leaf.path: leaf for leaf in batch.leaves}
    shape = leaves[target].inner_shape if target in leaves else ()
    if math.prod(shape) < 2:
        return None
    return next((path for path in sorted(inputs) if path in leaves and leaves[path].inner_shape == shape), None)


def both_reordered(earlier: Rows, later: Rows) -> bool:
    """Whether inputs and targets each come in another order in the later epoch."""
    return all([row[side] for row in earlier] != [row[side] for row in later] for side in (0, 1))


def tells_apart(epochs: Epochs, path: str) -> bool:
    """Whether a weight is one sample's own: those of a class, or of a part left out, are shared by many."""
    rows = [row for batch in epochs[0].values() if (leaf := batch.leaf(path)) is not None for row in leaf.rows]
    return len(set(rows)) * 2 > len(rows)


def stays_in_order(epochs: Epochs, path: str) -> bool:
    """Whether a weight comes in one order in every epoch, which chance does not do to so many.

    Rows of weight 0 are no samples, and are passed over: those that fill up the last batch stand in one place as well.
    So do weights that are alike in all rows of a batch, which may belong to its place in the epoch, and those that are
    alike in all batches, which may belong to the places in them.
    """
    by_epoch = [[_counting(batch, path) for _, batch in sorted(batches.items())] for batches in epochs]
    first = by_epoch[0]
    if len(by_epoch) < 2 or any(other != first for other in by_epoch[1:]) or all(len(set(one)) < 2 for one in first):
        return False
    longest = max(first, key=len)
    if all(one == longest[: len(one)] for one in first):
        return False
    often = Counter(row for batch in first for row in batch)
    ways = math.lgamma(often.total() + 1) - sum(math.lgamma(count + 1) for count in often.values())
    return -ways / math.log(10) < LIKELY


def _counting(batch: Batch, path: str) -> list[bytes]:
    """The rows of a weight that are not 0."""
    leaf = batch.leaf(path)
    if leaf is None or leaf.values is None or len(leaf.values) != len(leaf.rows):
        return []
    return [row for row, value in zip(leaf.rows, leaf.values, strict=True) if value]


@dataclass(frozen=True)
class SharedPairs:
    """The inputs that any two epochs share, and whether they came with the same targets."""

    rows: int
    """How many inputs two epochs share at least."""
    apart: tuple[int, int] | None
    """The places of two epochs in which some of them came with other targets, earlier first."""


def shared_pairs(epochs: list[Rows]) -> SharedPairs | None:
    """None where epochs share too little, or hold targets that the rows left out cannot account for: drawn anew.

    One input with another target settles nothing: it takes two to exchange theirs.
    """
    fewest = len(epochs[0]) if epochs else 0
    apart: tuple[int, int] | None = None
    for earlier, later in combinations(range(len(epochs)), 2):
        one, other = epochs[earlier], epochs[later]
        here, there = _coming_once(one), _coming_once(other)
        common = here.keys() & there.keys()
        rows = max(len(one), len(other))
        left_out = rows - len(common)
        if left_out * MOSTLY > rows or _new_targets(one, other) > left_out:
            return None
        fewest = min(fewest, len(common))
        if apart is None and sum(here[x] != there[x] for x in common) > 1:
            apart = earlier, later
    return SharedPairs(fewest, apart) if len(epochs) > 1 else None


def _coming_once(epoch: Rows) -> dict[bytes, bytes]:
    """The target of each input that comes once."""
    often = Counter(x for x, _, _, _ in epoch)
    return {x: y for x, y, _, _ in epoch if often[x] == 1}


def _new_targets(one: Rows, other: Rows) -> int:
    """How many targets of either epoch the other has not."""
    here, there = (Counter(y for _, y, _, _ in epoch) for epoch in (one, other))
    return max((there - here).total(), (here - there).total())
