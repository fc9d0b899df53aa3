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
from seqcheck.experiments.storage import Stored, arrays_of, overlap
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

MOST_WHOLE: Final = 64
"""Batches of an epoch that is read whole after the hooks."""
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
    found: Drift | _Unexplained | None = answer(
        driving, "drifting", functools.partial(_reads, instance, driving, indices)
    )
    if isinstance(found, Drift):
        drift = found
        trapped = answer(driving, "trapped", functools.partial(_line, instance, driving, drift))
        driving.record(_with_spot(drift, trapped))
        return
    hooks = _hooks(instance, driving, list(driving.indices(length)))
    unlike = (found.index, found.paths) if found is not None else (-1, ())
    driving.record(DriftLooked(tuple(indices), len(stored), hooks, "", *unlike))


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
        if not (array.flags.writeable and _may_be_changed(array)):
            return False
        array[...] = before[path].content
    return True


@dataclass(frozen=True)
class _Unexplained:
    """The first batch that differs when it is read again, and the leaves, though no stored array tells why."""

    index: int
    paths: tuple[str, ...]


def _reads(instance: Any, driving: Driving, indices: Sequence[int]) -> Drift | _Unexplained | None:
    read = driving.reader(instance, isolated=True)
    before = _snapshot(instance)
    unexplained: _Unexplained | None = None
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
        if unexplained is None and group.drifted(1):
            unexplained = _Unexplained(index, group.drifted(1))
        before = _snapshot(instance, before)  # a cache or a buffer may have been filled
    return unexplained


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
    """Whether some batch is made of the changed arrays, or of their rows."""
    return any(_leaves_of(array, before[path], [value]) for path, array in changed.items() for value in values)


def _leaves_of(array: Array, before: _Kept, values: Sequence[Any]) -> set[str]:
    """The leaves that are the memory of this array in some batch, or whose rows are all rows of it in each."""
    rows = before.rows + _rows_of(array) + _rows_of(array[None]) + _rows_of(before.content[None])
    found: set[str] = set()
    made_of: dict[str, bool] = {}
    for value in values:
        for path, leaf in arrays_in(value):
            if overlap(leaf, array):
                found.add(path)
            own = describe(leaf).leaves[0].rows
            made_of[path] = made_of.get(path, True) and bool(own) and all(row in rows for row in own)
    return found | {path for path, made in made_of.items() if made}


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
    hook = getattr(instance, drift.hook, None) if drift.hook else None

    def action() -> object:
        with driving.isolated(instance, B, drift.index):
            return hook() if hook is not None else instance[drift.index]

    def arrays() -> list[Array]:
        return [one.array for one in arrays_of(instance) if one.path in drift.arrays]

    if len(arrays()) < len(drift.arrays):
        action()  # what is loaded by a first read and kept
    return writer_of(instance, arrays(), action)


@dataclass(frozen=True)
class _AfterTwo:
    """The state after two epoch ends: the rows of each changed array, the leaves made of it, and those leaves' rows."""

    arrays: dict[str, Rows]
    leaves: dict[str, set[str]]
    delivered: dict[str, Rows]
    means: tuple[tuple[str, float, float], ...]

    def shows(self, other: _AfterTwo, path: str) -> bool:
        """Whether an array, and what batches hold of it, differ; what an epoch weighs may well change with time."""
        leaves = self.leaves.get(path, set()) & other.leaves.get(path, set()) - {"sample_weight"}
        return self.arrays.get(path) != other.arrays.get(path) and any(
            self.delivered[leaf] != other.delivered[leaf] for leaf in leaves
        )

    def agrees(self, other: _AfterTwo, path: str) -> bool:
        """Whether an array and all leaves are the same."""
        return self.arrays.get(path) == other.arrays.get(path) and self.delivered == other.delivered


def _hooks(instance: Any, driving: Driving, indices: Sequence[int]) -> bool:
    """Hold the data after two epoch ends against the data after two of which the second found it restored.

    Whether that was settled. The two are compared twice: draws that no seed repeats differ between the times. An epoch
    too long to be read whole does not show whether it holds other samples or the same in another order.
    """
    told: list[_AfterTwo] = []
    for purpose in ("hooks", "hooks restored", "hooks restored again", "hooks again"):
        restored = "restored" in purpose
        one = answer(driving, purpose, functools.partial(_after_two, instance, driving, indices, restored))
        if one is None:
            return False
        told.append(one)
        if len(told) == 2 and told[0].arrays == told[1].arrays:
            return True
    further, anew, anew_again, again = told
    arrays = tuple(
        path
        for path in further.leaves
        if further.shows(anew, path) and further.agrees(again, path) and anew.agrees(anew_again, path)
    )
    if arrays and len(indices) > MOST_WHOLE:
        return False
    if arrays:
        kept = tuple(one for one in further.means if one[0] in arrays)
        drift = Drift(-1, (), arrays, "on_epoch_end", True, kept)
        spot = answer(driving, "trapped", functools.partial(_line, instance, driving, drift))
        driving.record(_with_spot(drift, spot))
    return True


def _after_two(instance: Any, driving: Driving, indices: Sequence[int], restored: bool) -> _AfterTwo | None:
    before = _snapshot(instance)
    for number in range(2):
        with driving.isolated(instance, A, number):
            if not driving.hook(instance, number, "on_epoch_end"):
                return None
        if restored and not number and not _restore(_changed(instance, before), before):
            return None
    changed = _changed(instance, before)
    values: list[Any] = []
    delivered: dict[str, Rows] = {}
    if changed:
        read = driving.reader(instance, isolated=True)
        for place, index in enumerate(indices[: MOST_WHOLE + 1]):
            value, failure = read(B, index, "after-hooks", place)
            if failure is None and value is not None:
                values.append(value)
                for leaf in describe(value).leaves:
                    delivered.setdefault(leaf.path, Counter()).update(leaf.rows)
    leaves = {path: _leaves_of(array, before[path], values) for path, array in changed.items()}
    rows = {path: _rows_of(array) for path, array in changed.items()}
    return _AfterTwo(rows, leaves, delivered, _means(changed, before))
