"""A batch is the stored data itself, open to whoever writes into it.

What it detects:
    Two reads of one index that return an array over the same memory, which may be written to: a slice of the data that
    the Sequence holds, or a batch that it keeps in a cache. Nothing is written to find out.

Why it matters:
    Keras copies batches into tensors and leaves them alone. Other code does not: `x /= 255` on a batch, a wrapper that
    adds noise in place, PyTorch tensors that share the array's memory. Each such step then changes the data for every
    later epoch, and pictures grow darker from epoch to epoch with nothing to show for it.

Limits:
    Advice, since only somebody else's write does harm. Arrays of NumPy are looked at, not tensors. Arrays that are
    read-only, as views of memory-mapped files opened with `mode="r"` are, are safe.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows].copy(), self.y[rows].copy()
"""

from __future__ import annotations

from typing import Final

from seqcheck.model.accounts import gravest
from seqcheck.model.check import Case, Check, Finding, Judgement, Severity, holds, inconclusive, violated
from seqcheck.model.history import History
from seqcheck.model.observation import Exposed, Held
from seqcheck.model.words import listing

CHECK = Check(
    "exposed-storage",
    clause="batch",
    content=True,
    needs=("holding",),
    severity=Severity.ADVICE,
    explained_by={"shared-buffer": None, "drifting-data": None},
)


REACH: Final = {
    "later reads": "harmless as long as nobody does, as Keras does not",
    "others": "whoever has the same memory would see it",
    "the file on disk": "the file on disk would change",
}
"""What a write would do, the gravest last."""


def judge(case: Case) -> Judgement:
    """Look at the leaves that two reads return as the same memory."""
    judgements = [_judge(run) for run in case.runs("holding")]
    return gravest(judgements or [inconclusive(case.why_not("holding"))])


def _judge(run: History) -> Judgement:
    exposed = run.observed(Exposed)
    if exposed:
        return violated([_finding(run, exposed)])
    again = len(run.given("held-again"))
    if run.observed(Held) and again:
        return holds("the first and the last batch held, read again: no memory in common that may be written to")
    notes = [note.text for note in run.notes if note.kind == "skipped"]
    return inconclusive(notes[0] if notes else "no batch could be read twice")


def _finding(run: History, exposed: tuple[Exposed, ...]) -> Finding:
    first = exposed[0]
    owners = sorted({path for one in exposed for path in one.holders[:1]})
    paths = [one.path for one in exposed]
    whose = f"the memory of {listing(owners)}" if owners else "memory that the Sequence keeps"
    verb = "is" if len(paths) == 1 else "are"
    worst = max(exposed, key=lambda one: list(REACH).index(one.reach)).reach
    summary = f"{listing(paths)} of batch {first.index} {verb} {whose} itself, and may be written to: {REACH[worst]}"
    evidence: dict[str, object] = {"batch": first.index, "leaves": paths, "held as": owners}
    evidence["a write reaches"] = "whoever has the same memory" if worst == "others" else worst
    return Finding(summary, evidence, run.scenario)
