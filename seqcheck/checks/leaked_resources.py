"""Every read, or every epoch's end, takes a file, a thread, a process or memory and does not give it back.

What it detects:
    Open descriptors, threads and child processes whose number grows in round after round of the same reads, or of
    hooks; threads and processes that grow with epochs, each of a read and the hooks; and memory that grows with every
    read of the same batches (as advice, for a bounded cache may be filling). A slope over many rounds is judged, never
    a single figure.

Why it matters:
    A training makes hundreds of thousands of reads. At 1024 open files the process is refused the next one, and the
    error comes hours after the mistake; threads and processes that pile up slow every step long before that; memory
    ends with the job being killed.

Limits:
    Up to 24 rounds of three batches, 12 of hooks and 12 of both, in forks. What is taken only in threads or in worker
    processes is not counted. Descriptors and threads are counted where /proc tells of them, on Linux. Memory of C
    libraries that Python does not know of is not counted.

Example:
    import os

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
            noise = os.open("/dev/null", os.O_RDONLY)
            assert os.read(noise, 8) == b""
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

Use instead:
    import os

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
            with open("/dev/null", "rb") as noise:
                assert noise.read(8) == b""
            rows = np.arange(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from typing import Final

from seqcheck.model.accounts import gravest
from seqcheck.model.check import Case, Check, Finding, Judgement, Severity, holds, inconclusive, violated
from seqcheck.model.history import History
from seqcheck.model.observation import Resources
from seqcheck.model.words import counted

CHECK = Check("leaked-resources", clause="workers", needs=("lasting",))
KINDS: Final = ("open descriptors", "threads", "child processes")
MEMORY: Final = 3
FEWEST_ROUNDS: Final = 8
FEWEST_BYTES: Final = 256
"""Bytes a read below which memory is bookkeeping: a number in a list."""
OWN_BYTES: Final = 1024
"""Bytes a round that counting itself may take."""
SHARE: Final = 0.25
"""Part of the bytes delivered that has to stay behind for memory to count."""


def judge(case: Case) -> Judgement:
    """Look at the slope of each resource over the second half of the rounds."""
    judgements = [_judge(run) for run in case.runs("lasting")]
    return gravest(judgements or [inconclusive(case.why_not("lasting"))])


def _judge(run: History) -> Judgement:
    observed = [seen for seen in run.observed(Resources) if seen.counts and len(seen.counts[0]) >= FEWEST_ROUNDS]
    apart = {kind for seen in observed if seen.stage != "epochs" for kind in _growing(seen)}
    findings = [finding for seen in observed for finding in _findings(run, seen, apart)]
    if findings:
        return violated(sorted(findings, key=lambda finding: finding.severity is Severity.ADVICE))
    if not any(seen.stage == "reads" for seen in observed):
        notes = [note.text for note in run.notes if note.kind == "skipped"]
        return inconclusive(
            notes[0] if notes else f"there were fewer than {FEWEST_ROUNDS} rounds of reads in good time"
        )
    if all(seen.counts[0][0] < 0 for seen in observed):
        return inconclusive("the platform does not tell how many descriptors and threads a process holds")
    rounds = " and ".join(f"{counted(len(seen.counts[0]), 'round')} of {seen.stage}" for seen in observed)
    return holds(f"descriptors, threads, processes and memory stay as they are over {rounds}")


def _growing(seen: Resources) -> Iterator[int]:
    """The places in `KINDS` of what grows in one stage.

    Each epoch may read other files, whose descriptors a cache keeps until it has them all.
    """
    judged = range(KINDS.index("threads") if seen.stage == "epochs" else 0, len(KINDS))
    yield from (kind for kind in judged if _slope(_settled(seen, kind)) >= 1)


def _findings(run: History, seen: Resources, apart: Collection[int]) -> Iterator[Finding]:
    """What grows; of epochs, what grows with neither reads nor hooks `apart` from each other."""
    for kind in _growing(seen):
        if seen.stage != "epochs" or kind not in apart:
            name, series = KINDS[kind], _settled(seen, kind)
            each, a_call = seen.stage.removesuffix("s"), _slope(series) / seen.calls
            summary = f"{name} grow by {a_call:.3g} with every {each}: {series[0]} at first, {series[-1]} in the end"
            evidence = {"rounds": len(series), f"{each}s a round": seen.calls, name: list(series)}
            yield Finding(summary, evidence, run.scenario)
    per_round = _slope(_settled(seen, MEMORY))
    if seen.delivered and per_round >= OWN_BYTES + max(FEWEST_BYTES * seen.calls, SHARE * seen.delivered):
        series = seen.counts[MEMORY]
        summary = f"memory grows by {per_round / seen.calls:.0f} bytes with every read of the same batches"
        evidence = {
            "rounds": len(series),
            "reads a round": seen.calls,
            "bytes of the batches of a round": seen.delivered,
            "bytes": list(series),
        }
        yield Finding(summary, evidence, run.scenario, severity=Severity.ADVICE)


def _settled(seen: Resources, kind: int) -> tuple[int, ...]:
    """The series of one resource, its last count as it was when threads and processes had had time to end."""
    return (*seen.counts[kind][:-1], min(seen.counts[kind][-1], seen.settled[kind]))


def _slope(series: tuple[int, ...]) -> float:
    """The growth a round over the second half; 0 unless every single round of it grows."""
    half = series[len(series) // 2 :]
    steps = [later - earlier for earlier, later in itertools.pairwise(half)]
    return sum(steps) / len(steps) if steps and min(steps) > 0 and series[0] >= 0 else 0.0
