"""An argument of the constructor changes nothing.

What it detects:
    A parameter that the constructor's source never looks at; a `batch_size` with which other values give the very same
    batches; a `shuffle` with which epochs come in one order either way, or are shuffled either way; a flag such as
    `drop_remainder` with which the last batch is short either way; labels on which no batch depends, though its targets
    have a column for each class and the number of classes is an argument too. Instances that differ in one argument
    read the same data.

Why it matters:
    The caller believes in what was passed. Predictions of a Sequence that shuffles in spite of `shuffle=False` are
    written beside the wrong names, and a batch size that was raised to use the GPU stays as it was.

Limits:
    Arguments that somebody pinned are not varied, nor are those of a factory. A parameter is not judged that begins
    with an underscore, that the docstring or a comment calls unused or deprecated, or where the constructor uses
    `locals()` and the like. Of parameters other than these only those are seen that are never read; one that is stored
    and never used is not. Where batches hold inputs alone, labels may be kept for whoever evaluates.

Example:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4, scale=0.01):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.scale = 1 / 255

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows] * self.scale, self.y[rows]

Use instead:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4, scale=0.01):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.scale = scale

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows] * self.scale, self.y[rows]
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from seqcheck.model.batch import Batch
from seqcheck.model.check import (
    Case,
    Check,
    Finding,
    Judgement,
    Severity,
    holds,
    inconclusive,
    not_applicable,
    violated,
)
from seqcheck.model.comparison import drawing_leaves
from seqcheck.model.history import Frame, History
from seqcheck.model.observation import Signature, Varied
from seqcheck.model.orders import LIKELY
from seqcheck.model.words import listing

CHECK = Check(
    "ignored-parameter",
    clause="construction",
    needs=("parameters", "making"),
    severity=Severity.ADVICE,
    guarantee="chance",
    explained_by={"unwanted-reshuffle": ("parameters",), "missing-reshuffle": ("parameters",)},
)
Order = tuple[bytes, ...]


def judge(case: Case) -> Judgement:
    """Look at what is never read, and at what two values of one argument change."""
    findings: list[Finding] = []
    looked: list[str] = []
    open_questions: list[str] = []
    parameters: tuple[str, ...] = ()
    excused: set[str] = set()
    for run in case.runs("making"):
        for seen in run.observed(Signature):
            parameters = parameters or seen.parameters
            if seen.readable and seen.parameters:
                looked.append(f"{listing(seen.parameters)} {'is' if len(seen.parameters) == 1 else 'are'} read")
            findings += [_unread(run, seen, name) for name in seen.unread]
            excused.update(seen.excused)
    unread = {str(finding.evidence["parameter"]) for finding in findings}
    for run in case.runs("parameters"):
        for told in (
            _sizes(run),
            _shuffles(case, run),
            *(_varied(run, item, excused) for item in run.observed(Varied)),
        ):
            if isinstance(told, Finding) and told.evidence["parameter"] not in unread:
                findings.append(told)
            elif isinstance(told, str) and told.startswith("?"):
                open_questions.append(told[1:])
            elif isinstance(told, str) and told:
                looked.append(told)
    if findings:
        return violated(findings)
    if open_questions:
        return inconclusive(open_questions[0])
    if looked:
        return holds("; ".join(looked))
    if not case.runs("making") and not case.runs("parameters"):
        return inconclusive(case.why_not("making", "parameters"))
    if parameters:
        return inconclusive("the source of the constructor cannot be read")
    return not_applicable("the constructor takes no argument of the class's own")


def _unread(run: History, seen: Signature, name: str) -> Finding:
    frame = Frame(*seen.spot) if seen.spot is not None else None
    return Finding(
        f"the constructor takes {name} and never looks at it", {"parameter": name}, run.scenario, frame=frame
    )


def _sizes(run: History) -> Finding | str:
    """What two batch sizes change: a finding, what was looked at, or after a ``?`` why that is not known."""
    passes = {purpose: _batches(run, purpose, 0) for purpose in ("fewer", "more")}
    asked = [purpose for purpose in passes if any(length.when == purpose for length in run.lengths)]
    if not asked:
        return ""
    one, other = passes["fewer"], passes["more"]
    if not one or not other:
        return "?batches of two sizes could not be read"
    rows = [tuple(batch.rows for batch in batches.values()) for batches in (one, other)]
    if one.keys() != other.keys() or rows[0] != rows[1]:
        return "two batch sizes give other batches"
    if len(one) < 2:
        return "?the data fit into one batch, whatever its size"
    if any(one[index].digest != other[index].digest for index in one):
        return "?two batch sizes give batches with as many rows, but other content"
    count = rows[0][0]
    summary = (
        f"batch_size changes nothing: two values of it give the same {len(one)} batches, the first of {count} rows"
    )
    return Finding(summary, {"parameter": "batch_size", "batches": len(one), "rows": list(rows[0][:10])})


def _varied(run: History, varied: Varied, excused: Collection[str]) -> Finding | str:
    """What one more argument changes, told as by `_sizes`; nothing is said of what its author calls unused."""
    name = varied.parameter
    if name in excused:
        return ""
    one, other = (_batches(run, purpose, 0) for purpose in varied.purposes)
    if not one or not other:
        return f"?batches with two values of {name} could not be read"
    if {index: batch.digest for index, batch in one.items()} != {index: batch.digest for index, batch in other.items()}:
        return f"two values of {name} give other batches"
    batches = [one[index] for index in sorted(one)]
    told = _of_rests(batches) if varied.classes is None else _of_labels(batches, varied.classes)
    if not told:
        return ""
    evidence = {"parameter": name, "batches": len(batches), "rows": [batch.rows for batch in batches[-10:]]}
    return Finding(f"{name} changes nothing: {told}", evidence)


def _of_rests(batches: Sequence[Batch]) -> str:
    """Which remainder was dropped neither way; empty where there was none, or where no batch size tells one."""
    whole, rest = batches[0].rows, batches[-1].rows
    if whole is None or rest is None or rest >= whole or any(batch.rows != whole for batch in batches[:-1]):
        return ""
    rows = "row" if rest == 1 else "rows"
    return f"with it and without, the last of {len(batches)} batches holds {rest} {rows}, the first {whole}"


def _of_labels(batches: Sequence[Batch], classes: int) -> str:
    """Which targets do not depend on the labels though they hold a column for each class; empty where there are none.

    Targets of any other kind may come from elsewhere, and batches of inputs alone need none. Where each row names a
    class, made-up labels may all be unknown to the Sequence, and stand for the class that it has for such.
    """
    path = next((leaf.path for leaf in batches[0].leaves if leaf.path.startswith("y")), "")
    leaves = [leaf for batch in batches if (leaf := batch.leaf(path)) is not None]
    if len(leaves) < len(batches) or classes < 2:
        return ""
    if any(leaf.shape[1:] != (classes,) or leaf.hot is not None for leaf in leaves):
        return ""
    return f"with other labels for all samples, the {classes} columns of {path} are the same in {len(batches)} batches"


def _batches(run: History, purpose: str, epoch: int) -> dict[int, Batch]:
    reads = run.passes(purpose).get(epoch, ())
    if any(read.batch is None or read.is_none for read in reads):
        return {}
    return {read.index: read.batch for read in reads if read.batch is not None}


def _shuffles(case: Case, run: History) -> Finding | str:
    """What `shuffle` changes, told as by `_sizes`."""
    off, on = ({epoch: _batches(run, name, epoch) for epoch in run.passes(name)} for name in ("unshuffled", "shuffled"))
    if not off and not on:
        return ""
    if len(off) < 2 or len(on) < 2 or not all([*off.values(), *on.values()]):
        return "?epochs with and without shuffling could not be read"
    path = _telling_leaf([*off.values(), *on.values()], drawing_leaves(case))
    if path is None:
        return "?no leaf tells rows apart in every epoch, so their order is not known"
    without, with_it = ([_rows(batches, path) for batches in epochs.values()] for epochs in (off, on))
    if _moves(without):
        if not _moves(with_it):
            return "?epochs come in other orders without shuffling, and in one order with it"
        moved = sum(one != two for one, two in zip(without[0], without[1], strict=False))
        evidence = {"parameter": "shuffle", "epochs": len(without), "rows of epoch 1 in another place": moved}
        summary = "shuffle changes nothing: with shuffle=False, too, epochs come in other orders"
        return Finding(summary, evidence, run.scenario)
    if _moves([without[0], *with_it]):
        return "shuffle=False keeps the order, and shuffle=True does not"
    if len({*without, *with_it}) > 1:
        return "?epochs hold other samples, in whose order no shuffle shows"
    # Where whole batches are shuffled, there are as few orders as batches give.
    chance = -math.lgamma(len(off[0]) + 1) / math.log(10) * len(with_it)
    if chance > LIKELY:
        return f"?{len(off[0])} batches stay in one order by chance too often for anything to be said of shuffle"
    summary = f"shuffle changes nothing: {len(with_it)} epochs with shuffle=True come in the order of shuffle=False"
    return Finding(summary, {"parameter": "shuffle", "epochs": len(with_it), "told by": path}, run.scenario)


def _telling_leaf(epochs: list[dict[int, Batch]], drawing: frozenset[str]) -> str | None:
    """A leaf whose rows all differ, and most of which come again in the next epoch: a remainder may be left out."""
    for leaf in next(iter(epochs[0].values())).leaves:
        rows = [_rows(batches, leaf.path) for batches in epochs]
        # What is drawn tells no order, unless it is the same all the time: then it was not drawn here.
        if leaf.kind == "none" or (leaf.path in drawing and len(set(rows)) > 1):
            continue
        distinct = all(len(set(order)) == len(order) > 1 for order in rows)
        if distinct and all(len(set(one) & set(other)) * 2 > len(one) for one, other in pairwise(rows)):
            return leaf.path
    return None


def _moves(orders: list[Order]) -> bool:
    """Whether the rows that two epochs in a row have in common stand in another order."""
    return any(
        [row for row in one if row in common] != [row for row in other if row in common]
        for one, other in pairwise(orders)
        for common in [set(one) & set(other)]
    )


def _rows(batches: Mapping[int, Batch], path: str) -> Order:
    leaves = (batches[index].leaf(path) for index in sorted(batches))
    return tuple(row for leaf in leaves if leaf is not None for row in leaf.rows)
