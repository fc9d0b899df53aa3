"""Do reads or hooks change the stored data, so that later batches are made of changed samples?

A batch is read four times, under the random streams B, B, A, B. Where all three B agree, what was drawn leaves no
trace. Where they do not, the stored arrays that changed are put back as they were and the batch is read once more: if
it is the first again, the change of these arrays is the cause. The same is asked from the second read on, for data that
a first read loads and keeps. For hooks, the data after two of them is held against
the data after two of which the second found the data restored: data that is made anew is the same, data that is changed
further is not.

It is the Sequence that writes, in a fork. Data that outlives a fork - memory-mapped files, shared memory - may be
changed for good by it, so nothing is read where the instance holds such data open for writing.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from seqcheck.experiments.answers import answer
from seqcheck.experiments.holding import arrays_in
from seqcheck.experiments.storage import Stored, arrays_of, is_private, overlap
from seqcheck.experiments.trap import writer_of
from seqcheck.model.batch import Array, Batch, describe
from seqcheck.model.driving import Driving
from seqcheck.model.observation import Drift, DriftLooked

B: Final = 0
A: Final = 1
STREAMS: Final = (B, B, A, B)
MOST_INDICES: Final = 8
MOST_BYTES: Final = 2**28
"""Bytes of stored arrays that are kept as they were; with more of them the cause of a change cannot be proved."""

ROUNDING: Final = 1e-5
"""Relative to the largest number of a leaf: normalising what is normal already changes no more than that."""

Rows = Counter[bytes]
Snapshot = dict[str, "_Kept"]


@dataclass(frozen=True)
class _Kept:
    """A stored array as it was."""

    digest: bytes
    content: Array

    @functools.cached_property
    def rows(self) -> Rows:
        """The fingerprints of its rows, whatever their order."""
        return _rows_of(self.content)


def ask(instance: Any, driving: Driving) -> None:
    """Record the isolated pass ``drifting``, a `DriftLooked`, and each `Drift`."""
    length = driving.length(instance, -1, "start")
    if not length or (driving.hook_first and not driving.hook(instance, -1, "on_epoch_end")):
        return
    stored = arrays_of(instance)
    reason = _why_not(stored)
    if reason:
        driving.record(DriftLooked((), len(stored), False, reason))
        return
    indices = _some(list(driving.indices(length)))
    drift: Drift | None = answer(driving, "drifting", functools.partial(_reads, instance, driving, indices))
    if drift is not None:
        trapped = answer(driving, "trapped", functools.partial(_line, instance, driving, drift))
        driving.record(_with_spot(drift, trapped))
        return
    hooks = _hooks(instance, driving, indices)
    driving.record(DriftLooked(tuple(indices), len(stored), hooks))


def _why_not(stored: Sequence[Stored]) -> str:
    lasting = [one.path for one in stored if one.array.flags.writeable and not _may_be_changed(one.array)]
    if lasting:
        return f"{lasting[0]} is memory that outlives a fork, and a read may change it for good"
    size = sum(one.array.nbytes for one in stored)
    return f"the stored arrays are too large to be kept ({size / 2**20:.0f} MiB)" if size > MOST_BYTES else ""


def _may_be_changed(array: Array) -> bool:
    """Whether a write in a fork stays in the fork: private memory, and files that are mapped copy-on-write."""
    base: Any = array
    while isinstance(base, np.ndarray):
        if isinstance(base, np.memmap):
            return base.mode == "c"
        base = base.base
    return base is None or isinstance(base, bytes)


def _some(indices: list[int]) -> list[int]:
    if len(indices) <= MOST_INDICES:
        return indices
    step = (len(indices) - 1) / (MOST_INDICES - 1)
    return [indices[round(step * place)] for place in range(MOST_INDICES)]


def _snapshot(instance: Any, before: Snapshot | None = None) -> Snapshot:
    """Every stored array as it is; those that are still as they were `before` are not copied again."""
    found: Snapshot = {}
    for one in arrays_of(instance):
        digest, known = one.digest, (before or {}).get(one.path)
        found[one.path] = known if known is not None and known.digest == digest else _Kept(digest, one.array.copy())
    return found


def _rows_of(array: Array) -> Rows:
    """The fingerprints of the rows; of very many, two sums over all elements that no order changes."""
    if array.dtype.hasobject:
        return Counter()
    rows = describe(np.asarray(array)).leaves[0].rows
    if rows or not array.size:
        return Counter(rows)
    size = array.dtype.itemsize if array.dtype.itemsize in (1, 2, 4, 8) else 1
    elements = np.ascontiguousarray(array).reshape(-1).view(f"u{size}")
    told = int(elements.sum(dtype=np.uint64)), int(np.bitwise_xor.reduce(elements))
    return Counter([repr(told).encode()])


def _changed(instance: Any, before: Snapshot) -> dict[str, Array]:
    """The arrays whose rows are others than before; rows in another order are an order, not data."""
    return {
        one.path: one.array
        for one in arrays_of(instance)
        if (kept := before.get(one.path)) is not None
        and kept.digest != one.digest
        and kept.content.shape == one.array.shape
        and kept.content.dtype == one.array.dtype
        and kept.rows != _rows_of(one.array)
    }


def _restore(arrays: dict[str, Array], before: Snapshot) -> bool:
    """Put arrays back as they were, in this fork; False where one of them cannot be written to."""
    for path, array in arrays.items():
        if not (array.flags.writeable and is_private(array)):
            return False
        array[...] = before[path].content
    return True


def _reads(instance: Any, driving: Driving, indices: Sequence[int]) -> Drift | None:
    read = driving.reader(instance, isolated=True)
    before = _snapshot(instance)
    for number, index in enumerate(indices):
        group = _Group([], [], [])
        once = before
        for place, stream in enumerate(STREAMS):
            value, failure = read(stream, index, "drifting", number * len(STREAMS) + place)
            if failure is not None or value is None:
                break
            group.add(value)
            if not place:
                once = _snapshot(instance, before)  # what is loaded by a first read and kept
        if len(group.seen) < len(STREAMS):
            continue
        for first, baseline in ((0, before), (1, once)):
            paths, changed = group.drifted(first), _changed(instance, baseline)
            if not paths or not changed:
                continue
            of_data, means = _delivered(changed, baseline, group.values), _means(changed, baseline)
            again, failure = (
                read(B, index, "drifting-restored", number) if _restore(changed, baseline) else (None, None)
            )
            if failure is None and again is not None and not _differing(group.seen[first], describe(again)):
                return Drift(index, paths, tuple(changed), "", of_data, means)
        before = _snapshot(instance, before)  # a cache or a buffer may have been filled
    return None


@dataclass(frozen=True)
class _Group:
    """The reads of one index: what came, copies of it as it came, and its descriptions."""

    values: list[Any]
    contents: list[dict[str, Array]]
    seen: list[Batch]

    def add(self, value: Any) -> None:
        self.values.append(value)
        self.contents.append({path: array.copy() for path, array in arrays_in(value)})
        self.seen.append(describe(value))

    def drifted(self, first: int) -> tuple[str, ...]:
        """The leaves that differ between the reads under B from `first` on, by more than rounding."""
        others = [place for place, stream in enumerate(STREAMS) if stream == B and place > first]
        return tuple(
            path
            for path in _differing(self.seen[first], *(self.seen[place] for place in others))
            if not all(
                _same_but_for_rounding(self.contents[first].get(path), self.contents[place].get(path))
                for place in others
            )
        )


def _differing(first: Batch, *others: Batch) -> tuple[str, ...]:
    found = dict.fromkeys(
        leaf.path
        for other in others
        for leaf in first.leaves
        if (twin := other.leaf(leaf.path)) is None or twin.digest != leaf.digest
    )
    return tuple(found)


def _same_but_for_rounding(one: Array | None, other: Array | None) -> bool:
    if one is None or other is None or one.shape != other.shape or one.dtype.kind not in "fc":
        return False
    scale = max(float(np.abs(one).max(initial=0)), float(np.abs(other).max(initial=0)))
    return bool(np.allclose(one, other, rtol=0, atol=ROUNDING * scale, equal_nan=True))


def _delivered(changed: dict[str, Array], before: Snapshot, values: Sequence[Any]) -> bool:
    """Whether the changed arrays, or rows of them, are what batches are made of: the same memory, or the same rows."""
    for path, array in changed.items():
        rows = before[path].rows + _rows_of(array) + _rows_of(array[None]) + _rows_of(before[path].content[None])
        for value in values:
            for _, leaf in arrays_in(value):
                if overlap(leaf, array) or any(row in rows for row in describe(leaf).leaves[0].rows):
                    return True
    return False


def _means(changed: dict[str, Array], before: Snapshot) -> tuple[tuple[str, float, float], ...]:
    return tuple(
        (path, float(np.mean(before[path].content)), float(np.mean(array)))
        for path, array in changed.items()
        if array.dtype.kind in "biuf"
    )


def _with_spot(drift: Drift, spot: Any) -> Drift:
    return Drift(drift.index, drift.paths, drift.arrays, drift.hook, drift.of_data, drift.means, spot)


def _line(instance: Any, driving: Driving, drift: Drift) -> Any:
    """The line at which the read, or the hook, stops when it may not write into the stored arrays."""
    arrays = [one.array for one in arrays_of(instance) if one.path in drift.arrays]
    hook = getattr(instance, drift.hook, None) if drift.hook else None

    def action() -> object:
        with driving.isolated(instance, B, drift.index):
            return hook() if hook is not None else instance[drift.index]

    return writer_of(instance, arrays, action)


def _hooks(instance: Any, driving: Driving, indices: Sequence[int]) -> bool:
    """Hold the data after two epoch ends against the data after two of which the second found it restored.

    Whether both came to their end. The two are compared twice: draws that no seed repeats differ between the times.
    """
    told = []
    for purpose in ("hooks", "hooks restored", "hooks again", "hooks restored again"):
        restored = "restored" in purpose
        one = answer(driving, purpose, functools.partial(_after_two, instance, driving, indices, restored))
        if one is None:
            return False
        told.append(one)
        if len(told) == 2 and told[0][0] == told[1][0]:
            return True
    (further, delivered, means), (anew, _, _), (again, _, _), (anew_again, _, _) = told
    arrays = sorted(
        path for path in delivered if further.get(path) == again.get(path) != anew.get(path) == anew_again.get(path)
    )
    if arrays:
        kept = tuple(one for one in means if one[0] in arrays)
        drift = Drift(-1, (), tuple(arrays), "on_epoch_end", True, kept)
        driving.record(
            _with_spot(drift, answer(driving, "trapped", functools.partial(_line, instance, driving, drift)))
        )
    return True


def _after_two(
    instance: Any, driving: Driving, indices: Sequence[int], restored: bool
) -> tuple[dict[str, Rows], list[str], tuple[tuple[str, float, float], ...]] | None:
    """The rows of each array after two epoch ends, the arrays that batches are made of, and how their means moved."""
    before = _snapshot(instance)
    for number in range(2):
        with driving.isolated(instance, A, number):
            if not driving.hook(instance, number, "on_epoch_end"):
                return None
        if restored and not number and not _restore(_changed(instance, before), before):
            return None
    changed = _changed(instance, before)
    values = []
    if changed:
        read = driving.reader(instance, isolated=True)
        values = [read(B, index, "after-hooks", place)[0] for place, index in enumerate(indices)]
    delivered = [path for path, array in changed.items() if _delivered({path: array}, before, values)]
    return {path: _rows_of(array) for path, array in changed.items()}, delivered, _means(changed, before)
