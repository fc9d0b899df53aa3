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
    Judged only where a seed was passed to the constructor or factory, or declared with `seed`; one that is only held as
    an attribute, as by a default of the parameter, makes it inconclusive. Content that is drawn at random in reads is
    not compared.

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

from dataclasses import dataclass
from typing import Final

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
    options=("epoch:random", "augments:on", "sample_id", "seed"),
    explained_by={
        "uninitialised-rows": None,
        "drifting-data": None,
        "unstable-mapping": None,
        "ignored-index": None,
        "unrepeatable-read": None,
    },
)

NOBODY: Final = "no seed was declared or passed"


def judge(case: Case) -> Judgement:
    """Hold the second instance against the first."""
    runs = case.runs("rebuilding")
    if not runs:
        return inconclusive(case.why_not("rebuilding"))
    asked = [run for run in runs if run.truth.seed is not None or case.contract.declared("seed")]
    if asked:
        return gravest([_judge(case, run) for run in asked])
    if case.contract.seed is None:
        return not_applicable(NOBODY)
    return gravest([_judge_inferred(case, run, case.contract.seed) for run in runs])


def _judge(case: Case, run: History) -> Judgement:
    seed = case.contract.seed if case.contract.declared("seed") else run.truth.seed
    compared = _compare(case, run)
    if isinstance(compared, Judgement):
        return compared
    if compared.differ:
        return violated([_finding(run, compared, seed)])
    return holds(_alike(compared, seed))


def _judge_inferred(case: Case, run: History, seed: int) -> Judgement:
    """By a seed that the instance holds, which has no part in what else differs, such as data that a factory draws."""
    compared = _compare(case, run)
    if isinstance(compared, Judgement):
        return not_applicable(NOBODY)
    if not compared.differ:
        return holds(_alike(compared, seed))
    if all(difference.kind != "samples" for _, _, difference in compared.differ):
        return not_applicable(NOBODY)
    return inconclusive(
        f"two instances with seed {seed} come in different orders; nobody declared that the order depends on it",
        f"seed = {seed}",
    )


@dataclass(frozen=True)
class _Compared:
    """The batches of two instances held against each other: those that differ, by epoch and index."""

    differ: tuple[tuple[int, int, Difference], ...]
    count: int
    leaves: frozenset[str]


def _compare(case: Case, run: History) -> _Compared | Judgement:
    settled = settled_leaves(case)
    if settled is None:
        return inconclusive("whether reads repeat was not looked at, so a difference proves nothing")
    if case.contract.epoch == "random" or moves_by_itself(case, isolated=False):
        return inconclusive("samples are chosen anew in each read, so that their order cannot be compared")
    differ: list[tuple[int, int, Difference]] = []
    count = 0
    leaves: frozenset[str] = frozenset()
    for epoch, reads in run.passes("built").items():
        built, rebuilt = batches_of(reads), batches_of(run.passes("rebuilt").get(epoch, ()))
        leaves |= settled & seen_leaves(built)
        known = places_of(built)
        for index in sorted(built.keys() & rebuilt.keys()):
            count += 1
            difference = compare(index, built[index], rebuilt[index], settled, known)
            if difference is not None:
                differ.append((epoch, index, difference))
    if not differ and (not count or not leaves):
        notes = [note.text for note in run.notes if note.kind == "skipped"]
        return inconclusive(notes[0] if notes else "nothing could be compared that is not drawn at random")
    return _Compared(tuple(differ), count, leaves)


def _alike(compared: _Compared, seed: int | None) -> str:
    batches = counted(compared.count, "batch")
    return f"{batches} of two instances with seed {seed} are alike in {listing(sorted(compared.leaves))}"


def _finding(run: History, compared: _Compared, seed: int | None) -> Finding:
    epoch, index, difference = compared.differ[0]
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
        "batches that differ": f"{len(compared.differ)} of {compared.count}",
    }
    return Finding(summary, evidence, run.scenario)
