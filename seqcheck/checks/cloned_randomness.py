"""Workers draw the same random numbers.

What it detects:
    Two forks of one state read the same batches with the same random content, and a third, whose generators were
    seeded anew, reads other content: what is drawn comes from a generator that every worker inherits in one state.
    Where Python's own generator, which every fork seeds for itself, tells the forks apart, they are compared once more
    with that one in the same state: it must not hide that all others are copies. The same of copies of one pickle, as
    workers under spawn and forkserver get them, in processes that have no other generator in common.

Why it matters:
    A forked worker begins with the generators of the process that forked it, a spawned one with those that are kept on
    the Sequence, and Keras makes new workers each epoch without seeding them. Augmentation then repeats from worker to
    worker and from epoch to epoch: of 24 draws in two epochs with two forked workers, 6 are different, with two spawned
    ones 12. Python's own `random` is seeded anew in a fork; NumPy's generators, global or kept on the Sequence, are
    not. In a spawned worker all global ones are new.

Limits:
    Counted in whole reads, so that draws made once a batch are not taken for many. Where too few reads were made, or
    draws too seldom change anything, chance could explain what was seen, and nothing is said. A generator that a module
    makes with a fixed seed is cloned by spawn too, and not seen there.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 96, dtype="float32")[:, None]
            self.y = np.arange(96)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            noise = np.random.normal(size=self.x[rows].shape)
            return self.x[rows] + noise.astype("float32"), self.y[rows]

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4, seed=0):
            super().__init__()
            self.x = np.linspace(0, 1, 96, dtype="float32")[:, None]
            self.y = np.arange(96)
            self.batch_size = batch_size
            self.seed = seed
            self.epoch = 0

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            draw = np.random.default_rng([self.seed, self.epoch, index])
            noise = draw.normal(size=self.x[rows].shape)
            return self.x[rows] + noise.astype("float32"), self.y[rows]

        def on_epoch_end(self):
            self.epoch += 1
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from seqcheck.model.accounts import gravest
from seqcheck.model.check import Case, Check, Finding, Judgement, Severity, holds, inconclusive, violated
from seqcheck.model.history import History
from seqcheck.model.observation import Twins
from seqcheck.model.orders import LIKELY
from seqcheck.model.usage import SENT, weighed
from seqcheck.model.words import counted, listing

CHECK = Check(
    "cloned-randomness",
    clause="workers",
    content=True,
    needs=("twins",),
    guarantee="chance",
    options=("fit:use_multiprocessing", "fit:start_method"),
    # Samples that a read draws at random are the one ask; declared as `epoch = "random"` they no longer explain this.
    explained_by={"uninitialised-rows": None, "unrepeatable-read": None},
)
WHO: Final = {
    "fork": "two forks of one state",
    "levelled": "two forks of one state, in which Python's own generator was put in one state as well,",
    "spawn": "two unpickled copies of one state",
}
BEFORE: Final = {"fork": "", "levelled": "levelled-", "spawn": "sent-"}
"""What stands before the names of the passes."""


@dataclass(frozen=True)
class _Draws:
    """What the twins say of one leaf, counted in reads where these are recorded, else in rows."""

    twins: Twins
    unit: str
    count: int
    reseeded: int
    """How many of them another seed changed."""

    @property
    def alike(self) -> bool:
        """Whether both twins read the same."""
        return self.twins.first == self.twins.second

    @property
    def chance(self) -> float:
        """log10 of the probability that draws of one's own agree in every read, judged by how often they differ."""
        return self.count * math.log10((self.count - self.reseeded + 1) / (self.count + 2))


def judge(case: Case) -> Judgement:
    """Look at every leaf of the twins."""
    judgements = [_judge(case, run) for run in case.runs("twins")]
    return gravest(judgements or [inconclusive(case.why_not("twins"))])


def _judge(case: Case, run: History) -> Judgement:
    every = [_draws(run, twins) for twins in run.observed(Twins) if twins.first]
    observed = [draws for draws in every if draws.twins.way != "spawn" or _spawned(case)]
    if not any(draws.twins.way == "fork" for draws in observed):
        notes = [note.text for note in run.notes if note.kind == "skipped"]
        return inconclusive(notes[0] if notes else "the twins did not read alike to their end")
    cloned = [draws for draws in observed if draws.alike and draws.reseeded]
    certain = [draws for draws in cloned if draws.chance < LIKELY]
    if certain:
        findings = [
            finding
            for draws in certain
            for finding in weighed([_finding(run, draws)], case.contract, *_ways(draws.twins))
        ]
        return violated(sorted(findings, key=lambda finding: finding.severity is Severity.ADVICE))
    if cloned:
        one = cloned[0]
        return inconclusive(
            f"{WHO[one.twins.way]} drew the same in {one.twins.path}, but in {counted(one.count, one.unit)}, "
            f"{one.reseeded} of which another seed changes, chance may do so once in "
            f"{10 ** min(-one.chance, 12):.0f} times"
        )
    apart = {way: [one.twins.path for one in observed if not one.alike and one.twins.way == way] for way in WHO}
    if apart["fork"]:
        also = f", as do {WHO['spawn']}" if apart["spawn"] else ""
        return holds(f"{WHO['fork']} draw differently in {listing(apart['fork'])}{also}")
    moving = [draws.twins.path for draws in observed if _seen_to_change(case, draws.twins.path)]
    if moving:
        return inconclusive(
            f"{listing(moving)} {'changes' if len(moving) == 1 else 'change'} when read again, in both forks alike, "
            "though no seed changes it"
        )
    reads = counted(max(draws.count for draws in observed), observed[0].unit)
    return holds(f"no seed changes what is read: nothing is drawn from a generator that workers inherit ({reads})")


def _spawned(case: Case) -> bool:
    """Whether workers are sent their copies by pickle in any engine of this run."""
    return not case.facts.start_methods or bool({"spawn", "forkserver"} & set(case.facts.start_methods))


def _ways(twins: Twins) -> tuple[str, ...]:
    """The start methods that a finding speaks of: spawn and forkserver send the same copies."""
    return SENT if twins.way == "spawn" else ("fork",)


def _seen_to_change(case: Case, path: str) -> bool:
    """Whether two reads of one batch in a row differed in this leaf, declared as drawn at random or not."""
    for run in case.runs("reading"):
        by_index: dict[int, set[bytes]] = {}
        for read in run.passes("plain-twice").get(0, ()):
            leaf = read.batch.leaf(path) if read.batch is not None else None
            if leaf is not None:
                by_index.setdefault(read.index, set()).add(leaf.digest)
        if any(len(digests) > 1 for digests in by_index.values()):
            return True
    return False


def _draws(run: History, twins: Twins) -> _Draws:
    """Rows of one batch may share a draw, so reads are counted where they are known; what is kept is drawn once."""
    before = BEFORE[twins.way]
    first, reseeded = (
        [
            (read.index, leaf.digest)
            for read in run.passes(f"{before}{purpose}").get(0, ())
            if read.batch is not None and (leaf := read.batch.leaf(twins.path)) is not None
        ]
        for purpose in ("first", "reseeded")
    )
    if first and len(first) == len(reseeded):
        pairs = {(index, ours, other) for (index, ours), (_, other) in zip(first, reseeded, strict=True)}
        return _Draws(twins, "read", len(pairs), sum(ours != other for _, ours, other in pairs))
    differ = sum(a != b for a, b in zip(twins.first, twins.reseeded, strict=False))
    return _Draws(twins, "row", len(twins.first), differ)


def _finding(run: History, draws: _Draws) -> Finding:
    path, way = draws.twins.path, draws.twins.way
    workers = "workers under spawn and forkserver" if way == "spawn" else "forked workers"
    apart = " from every other generator" if way == "levelled" else ""
    summary = (
        f"{WHO[way]} drew the same random {path} in all of {counted(draws.count, draws.unit)}, "
        f"{draws.reseeded} of which another seed changes: {workers} repeat each other's draws{apart}"
    )
    evidence = {
        "leaf": path,
        "start methods": "spawn, forkserver" if way == "spawn" else "fork",
        f"{draws.unit}s compared": draws.count,
        "the same in both": draws.count,
        "changed by another seed": draws.reseeded,
        "probability by chance": f"10^{draws.chance:.0f}",
    }
    return Finding(summary, evidence, run.scenario)
