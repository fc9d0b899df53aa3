"""An error is lost on its way: a read returns None, or raises what cannot leave a worker.

What it detects:
    A read below the length that returns None, as one does that catches an exception and says nothing; and an exception
    that cannot be pickled and unpickled.

Why it matters:
    Keras takes None for the end of the data. With workers, Keras 3 waits for ever and tf_keras fills the gap with
    batches of the next epoch, without a word. An exception that cannot travel never reaches the process that trains:
    the pool's thread breaks over it, and training hangs.

Limits:
    An exception that was caught and answered with a made-up batch cannot be told from data. Reads past the length may
    return None.

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
            try:
                return self._load(index)
            except ValueError:
                print("could not load batch", index)

        def _load(self, index):
            if index == 5:
                raise ValueError("file 5 is damaged")
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            sound = [sample for sample in range(32) if sample // 4 != 5]
            self.x = np.linspace(0, 1, 32, dtype="float32")[sound, None]
            self.y = np.arange(32)[sound]
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.history import Failure, History, Read
from seqcheck.model.scenario import DRIVERS, START_METHODS
from seqcheck.model.usage import weighed
from seqcheck.model.words import batches_at, counted

CHECK = Check(
    "swallowed-error",
    clause="workers",
    needs=DRIVERS,
    options=("fit:use_multiprocessing",),
    # A read that raises is the fault to mend first, whatever its exception does on the way.
    explained_by={"phantom-batch": None, "thread-race": ("threads",)},
)


def judge(case: Case) -> Judgement:
    """Look at every read below the length that gave None or raised."""
    runs = case.runs()
    findings = [*_first(map(_nothing, runs)), *_first(_stuck(case, run) for run in runs)]
    if findings:
        return violated(findings)
    count = sum(1 for run in runs for _ in _promised(run))
    if not count:
        return inconclusive("no read came to its end")
    return holds(f"{counted(count, 'read')} gave a batch, or an error that can leave a worker")


def _first(findings: Iterable[Finding | None]) -> Iterator[Finding]:
    found = next((finding for finding in findings if finding is not None), None)
    if found is not None:
        yield found


def _promised(run: History) -> Iterator[Read]:
    """The reads below the length."""
    for read in run.reads:
        length = run.length_of(read.epoch)
        if read.purpose != "overrun" and (length is None or read.index < length):
            yield read


def _nothing(run: History) -> Finding | None:
    reads = list(_promised(run))
    none = [read for read in reads if read.is_none]
    if not none:
        return None
    indices = sorted({read.index for read in none})
    verb = "is" if len(indices) == 1 else "are"
    evidence = {
        "batches": indices,
        "reads that gave None": f"{len(none)} of {len(reads)}",
        "first seen": f"batch {none[0].index} of epoch {none[0].epoch}, {run.engine}",
    }
    return Finding(f"{batches_at(indices)} {verb} None", evidence, run.scenario)


def _stuck(case: Case, run: History) -> Finding | None:
    """An exception that cannot travel, which matters where batches are read in processes of their own."""
    failed: list[tuple[Read, Failure]] = [
        (read, read.failure)
        for read in _promised(run)
        if read.failure is not None and not read.failure.travels and not read.failure.is_exit
    ]
    if not failed:
        return None
    read, failure = failed[0]
    summary = f"batch {read.index} raises {failure.type_name}, which cannot be pickled and unpickled: {failure.message}"
    evidence: dict[str, object] = {
        "batches": sorted({other.index for other, _ in failed}),
        "error": failure.text,
        "first seen": f"batch {read.index} of epoch {read.epoch}, {run.engine}",
    }
    found = Finding(summary.rstrip(": "), evidence, run.scenario, failure.line_in(case.facts.file))
    # Nothing has to travel in a loop or between threads.
    return weighed([found], case.contract, *START_METHODS)[0]
