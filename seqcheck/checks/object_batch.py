"""A leaf of a batch is an array of objects instead of numbers.

What it detects:
    Arrays of dtype object: rows of differing length or shape that NumPy could not stack, a None or a text between
    numbers, a column of a table that was never cast; and lists of lists that are ragged.

Why it matters:
    No tensor can be made of such an array: Keras 3 stops with `Invalid dtype: object`, tf_keras with `Unsupported
    object type`, and neither says which row it is. Where only some batches happen to be ragged, that is in the middle
    of an epoch. Worker processes have to pickle every entry by itself.

Limits:
    Object arrays of text alone, and those that another library's objects turn into, are inconclusive unless `fit` took
    them. Where `fit` took the batches, nothing is claimed.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.texts = [list(range(1, 2 + row % 5)) for row in range(32)]
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.texts) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return np.array([np.array(text) for text in self.texts[rows]], dtype=object), self.y[rows].copy()

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, batch_size=4):
            super().__init__()
            self.texts = [list(range(1, 2 + row % 5)) for row in range(32)]
            self.y = np.arange(32)
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.texts) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            batch = np.zeros((len(self.texts[rows]), 5), dtype="int32")
            for place, text in enumerate(self.texts[rows]):
                batch[place, : len(text)] = text
            return batch, self.y[rows].copy()
"""

from __future__ import annotations

from typing import Final

from seqcheck.model.batch import Leaf
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.history import History, Read
from seqcheck.model.usage import accepted
from seqcheck.model.words import counted, listing, scope

CHECK = Check("object-batch", clause="batch", needs=("loop", "reading"), explained_by={"unsupported-structure": None})
TEXT: Final = frozenset({"str", "bytes", "str_", "bytes_"})
OWN_CONTAINERS: Final = ("ndarray", "memmap", "list", "tuple")
"""What NumPy itself makes object arrays of; another library's may be turned into something else by Keras."""


def judge(case: Case) -> Judgement:
    """Look at the dtype of every leaf of every batch."""
    runs = [run for run in case.runs("loop", "reading") if run.given()]
    if not runs:
        return inconclusive("no batch was read")
    findings: dict[str, Finding] = {}
    doubts: dict[str, Leaf] = {}
    for run in runs:
        seen: dict[str, list[tuple[Read, Leaf]]] = {}
        for read, batch in run.given():
            for leaf in batch.leaves:
                if leaf.kind == "object":
                    seen.setdefault(leaf.path, []).append((read, leaf))
        for path, leaves in seen.items():
            certain = [(read, leaf) for read, leaf in leaves if _is_certain(leaf)]
            if certain:
                findings.setdefault(path, _finding(run, path, certain))
            else:
                doubts.setdefault(path, leaves[0][1])
    if not findings and not doubts:
        return holds(f"no array of objects: {scope(runs)}")
    if accepted(case):
        return holds(f"fit took {listing([*findings, *doubts])}, though it is an array of objects")
    if findings:
        return violated(findings.values())
    path, leaf = next(iter(doubts.items()))
    return inconclusive(
        f"{path} is an object array of {listing(leaf.entries)}, and no fit shows whether Keras takes it"
    )


def _is_certain(leaf: Leaf) -> bool:
    return leaf.type_name in OWN_CONTAINERS and not (leaf.entries and set(leaf.entries) <= TEXT)


def _finding(run: History, path: str, leaves: list[tuple[Read, Leaf]]) -> Finding:
    read, leaf = leaves[0]
    often = len({(one.epoch, one.index) for one, _ in leaves})
    total = len({(one.epoch, one.index) for one, _ in run.given()})
    ragged = leaf.type_name == "list"
    what = (
        "is a ragged list: its rows differ in length" if ragged else f"is an object array (of {listing(leaf.entries)})"
    )
    some = "" if often == total else f" in {often} of {counted(total, 'batch')}"
    evidence: dict[str, object] = {
        "leaf": path,
        "entries": list(leaf.entries),
        "first seen": f"batch {read.index} of epoch {read.epoch}",
        "batches": f"{often} of {total}",
        "mend": "pad the rows to one length" if ragged else "make the rows one shape and give the array a number dtype",
    }
    return Finding(f"{path} {what}{some}", evidence, run.scenario)
