"""A row of the inputs comes with the target of another sample.

What it detects:
    Inputs and targets that are put in different orders: one of them shuffled, sorted or cut without the other. With a
    probe each row says which sample it is, be the target a label, a mask or another picture. With fixed data, epochs
    are held against each other (the same inputs and the same targets, but other pairs), and against the arrays that
    the Sequence holds.

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

from collections.abc import Mapping, Sequence

from seqcheck.model.accounts import gravest
from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Check, Finding, Judgement, Outcome, holds, inconclusive, not_applicable, violated
from seqcheck.model.class_pairs import Relation, relation, wrong_rows
from seqcheck.model.held_pairs import Epochs, HeldPairs, held_pairs
from seqcheck.model.history import History
from seqcheck.model.pairing import (
    Points,
    content_points,
    evenly_spaced,
    line,
    monotone,
    one_label_each,
    one_side_lags,
    paths_of,
    points,
)
from seqcheck.model.row_pairs import (
    Rows,
    both_reordered,
    joint,
    of_its_kind,
    of_places,
    recombined,
    row_pairs,
    shared_pairs,
    stays_in_order,
    tells_apart,
)
from seqcheck.model.samples import names_samples, stable_leaves
from seqcheck.model.words import counted

CHECK = Check(
    "mispaired-targets",
    clause="epoch",
    needs=("loop",),
    options=("augments:on",),
    explained_by={
        "unsupported-structure": None,
        "mismatched-rows": None,
        "uninitialised-rows": None,
        "drifting-data": None,
        "unrepeatable-read": None,
    },
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
        judged = _of_targets([(one, _judge_points(run, one, tuple(whole), size)) for one in known])
        judged += _of_targets(_judge_contents(case, run, whole, size))
        if judged:
            judgement = gravest([*judged, *_wrong_weights(case, run, tuple(whole), epochs)])
            named = frozenset(one.y_path for one in known if one_label_each(one))
            if judgement.outcome is not Outcome.INCONCLUSIVE or not named:
                return judgement
            # Inputs that cannot be read are known again from epoch to epoch, and nobody draws such targets.
            again = _judge_rows(case, run, tuple(whole), epochs, named)
            return again if again.outcome is Outcome.VIOLATED else judgement
        if _of_many_values(epochs):
            again = _judge_rows(case, run, tuple(whole), epochs)
            if again.outcome is Outcome.VIOLATED:
                return again
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


def _of_many_values(epochs: Epochs) -> bool:
    """Whether every row of the inputs is known again by what it holds.

    A flat picture is the same however it is turned, and the targets may say how each was turned this time.
    """
    leaves = [leaf for batches in epochs for batch in batches.values() for leaf in batch.leaves
              if leaf.path.startswith("x") and leaf.kind != "none"]  # fmt: skip
    return not any(leaf.flat for leaf in leaves)


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
    distances = {round(label - number, 2) for number, label in zip(one.numbers, one.labels, strict=True)}
    if one.readable and len(distances) == 1 and distances != {0.0}:
        (distance,) = distances
        return inconclusive(
            f"every row of {one.x_path} came with the target {abs(distance):g} samples "
            f"{'later' if distance > 0 else 'earlier'}, which a forecast may want"
        )
    same = one.readable and distances == {0.0}
    if same or line(one.numbers, one.labels) is not None:
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
    # Of two samples with one number, as of texts with the same sum of tokens, nobody can say which is which.
    if evenly_spaced(one.numbers) and evenly_spaced(one.labels) and len(numbers) == len(labels):
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


def _judge_contents(
    case: Case, run: History, whole: Mapping[int, Mapping[int, Batch]], size: int
) -> list[tuple[Points, Judgement]]:
    """Judge targets that are data themselves, as the mask of a picture is, against each of the inputs.

    Pictures of two domains may be meant to meet by chance. What is put into two orders, neither of which is that of the
    data, and into other batches as well, is therefore not blamed.
    """
    stable = stable_leaves(case)
    judged = []
    for one in content_points(tuple(whole.values()), size):
        if _fixed(case, one) and (stable is None or stable >= {one.x_path, one.y_path}):
            judgement = _judge_points(run, one, tuple(whole), size)
            if judgement.outcome is Outcome.VIOLATED and not one_side_lags(one):
                judgement = inconclusive(
                    f"{one.x_path} and {one.y_path} come in two different orders: shuffled apart, or not meant as pairs"
                )
            judged.append((one, judgement))
    return judged


def _of_targets(judged: Sequence[tuple[Points, Judgement]]) -> list[Judgement]:
    """One judgement for each target, from those against each of the inputs.

    Where it belongs to one input and not to another, the other may be a partner that was drawn for it.
    """
    found = []
    for y_path in dict.fromkeys(one.y_path for one, _ in judged):
        of_it = {one.x_path: judgement for one, judgement in judged if one.y_path == y_path}
        held = [path for path, judgement in of_it.items() if judgement.outcome is Outcome.HOLDS]
        apart = [path for path, judgement in of_it.items() if judgement.outcome is Outcome.VIOLATED]
        if held and apart:
            found.append(
                inconclusive(
                    f"{y_path} belongs to {held[0]}, and {apart[0]} holds other samples: partners drawn for them, or "
                    "one of the two is shuffled alone"
                )
            )
        else:
            found.append(gravest(of_it.values()))
    return found


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


def _wrong_weights(case: Case, run: History, numbers: tuple[int, ...], epochs: Epochs) -> list[Judgement]:
    """The weights that come with other samples in one epoch than in another."""
    stable = stable_leaves(case)
    inputs, weights = (_steady(case, stable, paths_of(epochs, part)) for part in ("x", "sample_weight"))
    telling = [path for path in weights if tells_apart(epochs, path) or stays_in_order(epochs, path)]
    judged = [_judge_target(run, numbers, epochs, frozenset(inputs), path) for path in telling if inputs]
    return [one for one in judged if one.outcome is Outcome.VIOLATED]


def _judge_rows(
    case: Case, run: History, numbers: tuple[int, ...], epochs: Epochs, only: frozenset[str] | None = None
) -> Judgement:
    """Judge each leaf of the targets, or `only` these, and the weights, against all inputs."""
    stable = stable_leaves(case)
    inputs, targets, weights = (_steady(case, stable, paths_of(epochs, part)) for part in ("x", "y", "sample_weight"))
    targets = [path for path in targets if only is None or path in only]
    if not inputs or not targets:
        part = "targets" if inputs else "inputs"
        return inconclusive(f"the {part} change when a batch is read again, so pairs cannot be compared")
    telling = [path for path in weights if tells_apart(epochs, path) or stays_in_order(epochs, path)]
    judged = [_judge_target(run, numbers, epochs, frozenset(inputs), path) for path in (*targets, *telling)]
    for outcome in (Outcome.VIOLATED, Outcome.INCONCLUSIVE):
        for judgement in judged:
            if judgement.outcome is outcome:
                return judgement
    first, *others = inputs
    for other in others:
        if recombined([row_pairs(batches, frozenset((first,)), frozenset((other,))) for batches in epochs]):
            return inconclusive(
                f"the rows of {other} come with other rows of {first} in every epoch, as in pairs that are drawn anew, "
                "or where one of the two is shuffled alone"
            )
    return judged[0]


def _judge_target(
    run: History, numbers: tuple[int, ...], epochs: Epochs, inputs: frozenset[str], target: str
) -> Judgement:
    pairs = [row_pairs(batches, inputs, frozenset((target,))) for batches in epochs]
    if any(not epoch for epoch in pairs):
        return inconclusive("the leaves of a batch disagree on the number of rows")
    if of_places(epochs, target):
        return inconclusive(f"{target} is the same in every batch: it tells places in a batch apart, not samples")
    if any(len(batches) > 1 for batches in epochs) and all(of_places(epochs, path) for path in inputs):
        return inconclusive("the inputs are the same in every batch: they tell places in a batch apart, not samples")
    changed = recombined(pairs)
    shared = shared_pairs(pairs) if changed is None else None
    if changed is None and shared is not None:
        changed = shared.apart
    if changed is not None:
        other = of_its_kind(epochs, inputs, target)
        if other is not None and both_reordered(pairs[changed[0]], pairs[changed[1]]):
            return inconclusive(
                f"{other} and {target}, which are alike in form, come in two different orders in each epoch: shuffled "
                "apart, or not meant as pairs"
            )
        return violated([_epoch_finding(run, pairs, *changed, numbers, target)])
    held = held_pairs(run, epochs, target)
    if held is not None and held.apart:
        return violated([_held_finding(run, held, numbers[0])])
    if held is not None:
        return holds(
            f"{counted(len(epochs), 'epoch')}: each row of {held.inputs} came with that of {held.targets} at its place"
        )
    regrouped = any([x for x, _, _, _ in epoch] != [x for x, _, _, _ in pairs[0]] for epoch in pairs[1:])
    joints = [joint(epoch) for epoch in pairs]
    several = len(joints[0]) > 1 and len({y for _, y, _, _ in pairs[0]}) > 1
    if regrouped and several and all(one == joints[0] for one in joints[1:]):
        return holds(f"{counted(len(epochs), 'epoch')} in different orders: the same pairs in each")
    if regrouped and several and shared is not None:
        return holds(
            f"{counted(len(epochs), 'epoch')} in different orders: the same pairs in each, of the "
            f"{counted(shared.rows, 'row')} or more that two of them share"
        )
    return inconclusive(
        "nothing says which target belongs to which input: epochs came in one order, or not the same rows"
    )


def _steady(case: Case, stable: frozenset[str] | None, paths: tuple[str, ...]) -> list[str]:
    return [path for path in paths if not case.contract.augmented(path) and (stable is None or path in stable)]


def _epoch_finding(
    run: History,
    pairs: list[Rows],
    earlier: int,
    later: int,
    numbers: tuple[int, ...],
    target: str,
) -> Finding:
    new = joint(pairs[later]) - joint(pairs[earlier])
    before = {x: (index, row) for x, _, index, row in pairs[earlier]}
    x, y, index, row = next(entry for entry in pairs[later] if entry[0] in before and (entry[0], entry[1]) in new)
    other = before[x]
    apart = sum(count for (entry, _), count in new.items() if entry in before)
    same = before.keys() == {entry[0] for entry in pairs[later]}
    what = "weight" if target.startswith("sample_weight") else "target"
    summary = (
        f"the input in row {row} of batch {index} of epoch {numbers[later]} came with another {what} in epoch "
        f"{numbers[earlier]} (row {other[1]} of batch {other[0]}), though both epochs hold the same inputs and {what}s"
        f"{'' if same else ', but for those that each of them leaves out'}"
    )
    evidence = {
        "pairs of the later epoch that the earlier has not": apart,
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
