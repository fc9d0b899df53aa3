"""What a read opens, starts or locks does not survive a fork: workers that are forked afterwards read wrongly.

What it detects:
    A worker that was forked from a process that had read before, and that reads otherwise than that process does,
    raises, dies, or does not come back, though one that was forked earlier reads well. Where workers share an open
    file, one reads in the middle of another's read, right after the position in it has moved: the rows that come are
    then those of another place.

Why it matters:
    Keras reads the first batches in the main process, and whoever looks at `seq[0]` before training does so too.
    Workers forked after that inherit the open file, of which all have one position, but not the threads that the read
    started, and every lock as it stood. The same class is sound in a loop, in threads, and in the first forks of a
    fresh process, and mixes up its samples or hangs in training.

Limits:
    At most eight batches are read, on isolated random streams, after two in the parent. Files are watched where the
    platform lists those that are open; handles inside compiled libraries show only by what they read. What TensorFlow
    leaves behind is the engine's: where reads run it, nothing is forked and the verdict is inconclusive, or an advice
    where `fit` declares `start_method = "fork"`.

Example:
    import threading

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.path = __file__  # any file of 32 rows of 16 bytes
            self.batch_size = batch_size
            self.local = threading.local()

        def __len__(self):
            return -(-32 // self.batch_size)

        def __getitem__(self, index):
            rows = np.arange(index * self.batch_size, min((index + 1) * self.batch_size, 32))
            file = self.opened()
            file.seek(16 * rows[0])
            data = file.read(16 * len(rows))
            return np.frombuffer(data, "uint8").reshape(-1, 16).astype("float32"), rows

        def opened(self):
            if not hasattr(self.local, "file"):
                self.local.file = open(self.path, "rb")
            return self.local.file

        def __getstate__(self):
            return {"path": self.path, "batch_size": self.batch_size}

        def __setstate__(self, state):
            self.__dict__.update(state, local=threading.local())

Use instead:
    import os
    import threading

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.path = __file__  # any file of 32 rows of 16 bytes
            self.batch_size = batch_size
            self.local = threading.local()

        def __len__(self):
            return -(-32 // self.batch_size)

        def __getitem__(self, index):
            rows = np.arange(index * self.batch_size, min((index + 1) * self.batch_size, 32))
            file = self.opened()
            file.seek(16 * rows[0])
            data = file.read(16 * len(rows))
            return np.frombuffer(data, "uint8").reshape(-1, 16).astype("float32"), rows

        def opened(self):
            if getattr(self.local, "process", None) != os.getpid():
                self.local.process, self.local.file = os.getpid(), open(self.path, "rb")
            return self.local.file

        def __getstate__(self):
            return {"path": self.path, "batch_size": self.batch_size}

        def __setstate__(self, state):
            self.__dict__.update(state, local=threading.local())
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from seqcheck.model.accounts import gravest
from seqcheck.model.batch import Batch
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
from seqcheck.model.comparison import Difference, batches_of, compare, isolated_leaves, places_of, seen_leaves
from seqcheck.model.history import History, Read
from seqcheck.model.observation import Forked
from seqcheck.model.usage import weighed
from seqcheck.model.words import batches_at, counted, listing

CHECK = Check(
    "unsafe-fork",
    clause="workers",
    content=True,
    needs=("forking",),
    options=("epoch:random", "fit:use_multiprocessing", "fit:start_method"),
    explained_by={"uninitialised-rows": None, "ignored-index": None, "unrepeatable-read": None},
)
WAYS = ("left", "disturbed")
STOPPED = ("SIGTERM", "SIGKILL")
"""How a process is ended from outside, as one that has no memory left."""
ENDED = re.compile(r"(left|disturbed) did not come to its end in a fork: (.*)")


def judge(case: Case) -> Judgement:
    """Hold what forked workers read against what the process that had read before reads itself."""
    if case.facts.start_methods and "fork" not in case.facts.start_methods:
        return not_applicable("no worker is forked on this platform, or by this choice of start methods")
    judgements = [_judge(case, run) for run in case.runs("forking")]
    return gravest(judgements or [inconclusive(case.why_not("forking"))])


def _judge(case: Case, run: History) -> Judgement:
    stayed = batches_of(run.passes("stayed").get(0, ()))
    handed = run.observed(Forked)
    if any(one.tensorflow for one in handed):
        return _of_tensorflow(case, run)
    if not stayed or not handed:
        notes = [note.text for note in run.notes if note.kind == "skipped"]
        return inconclusive(notes[0] if notes else "no batch could be read")
    ended = _ended(case, run, stayed)
    if ended is not None:
        return ended
    leaves = isolated_leaves(case)
    if leaves is None:
        return inconclusive("whether reads repeat was not looked at, so a difference proves nothing")
    for way in WAYS:
        judgement = _held_against(case, run, way, stayed, leaves, handed[0])
        if judgement is not None:
            return judgement
    compared = leaves & seen_leaves(stayed)
    if not compared:
        return inconclusive("every leaf is drawn at random, and may well differ")
    unread = stayed.keys() - batches_of(run.passes("left").get(0, ())).keys()
    if unread:
        return inconclusive(f"{batches_at(unread)} could not be read in a worker, or in one that was forked before too")
    if handed[0].shared and not handed[0].turns:
        return inconclusive(f"workers share {listing(handed[0].shared)}, and no read of another came in between")
    return holds(_looked_at(run, handed[0], compared))


def _of_tensorflow(case: Case, run: History) -> Judgement:
    reason = "reads run TensorFlow, which hangs in forks of a process that has used it: spawn and forkserver are safe"
    if case.contract.fit.start_method != "fork":
        return inconclusive(f"do not fork: {reason}", 'fit = {start_method = "spawn"}')
    summary = f'fit.start_method = "fork" is declared, and {reason}'
    return violated([Finding(summary, {"engine": "fork"}, run.scenario, severity=Severity.ADVICE)])


def _ended(case: Case, run: History, stayed: Mapping[int, Batch]) -> Judgement | None:
    """A worker that hung, died or raised where the process that it was forked from reads well, and so did others."""
    fresh = batches_of(run.passes("fresh").get(0, ()))
    for note in run.notes:
        match = ENDED.match(note.text) if note.kind == "skipped" else None
        reading = [begun for begun in run.unfinished if match is not None and begun.purpose == match[1]]
        if match is None or match[2] in STOPPED or not reading or reading[0].index not in stayed.keys() & fresh.keys():
            continue
        what = "did not come back from" if match[2] == "hung" else f"ended with {match[2]} in"
        threads = max(one.threads for one in run.observed(Forked))
        stacks = tuple(one.text for one in run.notes if one.kind == "stacks") if match[2] == "hung" else ()
        running = f"; the reads before had left {counted(threads, 'thread')} running" if threads else ""
        summary = (
            f"a worker forked after {counted(_lead(run), 'read')} in the main process {what} batch {reading[0].index}, "
            f"which that process reads well{running}"
        )
        evidence: dict[str, object] = {"batch": reading[0].index, "worker": match[2], "threads left behind": threads}
        found = Finding(summary, evidence, run.scenario, stacks=stacks)
        return violated(weighed([found], case.contract, "fork"))
    raised = [(way, read) for way in WAYS for read in _raised(run, way) if read.index in stayed.keys() & fresh.keys()]
    again = {read.index for way in WAYS for read in _raised(run, f"{way}-again")}
    for way, read in raised:
        if read.index in again and read.failure is not None:
            raises = f"raises {read.failure.text} on batch {read.index}"
            if way == "disturbed":
                summary = f"a forked worker {raises} where another reads {listing(_shared(run))} meanwhile"
            else:
                lead = counted(_lead(run), "read")
                summary = f"a worker forked after {lead} in the main process {raises}, which that process reads well"
            evidence = {"batch": read.index, "error": read.failure.text, "files shared": _shared(run)}
            found = Finding(summary, evidence, run.scenario, read.failure.line_in(case.facts.file))
            return violated(weighed([found], case.contract, "fork"))
    return None


def _raised(run: History, purpose: str) -> list[Read]:
    return [read for read in run.passes(purpose).get(0, ()) if read.failure is not None]


def _lead(run: History) -> int:
    return len(run.passes("before-left").get(0, ()))


def _shared(run: History) -> list[str]:
    return sorted({name for one in run.observed(Forked) for name in one.shared})


def _held_against(
    case: Case, run: History, way: str, stayed: Mapping[int, Batch], leaves: frozenset[str], handed: Forked
) -> Judgement | None:
    """A violation or a doubt, where one way of forking reads otherwise."""
    ours = batches_of(run.passes(way).get(0, ()))
    found = _differing(stayed, ours, leaves)
    if not found:
        return None
    # Whatever a worker does that was forked before anything was read is no matter of this fork.
    otherwise = {index for index, _ in _differing(batches_of(run.passes("fresh").get(0, ())), ours, leaves)}
    found = [(index, difference) for index, difference in found if index in otherwise]
    if not found:
        return inconclusive("workers read otherwise than the main process, also those that are forked before it reads")
    stayed_again, again = (batches_of(run.passes(f"{name}-again").get(0, ())) for name in ("stayed", way))
    repeated = stayed_again and not _differing(stayed, stayed_again, leaves) and _differing(stayed, again, leaves)
    if not repeated:
        return inconclusive("what is read changes from time to time, in the process that reads all along as well")
    if case.contract.epoch == "random":
        return inconclusive('forked workers read other rows; with epoch = "random" that may be meant')
    return violated(weighed([_finding(run, way, found, len(ours), handed)], case.contract, "fork"))


def _differing(
    one: Mapping[int, Batch], other: Mapping[int, Batch], leaves: frozenset[str]
) -> list[tuple[int, Difference]]:
    known = places_of(one)
    found = []
    for index in sorted(one.keys() & other.keys()):
        if compare(index, one[index], other[index], leaves, None) is not None:
            difference = compare(index, one[index], other[index], leaves, known)
            found += [(index, difference)] if difference is not None else []
    return found


def _finding(run: History, way: str, differ: list[tuple[int, Difference]], count: int, handed: Forked) -> Finding:
    index, difference = differ[0]
    if way == "disturbed":
        who = f"a forked worker shares the position in {listing(handed.shared)} with another, which reads meanwhile: "
    else:
        who = f"a worker forked after {counted(_lead(run), 'read')} in the main process reads otherwise: "
    evidence: dict[str, object] = {
        "batch": index,
        "leaf": difference.path,
        "rows": list(difference.rows),
        "in the process that had read": list(difference.expected),
        "in a worker forked from it": list(difference.seen),
        "batches that differ": f"{len(differ)} of {count}",
    }
    if handed.shared:
        evidence |= {"files shared": list(handed.shared)}
    return Finding(f"{who}batch {index}: {difference.describe()}", evidence, run.scenario)


def _looked_at(run: History, handed: Forked, compared: frozenset[str]) -> str:
    reads = counted(len(run.passes("left").get(0, ())), "read")
    said = f"{reads} in a worker forked after {_lead(run)} in its parent gave the same {listing(sorted(compared))}"
    if handed.turns:
        said += f", also with {counted(handed.turns, 'read')} of another worker in between ({listing(handed.shared)})"
    return said
