"""Which arrays does an instance hold, where, and whose memory are they?"""

from __future__ import annotations

import functools
import gc
import itertools
import sys
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import xxhash

from seqcheck.model.batch import Array
from seqcheck.model.kinds import entries_of, is_a, members_of, text_of
from seqcheck.model.libraries import parts_of

DEEPEST: Final = 6
MOST_OBJECTS: Final = 20_000
"""An object graph larger than this is followed no further: it is data."""
_NOT_ENTERED: Final = (
    str,
    bytes,
    bytearray,
    int,
    float,
    complex,
    bool,
    np.generic,
    types.ModuleType,
    types.FunctionType,
)
_CACHE: Final = type(functools.lru_cache(len))
"""What `functools.cache` and `lru_cache` make of a function."""
_LIBRARIES: Final = frozenset(["builtins", "keras", "numpy", "pandas", "tensorflow", "tf_keras", "threading", "torch"])


@dataclass(frozen=True)
class Stored:
    """One array that can be reached from an instance; `path` is how a user would write it: ``self.images[3]``."""

    path: str
    array: Array

    @property
    def digest(self) -> bytes:
        """A fingerprint of the content; of the bytes of pointers where it holds objects."""
        contiguous = np.ascontiguousarray(self.array)
        head = f"{contiguous.dtype.str}{contiguous.shape}".encode()
        if contiguous.dtype.hasobject:
            return head
        return xxhash.xxh3_128_digest(head + xxhash.xxh3_128_digest(contiguous.reshape(-1).view(np.uint8).data))


def arrays_of(instance: Any) -> list[Stored]:
    """Every NumPy array that hangs on the instance, its class or the module of its class, each once; no scalars."""
    found: list[Stored] = []
    seen: set[int] = set()
    kind = type(instance)
    _walk(instance, "self", DEEPEST, seen, found)
    for base in kind.__mro__:
        if base.__module__.partition(".")[0] not in _LIBRARIES:
            _enter(dict(vars(base)), base.__name__, DEEPEST, seen, found)
    module = sys.modules.get(kind.__module__)
    if module is not None and kind.__module__.partition(".")[0] not in _LIBRARIES:
        values = {name: value for name, value in list(vars(module).items()) if _is_plain(value)}
        _enter(values, kind.__module__, 3, seen, found)
    return found


def _is_plain(value: Any) -> bool:
    return is_a(value, (np.ndarray, list, tuple, dict, _CACHE))


def _enter(values: Mapping[str, Any], owner: str, depth: int, seen: set[int], found: list[Stored]) -> None:
    for name, value in values.items():
        _walk(value, f"{owner}.{name}", depth, seen, found)


def _walk(value: Any, path: str, depth: int, seen: set[int], found: list[Stored]) -> None:
    if id(value) in seen or len(seen) > MOST_OBJECTS or is_a(value, (*_NOT_ENTERED, type)) or value is None:
        return
    seen.add(id(value))
    if is_a(value, np.ndarray):
        if value.ndim and value.size:
            found.append(Stored(path, value))
        return
    if depth:
        for step, inner in _inside(value):
            _walk(inner, path + step, depth - 1, seen, found)


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    if is_a(value, Mapping):
        for key, inner in entries_of(value):
            yield f"[{text_of(key)}]", inner
    elif is_a(value, (list, tuple)):
        for place, inner in enumerate(members_of(value)):
            yield f"[{place}]", inner
    elif is_a(value, _CACHE):
        yield from _kept_results(value)
    else:
        for name, inner in parts_of(value).items():
            yield f".{name}", inner


def _kept_results(cache: Any) -> Iterator[tuple[str, Any]]:
    """What a cached function keeps, by the arguments that it was called with.

    The garbage collector lists what the cache refers to: one without a limit is a dict, one with a limit a chain in
    which every result follows its arguments.
    """
    referents = gc.get_referents(cache)
    kept = next((entries for one in referents if type(one) is dict and (entries := list(one.items()))), [])
    if any(type(inner).__name__ == "_lru_list_elem" for _, inner in kept):
        kept = [pair for pair in itertools.pairwise(referents) if is_a(pair[0], (str, int, tuple))]
    for key, inner in kept:
        arguments = members_of(key) if is_a(key, tuple) else [key]
        yield f"({', '.join(map(_argument, arguments))})", inner


def _argument(value: Any) -> str:
    """What an argument is, told from all others without a `repr` of somebody's own."""
    plain = type(value) in (str, int, float, bool, type(None))
    return text_of(value) if plain else f"<{type(value).__name__} {id(value):#x}>"


def chain(array: Array) -> list[Array]:
    """An array and the arrays that it is a view of, innermost last."""
    arrays = [array]
    while isinstance(arrays[-1].base, np.ndarray):
        arrays.append(arrays[-1].base)
    return arrays


def is_private(array: Array) -> bool:
    """Whether the memory is proved to be this process's own: no file behind it, no other process, no other library."""
    arrays = chain(array)
    return arrays[-1].base is None and not any(isinstance(one, np.memmap) for one in arrays)


def reach_of(array: Array) -> str:
    """Whom a write into this memory would reach, as `Exposed` says it."""
    if is_private(array):
        return "later reads"
    mapped = [one for one in chain(array) if isinstance(one, np.memmap)]
    if not mapped:
        return "others"
    # Mapped as copies of the file's pages ("c"), what is written stays in this process.
    return "later reads" if getattr(mapped[0], "mode", "") == "c" else "the file on disk"


def overlap(one: Array, other: Array) -> bool:
    """Whether two arrays share memory for certain; both must be alive."""
    if not np.may_share_memory(one, other):
        return False
    try:
        return bool(np.shares_memory(one, other, max_work=10_000))  # type: ignore[arg-type]  # any number is allowed
    except Exception:  # too hard a question of interleaved strides: nothing is claimed
        return False
