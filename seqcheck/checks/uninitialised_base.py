"""The constructor does not call that of its Keras base.

What it detects:
    An instance that lacks the attributes which the constructor of the base leaves on it. They are told from an instance
    of nothing but the base, so that it is the Keras in use that says what belongs there.

Why it matters:
    Keras 3 keeps the number of workers, multiprocessing and the size of the queue there. Without them it warns at every
    `fit` and falls back to one worker in the same process; arguments that were meant for it are silently lost.

Limits:
    The base of tf_keras has no state, so that nothing can be missing there. A constructor that sets all of these itself
    has done what the base would have done.

Example:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

Use instead:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4, **kwargs):
            super().__init__(**kwargs)
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

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
from seqcheck.model.history import Frame, History
from seqcheck.model.observation import Anatomy
from seqcheck.model.words import listing

CHECK = Check("uninitialised-base", clause="construction", needs=("making",), severity=Severity.ADVICE)


def judge(case: Case) -> Judgement:
    """Hold the instance against what the base's constructor leaves behind."""
    looked = [(run, seen) for run in case.runs("making") for seen in run.observed(Anatomy)]
    if not looked:
        return inconclusive(case.why_not("making"))
    run, anatomy = looked[0]
    if not anatomy.base:
        return not_applicable("the class has no Keras base")
    if not anatomy.left:
        return not_applicable(f"the constructor of {anatomy.base.rpartition('.')[2]} leaves nothing on an instance")
    if anatomy.missing:
        return violated([_finding(run, anatomy)])
    return holds(f"the instance has {listing(anatomy.left)}")


def _finding(run: History, anatomy: Anatomy) -> Finding:
    base = anatomy.base.rpartition(".")[2]
    summary = f"super().__init__() of {base} was not called: the instance lacks {listing(anatomy.missing)}"
    frame = Frame(*anatomy.spot) if anatomy.spot is not None else None
    return Finding(summary, {"base": anatomy.base, "missing": list(anatomy.missing)}, run.scenario, frame=frame)
