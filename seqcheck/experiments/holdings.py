"""What containers does the instance hold before its first read?

They are the only witness of how much data there is when nobody says so: an index array over 100 rows beside epochs of
96.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized
from typing import Any, Final

import numpy as np

from seqcheck.model.batch import describe
from seqcheck.model.kinds import entries_of, is_a, members_of, size_of, text_of
from seqcheck.model.libraries import parts_of
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
    if is_a(owner, Mapping):
        items = {f"[{text_of(key)}]": value for key, value in entries_of(owner)[:50]}
    elif is_a(owner, (list, tuple)) and size_of(owner) <= 8:
        items = {f"[{place}]": value for place, value in enumerate(members_of(owner))}
    else:
        items = {f".{name}": value for name, value in list(parts_of(owner).items())[:200]}
    for name, value in items.items():
        if id(value) in seen or is_a(value, (str, bytes, bytearray, type)) or callable(value):
            continue
        seen.add(id(value))
        found = _holding(value, path + name)
        if found is not None:
            yield found
        if depth > 1 and not is_a(value, np.ndarray) and (parts_of(value) or is_a(value, (Mapping, list, tuple))):
            yield from _walk(value, path + name, depth - 1, seen)


def _holding(value: Any, path: str) -> Holding | None:
    if not is_a(value, Sized):
        return None
    try:
        length = len(value)
    except Exception:  # a foreign object's own len: nothing is known of it
        return None
    kind = type(value).__name__
    if is_a(value, np.ndarray):
        small = value.nbytes <= LARGEST_ARRAY and not is_a(value, np.memmap) and not value.dtype.hasobject
        rows = describe(value).leaves[0].rows if small and value.ndim else ()
        return Holding(path, kind, length, _permutation(value), rows)
    return Holding(path, kind, length, _permutation(value))


def _permutation(value: Any) -> bool:
    """Whether the values are 0 ... length−1, each once."""
    if is_a(value, range):
        return len(value) > 1 and sorted((value[0], value[-1])) == [0, len(value) - 1]
    if not is_a(value, (np.ndarray, list, tuple)) or not 1 < len(value) <= LARGEST_PERMUTATION:
        return False
    if not is_a(value, np.ndarray):
        items = members_of(value)
        if not all(is_a(item, (int, np.integer)) and not is_a(item, bool) for item in items):
            return False
        value = np.asarray(items)
    if value.ndim != 1 or value.dtype.kind not in "iu" or value.min() != 0 or value.max() != len(value) - 1:
        return False
    return bool(np.bincount(value, minlength=len(value)).max() == 1)
