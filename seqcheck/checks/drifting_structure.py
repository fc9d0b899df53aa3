"""The structure, rank or dtype of a batch differs from that of another.

What it detects:
    Two batches of one instance that do not have the same parts, or in which one part differs in its number of axes or
    in its dtype.

Why it matters:
    Keras takes the structure and ranks from the first batch or two, and stops in the middle of an epoch at one that
    does not fit. A dtype is worse: it is cast to that of the first batch without a word, so that fractions become whole
    numbers if the first batch held integers. The usual causes are `np.squeeze` on a last batch of one row, and
    an array built from whatever a list held.

Limits:
    Batches without rows are not compared. Lengths of inner axes are judged by `unportable-batch`. Container types that
    Keras treats alike (tuple and list, an array and a tensor, the order of a dict) are no difference.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 33, dtype="float32").reshape(33, 1)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            x = self.x[index * self.batch_size : (index + 1) * self.batch_size]
            y = [0 if value < 0.5 else 0.5 + value / 2 for value in x[:, 0].tolist()]
            return x, np.array(y)

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.x = np.linspace(0, 1, 33, dtype="float32").reshape(33, 1)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            x = self.x[index * self.batch_size : (index + 1) * self.batch_size]
            y = [0 if value < 0.5 else 0.5 + value / 2 for value in x[:, 0].tolist()]
            return x, np.array(y, dtype="float32")
"""

from __future__ import annotations

from typing import Final

import numpy as np

from seqcheck.model.batch import Batch, Leaf
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.history import History, Read
from seqcheck.model.words import counted, listing, scope

CHECK = Check(
    "drifting-structure",
    clause="batch",
    needs=("loop", "reading"),
    explained_by={"object-batch": None, "unsupported-structure": None},
)
PARTS: Final = "the parts"


def judge(case: Case) -> Judgement:
    """Compare every batch of a run with the form that most of its batches have."""
    runs = [run for run in case.runs("loop", "reading") if _with_rows(run)]
    if not runs:
        return inconclusive("no batch with rows was read")
    findings: dict[str, Finding] = {}
    for run in runs:
        for what, finding in _drifts(run):
            findings.setdefault(what, finding)
    if findings:
        return violated(findings.values())
    if all(len({(read.epoch, read.index) for read, _ in _with_rows(run)}) < 2 for run in runs):
        return inconclusive("only one batch was read: there is nothing to compare it with")
    return holds(f"one structure, rank and dtype throughout: {scope(runs)}")


def _with_rows(run: History) -> list[tuple[Read, Batch]]:
    return [(read, batch) for read, batch in run.given() if any(count != 0 for count in batch.row_counts.values())]


def _aspects(batch: Batch) -> dict[str, str]:
    """What must stay the same, as ``aspect -> text``; lists and objects have no dtype of their own to keep."""
    leaves = [leaf for leaf in batch.leaves if leaf.kind != "none"]
    aspects = {PARTS: listing(sorted(leaf.path for leaf in leaves), most=20)}
    for leaf in leaves:
        if leaf.kind != "foreign":
            aspects[f"the rank of {leaf.path}"] = counted(len(leaf.shape), "axis")
        if leaf.kind in ("array", "tensor"):
            aspects[f"the dtype of {leaf.path}"] = _dtype(leaf)
    return aspects


def _dtype(leaf: Leaf) -> str:
    """The dtype as far as Keras tells it apart: byte order and the width of text are no difference."""
    try:
        dtype = np.dtype(leaf.dtype)
    except TypeError:  # a dtype that an extension of NumPy brought, such as bfloat16
        return leaf.dtype
    return "text" if dtype.kind in "US" else dtype.newbyteorder("=").name


def _drifts(run: History) -> list[tuple[str, Finding]]:
    groups: dict[str, dict[str, list[Read]]] = {}
    for read, batch in _with_rows(run):
        for aspect, text in _aspects(batch).items():
            groups.setdefault(aspect, {}).setdefault(text, []).append(read)
    if len(groups[PARTS]) > 1:
        return [(PARTS, _finding(run, PARTS, groups[PARTS]))]
    drifting = [(aspect, texts) for aspect, texts in groups.items() if len(texts) > 1]
    ranks = {aspect.removeprefix("the rank of ") for aspect, _ in drifting if aspect.startswith("the rank")}
    return [
        (aspect, _finding(run, aspect, texts))
        for aspect, texts in drifting
        if aspect.removeprefix("the dtype of ") not in ranks
    ]


def _finding(run: History, aspect: str, texts: dict[str, list[Read]]) -> Finding:
    ordered = sorted(texts.items(), key=lambda item: -len(item[1]))
    (usual, many), (other, few) = ordered[0], ordered[-1]
    first, shown = few[0], many[0]
    verb = "are" if aspect == PARTS else "is"
    summary = (
        f"{aspect} {verb} {other} in batch {first.index} of epoch {first.epoch}, "
        f"but {usual} in batch {shown.index} of epoch {shown.epoch}"
    )
    evidence: dict[str, object] = {"what differs": aspect}
    for text, reads in ordered:
        batches = {(read.epoch, read.index) for read in reads}
        evidence[text] = f"{counted(len(batches), 'batch')}, such as batch {reads[0].index} of epoch {reads[0].epoch}"
    return Finding(summary, evidence, run.scenario)
