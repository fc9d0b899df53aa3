"""A method has nearly the name of a hook, so that Keras never calls it.

What it detects:
    A method such as `onEpochEnd`, `on_epochs_end` or `on_train_epoch_end` that could be called with nothing but the
    instance, in a class that has no `on_epoch_end` (or, on Keras 3, no `on_epoch_begin`) of its own, and that is named
    nowhere else in the user's modules.

Why it matters:
    Keras looks hooks up by name and inherits empty ones where a class has none. The shuffle that stands in a misnamed
    hook never happens, and nothing says so.

Limits:
    Names are compared without case and underscores, with aliases that people and other libraries use, and with one
    slip of the keys; stranger names are not seen. A method that is mentioned anywhere else, even in a comment, is taken
    for one that somebody calls.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.order = np.arange(len(x))

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def onEpochEnd(self):
            np.random.shuffle(self.order)

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.order = np.arange(len(x))

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            np.random.shuffle(self.order)
"""

from __future__ import annotations

from seqcheck.model.check import Case, Check, Finding, Judgement, Severity, holds, inconclusive, violated
from seqcheck.model.history import Frame, History
from seqcheck.model.observation import Anatomy, NearHook
from seqcheck.model.words import counted

CHECK = Check("misnamed-hook", clause="construction", needs=("making",), severity=Severity.ADVICE)


def judge(case: Case) -> Judgement:
    """Look at the methods that are nearly hooks."""
    looked = [(run, seen) for run in case.runs("making") for seen in run.observed(Anatomy)]
    if not looked:
        return inconclusive(case.why_not("making"))
    found = [_finding(run, near) for run, _ in looked for near in run.observed(NearHook)]
    if found:
        return violated(found)
    return holds(f"the names of {counted(looked[0][1].methods, 'method')} of the class's own")


def _finding(run: History, near: NearHook) -> Finding:
    summary = f"{near.name}() is called by nobody: Keras calls {near.hook}(), which the class does not have"
    frame = Frame(*near.spot) if near.spot is not None else None
    return Finding(summary, {"method": near.name, "hook": near.hook}, run.scenario, frame=frame)
