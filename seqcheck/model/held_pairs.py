"""Inputs and targets held against the arrays that they come from: which place of one came with which of the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seqcheck.model.batch import Batch
from seqcheck.model.history import History
from seqcheck.model.observation import Holding
from seqcheck.model.pairing import paths_of

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
                orders = _is_order(one, epochs, x_path, places) or _is_order(other, epochs, y_path, places)
                if places[other.path] and apart is None and not orders:
                    pairs = _pairs(epochs, x_path, y_path, places[one.path], places[other.path])
                    if all(map(_one_in_order, pairs)):
                        apart = HeldPairs(one.path, other.path, pairs[0])
    return apart


def _places(holding: Holding) -> dict[bytes, int]:
    """The place of each row, where all rows differ; else empty."""
    places = {row: place for place, row in enumerate(holding.rows)}
    return places if len(places) == len(holding.rows) else {}


def _is_order(holding: Holding, epochs: Epochs, path: str, places: Mapping[str, Mapping[bytes, int]]) -> bool:
    """Whether an array lists the numbers of all samples in another order than their own.

    Read off the numbers that were delivered: each is the place of its row where samples are numbered in their order.
    """
    if not holding.permutation or not places[holding.path]:
        return False
    leaves = (batch.leaf(path) for batches in epochs for batch in batches.values())
    return any(
        value != places[holding.path][row]
        for leaf in leaves
        if leaf
        for row, value in zip(leaf.rows, leaf.values or (), strict=False)
    )


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
