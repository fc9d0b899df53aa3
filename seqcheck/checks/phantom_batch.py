"""A batch that the length promises is not there: it cannot be read, or is empty.

What it detects:
    An index below `len` that raises an exception when it is read in order in one process, or that gives a batch of no
    rows, or of rows in which there is nothing.

Why it matters:
    Keras stops in the middle of an epoch at a batch that raises, and hides the type of the exception. It accepts an
    empty batch without a word: the loss of that step is NaN or zero, and averages are wrong. The usual cause is
    `len(data) // batch_size + 1`, which counts a batch too many whenever the data divides evenly.

Limits:
    Reads that hang, exit, or return None are judged by other checks, and so are reads that fail only in workers.
    Where a stated selection of batches is read, and there is no time to count the rows of all, nothing is said of the
    others.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = 2 * self.x
            self.batch_size = batch_size

        def __len__(self):
            return len(self.x) // self.batch_size + 1

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

Use instead:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = 2 * self.x
            self.batch_size = batch_size

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.history import History, Read
from seqcheck.model.scenario import TALLYING
from seqcheck.model.tally import Tally
from seqcheck.model.words import batches_at, counted, scope

CHECK = Check(
    "phantom-batch",
    clause="length",
    content=True,
    needs=("loop", "reading", TALLYING),
    explained_by={
        "non-integer-length": None,
        "unstable-length": None,
        "fragile-epoch-end": None,
        "broken-defaults": None,
    },
)
IN_ORDER = ("epoch", "forward")
"""The passes that read each index once, in order: what fails only in another order is no matter of the length."""


def judge(case: Case) -> Judgement:
    """Look at every read below the length, in the loop, in the reading experiment's first pass, and in counting."""
    runs = case.runs("loop", "reading", TALLYING)
    findings: dict[str, Finding] = {}
    for run in runs:
        for kind, finding in (("raises", _raising(case, run)), ("empty", _empty(run))):
            if finding is not None:
                findings.setdefault(kind, finding)
    if findings:
        return violated(findings.values())
    if not any(run.given(*IN_ORDER) for run in runs):
        return inconclusive("no batch was read to its end")
    tallies = [tally for run in runs for tally in run.observed(Tally)]
    epochs = counted(len(tallies), "epoch")
    whole = f"; and all {tallies[0].batches} batches of {epochs} that were counted" if tallies else ""
    return holds(f"every read gave a batch with rows: {scope(runs)}{whole}")


def _promised(run: History) -> list[Read]:
    """The reads of whole passes at indices that the length promises; an infinite Sequence promises them all."""
    reads = [read for read in run.reads if read.purpose in IN_ORDER]
    lengths = {read.epoch: run.length_of(read.epoch) for read in reads}
    return [read for read in reads if (length := lengths[read.epoch]) is None or read.index < length]


def _raising(case: Case, run: History) -> Finding | None:
    reads = _promised(run)
    failed = [(read, read.failure) for read in reads if read.failure is not None and not read.failure.is_exit]
    if not failed:
        return None
    read, failure = failed[0]
    alike = [other for other, its in failed if its.type_name == failure.type_name]
    indices = {other.index for other in alike}
    everywhere = len(alike) == len(reads) and len(indices) > 1
    length = run.length_of(read.epoch)
    error = f"{failure.type_name}: {failure.message}".rstrip(": ")
    if everywhere:
        summary = f"all {len(indices)} batches raise {error}"
    else:
        promise = f"the length is {length}, but " if length is not None else ""
        verb = "raises" if len(indices) == 1 else "raise"
        summary = f"{promise}{batches_at(indices)} {verb} {error}"
    of_these = sum(other.index in indices for other in reads)
    often = f"{len(alike)} of {of_these}"
    if len(alike) < of_these:
        summary += f" (in {often} reads)"
    evidence: dict[str, object] = {
        "indices": sorted(indices),
        "length": length,
        "error": error,
        "reads that raised": often,
        "first seen": f"batch {read.index} of epoch {read.epoch}",
    }
    return Finding(summary, evidence, run.scenario, failure.line_in(case.facts.file))


def _empty(run: History) -> Finding | None:
    reads = _promised(run)
    empty = [read for read in reads if read.batch is not None and _is_empty(read)]
    if not empty:
        return None
    indices = {read.index for read in empty}
    length = run.length_of(empty[0].epoch)
    batch = empty[0].batch
    shapes = {leaf.path: list(leaf.shape) for leaf in batch.leaves} if batch else {}
    what = "no rows" if batch is not None and batch.rows == 0 else "rows without an entry"
    summary = f"the length is {length}, but {batches_at(indices)} {'holds' if len(indices) == 1 else 'hold'} {what}"
    evidence: dict[str, object] = {
        "indices": sorted(indices),
        "length": length,
        "shapes": shapes,
        "first seen": f"batch {empty[0].index} of epoch {empty[0].epoch}",
    }
    if run.truth.num_samples is not None:
        evidence["samples"] = run.truth.num_samples
        expected = f" ({counted(run.truth.num_samples, 'sample')}"
        size = run.truth.batch_size
        summary += f"{expected} in batches of {size})" if size is not None else f"{expected})"
    return Finding(summary, evidence, run.scenario)


def _is_empty(read: Read) -> bool:
    return read.batch is not None and not read.is_none and read.batch.empty
