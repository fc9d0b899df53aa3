"""The rows of epochs of which no batch is kept: how many there are of each kind, by 8 bytes a row.

A kind of row is known by the first 8 bytes of its fingerprint. Of 50 million different rows two are alike in these with
a probability of 1 in 15,000.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from seqcheck.model.observation import Observation

EXAMPLES = 3
MOST_PLACES = 4
"""The batches that are named of an example."""
TOGETHER = ""
"""The path that stands for all leaves of a row together."""
OWNERS = "sample_id"
"""The path that stands for what the owner's `sample_id` answers."""


@dataclass(frozen=True)
class Repeat:
    """A kind of row that came `times` in `epoch`; `batches` has the indices of the first few that hold it there.

    `beside` is another epoch and how often it came in that; None where it was held against none.
    """

    epoch: int
    times: int
    batches: tuple[int, ...]
    beside: tuple[int, int] | None = None


@dataclass(frozen=True)
class LeafTally:
    """The rows of one leaf in one epoch; for `path` see `TOGETHER` and `OWNERS`.

    `distinct` counts the kinds, `fewest` and `most` say how often a kind came. Against the epoch before: `fresh` counts
    the kinds that did not come there, `vanished` those that came there alone, in batches such as `vanished_from`, and
    `gone` the rows of it for which none came. `regrouped` says that the batches of the two epochs hold other rows
    together, so that more than whole batches moved. `repeats` came most often, `excess` more often in one of the two
    epochs than in the other, and in both.
    """

    path: str
    distinct: int
    fewest: int
    most: int
    fresh: int = 0
    vanished: int = 0
    gone: int = 0
    regrouped: bool = False
    vanished_from: tuple[int, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    excess: tuple[Repeat, ...] = ()


@dataclass(frozen=True)
class Tally(Observation):
    """One whole epoch: every batch that the length promises was read and had rows.

    `rows` counts those that are samples: see `samples.no_samples`. `full` is the number of rows of the largest batch,
    `short` how many others have fewer, `first_short` the index of the first of these.
    """

    epoch: int
    batches: int
    rows: int
    full: int
    short: int
    first_short: int | None
    leaves: tuple[LeafTally, ...]

    def leaf(self, path: str) -> LeafTally | None:
        """The tally of one leaf."""
        return next((leaf for leaf in self.leaves if leaf.path == path), None)


@dataclass
class Column:
    """The rows of one leaf in the order in which they come, 8 bytes each."""

    path: str
    _bytes: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, fingerprints: Sequence[bytes]) -> None:
        """The rows of the next batch; each fingerprint has 16 bytes."""
        halves = np.frombuffer(b"".join(fingerprints), np.uint64)[::2]
        self._bytes.frombytes(halves.tobytes())

    @property
    def rows(self) -> npt.NDArray[np.uint64]:
        """All of them so far."""
        return np.frombuffer(self._bytes, np.uint64) if len(self._bytes) else np.empty(0, np.uint64)


@dataclass(frozen=True)
class Kinds:
    """The kinds of row of a column, sorted, and how often each came."""

    known: npt.NDArray[np.uint64]
    times: npt.NDArray[np.int64]

    def times_of(self, others: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """How often each of other kinds came here."""
        if not len(self.known):
            return np.zeros(len(others), np.int64)
        places = np.minimum(np.searchsorted(self.known, others), len(self.known) - 1)
        return np.where(self.known[places] == others, self.times[places], 0)


@dataclass(frozen=True)
class Counted:
    """A column of a whole epoch, by kinds; `ends` has, by place in the epoch, how many rows came up to that batch."""

    column: Column
    kinds: Kinds
    ends: npt.NDArray[np.int64]
    indices: Sequence[int]

    @classmethod
    def of(cls, column: Column, sizes: Iterable[int], indices: Sequence[int]) -> Counted:
        """Count a column whose batches have `sizes` rows and were read in the order `indices`."""
        known, times = np.unique(column.rows, return_counts=True)
        return cls(column, Kinds(known, times.astype(np.int64)), np.cumsum(np.fromiter(sizes, np.int64)), indices)

    def groups(self) -> npt.NDArray[np.uint64]:
        """One number a batch that depends on nothing but the rows in it, sorted."""
        starts = np.concatenate([[0], self.ends[:-1]]).astype(np.int64)[: len(self.ends)]
        starts = starts[starts < self.ends]  # a batch may have no sample in it
        return np.sort(np.add.reduceat(self.column.rows, starts)) if len(starts) else np.empty(0, np.uint64)

    def batches_of(self, kind: np.uint64) -> tuple[int, ...]:
        """The indices of the first batches that hold this kind, each once."""
        places = np.flatnonzero(self.column.rows == kind)
        found = (self.indices[int(place)] for place in np.searchsorted(self.ends, places, side="right"))
        return tuple(dict.fromkeys(found))[:MOST_PLACES]


def tally_of(epoch: int, now: Counted, before: Counted | None) -> LeafTally:
    """The tally of one leaf of an epoch, held against that of the epoch before."""
    kinds = now.kinds
    most_first = np.argsort(-kinds.times, kind="stable")
    often = [place for place in most_first[:EXAMPLES] if kinds.times[place] > 1]
    plain = LeafTally(
        now.column.path,
        len(kinds.known),
        int(kinds.times[most_first[-1]]) if len(most_first) else 0,
        int(kinds.times[most_first[0]]) if len(most_first) else 0,
        repeats=tuple(_repeat(epoch, now, place) for place in often),
    )
    if before is None:
        return plain
    earlier, still = before.kinds.times_of(kinds.known), kinds.times_of(before.kinds.known)
    vanished = np.flatnonzero(still == 0)
    places = [batch for place in vanished[:EXAMPLES] for batch in before.batches_of(before.kinds.known[place])]
    return replace(
        plain,
        fresh=int((earlier == 0).sum()),
        vanished=len(vanished),
        gone=int(np.maximum(before.kinds.times - still, 0).sum()),
        regrouped=not np.array_equal(now.groups(), before.groups()),
        vanished_from=tuple(sorted(set(places))),
        excess=(*_excess(epoch, now, epoch - 1, earlier), *_excess(epoch - 1, before, epoch, still)),
    )


def _excess(epoch: int, counted: Counted, other: int, there: npt.NDArray[np.int64]) -> tuple[Repeat, ...]:
    """Kinds that came more often than in another epoch, and there too."""
    more = np.flatnonzero((counted.kinds.times > there) & (there > 0))[:EXAMPLES]
    return tuple(replace(_repeat(epoch, counted, place), beside=(other, int(there[place]))) for place in more)


def _repeat(epoch: int, counted: Counted, place: np.intp) -> Repeat:
    return Repeat(epoch, int(counted.kinds.times[place]), counted.batches_of(counted.kinds.known[place]))
