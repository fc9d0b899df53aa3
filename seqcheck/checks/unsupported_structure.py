"""A batch has a form that no Keras takes.

What it detects:
    A batch of no parts or of more than three (inputs, targets, sample weights); inputs that are None or left empty;
    a part that is a single number or text instead of one entry a row; a generator, set, range or other object where an
    array belongs; arrays of dates or records; inputs or targets given as a list with one array a row instead of one
    array.

Why it matters:
    The data adapters of Keras refuse these before a single step is trained, with errors about tensor specs or
    attributes (`'int' object has no attribute 'shape'`) that do not name the batch.

Limits:
    What one Keras refuses and another takes belongs to `unportable-batch`, arrays of objects to `object-batch`. Arrays
    of text and objects of unknown type are inconclusive unless `fit` took them.

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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seqcheck.model.batch import Batch, Leaf
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, violated
from seqcheck.model.history import History, Read
from seqcheck.model.usage import accepted
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
    findings: dict[str, Finding] = {}
    doubts: dict[str, str] = {}
    for run in runs:
        for problem, reads in _problems(run.given(), case.facts.base == "tf_keras"):
            if problem.certain:
                findings.setdefault(problem.where, _finding(run, problem, reads))
            else:
                doubts.setdefault(problem.where, problem.what)
    if findings:
        return violated(findings.values())
    if doubts and not accepted(case):
        where, what = next(iter(doubts.items()))
        return inconclusive(f"{where} {what}, and no fit shows whether Keras takes it")
    forms = {batch.structure for run in runs for _, batch in run.given()}
    return holds(f"{listing(sorted(forms))}: {scope(runs)}")


def _problems(given: tuple[tuple[Read, Batch], ...], legacy: bool) -> list[tuple[Problem, list[Read]]]:
    """Each problem of a run with the reads that show it; those that one place has are told as one, by the first."""
    unstacked = _unstacked([batch for _, batch in given])
    found: dict[Problem, list[Read]] = {}
    for read, batch in given:
        for problem in dict.fromkeys(_look(batch, unstacked, legacy)):
            found.setdefault(problem, []).append(read)
    by_place: dict[tuple[str, bool], tuple[Problem, list[Read]]] = {}
    for problem, reads in found.items():
        if not problem.constant or len(reads) == len(given):
            by_place.setdefault((problem.where, problem.certain), (problem, []))[1].extend(reads)
    return list(by_place.values())


def _look(batch: Batch, unstacked: Mapping[str, str], legacy: bool) -> Iterator[Problem]:
    parts = _parts(batch)
    if parts is not None and not 1 <= parts <= 3:
        what = f"is a {batch.outer} of {counted(parts, 'part')}; expected x, (x, y) or (x, y, sample_weight)"
        yield Problem("the batch", what, "put further arrays into x as a dict, and return at most three parts", True)
        return
    if not any(leaf.path.startswith("x") or leaf.inside[:1] == ("dict",) for leaf in batch.leaves):
        yield Problem("x", "is empty: it holds no array", "return at least one array as x", True)
    for part, container in unstacked.items():
        yield Problem(part, f"is a {container} of arrays, one a row", "stack the rows into one array: np.stack(...)")
    for leaf in batch.leaves:
        if not any(leaf.path.startswith(f"{part}[") for part in unstacked):
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


def _unstacked(batches: list[Batch]) -> dict[str, str]:
    """The parts that hold one array a row instead of one array, and in which container.

    Such a part has, in every batch, as many arrays as the other part has rows. Several inputs may have that many too:
    so the arrays must also differ from the other part in their own number of rows, or, where both parts are
    containers, their number must change with the size of the batch.
    """
    found = {}
    for part, other in (("x", "y"), ("y", "x")):
        members = [_members(batch, part) for batch in batches]
        others = [_members(batch, other) for batch in batches]
        rows = [_rows_beside(batch, part) for batch in batches]
        if not all(members):
            continue
        sizes = [len(group) for group in members]
        if all(others):
            paired = [len(group) for group in others] == sizes
            tell = len(set(sizes)) > 1 or (sizes[0] > 2 and _lengths(members).isdisjoint(_lengths(others)))
        else:
            paired = rows == [{size} for size in sizes]
            tell = any({leaf.row_count for leaf in group} != {len(group)} for group in members)
        if paired and tell:
            found[part] = members[0][0].inside[1]
    return found


def _members(batch: Batch, part: str) -> list[Leaf]:
    """The arrays that a tuple or list in place of one part holds; none where it holds anything else."""
    inside = [leaf for leaf in batch.leaves if leaf.path.startswith(f"{part}[")]
    plain = all(
        len(leaf.inside) == 2 and leaf.inside[1] != "dict" and leaf.kind in ("array", "tensor") and leaf.shape
        for leaf in inside
    )
    return inside if plain else []


def _lengths(groups: list[list[Leaf]]) -> set[int | None]:
    return {leaf.row_count for group in groups for leaf in group}


def _rows_beside(batch: Batch, part: str) -> set[int | None]:
    """The numbers of rows outside of one part."""
    kinds = ("array", "tensor", "list")
    return {leaf.row_count for leaf in batch.leaves if not leaf.path.startswith(part) and leaf.kind in kinds}


def _look_at(leaf: Leaf, legacy: bool) -> Iterator[Problem]:
    """What is wrong with one leaf, whatever the others are; `legacy` is tf_keras."""
    if leaf.kind == "none":
        if leaf.path == "x":
            yield Problem("x", "is None", "return an array as x", True)
    elif leaf.kind == "foreign":
        known = leaf.type_name in NO_ARRAYS
        yield Problem(leaf.path, f"is a {leaf.type_name}, not an array", "return a NumPy array", certain=known)
    elif leaf.kind != "object" and not leaf.shape:
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


def _finding(run: History, problem: Problem, reads: list[Read]) -> Finding:
    first = reads[0]
    seen = len({(read.epoch, read.index) for read in reads})
    total = len({(read.epoch, read.index) for read, _ in run.given()})
    often = "" if seen == total else f" in {seen} of {counted(total, 'batch')}"
    evidence: dict[str, object] = {
        "where": problem.where,
        "structure": first.batch.structure if first.batch is not None else "",
        "first seen": f"batch {first.index} of epoch {first.epoch}",
        "batches": f"{seen} of {total}",
        "mend": problem.mend,
    }
    return Finding(f"{problem.where} {problem.what}{often}", evidence, run.scenario)
