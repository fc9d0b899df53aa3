"""Training with workers does not come to the weights that training without them comes to.

What it detects:
    A small model is trained, batch by batch in order, on what workers delivered, and on what a fork of the driver read
    at the same indices: after two epochs its weights, or its losses, are not the same to a millionth. Threads and
    worker processes are looked at, with random streams isolated in processes. Where a seed is declared, two epochs are
    read under it without workers and with two forks, nothing isolated, and must train the same as well.

Why it matters:
    An experiment with a fixed seed is to be repeated on a machine with more cores. Where batches depend on which worker
    reads them, or on how many there are, every run is another one, and no result can be traced to its cause.

Limits:
    What is drawn at random is held to the seed only where a seed is declared, and in forks alone. The engine's own
    workers are not used: Keras 3 itself loses batches with them. The model sees one number of each row.

Example:
    import random

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"seed": 7, "augments": ["x"]}

        def __init__(self, batch_size=4, seed=7):
            super().__init__()
            self.x = np.linspace(0, 1, 64, dtype="float32").reshape(32, 2)
            self.y = np.arange(32)
            self.batch_size = batch_size
            random.seed(seed)

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows] * np.float32(random.uniform(0.9, 1.1)), self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"seed": 7, "augments": ["x"]}

        def __init__(self, batch_size=4, seed=7):
            super().__init__()
            self.x = np.linspace(0, 1, 64, dtype="float32").reshape(32, 2)
            self.y = np.arange(32)
            self.batch_size = batch_size
            self.seed = seed
            self.epoch = 0

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            draw = np.random.default_rng([self.seed, self.epoch, index])
            return self.x[rows] * np.float32(draw.uniform(0.9, 1.1)), self.y[rows]

        def on_epoch_end(self):
            self.epoch += 1
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.comparison import (
    ask_for_augments,
    comparable_leaves,
    compare,
    moves_by_itself,
    seen_leaves,
)
from seqcheck.model.fitting import TOLERANCE, Training, train
from seqcheck.model.history import History
from seqcheck.model.parting import Parting
from seqcheck.model.scenario import POOLS
from seqcheck.model.usage import weighed
from seqcheck.model.words import counted, listing

SENT = ("spawn", "forkserver")
DEALING = "dealing"
CHECK = Check(
    "worker-dependent-training",
    clause="fit",
    content=True,
    needs=(*POOLS, DEALING),
    options=(
        "seed",
        "augments:on",
        "epoch:random",
        "fit:workers",
        "fit:use_multiprocessing",
        "fit:start_method",
    ),
    explained_by={
        "unstable-length": None,
        "phantom-batch": None,
        "shared-buffer": None,
        "uninitialised-rows": None,
        "ignored-index": None,
        "unrepeatable-read": None,
        "drifting-data": None,
        "unreproducible-order": (DEALING,),
        "unpicklable": SENT,
        "unimportable-class": SENT,
        "lossy-pickle": SENT,
        "unstable-mapping": ("spawn",),
        "thread-race": ("threads",),
        "worker-divergence": None,
        "stale-shuffle": None,
        "cloned-randomness": (DEALING,),
        "lost-worker-state": None,
        "crashing-worker": None,
        "swallowed-error": None,
    },
)
WITHOUT = ("without-workers", "without-workers-again")
WITH = "with-workers"


@dataclass(frozen=True)
class _Step:
    """One batch that a training step was fed, and who read it."""

    epoch: int
    place: int
    index: int
    worker: int
    batch: Batch


@dataclass(frozen=True)
class _Looked:
    """What came of one run: `finding` where trainings differ, `why_not` where nothing can be said."""

    name: str
    paths: tuple[str, ...] = ()
    finding: Finding | None = None
    why_not: str = ""
    declare: str = ""


def judge(case: Case) -> Judgement:
    """Train on both sides of every run, engine by engine."""
    looked = [_pool(case, run) for run in case.runs(*POOLS)]
    if case.contract.declared("seed"):
        looked += [_dealt(case, run) for run in case.runs(DEALING)] or [
            _Looked("two forks under the seed", why_not=case.why_not(DEALING))
        ]
    findings = [one.finding for one in looked if one.finding is not None]
    if findings:
        return violated(weighed(findings, case.contract))
    unsettled = [one for one in looked if one.why_not]
    others = [f"{one.name} ({one.why_not})" for one in unsettled]
    judged = [f"{one.name} ({listing(one.paths)})" for one in looked if not one.why_not]
    # A seed that is declared is a promise of its own: what keeps it unseen must not pass.
    if not judged or any(one.name.endswith("seed") for one in unsettled):
        declare = next((one.declare for one in unsettled if one.declare), "")
        return inconclusive(f"nothing could be compared: {'; '.join(others) or 'no worker read anything'}", declare)
    rest = f"; not compared: {'; '.join(others)}" if others else ""
    same = "each training step gets the batch that it gets without workers, and so come its weights and losses"
    return holds(f"{same}: {listing(judged)}{rest}")


def _pool(case: Case, run: History) -> _Looked:
    """What the workers of our own driver delivered against what its fork read, epoch by epoch."""
    leaves = comparable_leaves(case, run.engine)
    if leaves is None:
        return _Looked(run.engine, why_not="whether reads repeat was not looked at")
    if case.contract.epoch == "random" or moves_by_itself(case, isolated=run.engine != "threads"):
        return _Looked(run.engine, why_not="samples are chosen anew in each read")
    expected: list[_Step] = []
    seen: list[_Step] = []
    for epoch, reads in run.passes("reference").items():
        expected += [
            _Step(epoch, read.place, read.index, read.worker, read.batch)
            for read in reads
            if read.batch is not None and not read.is_none
        ]
        workers = {read.index: read.worker for read in run.passes("epoch").get(epoch, ())}
        seen += [
            _Step(epoch, item.place, item.index, workers.get(item.index, -1), item.batch)
            for item in run.deliveries
            if item.epoch == epoch and item.batch is not None and item.index is not None
        ]
    return _held(case, run, run.engine, expected, seen, leaves)


def _dealt(case: Case, run: History) -> _Looked:
    """What two forks read under the declared seed against what one process read."""
    name = "two forks under the seed"
    first, again, seen = (_steps(run, purpose) for purpose in (*WITHOUT, WITH))
    if not first or len(first) != len(again):
        notes = [note.text for note in run.notes if note.kind == "skipped"]
        return _Looked(name, why_not=notes[0] if notes else "two trainings without workers were not read")
    present = seen_leaves(dict(enumerate(step.batch for step in first)))
    decided = frozenset(path for path in present if all(_same(a.batch, b.batch, path) for a, b in _pairs(first, again)))
    if decided != present:
        left = sorted(present - decided)
        verb = "differs" if len(left) == 1 else "differ"
        return _Looked(name, why_not=f"{listing(left)} {verb} between two trainings without workers")
    return _held(case, run, name, first, seen, decided, drawn=True)


def _steps(run: History, purpose: str) -> list[_Step]:
    workers = max(2, run.scenario.workers)
    return [
        _Step(epoch, read.place, read.index, read.place % workers if purpose == WITH else -1, read.batch)
        for epoch, reads in run.passes(purpose).items()
        for read in sorted(reads, key=lambda read: read.place)
        if read.batch is not None and not read.is_none
    ]


def _pairs(one: Sequence[_Step], other: Sequence[_Step]) -> list[tuple[_Step, _Step]]:
    return list(zip(one, other, strict=True))


def _same(one: Batch, other: Batch, path: str) -> bool:
    ours, theirs = one.leaf(path), other.leaf(path)
    return (ours is None) == (theirs is None) and (ours is None or theirs is None or ours.digest == theirs.digest)


def _held(
    case: Case,
    run: History,
    name: str,
    expected: Sequence[_Step],
    seen: Sequence[_Step],
    leaves: frozenset[str],
    *,
    drawn: bool = False,
) -> _Looked:
    """Train on both; steps are taken in the order of their places."""
    expected, seen = (sorted(steps, key=lambda step: (step.epoch, step.place)) for steps in (expected, seen))
    if not expected:
        notes = [note.text for note in run.notes if note.kind in ("error", "skipped")]
        return _Looked(name, why_not=notes[0] if notes else "no batch was read without workers")
    if [(s.epoch, s.place) for s in expected] != [(s.epoch, s.place) for s in seen]:
        return _Looked(name, why_not=f"{len(seen)} of {counted(len(expected), 'batch')} arrived")
    present = seen_leaves(dict(enumerate(step.batch for step in expected)))
    compared = tuple(sorted(present & leaves))
    excluded = sorted(path for path in present - leaves if not case.contract.augmented(path))
    if excluded or not compared:
        left = excluded or sorted(present)
        verb = "changes" if len(left) == 1 else "change"
        return _Looked(name, why_not=f"{listing(left)} {verb} from read to read", declare=ask_for_augments(left))
    differing = [(ours, theirs) for ours, theirs in _pairs(expected, seen) if _differs(ours, theirs, leaves)]
    if not differing:
        return _Looked(name, compared)
    ours, theirs = (train(list(_by_epoch(steps).values()), compared) for steps in (expected, seen))
    if ours.agrees(theirs):
        first = differing[0][1]
        where = f"batch {first.index} of epoch {first.epoch} is another, in nothing that the small model sees"
        return _Looked(name, compared, why_not=where)
    return _Looked(name, compared, _finding(run, ours, theirs, differing, len(expected), leaves, drawn))


def _differs(ours: _Step, theirs: _Step, leaves: frozenset[str]) -> bool:
    return compare(ours.index, ours.batch, theirs.batch, leaves) is not None


def _by_epoch(steps: Sequence[_Step]) -> Mapping[int, list[Batch]]:
    found: dict[int, list[Batch]] = {}
    for step in steps:
        found.setdefault(step.epoch, []).append(step.batch)
    return found


def _finding(
    run: History,
    ours: Training,
    theirs: Training,
    differing: Sequence[tuple[_Step, _Step]],
    count: int,
    leaves: frozenset[str],
    drawn: bool,
) -> Finding:
    expected, first = differing[0]
    difference = compare(expected.index, expected.batch, first.batch, leaves)
    said = difference.describe() if difference is not None else ""
    path = max(ours.weights, key=lambda name: abs(ours.weights[name] - theirs.weights.get(name, 0.0)))
    under = "everything seeded alike, nothing isolated" if drawn else "under the same random streams"
    evidence: dict[str, object] = {
        "engine": "forks" if drawn else run.engine,
        "first difference": Parting(first.epoch, first.place, first.index, first.worker).describe(),
        "how it differs": said,
        "steps that differ": f"{len(differing)} of {count}",
        "weights without workers": {name: round(value, 9) for name, value in ours.weights.items()},
        "weights with workers": {name: round(value, 9) for name, value in theirs.weights.items()},
        "losses without workers": [round(loss, 9) for loss in ours.losses],
        "losses with workers": [round(loss, 9) for loss in theirs.losses],
        "tolerance": TOLERANCE,
    }
    summary = (
        f"training with workers ({under}) ends with the weight {theirs.weights.get(path, 0.0):.6g} of {path}, without "
        f"them with {ours.weights[path]:.6g}; they part at step {first.place} of epoch {first.epoch}, where worker "
        f"{first.worker} read batch {first.index}: {said}"
    )
    return Finding(summary, evidence, run.scenario)
