"""What one read may be held against another, and how two batches differ.

Content that is drawn at random differs from read to read and proves nothing, so only leaves are compared whose content
is known to be the same. Which samples a batch holds is another matter: rows of an excluded leaf that are, unchanged,
the rows of other batches are evidence however they were drawn.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from seqcheck.model.batch import Batch, Leaf
from seqcheck.model.check import Case
from seqcheck.model.history import History, Read
from seqcheck.model.observation import Twins
from seqcheck.model.samples import controlled_leaves, name_of, stable_leaves, unweighted
from seqcheck.model.words import listing

Places = Mapping[str, Mapping[bytes, frozenset[tuple[int, int]]]]
"""Where each row of each leaf stands in a pass: path → fingerprint → (batch index, row)."""

FEWEST_MOVED: Final = 2
"""One row that equals another may be chance, such as a picture that an augmentation blanked."""


@dataclass(frozen=True)
class Difference:
    """How a batch differs from the one expected in its place.

    `kind` is ``structure``, ``shape``, ``content`` or ``samples`` (it holds rows of other batches). `rows` are those
    that differ; `expected` and `seen` write them, in words.
    """

    kind: str
    path: str
    rows: tuple[int, ...]
    expected: tuple[str, ...]
    seen: tuple[str, ...]

    def describe(self) -> str:
        """``y holds 4, 5 and 6 in rows 0, 1 and 2, not 0, 1 and 2``"""
        if not self.rows:
            what = {"structure": "the structure", "shape": f"{self.path}", "samples": "the samples"}
            return f"{what.get(self.kind, self.path)} is {listing(self.seen)}, not {listing(self.expected)}"
        where = f"row{'s' * (len(self.rows) > 1)} {listing(self.rows)}"
        return f"{self.path} holds {listing(self.seen)} in {where}, not {listing(self.expected)}"


def drawing_leaves(case: Case) -> frozenset[str]:
    """The leaves seen to depend on random streams: other streams, same batch, other content.

    A batch that is read twice in a row may look alike by luck, or because what was drawn is kept; here the streams
    themselves were exchanged.
    """
    drawing = {
        twins.path for run in case.runs("twins") for twins in run.observed(Twins) if twins.first != twins.reseeded
    }
    for run in case.runs("reading"):
        isolated = _first_reads(run, "forward")
        for index, plain in _first_reads(run, "plain-twice").items():
            known = isolated.get(index)
            if known is not None:
                drawing |= _differing(known, plain)
    return frozenset(drawing)


def settled_leaves(case: Case) -> frozenset[str] | None:
    """The leaves that no random stream changes, however they are read; None: nobody looked."""
    stable = stable_leaves(case)
    return None if stable is None else stable - drawing_leaves(case)


def isolated_leaves(case: Case) -> frozenset[str] | None:
    """The leaves whose content under isolated streams is a function of epoch and index alone; None: nobody looked.

    Two forks that read alike prove that the streams are controlled. A leaf that draws must beside that not depend on
    what was read before, as one does that keeps a generator of its own where it cannot be seeded.
    """
    controlled = controlled_leaves(case)
    if controlled is None:
        return None
    dependent: set[str] = set()
    for run in case.runs("reading"):
        forward = _first_reads(run, "forward")
        for purpose in ("backward", "twice"):
            for read in run.passes(purpose).get(0, ()):
                known = forward.get(read.index)
                if known is not None and read.batch is not None:
                    dependent |= _differing(known, read.batch)
    return controlled & ((settled_leaves(case) or frozenset()) | (controlled - dependent))


def comparable_leaves(case: Case, engine: str) -> frozenset[str] | None:
    """The leaves that must be the same in a worker of `engine` as in a fork of the driver; None: nobody looked.

    Threads share their generators with each other, so that their streams cannot be isolated.
    """
    return settled_leaves(case) if engine == "threads" else isolated_leaves(case)


def moves_by_itself(case: Case, *, isolated: bool) -> bool:
    """Whether one state gives other samples when it is read again, so that no worker can be blamed for it."""
    return any(moved(index, first, again, known) for index, first, again, known in _read_again(case, isolated))


def wandering_leaves(case: Case, *, isolated: bool) -> frozenset[str]:
    """The leaves that hold other samples' rows whenever the same state is read again, as negatives drawn anew do.

    One such row is enough: that rows of these leaves stand elsewhere says nothing of a worker or a copy.
    """
    return frozenset(
        leaf.path
        for index, first, again, known in _read_again(case, isolated)
        for leaf in first.leaves
        if (other := again.leaf(leaf.path)) is not None
        and any(new != old and new in known.get(leaf.path, {}) for old, new in zip(leaf.rows, other.rows, strict=False))
    )


def _read_again(case: Case, isolated: bool) -> Iterator[tuple[int, Batch, Batch, Places]]:
    """(index, batch, the same batch in another read, where each row of the first pass stands)."""
    for run in case.runs("reading"):
        forward = _first_reads(run, "forward")
        known = places_of(forward)
        purpose = "forward-again" if isolated else "plain-twice"
        for read in run.passes(purpose).get(0, ()):
            if read.batch is not None and read.index in forward:
                yield read.index, forward[read.index], read.batch, known


def batches_of(reads: tuple[Read, ...]) -> dict[int, Batch]:
    """The batches of one pass by index, the first read of each; reads that gave none are left out."""
    found: dict[int, Batch] = {}
    for read in reads:
        if read.batch is not None and not read.is_none:
            found.setdefault(read.index, read.batch)
    return found


def places_of(batches: Mapping[int, Batch], without: frozenset[str] = frozenset()) -> Places:
    """Where each row of a pass stands, the leaves in `without` left out."""
    found: dict[str, dict[bytes, set[tuple[int, int]]]] = {}
    for index, batch in batches.items():
        for leaf in batch.leaves:
            if leaf.path in without:
                continue
            rows = found.setdefault(leaf.path, {})
            for place, row in enumerate(leaf.rows):
                rows.setdefault(row, set()).add((index, place))
    return {path: {row: frozenset(where) for row, where in rows.items()} for path, rows in found.items()}


def compare(
    index: int, expected: Batch, seen: Batch, leaves: frozenset[str] | None, known: Places | None = None
) -> Difference | None:
    """How `seen` differs from `expected`, looking at the content of `leaves` (all when None) and at ids.

    With `known`, rows of the other leaves are held against the places where they stand in the expected pass. Rows of
    sample weight 0 are no samples, and may hold anything.
    """
    ours, theirs = ({(leaf.path, leaf.inside) for leaf in batch.leaves} for batch in (expected, seen))
    if ours != theirs:
        return Difference("structure", "", (), (expected.structure,), (seen.structure,))
    if expected.identities is not None and seen.identities is not None and expected.identities != seen.identities:
        return _rows_differ("samples", "the sample_id", expected.identities, seen.identities)
    content: Difference | None = None
    no_samples = unweighted(expected) & unweighted(seen)
    for leaf in expected.leaves:
        other = seen.leaf(leaf.path)
        if other is None or other.digest == leaf.digest or (leaves is not None and leaf.path not in leaves):
            continue
        if no_samples and _same_but_for(no_samples, leaf, other):
            continue
        found = _leaf_difference(index, leaf, other, known)
        if found.kind == "samples":
            return found
        content = content or found
    return content or (moved(index, expected, seen, known) if known is not None else None)


def moved(index: int, expected: Batch, seen: Batch, known: Places) -> Difference | None:
    """A leaf at least half of whose rows stand, unchanged and only, in another batch of the expected pass."""
    for leaf in expected.leaves:
        other = seen.leaf(leaf.path)
        if other is None or other.digest == leaf.digest:
            continue
        at = _moved_rows(index, leaf, other, known)
        if len(at) >= max(FEWEST_MOVED, (len(other.rows) + 1) // 2):
            return _difference("samples", leaf, other, at)
    return None


def seen_leaves(batches: Mapping[int, Batch]) -> frozenset[str]:
    """The paths of all leaves of a pass but weights left out."""
    return frozenset(leaf.path for batch in batches.values() for leaf in batch.leaves if leaf.kind != "none")


def tells_samples(batches: Mapping[int, Batch], leaves: frozenset[str]) -> bool:
    """Whether comparing these leaves shows which samples a batch holds: ids are known, or all rows of a leaf differ."""
    if batches and all(batch.identities is not None for batch in batches.values()):
        return True
    known = {path: rows for path, rows in places_of(batches).items() if path in leaves}
    return any(rows and all(len(where) == 1 for where in rows.values()) for rows in known.values())


def ask_for_augments(paths: Iterable[str]) -> str:
    """The line of TOML that declares these leaves as drawn at random: ``augments = ["x['image']"]``."""
    return f"augments = {json.dumps(sorted(paths))}"


def _first_reads(run: History, purpose: str) -> dict[int, Batch]:
    return batches_of(run.passes(purpose).get(0, ()))


def _differing(one: Batch, other: Batch) -> set[str]:
    leaves = {leaf.path: leaf.digest for leaf in other.leaves}
    return {leaf.path for leaf in one.leaves if leaves.get(leaf.path) != leaf.digest}


def _moved_rows(index: int, leaf: Leaf, other: Leaf, known: Places) -> tuple[int, ...]:
    """The rows of `other` that stand at exactly one place of the expected pass, and that in another batch."""
    rows = known.get(leaf.path, {})
    return tuple(
        place
        for place, row in enumerate(other.rows)
        if len(where := rows.get(row, frozenset())) == 1 and all(home != index for home, _ in where)
    )


def _same_but_for(rows: set[int], leaf: Leaf, other: Leaf) -> bool:
    """Whether two leaves of one shape differ in these rows alone."""
    if leaf.shape != other.shape or leaf.dtype != other.dtype or not leaf.rows:
        return False
    return all(a == b for place, (a, b) in enumerate(zip(leaf.rows, other.rows, strict=True)) if place not in rows)


def _leaf_difference(index: int, leaf: Leaf, other: Leaf, known: Places | None) -> Difference:
    if leaf.shape != other.shape or leaf.dtype != other.dtype:
        expected, seen = (f"{one.dtype} of shape {one.shape}" for one in (leaf, other))
        return Difference("shape", leaf.path, (), (expected,), (seen,))
    rows = tuple(place for place, (a, b) in enumerate(zip(leaf.rows, other.rows, strict=False)) if a != b)
    elsewhere: set[int] = set() if known is None else set(_moved_rows(index, leaf, other, known))
    return _difference("samples" if rows and elsewhere >= set(rows) else "content", leaf, other, rows)


def _difference(kind: str, leaf: Leaf, other: Leaf, rows: tuple[int, ...]) -> Difference:
    if not rows:
        return Difference(kind, leaf.path, (), (_whole(leaf),), (_whole(other),))
    expected, seen = (tuple(_row(one, place) for place in rows) for one in (leaf, other))
    return Difference(kind, leaf.path, rows, expected, seen)


def _rows_differ(kind: str, path: str, expected: tuple[object, ...], seen: tuple[object, ...]) -> Difference:
    if len(expected) != len(seen):
        return Difference(kind, path, (), (f"{len(expected)} rows",), (f"{len(seen)} rows",))
    rows = tuple(place for place, (a, b) in enumerate(zip(expected, seen, strict=True)) if a != b)
    return Difference(
        kind, path, rows, tuple(str(expected[place]) for place in rows), tuple(str(seen[place]) for place in rows)
    )


def _row(leaf: Leaf, place: int) -> str:
    """A row as a finding writes it: its number, the place of its one, its mean, or its fingerprint."""
    if place >= len(leaf.rows):
        return "nothing"
    if leaf.hot is not None:
        return f"class {leaf.hot[place]}"
    if leaf.values is None:
        return name_of(leaf.rows[place])
    number = f"{leaf.values[place]:.6g}"
    return number if leaf.inner_shape in ((), (1,)) else f"{number} (mean)"


def _whole(leaf: Leaf) -> str:
    return f"{name_of(leaf.digest)} ({leaf.dtype} of shape {leaf.shape})"


def shuffles(case: Case) -> bool:
    """Whether it is declared to shuffle, or, where nothing is declared, was seen to."""
    if case.contract.declared("shuffles"):
        return bool(case.contract.shuffles)
    leaves = settled_leaves(case)
    for run in case.runs("loop"):
        epochs = [
            [
                tuple(leaf.digest for leaf in batch.leaves if leaves is None or leaf.path in leaves)
                for _, batch in sorted(batches.items())
            ]
            for batches in run.whole_passes().values()
        ]
        if any(epoch != epochs[0] for epoch in epochs[1:]):
            return True
    return False
