"""Reading the same index twice gives two different batches.

What it detects:
    An index that is read twice in a row and holds other samples the second time: samples chosen at random in
    `__getitem__`, an iterator that moves on, a list that is used up. And a second read whose content differs from the
    first though every random stream is the same and the order of reads makes no difference: data changed in place.

Why it matters:
    Keras reads the first batches once before training to learn their shapes, a worker that is replaced reads again what
    the lost one had read, and every validation pass reads all indices once more. What is read must not depend on how
    often it was asked for. Where samples are drawn at random for each batch, an epoch leaves out a third of the data.

Limits:
    Content that is drawn at random is not judged, only which samples are drawn; until `augments` is declared it is
    inconclusive. Samples are told apart by the probe, by `sample_id`, or by rows that stand at another index.

Example:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = np.random.choice(len(self.x), self.batch_size)
            return self.x[rows], self.y[rows]

Use instead:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.order = np.random.permutation(len(x))

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]
"""

from __future__ import annotations

from dataclasses import replace

from seqcheck.model.accounts import gravest
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.comparison import ask_for_augments
from seqcheck.model.history import History, Read
from seqcheck.model.samples import name_of
from seqcheck.model.scenario import SCRIPT
from seqcheck.model.scripts import deviations
from seqcheck.model.selection import Comparison, Homes, by_index, compare, twice
from seqcheck.model.words import batches_at, counted, listing

CHECK = Check(
    "unrepeatable-read",
    clause="epoch",
    content=True,
    needs=("reading", SCRIPT),
    options=("epoch:random", "augments", "sample_id"),
    explained_by={"uninitialised-rows": None, "drifting-data": None, "ignored-index": None},
)
FEWEST_ROWS = 11
"""Rows that must change in the second read and in no other, before chance has less than (4/27)**11 < 10**-9 left.

A generator that cannot be seeded changes a row with some probability p in each read. That it changes every row in the
second reads and none in two further reads has the probability (p (1 − p)²)ⁿ, which is largest at p = 1/3.
"""


def judge(case: Case) -> Judgement:
    """Hold the first read of each index against the second, with isolated random streams and without."""
    if case.contract.epoch == "random":
        return not_applicable('epoch = "random": the index is free')
    runs = [run for run in case.runs("reading") if run.passes("twice") or run.passes("plain-twice")]
    judged = [_judge(case, run) for run in runs] or [inconclusive(case.why_not("reading"))]
    return gravest([*judged, *_of_scripts(case)])


def _of_scripts(case: Case) -> list[Judgement]:
    found = [
        replace(deviation.finding(case), declare='epoch = "random"')
        for deviation in deviations(case)
        if deviation.scripted.again and not deviation.scripted.after("pickle", "copy", "past")
    ]
    return [violated(found)] if found else []


def _judge(case: Case, run: History) -> Judgement:
    forward = run.passes("forward").get(0, ())
    homes = Homes(case, run, forward)
    isolated, plain = (run.passes(name).get(0, ()) for name in ("twice", "plain-twice"))
    for reads, how in ((isolated, ""), (plain, ", drawn anew")):
        found = compare(homes, twice(reads))
        if found.moved:
            return violated([_finding(run, found, how)])
        failed = _second_fails(reads)
        if failed is not None:
            return violated([_failure(run, failed)])
    quiet, loud = compare(homes, twice(isolated)), compare(homes, twice(plain))
    if not quiet.compared and not loud.compared:
        return inconclusive("no batch could be read twice")
    for path in quiet.changed_paths:
        if not case.contract.augmented(path) and _changed_in_place(run, path, quiet):
            return violated([_content(run, path, quiet, "with the same random streams")])
    changed = sorted(path for path in {*quiet.changed_paths, *loud.changed_paths} if not case.contract.augmented(path))
    if changed and case.contract.augments is False and case.contract.declared("augments"):
        return violated(
            [_content(run, changed[0], quiet if quiet.changed else loud, "though nothing is drawn at random")]
        )
    if changed:
        where = batches_at(index for index, _ in (quiet.changed or loud.changed))
        verb = "changes" if len(changed) == 1 else "change"
        return inconclusive(
            f"{listing(changed)} of {where} {verb} when read again, as content drawn at random does",
            ask_for_augments(changed),
        )
    return holds(
        f"{counted(max(quiet.compared, loud.compared), 'batch')} read twice in a row: the same samples each time"
    )


def _changed_in_place(run: History, path: str, found: Comparison) -> bool:
    """Whether the leaf is a function of its index until it has been read once, which no random stream explains."""
    first = by_index(run.passes("forward").get(0, ()))
    others = [by_index(run.passes(name).get(0, ())) for name in ("forward-again", "backward")]
    firsts = {index: batch for index, batch, _ in twice(run.passes("twice").get(0, ()))}
    if found.compared < 3 or not all(other.keys() == first.keys() for other in others):
        return False
    untouched = all(
        _digest(batch, path) == _digest(other[index], path) for other in others for index, batch in first.items()
    )
    as_first = all(
        index in first and _digest(batch, path) == _digest(first[index], path) for index, batch in firsts.items()
    )
    rows = sum(firsts[index].rows or 0 for index, paths in found.changed if path in paths)
    everywhere = sum(path in paths for _, paths in found.changed) == found.compared
    return untouched and as_first and everywhere and rows >= FEWEST_ROWS


def _digest(batch: Batch, path: str) -> bytes:
    leaf = batch.leaf(path)
    return leaf.digest if leaf is not None else b""


def _second_fails(reads: tuple[Read, ...]) -> Read | None:
    """The second read of an index that could be read once."""
    fine: set[int] = set()
    for read in sorted(reads, key=lambda item: item.place):
        if read.failure is not None and read.index in fine:
            return read
        if read.batch is not None and not read.is_none:
            fine.add(read.index)
    return None


def _failure(run: History, read: Read) -> Finding:
    problem = read.failure
    text = f"{problem.type_name}: {problem.message}" if problem else ""
    frame = problem.frames[-1] if problem and problem.frames else None
    return Finding(
        f"batch {read.index} can be read once, and raises {text} when it is read again", {}, run.scenario, frame
    )


def _finding(run: History, found: Comparison, how: str) -> Finding:
    first = min(found.moved, key=lambda one: one.index)
    summary = f"batch {first.index} holds other samples when it is read again{how}" + (
        f" (some of batch {first.home})" if first.home is not None else ""
    )
    evidence = {
        "batches that differ": [one.index for one in found.moved],
        "batches read twice": found.compared,
        "told apart by": found.evidence,
        "first read": [name_of(sample) for sample in first.gone[:10]],
        "second read": [name_of(sample) for sample in first.gained[:10]],
    }
    return Finding(summary, evidence, run.scenario, declare='epoch = "random"')


def _content(run: History, path: str, found: Comparison, how: str) -> Finding:
    indices = [index for index, paths in found.changed if path in paths]
    summary = f"{path} of {batches_at(indices)} differs when it is read again, {how}"
    firsts = {index: (one, two) for index, one, two in twice(run.passes("twice").get(0, ()))}
    evidence: dict[str, object] = {"batches read twice": found.compared, "batches that differ": indices}
    one, two = (batch.leaf(path) for batch in firsts[indices[0]]) if indices and indices[0] in firsts else (None, None)
    if one is not None and two is not None and one.values and two.values:
        evidence["first row, first read"], evidence["first row, second read"] = one.values[0], two.values[0]
    return Finding(summary, evidence, run.scenario, declare=ask_for_augments([path]))
