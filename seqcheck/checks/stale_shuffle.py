"""Workers go on reading in the order of an earlier epoch, though the Sequence was reshuffled.

What it detects:
    The batches that workers deliver are those of an earlier epoch, or of the order before the first `on_epoch_end`,
    where a fork of the driver reads the new order at the same indices.

Why it matters:
    Keras calls the hooks in the process that trains. Where the order is kept in a place that workers do not share with
    it - a global of the module, something that `__setstate__` makes anew - shuffling has no effect: every epoch sees
    the samples in one order, in the same batches.

Limits:
    An order can be told from another only by leaves that are not drawn at random. Workers that read neither the new
    order nor an earlier one are judged by worker-divergence.

Example:
    import keras
    import numpy as np

    ORDER = list(range(32))


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = ORDER[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            np.random.shuffle(ORDER)

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size
            self.order = np.arange(32)

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            np.random.shuffle(self.order)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seqcheck.model.accounts import gravest
from seqcheck.model.batch import Batch
from seqcheck.model.check import (
    Case,
    Check,
    Finding,
    Judgement,
    Outcome,
    holds,
    inconclusive,
    not_applicable,
    violated,
)
from seqcheck.model.comparison import batches_of, compare, seen_leaves, settled_leaves
from seqcheck.model.history import History, Read
from seqcheck.model.parting import Parting
from seqcheck.model.scenario import POOLS
from seqcheck.model.usage import weighed
from seqcheck.model.words import counted, listing

SENT = ("spawn", "forkserver")
CHECK = Check(
    "stale-shuffle",
    clause="workers",
    content=True,
    needs=(*POOLS, "hooks"),
    options=("augments:on", "fit:use_multiprocessing", "fit:start_method"),
    explained_by={
        "uninitialised-rows": None,
        "drifting-data": None,
        "unpicklable": SENT,
        "unimportable-class": SENT,
        "lossy-pickle": SENT,
        "ignored-index": None,
        "unrepeatable-read": None,
    },
)


@dataclass(frozen=True)
class _Order:
    """A whole pass in one order, and what it is called."""

    name: str
    batches: Mapping[int, Batch]


def judge(case: Case) -> Judgement:
    """Look for earlier orders in what workers delivered, engine by engine."""
    leaves = settled_leaves(case)
    if leaves is None:
        return inconclusive("whether reads repeat was not looked at, so orders cannot be told apart")
    before = _before_the_hook(case)
    judgements = [_judge(run, leaves, before) for run in case.runs(*POOLS)]
    bad = [finding for judgement in judgements for finding in judgement.findings]
    if bad:
        return violated(weighed(bad, case.contract))
    if not judgements:
        return inconclusive(case.why_not(*POOLS))
    held = [judgement for judgement in judgements if judgement.outcome is Outcome.HOLDS]
    if held:
        return holds(f"workers follow the new order: {listing(judgement.reason for judgement in held)}")
    still = [judgement for judgement in judgements if judgement.outcome is Outcome.NOT_APPLICABLE]
    return still[0] if still else gravest(judgements)


def _before_the_hook(case: Case) -> list[_Order]:
    """The order in which an instance reads that no hook was called on, as far as it was read."""
    found = []
    for run in case.runs("hooks"):
        batches = batches_of(run.passes("late").get(0, ()))
        if batches:
            found.append(_Order("the order before the first on_epoch_end", batches))
    return found


def _judge(run: History, leaves: frozenset[str], before: list[_Order]) -> Judgement:
    references = {epoch: batches_of(reads) for epoch, reads in run.passes("reference").items()}
    if not leaves & seen_leaves({i: batch for batches in references.values() for i, batch in batches.items()}):
        why = "every leaf of a batch changes from read to read" if references else "no reference was read"
        return inconclusive(f"{run.engine}: {why}, so orders cannot be told apart")
    followed = 0
    reshuffled = neither = False
    for epoch, reads in run.passes("epoch").items():
        expected, seen = references.get(epoch, {}), batches_of(reads)
        earlier = [_Order(f"the order of epoch {e}", references[e]) for e in sorted(references) if e < epoch]
        for order in [*reversed(earlier), *before]:
            telling = _telling(expected, seen, order.batches, leaves)
            if not telling:
                continue
            reshuffled = True
            new = [index for index in telling if compare(index, expected[index], seen[index], leaves) is None]
            old = [index for index in telling if compare(index, order.batches[index], seen[index], leaves) is None]
            if len(old) * 2 > len(telling):
                return violated([_finding(run, reads, order, old, telling)])
            if len(new) == len(telling):
                followed = max(followed, epoch + 1)
            else:
                neither = True
    if neither:
        return inconclusive(f"{run.engine}: workers read neither the new order nor an earlier one")
    if followed:
        return holds(f"{run.engine}, {counted(followed, 'epoch')}")
    if reshuffled or len(references) < 2:
        return inconclusive(f"{run.engine}: fewer than two epochs were read by workers and the driver's fork alike")
    return not_applicable("no epoch has another order than the one before it: nothing is reshuffled")


def _telling(
    expected: Mapping[int, Batch], seen: Mapping[int, Batch], order: Mapping[int, Batch], leaves: frozenset[str]
) -> list[int]:
    """The indices at which two orders have different batches, and a worker read one."""
    common = sorted(set(expected) & set(seen) & set(order))
    return [index for index in common if compare(index, expected[index], order[index], leaves) is not None]


def _finding(run: History, reads: tuple[Read, ...], order: _Order, old: list[int], telling: list[int]) -> Finding:
    first = min((read for read in reads if read.index in old), key=lambda read: (read.place, read.start))
    parting = Parting(first.epoch, first.place, first.index, first.worker)
    summary = (
        f"workers of {run.engine} read epoch {first.epoch} in {order.name}: "
        f"{len(old)} of {counted(len(telling), 'batch')} that a reshuffle changed, first at step {parting.step}, where "
        f"{parting.reader} read batch {parting.index}"
    )
    evidence = {
        "engine": run.engine,
        "epoch": first.epoch,
        "first difference": parting.describe(),
        "order read": order.name,
        "batches in the old order": old,
        "batches that the reshuffle changed": telling,
    }
    return Finding(summary, evidence, run.scenario)
