"""An epoch has no batch: the length is 0.

What it detects:
    A length of 0, before the first epoch or in any epoch.

Why it matters:
    Keras 3 raises "The PyDataset has length 0" with the TensorFlow backend. tf_keras and other backends train on
    nothing, and report a loss that no data went into. The usual cause is a folder or filter that matched no file, or
    a length rounded down with less data than one batch.

Limits:
    Runs with made-up data smaller than one batch are left out: a Sequence may drop an incomplete batch.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4, split="training"):
            super().__init__()
            x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            chosen = [row for row in range(len(x)) if split == "train"]
            self.x, self.y, self.batch_size = x[chosen], 2 * x[chosen], batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4, split="training"):
            super().__init__()
            x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            chosen = [row for row in range(len(x)) if split == "training"]
            if not chosen:
                raise ValueError(f"no sample belongs to the split {split!r}")
            self.x, self.y, self.batch_size = x[chosen], 2 * x[chosen], batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.history import History, Length
from seqcheck.model.samples import nominal_size
from seqcheck.model.scenario import DRIVERS
from seqcheck.model.words import listing

CHECK = Check(
    "empty-epoch",
    clause="length",
    needs=("loop",),
    options=("batch_size:number", "infinite"),
    explained_by={"non-integer-length": None},
)


def judge(case: Case) -> Judgement:
    """Look for a length of 0 wherever there was data for at least one batch."""
    if case.contract.infinite:
        return not_applicable("the Sequence is declared infinite: it promises no length")
    runs = [run for run in case.runs(*DRIVERS) if run.length is not None]
    if not runs:
        return inconclusive("no usable length was given")
    ample = [run for run in runs if not _too_little(case, run)]
    if not ample:
        return inconclusive("only data for less than one batch was tried")
    empty = [(run, said) for run in ample for said in run.lengths if said.number == 0]
    if empty:
        return violated([_finding(*empty[0])])
    lengths = sorted({said.number for run in ample for said in run.lengths if said.number is not None})
    return holds(f"the length was {listing(lengths)}")


def _too_little(case: Case, run: History) -> bool:
    """Whether seqcheck itself chose data that does not fill one batch."""
    if run.scenario.num_samples is None:
        return False
    nominal = nominal_size(case, run)
    return run.scenario.num_samples < (nominal[0] if nominal else 1)


def _finding(run: History, said: Length) -> Finding:
    when = "before the first epoch" if said.when == "start" else f"in epoch {said.epoch}"
    evidence: dict[str, object] = {"length": 0, "when": when}
    known = ""
    if run.truth.num_samples is not None:
        known = f", though there are {run.truth.num_samples} samples ({run.truth.num_samples_source})"
        evidence["samples"] = run.truth.num_samples
    if run.truth.batch_size is not None:
        evidence["batch size"] = run.truth.batch_size
    return Finding(f"the length is 0 {when}{known}: nothing can be trained on", evidence, run.scenario)
