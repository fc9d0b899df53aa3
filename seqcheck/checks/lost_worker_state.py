"""What a read leaves on the Sequence matters later, and is lost where worker processes read.

What it detects:
    An epoch that differs according to where the one before it was read: in the process that calls the hooks, or in a
    fork of it. Counters, difficulties, running means, lists of hard samples that `__getitem__` writes on the instance
    and `on_epoch_end` goes on with.

Why it matters:
    With `use_multiprocessing` every epoch has new workers, each with a copy of the instance. What they write on it
    ends with them: the hook in the main process sees the counter still at 0, the curriculum never gets harder, and the
    same class trains differently with one worker and with two processes.

Limits:
    The first two epochs are looked at, one after the other in one thread each. Only content that no random stream
    changes is compared. State in shared memory, as in `multiprocessing.Value`, is not lost and is not blamed.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size
            self.order = np.arange(32)
            self.shown = np.zeros(32, dtype=int)

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            self.shown[rows] += rows % 3
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            self.order = np.argsort(self.shown, kind="stable")

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 32, dtype="float32")[:, None]
            self.y = np.arange(32)
            self.batch_size = batch_size
            self.order = np.arange(32)
            self.shown = np.zeros(32, dtype=int)

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            self.shown += np.arange(32) % 3
            self.order = np.argsort(self.shown, kind="stable")
"""

from __future__ import annotations

from collections.abc import Mapping

from seqcheck.model.accounts import gravest
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.comparison import Difference, batches_of, compare, places_of, seen_leaves, settled_leaves
from seqcheck.model.history import History
from seqcheck.model.scenario import START_METHODS
from seqcheck.model.usage import weighed
from seqcheck.model.words import counted, listing

CHECK = Check(
    "lost-worker-state",
    clause="workers",
    content=True,
    needs=("leaving",),
    options=("epoch:random", "augments:on", "fit:use_multiprocessing"),
    explained_by={
        "uninitialised-rows": None,
        "drifting-data": None,
        "unstable-length": None,
        "ignored-index": None,
        "unrepeatable-read": None,
        "stale-shuffle": None,
        # Batches that are kept hide the new order from later epochs in the process that keeps them, and from no other.
        "missing-reshuffle": None,
        "repeating-shuffle": None,
    },
)
PASSES = ("stayed", "left", "left-again", "stayed-again")


def judge(case: Case) -> Judgement:
    """Hold the epoch after reads in the process against the one after reads in a fork."""
    judgements = [_judge(case, run) for run in case.runs("leaving")]
    return gravest(judgements or [inconclusive(case.why_not("leaving"))])


def _judge(case: Case, run: History) -> Judgement:
    stayed, left, left_again, stayed_again = (batches_of(run.passes(name).get(1, ())) for name in PASSES)
    if not stayed or not left:
        notes = [note.text for note in run.notes if note.kind == "skipped"]
        return inconclusive(notes[0] if notes else "no second epoch could be read")
    settled = settled_leaves(case)
    if settled is None:
        return inconclusive("whether reads repeat was not looked at, so a difference proves nothing")
    compared = settled & seen_leaves(stayed)
    if stayed.keys() == left.keys() and all(batch.digest == left[index].digest for index, batch in stayed.items()):
        return holds(f"{counted(len(stayed), 'batch')} of epoch 1 are the same wherever epoch 0 was read")
    if not compared:
        return inconclusive("every leaf is drawn at random, and may well differ")
    differ = _differing(stayed, left, compared)
    if not differ:
        return holds(f"{listing(sorted(compared))} of epoch 1 came out the same wherever epoch 0 was read")
    repeated = not _differing(stayed, stayed_again, compared) and not _differing(left, left_again, compared)
    if not stayed_again or not left_again or not repeated:
        return inconclusive("epoch 1 differs from time to time, wherever epoch 0 was read")
    if case.contract.epoch == "random":
        return inconclusive('what reads leave behind changes epoch 1; with epoch = "random" that may be meant')
    return violated(weighed([_finding(run, differ, len(stayed))], case.contract, *START_METHODS))


def _differing(
    one: Mapping[int, Batch], other: Mapping[int, Batch], leaves: frozenset[str]
) -> list[tuple[int, Difference]]:
    known = places_of(one)
    found = []
    for index in sorted(one.keys() | other.keys()):
        if index not in one or index not in other:
            continue
        difference = compare(index, one[index], other[index], leaves, None)
        if difference is not None:
            found.append((index, compare(index, one[index], other[index], leaves, known) or difference))
    return found


def _finding(run: History, differ: list[tuple[int, Difference]], count: int) -> Finding:
    index, difference = differ[0]
    summary = (
        f"batch {index} of epoch 1 depends on what reads of epoch 0 left on the instance, which worker processes lose: "
        f"{difference.describe()}"
    )
    evidence: dict[str, object] = {
        "batch": index,
        "epoch": 1,
        "leaf": difference.path,
        "rows": list(difference.rows),
        "after reads in the same process": list(difference.expected),
        "after reads in a fork": list(difference.seen),
        "batches that differ": f"{len(differ)} of {count}",
    }
    return Finding(summary, evidence, run.scenario)
