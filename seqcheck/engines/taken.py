"""Which entries of a list or an array a read takes: it tells samples apart where nothing of their values comes through.

An argument is handed over as a list or array of our own that notes what is taken out of it. It behaves as any other,
but it is one: it is made for a run whose batches nobody looks at otherwise. What becomes of it by arithmetic, by
slicing, or by `astype` before the first read knows its samples still; where that cannot be told, as after a change in
place, it notes nothing any more.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, SupportsIndex

import numpy as np


class _Watch(threading.local):
    """What the reads of one thread take; a thread that reads ahead takes what belongs to other batches."""

    samples: list[int] | None = None


_watch = _Watch()


@contextlib.contextmanager
def taken(wanted: bool) -> Iterator[list[int]]:
    """While it lasts, gather the samples whose entries this thread takes, in order, each as often as it does."""
    samples: list[int] = []
    if not wanted:
        yield samples
        return
    _watch.samples = samples
    try:
        yield samples
    finally:
        _watch.samples = None


def noting(value: Any) -> Any:
    """A list or array that holds the same, entry k for sample k, and notes what is taken; None where there is none."""
    if type(value) is list and len({id(entry) for entry in value}) == len(value):
        return NotingList(value, {id(entry): sample for sample, entry in enumerate(value)})
    if type(value) is np.ndarray and value.ndim and _leads(value):
        noted = value.view(NotingArray)
        noted.samples, noted.order = np.arange(len(value)), _Order()
        return noted
    return None


def _leads(array: Any) -> bool:
    """Whether the first axis is told from the others by its length, so that turning the array does not hide it."""
    return list(array.shape).count(len(array)) == 1


def _note(samples: Any) -> bool:
    """Note what is taken, where a read is under way in this thread."""
    if _watch.samples is None:
        return False
    _watch.samples.extend(np.ravel(samples).tolist())
    return True


class NotingList(list):  # type: ignore[type-arg]  # of whatever the material is made of
    """A list that knows its entries by what they are, however it is shuffled."""

    def __init__(self, entries: Any, known: dict[int, int], kept: tuple[Any, ...] = ()) -> None:
        super().__init__(entries)
        self._known = known
        self._kept = kept or tuple(entries)  # so that no other object takes the place of one of these

    def __getitem__(self, key: Any) -> Any:
        """One entry or a slice; a slice that is made before the first read goes on noting."""
        got = super().__getitem__(key)
        if not isinstance(key, slice):
            self._tell([got])
        elif not self._tell(got):
            return NotingList(got, self._known, self._kept)
        return got

    def __iter__(self) -> Iterator[Any]:
        """The entries, each of them taken when it is its turn."""
        for entry in super().__iter__():
            self._tell([entry])
            yield entry

    def __reversed__(self) -> Iterator[Any]:
        """The entries from the last to the first."""
        for entry in super().__reversed__():
            self._tell([entry])
            yield entry

    def pop(self, index: SupportsIndex = -1) -> Any:
        """Take one out for good."""
        got = super().pop(index)
        self._tell([got])
        return got

    def copy(self) -> NotingList:
        """A list of the same entries."""
        return NotingList(list.__iter__(self), self._known, self._kept)

    def __reduce_ex__(self, _: SupportsIndex) -> Any:
        """A copy of the entries is a plain list: they are other objects there."""
        return list, (list(super().__iter__()),)

    def _tell(self, entries: list[Any]) -> bool:
        known = [self._known[id(entry)] for entry in entries if id(entry) in self._known]
        return _note(known)


class _Order:
    """Whether samples still lie where they did, for an array and all that is made of it: a view may be written to."""

    moved = False


class NotingArray(np.ndarray):
    """An array whose first axis is that of the samples, for as long as that is known."""

    samples: Any = None
    order: _Order | None = None

    def __array_finalize__(self, other: Any) -> None:
        """What is made of an array by arithmetic, in another shape or as a copy, has its samples in their places."""
        known = getattr(other, "samples", None)
        alike = known is not None and self.ndim and len(self) == len(known) and _leads(self)
        self.samples = known if alike else None
        self.order = getattr(other, "order", None)

    def __getitem__(self, key: Any) -> Any:
        """Entries by position on the first axis, noted during a read and carried along before."""
        got = super().__getitem__(key)
        chosen = self._chosen(key)
        if chosen is None or _note(chosen):
            return got.view(np.ndarray) if isinstance(got, NotingArray) else got
        if isinstance(got, NotingArray):
            whole = got.ndim and np.ndim(chosen) == 1 and len(chosen) == len(got)
            got.samples = chosen if whole else None
        return got

    def __setitem__(self, key: Any, value: Any) -> None:
        """Whoever writes into it may move samples about."""
        super().__setitem__(key, value)
        self._move()

    def __iter__(self) -> Iterator[Any]:
        """The entries, each of them taken when it is its turn."""
        return (self[place] for place in range(len(self)))

    def take(self, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise") -> Any:
        """As by position, where it is along the first axis."""
        if out is None and mode == "raise" and (axis == 0 or (axis is None and self.ndim == 1)):
            return self[np.asarray(indices)]
        return np.asarray(self).take(indices, axis, out, mode)

    def sort(self, *args: Any, **kwargs: Any) -> None:
        """In place, so that nobody knows the samples any more."""
        super().sort(*args, **kwargs)
        self._move()

    def __reduce__(self) -> Any:
        """A copy that is sent elsewhere is a plain array."""
        return np.asarray(self).__reduce__()

    def _move(self) -> None:
        if self.order is not None:
            self.order.moved = True

    def _chosen(self, key: Any) -> Any:
        """The samples that an index selects, all of them where it does not say; None where none are known."""
        if self.samples is None or (self.order is not None and self.order.moved):
            return None
        first = key[0] if isinstance(key, tuple) and key else key
        if first is None or first is Ellipsis or isinstance(first, tuple) or np.ndim(first) > 1:
            return self.samples
        try:
            return self.samples[first]
        except (IndexError, TypeError, ValueError):  # a field of records, which all of them have
            return self.samples
