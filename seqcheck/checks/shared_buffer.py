"""A later read changes a batch that was read before.

What it detects:
    A batch that is held while further ones are read, as Keras holds up to twelve, and is no longer what it was: a
    buffer that every read fills anew, a ring of too few of them, a dict or list that all batches share. Where NumPy can
    be made to stop the writer, the line that overwrites is named.

Why it matters:
    With several threads Keras queues batches that were read ahead. By the time a training step takes one, it holds the
    samples of another: some are trained twice, some never, and none with a label that is certain. Worker processes send
    copies, and a plain loop over TensorFlow copies each batch before it reads the next: neither is hurt. A list of
    batches that is made by hand, for a metric or a plot, always is.

Limits:
    Twelve batches are held, fewer where they are larger than 1 GiB together; a ring of more buffers shows only with a
    larger queue. Reads are made one after another in one thread. Memory that another process shares is not made
    read-only, so that its writer is not named.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.buffer = np.zeros((batch_size, *x.shape[1:]), x.dtype)

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            first = index * self.batch_size
            rows = len(self.x[first : first + self.batch_size])
            for row in range(rows):
                self.buffer[row] = self.x[first + row]
            return self.buffer[:rows], self.y[first : first + rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            first = index * self.batch_size
            rows = len(self.x[first : first + self.batch_size])
            batch = np.zeros((rows, *self.x.shape[1:]), self.x.dtype)
            for row in range(rows):
                batch[row] = self.x[first + row]
            return batch, self.y[first : first + rows]
"""

from __future__ import annotations

from seqcheck.model.accounts import gravest
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.history import Frame, History
from seqcheck.model.observation import Held, Overwritten
from seqcheck.model.usage import weighed
from seqcheck.model.words import counted, listing

CHECK = Check(
    "shared-buffer",
    clause="batch",
    content=True,
    needs=("holding",),
    options=("fit:workers", "fit:use_multiprocessing", "fit:start_method", "fit:max_queue_size"),
    explained_by={"drifting-data": None},
)
BESIDE_THE_QUEUE = 2
"""Batches that exist beside those in Keras's queue: one that waits for a place in it, one that is being used."""


def judge(case: Case) -> Judgement:
    """Look at what became of the batches that were held."""
    judgements = [_judge(case, run) for run in case.runs("holding")]
    return gravest(judgements or [inconclusive(case.why_not("holding"))])


def _judge(case: Case, run: History) -> Judgement:
    for seen in run.observed(Overwritten):
        queue = case.contract.fit.max_queue_size
        if queue is not None and seen.after >= queue + BESIDE_THE_QUEUE:
            return holds(
                f"a batch stays as it is for {seen.after} reads; with max_queue_size = {queue} none is held longer"
            )
        return violated(weighed([_finding(run, seen)], case.contract, "threads"))
    for held in run.observed(Held):
        if held.batches > 1:
            return holds(f"{held.batches} batches held at a time over {counted(held.reads, 'read')}: none changed")
        if held.batches:
            return inconclusive("a single batch could be held, which no later read could change")
    notes = [note.text for note in run.notes if note.kind == "skipped"]
    return inconclusive(notes[0] if notes else "no batch could be held")


def _finding(run: History, seen: Overwritten) -> Finding:
    what = listing(seen.paths)
    verb = "changes" if len(seen.paths) == 1 else "change"
    held = "it is" if len(seen.paths) == 1 else "they are"
    summary = f"{what} of batch {seen.index} {verb} when batch {seen.by} is read, while {held} still held"
    evidence: dict[str, object] = {
        "batch": seen.index,
        "leaves": list(seen.paths),
        "overwritten by the read of": f"batch {seen.by}",
        "reads later": seen.after,
        "held batches that changed": seen.count,
        "hurt": "threads, and whoever keeps a batch; worker processes send copies",
    }
    return Finding(summary, evidence, run.scenario, None if seen.spot is None else Frame(*seen.spot))
