"""Reading ends the process, or fails in a worker though it succeeds in a plain loop.

What it detects:
    A process that dies while it reads a batch or calls a hook (`os._exit`, a signal, a fault in native code); a read
    that raises SystemExit or KeyboardInterrupt; a read that raises in a thread or worker process though the same batch
    is read well outside of it; a batch that cannot be sent from its worker; a copy that a worker cannot unpickle though
    it was pickled well.

Why it matters:
    A pool replaces a worker that died and forgets its task: Keras then waits for that batch for ever, without a word
    and without a time limit. So it does after SystemExit and KeyboardInterrupt. What only the thread may use that made
    it (a connection of `sqlite3`, a signal handler, what `threading.local` holds) is refused to threads: Keras reads in
    one of its own even where no workers are asked for, so that training ends with the first batch.

Limits:
    What raises in a plain loop too is judged by phantom-batch, a process that does not come back by hanging-read. Reads
    past the length are not judged: no engine makes them.

Example:
    import keras
    import numpy as np

    DATA = {}


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            DATA["x"] = np.linspace(0, 1, 32, dtype="float32")[:, None]
            DATA["y"] = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-32 // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return DATA["x"][rows], DATA["y"][rows]

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

from collections.abc import Iterator

from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.history import Death, Failure, History, Read
from seqcheck.model.observation import PickleAttempt
from seqcheck.model.scenario import KERAS_ENGINES, POOLS, START_METHODS
from seqcheck.model.usage import weighed
from seqcheck.model.words import batches_at, counted, listing

SENT = ("spawn", "forkserver")
CHECK = Check(
    "crashing-worker",
    clause="workers",
    needs=("loop", *POOLS),
    options=("fit:workers", "fit:use_multiprocessing", "fit:start_method"),
    explained_by={
        "unstable-length": POOLS,
        "unpicklable": SENT,
        "unimportable-class": SENT,
        "lossy-pickle": SENT,
        "thread-race": ("threads",),
        "unsafe-fork": ("fork",),
    },
)
NOT_OURS = ("no nursery", "still running")
"""Causes that say nothing of the worker: the process that started it was gone, or it had not ended after all."""
HAVE_WORKERS = ("forking", "twins", *KERAS_ENGINES)
"""Runs that read in processes which look like workers, or, as Keras does without any, in a thread of their own."""
IN_KERAS = "raises in Keras too"
STOPPED = ("SIGTERM", "SIGKILL")
"""How a run that hung is ended from outside."""


def judge(case: Case) -> Judgement:
    """Look for processes that died, exits raised by reads, and failures that only workers have."""
    findings: list[Finding] = []
    for run in case.runs():
        found = [*_deaths(run), *_exits(case, run)]
        if run.engine in POOLS:
            found += [*_failures(case, run), *_unsent(case, run), *_unborn(case, run)]
        findings += found[:1]
    if findings:
        # Keras itself reads like that, whatever workers are declared.
        always = [finding for finding in findings if IN_KERAS in finding.evidence]
        others = [finding for finding in findings if IN_KERAS not in finding.evidence]
        return violated((*always, *weighed(others, case.contract)))
    looked = [(run, _reads_in_workers(run)) for run in case.runs(*POOLS)]
    told = [f"{counted(count, 'read')} in {run.engine}" for run, count in looked if count and run.ending == "finished"]
    if not told:
        errors = [note.text for run in case.runs(*POOLS) for note in run.notes if note.kind in ("error", "skipped")]
        return inconclusive(errors[0] if errors else "no worker read anything to its end")
    return holds(f"every worker came back from {listing(told)}")


def _reads_in_workers(run: History) -> int:
    return sum(read.purpose == "epoch" for read in run.reads)


def _in_range(run: History, index: int | None, epoch: int | None) -> bool:
    length = run.length_of(epoch or 0)
    return index is None or length is None or index < length


def _deaths(run: History) -> Iterator[Finding]:
    """A run that hung was ended by us; what dies on the way out died of that."""
    stopped = run.ending == "timed-out" or bool(run.timeouts)
    for death in run.deaths:
        if death.cause in NOT_OURS or (stopped and death.cause in STOPPED) or death.during == "building the instance":
            continue
        if _in_range(run, death.index, death.epoch) and not _overrunning(run, death):
            who = "the process" if death.worker < 0 else f"worker {death.worker}"
            evidence: dict[str, object] = {"engine": run.engine, "ended with": death.cause, "while": death.during}
            if death.index is not None:
                evidence |= {"batch": death.index, "epoch": death.epoch}
            summary = f"{who} of {run.engine} ended with {death.cause} while {death.during}"
            yield Finding(summary, evidence, run.scenario)


def _overrunning(run: History, death: Death) -> bool:
    return any(begun.purpose == "overrun" and begun.worker == death.worker for begun in run.unfinished)


def _exits(case: Case, run: History) -> Iterator[Finding]:
    failed = [
        (read, read.failure)
        for read in run.reads
        if read.failure is not None and read.failure.is_exit and read.purpose != "overrun"
    ]
    if failed:
        read, failure = failed[0]
        summary = f"batch {read.index} raises {failure.text}: a pool waits for its worker for ever"
        evidence = {
            "batches": sorted({other.index for other, _ in failed}),
            "error": failure.text,
            "first seen": f"{run.engine}, epoch {read.epoch}",
        }
        yield Finding(summary, evidence, run.scenario, failure.line_in(case.facts.file))


def _failures(case: Case, run: History) -> Iterator[Finding]:
    """Reads that raise in a worker, where the same batch is read well outside and nothing like it is raised there."""
    outside = {failure.kind for failure in _outside(case)}
    failed: list[tuple[Read, Failure]] = []
    for read in run.reads:
        failure = read.failure
        if read.purpose != "epoch" or failure is None or failure.is_exit or failure.kind in outside:
            continue
        if _read_well(case, run, read):
            failed.append((read, failure))
    if failed:
        read, failure = failed[0]
        indices = {other.index for other, _ in failed}
        summary = (
            f"worker {read.worker} of {run.engine} raises {failure.text} on batch {read.index}, "
            "which reads well outside of it"
        )
        evidence = {
            "engine": run.engine,
            "error": failure.text,
            "raise in workers": batches_at(indices),
            "first seen": f"worker {read.worker}, epoch {read.epoch}",
            "reads that raised": f"{len(failed)} of {_reads_in_workers(run)}",
        }
        if keras := _keras_that_raises(case, failure):
            evidence[IN_KERAS] = keras
        yield Finding(summary, evidence, run.scenario, failure.line_in(case.facts.file))


def _keras_that_raises(case: Case, failure: Failure) -> str:
    """The use of Keras, without workers, in which a read raises the same; empty where there is none."""
    for run in case.runs(*KERAS_ENGINES):
        if any(read.failure is not None and read.failure.kind == failure.kind for read in run.reads):
            return f"{run.engine}, which reads in a thread of its own"
    return ""


def _outside(case: Case) -> Iterator[Failure]:
    """What is raised, below the length, where no worker is involved."""
    for run in case.runs():
        for read in run.reads if run.engine not in HAVE_WORKERS else ():
            in_a_worker = run.engine in POOLS and read.purpose == "epoch"
            if read.failure is not None and not in_a_worker and read.purpose != "overrun":
                yield read.failure


def _read_well(case: Case, run: History, read: Read) -> bool:
    references = [other for other in run.passes("reference").get(read.epoch, ()) if other.index == read.index] or [
        other for loop in case.runs("loop") for other in loop.reads if other.index == read.index
    ]
    return bool(references) and all(other.batch is not None for other in references)


def _unsent(case: Case, run: History) -> Iterator[Finding]:
    """Batches that were read, and could not be pickled or unpickled on their way out of a worker process."""
    if run.engine not in START_METHODS:
        return
    given = {(read.epoch, read.index): batch for read, batch in run.given("epoch")}
    for delivery in run.deliveries:
        batch = given.get((delivery.epoch, delivery.index if delivery.index is not None else -1))
        # A generator or another foreign object in a batch is no batch anywhere, and judged by its structure.
        if (
            delivery.failure is not None
            and batch is not None
            and not any(leaf.kind == "foreign" for leaf in batch.leaves)
        ):
            summary = f"batch {delivery.index} cannot be sent from its worker: {delivery.failure.text}"
            evidence = {"engine": run.engine, "epoch": delivery.epoch, "batch": delivery.index}
            evidence |= {"structure": batch.structure, "error": delivery.failure.text}
            yield Finding(summary, evidence, run.scenario, delivery.failure.line_in(case.facts.file))
            return


def _unborn(case: Case, run: History) -> Iterator[Finding]:
    """Workers that could not be started though the instance goes through pickle in the driver."""
    attempts = [attempt for other in case.runs("pickling") for attempt in other.observed(PickleAttempt)]
    if not attempts or any(attempt.stage != "done" for attempt in attempts):
        return
    for note in run.notes:
        if note.kind == "error" and note.failure is not None:
            summary = f"no worker of {run.engine} can be started: {note.text}: {note.failure.text}"
            evidence = {"engine": run.engine, "error": note.failure.text, "pickled by the driver": "yes"}
            yield Finding(summary, evidence, run.scenario, note.failure.line_in(case.facts.file))
            return
