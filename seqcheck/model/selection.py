"""Did two reads of one index choose the same samples?

A difference in *which samples* a batch holds is told from a difference in *content*: the first is proved where samples
have numbers of their own, or where the rows that came instead are rows of another index. Content may be drawn at
random; which samples stand at an index may not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from seqcheck.model.batch import Batch
from seqcheck.model.check import Case
from seqcheck.model.history import History, Read
from seqcheck.model.samples import Identity, establish

FEWEST_DISTINCT = 4
"""Batches that hold fewer different rows than this in all say nothing about which sample is which."""

MOST_HOMES = 3
"""Batches in which a rich row may stand that is to name its sample, as where samples are drawn for each batch; what
stands in more may be blank, and a crop of any. One of few entries names its sample where it stands in one batch alone.
"""
RICH = 64
"""Entries of a row that no draw makes equal to another one."""


@dataclass(frozen=True)
class Moved:
    """One index at which another read chose other samples.

    `gained` came instead of `gone`; `home` is the index that they belong to, where one is known.
    """

    index: int
    gone: tuple[Hashable, ...]
    gained: tuple[Hashable, ...]
    home: int | None = None


@dataclass(frozen=True)
class Comparison:
    """Two passes held against each other, index by index.

    `moved` are the indices that hold other samples, `changed` those whose content differs in the same samples, or in
    what cannot be told apart, with the paths of the leaves that differ. `compared` counts the indices.
    """

    moved: tuple[Moved, ...]
    changed: tuple[tuple[int, tuple[str, ...]], ...]
    compared: int
    evidence: str = ""

    @property
    def changed_paths(self) -> tuple[str, ...]:
        """Every leaf whose content differs somewhere."""
        return tuple(sorted({path for _, paths in self.changed for path in paths}))


class Homes:
    """Which index each row belongs to, as one pass in order read it."""

    def __init__(self, case: Case, history: History, reads: Sequence[Read]) -> None:
        said = establish(case, history)
        self._identity = said if isinstance(said, Identity) and said.kind != "fingerprint" else None
        self._homes: dict[Hashable, set[int]] = {}
        self._most = MOST_HOMES if any(read.batch is not None and _rich(read.batch) for read in reads[:1]) else 1
        for read in reads:
            for sample in (self.of(read.batch) or ()) if read.batch is not None else ():
                self._homes.setdefault(sample, set()).add(read.index)

    @property
    def evidence(self) -> str:
        """How samples are told apart."""
        return self._identity.evidence if self._identity else "the content of whole rows"

    @property
    def telling(self) -> bool:
        """Whether enough different rows were seen to tell one from another."""
        return len(self._homes) >= FEWEST_DISTINCT

    def of(self, batch: Batch) -> tuple[Hashable, ...] | None:
        """The samples of a batch."""
        return self._identity.of(batch) if self._identity else batch.samples()

    def moved(self, index: int, first: Batch, second: Batch) -> Moved | None:
        """How two reads of `index` chose other samples; None where they did not, or where it cannot be proved."""
        before, after = self.of(first), self.of(second)
        if before is None or after is None:
            return None
        gained = list((Counter(after) - Counter(before)).elements())
        gone = list((Counter(before) - Counter(after)).elements())
        if not gained or (self._identity is None and not self.telling):
            return None
        if self._identity is not None:
            known = [sample for sample in gained if not isinstance(sample, tuple)]
        else:
            known = [sample for sample in gained if 1 <= len(self._homes.get(sample, ())) <= self._most]
            known = [sample for sample in known if index not in self._homes[sample]]
            known = known if len(known) * 2 >= len(gained) else []
        if not known:
            return None
        homes = Counter(home for sample in known for home in self._homes.get(sample, ()) if home != index)
        return Moved(index, tuple(gone), tuple(gained), homes.most_common(1)[0][0] if homes else None)


def compare(homes: Homes, pairs: Sequence[tuple[int, Batch, Batch]]) -> Comparison:
    """Hold two reads of each index against each other; another order of rows within a batch is no difference."""
    moved: list[Moved] = []
    changed: list[tuple[int, tuple[str, ...]]] = []
    for index, first, second in pairs:
        if first.digest == second.digest:
            continue
        other = homes.moved(index, first, second)
        if other is not None:
            moved.append(other)
            continue
        if first.structure == second.structure and _same_rows(first, second):
            continue
        changed.append((index, _differing(first, second)))
    return Comparison(tuple(moved), tuple(changed), len(pairs), homes.evidence)


def permuted(first: Mapping[int, Batch], second: Mapping[int, Batch]) -> Comparison | None:
    """Two passes over the same indices that delivered the same rows in all, but put them at other indices.

    That needs no identity: rows of any leaf that are the same as a whole and stand elsewhere were chosen by something
    other than the index. None where no leaf shows it.
    """
    if set(first) != set(second):
        return None
    paths = sorted({leaf.path for batch in first.values() for leaf in batch.leaves if leaf.rows})
    for path in paths:
        ours = {index: _rows(batch, path) for index, batch in first.items()}
        theirs = {index: _rows(batch, path) for index, batch in second.items()}
        total, again = Counter[bytes](), Counter[bytes]()
        for rows in ours.values():
            total.update(rows)
        for rows in theirs.values():
            again.update(rows)
        elsewhere = [index for index in sorted(ours) if Counter(ours[index]) != Counter(theirs[index])]
        if elsewhere and total == again and len(total) >= FEWEST_DISTINCT:
            moved = tuple(
                Moved(
                    index,
                    tuple((Counter(ours[index]) - Counter(theirs[index])).elements()),
                    tuple((Counter(theirs[index]) - Counter(ours[index])).elements()),
                )
                for index in elsewhere
            )
            return Comparison(moved, (), len(ours), f"the rows of {path}")
    return None


def twice(reads: Sequence[Read]) -> list[tuple[int, Batch, Batch]]:
    """The first and second read of each index of a pass that reads every index twice."""
    first: dict[int, Batch] = {}
    pairs = []
    for read in sorted(reads, key=lambda item: item.place):
        if read.batch is None or read.is_none:
            continue
        if read.index in first:
            pairs.append((read.index, first[read.index], read.batch))
        else:
            first[read.index] = read.batch
    return pairs


def by_index(reads: Sequence[Read]) -> dict[int, Batch]:
    """The batches of one pass by index, reads that gave none left out."""
    return {read.index: read.batch for read in reads if read.batch is not None and not read.is_none}


def _rich(batch: Batch) -> bool:
    return max((math.prod(leaf.inner_shape) for leaf in batch.leaves), default=0) >= RICH


def _rows(batch: Batch, path: str) -> tuple[bytes, ...]:
    leaf = batch.leaf(path)
    return leaf.rows if leaf is not None else ()


def _same_rows(first: Batch, second: Batch) -> bool:
    ours, theirs = first.samples(), second.samples()
    return ours is not None and theirs is not None and Counter(ours) == Counter(theirs)


def _differing(first: Batch, second: Batch) -> tuple[str, ...]:
    mine = {leaf.path: leaf.digest for leaf in first.leaves}
    other = {leaf.path: leaf.digest for leaf in second.leaves}
    return tuple(sorted(path for path in mine.keys() | other.keys() if mine.get(path) != other.get(path)))
