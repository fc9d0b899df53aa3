"""One epoch of a Sequence, read by two workers: what a careful user would write for a test of their own."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

_SEQUENCE: Any = None


def _receive(sequence: Any) -> None:
    global _SEQUENCE
    _SEQUENCE = sequence


def _read(index: int) -> Any:
    return _SEQUENCE[index]


def by_threads(sequence: Any) -> list[Any]:
    """All batches of one epoch in order of their index, read by two threads."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(sequence.__getitem__, range(len(sequence))))


def by_processes(sequence: Any, start_method: str) -> list[Any]:
    """All batches of one epoch in order of their index, read by two processes that hold a copy each."""
    context = multiprocessing.get_context(start_method)
    with context.Pool(2, initializer=_receive, initargs=(sequence,)) as pool:
        return pool.map(_read, range(len(sequence)), chunksize=1)


def rows(batches: list[Any]) -> Counter[bytes]:
    """Every row with its target, as bytes, and how often it comes."""
    return Counter(x.tobytes() + y.tobytes() for batch in batches for x, y in zip(*batch, strict=True))
