"""A batch has a form that no Keras takes.

What it detects:
    A batch of no parts or of more than three (inputs, targets, sample weights); inputs that are None or left empty;
    a part that is a single number or text instead of one entry a row; a generator, set, range or other object where an
    array belongs; object arrays and ragged lists; arrays of dates or records; inputs or targets given as a list with
    one array a row instead of one array.

Why it matters:
    The data adapters of Keras refuse these before a single step is trained, with errors about tensor specs or
    attributes (`'int' object has no attribute 'shape'`) that do not name the batch.

Limits:
    What one Keras refuses and another takes belongs to `unportable-batch`. Arrays of text and objects of unknown type
    are inconclusive unless `fit` took them.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            weights = np.ones(len(self.y[rows]), dtype="float32")
            ids = np.arange(len(self.x))[rows]
            return self.x[rows], self.y[rows], weights, ids

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            weights = np.ones(len(self.y[rows]), dtype="float32")
            return self.x[rows], self.y[rows], weights
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seqcheck.model.batch import Batch, Leaf
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.history import History, Read
from seqcheck.model.words import counted, listing, scope

CHECK = Check("unsupported-structure", clause="batch", needs=("loop", "reading"))

ITERATORS = frozenset(
    {"generator", "map", "zip", "filter", "enumerate", "reversed", "list_iterator", "chain", "islice"}
)
NO_ARRAYS = ITERATORS | {"set", "frozenset", "range", "deque", "dict_keys", "dict_values", "dict_items", "object"}
"""Types by name of which no Keras makes a tensor; of others, nobody knows."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one batch. `where` is a leaf path or the batch; `certain` is false where it may be taken."""

    where: str
    what: str
    mend: str
    constant: bool = False
    """Counts only where every batch has it: in some batches alone it is a drift of structure."""
    certain: bool = True


def judge(case: Case) -> Judgement:
    """Look at the form of every batch that was read in one process."""
    runs = [run for run in case.runs("loop", "reading") if run.given()]
    if not runs:
        return inconclusive("no batch was read")
    findings: dict[tuple[str, str], Finding] = {}
    doubts: dict[str, str] = {}
    for run in runs:
        batches = run.given()
        for problem, reads in _problems(batches, case.facts.base == "tf_keras").items():
            indices = {(read.epoch, read.index) for read in reads}
            if problem.constant and len(reads) < len(batches):
                continue
            if not problem.certain:
                doubts.setdefault(problem.where, problem.what)
            else:
                total = len({(read.epoch, read.index) for read, _ in batches})
                findings.setdefault(
                    (problem.where, problem.what), _finding(run, problem, reads[0], len(indices), total)
                )
    if findings:
        return violated(findings.values())
    if doubts and not _accepted(case):
        where, what = next(iter(doubts.items()))
        return inconclusive(f"{where} {what}, and no fit shows whether Keras takes it")
    forms = {batch.structure for run in runs for _, batch in run.given()}
    return holds(f"{listing(sorted(forms))}: {scope(runs)}")


def _problems(batches: tuple[tuple[Read, Batch], ...], legacy: bool) -> dict[Problem, list[Read]]:
    found: dict[Problem, list[Read]] = {}
    for read, batch in batches:
        for problem in dict.fromkeys(_look(batch, legacy)):
            found.setdefault(problem, []).append(read)
    return found


def _look(batch: Batch, legacy: bool) -> Iterator[Problem]:
    parts = _parts(batch)
    if parts is not None and not 1 <= parts <= 3:
        what = f"is a {batch.outer} of {counted(parts, 'part')}; expected x, (x, y) or (x, y, sample_weight)"
        yield Problem("the batch", what, "put further arrays into x as a dict, and return at most three parts", True)
        return
    if not any(leaf.path.startswith("x") or leaf.inside[:1] == ("dict",) for leaf in batch.leaves):
        yield Problem("x", "is empty: it holds no array", "return at least one array as x", True)
    rowwise = _rowwise(batch)
    for container, count in rowwise.items():
        yield Problem(
            container, f"is a list of {count} arrays, one a row", "stack the rows into one array: np.stack(...)"
        )
    for leaf in batch.leaves:
        if not any(leaf.path.startswith(f"{container}[") for container in rowwise):
            yield from _look_at(leaf, legacy)


def _parts(batch: Batch) -> int | None:
    """How many parts a tuple or list has at the top; None for a batch that is a dict or one leaf."""
    if not batch.leaves:
        return 0
    first = batch.leaves[0]
    if not first.inside or first.inside[0] == "dict":
        return None
    tops = {leaf.path.split("]")[0] for leaf in batch.leaves if leaf.path.startswith("[")}
    return max(len(tops), 4) if tops else 1


def _rowwise(batch: Batch) -> dict[str, int]:
    """The lists and tuples that hold one array a row: as many as another part has rows, each without that many."""
    found = {}
    for top in ("x", "y"):
        inside = [leaf for leaf in batch.leaves if leaf.path.startswith(f"{top}[") and len(leaf.inside) == 2]
        others = [leaf for leaf in batch.leaves if not leaf.path.startswith(top) and leaf.kind in ("array", "tensor")]
        rows = {leaf.row_count for leaf in others}
        if len(inside) < 2 or rows != {len(inside)} or inside[0].inside[-1] == "dict":
            continue
        if all(leaf.kind in ("array", "tensor") and leaf.shape and leaf.row_count not in rows for leaf in inside):
            found[top] = len(inside)
    return found


def _look_at(leaf: Leaf, legacy: bool) -> Iterator[Problem]:
    """What is wrong with one leaf, whatever the others are; `legacy` is tf_keras."""
    if leaf.kind == "none":
        if leaf.path == "x":
            yield Problem("x", "is None", "return an array as x", True)
    elif leaf.kind == "foreign":
        known = leaf.type_name in NO_ARRAYS
        yield Problem(leaf.path, f"is a {leaf.type_name}, not an array", "return a NumPy array", certain=known)
    elif leaf.kind == "object":
        yield from _look_at_objects(leaf)
    elif not leaf.shape:
        yield _single(leaf, legacy)
    elif leaf.dtype.startswith(("datetime64", "timedelta64", "void", "|V", "[", "{")):
        yield Problem(leaf.path, f"has dtype {leaf.dtype}", "turn it into numbers")
    elif leaf.dtype.startswith(("<U", ">U", "|S")):
        yield Problem(leaf.path, f"is an array of text ({leaf.dtype})", "turn it into numbers", certain=False)


def _single(leaf: Leaf, legacy: bool) -> Problem:
    """A leaf without rows. tf_keras takes one inside a dict or tuple, and a model may well leave it alone."""
    mend = "return an array with one entry a row"
    certain = not legacy or len(leaf.inside) < 2
    if len(leaf.inside) > 1 and leaf.inside[-1] != "dict":
        container = leaf.path[: leaf.path.rindex("[")]
        what = f"is a {leaf.inside[-1]} of single numbers where an array belongs"
        return Problem(container, what, f"{mend}: np.array(...)", True, certain)
    kind = leaf.type_name if leaf.kind in ("scalar", "text") else "number"
    return Problem(leaf.path, f"is a single {kind}; expected one entry a row", mend, True, certain)


def _look_at_objects(leaf: Leaf) -> Iterator[Problem]:
    if set(leaf.entries) <= {"str", "bytes", "str_", "bytes_"}:
        yield Problem(leaf.path, "is an object array of text", "turn it into numbers", certain=False)
    elif leaf.type_name == "list":
        yield Problem(leaf.path, "is a ragged list: its rows differ in length", "pad the rows to one length")
    elif leaf.type_name in ("ndarray", "memmap", "list", "tuple"):
        what = f"is an object array (of {listing(leaf.entries)})"
        yield Problem(leaf.path, what, "make the rows one shape and give the array a number dtype")
    else:
        yield Problem(leaf.path, f"is a {leaf.type_name} that gives an object array", "return numbers", certain=False)


def _finding(run: History, problem: Problem, read: Read, seen: int, total: int) -> Finding:
    structure = read.batch.structure if read.batch is not None else ""
    often = "" if seen == total else f" in {seen} of {counted(total, 'batch')}"
    evidence: dict[str, object] = {
        "where": problem.where,
        "structure": structure,
        "first seen": f"batch {read.index} of epoch {read.epoch}",
        "batches": f"{seen} of {total}",
        "mend": problem.mend,
    }
    return Finding(f"{problem.where} {problem.what}{often}", evidence, run.scenario)


def _accepted(case: Case) -> bool:
    """Whether a real Keras trained on these batches."""
    return any(
        run.deliveries and run.ending == "finished" and not any(note.kind == "error" for note in run.notes)
        for run in case.runs("fit")
    )
