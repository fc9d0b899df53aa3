"""The epochs are shuffled, but into an order that came before.

What it detects:
    A hook that shuffles, and arrives at the same order again: a generator that is seeded anew in `on_epoch_end`, or a
    shuffle of a fresh list with a fixed seed, or two orders that take turns.

Why it matters:
    It looks shuffled, and every epoch is made of the same batches. Training is reproducible for the wrong reason, and
    what shuffling is good for is lost.

Limits:
    An order that is drawn once and kept, by a class with no hook of its own, is judged by missing-reshuffle. Where
    chance could give the same order (P ≥ 10⁻⁹) or no shuffle was declared or passed, nothing is said; where only a
    parameter or an attribute named `shuffle` says that one is meant, this is inconclusive.

Example:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"shuffles": True}

        def __init__(self, x, y, batch_size=4, shuffle=True):
            super().__init__()
            self.x, self.y, self.batch_size, self.shuffle = x, y, batch_size, shuffle
            self.order = np.arange(len(x))

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            if self.shuffle:
                self.order = np.random.default_rng(42).permutation(len(self.x))

Use instead:
    import math

    import keras
    import numpy as np


    class Batches(keras.utils.PyDataset):
        __seqcheck__ = {"shuffles": True}

        def __init__(self, x, y, batch_size=4, shuffle=True):
            super().__init__()
            self.x, self.y, self.batch_size, self.shuffle = x, y, batch_size, shuffle
            self.order = np.arange(len(x))
            self.random = np.random.default_rng(42)

        def __len__(self):
            return math.ceil(len(self.x) / self.batch_size)

        def __getitem__(self, index):
            rows = self.order[index * self.batch_size : (index + 1) * self.batch_size]
            return self.x[rows], self.y[rows]

        def on_epoch_end(self):
            if self.shuffle:
                self.order = self.random.permutation(len(self.x))
"""

from __future__ import annotations

from seqcheck.model.check import Case, Check, Finding, Judgement, Outcome, holds, inconclusive, violated
from seqcheck.model.orders import LIKELY, Orders, each_shuffled, shuffled_by_hook
from seqcheck.model.samples import name_of

CHECK = Check(
    "repeating-shuffle",
    clause="epoch end",
    needs=("loop", "hooks"),
    guarantee="chance",
    options=("shuffles:true", "augments:on", "sample_id"),
    explained_by={"ignored-index": None},
)


def judge(case: Case) -> Judgement:
    """Look for an order that comes twice among the epochs of each run."""
    return each_shuffled(case, lambda found, said: _judge(case, found, said))


def _judge(case: Case, found: Orders, said: str) -> Judgement:
    count = len(found.by_epoch)
    again = found.repeated()
    if again is None:
        return holds(f"{count} epochs: no order came twice, told by {found.identity.evidence}")
    repetitions = count - len(set(found.by_epoch.values()))
    likely = found.chance * repetitions >= LIKELY
    if likely:
        return inconclusive(
            f"epochs {again[0]} and {again[1]} came in one order, which a shuffle of so few different samples may give "
            "by chance"
        )
    if found.same and not shuffled_by_hook(case, found):
        reason = "the order never changes, so no shuffle comes again"
        return Judgement(
            Outcome.INCONCLUSIVE, f"follows from missing-reshuffle: {reason}", follows_from="missing-reshuffle"
        )
    if said == "inferred":
        return inconclusive(
            f"epochs {again[0]} and {again[1]} came in one order, though its shuffle is true; nobody declared that "
            "each has another",
            "shuffles = true",
        )
    return violated([_finding(found, again, repetitions)])


def _finding(found: Orders, again: tuple[int, int], repetitions: int) -> Finding:
    order = found.by_epoch[again[1]]
    first = ", ".join(map(name_of, order[:6]))
    summary = f"epoch {again[1]} repeats the shuffled order of epoch {again[0]} ({first} ...)"
    evidence = {
        "epochs": list(found.by_epoch),
        "different orders": len(found.by_epoch) - repetitions,
        "samples in an epoch": len(order),
        "the order begins with": [name_of(one) for one in order[:10]],
        "probability under a shuffle": f"10^{found.chance * repetitions:.0f}",
        "told apart by": found.identity.evidence,
    }
    return Finding(summary, evidence, found.history.scenario, declare="shuffles = false")
