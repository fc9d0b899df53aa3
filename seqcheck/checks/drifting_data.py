"""Reading batches, or the end of an epoch, changes the stored data for good.

What it detects:
    A batch that differs when it is read again under the same random stream, and is the first one again once the stored
    arrays are put back as they were: pictures normalised, flipped or made noisy in place, through a slice that is a
    view. And an `on_epoch_end` that changes the stored data further each time, instead of making it anew. The line that
    writes is named where NumPy can be made to stop it.

Why it matters:
    Every epoch trains on the remains of the one before. A flip or a gain that was meant for one step adds up: in one
    published class the mean brightness fell from 0.50 to 0.31 in five epochs. Worker processes each spoil a copy of
    their own, so that the result depends on their number as well.

Limits:
    Up to eight batches are looked at, in a fork. Arrays of NumPy are followed, in the instance and whatever hangs on
    it, up to 256 MiB. Nothing is read where a memory-mapped file or shared memory is open for writing, since the change
    would be for good: that is inconclusive. An array that is only put into another order has not changed, nor have
    samples that differ in their last digits.

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
            batch = self.x[rows]
            batch *= 0.9
            return batch.copy(), self.y[rows].copy()

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
            batch = self.x[rows] * 0.9
            return batch, self.y[rows].copy()
"""

from __future__ import annotations

from seqcheck.model.accounts import gravest
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.comparison import batches_of
from seqcheck.model.history import Frame, History
from seqcheck.model.observation import Drift, DriftLooked
from seqcheck.model.words import counted, listing

CHECK = Check("drifting-data", clause="epoch", needs=("drifting",), options=("epoch:random",))


def judge(case: Case) -> Judgement:
    """Look at what reads and hooks left behind."""
    judgements = [_judge(case, run) for run in case.runs("drifting")]
    return gravest(judgements or [inconclusive(case.why_not("drifting"))])


def _judge(case: Case, run: History) -> Judgement:
    for drift in run.observed(Drift):
        doubt = _doubt(case, drift)
        return inconclusive(doubt) if doubt else violated([_finding(run, drift)])
    for looked in run.observed(DriftLooked):
        if looked.why_not:
            return inconclusive(looked.why_not)
        if not run.given("drifting"):
            return inconclusive("no batch could be read")
        if looked.paths:
            return inconclusive(
                f"{listing(looked.paths)} of batch {looked.unlike} differs when it is read again, with the same random "
                f"streams, and none of {counted(looked.arrays, 'stored array')} tells why"
            )
        read = f"{counted(len(looked.indices), 'batch')} read four times"
        if not looked.hooks:
            return inconclusive(f"{read} without a trace, but the hooks did not come to their end")
        return holds(f"{read}, on_epoch_end called twice: nothing of {counted(looked.arrays, 'stored array')} drifts")
    notes = [note.text for note in run.notes if note.kind == "skipped"]
    return inconclusive(notes[0] if notes else "no batch could be read")


def _doubt(case: Case, drift: Drift) -> str:
    """Why a change proves nothing here; empty where it does."""
    if drift.hook:
        return ""
    seen = f"reads change {listing(drift.arrays)}"
    if set(drift.paths) <= _unrepeated(case):
        return f"{seen}, but {listing(drift.paths)} is drawn from a source that no seed repeats"
    if case.contract.epoch == "random" and not drift.of_data:
        return f'{seen}, which no batch is made of; with epoch = "random" that may be how samples are chosen'
    return ""


def _unrepeated(case: Case) -> set[str]:
    """The leaves in which two forks of one state, reading alike under the same random streams, did not agree."""
    found: set[str] = set()
    for run in case.runs("reading"):
        forward, again = (batches_of(run.passes(name).get(0, ())) for name in ("forward", "forward-again"))
        for index, batch in forward.items():
            other = again.get(index)
            for leaf in batch.leaves if other is not None else ():
                twin = other.leaf(leaf.path) if other is not None else None
                if twin is None or twin.digest != leaf.digest:
                    found.add(leaf.path)
    return found


def _finding(run: History, drift: Drift) -> Finding:
    arrays = listing(drift.arrays)
    if drift.hook:
        summary = f"{drift.hook} changes {arrays} further each time it is called"
    else:
        summary = f"reading batch {drift.index} changes {arrays}, and {listing(drift.paths)} with it when read again"
    evidence: dict[str, object] = {"stored arrays": list(drift.arrays)}
    if not drift.hook:
        evidence |= {"batch": drift.index, "leaves": list(drift.paths), "read under the streams": "B, B, A, B"}
    for path, before, after in drift.means:
        evidence[f"mean of {path}"] = f"{before:.6g} before, {after:.6g} after"
    return Finding(summary, evidence, run.scenario, None if drift.spot is None else Frame(*drift.spot))
