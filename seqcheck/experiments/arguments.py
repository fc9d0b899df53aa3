"""Does a Sequence leave alone what its caller handed in?

The content of every list, array, dict, set and table among the arguments is fingerprinted before the constructor runs,
and again later. Where it changed, the same is done once more line by line, to find the line that changes it.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final

import numpy as np
import xxhash

from seqcheck.experiments.spots import spot_of
from seqcheck.model.batch import describe
from seqcheck.model.kinds import is_a
from seqcheck.model.libraries import is_library
from seqcheck.model.observation import Spot

LARGEST: Final = 64 * 2**20
"""Bytes of an array that is fingerprinted; a larger one is not looked at."""
MOST_ENTRIES: Final = 200_000
"""Entries of one argument, those of nested containers included."""
DEEPEST: Final = 6
PATIENCE: Final = 2.0
"""Seconds for which lines are traced."""


@dataclass(frozen=True)
class Content:
    """What a container holds: a fingerprint of each entry, row or item, in order, and of what is beside them."""

    entries: tuple[bytes, ...]
    beside: bytes = b""


@dataclass(frozen=True)
class Change:
    """How two contents of one container differ: ``order``, ``length`` or ``values``, and the same in words."""

    kind: str
    words: str


def is_container(value: Any) -> bool:
    """Whether the value can be changed in place, or holds something that can."""
    if is_a(value, np.ndarray):
        return bool(value.flags.writeable)
    if is_a(value, tuple):
        return any(is_container(item) for item in value[:1000])
    return is_a(value, (list, dict, set, bytearray, deque)) or _is_table(value)


def content_of(value: Any) -> Content | None:
    """What a container holds; None where it is too large to be looked at."""
    try:
        return _content(value)
    except _TooLarge:
        return None


def compare(before: Content, after: Content) -> Change | None:
    """How the content changed; None where it did not."""
    old, new = before.entries, after.entries
    if len(old) != len(new):
        return Change("length", f"it had {len(old)} entries and has {len(new)}")
    if old != new:
        moved = [place for place, (one, two) in enumerate(zip(old, new, strict=True)) if one != two]
        if Counter(old) == Counter(new):
            return Change("order", f"its {len(new)} entries stand in another order")
        many = f"{len(moved)} of {len(new)} entries have other values, the first of them entry {moved[0]}"
        return Change("values", many if len(moved) > 1 else f"entry {moved[0]} has another value")
    return None if before.beside == after.beside else Change("values", "its shape, names or index are others")


class _TooLarge(Exception):
    """More than would be looked at in good time."""


def _content(value: Any) -> Content:
    if is_a(value, np.ndarray):
        if value.nbytes > LARGEST:
            raise _TooLarge
        leaf = describe(value).leaves[0]
        return Content(leaf.rows, f"{leaf.dtype}{leaf.shape}".encode() if leaf.rows else leaf.digest)
    if _is_table(value):
        return _table(value)
    counted = [0]
    if is_a(value, Mapping):
        # Dicts are ordered: a key that is taken out and put back stands elsewhere.
        return Content(tuple(_digest(pair, counted, 0) for pair in value.items()))
    if is_a(value, (set, frozenset)):
        return Content(tuple(sorted(_digest(item, counted, 0) for item in value)))
    return Content(tuple(_digest(item, counted, 0) for item in value))


def _digest(value: Any, counted: list[int], depth: int) -> bytes:
    counted[0] += 1
    if counted[0] > MOST_ENTRIES:
        raise _TooLarge
    if is_a(value, np.ndarray):
        if value.nbytes > LARGEST:
            raise _TooLarge
        return describe(value).leaves[0].digest
    if depth < DEEPEST:
        head = type(value).__name__.encode()
        if is_a(value, Mapping):
            parts = [_digest(item, counted, depth + 1) for pair in value.items() for item in pair]
            return xxhash.xxh3_128_digest(head + b"".join(parts))
        if is_a(value, (list, tuple, deque)):
            return xxhash.xxh3_128_digest(head + b"".join(_digest(item, counted, depth + 1) for item in value))
        if is_a(value, (set, frozenset)):
            return xxhash.xxh3_128_digest(head + b"".join(sorted(_digest(item, counted, depth + 1) for item in value)))
        if _is_table(value):
            table = _table(value)
            return xxhash.xxh3_128_digest(head + table.beside + b"".join(table.entries))
    if is_a(value, (str, bytes, bytearray, int, float, complex, bool, type(None), np.generic, Path)):
        return xxhash.xxh3_128_digest(f"{type(value).__name__}{value!r}".encode("utf-8", "backslashreplace"))
    return id(value).to_bytes(8, "little")  # a foreign object: that another stands in its place is all that shows


def _is_table(value: object) -> bool:
    kind = type(value)
    return kind.__module__.partition(".")[0] == "pandas" and kind.__name__ in ("DataFrame", "Series")


def _table(value: Any) -> Content:
    if value.size > MOST_ENTRIES:
        raise _TooLarge
    frame = value.to_frame() if value.ndim == 1 else value
    counted = [0]
    columns = [frame.iloc[:, place].to_numpy() for place in range(frame.shape[1])]
    rows = zip(frame.index, *columns, strict=True)
    beside = repr([*map(str, frame.columns), *map(str, frame.dtypes)]).encode("utf-8", "backslashreplace")
    return Content(tuple(_digest(tuple(row), counted, 0) for row in rows), beside)


class LineOf:
    """Finds the line of the user's that changes a container, while the code runs under this context.

    Between two lines its content is looked at; the line that ran when it first differed is `spot`. Only files that
    belong to no library are traced, and for `PATIENCE` seconds.
    """

    def __init__(self) -> None:
        self.spot: Spot | None = None
        self._value: Any = None
        self._before: Content | None = None
        self._last: tuple[FrameType, int] | None = None
        self._end = 0.0

    def follow(self, value: Any) -> None:
        """Look at this container from now on."""
        self._value, self._before = value, content_of(value)

    def __enter__(self) -> LineOf:
        self._end = time.monotonic() + PATIENCE
        sys.settrace(self._trace)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.settrace(None)
        self._look()

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        file = frame.f_code.co_filename
        if is_library(file) or time.monotonic() > self._end or self.spot is not None:
            return None
        self._look()
        if event == "return":
            above = frame.f_back
            self._last = None if above is None else (above, above.f_lineno)
        else:
            self._last = (frame, frame.f_lineno)
        return self._trace

    def _look(self) -> None:
        if self._before is None or self._last is None or self.spot is not None:
            return
        now = content_of(self._value)
        if now is None or compare(self._before, now) is None:
            return
        frame, line = self._last
        if not is_library(frame.f_code.co_filename):
            self.spot = spot_of(frame, line)
        self._before = now
