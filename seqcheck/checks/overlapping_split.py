"""The Sequence for training and the one for validation share samples.

What it detects:
    A sample that both deliver in an epoch, where `validation` names a function that makes the other Sequence. Samples
    are told apart by `sample_id`, else by what their inputs hold.

Why it matters:
    What is measured on samples that were trained on says how well they are remembered. A model that learns nothing
    else looks better with every epoch, early stopping never stops, and the best of several models is the one that
    remembers best. It comes from a split that is shuffled anew for each half, from an index that is off, from a fold
    that is taken twice.

Limits:
    Inputs that are equal may be of two samples: without `sample_id` that is told by chance, since equal samples would
    stand within one half as often as in both. So a few shared samples of many are inconclusive. Inputs that are drawn
    at random, or prepared otherwise in the two Sequences, are not recognised. Data that seqcheck makes up are not
    split.

Example:
    import keras
    import numpy as np

    X = np.random.default_rng(0).normal(size=(96, 3)).astype("float32")


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"validation": lambda: Batches(validation=True)}

        def __init__(self, validation=False, batch_size=4):
            super().__init__()
            self.x = X[32:] if validation else X[:72]
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            x = self.x[index * self.batch_size : (index + 1) * self.batch_size].copy()
            return x, x.sum(axis=1)

Use instead:
    import keras
    import numpy as np

    X = np.random.default_rng(0).normal(size=(96, 3)).astype("float32")


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"validation": lambda: Batches(validation=True)}

        def __init__(self, validation=False, batch_size=4):
            super().__init__()
            self.x = X[72:] if validation else X[:72]
            self.batch_size = batch_size

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            x = self.x[index * self.batch_size : (index + 1) * self.batch_size].copy()
            return x, x.sum(axis=1)
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from seqcheck.model.batch import Batch
from seqcheck.model.check import Case, Check, Finding, Judgement, holds, inconclusive, not_applicable, violated
from seqcheck.model.comparison import batches_of, settled_leaves
from seqcheck.model.history import History
from seqcheck.model.orders import LIKELY
from seqcheck.model.samples import name_of, unweighted
from seqcheck.model.words import counted, listing

CHECK = Check(
    "overlapping-split",
    clause="epoch",
    needs=("reading", "splitting"),
    guarantee="chance",
    options=("augments:on", "sample_id", "validation"),
)
ASK: Final = 'sample_id = "mypkg.data:ids_of_batch"'
MOST_SHOWN: Final = 6

Places = Mapping[Hashable, list[tuple[int, int]]]
"""Where each sample stands: batch index and row."""


@dataclass(frozen=True)
class _Halves:
    """The samples of training and of validation, and by what they are told apart."""

    training: Places
    validation: Places
    evidence: str
    certain: bool

    def shared(self) -> list[Hashable]:
        """The samples in both, in the order of validation."""
        return [one for one in self.validation if one in self.training]

    def chance(self) -> float:
        """log10 of the probability that equal samples of a random split stand so often in both halves.

        Of two equal samples in a split by chance, a known share stands in two halves and the others in one. What is
        there more than twice says nothing: such data repeat themselves.
        """
        copies = {one: (len(self.training.get(one, ())), len(places)) for one, places in self.validation.items()}
        copies |= {one: (len(places), 0) for one, places in self.training.items() if one not in copies}
        across = sum(pair == (1, 1) for pair in copies.values())
        within = sum(pair in ((2, 0), (0, 2)) for pair in copies.values())
        ours, theirs = (sum(map(len, half.values())) for half in (self.training, self.validation))
        pairs = math.comb(ours, 2) + math.comb(theirs, 2) + ours * theirs
        return _log_tail(across, across + within, ours * theirs / pairs) if across else 0.0


def judge(case: Case) -> Judgement:
    """Hold the validation passes against a training epoch."""
    if case.contract.validation is None:
        return not_applicable("no Sequence for validation is declared")
    training = case.runs("reading")
    other = case.runs("splitting")
    if not training or not other:
        return inconclusive(_why_not(case))
    if training[0].truth.probe or training[0].truth.encoded:
        return inconclusive("the training data are made up, and nobody split them", 'factory = "mypkg.data:make_train"')
    halves = _halves(case, training[0], other[0])
    return halves if isinstance(halves, Judgement) else _judge(halves, training[0], other[0])


def _judge(halves: _Halves, training: History, other: History) -> Judgement:
    shared = halves.shared()
    if shared and (halves.certain or halves.chance() < LIKELY):
        return violated([_finding(halves, shared, other)])
    numbers = f"{len(halves.training)} of training and {len(halves.validation)} of validation"
    if shared:
        what = counted(len(shared), "sample is equal in both", "samples are equal in both")
        return inconclusive(f"{what}, of {numbers}; the data may hold equal samples", ASK)
    if not training.reads_all or not other.reads_all:
        return inconclusive(f"none is shared of {numbers} that were read, which are a selection")
    return holds(f"no sample is in both: {numbers}, told apart by {halves.evidence}")


def _halves(case: Case, training: History, other: History) -> _Halves | Judgement:
    ours, theirs = batches_of(training.passes("forward").get(0, ())), batches_of(other.passes("validation").get(0, ()))
    if not ours or not theirs:
        return inconclusive("no batch was read of " + ("the training epoch" if not ours else "the validation Sequence"))
    every = [*ours.values(), *theirs.values()]
    if all(batch.identities is not None for batch in every):
        return _Halves(_ids(ours), _ids(theirs), "the owner's sample_id", True)
    steady = settled_leaves(case)
    if steady is None:
        return inconclusive("whether reads repeat was not looked at, so samples cannot be told apart", ASK)
    again = batches_of(other.passes("validation-again").get(0, ()))
    paths = frozenset(leaf.path for batch in every for leaf in batch.leaves if _is_input(leaf.path) and leaf.rows)
    moving = sorted(
        path for path in paths if path not in steady or case.contract.augmented(path) or _moves(theirs, again, path)
    )
    if moving or not paths:
        return inconclusive(f"{listing(moving) or 'x'} is drawn at random, so samples are not recognised", ASK)
    forms = [{(leaf.path, leaf.dtype, leaf.inner_shape) for batch in half.values() for leaf in batch.leaves
              if leaf.path in paths} for half in (ours, theirs)]  # fmt: skip
    if forms[0] != forms[1]:
        return inconclusive("inputs have another type or shape in training than in validation", ASK)
    return _Halves(_rows(ours, paths), _rows(theirs, paths), f"fingerprints of {listing(sorted(paths))}", False)


def _is_input(path: str) -> bool:
    return not path.startswith(("y", "sample_weight"))


def _moves(once: Mapping[int, Batch], again: Mapping[int, Batch], path: str) -> bool:
    """Whether a leaf of the validation Sequence was another when it was read again."""
    for index, batch in once.items():
        leaf, other = batch.leaf(path), again[index].leaf(path) if index in again else None
        if leaf is not None and (other is None or other.digest != leaf.digest):
            return True
    return False


def _ids(batches: Mapping[int, Batch]) -> Places:
    return _placed({index: tuple(batch.identities or ()) for index, batch in batches.items()}, batches)


def _rows(batches: Mapping[int, Batch], paths: frozenset[str]) -> Places:
    return _placed({index: tuple(batch.samples(paths) or ()) for index, batch in batches.items()}, batches)


def _placed(samples: Mapping[int, tuple[Hashable, ...]], batches: Mapping[int, Batch]) -> Places:
    places: dict[Hashable, list[tuple[int, int]]] = {}
    for index, row_samples in samples.items():
        no_samples = unweighted(batches[index])
        for row, sample in enumerate(row_samples):
            if row not in no_samples:
                places.setdefault(sample, []).append((index, row))
    return places


def _log_tail(least: int, trials: int, share: float) -> float:
    """log10 P(X ≥ `least`) for X binomial with `trials` and `share`, which is above 0 and below 1."""
    logs = [
        math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)
        + k * math.log(share) + (trials - k) * math.log1p(-share)
        for k in range(least, trials + 1)
    ]  # fmt: skip
    top = max(logs)
    return (top + math.log(sum(math.exp(one - top) for one in logs))) / math.log(10)


def _finding(halves: _Halves, shared: list[Hashable], other: History) -> Finding:
    first = shared[0]
    (index, row), (there, place) = halves.training[first][0], halves.validation[first][0]
    evidence: dict[str, object] = {
        "samples in both": len(shared),
        "of training": len(halves.training),
        "of validation": len(halves.validation),
        "such as": [name_of(one) for one in shared[:MOST_SHOWN]],
        "the first of them": f"row {row} of training batch {index}, row {place} of validation batch {there}",
        "told apart by": halves.evidence,
    }
    if not halves.certain:
        evidence["probability by chance"] = f"10^{halves.chance():.0f}"
    summary = (
        f"{len(shared)} of {counted(len(halves.validation), 'validation sample')} are trained on as well: sample "
        f"{name_of(first)} is row {row} of training batch {index} and row {place} of validation batch {there}"
    )
    return Finding(summary, evidence, other.scenario)


def _why_not(case: Case) -> str:
    for run in case.histories:
        if run.engine == "splitting" and run.built is not None and run.built.failure is not None:
            return f"the Sequence for validation could not be built: {run.built.failure.text[:200]}"
    return case.why_not("splitting") if not case.runs("splitting") else case.why_not("reading")
