"""Two instances that are built alike, with the same seed, read their samples in different orders.

What it detects:
    A second instance, built in the same process with the same arguments, that holds other samples in some batch of the
    first two epochs: the seed is not used, or used for something else, while the order is drawn from a generator of the
    process, from the clock, or from the operating system.

Why it matters:
    Whoever gives a seed wants to see the same training again: to compare two models, to find the step at which a loss
    exploded, to go on from a checkpoint. It works in the first run of a script and fails in a notebook, in a sweep, or
    as soon as anything else draws a number first.

Limits:
    Judged only where a seed was passed to the constructor or factory, or declared with `seed`; a default of the
    parameter promises nothing. Content that is drawn at random in reads is not compared.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"seed": 7}

        def __init__(self, batch_size=4, seed=7):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size
            self.seed = seed
            self.order = np.random.permutation(32)

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            np.random.shuffle(self.order)

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"seed": 7}

        def __init__(self, batch_size=4, seed=7):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size
            self.draw = np.random.default_rng(seed)
            self.order = self.draw.permutation(32)

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            self.draw.shuffle(self.order)
"""

from __future__ import annotations

from seqcheck.model.accounts import gravest
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.comparison import (
    Difference,
    batches_of,
    compare,
    moves_by_itself,
    places_of,
    seen_leaves,
    settled_leaves,
)
from seqcheck.model.history import History
from seqcheck.model.words import counted, listing

CHECK = Check(
    "unreproducible-order",
    clause="epoch end",
    needs=("rebuilding",),
    options=("epoch:random", "augments:on", "seed"),
    explained_by={
        "uninitialised-rows": None,
        "drifting-data": None,
        "unstable-mapping": None,
        "ignored-index": None,
        "unrepeatable-read": None,
    },
)


def judge(case: Case) -> Judgement:
    """Hold the second instance against the first."""
    runs = case.runs("rebuilding")
    if not runs:
        return inconclusive(case.why_not("rebuilding"))
    if case.contract.seed is None and all(run.truth.seed is None for run in runs):
        return not_applicable("no seed was declared or passed")
    return gravest([_judge(case, run) for run in runs])


def _judge(case: Case, run: History) -> Judgement:
    seed = case.contract.seed if case.contract.seed is not None else run.truth.seed
    settled = settled_leaves(case)
    if settled is None:
        return inconclusive("whether reads repeat was not looked at, so a difference proves nothing")
    if case.contract.epoch == "random" or moves_by_itself(case, isolated=False):
        return inconclusive("samples are chosen anew in each read, so that their order cannot be compared")
    differ: list[tuple[int, int, Difference]] = []
    count = 0
    compared: frozenset[str] = frozenset()
    for epoch, reads in run.passes("built").items():
        built, rebuilt = batches_of(reads), batches_of(run.passes("rebuilt").get(epoch, ()))
        compared |= settled & seen_leaves(built)
        known = places_of(built)
        for index in sorted(built.keys() & rebuilt.keys()):
            count += 1
            difference = compare(index, built[index], rebuilt[index], settled, known)
            if difference is not None:
                differ.append((epoch, index, difference))
    if differ:
        return violated([_finding(run, differ, count, seed)])
    if not count or not compared:
        notes = [note.text for note in run.notes if note.kind == "skipped"]
        return inconclusive(notes[0] if notes else "nothing could be compared that is not drawn at random")
    return holds(
        f"{counted(count, 'batch')} of two instances with seed {seed} are alike in {listing(sorted(compared))}"
    )


def _finding(run: History, differ: list[tuple[int, int, Difference]], count: int, seed: int | None) -> Finding:
    epoch, index, difference = differ[0]
    summary = (
        f"a second instance with seed {seed} reads batch {index} of epoch {epoch} otherwise: {difference.describe()}"
    )
    evidence: dict[str, object] = {
        "seed": seed,
        "epoch": epoch,
        "batch": index,
        "leaf": difference.path,
        "rows": list(difference.rows),
        "first instance": list(difference.expected),
        "second instance": list(difference.seen),
        "batches that differ": f"{len(differ)} of {count}",
    }
    return Finding(summary, evidence, run.scenario)
