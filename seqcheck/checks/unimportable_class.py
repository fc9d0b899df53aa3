"""No other process can import the class of the Sequence by its name.

What it detects:
    Pickling or unpickling the instance fails, and the class is not to be found under its module and name: it was made
    inside a function, it lives in `__main__`, or its name was given to something else.

Why it matters:
    Pickle sends a class as the name of its module and its own. A spawned worker, or one of a fork server, imports that
    name; where nothing or another object stands there, no worker can be started.

Limits:
    An object that a test made of a class local to it is not judged. A class that cannot be imported but is pickled in a
    way of its own, by `__reduce__`, is sound.

Example:
    import keras
    import numpy as np


    def make():
        class Local(keras.utils.PyDataset):
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

        return Local


    Batches = make()
    Batches.__module__ = __name__

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
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.history import History
from seqcheck.model.observation import PickleAttempt
from seqcheck.model.usage import SENT, weighed

CHECK = Check(
    "unimportable-class",
    clause="pickling",
    needs=("pickling",),
    options=("fit:use_multiprocessing", "fit:start_method"),
)


def judge(case: Case) -> Judgement:
    """Look at whether a failed attempt to pickle is due to the name of the class."""
    if case.facts.origin == "api" and case.facts.nested_class:
        return not_applicable("the class is local to a function or to __main__, and the object was made by a test")
    attempts = [(run, attempt) for run in case.runs("pickling") for attempt in run.observed(PickleAttempt)]
    if not attempts:
        return inconclusive("no attempt to pickle the instance came to its end")
    failed = [(run, attempt) for run, attempt in attempts if attempt.stage != "done" and not attempt.importable]
    if failed:
        findings = [_finding(case, run, attempt) for run, attempt in failed]
        return violated(weighed(findings, case.contract, *SENT))
    _, attempt = attempts[0]
    if attempt.importable:
        return holds(f"{attempt.where or 'the class'} is found by its name")
    return holds(f"{attempt.where or 'the class'} is not found by its name, but pickled in a way of its own")


def _finding(case: Case, run: History, attempt: PickleAttempt) -> Finding:
    module, _, name = attempt.where.rpartition(".")
    why = ""
    if "<locals>" in attempt.where:
        why = ": it was made inside a function"
    elif module == "__main__":
        why = ": __main__ is another module in every process"
    summary = f"{attempt.where or case.facts.class_name} cannot be imported by its name{why}"
    evidence = {"name": name or attempt.where, "module": module, "error": attempt.error}
    return Finding(summary, evidence, run.scenario)
