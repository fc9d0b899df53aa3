"""The Sequence cannot be pickled.

What it detects:
    Pickling the instance as a pool sends it to its workers fails, or unpickling it does. The finding names the path of
    the attribute at fault, such as `self.pipe.steps[0][1]`, and what stands there: a lambda, an open file, a lock, a
    generator.

Why it matters:
    Workers that are spawned, or forked from a fork server, receive the Sequence by pickle. Those are the start methods
    of Windows and macOS, and from Python 3.14 on of Linux. Keras 3 stops with an error there; tf_keras hangs.

Limits:
    Whether the copy is as good as the original is judged by lossy-pickle. A class that no other process can import is
    judged by unimportable-class. What cannot be pickled only in the middle of an epoch is not seen.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size
            self.transform = lambda rows: rows * 2

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.transform(self.x[rows]), self.y[rows]

Use instead:
    import keras
    import numpy as np


    def double(rows):
        return rows * 2


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size
            self.transform = double

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.transform(self.x[rows]), self.y[rows]
"""

from __future__ import annotations

from seqcheck.model.check import Case, Check, Finding, Judgement, Outcome, holds, inconclusive, not_applicable, violated
from seqcheck.model.history import History
from seqcheck.model.observation import PickleAttempt
from seqcheck.model.scenario import SCRIPT
from seqcheck.model.usage import SENT, weighed

CHECK = Check(
    "unpicklable",
    clause="pickling",
    needs=("pickling", SCRIPT),
    options=("fit:use_multiprocessing", "fit:start_method"),
)
LOCAL = "the class is local to a function or to __main__: no other process could import it"


def judge(case: Case) -> Judgement:
    """Look at every attempt to pickle the instance."""
    if case.facts.origin == "api" and case.facts.nested_class:
        return not_applicable(LOCAL)
    attempts = [(run, attempt) for run in case.runs("pickling", SCRIPT) for attempt in run.observed(PickleAttempt)]
    if not attempts:
        return inconclusive(_why_none(case))
    failed = [(run, attempt) for run, attempt in attempts if attempt.stage != "done"]
    own = [(run, attempt) for run, attempt in failed if attempt.importable]
    if own:
        # Fork and threads do without pickle: where only they are used, this is advice.
        return violated(weighed([_finding(run, attempt) for run, attempt in own], case.contract, *SENT))
    if failed:
        where = failed[0][1].where
        reason = f"follows from unimportable-class: {where} cannot be imported by its name"
        return Judgement(Outcome.INCONCLUSIVE, reason, follows_from="unimportable-class")
    size = max(attempt.size for _, attempt in attempts)
    return holds(f"pickled into {size} bytes and unpickled")


def _why_none(case: Case) -> str:
    notes = [note.text for run in case.runs("pickling") for note in run.notes if note.kind == "skipped"]
    return notes[0] if notes else "no attempt to pickle the instance came to its end"


def _finding(run: History, attempt: PickleAttempt) -> Finding:
    verb = "pickled" if attempt.stage == "dump" else "unpickled"
    at = f"{attempt.culprit}: {attempt.what}" if attempt.culprit else f"the instance cannot be {verb}"
    evidence: dict[str, object] = {"cannot be": verb}
    if attempt.culprit:
        evidence |= {"at": attempt.culprit, "what stands there": attempt.what}
    evidence["error"] = attempt.error
    actions = [step.action for step in run.scenario.script]
    if "pickle" in actions and "read" in actions[: actions.index("pickle")]:
        # A pool under spawn is sent the instance after Keras itself has read the first batches of it.
        at = f"after a read, {at}"
    if actions:
        evidence["script"] = [step.describe() for step in run.scenario.script]
    return Finding(f"{at} ({attempt.error})" if attempt.error else at, evidence, run.scenario)
