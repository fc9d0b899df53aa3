"""Does a batch hold memory that nobody has written?

What `np.empty` hands out is filled with a pattern while forks of one pristine state read alike. Where two patterns give
two contents, each is read once more: rows that are the same under one pattern and differ under the other come from the
pattern, and from nothing else.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import xxhash

from seqcheck.experiments.answers import answer
from seqcheck.model.batch import Array, describe
from seqcheck.model.driving import Driving
from seqcheck.model.libraries import loaded_modules
from seqcheck.model.observation import Filled

PATTERNS: Final = (0x3B, 0xC5)
"""Bytes that make finite, telling numbers of every type: 0.0029 and −6328.7 as float32, 59 and 197 as uint8."""
PURPOSES: Final = (("filled", 0), ("filled-otherwise", 1), ("filled-otherwise-again", 1), ("filled-again", 0))
"""In this order: what changes with time, or goes on from pass to pass, differs between the first and the last."""
LARGEST: Final = 2**28
"""Bytes of an array that is filled; a larger one may be meant never to be touched as a whole."""


def ask(instance: Any, driving: Driving) -> None:
    """Record the isolated passes of `PURPOSES`, the last two only where they can tell something, and a `Filled`."""
    length = driving.length(instance, -1, "start")
    if not length or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    indices = list(driving.indices(length))
    contents: list[bytes] = []
    handed_out = 0
    for purpose, pattern in PURPOSES:
        if len(contents) == 2 and contents[0] == contents[1]:
            break
        told = answer(
            driving, purpose, functools.partial(_read, instance, driving, purpose, PATTERNS[pattern], indices)
        )
        if told is None:
            return
        contents.append(told[0])
        handed_out = max(handed_out, told[1])
    driving.record(Filled(len(indices), handed_out, len(contents) == 2))


def _read(instance: Any, driving: Driving, purpose: str, pattern: int, indices: Sequence[int]) -> tuple[bytes, int]:
    """Read all indices; a fingerprint of everything that came, and how many arrays were handed out."""
    read = driving.reader(instance, isolated=True)
    content = xxhash.xxh3_128()
    with filled(pattern, type(instance).__module__) as handed_out:
        for place, index in enumerate(indices):
            value, failure = read(0, index, purpose, place)
            content.update(failure.text.encode("utf-8", "replace") if failure is not None else describe(value).digest)
    return content.digest(), handed_out[0]


@contextlib.contextmanager
def filled(pattern: int, module: str) -> Iterator[list[int]]:
    """Within, `np.empty` and `np.empty_like` hand out arrays full of `pattern`, also where `module` or another of its
    package has taken them by name. Yields the number of arrays handed out, as a list of one."""
    count = [0]
    kept = [(np, name, getattr(np, name)) for name in ("empty", "empty_like")]
    top = module.partition(".")[0]
    for other in [loaded for name, loaded, _ in loaded_modules() if name.partition(".")[0] == top]:
        taken = [
            (name, value) for name, value in list(vars(other).items()) if any(value is one for *_, one in kept[:2])
        ]
        kept += [(other, name, value) for name, value in taken]
    fillers = {id(original): _filler(original, pattern, count) for *_, original in kept[:2]}
    try:
        for owner, name, original in kept:
            setattr(owner, name, fillers[id(original)])
        yield count
    finally:
        for owner, name, original in kept:
            setattr(owner, name, original)


def _filler(original: Callable[..., Any], pattern: int, count: list[int]) -> Callable[..., Any]:
    @functools.wraps(original)
    def make(*arguments: Any, **named: Any) -> Any:
        made = original(*arguments, **named)
        if isinstance(made, np.ndarray) and 0 < made.nbytes <= LARGEST:
            count[0] += 1
            fill(made, pattern)
        return made

    return make


def fill(array: Array, pattern: int) -> None:
    """Fill fresh memory with the byte `pattern`; with what its type can hold where a byte would break it."""
    if array.dtype.hasobject:
        return
    if array.dtype.kind in "bU":
        array[...] = pattern == PATTERNS[0] if array.dtype.kind == "b" else chr(pattern) * (array.dtype.itemsize // 4)
    else:
        ctypes.memset(array.ctypes.data, pattern, array.nbytes)
