"""A worker reads another batch than the one that stands at its index.

What it detects:
    A batch that a thread or a worker process read, or that arrived from it, differs from the one that a fork of the
    driver read at the same index of the same epoch: in structure, in content that is not drawn at random, or in which
    samples it holds. Where no read can be held against another, since every process reads in an order of its own: that
    the workers of a pool lost samples between them and repeated others, which the plain loop delivers once an epoch.

Why it matters:
    With several workers every batch is read by whichever is free. Where what they read depends on who reads it - on
    state that a read leaves behind, on globals that a fresh interpreter lacks, on an order that each copy draws for
    itself - an epoch trains some samples twice and others never, and no two runs agree.

Limits:
    Worker processes are compared under the same isolated random streams; content that these do not control is not
    compared, nor is content drawn at random in threads, which share their generators. Races show only when they happen.

Example:
    import multiprocessing

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
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size)
            if multiprocessing.parent_process() is not None:
                rows = rows[::-1] // 2
            return self.x[rows], self.y[rows]

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
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from dataclasses import dataclass

from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.comparison import (
    Difference,
    ask_for_augments,
    batches_of,
    comparable_leaves,
    compare,
    moves_by_itself,
    places_of,
    seen_leaves,
    tells_samples,
    wandering_leaves,
)
from seqcheck.model.history import History
from seqcheck.model.scenario import POOLS, START_METHODS
from seqcheck.model.together import together
from seqcheck.model.usage import weighed
from seqcheck.model.words import counted, listing

SENT = ("spawn", "forkserver")
CHECK = Check(
    "worker-divergence",
    clause="workers",
    content=True,
    needs=POOLS,
    options=("epoch:random", "augments:on", "sample_id", "fit:workers", "fit:use_multiprocessing", "fit:start_method"),
    explained_by={
        "shared-buffer": ("threads",),
        "uninitialised-rows": None,
        "drifting-data": None,
        "unpicklable": SENT,
        "unimportable-class": SENT,
        "lossy-pickle": SENT,
        "stale-shuffle": None,
        "unstable-mapping": ("spawn",),
        "ignored-index": None,
        "unrepeatable-read": None,
        "thread-race": ("threads",),
        "unsafe-fork": ("fork",),
    },
)


@dataclass(frozen=True)
class _Differs:
    """One batch of a worker that is not the one expected."""

    epoch: int
    index: int
    worker: int
    difference: Difference
    on_its_way: bool
    """The worker read it as expected; it changed before it arrived."""


@dataclass(frozen=True)
class _Looked:
    """What was looked at in one run; `why_not` says why nothing was."""

    engine: str
    batches: int = 0
    paths: tuple[str, ...] = ()
    why_not: str = ""
    declare: str = ""


def judge(case: Case) -> Judgement:
    """Hold every batch of every worker against its reference, engine by engine."""
    findings: list[Finding] = []
    looked: list[_Looked] = []
    for run in case.runs(*POOLS):
        differ, seen = _differing(case, run)
        if differ:
            findings.append(_finding(run, differ, seen.batches))
        elif seen.why_not and (lost := _lost_together(case, run)) is not None:
            findings.append(lost)
        looked.append(seen)
    if findings:
        return violated(weighed(findings, case.contract))
    judged = [seen for seen in looked if not seen.why_not]
    others = [f"{seen.engine} ({seen.why_not})" for seen in looked if seen.why_not]
    if not judged:
        declare = next((seen.declare for seen in looked if seen.declare), "")
        return inconclusive(f"nothing could be compared: {'; '.join(others)}", declare)
    parts = [f"{counted(seen.batches, 'batch')} of {seen.engine} ({listing(seen.paths)})" for seen in judged]
    rest = f"; not compared: {'; '.join(others)}" if others else ""
    return holds(f"as the driver's own fork read them: {listing(parts)}{rest}")


def _differing(case: Case, run: History) -> tuple[list[_Differs], _Looked]:
    leaves = comparable_leaves(case, run.engine)
    if leaves is None:
        why = "whether reads repeat was not looked at, so a difference proves nothing"
        return [], _Looked(run.engine, why_not=why)
    isolated = run.engine != "threads"
    may_move = case.contract.epoch == "random" or moves_by_itself(case, isolated=isolated)
    wandering = wandering_leaves(case, isolated=isolated)
    found: list[_Differs] = []
    count = 0
    references: dict[tuple[int, int], Batch] = {}
    for epoch, reads in run.passes("epoch").items():
        expected = batches_of(run.passes("reference").get(epoch, ()))
        references |= {(epoch, index): batch for index, batch in expected.items()}
        known = None if may_move else places_of(expected, wandering)
        arrived = {
            item.index: item.batch
            for item in run.deliveries
            if item.epoch == epoch and item.batch and item.index is not None
        }
        for read in reads:
            if read.index not in expected or read.batch is None or read.is_none:
                continue
            count += 1
            ours = expected[read.index]
            difference = compare(read.index, ours, read.batch, leaves, known)
            late = arrived.get(read.index)
            on_its_way = difference is None and late is not None
            if on_its_way and late is not None:
                difference = compare(read.index, ours, late, leaves, known)
            if difference is not None:
                found.append(_Differs(epoch, read.index, read.worker, difference, on_its_way))
    present = seen_leaves(dict(enumerate(references.values())))
    compared = tuple(sorted(present & leaves))
    if not count:
        return found, _Looked(run.engine, why_not=_why_none(run))
    excluded = sorted(path for path in present - leaves if not case.contract.augmented(path))
    if not compared or (excluded and not _tells(run, leaves)):
        left = excluded or sorted(present)
        why = f"{listing(left)} {'changes' if len(left) == 1 else 'change'} from read to read"
        return found, _Looked(run.engine, count, compared, why, ask_for_augments(left))
    return found, _Looked(run.engine, count, compared)


def _tells(run: History, leaves: frozenset[str]) -> bool:
    return all(tells_samples(batches_of(reads), leaves) for reads in run.passes("reference").values())


def _why_none(run: History) -> str:
    errors = [note.text for note in run.notes if note.kind in ("error", "skipped")]
    return errors[0] if errors else "no batch was read by a worker and by the driver's fork as well"


def _lost_together(case: Case, run: History) -> Finding | None:
    """Samples that processes lose between them, where no read can be held against another."""
    found = together(case, run) if run.engine in START_METHODS and case.contract.epoch != "random" else None
    if found is None:
        return None
    readers = {read.index: read.worker for read in run.passes("epoch").get(found.epoch, ())}
    places = next(iter(found.twice.values()))
    where = [f"row {row} of batch {index} by worker {readers.get(index)}" for index, row in places]
    summary = (
        f"the workers of {run.engine} read different orders: {found.never} of {found.size} samples never came in epoch "
        f"{found.epoch}, and one came as {listing(where[:4])}"
    )
    evidence: dict[str, object] = {
        "engine": run.engine,
        "epoch": found.epoch,
        "samples in the loop": f"{found.size}, each once an epoch",
        "samples that never came": found.never,
        "samples that came more than once": len(found.twice),
        "told apart by": f"the rows of {found.path}" if found.path else "the content of whole rows",
    }
    return Finding(summary, evidence, run.scenario)


def _finding(run: History, differ: list[_Differs], count: int) -> Finding:
    # Which samples a batch holds says more than what is in them.
    first = next((item for item in differ if item.difference.kind == "samples"), differ[0])
    difference = first.difference
    who = f"worker {first.worker} of {run.engine}"
    where = f"batch {first.index} of epoch {first.epoch}"
    if first.on_its_way:
        summary = f"{where} changes on its way from {who}: {difference.describe()}"
    else:
        what = "with other samples" if difference.kind == "samples" else "differently"
        summary = f"{who} reads {where} {what}: {difference.describe()}"
    evidence: dict[str, object] = {
        "engine": run.engine,
        "epoch": first.epoch,
        "batch": first.index,
        "worker": first.worker,
        "leaf": difference.path,
        "rows": list(difference.rows),
        "expected": list(difference.expected),
        "seen": list(difference.seen),
        "batches that differ": f"{len(differ)} of {count}",
    }
    return Finding(summary, evidence, run.scenario)
