"""What containers does the instance hold before its first read?

They are the only witness of how much data there is when nobody says so: an index array over 100 rows beside epochs of
96.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized
from typing import Any, Final

import numpy as np

from seqcheck.model.batch import describe
from seqcheck.model.observation import Holding

DEEPEST: Final = 3
LARGEST_ARRAY: Final = 64 * 2**20
"""Bytes of an array whose rows are fingerprinted; a larger one, or one on disk, is only counted."""
LARGEST_PERMUTATION: Final = 5_000_000


def look_at(instance: Any) -> Iterator[Holding]:
    """Every sized container that the instance holds, attributes of attributes included."""
    seen: set[int] = set()
    yield from _walk(instance, "self", DEEPEST, seen)


def _walk(owner: Any, path: str, depth: int, seen: set[int]) -> Iterator[Holding]:
    items: dict[str, Any] = {}
    if isinstance(owner, Mapping):
        items = {f"[{key!r}]": value for key, value in list(owner.items())[:50]}
    elif isinstance(owner, (list, tuple)) and len(owner) <= 8:
        items = {f"[{place}]": value for place, value in enumerate(owner)}
    else:
        items = {f".{name}": value for name, value in list(getattr(owner, "__dict__", {}).items())[:200]}
    for name, value in items.items():
        if id(value) in seen or isinstance(value, (str, bytes, bytearray, type)) or callable(value):
            continue
        seen.add(id(value))
        found = _holding(value, path + name)
        if found is not None:
            yield found
        if (
            depth > 1
            and not isinstance(value, np.ndarray)
            and (hasattr(value, "__dict__") or isinstance(value, (Mapping, list, tuple)))
        ):
            yield from _walk(value, path + name, depth - 1, seen)


def _holding(value: Any, path: str) -> Holding | None:
    if not isinstance(value, Sized):
        return None
    try:
        length = len(value)
    except Exception:  # a foreign object's own len: nothing is known of it
        return None
    kind = type(value).__name__
    if isinstance(value, np.ndarray):
        small = value.nbytes <= LARGEST_ARRAY and not isinstance(value, np.memmap) and not value.dtype.hasobject
        rows = describe(value).leaves[0].rows if small and value.ndim else ()
        return Holding(path, kind, length, _permutation(value), rows)
    return Holding(path, kind, length, _permutation(value))


def _permutation(value: Any) -> bool:
    """Whether the values are 0 ... length−1, each once."""
    if isinstance(value, range):
        return len(value) > 1 and sorted((value[0], value[-1])) == [0, len(value) - 1]
    if not isinstance(value, (np.ndarray, list, tuple)) or not 1 < len(value) <= LARGEST_PERMUTATION:
        return False
    if not isinstance(value, np.ndarray):
        if not all(isinstance(item, (int, np.integer)) and not isinstance(item, bool) for item in value):
            return False
        value = np.asarray(value)
    if value.ndim != 1 or value.dtype.kind not in "iu" or value.min() != 0 or value.max() != len(value) - 1:
        return False
    return bool(np.bincount(value, minlength=len(value)).max() == 1)
