"""Which delivered rows are not in the data, and how that is known."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from seqcheck.model.accounts import Account
from seqcheck.model.batch import Batch, Leaf
from seqcheck.model.check import Case
from seqcheck.model.observation import Holding
from seqcheck.model.pairing import paths_of
from seqcheck.model.samples import array_ids, stable_leaves
from seqcheck.model.shortfall import Unsettled
from seqcheck.model.sources import Source, sources


@dataclass(frozen=True)
class Stranger:
    """One row that is not in the data: the epoch, batch index and row, its leaf, and one number that stands for it."""

    epoch: int
    index: int
    row: int
    path: str
    value: float | None


@dataclass(frozen=True)
class Strangers:
    """The rows that are not in the data, in the order of epochs, and what says so."""

    rows: tuple[Stranger, ...]
    source: str


def strangers(case: Case, account: Account) -> Strangers | Unsettled:
    """The rows of all whole epochs of a run that are not in the data."""
    if account.identity.kind in ("probe", "array"):
        return _of_probe(case, account)
    unsettled: Unsettled | None = None
    known: list[Source] = []
    done: set[str] = set()
    for source in sources(account):
        if source.path in done or case.contract.augmented(source.path):
            continue
        done.add(source.path)
        if source.complete:
            known.append(source)
            continue
        found = _of_source(case, account, source)
        if isinstance(found, Strangers) and found.rows:
            return found
        if isinstance(found, Strangers):
            known.append(source)
        else:
            unsettled = unsettled or found
    if unsettled is not None:
        return unsettled
    inputs = [source for source in known if source.path.startswith("x")]
    if inputs:
        return Strangers((), " and ".join(f"{one.holding.path}, which has every row of {one.path}" for one in inputs))
    return _of_the_rest(account) or _of_numbering(account)


def _of_probe(case: Case, account: Account) -> Strangers | Unsettled:
    path = next(iter(account.identity.paths))
    size = account.identity.num_samples or 0
    rows = tuple(
        Stranger(entry.epoch, index, row, path, _number(sample))
        for entry in account.ledgers
        for sample, places in entry.places.items()
        if isinstance(sample, tuple)
        for index, row in places
    )
    source = f"the probe, whose samples are 0 to {size - 1}"
    if rows and case.contract.augmented(path):
        return Unsettled(f"{path} is declared to be drawn at random, so its rows need not be in the data")
    if rows and all(row.value is not None and _blended(row.value, size) for row in rows):
        return Unsettled(
            f"{path} holds numbers between the probe's, as a blend of samples does", f'augments = ["{path}"]'
        )
    return Strangers(rows, source) if rows else _blank_rows(case, account, size, source)


def _number(sample: Hashable) -> float | None:
    return sample[1] if isinstance(sample, tuple) and len(sample) == 2 and isinstance(sample[1], float) else None


def _blended(value: float, size: int) -> bool:
    return 0 < value < size and value != int(value)


def _blank_rows(case: Case, account: Account, size: int, source: str) -> Strangers | Unsettled:
    """Rows of x that no one filled, in arrays most of whose rows are the probe's own."""
    stable = stable_leaves(case)
    for path in paths_of(account.batches, "x"):
        if case.contract.augmented(path):
            continue
        rows: list[Stranger] = []
        known = total = 0
        for entry, batches in zip(account.ledgers, account.batches, strict=True):
            delivered = {place for places in entry.places.values() for place in places}
            for index, batch in batches.items():
                leaf = batch.leaf(path)
                ids = array_ids(leaf, size) if leaf is not None else None
                if leaf is None or ids is None or leaf.values is None:
                    continue
                total += len(ids)
                known += sum(one is not None for one in ids)
                rows += [
                    Stranger(entry.epoch, index, row, path, leaf.values[row])
                    for row, one in enumerate(ids)
                    if one is None and (index, row) in delivered and _unfilled(leaf, row)
                ]
        if rows and known * 2 > total:
            if stable is not None and path not in stable:
                return Unsettled(
                    f"rows of {path} are blank, but {path} changes when it is read again", f'augments = ["{path}"]'
                )
            return Strangers(tuple(rows), source)
    return Strangers((), source)


def _unfilled(leaf: Leaf, row: int) -> bool:
    """Whether a row of a probe is what an array holds before it is filled: zeros, or no number that anyone wrote."""
    value = (leaf.values or ())[row]
    return value == 0 or not math.isfinite(value) or abs(value) < 1e-30 or abs(value) > 1e30


def _of_source(case: Case, account: Account, source: Source) -> Strangers | Unsettled:
    """Rows that match no row of an array which most rows of the leaf come from."""
    stable = stable_leaves(case)
    path, where = source.path, f"{source.holding.path}, which most rows of {source.path} come from"
    rows = _unmatched(account, source)
    if not rows:
        return Strangers((), where)
    if stable is not None and path not in stable:
        return Unsettled(
            f"{len(rows)} rows of {path} are not in {source.holding.path}, but {path} changes when it is read again",
            f'augments = ["{path}"]',
        )
    trusted = case.contract.augments is False and case.contract.declared("augments")
    # Every row of the array came, and a few more did: an augmentation does not leave all of them as they are.
    few = all(sum(row.epoch == entry.epoch for row in rows) < account.nominal for entry in account.ledgers)
    all_there = few and all(
        all(counts.get(row, 0) >= often for row, often in source.held.items()) for counts in source.delivered
    )
    blank = all(row.value == 0 for row in rows)
    if trusted or all_there or blank:
        return Strangers(rows, where)
    return Unsettled(
        f"{len(rows)} rows of {path} are not in {source.holding.path}, as after an augmentation that is "
        "the same in every read of an epoch",
        f'augments = ["{path}"]',
    )


def _unmatched(account: Account, source: Source) -> tuple[Stranger, ...]:
    found = []
    held = {row for holding in account.history.observed(Holding) for row in holding.rows}
    for entry, batches in zip(account.ledgers, account.batches, strict=True):
        delivered = {place for places in entry.places.values() for place in places}
        for index, batch in batches.items():
            leaf = batch.leaf(source.path)
            for row, print_ in enumerate(leaf.rows if leaf is not None else ()):
                if print_ not in held and (index, row) in delivered:
                    value = leaf.values[row] if leaf is not None and leaf.values is not None else None
                    found.append(Stranger(entry.epoch, index, row, source.path, value))
    return tuple(found)


def _of_the_rest(account: Account) -> Strangers | None:
    """Equal rows that fill up the last batch of every epoch and stand nowhere else, beside as many as are numbered.

    Whatever the instance holds may number samples where the others move and these stay; elsewhere a permutation does. A
    single row may be a sample that no shuffle moves.
    """
    ends = [_end(entry.places, batches) for entry, batches in zip(account.ledgers, account.batches, strict=True)]
    if account.numbered or len({sample for sample, _ in ends}) != 1 or any(len(places) < 2 for _, places in ends):
        return None
    counts = {entry.rows - len(places) for entry, (_, places) in zip(account.ledgers, ends, strict=True)}
    first = {account.identity.of(batches[min(batches)]) for batches in account.batches}
    for holding in sorted(account.history.observed(Holding), key=lambda one: not one.permutation):
        if counts == {holding.length} and (holding.permutation or len(first) > 1):
            path = min(account.identity.paths, key=lambda path: (not path.startswith("x"), path))
            rows = tuple(
                Stranger(entry.epoch, index, row, path, _value_at(batches[index].leaf(path), row))
                for entry, batches, (_, places) in zip(account.ledgers, account.batches, ends, strict=True)
                for index, row in places
            )
            says = "numbers" if holding.permutation else "has"
            return Strangers(rows, f"{holding.path}, which {says} {holding.length}, as many as the other rows are")
    return None


def _end(
    places: Mapping[Hashable, Sequence[tuple[int, int]]], batches: Mapping[int, Batch]
) -> tuple[Hashable, tuple[tuple[int, int], ...]]:
    """The sample in the last place of an epoch and its places, where it has the end of the last batch and no others."""
    last = max(batches)
    rows = batches[last].rows or 0
    for sample, at in places.items():
        if (last, rows - 1) in at:
            tail = {(last, row) for row in range(rows - len(at), rows)}
            return (sample, tuple(sorted(at))) if set(at) == tail and len(at) < rows else (None, ())
    return None, ()


def _value_at(leaf: Leaf | None, row: int) -> float | None:
    return leaf.values[row] if leaf is not None and leaf.values is not None else None


def _of_numbering(account: Account) -> Strangers | Unsettled:
    """More rows than the instance numbers samples, where just that many recur in other epochs and the rest do not."""
    if not account.numbered and len(account.ledgers) > 1:
        seen = [set(entry.counts) for entry in account.ledgers]
        often: dict[Hashable, int] = {}
        for samples in seen:
            for sample in samples:
                often[sample] = often.get(sample, 0) + 1
        recurring = {sample for sample, times in often.items() if times == len(seen)}
        for holding in account.history.observed(Holding):
            more = all(entry.rows > holding.length for entry in account.ledgers)
            if holding.permutation and more and recurring and holding.length == len(recurring):
                rows = tuple(
                    Stranger(entry.epoch, index, row, " and ".join(sorted(account.identity.paths)), None)
                    for entry in account.ledgers
                    for sample, places in entry.places.items()
                    if sample not in recurring
                    for index, row in places
                )
                return Strangers(
                    rows, f"{holding.path}, which numbers {holding.length}, as many as recur in every epoch"
                )
    return Unsettled(
        f"nothing says what is in the data: no array that the Sequence holds has the rows told apart by "
        f"{account.identity.evidence}"
    )
