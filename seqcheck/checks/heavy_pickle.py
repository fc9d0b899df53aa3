"""Every worker process is sent a copy of the data, in every epoch.

What it detects:
    An instance whose pickle is 64 MiB or more, with the attributes that weigh most.

Why it matters:
    Under spawn and forkserver Keras starts a new pool for each epoch and sends each worker the whole instance. 64 MiB
    take a quarter to half a second a worker and epoch to be pickled, sent and read, and stay in the memory of each
    worker: with eight workers that is half a gibibyte of copies, and seconds at the start of every epoch. Forked
    workers share the memory, but from Python 3.14 on fork is no longer the default on Linux.

Limits:
    Advice. What counts is the size with the data of this run: data that was made up for it is small, so that only a
    factory or a call with the real data tells. Memory that a worker loads for itself is not counted.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.table = np.zeros(2**24, dtype="float32")
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows] + self.table[rows, None], self.y[rows]

Use instead:
    import functools

    import keras
    import numpy as np


    @functools.lru_cache(maxsize=1)
    def table():
        return np.zeros(2**24, dtype="float32")


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows] + table()[rows, None], self.y[rows]
"""

from __future__ import annotations

from typing import Final

from seqcheck.model.accounts import gravest
from seqcheck.model.check import Case, Check, Finding, Judgement, Severity, holds, inconclusive, violated
from seqcheck.model.history import History
from seqcheck.model.observation import PickleAttempt
from seqcheck.model.words import listing

CHECK = Check("heavy-pickle", clause="pickling", needs=("pickling",), severity=Severity.ADVICE)
HEAVY: Final = 64 * 2**20
"""Bytes that take about as long to reach eight workers as one worker takes to import TensorFlow: seconds an epoch."""


def judge(case: Case) -> Judgement:
    """Look at the bytes that are sent."""
    judgements = [_judge(run) for run in case.runs("pickling")]
    return gravest(judgements or [inconclusive(case.why_not("pickling"))])


def _judge(run: History) -> Judgement:
    for attempt in run.observed(PickleAttempt):
        if attempt.stage != "done":
            return inconclusive(f"the instance does not go through pickle ({attempt.error or attempt.stage})")
        if attempt.size >= HEAVY:
            return violated([_finding(run, attempt)])
        size = f"{_size(attempt.size)} are sent to each worker"
        return holds(f"{size}, with data that was made up for this run" if run.truth.made_up else size)
    return inconclusive("no attempt at pickling was recorded")


def _finding(run: History, attempt: PickleAttempt) -> Finding:
    summary = f"each worker is sent {_size(attempt.size)} in each epoch"
    if attempt.heaviest:
        summary += f", above all {listing(path for path, _, _ in attempt.heaviest)}"
    evidence: dict[str, object] = {"bytes": attempt.size}
    for path, what, weight in attempt.heaviest:
        evidence[path] = f"{_size(weight)} ({what})"
    return Finding(summary, evidence, run.scenario)


def _size(number: int) -> str:
    """Bytes as people write them."""
    for unit, step in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if number >= step:
            return f"{number / step:.3g} {unit}"
    return f"{number} bytes"
