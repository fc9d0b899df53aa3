"""Inputs and targets held against the arrays that they come from: which place of one came with which of the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seqcheck.model.batch import Batch
from seqcheck.model.history import History
from seqcheck.model.observation import Holding
from seqcheck.model.pairing import monotone, paths_of

Epochs = tuple[Mapping[int, Batch], ...]


@dataclass(frozen=True)
class Pair:
    """One row: the place of its input and of its target in the arrays they come from, the batch index and the row."""

    x: int
    y: int
    index: int
    row: int


@dataclass(frozen=True)
class HeldPairs:
    """How two arrays of one length were read. `apart` has the pairs of the first epoch where they were read apart."""

    inputs: str
    targets: str
    apart: tuple[Pair, ...] = ()


def held_pairs(run: History, epochs: Epochs, target: str) -> HeldPairs | None:
    """How the arrays that inputs and the leaf `target` come from were read together; None where no two of them say it.

    Inputs must differ from each other to have a place. Targets that are classes can only confirm; that the two were
    read apart is said only where targets differ from each other too, and where one was read in the order of the data
    and the other was not. A table of pairs would seldom leave one side in order, and a forecast leaves both. An array
    that holds the order of the samples is read from end to end whatever it says, so that where a batch gives its
    numbers away (as ids of the rows) its places say nothing of the pairs.
    """
    arrays = [holding for holding in run.observed(Holding) if holding.rows]
    held = {holding.path: frozenset(holding.rows) for holding in arrays}
    places = {holding.path: _places(holding) for holding in arrays}
    apart: HeldPairs | None = None
    for x_path in paths_of(epochs, "x") if arrays else ():
        delivered = _delivered(epochs, x_path)
        inputs = [one for one in arrays if places[one.path] and delivered and delivered <= held[one.path]]
        for y_path in (target,) if inputs else ():
            wanted = _delivered(epochs, y_path)
            targets = [one for one in arrays if len(held[one.path]) > 1 and wanted and wanted <= held[one.path]]
            for one, other in ((one, other) for one in inputs for other in targets):
                if one.path == other.path or one.length != other.length:
                    continue
                if _together(other, places[one.path], epochs, x_path, y_path):
                    return HeldPairs(one.path, other.path)
                if places[other.path] and apart is None and not _names(one, other, places, epochs, x_path, y_path):
                    pairs = _pairs(epochs, x_path, y_path, places[one.path], places[other.path])
                    if all(map(_one_in_order, pairs)):
                        apart = HeldPairs(one.path, other.path, pairs[0])
    return apart


def _places(holding: Holding) -> dict[bytes, int]:
    """The place of each row, where all rows differ; else empty."""
    places = {row: place for place, row in enumerate(holding.rows)}
    return places if len(places) == len(holding.rows) else {}


def _names(
    one: Holding,
    other: Holding,
    places: Mapping[str, Mapping[bytes, int]],
    epochs: Epochs,
    x_path: str,
    y_path: str,
) -> bool:
    """Whether one of two arrays is a list of samples, whose entries say which row of the other is meant.

    It is where its numbers stand for places of the other: the larger the number, the later the place. And an array with
    the numbers of all samples, in another order than their own, is an order, whatever it is an order of.
    """
    orders = (holding.permutation and _unsorted(places[holding.path], epochs, path)
              for holding, path in ((one, x_path), (other, y_path)))  # fmt: skip
    return any(orders) or any(
        _rising(places[holding.path], epochs, path, names)
        for holding, path, names in ((one, x_path, y_path), (other, y_path, x_path))
    )


def _unsorted(places: Mapping[bytes, int], epochs: Epochs, path: str) -> bool:
    return any(value != places[row] for _, row, value in _numbered(epochs, path, path) if row in places)


def _rising(places: Mapping[bytes, int], epochs: Epochs, path: str, names: str) -> bool:
    """Whether the numbers in the leaf `names` rise with the places of the rows of `path`."""
    rows = list(_numbered(epochs, path, names))
    if not places or not rows or any(not single for single, _, _ in rows):
        return False
    return monotone([float(places[row]) for _, row, _ in rows], [value for _, _, value in rows])


def _numbered(epochs: Epochs, path: str, names: str) -> Iterator[tuple[bool, bytes, float]]:
    """For each row: whether the leaf `names` has one number a row, the row of `path`, and that number."""
    for batches in epochs:
        for batch in batches.values():
            leaf, other = batch.leaf(path), batch.leaf(names)
            if leaf is not None and other is not None:
                single = other.inner_shape in ((), (1,)) and other.values is not None
                values = other.values or (0.0,) * len(leaf.rows)
                yield from ((single, row, value) for row, value in zip(leaf.rows, values, strict=False))


def _delivered(epochs: Epochs, path: str) -> frozenset[bytes]:
    return frozenset(row for batches in epochs for batch in batches.values() for row in _rows(batch, path))


def _rows(batch: Batch, path: str) -> tuple[bytes, ...]:
    leaf = batch.leaf(path)
    return leaf.rows if leaf is not None else ()


def _together(targets: Holding, place: Mapping[bytes, int], epochs: Epochs, x_path: str, y_path: str) -> bool:
    return all(
        targets.rows[place[x]] == y
        for batches in epochs
        for batch in batches.values()
        for x, y in zip(_rows(batch, x_path), _rows(batch, y_path), strict=False)
    )


def _pairs(
    epochs: Epochs, x_path: str, y_path: str, x_place: Mapping[bytes, int], y_place: Mapping[bytes, int]
) -> list[tuple[Pair, ...]]:
    return [
        tuple(
            Pair(x_place[x], y_place[y], index, row)
            for index, batch in batches.items()
            for row, (x, y) in enumerate(zip(_rows(batch, x_path), _rows(batch, y_path), strict=False))
        )
        for batches in epochs
    ]


def _one_in_order(epoch: tuple[Pair, ...]) -> bool:
    """Whether one side was read in the order of the data and the other was not, and both hold the same places."""
    x, y = [pair.x for pair in epoch], [pair.y for pair in epoch]
    if len(x) < 4 or sorted(x) != sorted(y) or (x == sorted(x)) == (y == sorted(y)):
        return False
    return len({pair.x - pair.y for pair in epoch}) > 2
