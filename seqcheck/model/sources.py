"""Where the rows of a run come from: the containers that the instance holds, held against what it delivered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from seqcheck.model.accounts import Account
from seqcheck.model.observation import Holding


@dataclass(frozen=True)
class Source:
    """A held array, most of whose rows are rows of the leaf at `path`.

    `held` counts its rows, `delivered` those of the leaf, one counter an epoch.
    """

    holding: Holding
    path: str
    held: Mapping[bytes, int]
    delivered: tuple[Mapping[bytes, int], ...]

    @property
    def complete(self) -> bool:
        """Whether every delivered row is a row of the array."""
        return all(row in self.held for counts in self.delivered for row in counts)


def sources(account: Account) -> tuple[Source, ...]:
    """The held arrays that at least half of the rows of a leaf come from, the best match first."""
    found: list[tuple[float, int, Source]] = []
    paths = sorted({leaf.path for batches in account.batches for batch in batches.values() for leaf in batch.leaves})
    arrays = [holding for holding in account.history.observed(Holding) if holding.rows]
    if not arrays:
        return ()
    held = [Counter(holding.rows) for holding in arrays]
    whole = {path: _whole_numbers(account, path) for path in paths}
    for path in paths:
        delivered = leaf_counts(account, path)
        total = sum(sum(counts.values()) for counts in delivered)
        for holding, rows in zip(arrays, held, strict=True):
            known = sum(often for counts in delivered for row, often in counts.items() if row in rows)
            if total and known * 2 >= total and not (whole[path] and _by_chance(rows, delivered)):
                # Rows that tell apart, such as pictures, say more than rows that repeat, such as classes.
                found.append((known / total, len(rows), Source(holding, path, rows, delivered)))
    found.sort(key=lambda item: (-item[0], -item[1], item[2].holding.length))
    return tuple(source for _, _, source in found)


def _whole_numbers(account: Account, path: str) -> bool:
    """Whether each row of the leaf at `path` is one whole number, as classes, tokens, ids and indices are."""
    leaves = [leaf for batches in account.batches for batch in batches.values() if (leaf := batch.leaf(path))]
    return all(leaf.inner_shape in ((), (1,)) and leaf.dtype.startswith(("int", "uint", "bool")) for leaf in leaves)


def _by_chance(held: Mapping[bytes, int], delivered: tuple[Mapping[bytes, int], ...]) -> bool:
    """Whether whole numbers may be found in an array that they do not come from.

    Classes 0 to 9 all stand in an index array over 100 rows; only what uses up the array is made of it.
    """
    seen = {row for counts in delivered for row in counts if row in held}
    return len(held) == sum(held.values()) and len(seen) * 10 < len(held) * 9


def leaf_counts(account: Account, path: str) -> tuple[Mapping[bytes, int], ...]:
    """How often each row of the leaf at `path` was delivered, one counter an epoch."""
    counters = []
    for batches in account.batches:
        leaves = (batch.leaf(path) for batch in batches.values())
        counters.append(Counter(row for leaf in leaves if leaf is not None for row in leaf.rows))
    return tuple(counters)


def sample_sources(account: Account) -> tuple[Source, ...]:
    """Those sources whose rows stand for samples one to one.

    The rows of the array all differ, and a row of the leaf always comes with the same rows of the other leaves: the
    first of two inputs that are paired at random does not.
    """
    union = len(account.union)
    return tuple(
        source
        for source in sources(account)
        if source.path in account.identity.paths
        and len(source.held) == source.holding.length
        and len({row for counts in source.delivered for row in counts}) == union
    )


@dataclass(frozen=True)
class Overrun:
    """What reading at the length and beyond gave.

    `samples` are those that the last epoch did not deliver, `rows` has their rows leaf by leaf, as held arrays have
    them; `ended` says that a read gave less than a full batch, as where the data come to their end.
    """

    samples: frozenset[Hashable]
    ended: bool
    rows: frozenset[bytes]

    @property
    def fresh(self) -> int:
        """How many samples the last epoch did not deliver."""
        return len(self.samples)


def overrun(account: Account) -> Overrun:
    """Read beyond the end of the last epoch, as the loop does it."""
    last = account.ledgers[-1]
    fresh: set[Hashable] = set()
    rows: set[bytes] = set()
    ended = False
    for read in account.history.reads:
        if read.purpose != "overrun":
            continue
        there = read.batch is not None and not read.is_none and not read.batch.empty
        samples = account.identity.of(read.batch) if read.batch is not None and there else ()
        if not samples or len(samples) < account.nominal:
            ended = True
        unseen = [place for place, sample in enumerate(samples or ()) if sample not in last.counts]
        fresh.update((samples or ())[place] for place in unseen)
        for leaf in read.batch.leaves if read.batch is not None and unseen else ():
            rows.update(leaf.rows[place] for place in unseen if place < len(leaf.rows))
    return Overrun(frozenset(fresh), ended, frozenset(rows))
