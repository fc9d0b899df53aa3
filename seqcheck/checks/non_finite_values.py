"""A batch holds NaN or infinity.

What it detects:
    Rows with a NaN or an infinite number in any leaf, with the leaf, the batches, the rows and, where they are known,
    the samples: missing values in a table, a division by the spread of a constant picture, the logarithm of 0.

Why it matters:
    Keras passes such a batch on without a word. One NaN makes the loss NaN, its gradient makes every weight NaN, and
    from that step on nothing is learned; with `class_weight` or masks it may happen epochs later, and look like a
    learning rate that is too high.

Limits:
    Advice, for a model may mask them. Rows of sample weight 0 are no samples. Where the data was made up for the run,
    nothing is claimed: a made-up picture may well have no spread. The first axis of a leaf counts as rows.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 96, dtype="float32").reshape(32, 3)
            self.x[13] = 0.5
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size)
            x = self.x[rows]
            centred = x - x.mean(axis=1, keepdims=True)
            return centred / x.std(axis=1, keepdims=True), self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 96, dtype="float32").reshape(32, 3)
            self.x[13] = 0.5
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size)
            x = self.x[rows]
            centred = x - x.mean(axis=1, keepdims=True)
            return centred / (x.std(axis=1, keepdims=True) + 1e-6), self.y[rows]
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from seqcheck.model.accounts import gravest
from seqcheck.model.batch import Batch, Leaf
from seqcheck.model.check import (
    Case,
    Check,
    Finding,
    Judgement,
    Severity,
    holds,
    inconclusive,
    not_applicable,
    violated,
)
from seqcheck.model.history import History
from seqcheck.model.samples import Unidentified, establish, name_of, unweighted
from seqcheck.model.words import batches_at, listing, scope

CHECK = Check(
    "non-finite-values",
    clause="batch",
    content=True,
    needs=("loop",),
    severity=Severity.ADVICE,
    options=("padding",),
    explained_by={"uninitialised-rows": None, "drifting-data": None},
)


@dataclass(frozen=True)
class _Bad:
    """Rows of one leaf that hold such numbers; `rows` is None where they cannot be told apart."""

    epoch: int
    index: int
    path: str
    rows: tuple[int, ...] | None
    samples: tuple[str, ...] = ()


def judge(case: Case) -> Judgement:
    """Look at every leaf of the epochs that were read."""
    padding = case.contract.padding
    if padding is not None and not math.isfinite(padding):
        return not_applicable(f"padding = {padding} is declared: such numbers are no data")
    runs = [run for run in case.runs("loop") if run.given()]
    return gravest([_judge(case, run) for run in runs] or [inconclusive("no batch was read")])


def _judge(case: Case, run: History) -> Judgement:
    bad = list(_look(case, run))
    if not bad:
        return holds(f"finite numbers in every leaf: {scope([run])}")
    first = bad[0]
    if run.truth.made_up:
        return inconclusive(f"{first.path} of batch {first.index} holds NaN or infinity, but its data was made up")
    return violated([_finding(run, bad)])


def _look(case: Case, run: History) -> Iterator[_Bad]:
    identity = None
    for read, batch in run.given():
        for leaf in batch.leaves:
            if leaf.finite:
                continue
            rows = _rows(leaf, batch)
            if rows == ():
                continue
            identity = identity or establish(case, run)
            known = None if isinstance(identity, Unidentified) else identity.of(batch)
            samples = tuple(name_of(known[row]) for row in rows) if known is not None and rows is not None else ()
            yield _Bad(read.epoch, read.index, leaf.path, rows, samples)


def _rows(leaf: Leaf, batch: Batch) -> tuple[int, ...] | None:
    """The rows whose mean is no finite number, those of weight 0 left out; None where rows have no numbers."""
    if leaf.values is None:
        return None
    no_samples = unweighted(batch)
    return tuple(row for row, value in enumerate(leaf.values) if not math.isfinite(value) and row not in no_samples)


def _finding(run: History, bad: list[_Bad]) -> Finding:
    first = bad[0]
    where = "" if not first.rows else f"row{'s' * (len(first.rows) > 1)} {listing(first.rows)} of "
    summary = f"{where}{first.path} of batch {first.index} {'hold' if len(first.rows or ()) > 1 else 'holds'} NaN"
    evidence: dict[str, object] = {
        "leaf": first.path,
        "batch": first.index,
        "epoch": first.epoch,
        "rows": list(first.rows or ()),
    }
    if first.samples:
        evidence["samples"] = list(first.samples)
    evidence["batches concerned"] = batches_at(one.index for one in bad)
    evidence["leaves concerned"] = sorted({one.path for one in bad})
    return Finding(f"{summary} or infinity", evidence, run.scenario)
