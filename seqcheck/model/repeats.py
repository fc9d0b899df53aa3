"""Which samples came more often than they are in the data, and how that is known.

Equal rows in the data are no repeated samples: where only what rows contain tells samples apart, a row that comes twice
says nothing until another witness says how often it should have come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from seqcheck.model.accounts import Account
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case
from seqcheck.model.observation import Holding
from seqcheck.model.samples import stable_leaves
from seqcheck.model.shortfall import Unsettled
from seqcheck.model.sources import Source, sample_sources, sources
from seqcheck.model.tallied import ONLY_LEFT_OUT, SAMPLE_ID


@dataclass(frozen=True)
class Repeats:
    """How often too often each sample came, one mapping an epoch (empty where none did)."""

    extras: tuple[Mapping[Hashable, int], ...]
    source: str

    @property
    def counts(self) -> tuple[int, ...]:
        """The rows too many of each epoch."""
        return tuple(sum(extras.values()) for extras in self.extras)

    @property
    def most(self) -> int:
        """The rows too many of the worst epoch."""
        return max(self.counts)

    @property
    def worst(self) -> int:
        """The place of the worst epoch."""
        return self.counts.index(self.most)


def repeats(case: Case, account: Account) -> Repeats | Unsettled:
    """What each whole epoch of a run delivered too often."""
    extras = tuple(_above(entry.counts, 1) for entry in account.ledgers)
    if not any(extras):
        return Repeats(extras, account.identity.evidence)
    multiplicity = _constant_multiplicity(account)
    if multiplicity:
        return Unsettled(
            f"every sample came {multiplicity} times in every epoch, as crops of one picture do",
            'epoch = "per-epoch"',
        )
    beside = _differing_beside(case, account, extras)
    if beside:
        return Unsettled(
            f"samples came more than once, each time with another row of {beside}, as one picture has several captions",
            'epoch = "per-epoch"',
        )
    if account.numbered:
        return Repeats(extras, account.identity.evidence)
    size = account.history.truth.num_samples or case.contract.num_samples
    if size is not None and any(entry.rows > size for entry in account.ledgers):
        return _of_known_size(account, extras, size)
    for source in sample_sources(account):
        if all(row in source.held for counts in source.delivered for row, often in counts.items() if often > 1):
            return Repeats(extras, f"{source.holding.path}, whose rows all differ")
    for source in sources(account):
        if source.path in account.identity.paths and source.complete and _as_often_as_held(source):
            return Repeats(tuple({} for _ in extras), f"{source.holding.path}, which has them as often")
    for holding in account.history.observed(Holding):
        if _numbers_fewer(account, holding):
            return Repeats(extras, f"{holding.path}, which has {holding.length}")
    if not account.alike:
        return _of_differing_epochs(case, account)
    if account.regrouped:
        return Repeats(tuple({} for _ in extras), "epochs that are grouped otherwise and hold the same rows as often")
    worst = max(extras, key=len)
    return Unsettled(
        f"{len(worst)} of {len(account.union)} different rows came more than once, alike in every epoch: equal rows in "
        "the data, or repeated samples",
        SAMPLE_ID,
    )


def _differing_beside(case: Case, account: Account, extras: tuple[Mapping[Hashable, int], ...]) -> str:
    """The other input, no random one, that is never the same twice where a sample comes again; empty where none is."""
    stable = stable_leaves(case) or frozenset()
    first = next(iter(account.batches[0].values()))
    others = [
        leaf.path for leaf in first.leaves if leaf.path.startswith("x") and leaf.path not in account.identity.paths
    ]
    for path in sorted(stable.intersection(others)):
        differ = [
            _rows_at(batches, path, entry.places[sample])
            for entry, batches, extra in zip(account.ledgers, account.batches, extras, strict=True)
            for sample in extra
        ]
        if all(rows and len(set(rows)) == len(rows) for rows in differ):
            return path
    return ""


def _rows_at(batches: Mapping[int, Batch], path: str, places: Iterable[tuple[int, int]]) -> list[bytes]:
    """The rows of a leaf at these places; empty where one is not there."""
    leaves = [(batches[index].leaf(path), row) for index, row in places]
    found = [leaf.rows[row] for leaf, row in leaves if leaf is not None and row < len(leaf.rows)]
    return found if len(found) == len(leaves) else []


def _as_often_as_held(source: Source) -> bool:
    return all(often <= source.held[row] for counts in source.delivered for row, often in counts.items())


def _above(counts: Mapping[Hashable, int], allowed: int) -> dict[Hashable, int]:
    return {
        sample: often - allowed
        for sample, often in counts.items()
        if often > allowed and not (isinstance(sample, tuple) and sample[:1] == ("foreign",))
    }


def _constant_multiplicity(account: Account) -> int:
    """How often every sample came in every epoch, where that is one number above 1; else 0."""
    every = {often for entry in account.ledgers for often in entry.counts.values()}
    if len(every) != 1 or not account.alike or len(account.union) < 2:
        return 0
    size = account.identity.num_samples
    often = every.pop()
    return often if often > 1 and (size is None or len(account.union) == size) else 0


def _of_known_size(account: Account, extras: tuple[Mapping[Hashable, int], ...], size: int) -> Repeats | Unsettled:
    for entry, extra in zip(account.ledgers, extras, strict=True):
        if sum(extra.values()) < entry.rows - size:
            return Unsettled(
                f"epoch {entry.epoch} has {entry.rows} rows for {size} samples, but only {len(extra)} of them repeat"
            )
    return Repeats(extras, f"the number of samples, {size}")


def _numbers_fewer(account: Account, holding: Holding) -> bool:
    """Whether a container has exactly as many entries as different rows came, though more rows came."""
    size = holding.length
    if not size or any(len(entry.counts) != size or entry.rows <= size for entry in account.ledgers):
        return False
    return holding.permutation or all(entry.rows - size < account.nominal <= size for entry in account.ledgers)


def _only_left_out(case: Case, account: Account) -> bool:
    """Whether every epoch may hold all rows there are, each as often as it ever came, but for a remainder."""
    drop = case.contract.drop_remainder
    if not drop:
        return False
    held: Counter[Hashable] = Counter()
    for entry in account.ledgers:
        held |= Counter(entry.counts)
    missing = held.total() - account.rows
    if drop is True:
        sizes = {batch.rows for batches in account.batches for batch in batches.values()}
        return len(sizes) == 1 and missing < (sizes.pop() or 0)
    return not isinstance(drop, int) or missing <= drop


def _of_differing_epochs(case: Case, account: Account) -> Repeats | Unsettled:
    """A row that came once in one epoch and twice in another was not twice in the data, but for what is left out."""
    if _only_left_out(case, account):
        return Unsettled(ONLY_LEFT_OUT, SAMPLE_ID)
    union = account.union
    fewest: dict[Hashable, int] = {}
    recurring = 0
    for sample in union:
        seen = [entry.counts[sample] for entry in account.ledgers if sample in entry.counts]
        fewest[sample] = min(seen)
        recurring += len(seen) > 1
    extras = tuple(
        {sample: often - fewest[sample] for sample, often in entry.counts.items() if often > fewest[sample]}
        for entry in account.ledgers
    )
    trusted = case.contract.augments is False and case.contract.declared("augments")
    if any(extras) and (trusted or recurring * 2 >= len(union)):
        return Repeats(extras, "the other epochs, in which the same rows came less often")
    return Unsettled(
        "some rows came more than once, and epochs do not hold the same rows: which are repeats is not known",
        "augments = false",
    )
