"""A batch has a form that one Keras takes and another refuses.

What it detects:
    A list inside the batch, as in `([x1, x2], y)`; Python numbers in lists where an array belongs; a part that is None;
    a tensor or table that is the whole batch without a tuple around it; a dtype of more than 64 bits; and an inner
    axis whose length differs between batches.

Why it matters:
    Keras 3 with TensorFlow stops at each of these, tf_keras takes most of them. A differing inner axis is the worst:
    Keras 3 looks at the first two batches, and if they happen to agree it stops later, at the first that does not.

Limits:
    An error where the Sequence is one of Keras 3 (numbers in lists: of either Keras), advice elsewhere. Only the
    lengths in the batches that were read are known. An axis that differs by design is declared with `varying_axes`.

Example:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return [self.x[rows], self.x[rows]], self.y[rows]

Use instead:
    import keras


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return (self.x[rows], self.x[rows]), self.y[rows]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from seqcheck.model.batch import Batch, Leaf
from seqcheck.model.check import Case, Check, Finding, Judgement, Severity, holds, inconclusive, violated
from seqcheck.model.history import History, Read
from seqcheck.model.usage import accepted, backend, generation, weighed
from seqcheck.model.words import counted, listing, scope

CHECK = Check(
    "unportable-batch",
    clause="batch",
    content=True,
    needs=("loop", "reading", "fit"),
    options=("varying_axes", "fit:keras"),
    explained_by={"object-batch": None, "unsupported-structure": None},
)
KERAS_3: Final = ("keras",)
EVERY_KERAS: Final = ("keras", "tf_keras")
PEEKED: Final = (0, 1)
"""Keras 3 takes the shapes of a data set from these batches."""


def judge(case: Case) -> Judgement:
    """Look at the form of every batch, and at the inner axes over all batches of a run."""
    runs = [run for run in case.runs("loop", "reading") if run.given()]
    if not runs:
        return inconclusive("no batch was read")
    findings: dict[str, Finding] = {}
    for run in runs:
        for what, finding in (*_forms(case, run), *_axes(case, run)):
            known = findings.get(what)
            if known is None or (known.severity is Severity.ADVICE and finding.severity is None):
                findings[what] = finding
    if findings:
        return violated(weighed(findings.values(), case.contract))
    excused = sorted(case.contract.varying_axes)
    declared = f", {listing(excused)} apart as declared" if excused else ""
    return holds(f"arrays in tuples and dicts, inner axes of one length{declared}: {scope(runs)}")


def _severity(case: Case, refusing: tuple[str, ...]) -> Severity | None:
    """None (an error) where the Keras in use refuses it, else advice: on another backend, Keras 3 takes more."""
    elsewhere = refusing == KERAS_3 and backend(case) != "tensorflow" and accepted(case)
    return None if generation(case) in refusing and not elsewhere else Severity.ADVICE


def _ways(refusing: tuple[str, ...]) -> tuple[str, ...]:
    """What every Keras refuses is no matter of which one is used."""
    return () if refusing == EVERY_KERAS else refusing


def _forms(case: Case, run: History) -> Iterator[tuple[str, Finding]]:
    seen: dict[tuple[str, str, tuple[str, ...]], list[Read]] = {}
    given = run.given()
    for read, batch in given:
        for form in dict.fromkeys(_look(batch)):
            seen.setdefault(form, []).append(read)
    total = len({(read.epoch, read.index) for read, _ in given})
    for (what, mend, refusing), reads in seen.items():
        often = len({(read.epoch, read.index) for read in reads})
        first = reads[0]
        evidence = {
            "structure": first.batch.structure if first.batch else "",
            "first seen": f"batch {first.index} of epoch {first.epoch}",
            "batches": f"{often} of {total}",
            "refused by": "every Keras" if refusing == EVERY_KERAS else "Keras 3 with TensorFlow; tf_keras takes it",
            "mend": mend,
        }
        some = "" if often == total else f" in {often} of {counted(total, 'batch')}"
        yield (
            what,
            Finding(f"{what}{some}", evidence, run.scenario, severity=_severity(case, refusing), ways=_ways(refusing)),
        )


def _look(batch: Batch) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What is wrong, how to mend it, and which Keras refuses it."""
    if len(batch.leaves) == 1 and not batch.leaves[0].inside and batch.leaves[0].kind == "tensor":
        what = f"the whole batch is a {batch.outer} without a tuple around it"
        yield what, "return a tuple: (x,)", KERAS_3
    for leaf in batch.leaves:
        listed = _list_around(leaf)
        if listed:
            yield f"{listed} is a list of arrays", "return a tuple or a dict in its place", KERAS_3
        if leaf.kind == "list":
            values = "strings" if leaf.dtype.startswith(("<U", ">U", "|S")) else "numbers"
            yield f"{leaf.path} is a list of Python {values}", "return a NumPy array", EVERY_KERAS
        elif leaf.kind == "none":
            yield f"{leaf.path} is None", "leave the part out", KERAS_3
        elif leaf.dtype in ("float96", "float128", "longdouble", "complex192", "complex256"):
            yield f"{leaf.path} has dtype {leaf.dtype}", "cast it to float32 or float64", KERAS_3


def _list_around(leaf: Leaf) -> str:
    """The path of the outermost list around a leaf below the top of the batch, or an empty string."""
    if "list" not in leaf.inside[1:]:
        return ""
    depth = leaf.inside.index("list", 1)
    return _ancestor(leaf.path, len(leaf.inside) - depth)


def _ancestor(path: str, levels: int) -> str:
    for _ in range(levels):
        path = path[: path.rindex("[")]
    return path


def _axes(case: Case, run: History) -> Iterator[tuple[str, Finding]]:
    """Inner axes that differ in length between the batches of one run, those declared left out.

    A batch with nothing in it is `phantom-batch`, be it that rows are missing or their entries: no form is read off it.
    """
    given = [(read, batch) for read, batch in run.given() if not batch.empty]
    leaves: dict[str, list[tuple[Read, Leaf]]] = {}
    for read, batch in given:
        for leaf in batch.leaves:
            if leaf.kind in ("array", "tensor") and leaf.shape:
                leaves.setdefault(leaf.path, []).append((read, leaf))
    for path, read_leaves in leaves.items():
        if len({len(leaf.shape) for _, leaf in read_leaves}) > 1:
            continue  # a differing rank is a drift of structure
        for axis in range(1, len(read_leaves[0][1].shape)):
            lengths = {(read.epoch, read.index): leaf.shape[axis] for read, leaf in read_leaves}
            if len(set(lengths.values())) > 1 and axis not in case.contract.varying_axes.get(path, ()):
                yield f"axis {axis} of {path}", _axis_finding(case, run, path, axis, lengths)


def _axis_finding(case: Case, run: History, path: str, axis: int, lengths: dict[tuple[int, int], int]) -> Finding:
    epochs = sorted({epoch for epoch, _ in lengths})
    peeked = {epoch: [lengths.get((epoch, index)) for index in PEEKED] for epoch in epochs}
    agreeing = [epoch for epoch, (first, second) in peeked.items() if first is not None and first == second]
    orders = {tuple(length for (of, _), length in sorted(lengths.items()) if of == epoch) for epoch in epochs}
    counts = Counter(lengths.values())
    chance = sum(_agreement(of_epoch) for of_epoch in orders) / len(orders)
    evidence: dict[str, object] = {
        "lengths": {f"length {length}": counted(count, "batch") for length, count in sorted(counts.items())},
        "epochs whose first two batches agree": f"{len(agreeing)} of {len(epochs)}",
    }
    can_crash = bool(agreeing) or (len(orders) > 1 and chance > 0)
    if len(orders) > 1:
        evidence["chance that the first two of shuffled batches agree"] = f"{chance:.0%}"
    if agreeing:
        how = f"Keras 3 stops later wherever the first two agree, as they do in {len(agreeing)} of {len(epochs)} epochs"
    elif can_crash:
        how = f"Keras 3 stops later wherever the first two agree: in about {chance:.0%} of trainings"
    else:
        how = "Keras 3 takes it only because the first two batches differ"
    summary = f"axis {axis} of {path} has {listing(sorted(counts))} entries by batch; {how}"
    declare = f'varying_axes = {{"{path}" = [{axis}]}}'
    severity = _severity(case, KERAS_3) if can_crash else Severity.ADVICE
    ways = KERAS_3 if can_crash else ()
    return Finding(summary, evidence, run.scenario, declare=declare, severity=severity, ways=ways)


def _agreement(lengths: tuple[int, ...]) -> float:
    """The chance that two batches of one epoch, drawn at random, have the same length."""
    pairs = len(lengths) * (len(lengths) - 1)
    return sum(count * (count - 1) for count in Counter(lengths).values()) / pairs if pairs else 0.0
