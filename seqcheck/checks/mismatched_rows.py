"""The parts of a batch differ in their number of rows.

What it detects:
    A batch in which two leaves, such as x and y, have different lengths on their first axis.

Why it matters:
    Row i of x belongs to row i of y. The data adapters of Keras do not compare the lengths: a loss that broadcasts
    trains on wrong pairs without a word, and any other stops with an error about shapes.

Limits:
    Leaves without a first axis, and objects that are no arrays, are judged by `unsupported-structure`. That equally
    many rows belong together is judged by `mispaired-targets`.

Example:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            first = index * self.batch_size
            x = self.x[first : first + self.batch_size]
            y = self.y[first : first + self.batch_size - 1]
            return x, y

Use instead:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            first = index * self.batch_size
            x = self.x[first : first + self.batch_size]
            y = self.y[first : first + self.batch_size]
            return x, y
"""

from __future__ import annotations

from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.history import History, Read
from seqcheck.model.words import counted, listing, scope

CHECK = Check(
    "mismatched-rows",
    clause="batch",
    needs=("loop", "reading"),
    explained_by={"unsupported-structure": None, "drifting-structure": None},
)


def judge(case: Case) -> Judgement:
    """Compare the first axes of the leaves of each batch."""
    runs = [run for run in case.runs("loop", "reading") if run.given()]
    if not runs:
        return inconclusive("no batch was read")
    for run in runs:
        unequal = [(read, batch) for read, batch in run.given() if len(set(_counts(batch).values())) > 1]
        if unequal:
            return violated([_finding(run, unequal)])
    countless = {
        leaf.path: leaf.type_name
        for run in runs
        for _, batch in run.given()
        for leaf in batch.leaves
        if leaf.kind != "none" and leaf.path not in _counts(batch)
    }
    if countless:
        path, type_name = next(iter(countless.items()))
        return inconclusive(f"the rows of {path} ({type_name}) cannot be counted")
    if all(len(_counts(batch)) < 2 for run in runs for _, batch in run.given()):
        return holds(f"there is one array a batch: {scope(runs)}")
    return holds(f"all parts had equally many rows: {scope(runs)}")


def _counts(batch: Batch) -> dict[str, int]:
    return {path: count for path, count in batch.row_counts.items() if count is not None}


def _finding(run: History, unequal: list[tuple[Read, Batch]]) -> Finding:
    read, batch = unequal[0]
    counts = _counts(batch)
    total = len({(other.epoch, other.index) for other, _ in run.given()})
    seen = len({(other.epoch, other.index) for other, _ in unequal})
    said = listing([f"{count} in {path}" for path, count in counts.items()])
    summary = f"batch {read.index} of epoch {read.epoch} has {said}: the numbers of rows differ"
    evidence = {
        "rows by leaf": counts,
        "shapes": {leaf.path: list(leaf.shape) for leaf in batch.leaves if leaf.path in counts},
        "batches": f"{seen} of {counted(total, 'batch')}",
    }
    return Finding(summary, evidence, run.scenario)
