"""Made-up numbers are no files: `open(3)` opens, and then closes, whatever this process has under the descriptor 3.

Where a plan hands numbers to a class that wants paths, that would be our own logs, or somebody's standard output.
"""

from __future__ import annotations

import contextlib
import operator
import os
import sys
from collections.abc import Iterator
from typing import Any

_guarded: dict[int, tuple[int, int]] = {}
"""By descriptor, what it was open on: device and inode."""
_hooked = False


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """While it lasts, opening a descriptor that is open now raises the TypeError that a path of the wrong kind raises.

    Descriptors that are opened meanwhile, as by whoever starts a process, may be opened by their numbers as ever, also
    where they have the number of one that was closed.
    """
    global _guarded, _hooked
    before = _guarded
    if not _hooked:
        sys.addaudithook(_hook)  # for good: an audit hook cannot be taken back
        _hooked = True
    _guarded = _open_ones()
    try:
        yield
    finally:
        _guarded = before


def _open_ones() -> dict[int, tuple[int, int]]:
    try:
        numbers = [int(name) for name in os.listdir("/dev/fd")]
    except (OSError, ValueError):
        numbers = list(range(3))
    known = ((number, _place(number)) for number in numbers)
    return {number: place for number, place in known if place is not None}


def _place(number: int) -> tuple[int, int] | None:
    try:
        found = os.fstat(number)
    except (OSError, OverflowError):
        return None
    return found.st_dev, found.st_ino


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or not _guarded:
        return
    path = arguments[0]
    if isinstance(path, (str, bytes)) or path is None:
        return
    try:
        number = operator.index(path)
    except TypeError:
        return
    if number in _guarded and _place(number) == _guarded[number]:
        raise TypeError(f"expected str, bytes or os.PathLike object, not {type(path).__name__}")
