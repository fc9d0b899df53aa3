"""The length is not a whole number of batches.

What it detects:
    `len()` of the Sequence (or its own `num_batches`) raises, or gives something that Python does not accept as a
    length: a float, a negative number, a number beyond the index range, an array, a text. The integers of NumPy are
    whole numbers and are accepted. It is asked before the first epoch and around every epoch.

Why it matters:
    Keras asks for the length about ten times before the first batch is trained on. With a float or a negative number
    it stops there with a TypeError or ValueError that does not name the division at fault.

Limits:
    A Sequence that says that it has no end (`num_batches` is None) is not judged: that is a promise of its own, to be
    declared with `infinite = true`.

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
            return len(self.x) / self.batch_size

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

from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.history import History, Length
from seqcheck.model.scenario import DRIVERS
from seqcheck.model.words import counted, listing

CHECK = Check(
    "non-integer-length",
    clause="length",
    needs=("loop",),
    options=("infinite",),
    explained_by={"broken-defaults": None, "shadowed-attribute": None},
)


def judge(case: Case) -> Judgement:
    """Look at every length that was asked for."""
    runs = [run for run in case.runs(*DRIVERS) if run.lengths]
    if not runs:
        return inconclusive(f"no length was asked for: {case.why_not(*DRIVERS)}")
    broken = [(run, said) for run in runs for said in run.lengths if said.number is None and not _endless(said)]
    if broken:
        return violated([_finding(case, *broken[0], len(broken))])
    if any(_endless(said) for run in runs for said in run.lengths):
        if case.contract.infinite:
            return not_applicable("the Sequence is declared infinite: it promises no length")
        return inconclusive("num_batches is None, which says that the Sequence has no end", "infinite = true")
    asked = [said for run in runs for said in run.lengths]
    numbers = listing(sorted({said.number for said in asked if said.number is not None}))
    kinds = listing(sorted({said.type_name for said in asked}))
    return holds(f"asked {counted(len(asked), 'time')}, it said {numbers} ({kinds})")


def _endless(said: Length) -> bool:
    return said.number is None and said.failure is None and said.type_name == "NoneType"


def _finding(case: Case, run: History, said: Length, times: int) -> Finding:
    failure = said.failure
    answer = f"{said.value} ({said.type_name})" if said.type_name else ""
    if answer:
        summary = f"the length is {answer}; expected a whole number of batches, 0 or more"
    elif failure is not None:
        summary = f"len() raises {failure.type_name}: {failure.message}"
    else:
        summary = "len() gives no usable number"
    evidence: dict[str, object] = {"when": "before the first epoch" if said.when == "start" else f"epoch {said.epoch}"}
    if answer:
        evidence |= {"answer": said.value, "type": said.type_name}
    if failure is not None:
        evidence["error"] = f"{failure.type_name}: {failure.message}"
    evidence["times seen"] = times
    frame = failure.line_in(case.facts.file) if failure is not None else None
    return Finding(summary, evidence, run.scenario, frame)
