"""Batches that are made already, as another Sequence or a generator hands them on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Batches:
    """A Sequence over arrays: `len`, batches by their index, and one behind the other for ever, in the same order.

    A batch is a tuple with copies of as many rows of each array as `batch_size`, but for the last one. It has the
    attributes that Keras's own iterators have: `n` and `samples`, `batch_size`.
    """

    def __init__(self, *arrays: Any, batch_size: int = 8) -> None:
        self.arrays = arrays
        self.batch_size = batch_size
        self.n = self.samples = len(arrays[0])
        self.place = 0

    def __repr__(self) -> str:
        """``Batches(array([...]), array([...]))``"""
        return f"Batches({', '.join(map(repr, self.arrays))})"

    def __len__(self) -> int:
        """How many batches there are."""
        return -(-self.n // self.batch_size)

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        """Batch `index`.

        Raises:
            IndexError: there are not so many.
        """
        if not -len(self) <= index < len(self):
            raise IndexError(f"batch {index} of {len(self)}")
        start = index % len(self) * self.batch_size
        return tuple(array[start : start + self.batch_size].copy() for array in self.arrays)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Itself: it has no end."""
        return self

    def __next__(self) -> tuple[Any, ...]:
        """The next batch, after the last one the first."""
        self.place += 1
        return self[(self.place - 1) % len(self)]

    next = __next__

    def reset(self) -> None:
        """Begin with the first batch again."""
        self.place = 0

    def on_epoch_end(self) -> None:
        """Nothing: the order stays."""
