"""Which made-up files a read opens: it tells samples apart where nothing of their values comes through.

Only what Python itself opens is seen, not what a library of C opens.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any


class _Watch(threading.local):
    """What the reads of one thread open; a thread that reads ahead opens what belongs to other batches."""

    files: Mapping[str, int] | None = None
    samples: list[int]


_watch = _Watch()
_hooked = False


@contextlib.contextmanager
def opened(files: Mapping[str, int]) -> Iterator[list[int]]:
    """While it lasts, gather the samples whose files this thread opens, in order, each as often as it does."""
    samples: list[int] = []
    if not files:
        yield samples
        return
    global _hooked
    if not _hooked:
        sys.addaudithook(_hook)  # for good: an audit hook cannot be taken back
        _hooked = True
    _watch.files, _watch.samples = files, samples
    try:
        yield samples
    finally:
        _watch.files = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or _watch.files is None:
        return
    path = arguments[0]
    if isinstance(path, (str, bytes)):
        sample = _watch.files.get(os.path.abspath(os.fsdecode(path)))
        if sample is not None:
            _watch.samples.append(sample)
