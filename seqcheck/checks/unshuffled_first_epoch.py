"""The first epoch comes in the order of the data; only later ones are shuffled.

What it detects:
    With tf_keras and Keras 2, a first epoch in the order in which the data is held, before later epochs in others: the
    order is drawn in `on_epoch_end` alone, which legacy engines call for the first time after the first epoch.

Why it matters:
    Data is often stored class by class, or picture by picture of one series. An epoch of batches that each hold one
    class throws the first weights, and the running means of batch normalisation, from one side to the other. Keras 3
    calls the hook before the first epoch, so that the same class behaves otherwise after a move.

Limits:
    Advice, for classes of legacy Keras only. Where nobody knows the order of the data, it is inconclusive; so few
    samples that chance may put them in order are not judged.

Example:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.order = np.arange(len(x))

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            np.random.shuffle(self.order)

Use instead:
    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        def __init__(self, x, y, batch_size=4):
            super().__init__()
            self.x, self.y, self.batch_size = x, y, batch_size
            self.order = np.random.permutation(len(x))

        def __len__(self):
            return -(-len(self.x) // self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            np.random.shuffle(self.order)
"""

from __future__ import annotations

from collections import Counter

from seqcheck.model.accounts import gravest
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
from seqcheck.model.history import History
from seqcheck.model.orders import LIKELY, Orders, orders
from seqcheck.model.samples import Unidentified, name_of
from seqcheck.model.words import counted

CHECK = Check(
    "unshuffled-first-epoch",
    clause="epoch end",
    needs=("loop",),
    severity=Severity.ADVICE,
    guarantee="chance",
    options=("shuffles:false", "sample_id"),
    explained_by={"ignored-index": None, "unrepeatable-read": None},
)


def judge(case: Case) -> Judgement:
    """Hold the order of the first epoch against that of the data, and against the later ones."""
    if case.facts.base != "tf_keras":
        return not_applicable("only engines of legacy Keras leave out on_epoch_end before the first epoch")
    if case.contract.shuffles is False:
        return not_applicable("the order is declared to stay")
    judgements = [_judge(case, run) for run in case.runs("loop")]
    return gravest(judgements or [inconclusive(case.why_not("loop"))])


def _judge(case: Case, run: History) -> Judgement:
    found = orders(case, run)
    if isinstance(found, Unidentified):
        return inconclusive(found.reason, found.declare)
    in_turn = [found.by_epoch[epoch] for epoch in sorted(found.by_epoch)]
    if len(in_turn) < 2:
        return inconclusive("fewer than two epochs were read whole")
    first, *later = in_turn
    if not any(order != first and Counter(order) == Counter(first) for order in later):
        return not_applicable(f"the order is not shuffled between {counted(len(in_turn), 'epoch')}")
    if found.natural is None:
        return inconclusive("in which order the data is held is not known")
    if not found.natural:
        return holds(f"the first epoch is not in the order of the data, told by {found.identity.evidence}")
    if found.chance >= LIKELY:
        return inconclusive("a shuffle of so few samples may leave them in order by chance")
    return violated([_finding(found, first, later[0])])


def _finding(found: Orders, first: tuple[object, ...], second: tuple[object, ...]) -> Finding:
    summary = f"the first epoch comes in the order of the data ({_begin(first)} ...), the next one in another"
    evidence = {
        "the first epoch begins with": _begin(first),
        "the next one begins with": _begin(second),
        "samples in an epoch": len(first),
        "probability under a shuffle": f"10^{found.chance:.0f}",
        "told apart by": found.identity.evidence,
    }
    return Finding(summary, evidence, found.history.scenario, declare="shuffles = false")


def _begin(order: tuple[object, ...]) -> str:
    return ", ".join(name_of(one) for one in order[:6])
