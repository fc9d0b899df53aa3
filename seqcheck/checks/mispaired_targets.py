"""A row of the inputs comes with the target of another sample.

What it detects:
    Inputs and targets that are put in different orders: one of them shuffled, sorted or cut without the other. With a
    probe each row says which sample it is. With fixed data, epochs are held against each other (the same inputs and
    the same targets, but other pairs), and against the arrays that the Sequence holds.

Why it matters:
    The model learns noise. The loss falls a little, to the frequencies of the classes, and stays there; nothing else
    tells.

Limits:
    Pairs that were wrong before they reached the Sequence, or that it puts wrong in the constructor, are not seen with
    fixed data. A constant distance between input and target may be a forecast and is inconclusive.

Example:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.order = np.random.default_rng(0).permutation(len(x))

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[self.order[rows]], self.y[rows]

Use instead:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.order = np.random.default_rng(0).permutation(len(x))

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[self.order[rows]], self.y[self.order[rows]]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from seqcheck.model.accounts import gravest
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Check, Finding, Judgement, Outcome, holds, inconclusive, not_applicable, violated
from seqcheck.model.class_pairs import Relation, relation, wrong_rows
from seqcheck.model.held_pairs import Epochs, HeldPairs, held_pairs
from seqcheck.model.history import History
from seqcheck.model.pairing import Points, evenly_spaced, line, monotone, paths_of, points
from seqcheck.model.samples import names_samples, stable_leaves
from seqcheck.model.words import counted

Rows = list[tuple[bytes, bytes, int, int]]
"""(row of x, row of y, batch index, row), one a row of an epoch."""

CHECK = Check(
    "mispaired-targets",
    clause="epoch",
    needs=("loop",),
    options=("augments:on",),
    explained_by={"uninitialised-rows": None, "drifting-data": None, "unrepeatable-read": None},
)


def judge(case: Case) -> Judgement:
    """Judge the whole passes of the plain loop."""
    return gravest([_judge(case, run) for run in case.runs("loop")] or [inconclusive(case.why_not("loop"))])


def _judge(case: Case, run: History) -> Judgement:
    whole = run.whole_passes()
    epochs = tuple(whole.values())
    if not epochs:
        return inconclusive("no epoch was read whole")
    if not paths_of(epochs, "y") or not paths_of(epochs, "x"):
        return not_applicable(
            "a batch has no inputs beside its targets" if paths_of(epochs, "y") else "there are no targets"
        )
    size = run.truth.num_samples
    if run.truth.probe and size:
        fixed = [one for one in points(epochs, size) if _fixed(case, one)]
        placed = [one for one in fixed if _by_place(one, epochs)]
        if placed:
            wrong = [row for row, (number, label) in enumerate(zip(placed[0].numbers, placed[0].labels, strict=True))
                     if number != label]  # fmt: skip
            return violated(
                [_probe_finding(run, placed[0], wrong, tuple(whole), ": that of the row's place in its batch")]
            )
        known = [one for one in fixed if names_samples(case, run, one.y_path)]
        judged = [_judge_points(run, one, tuple(whole), size) for one in known]
        if judged:
            return gravest(judged)
        return inconclusive("the probe's labels cannot be read off the targets, nor its rows off the inputs")
    return _judge_classes(case, run, epochs) or _judge_rows(case, run, tuple(whole), epochs)


def _judge_classes(case: Case, run: History, epochs: Epochs) -> Judgement | None:
    """Hold the classes of made-up data against the samples that they came with; None where these cannot be read."""
    size, classes = run.truth.num_samples, run.truth.classes
    if not size or not classes:
        return None
    stable = stable_leaves(case)
    read = [
        (one, relation(one, classes))
        for one in points(epochs, size, classes)
        if _fixed(case, one) and (stable is None or stable >= {one.x_path, one.y_path})
    ]
    # Of several inputs one may be a partner, which has a class of its own.
    for one, how in read:
        if how is Relation.PAIRED:
            rows = counted(len(one.numbers), "row")
            return holds(f"{rows} of {one.x_path} against {one.y_path}: the class of the same sample in each")
    for one, how in read:
        if how is Relation.SHIFTED:
            return inconclusive(
                f"every row of {one.x_path} came with another class in {one.y_path}, always as far from its own: "
                "numbered anew, or each target is that of a neighbour"
            )
    if read and all(how is Relation.APART for _, how in read):
        return violated([_class_finding(run, read[0][0], classes, tuple(run.whole_passes()))])
    return None


def _fixed(case: Case, one: Points) -> bool:
    return not case.contract.augmented(one.x_path) and not case.contract.augmented(one.y_path)


def _by_place(one: Points, epochs: Epochs) -> bool:
    """Whether targets that are one-hot over all samples follow the place of the row in its batch, and nothing else.

    Plain numbers 0, 1, 2 ... in each batch may be meant, as where each row is told from the others of its batch.
    """
    leaves = [leaf for batches in epochs for batch in batches.values() if (leaf := batch.leaf(one.y_path)) is not None]
    if not one.readable or any(leaf.hot is None for leaf in leaves):
        return False
    several = len({index for _, index, row in one.places if row > 0}) > 1
    return several and all(label == row for label, (_, _, row) in zip(one.labels, one.places, strict=True))


def _judge_points(run: History, one: Points, epochs: tuple[int, ...], size: int) -> Judgement:
    where = f"{counted(len(one.numbers), 'row')} of {one.x_path} against {one.y_path}"
    straight = line(one.numbers, one.labels)
    if straight is not None:
        slope, offset = straight
        if one.readable and abs(slope - 1) < 1e-3 and abs(offset) > 0.25:
            return inconclusive(
                f"every row of {one.x_path} came with the target {abs(round(offset, 2)):g} samples "
                f"{'later' if offset > 0 else 'earlier'}, which a forecast may want"
            )
        return holds(f"{where}: the same sample in each")
    if monotone(one.numbers, one.labels):
        return holds(f"{where}: in the same order")
    labels, numbers = set(one.labels), set(one.numbers)
    if len(labels) * 10 < len(numbers) * 9:
        return inconclusive(f"{one.y_path} does not tell samples apart, so pairs cannot be read off the probe")
    if one.readable:
        wrong = [
            place
            for place, (number, label) in enumerate(zip(one.numbers, one.labels, strict=True))
            if number == int(number) and 0 <= number < size and 0 <= label < size and number != label
        ]
        if wrong and not _spelled(one.numbers, one.labels, size):
            return violated([_probe_finding(run, one, wrong, epochs)])
        return inconclusive(f"the rows of {one.x_path} and {one.y_path} follow no line and no order")
    if evenly_spaced(one.numbers) and evenly_spaced(one.labels):
        rank = {number: place for place, number in enumerate(sorted(numbers))}
        standing = {label: place for place, label in enumerate(sorted(labels))}
        wrong = [
            place
            for place, (number, label) in enumerate(zip(one.numbers, one.labels, strict=True))
            if rank[number] != standing[label]
        ]
        if wrong and not _spelled([float(rank[number]) for number in one.numbers], one.labels, size):
            return violated([_probe_finding(run, one, wrong, epochs)])
    return inconclusive(f"the rows of {one.x_path} are changed beyond reading, so pairs cannot be read off the probe")


def _spelled(samples: Sequence[float], labels: Sequence[float], size: int) -> bool:
    """Whether labels were numbered anew in the order of their spelling: 0, 1, 10, 11, 2."""
    spelled = {float(number): float(rank) for rank, number in enumerate(sorted(range(size), key=str))}
    return all(spelled.get(number) == label for number, label in zip(samples, labels, strict=True))


def _probe_finding(run: History, one: Points, wrong: list[int], epochs: tuple[int, ...], why: str = "") -> Finding:
    epoch, index, row = one.places[wrong[0]]
    number, label = one.numbers[wrong[0]], one.labels[wrong[0]]
    shown = f"sample {number:g}" if one.readable else f"the value {number + 0.5:g}"
    others = f", as {counted(len(wrong) - 1, 'other row')}" if len(wrong) > 1 else ""
    summary = (
        f"row {row} of batch {index} in epoch {epochs[epoch]} has {shown} in {one.x_path} and the target of sample "
        f"{label:g} in {one.y_path}{others}{why}"
    )
    evidence = {
        "rows with another sample's target": len(wrong),
        "rows compared": len(one.numbers),
        "rows": [
            f"epoch {epochs[one.places[place][0]]}, batch {one.places[place][1]}, row {one.places[place][2]}: "
            f"{one.numbers[place]:g} with {one.labels[place]:g}"
            for place in wrong[:10]
        ],
    }
    return Finding(summary, evidence, run.scenario)


def _class_finding(run: History, one: Points, classes: int, epochs: tuple[int, ...]) -> Finding:
    wrong = wrong_rows(one, classes)
    epoch, index, row = one.places[wrong[0]]
    number, label = int(one.numbers[wrong[0]]), int(one.labels[wrong[0]])
    others = f", as {counted(len(wrong) - 1, 'other row')} have another's" if len(wrong) > 1 else ""
    summary = (
        f"row {row} of batch {index} in epoch {epochs[epoch]} has sample {number} in {one.x_path}, which is of class "
        f"{number % classes}, and class {label} in {one.y_path}{others}"
    )
    evidence = {
        "rows with another class": len(wrong),
        "rows compared": len(one.numbers),
        "rows": [
            f"epoch {epochs[one.places[place][0]]}, batch {one.places[place][1]}, row {one.places[place][2]}: "
            f"sample {one.numbers[place]:g} with class {one.labels[place]:g}"
            for place in wrong[:10]
        ],
    }
    return Finding(summary, evidence, run.scenario)


def _judge_rows(case: Case, run: History, numbers: tuple[int, ...], epochs: Epochs) -> Judgement:
    """Judge each leaf of the targets, and the weights, against all inputs."""
    stable = stable_leaves(case)
    inputs, targets, weights = (_steady(case, stable, paths_of(epochs, part)) for part in ("x", "y", "sample_weight"))
    if not inputs or not targets:
        part = "targets" if inputs else "inputs"
        return inconclusive(f"the {part} change when a batch is read again, so pairs cannot be compared")
    telling = [path for path in weights if _tells_apart(epochs, path)]
    judged = [_judge_target(run, numbers, epochs, frozenset(inputs), path) for path in (*targets, *telling)]
    for outcome in (Outcome.VIOLATED, Outcome.INCONCLUSIVE):
        for judgement in judged:
            if judgement.outcome is outcome:
                return judgement
    first, *others = inputs
    for other in others:
        if _recombined([_pairs(batches, frozenset((first,)), frozenset((other,))) for batches in epochs]):
            return inconclusive(
                f"the rows of {other} come with other rows of {first} in every epoch, as in pairs that are drawn anew, "
                "or where one of the two is shuffled alone"
            )
    return judged[0]


def _judge_target(
    run: History, numbers: tuple[int, ...], epochs: Epochs, inputs: frozenset[str], target: str
) -> Judgement:
    pairs = [_pairs(batches, inputs, frozenset((target,))) for batches in epochs]
    if any(not epoch for epoch in pairs):
        return inconclusive("the leaves of a batch disagree on the number of rows")
    changed = _recombined(pairs)
    if changed is not None:
        return violated([_epoch_finding(run, pairs, *changed, numbers, target)])
    held = held_pairs(run, epochs, target)
    if held is not None and held.apart:
        return violated([_held_finding(run, held, numbers[0])])
    if held is not None:
        return holds(
            f"{counted(len(epochs), 'epoch')}: each row of {held.inputs} came with that of {held.targets} at its place"
        )
    regrouped = any([x for x, _, _, _ in epoch] != [x for x, _, _, _ in pairs[0]] for epoch in pairs[1:])
    joint = [_joint(epoch) for epoch in pairs]
    several = len(joint[0]) > 1 and len({y for _, y, _, _ in pairs[0]}) > 1
    if regrouped and several and all(one == joint[0] for one in joint[1:]):
        return holds(f"{counted(len(epochs), 'epoch')} in different orders: the same pairs in each")
    return inconclusive(
        "nothing says which target belongs to which input: epochs came in one order, or not the same rows"
    )


def _joint(epoch: Rows) -> Counter[tuple[bytes, bytes]]:
    return Counter((x, y) for x, y, _, _ in epoch)


def _recombined(pairs: list[Rows]) -> tuple[int, int] | None:
    """The places of two epochs that hold the same rows on either side and other pairs of them, earlier first."""
    marginal = [(Counter(x for x, _, _, _ in epoch), Counter(y for _, y, _, _ in epoch)) for epoch in pairs]
    for later in range(1, len(pairs)):
        for earlier in range(later):
            if marginal[earlier] == marginal[later] and _joint(pairs[earlier]) != _joint(pairs[later]):
                return earlier, later
    return None


def _tells_apart(epochs: Epochs, path: str) -> bool:
    """Whether a weight is one sample's own: those of a class, or of a part left out, are shared by many."""
    rows = [row for batch in epochs[0].values() if (leaf := batch.leaf(path)) is not None for row in leaf.rows]
    return len(set(rows)) * 2 > len(rows)


def _steady(case: Case, stable: frozenset[str] | None, paths: tuple[str, ...]) -> list[str]:
    return [path for path in paths if not case.contract.augmented(path) and (stable is None or path in stable)]


def _pairs(batches: Mapping[int, Batch], x: frozenset[str], y: frozenset[str]) -> Rows:
    """The rows of an epoch; empty where rows do not match up."""
    found: Rows = []
    for index, batch in batches.items():
        inputs, targets = batch.samples(x), batch.samples(y)
        if inputs is None or targets is None or len(inputs) != len(targets):
            return []
        found += [(one, other, index, row) for row, (one, other) in enumerate(zip(inputs, targets, strict=True))]
    return found


def _epoch_finding(
    run: History,
    pairs: list[Rows],
    earlier: int,
    later: int,
    numbers: tuple[int, ...],
    target: str,
) -> Finding:
    new = _joint(pairs[later]) - _joint(pairs[earlier])
    x, y, index, row = next(entry for entry in pairs[later] if (entry[0], entry[1]) in new)
    other = {one: (at, place) for one, _, at, place in pairs[earlier]}[x]
    what = "weight" if target.startswith("sample_weight") else "target"
    summary = (
        f"the input in row {row} of batch {index} of epoch {numbers[later]} came with another {what} in epoch "
        f"{numbers[earlier]} (row {other[1]} of batch {other[0]}), though both epochs hold the same inputs and {what}s"
    )
    evidence = {
        "pairs of the later epoch that the earlier has not": sum(new.values()),
        "rows in an epoch": len(pairs[later]),
        "input": x.hex()[:8],
        f"{what} then": y.hex()[:8],
        "leaf": target,
    }
    return Finding(summary, evidence, run.scenario)


def _held_finding(run: History, held: HeldPairs, epoch: int) -> Finding:
    first = next(pair for pair in held.apart if pair.x != pair.y)
    summary = (
        f"row {first.row} of batch {first.index} in epoch {epoch} has {held.inputs}[{first.x}] with "
        f"{held.targets}[{first.y}]: one is read in the order of the data and the other is not"
    )
    evidence = {
        "rows with another place's target": sum(pair.x != pair.y for pair in held.apart),
        "rows in an epoch": len(held.apart),
        "pairs": [f"{held.inputs}[{pair.x}] with {held.targets}[{pair.y}]" for pair in held.apart[:10]],
    }
    return Finding(summary, evidence, run.scenario)
