"""Does a batch stay as it was read, for as long as Keras may hold it?

Keras's queue holds up to ten batches, its blocked `put` one more and the consumer another. As many are held here while
later ones are read, and each is described again when it would be let go. What was overwritten is read again on fresh
forks, to find the read and the line that did it. A batch that two reads of one index return as the same memory is kept
somewhere: it is the Sequence's own storage.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from seqcheck.experiments.answers import answer
from seqcheck.experiments.storage import arrays_of, overlap, reach_of
from seqcheck.experiments.trap import writer_of
from seqcheck.model.batch import Array, Batch, describe
from seqcheck.model.driving import Driving
from seqcheck.model.kinds import is_a, text_of
from seqcheck.model.observation import Exposed, Held, Overwritten

HELD: Final = 12
"""Batches that exist at a time: ten in the queue, one in the blocked put, one at the consumer."""
MOST_READS: Final = 3 * HELD
DEEPEST: Final = 8
"""Containers inside each other, as `describe` follows them."""
MOST_BYTES: Final = 2**30
"""Bytes that are held at a time; larger batches are held in smaller numbers."""


@dataclass(frozen=True)
class _Kept:
    place: int
    index: int
    value: Any
    was: Batch


@dataclass(frozen=True)
class _Changed:
    """A held batch that is no longer what it was: its place in the pass, and the leaves concerned."""

    place: int
    index: int
    paths: tuple[str, ...]


def ask(instance: Any, driving: Driving) -> None:
    """Record the pass ``held``, a `Held`, and each `Overwritten` and `Exposed` that it shows."""
    length = driving.length(instance, -1, "start")
    if not length or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    indices = list(driving.indices(length))[:MOST_READS]
    changed: list[_Changed] | None = answer(driving, "held", functools.partial(_hold, instance, driving, indices))
    if not changed:
        return
    first = changed[0]
    by = answer(driving, "overwritten", functools.partial(_first_change, instance, indices, first))
    if by is None:
        return  # on another fork it stayed as it was: nothing is claimed
    spot = answer(driving, "trapped", functools.partial(_line, instance, indices, first, by))
    later = indices[first.place + 1 : by + 1]
    driving.record(Overwritten(first.index, first.paths, indices[by], len(later), len(changed), spot))


def _hold(instance: Any, driving: Driving, indices: Sequence[int]) -> list[_Changed]:
    read = driving.reader(instance, isolated=False)
    held: deque[_Kept] = deque()
    changed: list[_Changed] = []
    most, reads, largest = HELD, 0, 0

    def let_go() -> None:
        kept = held.popleft()
        paths = _changed(kept)
        if paths:
            changed.append(_Changed(kept.place, kept.index, paths))

    for place, index in enumerate(indices):
        value, failure = read(0, index, "held", place)
        if failure is not None or value is None:
            continue
        reads += 1
        held.append(_Kept(place, index, value, describe(value)))
        most = max(2, min(most, MOST_BYTES // max(1, sum(array.nbytes for _, array in arrays_in(value)))))
        largest = max(largest, min(len(held), most))
        while len(held) >= most and place + 1 < len(indices):
            let_go()
    last = list(held)
    while held:
        let_go()
    _expose(instance, driving, last)
    driving.record(Held(largest, reads))
    return changed


def _changed(kept: _Kept) -> tuple[str, ...]:
    """The leaves that differ from what was read, those left out that differ from themselves, as lazy ones may."""
    now = describe(kept.value)
    if now.digest == kept.was.digest:
        return ()
    again = describe(kept.value)
    if now.structure != kept.was.structure:
        return ("the structure",) if again.structure == now.structure else ()
    triples = zip(kept.was.leaves, now.leaves, again.leaves, strict=True)
    return tuple(was.path for was, one, other in triples if was.digest != one.digest == other.digest)


def _expose(instance: Any, driving: Driving, held: Sequence[_Kept]) -> None:
    """Read the first and last of the held batches again and record what comes back as the same memory."""
    read = driving.reader(instance, isolated=False)
    told: set[str] = set()
    for place, kept in enumerate(held[i] for i in sorted({0, len(held) - 1}) if held):
        again, failure = read(0, kept.index, "held-again", place)
        if failure is not None:
            continue
        second = dict(arrays_in(again))
        for path, array in arrays_in(kept.value):
            other = second.get(path)
            if other is None or path in told or not (array.flags.writeable and array.size):
                continue
            if overlap(array, other) and other.flags.writeable:
                told.add(path)
                holders = [one.path for one in arrays_of(instance) if overlap(one.array, array)]
                told_of = tuple(sorted(holders, key=len)[:3])
                driving.record(Exposed(kept.index, path, told_of, reach_of(array)))


def arrays_in(value: Any) -> list[tuple[str, Array]]:
    """The NumPy arrays of a batch, each with its path as `describe` writes it."""
    found: list[tuple[str, Array]] = []

    def walk(part: Any, path: str, depth: int) -> None:
        if is_a(part, np.ndarray):
            found.append((path or "x", part))
        elif depth and is_a(part, dict):
            for key, inner in part.items():
                walk(inner, f"{path}[{text_of(key)}]", depth - 1)
        elif depth and is_a(part, (tuple, list)):
            names = ("x", "y", "sample_weight") if depth == DEEPEST and 1 <= len(part) <= 3 else ()
            for place, inner in enumerate(part):
                walk(inner, names[place] if names else f"{path}[{place}]", depth - 1)

    walk(value, "", DEEPEST)
    return found


def _first_change(instance: Any, indices: Sequence[int], first: _Changed) -> int | None:
    """The place of the first read after which a held batch is no longer what it was."""
    kept = None
    for place, index in enumerate(indices):
        value = _read(instance, index)
        if place == first.place:
            kept = _Kept(place, index, value, describe(value))
        elif kept is not None and set(first.paths) & set(_changed(kept)):
            return place
    return None


def _line(instance: Any, indices: Sequence[int], first: _Changed, by: int) -> Any:
    """The line at which the guilty read stops when it may not write into the held batch."""
    kept = None
    for place, index in enumerate(indices[:by]):
        value = _read(instance, index)
        if place == first.place:
            kept = value
    arrays = [array for path, array in arrays_in(kept) if path in first.paths]
    return writer_of(instance, arrays, lambda: instance[indices[by]])


def _read(instance: Any, index: int) -> Any:
    """One read that nobody judges: it has been read, and recorded, before."""
    try:
        return instance[index]
    except Exception:
        return None
