"""Which row of the inputs came with which row of the targets."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from seqcheck.model.batch import Batch, Leaf
from seqcheck.model.levels import scale_of
from seqcheck.model.orders import LIKELY, all_different
from seqcheck.model.samples import PROBE_OFFSET, label_ids


def label_numbers(leaf: Leaf) -> tuple[float, ...] | None:
    """The label of each row as a number: the place of the one where rows are one-hot; None where rows are no labels."""
    if leaf.hot is not None:
        return tuple(float(place) for place in leaf.hot)
    return leaf.values if leaf.inner_shape in ((), (1,)) else None


def paths_of(batches: Iterable[Mapping[int, Batch]], part: str) -> tuple[str, ...]:
    """The paths of the leaves of one part of a batch, ``x`` or ``y``, in any batch; weights left out are no leaves."""
    found = {
        leaf.path
        for epoch in batches
        for batch in epoch.values()
        for leaf in batch.leaves
        if leaf.kind != "none" and (leaf.path == part or leaf.path.startswith(f"{part}["))
    }
    return tuple(sorted(found))


def label_path(batches: Iterable[Mapping[int, Batch]], num_samples: int) -> str | None:
    """The target leaf whose numbers differ most from row to row, of those that read as labels of a probe."""
    epochs = tuple(batches)
    best: tuple[int, str] | None = None
    for path in paths_of(epochs, "y"):
        leaves = [leaf for epoch in epochs for batch in epoch.values() if (leaf := batch.leaf(path)) is not None]
        numbers = [label_ids(leaf, num_samples) for leaf in leaves]
        if any(one is None for one in numbers):
            continue
        distinct = len({one for ids in numbers for one in ids or ()})
        if best is None or distinct > best[0]:
            best = (distinct, path)
    return best[1] if best else None


def number_pairs(batch: Batch, x_path: str, y_path: str) -> Iterator[tuple[float, float]]:
    """(the probe's number in the row of x, the number in the row of y) for each row; nothing where either has none."""
    x, y = batch.leaf(x_path), batch.leaf(y_path)
    if x is None or y is None or x.values is None:
        return
    labels = label_numbers(y)
    if labels is None:
        return
    for value, label in zip(x.values, labels, strict=False):
        yield value - PROBE_OFFSET, label


def constant_offset(batches: Iterable[Mapping[int, Batch]], num_samples: int) -> float | None:
    """How far each row of x stands from its label, where that is the same for every row of some leaf of x."""
    epochs = tuple(batches)
    y_path = label_path(epochs, num_samples)
    if y_path is None:
        return None
    for x_path in paths_of(epochs, "x"):
        pairs = [pair for epoch in epochs for batch in epoch.values() for pair in number_pairs(batch, x_path, y_path)]
        offsets = {round(number - label, 3) for number, label in pairs}
        if len(offsets) == 1:
            return offsets.pop()
    return None


@dataclass(frozen=True)
class Points:
    """Every row of a probe as its number in x and its number in y, with its place."""

    x_path: str
    y_path: str
    numbers: tuple[float, ...]
    labels: tuple[float, ...]
    places: tuple[tuple[int, int, int], ...]
    """(epoch place, batch index, row)"""
    readable: bool
    """Whether most numbers are those of a sample, unchanged."""


def one_label_each(one: Points) -> bool:
    """Whether the rows of every epoch have labels of their own, all different, as labels that are drawn have not."""
    by_epoch: dict[int, list[float]] = {}
    for label, (epoch, _, _) in zip(one.labels, one.places, strict=True):
        by_epoch.setdefault(epoch, []).append(label)
    apart = all(len(set(labels)) == len(labels) for labels in by_epoch.values())
    return apart and sum(all_different(len(labels)) for labels in by_epoch.values()) < LIKELY


def points(
    batches: Iterable[Mapping[int, Batch]], num_samples: int, num_labels: int | None = None
) -> tuple[Points, ...]:
    """The rows of each leaf of x against the label that tells most; `num_labels` where there are fewer than samples."""
    epochs = tuple(batches)
    y_path = label_path(epochs, num_labels or num_samples)
    found = []
    for x_path in paths_of(epochs, "x") if y_path is not None else ():
        numbers: list[float] = []
        labels: list[float] = []
        places: list[tuple[int, int, int]] = []
        for epoch, by_index in enumerate(epochs):
            for index, batch in by_index.items():
                for row, (number, label) in enumerate(number_pairs(batch, x_path, y_path or "")):
                    numbers.append(number)
                    labels.append(label)
                    places.append((epoch, index, row))
        known = sum(number == int(number) and 0 <= number < num_samples for number in numbers if math.isfinite(number))
        # The mean of a window over several samples may look like one of them.
        known *= _of_one_sample_each(epochs, x_path)
        if known * 2 <= len(numbers):
            read = _samples_of(epochs, x_path, num_samples)
            if read is not None and len(read) == len(numbers):
                numbers, known = [float(one) for one in read], len(read)
        if numbers and all(map(math.isfinite, numbers)) and all(map(math.isfinite, labels)):
            readable = known * 2 > len(numbers)
            found.append(Points(x_path, y_path or "", tuple(numbers), tuple(labels), tuple(places), readable))
    return tuple(found)


def content_points(batches: Iterable[Mapping[int, Batch]], num_samples: int) -> tuple[Points, ...]:
    """The rows of each leaf of x against those of each leaf of y that is no label but data itself: a mask, a picture.

    Only leaves of which every row is read as a sample, unchanged or scaled.
    """
    epochs = tuple(batches)
    inputs, targets = (
        {path: read for path in paths_of(epochs, part) if (read := _samples_of(epochs, path, num_samples))}
        for part in ("x", "y")
    )
    found = []
    for y_path, labels in targets.items():
        places = [
            (epoch, index, row)
            for epoch, by_index in enumerate(epochs)
            for index, batch in by_index.items()
            for row in range(_rows(batch, y_path))
        ]
        for x_path, numbers in inputs.items():
            if all(_rows(batch, x_path) == _rows(batch, y_path) for by_index in epochs for batch in by_index.values()):
                pair = tuple(map(float, numbers)), tuple(map(float, labels))
                found.append(Points(x_path, y_path, *pair, tuple(places), readable=True))
    return tuple(found)


def one_side_lags(one: Points) -> bool:
    """Whether samples that go together came apart, and not two orders that have nothing to do with each other.

    They do where each batch holds the same samples on either side, or where one side keeps the order of the data.
    """
    batches: dict[tuple[int, int], tuple[list[float], list[float]]] = {}
    for (epoch, index, _), number, label in zip(one.places, one.numbers, one.labels, strict=True):
        x, y = batches.setdefault((epoch, index), ([], []))
        x.append(number)
        y.append(label)
    if all(sorted(x) == sorted(y) for x, y in batches.values()):
        return True
    for epoch in {place[0] for place in one.places}:
        sides = ([part[side] for key, part in sorted(batches.items()) if key[0] == epoch] for side in (0, 1))
        x, y = ([sample for batch in side for sample in batch] for side in sides)
        if sorted(x) == sorted(y) and x != y and sorted(x) in (x, y):
            return True
    return False


def _of_one_sample_each(epochs: Iterable[Mapping[int, Batch]], path: str) -> bool:
    """Whether each row of a leaf holds one number everywhere, as the row of a probe's sample does."""
    leaves = [leaf for epoch in epochs for batch in epoch.values() if (leaf := batch.leaf(path)) is not None]
    return all(leaf.flat or not leaf.inner_shape for leaf in leaves if leaf.row_count)


def _rows(batch: Batch, path: str) -> int:
    leaf = batch.leaf(path)
    return leaf.row_count or 0 if leaf is not None else 0


def _samples_of(epochs: Iterable[Mapping[int, Batch]], path: str, num_samples: int) -> tuple[int, ...] | None:
    """The sample in every row of a leaf that is data, batch after batch; None where one row is not read as a sample."""
    leaves = [leaf for epoch in epochs for batch in epoch.values() if (leaf := batch.leaf(path)) is not None]
    scale = scale_of(leaves, num_samples)
    read = [scale.sample(value, num_samples) for leaf in leaves for value in leaf.values or ()] if scale else [None]
    samples = [one for one in read if one is not None]
    return tuple(samples) if len(samples) == len(read) else None


def line(numbers: Iterable[float], labels: Iterable[float]) -> tuple[float, float] | None:
    """(slope, offset) with label = slope · number + offset for every row, where there is such a line."""
    x, y = np.asarray(tuple(numbers)), np.asarray(tuple(labels))
    low, high = int(x.argmin()), int(x.argmax())
    if x[low] == x[high] or len(np.unique(x)) < 3:
        return None
    slope = (y[high] - y[low]) / (x[high] - x[low])
    offset = y[low] - slope * x[low]
    # Values are means of float32 rows: as exact as those can be over the range of the labels.
    fits = np.abs(slope * x + offset - y) <= 1e-3 * max(1.0, float(np.abs(y).max()) * 1e-3)
    return (float(slope), float(offset)) if bool(fits.all()) and slope != 0 else None


def monotone(numbers: Iterable[float], labels: Iterable[float]) -> bool:
    """Whether a larger number always came with a larger label, or always with a smaller one, without ties."""
    by_number: dict[float, float] = {}
    for number, label in zip(numbers, labels, strict=True):
        if by_number.setdefault(number, label) != label:
            return False
    ordered = [by_number[number] for number in sorted(by_number)]
    steps = list(itertools.pairwise(ordered))
    return len(steps) > 1 and (all(a < b for a, b in steps) or all(a > b for a, b in steps))


def evenly_spaced(values: Iterable[float]) -> bool:
    """Whether the different values stand at equal distances, as the rows of a probe that was scaled do."""
    different = np.unique(np.asarray(tuple(values)))
    if len(different) < 4:
        return False
    steps = np.diff(different)
    return bool(steps.max() - steps.min() <= 1e-3 * steps.mean())
