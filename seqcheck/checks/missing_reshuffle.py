"""Every epoch delivers its samples in the same order, though the Sequence was asked to shuffle.

What it detects:
    A shuffle that was declared, or passed as `shuffle=True`, and an order that never changes: the permutation is drawn
    and not used, the hook has another name, or the order is drawn once in the constructor.

Why it matters:
    Batches are always made of the same samples. Training sees the same gradients in the same sequence, which costs
    accuracy, and where the file is sorted by class every batch has one class. `fit(shuffle=True)` does not mend it: it
    shuffles the order of batches, not what is in them.

Limits:
    Any difference of order counts as a shuffle, also that of whole batches. Where a shuffle could have given the same
    order by chance (P ≥ 10⁻⁹), where samples cannot be told apart, or where only a parameter or an attribute named
    `shuffle` says that a shuffle is meant, this is inconclusive.

Example:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"shuffles": True}

        def __init__(self, x, y, batch_size=4, shuffle=True):
            super().__init__()
            self.x, self.y, self.batch_size, self.shuffle = x, y, batch_size, shuffle
            self.on_epoch_end()

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            self.order = np.arange(len(self.x))
            if self.shuffle:
                np.random.shuffle(self.order)

Use instead:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"shuffles": True}

        def __init__(self, x, y, batch_size=4, shuffle=True):
            super().__init__()
            self.x, self.y, self.batch_size, self.shuffle = x, y, batch_size, shuffle
            self.on_epoch_end()

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            self.order = np.arange(len(self.x))
            if self.shuffle:
                np.random.shuffle(self.order)
"""

from __future__ import annotations

from seqcheck.model.check import Case, Check, Finding, Judgement, Outcome, holds, inconclusive, violated
from seqcheck.model.orders import LIKELY, Orders, each_shuffled, shuffled_by_hook
from seqcheck.model.samples import name_of
from seqcheck.model.words import counted

CHECK = Check(
    "missing-reshuffle",
    clause="epoch end",
    needs=("loop", "hooks"),
    guarantee="chance",
    options=("shuffles:true", "augments:on", "sample_id"),
    explained_by={"ignored-index": None},
)


def judge(case: Case) -> Judgement:
    """Hold the orders of the epochs of each run against each other."""
    return each_shuffled(case, lambda found, said: _judge(case, found, said))


def _judge(case: Case, found: Orders, said: str) -> Judgement:
    count = len(found.by_epoch)
    if not found.same:
        return holds(f"{count} epochs: their orders differ, told by {found.identity.evidence}")
    if shuffled_by_hook(case, found):
        reason = "the order of the data is shuffled, and shuffled alike for every epoch"
        return Judgement(
            Outcome.INCONCLUSIVE, f"follows from repeating-shuffle: {reason}", follows_from="repeating-shuffle"
        )
    if found.chance * (count - 1) >= LIKELY:
        return inconclusive(
            f"{count} epochs came in the same order, which a shuffle of so few different samples may do by chance"
        )
    if said == "inferred":
        return inconclusive(
            f"{count} epochs came in the same order, though its shuffle is true; nobody declared that each has another",
            "shuffles = true",
        )
    return violated([_finding(found, said)])


def _finding(found: Orders, said: str) -> Finding:
    order = next(iter(found.by_epoch.values()))
    first = ", ".join(map(name_of, order[:6]))
    natural = {True: ", that of the data", False: ", drawn once and kept", None: ""}[found.natural]
    count = len(found.by_epoch)
    summary = f"all {counted(count, 'epoch')} came in one order{natural} ({first} ...), though shuffle is {said}"
    evidence = {
        "epochs": list(found.by_epoch),
        "samples in an epoch": len(order),
        "the order begins with": [name_of(one) for one in order[:10]],
        "probability under a shuffle": f"10^{found.chance * (count - 1):.0f}",
        "told apart by": found.identity.evidence,
    }
    return Finding(summary, evidence, found.history.scenario, declare="shuffles = false")
